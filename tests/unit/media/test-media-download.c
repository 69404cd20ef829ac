/* A file on its way here, against a server that answers in any order, late, twice or wrongly. */
#include "media-download.h"

#include "crypto-aes-ige.h"
#include "crypto-secret.h"
#include "freed.h"

#include <string.h>

typedef struct {
    MediaDownload *machine;
    uint8_t *plain, *sealed;
    size_t len, whole;
    GByteArray *got;
    GArray *asked; /* int64_t: not answered yet */
    gboolean writes, ended, good;
    unsigned calls;
} World;

static void
get_cb (void *user, int64_t offset, int32_t limit)
{
    World *w = user;

    g_assert_cmpint (limit, ==, MEDIA_PART);
    g_assert_cmpint (offset % MEDIA_PART, ==, 0);
    g_assert_cmpint (offset, <, (int64_t)w->whole); /* nothing beyond the end (MT-H9) */
    g_array_append_val (w->asked, offset);
    g_assert_cmpuint (w->asked->len, <=, MEDIA_PARTS_AHEAD);
    w->calls++;
}

static void
write_cb (void *user, uint8_t *data, size_t len)
{
    World *w = user;

    gboolean watching = freed_watching;

    g_assert_false (w->writes); /* one at a time */
    w->writes = TRUE;
    freed_watching = FALSE; /* what grows here is the test's */
    g_byte_array_append (w->got, data, (unsigned)len);
    freed_watching = watching;
    crypto_wipe (data, len);
    g_free (data);
    g_assert_cmpuint (w->got->len, <=, w->len); /* never more than was announced */
}

static void
end_cb (void *user, gboolean whole)
{
    World *w = user;

    g_assert_false (w->ended);
    w->ended = TRUE;
    w->good = whole;
}

static const MediaDownloadOps ops = { get_cb, write_cb, end_cb };

static World *
world_new (size_t len)
{
    World *w = g_new0 (World, 1);
    MediaFile file = { .look.size = (int64_t)len };
    uint8_t iv[MEDIA_KEY_LEN];

    w->len = len;
    w->whole = (len + 15) / 16 * 16;
    w->plain = g_malloc0 (w->whole + 1);
    w->sealed = g_malloc0 (w->whole + 1);
    w->got = g_byte_array_new ();
    w->asked = g_array_new (FALSE, FALSE, sizeof (int64_t));
    for (size_t i = 0; i < len; i++)
        w->plain[i] = (uint8_t)(i * 7 + i / 253);
    memset (file.key, 1, sizeof file.key);
    memset (file.iv, 2, sizeof file.iv);
    memcpy (iv, file.iv, sizeof iv);
    crypto_ige_encrypt (file.key, iv, w->plain, w->sealed, w->whole);
    file.place.size = (int64_t)w->whole;
    w->machine = media_download_new (&file, &ops, w);
    return w;
}

static void
world_free (World *w)
{
    media_download_free (w->machine);
    g_byte_array_unref (w->got);
    g_array_unref (w->asked);
    g_free (w->plain);
    g_free (w->sealed);
    g_free (w);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

static int64_t
take (World *w, unsigned i)
{
    int64_t offset = g_array_index (w->asked, int64_t, i);

    g_array_remove_index (w->asked, i);
    return offset;
}

static void
answer (World *w, int64_t offset)
{
    size_t n = MIN (MEDIA_PART, w->whole - (size_t)offset);

    media_download_got (w->machine, offset, TL_BYTES (w->sealed + offset, n));
}

/* Nobody asked for these, or not any more: they are answered, or far away. */
static void
unasked (World *w)
{
    static const uint8_t other[MEDIA_PART];
    int64_t far = (int64_t)(w->whole / MEDIA_PART + 3) * MEDIA_PART;

    media_download_got (w->machine, far, TL_BYTES (other, MEDIA_PART));
    for (int64_t at = 0; at < (int64_t)w->whole; at += MEDIA_PART) {
        gboolean asked = FALSE;
        for (unsigned i = 0; i < w->asked->len; i++)
            asked |= g_array_index (w->asked, int64_t, i) == at;
        if (!asked)
            media_download_got (w->machine, at, TL_BYTES (other, MEDIA_PART));
    }
}

/* SC-H7 MT-H9 MT-H16: whatever the order in which parts come, twice or unasked, too,
 * and the disk answers: the file is whole, once */
static void
test_any_order (void)
{
    static const size_t lengths[] = { 0,
                                      1,
                                      15,
                                      16,
                                      17,
                                      MEDIA_PART - 1,
                                      MEDIA_PART,
                                      MEDIA_PART + 1,
                                      5 * MEDIA_PART,
                                      7 * MEDIA_PART + 3 };

    for (size_t i = 0; i < G_N_ELEMENTS (lengths); i++)
        for (uint32_t seed = 0; seed < 30; seed++) {
            g_autoptr (World) w = world_new (lengths[i]);
            g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
            media_download_start (w->machine);
            for (int step = 0; step < 1000 && !w->ended; step++) {
                unsigned pick =
                    w->asked->len > 0
                        ? (unsigned)g_rand_int_range (rand, 0, (int32_t)w->asked->len)
                        : 0;
                switch (g_rand_int_range (rand, 0, 4)) {
                case 0: /* nobody asked */
                    unasked (w);
                    break;
                case 1:
                case 2:
                    if (w->asked->len > 0)
                        answer (w, take (w, pick));
                    break;
                default:
                    if (w->writes) {
                        w->writes = FALSE;
                        media_download_written (w->machine);
                    }
                }
            }
            g_assert_true (w->ended);
            g_assert_true (w->good);
            g_assert_cmpmem (w->got->data, w->got->len, w->plain, w->len);
            g_assert_cmpint (media_download_done (w->machine), ==, (int64_t)w->len);
        }
}

/* SC-H7 MT-H10: a part that is shorter or longer than it must be ends it, once, and nothing of it
 * is written */
static void
test_wrong_length (void)
{
    static const struct {
        size_t len;
        int64_t offset;
        int more;
    } rows[] = { { 3 * MEDIA_PART, 0, -1 },
                 { 3 * MEDIA_PART, 0, 1 },
                 { 3 * MEDIA_PART, 0, -MEDIA_PART },
                 { 3 * MEDIA_PART, MEDIA_PART, -16 },
                 { 20, 0, -16 },
                 { 20, 0, 16 } };
    static uint8_t bytes[2 * MEDIA_PART];

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (World) w = world_new (rows[i].len);
        size_t n = MIN (MEDIA_PART, w->whole - (size_t)rows[i].offset);
        media_download_start (w->machine);
        media_download_got (w->machine, rows[i].offset,
                            TL_BYTES (bytes, (size_t)((int64_t)n + rows[i].more)));
        g_assert_true (w->ended);
        g_assert_false (w->good);
        g_assert_cmpuint (w->got->len, ==, 0);
        unsigned calls = w->calls;
        answer (w, 0); /* it hears nothing any more */
        media_download_written (w->machine);
        g_assert_cmpuint (w->calls, ==, calls);
        g_assert_cmpuint (w->got->len, ==, 0);
    }
}

/* MT-C30: neither what was opened and written, nor the key, nor what waits when it is given up is left in
 * memory */
static void
test_wiped (void)
{
    static const uint8_t key[MEDIA_KEY_LEN] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                                1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                                1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };
    g_autoptr (World) w = world_new (4 * MEDIA_PART);

    freed_add_needle (w->plain + 16, 32);
    freed_add_needle (w->plain + MEDIA_PART + 16, 32);
    freed_add_needle (w->sealed + 2 * MEDIA_PART, 32);
    freed_add_needle (key, sizeof key);
    freed_watching = TRUE;
    media_download_start (w->machine);
    answer (w, take (w, 0));
    w->writes = FALSE;
    media_download_written (w->machine);
    answer (w, take (w, 0));
    answer (w, take (w, 0)); /* waits for that to be written */
    media_download_free (g_steal_pointer (&w->machine));
    freed_assert_found ("a file on its way", FALSE);
    g_assert_cmpuint (freed_looked_at, >, 3);
}

int
main (int argc, char **argv)
{
    freed_install ();
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/media/download/any-order", test_any_order);
    g_test_add_func ("/media/download/wrong-length", test_wrong_length);
    g_test_add_func ("/media/download/wiped", test_wiped);
    return g_test_run ();
}
