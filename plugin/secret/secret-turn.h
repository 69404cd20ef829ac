/* A message whose turn it is. */
#pragma once

#include "secret-private.h"

/* One message, opened and its wrapper read. */
typedef struct {
    SecretKey *key;
    gboolean v1;
    gboolean live;
    int32_t date;
    int32_t layer;
    int32_t in_seq_no;
    int32_t out_seq_no;
    gboolean has_file;
    MediaPlace file; /* that file's */
    gboolean asked;  /* lay in a hole that we asked to be filled (SC-D9) */
    const uint8_t *body;
    size_t body_len;
    size_t random_len;
} SecretOpened;

/* The chat ends: the peer breaks this rule. */
void secret_violation (SecretChat *chat, const char *rule);
/* SC-B7; the old key opens nothing any more when the new one was proved (SC-F14). */
SecretKey *secret_turn_key (SecretChat *chat, int64_t fingerprint);
/* The action of a service message, or NULL; `*message` owns it. What is none is not decoded:
 * that is done once, in its turn. */
const TlObject *secret_turn_action (const SecretOpened *m, TlMessage **message);
/* How many of our messages the peer says to have with its message `raw`. */
int32_t secret_turn_acknowledged (const SecretChat *chat, const SecretOpened *m,
                                  int32_t raw);
/* TRUE: it says to have messages that we know nothing of; the chat was closed. */
gboolean secret_turn_knows_too_much (SecretChat *chat, int32_t ack);
/* TRUE: something has to be computed first, off the loop (secret-agree.h). Until then its
 * turn does not come, nor that of any after it. */
gboolean secret_turn_waits (SecretChat *chat, const SecretOpened *m);
/* Its turn has come (SC-D6, D8, D25). FALSE: the chat was closed. */
gboolean secret_turn_take (SecretChat *chat, SecretOpened *m, gboolean noop,
                           HostTime now);
