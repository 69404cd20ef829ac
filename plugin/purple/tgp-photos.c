/* See tgp-photos.h (MT-I20). */
#include "tgp-photos.h"

#include "tgp-conv.h"
#include "tgp-frontend.h"

#define PHOTOS_MAX 1000              /* of an account, in one login */
#define BYTES_MAX (16 * 1024 * 1024) /* the same */

static int handle; /* of the signals */
static gboolean connected;

/* The person's entry, and those of the secret chats with them that live. */
typedef struct {
    TgpAccount *tgp;
    int64_t user_id;
    GSList *buddies; /* one of each name */
} Entries;

static void
chat_cb (const TalkSecret *info, void *user)
{
    Entries *entries = user;

    if (info->user_id != entries->user_id || info->state == TALK_STATE_CLOSED)
        return;
    g_autofree char *name = tgp_name_secret (info->id);
    PurpleBuddy *buddy = purple_find_buddy (entries->tgp->account, name);
    if (buddy != NULL)
        entries->buddies = g_slist_prepend (entries->buddies, buddy);
}

static GSList *
entries_of (TgpAccount *tgp, int64_t user_id)
{
    g_autofree char *name = tgp_name_person (user_id);
    PurpleBuddy *buddy = purple_find_buddy (tgp->account, name);
    Entries entries = { tgp, user_id, NULL };

    tg_client_each_secret (tgp->client, chat_cb, &entries);
    return buddy != NULL ? g_slist_prepend (entries.buddies, buddy) : entries.buddies;
}

static gboolean
has (PurpleBuddy *buddy, const char *number)
{
    return g_strcmp0 (purple_buddy_icons_get_checksum_for_user (buddy), number) == 0;
}

static gboolean
is_shown (PurpleBuddy *buddy)
{
    PurpleAccount *account = purple_buddy_get_account (buddy);
    const char *name = purple_buddy_get_name (buddy);

    return PURPLE_BUDDY_IS_ONLINE (buddy) ||
           tgp_conv_named (account, name, FALSE) != NULL;
}

/* No picture, where `len` is 0. */
static void
show (PurpleBuddy *buddy, const char *number, const void *data, size_t len)
{
    purple_buddy_icons_set_for_user (
        purple_buddy_get_account (buddy), purple_buddy_get_name (buddy),
        len > 0 ? g_memdup2 (data, len) : NULL, len, len > 0 ? number : NULL);
}

/* Another entry of theirs may have it already. FALSE: none has. */
static gboolean
show_by (PurpleBuddy *other, GSList *buddies, const char *number)
{
    PurpleBuddyIcon *icon = purple_buddy_icons_find (purple_buddy_get_account (other),
                                                     purple_buddy_get_name (other));
    size_t len = 0;
    const void *data = icon != NULL ? purple_buddy_icon_get_data (icon, &len) : NULL;

    for (GSList *l = buddies; l != NULL && len > 0; l = l->next)
        if (!has (l->data, number))
            show (l->data, number, data, len);
    if (icon != NULL)
        purple_buddy_icon_unref (icon);
    return len > 0;
}

void
tgp_photos_look (TgpAccount *tgp, const TalkPerson *peer)
{
    g_autoptr (GSList) buddies = NULL;
    PurpleBuddy *with = NULL;
    gboolean shown = FALSE, missing = FALSE;

    if (!tgp_frontend ()->pictures || peer->photo == TALK_PHOTO_UNKNOWN || peer->self)
        return;
    g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, peer->photo);
    buddies = entries_of (tgp, peer->id);
    for (GSList *l = buddies; l != NULL; l = l->next) {
        if (peer->photo == 0 &&
            purple_buddy_icons_get_checksum_for_user (l->data) != NULL)
            show (l->data, NULL, NULL, 0);
        shown |= is_shown (l->data);
        if (has (l->data, number))
            with = l->data;
        else
            missing = TRUE;
    }
    if (peer->photo == 0 || !missing || (with != NULL && show_by (with, buddies, number)))
        return;
    if (shown && tgp->photos < PHOTOS_MAX && tgp->photo_bytes < BYTES_MAX)
        tg_client_fetch_photo (tgp->client, peer->id);
}

void
tgp_photos_came (TgpAccount *tgp, int64_t user_id, int64_t photo, const uint8_t *data,
                 size_t len)
{
    g_autoptr (GSList) buddies = entries_of (tgp, user_id);
    g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, photo);

    tgp->photos++;
    tgp->photo_bytes += len;
    for (GSList *l = buddies; l != NULL; l = l->next)
        show (l->data, number, data, len);
}

static void
look_cb (const TalkPerson *peer, void *user)
{
    tgp_photos_look (user, peer);
}

static void
window_new_cb (PurpleConversation *conv, void *data)
{
    TgpAccount *tgp = tgp_conv_account (conv);
    TalkPeer peer = tgp_conv_peer (conv);
    TalkSecret info;

    if (tgp == NULL || tgp->client == NULL || peer.kind == TALK_PEER_NONE)
        return;
    if (peer.kind == TALK_PEER_USER)
        tg_client_peer (tgp->client, peer.id, look_cb, tgp);
    else if (tgp_has_info (tgp, (int32_t)peer.id, &info))
        tg_client_peer (tgp->client, info.user_id, look_cb, tgp);
}

void
tgp_photos_connect (void)
{
    if (!connected)
        purple_signal_connect (purple_conversations_get_handle (), "conversation-created",
                               &handle, PURPLE_CALLBACK (window_new_cb), NULL);
    connected = TRUE;
}

void
tgp_photos_disconnect (void)
{
    purple_signals_disconnect_by_handle (&handle);
    connected = FALSE;
}
