/* Spelling bodies by hand. */
#include "spell.h"

#include "tl-reader.h"

#include <stdlib.h>
#include <string.h>

static const char *
spell_word (const char *p, TlWriter *out)
{
    char *end = NULL;

    switch (*p) {
    case '\'': {
        const char *close = strchr (p + 1, '\'');
        g_assert_nonnull (close);
        tl_writer_bytes (out, p + 1, (size_t)(close - p - 1));
        return close + 1;
    }
    case 'i':
        tl_writer_int (out, (int32_t)strtoll (p + 1, &end, 10));
        return end;
    case 'l':
        tl_writer_long (out, strtoll (p + 1, &end, 10));
        return end;
    case '~':
        tl_writer_raw (out, &(double){ g_ascii_strtod (p + 1, &end) }, 8);
        return end;
    case 'b':
        if (strcspn (p, " ") < 8) {
            size_t n = strtoul (p + 1, &end, 10);
            g_autofree char *fill = g_strnfill (n, 'B');
            tl_writer_bytes (out, fill, n);
            return end;
        }
        break;
    case 'x': {
        g_autoptr (GByteArray) raw = g_byte_array_new ();
        for (end = (char *)p + 1; g_ascii_isxdigit (end[0]); end += 2)
            g_byte_array_append (
                raw,
                &(uint8_t){ (uint8_t)(g_ascii_xdigit_value (end[0]) << 4 |
                                      g_ascii_xdigit_value (end[1])) },
                1);
        tl_writer_bytes (out, raw->data, raw->len);
        return end;
    }
    case 'v':
        tl_writer_int (out, 0x1cb5c415);
        tl_writer_int (out, (int32_t)strtoll (p + 1, &end, 10));
        return end;
    default:
        break;
    }
    g_assert_cmpuint (strcspn (p, " "), ==, 8);
    tl_writer_int (out, (int32_t)(uint32_t)strtoul (p, &end, 16));
    return end;
}

static GByteArray *
spell_words (const char *words)
{
    GByteArray *bytes = g_byte_array_new ();
    g_auto (TlWriter) out = { 0 };

    for (const char *p = words; *p != '\0';)
        p = *p == ' ' ? p + 1 : spell_word (p, &out);
    return g_byte_array_append (bytes, out.data, (unsigned)out.len);
}

GByteArray *
spell (const char *format, ...)
{
    va_list args;

    va_start (args, format);
    g_autofree char *words = g_strdup_vprintf (format, args);
    va_end (args);
    return spell_words (words);
}

/* Media that lie in an encrypted file. */
static gboolean
has_file_media (const char *words)
{
    static const char *const ids[] = { "32798a8c", "f1fa8d78", "4cee6ef3", "524a415d",
                                       "970c8c0e", "6080758f", "57e0a9cb", "b095434b",
                                       "7afe8ae2", "6abd9782" };

    for (size_t i = 0; i < G_N_ELEMENTS (ids); i++)
        if (strstr (words, ids[i]) != NULL)
            return TRUE;
    return FALSE;
}

void
send_spelled (World *w, End *from, const char *format, ...)
{
    va_list args;

    va_start (args, format);
    g_autofree char *words = g_strdup_vprintf (format, args);
    va_end (args);
    g_autoptr (GByteArray) body = spell_words (words);
    g_autoptr (GBytes) data = forge_next (w, from, body->data, body->len);
    from->chat->numbers.raw_out++;
    w->with_file = has_file_media (words);
    inject (&w->ends[1 - from->index], data);
    w->with_file = FALSE;
}

void
inject_text (End *from, int32_t raw, int32_t ack, int64_t id, const char *text)
{
    int x = from->index; /* 0: the creator */
    g_autoptr (GByteArray) body =
        spell ("91cc4674 i0 l%" G_GINT64_FORMAT " i0 '%s'", id, text);
    g_autoptr (GBytes) data =
        forge_raw (from, 144, 2 * ack + x, 2 * raw + 1 - x, body->data, body->len);
    inject (end_other (from), data);
}

static void
watch_cb (World *w, End *end, const TalkEvent *event)
{
    Shown *shown = w->user;
    const TalkMessage *m = &event->u.message;

    if (event->kind != TALK_EVENT_MESSAGE)
        return;
    *shown = (Shown){ .n = shown->n + 1,
                      .random_id = m->id,
                      .content = m->content,
                      .ttl = m->ttl,
                      .date = m->date,
                      .silent = m->silent,
                      .reply_to = m->reply_to,
                      .text_len = strlen (m->text) };
    g_strlcpy (shown->text, m->text, sizeof shown->text);
    g_strlcpy (shown->detail, m->detail != NULL ? m->detail : "-", sizeof shown->detail);
    g_strlcpy (shown->quote, m->reply_text != NULL ? m->reply_text : "-",
               sizeof shown->quote);
}

void
watch_shown (World *w, Shown *shown)
{
    *shown = (Shown){ 0 };
    w->user = shown;
    w->watch = watch_cb;
}

GBytes *
unseal (End *from, const uint8_t *key, GBytes *wire)
{
    size_t len;
    const uint8_t *data = g_bytes_get_data (wire, &len);
    g_autofree uint8_t *plain = g_malloc (len);
    uint32_t size;

    if (!crypto_envelope_open (key, from->index == 0 ? 0 : 8, data + 8, len - 24, plain))
        return NULL;
    memcpy (&size, plain, 4);
    size = GUINT32_FROM_LE (size);
    size_t padding = len - 24 - 4 - size; /* SC-B2 */
    g_assert_cmpuint (size % 4, ==, 0);
    g_assert_cmpuint (size, <, len - 24);
    g_assert_cmpuint (padding, >=, 12);
    g_assert_cmpuint (padding, <=, 1024);
    return g_bytes_new (plain + 4, size);
}

const SecretOut *
forge_out (End *from, int64_t id)
{
    for (unsigned i = 0; i < from->chat->outbox.list->len; i++) {
        const SecretOut *out = g_ptr_array_index (from->chat->outbox.list, i);
        if (out->random_id == id)
            return out;
    }
    return NULL;
}

GBytes *
unwrap (End *from, GBytes *wire, Wrapper *wrapper)
{
    GBytes *plain = unseal (from, from->chat->keys.now.key, wire);
    TlReader in;
    size_t len;

    if (plain == NULL && from->chat->keys.other.used)
        plain = unseal (from, from->chat->keys.other.key, wire);
    g_assert_nonnull (plain);
    const uint8_t *data = g_bytes_get_data (plain, &len);
    tl_reader_init (&in, data, len);
    g_assert_cmphex ((uint32_t)tl_reader_int (&in), ==, 0x1be31789);
    TlBytes random = tl_reader_bytes (&in);
    wrapper->random_len = random.len;
    memcpy (wrapper->random, random.data, MIN (random.len, sizeof wrapper->random));
    wrapper->layer = tl_reader_int (&in);
    wrapper->in_seq_no = tl_reader_int (&in);
    wrapper->out_seq_no = tl_reader_int (&in);
    g_assert_true (tl_reader_ok (&in));
    wrapper->body = TL_BYTES (in.data, in.len);
    return plain;
}
