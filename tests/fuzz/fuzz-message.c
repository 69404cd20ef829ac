/* The decoder of decrypted messages, all layers: bytes -> what people see. Whatever
 * comes out is text that can be shown (SC-B17, SC-C13, SC-C16 to C19, SC-I6, SC-M13). */
#include "fuzz.h"

#include "secret-message.h"
#include "secret-private.h"
#include "secret.tl.h"

#include <string.h>

static void
assert_showable (const char *text)
{
    g_assert_true (g_utf8_validate (text, -1, NULL));
    for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
        gunichar c = g_utf8_get_char (p);
        g_assert_true (c == '\n' || c == '\t' || c >= 0x20);
        g_assert_true (c < 0x202a || c > 0x202e);
    }
}

/* Each lies between two characters, and leads nowhere unasked. */
static void
assert_spans_fit (const TalkSpans *spans, const char *text)
{
    size_t len = strlen (text);

    g_assert_true (spans == NULL || (spans->n > 0 && spans->n <= TALK_SPANS_MAX));
    for (unsigned i = 0; spans != NULL && i < spans->n; i++) {
        const TalkSpan *span = &spans->all[i];
        g_assert_true (span->from < span->to && span->to <= len);
        g_assert_true (g_utf8_validate (text + span->from, span->to - span->from, NULL));
        g_assert_true ((span->style == TALK_STYLE_LINK) == (span->target != NULL));
        if (span->target != NULL) {
            assert_showable (span->target);
            g_assert_true (secret_text_is_target (span->target));
            g_assert_nonnull (strstr (text, span->target));
        }
    }
}

static void
assert_titled (const char *line)
{
    if (line == NULL)
        return;
    assert_showable (line);
    g_assert_cmpint (g_utf8_strlen (line, -1), <=, MEDIA_TITLE_MAX + 1);
}

/* One of a public set is where the peer says; what it asks the server for is bounded. (SC-H14.) */
static void
assert_public (const MediaFile *file)
{
    g_assert_cmpint (file->place.dc, >=, 1);
    g_assert_cmpint (file->place.dc, <=, MEDIA_DC_MAX);
    g_assert_cmpint (file->place.size, ==, file->look.size);
    g_assert_cmpint (file->look.size, >, 0);
    g_assert_cmpint (file->look.size, <=, MEDIA_STICKER_MAX);
    if (file->set != NULL) {
        assert_showable (file->set);
        g_assert_cmpuint (strlen (file->set), <=, MEDIA_SET_MAX);
    }
}

/* Whatever the peer says, a file is within its bounds, and is not there without a place. */
static void
assert_bounded (MediaFile *file)
{
    MediaPlace place = { 2, 1, 1, (file->look.size + 15) / 16 * 16,
                         media_key_fingerprint (file->key, file->iv) };
    RecFilePlace lies;

    g_assert_cmpint (file->look.file == TALK_FILE_THERE, ==, file->look.public);
    g_assert_cmpint (file->look.size, >=, 0);
    g_assert_cmpint (file->look.size, <=, MEDIA_SIZE_MAX);
    g_assert_cmpint (file->look.width, >=, 0);
    g_assert_cmpint (file->look.height, <=, MEDIA_SIDE_MAX);
    g_assert_cmpint (file->look.duration, >=, 0);
    if (file->name != NULL)
        assert_showable (file->name);
    if (file->mime != NULL)
        assert_showable (file->mime);
    assert_titled (file->title);
    assert_titled (file->performer);
    TalkFile want =
        file->look.file == TALK_FILE_DAMAGED ? TALK_FILE_DAMAGED : TALK_FILE_THERE;
    if (file->look.public)
        assert_public (file);
    else
        media_file_set_place (file, &place);
    g_assert_cmpint (file->look.file, ==, want);
    RecFile record = media_file_record (file, &lies);
    g_autoptr (MediaFile) again = media_file_of (TL_OBJ (&record));
    g_assert_cmpmem (&again->look, sizeof again->look, &file->look, sizeof file->look);
    g_assert_cmpmem (again->key, MEDIA_KEY_LEN, file->key, MEDIA_KEY_LEN);
    g_assert_cmpstr (again->name, ==, file->name);
    g_assert_cmpstr (again->set, ==, file->set);
    g_assert_cmpstr (again->title, ==, file->title);
    g_assert_cmpstr (again->performer, ==, file->performer);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    g_autofree uint8_t *exact = fuzz_exact (data, len);
    g_autoptr (TlMessage) message =
        tl_message_decode (&tl_secret_schema, exact, len, NULL);
    SecretDecoded decoded = { 0 };

    if (message == NULL)
        return 0;
    if (secret_message_decode (tl_message_root (message), &decoded)) {
        assert_showable (decoded.text);
        assert_spans_fit (decoded.spans, decoded.text);
        if (decoded.detail != NULL)
            assert_showable (decoded.detail);
        g_assert_cmpint (decoded.content, >=, TALK_CONTENT_TEXT);
        g_assert_cmpint (decoded.content, <=, TALK_CONTENT_MISSING);
        g_assert_cmpint (decoded.duration, >=, 0);
        if (decoded.thumb != NULL)
            g_assert_cmpuint (g_bytes_get_size (decoded.thumb), <=, MEDIA_THUMB_MAX);
        if (decoded.file != NULL)
            assert_bounded (decoded.file);
    }
    secret_decoded_clear (&decoded);
    return 0;
}
