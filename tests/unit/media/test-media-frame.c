/* The first picture of an animation. */
#include "media-frame.h"

#include <string.h>

#define HEAD "GIF89a\1\0\1\0\x80\0\0" /* with a table of two colours */
#define COLOURS "rgbRGB"
#define LOOP "\x21\xff\x0bNETSCAPE2.0\3\1\0\0\0"
#define CONTROL "\x21\xf9\4\0\5\0\0\0"
#define PICTURE "\x2c\0\0\0\0\1\0\1\0\0\2\2\x44\1\0"
#define OWN "\x2c\0\0\0\0\1\0\1\0\x80" COLOURS "\2\2\x44\1\0" /* with its own colours */

#define BYTES(text) ((const uint8_t *)(text)), sizeof (text) - 1

static void
assert_first (const uint8_t *data, size_t len, const uint8_t *first, size_t first_len)
{
    size_t got_len;
    g_autofree uint8_t *got = media_frame_first (data, len, &got_len);

    if (first == NULL) {
        g_assert_null (got);
        return;
    }
    g_assert_nonnull (got);
    g_assert_cmpmem (got, got_len, first, first_len);
}

/* What stands behind the first picture goes, whatever it is; what is not whole is none */
static void
test_first (void)
{
    static const char one[] = HEAD COLOURS LOOP CONTROL PICTURE ";";
    static const char many[] =
        HEAD COLOURS LOOP CONTROL PICTURE CONTROL PICTURE OWN "xyz";
    static const char own[] = HEAD COLOURS OWN PICTURE ";";

    assert_first (BYTES (one), BYTES (one));
    assert_first (BYTES (many), BYTES (one));
    assert_first (BYTES (own), BYTES (HEAD COLOURS OWN ";"));
    for (size_t len = 0; len < sizeof one - 2; len++) { /* the memory's edge is watched */
        g_autofree uint8_t *cut = g_memdup2 (one, MAX (len, 1));
        assert_first (cut, len, NULL, 0);
    }
    assert_first (BYTES ("GIX89a\1\0\1\0\0\0\0" PICTURE), NULL, 0);
    assert_first (BYTES (HEAD COLOURS "\x21\xff"), NULL, 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/media/frame/first", test_first);
    return g_test_run ();
}
