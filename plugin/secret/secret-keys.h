/* The keys of a chat, and what two people compare. */
#pragma once

#include "secret-core.h"

typedef struct {
    gboolean used;
    int64_t fingerprint;
    uint8_t key[256];
    int64_t created; /* wall ms of first use, 0 = not yet used */
    int32_t messages;
} SecretKey;

typedef struct {
    SecretKey now;   /* sends */
    SecretKey other; /* a candidate, or the one before it */
    gboolean has_hash;
    uint8_t hash[36];  /* of the first key */
    gboolean verified; /* the user compared it: of this chat only (SC-K4) */
} SecretKeys;

void secret_key_wipe (SecretKey *key);
/* One of the two, NULL if it is neither. */
SecretKey *secret_keys_find (SecretChat *chat, int64_t fingerprint);
void secret_key_count (SecretKey *key, HostTime now); /* a message under it */
/* 2048 random bits, mixed with `server_random` (SC-A2, SC-A5). */
gboolean secret_draw_exponent (SecretChat *chat, TlBytes server_random,
                               uint8_t exponent[static 256],
                               uint8_t public_value[static 256]);
/* The key that was computed from a good value of the peer's; FALSE: it is none. */
gboolean secret_key_take (SecretKey *key, const uint8_t bytes[static 256]);
gboolean secret_derive (SecretChat *chat, const uint8_t peer[static 256],
                        const uint8_t exponent[static 256], SecretKey *key);
void secret_keys_save (const SecretChat *chat, SecretRecord *record);
gboolean secret_keys_load (SecretChat *chat, const SecretRecord *record);
void secret_keys_wipe (SecretChat *chat);
