/* Own messages: numbered once, kept until the peer acknowledged them, sent one after the
 * other, sent again as they are (SC-D1 to D3, D18 to D28). */
#include "secret-private.h"
#include "secret-record.h"

#include "secret.tl.h"
#include "tl-encode.h"

#include <string.h>

#define RESENDS_AN_HOUR 6 /* SC-D24 */
#define HOUR_MS (3600 * 1000)
#define RETRY_MS 5000    /* pause after MSG_WAIT_* */
#define DELAYED_MS 60000 /* DECISIONS 7 */

SecretOut *
secret_send_object (SecretChat *chat, const TlObject *body, int64_t random_id,
                    gboolean service, HostTime now)
{
    SecretKey *key = &chat->keys.now;

    if (chat->numbers.raw_out >= SECRET_RAW_MAX) {
        secret_end (chat, TALK_CLOSED_VIOLATION, "the counters are used up (SC-D5)",
                    TRUE);
        return NULL;
    }
    SecretOut *out = g_new0 (SecretOut, 1);
    out->data = g_byte_array_new ();
    out->random_id = random_id;
    out->raw_out = chat->numbers.raw_out;
    out->layer = secret_layer_choose (chat->layers.peer, chat->layers.sent);
    out->in_seq_no = secret_seq_in (secret_numbers_x (chat), chat->numbers.raw_in);
    out->asks_from = -1;
    out->fingerprint = key->fingerprint;
    out->service = service;
    out->created = now.wall;
    if (!secret_out_seal (chat, key, out, body)) {
        secret_out_free (out); /* no number was used */
        return NULL;
    }
    chat->numbers.raw_out++;
    chat->layers.sent = out->layer;
    secret_key_count (key, now);
    g_ptr_array_add (chat->outbox.list, out);
    secret_out_save (chat, out, STORE_DURABLE);
    chat->end.save = TRUE;
    g_debug ("[chat %d] #%d is sealed at layer %d", chat->id, out->raw_out, out->layer);
    return out;
}

SecretOut *
secret_send_action (SecretChat *chat, const TlObject *action, HostTime now)
{
    int64_t random_id;

    if (!crypto_random_int64 (chat->env->random, &random_id))
        return NULL;
    SecretDecryptedMessageService service =
        TL_NEW (SecretDecryptedMessageService, .random_id = random_id, .action = action);
    SecretOut *out = secret_send_object (chat, TL_OBJ (&service), random_id, TRUE, now);
    if (out != NULL)
        g_debug ("[chat %d] -> %s #%d", chat->id,
                 tl_id_name (&tl_secret_schema, action->id), out->raw_out);
    return out;
}

/* Where the first with this number or a higher one stands: they stand by number. */
static unsigned
place_of (const SecretChat *chat, int32_t raw)
{
    unsigned from = 0, to = chat->outbox.list->len;

    while (from < to) {
        unsigned middle = from + (to - from) / 2;
        if (((SecretOut *)g_ptr_array_index (chat->outbox.list, middle))->raw_out < raw)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static SecretOut *
find_out (const SecretChat *chat, int64_t random_id)
{
    for (unsigned i = 0; i < chat->outbox.list->len; i++) {
        SecretOut *out = g_ptr_array_index (chat->outbox.list, i);
        if (out->random_id == random_id)
            return out;
    }
    return NULL;
}

void
secret_outbox_release (SecretChat *chat, int32_t peer_in)
{
    unsigned n = 0;

    while (n < chat->outbox.list->len) {
        SecretOut *out = g_ptr_array_index (chat->outbox.list, n);
        if (out->raw_out >= peer_in)
            break;
        secret_drop (chat, STORE_OUTBOX, out->raw_out);
        SecretNote *note = secret_note_find (chat, out->random_id);
        if (note != NULL && !note->refused) { /* DECISIONS 3 */
            if (!note->sent) {
                note->sent = TRUE;
                secret_event (chat,
                              (TalkEvent){ .kind = TALK_EVENT_SENT,
                                           .u.sent = { note->random_id, note->date } });
            }
            secret_note_drop_text (note);
            secret_save_note (chat, note);
        }
        if (chat->outbox.token != 0 && chat->outbox.raw == out->raw_out)
            chat->outbox.token = 0; /* its answer got lost; the peer has it */
        n++;
    }
    if (n > 0)
        g_ptr_array_remove_range (chat->outbox.list, 0, n);
}

/* An unacknowledged message's content becomes its own deletion (SC-D19), or a Noop. */
static gboolean
replace (SecretChat *chat, SecretOut *out, gboolean noop, HostTime now)
{
    const SecretKey *own = secret_keys_find (chat, out->fingerprint);
    const SecretKey *key = own != NULL ? own : &chat->keys.now;
    SecretDecryptedMessageActionDeleteMessages action = TL_NEW (
        SecretDecryptedMessageActionDeleteMessages, .random_ids = { &out->random_id, 1 });
    SecretDecryptedMessageActionNoop nothing = TL_NEW (SecretDecryptedMessageActionNoop);
    SecretDecryptedMessageService service =
        TL_NEW (SecretDecryptedMessageService, .random_id = out->random_id,
                .action = noop ? TL_OBJ (&nothing) : TL_OBJ (&action));

    crypto_wipe (out->data->data, out->data->len);
    if (!secret_out_seal (chat, key, out, TL_OBJ (&service))) {
        secret_end (chat, TALK_CLOSED_CORRUPT, "no random numbers", TRUE);
        return FALSE;
    }
    if (out->upload && chat->outbox.raw == out->raw_out)
        chat->outbox.token = 0; /* nobody waits for its file any more */
    out->upload = FALSE;
    out->file = (SecretFileRef){ 0 };
    out->place = (MediaPlace){ 0 };
    out->fingerprint = key->fingerprint;
    out->replaced = TRUE;
    out->asks_from = -1;
    out->user = FALSE;
    out->typing = FALSE;
    out->service = TRUE;
    out->silent = TRUE;
    secret_out_save (chat, out, STORE_DURABLE);
    g_debug ("[chat %d] #%d replaced", chat->id, out->raw_out);
    return TRUE;
}

/* A user's message that may become its own deletion: what was sent under a key that is gone
 * only goes by the deletion that follows (SC-F14). */
static gboolean
is_replaceable (SecretChat *chat, const SecretOut *out)
{
    return out->user && (!out->sent || secret_keys_find (chat, out->fingerprint) != NULL);
}

void
secret_outbox_forget (SecretChat *chat, const int64_t *ids, size_t n, HostTime now)
{
    for (size_t i = 0; i < n && chat->state == TALK_STATE_READY; i++) {
        SecretOut *out = find_out (chat, ids[i]);
        if (out != NULL && is_replaceable (chat, out))
            replace (chat, out, FALSE, now);
    }
}

/* A Resend whose first number came meanwhile, and will be acknowledged by what follows:
 * iOS acts on every copy, and asked for what it has released it would stall. What is
 * still missing has its own repeat. */
static gboolean
is_stale_request (SecretChat *chat, const SecretOut *out)
{
    return out->asks_from >= 0 && out->asks_from < chat->numbers.raw_in &&
           secret_keys_find (chat, out->fingerprint) != NULL;
}

gboolean
secret_outbox_resend (SecretChat *chat, int32_t start, int32_t end, HostTime now)
{
    SecretRange range;

    if (!secret_seq_resend (secret_numbers_x (chat), chat->numbers.raw_out, start, end,
                            &range))
        return FALSE;
    g_debug ("[chat %d] asked for #%d..%d again", chat->id, range.from, range.to - 1);
    for (unsigned i = 0; i < chat->outbox.list->len; i++) {
        SecretOut *out = g_ptr_array_index (chat->outbox.list, i);
        if (out->raw_out < range.from || out->raw_out >= range.to || !out->sent)
            continue; /* what was never sent goes out anyway */
        if (now.wall - out->resend_hour >= HOUR_MS || now.wall < out->resend_hour) {
            out->resend_hour = now.wall;
            out->resends = 0;
        }
        if (out->resends >= RESENDS_AN_HOUR)
            continue; /* SC-D24 */
        out->resends++;
        out->resend = TRUE;
        chat->outbox.from = MIN (chat->outbox.from, out->raw_out);
        if (!is_stale_request (chat, out))
            secret_out_save (chat, out, STORE_DURABLE);
        else if (!replace (chat, out, TRUE, now))
            return TRUE; /* closed */
    }
    return TRUE; /* what was acknowledged already is skipped (SC-D23) */
}

/* --- sending --- */

/* Looked for from where the last one was: what is before it was sent. */
static SecretOut *
next_to_send (SecretChat *chat)
{
    for (unsigned i = place_of (chat, chat->outbox.from); i < chat->outbox.list->len;
         i++) {
        SecretOut *out = g_ptr_array_index (chat->outbox.list, i);
        if (!out->sent || out->resend) {
            chat->outbox.from = out->raw_out;
            return out;
        }
    }
    chat->outbox.from = chat->numbers.raw_out;
    return NULL;
}

/* The first silent minute is told, whatever it is that the message waits for: an answer, a
 * connection, or what was missed (DECISIONS 7). */
static void
watch (SecretChat *chat, HostTime now)
{
    const SecretOut *out = chat->state == TALK_STATE_READY ? next_to_send (chat) : NULL;

    if (out == NULL) {
        chat->outbox.since = 0;
    } else if (chat->outbox.since == 0 || chat->outbox.waits != out->raw_out) {
        chat->outbox.waits = out->raw_out;
        chat->outbox.since = now.mono;
        chat->outbox.delayed_told = FALSE;
    } else if (!chat->outbox.delayed_told &&
               now.mono - chat->outbox.since >= DELAYED_MS) {
        chat->outbox.delayed_told = TRUE;
        secret_tell_notice (chat, TALK_NOTICE_DELAYED, FALSE, 0);
    }
}

/* What only their notes said is written anew. */
static void
notes_gone (SecretChat *chat)
{
    for (unsigned i = 0; i < chat->outbox.list->len; i++) {
        SecretOut *out = g_ptr_array_index (chat->outbox.list, i);
        if (!out->in_note || secret_note_find (chat, out->random_id) != NULL)
            continue;
        out->in_note = FALSE;
        secret_out_save (chat, out, STORE_DURABLE);
    }
}

/* As the first answer named it, if one did: it is not uploaded twice (SC-D21). */
static SecretFileRef
file_of (const SecretOut *out)
{
    return out->place.dc == 0 ? out->file
                              : (SecretFileRef){ .kind = SECRET_FILE_THERE,
                                                 .id = out->place.id,
                                                 .access_hash = out->place.access_hash };
}

/* FALSE: there is nothing that it could be asked with. */
static gboolean
ask_upload (SecretChat *chat, const SecretOut *out)
{
    const SecretNote *note = secret_note_find (chat, out->random_id);

    if (note == NULL || note->file == NULL)
        return FALSE;
    chat->outbox.token =
        secret_call (chat, (SecretCall){ .kind = SECRET_CALL_UPLOAD,
                                         .u.upload = { .id = out->random_id,
                                                       .file = note->file,
                                                       .part = out->upload_part,
                                                       .again = TRUE } });
    return TRUE;
}

static void
send_next (SecretChat *chat, HostTime now)
{
    if (chat->state != TALK_STATE_READY)
        return;
    if (chat->outbox.retry_at <= now.mono)
        chat->outbox.retry_at = 0;
    if (chat->outbox.token != 0)
        return; /* one in flight (SC-D3) */
    SecretOut *out = next_to_send (chat);
    if (out == NULL || chat->outbox.retry_at != 0)
        return;
    if (out->resend)
        g_debug ("[chat %d] -> #%d once more", chat->id, out->raw_out);
    chat->outbox.raw = out->raw_out;
    if (out->upload && ask_upload (chat, out))
        return;
    chat->outbox.token = secret_call (
        chat,
        (SecretCall){ .kind = SECRET_CALL_SEND,
                      .u.send = { .random_id = out->random_id,
                                  .service = out->service,
                                  .silent = out->silent,
                                  .file = file_of (out),
                                  .data = TL_BYTES (out->data->data, out->data->len) } });
}

void
secret_outbox_pump (SecretChat *chat, HostTime now)
{
    if (chat->end.own_note)
        notes_gone (chat);
    chat->end.own_note = FALSE;
    if (chat->online)
        send_next (chat, now);
    watch (chat, now);
}

int64_t
secret_outbox_deadline (const SecretChat *chat, HostTime now)
{
    int64_t deadline = chat->outbox.since != 0 && !chat->outbox.delayed_told
                           ? chat->outbox.since + DELAYED_MS
                           : HOST_NEVER;

    if (chat->outbox.token == 0 && chat->outbox.retry_at > 0 &&
        chat->state == TALK_STATE_READY)
        deadline = MIN (deadline, chat->outbox.retry_at);
    return deadline;
}

/* Its own file lies there now, if it can be that one (SC-H2, SC-H5): else it stays what it was when it
 * was uploaded. */
static void
take_place (SecretOut *out, SecretNote *note, const MediaPlace *place)
{
    if (out->file.kind == SECRET_FILE_NONE || place->dc == 0 || out->place.dc != 0 ||
        place->fingerprint != out->file.fingerprint ||
        (note != NULL && note->file != NULL && !media_file_fits (note->file, place)))
        return;
    out->place = *place;
    if (note != NULL && note->file != NULL)
        media_file_set_place (note->file, place);
}

static void
sent (SecretChat *chat, SecretOut *out, const SecretAnswer *answer, HostTime now)
{
    SecretNote *note = secret_note_find (chat, out->random_id);
    int32_t date = answer->u.sent.date;

    out->resend = FALSE;
    take_place (out, note, &answer->u.sent.file);
    if (out->sent) {
        secret_out_save (chat, out, STORE_LATE);
        return;
    }
    out->sent = TRUE;
    if (note == NULL || !out->user) {
        secret_out_save (chat, out, STORE_LATE);
    } else {
        out->in_note = TRUE;
        note->sent = TRUE;
        note->date = secret_date (chat, date, now); /* SC-E3, SC-I4 */
        secret_mark_note (chat, note, STORE_LATE);
        secret_event (chat, (TalkEvent){ .kind = TALK_EVENT_SENT,
                                         .u.sent = { out->random_id, date } });
    }
}

void
secret_outbox_loaded (SecretChat *chat)
{
    chat->outbox.from = 0;
    for (unsigned i = 0; i < chat->outbox.list->len; i++) {
        SecretOut *out = g_ptr_array_index (chat->outbox.list, i);
        const SecretNote *note =
            out->user && !out->sent ? secret_note_find (chat, out->random_id) : NULL;
        if (note == NULL || !note->outgoing || !note->sent)
            continue;
        out->sent = out->in_note = TRUE;
        if (out->file.kind != SECRET_FILE_NONE && note->file != NULL)
            out->place = note->file->place;
    }
}

/* A user's message that the server refuses: its numbers carry its own deletion, the user
 * sees "failed" (SC-D28). */
static void
fail_user_message (SecretChat *chat, SecretOut *out, const char *type, HostTime now)
{
    secret_refuse (chat, out->random_id, type);
    replace (chat, out, FALSE, now);
}

/* A part once, then all of it once: the same file, the same message (MT-H5, MT-H8). */
static gboolean
may_upload (SecretOut *out, const SecretAnswer *answer)
{
    gboolean part = answer->refusal == SECRET_REFUSAL_PART && answer->part >= 0 &&
                    answer->part < out->file.parts &&
                    out->upload_tries == SECRET_TRIES_NONE;

    if (answer->refusal != SECRET_REFUSAL_PART && answer->refusal != SECRET_REFUSAL_FILE)
        return FALSE;
    if (!out->user || out->file.kind == SECRET_FILE_NONE || out->place.dc != 0 ||
        out->upload_tries == SECRET_TRIES_ALL)
        return FALSE;
    out->upload_tries = part ? SECRET_TRIES_PART : SECRET_TRIES_ALL;
    out->upload = TRUE;
    out->upload_part = part ? answer->part : SECRET_PART_ALL;
    return TRUE;
}

/* The table of SC-E18. */
static void
refused (SecretChat *chat, SecretOut *out, const SecretAnswer *answer, HostTime now)
{
    const char *type = answer->error_type != NULL ? answer->error_type : "?";

    g_debug ("[chat %d] #%d refused: %s", chat->id, out->raw_out, type);
    if (answer->refusal == SECRET_REFUSAL_WAIT) {
        chat->outbox.retry_at = now.mono + RETRY_MS;
    } else if (may_upload (out, answer)) {
        return; /* asked for when the input ends */
    } else if (answer->refusal == SECRET_REFUSAL_DECLINED) {
        secret_end (chat, TALK_CLOSED_BY_PEER, NULL, FALSE);
    } else if (answer->refusal == SECRET_REFUSAL_NO_CHAT) {
        secret_end (chat, TALK_CLOSED_ID_INVALID, type, FALSE);
    } else if (is_replaceable (chat, out)) {
        fail_user_message (chat, out, type, now);
    } else if (out->typing) {
        replace (chat, out, TRUE, now); /* DECISIONS 8 */
    } else {
        secret_end (chat, secret_closed_by (answer->refusal, TALK_CLOSED_DATA_INVALID),
                    type, TRUE);
    }
}

/* Its file is there once more, or is not to be had. */
static void
uploaded (SecretChat *chat, SecretOut *out, const SecretAnswer *answer, HostTime now)
{
    out->upload = FALSE;
    if (answer->error_code != 0) {
        fail_user_message (chat, out, secret_unsent_token (answer->why), now);
        return;
    }
    out->file = answer->u.uploaded;
    secret_out_save (chat, out, STORE_DURABLE);
}

gboolean
secret_outbox_uploads (const SecretChat *chat, int64_t random_id, uint64_t token)
{
    const SecretOut *out = find_out (chat, random_id);

    return token != 0 && token == chat->outbox.token && out != NULL && out->upload;
}

gboolean
secret_outbox_answer (SecretChat *chat, uint64_t token, const SecretAnswer *answer,
                      HostTime now)
{
    if (token == 0 || token != chat->outbox.token)
        return FALSE;
    chat->outbox.token = 0;
    unsigned at = place_of (chat, chat->outbox.raw);
    SecretOut *out =
        at < chat->outbox.list->len ? g_ptr_array_index (chat->outbox.list, at) : NULL;
    if (out == NULL || out->raw_out != chat->outbox.raw || answer->error_code < 0)
        return TRUE; /* acknowledged in the meantime, or sent again by resume() */
    if (out->upload)
        uploaded (chat, out, answer, now);
    else if (answer->error_code == 0)
        sent (chat, out, answer, now);
    else
        refused (chat, out, answer, now);
    return TRUE;
}

gboolean
secret_outbox_load (SecretChat *chat, const TlObject *root)
{
    SecretOut *out = secret_out_read (root);

    if (out == NULL)
        return FALSE;
    g_ptr_array_insert (chat->outbox.list, (int)place_of (chat, out->raw_out),
                        out); /* records may come in any order */
    return TRUE;
}

gboolean
secret_outbox_is_whole (const SecretChat *chat)
{
    int32_t expected = chat->numbers.peer_in;

    for (unsigned i = 0; i < chat->outbox.list->len; i++, expected++)
        if (((SecretOut *)g_ptr_array_index (chat->outbox.list, i))->raw_out != expected)
            return FALSE;
    return expected == chat->numbers.raw_out;
}

/* Users' messages that will never arrive now (SC-D30). */
static void
fail_all (SecretChat *chat)
{
    for (unsigned i = 0; i < chat->outbox.list->len; i++) {
        const SecretOut *out = g_ptr_array_index (chat->outbox.list, i);
        if (out->user && !out->sent && !out->replaced)
            secret_refuse (chat, out->random_id, "CLOSED");
    }
}

void
secret_outbox_wipe (SecretChat *chat)
{
    fail_all (chat);
    secret_drop_all (chat, STORE_OUTBOX);
    g_ptr_array_set_size (chat->outbox.list, 0);
    chat->outbox.token = 0;
}
