/* New keys inside a chat: when, how, and what holes, deaths and crossed messages do. */
#include "hand.h"

#include "dh-toy.h"

#include <string.h>

#define DAY ((int64_t)24 * 3600 * 1000)
#define WEEK (7 * DAY)

/* --- when --- */

/* SC-F1: what a key has served is counted in both directions and kept; nothing happens
 * before the chat is ready or with an old peer */
static void
a_key_is_counted (void)
{
    g_autoptr (World) w = world_ready_at (1);
    End *alice = w->alice, *bob = w->bob;

    for (int i = 0; i < 7; i++)
        end_says (i % 3 == 0 ? bob : alice, "x");
    world_run (w);
    for (int i = 0; i < 2; i++) {
        End *end = &w->ends[i];
        TalkSecret before = end_info (end);
        g_assert_cmpuint (before.key_messages, ==, 9); /* two NotifyLayers */
        g_assert_cmpint (before.key_created, ==, w->now.wall);
        end_restarts (end, NULL, NULL);
        TalkSecret after = end_info (end);
        g_assert_cmpuint (after.key_messages, ==, 9);
        g_assert_cmpint (after.key_created, ==, before.key_created);
    }
    alice->chat->layers.peer = 19;
    alice->chat->keys.now.messages = 200;
    world_advance (w, 1);
    g_assert_false (end_info (alice).rekeying);
    alice->chat->layers.peer = 20;
    w->hold = TRUE;
    world_advance (w, 1);
    g_assert_true (end_info (alice).rekeying);

    g_autoptr (World) young = world_new (2, WORLD_TOY);
    young->bob->thinks = TRUE;
    end_asks (young->alice);
    world_run (young);
    g_assert_cmpint (secret_chat_rekey (young->alice->chat, young->now), ==,
                     TALK_NOT_READY);
}

/* SC-F2: message 101, or a week with at least one; restarts change nothing */
static void
a_hundred_messages_or_a_week (void)
{
    g_autoptr (World) w = world_ready_at (3);
    End *alice = w->alice;

    w->hold = TRUE;
    while (end_info (alice).key_messages < 100)
        end_says (alice, "x");
    end_restarts (alice, NULL, NULL);
    g_assert_false (end_info (alice).rekeying);
    end_says (alice, "101");
    g_assert_true (end_info (alice).rekeying);

    static const struct {
        int32_t messages;
        int64_t age;
        gboolean wants;
    } rows[] = { { 0, 8 * DAY, FALSE },
                 { 1, 8 * DAY, TRUE },
                 { 1, WEEK, FALSE },
                 { 1, WEEK + 1, TRUE } };
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
        for (int restart = 0; restart < 2; restart++) {
            g_autoptr (World) aged = world_ready_at (4);
            End *end = aged->alice;
            end->chat->keys.now.messages = rows[i].messages;
            end->chat->end.save = TRUE;
            secret_settle (end->chat, aged->now);
            aged->hold = TRUE;
            world_advance (aged, rows[i].age / 2);
            if (restart)
                end_restarts (end, NULL, NULL);
            world_advance (aged, rows[i].age - rows[i].age / 2);
            g_test_message ("row %zu", i);
            g_assert_cmpint (end_info (end).rekeying, ==, rows[i].wants);
        }
}

/* SC-F3: one at a time, and none while an old key is held */
static void
one_exchange_at_a_time (void)
{
    g_autoptr (World) w = world_ready_at (5);
    End *alice = w->alice, *bob = w->bob;

    g_assert_cmpint (secret_chat_rekey (alice->chat, w->now), ==, TALK_DONE);
    for (int i = 0; i < 40; i++) {
        if (alice->chat->keys.other.used || alice->chat->rekey.step != SECRET_REKEY_IDLE)
            g_assert_cmpint (secret_chat_rekey (alice->chat, w->now), !=, TALK_DONE);
        if (bob->chat->keys.other.used)
            g_assert_cmpint (secret_chat_rekey (bob->chat, w->now), !=, TALK_DONE);
        server_answers (&w->ends[i % 2]);
        server_delivers (&w->ends[1 - i % 2]);
    }
    g_assert_cmpuint (count_actions (alice, SecretDecryptedMessageActionRequestKey_ID),
                      <=, 1);
    g_assert_cmpint (alice->chat->rekey.step, ==, SECRET_REKEY_IDLE);

    g_autoptr (World) busy =
        world_ready_at (6); /* the hundredth message comes in between */
    busy->hold = TRUE;
    g_assert_cmpint (secret_chat_rekey (busy->alice->chat, busy->now), ==, TALK_DONE);
    for (int i = 0; i < 120; i++)
        end_says (busy->alice, "x");
    world_run (busy);
    g_assert_cmpuint (
        count_actions (busy->alice, SecretDecryptedMessageActionRequestKey_ID), ==, 1);
}

/* SC-F4: the server's group is not the chat's any more */
static void
no_new_key_in_an_old_group (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    const TlObject *action;

    for (int i = 0; i < 2; i++) { /* the same group: all is well */
        w->ends[i].env.current_g = 3;
        memcpy (w->ends[i].env.current_p, crypto_dh_known_prime, 256);
    }
    g_assert_cmpint (secret_chat_rekey (bob->chat, w->now), ==, TALK_DONE);
    world_run (w);
    assert_alive (w);
    g_assert_false (end_info (bob).rekeying);

    g_free (end_events (alice));
    g_assert_cmpint (secret_chat_rekey (alice->chat, w->now), ==, TALK_DONE);
    alice->env.current_p[100] ^= 1; /* while it waits for an answer */
    uint8_t g_b[256] = { 0x40, [255] = 9 };
    send_all (alice);
    accept_key (w, bob, alice->chat->rekey.exchange.id, g_b, 1);
    g_assert_cmpint (alice->chat->rekey.failures, ==, 0);
    send_all (alice);
    g_autoptr (TlMessage) refused =
        newest_action (alice, SecretDecryptedMessageActionAbortKey_ID, &action);
    g_assert_nonnull (refused);
    g_autofree char *events = end_events (alice);
    g_assert_nonnull (strstr (events, "old group\n"));

    for (int i = 0; i < 3; i++) { /* incoming ones, and our own wish */
        for (int k = 0; k < 20; k++)
            send_noop (w, bob, key_of (bob));
        request_key (w, bob, 50 + i, g_b);
        send_all (alice);
        g_autoptr (TlMessage) message =
            newest_action (alice, SecretDecryptedMessageActionAbortKey_ID, &action);
        g_assert_nonnull (message);
        g_assert_cmpint (
            TL_AS (action, SecretDecryptedMessageActionAbortKey)->exchange_id, ==,
            50 + i);
        alice->chat->keys.now.messages = 200;
        g_assert_cmpint (secret_chat_rekey (alice->chat, w->now), !=, TALK_DONE);
        secret_chat_tick (alice->chat, w->now);
        end_restarts (alice, NULL, NULL);
        g_assert_false (end_info (alice).rekeying);
        g_assert_cmpint (alice->chat->rekey.failures, ==, 0);
    }
    g_autofree char *more = end_events (alice);
    g_assert_null (strstr (more, "old group")); /* told once, also over restarts */
    g_assert_cmpint (end_info (alice).state, ==, TALK_STATE_READY);
}

/* --- how --- */

/* SC-F5 SC-L5: death before and after each commit of an exchange: it is completed */
static void
an_exchange_survives_death_at_every_arrow (void)
{
    unsigned points = 0;

    for (int fate = END_DIES_BEFORE; fate <= END_DIES_AFTER; fate++)
        for (int who = 0; who < 2; who++)
            for (int at = 0;; at++) {
                g_autoptr (World) w = world_ready_at (8);
                End *alice = w->alice, *bob = w->bob;
                int64_t old = key_of (alice)->fingerprint;
                int moves = 0;
                g_assert_cmpint (secret_chat_rekey (alice->chat, w->now), ==, TALK_DONE);
                end_turn (alice);
                for (gboolean moved = TRUE; moved;) {
                    moved = FALSE;
                    for (int i = 0; i < 4; i++) {
                        End *end = &w->ends[i / 2];
                        if (i / 2 == who && moves++ == at)
                            end->fate = (unsigned)fate;
                        moved |=
                            i % 2 == 0 ? server_answers (end) : server_delivers (end);
                    }
                }
                gboolean died = w->ends[who].deaths > 0;
                for (int i = 0; i < 2; i++) {
                    w->ends[i].fate = END_LIVES;
                    end_reconnects (&w->ends[i]);
                }
                world_run (w);
                assert_alive (w);
                g_test_message ("fate %d of %d at %d", fate, who, at);
                g_assert_cmpint (key_of (alice)->fingerprint, !=, old);
                g_assert_cmpmem (key_of (alice)->key, 256, key_of (bob)->key, 256);
                g_assert_false (end_info (alice).rekeying);
                g_assert_false (end_info (bob).rekeying);
                g_assert_cmpuint (end_info (alice).raw_out, <=, 5); /* nothing twice */
                points += died;
                if (!died && at > 3)
                    break;
            }
    g_assert_cmpuint (points, >, 20);
}

/* SC-F14 SC-F16: A asks for the next key before it has acknowledged what was sent under the
 * last one: it has that key, so the old one only seals for nobody */
static void
the_next_request_ends_the_draining (void)
{
    g_autoptr (World) w = world_ready_at (18);
    End *alice = w->alice, *bob = w->bob;

    end_says (bob, "never acknowledged");
    send_all (bob);
    SecretKey fresh = hand_request (w, 70);
    commit_key (w, alice, 70, fresh.fingerprint);
    for (int i = 0; i < 20; i++) /* SC-M23 */
        send_noop (w, alice, &fresh);
    g_assert_cmpint (bob->chat->rekey.step, ==, SECRET_REKEY_B_DRAIN);
    *key_of (alice) = fresh;
    hand_request (w, 71);
    g_assert_cmpint (bob->chat->rekey.step, ==, SECRET_REKEY_B_WAIT);
    g_assert_cmpint (key_of (bob)->fingerprint, ==, fresh.fingerprint);
}

static SecretRekey *
read_back (End *end)
{
    secret_save (end->chat);
    end_restarts (end, NULL, NULL);
    return &end->chat->rekey;
}

/* SC-F18 SC-F21 SC-L5: how far both sides are is there after a restart, too */
static void
an_exchange_is_read_back (void)
{
    g_autoptr (World) w = world_ready_at (15);
    End *alice = w->alice;
    const int32_t out = alice->chat->numbers.peer_in + 2;
    const int32_t in = alice->chat->numbers.raw_in;

    for (unsigned asked = SECRET_ASKED_UNKNOWN; asked <= SECRET_ASKED_PASSED; asked++) {
        SecretRekey *rekey = &alice->chat->rekey;
        rekey->step = SECRET_REKEY_A_ASKED;
        rekey->exchange = (SecretExchange){
            .id = 77, .asked = (SecretAsked)asked, .asked_out = out, .passed_in = in
        };
        rekey = read_back (alice);
        g_assert_cmpint (rekey->step, ==, SECRET_REKEY_A_ASKED);
        g_assert_cmpint (rekey->exchange.id, ==, 77);
        g_assert_cmpint (rekey->exchange.asked, ==, asked);
        g_assert_cmpint (rekey->exchange.asked_out, ==, out);
        if (asked == SECRET_ASKED_PASSED)
            g_assert_cmpint (rekey->exchange.passed_in, ==, in);
    }
    alice->chat->rekey.step = SECRET_REKEY_A_DONE;
    alice->chat->rekey.exchange =
        (SecretExchange){ .id = 78, .commit_out = out, .commit_heard = in };
    const SecretRekey *done = read_back (alice);
    g_assert_cmpint (done->step, ==, SECRET_REKEY_A_DONE);
    g_assert_cmpint (done->exchange.commit_out, ==, out);
    g_assert_cmpint (done->exchange.commit_heard, ==, in);
}

/* SC-M23: the peer may ask once in twenty messages, whoever was restarted meanwhile */
static void
the_peers_pace_survives_a_restart (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    const uint8_t bad[256] = { [255] = 1 };
    const uint32_t refusal = SecretDecryptedMessageActionAbortKey_ID;

    request_key (w, bob, 70, bad);
    send_all (alice);
    g_assert_cmpuint (count_actions (alice, refusal), ==, 1);
    for (int i = 0; i < 19; i++) {
        if (i % 6 == 5)
            end_restarts (alice, NULL, NULL);
        request_key (w, bob, 71 + i, bad);
        send_all (alice);
        g_assert_cmpuint (count_actions (alice, refusal), ==, 1);
    }
    end_restarts (alice, NULL, NULL);
    request_key (w, bob, 90, bad);
    send_all (alice);
    g_assert_cmpuint (count_actions (alice, refusal), ==, 2);
}

static unsigned powers;

static gboolean
counted_power (const uint8_t base[static 256], const uint8_t p[static 256],
               const uint8_t exponent[static 256], uint8_t out[static 256])
{
    powers++;
    return crypto_dh_toy.power (base, p, exponent, out);
}

static gboolean
counted_power_g (int g, const uint8_t p[static 256], const uint8_t exponent[static 256],
                 uint8_t out[static 256])
{
    powers++;
    return crypto_dh_toy.power_g (g, p, exponent, out);
}

/* SC-M23 SC-F15: a peer that answers each of our requests with its own, which is no key, takes a power
 * and two messages, not that each time; and the next occasion comes */
static void
a_peer_that_collides_each_time (void)
{
    static const uint8_t good[256] = { 0x40, [255] = 9 }, bad[256] = { [255] = 1 };
    static const struct {
        const uint8_t *g_a;
        int64_t above; /* our id */
    } rows[] = { { bad, 1 }, { good, 0 }, { bad, 0 }, { good, -1 } };

    for (size_t row = 0; row < G_N_ELEMENTS (rows); row++) {
        g_autoptr (World) w = world_ready_at (19);
        End *alice = w->alice, *bob = w->bob;
        int32_t said = bob->chat->numbers.raw_out;

        powers = 0;
        bob->dh.power = counted_power;
        bob->dh.power_g = counted_power_g;
        bob->chat->keys.now.messages = 200;
        for (int i = 0; i < 100; i++) {
            if (bob->chat->rekey.step == SECRET_REKEY_A_ASKED)
                request_key (w, alice, bob->chat->rekey.exchange.id + rows[row].above,
                             rows[row].g_a);
            else
                send_noop (w, alice, key_of (alice));
            secret_chat_tick (bob->chat, w->now);
            send_all (bob);
        }
        g_test_message ("row %zu", row);
        g_assert_cmpint (bob->chat->numbers.raw_out - said, <=, 2);
        g_assert_cmpuint (powers, <=, 2);
        g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
        for (int i = 0; i < 120; i++)
            send_noop (w, alice, key_of (alice));
        secret_chat_tick (bob->chat, w->now);
        g_assert_cmpint (bob->chat->rekey.step, ==, SECRET_REKEY_A_ASKED);
    }
}

static uint8_t forced[256];

static gboolean
forced_power (const uint8_t base[static 256], const uint8_t p[static 256],
              const uint8_t exponent[static 256], uint8_t out[static 256])
{
    static const uint8_t g[256] = { [255] = 3 };

    if (memcmp (base, g, sizeof g) == 0)
        return crypto_dh_toy.power (base, p, exponent, out);
    memcpy (out, forced, 256);
    return TRUE;
}

/* SC-F6: values out of range, and a key that is in use already, are refused; the old key
 * stays and nothing is counted against the peer */
static void
bad_requests_are_refused (void)
{
    for (int kind = 0; kind < 8; kind++) {
        g_autoptr (World) w = world_ready_at (9);
        End *alice = w->alice, *bob = w->bob;
        const TlObject *action;
        uint8_t v[256] = { 0 };
        int64_t old = key_of (bob)->fingerprint;

        memcpy (forced, key_of (bob)->key, 256);
        if (kind > 0) {
            bob->env.dh = &crypto_dh_real;
        } else {
            bob->dh.power = forced_power;
        }
        if (kind == 0) {
            v[0] = 0x40;
            v[255] = 9;
        } else if (kind < 4) { /* 0, 1, 2 */
            v[255] = (uint8_t)(kind - 1);
        } else if (kind < 7) { /* p - 1, p, p + 1 */
            memcpy (v, crypto_dh_known_prime, 256);
            v[255] = (uint8_t)(v[255] + kind - 5);
        } else { /* 2^1984 - 1 */
            memset (v + 8, 0xff, 248);
        }
        request_key (w, alice, 70, v);
        send_all (bob);
        g_test_message ("kind %d", kind);
        g_autoptr (TlMessage) message =
            newest_action (bob, SecretDecryptedMessageActionAbortKey_ID, &action);
        g_assert_nonnull (message);
        g_assert_cmpint (
            TL_AS (action, SecretDecryptedMessageActionAbortKey)->exchange_id, ==, 70);
        g_assert_cmpint (bob->chat->rekey.step, ==, SECRET_REKEY_IDLE);
        g_assert_false (bob->chat->keys.other.used);
        g_assert_cmpint (key_of (bob)->fingerprint, ==, old);
        g_assert_cmpint (bob->chat->rekey.failures, ==, 0);
        bob->env.dh = &crypto_dh_toy;
        world_run (w);
        g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
    }
}

/* SC-F7 SC-F11 SC-F12: CommitKey goes under the old key, all after it under the new one;
 * Bob's Noop under the new key is the first that he says */
static void
keys_change_at_the_commit (void)
{
    g_autoptr (World) stray = world_ready_at (10);
    End *alice = stray->alice, *bob = stray->bob;
    uint8_t g_b[256] = { 0x40, [255] = 9 };
    const TlObject *action;

    secret_chat_rekey (alice->chat, stray->now);
    send_all (alice);
    accept_key (stray, bob, alice->chat->rekey.exchange.id + 1, g_b, 1);
    g_assert_cmpint (alice->chat->rekey.step, ==, SECRET_REKEY_A_ASKED);

    g_autoptr (World) w = world_ready_at (10);
    alice = w->alice;
    bob = w->bob;
    int64_t old = key_of (alice)->fingerprint;
    secret_chat_rekey (alice->chat, w->now);
    send_all (alice);
    server_delivers (bob);
    send_all (bob);
    g_assert_cmpint (fingerprint_of (newest (bob)), ==, old); /* AcceptKey */
    server_delivers (alice);
    g_assert_true (server_powers (alice));
    g_assert_cmpint (alice->chat->rekey.step, ==, SECRET_REKEY_A_DONE);
    send_all (alice);
    g_autoptr (TlMessage) commit =
        newest_action (alice, SecretDecryptedMessageActionCommitKey_ID, &action);
    g_assert_nonnull (commit);
    g_assert_cmpint (fingerprint_of (newest (alice)), ==, old);
    int64_t fresh = key_of (alice)->fingerprint;
    g_assert_cmpint (fresh, !=, old);
    g_assert_cmpint (
        TL_AS (action, SecretDecryptedMessageActionCommitKey)->key_fingerprint, ==,
        fresh);
    end_says (alice, "next");
    send_all (alice);
    g_assert_cmpint (fingerprint_of (newest (alice)), ==, fresh);
    g_assert_cmpint (alice->chat->keys.other.fingerprint, ==, old); /* held for Bob's */

    unsigned n = bob->wire->len;
    server_delivers (bob); /* CommitKey: the Noop is in the same turn */
    g_assert_cmpint (server_call (bob, 0)->kind, ==, SECRET_CALL_SEND);
    send_all (bob);
    g_assert_cmpuint (bob->wire->len, ==, n + 1);
    g_assert_cmpint (fingerprint_of (newest (bob)), ==, fresh);
    g_autoptr (TlMessage) noop =
        newest_action (bob, SecretDecryptedMessageActionNoop_ID, &action);
    g_assert_nonnull (noop);
    g_assert_cmpint (bob->chat->keys.other.fingerprint, ==, old); /* held for Alice's */
    g_assert_cmpint (bob->chat->rekey.step, ==, SECRET_REKEY_B_DONE);
    world_run (w);
    g_assert_false (alice->chat->keys.other.used);
    assert_alive (w);
    g_assert_false (bob->chat->keys.other.used);
}

/* The n-th of what waits for `end` goes to the end of the line. */
static void
delay (End *end, unsigned n)
{
    g_queue_push_tail (&end->inbox, g_queue_pop_nth (&end->inbox, n));
}

/* SC-F8: with a hole in what comes in, AcceptKey and CommitKey wait; and go then */
static void
holes_delay_an_exchange (void)
{
    for (int role = 0; role < 2; role++) {
        g_autoptr (World) w = world_ready_at (11);
        End *alice = w->alice, *bob = w->bob;
        End *waits = &w->ends[role], *other = &w->ends[1 - role];
        SecretRekeyStep step = role == 0 ? SECRET_REKEY_A_COMMIT : SECRET_REKEY_B_ACCEPT;
        uint32_t sends = role == 0 ? SecretDecryptedMessageActionCommitKey_ID
                                   : SecretDecryptedMessageActionAcceptKey_ID;

        w->hold = TRUE;
        secret_chat_rekey (alice->chat, w->now);
        send_all (alice);
        if (role == 0) {
            server_delivers (bob);
            server_powers (bob);
        }
        for (int i = 0; i < 3; i++) /* behind RequestKey resp. AcceptKey */
            end_says (other, "x");
        send_all (other);
        delay (waits, 1);                /* K, 2, 3, 1 */
        g_queue_reverse (&waits->inbox); /* 1, 3, 2, K */
        delay (waits, 0);                /* 3, 2, K, 1 */
        delay (waits, 1);                /* 3, K, 1, 2 */
        server_delivers (waits);
        server_delivers (waits);
        g_assert_true (server_powers (waits));
        g_test_message ("role %d", role);
        g_assert_cmpint (waits->chat->rekey.step, ==, step);
        g_assert_cmpuint (end_info (waits).queued, ==, 1);
        end_restarts (waits, NULL, NULL);
        send_all (waits);
        g_assert_cmpuint (count_actions (waits, sends), ==, 0);
        server_delivers (waits);
        g_assert_cmpint (waits->chat->rekey.step, ==, step);
        server_delivers (waits);
        g_assert_cmpuint (end_info (waits).queued, ==, 0);
        send_all (waits);
        g_assert_cmpint (waits->chat->rekey.step, !=, step);
        w->hold = FALSE;
        world_run (w);
        assert_alive (w);
        g_assert_cmpmem (key_of (alice)->key, 256, key_of (bob)->key, 256);
        g_assert_false (end_info (alice).rekeying);
        g_assert_cmpuint (waits->shown->len, ==, 4);
    }
}

/* SC-F9: a fingerprint that is not the key's: as A the attempt is aborted, the second one
 * ends the chat; as B the chat ends at once; the key is never used */
static void
mismatches_are_never_used (void)
{
    g_autoptr (World) w = world_ready_at (12);
    End *alice = w->alice, *bob = w->bob;
    uint8_t g_b[256] = { 0x40, [255] = 77 }, big[256];
    int64_t old = key_of (alice)->fingerprint;
    const TlObject *action;

    memset (big, 0xff, sizeof big);
    for (int failure = 0; failure < 2; failure++) {
        SecretKey key = { 0 };
        g_assert_cmpint (secret_chat_rekey (alice->chat, w->now), ==, TALK_DONE);
        send_all (alice);
        int64_t id = alice->chat->rekey.exchange.id;
        g_assert_true (
            secret_derive (alice->chat, g_b, alice->chat->rekey.exchange.exponent, &key));
        accept_key (w, bob, id, failure == 0 ? g_b : big, key.fingerprint ^ 1);
        g_assert_false (alice->chat->keys.other.used);
        if (failure == 1)
            break;
        send_all (alice);
        g_autoptr (TlMessage) message =
            newest_action (alice, SecretDecryptedMessageActionAbortKey_ID, &action);
        g_assert_nonnull (message);
        g_assert_cmpint (
            TL_AS (action, SecretDecryptedMessageActionAbortKey)->exchange_id, ==, id);
        g_assert_cmpint (key_of (alice)->fingerprint, ==, old);
        g_assert_cmpint (alice->chat->rekey.step, ==, SECRET_REKEY_IDLE);
        end_restarts (alice, NULL, NULL); /* it is counted for good */
    }
    g_assert_cmpint (end_info (alice).closed, ==, TALK_CLOSED_BAD_KEY);
    g_assert_cmpint (server_call (alice, server_call (alice, 1) != NULL ? 1 : 0)->kind,
                     ==, SECRET_CALL_DISCARD);

    g_autoptr (World) other = world_ready_at (13);
    SecretKey fresh = hand_request (other, 5);
    commit_key (other, other->alice, 5, fresh.fingerprint ^ 1);
    g_assert_cmpint (end_info (other->bob).closed, ==, TALK_CLOSED_BAD_KEY);
    g_assert_false (other->bob->chat->keys.now.used);
}

/* SC-F10 SC-F13: B opens with the candidate and the old key, whichever a message names,
 * and switches at the first one in order, not before its turn has come */
static void
a_message_under_the_new_key_switches_in_its_turn (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    SecretKey old = *key_of (alice), fresh = hand_request (w, 9);
    SecretDecryptedMessage text =
        TL_NEW (SecretDecryptedMessage, .random_id = 31, .message = TL_STR ("new"));
    int32_t r = (int32_t)end_info (bob).raw_in;

    alice->chat->keys.now = fresh; /* r + 1 comes before r */
    g_autoptr (GBytes) early = forge (alice, 144, 2 * 2, 2 * (r + 1) + 1, TL_OBJ (&text));
    alice->chat->keys.now = old;
    inject (bob, early);
    g_assert_cmpuint (end_info (bob).queued, ==, 1);
    g_assert_cmpint (key_of (bob)->fingerprint, ==, old.fingerprint);
    g_assert_cmpint (bob->chat->rekey.step, ==, SECRET_REKEY_B_WAIT);
    end_restarts (bob, NULL, NULL);
    g_assert_cmpint (key_of (bob)->fingerprint, ==, old.fingerprint);
    send_noop (w, alice, &old); /* r, under the old key */
    g_assert_cmpuint (end_info (bob).queued, ==, 0);
    g_assert_cmpuint (bob->shown->len, ==, 1);
    g_assert_cmpint (key_of (bob)->fingerprint, ==, fresh.fingerprint);
    send_all (bob);
    g_assert_cmpint (fingerprint_of (newest (bob)), ==, fresh.fingerprint);
}

/* SC-F12 SC-F13: an Android-like A goes on with the old key after its CommitKey until it
 * hears from B; after its first message under the new key the old one opens nothing */
static void
an_android_like_peer_is_understood (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    SecretKey old = *key_of (alice), fresh = hand_request (w, 11);
    uint32_t raw_in = end_info (bob).raw_in;

    commit_key (w, alice, 11, fresh.fingerprint);
    for (unsigned i = 1; i <= 5; i++) {
        send_noop (w, alice, &old);
        g_assert_cmpuint (end_info (bob).raw_in, ==, raw_in + 1 + i);
        if (i == 3)
            end_restarts (bob, NULL, NULL);
    }
    send_noop (w, alice, &fresh);
    g_assert_cmpuint (end_info (bob).raw_in, ==, raw_in + 7);
    send_all (bob);
    Look before = look_at (bob);
    send_noop (w, alice, &old);
    alice->chat->numbers.raw_out--;
    assert_untouched (bob, &before);
    send_noop (w, alice, &fresh);
    g_assert_cmpuint (end_info (bob).raw_in, ==, raw_in + 8);
}

/* SC-F12 SC-F13: as A the old key stays until B's first message under the new one */
static void
the_old_key_stays_until_b_has_changed (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    SecretKey old = *key_of (alice), fresh = { 0 };
    uint8_t exponent[256] = { [255] = 5 }, g_b[256];

    secret_chat_rekey (alice->chat, w->now);
    send_all (alice);
    crypto_dh_toy.power_g (3, crypto_dh_known_prime, exponent, g_b);
    g_assert_true (secret_derive (bob->chat, alice->chat->rekey.exchange.public_value,
                                  exponent, &fresh));
    accept_key (w, bob, alice->chat->rekey.exchange.id, g_b, fresh.fingerprint);
    g_assert_cmpint (key_of (alice)->fingerprint, ==, fresh.fingerprint);
    uint32_t raw_in = end_info (alice).raw_in;
    for (unsigned i = 1; i <= 5; i++) {
        send_noop (w, bob, &old);
        g_assert_cmpuint (end_info (alice).raw_in, ==, raw_in + i);
        g_assert_true (alice->chat->keys.other.used);
        if (i == 2)
            end_restarts (alice, NULL, NULL);
    }
    send_noop (w, bob, &fresh);
    g_assert_false (alice->chat->keys.other.used);
    send_all (alice);
    Look before = look_at (alice);
    send_noop (w, bob, &old);
    assert_untouched (alice, &before);
}

/* SC-F14: what was sealed before the switch is sent again under the old key, taken back
 * or not */
static void
old_messages_keep_their_key (void)
{
    for (int taken = 0; taken < 2; taken++) {
        g_autoptr (World) w = world_ready_at (17);
        End *alice = w->alice, *bob = w->bob;
        int64_t old = key_of (alice)->fingerprint;
        int64_t id = end_says (alice, "before the switch");

        send_all (alice);
        int32_t raw = (int32_t)end_info (alice).raw_out - 1;
        secret_chat_rekey (alice->chat, w->now);
        send_all (alice);
        SecretKey fresh = { 0 };
        uint8_t exponent[256] = { [255] = 5 }, g_b[256];
        crypto_dh_toy.power_g (3, crypto_dh_known_prime, exponent, g_b);
        secret_derive (bob->chat, alice->chat->rekey.exchange.public_value, exponent,
                       &fresh);
        /* Bob acknowledges nothing */
        bob->chat->numbers.raw_in = 0;
        accept_key (w, bob, alice->chat->rekey.exchange.id, g_b, fresh.fingerprint);
        g_assert_cmpint (key_of (alice)->fingerprint, ==, fresh.fingerprint);
        if (taken)
            secret_chat_delete (alice->chat, &id, 1, w->now);
        send_all (alice);
        SecretDecryptedMessageActionResend resend =
            TL_NEW (SecretDecryptedMessageActionResend, .start_seq_no = 2 * raw + 1,
                    .end_seq_no = 2 * raw + 1);
        bob->chat->numbers.raw_in = 0;
        send_action (w, bob, TL_OBJ (&resend));
        send_all (alice);
        g_assert_cmpint (fingerprint_of (newest (alice)), ==, old);
        const TlObject *action;
        g_autoptr (TlMessage) message =
            newest_action (alice, SecretDecryptedMessageActionDeleteMessages_ID, &action);
        g_assert_cmpint (message != NULL, ==, taken);
    }
}

static const Story stories[] = {
    STORY (no_new_key_in_an_old_group, PLAIN),
    STORY (the_peers_pace_survives_a_restart, PLAIN),
    STORY (a_message_under_the_new_key_switches_in_its_turn, PLAIN),
    STORY (an_android_like_peer_is_understood, PLAIN),
    STORY (the_old_key_stays_until_b_has_changed, PLAIN),
};

int
main (int argc, char **argv)
{
    stories_init (&argc, &argv);
    stories_add ("rekey", stories, G_N_ELEMENTS (stories));
#define ADD(f) g_test_add_func ("/secret/rekey/" #f, f)
    ADD (a_key_is_counted);
    ADD (a_hundred_messages_or_a_week);
    ADD (one_exchange_at_a_time);
    ADD (an_exchange_survives_death_at_every_arrow);
    ADD (the_next_request_ends_the_draining);
    ADD (an_exchange_is_read_back);
    ADD (bad_requests_are_refused);
    ADD (a_peer_that_collides_each_time);
    ADD (keys_change_at_the_commit);
    ADD (holes_delay_an_exchange);
    ADD (mismatches_are_never_used);
    ADD (old_messages_keep_their_key);
    return g_test_run ();
}
