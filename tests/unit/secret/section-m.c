/* Helpers of the section M tests. */
#include "section-m.h"

Look
look_at (PairEnd *end)
{
    g_free (pair_events (end));
    return (Look){ pair_info (end), end->shown->len, end->calls.length };
}

void
assert_untouched (PairEnd *end, const Look *before)
{
    TalkSecret now = pair_info (end);
    g_autofree char *events = pair_events (end);

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
inject (PairEnd *to, GBytes *data)
{
    size_t len;
    const uint8_t *bytes = g_bytes_get_data (data, &len);
    g_autofree uint8_t *exact = g_memdup2 (bytes, len);

    pair_inject (to, TL_BYTES (exact, len));
}

void
inject_bytes (PairEnd *to, const uint8_t *data, size_t len)
{
    g_autoptr (GBytes) bytes = g_bytes_new (data, len);
    inject (to, bytes);
}

GBytes *
newest (PairEnd *from)
{
    return from->wire->pdata[from->wire->len - 1];
}

/* Both ends still talk to each other. */
void
assert_alive (Pair *pair)
{
    for (int i = 0; i < 2; i++) {
        unsigned shown = pair->ends[1 - i].shown->len;
        pair_say (&pair->ends[i], "still here");
        pair_run (pair);
        g_assert_cmpuint (pair->ends[1 - i].shown->len, ==, shown + 1);
    }
}

GBytes *
forge_next (Pair *pair, PairEnd *from, const uint8_t *body, size_t len)
{
    PairEnd *to = &pair->ends[1 - from->index];
    int32_t in = 2 * (int32_t)pair_info (from).raw_in + (from->index == 0 ? 0 : 1);
    int32_t out = 2 * (int32_t)pair_info (to).raw_in + (from->index == 0 ? 1 : 0);

    return pair_forge_raw (from, 144, in, out, body, len);
}

void
send_object (Pair *pair, PairEnd *from, const TlObject *body)
{
    g_auto (TlWriter) writer = { 0 };

    g_assert_true (tl_encode (&tl_secret_schema, body, &writer));
    g_autoptr (GBytes) data = forge_next (pair, from, writer.data, writer.len);
    from->chat->numbers.raw_out++; /* the hostile end counts it, too */
    inject (&pair->ends[1 - from->index], data);
}

void
send_action (Pair *pair, PairEnd *from, const TlObject *action)
{
    static int64_t id = 1000;
    SecretDecryptedMessageService service =
        TL_NEW (SecretDecryptedMessageService, .random_id = ++id, .action = action);

    send_object (pair, from, TL_OBJ (&service));
}

int
section_m_run (int argc, char **argv, const SectionM *rows, size_t n)
{
    g_test_init (&argc, &argv, NULL);
    pair_quiet ();
    for (size_t i = 0; i < n; i++) {
        g_autofree char *path = g_strconcat ("/section-m/", rows[i].name, NULL);
        g_test_add_func (path, rows[i].func);
    }
    return g_test_run ();
}
