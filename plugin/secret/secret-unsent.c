/* Own text that the peer never gets, until a line says so (DECISIONS 25).
 *
 *   refused by the server, by the chat's end -> FAILED  \
 *   kept by the glue, which has no window    ---------> told(): it is gone from the store
 *   a new start -> FAILED once more, from the first arrow on */
#include "secret-private.h"

#include <string.h>

/* What stands in the record of a file that was not sent, so that a start can tell it. */
static const char *const reasons[] = {
    [TALK_SEND_EMPTY] = "EMPTY",
    [TALK_SEND_FOLDER] = "FOLDER",
    [TALK_SEND_GONE] = "GONE",
    [TALK_SEND_LARGE] = "LARGE",
    [TALK_SEND_CHANGED] = "CHANGED",
    [TALK_SEND_UNREADABLE] = "UNREADABLE",
    [TALK_SEND_CUT] = "CUT",
    [TALK_SEND_REFUSED] = "REFUSED",
    [TALK_SEND_CANCELLED] = "CANCELLED",
    [TALK_SEND_RESTART] = "RESTART",
};
G_STATIC_ASSERT (G_N_ELEMENTS (reasons) == TALK_SEND_RESTART + 1);

const char *
secret_unsent_token (TalkSendFile why)
{
    return why >= TALK_SEND_EMPTY && why <= TALK_SEND_RESTART
               ? reasons[why]
               : reasons[TALK_SEND_REFUSED];
}

/* The server's words, and the chat's end, are refusals. */
static TalkSendFile
why_of (const SecretNote *note)
{
    if (note->file == NULL)
        return TALK_SEND_NONE;
    for (size_t i = TALK_SEND_EMPTY; i < G_N_ELEMENTS (reasons); i++)
        if (g_str_equal (note->detail, reasons[i]))
            return (TalkSendFile)i;
    return TALK_SEND_REFUSED;
}

static SecretNote *
note_at (const SecretChat *chat, int32_t order)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, chat->notes.table);
    while (g_hash_table_iter_next (&iter, NULL, &value))
        if (((SecretNote *)value)->order == order)
            return value;
    return NULL;
}

/* `before`: the note in front of it, if there is one. */
static void
number (SecretNote *note, const SecretNote *before)
{
    gboolean goes_on =
        note->continues && before != NULL && before->order == note->order - 1;

    note->first = goes_on ? before->first : note->random_id;
    note->part = goes_on ? before->part + 1 : 0;
}

void
secret_unsent_number (SecretChat *chat, SecretNote *note)
{
    number (note, note_at (chat, note->order - 1));
}

/* A later part of the same text, and nobody knows yet what becomes of it. */
static gboolean
follows (const SecretChat *chat, const SecretNote *note)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, chat->notes.table);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        const SecretNote *other = value;
        if (other->outgoing && other->first == note->first && other->part > note->part &&
            !other->sent)
            return TRUE;
    }
    return FALSE;
}

static void
tell (SecretChat *chat, SecretNote *note)
{
    note->offered = TRUE;
    secret_event (chat,
                  (TalkEvent){ .kind = TALK_EVENT_FAILED,
                               .u.failed = { .id = note->random_id,
                                             .first = note->first,
                                             .part = note->part,
                                             .follows = follows (chat, note),
                                             .token = note->detail,
                                             .text = note->text,
                                             .spans = note->spans,
                                             .file = why_of (note),
                                             .content = note->content,
                                             .name = note->file != NULL ? note->file->name
                                                                        : NULL } });
}

void
secret_refuse (SecretChat *chat, int64_t random_id, const char *token)
{
    SecretNote *note = secret_note_find (chat, random_id);

    if (note == NULL || note->text == NULL) { /* it is not on hand any more */
        secret_event (chat, (TalkEvent){ .kind = TALK_EVENT_FAILED,
                                         .u.failed = { .id = random_id,
                                                       .first = random_id,
                                                       .token = token,
                                                       .text = "" } });
        secret_notes_remove (chat, &random_id, 1);
        return;
    }
    secret_note_set_draft (chat, note, FALSE);
    secret_note_set_upload (chat, note, NULL);
    if (note->file != NULL) /* nobody will have it */
        media_file_forget_key (note->file);
    note->refused = TRUE;
    note->sent = FALSE;
    note->ttl = 0; /* nobody will read it */
    note->expires = 0;
    g_free (note->detail);
    note->detail = g_strdup (token);
    tell (chat, note);
    secret_save_note (chat, note);
}

TalkCode
secret_unsent_keep (SecretChat *chat, const TalkTyped *typed, const char *token,
                    HostTime now, int64_t *random_id)
{
    const char *text = typed->text;
    int64_t id;

    if (chat->user_id == 0)
        return TALK_NO_CHAT; /* a damaged record stays as it is */
    if (*text == '\0' || !g_utf8_validate (text, -1, NULL))
        return TALK_INVALID;
    if (!crypto_random_int64 (chat->env->random, &id))
        return TALK_NO_RANDOM;
    SecretNote *note = secret_note_own (chat, id, text, now);
    note->spans = talk_spans_ref (typed->spans);
    note->refused = note->offered = TRUE;
    note->detail = g_strdup (token);
    secret_save_note (chat, note);
    *random_id = id;
    return TALK_DONE;
}

void
secret_unsent_told (SecretChat *chat, const int64_t *ids, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const SecretNote *note = secret_note_find (chat, ids[i]);
        if (note != NULL && note->refused)
            secret_notes_remove (chat, ids + i, 1);
    }
}

void
secret_unsent_erase (SecretChat *chat)
{
    g_autoptr (GArray) ids = secret_notes_ids (chat, NULL);

    secret_unsent_told (chat, (const int64_t *)(void *)ids->data, ids->len);
}

void
secret_unsent_loaded (SecretChat *chat)
{
    g_autoptr (GArray) ids = secret_notes_ids (chat, NULL);
    const SecretNote *before = NULL;

    for (unsigned i = 0; i < ids->len; i++) {
        SecretNote *note = secret_note_find (chat, g_array_index (ids, int64_t, i));
        number (note, before);
        before = note;
    }
    for (unsigned i = 0; i < ids->len; i++) {
        SecretNote *note = secret_note_find (chat, g_array_index (ids, int64_t, i));
        if (note->uploads && note->upload == NULL &&
            note->file->look.file == TALK_FILE_THERE) {
            note->upload = g_new0 (SecretUpload, 1); /* SC-H18: it goes on */
            note->upload->there = TRUE;
        } else if (note->uploads && note->upload == NULL) { /* MT-H16 */
            chat->notes.uploads--;
            note->uploads = FALSE;
            secret_refuse (chat, note->random_id,
                           secret_unsent_token (TALK_SEND_RESTART));
        } else if (note->refused && !note->offered && note->text != NULL &&
                   note->detail != NULL)
            tell (chat, note);
    }
}
