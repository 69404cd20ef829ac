/* What is kept of a chat that is over, and how long. */
#include "secret-private.h"
#include "secret-record.h"

void
secret_ended_date (SecretChat *chat, HostTime now)
{
    gboolean unknown = chat->closed == TALK_CLOSED_CORRUPT && chat->user_id == 0;

    if (chat->state != TALK_STATE_CLOSED || chat->ended != 0 || unknown)
        return; /* a damaged record of which nothing is known stays as it is */
    chat->ended = (int32_t)CLAMP (secret_present (chat, now), 1, G_MAXINT32);
    chat->end.save = TRUE;
}

void
secret_chat_set_number (SecretChat *chat, int32_t number)
{
    chat->number = number;
    chat->end.save = TRUE;
}

gboolean
secret_chat_is_spent (const SecretChat *chat)
{
    GHashTableIter iter;
    gpointer value;

    if (chat->state != TALK_STATE_CLOSED || chat->ended == 0 ||
        chat->handshake.discard_pending)
        return FALSE;
    g_hash_table_iter_init (&iter, chat->notes.table);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        const SecretNote *note = value;
        if (note->text != NULL || note->expires != 0)
            return FALSE;
    }
    return TRUE;
}

void
secret_chat_forget (SecretChat *chat)
{
    static const StoreKind kinds[] = { STORE_CHAT, STORE_OUTBOX, STORE_QUEUED,
                                       STORE_MESSAGE, STORE_EARLY };

    for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++)
        secret_drop_all (chat, kinds[i]);
}
