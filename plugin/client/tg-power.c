/* A job for each power. */
#include "tg-power.h"

#include "crypto-secret.h"

#include <string.h>

typedef struct {
    TgLink *link;
    const CryptoDhOps *dh;
    uint8_t base[256], p[256], exponent[256], power[256];
    gboolean good;
    TgPowerFunc func;
    int32_t chat_id;
    uint64_t token;
} PowerJob;

static void
work_cb (void *data)
{
    PowerJob *job = data;

    job->good = job->dh->power (job->base, job->p, job->exponent, job->power);
}

static void
done_cb (void *data)
{
    PowerJob *job = data;
    TgClient *client = tg_link_leave (&job->link);

    if (client != NULL && client->net != NULL && !client->stopped) {
        g_auto (TgAct) act = tg_act (client);
        job->func (client, job->good ? job->power : NULL, job->chat_id, job->token);
    }
    crypto_wipe (job, sizeof *job);
    g_free (job);
}

void
tg_power (TgClient *client, const uint8_t base[static 256], const uint8_t p[static 256],
          const uint8_t exponent[static 256], TgPowerFunc func, int32_t chat_id,
          uint64_t token)
{
    PowerJob *job = g_new0 (PowerJob, 1);

    job->link = tg_link_ref (client->link);
    job->dh = client->dh;
    memcpy (job->base, base, 256);
    memcpy (job->p, p, 256);
    memcpy (job->exponent, exponent, 256);
    job->func = func;
    job->chat_id = chat_id;
    job->token = token;
    client->host->ops->work (client->host->self, FALSE, work_cb, done_cb, job);
}
