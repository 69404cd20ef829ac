/* A new key is computed off the loop: the message that asks for it waits for its turn, and so
 * do all behind it, whatever happens meanwhile. */
#include "hand.h"

#include "dh-toy.h"

#include <string.h>

#define DAY ((int64_t)24 * 3600 * 1000)

static gboolean
computes (const End *end)
{
    return end->chat != NULL && end->chat->rekey.agree.token != 0;
}

/* Messages that are here and have not had their turn. */
static unsigned
waiting (const End *end)
{
    return end->chat->holes.queue->len;
}

/* Both workers are slow; Alice asks, and this end computes. */
static void
begin (World *w, End *end)
{
    w->alice->slow = w->bob->slow = TRUE;
    end_rekeys (w->alice);
    while (!computes (end) && world_step (w))
        ;
}

static void
finish (World *w)
{
    world_run (w);
    w->alice->slow = w->bob->slow = FALSE;
    end_says (w->alice, "under the new key");
    world_run (w);
    end_says (w->bob, "also under the new key");
    world_run (w);
}

static void
assert_new_key (World *w, int64_t old)
{
    world_ends_ready (w);
    for (int i = 0; i < 2; i++)
        g_assert_cmpint (w->ends[i].chat->rekey.step, ==, SECRET_REKEY_IDLE);
    g_assert_cmpint (key_of (w->alice)->fingerprint, !=, old);
    g_assert_cmpint (key_of (w->alice)->fingerprint, ==, key_of (w->bob)->fingerprint);
}

/* --- by hand --- */

static void
say_by_hand (World *w, End *from, int64_t id, const char *text)
{
    SecretDecryptedMessage message =
        TL_NEW (SecretDecryptedMessage, .random_id = id, .message = TL_STR (text));
    send_object (w, from, TL_OBJ (&message));
}

/* As Alice's message of this number. */
static void
say_as (World *w, int32_t raw, int64_t id, const char *text)
{
    SecretDecryptedMessage message =
        TL_NEW (SecretDecryptedMessage, .random_id = id, .message = TL_STR (text));
    g_autoptr (GBytes) data = forge (w->alice, 144, 2 * w->alice->chat->numbers.raw_in,
                                     2 * raw + 1, TL_OBJ (&message));
    inject (w->bob, data);
}

static void
request_by_hand (World *w, int64_t id)
{
    uint8_t exponent[256] = { [255] = (uint8_t)(id + 3) }, g_a[256];

    crypto_dh_toy.power_g (3, crypto_dh_known_prime, exponent, g_a);
    request_key (w, w->alice, id, g_a);
}

/* SC-F22 SC-F6 SC-D11: the request and what is behind it wait, durable and in order; nothing is
 * missing, so nobody is asked, and nobody is told */
static void
a_request_waits (void)
{
    g_autoptr (World) w = world_ready_at (1);
    End *bob = w->bob;
    int32_t raw_in = bob->chat->numbers.raw_in, raw_out = bob->chat->numbers.raw_out;

    bob->slow = TRUE;
    request_by_hand (w, 7);
    say_by_hand (w, w->alice, 71, "behind");
    say_by_hand (w, w->alice, 72, "it");
    g_assert_true (computes (bob));
    g_assert_cmpint (bob->chat->numbers.raw_in, ==, raw_in);
    g_assert_cmpuint (waiting (bob), ==, 3);
    g_assert_cmpuint (end_info (bob).missing, ==, 0);
    g_assert_cmpuint (end_info (bob).queued, ==, 0); /* behind no hole */
    g_assert_false (end_info (bob).rekeying);
    say_as (w, raw_in, 73, "of the same number"); /* changes nothing */
    say_as (w, raw_in + 1, 74, "too");
    g_assert_cmpuint (waiting (bob), ==, 3);
    g_free (end_events (bob));
    world_pass (w, 2 * DAY);
    g_assert_cmpint (secret_chat_deadline (bob->chat, w->now), >, w->now.mono);
    secret_chat_tick (bob->chat, w->now);
    g_assert_cmpint (secret_chat_skip (bob->chat, w->now), ==, TALK_NOTHING);
    end_turn (bob);
    assert_events (bob, "");
    g_assert_cmpint (bob->chat->numbers.raw_out, ==, raw_out);
    g_assert_cmpuint (bob->shown->len, ==, 0);

    while (server_powers (bob))
        ;
    g_assert_cmpint (bob->chat->numbers.raw_in, ==, raw_in + 3);
    g_assert_cmpstr (bob->texts->str, ==, "behind it ");
    g_assert_cmpint (bob->chat->rekey.step, ==, SECRET_REKEY_B_WAIT);
    g_assert_cmpint (bob->chat->rekey.exchange.id, ==, 7);
    g_assert_cmpint (bob->chat->rekey.agree.step, ==, SECRET_AGREE_NONE);
    g_assert_cmpuint (waiting (bob), ==, 0);
}

/* SC-F22 SC-D17: as many as come wait behind it; only those behind a hole are counted */
static void
any_number_waits_behind_it (void)
{
    enum { MANY = 1500 };
    g_autoptr (World) w = world_new (2, WORLD_TOY | WORLD_COARSE);
    End *bob = w->bob;

    world_ready (w);
    bob->slow = TRUE;
    request_by_hand (w, 7);
    for (int i = 1; i <= MANY; i++)
        say_by_hand (w, w->alice, 1000 + i, "x");
    g_assert_cmpuint (waiting (bob), ==, MANY + 1);
    while (server_powers (bob))
        ;
    g_assert_cmpuint (bob->shown->len, <,
                      100); /* in an input: the loop goes on between */
    for (int i = 0; i < MANY && bob->shown->len < MANY;
         i++) /* looks that are due at once */
        world_advance (w, 1);
    g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
    g_assert_cmpuint (bob->shown->len, ==, MANY);
}

/* SC-F22 SC-D17: what waits before a hole for what is computed is not among those behind it: neither
 * where these are told, nor where they are counted */
static void
a_hole_has_its_own_behind_it (void)
{
    enum { BEFORE = 50, BEHIND = 1000 }; /* SC-D17 */
    g_autoptr (World) w = world_new (2, WORLD_TOY | WORLD_COARSE);
    End *bob = w->bob;

    world_ready (w);
    int32_t raw = bob->chat->numbers.raw_in;
    bob->slow = TRUE;
    request_by_hand (w, 7);
    for (int i = 1; i <= BEFORE; i++)
        say_by_hand (w, w->alice, 1000 + i, "x");
    raw += BEFORE + 2; /* one is missing */
    say_as (w, raw, 5000, "behind");
    g_assert_cmpuint (waiting (bob), ==, BEFORE + 2);
    g_assert_cmpuint (end_info (bob).missing, ==, 1);
    g_assert_cmpuint (end_info (bob).queued, ==, 1);
    g_free (end_events (bob));
    world_pass (w, 2 * DAY);
    secret_chat_tick (bob->chat, w->now);
    end_turn (bob);
    g_autofree char *events = end_events (bob);
    g_assert_nonnull (strstr (events, "gap 1 missing, 1 wait\n"));
    for (int i = 1; i < BEHIND; i++)
        say_as (w, raw + i, 5000 + i, "x");
    g_assert_cmpuint (end_info (bob).queued, ==, BEHIND);
    g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
    say_as (w, raw + BEHIND, 5000 + BEHIND, "one too many");
    g_assert_cmpint (end_info (bob).closed, ==, TALK_CLOSED_VIOLATION);
}

/* SC-F22: when the other side ends the chat, what is here and in order is shown before that */
static void
the_end_comes_behind_it (void)
{
    enum { MANY = 300 };
    g_autoptr (World) w = world_new (22, WORLD_TOY | WORLD_COARSE);
    End *bob = w->bob;

    world_ready (w);
    bob->slow = TRUE;
    request_by_hand (w, 7);
    for (int i = 1; i <= MANY; i++)
        say_by_hand (w, w->alice, 1000 + i, "x");
    while (server_powers (bob))
        ;
    g_assert_cmpuint (bob->shown->len, <, MANY);
    secret_chat_update (
        bob->chat,
        &(SecretRemote){ .state = SECRET_REMOTE_DISCARDED, .id = bob->chat->id }, w->now);
    end_turn (bob);
    g_assert_cmpuint (bob->shown->len, ==, MANY);
    g_assert_cmpint (bob->chat->state, ==, TALK_STATE_CLOSED);
}

/* SC-F22: what was missed comes before the chats are resumed: it is computed then, too, and what
 * is behind it has its turn */
static void
before_it_is_resumed (void)
{
    g_autoptr (World) w = world_ready_at (21);
    End *bob = w->bob;

    bob->slow = TRUE;
    secret_chat_suspend (bob->chat);
    request_by_hand (w, 7);
    say_by_hand (w, w->alice, 71, "behind it");
    g_assert_true (computes (bob));
    while (server_powers (bob))
        ;
    g_assert_cmpstr (bob->texts->str, ==, "behind it ");
    g_assert_cmpuint (waiting (bob), ==, 0);
    secret_chat_resume (bob->chat, w->now);
    end_turn (bob);
    g_assert_cmpint (bob->chat->rekey.step, ==, SECRET_REKEY_B_WAIT);
}

/* SC-F22 SC-D12 SC-D15 DECISIONS 26: of a hole behind it only that is asked for; who goes on without
 * it has what is behind when its turn comes */
static void
a_hole_behind_it (void)
{
    for (int skips = 0; skips < 2; skips++) {
        g_autoptr (World) w = world_ready_at (3);
        End *bob = w->bob;

        bob->slow = TRUE;
        request_by_hand (w, 7);
        say_as (w, bob->chat->numbers.raw_in + 2, 71, "behind");
        g_assert_cmpuint (end_info (bob).missing, ==, 1);
        g_assert_cmpint (bob->chat->holes.asked.from, ==, bob->chat->numbers.raw_in + 1);
        g_assert_cmpint (bob->chat->holes.asked.to, ==, bob->chat->numbers.raw_in + 2);
        if (skips)
            g_assert_cmpint (secret_chat_skip (bob->chat, w->now), ==, TALK_DONE);
        end_turn (bob);
        g_assert_cmpuint (bob->shown->len, ==, 0);
        while (server_powers (bob))
            ;
        g_assert_cmpuint (bob->shown->len, ==, (unsigned)skips);
        g_assert_cmpint (bob->chat->rekey.step, ==,
                         skips ? SECRET_REKEY_B_WAIT : SECRET_REKEY_B_ACCEPT);
    }
}

/* SC-F22 SC-F6 SC-M23: what will not be answered is not computed */
static void
nothing_is_computed_in_vain (void)
{
    g_autoptr (World) w = world_ready_at (4);
    End *alice = w->alice, *bob = w->bob;
    uint8_t none[256] = { 0 };

    bob->slow = TRUE;
    request_by_hand (w, 0);
    g_assert_false (computes (bob));
    request_key (w, alice, 5, none); /* out of range: aborted at once */
    g_assert_false (computes (bob));
    g_assert_cmpuint (waiting (bob), ==, 0);
    for (int i = 0; i < 15; i++) /* too soon after that */
        request_by_hand (w, 10 + i);
    g_assert_false (computes (bob));
    accept_key (w, alice, 5, w->server.g_b->data, 66); /* nobody asked */
    g_assert_false (computes (bob));
    g_assert_cmpuint (waiting (bob), ==, 0);
    g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
}

/* SC-F22 SC-F16 SC-F19: an AbortKey behind a request that is being computed ends it, and nothing is
 * answered; a second request is not answered either */
static void
taken_back_while_it_is_computed (void)
{
    for (int again = 0; again < 2; again++) {
        g_autoptr (World) w = world_ready_at (5);
        End *bob = w->bob;
        int32_t raw_out = bob->chat->numbers.raw_out;

        bob->slow = TRUE;
        request_by_hand (w, 7);
        if (again)
            request_by_hand (w, 8);
        else
            abort_key (w, w->alice, 7);
        while (server_powers (bob))
            ;
        send_all (bob);
        g_assert_cmpint (bob->chat->rekey.step, ==,
                         again ? SECRET_REKEY_B_WAIT : SECRET_REKEY_IDLE);
        g_assert_cmpint (bob->chat->numbers.raw_out, ==, raw_out + again);
        g_assert_cmpint (bob->chat->keys.other.used, ==, again);
        if (again)
            g_assert_cmpint (bob->chat->rekey.exchange.id, ==, 7);
    }
}

/* SC-F10 SC-F12 SC-F22: what proves the last key asks for the next one, too: it is computed */
static void
asked_by_what_proves_the_last (void)
{
    for (int committed = 0; committed < 2; committed++) {
        g_autoptr (World) w = world_ready_at (7);
        End *alice = w->alice, *bob = w->bob;
        SecretKey old = *key_of (alice), fresh = hand_request (w, 7);
        uint8_t g_a[256], exponent[256] = { [255] = 5 };
        crypto_dh_toy.power_g (3, crypto_dh_known_prime, exponent, g_a);
        SecretDecryptedMessageActionRequestKey request =
            TL_NEW (SecretDecryptedMessageActionRequestKey, .exchange_id = 8,
                    .g_a = TL_BYTES (g_a, 256));

        if (committed)
            commit_key (w, alice, 7, fresh.fingerprint);
        for (int i = 0; i < 20; i++) /* SC-M23 */
            send_noop (w, alice, &old);
        bob->slow = TRUE;
        alice->chat->keys.now = fresh;
        send_action (w, alice, TL_OBJ (&request));
        g_assert_true (computes (bob));
        while (server_powers (bob))
            ;
        g_assert_cmpint (bob->chat->rekey.exchange.id, ==, 8);
        g_assert_cmpint (bob->chat->rekey.step, ==, SECRET_REKEY_B_WAIT);
    }
}

/* SC-F4 SC-F6: what could not be computed is aborted, as is a key that is none */
static void
no_power_comes (void)
{
    for (int as_a = 0; as_a < 2; as_a++) {
        g_autoptr (World) w = world_ready_at (6);
        End *end = as_a ? w->alice : w->bob;
        SecretAnswer none = { 0 };

        begin (w, end);
        g_assert_true (computes (end));
        end->weak = TRUE; /* what comes counts for nothing */
        if (as_a) {
            secret_chat_answer (end->chat, end->chat->rekey.agree.token, &none, w->now);
            end_turn (end);
        }
        world_run (w);
        end->weak = FALSE;
        g_assert_cmpint (w->alice->chat->rekey.step, ==, SECRET_REKEY_IDLE);
        g_assert_false (w->alice->chat->keys.other.used);
        w->alice->slow = w->bob->slow = FALSE;
        end_says (w->alice, "under the old key");
        world_run (w);
        world_ends_ready (w);
    }
}

/* --- stories --- */

/* SC-F22 SC-F5 SC-F6 SC-F7: both compute while both speak */
static void
both_speak_meanwhile (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    int64_t old = key_of (alice)->fingerprint;

    begin (w, bob);
    end_says (bob, "before the answer");
    end_says (alice, "behind the request");
    while (!computes (alice) && world_step (w))
        ;
    end_says (alice, "before the commit");
    end_says (bob, "behind the answer");
    finish (w);
    assert_new_key (w, old);
}

/* SC-F22 SC-F5: the program ends and starts, or only the connection, while either computes */
static void
started_anew_meanwhile (World *w)
{
    int64_t old = key_of (w->alice)->fingerprint;

    begin (w, w->bob);
    end_restarts (w->bob, NULL, NULL);
    while (!computes (w->bob) && world_step (w))
        ;
    end_reconnects (w->bob);
    while (!computes (w->alice) && world_step (w))
        ;
    end_says (w->bob, "meanwhile");
    end_restarts (w->alice, NULL, NULL);
    while (!computes (w->alice) && world_step (w))
        ;
    end_reconnects (w->alice);
    finish (w);
    assert_new_key (w, old);
}

/* SC-F22 SC-F15: B asks, too, while its answer is computed */
static void
both_ask_meanwhile (World *w)
{
    int64_t old = key_of (w->alice)->fingerprint;

    begin (w, w->bob);
    end_rekeys (w->bob);
    finish (w);
    end_says (w->alice, "once more");
    world_run (w);
    assert_new_key (w, old);
}

/* SC-F22 SC-D30 SC-A24: the end of the chat meanwhile is its end */
static void
ended_by_b_meanwhile (World *w)
{
    begin (w, w->bob);
    end_closes (w->bob, FALSE);
    world_run (w);
    world_ends_closed (w, TALK_CLOSED_BY_PEER, TALK_CLOSED_BY_US);
}

static void
ended_by_a_meanwhile (World *w)
{
    begin (w, w->alice);
    end_closes (w->alice, FALSE);
    world_run (w);
    world_ends_closed (w, TALK_CLOSED_BY_US, TALK_CLOSED_BY_PEER);
}

static void
ended_by_the_peer_meanwhile (World *w)
{
    begin (w, w->bob);
    end_closes (w->alice, TRUE);
    world_run (w);
    world_ends_closed (w, TALK_CLOSED_BY_US, TALK_CLOSED_BY_PEER);
}

static void
logged_out_meanwhile (World *w)
{
    begin (w, w->bob);
    end_logs_out (w->bob);
    world_run (w);
    g_assert_cmpint (end_info (w->bob).state, ==, TALK_STATE_CLOSED);
}

#define DEATHS PLAIN | EVERY_DEATH | EVERY_DEATH_OF_THREE | EVERY_DEATH_OF_ALL
static const Story stories[] = {
    STORY (both_speak_meanwhile, DEATHS, { 230, 215, 215 }),
    STORY (started_anew_meanwhile, DEATHS, { 210, 195, 195 }),
    STORY (both_ask_meanwhile, DEATHS, { 205, 200, 200 }, .more = 2),
    STORY (ended_by_b_meanwhile, DEATHS, { 15, 15, 15 }),
    STORY (ended_by_a_meanwhile, DEATHS, { 25, 25, 25 }),
    STORY (ended_by_the_peer_meanwhile, DEATHS, { 20, 15, 15 }),
    STORY (logged_out_meanwhile, DEATHS, { 9, 9, 9 }),
};

int
main (int argc, char **argv)
{
    stories_init (&argc, &argv);
#define ADD(f) g_test_add_func ("/secret/agree/" #f, f)
    ADD (a_request_waits);
    ADD (any_number_waits_behind_it);
    ADD (a_hole_has_its_own_behind_it);
    ADD (the_end_comes_behind_it);
    ADD (before_it_is_resumed);
    ADD (a_hole_behind_it);
    ADD (nothing_is_computed_in_vain);
    ADD (taken_back_while_it_is_computed);
    ADD (asked_by_what_proves_the_last);
    ADD (no_power_comes);
    stories_add ("agree", stories, G_N_ELEMENTS (stories));
    return g_test_run ();
}
