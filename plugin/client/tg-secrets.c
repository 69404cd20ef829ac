/* The secret chats of an account: which there are, and what is done with all of them. The
 * chats themselves live in plugin/secret. */
#include "tg-secrets.h"

#define LET_GO_EVERY 86400000 /* ms; what ended is looked through */

/* All chats one after the other, in no order; none is added or removed meanwhile. */
typedef struct {
    GHashTableIter iter;
    SecretChat *chat;
    TalkSecret info; /* of this chat */
} Walk;

static Walk
walk (TgClient *client)
{
    Walk all = { 0 };

    g_hash_table_iter_init (&all.iter, client->secrets->chats);
    return all;
}

static gboolean
next (Walk *all)
{
    gpointer chat;

    if (!g_hash_table_iter_next (&all->iter, NULL, &chat))
        return FALSE;
    all->chat = chat;
    secret_chat_info (chat, &all->info);
    return TRUE;
}

SecretChat *
tg_secrets_find (TgClient *client, int32_t chat_id)
{
    return g_hash_table_lookup (client->secrets->chats, &chat_id);
}

void
tg_secrets_add (TgClient *client, int32_t chat_id, SecretChat *chat)
{
    SecretEnv *env = &client->secrets->env;
    TalkSecret info;

    secret_chat_set_typing_action (chat, client->config.typing_actions);
    g_hash_table_replace (client->secrets->chats, g_memdup2 (&chat_id, sizeof chat_id),
                          chat);
    secret_chat_info (chat, &info);
    env->next_number = MIN (MAX (env->next_number, info.number + 1), SECRET_NUMBER_MAX);
}

gboolean
tg_secrets_any_open (TgClient *client)
{
    Walk all = walk (client);

    while (next (&all))
        if (all.info.state != TALK_STATE_CLOSED)
            return TRUE;
    return FALSE;
}

gboolean
tg_secrets_with (TgClient *client, int64_t user_id)
{
    Walk all = walk (client);

    while (next (&all))
        if (all.info.user_id == user_id)
            return TRUE;
    return FALSE;
}

void
tg_secrets_presence (TgClient *client, int64_t user_id, TalkPresence presence)
{
    Walk all = walk (client);

    while (next (&all))
        if (all.info.user_id == user_id)
            secret_chat_set_peer_online (all.chat, presence != TALK_PRESENCE_OFFLINE);
}

void
tg_secrets_lost (TgClient *client)
{
    Walk all = walk (client);

    while (next (&all)) {
        secret_chat_suspend (all.chat);
        secret_chat_close (all.chat, FALSE, TALK_CLOSED_LOGGED_OUT, tg_now (client));
    }
}

/* What these chats know of numbers used is older than what was done (SC-L9). */
void
tg_secrets_roll_back (TgClient *client)
{
    Walk all = walk (client);

    while (next (&all))
        if (all.info.state != TALK_STATE_CLOSED)
            secret_chat_close (all.chat, FALSE, TALK_CLOSED_ROLLED_BACK, tg_now (client));
}

void
tg_secrets_logged_in (TgClient *client)
{
    client->secrets->env.own_user_id = client->own_id;
}

/* --- what ended --- */

static int
by_date (gconstpointer a, gconstpointer b)
{
    TalkSecret one, other;

    secret_chat_info (*(SecretChat *const *)a, &one);
    secret_chat_info (*(SecretChat *const *)b, &other);
    return one.date != other.date ? (one.date > other.date) - (one.date < other.date)
                                  : (one.id > other.id) - (one.id < other.id);
}

/* An earlier version gave none. */
void
tg_secrets_number (TgClient *client)
{
    g_autoptr (GPtrArray) chats = g_ptr_array_new ();
    SecretEnv *env = &client->secrets->env;
    Walk all = walk (client);

    while (next (&all))
        if (all.info.number == 0 && all.info.user_id != 0)
            g_ptr_array_add (chats, all.chat);
    g_ptr_array_sort (chats, by_date);
    for (unsigned i = 0; i < chats->len; i++)
        secret_chat_set_number (g_ptr_array_index (chats, i), env->next_number++);
}

/* The last word that a key of this person was verified stays, or a new chat could not be told
 * from the first one. */
static gboolean
vouches (TgClient *client, const TalkSecret *info)
{
    Walk all = walk (client);

    if (!info->was_verified)
        return FALSE;
    while (next (&all))
        if (all.info.id != info->id && all.info.user_id == info->user_id &&
            all.info.was_verified)
            return FALSE;
    return TRUE;
}

/* How long it is still kept, in seconds; -1: as long as there is no reason to let it go. */
static int64_t
left_of (TgClient *client, const SecretChat *chat, HostTime now)
{
    TalkSecret info;

    secret_chat_info (chat, &info);
    return secret_chat_is_spent (chat) && !vouches (client, &info)
               ? MAX (info.ended + (int64_t)TALK_ENDED_KEPT - now.wall / 1000, 0)
               : -1;
}

static void
let_go (TgClient *client, HostTime now)
{
    g_autoptr (GList) chats = g_hash_table_get_values (client->secrets->chats);
    TalkSecret info;

    for (GList *l = chats; l != NULL; l = l->next) {
        if (left_of (client, l->data, now) != 0)
            continue;
        secret_chat_info (l->data, &info);
        g_debug ("[chat %d] it ended long ago: nothing is kept of it", info.id);
        secret_chat_forget (l->data);
        g_hash_table_remove (client->secrets->chats, &info.id);
    }
}

gboolean
tg_secrets_let_one_go (TgClient *client)
{
    SecretChat *oldest = NULL;
    TalkSecret first;
    Walk all = walk (client);

    while (next (&all))
        if (left_of (client, all.chat, tg_now (client)) >= 0 &&
            (oldest == NULL || all.info.ended < first.ended)) {
            oldest = all.chat;
            first = all.info;
        }
    if (oldest == NULL)
        return FALSE;
    secret_chat_forget (oldest);
    g_hash_table_remove (client->secrets->chats, &first.id);
    return TRUE;
}

/* --- */

void
tg_secrets_run (TgClient *client)
{
    Walk all = walk (client);

    if (client->secrets->running)
        return;
    client->secrets->running = TRUE;
    while (next (&all))
        secret_chat_resume (all.chat, tg_now (client));
}

void
tg_secrets_caught_up (TgClient *client)
{
    Walk all = walk (client);

    if (!client->secrets->running)
        return;
    while (next (&all))
        secret_chat_caught_up (all.chat, tg_now (client));
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
    if (client->secrets->let_go_at <= now.mono) {
        client->secrets->let_go_at = now.mono + LET_GO_EVERY;
        let_go (client, now);
    }
}

int64_t
tg_secrets_deadline (TgClient *client)
{
    HostTime now = tg_now (client);
    int64_t deadline = client->secrets->let_go_at;
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, client->secrets->chats);
    while (g_hash_table_iter_next (&iter, NULL, &value))
        deadline = MIN (deadline, secret_chat_deadline (value, now));
    return deadline;
}
