/* An event that waits for its turn to become durable. */
#include "talk-event.h"

#include <string.h>

#define STRINGS_MAX 4

/* The strings that an event points to. */
static size_t
strings_of (TalkEvent *event, const char **strings[static STRINGS_MAX])
{
    size_t n = 0;

    switch (event->kind) {
    case TALK_EVENT_OFFLINE:
        strings[n++] = &event->u.offline.detail;
        break;
    case TALK_EVENT_ASK:
        strings[n++] = &event->u.ask.detail;
        strings[n++] = &event->u.ask.phone;
        strings[n++] = &event->u.ask.part;
        strings[n++] = &event->u.ask.other;
        break;
    case TALK_EVENT_PERSON:
        strings[n++] = &event->u.person.name;
        strings[n++] = &event->u.person.username;
        strings[n++] = &event->u.person.phone;
        break;
    case TALK_EVENT_SERVICE:
        strings[n++] = &event->u.service.text;
        break;
    case TALK_EVENT_NEW_LOGIN:
        strings[n++] = &event->u.login.device;
        strings[n++] = &event->u.login.app;
        strings[n++] = &event->u.login.place;
        break;
    case TALK_EVENT_TERMS:
        strings[n++] = &event->u.terms.id;
        strings[n++] = &event->u.terms.text;
        break;
    case TALK_EVENT_SECRET:
        strings[n++] = &event->u.secret.closed_detail;
        break;
    case TALK_EVENT_MESSAGE:
        strings[n++] = &event->u.message.text;
        strings[n++] = &event->u.message.detail;
        strings[n++] = &event->u.message.reply_text;
        break;
    case TALK_EVENT_OWN:
        strings[n++] = &event->u.own.text;
        strings[n++] = &event->u.own.reply_text;
        break;
    case TALK_EVENT_SAVING:
        strings[n++] = &event->u.saving.path;
        strings[n++] = &event->u.saving.name;
        break;
    case TALK_EVENT_LOST:
        strings[n++] = &event->u.lost.text;
        break;
    case TALK_EVENT_FAILED:
        strings[n++] = &event->u.failed.token;
        strings[n++] = &event->u.failed.text;
        strings[n++] = &event->u.failed.name;
        break;
    case TALK_EVENT_BOOK:
    case TALK_EVENT_FETCHED:
    case TALK_EVENT_PHOTO:
    case TALK_EVENT_STEP:
    case TALK_EVENT_WAITING:
    case TALK_EVENT_TROUBLE:
    case TALK_EVENT_CLOUD:
    case TALK_EVENT_SENT:
    case TALK_EVENT_READ:
    case TALK_EVENT_OPENED:
    case TALK_EVENT_SENDING:
    case TALK_EVENT_GONE:
    case TALK_EVENT_TYPING:
    case TALK_EVENT_NOTICE:
        break;
    }
    return n;
}

/* The list of ids that it points to, or NULL. */
static const int64_t **
ids_of (TalkEvent *event, size_t *n)
{
    switch (event->kind) {
    case TALK_EVENT_LOST:
        *n = event->u.lost.n;
        return &event->u.lost.ids;
    case TALK_EVENT_READ:
        *n = event->u.read.n;
        return &event->u.read.ids;
    case TALK_EVENT_OPENED:
        *n = event->u.opened.n;
        return &event->u.opened.ids;
    case TALK_EVENT_GONE:
        *n = event->u.gone.n;
        return &event->u.gone.ids;
    default:
        return NULL;
    }
}

/* The spans that it points to, or NULL. */
static const TalkSpans **
spans_of (TalkEvent *event)
{
    switch (event->kind) {
    case TALK_EVENT_MESSAGE:
        return &event->u.message.spans;
    case TALK_EVENT_OWN:
        return &event->u.own.spans;
    case TALK_EVENT_FAILED:
        return &event->u.failed.spans;
    default:
        return NULL;
    }
}

/* What it shares with others, or NULL. */
static GBytes *
bytes_of (const TalkEvent *event)
{
    return event->kind == TALK_EVENT_FETCHED   ? event->u.fetched.bytes
           : event->kind == TALK_EVENT_MESSAGE ? event->u.message.beside.thumb
                                               : NULL;
}

TalkEvent *
talk_event_copy (const TalkEvent *event)
{
    TalkEvent *copy = g_memdup2 (event, sizeof *event);
    const char **strings[STRINGS_MAX];
    size_t n = strings_of (copy, strings), n_ids;

    for (size_t i = 0; i < n; i++)
        *strings[i] = g_strdup (*strings[i]);
    const int64_t **ids = ids_of (copy, &n_ids);
    if (ids != NULL)
        *ids = n_ids > 0 ? g_memdup2 (*ids, n_ids * sizeof **ids) : NULL;
    const TalkSpans **spans = spans_of (copy);
    if (spans != NULL)
        talk_spans_ref (*spans);
    if (copy->kind == TALK_EVENT_PHOTO)
        copy->u.photo.data = g_memdup2 (copy->u.photo.data, copy->u.photo.len);
    GBytes *bytes = bytes_of (copy);
    if (bytes != NULL)
        g_bytes_ref (bytes);
    return copy;
}

void
talk_event_free (TalkEvent *event)
{
    const char **strings[STRINGS_MAX];
    size_t n, n_ids;

    if (event == NULL)
        return;
    n = strings_of (event, strings);
    for (size_t i = 0; i < n; i++)
        if (*strings[i] != NULL) {
            explicit_bzero ((char *)*strings[i], strlen (*strings[i]));
            g_free ((char *)*strings[i]);
        }
    const int64_t **ids = ids_of (event, &n_ids);
    if (ids != NULL)
        g_free ((int64_t *)*ids);
    const TalkSpans **spans = spans_of (event);
    if (spans != NULL)
        talk_spans_unref ((TalkSpans *)*spans);
    if (event->kind == TALK_EVENT_PHOTO)
        g_free ((uint8_t *)event->u.photo.data);
    GBytes *bytes = bytes_of (event);
    g_clear_pointer (&bytes, g_bytes_unref);
    explicit_bzero (event, sizeof *event);
    g_free (event);
}
