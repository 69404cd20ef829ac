/* Own texts typed before the chat is ready: kept, sealed in the store, without a number
 * (SC-A33, DECISIONS 25).
 *
 *   typed -> a draft -> the chat is ready: numbered in their order, sent like any other
 *                   \-> the chat ends: FAILED, with the text (secret-unsent.c)
 *                   \-> taken back before it left: nobody hears of it
 *
 * A draft keeps its id: its line in the window is the message's from the beginning. */
#include "secret-private.h"

static gboolean
is_draft (const SecretNote *note)
{
    return note->draft;
}

/* In the turn that makes the chat ready, behind what tells the peer our layer (SC-A23). */
void
secret_drafts_pump (SecretChat *chat, HostTime now)
{
    if (chat->notes.drafts == 0 || chat->state != TALK_STATE_READY)
        return;
    g_autoptr (GArray) ids = secret_notes_ids (chat, is_draft);
    for (unsigned i = 0; i < ids->len; i++) {
        SecretNote *note = secret_note_find (chat, g_array_index (ids, int64_t, i));
        TalkTyped typed = { note->text, note->spans, note->reply_to };
        if (secret_send_numbered (chat, note->random_id, &typed, note->silent, now) !=
            TALK_DONE)
            return; /* tried again with the next input, before anything newer */
        secret_note_set_draft (chat, note, FALSE);
        note->ttl = chat->ttl; /* SC-G1: it is sent now */
        note->date = (int32_t)(now.wall / 1000);
        secret_save_note (chat, note);
    }
}

void
secret_drafts_wipe (SecretChat *chat)
{
    if (chat->notes.drafts == 0)
        return;
    g_autoptr (GArray) ids = secret_notes_ids (chat, is_draft);
    for (unsigned i = 0; i < ids->len; i++)
        secret_refuse (chat, g_array_index (ids, int64_t, i), "CLOSED");
}

void
secret_chat_each_draft (const SecretChat *chat, SecretDraftFunc func, void *user)
{
    if (chat->notes.drafts == 0)
        return;
    g_autoptr (GArray) ids = secret_notes_ids (chat, is_draft);
    for (unsigned i = 0; i < ids->len; i++) {
        const SecretNote *note = secret_note_find (chat, g_array_index (ids, int64_t, i));
        func (note->random_id, note->text, note->spans, user);
    }
}
