/* A file's bytes, looked at. */
#include "fuzz.h"

#include "media-look.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    g_autofree uint8_t *exact = fuzz_exact (data, len);
    MediaLook look;

    media_look_bytes (exact, len, &look);
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
    return 0;
}
