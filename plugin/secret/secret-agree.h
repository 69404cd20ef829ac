/* What a new key of a running chat takes to compute, off the loop (DECISIONS 32). Kept in memory
 * only, until the message that it is for has its turn: another start computes anew, as the other
 * side. */
#pragma once

#include "secret-keys.h"

typedef enum {
    SECRET_AGREE_NONE,
    SECRET_AGREE_PUBLIC, /* our own value is computed, from a new number */
    SECRET_AGREE_KEY,    /* ... and the key */
    SECRET_AGREE_DONE,
} SecretAgreeStep;

typedef struct {
    SecretAgreeStep step;
    uint64_t token; /* of the power, 0 = none is being computed */
    int64_t exchange_id;
    gboolean draws; /* as B; A has its number */
    gboolean good;
    int tries;         /* numbers drawn */
    uint8_t peer[256]; /* g_a or g_b */
    uint8_t exponent[256];
    uint8_t public_value[256];
    uint8_t key[256];
} SecretAgreement;

/* TRUE: all is there that the peer's value asks for, for secret_agree_take(), or nothing can
 * be. Otherwise it is computed while there is a connection, and the chat settles once more.
 * `exponent` is ours, or NULL: one is drawn. */
gboolean secret_agree_ready (SecretChat *chat, int64_t exchange_id, TlBytes peer,
                             const uint8_t *exponent);
/* The key, and where a number was drawn its public value, else `public_value` is NULL. FALSE:
 * there is none. Once. */
gboolean secret_agree_take (SecretChat *chat, int64_t exchange_id, TlBytes peer,
                            uint8_t *public_value, SecretKey *key);
gboolean secret_agree_answer (SecretChat *chat, uint64_t token,
                              const SecretAnswer *answer);
void secret_agree_wipe (SecretChat *chat);
