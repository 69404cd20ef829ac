/* Which layer is heard, said and announced (SECRET-CHATS.md section C). */
#include "spell.h"

#include <string.h>

#define HOUR ((int64_t)3600 * 1000)

/* Alice's next message without the layer's wrapper. */
static void
inject_unwrapped (World *w, End *from, gboolean v1, const char *words)
{
    g_autoptr (GByteArray) body = spell ("%s", words);
    g_autoptr (GByteArray) plain = g_byte_array_new ();
    uint32_t size = GUINT32_TO_LE (body->len);
    const SecretKey *key = &from->chat->keys.now;

    g_byte_array_append (plain, (uint8_t *)&size, 4);
    g_byte_array_append (plain, body->data, body->len);
    size_t hashed = plain->len;
    while (plain->len % 16 != 0 || (!v1 && plain->len < hashed + 12))
        g_byte_array_append (plain, (const uint8_t *)"p", 1);
    g_autoptr (GBytes) data =
        v1 ? forge_seal_v1 (key, plain->data, hashed, plain->len)
           : forge_seal (key, from->index == 0, plain->data, plain->len);
    inject (end_other (from), data);
}

/* As if nothing had been heard of the peer. */
static World *
silent (uint64_t seed)
{
    World *w = world_ready_at (seed);
    SecretChat *bob = w->bob->chat;

    bob->layers.peer = 0;
    bob->layers.wrapped_seen = bob->numbers.has_v2 = FALSE;
    bob->numbers.raw_in = bob->numbers.in_floor = 0;
    g_free (end_events (w->bob));
    return w;
}

/* --- what is heard --- */

/* SC-C2 SC-D25: an unreadable body takes nothing away from its wrapper: number, layer and
 * acknowledgement count */
static void
a_wrapper_counts_without_its_body (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    bob->chat->layers.peer = 73;
    end_says (bob, "to be acknowledged");
    world_run (w);
    g_assert_cmpuint (end_info (bob).unacknowledged, >, 0);
    g_assert_cmpuint (end_info (bob).raw_in, ==, 1);
    send_spelled (w, alice, "12345678 i1 i2 i3");
    g_assert_cmpuint (end_info (bob).raw_in, ==, 2);
    g_assert_cmpint (end_info (bob).peer_layer, ==, 144);
    g_assert_cmpuint (end_info (bob).unacknowledged, ==, 0);
}

/* SC-C3: fewer than 15 random bytes: ignored and not counted; any number above is fine;
 * ours are enough */
static void
random_bytes_are_counted (World *w)
{
    static const struct {
        int n;
        gboolean counts;
    } rows[] = { { 0, FALSE }, { 14, FALSE }, { 15, TRUE }, { 31, TRUE }, { 300, TRUE } };
    End *alice = w->alice, *bob = w->bob;
    Wrapper opened;

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        TalkSecret before = end_info (bob);
        g_autofree char *words =
            g_strdup_printf ("1be31789 b%d i144 i2 i%u 91cc4674 i0 l%zu i0 'x'",
                             rows[i].n, 2 * before.raw_in + 1, i + 1);
        inject_unwrapped (w, alice, FALSE, words);
        g_assert_cmpuint (end_info (bob).raw_in, ==, before.raw_in + rows[i].counts);
        g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
    }
    g_assert_cmpuint (bob->shown->len, ==, 3);
    for (unsigned i = 0; i < bob->wire->len; i++) {
        g_autoptr (GBytes) plain = unwrap (bob, bob->wire->pdata[i], &opened);
        g_assert_cmpuint (opened.random_len, >=, 15);
    }
}

/* SC-C7: the layer rises with any packet, one behind a hole included; never falls; is
 * kept */
static void
the_peers_layer_only_rises (void)
{
    g_autoptr (World) w = silent (3);
    End *alice = w->alice, *bob = w->bob;
    static const struct {
        int layer, raw, want;
    } rows[] = { { 46, 0, 46 }, { 73, 1, 73 }, { 46, 2, 73 }, { 101, 5, 101 } };

    g_autoptr (GByteArray) noop = spell ("73164160 l1 a82fdd63");
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GBytes) data = forge_raw (alice, rows[i].layer, 2, 2 * rows[i].raw + 1,
                                             noop->data, noop->len);
        inject (bob, data);
        g_assert_cmpint (bob->chat->layers.peer, ==, rows[i].want);
    }
    g_assert_cmpuint (end_info (bob).queued, ==, 1);
    end_restarts (bob, NULL, NULL);
    g_assert_cmpint (bob->chat->layers.peer, ==, 101);
    send_spelled (w, alice, "73164160 l2 f3048883 i46");
    send_spelled (w, alice, "73164160 l3 f3048883 i-1");
    g_assert_cmpint (bob->chat->layers.peer, ==, 144);
}

/* SC-C9: the layer of an old client, without a wrapper before anything else came, or in
 * one with numbers of -1; nothing else goes without a wrapper */
static void
old_clients_tell_their_layer_in_two_ways (void)
{
    static const struct {
        gboolean v1, wrapped_seen;
        const char *words;
        int want;
    } rows[] = {
        { FALSE, FALSE, "aa48327d l1 b15 f3048883 i46", 46 },
        { TRUE, FALSE, "aa48327d l1 b15 f3048883 i46", 46 },
        { FALSE, TRUE, "aa48327d l1 b15 f3048883 i46", 0 },
        { FALSE, FALSE, "1be31789 b15 i8 i-1 i-1 aa48327d l1 b15 f3048883 i17", 17 },
        { FALSE, TRUE, "1be31789 b15 i8 i-1 i-1 aa48327d l1 b15 f3048883 i17", 17 },
        { FALSE, FALSE, "1f814f1f l5 b15 'unwrapped' 089f5c4a", 0 },
        { FALSE, FALSE, "91cc4674 i0 l5 i0 'unwrapped'", 0 },
        { FALSE, FALSE, "73164160 l1 f3048883 i46", 0 },
        { FALSE, FALSE, "aa48327d l1 b15 6719e45c", 0 }, /* flush */
        { FALSE, FALSE, "aa48327d l1 b15 a1733aec i9", 0 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (World) w = silent (4);
        End *bob = w->bob;
        TalkSecret before = end_info (bob);
        bob->chat->layers.wrapped_seen = rows[i].wrapped_seen;
        g_test_message ("%s", rows[i].words);
        inject_unwrapped (w, w->alice, rows[i].v1, rows[i].words);
        TalkSecret after = end_info (bob);
        g_assert_cmpint (after.state, ==, TALK_STATE_READY);
        g_assert_cmpint (MAX (bob->chat->layers.peer, 8), ==, MAX (rows[i].want, 8));
        g_assert_cmpuint (after.raw_in, ==, before.raw_in);
        g_assert_cmpuint (after.raw_out, ==, before.raw_out);
        g_assert_cmpint (after.ttl, ==, 0);
        g_assert_cmpuint (bob->shown->len, ==, 0);
    }
}

/* SC-C10: an unknown constructor instead of the wrapper: dropped, told our layer, once an
 * hour; after a restart, too */
static void
an_unknown_wrapper_is_answered_once_an_hour (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    unsigned sent = bob->wire->len;
    static const int64_t steps[] = { 0, 0, HOUR - 1, 1, 10, HOUR };
    static const unsigned notices[] = { 1, 1, 1, 2, 2, 3 };

    for (size_t i = 0; i < G_N_ELEMENTS (steps); i++) {
        world_advance (w, steps[i]);
        inject_unwrapped (w, alice, FALSE, "12345678 i1 i2 i3");
        world_run (w);
        g_assert_cmpuint (bob->wire->len - sent, ==, notices[i]);
        end_restarts (bob, NULL, NULL);
    }
    for (unsigned i = sent; i < bob->wire->len; i++) {
        Wrapper opened;
        g_autoptr (GBytes) plain = unwrap (bob, bob->wire->pdata[i], &opened);
        g_autoptr (GByteArray) notice = spell ("f3048883 i144");
        g_assert_cmpmem (opened.body.data + 12, opened.body.len - 12, notice->data,
                         notice->len);
    }
    g_assert_cmpuint (end_info (bob).raw_in, ==, 1); /* not counted */
    w->now.wall -= 100 * HOUR; /* a clock set back does not silence it for ever */
    inject_unwrapped (w, alice, FALSE, "12345678 i1 i2 i3");
    world_run (w);
    g_assert_cmpuint (bob->wire->len - sent, ==, 4);
    assert_alive (w);
}

/* SC-C11: a layer above ours is read where it can be; told once */
static void
a_newer_peer_is_read_and_told_once (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    for (int i = 0; i < 3; i++) {
        g_autoptr (GByteArray) body = spell ("91cc4674 i0 l%d i0 'new'", i + 1);
        g_autoptr (GBytes) data =
            forge_raw (alice, 200 + i, 2, 2 * (1 + i) + 1, body->data, body->len);
        inject (bob, data);
        end_restarts (bob, NULL, NULL);
    }
    g_autofree char *events = end_events (bob);
    g_assert_true (g_str_has_prefix (events, "newer\nmessage 'new' ttl 0 content 0\n"));
    g_assert_null (strstr (events + 1, "newer"));
    g_assert_cmpuint (end_info (bob).raw_in, ==, 4);
    end_says (bob, "answer"); /* not in a layer that we do not know */
    g_assert_cmpint (bob->chat->layers.sent, ==, 144);
}

/* --- what is said --- */

/* SC-C4 SC-C5: 73, 101 or 144, whatever the peer says */
static void
only_known_layers_are_said (void)
{
    for (int32_t peer = -1; peer < 400; peer++) {
        int32_t layer = secret_layer_choose (peer, 0);
        g_assert_cmpint (layer, ==, peer >= 144 ? 144 : peer >= 101 ? 101 : 73);
        for (int32_t sent = 73; sent <= 144; sent += sent == 73 ? 28 : 43)
            g_assert_cmpint (secret_layer_choose (peer, sent), ==, MAX (layer, sent));
    }
}

/* The layers of a whole wire, in the order of the numbers; sets the first 64. */
static unsigned
layers_of (End *end, int32_t layers[static 64])
{
    unsigned n = 0;

    for (unsigned i = 0; i < end->wire->len; i++) {
        Wrapper opened;
        g_autoptr (GBytes) plain = unwrap (end, end->wire->pdata[i], &opened);
        unsigned raw = (unsigned)opened.out_seq_no / 2;
        g_assert_true (opened.layer == 73 || opened.layer == 101 || opened.layer == 144);
        g_assert_cmpuint (raw, <, 64);
        if (layers[raw] != 0)
            g_assert_cmpint (layers[raw], ==, opened.layer); /* sent again as it was */
        layers[raw] = opened.layer;
        n = MAX (n, raw + 1);
    }
    return n;
}

/* SC-C4 SC-C5 SC-C6 SC-C8: a fresh chat says 73; the layer rises with what the peer says,
 * over restarts and what is sent again, and never falls */
static void
layers_never_fall_along_the_numbers (World *w)
{
    static const int32_t heard[] = { 46, 73, 100, 101, 46, 123, 143, 144, 151, 73 };
    End *alice = w->alice, *bob = w->bob;
    int32_t layers[64] = { 0 };

    w->hold = TRUE;
    bob->chat->layers.peer = 0;
    for (size_t i = 0; i < G_N_ELEMENTS (heard); i++) {
        g_autoptr (GByteArray) noop = spell ("73164160 l1 a82fdd63");
        g_autoptr (GBytes) data =
            forge_raw (alice, heard[i], 2, 2 * (int32_t)end_info (bob).raw_in + 1,
                       noop->data, noop->len);
        inject (bob, data);
        end_says (bob, "now");
        world_run (w);
        end_restarts (bob, NULL, NULL);
        int32_t last = 2 * (bob->chat->numbers.raw_out - 1);
        g_assert_true (secret_outbox_resend (bob->chat, last, last, w->now));
        world_run (w);
    }
    unsigned n = layers_of (bob, layers);
    g_assert_cmpuint (n, ==, 1 + G_N_ELEMENTS (heard));
    g_assert_cmpint (layers[0], ==, 73); /* nothing was known yet */
    for (unsigned i = 1; i < n; i++)
        g_assert_cmpint (layers[i], >=, layers[i - 1]);
    g_assert_cmpint (layers[3], ==, 73); /* 100 */
    g_assert_cmpint (layers[4], ==, 101);
    g_assert_cmpint (layers[7], ==, 101); /* 143: iOS would stop there */
    g_assert_cmpint (layers[n - 1], ==, 144);
}

/* The NotifyLayer messages that `end` sent from `from` on. */
static unsigned
notices (End *end, unsigned from)
{
    unsigned n = 0;

    for (unsigned i = from; i < end->wire->len; i++) {
        Wrapper opened;
        g_autoptr (GBytes) plain = unwrap (end, end->wire->pdata[i], &opened);
        g_autoptr (GByteArray) notice = spell ("f3048883 i144");
        n += opened.body.len == 12 + notice->len &&
             memcmp (opened.body.data + 12, notice->data, notice->len) == 0;
    }
    return n;
}

/* SC-C8 SC-A23 SC-L8: the own layer is the first thing said; after an upgrade once more;
 * never repeated */
static void
the_own_layer_is_told_once_and_after_an_upgrade (World *w)
{
    End *bob = w->bob;

    g_assert_cmpuint (notices (bob, 0), ==, 1);
    g_assert_cmpuint (bob->wire->len, ==, 1);
    for (int i = 0; i < 3; i++) {
        end_restarts (bob, NULL, NULL);
        assert_alive (w);
    }
    g_assert_cmpuint (notices (bob, 0), ==, 1);
    bob->chat->layers.told = 101; /* the program before knew no more */
    bob->chat->end.save = TRUE;
    secret_settle (bob->chat, w->now);
    for (int i = 0; i < 3; i++) {
        end_restarts (bob, NULL, NULL);
        world_run (w);
        assert_alive (w);
    }
    g_assert_cmpuint (notices (bob, 0), ==, 2);
    bob->chat->layers.told = 101; /* or the peer learns something new */
    bob->chat->layers.peer = 101;
    for (int i = 0; i < 3; i++)
        assert_alive (w);
    g_assert_cmpuint (notices (bob, 0), ==, 3);
}

/* --- what is ever written --- */

static void
assert_written (End *end, GBytes *wire)
{
    static const char actions[] =
        "dd05ec6b 6fe1735b ec2e0b9b 65614304 6719e45c a82fdd63 f3048883 0c4f40be "
        "f3c9611b 511110b0 8ac1f475 a1733aec ccb27641";
    Wrapper opened;
    g_autoptr (GBytes) plain = NULL;
    uint32_t words[5] = { 0 };

    plain = unwrap (end, wire, &opened);
    memcpy (words, opened.body.data, MIN (sizeof words, opened.body.len));
    g_autofree char *action = g_strdup_printf ("%08x", GUINT32_FROM_LE (words[3]));
    g_autofree char *typing = g_strdup_printf ("%08x", GUINT32_FROM_LE (words[4]));
    if (GUINT32_FROM_LE (words[0]) == 0x91cc4674) /* silent, reply: no more yet */
        g_assert_cmphex (GUINT32_FROM_LE (words[1]) & ~((1u << 3) | (1u << 5)), ==, 0);
    else {
        g_assert_cmphex (GUINT32_FROM_LE (words[0]), ==, 0x73164160);
        g_assert_nonnull (strstr (actions, action));
        if (g_str_equal (action, "ccb27641"))
            g_assert_nonnull (strstr ("16bf744e fd5ec8f5", typing));
    }
}

static gboolean
lose_7th (World *w, End *from, unsigned n)
{
    for (unsigned i = 0; i < n; i++) /* what is sent again arrives */
        if (g_bytes_equal (from->wire->pdata[i], from->wire->pdata[n]))
            return TRUE;
    return n % 20 != 7;
}

/* SC-C12: a conversation with everything in it: nothing is on the wire that a strict peer
 * could not read */
static void
a_whole_conversation_writes_known_forms_only (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    unsigned checked[2] = { 0, 0 };

    w->lets = lose_7th;
    for (int i = 0; i < 150; i++) {
        End *end = &w->ends[i % 2];
        int64_t id;
        secret_chat_set_typing_action (end->chat, TRUE);
        secret_chat_set_typing (end->chat, TRUE, w->now);
        if (i % 7 == 3)
            secret_chat_set_typing (end->chat, FALSE, w->now);
        id = end_replies (end, "text", 5, i % 3 == 0);
        if (i % 10 == 1)
            secret_chat_set_ttl (end->chat, i, w->now);
        if (i % 10 == 2)
            secret_chat_delete (end->chat, &id, 1, w->now);
        if (i % 10 == 4)
            secret_chat_screenshot (end->chat, &id, 1, w->now);
        if (i % 50 == 5)
            secret_chat_flush (end->chat, w->now);
        if (i == 9)
            secret_note_new (end->chat, 77)->content = TALK_CONTENT_PHOTO;
        world_run (w);
        id = 77;
        if (i == 9)
            secret_chat_open_media (end->chat, &id, 1, w->now);
        if (i % 40 == 20)
            secret_chat_rekey (end->chat, w->now);
        world_advance (w, 11000);
        for (int k = 0; k < 2; k++) /* while the keys are at hand */
            for (; checked[k] < w->ends[k].wire->len; checked[k]++)
                assert_written (&w->ends[k], w->ends[k].wire->pdata[checked[k]]);
    }
    g_assert_cmpuint (checked[0] + checked[1], >, 300);
    g_assert_cmpint (end_info (alice).state, ==, TALK_STATE_READY);
    g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
}

static const Story stories[] = {
    STORY (a_wrapper_counts_without_its_body, PLAIN),
    STORY (random_bytes_are_counted, PLAIN),
    STORY (an_unknown_wrapper_is_answered_once_an_hour, PLAIN),
    STORY (a_newer_peer_is_read_and_told_once, PLAIN),
    STORY (layers_never_fall_along_the_numbers, PLAIN),
    STORY (the_own_layer_is_told_once_and_after_an_upgrade, PLAIN),
    STORY (a_whole_conversation_writes_known_forms_only, PLAIN),
};

int
main (int argc, char **argv)
{
    stories_init (&argc, &argv);
    stories_add ("layers", stories, G_N_ELEMENTS (stories));
#define ADD(f) g_test_add_func ("/secret/layers/" #f, f)
    ADD (the_peers_layer_only_rises);
    ADD (old_clients_tell_their_layer_in_two_ways);
    ADD (only_known_layers_are_said);
    return g_test_run ();
}
