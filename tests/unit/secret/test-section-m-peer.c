/* The attack list of the specification, one test per row: what an authenticated peer may
 * try, and what must come of it. */
#include "forge.h"

#include "secret-message.h"
#include "vectors.h"

#include <string.h>

#define DAY ((int64_t)24 * 3600 * 1000)

/* --- a hostile peer --- */

/* SC-M9 SC-M10 SC-B10: with a right msg_key, lengths and padding out of range are the
 * same to us as a wrong one */
static void
m10_padding (void)
{
    static const int32_t lengths[] = { 0,  -1,  -4,  3,           5,   0x7fffffff,
                                       61, 116, 124, -2147483647, 1000 };
    g_autoptr (World) w = world_ready_at (10);
    End *bob = w->bob;
    static uint8_t plain[4096];
    Look before = look_at (bob);

    for (size_t i = 0; i < G_N_ELEMENTS (lengths); i++) {
        uint32_t word = GUINT32_TO_LE ((uint32_t)lengths[i]);
        memcpy (plain, &word, 4);
        g_autoptr (GBytes) data =
            forge_seal (&w->alice->chat->keys.now, TRUE, plain, 128);
        inject (bob, data);
    }
    uint32_t word = GUINT32_TO_LE (64); /* more than 1024 bytes of padding */
    memcpy (plain, &word, 4);
    g_autoptr (GBytes) data = forge_seal (&w->alice->chat->keys.now, TRUE, plain, 2048);
    inject (bob, data);
    assert_untouched (bob, &before);
}

/* SC-M11 SC-B13: back to the old encryption */
static void
m11_downgrade (void)
{
    g_autoptr (World) w = world_ready_at (11);
    End *alice = w->alice, *bob = w->bob;
    SecretDecryptedMessage message =
        TL_NEW (SecretDecryptedMessage, .random_id = 5, .message = TL_STR ("legacy"));
    g_auto (TlWriter) body = { 0 };
    g_auto (TlWriter) plain = { 0 };
    uint8_t random[15] = { 0 };

    tl_encode (&tl_secret_schema, TL_OBJ (&message), &body);
    tl_writer_int (&plain, (int32_t)(4 + 16 + 12 + body.len));
    tl_writer_int (&plain, (int32_t)SecretDecryptedMessageLayer_ID);
    tl_writer_bytes (&plain, random, sizeof random);
    tl_writer_int (&plain, 144);
    tl_writer_int (&plain, 2);
    tl_writer_int (&plain, 3);
    tl_writer_raw (&plain, body.data, body.len);
    size_t hashed = plain.len;
    while (plain.len % 16 != 0)
        tl_writer_raw (&plain, "x", 1);
    g_autoptr (GBytes) data =
        forge_seal_v1 (&alice->chat->keys.now, plain.data, hashed, plain.len);
    Look before = look_at (bob);
    inject (bob, data);
    assert_untouched (bob, &before);
}

/* SC-M12 SC-C7: layers only rise */
static void
m12_layer_down (void)
{
    g_autoptr (World) w = world_ready_at (12);
    End *alice = w->alice, *bob = w->bob;
    SecretDecryptedMessageActionNotifyLayer lower =
        TL_NEW (SecretDecryptedMessageActionNotifyLayer, .layer = 46);

    send_action (w, alice, TL_OBJ (&lower));
    g_assert_cmpint (end_info (bob).peer_layer, ==, 144);
    SecretDecryptedMessageActionNoop noop = TL_NEW (SecretDecryptedMessageActionNoop);
    SecretDecryptedMessageService service =
        TL_NEW (SecretDecryptedMessageService, .random_id = 9, .action = TL_OBJ (&noop));
    uint32_t raw_in = end_info (bob).raw_in;
    g_autoptr (GBytes) data =
        forge (alice, 73, 2, 2 * (int32_t)raw_in + 1, TL_OBJ (&service));
    inject (bob, data); /* a lower layer field is tolerated */
    g_assert_cmpuint (end_info (bob).raw_in, ==, raw_in + 1);
    g_assert_cmpint (end_info (bob).peer_layer, ==, 144);
    g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
    end_says (bob, "above");
    g_assert_cmpint (bob->chat->layers.sent, >=, 101);
}

static unsigned hostile_seen;
static World *hostile_pair;

static void
hostile_case (const VectorCase *c)
{
    End *alice = hostile_pair->alice, *bob = hostile_pair->bob;
    g_autoptr (GBytes) bytes = vector_hex (c->in, "bytes");
    size_t len;
    const uint8_t *data = g_bytes_get_data (bytes, &len);
    TalkSecret info = end_info (bob);

    if (!g_str_equal (vector_text (c->in, "schema"), "secret"))
        return;
    g_autoptr (GBytes) forged = forge_next (hostile_pair, alice, data, len);
    inject (bob, forged);
    TalkSecret after = end_info (bob);
    g_assert_cmpint (after.state, ==, TALK_STATE_READY);
    g_assert_cmpuint (after.raw_in - info.raw_in, <=, 1); /* dropped, or consumed */
    alice->chat->numbers.raw_out = (int32_t)after.raw_in;
    hostile_seen++;
}

/* SC-M13 SC-B17: malformed TL: dropped or "unsupported", and the chat goes on */
static void
m13_malformed (void)
{
    g_autoptr (World) w = world_ready_at (13);

    hostile_pair = w;
    hostile_seen = 0;
    vectors_each ("tl_hostile", hostile_case);
    g_assert_cmpuint (hostile_seen, >, 30);
    g_free (end_events (w->bob));
    world_run (w);
    assert_alive (w);
}

static const char *media_ids[64];
static unsigned media_seen;

static void
media_case (const VectorCase *c)
{
    g_autoptr (GBytes) bytes = vector_hex (c->in, "bytes");
    size_t len;
    const uint8_t *data = g_bytes_get_data (bytes, &len);
    End *alice = hostile_pair->alice, *bob = hostile_pair->bob;

    if (!g_str_has_prefix (vector_text (c->in, "constructor"), "decryptedMessageMedia"))
        return;
    for (int form = 0; form < 2; form++) { /* inside the messages of layers 8 and 17 */
        g_auto (TlWriter) body = { 0 };
        unsigned shown = bob->shown->len;
        tl_writer_int (&body, form == 0 ? 0x1f814f1f : 0x204d3878);
        tl_writer_long (&body, 100000 + media_seen * 2 + form);
        if (form == 0)
            tl_writer_bytes (&body, "0123456789abcde", 15);
        else
            tl_writer_int (&body, 0);
        tl_writer_bytes (&body, "with media", 10);
        tl_writer_raw (&body, data, len);
        g_autoptr (GBytes) forged = forge_next (hostile_pair, alice, body.data, body.len);
        alice->chat->numbers.raw_out++;
        inject (bob, forged);
        g_assert_cmpuint (bob->shown->len, ==, shown + 1);
        g_assert_cmpuint (bob->calls.length, ==, 0);
    }
    media_ids[media_seen % 64] = c->id;
    media_seen++;
}

/* SC-M32, and every old form of media: one line each, and no request of its own */
static void
m32_media_fetch_nothing (void)
{
    g_autoptr (World) w = world_ready_at (32);

    hostile_pair = w;
    media_seen = 0;
    vectors_each ("tl_secret", media_case);
    g_assert_cmpuint (media_seen, >, 30);
    g_assert_nonnull (media_ids[0]);
    world_run (w);
    assert_alive (w);
}

/* SC-M23 SC-F3 SC-F16: whatever happens to a re-keying, the old key stays usable */
static void
m23_rekey_abuse (void)
{
    g_autoptr (World) w = world_ready_at (27);
    End *alice = w->alice, *bob = w->bob;
    int64_t fingerprint = bob->chat->keys.now.fingerprint;
    SecretDecryptedMessageActionRequestKey request =
        TL_NEW (SecretDecryptedMessageActionRequestKey, .exchange_id = 0,
                .g_a = TL_BYTES (w->server.g_a->data, 256));

    send_action (w, alice, TL_OBJ (&request)); /* exchange_id 0 */
    g_assert_false (end_info (bob).rekeying);
    for (int i = 0; i < 30; i++) { /* a flood: one at a time, the others unanswered */
        request.exchange_id = 100 + i;
        send_action (w, alice, TL_OBJ (&request));
    }
    g_assert_cmpuint (end_info (bob).raw_out, <=, 3);
    SecretDecryptedMessageActionCommitKey commit = TL_NEW (
        SecretDecryptedMessageActionCommitKey, .exchange_id = 55, .key_fingerprint = 66);
    send_action (w, alice, TL_OBJ (&commit)); /* stale */
    SecretDecryptedMessageActionAcceptKey accept =
        TL_NEW (SecretDecryptedMessageActionAcceptKey, .exchange_id = 55,
                .g_b = TL_BYTES (w->server.g_b->data, 256), .key_fingerprint = 66);
    send_action (w, alice, TL_OBJ (&accept));
    SecretDecryptedMessageActionAbortKey abort_key =
        TL_NEW (SecretDecryptedMessageActionAbortKey, .exchange_id = 100);
    send_action (w, alice, TL_OBJ (&abort_key));
    send_action (w, alice, TL_OBJ (&abort_key));
    g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
    g_assert_cmpint (bob->chat->keys.now.fingerprint, ==, fingerprint);
    SecretDecryptedMessage message =
        TL_NEW (SecretDecryptedMessage, .random_id = 5, .message = TL_STR ("old key"));
    unsigned shown = bob->shown->len;
    send_object (w, alice, TL_OBJ (&message));
    g_assert_cmpuint (bob->shown->len, ==, shown + 1);
}

/* SC-M24 SC-D22 SC-D24: ranges that cannot be asked for end the chat; repeated ones are
 * limited */
static void
m24_resend (void)
{
    static const struct {
        int32_t from, to;
        gboolean closes;
    } rows[] = { { -1, 0, TRUE },          { 0, 0x7ffffffe, TRUE }, { 4, 0, TRUE },
                 { 1, 1, TRUE },           { 0, 100, TRUE },        { 0, 3000, TRUE },
                 { -2147483647, 2, TRUE }, { 0, 0, FALSE } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (World) w = world_ready_at (28);
        SecretDecryptedMessageActionResend resend =
            TL_NEW (SecretDecryptedMessageActionResend, .start_seq_no = rows[i].from,
                    .end_seq_no = rows[i].to);
        send_action (w, w->alice, TL_OBJ (&resend)); /* of Bob's even numbers */
        g_assert_cmpint (end_info (w->bob).state == TALK_STATE_CLOSED, ==,
                         rows[i].closes);
    }
    g_autoptr (World) w = world_ready_at (29);
    End *bob = w->bob;
    w->hold = TRUE;
    end_says (bob, "wanted again and again");
    world_run (w);
    g_autoptr (GBytes) wanted = g_bytes_ref (newest (bob));
    SecretDecryptedMessageActionResend resend =
        TL_NEW (SecretDecryptedMessageActionResend, .start_seq_no = 2, .end_seq_no = 2);
    for (int i = 0; i < 100; i++) {
        send_action (w, w->alice, TL_OBJ (&resend));
        world_run (w);
    }
    unsigned copies = 0;
    for (unsigned i = 0; i < bob->wire->len; i++)
        copies += g_bytes_equal (bob->wire->pdata[i], wanted);
    g_assert_cmpuint (copies, ==, 1 + 6); /* an hour */
    g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
}

/* SC-M25 SC-D17: a gap without end has one */
static void
m25_endless_gap (void)
{
    g_autoptr (World) w = world_ready_at (30);
    End *alice = w->alice, *bob = w->bob;
    unsigned most = 0;

    for (int i = 1; i < 3000 && end_info (bob).state == TALK_STATE_READY; i++) {
        SecretDecryptedMessage message = TL_NEW (
            SecretDecryptedMessage, .random_id = 1000 + i, .message = TL_STR ("x"));
        g_autoptr (GBytes) data =
            forge (alice, 144, 2, 2 * (1 + 2 * i) + 1, TL_OBJ (&message));
        inject (bob, data);
        most = MAX (most, end_info (bob).queued);
        server_forgets_calls (bob);
    }
    g_assert_cmpint (end_info (bob).closed, ==, TALK_CLOSED_VIOLATION);
    g_assert_cmpuint (most, <=, 1000);
}

/* SC-M26 SC-D4 SC-D5 SC-D8: acknowledgements that cannot be */
static void
m26_in_seq_no (void)
{
    static const struct {
        int32_t in;
        TalkClosed closed;
    } rows[] = { { 2, TALK_CLOSED_NOT },       { 40, TALK_CLOSED_ROLLED_BACK },
                 { 0, TALK_CLOSED_VIOLATION }, { 3, TALK_CLOSED_VIOLATION },
                 { -2, TALK_CLOSED_NOT },      { -2147483647, TALK_CLOSED_NOT } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (World) w = world_ready_at (31);
        End *bob = w->bob;
        SecretDecryptedMessageActionNoop noop = TL_NEW (SecretDecryptedMessageActionNoop);
        send_action (w, w->alice, TL_OBJ (&noop)); /* acknowledges one */
        SecretDecryptedMessage message =
            TL_NEW (SecretDecryptedMessage, .random_id = 5, .message = TL_STR ("x"));
        g_autoptr (GBytes) data =
            forge (w->alice, 144, rows[i].in, 2 * (int32_t)end_info (bob).raw_in + 1,
                   TL_OBJ (&message));
        inject (bob, data);
        g_assert_cmpint (end_info (bob).closed, ==, rows[i].closed);
        g_assert_cmpuint (bob->shown->len, ==, rows[i].in == 2);
    }
}

/* SC-M27 SC-E6 SC-E8: deleting, reading, screenshots of what is not in this chat */
static void
m27_foreign_ids (void)
{
    g_autoptr (World) w = world_ready_at (33);
    End *alice = w->alice, *bob = w->bob;
    int64_t ids[] = { 42, 0, -1, 77 };

    end_says (alice, "kept");
    world_run (w);
    w->hold = TRUE;
    int64_t unsent = end_says (bob, "own, unsent");
    ids[3] = unsent;
    SecretDecryptedMessageActionDeleteMessages del =
        TL_NEW (SecretDecryptedMessageActionDeleteMessages, .random_ids = { ids, 3 });
    SecretDecryptedMessageActionReadMessages read =
        TL_NEW (SecretDecryptedMessageActionReadMessages, .random_ids = { ids, 4 });
    SecretDecryptedMessageActionScreenshotMessages shot =
        TL_NEW (SecretDecryptedMessageActionScreenshotMessages, .random_ids = { ids, 4 });
    g_free (end_events (bob));
    send_action (w, alice, TL_OBJ (&del));
    send_action (w, alice, TL_OBJ (&read));
    g_autofree char *events = end_events (bob);
    g_assert_null (strstr (events, "deleted"));
    g_assert_null (strstr (events, "opened"));
    send_action (w, alice, TL_OBJ (&shot)); /* tells of it, and nothing else */
    g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
    g_assert_cmpuint (bob->shown->len, ==, 1);
}

/* SC-M28 SC-C20 SC-I2: random_id 0, repeated, or one of ours */
static void
m28_random_ids (void)
{
    g_autoptr (World) w = world_ready_at (34);
    End *alice = w->alice, *bob = w->bob;
    int64_t own = end_says (bob, "mine");

    world_run (w);
    const struct {
        int64_t id;
        unsigned shown;
    } rows[] = { { 0, 0 }, { 5, 1 }, { 5, 1 }, { own, 1 }, { 6, 2 } };
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        SecretDecryptedMessage message = TL_NEW (
            SecretDecryptedMessage, .random_id = rows[i].id, .message = TL_STR ("x"));
        uint32_t raw_in = end_info (bob).raw_in;
        send_object (w, alice, TL_OBJ (&message));
        g_assert_cmpuint (end_info (bob).raw_in, ==, raw_in + 1); /* consumed */
        g_assert_cmpuint (bob->shown->len, ==, rows[i].shown);
    }
}

/* SC-M29 SC-G6 SC-G8: timers out of range; a clock that is set back does not lengthen a
 * life */
static void
m29_timers (void)
{
    static const struct {
        int32_t ttl, want;
    } rows[] = { { -1, 0 },
                 { 0, 0 },
                 { 1, 1 },
                 { 60, 60 },
                 { 61, 61 },
                 { 31536000, 31536000 },
                 { SECRET_TTL_MAX + 1, SECRET_TTL_MAX },
                 { 0x7fffffff, SECRET_TTL_MAX } };
    g_autoptr (World) w = world_ready_at (35);
    End *alice = w->alice, *bob = w->bob;

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        SecretDecryptedMessage message =
            TL_NEW (SecretDecryptedMessage, .random_id = 50 + (int64_t)i,
                    .ttl = rows[i].ttl, .message = TL_STR ("x"));
        g_free (end_events (bob));
        send_object (w, alice, TL_OBJ (&message));
        g_autofree char *events = end_events (bob);
        g_autofree char *want = g_strdup_printf ("'x' ttl %d ", rows[i].want);
        g_test_message ("%d: %s", rows[i].ttl, events);
        g_assert_nonnull (strstr (events, want));
    }
    int64_t id = g_array_index (bob->shown, int64_t, 4); /* 61 s */
    secret_chat_seen (bob->chat, &id, 1, w->now);
    end_turn (bob);
    g_free (end_events (bob));
    w->now.wall -= 10 * DAY;
    world_advance (w, 30000);
    end_restarts (bob, NULL, NULL);
    w->now.wall -= 10 * DAY;
    world_advance (w, 62000); /* at most its whole time once more */
    g_autofree char *events = end_events (bob);
    g_assert_nonnull (strstr (events, "expired 1"));
}

/* A document from Alice; `has_file`: the server has a file beside it. */
static void
send_document (World *w, const SecretDecryptedMessageMediaDocument *document,
               int64_t random_id, gboolean has_file)
{
    End *alice = w->alice, *bob = w->bob;
    SecretDecryptedMessage message =
        TL_NEW (SecretDecryptedMessage, .random_id = random_id, .message = TL_STR (""),
                .media = TL_OBJ (document));
    g_auto (TlWriter) writer = { 0 };

    g_assert_true (tl_encode (&tl_secret_schema, TL_OBJ (&message), &writer));
    g_autoptr (GBytes) data = forge_next (w, alice, writer.data, writer.len);
    alice->chat->numbers.raw_out++;
    w->with_file = has_file;
    inject (bob, data);
}

/* SC-M30 SC-H3 SC-H5: files are told, not fetched: whatever key, iv, size and file come
 * with one, it is one line, and the chat goes on */
static void
m30_files (void)
{
    static const char bytes[64] = "0123456789012345678901234567890123456789";
    static const struct {
        size_t key, iv;
        int64_t size;
        gboolean has_file;
    } rows[] = { { 32, 32, 1000, TRUE },       { 32, 32, 1000, FALSE },
                 { 31, 32, 1000, TRUE },       { 33, 32, 1000, TRUE },
                 { 0, 32, 1000, TRUE },        { 32, 31, 1000, TRUE },
                 { 32, 0, 1000, TRUE },        { 0, 0, 0, FALSE },
                 { 32, 32, 0, TRUE },          { 32, 32, -1, TRUE },
                 { 32, 32, G_MAXINT64, TRUE }, { 32, 32, G_MININT64, FALSE } };
    g_autoptr (World) w = world_ready_at (39);
    End *bob = w->bob;

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        SecretDecryptedMessageMediaDocument document =
            TL_NEW (SecretDecryptedMessageMediaDocument, .thumb = TL_STR (""),
                    .mime_type = TL_STR ("text/plain"), .size = rows[i].size,
                    .key = TL_BYTES (bytes, rows[i].key),
                    .iv = TL_BYTES (bytes, rows[i].iv), .caption = TL_STR (""));
        unsigned calls = bob->calls.length;
        g_free (end_events (bob));
        send_document (w, &document, 500 + (int64_t)i, rows[i].has_file);
        g_autofree char *events = end_events (bob);
        g_autofree char *line = g_strdup_printf (
            "message '' ttl 0 content %d\n",
            rows[i].has_file ? TALK_CONTENT_FILE : TALK_CONTENT_MISSING); /* SC-H9 */
        g_assert_cmpstr (events, ==, line);
        g_assert_cmpuint (bob->calls.length, ==, calls); /* nothing is asked for */
        g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
    }
    assert_alive (w);
}

/* SC-M31 SC-H12: names are names, not paths */
static void
m31_file_names (void)
{
    static const char *const rows[][2] = { { "../../etc/passwd", "passwd" },
                                           { "C:\\windows\\x.exe", "x.exe" },
                                           { "a\nb.txt", NULL },
                                           { "..", NULL } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        SecretDecryptedMessageMediaDocument8 document =
            TL_NEW (SecretDecryptedMessageMediaDocument8,
                    .file_name = TL_STR (rows[i][0]), .mime_type = TL_STR ("text/plain"),
                    .thumb = TL_STR (""), .key = TL_STR (""), .iv = TL_STR (""));
        SecretDecryptedMessage8 message =
            TL_NEW (SecretDecryptedMessage8, .random_id = 5, .random_bytes = TL_STR (""),
                    .message = TL_STR (""), .media = TL_OBJ (&document));
        g_auto (TlWriter) writer = { 0 };
        g_assert_true (tl_encode (&tl_secret_schema, TL_OBJ (&message), &writer));
        g_autoptr (TlMessage) decoded =
            tl_message_decode (&tl_secret_schema, writer.data, writer.len, NULL);
        SecretDecoded out = { 0 };
        g_assert_true (secret_message_decode (tl_message_root (decoded), &out));
        if (out.detail != NULL) {
            g_assert_null (strpbrk (out.detail, "/\\"));
            g_assert_cmpstr (out.detail, !=, "..");
        }
        if (rows[i][1] != NULL)
            g_assert_cmpstr (out.detail, ==, rows[i][1]);
        secret_decoded_clear (&out);
    }
}

/* SC-M35 SC-C19: control and direction characters go; markup stays text for the display
 * layer */
static void
m35_markup (void)
{
    g_autoptr (World) w = world_ready_at (38);
    End *bob = w->bob;
    SecretDecryptedMessage message =
        TL_NEW (SecretDecryptedMessage, .random_id = 5,
                .message = TL_STR ("<b>x</b>\x07 \xe2\x80\xae"
                                   "evil\x1b[2J \xff"));

    g_free (end_events (bob));
    send_object (w, w->alice, TL_OBJ (&message));
    g_autofree char *events = end_events (bob);
    g_assert_nonnull (strstr (events, "'<b>x</b> evil[2J \xef\xbf\xbd'"));
}

int
main (int argc, char **argv)
{
    static const SectionM rows[] = {
        { "SC-M10", m10_padding },     { "SC-M11", m11_downgrade },
        { "SC-M12", m12_layer_down },  { "SC-M13", m13_malformed },
        { "SC-M23", m23_rekey_abuse }, { "SC-M24", m24_resend },
        { "SC-M25", m25_endless_gap }, { "SC-M26", m26_in_seq_no },
        { "SC-M27", m27_foreign_ids }, { "SC-M28", m28_random_ids },
        { "SC-M29", m29_timers },      { "SC-M30", m30_files },
        { "SC-M31", m31_file_names },  { "SC-M32", m32_media_fetch_nothing },
        { "SC-M35", m35_markup },
    };

    return section_m_run (argc, argv, rows, G_N_ELEMENTS (rows));
}
