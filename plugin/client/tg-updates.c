/* The order of the world: pts, qts, seq, and getDifference for whatever is missing
 * (MTPROTO.md section G, SECRET-CHATS.md section J). */
#include "tg-private.h"

#include "record.tl.h"

#define GAP_WAIT 500               /* ms for the missing ones (MT-G11) */
#define IDLE_WAIT (15 * 60 * 1000) /* ms without any update (MT-G12) */
#define DIFFERENCE_EVERY 1000      /* ms between differences (MT-G13) */
#define BACKOFF_MAX 6              /* 1, 2, 4 .. 64 s */
#define POSTPONED_MAX 1000         /* messages while a difference runs (MT-G3) */
#define EARLY_MAX 1000             /* updates behind a gap */
#define TELL_AFTER 2000            /* ms: receivedQueue after new encrypted messages */
#define CATCH_UP 2000     /* ms: after a reconnect the server tells of a new session */
#define COUNT_MAX 1000000 /* events in one update; more is no honest count */

/* An update that came before its predecessors; keeps its message alive. */
typedef struct {
    TlMessage *message;
    const TlObject *update;
} TgEarly;

typedef enum { FIT_NOW, FIT_OLD, FIT_EARLY } Fit;

static void run_difference (TgClient *client);
static void ask_difference (TgClient *client);

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
    client->updates.idle_at = HOST_NEVER;
}

void
tg_updates_clear (TgClient *client)
{
    g_queue_clear_full (&client->updates.postponed, (GDestroyNotify)tl_message_unref);
    g_clear_pointer (&client->updates.early, g_ptr_array_unref);
}

void
tg_updates_load (TgClient *client, const uint8_t *data, size_t len)
{
    g_autoptr (TlMessage) message =
        data != NULL ? tl_message_decode (&tl_record_schema, data, len, NULL) : NULL;
    const RecUpdatesState *state =
        message != NULL ? TL_AS (tl_message_root (message), RecUpdatesState) : NULL;

    if (state == NULL || state->pts < 0 || state->qts < 0 || state->date < 0)
        return; /* getState instead (MT-G2) */
    client->updates.known = TRUE;
    client->updates.pts = state->pts;
    client->updates.qts = state->qts;
    client->updates.date = state->date;
    client->updates.seq = state->seq;
}

static void
save (TgClient *client)
{
    const TgUpdates *u = &client->updates;
    RecUpdatesState record = TL_NEW (RecUpdatesState, .pts = u->pts, .qts = u->qts,
                                     .date = u->date, .seq = u->seq);
    tg_put (client, STORE_UPDATES, 0, TL_OBJ (&record));
}

/* Whether these are positions at all. */
static gboolean
is_state (const TlObject *object)
{
    const ApiUpdatesState *state = TL_AS (object, ApiUpdatesState);

    return state != NULL && state->pts >= 0 && state->qts >= 0 && state->date >= 0 &&
           state->seq >= 0;
}

static void
set_state (TgClient *client, const TlObject *object)
{
    const ApiUpdatesState *state = TL_AS (object, ApiUpdatesState);
    TgUpdates *u = &client->updates;

    u->known = TRUE;
    u->pts = state->pts;
    u->qts = state->qts;
    u->date = state->date;
    u->seq = state->seq;
    save (client);
}

/* --- single updates -------------------------------------------------------------------
 */

static void
take_cloud (TgClient *client, const TlObject *object)
{
    const ApiMessage *message = TL_AS (object, ApiMessage);
    const ApiPeerUser *peer =
        message != NULL ? TL_AS (message->peer_id, ApiPeerUser) : NULL;

    if (message != NULL && peer != NULL && !message->out)
        tg_tell_cloud_message (client, peer->user_id);
}

static void
apply (TgClient *client, const TlObject *update, gboolean live)
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
        take_cloud (client, TL_AS (update, ApiUpdateNewMessage)->message);
        break;
    case ApiUpdateServiceNotification_ID:
        tg_tell_service_message (client,
                                 TL_AS (update, ApiUpdateServiceNotification)->message);
        break;
    case ApiUpdatePtsChanged_ID:
        ask_difference (client);
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
            ask_difference (client); /* SC-J2 */
            return FIT_OLD;
        }
        if (number <= u->qts)
            return FIT_OLD;
        if ((int64_t)number - u->qts > 1)
            return FIT_EARLY;
        u->qts = number;
        u->tell_at = tg_now (client).mono + TELL_AFTER;
        save (client);
    } else if (pts_of (update, &number, &count)) {
        Fit result = fit_pts (u, number, count);
        if (result != FIT_NOW)
            return result;
        u->pts = number;
        save (client);
    }
    return FIT_NOW;
}

static void
keep_early (TgClient *client, TlMessage *message, const TlObject *update)
{
    TgUpdates *u = &client->updates;

    if (u->early->len >= EARLY_MAX) {
        ask_difference (client);
        return;
    }
    TgEarly *early = g_new0 (TgEarly, 1);
    early->message = tl_message_ref (message);
    early->update = update;
    g_ptr_array_add (u->early, early);
    if (u->gap_at == 0)
        u->gap_at = tg_now (client).mono + GAP_WAIT;
}

/* Those whose turn has come since. */
static void
retry_early (TgClient *client)
{
    TgUpdates *u = &client->updates;

    for (unsigned i = 0; i < u->early->len;) {
        TgEarly *early = g_ptr_array_index (u->early, i);
        Fit result = fit (client, early->update);
        if (result == FIT_EARLY) {
            i++;
            continue;
        }
        g_ptr_array_steal_index (u->early, i);
        if (result == FIT_NOW)
            apply (client, early->update, TRUE);
        early_free (early);
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
        apply (client, update, TRUE);
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

static void
take_boxed (TgClient *client, TlMessage *message, const TlVector *updates, gboolean boxed)
{
    for (size_t i = 0; i < updates->len; i++) {
        const TlObject *update = TL_ITEM_OBJ (*updates, i);
        if (has_box (update) == boxed)
            take_update (client, message, update);
    }
}

/* `updates` and `updatesCombined`: those with a box first, the rest by seq (MT-G9). */
static void
take_many (TgClient *client, TlMessage *message, const TlVector *updates,
           int32_t seq_start, int32_t seq, int32_t date)
{
    TgUpdates *u = &client->updates;
    gboolean sane = seq_start >= 0 && date >= 0 && seq >= seq_start &&
                    (seq_start == 0 ? seq == 0 : seq - seq_start <= COUNT_MAX);

    take_boxed (client, message, updates, TRUE);
    if (sane && seq_start != 0 && seq_start <= u->seq)
        return;
    if (!sane || (int64_t)seq_start - u->seq > 1) {
        ask_difference (client);
        return;
    }
    take_boxed (client, message, updates, FALSE);
    if (seq != 0) {
        u->seq = seq;
        u->date = date;
        save (client);
    }
}

static void
take_short_message (TgClient *client, int32_t pts, int32_t count, int64_t from,
                    gboolean out)
{
    TgUpdates *u = &client->updates;

    switch (fit_pts (u, pts, count)) {
    case FIT_NOW:
        u->pts = pts;
        save (client);
        if (from != 0 && !out)
            tg_tell_cloud_message (client, from);
        break;
    case FIT_EARLY:
        ask_difference (client);
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
    const ApiUpdates *many = TL_AS (root, ApiUpdates);
    const ApiUpdatesCombined *combined = TL_AS (root, ApiUpdatesCombined);
    const ApiUpdateShortMessage *text = TL_AS (root, ApiUpdateShortMessage);
    const ApiUpdateShortChatMessage *chat = TL_AS (root, ApiUpdateShortChatMessage);

    if (single != NULL) {
        take_update (client, message, single->update);
    } else if (many != NULL) {
        tg_peers_take (client, &many->users);
        take_many (client, message, &many->updates, many->seq, many->seq, many->date);
    } else if (combined != NULL) {
        tg_peers_take (client, &combined->users);
        take_many (client, message, &combined->updates, combined->seq_start,
                   combined->seq, combined->date);
    } else if (text != NULL) {
        take_short_message (client, text->pts, text->pts_count, text->user_id, text->out);
    } else if (chat != NULL) {
        take_short_message (client, chat->pts, chat->pts_count, 0, chat->out);
    } else {
        ask_difference (client); /* updatesTooLong and whatever is not an update */
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
    u->idle_at = tg_now (client).mono + IDLE_WAIT;
    if (message == NULL) {
        ask_difference (client);
    } else if (u->running) { /* MT-G3 */
        if (u->postponed.length < POSTPONED_MAX)
            g_queue_push_tail (&u->postponed, tl_message_ref (message));
        else
            u->wanted = TRUE;
    } else {
        take (client, message);
    }
}

/* --- difference ------------------------------------------------------------------------
 */

static void
first_sync_done (TgClient *client)
{
    if (client->updates.synced)
        return;
    client->updates.synced = TRUE;
    tg_logged_in (client);
}

static void
finish (TgClient *client)
{
    TgUpdates *u = &client->updates;

    u->running = FALSE;
    u->rebased = FALSE;
    u->failures = 0;
    u->not_before = tg_now (client).mono + DIFFERENCE_EVERY;
    g_ptr_array_set_size (u->early, 0);
    u->gap_at = 0;
    first_sync_done (client);
    if (u->caught_up_at != 0)
        u->caught_up_at = tg_now (client).mono; /* with the next tick */
    while (!u->running && !g_queue_is_empty (&u->postponed)) {
        g_autoptr (TlMessage) message = g_queue_pop_head (&u->postponed);
        take (client, message);
    }
}

/* Chats before their messages, then the rest (SC-J5). */
static void
take_difference (TgClient *client, const TlVector *users, const TlVector *others,
                 const TlVector *encrypted, const TlVector *messages)
{
    tg_peers_take (client, users);
    for (size_t i = 0; i < others->len; i++)
        if (TL_ITEM_OBJ (*others, i)->id == ApiUpdateEncryption_ID)
            apply (client, TL_ITEM_OBJ (*others, i), FALSE);
    for (size_t i = 0; i < encrypted->len; i++)
        tg_secrets_message (client, TL_ITEM_OBJ (*encrypted, i), FALSE);
    for (size_t i = 0; i < others->len; i++)
        if (TL_ITEM_OBJ (*others, i)->id != ApiUpdateEncryption_ID)
            apply (client, TL_ITEM_OBJ (*others, i), FALSE);
    for (size_t i = 0; i < messages->len; i++)
        take_cloud (client, TL_ITEM_OBJ (*messages, i));
    if (encrypted->len > 0)
        client->updates.tell_at = tg_now (client).mono + TELL_AFTER;
}

/* An answer with numbers that cannot be: as if it had not decoded. */
static const MtError bad_numbers = {
    .code = MT_ERROR_LOCAL_DECODE, .type = "BAD_STATE", .number = -1, .text = "BAD_STATE"
};

static void
difference_failed (TgClient *client, const MtError *error)
{
    TgUpdates *u = &client->updates;

    u->running = FALSE;
    if (error->code == MT_ERROR_LOCAL_CLOSED)
        return;
    if (g_str_has_prefix (error->type, "PERSISTENT_TIMESTAMP")) { /* MT-G2 */
        u->known = FALSE;
        run_difference (client);
        return;
    }
    u->not_before = tg_now (client).mono +
                    ((int64_t)1000 << MIN (u->failures, BACKOFF_MAX)); /* G13 */
    u->failures++;
    u->wanted = TRUE;
}

static void
difference_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;
    TgUpdates *u = &client->updates;

    if (client->dying)
        return;
    if (error != NULL) {
        difference_failed (client, error);
        return;
    }
    const TlObject *root = tl_message_root (answer);
    const ApiUpdatesDifference *all = TL_AS (root, ApiUpdatesDifference);
    const ApiUpdatesDifferenceSlice *slice = TL_AS (root, ApiUpdatesDifferenceSlice);
    const ApiUpdatesDifferenceEmpty *empty = TL_AS (root, ApiUpdatesDifferenceEmpty);
    const ApiUpdatesDifferenceTooLong *too_long =
        TL_AS (root, ApiUpdatesDifferenceTooLong);

    if ((all != NULL && !is_state (all->state)) ||
        (slice != NULL && !is_state (slice->intermediate_state)) ||
        (empty != NULL && (empty->date < 0 || empty->seq < 0)) ||
        (too_long != NULL && too_long->pts < 0)) {
        difference_failed (client, &bad_numbers);
    } else if (all != NULL) {
        take_difference (client, &all->users, &all->other_updates,
                         &all->new_encrypted_messages, &all->new_messages);
        set_state (client, all->state);
        finish (client);
    } else if (slice != NULL) {
        take_difference (client, &slice->users, &slice->other_updates,
                         &slice->new_encrypted_messages, &slice->new_messages);
        set_state (client, slice->intermediate_state);
        u->running = FALSE;
        run_difference (client);
    } else if (empty != NULL) { /* SC-J8 */
        u->date = empty->date;
        u->seq = empty->seq;
        save (client);
        finish (client);
    } else if (too_long != NULL) {
        u->pts = too_long->pts;
        save (client);
        u->running = FALSE;
        run_difference (client);
    }
}

static void
state_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;
    TgUpdates *u = &client->updates;

    if (client->dying)
        return;
    if (error == NULL && !is_state (tl_message_root (answer)))
        error = &bad_numbers;
    if (error != NULL) {
        difference_failed (client, error);
        return;
    }
    /* what lies between the messages that are here and the server's count must come, not
     * be told as received; unless the server refuses even this (SC-J2, SC-J3) */
    int32_t qts = u->qts;
    gboolean keep = !u->rebased && tg_secrets_any_open (client);
    set_state (client, tl_message_root (answer));
    if (keep && qts < u->qts) {
        u->qts = qts;
        u->rebased = TRUE;
        save (client);
        run_difference (client);
        return;
    }
    finish (client);
}

static void
run_difference (TgClient *client)
{
    TgUpdates *u = &client->updates;

    u->running = TRUE;
    u->wanted = FALSE;
    u->idle_at = tg_now (client).mono + IDLE_WAIT;
    if (!u->known) {
        ApiUpdatesGetState request = TL_NEW (ApiUpdatesGetState);
        tg_call (client, TL_OBJ (&request), MT_CALL_DEFAULT, state_cb, client);
        return;
    }
    ApiUpdatesGetDifference request =
        TL_NEW (ApiUpdatesGetDifference, .pts = u->pts, .date = u->date, .qts = u->qts);
    tg_call (client, TL_OBJ (&request), MT_CALL_DEFAULT, difference_cb, client);
}

static void
ask_difference (TgClient *client)
{
    TgUpdates *u = &client->updates;

    if (u->running || !u->synced || tg_now (client).mono < u->not_before)
        u->wanted = TRUE; /* one at a time, once a second (MT-G12, G13) */
    else
        run_difference (client);
}

void
tg_updates_reconnected (TgClient *client)
{
    client->updates.caught_up_at = tg_now (client).mono + CATCH_UP;
}

static gboolean
is_caught_up (const TgUpdates *u)
{
    return u->caught_up_at != 0 && !u->running && !u->wanted && u->gap_at == 0;
}

void
tg_updates_sync (TgClient *client)
{
    if (client->updates.running)
        return;
    tg_tell_step (client, TG_STEP_SYNCHRONISING);
    run_difference (client);
}

/* --- time ------------------------------------------------------------------------------
 */

static void
told_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;

    if (!client->dying && error != NULL &&
        g_str_equal (error->type, "MAX_QTS_INVALID")) /* SC-E18 */
        ask_difference (client);
}

/* The turn that moved qts was written before this one began (SC-J3, J4). */
static void
tell_received (TgClient *client)
{
    TgUpdates *u = &client->updates;
    ApiMessagesReceivedQueue request =
        TL_NEW (ApiMessagesReceivedQueue, .max_qts = u->qts);

    u->tell_at = 0;
    if (u->qts <= u->told_qts || client->committing ||
        !g_queue_is_empty (&client->turns)) {
        if (u->qts > u->told_qts)
            u->tell_at = tg_now (client).mono + TELL_AFTER;
        return;
    }
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
        ask_difference (client);
    }
    if (u->idle_at <= now.mono) {
        u->idle_at = now.mono + IDLE_WAIT;
        ask_difference (client);
    }
    if (u->wanted && !u->running && u->not_before <= now.mono)
        run_difference (client);
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
    deadline = u->idle_at;
    if (u->gap_at != 0)
        deadline = MIN (deadline, u->gap_at);
    if (u->wanted && !u->running)
        deadline = MIN (deadline, u->not_before);
    if (u->tell_at != 0)
        deadline = MIN (deadline, u->tell_at);
    if (is_caught_up (u))
        deadline = MIN (deadline, u->caught_up_at);
    return deadline;
}
