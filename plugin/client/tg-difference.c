/* getDifference: whatever is missing, from the server, in slices and in pieces
 * (MTPROTO.md section G, SECRET-CHATS.md section J).
 *
 *   ask --> run --> answer --> pieces, some a turn --> state --> next slice, or
 *            ^                                                   in step
 *            +-- pause <-- refused, no answer, no progress, too large
 *
 * That it is wanted is marked below (tg_box_ask); it is asked for at the input's end.
 *
 * A server can answer for ever without a word that moves anything, can answer with more
 * than an input may be, or not at all; none of it may cost more than these numbers say
 * (DECISIONS 32). */
#include "tg-difference.h"
#include "tg-peers.h"
#include "tg-refusal.h"
#include "tg-secrets.h"
#include "tg-updates.h"
#include "tg-wait.h"

#define DIFFERENCE_EVERY 1000 /* ms between differences (MT-G13) */
#define BACKOFF_MAX 6         /* 1, 2, 4 .. 64 s */
#define ANSWER_WITHIN 30000   /* ms; then asked on a new connection; doubled each time */
#define ANSWER_STEPS 3        /* 30, 60, 120, 240 s */
#define SLOW_AFTER 60000      /* ms until the user is told that it takes long */
#define STILL_MAX 2           /* slices without progress before a pause (MT-G13) */
#define SLICES_QUICK 200      /* slices in a row without a pause: some 20,000 messages */
#define LARGE_TRIES 3         /* ever smaller slices before one thing is skipped */

/* After an answer that was too large: what is asked for, and when. */
static const struct {
    int32_t limit; /* updates in a slice; 0 = as many as the server likes */
    int64_t pause; /* ms */
} slices[LARGE_TRIES + 1] = { { 0, 0 }, { 100, 1000 }, { 10, 4000 }, { 1, 16000 } };

/* What a difference brings, whichever form it has. */
typedef struct {
    const TlVector *users, *others, *encrypted, *messages;
    const TlObject *state;
    gboolean final;
} Parts;

static gboolean
parts_of (const TlObject *root, Parts *parts)
{
    const ApiUpdatesDifference *all = TL_AS (root, ApiUpdatesDifference);
    const ApiUpdatesDifferenceSlice *slice = TL_AS (root, ApiUpdatesDifferenceSlice);

    if (all != NULL)
        *parts = (Parts){
            &all->users,        &all->other_updates, &all->new_encrypted_messages,
            &all->new_messages, all->state,          TRUE
        };
    else if (slice != NULL)
        *parts = (Parts){ &slice->users,
                          &slice->other_updates,
                          &slice->new_encrypted_messages,
                          &slice->new_messages,
                          slice->intermediate_state,
                          FALSE };
    return all != NULL || slice != NULL;
}

static void run (TgClient *client);

/* --- the end of it --- */

static void
finish (TgClient *client)
{
    TgUpdates *u = client->updates;

    u->running = FALSE;
    u->rebased = FALSE;
    u->failures = u->silences = 0;
    u->large = 0;
    u->skip_to = 0;
    u->still = u->slices = 0;
    u->not_before = tg_now (client).mono + DIFFERENCE_EVERY;
    tg_box_forget_early (client);
    if (u->skipped > 0)
        tg_tell_trouble (client, TALK_TROUBLE_SKIPPED, u->skipped);
    if (u->told_slow)
        tg_tell_trouble (client, TALK_TROUBLE_OVER, 0);
    u->skipped = 0;
    u->told_slow = FALSE;
    u->began = 0;
    if (!u->synced) {
        u->synced = TRUE;
        client->wires->in_step (client);
    }
    if (u->caught_up_at != 0)
        u->caught_up_at = tg_now (client).mono; /* with the next tick */
}

static void
pause_for (TgClient *client, int64_t ms)
{
    TgUpdates *u = client->updates;

    u->running = FALSE;
    u->wanted = TRUE;
    u->not_before = tg_now (client).mono + ms;
}

/* Refused, undecodable, without progress: later, and ever later (MT-G13). */
static void
back_off (TgClient *client)
{
    TgUpdates *u = client->updates;

    pause_for (client, (int64_t)1000 << MIN (u->failures, BACKOFF_MAX));
    u->failures++;
}

/* --- what is too large --- */

/* One secret message is given up: it leaves a hole, as any that got lost, and the peer is
 * asked for it. Never beyond what the server has. */
static void
skip_one (TgClient *client)
{
    TgUpdates *u = client->updates;

    if (u->qts < u->skip_to) {
        u->qts++;
        u->skipped++;
        tg_box_save (client);
        g_debug ("[updates] qts %d was too large and is skipped", u->qts);
    }
    if (u->qts >= u->skip_to)
        finish (client); /* nothing is left that could be asked for */
    else
        pause_for (client, DIFFERENCE_EVERY);
}

/* Asked for again in ever smaller slices; in the end without what is not shown anyhow, and
 * then without one secret message after the other. */
static void
too_large (TgClient *client)
{
    TgUpdates *u = client->updates;

    if (u->skip_to > 0) {
        skip_one (client);
    } else if (u->large < LARGE_TRIES) {
        u->large++;
        g_debug ("[updates] too large: %d at a time", slices[u->large].limit);
        pause_for (client, slices[u->large].pause);
    } else {
        u->ask_state = TRUE;
        pause_for (client, DIFFERENCE_EVERY);
    }
}

/* The ordinary updates up to the server's present are skipped; secret messages are not. */
static void
skip_ordinary (TgClient *client, const TlObject *state)
{
    TgUpdates *u = client->updates;
    int32_t qts = u->qts;

    u->ask_state = FALSE;
    u->skipped++;
    u->skip_to = TL_AS (state, ApiUpdatesState)->qts;
    tg_box_set_state (client, state);
    if (qts < u->qts) {
        u->qts = qts;
        tg_box_save (client);
        pause_for (client, DIFFERENCE_EVERY);
    } else {
        finish (client);
    }
}

/* --- answers --- */

static void
failed (TgClient *client, const MtError *error)
{
    TgUpdates *u = client->updates;

    u->running = FALSE;
    if (error->code == MT_ERROR_LOCAL_CLOSED)
        return;
    if (error->code == MT_ERROR_LOCAL_BUDGET) {
        too_large (client);
    } else if (tg_refusal_of (error) == TG_REFUSAL_STATE_OLD) { /* MT-G2 */
        u->known = FALSE;
        run (client);
    } else {
        back_off (client);
    }
}

/* Whether these are positions at all. */
static gboolean
is_state (const TlObject *object)
{
    const ApiUpdatesState *state = TL_AS (object, ApiUpdatesState);

    return state != NULL && state->pts >= 0 && state->qts >= 0 && state->seq >= 0;
}

/* An answer with numbers that cannot be: as if it had not decoded. */
static gboolean
is_sane (const TlObject *root)
{
    const ApiUpdatesDifferenceEmpty *empty = TL_AS (root, ApiUpdatesDifferenceEmpty);
    const ApiUpdatesDifferenceTooLong *too_long =
        TL_AS (root, ApiUpdatesDifferenceTooLong);
    Parts parts = { 0 };

    if (parts_of (root, &parts))
        return is_state (parts.state);
    return (empty != NULL && empty->seq >= 0) || (too_long != NULL && too_long->pts >= 0);
}

/* On to the next slice: at once, unless it leads nowhere or there are very many. */
static void
next_slice (TgClient *client, gboolean progress)
{
    TgUpdates *u = client->updates;

    u->running = FALSE;
    u->still = progress ? 0 : u->still + 1;
    if (u->still >= STILL_MAX)
        back_off (client);
    else if (++u->slices > SLICES_QUICK)
        pause_for (client, DIFFERENCE_EVERY);
    else
        run (client);
}

/* People, chats, ordinary messages, secret ones, the rest (SC-J5, MT-G15). FALSE: that was
 * all. */
static gboolean
take_item (TgClient *client, const Parts *parts, size_t i)
{
    if (i < parts->users->len) {
        tg_peers_take_one (client, TL_ITEM_OBJ (*parts->users, i));
        return TRUE;
    }
    i -= parts->users->len;
    if (i < parts->others->len) {
        const TlObject *update = TL_ITEM_OBJ (*parts->others, i);
        if (update->id == ApiUpdateEncryption_ID)
            tg_updates_apply (client, update, FALSE);
        return TRUE;
    }
    i -= parts->others->len;
    if (i < parts->messages->len) {
        tg_updates_take_cloud (client, TL_ITEM_OBJ (*parts->messages, i));
        return TRUE;
    }
    i -= parts->messages->len;
    if (i < parts->encrypted->len) {
        tg_secrets_message (client, TL_ITEM_OBJ (*parts->encrypted, i), FALSE);
        return TRUE;
    }
    i -= parts->encrypted->len;
    if (i < parts->others->len) {
        const TlObject *update = TL_ITEM_OBJ (*parts->others, i);
        if (update->id != ApiUpdateEncryption_ID)
            tg_updates_apply (client, update, FALSE);
        return TRUE;
    }
    return FALSE;
}

static void
take (TgClient *client)
{
    TgUpdates *u = client->updates;
    Parts parts = { 0 };

    parts_of (tl_message_root (u->piece), &parts);
    do {
        if (!tg_box_may_take (client)) {
            u->more_at = tg_now (client).mono;
            return; /* goes on with another turn; the state comes with the last one */
        }
    } while (take_item (client, &parts, u->piece_at++));
    const ApiUpdatesState *state = TL_AS (parts.state, ApiUpdatesState);
    gboolean progress = state->pts > u->pts || state->qts > u->qts ||
                        (uint32_t)state->date > (uint32_t)u->date;
    if (parts.encrypted->len > 0)
        u->tell_at = tg_now (client).mono + TG_TELL_AFTER;
    tg_box_set_state (client, parts.state);
    g_autoptr (TlMessage) done = g_steal_pointer (&u->piece);
    if (parts.final)
        finish (client);
    else
        next_slice (client, progress);
}

/* With the answer, or else with what has waited for it. */
static void
go_on (TgClient *client)
{
    TgUpdates *u = client->updates;

    if (u->running && u->piece != NULL) {
        if (!tg_box_may_go_on (client))
            return;
        take (client);
        if (u->piece != NULL)
            return;
    }
    tg_updates_go_on (client);
}

/* What was asked for has an answer that can be used; else its failure is dealt with. */
static gboolean
is_answered (TgClient *client, TlMessage *answer, const MtError *error,
             gboolean (*is_good) (const TlObject *root))
{
    static const MtError bad = { .code = MT_ERROR_LOCAL_DECODE,
                                 .type = "BAD_STATE",
                                 .number = -1,
                                 .text = "BAD_STATE" };

    if (client->dying)
        return FALSE;
    client->updates->asked = NULL;
    if (error == NULL && !is_good (tl_message_root (answer)))
        error = &bad;
    if (error != NULL)
        failed (client, error);
    return error == NULL;
}

static void
difference_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;
    TgUpdates *u = client->updates;

    if (!is_answered (client, answer, error, is_sane))
        return;
    const TlObject *root = tl_message_root (answer);
    const ApiUpdatesDifferenceEmpty *empty = TL_AS (root, ApiUpdatesDifferenceEmpty);
    const ApiUpdatesDifferenceTooLong *too_long =
        TL_AS (root, ApiUpdatesDifferenceTooLong);

    if (empty != NULL) { /* SC-J8 */
        u->date = empty->date;
        u->seq = empty->seq;
        tg_box_save (client);
        finish (client);
    } else if (too_long != NULL) {
        gboolean progress = too_long->pts > u->pts;
        u->pts = too_long->pts;
        tg_box_save (client);
        next_slice (client, progress);
    } else {
        u->piece = tl_message_ref (answer);
        u->piece_at = 0;
    }
    go_on (client);
}

static void
state_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;
    TgUpdates *u = client->updates;

    if (!is_answered (client, answer, error, is_state))
        return;
    u->renumbered = FALSE;
    if (u->ask_state) {
        skip_ordinary (client, tl_message_root (answer));
        go_on (client);
        return;
    }
    /* what lies between the messages that are here and the server's count must come, not
     * be told as received; unless the server refuses even this (SC-J2, SC-J3) */
    int32_t qts = u->qts;
    gboolean keep = !u->rebased && tg_secrets_any_open (client);
    tg_box_set_state (client, tl_message_root (answer));
    if (keep && qts < u->qts) {
        u->qts = qts;
        u->rebased = TRUE;
        tg_box_save (client);
        run (client);
        return;
    }
    finish (client);
    go_on (client);
}

/* --- asking --- */

static void
run (TgClient *client)
{
    TgUpdates *u = client->updates;
    int64_t now = tg_now (client).mono;
    int32_t limit = slices[u->large].limit;

    u->running = TRUE;
    u->wanted = u->due = FALSE;
    u->idle_at = now + tg_box_idle (client);
    u->asked_at = now;
    if (u->began == 0)
        u->began = now;
    if (!u->known || u->ask_state || u->renumbered) {
        ApiUpdatesGetState request = TL_NEW (ApiUpdatesGetState);
        u->asked = tg_call (client, TL_OBJ (&request), MT_CALL_DEFAULT, state_cb, client);
        return;
    }
    ApiUpdatesGetDifference request =
        TL_NEW (ApiUpdatesGetDifference, .pts = u->pts, .has_pts_limit = limit > 0,
                .pts_limit = limit, .date = u->date, .qts = u->qts,
                .has_qts_limit = limit > 0, .qts_limit = limit);
    u->asked =
        tg_call (client, TL_OBJ (&request), MT_CALL_DEFAULT, difference_cb, client);
}

void
tg_difference_settle (TgClient *client)
{
    TgUpdates *u = client->updates;

    if (u->due && !client->stopped)
        run (client);
}

void
tg_difference_connected (TgClient *client)
{
    TgUpdates *u = client->updates;

    u->asked_at = tg_now (client).mono; /* what is out goes out again */
    if (u->began != 0)
        u->began = u->asked_at;
}

void
tg_difference_sync (TgClient *client)
{
    if (client->updates->running || client->updates->piece != NULL)
        return;
    tg_tell_step (client, TALK_STEP_SYNCHRONISING);
    run (client);
}

/* --- time --- */

/* When a question that is out has been silent for too long. */
static int64_t
answer_ends (TgClient *client)
{
    const TgUpdates *u = client->updates;

    if (u->asked == NULL || net_state (client->net) != MT_STATE_READY)
        return HOST_NEVER;
    return u->asked_at + ((int64_t)ANSWER_WITHIN << MIN (u->silences, ANSWER_STEPS));
}

/* When the user is told that catching up takes long. */
static int64_t
slow_at (TgClient *client)
{
    const TgUpdates *u = client->updates;

    if (u->began == 0 || u->told_slow || net_state (client->net) != MT_STATE_READY)
        return HOST_NEVER;
    return u->began + SLOW_AFTER;
}

void
tg_difference_tick (TgClient *client, HostTime now)
{
    TgUpdates *u = client->updates;

    if (client->own_id == 0)
        return;
    if (u->running && u->piece != NULL && u->more_at <= now.mono)
        go_on (client);
    if (answer_ends (client) <= now.mono) { /* a dead one would wait for ever */
        u->silences++;
        net_cancel (client->net, g_steal_pointer (&u->asked));
        pause_for (client, 0);
        net_reconnect (client->net, "nobody says what was missed", now);
        if (!u->told_slow)
            tg_tell_trouble (client, TALK_TROUBLE_CATCHING_UP, 0);
        u->told_slow = TRUE;
    }
    if (slow_at (client) <= now.mono) {
        u->told_slow = TRUE;
        tg_tell_trouble (client, TALK_TROUBLE_CATCHING_UP, 0);
    }
    if (u->wanted && !u->running && u->piece == NULL && u->not_before <= now.mono)
        run (client);
}

int64_t
tg_difference_deadline (TgClient *client)
{
    const TgUpdates *u = client->updates;
    int64_t deadline = answer_ends (client);

    if (client->own_id == 0)
        return HOST_NEVER;
    if (u->wanted && !u->running && u->piece == NULL)
        deadline = MIN (deadline, u->not_before);
    return MIN (deadline, slow_at (client));
}
