/* What the server may answer to a message, a mark or a wish, and what becomes of it. */
#include "forge.h"

#include <string.h>

typedef enum { USER, SERVICE, TYPING, KINDS } Kind;
typedef enum { FIRST, LATER, ATTEMPTS } Attempt;

static gboolean
lose_all (World *w, End *from, unsigned n)
{
    return from->index != 0;
}

/* Alice's next message of that kind, not answered yet: its random_id. */
static int64_t
start (World *w, Kind kind)
{
    End *alice = w->alice;

    if (kind == USER)
        return end_says (alice, "refused");
    if (kind == SERVICE)
        secret_chat_set_ttl (alice->chat, 60, w->now);
    else
        secret_chat_set_typing (alice->chat, TRUE, w->now);
    end_turn (alice);
    for (unsigned i = 0; server_call (alice, i) != NULL; i++)
        if (server_call (alice, i)->kind == SECRET_CALL_SEND)
            return server_call (alice, i)->u.send.random_id;
    g_assert_not_reached ();
}

static gboolean
is_sending (End *end, int64_t random_id)
{
    const SecretCall *call = server_call (end, 0);
    return call != NULL && call->kind == SECRET_CALL_SEND &&
           call->u.send.random_id == random_id;
}

/* A message that the server is about to refuse: for the first time, or when the peer, who
 * never got it, asks for it again. */
static World *
about_to_send (uint64_t seed, Kind kind, Attempt attempt)
{
    World *w = world_ready_at (seed);
    End *alice = w->alice, *bob = w->bob;

    secret_chat_set_typing_action (alice->chat, TRUE);
    if (attempt == LATER)
        w->lets = lose_all;
    int64_t id = start (w, kind);
    while (!is_sending (alice, id)) /* the typing notice goes first */
        g_assert_true (server_answers (alice));
    if (attempt == LATER) {
        g_assert_true (server_answers (alice));
        w->lets = NULL;
        end_says (alice, "after it");
        for (int i = 0; !is_sending (alice, id); i++) {
            g_assert_cmpint (i, <, 100);
            server_answers (alice);
            server_delivers (bob);
            server_answers (bob);
            server_delivers (alice);
        }
        g_assert_cmpuint (end_info (bob).queued, >, 0);
    }
    g_free (end_events (alice));
    g_free (end_events (bob));
    return w;
}

static void
assert_closed (World *w, TalkClosed why, gboolean told)
{
    End *alice = w->alice;

    g_assert_cmpint (end_info (alice).closed, ==, why);
    g_assert_cmpuint (server_count_calls (alice, SECRET_CALL_DISCARD), ==, told ? 1 : 0);
    g_assert_false (alice->chat->keys.now.used);
}

/* Neither side waits for a number, and both go on. */
static void
assert_no_hole (World *w)
{
    world_run (w);
    g_assert_cmpuint (end_info (w->bob).queued, ==, 0);
    g_assert_cmpuint (end_info (w->bob).raw_in, ==, end_info (w->alice).raw_out);
    assert_alive (w);
}

typedef enum { FAILS, ENDS, REPLACED, WAITS } Reaction;

/* SC-E18 SC-E17 SC-D28: every row of the table for a user's, a service and a typing
 * message, at the first sending and when it is asked for again, and under every number
 * that the text comes with */
static void
every_refusal_of_a_message (void)
{
    static const struct {
        const char *type;
        Reaction reactions[KINDS];
        TalkClosed why; /* for ENDS */
        gboolean told;  /* discardEncryption follows */
    } rows[] = {
        { "ENCRYPTION_DECLINED", { ENDS, ENDS, ENDS }, TALK_CLOSED_BY_PEER, FALSE },
        { "USER_IS_BLOCKED", { FAILS, ENDS, REPLACED }, TALK_CLOSED_USER_BLOCKED, TRUE },
        { "USER_DELETED", { FAILS, ENDS, REPLACED }, TALK_CLOSED_USER_DELETED, TRUE },
        { "ENCRYPTION_ID_INVALID", { ENDS, ENDS, ENDS }, TALK_CLOSED_ID_INVALID, FALSE },
        { "CHAT_ID_INVALID", { ENDS, ENDS, ENDS }, TALK_CLOSED_ID_INVALID, FALSE },
        { "CHAT_ID_EMPTY", { ENDS, ENDS, ENDS }, TALK_CLOSED_ID_INVALID, FALSE },
        { "DATA_INVALID", { FAILS, ENDS, REPLACED }, TALK_CLOSED_DATA_INVALID, TRUE },
        { "DATA_TOO_LONG", { FAILS, ENDS, REPLACED }, TALK_CLOSED_DATA_INVALID, TRUE },
        { "MSG_WAIT_FAILED", { WAITS, WAITS, WAITS }, TALK_CLOSED_NOT, FALSE },
        { "MSG_WAIT_TIMEOUT", { WAITS, WAITS, WAITS }, TALK_CLOSED_NOT, FALSE },
        { "SOMETHING_NEW", { FAILS, ENDS, REPLACED }, TALK_CLOSED_DATA_INVALID, TRUE },
    };
    static const int codes[] = { 400, 403, 406, 500 };

    for (unsigned n = 0; n < G_N_ELEMENTS (rows) * KINDS * ATTEMPTS * 4; n++) {
        unsigned row = n / (KINDS * ATTEMPTS * 4);
        Kind kind = n / (ATTEMPTS * 4) % KINDS;
        Attempt attempt = n / 4 % ATTEMPTS;
        SecretAnswer refusal = { .error_code = codes[n % 4],
                                 .error_type = rows[row].type };
        g_autoptr (World) w = about_to_send (1, kind, attempt);
        End *alice = w->alice, *bob = w->bob;
        g_test_message ("%d %s, kind %d, attempt %d", codes[n % 4], rows[row].type, kind,
                        attempt);
        server_answers_with (alice, &refusal);
        g_autofree char *events = end_events (alice);
        g_autofree char *failed = g_strdup_printf ("failed %s\n", rows[row].type);
        switch (rows[row].reactions[kind]) {
        case ENDS:
            assert_closed (w, rows[row].why, rows[row].told);
            if (kind == USER && attempt == FIRST)
                g_assert_true (g_str_has_prefix (events, "failed CLOSED\n"));
            break;
        case FAILS: /* the user hears of it; its numbers carry its deletion */
            g_assert_cmpstr (events, ==, failed);
            assert_no_hole (w);
            g_assert_cmpuint (bob->shown->len, ==, attempt == LATER ? 2 : 1);
            break;
        case REPLACED:
            g_assert_cmpstr (events, ==, "");
            assert_no_hole (w);
            break;
        case WAITS:
            g_assert_cmpstr (events, ==, "");
            g_assert_null (server_call (alice, 0)); /* not at once */
            world_advance (w, 5001);
            g_assert_cmpuint (bob->shown->len, ==, (kind == USER) + (attempt == LATER));
            assert_no_hole (w);
            break;
        }
    }
}

/* SC-E18: what takes the place of a refused message is refused as well: that ends it */
static void
a_second_refusal_ends_the_chat (void)
{
    for (Kind kind = USER; kind < KINDS; kind += 2)
        for (Attempt attempt = FIRST; attempt < ATTEMPTS; attempt++) {
            g_autoptr (World) w = about_to_send (2, kind, attempt);
            End *alice = w->alice;
            SecretAnswer refusal = { .error_code = 400, .error_type = "DATA_INVALID" };
            int64_t id = server_call (alice, 0)->u.send.random_id;
            server_answers_with (alice, &refusal);
            while (!is_sending (alice, id))
                g_assert_true (server_answers (alice));
            g_assert_true (server_call (alice, 0)->u.send.service);
            server_answers_with (alice, &refusal);
            assert_closed (w, TALK_CLOSED_DATA_INVALID, TRUE);
        }
}

/* SC-E18 SC-E13 SC-E14: a refused read mark is dropped, also over a restart, and typing
 * does not care */
static void
refused_marks_are_dropped (void)
{
    static const char *const types[] = { "MAX_DATE_INVALID", "ENCRYPTION_ID_INVALID",
                                         "CHAT_ID_INVALID",  "CHAT_ID_EMPTY",
                                         "MSG_WAIT_FAILED",  "SOMETHING_NEW" };

    for (size_t i = 0; i < G_N_ELEMENTS (types); i++) {
        g_autoptr (World) w = world_ready_at (3);
        End *bob = w->bob;
        SecretAnswer refusal = { .error_code = 400, .error_type = types[i] };
        int64_t id = end_says (w->alice, "x");
        world_run (w);
        secret_chat_seen (bob->chat, &id, 1, w->now);
        end_turn (bob);
        g_assert_cmpint (server_call (bob, 0)->kind, ==, SECRET_CALL_READ);
        server_answers_with (bob, &refusal);
        secret_chat_set_typing (bob->chat, TRUE, w->now);
        end_turn (bob);
        g_assert_cmpint (server_call (bob, 0)->kind, ==, SECRET_CALL_TYPING);
        server_answers_with (bob, &refusal);
        g_assert_null (server_call (bob, 0));
        end_restarts (bob, NULL, NULL);
        g_assert_null (server_call (bob, 0));
        g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
        assert_alive (w);
    }
}

/* SC-E16 SC-D21: every retry has the same number, class, flag and bytes */
static void
retries_are_identical (void)
{
    for (Kind kind = USER; kind < KINDS; kind++) {
        g_autoptr (World) w = about_to_send (4, kind, FIRST);
        End *alice = w->alice, *bob = w->bob;
        const SecretCall *call = server_call (alice, 0);
        SecretCall first = *call;
        g_autoptr (GBytes) data =
            g_bytes_new (call->u.send.data.data, call->u.send.data.len);
        SecretAnswer lost = { .error_code = -1 };
        SecretAnswer wait = { .error_code = 400, .error_type = "MSG_WAIT_FAILED" };
        w->lets = lose_all; /* on the way to Bob */
        for (int attempt = 0; attempt < 6; attempt++) {
            switch (attempt) {
            case 0:
                end_reconnects (alice);
                break;
            case 1:
                end_restarts (alice, NULL, NULL);
                break;
            case 2:
                server_answers_with (alice, &lost);
                break;
            case 3:
                server_answers_with (alice, &wait);
                end_reconnects (alice);
                break;
            case 4: /* the server took it, nobody heard of that */
                alice->fate = END_DIES_BEFORE;
                server_answers (alice);
                break;
            default: /* it took it, and the peer asks again */
                server_answers (alice);
                w->lets = NULL;
                end_says (alice, "next");
                for (int i = 0; i < 20 && !is_sending (alice, first.u.send.random_id);
                     i++) {
                    server_answers (alice);
                    server_delivers (bob);
                    server_answers (bob);
                    server_delivers (alice);
                }
                break;
            }
            while (!is_sending (alice, first.u.send.random_id))
                g_assert_true (server_answers (alice));
            call = server_call (alice, 0);
            g_test_message ("kind %d, attempt %d", kind, attempt);
            g_assert_cmpint (call->u.send.service, ==, kind != USER);
            g_assert_cmpint (call->u.send.silent, ==, first.u.send.silent);
            g_assert_cmpint (call->access_hash, ==, first.access_hash);
            g_assert_cmpmem (call->u.send.data.data, call->u.send.data.len,
                             g_bytes_get_data (data, NULL), g_bytes_get_size (data));
        }
        assert_no_hole (w);
    }
}

/* Fails after so many draws. */
typedef struct {
    const CryptoRandom *behind;
    unsigned left;
} Well;

static gboolean
drawing (void *user, uint8_t *out, size_t len)
{
    Well *well = user;

    if (well->left == 0)
        return FALSE;
    well->left--;
    return crypto_random_fill (well->behind, out, len);
}

/* SC-E19: what cannot be sealed takes no number, wherever it fails */
static void
a_failed_encoding_takes_no_number (World *w)
{
    End *alice = w->alice;
    Well well = { &w->random, 0 };
    CryptoRandom random = { drawing, &well };
    int64_t id;
    g_autofree char *large = g_strnfill (SECRET_TEXT_MAX + 1, 'x');
    unsigned failed = 0;

    g_assert_cmpint (secret_chat_send_text (alice->chat, large, 0, FALSE, w->now, &id),
                     !=, TALK_DONE);
    g_assert_cmpint (secret_chat_send_text (alice->chat, "\xff", 0, FALSE, w->now, &id),
                     !=, TALK_DONE);
    alice->env.random = &random;
    for (unsigned draws = 0; draws < 10; draws++) {
        TalkSecret before = end_info (alice);
        well.left = draws;
        TalkCode code = secret_chat_send_text (alice->chat, "x", 0, FALSE, w->now, &id);
        gboolean sent = code == TALK_DONE;
        if (sent)
            rules_said (alice, alice->said->len, id, "x");
        g_assert_cmpuint (end_info (alice).raw_out, ==, before.raw_out + (sent ? 1 : 0));
        g_assert_cmpuint (end_info (alice).unacknowledged, ==,
                          before.unacknowledged + (sent ? 1 : 0));
        failed += !sent;
        if (!sent)
            g_assert_cmpint (code, ==, TALK_NO_RANDOM);
        before = end_info (alice);
        well.left = draws;
        gboolean asked = secret_chat_rekey (alice->chat, w->now) == TALK_DONE;
        g_assert_cmpuint (end_info (alice).raw_out, ==, before.raw_out + (asked ? 1 : 0));
        well.left = 100;
        world_run (w);
    }
    g_assert_cmpuint (failed, >=, 3);
    assert_no_hole (w);
    alice->env.random = &w->random;
}

/* Tells the next call of `end` that the server does not take it. */
static int64_t
refuse (World *w, End *end, const char *text)
{
    end->window = WINDOW_MUTE; /* the test itself says what became of it */
    int64_t id = end_says (end, text);
    end->policy.fail_type = "DATA_INVALID";
    end->policy.fail_count = 1;
    world_run (w);
    return id;
}

static gboolean
is_kept (End *end, int64_t id)
{
    const SecretNote *note = secret_note_find (end->chat, id);

    return note != NULL && note->refused && note->text != NULL;
}

/* DECISIONS 25: what was refused is told again after each start until a line said it; it is
 * nobody's last message, nothing acknowledges it, and only its user takes it away */
static void
a_refused_text_is_kept_until_it_is_told (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    int64_t before = end_says (alice, "taken");

    world_run (w);
    int64_t id = refuse (w, alice, "refused");
    end_says (bob, "acknowledges what took its number");
    world_run (w);
    secret_chat_delete (bob->chat, &id, 1, w->now);
    world_run (w);
    g_assert_true (is_kept (alice, id));
    g_autoptr (GArray) last = secret_chat_last_text (alice->chat);
    g_assert_cmpint (g_array_index (last, int64_t, 0), ==, before);
    for (int start = 0; start < 2; start++) {
        g_free (end_events (alice));
        end_restarts (alice, NULL, NULL);
        g_autofree char *events = end_events (alice);
        g_assert_nonnull (strstr (events, "failed DATA_INVALID\n"));
        g_assert_true (is_kept (alice, id));
    }
    secret_chat_told (alice->chat, &before, 1, w->now); /* not such a one */
    g_assert_nonnull (secret_note_find (alice->chat, before));
    secret_chat_told (alice->chat, &id, 1, w->now);
    g_free (end_events (alice));
    end_restarts (alice, NULL, NULL);
    g_autofree char *events = end_events (alice);
    g_assert_null (strstr (events, "failed"));
    g_assert_null (secret_note_find (alice->chat, id));
    assert_no_hole (w);
}

typedef enum { FLUSHED, ERASED, LOGGED_OUT, ENDED, WAYS } Way;

/* DECISIONS 25: it goes with the chat's messages, and with the login; the chat's end keeps it */
static void
a_refused_text_goes_with_the_rest (void)
{
    for (Way way = FLUSHED; way < WAYS; way++) {
        g_autoptr (World) w = world_ready_at (32);
        End *alice = w->alice, *bob = w->bob;
        int64_t kept, id = refuse (w, alice, "refused");
        g_assert_cmpint (secret_chat_keep (alice->chat,
                                           &(TalkTyped){ .text = "not stored" },
                                           "NOT_STORED", w->now, &kept),
                         ==, TALK_DONE);
        if (way == FLUSHED)
            secret_chat_flush (bob->chat, w->now);
        else
            secret_chat_close (
                alice->chat, way == ERASED,
                way == LOGGED_OUT ? TALK_CLOSED_LOGGED_OUT : TALK_CLOSED_BY_US, w->now);
        world_run (w);
        g_assert_cmpint (is_kept (alice, id), ==, way == ENDED);
        g_assert_cmpint (is_kept (alice, kept), ==, way == ENDED);
        g_free (end_events (alice));
        end_restarts (alice, NULL, NULL);
        g_autofree char *events = end_events (alice);
        g_assert_cmpint (strstr (events, "failed NOT_STORED") != NULL, ==, way == ENDED);
    }
}

static const Story stories[] = {
    STORY (a_failed_encoding_takes_no_number, PLAIN),
    STORY (a_refused_text_is_kept_until_it_is_told, PLAIN),
};

int
main (int argc, char **argv)
{
    stories_init (&argc, &argv);
    stories_add ("errors", stories, G_N_ELEMENTS (stories));
#define ADD(f) g_test_add_func ("/secret/errors/" #f, f)
    ADD (every_refusal_of_a_message);
    ADD (a_second_refusal_ends_the_chat);
    ADD (refused_marks_are_dropped);
    ADD (retries_are_identical);
    ADD (a_refused_text_goes_with_the_rest);
    return g_test_run ();
}
