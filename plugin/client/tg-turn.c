/* Turns: what an input changed is written first; only when it is on disk do the turn's
 * bytes, calls and events leave, in the order of the turns (ARCHITECTURE.md, "Turns"). */
#include "tg-private.h"

#include <string.h>

#define EFFECTS_AT_ONCE                                                                  \
    50                   /* events and bytes let out before the loop has its turn: what
                            * a window does with each is some 0.2 ms of work */
#define EFFECTS_PAUSE 10 /* ms: a window draws, keys are heard */

typedef struct {
    TgLink *link;
    TgTurn *turn;
    char *error;
} Commit;

TgLink *
tg_link_ref (TgLink *link)
{
    link->refs++;
    return link;
}

void
tg_link_unref (TgLink *link)
{
    if (--link->refs > 0)
        return;
    g_clear_pointer (&link->store, store_close);
    crypto_wipe (link->key, sizeof link->key);
    g_free (link);
}

void
tg_wipe_string (char *text)
{
    if (text != NULL)
        crypto_wipe (text, strlen (text));
    g_free (text);
}

static void
effect_free (TgEffect *effect)
{
    talk_event_free (effect->event);
    tg_wipe_string (effect->text);
    if (effect->data != NULL) {
        crypto_wipe (effect->data->data, effect->data->len);
        g_byte_array_unref (effect->data);
    }
    if (effect->ids != NULL)
        g_array_unref (effect->ids);
    crypto_wipe (effect, sizeof *effect);
    g_free (effect);
}

static void
turn_free (TgTurn *turn)
{
    store_batch_free (turn->batch);
    g_ptr_array_unref (turn->effects);
    g_free (turn);
}

void
tg_turn_begin (TgClient *client)
{
    g_return_if_fail (client->turn == NULL);
    client->turn = g_new0 (TgTurn, 1);
    client->turn_number++;
    client->turn->batch = store_batch_new ();
    client->turn->effects = g_ptr_array_new_with_free_func ((GDestroyNotify)effect_free);
}

StoreBatch *
tg_batch (TgClient *client)
{
    return client->turn->batch;
}

TgEffect *
tg_effect (TgClient *client, TgEffectFunc run)
{
    TgEffect *effect = g_new0 (TgEffect, 1);
    effect->run = run;
    g_ptr_array_add (client->turn->effects, effect);
    return effect;
}

static void let_out (TgClient *client);

static void
commit_work_cb (void *data)
{
    Commit *commit = data;
    g_autoptr (GError) error = NULL;

    if (!store_commit (commit->link->store, commit->turn->batch, &error))
        commit->error = g_strdup (error->message);
}

/* What all turns that are not let out would have done. */
static GPtrArray *
take_effects (TgClient *client)
{
    GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify)effect_free);

    for (GList *l = client->turns.head; l != NULL; l = l->next)
        g_ptr_array_extend_and_steal (all,
                                      g_ptr_array_ref (((TgTurn *)l->data)->effects));
    return all;
}

static void
commit_done_cb (void *data)
{
    Commit *commit = data;
    TgLink *link = commit->link;
    TgClient *client = link->client;
    g_autofree char *error = commit->error;
    TgTurn *turn = commit->turn;

    g_free (commit);
    if (client == NULL) {
        turn_free (turn);
    } else {
        client->committing = FALSE;
        if (error == NULL) {
            store_batch_free (turn->batch);
            turn->batch = store_batch_new ();
            g_queue_push_head (&client->turns, turn);
            let_out (client);
        } else { /* DECISIONS 1: nothing of it goes out, nor anything behind it */
            g_debug ("[turn] the store failed: %s", error);
            g_queue_push_head (&client->turns, turn);
            g_autoptr (GPtrArray) dropped = take_effects (client);
            tg_turn_drop_all (client);
            tg_turn_begin (client);
            tg_tell_lost (client, dropped); /* DECISIONS 25 */
            tg_stop (client, TALK_OFFLINE_STORE, error, TRUE);
            store_batch_free (client->turn->batch);
            client->turn->batch = store_batch_new ();
            tg_turn_end (client);
        }
    }
    tg_link_unref (link);
}

static void
push_commit (TgClient *client, TgTurn *turn)
{
    Commit *commit = g_new0 (Commit, 1);

    commit->link = tg_link_ref (client->link);
    commit->turn = turn;
    client->host->ops->work (client->host->self, TRUE, commit_work_cb, commit_done_cb,
                             commit);
}

static void
let_out_cb (void *user)
{
    TgClient *client = user;

    client->let_out_timer = 0;
    let_out (client);
}

/* Runs effects of a durable turn; FALSE: enough for this time. */
static gboolean
run_effects (TgClient *client, TgTurn *turn, unsigned *done)
{
    while (turn->next < turn->effects->len && !client->dying) {
        if (*done >= EFFECTS_AT_ONCE)
            return FALSE;
        TgEffect *effect = g_ptr_array_index (turn->effects, turn->next++);
        *done += MAX (effect->weight, 1);
        effect->run (client, effect);
    }
    return TRUE;
}

/* Lets out what is durable, in order; stops at the first turn that must be written, and
 * when it was much: the rest follows from the loop, and nothing overtakes it. */
static void
let_out (TgClient *client)
{
    unsigned done = 0;

    if (client->running || client->let_out_timer != 0)
        return; /* the loop below goes on */
    client->running = TRUE;
    while (!client->dying && !client->committing && !g_queue_is_empty (&client->turns)) {
        TgTurn *turn = g_queue_pop_head (&client->turns);
        if (!store_batch_is_empty (turn->batch) && client->link->store != NULL) {
            client->committing = TRUE;
            push_commit (client, turn);
            break;
        }
        if (!run_effects (client, turn, &done)) {
            g_queue_push_head (&client->turns, turn);
            client->let_out_timer = client->host->ops->timer_add (
                client->host->self, EFFECTS_PAUSE, let_out_cb, client);
            break;
        }
        turn_free (turn);
    }
    client->running = FALSE;
    if (client->dying)
        g_free (client); /* tg_client_free() did the rest */
}

void
tg_turn_end (TgClient *client)
{
    TgTurn *turn = g_steal_pointer (&client->turn);

    if (turn->effects->len == 0 && store_batch_is_empty (turn->batch))
        turn_free (turn); /* nothing came of it */
    else
        g_queue_push_tail (&client->turns, turn);
    let_out (client);
}

void
tg_turn_hold (TgClient *client, gboolean *held)
{
    *held = !client->running;
    client->running = TRUE;
}

gboolean
tg_turn_release (TgClient *client, gboolean held)
{
    gboolean dying = client->dying;

    if (held) {
        client->running = FALSE;
        if (dying)
            g_free (client); /* tg_client_free() did the rest */
        else
            let_out (client);
    }
    return !dying;
}

void
tg_turn_write_all (TgClient *client)
{
    while (client->link->store != NULL && !g_queue_is_empty (&client->turns))
        push_commit (client, g_queue_pop_head (&client->turns));
}

void
tg_turn_drop_all (TgClient *client)
{
    g_queue_clear_full (&client->turns, (GDestroyNotify)turn_free);
    if (client->turn != NULL)
        turn_free (g_steal_pointer (&client->turn));
}
