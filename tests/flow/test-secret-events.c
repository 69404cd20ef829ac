/* The four events, both ways, and what the server may answer, through every layer. */
#include "flow.h"

#include <stdlib.h>
#include <string.h>

/* SC-E12 SC-E13: typing is told once, and ends with the message or by itself */
static void
typing_is_seen (void)
{
    g_autoptr (Flow) flow = flow_with_chat (11);
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);

    for (int i = 0; i < 20; i++) {
        tg_secret_typing (alice->client, alice->chat, TRUE);
        flow_wait (flow, 50);
    }
    person_hears (bob, "typing on");
    flow_wait (flow, 1000);
    person_never_heard (bob, "typing on"); /* twenty keys, one notice */
    person_says (alice, "done");
    person_hears (bob, "message done");
    tg_secret_typing (alice->client, alice->chat, TRUE);
    person_hears (bob, "typing on");
    person_hears (bob, "typing off"); /* by itself */
}

/* SC-E12 MT-F41: without typing inside the chat nothing of it goes there, and the peer still sees it:
 * there is no way to hide it */
static void
typing_is_not_hidden (void)
{
    for (int wanted = 0; wanted < 2; wanted++) {
        g_autoptr (Flow) flow = flow_with_chat (11);
        Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);
        alice->typing_actions = wanted;
        person_stop (alice);
        person_start (alice);
        person_hears (alice, "online");
        person_says (alice, "before");
        person_hears (bob, "message before");
        flow_wait (flow, 1000);
        uint32_t in = person_info (bob).raw_in;
        tg_secret_typing (alice->client, alice->chat, TRUE);
        person_hears (bob, "typing on");
        person_hears (bob, "typing off"); /* by itself */
        g_assert_cmpint (person_info (bob).raw_in > in, ==, wanted);
    }
}

/* SC-E14: read when it was seen, and everything of the same second */
static void
reading_is_told (void)
{
    g_autoptr (Flow) flow = flow_with_chat (12);
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);

    person_says (alice, "one");
    person_says (alice, "two");
    person_says (alice, "three");
    person_hears (bob, "message three");
    flow_wait (flow, 5000);
    person_never_heard (alice, "read*");
    person_reads (bob);
    person_hears (alice, "read*");
}

/* SC-E7 SC-E9: one goes, or all go, on both sides */
static void
deleting_is_for_both (void)
{
    g_autoptr (Flow) flow = flow_with_chat (13);
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);

    person_says (alice, "kept");
    int64_t gone = person_says (alice, "gone");
    person_hears (bob, "message gone");
    g_assert_cmpint (tg_secret_delete (alice->client, alice->chat, &gone, 1), ==,
                     TALK_DONE);
    person_hears (alice, "gone 1*");
    person_hears (bob, "gone 1*");
    person_says (bob, "from bob");
    person_hears (alice, "message from bob");
    g_assert_cmpint (tg_secret_flush (bob->client, bob->chat), ==, TALK_DONE);
    person_hears (bob, "gone 0*");
    person_hears (alice, "gone 0*");
    g_assert_cmpint (tg_secret_delete (alice->client, alice->chat, NULL, 0), ==,
                     TALK_NOTHING);
}

/* SC-E4 SC-G2 SC-G3 SC-G7 SC-G8: what burns burns on both sides, also while nobody is
 * there */
static void
timers_burn (void)
{
    g_autoptr (Flow) flow = flow_with_chat (14);
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);

    g_assert_cmpint (tg_secret_set_ttl (alice->client, alice->chat, 10), ==, TALK_DONE);
    flow_wait (flow, 2000);
    g_assert_cmpint (person_info (bob).ttl, ==, 10);
    person_says (alice, "burns");
    person_hears (bob, "message burns");
    flow_wait (flow, 30000);
    person_never_heard (bob, "expired*"); /* not seen yet */
    person_reads (bob);
    person_hears (alice, "read*");
    person_stop (alice); /* the countdown goes on */
    person_hears (bob, "expired 1*");
    person_start (alice);
    person_hears (alice, "expired 1*");
}

/* SC-G8: the machine slept for ten hours, and only the wall clock knows: the first input
 * after that ends what is over, on both sides; the rest of the hour is not waited for */
static void
what_was_slept_over_is_over (void)
{
    g_autoptr (Flow) flow = flow_with_chat (15);
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);

    g_assert_cmpint (tg_secret_set_ttl (alice->client, alice->chat, 3600), ==, TALK_DONE);
    flow_wait (flow, 2000);
    person_says (alice, "burns in an hour");
    person_hears (bob, "message burns in an hour");
    person_reads (bob);
    person_hears (alice, "read*");
    flow_wait (flow, 30000);
    person_never_heard (bob, "expired*");
    for (unsigned i = 0; i < 2; i++)
        fake_host_shift_wall (flow_person (flow, i)->host, (int64_t)10 * 3600 * 1000);
    person_says (alice, "good morning"); /* that one has its hour before it */
    person_hears (bob, "message good morning");
    person_hears (bob, "expired 1*");
    person_hears (alice, "expired 1*");
    flow_wait (flow, 1000);
    person_never_heard (bob, "expired*");
}

/* SC-E18: what the server says to a text, and what becomes of it */
static void
refusals_are_told (void)
{
    static const struct {
        int code;
        const char *type;
        const char *closes; /* NULL: the text fails, the chat lives */
    } rows[] = {
        { 400, "DATA_INVALID", NULL },
        { 400, "USER_IS_BLOCKED", NULL },
        { 403, "USER_IS_BLOCKED", NULL },
        { 400, "ENCRYPTION_DECLINED", "chat closed*" },
        { 400, "ENCRYPTION_ID_INVALID", "chat closed*" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (Flow) flow = flow_with_chat (20 + i);
        Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);
        g_autofree char *line = g_strdup_printf ("error messages.sendEncrypted 1 %d %s",
                                                 rows[i].code, rows[i].type);
        flow_control (flow, line);
        person_says (alice, "refused");
        if (rows[i].closes != NULL) {
            person_hears (alice, rows[i].closes);
            continue;
        }
        g_autofree char *failed = g_strdup_printf ("failed %s*", rows[i].type);
        person_hears (alice, failed);
        person_says (alice, "after it");
        person_hears (bob, "message after it");
        person_never_heard (bob, "message refused");
    }
}

/* SC-E17 MT-E13 MT-E14: waiting and trouble are the server's; the text goes later, once
 */
static void
trouble_is_waited_out (void)
{
    static const char *const lines[] = {
        "error messages.sendEncrypted 1 420 FLOOD_WAIT_7",
        "error messages.sendEncrypted 1 500 INTERNAL",
        "error messages.sendEncrypted 1 400 MSG_WAIT_FAILED",
        "drop messages.sendEncrypted 1"
    };

    for (size_t i = 0; i < G_N_ELEMENTS (lines); i++) {
        g_autoptr (Flow) flow = flow_with_chat (30 + i);
        Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);
        flow_control (flow, lines[i]);
        person_says (alice, "patience");
        person_says (alice, "next");
        flow_wait (flow, 240000);
        person_hears (bob, "message patience");
        person_hears (bob, "message next");
        g_assert_cmpuint (bob->texts->len, ==, 2);
    }
}

/* SC-J3 SC-M36 SC-D12: offline for long; many requests; a delivery that the server lost
 */
static void
a_thousand_missed_messages (void)
{
    g_autoptr (Flow) flow = flow_with_chat (40);
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);

    person_stop (bob);
    for (int i = 0; i < 1000; i++) {
        g_autofree char *text = g_strdup_printf ("%d", i);
        person_says (alice, text);
        if (i % 50 == 0)
            flow_wait (flow, 2000);
    }
    flow_wait (flow, 120000);
    person_start (bob);
    person_hears (bob, "message 999");
    g_assert_cmpuint (bob->texts->len, ==, 1000);
    for (unsigned i = 0; i < 1000; i++)
        g_assert_cmpint (atoi (bob->texts->pdata[i]), ==, (int)i);
    person_says (bob, "all there");
    person_hears (alice, "message all there");
}

static gboolean
hide_cb (int32_t chat_id, const TalkMessage *message, void *user)
{
    Person *person = user;

    g_string_append_printf (person->told, "waits %s%s\n", message->text,
                            message->again ? " again" : "");
    return TRUE;
}

/* DECISIONS 23, SC-E14, SC-G2: what nobody saw comes back with every start, before what is
 * newer; it is neither read nor does it burn until it was seen */
static void
unseen_comes_back (void)
{
    g_autoptr (Flow) flow = flow_with_chat (41);
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);

    tg_secret_set_ttl (alice->client, alice->chat, 5);
    person_says (alice, "one");
    person_says (alice, "two");
    person_hears (bob, "message two");
    for (int i = 0; i < 2; i++) {
        flow_wait (flow, 10000);
        person_stop (bob);
        g_string_truncate (bob->told, 0);
        person_start (bob);
        person_hears (bob, "again one");
        person_hears (bob, "again two");
        person_never_heard (bob, "again*");
    }
    person_stop (bob);
    person_says (alice, "three");
    flow_wait (flow, 2000);
    person_start (bob);
    person_hears (bob, "again one");
    person_hears (bob, "again two");
    person_hears (bob, "message three");
    flow_wait (flow, 10000);
    person_never_heard (alice, "read");
    person_reads (bob);
    person_hears (alice, "read");
    person_hears (bob, "expired 3");
    person_stop (bob);
    g_string_truncate (bob->told, 0);
    person_start (bob);
    person_hears (bob, "online");
    flow_wait (flow, 2000);
    person_never_heard (bob, "again*");
}

/* DECISIONS 23: what left no line waits, is not read, and comes when it can be shown */
static void
hidden_waits (void)
{
    g_autoptr (Flow) flow = flow_with_chat (42);
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);

    bob->blind = TRUE;
    person_says (alice, "one");
    person_says (alice, "two");
    person_hears (bob, "hidden two");
    flow_wait (flow, 5000);
    person_stop (bob);
    person_start (bob);
    person_hears (bob, "hidden one");
    person_hears (bob, "hidden two");
    bob->blind = FALSE;
    g_assert_true (tg_secret_each_waiting (bob->client, bob->chat, hide_cb, bob));
    person_hears (bob, "waits one");
    person_hears (bob, "waits two");
    person_never_heard (alice, "read");
    flow_wait (flow, 1000);
    g_assert_true (tg_secret_each_waiting (bob->client, bob->chat, hide_cb, bob));
    person_hears (bob, "waits one again");
    g_autoptr (GArray) ids = tg_secret_unseen (bob->client, bob->chat);
    tg_secret_seen (bob->client, bob->chat, (const int64_t *)(void *)ids->data, ids->len);
    person_hears (alice, "read");
}

/* SC-M36: requests pile up to a bound, and the newest are left to the other devices */
static void
requests_are_bounded (void)
{
    g_autoptr (Flow) flow = flow_new (50);
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);
    unsigned n = 0;

    bob->accept = FALSE;
    flow_log_in (alice);
    flow_log_in (bob);
    flow_wait (flow, 2000);
    for (int i = 0; i < 70; i++) {
        person_starts (alice, bob);
        flow_wait (flow, 1000);
    }
    for (const char *p = bob->told->str; (p = strstr (p, "chat requested")) != NULL; p++)
        n++;
    g_assert_cmpuint (n, ==, 50);
}

/* DECISIONS 7 MT-G13: the server never says what was missed: it is asked again on a new
 * connection, the user is told, and a message that was typed meanwhile is told of after a
 * minute; it goes out as soon as the server speaks */
static void
a_silent_difference_is_told (void)
{
    g_autoptr (Flow) flow = flow_with_chat (31);
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);

    person_stop (alice);
    g_string_truncate (alice->told, 0);
    flow_control (flow, "drop updates.getDifference 0"); /* every one */
    person_start (alice);
    flow_wait (flow, 5000);
    person_never_heard (alice, "online");
    person_says (alice, "typed meanwhile");
    person_hears (alice, "catching up 0");
    person_hears (alice, "delayed 0");
    flow_wait (flow, 120000);
    person_never_heard (alice, "catching up 0"); /* once */
    person_never_heard (alice, "delayed 0");
    person_never_heard (bob, "message*");
    g_autofree char *stats = dc_control (world_dc (flow->world), "stats");
    const char *asked = strstr (stats, "updates.getDifference=");
    g_assert_nonnull (asked);
    /* at the start, then after 30, 60 and 120 s of silence, about */
    g_assert_cmpint (atoi (asked + strlen ("updates.getDifference=")), >=, 3);
    g_assert_cmpint (atoi (asked + strlen ("updates.getDifference=")), <=, 8);
    flow_control (flow, "reset");
    flow_wait (flow, 240000);
    person_hears (alice, "online");
    person_hears (bob, "message typed meanwhile");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/flow/events/typing", typing_is_seen);
    g_test_add_func ("/flow/events/typing-is-not-hidden", typing_is_not_hidden);
    g_test_add_func ("/flow/events/reading", reading_is_told);
    g_test_add_func ("/flow/events/deleting", deleting_is_for_both);
    g_test_add_func ("/flow/events/timers", timers_burn);
    g_test_add_func ("/flow/events/asleep", what_was_slept_over_is_over);
    g_test_add_func ("/flow/events/refusals", refusals_are_told);
    g_test_add_func ("/flow/events/trouble", trouble_is_waited_out);
    g_test_add_func ("/flow/events/missed", a_thousand_missed_messages);
    g_test_add_func ("/flow/events/unseen", unseen_comes_back);
    g_test_add_func ("/flow/events/hidden", hidden_waits);
    g_test_add_func ("/flow/events/requests", requests_are_bounded);
    g_test_add_func ("/flow/events/silence", a_silent_difference_is_told);
    return g_test_run ();
}
