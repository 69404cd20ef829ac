/* One stream of numbers, the account's: pts, qts, seq; whose turn has come, what came too
 * early, and how much of what comes one turn takes (MTPROTO.md section G). That something
 * is missing it marks; tg-difference.c asks for it. */
#include "tg-box.h"

#include "record.tl.h"

#define IDLE_WAIT (15 * 60 * 1000)
#define IDLE_SPREAD 60   /* s, so that not all ask at once after a breakdown */
#define GAP_WAIT 500     /* ms for the missing ones (MT-G11) */
#define TAKE_AT_ONCE 100 /* updates and people of a turn */
#define TAKE_MS 2        /* or so long: new keys take some ms each */
#define EARLY_MAX 1000   /* updates behind a gap */
#define TURNS_MAX 100    /* turns that the disk has not got: no more is taken */
#define BUSY_WAIT 100    /* ms until it is looked at again */

static void
early_free (TgEarly *early)
{
    tl_message_unref (early->message);
    g_free (early);
}

void
tg_box_init (TgClient *client)
{
    client->updates = g_new0 (TgUpdates, 1);
    g_queue_init (&client->updates->postponed);
    client->updates->early = g_ptr_array_new_with_free_func ((GDestroyNotify)early_free);
    client->updates->idle_at = client->updates->more_at = HOST_NEVER;
}

void
tg_box_clear (TgClient *client)
{
    g_queue_clear_full (&client->updates->postponed, (GDestroyNotify)tl_message_unref);
    g_clear_pointer (&client->updates->early, g_ptr_array_unref);
    g_clear_pointer (&client->updates->piece, tl_message_unref);
    g_clear_pointer (&client->updates, g_free);
}

void
tg_box_reset (TgClient *client)
{
    tg_box_clear (client);
    tg_box_init (client);
}

void
tg_box_lost (TgClient *client)
{
    store_batch_delete (tg_batch (client), (StoreKey){ STORE_UPDATES, 0, 0 });
}

void
tg_box_load (TgClient *client, StoreKey key, const TlObject *root)
{
    const RecUpdatesState *state = TL_AS (root, RecUpdatesState);

    if (state == NULL || state->pts < 0 || state->qts < 0)
        return; /* getState instead (MT-G2) */
    client->updates->known = TRUE;
    client->updates->pts = state->pts;
    client->updates->qts = state->qts;
    client->updates->date = state->date;
    client->updates->seq = state->seq;
}

void
tg_box_save (TgClient *client)
{
    const TgUpdates *u = client->updates;
    RecUpdatesState record = TL_NEW (RecUpdatesState, .pts = u->pts, .qts = u->qts,
                                     .date = u->date, .seq = u->seq);
    tg_put (client, STORE_UPDATES, 0, TL_OBJ (&record));
}

void
tg_box_set_state (TgClient *client, const TlObject *object)
{
    const ApiUpdatesState *state = TL_AS (object, ApiUpdatesState);
    TgUpdates *u = client->updates;

    u->known = TRUE;
    u->pts = state->pts;
    u->qts = state->qts;
    u->date = state->date;
    u->seq = state->seq;
    tg_box_save (client);
}

/* --- asking for what is missing --- */

void
tg_box_ask (TgClient *client)
{
    TgUpdates *u = client->updates;

    if (u->running || u->piece != NULL || !u->synced ||
        tg_now (client).mono < u->not_before)
        u->wanted = TRUE; /* one at a time, once a second (MT-G12, G13) */
    else
        u->running = u->due = TRUE;
}

int64_t
tg_box_idle (const TgClient *client)
{
    return IDLE_WAIT + client->own_id % IDLE_SPREAD * 1000;
}

/* --- the numbers --- */

/* pts and pts_count of the account's box, or FALSE (MT-G6). */
static gboolean
pts_of (const TlObject *update, int32_t *pts, int32_t *count)
{
#define PTS(Type)                                                                        \
    case Type##_ID:                                                                      \
        *pts = TL_AS (update, Type)->pts;                                                \
        *count = TL_AS (update, Type)->pts_count;                                        \
        return TRUE
    switch (update->id) {
        PTS (ApiUpdateNewMessage);
        PTS (ApiUpdateEditMessage);
        PTS (ApiUpdateDeleteMessages);
        PTS (ApiUpdateReadHistoryInbox);
        PTS (ApiUpdateReadHistoryOutbox);
        PTS (ApiUpdateReadMessagesContents);
        PTS (ApiUpdateWebPage);
        PTS (ApiUpdatePinnedMessages);
        PTS (ApiUpdateFolderPeers);
    default:
        return FALSE;
    }
#undef PTS
}

/* FALSE where the update has no qts; all but the first are told to bots, and count (MT-G7). */
static gboolean
qts_of (const TlObject *update, int32_t *qts)
{
#define QTS(Type)                                                                        \
    case Type##_ID:                                                                      \
        *qts = TL_AS (update, Type)->qts;                                                \
        return TRUE
    switch (update->id) {
        QTS (ApiUpdateNewEncryptedMessage);
        QTS (ApiUpdateBotStopped);
        QTS (ApiUpdateMessagePollVote);
        QTS (ApiUpdateChatParticipant);
        QTS (ApiUpdateChannelParticipant);
        QTS (ApiUpdateBotChatInviteRequester);
        QTS (ApiUpdateBotChatBoost);
        QTS (ApiUpdateBotMessageReaction);
        QTS (ApiUpdateBotMessageReactions);
        QTS (ApiUpdateBotBusinessConnect);
        QTS (ApiUpdateBotNewBusinessMessage);
        QTS (ApiUpdateBotEditBusinessMessage);
        QTS (ApiUpdateBotDeleteBusinessMessage);
        QTS (ApiUpdateBotPurchasedPaidMedia);
        QTS (ApiUpdateManagedBot);
        QTS (ApiUpdateBotGuestChatQuery);
    default:
        return FALSE;
    }
#undef QTS
}

/* Where `pts` lies, seen from the box: every number here is the server's, so sums have 64
 * bits (MT-G4, G5). */
TgFit
tg_box_fit_pts (const TgUpdates *u, int32_t pts, int32_t count)
{
    int64_t next = (int64_t)u->pts + count;

    if (pts <= 0 || count < 0 || count > TG_COUNT_MAX || pts < count)
        return TG_FIT_OLD;
    if (count == 0 ? pts < u->pts : pts < next)
        return TG_FIT_OLD;
    return pts > next ? TG_FIT_EARLY : TG_FIT_NOW;
}

/* Whether an update's turn has come; moves the box when it has (MT-G4, G5, SC-J1). */
TgFit
tg_box_fit (TgClient *client, const TlObject *update)
{
    TgUpdates *u = client->updates;
    int32_t number, count;

    if (qts_of (update, &number)) {
        if (number <= 0) {
            tg_box_ask (client); /* SC-J2 */
            return TG_FIT_OLD;
        }
        if (number <= u->qts)
            return TG_FIT_OLD;
        if ((int64_t)number - u->qts > 1)
            return TG_FIT_EARLY;
        u->qts = number;
        u->tell_at = tg_now (client).mono + TG_TELL_AFTER;
        tg_box_save (client);
    } else if (pts_of (update, &number, &count)) {
        TgFit result = tg_box_fit_pts (u, number, count);
        if (result != TG_FIT_NOW)
            return result;
        u->pts = number;
        tg_box_save (client);
    }
    return TG_FIT_NOW;
}

gboolean
tg_box_has (const TlObject *update)
{
    int32_t a, b;
    return qts_of (update, &a) || pts_of (update, &a, &b);
}

/* --- how much a turn takes --- */

gboolean
tg_box_has_room (TgClient *client)
{
    TgUpdates *u = client->updates;
    int64_t now = tg_now (client).mono;

    if (u->turn != tg_turns_number (client->turns)) {
        u->taken = 0;
        u->took_at = now;
    }
    u->turn = tg_turns_number (client->turns);
    return u->taken == 0 || (u->taken < TAKE_AT_ONCE && now - u->took_at < TAKE_MS);
}

/* Whether this turn may take one more; counts it. */
gboolean
tg_box_may_take (TgClient *client)
{
    gboolean room = tg_box_has_room (client);

    client->updates->taken++;
    return room;
}

gboolean
tg_box_is_full (const TgClient *client)
{
    return tg_turns_waiting (client->turns) >= TURNS_MAX;
}

gboolean
tg_box_may_go_on (TgClient *client)
{
    gboolean full = tg_box_is_full (client);

    client->updates->more_at = full ? tg_now (client).mono + BUSY_WAIT : HOST_NEVER;
    return !full;
}

/* --- what came early --- */

void
tg_box_keep_early (TgClient *client, TlMessage *message, const TlObject *update)
{
    TgUpdates *u = client->updates;
    const TgEarly *last =
        u->early->len > 0 ? g_ptr_array_index (u->early, u->early->len - 1) : NULL;
    size_t size =
        last != NULL && last->message == message ? 0 : tl_message_size (message);

    if (u->early->len >= EARLY_MAX || u->kept + size > TG_KEPT_MAX) {
        tg_box_ask (client);
        return;
    }
    TgEarly *early = g_new0 (TgEarly, 1);
    early->message = tl_message_ref (message);
    early->update = update;
    early->size = size;
    u->kept += size;
    g_ptr_array_add (u->early, early);
    if (u->gap_at == 0)
        u->gap_at = tg_now (client).mono + GAP_WAIT;
}

/* Its message may be kept by another one, which is counted for it then. */
void
tg_box_drop_early (TgClient *client, TgEarly *early)
{
    TgUpdates *u = client->updates;

    for (unsigned i = 0; early->size > 0 && i < u->early->len; i++) {
        TgEarly *other = g_ptr_array_index (u->early, i);
        if (other->message == early->message && other->size == 0) {
            other->size = early->size;
            early->size = 0;
        }
    }
    u->kept -= early->size;
    early_free (early);
}

void
tg_box_forget_early (TgClient *client)
{
    TgUpdates *u = client->updates;

    for (unsigned i = 0; i < u->early->len; i++)
        u->kept -= ((TgEarly *)g_ptr_array_index (u->early, i))->size;
    g_ptr_array_set_size (u->early, 0);
    u->early_more = FALSE;
    u->gap_at = 0;
}
