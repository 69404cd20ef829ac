/* What the files of one secret chat share. Bottom up, each calls those before it only:
 *
 *   secret-seq, secret-text, secret-layer     pure decisions
 *   secret-entities     how a text looks, both ways
 *   secret-traits       what a document is           secret-message what a decrypted message says
 *   secret-record       records, how they are written and read
 *   secret-core         state, events, calls, the end
 *   secret-numbers      the counters                      secret-keys    the keys
 *   secret-notes        what is remembered of messages    secret-expiry  how long
 *   secret-known        ... and what is told of it on demand
 *   secret-read         up to where both sides have read  secret-seen    until they are seen
 *   secret-unsent       own text that was refused, kept until that is told
 *   secret-out          an own message, sealed       secret-outbox  numbered, kept, sent
 *   secret-notify       layers                            secret-typing  both ways
 *   secret-ended        what is kept of a chat that is over
 *   secret-early        what came too early
 *   secret-handshake    request, accept, discard
 *   secret-agree        what is computed for a new key    secret-rekey   a new key; with its record
 *   secret-holes        what is missing
 *   secret-send         own texts                         secret-drafts  before it is ready
 *   secret-media        a file as the peer is told of it  secret-uploads own files
 *   secret-named        messages as people name them      secret-acts    what else the user does
 *   secret-action       the peer's actions                secret-turn    a message in its turn
 *   secret-receive      open, order
 *   secret-parts        the table of the parts
 *   secret-chat         life, settle() at the end of every input
 *   secret-input        the inputs
 *
 * A part has its struct, its fields of the chat's record, its deadline and its wiping in
 * its own file. What a file has to tell one above it, it marks in SecretEnd;
 * secret_settle() acts on it.
 */
#pragma once

#include "secret-chat-file.h"
#include "secret-chat.h"
#include "secret-early.h"
#include "secret-entities.h"
#include "secret-handshake.h"
#include "secret-holes.h"
#include "secret-keys.h"
#include "secret-layer.h"
#include "secret-notes.h"
#include "secret-notify.h"
#include "secret-numbers.h"
#include "secret-outbox.h"
#include "secret-read.h"
#include "secret-rekey.h"
#include "secret-seq.h"
#include "secret-text.h"
#include "secret-typing.h"

#include "crypto-envelope.h"
#include "talk-id.h"

/* Which secrets the chat's record held when it was written last; keys by fingerprint. */
typedef struct {
    int64_t key, other, exchange_id;
    gboolean exponent, rekey_exponent;
} SecretKept;

typedef struct {
    gboolean unchecked; /* loaded, but not yet found whole */
    SecretKept kept;
} SecretStored;

/* What the running input asks of its end. */
typedef struct {
    gboolean save;     /* the chat's record changed */
    gboolean closed;   /* secret_end(): what a closed chat has no use for goes */
    gboolean flush;    /* the peer deleted the history */
    gboolean early;    /* what came before the chat was ready may be opened now */
    gboolean own_note; /* notes of own messages went */
    gboolean unseen;   /* notes of messages that nobody had seen went */
} SecretEnd;

struct SecretChat {
    const SecretEnv *env;
    int32_t id;
    int64_t access_hash;
    int64_t user_id;
    gboolean outgoing;
    TalkState state;
    TalkClosed closed;
    char *detail;
    int32_t date;
    int32_t ended;  /* Unix time; 0: it goes on */
    int32_t number; /* of the account's chats; 0: none */
    int32_t ttl;
    gboolean online; /* between resume() and suspend() */
    gboolean heard;  /* since suspend() something came, before resume() perhaps */
    uint64_t tokens; /* the last one given out */

    SecretHandshake handshake;
    SecretLayers layers;
    SecretNumbers numbers;
    SecretKeys keys;
    SecretRekey rekey;
    SecretHoles holes;
    SecretOutbox outbox;
    SecretNotes notes;
    SecretReading reading;
    SecretTyping typing;

    SecretStored stored;
    SecretEnd end;
};

/* secret-seen.c */
/* After a start, once: everything unseen whose text is kept is reported as MESSAGE again,
 * oldest first, before anything newer (DECISIONS 2, 23). */
void secret_show_waiting (SecretChat *chat, HostTime now);
/* The login is over: what was not seen is erased, and told as ERASED. */
void secret_erase_unseen (SecretChat *chat);
void secret_seen_mark (SecretChat *chat, const int64_t *ids, size_t n, HostTime now);
void secret_seen_hidden (SecretChat *chat, int64_t random_id);
void secret_seen_lost_told (SecretChat *chat);

/* secret-ended.c: the date of a chat's end, once, also of one that an earlier version ended. */
void secret_ended_date (SecretChat *chat, HostTime now);

/* secret-unsent.c */
/* The peer will never get this own message: told as FAILED, its text is kept. */
void secret_refuse (SecretChat *chat, int64_t random_id, const char *token);
/* As which word it stands in the store. */
const char *secret_unsent_token (TalkSendFile why);
/* After a start: what no line has told yet is told again, oldest first. */
void secret_unsent_loaded (SecretChat *chat);
void secret_unsent_told (SecretChat *chat, const int64_t *ids, size_t n);
TalkCode secret_unsent_keep (SecretChat *chat, const TalkTyped *typed, const char *token,
                             HostTime now, int64_t *random_id);
/* The login is over: what was not sent is erased. */
void secret_unsent_erase (SecretChat *chat);
/* Which part of which text a continuing one is. */
void secret_unsent_number (SecretChat *chat, SecretNote *note);

/* secret-send.c, secret-acts.c: as in secret-chat.h, before the chat settles */
TalkCode secret_send_text (SecretChat *chat, const TalkTyped *typed, gboolean silent,
                           HostTime now, int64_t *random_id);
/* A text that has its id already: numbered, sealed, on its way. Its note is the caller's. */
TalkCode secret_send_numbered (SecretChat *chat, int64_t id, const TalkTyped *typed,
                               gboolean silent, HostTime now);
TalkCode secret_act_delete (SecretChat *chat, const int64_t *ids, size_t n, HostTime now);
TalkCode secret_act_flush (SecretChat *chat, HostTime now);
TalkCode secret_act_set_ttl (SecretChat *chat, int32_t seconds, HostTime now);
TalkCode secret_act_open_media (SecretChat *chat, const int64_t *ids, size_t n,
                                HostTime now);
TalkCode secret_act_screenshot (SecretChat *chat, const int64_t *ids, size_t n,
                                HostTime now);

/* secret-drafts.c: own texts that wait for the chat to be ready. */
void secret_drafts_pump (SecretChat *chat, HostTime now); /* they go, in their order */
void secret_drafts_wipe (SecretChat *chat);               /* they never will: FAILED */

/* secret-media.c: a file as its message tells the peer of it. */
typedef struct SecretMedia SecretMedia;
SecretMedia *secret_media_new (const SecretNote *note,
                               int32_t layer); /* borrows from it */
const TlObject *secret_media_object (const SecretMedia *media);
void secret_media_free (SecretMedia *media);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SecretMedia, secret_media_free)

/* secret-uploads.c: own files. */
void secret_uploads_pump (SecretChat *chat, HostTime now);
gboolean secret_uploads_answer (SecretChat *chat, uint64_t token,
                                const SecretAnswer *answer, HostTime now);
void secret_uploads_wipe (SecretChat *chat);
void secret_uploads_suspend (SecretChat *chat);
TalkCode secret_send_file (SecretChat *chat, const SecretFileOut *file, HostTime now,
                           int64_t *random_id);
TalkCode secret_forward_file (SecretChat *chat, const MediaFile *file,
                              TalkContent content, const TalkTyped *caption, HostTime now,
                              int64_t *random_id);
TalkCode secret_upload_cancel (SecretChat *chat, int64_t random_id);

/* secret-action.c */
void secret_action_run (SecretChat *chat, const TlObject *action, int32_t date,
                        gboolean live, const SecretKey *key, HostTime now);

/* secret-receive.c */
void secret_receive_data (SecretChat *chat, int32_t date, TlBytes data,
                          const MediaPlace *file, gboolean live, HostTime now);
/* What came before the chat was ready is opened when it may be. */
void secret_receive_pump (SecretChat *chat, HostTime now);
/* What is in order is taken, however much it is: the chat is about to end. */
void secret_receive_rest (SecretChat *chat, HostTime now);
/* Goes on without what is missing: what waits is taken in order (DECISIONS 26). */
TalkCode secret_receive_skip (SecretChat *chat, HostTime now);

/* secret-parts.c: with every part */
void secret_save (SecretChat *chat);
gboolean secret_load (SecretChat *chat, const uint8_t *record, size_t len);
gboolean secret_load_other (SecretChat *chat, StoreKey key, const uint8_t *record,
                            size_t len);
void secret_parts_tick (SecretChat *chat, HostTime now);
void secret_parts_pump (SecretChat *chat, HostTime now);
int64_t secret_parts_deadline (const SecretChat *chat, HostTime now);
void secret_parts_wipe (SecretChat *chat); /* what a closed chat has no use for */

/* secret-chat.c */
/* The end of every input: what it marked is done, what may go out goes, the chat's record
 * is written where it changed. */
void secret_settle (SecretChat *chat, HostTime now);
