/* Own files (SC-H, SC-G4; MT-H8, MT-H16).
 *
 *   sent -> a note, told as MESSAGE -> the chat is ready: UPLOAD is asked for; texts pass it
 *        -> it is up: numbered, sealed, sent like any other -> SENT
 *       \-> it cannot be, the chat ends, the user cancels, the program ends: FAILED
 *       \-> deleted: nobody hears of it
 *
 * No number is drawn for what was never uploaded, so that nothing waits for a file but its own
 * message. */
#include "secret-private.h"

#include "secret.tl.h"

#include <string.h>

#define THUMB_MAX 6000 /* SC-H10 */
#define THUMB_SIDE_MAX 100
#define INT_SIZE_MAX ((int64_t)2000 << 20) /* SC-H6 */
#define LONG_SIZES 143

/* --- sending --- */

static gboolean
is_timed (TalkContent content)
{
    return content == TALK_CONTENT_PHOTO || content == TALK_CONTENT_VIDEO ||
           content == TALK_CONTENT_AUDIO || content == TALK_CONTENT_VOICE;
}

/* SC-H6 */
static gboolean
is_too_large (const SecretChat *chat, TalkContent content, int64_t size)
{
    int32_t layer = secret_layer_choose (chat->layers.peer, chat->layers.sent);

    return size > MEDIA_SIZE_MAX ||
           (size > INT_SIZE_MAX && (layer < LONG_SIZES || content == TALK_CONTENT_PHOTO));
}

static const char *
default_mime (TalkContent content)
{
    return content == TALK_CONTENT_PHOTO ? "image/jpeg" : "application/octet-stream";
}

static MediaFile *
file_new (SecretChat *chat, const SecretFileOut *out)
{
    g_autoptr (MediaFile) file = media_file_new ();
    const char *mime = out->mime;

    if (!crypto_random_fill (chat->env->random, file->key, sizeof file->key) ||
        !crypto_random_fill (chat->env->random, file->iv, sizeof file->iv))
        return NULL;
    file->look = (TalkMedia){ .animated = out->look.animated,
                              .round = out->look.round,
                              .duration = MAX (out->look.duration, 0),
                              .size = out->look.size };
    media_file_set_sides (file, out->look.width, out->look.height);
    if (out->name != NULL)
        file->name = secret_text_name (TL_STR (out->name));
    if (mime == NULL || *mime == '\0' || strlen (mime) > MEDIA_MIME_MAX)
        mime = default_mime (out->content);
    file->mime = secret_text_line (TL_STR (mime));
    if (out->content == TALK_CONTENT_AUDIO)
        media_file_set_title (file, TL_STR_OPTIONAL (out->title),
                              TL_STR_OPTIONAL (out->performer));
    return g_steal_pointer (&file);
}

/* A thumbnail that no client would show is left out (SC-H10). */
static SecretUpload *
upload_new (const SecretFileOut *out)
{
    SecretUpload *upload = g_new0 (SecretUpload, 1);
    gboolean fits = out->thumb != NULL && out->thumb_len > 0 &&
                    out->thumb_len <= THUMB_MAX && out->thumb_width > 0 &&
                    out->thumb_height > 0 && out->thumb_width <= THUMB_SIDE_MAX &&
                    out->thumb_height <= THUMB_SIDE_MAX;

    upload->album = out->album;
    if (fits) {
        upload->thumb = crypto_secret_new (out->thumb, out->thumb_len);
        upload->thumb_width = out->thumb_width;
        upload->thumb_height = out->thumb_height;
    }
    return upload;
}

static TalkCode
check (const SecretChat *chat, const char *caption)
{
    gboolean later = chat->state == TALK_STATE_ASKING ||
                     chat->state == TALK_STATE_WAITING ||
                     chat->state == TALK_STATE_ACCEPTING;
    TalkCode code = later ? TALK_DONE : secret_check_ready (chat);

    if (code != TALK_DONE)
        return code;
    return g_utf8_validate (caption, -1, NULL) &&
                   secret_text_units (caption, strlen (caption)) <= SECRET_TEXT_MAX
               ? TALK_DONE
               : TALK_INVALID;
}

/* A note of it, neither stored nor told yet. */
static SecretNote *
note_new (SecretChat *chat, int64_t id, TalkContent content, const TalkTyped *caption,
          MediaFile *take_file, HostTime now)
{
    const SecretNote *answered = secret_note_find (chat, caption->reply_to);
    gboolean answers = answered != NULL && !answered->refused; /* SC-I3 */
    SecretNote *note =
        secret_note_own (chat, id, caption->text != NULL ? caption->text : "", now);

    secret_typing_stop (chat, TRUE, now);
    note->content = content;
    note->spans = talk_spans_ref ((TalkSpans *)caption->spans);
    note->reply_to = answers ? caption->reply_to : 0;
    note->detail =
        g_strdup (take_file->emoji != NULL ? take_file->emoji : take_file->name);
    note->file = take_file;
    return note;
}

/* It waits to be sent. */
static void
begin (SecretChat *chat, SecretNote *note, SecretUpload *take_upload)
{
    secret_note_set_ttl (note, chat->ttl, is_timed (note->content),
                         note->file->look.duration); /* as it would go now */
    secret_note_set_upload (chat, note, take_upload);
    secret_save_note (chat, note);
    secret_note_show (chat, note);
}

TalkCode
secret_forward_file (SecretChat *chat, const MediaFile *file, TalkContent content,
                     const TalkTyped *caption, HostTime now, int64_t *random_id)
{
    TalkCode code = check (chat, caption->text != NULL ? caption->text : "");
    int64_t id;

    if (code != TALK_DONE)
        return code;
    if (file->look.file != TALK_FILE_THERE ||
        is_too_large (chat, content, file->look.size))
        return TALK_NOTHING;
    if (!crypto_random_int64 (chat->env->random, &id))
        return TALK_NO_RANDOM;
    SecretUpload *upload = g_new0 (SecretUpload, 1);
    upload->there = TRUE;
    SecretNote *note = note_new (chat, id, content, caption, media_file_copy (file), now);
    if (note->file->mime == NULL)
        note->file->mime = g_strdup (default_mime (content));
    begin (chat, note, upload);
    *random_id = id;
    return TALK_DONE;
}

TalkCode
secret_send_file (SecretChat *chat, const SecretFileOut *out, HostTime now,
                  int64_t *random_id)
{
    TalkCode code = check (chat, out->caption.text != NULL ? out->caption.text : "");
    int64_t id;

    if (code != TALK_DONE)
        return code;
    g_autoptr (MediaFile) file = file_new (chat, out);
    if (file == NULL || !crypto_random_int64 (chat->env->random, &id))
        return TALK_NO_RANDOM;
    SecretNote *note =
        note_new (chat, id, out->content, &out->caption, g_steal_pointer (&file), now);
    note->silent = out->silent;
    *random_id = id;
    TalkSendFile refused = out->refused != TALK_SEND_NONE ? out->refused
                           : is_too_large (chat, note->content, note->file->look.size)
                               ? TALK_SEND_LARGE
                               : TALK_SEND_NONE;
    if (refused != TALK_SEND_NONE) {
        secret_refuse (chat, id, secret_unsent_token (refused));
        return TALK_DONE;
    }
    secret_note_set_album (chat, note, out->album);
    begin (chat, note, upload_new (out));
    return TALK_DONE;
}

TalkCode
secret_upload_cancel (SecretChat *chat, int64_t random_id)
{
    const SecretNote *note = secret_note_find (chat, random_id);

    if (note == NULL || !note->uploads)
        return TALK_NOTHING;
    secret_refuse (chat, random_id, secret_unsent_token (TALK_SEND_CANCELLED));
    return TALK_DONE;
}

/* --- going up --- */

static gboolean
is_to_be_asked (const SecretNote *note)
{
    return note->uploads && note->upload->token == 0;
}

/* Numbered and sealed, in the turn that says where its file is. */
static TalkCode
send (SecretChat *chat, SecretNote *note, const SecretFileRef *file, HostTime now)
{
    int32_t layer = secret_layer_choose (chat->layers.peer, chat->layers.sent);
    g_auto (SecretEntities) entities = { 0 };

    secret_entities_write (note->text, note->spans, layer, &entities);
    const gboolean public = note->file->look.public; /* which has no caption */
    secret_note_set_ttl (note, chat->ttl, is_timed (note->content),
                         note->file->look.duration); /* SC-G1, SC-G5 */
    g_autoptr (SecretMedia) media = secret_media_new (note, layer);
    SecretDecryptedMessage message = TL_NEW (
        SecretDecryptedMessage, .silent = note->silent, .random_id = note->random_id,
        .ttl = note->ttl, .message = TL_STR (public ? note->text : ""),
        .media = secret_media_object (media), .entities = entities.vector,
        .has_reply_to_random_id = note->reply_to != 0,
        .reply_to_random_id = note->reply_to, .has_grouped_id = note->upload->album != 0,
        .grouped_id = note->upload->album); /* SC-H13, SC-H17 */
    SecretOut *out =
        secret_send_object (chat, TL_OBJ (&message), note->random_id, FALSE, now);
    if (out == NULL)
        return TALK_NO_RANDOM;
    out->user = TRUE;
    out->silent = note->silent;
    out->file = *file;
    if (file->kind == SECRET_FILE_THERE)
        out->place = note->file->place;
    secret_out_save (chat, out, STORE_DURABLE);
    g_debug ("[chat %d] -> file #%d", chat->id, out->raw_out);
    return TALK_DONE;
}

/* ... and from now on it is like any message of ours. */
static void
number (SecretChat *chat, SecretNote *note, const SecretFileRef *file, HostTime now)
{
    if (is_too_large (chat, note->content, note->file->look.size)) {
        secret_refuse (chat, note->random_id, secret_unsent_token (TALK_SEND_LARGE));
    } else if (send (chat, note, file, now) == TALK_DONE) {
        secret_note_set_upload (chat, note, NULL);
        note->date = (int32_t)(now.wall / 1000);
        secret_save_note (chat, note);
    } else if (chat->state == TALK_STATE_READY) {
        secret_refuse (chat, note->random_id, secret_unsent_token (TALK_SEND_REFUSED));
    }
}

/* An album arrives in its order (SC-H17), whichever of its files was up first. */
static gboolean
waits_for_album (const SecretChat *chat, const SecretNote *note)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, chat->notes.table);
    while (note->upload->album != 0 && g_hash_table_iter_next (&iter, NULL, &value)) {
        const SecretNote *other = value;
        if (other->uploads && other->upload != NULL && other->order < note->order &&
            other->upload->album == note->upload->album)
            return TRUE;
    }
    return FALSE;
}

void
secret_uploads_pump (SecretChat *chat, HostTime now)
{
    if (chat->notes.uploads == 0 || chat->state != TALK_STATE_READY || !chat->online)
        return;
    g_autoptr (GArray) ids = secret_notes_ids (chat, is_to_be_asked);
    for (unsigned i = 0; i < ids->len; i++) {
        SecretNote *note = secret_note_find (chat, g_array_index (ids, int64_t, i));
        if (note->upload->there) { /* of what is public nothing goes beside the message */
            SecretFileKind kind =
                note->file->look.public ? SECRET_FILE_NONE : SECRET_FILE_THERE;
            number (chat, note, &(SecretFileRef){ .kind = kind }, now);
            continue;
        }
        if (note->upload->whole) {
            const SecretFileRef file = note->upload->file; /* which number() frees */
            if (!waits_for_album (chat, note))
                number (chat, note, &file, now);
            continue;
        }
        note->upload->token =
            secret_call (chat, (SecretCall){ .kind = SECRET_CALL_UPLOAD,
                                             .u.upload = { .id = note->random_id,
                                                           .file = note->file,
                                                           .part = SECRET_PART_ALL } });
    }
}

static SecretNote *
note_of (const SecretChat *chat, uint64_t token)
{
    GHashTableIter iter;
    gpointer value;

    if (token == 0 || chat->notes.uploads == 0)
        return NULL;
    g_hash_table_iter_init (&iter, chat->notes.table);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        SecretNote *note = value;
        if (note->upload != NULL && note->upload->token == token)
            return note;
    }
    return NULL;
}

gboolean
secret_uploads_answer (SecretChat *chat, uint64_t token, const SecretAnswer *answer,
                       HostTime now)
{
    SecretNote *note = note_of (chat, token);

    if (note == NULL)
        return FALSE;
    note->upload->token = 0;
    if (answer->error_code < 0)
        return TRUE; /* asked for again */
    if (answer->error_code > 0) {
        secret_refuse (chat, note->random_id, secret_unsent_token (answer->why));
    } else {
        note->upload->whole = TRUE; /* the input's end sends it (secret_uploads_pump()) */
        note->upload->file = answer->u.uploaded;
    }
    return TRUE;
}

gboolean
secret_chat_uploads (const SecretChat *chat, int64_t random_id, uint64_t token)
{
    const SecretNote *note = secret_note_find (chat, random_id);

    return (note != NULL && note->upload != NULL && note->upload->token == token) ||
           secret_outbox_uploads (chat, random_id, token);
}

gboolean
secret_chat_needs_file (const SecretChat *chat, int64_t random_id)
{
    const SecretNote *note = secret_note_find (chat, random_id);

    return note != NULL && note->file != NULL && note->outgoing && !note->refused &&
           !note->sent;
}

/* --- the end --- */

static gboolean
is_upload (const SecretNote *note)
{
    return note->uploads;
}

void
secret_uploads_wipe (SecretChat *chat)
{
    if (chat->notes.uploads == 0)
        return;
    g_autoptr (GArray) ids = secret_notes_ids (chat, is_upload);
    for (unsigned i = 0; i < ids->len; i++)
        secret_refuse (chat, g_array_index (ids, int64_t, i), "CLOSED");
}

void
secret_uploads_suspend (SecretChat *chat)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, chat->notes.table);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        SecretNote *note = value;
        if (note->upload != NULL)
            note->upload->token = 0;
    }
}
