/* Files on their way, part by part: what is asked again, for how long, and what an answer that
 * comes late is worth. The server is played by the test, and the workers run when it says so. */
#include "client-bench.h"

#include "media-download.h"
#include "secret-chat-file.h"
#include "secret-private.h"
#include "tg-client-fetch.h"
#include "tg-client-file.h"
#include "tl-writer.h"

#include <string.h>

#define PART 131072
#define BOOL_TRUE ((int32_t)0x997275b5)

/* --- up --- */

static int64_t
sends (Bench *bench, int32_t chat, size_t len)
{
    g_autofree uint8_t *data = g_malloc (len);
    int64_t id = 0;

    for (size_t i = 0; i < len; i++)
        data[i] = (uint8_t)(i / PART + i % 251);
    g_autoptr (GBytes) bytes = g_bytes_new (data, len);
    TgFileOut file = { .bytes = bytes,
                       .content = TALK_CONTENT_FILE,
                       .name = "x",
                       .mime = "text/plain",
                       .caption = { .text = "" } };
    g_assert_cmpint (tg_secret_send_file (bench->client, chat, &file, &id), ==,
                     TALK_DONE);
    bench_run (bench);
    return id;
}

/* The oldest part that waits for its answer; NULL: none does. */
static BenchCall *
part (Bench *bench)
{
    return bench_call (bench, ApiUploadSaveFilePart_ID);
}

static int64_t
file_id (const BenchCall *call)
{
    return (int64_t)((uint64_t)(uint32_t)bench_int (call, 1) << 32 |
                     (uint32_t)bench_int (call, 0));
}

static int32_t
number (const BenchCall *call)
{
    return bench_int (call, 2);
}

static void
is_there (Bench *bench, BenchCall *call)
{
    int32_t yes = GINT32_TO_LE (BOOL_TRUE);

    bench_answer_bytes (bench, call, (const uint8_t *)&yes, sizeof yes);
    bench_run (bench);
}

static void
refuse (Bench *bench, BenchCall *call, int code, const char *type)
{
    bench_refuse (bench, call, code, type);
    bench_run (bench);
}

/* MT-H16: ten failures in a row are enough; some between parts that arrive are none */
static void
failures_in_a_row_count (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) w = world_new (3, WORLD_TOY);
    int32_t chat = bench_chat_on (bench, w);

    sends (bench, chat, 15 * PART);
    for (int i = 0; i < 15; i++) {
        refuse (bench, part (bench), 500, "INTERNAL");
        bench_advance (bench, 2000);
        g_assert_nonnull (part (bench));
        is_there (bench, part (bench));
    }
    g_assert_nonnull (bench_call (bench, ApiMessagesSendEncryptedFile_ID));

    sends (bench, chat, PART);
    for (int i = 0; i < 11; i++) {
        g_assert_nonnull (part (bench));
        refuse (bench, part (bench), 500, "INTERNAL");
        bench_advance (bench, 70 * 1000);
    }
    g_assert_null (part (bench));
}

/* MT-H5 MT-H16: what passes is asked again, later; what does not is not */
static void
what_passes_is_asked_again (void)
{
    static const struct {
        int code;
        const char *type;
        gboolean again;
    } rows[] = {
        { 420, "FLOOD_WAIT_5", TRUE },
        { 500, "INTERNAL", TRUE },
        { MT_ERROR_LOCAL_CLOSED, "CLOSED", TRUE },
        { 400, "SOMETHING", FALSE },
        { 403, "SOMETHING", FALSE },
    };
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) w = world_new (3, WORLD_TOY);
    int32_t chat = bench_chat_on (bench, w);

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        int64_t id = sends (bench, chat, PART);
        refuse (bench, part (bench), rows[i].code, rows[i].type);
        g_assert_null (part (bench)); /* not at once */
        bench_advance (bench, 2000);
        g_assert_cmpint (part (bench) != NULL, ==, rows[i].again);
        tg_secret_send_cancel (bench->client, chat, id);
        bench_run (bench);
    }
}

/* MT-H4 MT-H5: what the server finds wrong begins anew, as another file, and what was being read for
 * the first one is no part of it */
static void
another_try_is_another_file (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) w = world_new (3, WORLD_TOY);
    int32_t chat = bench_chat_on (bench, w);

    sends (bench, chat, 8 * PART);
    BenchCall *first = part (bench);
    g_assert_cmpint (number (first), ==, 0);
    g_autoptr (GBytes) sealed = g_bytes_ref (first->request);
    int64_t was = file_id (first);
    bench->hold = TRUE;
    is_there (bench, first); /* so that the fifth is read */
    BenchCall *second = part (bench);
    g_assert_cmpint (number (second), ==, 1);
    bench_refuse (bench, second, 400, "FILE_PART_INVALID");
    g_assert_null (part (bench)); /* those that were out are nobody's */
    bench->hold = FALSE;
    bench_run (bench);
    BenchCall *anew = part (bench);
    g_assert_nonnull (anew);
    g_assert_cmpint (number (anew), ==, 0);
    g_assert_cmpint (file_id (anew), !=, was);
    g_assert_cmpuint (g_bytes_get_size (anew->request), ==, g_bytes_get_size (sealed));
    g_assert_cmpmem ((const uint8_t *)g_bytes_get_data (anew->request, NULL) + 12,
                     g_bytes_get_size (sealed) - 12,
                     (const uint8_t *)g_bytes_get_data (sealed, NULL) + 12,
                     g_bytes_get_size (sealed) -
                         12); /* the same bytes, sealed the same way */
    for (int i = 0; i < 8; i++) {
        g_assert_nonnull (part (bench));
        g_assert_cmpint (file_id (part (bench)), !=, was);
        is_there (bench, part (bench));
    }
    g_assert_nonnull (bench_call (bench, ApiMessagesSendEncryptedFile_ID));
}

/* --- down --- */

/* Bob sends one of that length: the client's id of it. */
static int64_t
comes (Bench *bench, World *w, int32_t chat, int64_t len)
{
    SecretFileOut out = { .content = TALK_CONTENT_FILE,
                          .look = { .size = len },
                          .name = "x" };
    int64_t id;

    w->lawless = TRUE; /* nobody at that end said it */
    g_assert_cmpint (secret_chat_send_file (w->bob->chat, &out, w->now, &id), ==,
                     TALK_DONE);
    size_t n;
    const uint8_t *data = g_bytes_get_data (bench_bob_sends (w), &n);
    const MediaFile *file = secret_note_find (w->bob->chat, id)->file;
    ApiEncryptedFile there = TL_NEW (
        ApiEncryptedFile, .id = 7, .access_hash = 8, .size = (len + 15) / 16 * 16,
        .dc_id = 2, .key_fingerprint = media_key_fingerprint (file->key, file->iv));
    ApiEncryptedMessage message = TL_NEW (
        ApiEncryptedMessage, .random_id = id, .chat_id = chat, .date = 100 + bench->qts,
        .bytes = TL_BYTES (data, n), .file = TL_OBJ (&there));
    ApiUpdateNewEncryptedMessage update = TL_NEW (
        ApiUpdateNewEncryptedMessage, .message = TL_OBJ (&message), .qts = ++bench->qts);
    bench_update (bench, TL_OBJ (&update));
    bench_run (bench);
    return id;
}

/* MT-H16: the same on the way down */
static void
failures_of_other_parts_do_not_count (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) w = world_new (3, WORLD_TOY);
    int32_t chat = bench_chat_on (bench, w);
    int64_t id = comes (bench, w, chat, 15 * MEDIA_PART);
    static const uint8_t bytes[MEDIA_PART];
    g_auto (TlWriter) file = { 0 };

    tl_writer_int (&file, (int32_t)ApiUploadFile_ID);
    tl_writer_int (&file, (int32_t)0xaa963b05u); /* storage.fileUnknown */
    tl_writer_int (&file, 0);
    tl_writer_bytes (&file, bytes, sizeof bytes);
    g_assert_cmpint (tg_secret_fetch (bench->client, chat, id), ==, TALK_DONE);
    bench_run (bench);
    for (int i = 0; i < 15; i++) {
        BenchCall *call = bench_call (bench, ApiUploadGetFile_ID);
        g_assert_nonnull (call);
        refuse (bench, call, 500, "INTERNAL");
        bench_advance (bench, 2000);
        call = bench_call (bench, ApiUploadGetFile_ID);
        g_assert_nonnull (call);
        bench_answer_bytes (bench, call, file.data, file.len);
        bench_run (bench);
    }
    g_assert_null (bench_call (bench, ApiUploadGetFile_ID));
    g_assert_cmpuint (bench_count (bench, ApiUploadGetFile_ID), ==, 30);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    world_quiet ();
#define ADD(f) g_test_add_func ("/client/files/" #f, f)
    ADD (failures_in_a_row_count);
    ADD (what_passes_is_asked_again);
    ADD (another_try_is_another_file);
    ADD (failures_of_other_parts_do_not_count);
    return g_test_run ();
}
