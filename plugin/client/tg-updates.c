/* The order of the world: pts, qts, seq (MTPROTO.md section G, SECRET-CHATS.md section J).
 * What is missing comes through tg-difference.c.
 *
 * What a server sends at once may be much: a turn takes only some of it, the rest
 * waits, as messages that are decoded already; how much waits is bounded, and what has no
 * room is dropped and comes with a difference (DECISIONS 32). */
#include "tg-updates.h"
#include "tg-book.h"
#include "tg-logins.h"
#include "tg-notices.h"
#include "tg-peers.h"
#include "tg-refusal.h"
#include "tg-secrets.h"
#include "tg-status.h"

#define POSTPONED_MAX 1000 /* messages that wait for their turn (MT-G3) */
#define FLEETING_MAX 10    /* of them in one message */
#define CATCH_UP 2000      /* ms: after a reconnect the server tells of a new session */

/* --- single updates --- */

void
tg_updates_take_cloud (TgClient *client, const TlObject *object)
{
    const ApiMessage *message = TL_AS (object, ApiMessage);
    const ApiPeerUser *peer =
        message != NULL ? TL_AS (message->peer_id, ApiPeerUser) : NULL;

    if (message != NULL && peer != NULL && !message->out)
        tg_tell_cloud_message (client, peer->user_id, message->message);
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
        if (status->user_id == client->own_id)
            tg_status_told (client, status->status);
        else
            tg_peers_status (client, status->user_id, status->status);
        break;
    }
    case ApiUpdateUserName_ID:
        tg_peer_rename (client, TL_AS (update, ApiUpdateUserName));
        break;
    case ApiUpdateUser_ID:
        tg_book_stale (client, TL_AS (update, ApiUpdateUser)->user_id);
        break;
    case ApiUpdateUserPhone_ID:
        tg_book_stale (client, TL_AS (update, ApiUpdateUserPhone)->user_id);
        break;
    case ApiUpdateContactsReset_ID:
        tg_book_fetch (client);
        break;
    case ApiUpdatePeerBlocked_ID: {
        const ApiUpdatePeerBlocked *blocked = TL_AS (update, ApiUpdatePeerBlocked);
        const ApiPeerUser *peer = TL_AS (blocked->peer_id, ApiPeerUser);
        if (peer != NULL) /* to hide one's stories from somebody is no blocking */
            tg_peer_blocked (client, peer->user_id, blocked->blocked);
        break;
    }
    case ApiUpdateNewMessage_ID:
        tg_updates_take_cloud (client, TL_AS (update, ApiUpdateNewMessage)->message);
        break;
    case ApiUpdateServiceNotification_ID:
        tg_tell_service (client, TL_AS (update, ApiUpdateServiceNotification));
        break;
    case ApiUpdateNewAuthorization_ID:
        tg_logins_new (client, TL_AS (update, ApiUpdateNewAuthorization));
        break;
    case ApiUpdatePtsChanged_ID:
        client->updates->renumbered = TRUE; /* MT-G18: getState */
        tg_box_ask (client);
        break;
    default:
        break; /* not ours; test-client-streams.c lists them (MT-G28) */
    }
}

/* --- whose sender is not known --- */

/* As tg_box_fit(), but an ordinary message of somebody unknown, whose turn it is, does not
 * count: it comes with the difference, beside who they are (MT-G26). */
static TgFit
fit (TgClient *client, const TlObject *update)
{
    const ApiUpdateNewMessage *brought = TL_AS (update, ApiUpdateNewMessage);
    const ApiMessage *message =
        brought != NULL ? TL_AS (brought->message, ApiMessage) : NULL;
    const ApiPeerUser *peer =
        message != NULL ? TL_AS (message->peer_id, ApiPeerUser) : NULL;

    if (peer == NULL || message->out || tg_peer_find (client, peer->user_id) != NULL ||
        tg_box_fit_pts (client->updates, brought->pts, brought->pts_count) != TG_FIT_NOW)
        return tg_box_fit (client, update);
    tg_box_ask (client);
    return TG_FIT_OLD;
}

/* --- what waits --- */

static void
postpone (TgClient *client, TlMessage *message)
{
    TgUpdates *u = client->updates;
    size_t size = tl_message_size (message);

    if (u->postponed.length >= POSTPONED_MAX || u->kept + size > TG_KEPT_MAX) {
        u->wanted = TRUE; /* it comes with the difference */
        return;
    }
    u->kept += size;
    g_queue_push_tail (&u->postponed, tl_message_ref (message));
    if (!u->running && u->more_at == HOST_NEVER)
        u->more_at = tg_now (client).mono;
}

/* Those whose turn has come since, as far as this turn of ours may; until then what is
 * newer waits behind them. */
static void
retry_early (TgClient *client)
{
    TgUpdates *u = client->updates;

    u->early_more = FALSE;
    for (unsigned i = 0; i < u->early->len;) {
        TgEarly *early = g_ptr_array_index (u->early, i);
        if (!tg_box_has_room (client)) {
            u->early_more = TRUE;
            u->more_at = tg_now (client).mono;
            return;
        }
        TgFit result = fit (client, early->update);
        if (result == TG_FIT_EARLY) {
            i++;
            continue;
        }
        g_ptr_array_steal_index (u->early, i);
        u->taken++;
        if (result == TG_FIT_NOW)
            tg_updates_apply (client, early->update, TRUE);
        tg_box_drop_early (client, early);
        i = 0;
    }
    if (u->early->len == 0)
        u->gap_at = 0;
}

static void
take_update (TgClient *client, TlMessage *message, const TlObject *update)
{
    switch (fit (client, update)) {
    case TG_FIT_NOW:
        tg_updates_apply (client, update, TRUE);
        retry_early (client);
        break;
    case TG_FIT_EARLY:
        tg_box_keep_early (client, message, update);
        break;
    case TG_FIT_OLD:
        break;
    }
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
    TgUpdates *u = client->updates;
    gboolean sane = many->seq_start >= 0 && many->date >= 0 &&
                    many->seq >= many->seq_start &&
                    (many->seq_start == 0 ? many->seq == 0
                                          : many->seq - many->seq_start <= TG_COUNT_MAX);

    if (sane && many->seq_start != 0 && many->seq_start <= u->seq)
        return FALSE;
    if (sane && (int64_t)many->seq_start - u->seq <= 1)
        return TRUE;
    tg_box_ask (client);
    return FALSE;
}

/* People, then those with a box, the rest by seq (MT-G9). FALSE: that was all. */
static gboolean
take_item (TgClient *client, const Many *many, size_t i)
{
    TgUpdates *u = client->updates;
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
        if (tg_box_has (update) == (i < n))
            take_update (client, u->piece, update);
        return TRUE;
    }
    if (many->seq != 0) {
        u->seq = many->seq;
        u->date = many->date;
        tg_box_save (client);
    }
    return FALSE;
}

static void
take_piece (TgClient *client)
{
    TgUpdates *u = client->updates;
    Many many = { 0 };

    many_of (tl_message_root (u->piece), &many);
    do {
        if (!tg_box_may_take (client)) {
            u->more_at = tg_now (client).mono;
            return;
        }
    } while (take_item (client, &many, u->piece_at++));
    g_clear_pointer (&u->piece, tl_message_unref);
}

static void
take_short_message (TgClient *client, int32_t pts, int32_t count, int64_t from,
                    gboolean out, TlBytes text)
{
    TgUpdates *u = client->updates;

    switch (tg_box_fit_pts (u, pts, count)) {
    case TG_FIT_NOW:
        if (from != 0 && !out && tg_peer_find (client, from) == NULL) {
            tg_box_ask (client); /* MT-G26 */
            break;
        }
        u->pts = pts;
        tg_box_save (client);
        if (from != 0 && !out)
            tg_tell_cloud_message (client, from, text);
        retry_early (client);
        break;
    case TG_FIT_EARLY:
        tg_box_ask (client);
        break;
    case TG_FIT_OLD:
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
        client->updates->piece = tl_message_ref (message);
        client->updates->piece_at = 0;
        take_piece (client);
    } else if (text != NULL) {
        take_short_message (client, text->pts, text->pts_count, text->user_id, text->out,
                            text->message);
    } else if (chat != NULL) {
        take_short_message (client, chat->pts, chat->pts_count, 0, chat->out,
                            TL_BYTES (NULL, 0));
    } else if (TL_AS (root, ApiUpdateShortSentMessage) != NULL) {
        g_debug ("[updates] no answer of ours, ignored"); /* MT-G22 */
    } else {
        tg_box_ask (client); /* updatesTooLong and whatever is not an update */
    }
}

/* Goes on with what waits, as far as this turn may. */
void
tg_updates_go_on (TgClient *client)
{
    TgUpdates *u = client->updates;

    if (!tg_box_may_go_on (client))
        return;
    if (u->early_more && !u->running) {
        retry_early (client);
        if (u->early_more)
            return;
    }
    if (u->piece != NULL)
        take_piece (client);
    while (u->piece == NULL && !u->running && !u->early_more &&
           !g_queue_is_empty (&u->postponed)) {
        if (!tg_box_may_take (client)) {
            u->more_at = tg_now (client).mono;
            return;
        }
        g_autoptr (TlMessage) message = g_queue_pop_head (&u->postponed);
        u->kept -= tl_message_size (message);
        take (client, message);
    }
}

/* Who is there and who types: worth nothing later, and in no order with anything. */
static gboolean
is_fleeting (const TlObject *update)
{
    return update != NULL && (update->id == ApiUpdateUserStatus_ID ||
                              update->id == ApiUpdateEncryptedChatTyping_ID);
}

/* TRUE: it was nothing else, and is taken, whatever waits (MT-G10). */
static gboolean
take_fleeting (TgClient *client, const TlObject *root)
{
    const ApiUpdateShort *single = TL_AS (root, ApiUpdateShort);
    const ApiUpdates *many = TL_AS (root, ApiUpdates);
    const TlVector one = { single != NULL ? &single->update : NULL, single != NULL };
    const TlVector *updates = single != NULL ? &one
                              : many != NULL ? &many->updates
                                             : NULL;

    if (updates == NULL || updates->len > FLEETING_MAX ||
        (many != NULL && (many->seq != 0 || many->users.len > 0)))
        return FALSE;
    for (size_t i = 0; i < updates->len; i++)
        if (!is_fleeting (TL_ITEM_OBJ (*updates, i)))
            return FALSE;
    for (size_t i = 0; i < updates->len; i++)
        tg_updates_apply (client, TL_ITEM_OBJ (*updates, i), TRUE);
    return TRUE;
}

void
tg_updates_receive (TgClient *client, TlMessage *message)
{
    TgUpdates *u = client->updates;

    if (client->own_id == 0 || !u->known) {
        if (client->own_id != 0 && message == NULL)
            u->wanted = TRUE;
        return; /* MT-F6 */
    }
    u->idle_at = tg_now (client).mono + tg_box_idle (client);
    if (message == NULL)
        tg_box_ask (client);
    else if (tg_box_has_room (client) && !tg_box_is_full (client) &&
             take_fleeting (client, tl_message_root (message)))
        u->taken++;
    else if (u->running || u->piece != NULL || u->early_more ||
             !g_queue_is_empty (&u->postponed) || tg_box_is_full (client) ||
             !tg_box_may_take (client))
        postpone (client, message); /* MT-G3, or too much for this turn */
    else
        take (client, message);
}

void
tg_updates_reconnected (TgClient *client)
{
    client->updates->caught_up_at = tg_now (client).mono + CATCH_UP;
}

static gboolean
is_caught_up (const TgUpdates *u)
{
    return u->caught_up_at != 0 && !u->running && !u->wanted && u->gap_at == 0 &&
           u->piece == NULL && !u->early_more && u->postponed.length == 0;
}

/* --- time --- */

static void
told_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;

    if (!client->dying && error != NULL &&
        tg_refusal_of (error) == TG_REFUSAL_QTS_UNKNOWN) /* SC-E18 */
        tg_box_ask (client);
}

/* The turn that moved qts comes before this one, and so is durable before this call leaves
 * (SC-J3, J4). */
static void
tell_received (TgClient *client)
{
    TgUpdates *u = client->updates;
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
    TgUpdates *u = client->updates;

    if (client->own_id == 0)
        return;
    if (u->gap_at != 0 && u->gap_at <= now.mono) {
        u->gap_at = 0;
        tg_box_ask (client);
    }
    if (u->idle_at <= now.mono) {
        u->idle_at = now.mono + tg_box_idle (client);
        tg_box_ask (client);
    }
    if (u->more_at <= now.mono && !(u->running && u->piece != NULL))
        tg_updates_go_on (client);
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
    const TgUpdates *u = client->updates;
    int64_t deadline = HOST_NEVER;

    if (client->own_id == 0)
        return deadline;
    deadline = MIN (u->idle_at, u->more_at);
    if (u->gap_at != 0)
        deadline = MIN (deadline, u->gap_at);
    if (u->tell_at != 0)
        deadline = MIN (deadline, u->tell_at);
    if (is_caught_up (u))
        deadline = MIN (deadline, u->caught_up_at);
    return deadline;
}
