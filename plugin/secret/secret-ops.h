/* What a secret chat needs from above, and how it reports upwards: in the words of
 * plugin/talk (no TL struct leaves the folder).
 */
#pragma once

#include "secret-types.h"
#include "talk-event.h"

/* Upwards. All are called during an input; none may call back into the chat. */
typedef struct {
    StoreBatch *(*batch) (void *user);
    void (*call) (void *user, SecretChat *chat, const SecretCall *call);
    /* SECRET, MESSAGE, SENT, FAILED, READ, OPENED, GONE, TYPING, NOTICE; peer is the chat. */
    void (*event) (void *user, SecretChat *chat, const TalkEvent *event);
    /* The server's Unix time in seconds, as far as it is known; NULL = the wall clock. */
    int64_t (*server_time) (void *user, HostTime now);
} SecretOps;

/* Shared by all chats of an account; must outlive them. */
typedef struct {
    const SecretOps *ops;
    void *user;
    const CryptoRandom *random;
    const CryptoDhOps *dh;
    int64_t own_user_id;
    /* The server's present group, once it is known: no new key is agreed in a chat made
     * with another one (SC-F4). g is 0 until then. */
    int current_g;
    uint8_t current_p[256];
    /* The number that the next new chat gets (TalkSecret.number). */
    int32_t next_number;
} SecretEnv;

#define SECRET_NUMBER_MAX 999999
