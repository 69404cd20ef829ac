/* The attack list of the specification, one test per row: what the server, or an accident
 * on this machine, may try, and what must come of it. */
#include "forge.h"

#include "dh-toy.h"
#include "store-whole.h"

#include <string.h>

#define DAY ((int64_t)24 * 3600 * 1000)

/* --- the server --- */

/* SC-M1: replay at once, after a restart, after a re-keying */
static void
m1_replay (void)
{
    g_autoptr (World) w = world_ready_at (1);
    End *alice = w->alice, *bob = w->bob;

    end_says (alice, "once");
    secret_chat_set_ttl (alice->chat, 60, w->now);
    world_run (w);
    g_autoptr (GPtrArray) old = g_ptr_array_new ();
    for (unsigned i = 0; i < alice->wire->len; i++)
        g_ptr_array_add (old, alice->wire->pdata[i]);
    for (int stage = 0; stage < 3; stage++) {
        if (stage == 1)
            end_restarts (bob, NULL, NULL);
        if (stage == 2) {
            secret_chat_rekey (alice->chat, w->now);
            world_run (w);
        }
        Look before = look_at (bob);
        for (unsigned i = 0; i < old->len; i++)
            inject (bob, old->pdata[i]);
        assert_untouched (bob, &before);
    }
    assert_alive (w);
}

/* SC-M2 SC-B6: our own ciphertext comes back */
static void
m2_reflection (void)
{
    g_autoptr (World) w = world_ready_at (2);
    End *alice = w->alice;

    end_says (alice, "mirror");
    world_run (w);
    Look before = look_at (alice);
    for (unsigned i = 0; i < alice->wire->len; i++)
        inject (alice, alice->wire->pdata[i]);
    assert_untouched (alice, &before);
}

/* SC-M3 SC-B7: a ciphertext of another chat */
static void
m3_other_chat (void)
{
    g_autoptr (World) one = world_ready_at (3);
    g_autoptr (World) two = world_ready_at (4);

    end_says (one->alice, "for chat one");
    world_run (one);
    Look before = look_at (two->bob);
    inject (two->bob, newest (one->alice));
    assert_untouched (two->bob, &before);
}

/* SC-M4: another order */
static void
m4_reordering (void)
{
    g_autoptr (World) w = world_ready_at (5);
    End *bob = w->bob;

    w->hold = TRUE;
    end_says (w->alice, "one");
    end_says (w->alice, "two");
    end_says (w->alice, "three");
    world_run (w);
    g_queue_reverse (&bob->inbox);
    g_free (end_events (bob));
    while (server_delivers (bob))
        ;
    g_autofree char *events = end_events (bob);
    const char *one = strstr (events, "'one'"), *two = strstr (events, "'two'"),
               *three = strstr (events, "'three'");
    g_assert_true (one != NULL && one < two && two < three);
    g_assert_cmpuint (end_info (bob).queued, ==, 0);
}

/* SC-M5: the last message is kept back: it counts as sent, never as read */
static void
m5_omission (void)
{
    g_autoptr (World) w = world_ready_at (6);
    End *alice = w->alice, *bob = w->bob;

    w->hold = TRUE;
    g_free (end_events (alice));
    end_says (alice, "lost");
    world_run (w);
    g_assert_true (server_loses (bob));
    g_autofree char *events = end_events (alice);
    g_assert_nonnull (strstr (events, "sent"));
    g_assert_null (strstr (events, "read"));
    g_assert_cmpuint (end_info (alice).unacknowledged, >, 0);
    w->hold = FALSE;
    end_says (alice, "next"); /* the hole is seen, and heals */
    world_run (w);
    g_assert_cmpuint (bob->shown->len, ==, 2);
}

/* SC-M6: days later */
static void
m6_delay (void)
{
    g_autoptr (World) w = world_ready_at (7);
    End *bob = w->bob;

    w->hold = TRUE;
    end_says (w->alice, "slow");
    world_run (w);
    for (int day = 0; day < 9; day++)
        world_advance (w, DAY);
    w->hold = FALSE;
    world_run (w);
    g_assert_cmpuint (bob->shown->len, ==, 1);
    assert_alive (w);
}

/* SC-M7 SC-B9 SC-B11: a bit of every byte */
static void
m7_bit_flips (void)
{
    g_autoptr (World) w = world_ready_at (8);
    End *bob = w->bob;

    w->hold = TRUE;
    end_says (w->alice, "exactly this");
    world_run (w);
    size_t len;
    const uint8_t *data = g_bytes_get_data (newest (w->alice), &len);
    g_autofree uint8_t *bad = g_memdup2 (data, len);
    Look before = look_at (bob);
    for (size_t at = 0; at < len; at++) {
        bad[at] ^= (uint8_t)(1 << at % 8);
        inject_bytes (bob, bad, len);
        bad[at] ^= (uint8_t)(1 << at % 8);
    }
    assert_untouched (bob, &before);
    w->hold = FALSE;
    world_run (w);
    g_assert_cmpuint (bob->shown->len, ==, before.shown + 1);
}

/* SC-M8 SC-B8 SC-B20: lengths that cannot be */
static void
m8_lengths (void)
{
    g_autoptr (World) w = world_ready_at (9);
    End *bob = w->bob;

    w->hold = TRUE;
    end_says (w->alice, "exactly this");
    world_run (w);
    size_t len;
    const uint8_t *data = g_bytes_get_data (newest (w->alice), &len);
    Look before = look_at (bob);
    for (size_t cut = 0; cut < len; cut++)
        inject_bytes (bob, data, cut);
    g_autofree uint8_t *big = g_malloc0 (2 << 20);
    memcpy (big, data, len);
    for (size_t more = 1; more <= 33; more++)
        inject_bytes (bob, big, len + more);
    inject_bytes (bob, big, 2 << 20);
    inject_bytes (bob, big, (2 << 20) - 8);
    assert_untouched (bob, &before);
}

static GString *captured;

static void
capture (const char *domain, GLogLevelFlags level, const char *message, gpointer user)
{
    g_string_append_printf (captured, "%d %s\n", (int)level, message);
}

/* Bob's reaction to these bytes: the lines of the log, and everything that got out. */
static char *
reaction (End *bob, const uint8_t *data, size_t len)
{
    Look before = look_at (bob);

    captured = g_string_new (NULL);
    unsigned handler = g_log_set_handler ("mtp-secret", G_LOG_LEVEL_MASK, capture, NULL);
    unsigned turns = bob->ended;
    inject_bytes (bob, data, len);
    g_assert_cmpuint (bob->ended, ==, turns); /* nothing came of it */
    g_log_remove_handler ("mtp-secret", handler);
    assert_untouched (bob, &before);
    return g_string_free (captured, FALSE);
}

/* Sealed with the right key and hash, but the length word or the padding is wrong. */
static GBytes *
seal_badly (World *w, int32_t length, size_t body, size_t padding)
{
    g_auto (TlWriter) plain = { 0 };
    g_autofree uint8_t *rest = g_malloc0 (body + padding);

    tl_writer_int (&plain, length);
    tl_writer_raw (&plain, rest, body + padding);
    g_assert_cmpuint (plain.len % 16, ==, 0);
    return forge_seal (&w->alice->chat->keys.now, TRUE, plain.data, plain.len);
}

/* SC-M9 SC-B9 SC-B10: whatever is wrong with an envelope, it looks the same from outside:
 * one line of the log, the same for all, no answer, no record */
static void
m9_one_reaction (void)
{
    static const struct {
        int32_t length;
        size_t body, padding;
    } rows[] = { { 0, 36, 24 },          { -4, 36, 24 }, { 5, 36, 24 },
                 { 0x7fffffff, 36, 24 }, { 64, 36, 24 }, { 52, 52, 8 },
                 { 20, 20, 1032 },       { 44, 44, 0 },  { 36, 36, 1032 } };
    g_autoptr (World) w = world_ready_at (10);
    End *bob = w->bob;

    end_says (w->alice, "exactly this");
    world_run (w);
    size_t len;
    const uint8_t *good = g_bytes_get_data (newest (w->alice), &len);
    g_autofree uint8_t *bad = g_memdup2 (good, len);
    bad[8] ^= 1; /* msg_key */
    g_autofree char *first = reaction (bob, bad, len);
    g_assert_cmpstr (strchr (first, '\n'), ==, "\n"); /* one line */
    g_assert_nonnull (strstr (first, "dropped"));
    bad[8] ^= 1;
    for (size_t at = 0; at < len; at++) {
        bad[at] ^= 0x80;
        g_autofree char *lines = reaction (bob, bad, len);
        g_assert_cmpstr (lines, ==, first);
        bad[at] ^= 0x80;
    }
    for (size_t cut = 0; cut < len; cut++) {
        g_autofree char *lines = reaction (bob, good, cut);
        g_assert_cmpstr (lines, ==, first);
    }
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GBytes) data =
            seal_badly (w, rows[i].length, rows[i].body, rows[i].padding);
        const uint8_t *bytes = g_bytes_get_data (data, &len);
        g_autofree char *lines = reaction (bob, bytes, len);
        g_test_message ("length %d in %zu", rows[i].length, len);
        g_assert_cmpstr (lines, ==, first);
    }
    assert_alive (w);
}

/* --- numbers of the key exchange --- */

/* SC-M14 SC-A3 SC-A4 SC-F4: a weak group, at the request and at the acceptance; and no
 * re-keying in a group that is not the server's present one any more */
static void
m14_weak_groups (void)
{
    static const struct {
        int g;
        int spoil; /* which byte of the prime is changed; -1: none */
        gboolean zero;
    } rows[] = { { 1, -1, FALSE }, { 8, -1, FALSE },  { 3, 255, FALSE },
                 { 3, 0, FALSE },  { 3, 128, FALSE }, { 3, -1, TRUE } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        uint8_t p[256];
        memcpy (p, crypto_dh_known_prime, 256);
        if (rows[i].spoil >= 0)
            p[rows[i].spoil] ^= 0x40;
        if (rows[i].zero)
            memset (p, 0, 256);
        for (int role = 0; role < 2; role++) {
            g_autoptr (World) w = world_new (14 + i, WORLD_TOY);
            End *end = &w->ends[role];
            end->env.dh = &crypto_dh_real;
            uint8_t g_a[256] = { 0x55 };
            SecretRemote remote = { .state = SECRET_REMOTE_REQUESTED,
                                    .id = 7,
                                    .access_hash = 1,
                                    .admin_id = 1001,
                                    .participant_id = 1002,
                                    .g_a_or_b = TL_BYTES (g_a, 256) };
            if (role == 0) {
                end->chat = secret_chat_new_outgoing (&end->env, 1002, NULL, 0, w->now);
            } else {
                end->chat = secret_chat_new_incoming (&end->env, &remote, w->now);
                secret_chat_accept (end->chat, w->now);
            }
            end_turn (end);
            SecretAnswer answer = { .u.dh_config = { rows[i].g, TL_BYTES (p, 256),
                                                     TL_BYTES (p, 256) } };
            server_answers_with (end, &answer); /* DH config */
            SecretAnswer refused = { .u.prime_good = FALSE };
            if (end_info (end).state != TALK_STATE_CLOSED) /* not known: is checked */
                server_answers_with (end, &refused);
            g_test_message ("group %zu, role %d", i, role);
            g_assert_cmpint (end_info (end).closed, ==, TALK_CLOSED_BAD_KEY);
        }
    }
    g_autoptr (World) w = world_ready_at (15);
    w->alice->env.current_g = 5;
    memcpy (w->alice->env.current_p, crypto_dh_known_prime, 256);
    g_assert_cmpint (secret_chat_rekey (w->alice->chat, w->now), !=, TALK_DONE);
}

/* SC-M15: public values out of range, when accepted, answered, and in a re-keying */
static void
m15_public_values (void)
{
    static const uint8_t offsets[] = { 0, 1, 2, 200 };

    for (int kind = 0; kind < 9; kind++) {
        uint8_t v[256] = { 0 };
        if (kind < 4) {
            v[255] = offsets[kind];
        } else if (kind < 8) { /* p - 1, p, ... */
            memcpy (v, crypto_dh_known_prime, 256);
            v[255] = (uint8_t)(v[255] + 1 - offsets[kind - 4]);
        } else {
            memset (v, 0xff, 256);
        }
        g_autoptr (World) w = world_ready_at (16);
        End *bob = w->bob;
        int64_t fingerprint = bob->chat->keys.now.fingerprint;
        SecretDecryptedMessageActionRequestKey request =
            TL_NEW (SecretDecryptedMessageActionRequestKey, .exchange_id = 77,
                    .g_a = TL_BYTES (v, 256));
        send_action (w, w->alice, TL_OBJ (&request));
        g_assert_false (end_info (bob).rekeying);
        g_assert_cmpint (bob->chat->keys.now.fingerprint, ==, fingerprint);
        g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);

        g_assert_cmpint (world_answered (17, v, 1), ==, TALK_CLOSED_BAD_KEY);
    }
}

/* SC-M16 SC-A2: the server's random bytes are the same for everybody: the keys are not */
static void
m16_server_random (void)
{
    g_autoptr (World) one = world_ready_at (18);
    g_autoptr (World) two = world_ready_at (19);

    g_assert_cmpint (one->server.fingerprint, !=, two->server.fingerprint);
    g_assert_true (one->server.g_a->len == 256 && two->server.g_a->len == 256);
    g_assert_cmpint (memcmp (one->server.g_a->data, two->server.g_a->data, 256), !=, 0);
    g_assert_cmpint (memcmp (one->server.g_b->data, two->server.g_b->data, 256), !=, 0);
    g_assert_cmpint (memcmp (one->server.g_a->data, one->server.g_b->data, 256), !=, 0);
}

/* SC-M17: fingerprints that fit nothing */
static void
m17_fingerprints (void)
{
    static const int64_t fingerprints[] = { 0, 1, -1 };
    g_autoptr (World) w = world_ready_at (20);
    End *bob = w->bob;

    end_says (w->alice, "x");
    world_run (w);
    size_t len;
    const uint8_t *data = g_bytes_get_data (newest (w->alice), &len);
    Look before = look_at (bob);
    for (size_t i = 0; i < G_N_ELEMENTS (fingerprints); i++) {
        g_autofree uint8_t *bad = g_memdup2 (data, len);
        memcpy (bad, &fingerprints[i], 8);
        inject_bytes (bob, bad, len);
    }
    assert_untouched (bob, &before);
    for (size_t i = 0; i < G_N_ELEMENTS (fingerprints); i++)
        g_assert_cmpint (world_answered (21, NULL, fingerprints[i]), ==,
                         TALK_CLOSED_BAD_KEY);
}

/* SC-M18: somebody between the two has two keys: their pictures differ */
static void
m18_man_in_the_middle (void)
{
    g_autoptr (World) left = world_ready_at (22);
    g_autoptr (World) right = world_ready_at (23);
    TalkSecret a = end_info (left->alice), m = end_info (left->bob),
               b = end_info (right->bob);

    g_assert_cmpmem (a.key_hash, 36, m.key_hash, 36);
    g_assert_cmpint (memcmp (a.key_hash, b.key_hash, 36), !=, 0);
}

/* SC-M19 SC-A20 SC-A21: a second chat or request under a living id */
static void
m19_second_chat (void)
{
    g_autoptr (World) w = world_ready_at (24);

    for (int i = 0; i < 2; i++) {
        End *end = &w->ends[i];
        for (int kind = 0; kind < 4; kind++) {
            uint8_t other[256] = { 0x61 };
            SecretRemote remote = { .state = kind & 1 ? SECRET_REMOTE_CHAT
                                                      : SECRET_REMOTE_REQUESTED,
                                    .id = w->server.chat_id,
                                    .access_hash = 77,
                                    .admin_id = kind & 2 ? 5 : 1001,
                                    .participant_id = 1002,
                                    .g_a_or_b = TL_BYTES (other, 256),
                                    .key_fingerprint = 99 };
            Look before = look_at (end);
            int64_t fingerprint = end->chat->keys.now.fingerprint;
            secret_chat_update (end->chat, &remote, w->now);
            end_turn (end);
            assert_untouched (end, &before);
            g_assert_cmpint (end->chat->keys.now.fingerprint, ==, fingerprint);
        }
    }
    assert_alive (w);
}

/* SC-M20: the server says the chat is over; history goes where it says so */
static void
m20_discarded (void)
{
    for (int history = 0; history < 2; history++) {
        g_autoptr (World) w = world_ready_at (25);
        End *bob = w->bob;
        end_says (w->alice, "x");
        world_run (w);
        g_free (end_events (bob));
        SecretRemote remote = { .state = SECRET_REMOTE_DISCARDED,
                                .id = w->server.chat_id,
                                .history_deleted = history };
        secret_chat_update (bob->chat, &remote, w->now);
        end_turn (bob);
        g_autofree char *events = end_events (bob);
        g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_CLOSED);
        g_assert_cmpint (end_info (bob).closed, ==, TALK_CLOSED_BY_PEER);
        g_assert_cmpint (strstr (events, "flushed") != NULL, ==, history);
    }
}

/* SC-M21: forged typing and read marks change nothing that counts */
static void
m21_forged_marks (void)
{
    g_autoptr (World) w = world_ready_at (26);
    End *alice = w->alice, *bob = w->bob;

    end_says (bob, "unseen");
    world_run (w);
    Look before = look_at (alice);
    secret_chat_peer_read (alice->chat, 0x7fffffff, 0x7fffffff, w->now);
    secret_chat_peer_read (alice->chat, -1, -1, w->now);
    secret_chat_peer_typing (alice->chat, w->now);
    end_turn (alice);
    g_autofree char *events = end_events (alice);
    g_assert_null (strstr (events, "opened"));
    g_assert_null (strstr (events, "expired"));
    g_assert_cmpuint (alice->shown->len, ==, before.shown);
    g_assert_cmpuint (end_info (alice).raw_out, ==, before.info.raw_out);
    world_advance (w, 60000);
    assert_alive (w);
}

/* SC-M22: a second process finds the store taken */
static void
m22_two_processes (void)
{
    g_autofree char *folder = g_dir_make_tmp ("mtp-m22-XXXXXX", NULL);
    g_autofree char *file = g_build_filename (folder, "store.db", NULL);
    uint8_t key[32] = { 1 };
    g_autoptr (GError) error = NULL;
    g_autoptr (Store) first = store_open (folder, key, NULL);
    Store *second = store_open (folder, key, &error);

    g_assert_nonnull (first);
    g_assert_null (second);
    g_assert_error (error, STORE_ERROR, STORE_ERROR_LOCKED);
    g_clear_pointer (&first, store_close);
    g_autofree char *command = g_strdup_printf ("rm -rf '%s'", folder);
    g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
}

/* --- this machine --- */

/* SC-M33: death before and after every commit of a conversation; the simulation does the
 * same from seeds, with everything else at once */
static void
m33_crashes (void)
{
    unsigned points = 0;

    for (int fate = END_DIES_BEFORE; fate <= END_DIES_AFTER; fate++)
        for (int who = 0; who < 2; who++)
            for (int at = 0;; at++) {
                g_autoptr (World) w = world_ready_at (36);
                int moves = 0;
                gboolean died = FALSE;
                end_says (w->alice, "one");
                end_says (w->bob, "two");
                secret_chat_set_ttl (w->bob->chat, 7, w->now);
                end_turn (w->bob);
                secret_chat_rekey (w->alice->chat, w->now);
                end_turn (w->alice);
                end_says (w->bob, "three");
                for (gboolean moved = TRUE; moved;) {
                    moved = FALSE;
                    for (int i = 0; i < 2; i++) {
                        End *end = &w->ends[i];
                        if (i == who && moves++ == at) {
                            end->fate = (unsigned)fate;
                            died = TRUE;
                        }
                        gboolean answered = server_answers (end);
                        moved |= answered;
                        moved |= server_delivers (end);
                    }
                }
                for (int i = 0; i < 2; i++) {
                    w->ends[i].fate = END_LIVES;
                    end_reconnects (&w->ends[i]);
                }
                world_run (w);
                for (int i = 0; i < 2; i++) {
                    End *end = &w->ends[i];
                    g_assert_cmpint (end_info (end).state, ==, TALK_STATE_READY);
                    g_assert_cmpuint (end->shown->len, >=, 1);
                }
                g_assert_cmpmem (w->alice->chat->keys.now.key, 256,
                                 w->bob->chat->keys.now.key, 256);
                assert_alive (w);
                if (!died)
                    break;
                points++;
            }
    g_test_message ("%u points", points);
    g_assert_cmpuint (points, >, 30);
}

/* SC-M34: the log names what happens, not what is said, nor a key */
static void
m34_log (void)
{
    captured = g_string_new (NULL);
    unsigned handler = g_log_set_handler ("mtp-secret", G_LOG_LEVEL_DEBUG, capture, NULL);
    g_autoptr (World) w = world_ready_at (37);
    end_says (w->alice, "meet at nine");
    secret_chat_rekey (w->alice->chat, w->now);
    world_run (w);
    end_restarts (w->bob, NULL, NULL);
    g_log_remove_handler ("mtp-secret", handler);
    world_quiet ();

    g_assert_nonnull (strstr (captured->str, "decryptedMessageActionRequestKey"));
    g_assert_null (strstr (captured->str, "nine"));
    const uint8_t *key = w->alice->chat->keys.now.key;
    g_autofree char *hex =
        g_strdup_printf ("%02x%02x%02x%02x", key[0], key[1], key[2], key[3]);
    g_assert_null (strstr (captured->str, hex));
    g_autofree char *fingerprint =
        g_strdup_printf ("%" G_GINT64_FORMAT, w->alice->chat->keys.now.fingerprint);
    g_assert_null (strstr (captured->str, fingerprint));
    g_string_free (captured, TRUE);
}

/* SC-M36 SC-A19: another device accepted first: this one closes, and does not discard
 * what the other has (the flood, and the race of real clients:
 * tests/flow/test-section-m.c) */
static void
m36_accepted_elsewhere (void)
{
    g_autoptr (World) w = world_new (40, WORLD_TOY);
    End *bob = w->bob;

    bob->thinks = TRUE;
    end_asks (w->alice);
    world_run (w);
    w->server.elsewhere = TRUE;
    secret_chat_accept (bob->chat, w->now);
    world_run (w);
    g_assert_cmpint (end_info (bob).closed, ==, TALK_CLOSED_ELSEWHERE);
    for (unsigned i = 0; i < bob->kinds->len; i++)
        g_assert_cmpstr (bob->kinds->pdata[i], !=, "discard");
}

int
main (int argc, char **argv)
{
    static const SectionM rows[] = {
        { "SC-M1", m1_replay },
        { "SC-M2", m2_reflection },
        { "SC-M3", m3_other_chat },
        { "SC-M4", m4_reordering },
        { "SC-M5", m5_omission },
        { "SC-M6", m6_delay },
        { "SC-M7", m7_bit_flips },
        { "SC-M8", m8_lengths },
        { "SC-M9", m9_one_reaction },
        { "SC-M14", m14_weak_groups },
        { "SC-M15", m15_public_values },
        { "SC-M16", m16_server_random },
        { "SC-M17", m17_fingerprints },
        { "SC-M18", m18_man_in_the_middle },
        { "SC-M19", m19_second_chat },
        { "SC-M20", m20_discarded },
        { "SC-M21", m21_forged_marks },
        { "SC-M22", m22_two_processes },
        { "SC-M33", m33_crashes },
        { "SC-M34", m34_log },
        { "SC-M36", m36_accepted_elsewhere },
    };

    return section_m_run (argc, argv, rows, G_N_ELEMENTS (rows));
}
