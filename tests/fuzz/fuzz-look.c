/* A file's bytes, looked at: what it is, and what it says it is called. */
#include "fuzz.h"

#include "../unit/media/made-file.h"

#include "media-tags.h"

#include <string.h>

static void
assert_line (const char *tag)
{
    g_assert_true (g_utf8_validate (tag, -1, NULL));
    g_assert_cmpuint (strlen (tag), <=, MEDIA_TAG_MAX);
    g_assert_null (strpbrk (tag, "\n\r\t"));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    g_autofree uint8_t *exact = fuzz_exact (data, len);
    Made made = { exact, len };
    MediaSource source = made_source (&made);
    MediaLook look;
    MediaTags tags;

    media_look (&source, &look);
    g_assert_true ((look.kind == MEDIA_KIND_OTHER) == (look.mime == NULL));
    g_assert_cmpint (look.width, >=, 0);
    g_assert_cmpint (look.height, >=, 0);
    g_assert_cmpint (look.orientation, >=, 1);
    g_assert_cmpint (look.orientation, <=, 8);
    g_assert_cmpint (look.frames, <=, MEDIA_FRAMES_MANY);
    g_assert_cmpint (look.duration, >=, 0);
    if (media_look_is_showable (&look, NULL))
        g_assert_cmpint ((int64_t)look.width * look.height * look.frames, <=,
                         MEDIA_SHOWN.pixels);
    media_tags (&source, &look, &tags);
    assert_line (tags.title);
    assert_line (tags.performer);
    return 0;
}
