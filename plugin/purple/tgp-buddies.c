/* People of the address book as buddies; ordinary messages only as a notice. */
#include "tgp-account.h"

#include <string.h>

#define GROUP "Telegram"

PurpleGroup *
tgp_group (const char *name)
{
    PurpleGroup *group = purple_find_group (name);

    if (group == NULL) {
        group = purple_group_new (name);
        purple_blist_add_group (group, NULL);
    }
    return group;
}

static void
remember_cb (const TgPeer *peer, void *user)
{
    TgpAccount *tgp = user;

    g_hash_table_replace (tgp->names, g_memdup2 (&peer->id, sizeof peer->id),
                          g_strdup (peer->name));
}

/* Stays valid until the person's name changes, which only an event of the client does. */
const char *
tgp_person_name (TgpAccount *tgp, int64_t user_id)
{
    const char *name = g_hash_table_lookup (tgp->names, &user_id);

    if (name == NULL && tgp->client != NULL) { /* known from an earlier login? */
        tg_client_peer (tgp->client, user_id, remember_cb, tgp);
        name = g_hash_table_lookup (tgp->names, &user_id);
    }
    if (name != NULL)
        return name;
    char *number = g_strdup_printf ("%" G_GINT64_FORMAT, user_id);
    g_hash_table_insert (tgp->names, g_memdup2 (&user_id, sizeof user_id), number);
    return number;
}

static const char *
status_of (TgPresence presence)
{
    switch (presence) {
    case TG_PRESENCE_ONLINE:
        return "available";
    case TG_PRESENCE_RECENTLY:
        return "away";
    default:
        return "offline";
    }
}

/* Every secret chat with this person shows the same presence. */
typedef struct {
    TgpAccount *tgp;
    const TgPeer *peer;
} Presence;

static void
secret_presence_cb (const TgSecretInfo *info, void *user)
{
    const Presence *presence = user;
    TgpAccount *tgp = presence->tgp;
    g_autofree char *name = tgp_name_secret (info->id);
    PurpleBuddy *buddy = purple_find_buddy (tgp->account, name);

    if (info->user_id != presence->peer->id || info->state == TG_SECRET_CLOSED ||
        buddy == NULL)
        return;
    g_autofree char *alias = tgp_secret_alias (tgp, info, buddy);
    serv_got_alias (tgp->gc, name, alias);
    tgp_secret_presence (tgp, info);
}

void
tgp_peer (void *user, const TgPeer *peer)
{
    TgpAccount *tgp = user;
    g_autofree char *name = tgp_name_person (peer->id);
    PurpleBuddy *buddy = purple_find_buddy (tgp->account, name);
    Presence presence = { tgp, peer };

    remember_cb (peer, tgp);
    if (peer->self) {
        if (purple_account_get_alias (tgp->account) == NULL)
            purple_connection_set_display_name (tgp->gc, peer->name);
        return;
    }
    if (buddy == NULL && peer->contact && !peer->deleted) {
        buddy = purple_buddy_new (tgp->account, name, NULL);
        purple_blist_add_buddy (buddy, NULL, tgp_group (GROUP), NULL);
        purple_blist_server_alias_buddy (buddy, peer->name);
    }
    if (buddy != NULL) {
        serv_got_alias (tgp->gc, name, peer->name);
        purple_prpl_got_user_status (tgp->account, name, status_of (peer->presence),
                                     NULL);
    }
    tg_client_each_secret (tgp->client, secret_presence_cb, &presence);
}

void
tgp_cloud_message (void *user, int64_t user_id)
{
    TgpAccount *tgp = user;
    g_autofree char *name = tgp_name_person (user_id);

    serv_got_im (
        tgp->gc, name,
        _ ("(You have an ordinary message. This program shows secret chats only: open "
           "another Telegram app to read it.)"),
        PURPLE_MESSAGE_RECV | PURPLE_MESSAGE_SYSTEM, time (NULL));
}

void
tgp_service_message (void *user, const char *text)
{
    TgpAccount *tgp = user;
    g_autofree char *escaped = g_markup_escape_text (text, -1);

    purple_notify_formatted (tgp->gc, _ ("Message from Telegram"),
                             _ ("Message from Telegram"), NULL, escaped, NULL, NULL);
}
