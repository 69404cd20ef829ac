/* What the server says of secret chats, in their words: its updates find their chat. */
#include "tg-secrets.h"

#include <string.h>

#define REQUESTS_MAX 50 /* chat requests waiting for the user (SC-M36) */
#define CHATS_MAX                                                                        \
    1000 /* chats kept; then those that never came to be, or ended, give way */

gboolean
tg_secrets_remote (const TlObject *object, SecretRemote *out)
{
    const ApiEncryptedChatWaiting *waiting = TL_AS (object, ApiEncryptedChatWaiting);
    const ApiEncryptedChatRequested *requested =
        TL_AS (object, ApiEncryptedChatRequested);
    const ApiEncryptedChat *chat = TL_AS (object, ApiEncryptedChat);
    const ApiEncryptedChatDiscarded *discarded =
        TL_AS (object, ApiEncryptedChatDiscarded);
    const ApiEncryptedChatEmpty *empty = TL_AS (object, ApiEncryptedChatEmpty);

    memset (out, 0, sizeof *out);
    if (waiting != NULL) {
        *out = (SecretRemote){ .state = SECRET_REMOTE_WAITING,
                               .id = waiting->id,
                               .access_hash = waiting->access_hash,
                               .date = waiting->date,
                               .admin_id = waiting->admin_id,
                               .participant_id = waiting->participant_id };
    } else if (requested != NULL) {
        *out = (SecretRemote){ .state = SECRET_REMOTE_REQUESTED,
                               .id = requested->id,
                               .access_hash = requested->access_hash,
                               .date = requested->date,
                               .admin_id = requested->admin_id,
                               .participant_id = requested->participant_id,
                               .g_a_or_b = requested->g_a };
    } else if (chat != NULL) {
        *out = (SecretRemote){ .state = SECRET_REMOTE_CHAT,
                               .id = chat->id,
                               .access_hash = chat->access_hash,
                               .date = chat->date,
                               .admin_id = chat->admin_id,
                               .participant_id = chat->participant_id,
                               .g_a_or_b = chat->g_a_or_b,
                               .key_fingerprint = chat->key_fingerprint };
    } else if (discarded != NULL) {
        *out = (SecretRemote){ .state = SECRET_REMOTE_DISCARDED,
                               .id = discarded->id,
                               .history_deleted = discarded->history_deleted };
    } else if (empty != NULL) {
        *out = (SecretRemote){ .state = SECRET_REMOTE_EMPTY, .id = empty->id };
    }
    return out->id != 0;
}

/* The chat that `object` names: an update, an encryptedMessage, an encryptedChat or an
 * inputEncryptedChat; NULL when it is not known. */
static SecretChat *
chat_of (TgClient *client, const TlObject *object)
{
    SecretRemote remote;

    switch (object != NULL ? object->id : 0) {
    case ApiInputEncryptedChat_ID:
        return tg_secrets_find (client, TL_AS (object, ApiInputEncryptedChat)->chat_id);
    case ApiEncryptedMessage_ID:
        return tg_secrets_find (client, TL_AS (object, ApiEncryptedMessage)->chat_id);
    case ApiEncryptedMessageService_ID:
        return tg_secrets_find (client,
                                TL_AS (object, ApiEncryptedMessageService)->chat_id);
    case ApiUpdateNewEncryptedMessage_ID:
        return chat_of (client, TL_AS (object, ApiUpdateNewEncryptedMessage)->message);
    case ApiUpdateEncryption_ID:
        return chat_of (client, TL_AS (object, ApiUpdateEncryption)->chat);
    case ApiUpdateEncryptedChatTyping_ID:
        return tg_secrets_find (client,
                                TL_AS (object, ApiUpdateEncryptedChatTyping)->chat_id);
    case ApiUpdateEncryptedMessagesRead_ID:
        return tg_secrets_find (client,
                                TL_AS (object, ApiUpdateEncryptedMessagesRead)->chat_id);
    default:
        return object != NULL && tg_secrets_remote (object, &remote)
                   ? tg_secrets_find (client, remote.id)
                   : NULL;
    }
}

static unsigned
waiting_requests (TgClient *client)
{
    unsigned n = 0;
    GHashTableIter iter;
    gpointer value;
    TalkSecret info;

    g_hash_table_iter_init (&iter, client->secrets->chats);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        secret_chat_info (value, &info);
        n += info.state == TALK_STATE_REQUESTED;
    }
    return n;
}

/* Somebody asked, and it came to nothing: there is no key and nobody wrote. FALSE: there is
 * no such chat. */
static gboolean
forget_one (TgClient *client)
{
    GHashTableIter iter;
    gpointer value;
    TalkSecret info;

    g_hash_table_iter_init (&iter, client->secrets->chats);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        secret_chat_info (value, &info);
        if (info.state != TALK_STATE_CLOSED || info.has_key_hash || info.outgoing)
            continue;
        secret_chat_forget (value);
        g_hash_table_iter_remove (&iter);
        return TRUE;
    }
    return FALSE;
}

void
tg_secrets_encryption (TgClient *client, const TlObject *object)
{
    SecretChat *chat = chat_of (client, object);
    SecretRemote remote;

    if (!tg_secrets_remote (object, &remote))
        return;
    if (chat != NULL) {
        secret_chat_update (chat, &remote, tg_now (client));
        return;
    }
    if (remote.state != SECRET_REMOTE_REQUESTED ||
        waiting_requests (client) >= REQUESTS_MAX ||
        (g_hash_table_size (client->secrets->chats) >= CHATS_MAX &&
         !forget_one (client) && !tg_secrets_let_one_go (client)))
        return;
    chat = secret_chat_new_incoming (&client->secrets->env, &remote, tg_now (client));
    if (chat != NULL)
        tg_secrets_add (client, remote.id, chat);
}

gboolean
tg_secrets_place (const TlObject *object, MediaPlace *place)
{
    const ApiEncryptedFile *file = TL_AS (object, ApiEncryptedFile);

    if (file == NULL)
        return FALSE;
    gboolean known = file->dc_id >= 1 && file->dc_id <= NET_DC_MAX;
    *place = (MediaPlace){ known ? file->dc_id : 0, file->id, file->access_hash,
                           file->size, file->key_fingerprint };
    return TRUE;
}

void
tg_secrets_message (TgClient *client, const TlObject *object, gboolean live)
{
    const ApiEncryptedMessage *message = TL_AS (object, ApiEncryptedMessage);
    const ApiEncryptedMessageService *service =
        TL_AS (object, ApiEncryptedMessageService);
    SecretChat *chat = chat_of (client, object);
    MediaPlace place;

    if (chat == NULL)
        return; /* dropped, and acknowledged (SC-A22, J10) */
    if (message != NULL)
        secret_chat_receive (chat, message->date, message->bytes,
                             tg_secrets_place (message->file, &place) ? &place : NULL,
                             live, tg_now (client));
    else if (service != NULL)
        secret_chat_receive (chat, service->date, service->bytes, NULL, live,
                             tg_now (client));
}

void
tg_secrets_typing (TgClient *client, int32_t chat_id)
{
    SecretChat *chat = tg_secrets_find (client, chat_id);

    if (chat != NULL)
        secret_chat_peer_typing (chat, tg_now (client));
}

void
tg_secrets_read (TgClient *client, int32_t chat_id, int32_t max_date, int32_t date)
{
    SecretChat *chat = tg_secrets_find (client, chat_id);

    if (chat != NULL)
        secret_chat_peer_read (chat, max_date, date, tg_now (client));
}
