/* The turns of an account: their effects, and their groups on the way to the store, which
 * is tidied when that is due (SC-L12). */
#include "tg-commit.h"

#define TIDY_SOON 500 /* ms: what was read or acknowledged is gone from the files */
#define TIDY_LATER 5000

typedef struct {
    TgLink *link;
    StoreBatch *batch; /* NULL: only to tidy */
    char *error;
    StoreForget untidy;
    gboolean tidy;
} Commit;

/* --- effects --- */

static void
effect_free (void *data)
{
    TgEffect *effect = data;

    talk_event_free (effect->event);
    crypto_text_free (effect->text);
    if (effect->data != NULL) {
        crypto_wipe (effect->data->data, effect->data->len);
        g_byte_array_unref (effect->data);
    }
    talk_spans_unref (effect->spans);
    if (effect->ids != NULL)
        g_array_unref (effect->ids);
    crypto_wipe (effect, sizeof *effect);
    g_free (effect);
}

static unsigned
run_cb (void *user, void *data)
{
    TgEffect *effect = data;
    unsigned weight = MAX (effect->weight, 1);

    effect->run (user, effect);
    return weight;
}

/* --- commits --- */

static void
work_cb (void *data)
{
    Commit *commit = data;
    Store *store = commit->link->store;
    g_autoptr (GError) error = NULL;

    if (commit->batch == NULL)
        store_tidy (store, &error);
    else if (!store_write (store, commit->batch, &error))
        commit->error = g_strdup (error->message);
    if (commit->batch == NULL && error != NULL)
        g_debug ("[turn] not tidied: %s", error->message); /* the next time */
    commit->untidy = store_untidy (store);
    commit->tidy = store_is_tidy (store);
}

static void push (TgClient *client, StoreBatch *take_batch);

static void
tidy_cb (void *user)
{
    TgClient *client = user;

    client->tidy_timer = 0;
    push (client, NULL);
}

static void
stop_tidy (TgClient *client)
{
    if (client->tidy_timer != 0)
        client->host->ops->timer_remove (client->host->self, client->tidy_timer);
    client->tidy_timer = 0;
}

/* When what the store has forgotten is to be gone from the files. */
static void
plan_tidy (TgClient *client, const Commit *commit)
{
    static const int64_t delays[] = { [STORE_FORGET_LATER] = TIDY_LATER,
                                      [STORE_FORGET_SOON] = TIDY_SOON,
                                      [STORE_FORGET_NOW] = 0 };
    G_STATIC_ASSERT (G_N_ELEMENTS (delays) == STORE_FORGET_NOW + 1);
    gboolean again = commit->batch == NULL; /* it did not work */
    int64_t delay = again ? TIDY_LATER : delays[commit->untidy];
    int64_t at = tg_now (client).mono + delay;

    if (commit->tidy || (client->tidy_timer != 0 && at >= client->tidy_at)) {
        if (commit->tidy)
            stop_tidy (client);
        return;
    }
    stop_tidy (client);
    client->tidy_at = at;
    client->tidy_timer =
        client->host->ops->timer_add (client->host->self, delay, tidy_cb, client);
}

static void
done_cb (void *data)
{
    Commit *commit = data;
    TgClient *client = tg_link_leave (&commit->link);
    gboolean tidied = commit->batch == NULL;

    if (client != NULL && commit->error == NULL)
        plan_tidy (client, commit);
    g_clear_pointer (&commit->batch, store_batch_free);
    if (client != NULL && !tidied) {
        g_free (client->commit_error);
        client->commit_error = g_steal_pointer (&commit->error);
        tg_turns_written (client->turns, client->commit_error == NULL);
    }
    g_free (commit->error);
    g_free (commit);
}

static void
push (TgClient *client, StoreBatch *take_batch)
{
    const Host *host = client->host;
    Commit *commit = g_new0 (Commit, 1);

    commit->link = tg_link_ref (client->link);
    commit->batch = take_batch;
    host->ops->work (host->self, TRUE, work_cb, done_cb, commit);
}

static gboolean
write_cb (void *user, StoreBatch *take_batch)
{
    TgClient *client = user;

    if (client->link->store == NULL) {
        store_batch_free (take_batch);
        return FALSE;
    }
    push (client, take_batch);
    return TRUE;
}

/* DECISIONS 1: nothing of it goes out, nor anything behind it. */
static void
failed_cb (void *user, GPtrArray *effects)
{
    TgClient *client = user;

    g_debug ("[turn] the store failed: %s", client->commit_error);
    tg_turn_begin (client);
    for (unsigned i = 0; i < effects->len; i++) {
        TgEffect *effect = g_ptr_array_index (effects, i);
        if (effect->lost != NULL)
            effect->lost (client, effect); /* DECISIONS 25 */
    }
    tg_stop (client, TALK_OFFLINE_STORE, client->commit_error, TRUE);
    store_batch_clear (tg_batch (client));
    tg_turn_end (client);
}

static void
gone_cb (void *user)
{
    g_free (user); /* tg_client_free() did the rest */
}

static const TgTurnOps ops = { write_cb, run_cb, failed_cb, gone_cb, effect_free };

/* --- the turns of an account --- */

void
tg_turn_init (TgClient *client)
{
    client->turns = tg_turns_new (client->host, &ops, client);
}

void
tg_turn_write_all (TgClient *client)
{
    StoreBatch *batch =
        client->link->store != NULL ? tg_turns_take (client->turns) : NULL;

    if (batch != NULL)
        push (client, batch);
}

void
tg_turn_drop_all (TgClient *client)
{
    tg_turns_drop (client->turns);
    stop_tidy (client);
}

gboolean
tg_turn_clear (TgClient *client)
{
    g_free (client->commit_error);
    return tg_turns_free (client->turns);
}
