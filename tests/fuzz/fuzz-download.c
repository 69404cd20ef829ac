/* A file on its way here: the bytes choose how large the message and the server say that it is, and under
 * which key, or that it is public and has none, which part is answered, in what order and how long, and when the disk is done. What is written
 * is the file's beginning, in order and no byte more; the end is said once, and "whole" of all of it. Parts
 * have 64 bytes here. */
#include "fuzz.h"

#include "crypto-aes-ige.h"
#include "crypto-secret.h"
#include "media-download.h"

#include <string.h>

#define MOVES_MAX 64
#define ASKED_MAX 16

typedef struct {
    uint8_t *plain, *sealed; /* `len` bytes each, whole blocks */
    int64_t len, size;       /* and so many are the file's */
    int64_t asked[ASKED_MAX];
    unsigned n_asked;
    int64_t next, written;
    gboolean writing, honest, whole;
    int ends;
} Way;

static void
get_cb (void *user, int64_t offset, int32_t limit)
{
    Way *way = user;

    g_assert_cmpint (limit, ==, MEDIA_PART);
    g_assert_cmpint (offset, ==, way->next); /* each once, in order */
    g_assert_cmpint (offset, <, way->len);
    g_assert_cmpuint (way->n_asked, <, MEDIA_PARTS_AHEAD);
    way->next += limit;
    way->asked[way->n_asked++] = offset;
}

static void
write_cb (void *user, uint8_t *data, size_t len)
{
    Way *way = user;

    g_assert_false (way->writing);
    g_assert_cmpint (way->ends, ==, 0);
    g_assert_cmpint (way->written + (int64_t)len, <=, way->size);
    if (way->honest)
        g_assert_cmpmem (data, len, way->plain + way->written, len);
    way->written += (int64_t)len;
    way->writing = TRUE;
    crypto_wipe (data, len);
    g_free (data);
}

static void
end_cb (void *user, gboolean whole)
{
    Way *way = user;

    way->whole = whole;
    way->ends++;
}

/* Of none to eight parts. */
static int64_t
draw_size (const uint8_t **data, size_t *len)
{
    return 2 * fuzz_byte (data, len) + fuzz_byte (data, len) % 2;
}

static void
answer (Way *way, MediaDownload *download, const uint8_t **data, size_t *len)
{
    uint8_t how = fuzz_byte (data, len), what = fuzz_byte (data, len);
    int64_t offset;

    if (way->n_asked > 0 && how < 200)
        offset = way->asked[how % way->n_asked];
    else /* perhaps nobody asked, or not any more */
        offset = how % 2 == 0 ? (int64_t)what : MEDIA_PART * (int64_t)(int8_t)what;
    for (unsigned i = 0; i < way->n_asked; i++)
        if (way->asked[i] == offset)
            way->asked[i] = way->asked[--way->n_asked];
    int64_t right = CLAMP (way->len - offset, 0, MEDIA_PART), n = right;
    if (what >= 240)
        n = CLAMP (right + what - 248, 0, MEDIA_PART + 16);
    g_autofree uint8_t *part = g_malloc0 ((size_t)n + (n == 0));
    if (offset >= 0 && offset < way->len)
        memcpy (part, way->sealed + offset, (size_t)MIN (n, right));
    if (what >= 220 && what < 240 && n > 0) {
        part[what % n] ^= 1;
        way->honest = FALSE;
    }
    media_download_got (download, offset, TL_BYTES (part, (size_t)n));
}

/* What is in the file, and what the server keeps of it: the same where `key` is NULL. */
static void
fill (Way *way, const uint8_t *key, const uint8_t iv[MEDIA_KEY_LEN])
{
    uint8_t stream[MEDIA_KEY_LEN];

    way->plain = g_malloc0 ((size_t)way->len + 1);
    way->sealed = g_malloc0 ((size_t)way->len + 1);
    for (int64_t i = 0; i < way->len; i++)
        way->plain[i] = (uint8_t)(i * 7 + (i >> 9));
    memcpy (stream, iv, sizeof stream);
    if (key != NULL)
        crypto_ige_encrypt (key, stream, way->plain, way->sealed, (size_t)way->len);
    else
        memcpy (way->sealed, way->plain, (size_t)way->len);
}

/* What the message and the server say of a file with a key; FALSE: nothing is to be had of such a file. */
static gboolean
begins_sealed (Way *way, MediaFile *file, uint8_t how, const uint8_t **data, size_t *len)
{
    uint8_t key[MEDIA_KEY_LEN], iv[MEDIA_KEY_LEN];

    way->len = (way->size + 15) / 16 * 16;
    memset (key, fuzz_byte (data, len), sizeof key);
    memset (iv, fuzz_byte (data, len), sizeof iv);
    MediaPlace place = { 2, 1, 1, way->len, media_key_fingerprint (key, iv) };
    if (how >= 240)
        place.size += (int8_t)fuzz_byte (data, len) * ((int64_t)1 << how % 32);
    if (how >= 200 && how < 208)
        place.fingerprint ^= 1 << how % 8;
    media_file_set_key (file, TL_BYTES (key, how == 199 ? 31 : 32), TL_BYTES (iv, 32));
    media_file_set_size (file, how == 198 ? -1 : way->size);
    media_file_set_place (file, &place);
    gboolean right =
        how != 199 && how != 198 && !(how >= 200 && how < 208) && place.size == way->len;
    g_assert_cmpint (file->look.file, ==, right ? TALK_FILE_THERE : TALK_FILE_DAMAGED);
    if (right)
        fill (way, key, iv);
    return right;
}

/* The same of one of a public set. */
static gboolean
begins_public (Way *way, MediaFile *file, const uint8_t **data, size_t *len)
{
    int dc = (int8_t)fuzz_byte (data, len) % 8;
    gboolean right = dc >= 1 && dc <= MEDIA_DC_MAX && way->size > 0;

    way->len = way->size;
    media_file_set_size (file, way->size);
    g_assert_cmpint (media_file_set_public (file, dc, 1, 1, TL_BYTES (*data, *len)), ==,
                     right);
    if (right)
        fill (way, NULL, (uint8_t[MEDIA_KEY_LEN]){ 0 });
    return right;
}

static gboolean
begins (Way *way, MediaFile *file, const uint8_t **data, size_t *len)
{
    uint8_t how = fuzz_byte (data, len);

    way->size = draw_size (data, len);
    return how >= 208 && how < 240 ? begins_public (way, file, data, len)
                                   : begins_sealed (way, file, how, data, len);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    static const MediaDownloadOps ops = { get_cb, write_cb, end_cb };
    g_autoptr (MediaFile) file = media_file_new ();
    Way way = { .honest = TRUE };

    if (begins (&way, file, &data, &len)) {
        g_autoptr (MediaDownload) download = media_download_new (file, &ops, &way);
        media_download_start (download);
        for (int i = 0; i < MOVES_MAX && len > 0; i++) {
            if (way.writing && fuzz_byte (&data, &len) < 160) {
                way.writing = FALSE;
                media_download_written (download);
            } else {
                answer (&way, download, &data, &len);
            }
            g_assert_cmpint (way.ends, <=, 1);
            g_assert_cmpint (media_download_done (download), ==, way.written);
            if (way.ends == 1 && way.whole)
                g_assert_cmpint (way.written, ==, way.size);
        }
    }
    g_free (way.plain);
    g_free (way.sealed);
    return 0;
}
