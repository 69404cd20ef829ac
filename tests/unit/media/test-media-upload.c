/* A file on its way to the server: how it is cut and sealed, beside what other implementations
 * make of the same file. */
#include "media-upload.h"

#include "crypto-aes-ige.h"
#include "crypto-secret.h"
#include "vectors.h"

#include <string.h>

#define MIB ((int64_t)1 << 20)

/* --- what others make of it --- */

/* Part `n` sealed, or NULL. */
static GByteArray *
seal (MediaUpload *upload, int32_t n, const uint8_t *plain, size_t len)
{
    g_autoptr (GByteArray) part = g_byte_array_new ();

    g_byte_array_append (part, plain, (unsigned)len);
    return media_upload_seal (upload, n, part) ? g_steal_pointer (&part) : NULL;
}

static void
content_case (const VectorCase *c)
{
    uint8_t key[MEDIA_KEY_LEN], iv[MEDIA_KEY_LEN], pad[MEDIA_PAD_LEN] = { 0 };
    size_t n, n_pad;

    vector_fixed (c->in, "key", key, sizeof key);
    vector_fixed (c->in, "iv", iv, sizeof iv);
    if (g_str_equal (vector_text (c->in, "kind"), "fingerprint")) { /* SC-H2, MT-H26 */
        g_assert_cmpint (media_key_fingerprint (key, iv), ==,
                         vector_int (c->out, "fingerprint"));
        return;
    }
    g_autoptr (GBytes) file = vector_hex (c->in, "file");
    g_autoptr (GBytes) padding = vector_hex (c->in, "padding");
    g_autoptr (GBytes) expected = vector_hex (c->out, "out");
    const uint8_t *plain = g_bytes_get_data (file, &n);
    const uint8_t *fill = g_bytes_get_data (padding, &n_pad);
    g_assert_cmpuint (n_pad, <, MEDIA_PAD_LEN);
    if (n_pad > 0)
        memcpy (pad, fill, n_pad);
    g_autoptr (MediaUpload) upload = media_upload_new (key, iv, (int64_t)n, pad);
    g_autoptr (GByteArray) sealed = seal (upload, 0, plain, n);
    vector_assert_equal (expected, sealed->data, sealed->len);
}

/* SC-H1, SC-H2; MT-H26 */
static void
as_others (void)
{
    vectors_each ("secret_file", content_case);
}

/* --- files of all lengths --- */

static const uint8_t test_key[MEDIA_KEY_LEN] = { 1, 2, 3 },
                     test_iv[MEDIA_KEY_LEN] = { 4, 5, 6 },
                     test_pad[MEDIA_PAD_LEN] = { 7, 7, 7, 7, 7, 7, 7, 7,
                                                 7, 7, 7, 7, 7, 7, 7, 7 };

static uint8_t *
content (size_t len)
{
    uint8_t *data = g_malloc (len + 1);

    for (size_t i = 0; i < len; i++)
        data[i] = (uint8_t)(i * 7 + i / 253);
    return data;
}

/* MT-H1: as the server counts. */
static void
check_cut (const MediaUpload *upload, int64_t size)
{
    int32_t parts = media_upload_parts (upload);
    int64_t part = parts > 1 ? media_upload_offset (upload, 1) : 0, sum = 0;

    if (parts > 1) {
        g_assert_cmpint (part % 1024, ==, 0);
        g_assert_cmpint (524288 % part, ==, 0);
    }
    g_assert_cmpint (parts, <=, MEDIA_UP_PARTS_MAX); /* MT-H2 */
    for (int32_t i = 0; i < parts; i++) {
        g_assert_cmpint (media_upload_offset (upload, i), ==, sum);
        g_assert_cmpuint (media_upload_len (upload, i), >, 0);
        if (i < parts - 1)
            g_assert_cmpint ((int64_t)media_upload_len (upload, i), ==, part);
        sum += (int64_t)media_upload_len (upload, i);
    }
    g_assert_cmpint (sum, ==, size);
}

static void
goes_up (size_t size)
{
    g_autofree uint8_t *plain = content (size);
    g_autoptr (MediaUpload) upload =
        media_upload_new (test_key, test_iv, (int64_t)size, test_pad);
    g_autoptr (GByteArray) whole = g_byte_array_new ();
    uint8_t iv[MEDIA_KEY_LEN];

    check_cut (upload, (int64_t)size);
    for (int32_t i = 0; i < media_upload_parts (upload); i++) {
        g_autoptr (GByteArray) part =
            seal (upload, i, plain + media_upload_offset (upload, i),
                  media_upload_len (upload, i));
        g_byte_array_append (whole, part->data, part->len);
    }
    g_assert_cmpuint (whole->len % 16, ==, 0); /* SC-H5 */
    g_assert_cmpuint (whole->len, >=, size);
    g_assert_cmpuint (whole->len - size, <, 16);
    if (!media_upload_is_big (upload)) {
        char told[MEDIA_MD5_LEN];
        g_autofree char *expected =
            g_compute_checksum_for_data (G_CHECKSUM_MD5, whole->data, whole->len);
        media_upload_md5 (upload, told);
        g_assert_cmpstr (told, ==, expected);
    }
    memcpy (iv, test_iv, sizeof iv);
    crypto_ige_decrypt (test_key, iv, whole->data, whole->data, whole->len);
    g_assert_cmpmem (whole->data, size, plain, size);
    for (size_t i = size; i < whole->len; i++)
        g_assert_cmpint (whole->data[i], ==, 7);
}

/* SC-H1, SC-H4, SC-H5; MT-H1, MT-H3, MT-H26 */
static void
lengths (void)
{
    static const size_t sizes[] = { 1,          15,       16,         17,
                                    1023,       1024,     524287,     524288,
                                    524289,     10485759, 10485760,   10485761,
                                    131072 - 1, 131072,   131072 + 1, 131072 * 3 - 15 };

    for (size_t i = 0; i < G_N_ELEMENTS (sizes); i++)
        goes_up (sizes[i]);
}

/* By size only. SC-H4, SC-H6; MT-H1 to H3 */
static void
bounds (void)
{
    static const struct {
        int64_t size;
        gboolean goes, big;
    } cases[] = {
        { 0, FALSE, FALSE },
        { -1, FALSE, FALSE },
        { 10 * MIB, TRUE, FALSE },
        { 10 * MIB + 1, TRUE, TRUE },
        { 10 * MIB - 15, TRUE, FALSE }, /* sealed: 10 MiB */
        { 500 * MIB, TRUE, TRUE },
        { 500 * MIB + 1, TRUE, TRUE },
        { 1000 * MIB + 1, TRUE, TRUE },
        { 2000 * MIB, TRUE, TRUE },
        { 2000 * MIB + 1, FALSE, FALSE },
        { INT64_MAX, FALSE, FALSE },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (MediaUpload) upload =
            media_upload_new (test_key, test_iv, cases[i].size, test_pad);
        g_assert_cmpint (upload != NULL, ==, cases[i].goes);
        if (upload == NULL)
            continue;
        check_cut (upload, cases[i].size);
        g_assert_cmpint (media_upload_is_big (upload), ==, cases[i].big);
    }
}

/* A part may go once more, as it was; other bytes never under the same key (SC-H1, MT-H7). */
static void
once_more (void)
{
    size_t size = 300000;
    g_autofree uint8_t *plain = content (size);
    g_autoptr (MediaUpload) upload =
        media_upload_new (test_key, test_iv, (int64_t)size, test_pad);
    GByteArray *first[3];

    g_assert_cmpint (media_upload_parts (upload), ==, 3);
    g_assert_null (seal (upload, 1, plain + 131072, 131072)); /* not yet */
    for (int32_t i = 0; i < 3; i++)
        first[i] = seal (upload, i, plain + media_upload_offset (upload, i),
                         media_upload_len (upload, i));
    for (int32_t i = 2; i >= 0; i--) {
        g_autoptr (GByteArray) again =
            seal (upload, i, plain + media_upload_offset (upload, i),
                  media_upload_len (upload, i));
        g_assert_cmpmem (again->data, again->len, first[i]->data, first[i]->len);
    }
    plain[131072 + 5] ^= 1;
    g_assert_null (seal (upload, 1, plain + 131072, 131072));
    g_assert_null (seal (upload, 3, plain, 0));
    g_assert_null (seal (upload, -1, plain, 131072));
    g_assert_null (seal (upload, 2, plain, 5));
    for (int32_t i = 0; i < 3; i++)
        g_byte_array_unref (first[i]);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/media/upload/as-others", as_others);
    g_test_add_func ("/media/upload/lengths", lengths);
    g_test_add_func ("/media/upload/bounds", bounds);
    g_test_add_func ("/media/upload/once-more", once_more);
    return g_test_run ();
}
