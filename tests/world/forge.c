/* What forge.h makes. */
#include "forge.h"

#include "crypto-envelope.h"

#include <string.h>

#define HEAD 24 /* the key's fingerprint, msg_key */

static uint8_t *
head_of (const SecretKey *key, size_t len)
{
    uint8_t *out = g_malloc (HEAD + len);
    int64_t fingerprint = GINT64_TO_LE (key->fingerprint);

    memcpy (out, &fingerprint, sizeof fingerprint);
    return out;
}

GBytes *
forge_seal (const SecretKey *key, gboolean by_creator, const uint8_t *plain, size_t len)
{
    uint8_t *out = head_of (key, len);

    crypto_envelope_seal (key->key, by_creator ? 0 : 8, plain, len, out + 8);
    return g_bytes_new_take (out, HEAD + len);
}

GBytes *
forge_seal_v1 (const SecretKey *key, const uint8_t *plain, size_t hashed, size_t len)
{
    uint8_t *out = head_of (key, len);

    crypto_envelope_seal_v1 (key->key, 0, plain, hashed, len, out + 8);
    return g_bytes_new_take (out, HEAD + len);
}

GBytes *
forge_raw (End *from, int32_t layer, int32_t in_seq_no, int32_t out_seq_no,
           const uint8_t *body, size_t len)
{
    uint8_t random[31] = { 0 };
    g_auto (TlWriter) plain = { 0 };

    tl_writer_int (&plain, (int32_t)(4 + 1 + sizeof random + 12 + len));
    tl_writer_int (&plain, (int32_t)SecretDecryptedMessageLayer_ID);
    tl_writer_bytes (&plain, random, sizeof random);
    tl_writer_int (&plain, layer);
    tl_writer_int (&plain, in_seq_no);
    tl_writer_int (&plain, out_seq_no);
    tl_writer_raw (&plain, body, len);
    size_t end = plain.len;
    while (plain.len < end + 12 || plain.len % 16 != 0)
        tl_writer_raw (&plain, "x", 1);
    return forge_seal (&from->chat->keys.now, from->index == 0, plain.data, plain.len);
}

GBytes *
forge (End *from, int32_t layer, int32_t in_seq_no, int32_t out_seq_no,
       const TlObject *body)
{
    g_auto (TlWriter) writer = { 0 };

    g_assert_true (tl_encode (&tl_secret_schema, body, &writer));
    return forge_raw (from, layer, in_seq_no, out_seq_no, writer.data, writer.len);
}

TlMessage *
forge_opens (const SecretChat *chat, gboolean by_creator, TlBytes data)
{
    int64_t fingerprint;
    const SecretKey *key = &chat->keys.now;
    uint32_t size;

    memcpy (&fingerprint, data.data, sizeof fingerprint);
    if (chat->keys.other.used &&
        chat->keys.other.fingerprint == GINT64_FROM_LE (fingerprint))
        key = &chat->keys.other;
    g_autofree uint8_t *plain = g_malloc (data.len);
    if (!crypto_envelope_open (key->key, by_creator ? 0 : 8, data.data + 8, data.len - 24,
                               plain))
        return NULL;
    memcpy (&size, plain, sizeof size);
    return tl_message_decode (&tl_secret_schema, plain + 4, GUINT32_FROM_LE (size), NULL);
}

TalkClosed
world_answered (uint64_t seed, const uint8_t *g_b, int64_t fingerprint)
{
    g_autoptr (World) w = world_new (seed, WORLD_TOY);

    w->bob->thinks = TRUE;
    end_asks (w->alice);
    world_run (w);
    SecretRemote remote = server_remote (w, SECRET_REMOTE_CHAT, w->server.g_a);
    if (g_b != NULL)
        remote.g_a_or_b = TL_BYTES (g_b, 256);
    remote.key_fingerprint = fingerprint;
    secret_chat_update (w->alice->chat, &remote, w->now);
    end_turn (w->alice);
    world_run (w);
    return end_info (w->alice).closed;
}

Look
look_at (End *end)
{
    g_free (end_events (end));
    return (Look){ end_info (end), end->shown->len, end->calls.length };
}

void
assert_untouched (End *end, const Look *before)
{
    TalkSecret now = end_info (end);
    g_autofree char *events = end_events (end);

    g_assert_cmpstr (events, ==, "");
    g_assert_cmpint (now.state, ==, TALK_STATE_READY);
    g_assert_cmpuint (now.raw_in, ==, before->info.raw_in);
    g_assert_cmpuint (now.raw_out, ==, before->info.raw_out);
    g_assert_cmpuint (now.acknowledged, ==, before->info.acknowledged);
    g_assert_cmpuint (now.queued, ==, before->info.queued);
    g_assert_cmpint (now.peer_layer, ==, before->info.peer_layer);
    g_assert_cmpuint (end->shown->len, ==, before->shown);
    g_assert_cmpuint (end->calls.length, ==, before->calls);
}

void
inject (End *to, GBytes *data)
{
    size_t len;
    const uint8_t *bytes = g_bytes_get_data (data, &len);
    g_autofree uint8_t *exact = g_memdup2 (bytes, len);

    server_injects (to, TL_BYTES (exact, len));
}

void
inject_bytes (End *to, const uint8_t *data, size_t len)
{
    g_autoptr (GBytes) bytes = g_bytes_new (data, len);
    inject (to, bytes);
}

GBytes *
newest (End *from)
{
    return from->wire->pdata[from->wire->len - 1];
}

/* Both ends still talk to each other. */
void
assert_alive (World *w)
{
    for (int i = 0; i < 2; i++) {
        unsigned shown = w->ends[1 - i].shown->len;
        end_says (&w->ends[i], "still here");
        world_run (w);
        g_assert_cmpuint (w->ends[1 - i].shown->len, ==, shown + 1);
    }
}

GBytes *
forge_next (World *w, End *from, const uint8_t *body, size_t len)
{
    End *to = &w->ends[1 - from->index];
    int32_t in = 2 * (int32_t)end_info (from).raw_in + (from->index == 0 ? 0 : 1);
    TalkSecret info = end_info (to);
    uint32_t raw = info.raw_in + (info.missing == 0 ? to->chat->holes.queue->len : 0);
    int32_t out = 2 * (int32_t)raw + (from->index == 0 ? 1 : 0);

    return forge_raw (from, 144, in, out, body, len);
}

void
send_object (World *w, End *from, const TlObject *body)
{
    g_auto (TlWriter) writer = { 0 };

    g_assert_true (tl_encode (&tl_secret_schema, body, &writer));
    g_autoptr (GBytes) data = forge_next (w, from, writer.data, writer.len);
    from->chat->numbers.raw_out++; /* the hostile end counts it, too */
    inject (&w->ends[1 - from->index], data);
}

void
send_action (World *w, End *from, const TlObject *action)
{
    static int64_t id = 1000;
    SecretDecryptedMessageService service =
        TL_NEW (SecretDecryptedMessageService, .random_id = ++id, .action = action);

    send_object (w, from, TL_OBJ (&service));
}

int
section_m_run (int argc, char **argv, const SectionM *rows, size_t n)
{
    g_test_init (&argc, &argv, NULL);
    world_quiet ();
    for (size_t i = 0; i < n; i++) {
        g_autofree char *path = g_strconcat ("/section-m/", rows[i].name, NULL);
        g_test_add_func (path, rows[i].func);
    }
    return g_test_run ();
}
