/* Records of a chat (tl/schema/record.tl; SECRET-CHATS.md section L). That of the chat
 * itself is filled, and read, by its parts, each its own fields. */
#pragma once

#include "secret-core.h"

#include "record.tl.h"

struct SecretRecord {
    RecChat chat;
    RecChatKey key, other; /* what `chat` points to while it is written */
    RecChatRekey rekey;
};

void secret_put (SecretChat *chat, StoreKind kind, int64_t id, const TlObject *record,
                 StoreNeed need);
void secret_drop (SecretChat *chat, StoreKind kind, int64_t id);
void secret_drop_all (SecretChat *chat, StoreKind kind);
void secret_forget (SecretChat *chat, StoreForget when);
/* A record decoded, also one of an earlier version; NULL: damaged. */
TlMessage *secret_record_decode (const uint8_t *data, size_t len);

/* Optional fields; what is read is copied. */
TlBytes secret_optional (gboolean there, const uint8_t *data, size_t len);
gboolean secret_fixed (TlBytes bytes, uint8_t *out, size_t len);
/* Text, or NULL where there is none. People see it: it is cleaned as when it came (SC-C19);
 * what is clean already stays as it is. */
char *secret_text_of (TlBytes bytes);

/* How a text looks, in a record that has it. */
typedef struct {
    RecSpan *all;
    const TlObject **objects;
    TlVector vector; /* absent where it is plain */
} SecretSpans;
SecretSpans secret_spans_record (const TalkSpans *spans); /* which it borrows */
void secret_spans_clear (SecretSpans *spans);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SecretSpans, secret_spans_clear)
/* What of it fits the text, which may be NULL. */
TalkSpans *secret_spans_of (const TlVector *vector, const char *text);

/* Numbers: what opens under the seal was written by one of us, perhaps by one that took a
 * server at its word. A count that cannot be makes the record a damaged one (SC-L10); a
 * moment or a timer is cut to what it may be, so that no sum of it overflows. */
/* No number of messages, of either side or both, is higher (SC-D5). */
gboolean secret_is_count (int32_t n);
int64_t secret_moment (int64_t ms); /* Unix ms of this machine; 0 = never */
int32_t secret_timer (int32_t seconds);
