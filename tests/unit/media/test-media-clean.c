/* What leaves with a picture whose file is only cut. */
#include "media-clean.h"

#include <string.h>

#define BYTES(text) (const uint8_t *)(text), sizeof (text) - 1

static void
is_cleaned (MediaKind kind, const uint8_t *data, size_t len, const uint8_t *wanted,
            size_t wanted_len)
{
    g_autofree uint8_t *exact = g_memdup2 (data, len);
    g_autoptr (GBytes) got = media_clean (exact, len, kind);

    g_assert_nonnull (got);
    g_assert_cmpmem (g_bytes_get_data (got, NULL), g_bytes_get_size (got), wanted,
                     wanted_len);
    for (size_t n = 0; n < len; n++) { /* what breaks off is bounded */
        g_autofree uint8_t *part = g_memdup2 (data, n);
        g_autoptr (GBytes) some = media_clean (part, n, kind);
        if (some != NULL)
            g_assert_null (memmem (g_bytes_get_data (some, NULL), g_bytes_get_size (some),
                                   "SECRET", 6));
    }
}

#define JFIF "\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
#define ICC "\xff\xe2\0\x12ICC_PROFILE\0\1\1ab"
#define ADOBE                                                                            \
    "\xff\xee\0\x0e"                                                                     \
    "Adobe\0\x64\0\0\0\0\0"
#define FRAME "\xff\xc0\0\x0b\x08\0\2\0\2\1\1\x11\0"
#define SCAN                                                                             \
    "\xff\xda\0\x08\1\1\0\0\x3f\0"                                                       \
    "ab\xff\0"                                                                           \
    "c\xff\xd1"                                                                          \
    "d"
#define NOTHING "\xff\xdb\0\4xy"

static void
test_jpeg (void)
{
    is_cleaned (MEDIA_KIND_JPEG,
                BYTES ("\xff\xd8" JFIF "\xff\xe1\0\x0e"
                       "Exif\0\0SECRET" ICC "\xff\xe2\0\x0cMPF\0SECRET"
                       "\xff\xe0\0\x0cJFXXSECRET"
                       "\xff\xed\0\x08SECRET" ADOBE "\xff\xfe\0\x08SECRET" NOTHING
                       "\xff" FRAME SCAN "\xff\xe1\0\x08SECRET" SCAN "\xff\xd9"
                       "SECRET a film behind it"),
                BYTES ("\xff\xd8" JFIF ICC ADOBE NOTHING FRAME SCAN SCAN "\xff\xd9"));
    /* which way it is turned stays, and nothing else of the same EXIF */
    is_cleaned (MEDIA_KIND_JPEG,
                BYTES ("\xff\xd8\xff\xe1\0\x30"
                       "Exif\0\0II*\0\x08\0\0\0\2\0"
                       "\x12\1\3\0\1\0\0\0\6\0\0\0"
                       "\x25\x88\4\0\1\0\0\0SECR"
                       "SECRET" FRAME SCAN "\xff\xd9"),
                BYTES ("\xff\xd8\xff\xe1\0\x22"
                       "Exif\0\0MM\0*\0\0\0\x08\0\1"
                       "\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0" FRAME SCAN "\xff\xd9"));
    /* a marker without a length hides nothing behind it, nor does a JFIF with a small copy */
    is_cleaned (MEDIA_KIND_JPEG,
                BYTES ("\xff\xd8\xff\xd0\xff\xe1\0\x0e"
                       "Exif\0\0SECRET" FRAME SCAN "\xff\xd9"),
                BYTES ("\xff\xd8" FRAME SCAN "\xff\xd9"));
    is_cleaned (MEDIA_KIND_JPEG,
                BYTES ("\xff\xd8\xff\xe0\0\x16JFIF\0\1\1\0\0\1\0\1\2\1"
                       "SECRET" FRAME SCAN "\xff\xd9"),
                BYTES ("\xff\xd8" JFIF FRAME SCAN "\xff\xd9"));
}

#define IHDR "\0\0\0\x0dIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0crc1"
#define IDAT "\0\0\0\4IDATabcdcrc2"
#define IEND "\0\0\0\0IENDcrc3"

static void
test_png (void)
{
    is_cleaned (
        MEDIA_KIND_PNG,
        BYTES ("\x89PNG\r\n\x1a\n" IHDR "\0\0\0\6eXIfSECRETcrc4"
               "\0\0\0\6tEXtSECRETcrc4\0\0\0\6zTXtSECRETcrc4\0\0\0\6iTXtSECRETcrc4"
               "\0\0\0\6tIMESECRETcrc4\0\0\0\6prVtSECRETcrc4" IDAT IEND "SECRET"),
        BYTES ("\x89PNG\r\n\x1a\n" IHDR IDAT IEND));
}

static void
test_webp (void)
{
    is_cleaned (MEDIA_KIND_WEBP,
                BYTES ("RIFF\x48\0\0\0WEBPVP8X\x0a\0\0\0\x1c\0\0\0\0\0\0\0\0\0"
                       "VP8 \3\0\0\0abc\0"
                       "EXIF\6\0\0\0SECRETXMP \6\0\0\0SECRET"),
                BYTES ("RIFF\x22\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0\0\0\0\0\0\0"
                       "VP8 \3\0\0\0abc\0"));
}

static void
test_others (void)
{
    g_assert_null (media_clean (BYTES ("GIF89a\1\0\1\0"), MEDIA_KIND_GIF));
    g_assert_null (media_clean (BYTES ("ftyp"), MEDIA_KIND_MP4));
    g_assert_null (media_clean (BYTES ("\xff\xd8\xff\xd9"), MEDIA_KIND_JPEG));
    g_assert_null (media_clean (BYTES ("\xff\xd8xx\xff\xd9"), MEDIA_KIND_JPEG));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/media/clean/jpeg", test_jpeg);
    g_test_add_func ("/media/clean/png", test_png);
    g_test_add_func ("/media/clean/webp", test_webp);
    g_test_add_func ("/media/clean/others", test_others);
    return g_test_run ();
}
