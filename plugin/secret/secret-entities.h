/* Entities, as messages have them, and spans, as people's texts do (SC-I5, SC-I6). */
#pragma once

#include "talk-spans.h"
#include "tl-schema.h"

/* A text of the peer: many lines, cleaned (SC-C19). A link whose target is not what it shows
 * has its target behind it, so that nothing hides. *spans: how it looks; entities that do not
 * fit the text, or of which nothing is known, are ignored. Free it with crypto_text_free(). */
char *secret_entities_read (TlBytes text, const TlVector *entities, TalkSpans **spans);

/* What of these is written in a layer: the rest of a text is sent plain. */
TalkSpans *secret_entities_kept (const TalkSpans *spans, int32_t layer);

/* Of a text of ours. */
typedef struct {
    union SecretEntity *all;
    const TlObject **objects;
    TalkSpans *spans;
    TlVector vector; /* of a decryptedMessage; absent where there is none */
} SecretEntities;
/* With what a peer cannot see by itself: addresses, @names, #tags. In a layer where entities
 * cannot be inside one another (below 101) each place has that which begins last. */
void secret_entities_write (const char *text, const TalkSpans *spans, int32_t layer,
                            SecretEntities *out);
void secret_entities_clear (SecretEntities *entities);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SecretEntities, secret_entities_clear)
