/* Sealing and opening as the chat does it (SECRET-CHATS.md section B). */
#include "spell.h"

#include "crypto-envelope.h"
#include "vectors.h"

#include <string.h>

#define V1_LAYER 46

/* The key of the vectors in appendix 3. */
static void
vector_key (uint8_t key[static 256])
{
    for (int i = 0; i < 256; i++)
        key[i] = (uint8_t)(7 * i + 3);
}

/* A world whose chat has the vectors' key, and Bob has heard nothing of Alice yet. */
static World *
of_vectors (void)
{
    World *w = world_ready_at (1);
    SecretChat *bob = w->bob->chat;

    for (int i = 0; i < 2; i++) {
        SecretKey *key = &w->ends[i].chat->keys.now;
        vector_key (key->key);
        key->fingerprint = crypto_key_id (key->key);
    }
    bob->numbers.raw_in = bob->numbers.in_floor = bob->numbers.peer_in =
        bob->layers.peer = 0;
    bob->numbers.has_v2 = bob->layers.wrapped_seen = FALSE;
    g_ptr_array_set_size (bob->outbox.list, 0);
    bob->numbers.raw_out = 0;
    return w;
}

/* An old peer: Bob has heard nothing but layer 46 in MTProto 1.0. */
static World *
of_old_peer (uint64_t seed)
{
    World *w = world_ready_at (seed);
    SecretChat *bob = w->bob->chat;

    bob->layers.peer = V1_LAYER;
    bob->layers.sent = bob->layers.told = 0;
    bob->numbers.has_v2 = FALSE;
    bob->layers.told = SECRET_LAYER_MAX;
    return w;
}

static GBytes *
old_message (End *from, int32_t layer, int32_t raw, int64_t id, const char *text)
{
    int x = from->index;
    g_autoptr (GByteArray) body =
        spell ("1be31789 b15 i%d i%d i%d 204d3878 l%" G_GINT64_FORMAT " i0 '%s' 089f5c4a",
               layer, 2 + x, 2 * raw + 1 - x, id, text);
    g_autoptr (GByteArray) plain = g_byte_array_new ();
    uint32_t size = GUINT32_TO_LE (body->len);

    g_byte_array_append (plain, (uint8_t *)&size, 4);
    g_byte_array_append (plain, body->data, body->len);
    size_t hashed = plain->len;
    while (plain->len % 16 != 0)
        g_byte_array_append (plain, (const uint8_t *)"p", 1);
    return forge_seal_v1 (&from->chat->keys.now, plain->data, hashed, plain->len);
}

static void
inject_old (End *from, End *to, int32_t layer, int32_t raw, int64_t id, const char *text)
{
    g_autoptr (GBytes) data = old_message (from, layer, raw, id, text);
    inject (to, data);
}

static void
inject_new (End *from, End *to, int32_t layer, int32_t raw, int64_t id, const char *text)
{
    g_autoptr (GByteArray) body =
        spell ("204d3878 l%" G_GINT64_FORMAT " i0 '%s' 089f5c4a", id, text);
    int x = from->index;
    g_autoptr (GBytes) data =
        forge_raw (from, layer, 2 + x, 2 * raw + 1 - x, body->data, body->len);
    inject (to, data);
}

/* --- sealing --- */

/* SC-B1 SC-B2 SC-B3: the length word, whole blocks, padding of 12 to 1024 bytes for every
 * length; and equal lengths do not show as equal lengths */
static void
every_length_gets_legal_padding (void)
{
    g_autoptr (World) w = world_ready_at (2);
    End *alice = w->alice;
    static char text[4100];
    g_autoptr (GHashTable) lengths = g_hash_table_new (NULL, NULL);
    size_t first = 0, last = 0;

    w->hold = TRUE;
    /* a long string has a longer head: 253 and 256 are the ones between */
    for (size_t len = 2; len <= 4096; len += len == 250 || len == 253 ? 3 : 4) {
        memset (text, 'x', len);
        text[len] = '\0';
        end_says (alice, text);
        world_run (w);
    }
    for (unsigned i = 1; i < alice->wire->len; i++) {
        g_autoptr (GBytes) plain =
            unseal (alice, alice->chat->keys.now.key, alice->wire->pdata[i]);
        g_assert_nonnull (plain);
        g_assert_cmpuint ((g_bytes_get_size (alice->wire->pdata[i]) - 24) % 16, ==, 0);
        size_t size = g_bytes_get_size (plain);
        first = i == 1 ? size : first;
        last = MAX (last, size);
        g_hash_table_add (lengths, GUINT_TO_POINTER (size));
    }
    g_assert_cmpuint (last - first, >=, 4092);
    for (size_t size = first; size <= last; size += 4)
        g_assert_true (g_hash_table_contains (lengths, GUINT_TO_POINTER (size)));

    g_autoptr (World) other = world_ready_at (3);
    g_autoptr (GHashTable) sizes = g_hash_table_new (NULL, NULL);
    other->hold = TRUE;
    for (int i = 0; i < 1000; i++) {
        end_says (other->alice, "the same");
        world_run (other);
        size_t size = g_bytes_get_size (newest (other->alice));
        g_hash_table_add (sizes, GUINT_TO_POINTER (size));
    }
    g_assert_cmpuint (g_hash_table_size (sizes), >=, 4);
}

/* SC-B12: whatever the peer's layer, we speak MTProto 2.0 */
static void
an_old_peer_gets_mtproto_2 (void)
{
    g_autoptr (World) w = of_old_peer (4);
    End *bob = w->bob;
    unsigned before = bob->wire->len;
    size_t len;

    w->hold = TRUE;
    end_says (bob, "to an old one");
    secret_chat_screenshot (bob->chat, NULL, 0, w->now);
    world_run (w);
    g_assert_cmpuint (bob->wire->len, ==, before + 2);
    for (unsigned i = before; i < bob->wire->len; i++) {
        const uint8_t *data = g_bytes_get_data (bob->wire->pdata[i], &len);
        g_autofree uint8_t *plain = g_malloc (len);
        g_autoptr (GBytes) opened =
            unseal (bob, bob->chat->keys.now.key, bob->wire->pdata[i]);
        g_assert_nonnull (opened);
        for (int x = 0; x <= 8; x += 8)
            g_assert_false (crypto_envelope_open_v1 (bob->chat->keys.now.key, x, data + 8,
                                                     len - 24, plain));
    }
}

/* SC-B18 SC-D19 SC-D20: fresh random bytes and padding at every sealing, that of a
 * deletion in another message's place included; sending again seals nothing */
static void
nothing_random_is_used_twice (World *w)
{
    End *alice = w->alice;
    Wrapper opened[3];
    g_autoptr (GPtrArray) plain =
        g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);

    w->hold = TRUE;
    int64_t first = end_says (alice, "equal");
    end_says (alice, "equal");
    world_run (w);
    unsigned n = alice->wire->len;
    g_autoptr (GBytes) sent = g_bytes_ref (alice->wire->pdata[n - 2]);
    secret_chat_delete (alice->chat, &first, 1, w->now);
    world_run (w);
    g_assert_true (secret_outbox_resend (alice->chat, 3, 3, w->now));
    secret_outbox_pump (alice->chat, w->now);
    world_run (w);
    GBytes *replaced = newest (alice), *equal = alice->wire->pdata[n - 1];
    GBytes *wires[] = { sent, equal, replaced };
    for (int i = 0; i < 3; i++) {
        g_ptr_array_add (plain, unwrap (alice, wires[i], &opened[i]));
        for (int k = 0; k < i; k++) {
            g_assert_cmpint (memcmp (opened[i].random, opened[k].random, 15), !=, 0);
            g_assert_cmpint (
                memcmp ((const uint8_t *)g_bytes_get_data (wires[i], NULL) + 8,
                        (const uint8_t *)g_bytes_get_data (wires[k], NULL) + 8, 16),
                !=, 0);
        }
    }
    g_assert_cmpint (opened[2].out_seq_no, ==,
                     opened[0].out_seq_no); /* its number stays */
    for (int i = 0; i < 2; i++) {           /* sent again: the very same bytes */
        g_autoptr (GBytes) before = g_bytes_ref (newest (alice));
        g_assert_true (secret_outbox_resend (alice->chat, 3, 3, w->now));
        secret_outbox_pump (alice->chat, w->now);
        world_run (w);
        g_assert_true (g_bytes_equal (before, newest (alice)));
    }
}

static gboolean
no_random (void *user, uint8_t *out, size_t len)
{
    return FALSE;
}

/* SC-B18: without random numbers nothing is sealed and no number is used */
static void
without_random_numbers_nothing_goes_out (World *w)
{
    End *alice = w->alice;
    CryptoRandom none = { no_random, NULL };
    int64_t id;

    alice->env.random = &none;
    g_assert_cmpint (secret_chat_send_text (alice->chat, "x", 0, FALSE, w->now, &id), ==,
                     TALK_NO_RANDOM);
    secret_chat_screenshot (alice->chat, NULL, 0, w->now);
    g_assert_cmpuint (end_info (alice).raw_out, ==, 1);
    alice->env.random = &w->random;
    assert_alive (w);
}

/* --- opening --- */

/* SC-B1 SC-B4 SC-B5 SC-B21 SC-A9: vector V2, from every alignment */
static void
the_vector_opens_at_every_alignment (void)
{
    g_autoptr (GBytes) v2 = vector_bytes (
        "9ed6e6ef196cc9318c521dd8bbfbbb6af018f304495b10cb12262c3e079ee1a29c383dc38cc66aab"
        "4010ba7c2ecea53e5bd35afddadcd940d2ca24285d94a387f0d26da5f61acdd2d7bf509cad1ac098"
        "942d34ee0505aa7d472f377f2922be764d63ffdb9294aec0");
    size_t len;
    const uint8_t *data = g_bytes_get_data (v2, &len);

    for (size_t shift = 0; shift < 8; shift++) {
        g_autoptr (World) w = of_vectors ();
        End *bob = w->bob;
        Shown shown;
        g_autofree uint8_t *memory = g_malloc (len + shift);
        watch_shown (w, &shown);
        g_assert_cmpint (bob->chat->keys.now.fingerprint, ==, 3587517436832175774);
        memcpy (memory + shift, data, len);
        server_injects (bob, TL_BYTES (memory + shift, len));
        g_assert_cmpuint (shown.n, ==, 1);
        g_assert_cmpstr (shown.text, ==, "hi");
        g_assert_cmphex ((uint64_t)shown.random_id, ==, 0x1122334455667788);
        g_assert_cmpint (end_info (bob).raw_in, ==, 1);
        g_assert_cmpint (end_info (bob).peer_layer, ==, 144);
    }
}

/* SC-B14: vector V4, layer 144 in the old envelope, ends the chat */
static void
a_new_layer_in_an_old_envelope_ends_the_chat (void)
{
    g_autoptr (GBytes) v4 = vector_bytes (
        "9ed6e6ef196cc931d3fe58465050b659f05ed22162d2fd664a9757c794cbefc3e565ecf3e02dc8ea"
        "0553a8aaa6eaf7093a3d7bc6b4d59c510149effbadf6be7bcd8cc7c87e18a540babfc82dbfa55c74"
        "235e92a352563aa6");
    g_autoptr (World) w = of_vectors ();
    End *bob = w->bob;

    inject (bob, v4);
    g_assert_cmpuint (bob->shown->len, ==, 0);
    g_assert_cmpint (end_info (bob).closed, ==, TALK_CLOSED_VIOLATION);

    static const struct {
        int32_t layer;
        TalkClosed closed;
    } rows[] = { { 46, TALK_CLOSED_NOT },
                 { 72, TALK_CLOSED_NOT },
                 { 73, TALK_CLOSED_VIOLATION },
                 { 101, TALK_CLOSED_VIOLATION } };
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (World) old = of_old_peer (7);
        inject_old (old->alice, old->bob, rows[i].layer, 1, 5, "old");
        g_assert_cmpint (end_info (old->bob).closed, ==, rows[i].closed);
    }
}

/* SC-B13 SC-B15 SC-B16: the first messages of an old peer open, after 2.0 was tried on
 * them; once it has spoken 2.0 it may not go back */
static void
an_old_peer_is_read_until_it_speaks_2 (void)
{
    g_autoptr (World) w = of_old_peer (8);
    End *alice = w->alice, *bob = w->bob;

    g_free (end_events (bob));
    inject_old (alice, bob, V1_LAYER, 1, 11, "one");
    inject_old (alice, bob, V1_LAYER, 2, 12, "two");
    inject_new (alice, bob, V1_LAYER, 3, 13, "three");
    inject_old (alice, bob, V1_LAYER, 4, 14, "refused");
    inject_old (alice, bob, V1_LAYER, 6, 16, "refused behind a hole");
    g_assert_cmpuint (end_info (bob).raw_in, ==, 4);
    g_assert_cmpuint (end_info (bob).queued, ==, 0);
    inject_new (alice, bob, V1_LAYER, 4, 14, "four");
    assert_events (bob,
                   "message 'one' ttl 0 content 0\nmessage 'two' ttl 0 content 0\n"
                   "message 'three' ttl 0 content 0\nmessage 'four' ttl 0 content 0\n");
}

/* SC-B13: a peer of layer 73 has no 1.0, whether or not it has spoken yet */
static void
a_known_newer_layer_ends_the_old_envelope (void)
{
    g_autoptr (World) w = of_old_peer (9);
    End *alice = w->alice, *bob = w->bob;

    bob->chat->layers.peer = 72;
    inject_old (alice, bob, V1_LAYER, 1, 11, "good");
    g_assert_cmpuint (bob->shown->len, ==, 1);
    bob->chat->layers.peer = 73;
    Look before = look_at (bob);
    inject_old (alice, bob, V1_LAYER, 2, 12, "refused");
    assert_untouched (bob, &before);
}

/* SC-B13 SC-L8: a hole below the first 2.0 message is filled by what was sent before, at
 * whatever layer the peer is now, also after a restart */
static void
old_messages_fill_holes_below_the_first_2 (void)
{
    g_autoptr (World) w = of_old_peer (10);
    End *alice = w->alice, *bob = w->bob;

    g_free (end_events (bob));
    inject_new (alice, bob, 144, 5, 15, "five"); /* 1 to 4 are missing */
    inject_new (alice, bob, 144, 4, 14, "four");
    g_assert_cmpint (bob->chat->numbers.first_v2, ==, 4);
    inject_old (alice, bob, V1_LAYER, 2, 12, "two");
    inject_old (alice, bob, V1_LAYER, 1, 11, "one");
    end_restarts (bob, NULL, NULL);
    inject_old (alice, bob, V1_LAYER, 6, 16, "refused: above");
    inject_old (alice, bob, V1_LAYER, 4, 17, "refused: not below");
    g_assert_cmpuint (end_info (bob).raw_in, ==, 3);
    inject_old (alice, bob, V1_LAYER, 3, 13, "three");
    g_assert_cmpuint (end_info (bob).raw_in, ==, 6);
    inject_old (alice, bob, V1_LAYER, 6, 18, "refused: no hole");
    assert_events (bob,
                   "message 'one' ttl 0 content 0\nmessage 'two' ttl 0 content 0\n"
                   "message 'one' ttl 0 content 0\nmessage 'two' ttl 0 content 0\n"
                   "message 'three' ttl 0 content 0\nmessage 'four' ttl 0 content 0\n"
                   "message 'five' ttl 0 content 0\n");
}

/* SC-B10 SC-B15: lengths and padding on both sides of the limits, under a right msg_key
 */
static void
lengths_and_padding_have_limits (void)
{
    static const struct {
        gboolean v1;
        int cut; /* the length word says so many bytes more than there are */
        size_t padding;
        gboolean opens;
    } rows[] = {
        { FALSE, 0, 12, TRUE },    { FALSE, 0, 1024, TRUE },
        { FALSE, 0, 8, FALSE },    { FALSE, 0, 1028, FALSE },
        { FALSE, 0, 1040, FALSE }, { FALSE, 0, 0, FALSE },
        { FALSE, 4, 12, FALSE },   { FALSE, 2, 16, FALSE },
        { TRUE, 0, 0, TRUE },      { TRUE, 0, 12, TRUE },
        { TRUE, 0, 16, FALSE },    { TRUE, 0, 28, FALSE },
        { TRUE, 400, 12, FALSE },  { TRUE, 0x70000000, 12, FALSE },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (World) w = of_old_peer (11);
        End *alice = w->alice, *bob = w->bob;
        g_autoptr (GByteArray) plain = g_byte_array_new ();
        g_autoptr (GByteArray) body = NULL;
        for (int fill = 1; fill < 40; fill++) { /* a text that makes whole blocks */
            g_clear_pointer (&body, g_byte_array_unref);
            body = spell ("1be31789 b15 i46 i2 i3 204d3878 l5 i0 b%d 089f5c4a", fill);
            if ((4 + body->len + rows[i].padding) % 16 == 0)
                break;
        }
        uint32_t size = GUINT32_TO_LE (body->len + (uint32_t)rows[i].cut);
        g_byte_array_append (plain, (uint8_t *)&size, 4);
        g_byte_array_append (plain, body->data, body->len);
        size_t hashed = plain->len;
        g_byte_array_set_size (plain, (unsigned)(plain->len + rows[i].padding));
        memset (plain->data + hashed, 'p', rows[i].padding);
        g_assert_cmpuint (plain->len % 16, ==, 0);
        g_autoptr (GBytes) v1 =
            forge_seal_v1 (&alice->chat->keys.now, plain->data, hashed, plain->len);
        g_autoptr (GBytes) v2 =
            forge_seal (&alice->chat->keys.now, TRUE, plain->data, plain->len);
        g_test_message ("row %zu", i);
        inject (bob, rows[i].v1 ? v1 : v2);
        g_assert_cmpuint (bob->shown->len, ==, rows[i].opens);
        g_assert_cmpuint (end_info (bob).raw_in, ==, 1 + rows[i].opens);
        g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
    }
}

/* SC-B7 SC-F13: the key of a fingerprint, or none: not one of no key, not one gone */
static void
a_fingerprint_chooses_its_key_or_none (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    SecretKey old = alice->chat->keys.now;

    g_assert_cmpint (secret_chat_rekey (alice->chat, w->now), ==, TALK_DONE);
    world_run (w);
    for (int i = 0; i < 3; i++)
        assert_alive (w);
    g_assert_cmpint (alice->chat->keys.now.fingerprint, !=, old.fingerprint);
    g_assert_false (bob->chat->keys.other.used);
    SecretKey now = alice->chat->keys.now;
    SecretKey zero = { .used = TRUE };
    Look before = look_at (bob);
    const SecretKey *keys[] = { &old, &zero };
    for (size_t i = 0; i < G_N_ELEMENTS (keys); i++) {
        alice->chat->keys.now = *keys[i];
        inject_new (alice, bob, 144, (int32_t)before.info.raw_in, 5, "x");
        alice->chat->keys.now.fingerprint = now.fingerprint; /* its name, not its key */
        alice->chat->keys.now.key[95] ^=
            1; /* keys of the toy group differ at the end only */
        inject_new (alice, bob, 144, (int32_t)before.info.raw_in, 5, "x");
        assert_untouched (bob, &before);
    }
    alice->chat->keys.now = now;
    alice->chat->keys.now.fingerprint = 0; /* the right key under the empty slot's name */
    inject_new (alice, bob, 144, (int32_t)before.info.raw_in, 5, "x");
    assert_untouched (bob, &before);
    alice->chat->keys.now = now;
    assert_alive (w);
}

/* SC-B17 SC-C13: bytes behind the object inside the length make the body unreadable */
static void
bytes_behind_the_object_are_malformed (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    Shown shown;

    watch_shown (w, &shown);
    send_spelled (w, alice, "91cc4674 i0 l5 i0 'good'");
    g_assert_cmpstr (shown.text, ==, "good");
    send_spelled (w, alice, "91cc4674 i0 l6 i0 'bad' i0");
    g_assert_cmpint (shown.content, ==, TALK_CONTENT_UNSUPPORTED);
    g_assert_cmpstr (shown.text, ==, "");
    g_assert_cmpuint (end_info (bob).raw_in, ==, 3);
    send_spelled (w, alice, "73164160 l7 a1733aec i9 i0"); /* a service message */
    g_assert_cmpint (end_info (bob).ttl, ==, 0);
    g_assert_cmpuint (end_info (bob).raw_in, ==, 4);
}

static const Story stories[] = {
    STORY (nothing_random_is_used_twice, PLAIN),
    STORY (without_random_numbers_nothing_goes_out, PLAIN),
    STORY (a_fingerprint_chooses_its_key_or_none, PLAIN),
    STORY (bytes_behind_the_object_are_malformed, PLAIN),
};

int
main (int argc, char **argv)
{
    stories_init (&argc, &argv);
    stories_add ("envelope", stories, G_N_ELEMENTS (stories));
#define ADD(f) g_test_add_func ("/secret/envelope/" #f, f)
    ADD (every_length_gets_legal_padding);
    ADD (an_old_peer_gets_mtproto_2);
    ADD (the_vector_opens_at_every_alignment);
    ADD (a_new_layer_in_an_old_envelope_ends_the_chat);
    ADD (an_old_peer_is_read_until_it_speaks_2);
    ADD (a_known_newer_layer_ends_the_old_envelope);
    ADD (old_messages_fill_holes_below_the_first_2);
    ADD (lengths_and_padding_have_limits);
    return g_test_run ();
}
