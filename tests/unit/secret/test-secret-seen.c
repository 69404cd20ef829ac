/* What was not seen is kept (DECISIONS 23): secret-seen.c. */
#include "story.h"
#include "secret-private.h"

#include <string.h>

static int64_t
say (World *w, const char *text)
{
    int64_t id = end_says (w->alice, text);

    world_run (w);
    return id;
}

/* Here the stories themselves say what became of a message. */
static World *
mute_world (uint64_t seed)
{
    World *w = world_ready_at (seed);

    w->alice->window = w->bob->window = WINDOW_MUTE;
    return w;
}

static int64_t
say_shown (World *w, const char *text)
{
    int64_t id = say (w, text);

    secret_chat_displayed (w->bob->chat, id);
    end_turn (w->bob);
    return id;
}

static void
take_text (const TalkMessage *message, void *user)
{
    g_string_append_printf (user, "%s%s;", message->text, message->again ? "*" : "");
}

static void
take_id (const TalkMessage *message, void *user)
{
    g_hash_table_add (user, g_memdup2 (&message->id, sizeof message->id));
}

static gboolean
stands_cb (int64_t random_id, void *user)
{
    return random_id == *(const int64_t *)user;
}

/* What is counted is what the lists have. */
static void
assert_counts (End *end)
{
    g_autoptr (GArray) unseen = secret_chat_unseen (end->chat);
    g_autoptr (GArray) all = secret_notes_ids (end->chat, NULL);
    g_autoptr (GHashTable) ids =
        g_hash_table_new_full (talk_id_hash, g_int64_equal, g_free, NULL);

    secret_chat_each_waiting (end->chat, take_id, ids);
    unsigned waiting = g_hash_table_size (ids);
    g_assert_cmpuint (secret_chat_count_waiting (end->chat, NULL, NULL), ==, waiting);
    for (unsigned i = 0; i < all->len; i++) {
        int64_t *id = &g_array_index (all, int64_t, i);
        g_assert_cmpuint (secret_chat_count_waiting (end->chat, stands_cb, id), ==,
                          waiting - g_hash_table_contains (ids, id));
    }
    for (unsigned i = 0; i < unseen->len; i++) {
        int64_t *id = &g_array_index (unseen, int64_t, i);
        g_hash_table_add (ids, g_memdup2 (id, sizeof *id));
    }
    g_assert_cmpuint (secret_chat_count_unseen (end->chat), ==, g_hash_table_size (ids));
}

static char *
waiting (End *end)
{
    GString *all = g_string_new (NULL);

    assert_counts (end);
    secret_chat_each_waiting (end->chat, take_text, all);
    return g_string_free (all, FALSE);
}

#define assert_waiting(end, expected)                                                    \
    do {                                                                                 \
        g_autofree char *waiting_ = waiting (end);                                       \
        g_assert_cmpstr (waiting_, ==, (expected));                                      \
    } while (0)

typedef struct {
    const char *text;
    unsigned found;
} Scan;

static void
scan_cb (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    Scan *scan = user;
    scan->found += memmem (value, len, scan->text, strlen (scan->text)) != NULL;
}

static unsigned
stored (End *end, const char *text)
{
    Scan scan = { .text = text };

    end_turn (end);
    any_store_each (end->store, STORE_MESSAGE, TRUE, 0, scan_cb, &scan, NULL);
    return scan.found;
}

/* DECISIONS 2, 3, 23, SC-G2, SC-E14, SC-L1: shown and not seen: kept, sealed, not
 * burning, not reported; every start reports it once, before newer ones; seen it is gone
 */
static void
what_was_not_seen_is_kept (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    secret_chat_set_ttl (alice->chat, 30, w->now);
    world_run (w);
    say_shown (w, "first");
    say_shown (w, "second");
    int64_t ids[] = { g_array_index (bob->shown, int64_t, 0),
                      g_array_index (bob->shown, int64_t, 1) };
    g_free (end_events (bob));
    for (int start = 0; start < 3; start++) {
        world_advance (w, 3600 * 1000);
        assert_events (bob, "");
        end_restarts (bob, NULL, NULL);
        assert_events (bob, "message 'first' ttl 30 content 0\n"
                            "message 'second' ttl 30 content 0\n");
        end_reconnects (bob); /* the same process */
        assert_events (bob, "");
        assert_waiting (bob, "first*;second*;");
    }
    g_assert_cmpuint (bob->reads, ==, 0);
    w->hold = TRUE; /* arrives in a new process */
    end_says (alice, "third");
    end_turn (alice);
    end_restarts (bob, NULL, NULL);
    w->hold = FALSE;
    world_run (w);
    assert_events (bob, "message 'first' ttl 30 content 0\n"
                        "message 'second' ttl 30 content 0\n"
                        "message 'third' ttl 30 content 0\n");
    assert_waiting (bob, "first*;second*;"); /* the third is on its way to the screen */

    secret_chat_seen (bob->chat, ids, 2, w->now);
    world_run (w);
    g_assert_cmpuint (bob->reads, ==, 1);
    g_assert_cmpuint (stored (bob, "first") + stored (bob, "second"), ==, 0);
    world_advance (w, 31000);
    assert_events (bob, "expired 2 us\n");
    end_restarts (bob, NULL, NULL);
    assert_events (bob, "message 'third' ttl 30 content 0\n");
}

/* DECISIONS 23, SC-E14: what is unseen, with a line or without, is below every date that
 * is reported; once it was seen, or is gone, the rest is told */
static void
the_peer_hears_of_nothing_unseen (void)
{
    for (int how = 0; how < 4; how++) {
        g_autoptr (World) w = mute_world (2);
        End *alice = w->alice, *bob = w->bob;
        gboolean gone = how % 2 == 1;
        int64_t one = say_shown (w, "read");
        int64_t two = (how < 2 ? say_shown : say) (w, "not seen");
        int64_t three = say_shown (w, "read before it");

        secret_chat_seen (bob->chat, &three, 1, w->now);
        world_run (w);
        g_assert_cmpuint (bob->reads, ==, 0);
        secret_chat_seen (bob->chat, &one, 1, w->now);
        world_run (w);
        g_assert_cmpint (bob->last_read, ==, secret_note_find (bob->chat, one)->date);
        if (gone)
            secret_chat_delete (alice->chat, &two, 1, w->now);
        else
            secret_chat_seen (bob->chat, &two, 1, w->now);
        world_run (w);
        g_assert_cmpint (bob->last_read, ==, secret_note_find (bob->chat, three)->date);
        g_assert_cmpuint (bob->reads, ==, 2);
    }
}

static unsigned unseen_told;

static void
count_unseen (World *w, End *end, const TalkEvent *e)
{
    if (end == w->bob && e->kind == TALK_EVENT_GONE)
        unseen_told += e->u.gone.n_unseen;
}

/* DECISIONS 23, SC-E8, SC-E10, SC-A25: the peer's deletion, a flush, the end with its
 * history remove it, and say how much of it nobody had seen */
static void
what_is_taken_back_unseen_is_told (void)
{
    for (int how = 0; how < 5; how++) {
        g_autoptr (World) w = mute_world (3);
        End *alice = w->alice, *bob = w->bob;
        int64_t seen = say_shown (w, "seen");

        secret_chat_seen (bob->chat, &seen, 1, w->now);
        int64_t ids[] = { seen, say_shown (w, "shown"), say (w, "never shown") };
        w->watch = count_unseen;
        unseen_told = 0;
        if (how == 0)
            secret_chat_delete (alice->chat, ids, 3, w->now);
        else if (how == 1)
            secret_chat_flush (alice->chat, w->now);
        else if (how == 2)
            secret_chat_close (alice->chat, TRUE, TALK_CLOSED_BY_US, w->now);
        else if (how == 3)
            secret_chat_flush (bob->chat, w->now);
        else
            secret_chat_close (bob->chat, TRUE, TALK_CLOSED_BY_US, w->now);
        world_run (w);
        g_assert_cmpuint (unseen_told, ==, 2);
        assert_waiting (bob, "");
        g_assert_cmpuint (stored (bob, "shown"), ==, 0);
    }
}

/* DECISIONS 23, SC-D30, SC-A29: the end of a chat leaves it, also for the next start; the
 * end of the login erases it and says how much that was, an ended chat's as well */
static void
the_end_of_the_login_erases_it (void)
{
    for (int ended = 0; ended < 2; ended++) {
        g_autoptr (World) w = mute_world (4);
        End *alice = w->alice, *bob = w->bob;

        say_shown (w, "shown");
        say (w, "never shown");
        if (ended)
            secret_chat_close (alice->chat, FALSE, TALK_CLOSED_BY_US, w->now);
        world_run (w);
        g_free (end_events (bob));
        end_restarts (bob, NULL, NULL);
        assert_events (bob, "message 'shown' ttl 0 content 0\n"
                            "message 'never shown' ttl 0 content 0\n");
        w->watch = count_unseen;
        unseen_told = 0;
        secret_chat_close (bob->chat, FALSE, TALK_CLOSED_LOGGED_OUT, w->now);
        end_turn (bob);
        g_assert_cmpuint (unseen_told, ==, 2);
        g_assert_cmpuint (stored (bob, "shown"), ==, 0);
        g_free (end_events (bob));
        end_restarts (bob, NULL, NULL);
        assert_events (bob, "");
    }
}

/* DECISIONS 23: handed over for the last time: no text anywhere, not shown again; not
 * read and not burning until it, or a newer one, is seen */
static void
what_was_let_go_is_read_later (void)
{
    for (int newer = 0; newer < 2; newer++) {
        g_autoptr (World) w = mute_world (5);
        End *bob = w->bob;

        secret_chat_set_ttl (w->alice->chat, 5, w->now);
        int64_t id = say_shown (w, "let go");
        secret_chat_let_go (bob->chat, id);
        g_assert_cmpuint (stored (bob, "let go"), ==, 0);
        g_free (end_events (bob));
        end_restarts (bob, NULL, NULL);
        world_advance (w, 60000);
        assert_events (bob, "");
        assert_waiting (bob, "");
        g_assert_cmpuint (bob->reads, ==, 0);
        g_autoptr (GArray) unseen = secret_chat_unseen (bob->chat);
        g_assert_cmpuint (unseen->len, ==, 1);
        if (newer)
            id = say_shown (w, "newer");
        secret_chat_seen (bob->chat, &id, 1, w->now);
        world_run (w);
        g_assert_cmpuint (bob->reads, ==, 1);
        world_advance (w, 6000);
        g_assert_cmpuint (g_hash_table_size (bob->chat->notes.table), ==, 0);
    }
}

static int64_t
say_hidden (World *w, const char *text)
{
    int64_t id = say (w, text);

    secret_chat_hidden (w->bob->chat, id, w->now);
    end_turn (w->bob);
    return id;
}

/* DECISIONS 23: without a line nothing is let go, nor can it be seen: it waits; and an
 * older line that is seen says nothing of a newer one that was let go */
static void
only_lines_are_let_go (World *w)
{
    End *bob = w->bob;
    int64_t older = say_shown (w, "older"), id = say_hidden (w, "newer");

    secret_chat_let_go (bob->chat, id);
    g_assert_cmpuint (stored (bob, "newer"), ==, 1);
    assert_waiting (bob, "older*;newer;");
    g_autoptr (GArray) lines = secret_chat_unseen (bob->chat);
    g_assert_cmpuint (lines->len, ==, 1);

    secret_chat_displayed (bob->chat, id);
    secret_chat_let_go (bob->chat, id);
    g_assert_cmpuint (stored (bob, "newer"), ==, 0);
    secret_chat_seen (bob->chat, &older, 1, w->now);
    world_run (w);
    g_autoptr (GArray) left = secret_chat_unseen (bob->chat);
    g_assert_cmpuint (left->len, ==, 1);
}

/* SC-G8, DECISIONS 23: what is overdue at a start is not shown before it goes */
static void
what_is_overdue_is_not_shown_again (void)
{
    g_autoptr (World) w = mute_world (10);
    End *bob = w->bob;
    SecretNote *note = secret_note_find (bob->chat, say_shown (w, "overdue"));

    note->ttl = 5;
    note->expires = w->now.wall - 1;
    secret_save_note (bob->chat, note);
    end_turn (bob);
    g_free (end_events (bob));
    end_restarts (bob, NULL, NULL);
    assert_events (bob, "expired 1 us\n");
}

/* SC-G8: so it is where only that asks, whatever else looks at clocks before */
static void
showing_looks_at_the_clock (World *w)
{
    End *bob = w->bob;
    SecretNote *note = secret_note_find (bob->chat, say_shown (w, "overdue"));

    say_shown (w, "in time");
    note->ttl = 5;
    note->expires = w->now.wall - 1;
    note->expires_mono = w->now.mono - 1;
    bob->chat->notes.counting = TRUE;
    bob->chat->notes.loaded = TRUE;
    bob->life++; /* as in a new process */
    bob->last_shown = -1;
    g_free (end_events (bob));
    secret_show_waiting (bob->chat, w->now);
    end_turn (bob);
    assert_events (bob, "expired 1 us\n"
                        "message 'in time' ttl 0 content 0\n");
}

/* DECISIONS 23: a chat does not grow with its messages, but however many come behind it,
 * what was not seen is not among those that are forgotten */
static void
the_unseen_outlive_a_thousand (World *w)
{
    enum { KEPT = 1000, MANY = 2500, FIRST = 5000 };
    End *bob = w->bob;

    say_shown (w, "had a line");
    say_hidden (w, "had none");
    for (int64_t id = FIRST; id < FIRST + MANY; id++) {
        SecretNote *note = secret_note_new (bob->chat, id);
        note->displayed = note->seen = TRUE;
        secret_save_note (bob->chat, note);
        g_assert_cmpuint (g_hash_table_size (bob->chat->notes.table), <=,
                          KEPT + KEPT / 2);
    }
    end_turn (bob);
    assert_waiting (bob, "had a line*;had none;");
    g_assert_null (secret_note_find (bob->chat, FIRST)); /* the oldest go, ... */
    for (int64_t id = FIRST + MANY - KEPT; id < FIRST + MANY; id++)
        g_assert_nonnull (secret_note_find (bob->chat, id)); /* ... the newest stay */
    g_free (end_events (bob));
    end_restarts (bob, NULL, NULL);
    assert_events (bob, "message 'had a line' ttl 0 content 0\n"
                        "message 'had none' ttl 0 content 0\n");
}

/* DECISIONS 23: what left no line is kept like what was not displayed, but only so much of
 * it: 200 messages, or 1 MiB; the oldest go and are counted, over a restart as well */
static void
little_is_kept_of_what_left_no_line (void)
{
    g_autoptr (World) w = mute_world (6);
    End *bob = w->bob;
    int64_t shown = say_shown (w, "had a line");

    for (int i = 0; i < 205; i++) {
        g_autofree char *text = g_strdup_printf ("hidden %d;", i);
        say_hidden (w, text);
    }
    secret_chat_hidden (bob->chat, shown, w->now); /* that is no limit for it */
    g_assert_cmpuint (end_info (bob).lost, ==, 5);
    g_free (end_events (bob));
    end_restarts (bob, NULL, NULL);
    g_assert_cmpuint (end_info (bob).lost, ==, 5);
    g_assert_cmpuint (stored (bob, "had a line"), ==, 1);
    g_assert_cmpuint (stored (bob, "hidden 4;"), ==, 0);
    g_assert_cmpuint (stored (bob, "hidden 5;"), ==, 1);
    g_autofree char *events = end_events (bob);
    g_assert_nonnull (strstr (events, "hidden 204;"));
    g_assert_null (strstr (events, "hidden 4;"));
    g_assert_cmpuint (bob->reads, ==, 0);
    secret_chat_lost_told (bob->chat, w->now);
    end_restarts (bob, NULL, NULL);
    g_assert_cmpuint (end_info (bob).lost, ==, 0);

    g_autoptr (World) other = mute_world (7);
    g_autofree char *big = g_strnfill (4096, 'x');
    for (int i = 0; i < 199; i++)
        say_hidden (other, big);
    g_assert_cmpuint (end_info (other->bob).lost, ==, 0);
    GHashTableIter iter; /* what comes is not cut: made large by hand */
    gpointer value;
    g_hash_table_iter_init (&iter, other->bob->chat->notes.table);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        SecretNote *note = value;
        if (note->text == NULL || note->outgoing)
            continue;
        g_free (note->text);
        note->text = g_strnfill (100000, 'x');
    }
    say_hidden (other, "one more");
    g_assert_cmpuint (end_info (other->bob).lost, ==, 189);
}

/* SC-G7, SC-I3: what a timer takes away stands in no other line */
static void
a_timed_message_is_not_quoted (void)
{
    for (int timed = 0; timed < 2; timed++) {
        g_autoptr (World) w = mute_world (8);
        End *alice = w->alice, *bob = w->bob;
        int64_t id, reply;

        secret_chat_set_ttl (alice->chat, timed ? 30 : 0, w->now);
        id = say_shown (w, "quoted");
        secret_chat_set_ttl (alice->chat, 0, w->now);
        reply = end_replies (alice, "reply", id, FALSE);
        world_run (w);
        const SecretNote *note = secret_note_find (bob->chat, reply);
        g_assert_cmpint (note->reply_to, ==, id);
        g_assert_cmpstr (secret_note_message (bob->chat, note).reply_text, ==,
                         timed ? NULL : "quoted");
    }
}

static const Story stories[] = {
    STORY (what_was_not_seen_is_kept, PLAIN | MUTE),
    STORY (only_lines_are_let_go, PLAIN | MUTE),
    STORY (showing_looks_at_the_clock, PLAIN | MUTE),
    STORY (the_unseen_outlive_a_thousand, PLAIN | MUTE),
};

int
main (int argc, char **argv)
{
    stories_init (&argc, &argv);
    stories_add ("seen", stories, G_N_ELEMENTS (stories));
#define ADD(f) g_test_add_func ("/secret/seen/" #f, f)
    ADD (the_peer_hears_of_nothing_unseen);
    ADD (what_is_taken_back_unseen_is_told);
    ADD (the_end_of_the_login_erases_it);
    ADD (what_was_let_go_is_read_later);
    ADD (what_is_overdue_is_not_shown_again);
    ADD (little_is_kept_of_what_left_no_line);
    ADD (a_timed_message_is_not_quoted);
    return g_test_run ();
}
