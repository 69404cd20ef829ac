/* What happens to an account whose files were damaged, copied or are taken. */
#include "flow.h"

#include "store-bytes.h"

#include <string.h>

static void
copy_file (Person *person, const char *from, const char *to)
{
    g_autofree char *a = g_build_filename (person->directory, from, NULL);
    g_autofree char *b = g_build_filename (person->directory, to, NULL);
    g_autofree char *data = NULL;
    size_t len;

    g_assert_true (g_file_get_contents (a, &data, &len, NULL));
    g_assert_true (g_file_set_contents (b, data, (gssize)len, NULL));
}

/* SC-L9 SC-M22: the store alone is put back: its open chats are closed with that reason,
 * nothing goes out under a number that was used, the peer is told, and it is told once */
static void
an_older_store_closes_its_chats (void)
{
    g_autoptr (Flow) flow = flow_with_chat (60);
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);

    person_says (alice, "in the copy");
    person_hears (bob, "message in the copy");
    person_stop (alice);
    copy_file (alice, "store.db", "older");
    person_start (alice);
    person_hears (alice, "online");
    person_says (alice, "after the copy");
    person_hears (bob, "message after the copy");
    person_stop (alice);
    copy_file (alice, "older", "store.db");
    g_string_truncate (alice->told, 0);
    uint32_t in = person_info (bob).raw_in;
    person_start (alice);
    person_hears (alice, "chat closed 14*");
    g_assert_cmpint (alice->closed, ==, TALK_CLOSED_ROLLED_BACK);
    person_never_heard (alice, "chat closed*");
    person_hears (alice, "online");
    person_hears (bob, "chat closed 3*"); /* by the peer */
    g_assert_cmpuint (person_info (bob).raw_in, ==, in);
    person_never_heard (alice, "chat closed*");
    person_stop (alice);
    g_string_truncate (alice->told, 0);
    person_start (alice); /* that was settled: an ordinary start */
    person_hears (alice, "online");
    g_assert_cmpint (person_info (alice).closed, ==, TALK_CLOSED_ROLLED_BACK);
    person_starts (alice, bob);
    person_hears (alice, "chat ready");
    person_says (alice, "a new one");
    person_hears (bob, "message a new one");
}

typedef struct {
    int32_t first, second;
} Chats;

/* Alice has two chats with Bob, something unread and something unacknowledged in each. */
static Chats
two_chats (Flow *flow)
{
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);
    Chats chats = { .first = alice->chat };

    g_assert_cmpint (tg_secret_start (alice->client, bob->id, &chats.second), ==,
                     TALK_DONE);
    person_hears (alice, "chat ready");
    for (int i = 0; i < 2; i++) {
        alice->chat = bob->chat = i == 0 ? chats.first : chats.second;
        person_says (bob, "unread");
        person_hears (alice, "message unread");
        person_says (alice, "unacknowledged");
        person_hears (bob, "message unacknowledged");
    }
    return chats;
}

static void
assert_only_first_is_closed (Flow *flow, Chats chats, const char *what)
{
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);
    TalkSecret info;

    person_start (alice);
    person_hears (alice, "online");
    g_test_message ("%s", what);
    g_assert_true (tg_secret_info (alice->client, chats.first, &info));
    g_assert_cmpint (info.state, ==, TALK_STATE_CLOSED);
    g_assert_cmpint (info.closed, ==, TALK_CLOSED_CORRUPT);
    g_autofree int64_t *ids = NULL;
    size_t n;
    g_assert_cmpint (tg_secret_send (alice->client, chats.first, "no", &ids, &n), ==,
                     TALK_IS_CLOSED);
    flow_wait (flow, 5000); /* the peer may be told of the end */
    alice->chat = bob->chat = chats.second;
    person_says (alice, "the other lives");
    person_hears (bob, "message the other lives");
    person_says (bob, "so it does");
    person_hears (alice, "message so it does");
}

/* SC-L10: a damaged record closes its own chat and no other; where the chat's record is
 * missing altogether its other records make a closed chat, not none */
static void
damage_closes_one_chat (void)
{
    static const StoreKind kinds[] = { STORE_CHAT, STORE_OUTBOX, STORE_MESSAGE, 0 };

    for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++) {
        g_autoptr (Flow) flow = flow_with_chat (61 + i);
        Person *alice = flow_person (flow, 0);
        Chats chats = two_chats (flow);
        person_stop (alice);
        if (kinds[i] != 0) {
            g_assert_true (bytes_flip (alice->directory, kinds[i], chats.first, 50));
        } else {
            g_autofree char *sql = g_strdup_printf (
                "DELETE FROM record WHERE kind = 5 AND owner = %d", chats.first);
            g_assert_cmpint (bytes_run_sql (alice->directory, sql), ==, 1);
        }
        g_autofree char *what = g_strdup_printf ("kind %d", kinds[i]);
        assert_only_first_is_closed (flow, chats, what);
    }
}

/* SC-L9 SC-M22: a second instance is refused and changes nothing */
static void
a_second_instance_is_refused (void)
{
    g_autoptr (Flow) flow = flow_with_chat (70);
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);
    g_autofree char *directory = g_steal_pointer (&bob->directory);

    person_stop (bob);
    bob->directory = g_strdup (alice->directory);
    person_start (bob);
    g_autofree char *line = g_strdup_printf ("offline %d*", TALK_OFFLINE_STORE_LOCKED);
    person_hears (bob, line);
    person_stop (bob);
    g_free (bob->directory);
    bob->directory = g_steal_pointer (&directory);
    person_start (bob);
    person_says (alice, "undisturbed");
    person_hears (bob, "message undisturbed");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/flow/store/older-copy", an_older_store_closes_its_chats);
    g_test_add_func ("/flow/store/damage", damage_closes_one_chat);
    g_test_add_func ("/flow/store/second-instance", a_second_instance_is_refused);
    return g_test_run ();
}
