/* A secret chat as a buddy of its own (see tgp-secret-buddy.h). */
#include "tgp-secret-buddy.h"

#include "tgp-apart.h"
#include "tgp-chat-number.h"
#include "tgp-conv.h"
#include "tgp-cursor.h"
#include "tgp-dialog.h"
#include "tgp-entry.h"
#include "tgp-frontend.h"
#include "tgp-lock.h"
#include "tgp-nick.h"
#include "tgp-person.h"
#include "tgp-text.h"
#include "tgp-unread.h"
#include "tgp-words-act.h"
#include "tgp-words.h"

#define GROUP _ ("Secret chats")

/* --- its entry --- */

/* Whatever a user drags together, this chat's lines are not logged with another's. */
static void
forbid_logging (PurpleBuddy *buddy)
{
    purple_blist_node_set_bool (PURPLE_BLIST_NODE (purple_buddy_get_contact (buddy)),
                                "enable-logging", FALSE);
}

/* TRUE: the person is known to be online. */
static void
online_cb (const TalkPerson *peer, void *user)
{
    *(gboolean *)user = peer->presence == TALK_PRESENCE_ONLINE;
}

/* A chat that lives can be written to, whether its person is there or not. */
static void
show_presence (TgpAccount *tgp, const TalkSecret *info)
{
    g_autofree char *name = tgp_name_secret (info->id);
    gboolean online = FALSE;

    tg_client_peer (tgp->client, info->user_id, online_cb, &online);
    const char *status = info->state == TALK_STATE_CLOSED ? "offline"
                         : online                         ? "available"
                                                          : "away";
    if (!tgp_frontend ()->status_message) {
        tgp_entry_status (tgp, name, status, NULL);
        return;
    }
    g_autofree char *text = tgp_seen_status (tgp, info->id, tgp_words_state (info));
    tgp_entry_status (tgp, name, status, text);
}

/* --- when it goes --- */

/* Nobody closes a window in BitlBee, and what was read cannot be known of a chat that nobody
 * can answer in. */
#define ENDED_STAYS (7 * 86400) /* s */

/* It ended: its last line was read, and its window is closed. */
static gboolean
is_done (TgpAccount *tgp, const TalkSecret *info)
{
    if (info->state != TALK_STATE_CLOSED)
        return FALSE;
    if (tgp_frontend ()->windowless)
        return !info->has_key_hash ||
               (info->ended != 0 && (int64_t)info->ended + ENDED_STAYS < time (NULL));
    return tgp_secret_conversation (tgp, info->id, FALSE) == NULL &&
           tg_secret_count_unseen (tgp->client, info->id) == 0;
}

/* --- its name --- */

/* What tells a chat from its person, and from another chat with them, stands first: the
 * list is so narrow that the end of a name is not seen. */
static char *
short_alias (const char *person, int number, gboolean verified, gboolean ended)
{
    g_autofree char *which = number > 0 ? g_strdup_printf ("%d", number) : g_strdup ("");

    return g_strconcat (tgp_lock (ended), which, verified ? "\u2713 " : " ", person,
                        NULL);
}

/* "Alice", to be freed; "\u20260003 \u203a Alice" where another account has such a chat, too. */
static char *
person_of (TgpAccount *tgp, const TalkSecret *info)
{
    g_autofree char *whole = tgp_person_label (tgp, info->user_id);
    g_autofree char *sign =
        tgp_frontend ()->locks ? tgp_apart_sign (tgp, info->user_id) : NULL;
    int columns = tgp_frontend ()->names;

    if (sign == NULL)
        return tgp_text_fit (whole, columns);
    g_autofree char *account =
        g_strconcat (sign, tgp_frontend ()->narrow ? "\u203a" : " \u203a ", NULL);
    g_autofree char *person = tgp_text_fit (
        whole, columns > 0 ? columns - tgp_text_columns (account) : columns);
    return g_strconcat (account, person, NULL);
}

/* "Alice (secret 2)", to be freed: several chats with one person are told apart by a number that
 * stays (SC-A30), the one that commands take. */
static char *
name_of (TgpAccount *tgp, const TalkSecret *info, PurpleBuddy *buddy, gboolean locks)
{
    g_autofree char *person = person_of (tgp, info);
    int number = tgp_chat_shown_number (tgp, info, buddy);
    gboolean verified = info->verified && info->state == TALK_STATE_READY;

    if (locks)
        return short_alias (person, number, verified, info->state == TALK_STATE_CLOSED);
    if (number == 0)
        return g_strdup_printf (
            verified ? _ ("%s (secret, verified)") : _ ("%s (secret)"), person);
    return g_strdup_printf (
        verified ? _ ("%s (secret %d, verified)") : _ ("%s (secret %d)"), person, number);
}

static char *
plain_alias (TgpAccount *tgp, const TalkSecret *info, PurpleBuddy *buddy)
{
    return name_of (tgp, info, buddy, tgp_frontend ()->locks);
}

void
tgp_secret_title (TgpAccount *tgp, PurpleConversation *conv)
{
    TalkPeer peer = tgp_conv_peer (conv);
    PurpleBuddy *buddy =
        purple_find_buddy (tgp->account, purple_conversation_get_name (conv));
    TalkSecret info;

    if (!tgp_frontend ()->titles || peer.kind != TALK_PEER_SECRET || buddy == NULL ||
        g_strcmp0 (purple_conversation_get_title (conv),
                   purple_buddy_get_server_alias (buddy)) != 0 ||
        !tgp_has_info (tgp, (int32_t)peer.id, &info))
        return;
    g_autofree char *title = name_of (tgp, &info, buddy, FALSE);
    purple_conversation_set_title (conv, title);
}

static void
alias_counted (TgpAccount *tgp, const TalkSecret *info, PurpleBuddy *buddy)
{
    g_autofree char *alias =
        tgp_seen_alias (tgp, info->id, plain_alias (tgp, info, buddy));

    g_autofree char *name = g_strdup (purple_buddy_get_name (buddy));
    tgp_alias (tgp, name, alias);
    if (tgp_lives (tgp) && tgp_entry_lives (tgp->account, name, buddy))
        tgp_nick_show (tgp, buddy);
}

/* Whatever the user called it, or moved them to: where this account's newest secret chat
 * stands, the next one comes. */
static gboolean
add_entry (TgpAccount *tgp, PurpleBuddy *buddy)
{
    g_autoptr (GSList) buddies = purple_find_buddies (tgp->account, NULL);
    PurpleGroup *group = NULL;
    int newest = -1, now = (int)(time (NULL) / 60);
    int64_t id;

    for (GSList *l = buddies; l != NULL; l = l->next) {
        int since = purple_blist_node_get_int (l->data, TGP_SINCE_NODE);
        if (tgp_name_parse (purple_buddy_get_name (l->data), &id) == TGP_NAME_SECRET &&
            since > newest) {
            newest = since;
            group = purple_buddy_get_group (l->data);
        }
    }
    purple_blist_node_set_int (PURPLE_BLIST_NODE (buddy), TGP_SINCE_NODE,
                               MAX (now, newest + 1));
    return tgp_entry_add (buddy, NULL, group != NULL ? group : tgp_group (GROUP));
}

static void
show (TgpAccount *tgp, const TalkSecret *info, gboolean wanted)
{
    g_autofree char *name = tgp_name_secret (info->id);
    PurpleBuddy *buddy = purple_find_buddy (tgp->account, name);

    if (buddy == NULL && wanted) {
        buddy = purple_buddy_new (tgp->account, name, NULL);
        if (!add_entry (tgp, buddy))
            return;
        forbid_logging (buddy);
    }
    if (buddy == NULL || !tgp_lives (tgp))
        return;
    alias_counted (tgp, info, buddy);
    if (tgp_lives (tgp))
        show_presence (tgp, info);
}

void
tgp_secret_make (TgpAccount *tgp, const TalkSecret *info)
{
    show (tgp, info, TRUE);
}

void
tgp_secret_show (TgpAccount *tgp, const TalkSecret *info)
{
    show (tgp, info,
          info->state != TALK_STATE_CLOSED ||
              (tgp_frontend ()->windowless && !info->gone && !is_done (tgp, info)) ||
              tgp_seen_count (tgp, info->id) > 0); /* its last words */
}

void
tgp_secret_refresh (TgpAccount *tgp, int32_t chat_id)
{
    g_autofree char *name = tgp_name_secret (chat_id);
    TalkSecret info;

    if (tgp_has_info (tgp, chat_id, &info) &&
        purple_find_buddy (tgp->account, name) != NULL)
        tgp_secret_show (tgp, &info);
}

/* --- how many wait --- */

static void
count_cb (const TalkSecret *info, void *user)
{
    TgpAccount *tgp = user;
    gpointer key = GINT_TO_POINTER (info->id);
    g_autofree char *name = tgp_name_secret (info->id);
    PurpleBuddy *buddy = purple_find_buddy (tgp->account, name);
    if (buddy != NULL && is_done (tgp, info)) {
        tgp_list_drop_chat (tgp, info->id);
        if (!tgp_lives (tgp))
            return;
        buddy = NULL;
    }
    unsigned n = buddy != NULL ? tgp_seen_count (tgp, info->id) : 0;

    gboolean same = n == GPOINTER_TO_UINT (g_hash_table_lookup (tgp->counted, key));
    g_hash_table_insert (tgp->counted, key, GUINT_TO_POINTER (n));
    if (buddy == NULL)
        return;
    if (!same)
        tgp_secret_refresh (tgp, info->id);
    else if (tgp_frontend ()->narrow)
        /* it may have been made meanwhile, with the number of that moment */
        alias_counted (tgp, info, buddy);
}

void
tgp_secret_recount (TgpAccount *tgp)
{
    tg_client_each_secret (tgp->client, count_cb, tgp);
}

static void
rename_cb (const TalkSecret *info, void *user)
{
    TgpAccount *tgp = user;
    g_autofree char *name = tgp_name_secret (info->id);
    PurpleBuddy *buddy = purple_find_buddy (tgp->account, name);

    if (buddy != NULL)
        alias_counted (tgp, info, buddy);
}

void
tgp_secret_rename (TgpAccount *tgp)
{
    tg_client_each_secret (tgp->client, rename_cb, tgp);
}

void
tgp_secret_sweep (TgpAccount *tgp)
{
    g_autoptr (GSList) buddies = purple_find_buddies (tgp->account, NULL);
    TalkSecret info;
    int64_t id;

    g_autoptr (GArray) stale = g_array_new (FALSE, FALSE, sizeof (int32_t));
    for (GSList *l = buddies; l != NULL; l = l->next) {
        const char *name = purple_buddy_get_name (l->data);
        if (tgp_name_parse (name, &id) == TGP_NAME_SECRET &&
            !tgp_has_info (tgp, (int32_t)id, &info) &&
            tgp_conv_named (tgp->account, name, FALSE) == NULL) {
            int32_t chat_id = (int32_t)id;
            g_array_append_val (stale, chat_id);
        }
    }
    for (unsigned i = 0; i < stale->len && tgp_lives (tgp); i++)
        tgp_list_drop_chat (tgp, g_array_index (stale, int32_t, i));
}

void
tgp_secret_uncount (TgpAccount *tgp, int32_t chat_id)
{
    TalkSecret info;

    if (!tgp_frontend ()->narrow) /* only there a name has the number */
        return;
    g_autofree char *name = tgp_name_secret (chat_id);
    PurpleBuddy *buddy = purple_find_buddy (tgp->account, name);
    if (buddy == NULL || !tgp_has_info (tgp, chat_id, &info))
        return;
    g_hash_table_remove (tgp->counted, GINT_TO_POINTER (chat_id));
    g_autofree char *alias = plain_alias (tgp, &info, buddy);
    tgp_alias (tgp, name, alias);
}

/* --- acts --- */

void
tgp_secret_open (TgpAccount *tgp, int32_t chat_id, PurpleConversation *from)
{
    TalkSecret info;

    if (!tgp_has_info (tgp, chat_id, &info))
        return;
    tgp_secret_show (tgp, &info);
    PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, TRUE);
    if (conv != NULL)
        tgp_front (conv, from);
}

void
tgp_secret_start (TgpAccount *tgp, int64_t user_id, PurpleConversation *from)
{
    int32_t chat_id;
    TalkCode code = tg_secret_start (tgp->client, user_id, &chat_id);

    if (code == TALK_DONE)
        tgp_secret_open (tgp, chat_id, from); /* within the user's act, not later */
    else
        tgp_dialog_tell (tgp->gc, PURPLE_NOTIFY_MSG_ERROR, _ ("Secret chat"),
                         tgp_words_problem (TGP_NOT_STARTED),
                         tgp_words_not_started (code));
}
