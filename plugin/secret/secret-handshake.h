/* From a wish to a shared key, and the word that ends it (SC-A). */
#pragma once

#include "secret-early.h"
#include "secret-keys.h"

typedef struct {
    int32_t g; /* 0 = no group yet */
    uint8_t p[256];
    gboolean has_exponent;
    uint8_t exponent[256];
    gboolean has_public;
    uint8_t g_own[256]; /* g_a (creator) or g_b */
    gboolean has_peer_public;
    uint8_t g_peer[256];         /* incoming: g_a of the request */
    gboolean asked_server;       /* acceptEncryption may have been received once */
    gboolean refetched;          /* the group, once (SC-A28) */
    CryptoSecret *server_random; /* not NULL: the prime is being checked */
    int32_t offered_g;           /* ... with this */
    gboolean derives;            /* the key is being computed */
    uint64_t token;
    GPtrArray *early; /* SecretEarly, owned */
    gboolean discard_pending;
    gboolean delete_history;
    uint64_t discard_token;
} SecretHandshake;

void secret_handshake_pump (SecretChat *chat, HostTime now);
gboolean secret_handshake_answer (SecretChat *chat, uint64_t token,
                                  const SecretAnswer *answer, HostTime now);
void secret_handshake_remote (SecretChat *chat, const SecretRemote *remote, HostTime now);
/* A message under an accepted key whose confirmation got lost confirms it (SC-A19): TRUE
 * where the chat became ready by it. */
gboolean secret_handshake_confirmed (SecretChat *chat);
void secret_handshake_save (const SecretChat *chat, SecretRecord *record);
gboolean secret_handshake_load (SecretChat *chat, const SecretRecord *record);
void secret_handshake_wipe (SecretChat *chat);
