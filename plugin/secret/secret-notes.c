/* What is remembered of messages, and when they expire (SECRET-CHATS.md section G). */
#include "secret-private.h"
#include "secret-record.h"
#include "tl-text.h"

#include <string.h>

#define NOTES_KEPT 1000   /* settled messages a chat remembers, in memory and on disk */
#define NOTES_SLACK 250   /* more before it looks again */
#define OPENED_TTL_MAX 60 /* s: with more, media is like text (SC-G4) */

static int
by_order (gconstpointer a, gconstpointer b)
{
    const SecretNote *x = *(const SecretNote *const *)a,
                     *y = *(const SecretNote *const *)b;
    return x->order < y->order ? -1 : x->order > y->order;
}

/* Nothing is waited for any more: no text is kept, no timer runs or will. */
static gboolean
is_settled (const SecretNote *note)
{
    return note->text == NULL && note->detail == NULL && note->expires == 0 &&
           (note->outgoing ? note->ttl == 0 : note->seen);
}

/* A chat does not grow with its messages: of the settled ones the newest are remembered.
 */
static void
sweep (SecretChat *chat)
{
    if (g_hash_table_size (chat->notes.table) < chat->notes.sweep_at)
        return;
    g_autoptr (GArray) settled = secret_notes_ids (chat, is_settled);
    if (settled->len > NOTES_KEPT)
        secret_notes_remove (chat, (const int64_t *)(void *)settled->data,
                             settled->len - NOTES_KEPT);
    chat->notes.sweep_at =
        MAX (g_hash_table_size (chat->notes.table), NOTES_KEPT) + NOTES_SLACK;
}

gboolean
secret_notes_forgot (const SecretChat *chat)
{
    return chat->notes.orders > NOTES_KEPT;
}

/* Instead of one with its id, if there is one. */
static void
keep (SecretChat *chat, SecretNote *note)
{
    if (secret_note_is_unseen (note))
        g_hash_table_replace (chat->notes.unseen, &note->random_id, note);
    else
        g_hash_table_remove (chat->notes.unseen, &note->random_id);
    g_hash_table_replace (chat->notes.table, &note->random_id, note);
}

SecretNote *
secret_note_new (SecretChat *chat, int64_t random_id)
{
    sweep (chat);
    SecretNote *note = g_new0 (SecretNote, 1);

    note->random_id = random_id;
    note->order = ++chat->notes.orders;
    chat->end.save = TRUE;
    keep (chat, note);
    return note;
}

SecretNote *
secret_note_own (SecretChat *chat, int64_t random_id, const char *text, HostTime now)
{
    SecretNote *note = secret_note_new (chat, random_id);

    note->outgoing = TRUE;
    g_hash_table_remove (chat->notes.unseen, &note->random_id);
    note->displayed = TRUE;
    note->date = (int32_t)(now.wall / 1000);
    note->text = g_strdup (text);
    note->first = random_id;
    return note;
}

void
secret_note_set_ttl (SecretNote *note, int32_t ttl, gboolean timed_media,
                     int32_t duration)
{
    note->ttl = CLAMP (ttl, 0, SECRET_TTL_MAX); /* SC-G6 */
    note->opens = timed_media && note->ttl >= 1 && note->ttl <= OPENED_TTL_MAX;
    if (note->ttl > 0 && note->ttl <= duration)
        note->ttl = duration + 1; /* SC-G5 */
}

SecretNote *
secret_note_find (const SecretChat *chat, int64_t random_id)
{
    return g_hash_table_lookup (chat->notes.table, &random_id);
}

gboolean
secret_note_is_unseen (const SecretNote *note)
{
    return note != NULL && !note->outgoing && !note->seen;
}

void
secret_note_saw (SecretChat *chat, SecretNote *note)
{
    note->seen = TRUE;
    g_hash_table_remove (chat->notes.unseen, &note->random_id);
    if (chat->notes.newest_seen >= 0)
        chat->notes.newest_seen = MAX (chat->notes.newest_seen, note->date);
}

static unsigned
count_unseen (const SecretChat *chat, const int64_t *ids, size_t n)
{
    unsigned unseen = 0;

    for (size_t i = 0; i < n; i++)
        unseen += secret_note_is_unseen (secret_note_find (chat, ids[i]));
    return unseen;
}

void
secret_note_set_draft (SecretChat *chat, SecretNote *note, gboolean draft)
{
    chat->notes.drafts += draft && !note->draft;
    chat->notes.drafts -= !draft && note->draft;
    note->draft = draft;
}

static void
upload_free (SecretUpload *upload)
{
    if (upload == NULL)
        return;
    crypto_secret_free (upload->thumb);
    g_free (upload);
}

void
secret_note_set_upload (SecretChat *chat, SecretNote *note, SecretUpload *upload)
{
    chat->notes.uploads += upload != NULL && !note->uploads;
    chat->notes.uploads -= upload == NULL && note->uploads;
    note->uploads = upload != NULL;
    upload_free (note->upload);
    note->upload = upload;
}

void
secret_note_set_thumb (SecretChat *chat, SecretNote *note, GBytes *thumb)
{
    chat->notes.thumbs += thumb != NULL && note->thumb == NULL;
    chat->notes.thumbs -= thumb == NULL && note->thumb != NULL;
    g_clear_pointer (&note->thumb, g_bytes_unref);
    note->thumb = thumb;
}

/* Counted by the messages of that side, whether those before are still there or not. */
static void
set_place (SecretChat *chat, SecretNote *note, int64_t album, int place)
{
    SecretAlbum *last = &chat->notes.albums[note->outgoing];

    note->album = album;
    note->album_place = place;
    if (note->order > last->order)
        *last = (SecretAlbum){ album, note->order, place };
}

void
secret_note_set_album (SecretChat *chat, SecretNote *note, int64_t album)
{
    const SecretAlbum *last = &chat->notes.albums[note->outgoing];
    int n = album == last->id ? last->n : 0;

    if (album != 0 && n < SECRET_ALBUM_MAX)
        set_place (chat, note, album, n + 1);
}

void
secret_note_drop_text (SecretNote *note)
{
    g_clear_pointer (&note->text, crypto_text_free);
    g_clear_pointer (&note->spans, talk_spans_unref);
    g_clear_pointer (&note->detail, crypto_text_free);
}

void
secret_note_free (SecretNote *note)
{
    secret_note_drop_text (note);
    media_file_free (note->file);
    g_clear_pointer (&note->thumb, g_bytes_unref);
    upload_free (note->upload);
    g_free (note);
}

TalkMessage
secret_note_message (const SecretChat *chat, const SecretNote *note)
{
    const SecretNote *quoted =
        note->reply_to != 0 ? secret_note_find (chat, note->reply_to) : NULL;
    return (TalkMessage){
        .id = note->random_id,
        .number = note->order,
        .part = note->continues,
        .date = note->date,
        .ttl = note->ttl,
        .opens = note->opens,
        .outgoing = note->outgoing,
        .content = note->content,
        .text = note->text != NULL ? note->text : "",
        .spans = note->spans,
        .detail = note->detail,
        .media = note->file != NULL ? note->file->look : (TalkMedia){ 0 },
        .beside = { note->thumb, note->album, note->album_place },
        .reply_to = note->reply_to,
        /* what a timer takes away stands in no other line: neither may outlive the other,
         * and a line that loses its quote would have to be written anew (SC-G7) */
        .reply_text = quoted != NULL && quoted->ttl == 0 ? quoted->text : NULL,
        .reply_timed = quoted != NULL && quoted->ttl > 0,
        .silent = note->silent,
        .again = note->displayed && !note->outgoing,
    };
}

void
secret_note_show (SecretChat *chat, SecretNote *note)
{
    secret_event (chat, (TalkEvent){ .kind = TALK_EVENT_MESSAGE,
                                     .u.message = secret_note_message (chat, note) });
}

GArray *
secret_notes_ids (const SecretChat *chat, SecretNoteFunc which)
{
    GArray *ids = g_array_new (FALSE, FALSE, sizeof (int64_t));
    g_autoptr (GPtrArray) notes = g_ptr_array_new ();
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, chat->notes.table);
    while (g_hash_table_iter_next (&iter, NULL, &value))
        if (which == NULL || which (value))
            g_ptr_array_add (notes, value);
    g_ptr_array_sort (notes, by_order);
    for (unsigned i = 0; i < notes->len; i++)
        g_array_append_val (ids, ((SecretNote *)g_ptr_array_index (notes, i))->random_id);
    return ids;
}

void
secret_tell_gone (SecretChat *chat, TalkGoneWhy why, gboolean by_peer, const int64_t *ids,
                  size_t n)
{
    TalkEvent event = { .kind = TALK_EVENT_GONE,
                        .u.gone = {
                            .why = why, .by_peer = by_peer, .ids = ids, .n = n } };

    if (why != TALK_GONE_EXPIRED) /* only what was seen expires */
        event.u.gone.n_unseen = count_unseen (chat, ids, n);
    secret_event (chat, event);
}

void
secret_notes_remove (SecretChat *chat, const int64_t *ids, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int64_t id = ids[i];
        SecretNote *note = secret_note_find (chat, id);
        if (note == NULL)
            continue;
        secret_note_set_draft (chat, note, FALSE);
        secret_note_set_upload (chat, note, NULL);
        secret_note_set_thumb (chat, note, NULL);
        chat->end.own_note |= note->outgoing;
        chat->end.unseen |= secret_note_is_unseen (note);
        if (!note->outgoing && note->date == chat->notes.newest_seen)
            chat->notes.newest_seen = -1;
        g_hash_table_remove (chat->notes.unseen, &id);
        g_hash_table_remove (chat->notes.table, &id);
        secret_drop (chat, STORE_MESSAGE, id);
    }
}

/* What is on its way up comes after it. */
static gboolean
is_numbered (const SecretNote *note)
{
    return !note->uploads;
}

void
secret_notes_flush (SecretChat *chat, gboolean by_peer)
{
    gboolean ended = chat->state == TALK_STATE_CLOSED;
    g_autoptr (GArray) all =
        secret_notes_ids (chat, by_peer && !ended ? is_numbered : NULL);
    const int64_t *ids = (const int64_t *)(void *)all->data;

    secret_tell_gone (chat, TALK_GONE_FLUSHED, by_peer, ids, all->len);
    secret_notes_remove (chat, ids, all->len);
}

void
secret_note_count_down (SecretChat *chat, SecretNote *note, int64_t wall, HostTime now)
{
    if (note->ttl == 0 || note->expires != 0)
        return;
    note->expires = wall + (int64_t)note->ttl * 1000;
    note->expires_mono = now.mono + MAX (note->expires - now.wall, 0);
    chat->notes.counting = TRUE;
}

void
secret_note_opened (SecretChat *chat, SecretNote *note, HostTime now)
{
    note->opened = TRUE;
    if (note->opens)
        secret_note_count_down (chat, note, now.wall, now); /* SC-G4 */
    secret_save_note (chat, note);
}

/* Nobody will acknowledge own texts any more (DECISIONS 3). */
void
secret_notes_wipe (SecretChat *chat)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, chat->notes.table);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        SecretNote *note = value;
        if (!note->outgoing || note->refused || note->text == NULL)
            continue;
        secret_note_drop_text (note);
        secret_save_note (chat, note);
    }
}

/* --- records --- */

static TlBytes
bytes_of (GBytes *bytes)
{
    size_t len = 0;
    const uint8_t *data = bytes != NULL ? g_bytes_get_data (bytes, &len) : NULL;

    return (TlBytes){ data, len };
}

void
secret_mark_note (SecretChat *chat, const SecretNote *note, StoreNeed need)
{
    g_auto (SecretSpans) spans = secret_spans_record (note->spans);
    RecFilePlace place;
    RecFile file;
    if (note->file != NULL)
        file = media_file_record (note->file, &place);
    RecChatMessage record = TL_NEW (
        RecChatMessage, .outgoing = note->outgoing, .displayed = note->displayed,
        .seen = note->seen, .sent = note->sent, .opens = note->opens,
        .opened = note->opened, .silent = note->silent, .random_id = note->random_id,
        .order = note->order, .date = note->date, .ttl = note->ttl,
        .content = (int32_t)note->content, .has_expires = note->expires != 0,
        .expires = note->expires, .text = TL_STR_OPTIONAL (note->text),
        .detail = TL_STR_OPTIONAL (note->detail), .has_reply_to = note->reply_to != 0,
        .reply_to = note->reply_to, .continues = note->continues,
        .refused = note->refused, .draft = note->draft, .uploads = note->uploads,
        .spans = spans.vector, .file = note->file != NULL ? TL_OBJ (&file) : NULL,
        .thumb = bytes_of (note->thumb), .has_album = note->album != 0,
        .album = note->album, .has_album_place = note->album != 0,
        .album_place = note->album_place);
    secret_put (chat, STORE_MESSAGE, note->random_id, TL_OBJ (&record), need);
    if (note->text == NULL) /* it was read, or is acknowledged */
        secret_forget (chat, STORE_FORGET_SOON);
}

void
secret_save_note (SecretChat *chat, const SecretNote *note)
{
    secret_mark_note (chat, note, STORE_DURABLE);
}

/* Of the chat, not of a message: no message has the id 0 (SC-C20). */
void
secret_save_lost (SecretChat *chat)
{
    RecUnshown record = TL_NEW (RecUnshown, .lost = chat->notes.lost);

    if (chat->notes.lost > 0)
        secret_put (chat, STORE_MESSAGE, 0, TL_OBJ (&record), STORE_DURABLE);
    else
        secret_drop (chat, STORE_MESSAGE, 0);
}

static gboolean
load_lost (SecretChat *chat, const RecUnshown *record)
{
    if (record == NULL || record->lost < 0)
        return FALSE;
    chat->notes.lost = record->lost;
    return TRUE;
}

static gboolean
load_note (SecretChat *chat, const RecChatMessage *record)
{
    /* as every store has it (DECISIONS 30) */
    G_STATIC_ASSERT (TALK_CONTENT_MISSING == 12);

    if (record == NULL || record->content < TALK_CONTENT_TEXT ||
        record->content > TALK_CONTENT_MISSING || !secret_is_count (record->order))
        return FALSE;
    SecretNote *note = g_new0 (SecretNote, 1);
    chat->notes.loaded = TRUE;
    chat->notes.counting |= record->has_expires;
    note->outgoing = record->outgoing;
    note->displayed = record->displayed;
    note->seen = record->seen;
    note->sent = record->sent;
    note->opens = record->opens;
    note->opened = record->opened;
    note->silent = record->silent;
    note->random_id = record->random_id;
    note->order = record->order;
    note->date = record->date;
    note->ttl = secret_timer (record->ttl);
    note->content = (TalkContent)record->content;
    note->expires = record->has_expires ? MAX (secret_moment (record->expires), 1) : 0;
    note->text =
        record->outgoing ? tl_text_own (record->text) : secret_text_of (record->text);
    note->spans = secret_spans_of (&record->spans, note->text);
    note->detail = secret_text_of (record->detail);
    note->file = media_file_of (record->file);
    if (note->content == TALK_CONTENT_STICKER && note->file != NULL && !record->refused &&
        g_strcmp0 (note->detail, note->file->name) != 0) /* a name is no emoji */
        media_file_set_emoji (note->file, record->detail);
    chat->notes.let_go |= secret_note_is_unseen (note) && note->text == NULL;
    if (!note->outgoing && note->text != NULL)
        secret_note_set_thumb (chat, note, media_thumb_new (record->thumb, 0, 0));
    if (!note->outgoing && record->has_album && record->album != 0)
        set_place (chat, note, record->album,
                   CLAMP (record->album_place, 1, SECRET_ALBUM_MAX));
    note->reply_to = record->has_reply_to ? record->reply_to : 0;
    note->continues = record->continues;
    note->refused = record->refused;
    secret_note_set_draft (chat, note, record->draft && note->outgoing);
    note->uploads = record->uploads && note->outgoing && note->file != NULL;
    chat->notes.uploads += note->uploads;
    chat->notes.newest_seen = -1;
    keep (chat, note);
    return TRUE;
}

gboolean
secret_note_load (SecretChat *chat, int64_t id, const TlObject *root)
{
    return id == 0 ? load_lost (chat, TL_AS (root, RecUnshown))
                   : load_note (chat, TL_AS (root, RecChatMessage));
}

void
secret_notes_save (const SecretChat *chat, SecretRecord *record)
{
    record->chat.orders = chat->notes.orders;
}

gboolean
secret_notes_load (SecretChat *chat, const SecretRecord *record)
{
    chat->notes.orders = record->chat.orders;
    return secret_is_count (chat->notes.orders);
}
