/* One own message: sealed under the numbers it drew, and its record (SC-B1 to B6, D1, D2). */
#include "secret-private.h"
#include "secret-record.h"

#include "secret.tl.h"
#include "tl-encode.h"

#include <string.h>

#define RANDOM_BYTES 31 /* SC-C3 */
#define EXTRA_BLOCKS 5  /* 0..4 more blocks of padding (SC-B3) */

void
secret_out_free (SecretOut *out)
{
    crypto_wipe (out->data->data, out->data->len);
    g_byte_array_unref (out->data);
    g_free (out);
}

void
secret_out_save (SecretChat *chat, const SecretOut *out, StoreNeed need)
{
    RecFilePlace place = media_place_record (&out->place);
    gboolean small = out->file.kind == SECRET_FILE_SMALL;
    RecFileSent file =
        TL_NEW (RecFileSent, .id = out->file.id, .parts = out->file.parts,
                .fingerprint = out->file.fingerprint,
                .md5 = small ? TL_STR (out->file.md5) : (TlBytes){ NULL, 0 });
    RecOutbox record = TL_NEW (
        RecOutbox, .service = out->service, .silent = out->silent, .sent = out->sent,
        .resend = out->resend, .user = out->user, .typing = out->typing,
        .replaced = out->replaced, .random_id = out->random_id, .raw_out = out->raw_out,
        .layer = out->layer, .in_seq_no = out->in_seq_no, .fingerprint = out->fingerprint,
        .data = TL_BYTES (out->data->data, out->data->len), .resends = out->resends,
        .resend_hour = out->resend_hour, .created = out->created,
        .has_asks_from = out->asks_from >= 0, .asks_from = out->asks_from,
        .file = out->file.parts > 0 ? TL_OBJ (&file) : NULL,
        .place = out->place.dc != 0 ? TL_OBJ (&place) : NULL);
    secret_put (chat, STORE_OUTBOX, out->raw_out, TL_OBJ (&record), need);
    if (out->replaced) /* by its own deletion */
        secret_forget (chat, STORE_FORGET_NOW);
}

/* --- sealing --- */

/* key_fingerprint, msg_key, AES-IGE of (length, body, padding) (SC-B1 to B6). */
static gboolean
seal (SecretChat *chat, const SecretKey *key, const TlWriter *body, GByteArray *out)
{
    uint8_t padding[12 + 15 + 16 * EXTRA_BLOCKS + 1];
    g_auto (TlWriter) plain = { 0 };
    g_auto (TlWriter) head = { 0 };

    if (!crypto_random_fill (chat->env->random, padding, sizeof padding))
        return FALSE;
    tl_writer_int (&plain, (int32_t)body->len);
    tl_writer_raw (&plain, body->data, body->len);
    size_t pad = 12 + (16 - (plain.len + 12) % 16) % 16 +
                 16u * (padding[sizeof padding - 1] % EXTRA_BLOCKS);
    tl_writer_raw (&plain, padding, pad);
    g_autofree uint8_t *sealed = g_malloc (CRYPTO_MSG_KEY_SIZE + plain.len);
    crypto_envelope_seal (key->key, chat->outgoing ? 0 : 8, plain.data, plain.len,
                          sealed);
    tl_writer_long (&head, key->fingerprint);
    g_byte_array_set_size (out, 0);
    g_byte_array_append (out, head.data, 8);
    g_byte_array_append (out, sealed, (unsigned)(CRYPTO_MSG_KEY_SIZE + plain.len));
    return TRUE;
}

gboolean
secret_out_seal (SecretChat *chat, const SecretKey *key, SecretOut *out,
                 const TlObject *body)
{
    uint8_t random[RANDOM_BYTES];
    g_auto (TlWriter) writer = { 0 };

    if (!secret_layer_allows (body, out->layer)) { /* SC-C12 */
        g_critical ("[chat %d] %s is not written in layer %d", chat->id,
                    tl_id_name (&tl_secret_schema, body->id), out->layer);
        return FALSE;
    }
    if (!crypto_random_fill (chat->env->random, random, sizeof random))
        return FALSE;
    SecretDecryptedMessageLayer layer = TL_NEW (
        SecretDecryptedMessageLayer, .random_bytes = TL_BYTES (random, sizeof random),
        .layer = out->layer, .in_seq_no = out->in_seq_no,
        .out_seq_no = secret_seq_out (secret_numbers_x (chat), out->raw_out),
        .message = body);
    return tl_encode (&tl_secret_schema, TL_OBJ (&layer), &writer) &&
           seal (chat, key, &writer, out->data);
}

static void
load_file (SecretOut *out, const RecOutbox *record)
{
    const RecFileSent *file = TL_AS (record->file, RecFileSent);

    out->place = media_place_of (record->place);
    if (out->place.dc != 0) /* of one that was sent on there is nothing else */
        out->file.kind = SECRET_FILE_THERE;
    if (file == NULL || file->parts < 1)
        return;
    out->file = (SecretFileRef){ .kind = SECRET_FILE_BIG,
                                 .id = file->id,
                                 .parts = file->parts,
                                 .fingerprint = file->fingerprint };
    if (file->md5.data != NULL && file->md5.len == sizeof out->file.md5 - 1) {
        out->file.kind = SECRET_FILE_SMALL;
        memcpy (out->file.md5, file->md5.data, file->md5.len);
    }
}

SecretOut *
secret_out_read (const TlObject *root)
{
    const RecOutbox *record = TL_AS (root, RecOutbox);

    if (record == NULL || record->raw_out < 0 || record->raw_out > SECRET_RAW_MAX)
        return NULL;
    SecretOut *out = g_new0 (SecretOut, 1);
    out->service = record->service;
    out->silent = record->silent;
    out->sent = record->sent;
    out->resend = record->resend;
    out->user = record->user;
    out->typing = record->typing;
    out->replaced = record->replaced;
    out->random_id = record->random_id;
    out->raw_out = record->raw_out;
    out->layer = record->layer;
    out->in_seq_no = record->in_seq_no;
    out->fingerprint = record->fingerprint;
    out->resends = CLAMP (record->resends, 0, SECRET_SEQ_MAX);
    out->resend_hour = secret_moment (record->resend_hour);
    out->created = secret_moment (record->created);
    out->asks_from = record->has_asks_from ? record->asks_from : -1;
    load_file (out, record);
    out->data = g_byte_array_new ();
    g_byte_array_append (out->data, record->data.data, (unsigned)record->data.len);
    return out;
}
