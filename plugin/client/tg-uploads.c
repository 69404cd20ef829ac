/* Files on their way up: each is read and sealed part by part (tg-source.h), a few parts go side
 * by side to the home data centre, and then its chat sends the message. (SC-H4, SC-H6; MT-H3 to
 * H8, H14, H16, H28.) */
#include "tg-uploads.h"

#include "tg-again.h"
#include "tg-progress.h"
#include "tg-refusal.h"
#include "tg-secrets.h"
#include "tg-source.h"

#include "secret-chat-file.h"

#include "tl-tables.h"

#include <string.h>

#define AT_ONCE 2      /* files; others wait */
#define SENDS_MAX 50   /* and so many of them */
#define PARTS_AHEAD 4  /* of a file, on their way */
#define RESTARTS_MAX 1 /* of an upload that the server finds wrong (MT-H5) */

G_STATIC_ASSERT (TG_FILE_MAX == MEDIA_UP_MAX);

typedef struct Upload Upload;

/* A part on its way; or that has to go again. */
typedef struct {
    Upload *upload;
    int32_t n;
    GByteArray *sealed; /* NULL: the slot is free */
    NetCall *call;      /* NULL: not on its way */
} Slot;

struct Upload {
    TgClient *client;
    int32_t chat_id, number;
    int64_t id, size;
    char *path; /* or NULL: */
    GBytes *bytes;
    TgSourceSeen seen; /* where it is a path */
    gboolean known;    /* what it is read from: not one of an earlier process */
    TgSource *source;  /* NULL: it was not asked for yet */
    uint64_t token;    /* of the chat that waits for it, 0: none does */
    int32_t only;      /* that part, or SECRET_PART_ALL */
    gboolean runs, reading;
    gboolean stale; /* what is being read is of a turn that is over */
    int64_t file_id;
    int32_t fingerprint;
    Slot slots[PARTS_AHEAD];
    int32_t next, end, there; /* of the parts */
    int64_t done;
    TgAgain again;
    unsigned restarts;
    TgProgress waits;    /* while others go before it */
    TgProgress progress; /* from when a part of it was first asked for */
    TalkSendFile said;
};

typedef struct TgUploads {
    GPtrArray *all; /* owned, oldest first */
    gboolean asked; /* something was, since settle() looked */
} TgUploads;

/* --- life --- */

static void
free_slot (Slot *slot)
{
    g_clear_pointer (&slot->sealed, g_byte_array_unref);
    slot->call = NULL;
}

static void
stop (Upload *upload)
{
    for (int i = 0; i < PARTS_AHEAD; i++) {
        if (upload->slots[i].call != NULL && upload->client->net != NULL)
            net_cancel (upload->client->net, upload->slots[i].call);
        free_slot (&upload->slots[i]);
    }
    upload->stale = upload->reading;
    upload->runs = FALSE;
}

static void
upload_free (void *data)
{
    Upload *upload = data;

    stop (upload);
    tg_source_abort (upload->source);
    g_clear_pointer (&upload->bytes, g_bytes_unref);
    crypto_text_free (upload->path);
    g_free (upload);
}

void
tg_uploads_init (TgClient *client)
{
    client->uploads = g_new0 (TgUploads, 1);
    client->uploads->all = g_ptr_array_new_with_free_func (upload_free);
}

void
tg_uploads_clear (TgClient *client)
{
    g_ptr_array_unref (client->uploads->all);
    g_clear_pointer (&client->uploads, g_free);
}

static Upload *
find (TgClient *client, int32_t chat_id, int64_t id)
{
    for (unsigned i = 0; i < client->uploads->all->len; i++) {
        Upload *upload = g_ptr_array_index (client->uploads->all, i);
        if (upload->chat_id == chat_id && upload->id == id)
            return upload;
    }
    return NULL;
}

static Upload *
upload_new (TgClient *client, int32_t chat_id, int64_t id)
{
    Upload *upload = g_new0 (Upload, 1);

    upload->client = client;
    upload->chat_id = chat_id;
    upload->id = id;
    g_ptr_array_add (client->uploads->all, upload);
    return upload;
}

/* --- what is told --- */

static TalkSending
sending (const Upload *upload)
{
    return (TalkSending){ .what = upload->said,
                          .id = upload->id,
                          .number = upload->number,
                          .done = MIN (upload->done, upload->size),
                          .total = upload->size };
}

static void
tell (Upload *upload, TalkSendFile what)
{
    HostTime now = tg_now (upload->client);
    gboolean news = upload->said != what;

    if (news && what == TALK_SEND_TURN)
        tg_progress_begin (&upload->waits, now);
    if (!news && what == TALK_SEND_RUNS && !tg_progress_is_due (&upload->progress, now))
        return;
    gboolean lasts =
        (what == TALK_SEND_TURN && tg_progress_lasts (&upload->waits, now)) ||
        (what == TALK_SEND_RUNS && tg_progress_lasts (&upload->progress, now));
    if (!news && what != TALK_SEND_RUNS && !lasts)
        return;
    upload->said = what;
    tg_progress_told (&upload->progress, now);
    TalkSending told = sending (upload);
    told.lasts = lasts;
    tg_tell (upload->client, (TalkEvent){ .kind = TALK_EVENT_SENDING,
                                          .peer = { TALK_PEER_SECRET, upload->chat_id },
                                          .u.sending = told });
}

/* --- its end --- */

static void
answer (Upload *upload, const SecretAnswer *answer)
{
    SecretChat *chat = tg_secrets_find (upload->client, upload->chat_id);
    uint64_t token = upload->token;

    stop (upload);
    upload->token = 0;
    if (chat != NULL && token != 0)
        secret_chat_answer (chat, token, answer, tg_now (upload->client));
}

static void
fail (Upload *upload, TalkSendFile why)
{
    SecretAnswer failed = { .error_code = 400, .error_type = "FILE", .why = why };

    g_debug ("[chat %d] a file does not go up: %d", upload->chat_id, why);
    answer (upload, &failed);
}

static void
finish (Upload *upload)
{
    MediaUpload *machine = tg_source_upload (upload->source);
    SecretAnswer whole = { 0 };
    SecretFileRef *file = &whole.u.uploaded;

    file->kind = media_upload_is_big (machine) ? SECRET_FILE_BIG : SECRET_FILE_SMALL;
    file->id = upload->file_id;
    file->parts = tg_source_parts (upload->source);
    file->fingerprint = upload->fingerprint;
    if (file->kind == SECRET_FILE_SMALL)
        media_upload_md5 (machine, file->md5);
    tell (upload, TALK_SEND_WHOLE);
    answer (upload, &whole);
}

/* --- parts --- */

static void part_cb (void *user, TlMessage *message, const MtError *error);

static void
send_part (Slot *slot)
{
    Upload *upload = slot->upload;
    int32_t parts = tg_source_parts (upload->source);
    TlBytes bytes = TL_BYTES (slot->sealed->data, slot->sealed->len);
    ApiUploadSaveFilePart small =
        TL_NEW (ApiUploadSaveFilePart, .file_id = upload->file_id, .file_part = slot->n,
                .bytes = bytes);
    ApiUploadSaveBigFilePart big =
        TL_NEW (ApiUploadSaveBigFilePart, .file_id = upload->file_id,
                .file_part = slot->n, .file_total_parts = parts, .bytes = bytes);
    gboolean is_big = upload->size > MEDIA_SMALL_MAX; /* a multiple of a block */

    slot->call = net_call (upload->client->net, 0, NET_UP,
                           is_big ? TL_OBJ (&big) : TL_OBJ (&small), MT_CALL_PATIENT,
                           part_cb, slot); /* MT-H3, MT-H6 */
}

/* One part is read at a time, while others are on their way. */
static void
fill (Upload *upload)
{
    for (int i = 0; i < PARTS_AHEAD && upload->runs; i++)
        if (upload->slots[i].sealed == NULL && !upload->reading &&
            upload->next < upload->end) {
            upload->reading = TRUE;
            tg_source_read (upload->source, upload->next);
        }
}

static gboolean
begin (Upload *upload)
{
    gboolean all = upload->only == SECRET_PART_ALL;

    if (all && !crypto_random_int64 (crypto_random_system (), &upload->file_id))
        return FALSE; /* MT-H4 */
    upload->runs = TRUE;
    upload->next = all ? 0 : upload->only;
    upload->end = all ? tg_source_parts (upload->source) : upload->only + 1;
    upload->there = upload->next;
    upload->done = 0;
    tg_progress_begin (&upload->progress, tg_now (upload->client));
    tell (upload, TALK_SEND_RUNS);
    fill (upload);
    return TRUE;
}

static void
pause_upload (Upload *upload, TalkSendFile otherwise)
{
    if (tg_again_failed (&upload->again, tg_now (upload->client)))
        tell (upload, TALK_SEND_PAUSE);
    else
        fail (upload, otherwise);
}

static void
refused (Upload *upload, const MtError *error)
{
    if (tg_again_helps (error)) {
        pause_upload (upload, TALK_SEND_CUT);
    } else if (tg_refusal_is_file (error->type) && upload->restarts < RESTARTS_MAX) {
        upload->restarts++; /* MT-H5: from the beginning, as another one */
        upload->only = SECRET_PART_ALL;
        stop (upload);
        if (!begin (upload))
            fail (upload, TALK_SEND_REFUSED);
    } else {
        fail (upload, TALK_SEND_REFUSED);
    }
}

static void
part_cb (void *user, TlMessage *message, const MtError *error)
{
    Slot *slot = user;
    Upload *upload = slot->upload;
    const TlObject *root = message != NULL ? tl_message_root (message) : NULL;

    slot->call = NULL;
    if (upload->client->dying || !upload->runs)
        return;
    if (error != NULL) {
        refused (upload, error);
        return;
    }
    if (root->id != TL_BOOL_TRUE_ID) { /* MT-H4: again */
        pause_upload (upload, TALK_SEND_REFUSED);
        return;
    }
    upload->done += (int64_t)slot->sealed->len;
    upload->again.failures = 0;
    upload->there++;
    free_slot (slot);
    tell (upload, TALK_SEND_RUNS);
    if (upload->there == upload->end)
        finish (upload);
    else
        fill (upload);
}

static void
read_cb (void *user)
{
    Upload *upload = user;
    g_autoptr (GByteArray) part = tg_source_take (upload->source);

    upload->reading = FALSE;
    if (upload->stale || !upload->runs) {
        upload->stale = FALSE;
        fill (upload);
        return;
    }
    if (part == NULL) {
        fail (upload, tg_source_why (upload->source));
        return;
    }
    for (int i = 0; i < PARTS_AHEAD; i++) {
        Slot *slot = &upload->slots[i];
        if (slot->sealed != NULL)
            continue;
        *slot = (Slot){ upload, upload->next++, g_steal_pointer (&part), NULL };
        send_part (slot);
        break;
    }
    fill (upload);
}

/* --- which of them --- */

void
tg_uploads_ask (TgClient *client, const SecretCall *call)
{
    Upload *upload = find (client, call->chat_id, call->u.upload.id);

    if (upload == NULL) /* of an earlier process */
        upload = upload_new (client, call->chat_id, call->u.upload.id);
    upload->token = call->token;
    upload->only = call->u.upload.part;
    if (upload->known && upload->source == NULL)
        upload->source =
            tg_source_new (client, upload->path, &upload->seen, upload->bytes,
                           call->u.upload.file, read_cb, upload);
    upload->fingerprint =
        media_key_fingerprint (call->u.upload.file->key, call->u.upload.file->iv);
    client->uploads->asked = TRUE;
}

static void
start (Upload *upload)
{
    upload->restarts = 0;
    upload->again.failures = 0;
    if (!upload->known)
        fail (upload, TALK_SEND_RESTART);
    else if (upload->source == NULL)
        fail (upload, TALK_SEND_LARGE);
    else if (!begin (upload))
        fail (upload, TALK_SEND_REFUSED);
}

static void
look_through (TgClient *client)
{
    GPtrArray *all = client->uploads->all;
    unsigned running = 0;

    for (unsigned i = 0; i < all->len;) {
        Upload *upload = g_ptr_array_index (all, i);
        const SecretChat *chat = tg_secrets_find (client, upload->chat_id);
        if (chat == NULL || !secret_chat_needs_file (chat, upload->id)) {
            g_ptr_array_remove_index (all, i); /* MT-H28 */
            continue;
        }
        if (upload->token != 0 &&
            !secret_chat_uploads (chat, upload->id, upload->token)) {
            stop (upload);
            upload->token = 0;
        }
        if (upload->token != 0 && !upload->runs && running < AT_ONCE)
            start (upload);
        else if (upload->token != 0 && !upload->runs)
            tell (upload, TALK_SEND_TURN);
        running += upload->runs;
        i++;
    }
}

static gboolean
settles (const TgClient *client)
{
    return !client->dying && !client->stopped && client->net != NULL;
}

void
tg_uploads_settle (TgClient *client)
{
    if (!settles (client) || client->uploads->all->len == 0)
        return;
    do { /* what is answered may ask anew */
        client->uploads->asked = FALSE;
        look_through (client);
    } while (client->uploads->asked);
}

void
tg_uploads_tick (TgClient *client, HostTime now)
{
    for (unsigned n = 0; n < client->uploads->all->len; n++) {
        Upload *upload = g_ptr_array_index (client->uploads->all, n);
        for (int i = 0; i < PARTS_AHEAD && upload->runs; i++)
            if (upload->again.not_before <= now.mono && upload->slots[i].sealed != NULL &&
                upload->slots[i].call == NULL)
                send_part (&upload->slots[i]);
    }
}

int64_t
tg_uploads_deadline (TgClient *client)
{
    int64_t deadline = HOST_NEVER;

    for (unsigned n = 0; settles (client) && n < client->uploads->all->len; n++) {
        const Upload *upload = g_ptr_array_index (client->uploads->all, n);
        if (upload->token != 0 && upload->said == TALK_SEND_TURN)
            deadline = MIN (deadline, tg_progress_lasts_at (&upload->waits));
        for (int i = 0; i < PARTS_AHEAD; i++)
            if (upload->runs && upload->slots[i].sealed != NULL &&
                upload->slots[i].call == NULL)
                deadline = MIN (deadline, upload->again.not_before);
    }
    return deadline;
}

/* --- acts --- */

/* A path's own name, where none was said. */
static char *
name_of (const TgFileOut *file)
{
    if (file->name != NULL)
        return g_strdup (file->name);
    if (file->path == NULL || file->content == TALK_CONTENT_PHOTO)
        return NULL;
    g_autofree char *base = g_path_get_basename (file->path);
    return g_filename_display_name (base);
}

static SecretFileOut
out_of (const TgFileOut *file, const char *name, TgSourceSeen *seen)
{
    SecretFileOut out = { .content = file->content,
                          .look = file->look,
                          .name = name,
                          .mime = file->mime,
                          .title = file->title,
                          .performer = file->performer,
                          .thumb_width = file->thumb_width,
                          .thumb_height = file->thumb_height,
                          .caption = file->caption,
                          .silent = file->silent,
                          .album = file->album };

    if (file->thumb != NULL)
        out.thumb = g_bytes_get_data (file->thumb, &out.thumb_len);
    if (file->path != NULL) {
        out.refused = tg_source_look (file->path, seen);
        out.look.size = seen->size;
    } else {
        out.look.size = (int64_t)g_bytes_get_size (file->bytes);
        out.refused = out.look.size == 0             ? TALK_SEND_EMPTY
                      : out.look.size > MEDIA_UP_MAX ? TALK_SEND_LARGE
                                                     : TALK_SEND_NONE;
    }
    return out;
}

TalkSendFile
tg_file_look (const char *path, int64_t *size)
{
    TgSourceSeen seen;
    TalkSendFile why = tg_source_look (path, &seen);

    *size = seen.size;
    return why;
}

static gboolean
is_file (TalkContent content)
{
    return content >= TALK_CONTENT_PHOTO && content <= TALK_CONTENT_FILE;
}

TalkCode
tg_secret_send_file (TgClient *client, int32_t chat_id, const TgFileOut *file,
                     int64_t *id)
{
    SecretChat *chat = client->stopped ? NULL : tg_secrets_find (client, chat_id);
    TalkMessage told;
    TalkSecret info;

    if (client->stopped || client->net == NULL)
        return TALK_IS_OFFLINE;
    if (chat == NULL)
        return TALK_NO_CHAT;
    if (!is_file (file->content) || (file->path == NULL) == (file->bytes == NULL) ||
        client->uploads->all->len >= SENDS_MAX)
        return TALK_INVALID;
    g_auto (TgAct) act = tg_act (client);
    g_autofree char *name = name_of (file);
    /* before the chat may ask for it */
    Upload *upload = upload_new (client, chat_id, 0);
    SecretFileOut out = out_of (file, name, &upload->seen);
    upload->path = g_strdup (file->path);
    upload->bytes = file->bytes != NULL ? g_bytes_ref (file->bytes) : NULL;
    upload->known = TRUE;
    upload->size = out.look.size;
    TalkCode code = secret_chat_send_file (chat, &out, tg_now (client), &upload->id);
    if (code != TALK_DONE) {
        g_ptr_array_remove (client->uploads->all, upload);
        return code;
    }
    *id = upload->id;
    if (secret_chat_message (chat, upload->id, &told))
        upload->number = told.number;
    secret_chat_info (chat, &info);
    if (info.state != TALK_STATE_READY)
        tell (upload, TALK_SEND_CHAT);
    return TALK_DONE;
}

TalkCode
tg_secret_forward_file (TgClient *client, int32_t from, int64_t id, int32_t to,
                        const TalkTyped *caption, int64_t *sent)
{
    const SecretChat *chat = client->stopped ? NULL : tg_secrets_find (client, from);
    SecretChat *other = chat != NULL ? tg_secrets_find (client, to) : NULL;
    TalkMessage message;

    if (client->stopped || client->net == NULL)
        return TALK_IS_OFFLINE;
    if (other == NULL)
        return TALK_NO_CHAT;
    const MediaFile *file = secret_chat_file (chat, id);
    if (file == NULL || !secret_chat_message (chat, id, &message) ||
        !(is_file (message.content) || message.content == TALK_CONTENT_STICKER))
        return TALK_NOTHING;
    g_auto (TgAct) act = tg_act (client);
    return secret_chat_forward_file (other, file, message.content, caption,
                                     tg_now (client), sent);
}

gboolean
tg_secret_send_cancel (TgClient *client, int32_t chat_id, int64_t id)
{
    SecretChat *chat = client->stopped ? NULL : tg_secrets_find (client, chat_id);

    if (chat == NULL)
        return FALSE;
    g_auto (TgAct) act = tg_act (client);
    return secret_chat_cancel (chat, id, tg_now (client)) == TALK_DONE;
}

void
tg_client_each_sending (TgClient *client, TgSendingFunc func, void *user)
{
    for (unsigned i = 0; i < client->uploads->all->len; i++) {
        const Upload *upload = g_ptr_array_index (client->uploads->all, i);
        TalkSending runs = sending (upload);
        if (upload->known)
            func (upload->chat_id, &runs, user);
    }
}
