/* The server's group for secret chats, and verdicts on primes. */
#pragma once

#include "tg-core.h"

typedef struct {
    int32_t version; /* 0 = none */
    int32_t g;
    uint8_t p[256];
} TgGroup;

struct TgPrime {
    TgGroup group;    /* the server's present one */
    TgGroup offered;  /* not checked yet */
    GArray *verdicts; /* on primes */
};

void tg_prime_init (TgClient *client);
void tg_prime_clear (TgClient *client);
void tg_prime_load (TgClient *client, StoreKey key, const TlObject *root);
void tg_prime_offered (TgClient *client, const ApiMessagesDhConfig *config);
/* The verdict, in a turn of its own; not if the account ended meanwhile. */
typedef void (*TgPrimeFunc) (TgClient *client, const uint8_t p[static 256], gboolean good,
                             int32_t chat_id, uint64_t token);
/* Chat id 0: the session asks. */
void tg_prime_check (TgClient *client, const uint8_t p[static 256], TgPrimeFunc func,
                     int32_t chat_id, uint64_t token);
