/* The events of secret chats on their way to the glue: lines when they are durable, in
 * their order, and what the glue says of them. */
#include "tg-refusal.h"
#include "tg-secrets.h"

#include "secret-text.h"

#include <string.h>

#define SHOWN_MAX 100000      /* characters of a message that are shown */
#define BYTES_OF_AN_EFFECT 50 /* of text: as much work for a window as any other event */

void
tg_tell_stored (TgClient *client, SecretChat *chat)
{
    TalkEvent event = { .kind = TALK_EVENT_SECRET };

    secret_chat_info (chat, &event.u.secret);
    event.peer = (TalkPeer){ TALK_PEER_SECRET, event.u.secret.id };
    event.u.secret.stored = TRUE;
    tg_tell (client, event);
}

/* Shown at once; that it was is written in a turn of its own (DECISIONS 2). */
static void
run_message (TgClient *client, TgEffect *e)
{
    int32_t chat_id = (int32_t)e->event->peer.id;
    const TalkMessage *message = &e->event->u.message;
    gboolean shown = client->event (client->user, e->event);

    if (!message->follows && !message->outgoing) /* the last part says it for all */
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

/* An own file: the store did not take it (DECISIONS 25). */
static void
lost_file (TgClient *client, TgEffect *own)
{
    const TalkMessage *message = &own->event->u.message;

    tg_tell (client, (TalkEvent){ .kind = TALK_EVENT_LOST,
                                  .peer = own->event->peer,
                                  .u.lost = { &message->id, 1, message->text } });
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
        g_autoptr (TalkSpans) spans = talk_spans_part (
            whole->u.message.spans, (size_t)(rest - whole->u.message.text), len);
        TalkEvent part = *whole;
        TalkMessage *message = &part.u.message;
        rest += len;
        message->text = text;
        message->spans = spans;
        if (n > 0) {
            message->detail = message->reply_text = NULL;
            message->reply_to = 0;
        }
        message->part = n++;
        message->follows = rest < end;
        message->hidden = message->follows ? 0 : hidden;
        TgEffect *effect = tg_tell_by (client, run_message, &part);
        effect->weight = 1 + (unsigned)len / BYTES_OF_AN_EFFECT;
        if (message->outgoing && message->part == 0)
            effect->lost = lost_file;
        crypto_wipe (text, len);
    } while (rest < end);
}

void
tg_tell_secret (TgClient *client, const TalkEvent *event)
{
    TalkEvent told = *event;

    if (event->kind == TALK_EVENT_MESSAGE) {
        tell_message (client, event);
        return;
    }
    if (event->kind == TALK_EVENT_FAILED)
        told.u.failed.why = tg_refusal_unsent (event->u.failed.token);
    tg_tell (client, told);
}

/* The parts of one own text, as they were sent. */
static void
run_own (TgClient *client, TgEffect *e)
{
    const SecretChat *chat = tg_secrets_find (client, e->id);
    char *rest = e->text;
    TalkMessage sent;

    if (e->ids->len == 0 || chat == NULL ||
        !secret_chat_message (chat, g_array_index (e->ids, int64_t, 0), &sent))
        memset (&sent, 0, sizeof sent); /* it may be deleted by now */
    for (unsigned i = 0; i < e->ids->len && !client->dying; i++) {
        char *end = rest + secret_text_split (rest);
        g_autoptr (TalkSpans) spans =
            talk_spans_part (e->spans, (size_t)(rest - e->text), (size_t)(end - rest));
        char kept = *end;
        *end = '\0';
        TalkEvent event = { .kind = TALK_EVENT_OWN,
                            .peer = { TALK_PEER_SECRET, e->id },
                            .u.own = { .id = g_array_index (e->ids, int64_t, i),
                                       .text = rest,
                                       .spans = spans,
                                       .ttl = sent.ttl } };
        if (i == 0) {
            event.u.own.number = sent.number;
            event.u.own.reply_to = sent.reply_to;
            event.u.own.reply_timed = sent.reply_timed;
            event.u.own.reply_text = sent.reply_text;
        }
        client->event (client->user, &event);
        *end = kept;
        rest = end;
    }
}

/* The store did not take it: the text comes back (DECISIONS 25). */
static void
lost_own (TgClient *client, TgEffect *own)
{
    const int64_t *ids = (const int64_t *)(void *)own->ids->data;

    tg_tell (client, (TalkEvent){ .kind = TALK_EVENT_LOST,
                                  .peer = { TALK_PEER_SECRET, own->id },
                                  .u.lost = { ids, own->ids->len, own->text } });
}

GArray *
tg_tell_own (TgClient *client, int32_t chat_id, const char *text, const TalkSpans *spans)
{
    TgEffect *e = tg_effect (client, run_own);

    e->lost = lost_own;
    e->id = chat_id;
    e->text = g_strdup (text);
    e->spans = talk_spans_ref (spans);
    e->ids = g_array_new (FALSE, FALSE, sizeof (int64_t));
    return e->ids;
}
