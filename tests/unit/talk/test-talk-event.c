/* A copy of an event lives on by itself. */
#include "talk-event.h"

#include <string.h>

static TalkEvent
one_of (TalkEventKind kind, char text[static 8], int64_t ids[static 2])
{
    TalkEvent e = { .kind = kind, .peer = { TALK_PEER_SECRET, 7 } };

    switch (kind) {
    case TALK_EVENT_OFFLINE:
        e.u.offline.detail = text;
        break;
    case TALK_EVENT_ASK:
        e.u.ask.detail = e.u.ask.phone = text;
        break;
    case TALK_EVENT_PERSON:
        e.u.person.name = e.u.person.username = text;
        break;
    case TALK_EVENT_SERVICE:
        e.u.service.text = text;
        break;
    case TALK_EVENT_SECRET:
        e.u.secret.closed_detail = text;
        break;
    case TALK_EVENT_MESSAGE:
        e.u.message.text = e.u.message.detail = e.u.message.reply_text = text;
        break;
    case TALK_EVENT_OWN:
        e.u.own.text = text;
        break;
    case TALK_EVENT_LOST:
        e.u.lost.text = text;
        e.u.lost.ids = ids;
        e.u.lost.n = 2;
        break;
    case TALK_EVENT_FAILED:
        e.u.failed.token = e.u.failed.text = e.u.failed.name = text;
        break;
    case TALK_EVENT_READ:
        e.u.read.ids = ids;
        e.u.read.n = 2;
        break;
    case TALK_EVENT_OPENED:
        e.u.opened.ids = ids;
        e.u.opened.n = 2;
        break;
    case TALK_EVENT_SAVING:
        e.u.saving.path = e.u.saving.name = text;
        break;
    case TALK_EVENT_GONE:
        e.u.gone.ids = ids;
        e.u.gone.n = 2;
        break;
    default:
        break;
    }
    return e;
}

/* Every byte that the copy shares with what it was made of is a pointer that dangles. */
static void
copies_own_what_they_point_to (void)
{
    for (int kind = 0; kind < TALK_EVENT_KINDS; kind++) {
        char *text = g_strdup ("example");
        int64_t *ids = g_new0 (int64_t, 2);
        ids[1] = 5;
        TalkEvent event = one_of (kind, text, ids);
        TalkEvent *copy = talk_event_copy (&event), *again;
        memset (text, 'x', 7);
        ids[1] = 0;
        g_free (text); /* the sanitizer sees who looks there */
        g_free (ids);
        again = talk_event_copy (copy);
        talk_event_free (copy);
        g_assert_cmpint (again->kind, ==, kind);
        g_assert_cmpint (again->peer.id, ==, 7);
        if (kind == TALK_EVENT_MESSAGE) {
            g_assert_cmpstr (again->u.message.text, ==, "example");
            g_assert_cmpstr (again->u.message.detail, ==, "example");
            g_assert_cmpstr (again->u.message.reply_text, ==, "example");
        } else if (kind == TALK_EVENT_LOST) {
            g_assert_cmpstr (again->u.lost.text, ==, "example");
            g_assert_cmpint (again->u.lost.ids[1], ==, 5);
        } else if (kind == TALK_EVENT_READ) {
            g_assert_cmpint (again->u.read.ids[1], ==, 5);
        } else if (kind == TALK_EVENT_SAVING) {
            g_assert_cmpstr (again->u.saving.path, ==, "example");
            g_assert_cmpstr (again->u.saving.name, ==, "example");
        } else if (kind == TALK_EVENT_GONE) {
            g_assert_cmpint (again->u.gone.ids[1], ==, 5);
        }
        talk_event_free (again);
    }
    talk_event_free (NULL);
}

static void
count_cb (gpointer user)
{
    ++*(unsigned *)user;
}

/* What was fetched is not copied, and goes with the last who holds it. */
static void
what_was_fetched_is_shared (void)
{
    g_autoptr (GBytes) bytes = g_bytes_new ("example", 7);
    TalkEvent event = { .kind = TALK_EVENT_FETCHED, .u.fetched = { .bytes = bytes } };
    TalkEvent *copy = talk_event_copy (&event), *again = talk_event_copy (copy);

    talk_event_free (copy);
    g_assert_true (again->u.fetched.bytes == bytes);
    talk_event_free (again);
    g_assert_cmpuint (g_bytes_get_size (bytes), ==, 7);
}

/* SC-H10: so is what a message looks like */
static void
a_small_picture_is_shared (void)
{
    static const char data[] = "example";
    unsigned gone = 0;
    GBytes *bytes = g_bytes_new_with_free_func (data, 7, count_cb, &gone);
    TalkEvent event = { .kind = TALK_EVENT_MESSAGE,
                        .u.message = { .beside = { .thumb = bytes } } };
    TalkEvent *copy = talk_event_copy (&event), *again = talk_event_copy (copy);

    g_bytes_unref (bytes);
    talk_event_free (copy);
    g_assert_true (again->u.message.beside.thumb == bytes);
    g_assert_cmpuint (gone, ==, 0);
    talk_event_free (again);
    g_assert_cmpuint (gone, ==, 1);
}

static void
an_empty_list_is_none (void)
{
    int64_t ids[1] = { 3 };
    TalkEvent event = { .kind = TALK_EVENT_GONE, .u.gone = { .ids = ids, .n = 0 } };
    TalkEvent *copy = talk_event_copy (&event);

    g_assert_null (copy->u.gone.ids);
    talk_event_free (copy);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/talk/event/copies-own-what-they-point-to",
                     copies_own_what_they_point_to);
    g_test_add_func ("/talk/event/an-empty-list-is-none", an_empty_list_is_none);
    g_test_add_func ("/talk/event/what-was-fetched-is-shared",
                     what_was_fetched_is_shared);
    g_test_add_func ("/talk/event/a-small-picture-is-shared", a_small_picture_is_shared);
    return g_test_run ();
}
