/* From a wish to a key: groups, numbers, both orders, every crash, every refusal. */
#include "forge.h"

#include "dh-toy.h"
#include "store-private.h"

#include <string.h>

#define NEGATIVE_ID (-1925878728)

/* Alice has asked for the chat and waits for the server's answer to that. */
static World *
asking (uint64_t seed)
{
    World *w = world_new (seed, WORLD_TOY);

    end_asks (w->alice);
    g_assert_cmpint (server_call (w->alice, 0)->kind, ==, SECRET_CALL_DH_CONFIG);
    g_assert_true (server_answers (w->alice));
    g_assert_cmpint (server_call (w->alice, 0)->kind, ==, SECRET_CALL_REQUEST);
    return w;
}

/* ... and Bob's acceptance is on its way to the server. */
static World *
accepting (uint64_t seed)
{
    World *w = asking (seed);

    g_assert_true (server_answers (w->alice));
    g_assert_true (server_delivers (w->bob));
    g_assert_cmpint (server_call (w->bob, 0)->kind, ==, SECRET_CALL_DH_CONFIG);
    g_assert_true (server_answers (w->bob));
    g_assert_cmpint (server_call (w->bob, 0)->kind, ==, SECRET_CALL_ACCEPT);
    g_assert_cmpint (end_info (w->alice).state, ==, TALK_STATE_WAITING);
    g_assert_cmpint (end_info (w->bob).state, ==, TALK_STATE_ACCEPTING);
    return w;
}

static SecretRemote
chat_of (World *w, const GByteArray *number, int64_t fingerprint)
{
    return (SecretRemote){ .state = SECRET_REMOTE_CHAT,
                           .id = w->server.chat_id,
                           .access_hash = 77,
                           .date = w->date,
                           .admin_id = 1001,
                           .participant_id = 1002,
                           .g_a_or_b = TL_BYTES (number->data, number->len),
                           .key_fingerprint = fingerprint };
}

/* SC-L12: an exponent that is not needed any more is gone from the files at once, not some
 * time later */
static void
a_used_exponent_is_forgotten_now (void)
{
    g_autoptr (World) w = accepting (7);
    End *alice = w->alice;
    const SecretCall *accept = server_call (w->bob, 0);
    g_autoptr (GByteArray) g_b = g_byte_array_new ();

    g_byte_array_append (g_b, accept->u.accept.g_b, 256);
    SecretRemote remote = chat_of (w, g_b, accept->u.accept.key_fingerprint);
    g_assert_true (alice->chat->handshake.has_exponent);
    g_assert_cmpint (end_batch (alice)->forget, ==, STORE_FORGET_LATER);
    secret_chat_update (alice->chat, &remote, w->now);
    g_assert_cmpint (end_info (alice).state, ==, TALK_STATE_READY);
    g_assert_false (alice->chat->handshake.has_exponent);
    g_assert_cmpint (end_batch (alice)->forget, ==, STORE_FORGET_NOW);
    end_turn (alice);
}

/* SC-A1: a config is asked for before each agreement, by request and by accept; one that
 * does not come ends the attempt, and nobody is told of what nobody has heard */
static void
every_agreement_asks_for_the_group (void)
{
    g_autoptr (World) w = world_ready_at (1);

    for (int i = 0; i < 2; i++)
        g_assert_cmpstr (w->ends[i].kinds->pdata[0], ==, "config");

    g_autoptr (World) none = world_new (2, WORLD_TOY);
    SecretAnswer missing = { .error_code = 400, .error_type = "DH_CONFIG_MISSING" };
    end_asks (none->alice);
    server_answers_with (none->alice, &missing);
    g_assert_cmpint (end_info (none->alice).closed, ==, TALK_CLOSED_REQUEST_FAILED);
    g_assert_null (server_call (none->alice, 0));

    g_autoptr (World) other = asking (3); /* a request of the peer's is turned down */
    server_answers (other->alice);
    server_delivers (other->bob);
    server_answers_with (other->bob, &missing);
    g_assert_cmpint (end_info (other->bob).closed, ==, TALK_CLOSED_REQUEST_FAILED);
    g_assert_cmpint (server_call (other->bob, 0)->kind, ==, SECRET_CALL_DISCARD);
}

static void
draw_with (uint64_t seed, TlBytes server, uint8_t exponent[static 256])
{
    g_autoptr (World) w = world_new (seed, WORLD_TOY);
    SecretAnswer answer = { .u.dh_config = { 3, TL_BYTES (crypto_dh_known_prime, 256),
                                             server } };

    end_asks (w->alice);
    server_answers_with (w->alice, &answer);
    g_assert_true (w->alice->chat->handshake.has_exponent);
    memcpy (exponent, w->alice->chat->handshake.exponent, 256);
}

/* SC-A2: the server's bytes are mixed in, whatever they are, and never count alone */
static void
the_server_s_random_bytes_are_only_mixed_in (void)
{
    static const uint8_t zeros[256], one[] = { 0x5a };
    uint8_t ones[256], plain[256], first[256], second[256];

    memset (ones, 0xff, sizeof ones);
    const TlBytes servers[] = { TL_BYTES (zeros, 0), TL_BYTES (zeros, 256),
                                TL_BYTES (one, 1), TL_BYTES (ones, 256) };
    draw_with (1, TL_BYTES (zeros, 0), plain);
    for (size_t i = 0; i < G_N_ELEMENTS (servers); i++) {
        draw_with (1, servers[i], first);
        draw_with (2, servers[i], second);
        g_assert_cmpint (memcmp (first, second, 256), !=, 0);
        for (size_t k = 0; k < 256; k++) { /* XOR, byte by byte */
            uint8_t mixed = servers[i].len > 0 ? servers[i].data[k % servers[i].len] : 0;
            g_assert_cmpint (first[k], ==, plain[k] ^ mixed);
        }
    }
}

/* SC-A3 SC-A4: lengths and generators that cannot be; the rest is asked of a worker and
 * its word holds */
static void
only_a_good_group_is_used (void)
{
    static const struct {
        size_t len;
        int first, last; /* bytes of the prime; -1: as it is */
        int g;
        gboolean verdict; /* the worker's, if it is asked */
        gboolean good;
    } rows[] = {
        { 256, -1, -1, 3, TRUE, TRUE },     { 256, -1, -1, 4, TRUE, TRUE },
        { 256, -1, -1, 7, TRUE, TRUE },     { 256, -1, -1, 2, TRUE, FALSE },
        { 256, -1, -1, 5, TRUE, FALSE },    { 256, -1, -1, 6, TRUE, FALSE },
        { 256, -1, -1, 0, TRUE, FALSE },    { 256, -1, -1, 1, TRUE, FALSE },
        { 256, -1, -1, -1, TRUE, FALSE },   { 256, -1, -1, 8, TRUE, FALSE },
        { 255, -1, -1, 4, TRUE, FALSE },    { 257, -1, -1, 4, TRUE, FALSE },
        { 0, -1, -1, 4, TRUE, FALSE },      { 256, 0x47, -1, 4, TRUE, FALSE },
        { 256, -1, 0x5a, 4, FALSE, FALSE }, { 256, 0xc5, -1, 4, FALSE, FALSE },
        { 256, 0xc5, -1, 4, TRUE, TRUE },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        uint8_t p[257] = { 0 };
        g_autoptr (World) w = world_new (4, WORLD_TOY);
        End *alice = w->alice;
        memcpy (p, crypto_dh_known_prime, 256);
        if (rows[i].first >= 0)
            p[0] = (uint8_t)rows[i].first;
        if (rows[i].last >= 0)
            p[255] = (uint8_t)rows[i].last;
        alice->env.dh = &crypto_dh_real;
        end_asks (w->alice);
        SecretAnswer config = { .u.dh_config = { rows[i].g, TL_BYTES (p, rows[i].len),
                                                 TL_BYTES (p, 32) } };
        server_answers_with (alice, &config);
        const SecretCall *call = server_call (alice, 0);
        if (call != NULL && call->kind == SECRET_CALL_CHECK_PRIME) {
            SecretAnswer verdict = { .u.prime_good = rows[i].verdict };
            g_assert_cmpint (rows[i].first + rows[i].last, !=, -2);
            g_assert_cmpmem (call->u.prime.p, 256, p, 256);
            server_answers_with (alice, &verdict);
            call = server_call (alice, 0);
        }
        g_test_message ("row %zu", i);
        if (rows[i].good)
            g_assert_cmpint (call->kind, ==, SECRET_CALL_REQUEST);
        else
            g_assert_cmpint (end_info (alice).closed, ==, TALK_CLOSED_BAD_KEY);
    }
}

/* 2^1984 + add, or p - 2^1984 + add when `high`, or p + add when `high` is 2. */
static void
edge (int high, int add, uint8_t v[static 256])
{
    const size_t bit = 255 - 1984 / 8;
    int carry = add;

    memset (v, 0, 256);
    if (high > 0)
        memcpy (v, crypto_dh_known_prime, 256);
    if (high == 0)
        v[bit] = 1;
    else if (high == 1)
        for (size_t i = bit + 1; i > 0 && v[i - 1]-- == 0; i--)
            ;
    for (size_t i = 256; i > 0 && carry != 0; i--) {
        int sum = v[i - 1] + carry;
        v[i - 1] = (uint8_t)sum;
        carry = sum < 0 ? -1 : sum > 255 ? 1 : 0;
    }
}

/* SC-A6: the bounds of a public value, both inclusive, in the request and in the answer
 */
static void
public_values_have_bounds (void)
{
    static const struct {
        int high, add;
        gboolean good;
    } rows[] = { { 0, 0, TRUE },   { 0, -1, FALSE }, { 1, 0, TRUE }, { 1, 1, FALSE },
                 { 2, -1, FALSE }, { 2, 0, FALSE },  { 2, 1, FALSE } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        uint8_t v[256], key[256];
        edge (rows[i].high, rows[i].add, v);
        g_test_message ("row %zu", i);

        g_autoptr (World) w = world_new (5, WORLD_TOY); /* as g_a, at Bob's */
        End *bob = w->bob;
        bob->env.dh = &crypto_dh_real;
        SecretRemote request = { .state = SECRET_REMOTE_REQUESTED,
                                 .id = 5,
                                 .access_hash = 1,
                                 .admin_id = 1001,
                                 .participant_id = 1002,
                                 .g_a_or_b = TL_BYTES (v, 256) };
        bob->chat = secret_chat_new_incoming (&bob->env, &request, w->now);
        secret_chat_accept (bob->chat, w->now);
        server_answers (bob);
        g_assert_cmpint (end_info (bob).closed, ==,
                         rows[i].good ? TALK_CLOSED_NOT : TALK_CLOSED_BAD_KEY);

        g_autoptr (World) back = world_new (6, WORLD_TOY); /* as g_b, at Alice's */
        End *alice = back->alice;
        alice->env.dh = &crypto_dh_real;
        back->bob->thinks = TRUE;
        end_asks (back->alice);
        world_run (back);
        g_assert_true (crypto_dh_real.power (v, crypto_dh_known_prime,
                                             alice->chat->handshake.exponent, key));
        GByteArray number = { v, 256 };
        SecretRemote remote = chat_of (back, &number, crypto_key_id (key));
        secret_chat_update (alice->chat, &remote, back->now);
        g_assert_cmpint (end_info (alice).closed, ==,
                         rows[i].good ? TALK_CLOSED_NOT : TALK_CLOSED_BAD_KEY);
    }
    uint8_t big[257] = { 1 };
    const TlBytes impossible[] = { TL_BYTES (big, 257), TL_BYTES (big, 0) };
    for (size_t i = 0; i < G_N_ELEMENTS (impossible); i++) {
        g_autoptr (World) w = world_new (7, WORLD_TOY);
        SecretRemote request = { .state = SECRET_REMOTE_REQUESTED,
                                 .id = 5,
                                 .admin_id = 1001,
                                 .participant_id = 1002,
                                 .g_a_or_b = impossible[i] };
        g_assert_null (secret_chat_new_incoming (&w->bob->env, &request, w->now));
        g_autoptr (World) back = asking (8);
        GByteArray number = { (uint8_t *)impossible[i].data,
                              (unsigned)impossible[i].len };
        back->server.chat_id = back->alice->chat->id;
        SecretRemote remote = chat_of (back, &number, 1);
        secret_chat_update (back->alice->chat, &remote, back->now);
        g_assert_cmpint (end_info (back->alice).closed, ==, TALK_CLOSED_BAD_KEY);
    }
}

/* Gives the scripted numbers first, then the world's own. */
typedef struct {
    const CryptoRandom *behind;
    const uint32_t *script;
    size_t n;
} Script;

static gboolean
scripted (void *user, uint8_t *out, size_t len)
{
    Script *script = user;

    if (script->n == 0 || len != 4)
        return crypto_random_fill (script->behind, out, len);
    memcpy (out, script->script++, 4);
    script->n--;
    return TRUE;
}

/* SC-A10: an id that is used, by an open or a closed chat, and 0 are drawn again */
static void
used_ids_are_drawn_again (World *w)
{
    static const uint32_t drawn[] = { 0, 0x80000000u, 7, 9, 0x80000007u, 12 };
    static const int32_t used[] = { 7, 9 };
    End *alice = w->alice;
    Script script = { &w->random, drawn, G_N_ELEMENTS (drawn) };
    CryptoRandom random = { scripted, &script };

    alice->env.random = &random;
    alice->chat = secret_chat_new_outgoing (&alice->env, 1002, used, 2, w->now);
    g_assert_cmpint (end_info (alice).id, ==, 12);
    g_assert_cmpuint (script.n, ==, 0);
    world_run (w);
    g_assert_cmpint (end_info (alice).state, ==, TALK_STATE_READY);
    alice->env.random = &w->random;
}

/* SC-A10: ids are whole int32 */
static void
a_negative_id_works_from_end_to_end (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    w->date = (int32_t)(w->now.wall / 1000);
    alice->chat = secret_chat_load (&alice->env, NEGATIVE_ID, NULL, 0); /* an empty one */
    alice->chat->state = TALK_STATE_ASKING;
    alice->chat->closed = TALK_CLOSED_NOT;
    alice->chat->stored.unchecked = FALSE;
    alice->chat->user_id = 1002;
    alice->chat->outgoing = TRUE;
    alice->chat->end.save = TRUE;
    secret_chat_resume (alice->chat, w->now);
    world_run (w);
    for (int i = 0; i < 2; i++) {
        end_restarts (&w->ends[i], NULL, NULL);
        g_assert_cmpint (end_info (&w->ends[i]).id, ==, NEGATIVE_ID);
        g_assert_cmpint (end_info (&w->ends[i]).state, ==, TALK_STATE_READY);
    }
    assert_alive (w);
    g_assert_cmpint (bob->chat->id, ==, NEGATIVE_ID);
}

/* SC-A11 SC-E16: the request goes out again as it was, before and after the server's
 * answer was lost, and the chat comes about */
static void
a_request_is_repeated_as_it_was (void)
{
    g_autoptr (World) w = asking (11);
    End *alice = w->alice;
    uint8_t g_a[256];
    int32_t id = server_call (alice, 0)->u.request.random_id;

    memcpy (g_a, server_call (alice, 0)->u.request.g_a, 256);
    for (int i = 0; i < 3; i++) {
        if (i == 1)
            alice->fate = END_DIES_AFTER; /* the server has it, the answer is lost */
        if (i < 2)
            end_restarts (alice, NULL, NULL);
        else
            end_reconnects (alice);
        const SecretCall *call = server_call (alice, 0);
        g_assert_cmpint (call->kind, ==, SECRET_CALL_REQUEST);
        g_assert_cmpint (call->u.request.random_id, ==, id);
        g_assert_cmpint (call->u.request.user_id, ==, 1002);
        g_assert_cmpmem (call->u.request.g_a, 256, g_a, 256);
    }
    alice->fate = END_DIES_BEFORE; /* carried out, nothing heard of it */
    server_answers (alice);
    g_assert_cmpint (end_info (alice).state, ==, TALK_STATE_ASKING);
    g_assert_cmpmem (server_call (alice, 0)->u.request.g_a, 256, g_a, 256);
    world_run (w);
    g_assert_cmpint (end_info (alice).state, ==, TALK_STATE_READY);
    g_assert_cmpmem (w->server.g_a->data, w->server.g_a->len, g_a, 256);
    assert_alive (w);
}

/* SC-A12: what the server says of the chat is kept and named in every later call; another
 * id is a failure */
static void
the_answer_must_be_about_this_chat (void)
{
    g_autoptr (World) w = accepting (12);
    End *alice = w->alice, *bob = w->bob;

    for (int restart = 0; restart < 2; restart++) {
        if (restart)
            for (int i = 0; i < 2; i++)
                end_restarts (&w->ends[i], NULL, NULL);
        g_assert_cmpint (alice->chat->access_hash, ==, 77);
        g_assert_cmpint (bob->chat->access_hash, ==, 77);
        g_assert_cmpint (end_info (alice).user_id, ==, 1002);
        g_assert_cmpint (end_info (bob).user_id, ==, 1001);
        g_assert_cmpint (alice->chat->date, ==, w->date);
        g_assert_cmpint (bob->chat->date, ==, w->date);
        g_assert_cmpint (server_call (bob, 0)->access_hash, ==, 77);
        g_assert_cmpint (server_call (bob, 0)->chat_id, ==, w->server.chat_id);
    }
    world_run (w);
    w->hold = TRUE;
    end_says (alice, "x");
    g_assert_cmpint (server_call (alice, 0)->access_hash, ==, 77);

    for (int role = 0; role < 2; role++) {
        g_autoptr (World) bad = role == 0 ? asking (13) : accepting (13);
        End *end = &bad->ends[role];
        SecretAnswer answer = { .u.remote = chat_of (bad, bad->server.g_a, 0) };
        answer.u.remote.state = role == 0 ? SECRET_REMOTE_WAITING : SECRET_REMOTE_CHAT;
        answer.u.remote.id = end->chat->id + 1;
        answer.u.remote.key_fingerprint = end->chat->keys.now.fingerprint;
        server_answers_with (end, &answer);
        g_assert_cmpint (end_info (end).closed, ==, TALK_CLOSED_REQUEST_FAILED);
        g_assert_cmpuint (server_count_calls (end, SECRET_CALL_ACCEPT), ==, 0);
    }
}

/* SC-A13: the acceptance overtakes the answer to the request */
static void
both_orders_of_answer_and_update_end_alike (void)
{
    TalkSecret infos[2];

    for (int late = 0; late < 2; late++) {
        g_autoptr (World) w = accepting (14);
        End *alice = w->alice;
        SecretRemote waiting = chat_of (w, w->server.g_a, 0);
        waiting.state = SECRET_REMOTE_WAITING;
        if (late) { /* back to before the answer */
            alice->chat->state = TALK_STATE_ASKING;
            alice->chat->access_hash = 0;
            end_reconnects (alice);
            g_assert_cmpint (server_call (alice, 0)->kind, ==, SECRET_CALL_REQUEST);
        }
        g_assert_true (server_answers (w->bob));
        g_assert_true (server_delivers (alice));
        g_assert_cmpint (end_info (alice).state, ==, TALK_STATE_READY);
        if (late) {
            SecretAnswer answer = { .u.remote = waiting };
            server_answers_with (alice, &answer);
        }
        secret_chat_update (alice->chat, &waiting, w->now);
        world_run (w);
        infos[late] = end_info (alice);
        g_assert_cmpint (infos[late].state, ==, TALK_STATE_READY);
        assert_alive (w);
    }
    g_assert_cmpmem (&infos[0], sizeof infos[0], &infos[1], sizeof infos[1]);

    g_autoptr (World) w = accepting (14); /* the answer to the acceptance */
    End *bob = w->bob;
    SecretRemote ready =
        chat_of (w, w->server.g_a, server_call (bob, 0)->u.accept.key_fingerprint);
    SecretAnswer answer = { .u.remote = ready };
    secret_chat_update (bob->chat, &ready, w->now);
    server_answers_with (bob, &answer);
    g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
}

/* SC-A14 MT-A25: a request is taken once, and only if it is meant for us, by somebody */
static void
a_request_is_taken_once (void)
{
    static const struct {
        int64_t admin, participant;
        int32_t id;
        gboolean taken;
    } rows[] = { { 1001, 1002, 5, TRUE },
                 { 1001, 999, 5, FALSE },
                 { 1002, 1002, 5, FALSE },
                 { 1002, 1001, 5, FALSE },
                 { 1001, 1002, 0, FALSE },
                 { 0, 1002, 5, FALSE },
                 { -1, 1002, 5, FALSE },
                 { G_MININT64, 1002, 5, FALSE },
                 { ((int64_t)1 << 40) - 1, 1002, 5, TRUE },
                 { (int64_t)1 << 40, 1002, 5, FALSE },
                 { G_MAXINT64, 1002, 5, FALSE } };
    uint8_t g_a[256] = { 0x40, [255] = 9 };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (World) w = world_new (15, WORLD_TOY);
        SecretRemote remote = { .state = SECRET_REMOTE_REQUESTED,
                                .id = rows[i].id,
                                .admin_id = rows[i].admin,
                                .participant_id = rows[i].participant,
                                .g_a_or_b = TL_BYTES (g_a, 256) };
        g_autoptr (SecretChat) chat =
            secret_chat_new_incoming (&w->bob->env, &remote, w->now);
        g_test_message ("row %zu", i);
        g_assert_cmpint (chat != NULL, ==, rows[i].taken);
    }
    g_autoptr (World) w = world_new (16, WORLD_TOY); /* the same id with another number */
    End *bob = w->bob;
    bob->thinks = TRUE;
    end_asks (w->alice);
    world_run (w);
    SecretRemote again = chat_of (w, w->server.g_a, 0);
    again.state = SECRET_REMOTE_REQUESTED;
    again.access_hash = 78;
    again.g_a_or_b = TL_BYTES (g_a, 256);
    secret_chat_update (bob->chat, &again, w->now);
    secret_chat_accept (bob->chat, w->now);
    secret_chat_update (bob->chat, &again, w->now);
    world_run (w);
    g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
    assert_alive (w);
}

/* SC-A17 SC-A19: Bob dies with his acceptance on the way: it is repeated as it was, the
 * server calls it accepted already, and the first message under the key decides */
static void
an_acceptance_is_repeated_as_it_was (void)
{
    for (int fate = END_DIES_BEFORE; fate <= END_DIES_AFTER; fate++) {
        g_autoptr (World) w = accepting (17);
        End *bob = w->bob;
        uint8_t g_b[256], key[256];
        int64_t fingerprint = server_call (bob, 0)->u.accept.key_fingerprint;

        memcpy (g_b, server_call (bob, 0)->u.accept.g_b, 256);
        memcpy (key, bob->chat->keys.now.key, 256);
        w->hold = TRUE;
        bob->fate = (unsigned)fate;
        g_assert_true (server_answers (bob)); /* the server has it */
        if (fate == END_DIES_BEFORE) {
            const SecretCall *call = server_call (bob, 0);
            g_assert_cmpint (call->kind, ==, SECRET_CALL_ACCEPT);
            g_assert_cmpmem (call->u.accept.g_b, 256, g_b, 256);
            g_assert_cmpint (call->u.accept.key_fingerprint, ==, fingerprint);
            g_assert_true (server_answers (bob)); /* ENCRYPTION_ALREADY_ACCEPTED */
            g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_ACCEPTING);
            end_restarts (bob, NULL, NULL); /* still in doubt */
            g_assert_true (server_answers (bob));
            g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_ACCEPTING);
        }
        w->hold = FALSE;
        world_run (w);
        g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
        g_assert_cmpmem (bob->chat->keys.now.key, 256, key, 256);
        assert_alive (w);
    }
}

/* SC-A18: the fingerprint of the other side is another one, on both sides */
static void
another_fingerprint_closes_the_chat (void)
{
    for (int role = 0; role < 2; role++)
        for (int kind = 0; kind < 4; kind++) {
            g_autoptr (World) w = accepting (18);
            End *end = &w->ends[role];
            GByteArray g_b = { (uint8_t *)server_call (w->bob, 0)->u.accept.g_b, 256 };
            int64_t good = server_call (w->bob, 0)->u.accept.key_fingerprint;
            int64_t fingerprint = kind == 0   ? good ^ 1
                                  : kind == 1 ? 0
                                  : kind == 2 ? (int64_t)GUINT64_SWAP_LE_BE (good)
                                              : good;
            SecretRemote remote =
                chat_of (w, role == 0 ? &g_b : w->server.g_a, fingerprint);
            SecretAnswer answer = { .u.remote = remote };
            if (role == 0)
                secret_chat_update (end->chat, &remote, w->now);
            else
                server_answers_with (end, &answer);
            g_test_message ("role %d, kind %d", role, kind);
            if (kind == 3) {
                g_assert_cmpint (end_info (end).state, ==, TALK_STATE_READY);
                continue;
            }
            g_assert_cmpint (end_info (end).closed, ==, TALK_CLOSED_BAD_KEY);
            g_assert_false (end->chat->keys.now.used);
            g_assert_cmpuint (server_count_calls (end, SECRET_CALL_SEND), ==, 0);
            g_assert_cmpuint (server_count_calls (end, SECRET_CALL_DISCARD), ==, 1);
        }
}

/* SC-A19: what the server answers to an acceptance */
static void
refused_acceptances (void)
{
    static const struct {
        const char *type;
        gboolean repeated; /* an earlier sending may have been ours */
        TalkClosed closed;
    } rows[] = {
        { "ENCRYPTION_ALREADY_ACCEPTED", FALSE, TALK_CLOSED_ELSEWHERE },
        { "ENCRYPTION_ALREADY_ACCEPTED", TRUE, TALK_CLOSED_NOT },
        { "ENCRYPTION_ALREADY_DECLINED", FALSE, TALK_CLOSED_ELSEWHERE },
        { "ENCRYPTION_ALREADY_DECLINED", TRUE, TALK_CLOSED_ELSEWHERE },
        { "CHAT_ID_INVALID", FALSE, TALK_CLOSED_ID_INVALID },
        { "CHAT_ID_INVALID", TRUE, TALK_CLOSED_ID_INVALID },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (World) w = accepting (19);
        End *bob = w->bob;
        SecretAnswer answer = { .error_code = 400,
                                .error_type = rows[i].type,
                                .repeated = rows[i].repeated };
        server_answers_with (bob, &answer);
        g_test_message ("row %zu", i);
        g_assert_cmpint (end_info (bob).closed, ==, rows[i].closed);
        g_assert_null (server_call (bob, 0)); /* no discard, nothing else */
        g_assert_cmpint (bob->chat->keys.now.used, ==, rows[i].closed == TALK_CLOSED_NOT);
        end_restarts (bob, NULL, NULL);
        g_assert_cmpint (end_info (bob).closed, ==, rows[i].closed);
        if (rows[i].closed != TALK_CLOSED_NOT)
            continue;
        SecretRemote gone = { .state = SECRET_REMOTE_DISCARDED, .id = w->server.chat_id };
        secret_chat_update (bob->chat, &gone, w->now); /* it was another device */
        end_turn (bob);
        g_assert_cmpint (end_info (bob).closed, ==, TALK_CLOSED_ELSEWHERE);
        g_assert_false (bob->chat->keys.now.used);
        g_assert_cmpuint (server_count_calls (bob, SECRET_CALL_DISCARD), ==, 0);
    }
}

/* SC-A27: a request that was rejected here, and that another device had accepted, was not rejected, which
 * is told */
static void
a_rejection_that_came_too_late_was_none (void)
{
    static const struct {
        const char *type; /* NULL: done */
        TalkClosed closed;
    } rows[] = {
        { NULL, TALK_CLOSED_REJECTED },
        { "ENCRYPTION_ALREADY_DECLINED", TALK_CLOSED_REJECTED },
        { "ENCRYPTION_ALREADY_ACCEPTED", TALK_CLOSED_ELSEWHERE },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (World) w = world_new (21, WORLD_TOY);
        End *bob = w->bob;
        SecretAnswer answer = { .error_code = rows[i].type != NULL ? 400 : 0,
                                .error_type = rows[i].type };
        bob->thinks = TRUE;
        end_asks (w->alice);
        world_run (w);
        secret_chat_reject (bob->chat, w->now);
        end_turn (bob);
        g_assert_cmpint (server_call (bob, 0)->kind, ==, SECRET_CALL_DISCARD);
        g_assert_cmpint (end_info (bob).closed, ==, TALK_CLOSED_REJECTED);
        g_free (end_events (bob));
        server_answers_with (bob, &answer);
        g_autofree char *events = end_events (bob);
        g_assert_cmpstr (events, ==,
                         rows[i].closed == TALK_CLOSED_ELSEWHERE ? "taken\n" : "");
        g_assert_cmpint (end_info (bob).closed, ==, rows[i].closed);
        end_restarts (bob, NULL, NULL);
        g_assert_cmpint (end_info (bob).closed, ==, rows[i].closed);
        g_assert_null (server_call (bob, 0));
    }
}

/* SC-A19: the message that decides was here before the server's word */
static void
an_early_message_decides (void)
{
    g_autoptr (World) w = accepting (20);
    End *alice = w->alice, *bob = w->bob;
    GByteArray g_b = { (uint8_t *)server_call (bob, 0)->u.accept.g_b, 256 };
    SecretRemote ready =
        chat_of (w, &g_b, server_call (bob, 0)->u.accept.key_fingerprint);
    SecretAnswer answer = { .error_code = 400,
                            .error_type = "ENCRYPTION_ALREADY_ACCEPTED",
                            .repeated = TRUE };

    secret_chat_update (alice->chat, &ready, w->now);
    end_turn (alice);
    server_answers (alice);
    g_assert_true (server_delivers (bob)); /* NotifyLayer */
    g_assert_cmpuint (bob->chat->handshake.early->len, ==, 1);
    g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_ACCEPTING);
    server_answers_with (bob, &answer);
    g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
    g_assert_cmpuint (end_info (bob).raw_in, ==, 1);
    world_run (w);
    assert_alive (w);
}

static const Story stories[] = {
    STORY (used_ids_are_drawn_again, PLAIN | FROM_BIRTH),
    STORY (a_negative_id_works_from_end_to_end, PLAIN | FROM_BIRTH),
};

/* ... and Bob's key is being computed. */
static ServerCall *
computing (World *w)
{
    End *bob = w->bob;

    g_assert_true (server_answers (w->alice));
    g_assert_true (server_delivers (bob));
    g_assert_true (server_answers (bob));
    end_turn (bob);
    g_assert_cmpuint (bob->calls.length, ==, 1);
    ServerCall *call = g_queue_peek_head (&bob->calls);
    g_assert_cmpint (call->call.kind, ==, SECRET_CALL_POWER);
    g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_ACCEPTING);
    return call;
}

/* SC-A17 SC-A20 DECISIONS 32: who accepts has the key computed off the loop: nothing is sent before
 * it is there; what the server says meanwhile changes nothing; after a lost connection, or a start
 * without it, another number is drawn; one that cannot be computed ends the chat */
static void
the_key_is_computed_off_the_loop (void)
{
    for (int how = 0; how < 4; how++) {
        g_autoptr (World) w = asking (60 + (uint64_t)how);
        End *bob = w->bob;
        const ServerCall *call = computing (w);
        SecretRemote chat = chat_of (w, w->server.g_a, 7);
        SecretAnswer none = { 0 };
        uint64_t token = call->call.token;
        switch (how) {
        case 0:
            secret_chat_update (bob->chat, &chat, w->now);
            end_turn (bob);
            g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_ACCEPTING);
            g_assert_cmpuint (bob->calls.length, ==, 1);
            break;
        case 1:
            end_reconnects (bob);
            none.u.power = w->server.g_a->data; /* of before: it is late */
            secret_chat_answer (bob->chat, token, &none, w->now);
            g_assert_cmpint (server_call (bob, 0)->kind, ==, SECRET_CALL_DH_CONFIG);
            break;
        case 2:
            end_restarts (bob, NULL, NULL);
            g_assert_cmpint (server_call (bob, 0)->kind, ==, SECRET_CALL_DH_CONFIG);
            break;
        default:
            server_call_free (g_queue_pop_head (&bob->calls));
            secret_chat_answer (bob->chat, token, &none, w->now);
            break;
        }
        world_run (w);
        g_assert_cmpint (end_info (bob).state, ==,
                         how == 3 ? TALK_STATE_CLOSED : TALK_STATE_READY);
        if (how < 3)
            g_assert_cmpint (end_info (w->alice).state, ==, TALK_STATE_READY);
        else
            g_assert_cmpint (end_info (bob).closed, ==, TALK_CLOSED_BAD_KEY);
    }
}

int
main (int argc, char **argv)
{
    stories_init (&argc, &argv);
    stories_add ("handshake", stories, G_N_ELEMENTS (stories));
#define ADD(f) g_test_add_func ("/secret/handshake/" #f, f)
    ADD (every_agreement_asks_for_the_group);
    ADD (a_used_exponent_is_forgotten_now);
    ADD (the_server_s_random_bytes_are_only_mixed_in);
    ADD (only_a_good_group_is_used);
    ADD (public_values_have_bounds);
    ADD (a_request_is_repeated_as_it_was);
    ADD (the_answer_must_be_about_this_chat);
    ADD (both_orders_of_answer_and_update_end_alike);
    ADD (a_request_is_taken_once);
    ADD (an_acceptance_is_repeated_as_it_was);
    ADD (another_fingerprint_closes_the_chat);
    ADD (refused_acceptances);
    ADD (the_key_is_computed_off_the_loop);
    ADD (a_rejection_that_came_too_late_was_none);
    ADD (an_early_message_decides);
    return g_test_run ();
}
