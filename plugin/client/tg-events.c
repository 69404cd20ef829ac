/* Events on their way to the glue: copied into effects, run when the turn is durable. */
#include "tg-private.h"

#include "secret-text.h"
#include "tl-text.h"

#include <string.h>

#define SHOWN_MAX 100000       /* characters of a message that are shown */
#define BYTES_OF_AN_EFFECT 50  /* of text: as much work for a window as any other event */
#define NOTICES_MAX 100        /* people with a notice of a cloud message */
#define SERVICE_MAX 5          /* notifications of the server an hour; each is a */
#define SERVICE_TEXT_MAX 10000 /* bytes of one */
#define SERVICE_HOUR (60 * 60 * 1000) /* window, and nobody reads more */

/* --- the account ---------------------------------------------------------------------
 */

static void
run_step (TgClient *client, TgEffect *e)
{
    client->events->step (client->user, (TgStep)e->a);
}

void
tg_tell_step (TgClient *client, TgStep step)
{
    if (client->step == step && step != TG_STEP_CONNECTING)
        return;
    client->step = step;
    tg_wait_step (client);
    if (tg_wait_shows (client) && step != TG_STEP_ONLINE)
        return; /* the reason stands there until it is over */
    tg_effect (client, run_step)->a = (int)step;
}

static void
run_waiting (TgClient *client, TgEffect *e)
{
    if (client->events->waiting != NULL)
        client->events->waiting (client->user, (TgWaitReason)e->a, e->number);
}

void
tg_tell_waiting (TgClient *client, TgWaitReason reason, int64_t seconds)
{
    TgEffect *e = tg_effect (client, run_waiting);

    e->a = (int)reason;
    e->number = seconds;
    if (reason == TG_WAIT_NONE && !client->was_online)
        tg_effect (client, run_step)->a = (int)client->step;
}

static void
run_offline (TgClient *client, TgEffect *e)
{
    client->events->offline (client->user, (TgOffline)e->a, e->text, e->b);
}

void
tg_tell_offline (TgClient *client, TgOffline reason, const char *detail, gboolean fatal)
{
    TgEffect *e = tg_effect (client, run_offline);
    e->a = (int)reason;
    e->b = fatal;
    e->text = g_strdup (detail);
}

static void
run_ask (TgClient *client, TgEffect *e)
{
    e->ask.detail = e->text;
    e->ask.phone = e->detail;
    client->events->ask (client->user, &e->ask);
}

void
tg_tell_ask (TgClient *client, const TgAsk *ask)
{
    TgEffect *e = tg_effect (client, run_ask);
    e->ask = *ask;
    e->text = g_strdup (ask->detail);
    e->detail = g_strdup (ask->phone);
}

void
tg_fill_peer (TgClient *client, const TgPeerData *data, TgPeer *peer)
{
    *peer = (TgPeer){ .id = data->id,
                      .name = data->name,
                      .username = data->username,
                      .phone = data->phone,
                      .contact = data->contact,
                      .self = data->id == client->own_id,
                      .deleted = data->deleted,
                      .presence = data->presence,
                      .last_seen = data->last_seen };
}

static void
run_peer (TgClient *client, TgEffect *e)
{
    e->peer.name = e->text;
    e->peer.username = e->detail;
    e->peer.phone = e->more;
    client->events->peer (client->user, &e->peer);
}

/* However often somebody changes in a turn, they are told of once. */
void
tg_tell_peer (TgClient *client, TgPeerData *peer)
{
    gboolean again = peer->event_turn == client->turn_number;
    TgEffect *e = again ? peer->event : tg_effect (client, run_peer);

    if (again) {
        tg_wipe_string (e->text);
        tg_wipe_string (e->detail);
        tg_wipe_string (e->more);
    }
    peer->event = e;
    peer->event_turn = client->turn_number;
    peer->told = TRUE;
    tg_fill_peer (client, peer, &e->peer);
    e->text = g_strdup (peer->name);
    e->detail = g_strdup (peer->username);
    e->more = g_strdup (peer->phone);
}

static void
run_cloud_message (TgClient *client, TgEffect *e)
{
    client->events->cloud_message (client->user, e->id);
}

void
tg_tell_cloud_message (TgClient *client, int64_t user_id)
{
    int64_t id = user_id;

    if (g_hash_table_contains (client->cloud_told, &id) ||
        g_hash_table_size (client->cloud_told) >= NOTICES_MAX)
        return; /* one notice per contact and session (DECISIONS 6) */
    g_hash_table_add (client->cloud_told, g_memdup2 (&id, sizeof id));
    tg_effect (client, run_cloud_message)->id = user_id;
}

static void
run_service_message (TgClient *client, TgEffect *e)
{
    client->events->service_message (client->user, e->text);
}

void
tg_tell_service_message (TgClient *client, TlBytes text)
{
    int64_t now = tg_now (client).mono;

    if (client->service_count == 0 || now - client->service_since >= SERVICE_HOUR) {
        client->service_since = now;
        client->service_count = 0;
    }
    if (client->service_count++ < SERVICE_MAX)
        tg_effect (client, run_service_message)->text =
            tl_text_clean (TL_BYTES (text.data, MIN (text.len, SERVICE_TEXT_MAX)));
}

static void
run_trouble (TgClient *client, TgEffect *e)
{
    client->events->trouble (client->user, (TgTrouble)e->a, e->number);
}

void
tg_tell_trouble (TgClient *client, TgTrouble trouble, int64_t number)
{
    TgEffect *e = tg_effect (client, run_trouble);
    e->a = (int)trouble;
    e->number = number;
}

/* --- secret chats --------------------------------------------------------------------
 */

G_STATIC_ASSERT ((int)SECRET_CLOSED_LOGGED_OUT == (int)TG_CLOSED_LOGGED_OUT);
G_STATIC_ASSERT ((int)SECRET_CLOSED_ROLLED_BACK == (int)TG_CLOSED_ROLLED_BACK);
G_STATIC_ASSERT ((int)SECRET_STATE_CLOSED == (int)TG_SECRET_CLOSED);
G_STATIC_ASSERT ((int)SECRET_CONTENT_MISSING == (int)TG_CONTENT_MISSING);

void
tg_fill_secret_info (SecretChat *chat, TgSecretInfo *info)
{
    SecretInfo from;

    secret_chat_info (chat, &from);
    *info = (TgSecretInfo){ .id = from.id,
                            .user_id = from.user_id,
                            .outgoing = from.outgoing,
                            .state = (TgSecretState)from.state,
                            .closed = (TgClosed)from.closed,
                            .gone = from.gone,
                            .ttl = from.ttl,
                            .peer_layer = from.peer_layer,
                            .has_key_hash = from.has_key_hash,
                            .verified = from.verified,
                            .key_created = from.key_created,
                            .key_messages = from.key_messages,
                            .raw_in = from.raw_in,
                            .raw_out = from.raw_out,
                            .acknowledged = from.peer_in,
                            .unacknowledged = from.unacknowledged,
                            .missing = from.missing,
                            .queued = from.queued,
                            .lost = from.lost,
                            .rekeying = from.rekeying };
    memcpy (info->key_hash, from.key_hash, sizeof info->key_hash);
}

static void
run_secret (TgClient *client, TgEffect *e)
{
    e->info.closed_detail = e->text;
    client->events->secret (client->user, &e->info);
}

void
tg_tell_secret (TgClient *client, SecretChat *chat, gboolean stored, const char *detail)
{
    TgEffect *e = tg_effect (client, run_secret);
    tg_fill_secret_info (chat, &e->info);
    e->info.stored = stored;
    e->text = g_strdup (detail);
}

enum { SILENT = 1, AGAIN = 2 };

/* Shown at once; that it was is written in a turn of its own (DECISIONS 2). */
static void
run_secret_message (TgClient *client, TgEffect *e)
{
    TgSecretMessage message = { .id = e->id,
                                .date = (int32_t)e->number,
                                .ttl = e->info.ttl,
                                .content = (TgContent)e->a,
                                .text = e->text,
                                .detail = e->detail,
                                .reply_to = e->reply_to,
                                .reply_timed = e->reply_timed,
                                .reply_text = e->more,
                                .silent = (e->b & SILENT) != 0,
                                .again = (e->b & AGAIN) != 0,
                                .part = e->part,
                                .follows = e->follows,
                                .hidden = e->hidden };
    gboolean shown = client->events->secret_message (client->user, e->chat_id, &message);

    if (!e->follows) /* the last part says it for all */
        tg_offered (client, e->chat_id, e->id, shown);
}

void
tg_offered (TgClient *client, int32_t chat_id, int64_t id, gboolean shown)
{
    SecretChat *chat =
        client->dying || client->stopped ? NULL : tg_secrets_find (client, chat_id);

    if (chat == NULL)
        return;
    tg_turn_begin (client);
    if (shown)
        secret_chat_displayed (chat, id);
    else
        secret_chat_hidden (chat, id, tg_now (client));
    tg_turn_end (client);
}

const char *
tg_shown_end (const char *text, int64_t *hidden)
{
    const char *end = text + strlen (text);

    *hidden = 0;
    if (end - text > SHOWN_MAX && g_utf8_strlen (text, -1) > SHOWN_MAX) {
        end = g_utf8_offset_to_pointer (text, SHOWN_MAX);
        *hidden = g_utf8_strlen (end, -1);
    }
    return end;
}

/* A long text is shown in parts, with the loop's turn between them, and not beyond what
 * anybody reads: what follows here is in order, so nothing comes between them. */
static void
tell_message (TgClient *client, const SecretEvent *event)
{
    const SecretMessage *message = event->message;
    const char *rest = message->text;
    int64_t hidden;
    const char *end = tg_shown_end (rest, &hidden);
    unsigned part = 0;

    do {
        TgEffect *e = tg_effect (client, run_secret_message);
        size_t len = MIN (secret_text_split (rest), (size_t)(end - rest));
        e->chat_id = event->chat_id;
        e->id = message->random_id;
        e->number = message->date;
        e->info.ttl = message->ttl;
        e->a = (int)message->content;
        e->b = (message->silent ? SILENT : 0) | (message->again ? AGAIN : 0);
        e->text = g_strndup (rest, len);
        e->detail = g_strdup (part == 0 ? message->detail : NULL);
        e->more = g_strdup (part == 0 ? message->reply_text : NULL);
        e->reply_to = part == 0 ? message->reply_to : 0;
        e->reply_timed = message->reply_timed;
        e->weight = 1 + (unsigned)len / BYTES_OF_AN_EFFECT;
        e->part = part++;
        rest += len;
        e->follows = rest < end;
        e->hidden = e->follows ? 0 : hidden;
    } while (rest < end);
}

static void
run_sent (TgClient *client, TgEffect *e)
{
    client->events->secret_sent (client->user, e->chat_id, e->id, (int32_t)e->number);
}

static void
run_failed (TgClient *client, TgEffect *e)
{
    client->events->secret_failed (client->user, e->chat_id, e->id, e->text, e->detail);
}

/* The parts of one own text, as they were sent. */
static void
run_own (TgClient *client, TgEffect *e)
{
    char *rest = e->text;

    for (unsigned i = 0; i < e->ids->len && !client->dying; i++) {
        char *end = rest + secret_text_split (rest);
        char kept = *end;
        *end = '\0';
        client->events->secret_own (client->user, e->chat_id,
                                    g_array_index (e->ids, int64_t, i), rest);
        *end = kept;
        rest = end;
    }
}

static void
run_lost (TgClient *client, TgEffect *e)
{
    client->events->secret_lost (client->user, e->chat_id,
                                 (const int64_t *)(void *)e->ids->data, e->ids->len,
                                 e->text);
}

GArray *
tg_tell_own (TgClient *client, int32_t chat_id, const char *text)
{
    TgEffect *e = tg_effect (client, run_own);

    e->chat_id = chat_id;
    e->text = g_strdup (text);
    e->ids = g_array_new (FALSE, FALSE, sizeof (int64_t));
    return e->ids;
}

void
tg_tell_lost (TgClient *client, GPtrArray *effects)
{
    for (unsigned i = 0; i < effects->len; i++) {
        TgEffect *own = g_ptr_array_index (effects, i);
        if (own->run != run_own)
            continue;
        TgEffect *e = tg_effect (client, run_lost);
        e->chat_id = own->chat_id;
        e->text = g_steal_pointer (&own->text);
        e->ids = g_steal_pointer (&own->ids);
    }
}

static void
run_read (TgClient *client, TgEffect *e)
{
    client->events->secret_read (client->user, e->chat_id, (int32_t)e->number);
}

static void
run_gone (TgClient *client, TgEffect *e)
{
    client->events->secret_gone (client->user, e->chat_id,
                                 (const int64_t *)(void *)e->ids->data, e->ids->len,
                                 e->a);
}

static void
run_typing (TgClient *client, TgEffect *e)
{
    client->events->secret_typing (client->user, e->chat_id, e->a);
}

static void
run_notice (TgClient *client, TgEffect *e)
{
    client->events->secret_notice (client->user, e->chat_id, (TgNotice)e->a, e->number);
}

static void
tell_gone (TgClient *client, const SecretEvent *event)
{
    TgEffect *e = tg_effect (client, run_gone);

    e->chat_id = event->chat_id;
    e->a = event->kind == SECRET_EVENT_EXPIRED;
    e->ids = g_array_new (FALSE, FALSE, sizeof (int64_t));
    if (event->n_ids > 0 && event->kind != SECRET_EVENT_FLUSHED)
        g_array_append_vals (e->ids, event->ids, (unsigned)event->n_ids);
}

static void
tell_notice (TgClient *client, const SecretEvent *event, TgNotice notice, int64_t number)
{
    TgEffect *e = tg_effect (client, run_notice);
    e->chat_id = event->chat_id;
    e->a = (int)notice;
    e->number = number;
}

static void
tell_simple (TgClient *client, const SecretEvent *event, TgEffectFunc run)
{
    TgEffect *e = tg_effect (client, run);
    e->chat_id = event->chat_id;
    e->id = event->random_id;
    e->number = event->date;
    e->a = event->typing;
    e->text = g_strdup (event->text);
    if (event->message != NULL)
        e->detail = g_strdup (event->message->text);
}

static void
tell_unseen (TgClient *client, const SecretEvent *event, TgNotice notice)
{
    if (event->n_unseen > 0)
        tell_notice (client, event, notice, event->n_unseen);
}

void
tg_tell_secret_event (TgClient *client, SecretChat *chat, const SecretEvent *event)
{
    gboolean peer = event->by_peer;

    switch (event->kind) {
    case SECRET_EVENT_STATE:
        tg_tell_secret (client, chat, FALSE, event->text);
        break;
    case SECRET_EVENT_MESSAGE:
        tell_message (client, event);
        break;
    case SECRET_EVENT_SENT:
        tell_simple (client, event, run_sent);
        break;
    case SECRET_EVENT_FAILED:
        tell_simple (client, event, run_failed);
        break;
    case SECRET_EVENT_READ:
        tell_simple (client, event, run_read);
        break;
    case SECRET_EVENT_TYPING:
        tell_simple (client, event, run_typing);
        break;
    case SECRET_EVENT_FLUSHED:
        if (peer)
            tell_notice (client, event, TG_NOTICE_FLUSHED_BY_PEER, 0);
        G_GNUC_FALLTHROUGH;
    case SECRET_EVENT_DELETED:
        tell_gone (client, event);
        tell_unseen (client, event,
                     peer ? TG_NOTICE_UNSEEN_DELETED_BY_PEER
                          : TG_NOTICE_UNSEEN_DELETED_BY_US);
        break;
    case SECRET_EVENT_ERASED:
        tell_gone (client, event);
        tell_unseen (client, event, TG_NOTICE_UNSEEN_ERASED);
        break;
    case SECRET_EVENT_EXPIRED:
        tell_gone (client, event);
        break;
    case SECRET_EVENT_TTL:
        tell_notice (client, event, peer ? TG_NOTICE_TTL_BY_PEER : TG_NOTICE_TTL_BY_US,
                     event->ttl);
        break;
    case SECRET_EVENT_SCREENSHOT:
        tell_notice (client, event,
                     peer ? TG_NOTICE_SCREENSHOT_BY_PEER : TG_NOTICE_SCREENSHOT_BY_US, 0);
        break;
    case SECRET_EVENT_NEWER_PEER:
        tell_notice (client, event, TG_NOTICE_NEWER_PEER, 0);
        break;
    case SECRET_EVENT_DELAYED:
        tell_notice (client, event, TG_NOTICE_DELAYED, 0);
        break;
    case SECRET_EVENT_GAP:
        tell_notice (client, event, TG_NOTICE_GAP, 0);
        break;
    case SECRET_EVENT_OLD_GROUP:
        tell_notice (client, event, TG_NOTICE_OLD_GROUP, 0);
        break;
    case SECRET_EVENT_OPENED:
    case SECRET_EVENT_REKEYED:
        break; /* nothing to show */
    }
}
