/* The server's group for secret chats and the verdicts on primes: found out once, kept
 * in the store (SC-A1, SC-A3). */
#include "tg-prime.h"

#include "record.tl.h"

#include "crypto-hash.h"

#include <string.h>

#define OWNER_GROUP 1 /* of STORE_ACCOUNT records */
#define OWNER_VERDICTS 2
#define VERDICTS_MAX 32 /* the server has changed its prime once in ten years */

typedef struct {
    uint8_t hash[32]; /* SHA-256 of the prime */
    gboolean good;
} Verdict;

typedef struct {
    TgLink *link;
    const CryptoDhOps *dh;
    uint8_t p[256];
    gboolean known; /* verdict from the store */
    gboolean done;  /* FALSE: cancelled */
    gboolean good;
    TgPrimeFunc func;
    int32_t chat_id;
    uint64_t token;
} PrimeJob;

void
tg_prime_init (TgClient *client)
{
    client->prime = g_new0 (TgPrime, 1);
    client->prime->verdicts = g_array_new (FALSE, FALSE, sizeof (Verdict));
}

void
tg_prime_clear (TgClient *client)
{
    g_array_unref (client->prime->verdicts);
    g_clear_pointer (&client->prime, g_free);
}

/* --- the group --- */

/* Checked, so it takes the place of the one before (SC-A1). */
static void
adopt (TgClient *client, const TgGroup *group)
{
    RecDhConfig record = TL_NEW (RecDhConfig, .version = group->version, .g = group->g,
                                 .p = TL_BYTES (group->p, sizeof group->p));

    client->prime->group = *group;
    tg_put (client, STORE_ACCOUNT, OWNER_GROUP, TL_OBJ (&record));
}

void
tg_prime_offered (TgClient *client, const ApiMessagesDhConfig *config)
{
    TgGroup *offered = &client->prime->offered;

    offered->version = 0;
    if (config->p.len != sizeof offered->p ||
        !client->dh->is_generator (config->g, config->p.data))
        return; /* the chat says why */
    offered->version = config->version;
    offered->g = config->g;
    memcpy (offered->p, config->p.data, sizeof offered->p);
    if (client->dh->is_known_prime (offered->p))
        adopt (client, offered);
}

static void
load_group (TgClient *client, const RecDhConfig *record)
{
    TgGroup group = { .version = record->version, .g = record->g };

    if (record->p.len != sizeof group.p || record->version == 0)
        return;
    memcpy (group.p, record->p.data, sizeof group.p);
    if (client->dh->is_generator (group.g, group.p))
        client->prime->group = group;
}

/* --- primes --- */

static const Verdict *
find_verdict (TgClient *client, const uint8_t p[static 256])
{
    uint8_t hash[32];

    crypto_sha256 (p, 256, hash);
    for (unsigned i = 0; i < client->prime->verdicts->len; i++) {
        const Verdict *verdict = &g_array_index (client->prime->verdicts, Verdict, i);
        if (memcmp (verdict->hash, hash, sizeof hash) == 0)
            return verdict;
    }
    return NULL;
}

/* Good or bad, it is not found out again; the oldest ones give way (SC-A3). */
static void
remember_verdict (TgClient *client, const uint8_t p[static 256], gboolean good)
{
    Verdict verdict = { .good = good };

    if (find_verdict (client, p) != NULL)
        return;
    crypto_sha256 (p, 256, verdict.hash);
    if (client->prime->verdicts->len >= VERDICTS_MAX)
        g_array_remove_index (client->prime->verdicts, 0);
    g_array_append_val (client->prime->verdicts, verdict);

    RecPrimeVerdict items[VERDICTS_MAX];
    const TlObject *objects[VERDICTS_MAX];
    for (unsigned i = 0; i < client->prime->verdicts->len; i++) {
        const Verdict *known = &g_array_index (client->prime->verdicts, Verdict, i);
        items[i] = TL_NEW (RecPrimeVerdict, .hash = TL_BYTES (known->hash, 32),
                           .good = known->good);
        objects[i] = TL_OBJ (&items[i]);
    }
    RecPrimeVerdicts record =
        TL_NEW (RecPrimeVerdicts, .verdicts = { objects, client->prime->verdicts->len });
    tg_put (client, STORE_ACCOUNT, OWNER_VERDICTS, TL_OBJ (&record));
}

static void
load_verdicts (TgClient *client, const RecPrimeVerdicts *record)
{
    for (size_t i = 0; i < MIN (record->verdicts.len, VERDICTS_MAX); i++) {
        const RecPrimeVerdict *item =
            TL_AS (TL_ITEM_OBJ (record->verdicts, i), RecPrimeVerdict);
        Verdict verdict = { .good = item->good };
        if (item->hash.len != sizeof verdict.hash)
            continue;
        memcpy (verdict.hash, item->hash.data, sizeof verdict.hash);
        g_array_append_val (client->prime->verdicts, verdict);
    }
}

void
tg_prime_load (TgClient *client, StoreKey key, const TlObject *root)
{
    const RecDhConfig *group = TL_AS (root, RecDhConfig);
    const RecPrimeVerdicts *verdicts = TL_AS (root, RecPrimeVerdicts);

    if (group != NULL)
        load_group (client, group);
    else if (verdicts != NULL)
        load_verdicts (client, verdicts);
}

/* --- the check off the loop --- */

static void
prime_work_cb (void *data)
{
    PrimeJob *job = data;

    if (!job->known)
        job->good = job->dh->is_safe_prime (job->p);
    job->done = TRUE;
}

static void
prime_done_cb (void *data)
{
    PrimeJob *job = data;
    TgClient *client = tg_link_leave (&job->link);

    if (client != NULL && client->net != NULL && !client->stopped && job->done) {
        g_auto (TgAct) act = tg_act (client);
        if (!job->known)
            remember_verdict (client, job->p, job->good);
        if (job->chat_id != 0 && job->good && client->prime->offered.version != 0 &&
            memcmp (client->prime->offered.p, job->p, sizeof job->p) == 0)
            adopt (client, &client->prime->offered);
        job->func (client, job->p, job->good, job->chat_id, job->token);
    }
    g_free (job);
}

void
tg_prime_check (TgClient *client, const uint8_t p[static 256], TgPrimeFunc func,
                int32_t chat_id, uint64_t token)
{
    const Verdict *verdict = find_verdict (client, p);
    PrimeJob *job = g_new0 (PrimeJob, 1);

    job->link = tg_link_ref (client->link);
    job->dh = client->dh;
    job->known = verdict != NULL;
    job->good = verdict != NULL && verdict->good;
    job->func = func;
    job->chat_id = chat_id;
    job->token = token;
    memcpy (job->p, p, sizeof job->p);
    client->host->ops->work (client->host->self, FALSE, prime_work_cb, prime_done_cb,
                             job);
}
