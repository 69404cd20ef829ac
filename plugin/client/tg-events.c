/* Events on their way to the glue: copied into effects, run when the turn is durable. */
#include "tg-private.h"

#include "secret-text.h"
#include "tl-text.h"

#include <string.h>

#define DETAIL_MAX 256         /* characters of a reason to be offline */
#define SHOWN_MAX 100000       /* characters of a message that are shown */
#define BYTES_OF_AN_EFFECT 50  /* of text: as much work for a window as any other event */
#define NOTICES_MAX 100        /* people with a notice of a cloud message */
#define SERVICE_MAX 5          /* notifications of the server an hour; each is a */
#define SERVICE_TEXT_MAX 10000 /* bytes of one */
#define SERVICE_HOUR (60 * 60 * 1000) /* window, and nobody reads more */

static void
run_event (TgClient *client, TgEffect *e)
{
    client->event (client->user, e->event);
}

static TgEffect *
tell_by (TgClient *client, TgEffectFunc run, const TalkEvent *event)
{
    TgEffect *e = tg_effect (client, run);

    e->event = talk_event_copy (event);
    return e;
}

static TgEffect *
tell (TgClient *client, TalkEvent event)
{
    return tell_by (client, run_event, &event);
}

/* --- the account --- */

static void
tell_step (TgClient *client, TalkStep step)
{
    tell (client, (TalkEvent){ .kind = TALK_EVENT_STEP, .u.step = step });
}

void
tg_tell_step (TgClient *client, TalkStep step)
{
    if (client->step == step && step != TALK_STEP_CONNECTING)
        return;
    client->step = step;
    tg_wait_step (client);
    if (tg_wait_shows (client) && step != TALK_STEP_ONLINE)
        return; /* the reason stands there until it is over */
    tell_step (client, step);
}

void
tg_tell_waiting (TgClient *client, TalkWait reason, int64_t seconds)
{
    tell (client, (TalkEvent){ .kind = TALK_EVENT_WAITING,
                               .u.waiting = { .why = reason, .seconds = seconds } });
    if (reason == TALK_WAIT_NONE && !client->was_online)
        tell_step (client, client->step);
}

/* The detail may come from anywhere: a server, a file system, a program on the bus. */
void
tg_tell_offline (TgClient *client, TalkOffline reason, const char *detail, gboolean fatal)
{
    g_autofree char *line =
        detail != NULL ? tl_text_line (TL_STR (detail), DETAIL_MAX) : NULL;

    tell (client, (TalkEvent){ .kind = TALK_EVENT_OFFLINE,
                               .u.offline = { reason, line, fatal } });
}

void
tg_tell_ask (TgClient *client, const TalkAsk *ask)
{
    tell (client, (TalkEvent){ .kind = TALK_EVENT_ASK, .u.ask = *ask });
}

void
tg_fill_person (TgClient *client, const TgPeerData *data, TalkPerson *person)
{
    *person = (TalkPerson){ .id = data->id,
                            .name = data->name,
                            .username = data->username,
                            .phone = data->phone,
                            .contact = data->contact,
                            .self = data->id == client->own_id,
                            .deleted = data->deleted,
                            .presence = data->presence,
                            .last_seen = data->last_seen };
}

/* However often somebody changes in a turn, they are told of once. */
void
tg_tell_person (TgClient *client, TgPeerData *peer)
{
    gboolean again = peer->event_turn == tg_turns_number (client->turns);
    TalkEvent event = { .kind = TALK_EVENT_PERSON, .peer = { TALK_PEER_USER, peer->id } };

    tg_fill_person (client, peer, &event.u.person);
    if (again) {
        talk_event_free (peer->event->event);
        peer->event->event = talk_event_copy (&event);
    } else {
        peer->event = tell (client, event);
    }
    peer->event_turn = tg_turns_number (client->turns);
    peer->told = TRUE;
}

void
tg_tell_cloud_message (TgClient *client, int64_t user_id)
{
    int64_t id = user_id;

    if (!talk_is_user (id) || g_hash_table_contains (client->cloud_told, &id) ||
        g_hash_table_size (client->cloud_told) >= NOTICES_MAX)
        return; /* one notice per contact and session (DECISIONS 6) */
    g_hash_table_add (client->cloud_told, g_memdup2 (&id, sizeof id));
    tell (client,
          (TalkEvent){ .kind = TALK_EVENT_CLOUD, .peer = { TALK_PEER_USER, user_id } });
}

void
tg_tell_service_message (TgClient *client, TlBytes text)
{
    int64_t now = tg_now (client).mono;

    if (client->service_count == 0 || now - client->service_since >= SERVICE_HOUR) {
        client->service_since = now;
        client->service_count = 0;
    }
    if (client->service_count++ >= SERVICE_MAX)
        return;
    g_autofree char *clean =
        tl_text_clean (TL_BYTES (text.data, MIN (text.len, SERVICE_TEXT_MAX)));
    tell (client, (TalkEvent){ .kind = TALK_EVENT_SERVICE, .u.service = clean });
}

void
tg_tell_trouble (TgClient *client, TalkTrouble trouble, int64_t number)
{
    tell (client,
          (TalkEvent){ .kind = TALK_EVENT_TROUBLE, .u.trouble = { trouble, number } });
}

/* --- secret chats --- */

void
tg_tell_stored (TgClient *client, SecretChat *chat)
{
    TalkEvent event = { .kind = TALK_EVENT_SECRET };

    secret_chat_info (chat, &event.u.secret);
    event.peer = (TalkPeer){ TALK_PEER_SECRET, event.u.secret.id };
    event.u.secret.stored = TRUE;
    tell (client, event);
}

/* Shown at once; that it was is written in a turn of its own (DECISIONS 2). */
static void
run_message (TgClient *client, TgEffect *e)
{
    int32_t chat_id = (int32_t)e->event->peer.id;
    const TalkMessage *message = &e->event->u.message;
    gboolean shown = client->event (client->user, e->event);

    if (!message->follows) /* the last part says it for all */
        tg_offered (client, chat_id, message->id, shown);
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
tell_message (TgClient *client, const TalkEvent *whole)
{
    const char *rest = whole->u.message.text;
    int64_t hidden;
    const char *end = tg_shown_end (rest, &hidden);
    unsigned n = 0;

    do {
        size_t len = MIN (secret_text_split (rest), (size_t)(end - rest));
        g_autofree char *text = g_strndup (rest, len);
        TalkEvent part = *whole;
        TalkMessage *message = &part.u.message;
        rest += len;
        message->text = text;
        if (n > 0) {
            message->detail = message->reply_text = NULL;
            message->reply_to = 0;
        }
        message->part = n++;
        message->follows = rest < end;
        message->hidden = message->follows ? 0 : hidden;
        tell_by (client, run_message, &part)->weight =
            1 + (unsigned)len / BYTES_OF_AN_EFFECT;
        crypto_wipe (text, len);
    } while (rest < end);
}

void
tg_tell_secret (TgClient *client, const TalkEvent *event)
{
    if (event->kind == TALK_EVENT_MESSAGE)
        tell_message (client, event);
    else
        tell (client, *event);
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
        TalkEvent event = { .kind = TALK_EVENT_OWN,
                            .peer = { TALK_PEER_SECRET, e->id },
                            .u.own = { g_array_index (e->ids, int64_t, i), rest } };
        client->event (client->user, &event);
        *end = kept;
        rest = end;
    }
}

GArray *
tg_tell_own (TgClient *client, int32_t chat_id, const char *text)
{
    TgEffect *e = tg_effect (client, run_own);

    e->id = chat_id;
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
        const int64_t *ids = (const int64_t *)(void *)own->ids->data;
        tell (client, (TalkEvent){ .kind = TALK_EVENT_LOST,
                                   .peer = { TALK_PEER_SECRET, own->id },
                                   .u.lost = { ids, own->ids->len, own->text } });
    }
}
