/* The order of the world: pts, qts, seq (MTPROTO.md section G, SECRET-CHATS.md section J).
 * What is missing comes through tg-difference.c.
 *
 * What a server sends at once may be much: a turn takes TG_TAKE_AT_ONCE of it, the rest
 * waits, as messages that are decoded already; how much waits is bounded, and what has no
 * room is dropped and comes with a difference (DECISIONS 32). */
#include "tg-private.h"

#include "record.tl.h"

#define GAP_WAIT 500               /* ms for the missing ones (MT-G11) */
#define TAKE_AT_ONCE 100           /* updates and people of a turn: some 20 ms of work */
#define POSTPONED_MAX 1000         /* messages that wait for their turn (MT-G3) */
#define EARLY_MAX 1000             /* updates behind a gap */
#define KEPT_MAX ((size_t)8 << 20) /* bytes of memory that both take together */
#define TURNS_MAX 100              /* turns that the disk has not got: no more is taken */
#define BUSY_WAIT 100              /* ms until it is looked at again */
#define COUNT_MAX 1000000          /* events in one update; more is no honest count */
#define CATCH_UP 2000 /* ms: after a reconnect the server tells of a new session */

/* An update that came before its predecessors; keeps its message alive. */
typedef struct {
    TlMessage *message;
    const TlObject *update;
    size_t size; /* of the message, counted for one of its updates */
} TgEarly;

typedef enum { FIT_NOW, FIT_OLD, FIT_EARLY } Fit;

static void
early_free (TgEarly *early)
{
    tl_message_unref (early->message);
    g_free (early);
}

void
tg_updates_init (TgClient *client)
{
    g_queue_init (&client->updates.postponed);
    client->updates.early = g_ptr_array_new_with_free_func ((GDestroyNotify)early_free);
    client->updates.idle_at = client->updates.more_at = HOST_NEVER;
}

void
tg_updates_clear (TgClient *client)
{
    g_queue_clear_full (&client->updates.postponed, (GDestroyNotify)tl_message_unref);
    g_clear_pointer (&client->updates.early, g_ptr_array_unref);
    g_clear_pointer (&client->updates.piece, tl_message_unref);
}

void
tg_updates_load (TgClient *client, const uint8_t *data, size_t len)
{
    g_autoptr (TlMessage) message =
        data != NULL ? tl_message_decode (&tl_record_schema, data, len, NULL) : NULL;
    const RecUpdatesState *state =
        message != NULL ? TL_AS (tl_message_root (message), RecUpdatesState) : NULL;

    if (state == NULL || state->pts < 0 || state->qts < 0)
        return; /* getState instead (MT-G2) */
    client->updates.known = TRUE;
    client->updates.pts = state->pts;
    client->updates.qts = state->qts;
    client->updates.date = state->date;
    client->updates.seq = state->seq;
}

void
tg_updates_save (TgClient *client)
{
    const TgUpdates *u = &client->updates;
    RecUpdatesState record = TL_NEW (RecUpdatesState, .pts = u->pts, .qts = u->qts,
                                     .date = u->date, .seq = u->seq);
    tg_put (client, STORE_UPDATES, 0, TL_OBJ (&record));
}

void
tg_updates_set_state (TgClient *client, const TlObject *object)
{
    const ApiUpdatesState *state = TL_AS (object, ApiUpdatesState);
    TgUpdates *u = &client->updates;

    u->known = TRUE;
    u->pts = state->pts;
    u->qts = state->qts;
    u->date = state->date;
    u->seq = state->seq;
    tg_updates_save (client);
}

/* --- single updates --- */

void
tg_updates_take_cloud (TgClient *client, const TlObject *object)
{
    const ApiMessage *message = TL_AS (object, ApiMessage);
    const ApiPeerUser *peer =
        message != NULL ? TL_AS (message->peer_id, ApiPeerUser) : NULL;

    if (message != NULL && peer != NULL && !message->out)
        tg_tell_cloud_message (client, peer->user_id);
}

void
tg_updates_apply (TgClient *client, const TlObject *update, gboolean live)
{
    g_debug ("[updates] %s", tl_id_name (&tl_api_schema, update->id));
    switch (update->id) {
    case ApiUpdateNewEncryptedMessage_ID:
        tg_secrets_message (client, TL_AS (update, ApiUpdateNewEncryptedMessage)->message,
                            live);
        break;
    case ApiUpdateEncryption_ID:
        tg_secrets_encryption (client, TL_AS (update, ApiUpdateEncryption)->chat);
        break;
    case ApiUpdateEncryptedChatTyping_ID:
        if (live)
            tg_secrets_typing (client,
                               TL_AS (update, ApiUpdateEncryptedChatTyping)->chat_id);
        break;
    case ApiUpdateEncryptedMessagesRead_ID: {
        const ApiUpdateEncryptedMessagesRead *read =
            TL_AS (update, ApiUpdateEncryptedMessagesRead);
        tg_secrets_read (client, read->chat_id, read->max_date, read->date);
        break;
    }
    case ApiUpdateUserStatus_ID: {
        const ApiUpdateUserStatus *status = TL_AS (update, ApiUpdateUserStatus);
        tg_peers_status (client, status->user_id, status->status);
        break;
    }
    case ApiUpdateUserName_ID:
        tg_peer_rename (client, TL_AS (update, ApiUpdateUserName));
        break;
    case ApiUpdateNewMessage_ID:
        tg_updates_take_cloud (client, TL_AS (update, ApiUpdateNewMessage)->message);
        break;
    case ApiUpdateServiceNotification_ID:
        tg_tell_service_message (client,
                                 TL_AS (update, ApiUpdateServiceNotification)->message);
        break;
    case ApiUpdatePtsChanged_ID:
        tg_difference_ask (client);
        break;
    default:
        break; /* not ours */
    }
}

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

/* FALSE where the update has no qts (MT-G7). */
static gboolean
qts_of (const TlObject *update, int32_t *qts)
{
    if (update->id == ApiUpdateNewEncryptedMessage_ID)
        *qts = TL_AS (update, ApiUpdateNewEncryptedMessage)->qts;
    else if (update->id == ApiUpdateBotStopped_ID)
        *qts = TL_AS (update, ApiUpdateBotStopped)->qts;
    else
        return FALSE;
    return TRUE;
}

/* Where `pts` lies, seen from the box: every number here is the server's, so sums have 64
 * bits (MT-G4, G5). */
static Fit
fit_pts (const TgUpdates *u, int32_t pts, int32_t count)
{
    int64_t next = (int64_t)u->pts + count;

    if (pts <= 0 || count < 0 || count > COUNT_MAX || pts < count)
        return FIT_OLD;
    if (count == 0 ? pts < u->pts : pts < next)
        return FIT_OLD;
    return pts > next ? FIT_EARLY : FIT_NOW;
}

/* Whether an update's turn has come; moves the box when it has (MT-G4, G5, SC-J1). */
static Fit
fit (TgClient *client, const TlObject *update)
{
    TgUpdates *u = &client->updates;
    int32_t number, count;

    if (qts_of (update, &number)) {
        if (number <= 0) {
            tg_difference_ask (client); /* SC-J2 */
            return FIT_OLD;
        }
        if (number <= u->qts)
            return FIT_OLD;
        if ((int64_t)number - u->qts > 1)
            return FIT_EARLY;
        u->qts = number;
        u->tell_at = tg_now (client).mono + TG_TELL_AFTER;
        tg_updates_save (client);
    } else if (pts_of (update, &number, &count)) {
        Fit result = fit_pts (u, number, count);
        if (result != FIT_NOW)
            return result;
        u->pts = number;
        tg_updates_save (client);
    }
    return FIT_NOW;
}

/* --- what waits --- */

static gboolean
has_room (TgClient *client)
{
    TgUpdates *u = &client->updates;

    if (u->turn != tg_turns_number (client->turns))
        u->taken = 0;
    u->turn = tg_turns_number (client->turns);
    return u->taken < TAKE_AT_ONCE;
}

/* Whether this turn may take one more; counts it. */
gboolean
tg_updates_may_take (TgClient *client)
{
    gboolean room = has_room (client);

    client->updates.taken++;
    return room;
}

static void
postpone (TgClient *client, TlMessage *message)
{
    TgUpdates *u = &client->updates;
    size_t size = tl_message_size (message);

    if (u->postponed.length >= POSTPONED_MAX || u->kept + size > KEPT_MAX) {
        u->wanted = TRUE; /* it comes with the difference */
        return;
    }
    u->kept += size;
    g_queue_push_tail (&u->postponed, tl_message_ref (message));
    if (!u->running && u->more_at == HOST_NEVER)
        u->more_at = tg_now (client).mono;
}

static void
keep_early (TgClient *client, TlMessage *message, const TlObject *update)
{
    TgUpdates *u = &client->updates;
    const TgEarly *last =
        u->early->len > 0 ? g_ptr_array_index (u->early, u->early->len - 1) : NULL;
    size_t size =
        last != NULL && last->message == message ? 0 : tl_message_size (message);

    if (u->early->len >= EARLY_MAX || u->kept + size > KEPT_MAX) {
        tg_difference_ask (client);
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
static void
drop_early (TgClient *client, TgEarly *early)
{
    TgUpdates *u = &client->updates;

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
tg_updates_forget_early (TgClient *client)
{
    TgUpdates *u = &client->updates;

    for (unsigned i = 0; i < u->early->len; i++)
        u->kept -= ((TgEarly *)g_ptr_array_index (u->early, i))->size;
    g_ptr_array_set_size (u->early, 0);
    u->early_more = FALSE;
    u->gap_at = 0;
}

/* Those whose turn has come since, as far as this turn of ours may; until then what is
 * newer waits behind them. */
static void
retry_early (TgClient *client)
{
    TgUpdates *u = &client->updates;

    u->early_more = FALSE;
    for (unsigned i = 0; i < u->early->len;) {
        TgEarly *early = g_ptr_array_index (u->early, i);
        if (!has_room (client)) {
            u->early_more = TRUE;
            u->more_at = tg_now (client).mono;
            return;
        }
        Fit result = fit (client, early->update);
        if (result == FIT_EARLY) {
            i++;
            continue;
        }
        g_ptr_array_steal_index (u->early, i);
        u->taken++;
        if (result == FIT_NOW)
            tg_updates_apply (client, early->update, TRUE);
        drop_early (client, early);
        i = 0;
    }
    if (u->early->len == 0)
        u->gap_at = 0;
}

static void
take_update (TgClient *client, TlMessage *message, const TlObject *update)
{
    switch (fit (client, update)) {
    case FIT_NOW:
        tg_updates_apply (client, update, TRUE);
        retry_early (client);
        break;
    case FIT_EARLY:
        keep_early (client, message, update);
        break;
    case FIT_OLD:
        break;
    }
}

static gboolean
has_box (const TlObject *update)
{
    int32_t a, b;
    return qts_of (update, &a) || pts_of (update, &a, &b);
}

/* `updates` and `updatesCombined`. */
typedef struct {
    const TlVector *users, *updates;
    int32_t seq_start, seq, date;
} Many;

static gboolean
many_of (const TlObject *root, Many *many)
{
    const ApiUpdates *one = TL_AS (root, ApiUpdates);
    const ApiUpdatesCombined *combined = TL_AS (root, ApiUpdatesCombined);

    if (one != NULL)
        *many = (Many){ &one->users, &one->updates, one->seq, one->seq, one->date };
    else if (combined != NULL)
        *many = (Many){ &combined->users, &combined->updates, combined->seq_start,
                        combined->seq, combined->date };
    return one != NULL || combined != NULL;
}

/* Whether those without a box may be taken; asks for what is missing before them. */
static gboolean
seq_fits (TgClient *client, const Many *many)
{
    TgUpdates *u = &client->updates;
    gboolean sane = many->seq_start >= 0 && many->date >= 0 &&
                    many->seq >= many->seq_start &&
                    (many->seq_start == 0 ? many->seq == 0
                                          : many->seq - many->seq_start <= COUNT_MAX);

    if (sane && many->seq_start != 0 && many->seq_start <= u->seq)
        return FALSE;
    if (sane && (int64_t)many->seq_start - u->seq <= 1)
        return TRUE;
    tg_difference_ask (client);
    return FALSE;
}

/* People, then those with a box, the rest by seq (MT-G9). FALSE: that was all. */
static gboolean
take_item (TgClient *client, const Many *many, size_t i)
{
    TgUpdates *u = &client->updates;
    size_t n = many->updates->len;

    if (i < many->users->len) {
        tg_peers_take_one (client, TL_ITEM_OBJ (*many->users, i));
        return TRUE;
    }
    i -= many->users->len;
    if (i == n && !seq_fits (client, many))
        return FALSE;
    if (i < 2 * n) {
        const TlObject *update = TL_ITEM_OBJ (*many->updates, i % n);
        if (has_box (update) == (i < n))
            take_update (client, u->piece, update);
        return TRUE;
    }
    if (many->seq != 0) {
        u->seq = many->seq;
        u->date = many->date;
        tg_updates_save (client);
    }
    return FALSE;
}

static void
take_piece (TgClient *client)
{
    TgUpdates *u = &client->updates;
    Many many = { 0 };

    many_of (tl_message_root (u->piece), &many);
    do {
        if (!tg_updates_may_take (client)) {
            u->more_at = tg_now (client).mono;
            return;
        }
    } while (take_item (client, &many, u->piece_at++));
    g_clear_pointer (&u->piece, tl_message_unref);
}

static void
take_short_message (TgClient *client, int32_t pts, int32_t count, int64_t from,
                    gboolean out)
{
    TgUpdates *u = &client->updates;

    switch (fit_pts (u, pts, count)) {
    case FIT_NOW:
        u->pts = pts;
        tg_updates_save (client);
        if (from != 0 && !out)
            tg_tell_cloud_message (client, from);
        break;
    case FIT_EARLY:
        tg_difference_ask (client);
        break;
    case FIT_OLD:
        break;
    }
}

static void
take (TgClient *client, TlMessage *message)
{
    const TlObject *root = tl_message_root (message);
    const ApiUpdateShort *single = TL_AS (root, ApiUpdateShort);
    const ApiUpdateShortMessage *text = TL_AS (root, ApiUpdateShortMessage);
    const ApiUpdateShortChatMessage *chat = TL_AS (root, ApiUpdateShortChatMessage);
    Many many = { 0 };

    if (single != NULL) {
        take_update (client, message, single->update);
    } else if (many_of (root, &many)) {
        client->updates.piece = tl_message_ref (message);
        client->updates.piece_at = 0;
        take_piece (client);
    } else if (text != NULL) {
        take_short_message (client, text->pts, text->pts_count, text->user_id, text->out);
    } else if (chat != NULL) {
        take_short_message (client, chat->pts, chat->pts_count, 0, chat->out);
    } else {
        tg_difference_ask (client); /* updatesTooLong and whatever is not an update */
    }
}

/* Goes on with what waits, as far as this turn may. */
void
tg_updates_go_on (TgClient *client)
{
    TgUpdates *u = &client->updates;

    u->more_at = HOST_NEVER;
    if (tg_turns_waiting (client->turns) >=
        TURNS_MAX) { /* a slow disk: what it has not got, piles up */
        u->more_at = tg_now (client).mono + BUSY_WAIT;
        return;
    }
    if (u->early_more && !u->running) {
        retry_early (client);
        if (u->early_more)
            return;
    }
    if (u->piece != NULL && u->running)
        tg_difference_take (client);
    else if (u->piece != NULL)
        take_piece (client);
    while (u->piece == NULL && !u->running && !u->early_more &&
           !g_queue_is_empty (&u->postponed)) {
        if (!tg_updates_may_take (client)) {
            u->more_at = tg_now (client).mono;
            return;
        }
        g_autoptr (TlMessage) message = g_queue_pop_head (&u->postponed);
        u->kept -= tl_message_size (message);
        take (client, message);
    }
}

void
tg_updates_receive (TgClient *client, TlMessage *message)
{
    TgUpdates *u = &client->updates;

    if (client->own_id == 0 || !u->known) {
        if (client->own_id != 0 && message == NULL)
            u->wanted = TRUE;
        return; /* MT-F6 */
    }
    u->idle_at = tg_now (client).mono + TG_IDLE_WAIT;
    if (message == NULL)
        tg_difference_ask (client);
    else if (u->running || u->piece != NULL || u->early_more ||
             !g_queue_is_empty (&u->postponed) ||
             tg_turns_waiting (client->turns) >= TURNS_MAX ||
             !tg_updates_may_take (client))
        postpone (client, message); /* MT-G3, or too much for this turn */
    else
        take (client, message);
}

void
tg_updates_reconnected (TgClient *client)
{
    client->updates.caught_up_at = tg_now (client).mono + CATCH_UP;
}

static gboolean
is_caught_up (const TgUpdates *u)
{
    return u->caught_up_at != 0 && !u->running && !u->wanted && u->gap_at == 0 &&
           u->piece == NULL && !u->early_more && u->postponed.length == 0;
}

void
tg_updates_sync (TgClient *client)
{
    if (client->updates.running || client->updates.piece != NULL)
        return;
    tg_tell_step (client, TALK_STEP_SYNCHRONISING);
    tg_difference_run (client);
}

/* --- time --- */

static void
told_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;

    if (!client->dying && error != NULL &&
        g_str_equal (error->type, "MAX_QTS_INVALID")) /* SC-E18 */
        tg_difference_ask (client);
}

/* The turn that moved qts comes before this one, and so is durable before this call leaves
 * (SC-J3, J4). */
static void
tell_received (TgClient *client)
{
    TgUpdates *u = &client->updates;
    ApiMessagesReceivedQueue request =
        TL_NEW (ApiMessagesReceivedQueue, .max_qts = u->qts);

    u->tell_at = 0;
    if (u->qts <= u->told_qts)
        return;
    u->told_qts = u->qts;
    tg_call (client, TL_OBJ (&request), MT_CALL_DEFAULT, told_cb, client);
}

void
tg_updates_tick (TgClient *client, HostTime now)
{
    TgUpdates *u = &client->updates;

    if (client->own_id == 0)
        return;
    if (u->gap_at != 0 && u->gap_at <= now.mono) {
        u->gap_at = 0;
        tg_difference_ask (client);
    }
    if (u->idle_at <= now.mono) {
        u->idle_at = now.mono + TG_IDLE_WAIT;
        tg_difference_ask (client);
    }
    if (u->more_at <= now.mono)
        tg_updates_go_on (client);
    tg_difference_tick (client, now);
    if (u->tell_at != 0 && u->tell_at <= now.mono)
        tell_received (client);
    if (is_caught_up (u) && u->caught_up_at <= now.mono) {
        u->caught_up_at = 0;
        tg_secrets_caught_up (client);
    }
}

int64_t
tg_updates_deadline (TgClient *client)
{
    const TgUpdates *u = &client->updates;
    int64_t deadline = HOST_NEVER;

    if (client->own_id == 0)
        return deadline;
    deadline = MIN (MIN (u->idle_at, u->more_at), tg_difference_deadline (client));
    if (u->gap_at != 0)
        deadline = MIN (deadline, u->gap_at);
    if (u->tell_at != 0)
        deadline = MIN (deadline, u->tell_at);
    if (is_caught_up (u))
        deadline = MIN (deadline, u->caught_up_at);
    return deadline;
}
