/* The secret chats of an account: which there are, and what is done with all of them. The
 * chats themselves live in plugin/secret. */
#include "tg-secrets.h"

SecretChat *
tg_secrets_find (TgClient *client, int32_t chat_id)
{
    return g_hash_table_lookup (client->secrets->chats, &chat_id);
}

void
tg_secrets_add (TgClient *client, int32_t chat_id, SecretChat *chat)
{
    secret_chat_set_typing_action (chat, client->config.typing_actions);
    g_hash_table_replace (client->secrets->chats, g_memdup2 (&chat_id, sizeof chat_id),
                          chat);
}

gboolean
tg_secrets_any_open (TgClient *client)
{
    GHashTableIter iter;
    gpointer value;
    TalkSecret info;

    g_hash_table_iter_init (&iter, client->secrets->chats);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        secret_chat_info (value, &info);
        if (info.state != TALK_STATE_CLOSED)
            return TRUE;
    }
    return FALSE;
}

gboolean
tg_secrets_with (TgClient *client, int64_t user_id)
{
    GHashTableIter iter;
    gpointer value;
    TalkSecret info;

    g_hash_table_iter_init (&iter, client->secrets->chats);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        secret_chat_info (value, &info);
        if (info.user_id == user_id)
            return TRUE;
    }
    return FALSE;
}

void
tg_secrets_presence (TgClient *client, int64_t user_id, TalkPresence presence)
{
    GHashTableIter iter;
    gpointer value;
    TalkSecret info;

    g_hash_table_iter_init (&iter, client->secrets->chats);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        secret_chat_info (value, &info);
        if (info.user_id == user_id)
            secret_chat_set_peer_online (value, presence != TALK_PRESENCE_OFFLINE);
    }
}

void
tg_secrets_lost (TgClient *client)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, client->secrets->chats);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        secret_chat_suspend (value);
        secret_chat_close (value, FALSE, TALK_CLOSED_LOGGED_OUT, tg_now (client));
    }
}

/* What these chats know of numbers used is older than what was done (SC-L9). */
void
tg_secrets_roll_back (TgClient *client)
{
    GHashTableIter iter;
    gpointer value;
    TalkSecret info;

    g_hash_table_iter_init (&iter, client->secrets->chats);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        secret_chat_info (value, &info);
        if (info.state != TALK_STATE_CLOSED)
            secret_chat_close (value, FALSE, TALK_CLOSED_ROLLED_BACK, tg_now (client));
    }
}

void
tg_secrets_logged_in (TgClient *client)
{
    client->secrets->env.own_user_id = client->own_id;
}

void
tg_secrets_run (TgClient *client)
{
    GHashTableIter iter;
    gpointer value;

    if (client->secrets->running)
        return;
    client->secrets->running = TRUE;
    g_hash_table_iter_init (&iter, client->secrets->chats);
    while (g_hash_table_iter_next (&iter, NULL, &value))
        secret_chat_resume (value, tg_now (client));
}

void
tg_secrets_caught_up (TgClient *client)
{
    GHashTableIter iter;
    gpointer value;

    if (!client->secrets->running)
        return;
    g_hash_table_iter_init (&iter, client->secrets->chats);
    while (g_hash_table_iter_next (&iter, NULL, &value))
        secret_chat_caught_up (value, tg_now (client));
}

void
tg_secrets_clear (TgClient *client)
{
    g_hash_table_unref (client->secrets->chats);
    g_clear_pointer (&client->secrets, g_free);
}

void
tg_secrets_tick (TgClient *client, HostTime now)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, client->secrets->chats);
    while (g_hash_table_iter_next (&iter, NULL, &value))
        if (secret_chat_deadline (value, now) <= now.mono)
            secret_chat_tick (value, now);
}

int64_t
tg_secrets_deadline (TgClient *client)
{
    HostTime now = tg_now (client);
    int64_t deadline = HOST_NEVER;
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, client->secrets->chats);
    while (g_hash_table_iter_next (&iter, NULL, &value))
        deadline = MIN (deadline, secret_chat_deadline (value, now));
    return deadline;
}
