/* See dc-files.h. */
#include "dc-files.h"

#include "dc-sites.h"

#include <stdlib.h>
#include <string.h>

/* What the next answers to getFile are, in the place of the truth. */
typedef enum { ANSWER_TRUE, ANSWER_SHORT, ANSWER_LONG, ANSWER_GONE } Answer;

/* Parts of what is being uploaded. */
typedef struct {
    int64_t id;
    gboolean big;
    GPtrArray *parts; /* GByteArray, or NULL: not here yet */
} Upload;

struct DcFiles {
    GPtrArray *files;   /* DcFile, owned */
    GPtrArray *uploads; /* owned */
    DcFile *attached;
    Answer answer;
    int place;      /* where uploads come to lie; 0 = at home */
    unsigned saved; /* parts */
    int forgets;    /* the next message finds that part gone, -1: all its file; 0: none */
    gboolean refuses; /* the next part is answered with false */
};

static void
file_free (void *data)
{
    DcFile *file = data;

    g_byte_array_unref (file->data);
    g_free (file);
}

static void
part_free (void *data)
{
    if (data != NULL)
        g_byte_array_unref (data);
}

static void
upload_free (void *data)
{
    Upload *upload = data;

    g_ptr_array_unref (upload->parts);
    g_free (upload);
}

void
dc_files_init (Dc *dc)
{
    dc->files = g_new0 (DcFiles, 1);
    dc->files->files = g_ptr_array_new_with_free_func (file_free);
    dc->files->uploads = g_ptr_array_new_with_free_func (upload_free);
}

void
dc_files_free (Dc *dc)
{
    g_ptr_array_unref (dc->files->files);
    g_ptr_array_unref (dc->files->uploads);
    g_clear_pointer (&dc->files, g_free);
}

static DcFile *
add (Dc *dc, GByteArray *take_data, int place, int32_t fingerprint)
{
    DcFile *file = g_new0 (DcFile, 1);

    *file = (DcFile){ dc_random_id (dc), dc_random_id (dc),
                      place != 0 ? place : dc->config.dc, fingerprint, take_data };
    g_ptr_array_add (dc->files->files, file);
    return file;
}

static DcFile *
find (Dc *dc, int64_t id, int64_t access_hash)
{
    for (unsigned i = 0; i < dc->files->files->len; i++) {
        DcFile *file = g_ptr_array_index (dc->files->files, i);
        if (file->id == id && file->access_hash == access_hash)
            return file;
    }
    return NULL;
}

/* --- here --- */

static Upload *
find_upload (Dc *dc, int64_t id)
{
    for (unsigned i = 0; i < dc->files->uploads->len; i++) {
        Upload *upload = g_ptr_array_index (dc->files->uploads, i);
        if (upload->id == id)
            return upload;
    }
    return NULL;
}

static void
save_part (DcCall *call, int64_t id, int32_t number, TlBytes bytes, gboolean big)
{
    Upload *upload = find_upload (call->dc, id);

    call->dc->files->saved++;
    if (call->dc->files->refuses) {
        call->dc->files->refuses = FALSE;
        dc_answer_bool (call, FALSE);
        return;
    }
    if (upload != NULL && upload->big != big) { /* MT-H3 */
        dc_fail (call, 400, "FILE_PARTS_INVALID");
        return;
    }
    if (number < 0 || number >= 8000) {
        dc_fail (call, 400, "FILE_PART_INVALID");
        return;
    }
    if (bytes.len == 0 || bytes.len > 512 * 1024) {
        dc_fail (call, 400, bytes.len == 0 ? "FILE_PART_EMPTY" : "FILE_PART_TOO_BIG");
        return;
    }
    if (upload == NULL) {
        upload = g_new0 (Upload, 1);
        upload->id = id;
        upload->big = big;
        upload->parts = g_ptr_array_new_with_free_func (part_free);
        g_ptr_array_add (call->dc->files->uploads, upload);
    }
    if ((unsigned)number >= upload->parts->len)
        g_ptr_array_set_size (upload->parts, number + 1);
    part_free (upload->parts->pdata[number]);
    GByteArray *part = g_byte_array_new ();
    g_byte_array_append (part, bytes.data, (unsigned)bytes.len);
    upload->parts->pdata[number] = part;
    dc_answer_bool (call, TRUE);
}

static void
save_file_part (DcCall *call)
{
    const SrvUploadSaveFilePart *query = TL_AS (call->query, SrvUploadSaveFilePart);
    save_part (call, query->file_id, query->file_part, query->bytes, FALSE);
}

static void
save_big_file_part (DcCall *call)
{
    const SrvUploadSaveBigFilePart *query = TL_AS (call->query, SrvUploadSaveBigFilePart);
    if (query->file_total_parts < query->file_part + 1 && query->file_total_parts != -1)
        dc_fail (call, 400, "FILE_PARTS_INVALID");
    else
        save_part (call, query->file_id, query->file_part, query->bytes, TRUE);
}

/* MT-H1: one size for all, which fits; the last is not longer. */
static const char *
wrong_cut (const Upload *upload, int32_t parts)
{
    unsigned size = 0;

    if (upload == NULL || upload->parts->len < (unsigned)parts)
        return NULL; /* what is missing is told so */
    for (int32_t i = 0; i < parts; i++) {
        const GByteArray *part = upload->parts->pdata[i];
        if (part == NULL)
            return NULL;
        size = i == 0 ? part->len : size;
        if (i < parts - 1 ? part->len != size : part->len > size)
            return "FILE_PART_SIZE_CHANGED";
    }
    return parts > 1 && (size % 1024 != 0 || 524288 % size != 0)
               ? "FILE_PART_SIZE_INVALID"
               : NULL;
}

/* What is announced as small or big is, and is that file (SC-H4). */
static const char *
wrong_whole (const GByteArray *data, const TlBytes *md5)
{
    if ((data->len > 10 * 1024 * 1024) != (md5 == NULL))
        return "FILE_PARTS_INVALID";
    if (md5 == NULL || md5->len == 0)
        return NULL;
    g_autofree char *hex =
        g_compute_checksum_for_data (G_CHECKSUM_MD5, data->data, data->len);
    return md5->len == strlen (hex) && memcmp (md5->data, hex, md5->len) == 0
               ? NULL
               : "MD5_CHECKSUM_INVALID";
}

/* As told: it has forgotten that part, or all of it. */
static void
forget (Dc *dc, Upload *upload)
{
    int which = dc->files->forgets;

    dc->files->forgets = 0;
    if (which == 0 || upload == NULL)
        return;
    for (unsigned i = 0; i < upload->parts->len; i++)
        if (which < 0 || i == (unsigned)which - 1)
            part_free (g_steal_pointer (&upload->parts->pdata[i]));
}

static DcFile *
uploaded (DcCall *call, int64_t id, int32_t parts, int32_t fingerprint,
          const TlBytes *md5)
{
    Upload *upload = find_upload (call->dc, id);
    GByteArray *data = g_byte_array_new ();
    const char *wrong;

    forget (call->dc, upload);
    wrong = wrong_cut (upload, parts);

    for (int32_t i = 0; i < parts; i++) {
        GByteArray *part = upload != NULL && (unsigned)i < upload->parts->len
                               ? upload->parts->pdata[i]
                               : NULL;
        if (part == NULL) {
            g_autofree char *text = g_strdup_printf ("FILE_PART_%d_MISSING", i);
            dc_fail (call, 400, text);
            g_byte_array_unref (data);
            return NULL;
        }
        g_byte_array_append (data, part->data, part->len);
    }
    if (wrong == NULL)
        wrong = wrong_whole (data, md5);
    if (wrong != NULL) {
        dc_fail (call, 400, wrong);
        g_byte_array_unref (data);
        return NULL;
    }
    return add (call->dc, data, call->dc->files->place, fingerprint);
}

DcFile *
dc_files_sent (DcCall *call, const TlObject *input)
{
    const SrvInputEncryptedFileUploaded *small =
        TL_AS (input, SrvInputEncryptedFileUploaded);
    const SrvInputEncryptedFileBigUploaded *big =
        TL_AS (input, SrvInputEncryptedFileBigUploaded);
    const SrvInputEncryptedFile *known = TL_AS (input, SrvInputEncryptedFile);

    if (small != NULL)
        return uploaded (call, small->id, small->parts, small->key_fingerprint,
                         &small->md5_checksum);
    if (big != NULL)
        return uploaded (call, big->id, big->parts, big->key_fingerprint, NULL);
    DcFile *file = known != NULL ? find (call->dc, known->id, known->access_hash) : NULL;
    if (file == NULL)
        dc_fail (call, 400, "FILE_ID_INVALID");
    return file;
}

DcFile *
dc_files_attached (Dc *dc)
{
    return g_steal_pointer (&dc->files->attached);
}

const TlObject *
dc_file_object (const DcFile *file, DcFileObject *object)
{
    if (file == NULL) {
        object->empty = TL_NEW (SrvEncryptedFileEmpty);
        return TL_OBJ (&object->empty);
    }
    object->there = TL_NEW (SrvEncryptedFile, .id = file->id,
                            .access_hash = file->access_hash, .size = file->data->len,
                            .dc_id = file->dc, .key_fingerprint = file->fingerprint);
    return TL_OBJ (&object->there);
}

/* --- there --- */

void
dc_files_serve (DcCall *call, const SrvUploadGetFile *query, const GByteArray *data)
{
    Answer answer = call->dc->files->answer;
    int64_t end = query->offset + query->limit - 1;

    if (query->offset < 0 || query->offset % 4096 != 0) {
        dc_fail (call, 400, "OFFSET_INVALID");
        return;
    }
    if (query->limit <= 0 || query->limit % 4096 != 0 || (1 << 20) % query->limit != 0 ||
        query->offset >> 20 != end >> 20) { /* MT-H9 */
        dc_fail (call, 400, "LIMIT_INVALID");
        return;
    }
    size_t from = MIN ((size_t)query->offset, data->len);
    size_t n = MIN ((size_t)query->limit, data->len - from);
    g_autofree uint8_t *bytes = g_malloc0 (n + 16);
    memcpy (bytes, data->data + from, n);
    if (answer == ANSWER_SHORT)
        n = n > 16 ? n - 16 : 0;
    if (answer == ANSWER_LONG)
        n += 16;
    SrvStorageFileUnknown type = TL_NEW (SrvStorageFileUnknown);
    SrvUploadFile object =
        TL_NEW (SrvUploadFile, .type = TL_OBJ (&type), .bytes = TL_BYTES (bytes, n));
    dc_answer (call, TL_OBJ (&object));
}

gboolean
dc_files_get (DcCall *call, const SrvUploadGetFile *query)
{
    const SrvInputEncryptedFileLocation *location =
        TL_AS (query->location, SrvInputEncryptedFileLocation);

    if (location == NULL)
        return FALSE;
    DcFile *file = find (call->dc, location->id, location->access_hash);
    if (file == NULL || call->dc->files->answer == ANSWER_GONE) {
        dc_fail (call, 400, "LOCATION_INVALID");
        return TRUE;
    }
    if (!dc_site_moves_file (call, file->dc))
        dc_files_serve (call, query, file->data);
    return TRUE;
}

/* --- control --- */

static char *
attach (Dc *dc, int place, const char *fingerprint, const char *path)
{
    g_autofree char *data = NULL;
    size_t len;

    if (!g_file_get_contents (path, &data, &len, NULL))
        return g_strdup ("error: no such file");
    GByteArray *bytes = g_byte_array_new ();
    g_byte_array_append (bytes, (const uint8_t *)data, (unsigned)len);
    dc->files->attached = add (dc, bytes, place, (int32_t)strtol (fingerprint, NULL, 10));
    return g_strdup ("ok");
}

char *
dc_files_control (Dc *dc, char **words, unsigned n)
{
    static const char *const answers[] = { "true", "short", "long", "gone" };

    if (n == 4 && g_str_equal (words[0], "attach"))
        return attach (dc, atoi (words[1]), words[2], words[3]);
    if (n == 1 && g_str_equal (words[0], "parts"))
        return g_strdup_printf ("ok %u", dc->files->saved);
    if (n == 2 && g_str_equal (words[0], "forgets")) {
        dc->files->forgets = g_str_equal (words[1], "all") ? -1 : atoi (words[1]) + 1;
        return g_strdup ("ok");
    }
    if (n == 2 && g_str_equal (words[0], "parts")) {
        dc->files->refuses = g_str_equal (words[1], "false");
        return g_strdup ("ok");
    }
    if (n == 2 && g_str_equal (words[0], "uploads")) {
        dc->files->place = atoi (words[1]);
        return g_strdup ("ok");
    }
    if (n != 2 || !g_str_equal (words[0], "files"))
        return NULL;
    for (unsigned i = 0; i < G_N_ELEMENTS (answers); i++)
        if (g_str_equal (words[1], answers[i])) {
            dc->files->answer = (Answer)i;
            return g_strdup ("ok");
        }
    return g_strdup ("error: no such answer");
}

const DcMethod dc_file_methods[] = {
    { "upload.saveFilePart", save_file_part, FALSE },
    { "upload.saveBigFilePart", save_big_file_part, FALSE },
    { NULL, NULL, FALSE },
};
