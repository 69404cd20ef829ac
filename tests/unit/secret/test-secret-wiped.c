/* Nothing secret is given back to the allocator or left on the stack (SC-B19): every
 * block is looked at when it is freed, and the stack below a call after it. */
#include "freed.h"
#include "spell.h"

#include "crypto-kdf.h"
#include "crypto-envelope.h"

#include <string.h>

/* --- a chat without a harness --- */

static World *world;
static StoreBatch *batches[2];
static GByteArray *last_sent;

static StoreBatch *
batch_cb (void *user)
{
    return batches[((End *)user)->index];
}

static void
call_cb (void *user, SecretChat *chat, const SecretCall *call)
{
    if (call->kind != SECRET_CALL_SEND)
        return;
    g_byte_array_set_size (last_sent, 0);
    g_byte_array_append (last_sent, call->u.send.data.data,
                         (unsigned)call->u.send.data.len);
}

static void
event_cb (void *user, SecretChat *chat, const TalkEvent *event)
{
}

static const SecretOps quiet_ops = { batch_cb, call_cb, event_cb };

static void
start (uint64_t seed)
{
    world = world_ready_at (seed);
    last_sent = g_byte_array_sized_new (1 << 16);
    for (int i = 0; i < 2; i++) {
        batches[i] = store_batch_new ();
        world->ends[i].env.ops = &quiet_ops;
        for (int k = 0; k < 256; k++) /* keys of the toy group are mostly zeros */
            world->ends[i].chat->keys.now.key[k] = (uint8_t)(31 * k + 7 * (int)seed);
    }
}

static void
stop (void)
{
    g_byte_array_unref (last_sent);
    for (int i = 0; i < 2; i++)
        store_batch_free (batches[i]);
    world_free (world);
}

static void
forget_batch (const End *end)
{
    store_batch_free (batches[end->index]);
    batches[end->index] = store_batch_new ();
}

/* --- the tests --- */

/* The look-out itself sees what is not wiped. */
static void
the_look_out_sees (void)
{
    freed_forget ();
    freed_add_needle ("a needle in a block", 19);
    char *block = g_strdup ("there is a needle in a block here");
    freed_watching = TRUE;
    g_free (block);
    freed_assert_found ("g_free", TRUE);
    g_assert_cmpuint (freed_looked_at, >, 0);
}

/* SC-B19: a text of ours, on its way out and while it is kept, replaced, released */
static void
own_text_is_wiped (void)
{
    static const char text[] = "the plaintext that must not stay anywhere";
    int64_t id;

    start (1);
    End *alice = world->alice;
    freed_forget ();
    freed_add_needle (text, 16);
    freed_add_needle (text + 16, 16);
    freed_watching = TRUE;
    g_assert_cmpint (secret_chat_send_text (alice->chat, text, 0, FALSE, world->now, &id),
                     ==, TALK_DONE);
    secret_chat_delete (alice->chat, &id, 1, world->now);
    g_assert_cmpint (secret_chat_send_text (alice->chat, text, 0, FALSE, world->now, &id),
                     ==, TALK_DONE);
    secret_outbox_release (alice->chat, alice->chat->numbers.raw_out); /* acknowledged */
    forget_batch (alice);
    secret_chat_free (g_steal_pointer (&alice->chat));
    freed_assert_found ("own text", FALSE);
    stop ();
}

static void
receive (End *to, const char *pattern, const char *text)
{
    End *from = &world->ends[1 - to->index];

    g_auto (GStrv) halves = g_strsplit (pattern, "@", 2); /* the text goes there */
    g_autoptr (GByteArray) body = spell ("%s%s%s", halves[0], text, halves[1]);
    g_autoptr (GBytes) data = forge_next (world, from, body->data, body->len);
    size_t len;
    const uint8_t *bytes = g_bytes_get_data (data, &len);
    freed_watching = TRUE;
    secret_chat_receive (to->chat, 1, TL_BYTES (bytes, len), NULL, TRUE, world->now);
    freed_watching = FALSE;
}

/* SC-B19: what the peer wrote, in every place where it may stand, also behind a hole */
static void
the_peers_text_is_wiped (void)
{
    static const char text[] = "what the peer wrote must not stay anywhere";
    static const char *const bodies[] = {
        "91cc4674 i0 l1 i0 '@'",
        "91cc4674 i128 l2 i0 'x' v1 76a6d327 i0 i1 'http://@'",
        "91cc4674 i512 l3 i0 'x' f1fa8d78 b0 i0 i0 i0 i0 i0 b32 b32 '@'",
        "91cc4674 i512 l4 i0 '@' f1fa8d78 b0 i0 i0 i0 i0 i0 b32 b32 'x'",
        "91cc4674 i512 l5 i0 'x' b095434b b0 i0 i0 '@' '' i0 b32 b32",
        "91cc4674 i512 l6 i0 'x' 8a0df56f ~1 ~2 '@' 'x' 'x' 'x'",
        "91cc4674 i512 l7 i0 'x' 588a0a97 '@' 'x' 'x' i0",
        "91cc4674 i512 l8 i0 'x' e50511d8 'http://x.org/@'",
        "204d3878 l9 i0 '\xff\xfe@' 089f5c4a",
        "91cc4674 i0 l10 i0 '@' i0", /* unreadable */
        "12345678 '@'",
    };

    start (2);
    End *bob = world->bob;
    freed_forget ();
    freed_add_needle (text, 16);
    freed_add_needle (text + 16, 16);
    for (size_t i = 0; i < G_N_ELEMENTS (bodies); i++) {
        int64_t id = (int64_t)i + 1;
        receive (bob, bodies[i], text);
        if (i % 2 == 0) {
            freed_watching = TRUE;
            secret_chat_seen (bob->chat, &id, 1, world->now);
            freed_watching = FALSE;
        }
        freed_assert_found (bodies[i], FALSE);
    }
    g_autoptr (GByteArray) body = spell ("91cc4674 i0 l99 i0 '%s'", text);
    g_autoptr (GBytes) data =
        forge_raw (world->alice, 144, 2, 2 * (bob->chat->numbers.raw_in + 5) + 1,
                   body->data, body->len);
    freed_watching = TRUE;
    inject (bob, data); /* behind a hole */
    freed_watching = FALSE;
    g_assert_cmpuint (bob->chat->holes.queue->len, ==, 1);
    freed_watching = TRUE;
    forget_batch (bob);
    secret_chat_free (g_steal_pointer (&bob->chat));
    freed_assert_found ("the end of the chat", FALSE);
    stop ();
}

typedef struct {
    End *alice, *bob;
    GByteArray *wire;
} Travel;

static void *
travel_cb (void *user)
{
    Travel *travel = user;
    int64_t id;

    freed_watching = TRUE;
    secret_chat_send_text (travel->alice->chat, "travels", 0, FALSE, world->now, &id);
    secret_chat_receive (travel->bob->chat, 1, TL_BYTES (last_sent->data, last_sent->len),
                         FALSE, TRUE, world->now);
    freed_watching = FALSE;
    return NULL;
}

/* SC-B19: the keys that a message is encrypted with are nowhere after it was sealed and
 * opened, neither in a freed block nor on the stack */
static void
derived_keys_are_wiped (void)
{
    for (int pass = 0; pass < 2; pass++) {
        uint8_t aes_key[32], aes_iv[32];
        static uint8_t keys[64];

        start (3); /* both passes draw the same numbers: the same message */
        Travel travel = { world->alice, world->bob, last_sent };
        travel.alice->chat->outbox.token = 0;
        freed_forget ();
        if (pass == 1) {
            freed_add_needle (keys, 32);
            freed_add_needle (keys + 32, 32);
            freed_add_needle (keys, 16);
        }
        freed_run_on_own_stack (travel_cb, &travel);
        g_assert_cmpuint (travel.bob->chat->numbers.raw_in, ==, 2);
        if (pass == 1)
            freed_assert_found ("keys", FALSE);
        crypto_kdf_v2 (travel.alice->chat->keys.now.key, last_sent->data + 8, 0, aes_key,
                       aes_iv);
        if (pass == 1)
            g_assert_cmpmem (keys, 32, aes_key, 32);
        memcpy (keys, aes_key, 32);
        memcpy (keys + 32, aes_iv, 32);
        stop ();
    }
}

typedef struct {
    uint8_t key[256], plain[64], out[16 + 64];
    gboolean v1, open;
} Envelope;

static void *
envelope_cb (void *user)
{
    Envelope *e = user;
    uint8_t plain[64];

    if (e->v1 && e->open)
        crypto_envelope_open_v1 (e->key, 0, e->out, sizeof plain, plain);
    else if (e->v1)
        crypto_envelope_seal_v1 (e->key, 0, e->plain, 60, sizeof plain, e->out);
    else if (e->open)
        crypto_envelope_open (e->key, 0, e->out, sizeof plain, plain);
    else
        crypto_envelope_seal (e->key, 0, e->plain, sizeof plain, e->out);
    crypto_wipe (plain, sizeof plain);
    return NULL;
}

/* SC-B19: nor are they right after the envelope itself, opened in either version, sealed in ours */
static void
an_envelope_leaves_no_key (void)
{
    for (int kind = 0; kind < 4; kind++) {
        if (kind == 1) /* only a test seals with version 1 */
            continue;
        g_autofree Envelope *e = g_new0 (Envelope, 1);
        uint8_t aes_key[32], aes_iv[32];
        e->v1 = (kind & 1) != 0;
        memset (e->plain, 0x5a, sizeof e->plain);
        e->plain[0] = 56;
        e->plain[1] = e->plain[2] = e->plain[3] = 0;
        for (int k = 0; k < 256; k++)
            e->key[k] = (uint8_t)(31 * k + 7);
        envelope_cb (e); /* for its msg_key, on this stack */
        if (e->v1)
            crypto_kdf_v1 (e->key, e->out, 0, aes_key, aes_iv);
        else
            crypto_kdf_v2 (e->key, e->out, 0, aes_key, aes_iv);
        freed_forget ();
        freed_add_needle (aes_key, 16);
        freed_add_needle (aes_key + 16, 16);
        freed_add_needle (aes_iv, 16);
        e->open = kind >= 2;
        freed_watching = TRUE;
        freed_run_on_own_stack (envelope_cb, e);
        freed_assert_found (e->open ? "open" : "seal", FALSE);
    }
}

static void *
close_cb (void *user)
{
    End *end = user;

    freed_watching = TRUE;
    secret_chat_close (end->chat, FALSE, TALK_CLOSED_BY_US, world->now);
    forget_batch (end);
    secret_chat_free (g_steal_pointer (&end->chat));
    freed_watching = FALSE;
    return NULL;
}

/* SC-B19 SC-F20: a chat's key goes with the chat */
static void
the_key_is_wiped_at_the_end (void)
{
    start (4);
    End *bob = world->bob;
    freed_forget ();
    for (int i = 0; i < 4; i++)
        freed_add_needle (bob->chat->keys.now.key + 64 * i, 64);
    bob->chat->end.save = TRUE; /* it has just been saved, too */
    secret_settle (bob->chat, world->now);
    freed_run_on_own_stack (close_cb, bob);
    freed_assert_found ("the key", FALSE);
    stop ();
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    world_quiet ();
    freed_install ();
#define ADD(f) g_test_add_func ("/secret/wiped/" #f, f)
    ADD (the_look_out_sees);
    ADD (own_text_is_wiped);
    ADD (the_peers_text_is_wiped);
    ADD (derived_keys_are_wiped);
    ADD (an_envelope_leaves_no_key);
    ADD (the_key_is_wiped_at_the_end);
    return g_test_run ();
}
