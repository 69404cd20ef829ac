/* New keys beside other clients: collisions, refusals, strict and silent peers. */
#include "hand.h"

#include <string.h>

#define DAY ((int64_t)24 * 3600 * 1000)

/* --- collisions and what other clients do --- */

/* SC-F15 SC-F16: two requests cross: the larger id, signed, wins; equal ones both end;
 * both roles, also when the other request comes late */
static void
the_larger_request_wins (void)
{
    static const uint8_t g[256] = { 0x40, [255] = 9 };

    for (int role = 0; role < 2; role++)
        for (int order = 0; order < 5; order++)
            for (int late = 0; late < 2; late++) {
                g_autoptr (World) w = world_ready_at (18);
                End *own = &w->ends[role], *peer = &w->ends[1 - role];
                const TlObject *action;
                int64_t old = key_of (own)->fingerprint;

                secret_chat_rekey (own->chat, w->now);
                send_all (own);
                int64_t id = own->chat->rekey.exchange.id;
                const int64_t ids[] = { id - 1, id + 1, id, G_MININT64, G_MAXINT64 };
                for (int i = 0; late && i < 10; i++)
                    send_noop (w, peer, key_of (peer));
                request_key (w, peer, ids[order], g);
                send_all (own);
                g_test_message ("role %d, order %d, late %d", role, order, late);
                g_autoptr (TlMessage) accepted = newest_action (
                    own, SecretDecryptedMessageActionAcceptKey_ID, &action);
                g_assert_cmpint (accepted != NULL, ==, ids[order] > id);
                g_assert_cmpuint (
                    count_actions (own, SecretDecryptedMessageActionAbortKey_ID), ==, 0);
                g_assert_cmpint (own->chat->rekey.step, ==,
                                 ids[order] > id    ? SECRET_REKEY_B_WAIT
                                 : ids[order] == id ? SECRET_REKEY_IDLE
                                                    : SECRET_REKEY_A_ASKED);
                static const uint8_t nothing[256];
                if (ids[order] >= id) /* our own number is forgotten */
                    g_assert_cmpmem (own->chat->rekey.exchange.exponent, 256, nothing,
                                     256);
                request_key (w, peer, ids[order] > id ? 4712 : ids[order],
                             g); /* a second */
                send_all (own);
                g_assert_cmpuint (
                    count_actions (own, SecretDecryptedMessageActionAbortKey_ID), ==, 0);
                g_assert_cmpuint (
                    count_actions (own, SecretDecryptedMessageActionAcceptKey_ID), ==,
                    ids[order] >= id ? 1 : 0); /* after equal ones it is a new one */
                /* the peer says no, to ours or to its own (SC-F16) */
                abort_key (w, peer, id);
                abort_key (w, peer, ids[order]);
                g_assert_cmpint (own->chat->rekey.step, ==, SECRET_REKEY_IDLE);
                g_assert_false (own->chat->keys.other.used);
                accept_key (w, peer, id, g, 5); /* for an abandoned one */
                commit_key (w, peer, ids[order], 5);
                if (ids[order] != id) /* too soon after the last */
                    request_key (w, peer, ids[order], g);
                abort_key (w, peer, 4711);
                send_all (own);
                g_assert_cmpuint (
                    count_actions (own, SecretDecryptedMessageActionAbortKey_ID), ==, 0);
                g_assert_cmpint (own->chat->rekey.failures, ==, 0);
                g_assert_cmpint (end_info (own).state, ==, TALK_STATE_READY);
                g_assert_cmpint (key_of (own)->fingerprint, ==, old);
                g_assert_true (secret_chat_rekey (own->chat, w->now) == TALK_DONE ||
                               own->chat->rekey.step != SECRET_REKEY_IDLE);
                if (ids[order] == id)
                    g_assert_cmpint (own->chat->rekey.exchange.id, !=, id);
                g_assert_cmpint (key_of (own)->fingerprint, ==, old);
            }
}

/* What a TDLib-like peer ends the chat for, when `data` reaches `to` now. */
static void
check_strictly (End *from, End *to, GBytes *data)
{
    size_t len;
    const uint8_t *bytes = g_bytes_get_data (data, &len);
    g_autoptr (TlMessage) message =
        forge_opens (to->chat, from->index == 0, TL_BYTES (bytes, len));
    const SecretRekey *rekey = &to->chat->rekey;

    g_assert_nonnull (message); /* never under a key that the peer has dropped */
    const SecretDecryptedMessageLayer *layer =
        TL_AS (tl_message_root (message), SecretDecryptedMessageLayer);
    const SecretDecryptedMessageService *service =
        TL_AS (layer->message, SecretDecryptedMessageService);
    if (service == NULL || layer->out_seq_no / 2 < to->chat->numbers.raw_in)
        return;
    const SecretDecryptedMessageActionRequestKey *request =
        TL_AS (service->action, SecretDecryptedMessageActionRequestKey);
    const SecretDecryptedMessageActionAcceptKey *accept =
        TL_AS (service->action, SecretDecryptedMessageActionAcceptKey);
    const SecretDecryptedMessageActionCommitKey *commit =
        TL_AS (service->action, SecretDecryptedMessageActionCommitKey);
    const SecretDecryptedMessageActionAbortKey *stop =
        TL_AS (service->action, SecretDecryptedMessageActionAbortKey);
    if (request != NULL) {
        g_assert_cmpint (fingerprint_of (data), ==, key_of (to)->fingerprint);
        g_assert_cmpint (request->exchange_id, !=, 0);
        g_assert_true (rekey->step != SECRET_REKEY_A_COMMIT &&
                       rekey->step != SECRET_REKEY_B_ACCEPT &&
                       rekey->step != SECRET_REKEY_B_WAIT);
    } else if (accept != NULL) {
        g_assert_cmpint (rekey->step, ==, SECRET_REKEY_A_ASKED);
        g_assert_cmpint (rekey->exchange.id, ==, accept->exchange_id);
    } else if (commit != NULL) {
        g_assert_cmpint (rekey->step, ==, SECRET_REKEY_B_WAIT);
        g_assert_cmpint (rekey->exchange.id, ==, commit->exchange_id);
        g_assert_cmpint (to->chat->keys.other.fingerprint, ==, commit->key_fingerprint);
    } else if (stop != NULL && rekey->step != SECRET_REKEY_IDLE &&
               rekey->exchange.id == stop->exchange_id) {
        g_assert_cmpint (rekey->step, ==, SECRET_REKEY_A_ASKED);
    }
}

static unsigned
below (World *w, unsigned n)
{
    uint32_t value = 0;

    g_assert_true (crypto_random_fill (&w->random, &value, sizeof value));
    return value % n;
}

/* SC-F17: whatever the schedule, nothing is said that a strict peer does not expect */
static void
a_strict_peer_has_no_cause (void)
{
    unsigned rekeyed = 0;

    for (uint64_t seed = 1; seed <= 60; seed++) {
        g_autoptr (World) w = world_ready_at (seed);
        unsigned seen[2] = { 1, 1 }; /* of each end's wire, by the other */
        int64_t key = key_of (w->alice)->fingerprint;
        for (int step = 0; step < 400; step++) {
            unsigned who = below (w, 2);
            End *end = &w->ends[who], *peer = &w->ends[1 - who];
            switch (below (w, 12)) {
            case 0:
                secret_chat_rekey (end->chat, w->now);
                end_turn (end);
                break;
            case 1:
            case 2:
            case 3:
                end_says (end, "x");
                break;
            case 4:
                end_restarts (end, NULL, NULL);
                break;
            case 5:
            case 6:
            case 7:
                server_answers (end);
                break;
            default:
                if (end->inbox.length == 0)
                    break;
                check_strictly (peer, end, peer->wire->pdata[seen[1 - who]++]);
                server_delivers (end);
                break;
            }
            rekeyed += key_of (w->alice)->fingerprint != key;
            key = key_of (w->alice)->fingerprint;
        }
        g_assert_cmpint (end_info (w->alice).state, ==, TALK_STATE_READY);
        g_assert_cmpint (end_info (w->bob).state, ==, TALK_STATE_READY);
    }
    g_assert_cmpuint (rekeyed, >, 60);
}

/* SC-F18: no second request to a peer that may not have seen the first; one that has, and
 * says twenty other things, is asked again at the next occasion */
static void
a_stuck_exchange_is_forgotten_with_proof (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    static const uint8_t nothing[256];

    w->hold = TRUE;
    secret_chat_rekey (alice->chat, w->now);
    for (int day = 0; day < 21; day++) { /* Bob is away */
        for (int i = 0; i < 10; i++)
            end_says (alice, "x");
        world_advance (w, DAY);
    }
    g_assert_cmpuint (count_actions (alice, SecretDecryptedMessageActionRequestKey_ID),
                      ==, 1);
    g_assert_cmpint (alice->chat->rekey.step, ==, SECRET_REKEY_A_ASKED);
    for (int i = 0; i < 40; i++) /* he talks, without having heard it */
        send_noop (w, bob, key_of (bob));
    g_assert_cmpint (alice->chat->rekey.step, ==, SECRET_REKEY_A_ASKED);
    bob->chat->numbers.raw_in =
        alice->chat->rekey.exchange.asked_out + 1; /* now he has */
    send_noop (w, bob, key_of (bob));
    bob->chat->numbers.raw_in++; /* and something after it */
    for (int i = 0; i <= 20; i++) {
        g_assert_cmpint (alice->chat->rekey.step, ==, SECRET_REKEY_A_ASKED);
        send_noop (w, bob, key_of (bob));
        if (i == 10)
            end_restarts (alice, NULL, NULL);
    }
    g_assert_cmpint (alice->chat->rekey.step, ==, SECRET_REKEY_IDLE);
    g_assert_cmpmem (alice->chat->rekey.exchange.exponent, 256, nothing, 256);
    send_all (alice);
    g_assert_cmpuint (count_actions (alice, SecretDecryptedMessageActionRequestKey_ID),
                      ==, 1);
    g_assert_cmpuint (count_actions (alice, SecretDecryptedMessageActionAbortKey_ID), ==,
                      0);
    uint32_t used = end_info (alice).key_messages;
    g_assert_cmpuint (used, >, 100); /* what the key has served stays true */
    int said = 0;
    for (; !end_info (alice).rekeying; said++) /* the next occasion */
        end_says (alice, "x");
    g_assert_cmpint (said, ==, 101);
    g_assert_cmpuint (end_info (alice).key_messages, ==, used + 102);
}

/* SC-F19: the peer refuses: nothing is left of the attempt, the next occasion is another,
 * and that one succeeds */
static void
a_refused_exchange_can_be_repeated (void)
{
    g_autoptr (World) w = world_ready_at (20);
    End *alice = w->alice, *bob = w->bob;
    static const uint8_t nothing[256];
    int64_t old = key_of (alice)->fingerprint;

    w->hold = TRUE;
    while (end_info (alice).key_messages <= 100)
        end_says (alice, "x");
    g_assert_true (end_info (alice).rekeying);
    int64_t created = end_info (alice).key_created;
    send_all (alice);
    abort_key (w, bob, alice->chat->rekey.exchange.id + 1); /* of another one */
    g_assert_true (end_info (alice).rekeying);
    abort_key (w, bob, alice->chat->rekey.exchange.id);
    g_assert_false (end_info (alice).rekeying);
    g_assert_cmpmem (alice->chat->rekey.exchange.exponent, 256, nothing, 256);
    end_restarts (alice, NULL, NULL);
    end_says (alice, "x");
    g_assert_cmpuint (end_info (alice).key_messages, >, 100);
    g_assert_cmpint (end_info (alice).key_created, ==, created);
    world_advance (w, 6 * DAY);
    g_assert_false (end_info (alice).rekeying); /* not at once */
    g_assert_cmpint (key_of (alice)->fingerprint, ==, old);
    g_assert_cmpint (alice->chat->rekey.failures, ==, 0);
    world_advance (w, 2 * DAY);
    g_assert_true (end_info (alice).rekeying);

    g_autoptr (World) later = world_ready_at (21);
    secret_chat_rekey (later->alice->chat, later->now);
    abort_key (later, later->bob, later->alice->chat->rekey.exchange.id);
    g_assert_false (end_info (later->alice).rekeying);
    later->bob->chat->numbers.raw_out = 2; /* the one of this test */
    later->alice->chat->numbers.raw_in = 2;
    for (int i = 0; i < 25; i++) {
        end_says (later->alice, "x");
        world_run (later);
    }
    g_assert_cmpint (secret_chat_rekey (later->alice->chat, later->now), ==, TALK_DONE);
    world_run (later);
    g_assert_cmpint (key_of (later->alice)->fingerprint, !=, old);
    assert_alive (later);
}

static const Story stories[] = {
    STORY (a_stuck_exchange_is_forgotten_with_proof, PLAIN),
};

int
main (int argc, char **argv)
{
    stories_init (&argc, &argv);
    stories_add ("rekey-peers", stories, G_N_ELEMENTS (stories));
#define ADD(f) g_test_add_func ("/secret/rekey-peers/" #f, f)
    ADD (the_larger_request_wins);
    ADD (a_strict_peer_has_no_cause);
    ADD (a_refused_exchange_can_be_repeated);
    return g_test_run ();
}
