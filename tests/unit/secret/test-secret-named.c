/* Messages as people name them: secret-named.c. */
#include "story.h"
#include "secret-private.h"

static void
take_line (const TalkMessage *message, void *user)
{
    g_string_append_printf (user, "%d%s%s %s;", message->number,
                            message->outgoing ? "<" : ">", message->part > 0 ? "+" : "",
                            message->text);
}

#define assert_named(end, expected)                                                      \
    do {                                                                                 \
        g_autoptr (GString) named_ = g_string_new (NULL);                                \
        secret_chat_each_message ((end)->chat, take_line, named_);                       \
        g_assert_cmpstr (named_->str, ==, (expected));                                   \
    } while (0)

/* DECISIONS 3: both sides' messages are numbered in one row; a number stays with its message
 * and is not given again, also after a restart; of text there is what is on hand */
static void
numbers_stay (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    int64_t one = end_says (alice, "one");
    world_run (w);
    int64_t two = end_says (bob, "two");
    int64_t three = end_says (bob, "three");
    world_run (w);
    int64_t four = end_says (alice, "four");
    secret_chat_seen (alice->chat, &two, 1, w->now);
    assert_named (alice, "1< ;2> ;3> three;4< four;");
    secret_chat_delete (alice->chat, &one, 1, w->now);
    secret_chat_delete (alice->chat, &four, 1, w->now);
    world_run (w);
    assert_named (alice, "2> ;3> three;");
    end_restarts (alice, NULL, NULL);
    end_says (alice, "five");
    assert_named (alice, "2> ;3> three;5< five;");
    secret_chat_delete (bob->chat, &three, 1, w->now);
    world_run (w);
    assert_named (alice, "2> ;5< five;");
}

/* DECISIONS 25, SC-I8: whichever part is named, the text is all of them, and none of the text
 * before or behind; a part that is gone ends it; what was refused cannot be named */
static void
parts_are_one (World *w)
{
    SecretChat *chat = w->alice->chat;
    int64_t ids[6];

    w->hold = TRUE;
    for (int i = 0; i < 6; i++) {
        ids[i] = end_says (w->alice, "x");
        if (i == 2 || i == 3 || i == 5)
            secret_chat_continue (chat, ids[i]);
    }
    end_turn (w->alice);
    assert_named (w->alice, "1< x;2< x;3<+ x;4<+ x;5< x;6<+ x;");
    static const struct {
        int from, n;
    } rows[] = { { 0, 1 }, { 1, 3 }, { 1, 3 }, { 1, 3 }, { 4, 2 }, { 4, 2 } };
    for (int i = 0; i < 6; i++) {
        g_autoptr (GArray) parts = secret_chat_parts (chat, ids[i]);
        g_assert_cmpmem (parts->data, parts->len * sizeof (int64_t), ids + rows[i].from,
                         (size_t)rows[i].n * sizeof (int64_t));
    }
    g_autoptr (GArray) last = secret_chat_last_text (chat);
    g_assert_cmpmem (last->data, last->len * sizeof (int64_t), ids + 4,
                     2 * sizeof (int64_t));

    secret_note_find (chat, ids[2])->refused = TRUE;
    static const unsigned left[] = { 1, 1, 0, 1, 2, 2 };
    for (int i = 0; i < 6; i++) {
        g_autoptr (GArray) parts = secret_chat_parts (chat, ids[i]);
        g_assert_cmpuint (parts->len, ==, left[i]);
    }
    assert_named (w->alice, "1< x;2< x;4<+ x;5< x;6<+ x;");
    g_autoptr (GArray) none = secret_chat_parts (chat, 4711);
    g_assert_cmpuint (none->len, ==, 0);
}

/* DECISIONS 23: what no line ever showed has no number that could be typed */
static void
what_was_not_shown_is_not_named (World *w)
{
    w->alice->window = WINDOW_MUTE;
    end_says (w->bob, "hidden");
    world_run (w);
    assert_named (w->alice, "");
}

/* SC-I3: an answer to what was refused is a text like any other */
static void
what_the_peer_never_got_is_not_answered (World *w)
{
    int64_t refused = end_says (w->alice, "refused"), id;
    TalkMessage message;

    secret_note_find (w->alice->chat, refused)->refused = TRUE;
    id = end_replies (w->alice, "x", refused, FALSE);
    g_assert_true (secret_chat_message (w->alice->chat, id, &message));
    g_assert_cmpint (message.reply_to, ==, 0);
    refused = end_replies (w->alice, "y", id, FALSE);
    g_assert_true (secret_chat_message (w->alice->chat, refused, &message));
    g_assert_cmpint (message.reply_to, ==, id);
    g_assert_cmpstr (message.reply_text, ==, "x");
    g_assert_false (secret_chat_message (w->alice->chat, 4711, &message));
}

static const Story stories[] = {
    STORY (numbers_stay, PLAIN),
    STORY (parts_are_one, PLAIN),
    STORY (what_was_not_shown_is_not_named, PLAIN),
    STORY (what_the_peer_never_got_is_not_answered, PLAIN),
};

int
main (int argc, char **argv)
{
    stories_init (&argc, &argv);
    stories_add ("named", stories, G_N_ELEMENTS (stories));
    return g_test_run ();
}
