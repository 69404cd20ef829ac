/* Acts in the buddy list: removing, hiding, putting together. None of them reaches the
 * server from here; libpurple tells renaming and merging as removing (blist.c). */
#include "tgp-list.h"

#include "tgp-buddies.h"
#include "tgp-conv.h"
#include "tgp-cursor.h"
#include "tgp-dialog.h"
#include "tgp-ends.h"
#include "tgp-entry.h"
#include "tgp-frontend.h"
#include "tgp-nick.h"
#include "tgp-person.h"
#include "tgp-words-act.h"
#include "tgp-words.h"

/* Entries at a time: another plugin that puts each back at once has the last word. */
#define TAKEN_OUT_MAX 1000

static int handle; /* of the signals */
static gboolean connected;

/* --- removing --- */

/* What an entry was, to make it again. */
typedef struct {
    char *name, *nick, *group, *alias, *contact_alias;
    int shows;      /* of a secret chat */
    int since, own; /* of a person */
} Removed;

static void
removed_free (gpointer data)
{
    Removed *removed = data;

    g_free (removed->name);
    g_free (removed->nick);
    g_free (removed->group);
    g_free (removed->alias);
    g_free (removed->contact_alias);
    g_free (removed);
}

static void
come_back (TgpAccount *tgp, const Removed *removed)
{
    PurpleAccount *account = tgp->account;
    PurpleBuddy *buddy = purple_buddy_new (account, removed->name, removed->alias);

    if (removed->shows != 0)
        purple_blist_node_set_int (PURPLE_BLIST_NODE (buddy), TGP_SHOWS_NODE,
                                   removed->shows);
    if (removed->since != 0)
        purple_blist_node_set_int (PURPLE_BLIST_NODE (buddy), TGP_SINCE_NODE,
                                   removed->since);
    if (removed->own != 0)
        purple_blist_node_set_int (PURPLE_BLIST_NODE (buddy), TGP_OWN_NODE, 1);
    if (!tgp_entry_add (buddy, NULL, tgp_group (removed->group)))
        return;
    if (removed->contact_alias != NULL)
        purple_blist_alias_contact (purple_buddy_get_contact (buddy),
                                    removed->contact_alias);
    if (tgp_lives (tgp) && tgp_entry_lives (account, removed->name, buddy))
        tgp_buddy_shown (tgp, buddy);
    if (tgp_entry_lives (account, removed->name, buddy))
        tgp_front_entry (buddy);
}

/* BitlBee's own list. What could be done beyond it is said. */
static void
tell_removed (TgpAccount *tgp, const Removed *removed, TgpNameKind kind, int64_t id)
{
    g_autofree char *text = NULL;
    TalkSecret info;

    if (kind == TGP_NAME_SECRET && tgp_has_info (tgp, (int32_t)id, &info)) {
        g_autofree char *name = tgp_person_in_sentence (tgp, info.user_id);
        text = tgp_words_chat_goes_on (name, removed->nick);
        come_back (tgp, removed);
    } else {
        g_autofree char *name = tgp_person_in_sentence (tgp, id);
        tgp_list_hide (tgp, id);
        text = tgp_words_only_from_list (name, removed->name);
    }
    if (tgp_lives (tgp))
        tgp_dialog_tell (tgp->gc, PURPLE_NOTIFY_MSG_INFO, _ ("Removed"), text, NULL);
}

/* One entry that is gone for good: asked about, or nothing that ends. */
static void
judge (TgpAccount *tgp, const Removed *removed, GArray *people, GArray *chats)
{
    int64_t id;
    TgpNameKind kind = tgp_name_parse (removed->name, &id);
    TalkSecret info;

    if (purple_find_buddy (tgp->account, removed->name) != NULL)
        return; /* moved, or another copy stays */
    if (kind == TGP_NAME_SECRET &&
        (!tgp_has_info (tgp, (int32_t)id, &info) || info.state == TALK_STATE_CLOSED))
        return; /* only the entry was left */
    if (kind == TGP_NAME_PERSON && !tgp_person_is_contact (tgp, id))
        return; /* known to this list only */
    if (tgp_frontend ()->removes) {
        tell_removed (tgp, removed, kind, id);
        return;
    }
    come_back (tgp, removed);
    if (!tgp_lives (tgp))
        return;
    if (kind == TGP_NAME_PERSON && id == TALK_USER_SERVICE) { /* MT-I24 */
        tgp_dialog_tell (tgp->gc, PURPLE_NOTIFY_MSG_INFO, _ ("Telegram"),
                         tgp_words_telegram_stays (), NULL);
        return;
    }
    g_array_append_val (kind == TGP_NAME_SECRET ? chats : people, id);
}

static gboolean
judge_cb (gpointer data)
{
    TgpAccount *tgp = data;
    g_autoptr (GPtrArray) all = g_steal_pointer (&tgp->removed);
    g_autoptr (GArray) people = g_array_new (FALSE, FALSE, sizeof (int64_t));
    g_autoptr (GArray) chats = g_array_new (FALSE, FALSE, sizeof (int64_t));

    tgp->removed_timer = 0;
    for (unsigned i = 0; i < all->len && tgp_lives (tgp); i++)
        judge (tgp, g_ptr_array_index (all, i), people, chats);
    if (tgp_lives (tgp)) /* else its entries are there, and nothing was asked */
        tgp_ends_ask_removed (tgp, people, chats);
    return FALSE;
}

/* The entry goes when this returns; others of the same act follow. */
void
tgp_list_remove_buddy (PurpleConnection *gc, PurpleBuddy *buddy, PurpleGroup *group)
{
    TgpAccount *tgp = tgp_account (gc);
    PurpleContact *contact = purple_buddy_get_contact (buddy);
    Removed *removed;
    int64_t id;

    if (tgp == NULL || tgp->client == NULL ||
        tgp_name_parse (purple_buddy_get_name (buddy), &id) == TGP_NAME_OTHER)
        return;
    removed = g_new0 (Removed, 1);
    removed->name = g_strdup (purple_buddy_get_name (buddy));
    removed->nick = tgp_nick (tgp, buddy);
    removed->group = g_strdup (
        purple_group_get_name (group != NULL ? group : purple_buddy_get_group (buddy)));
    removed->alias = g_strdup (purple_buddy_get_local_buddy_alias (buddy));
    removed->contact_alias = contact != NULL ? g_strdup (contact->alias) : NULL;
    removed->shows =
        purple_blist_node_get_int (PURPLE_BLIST_NODE (buddy), TGP_SHOWS_NODE);
    removed->since =
        purple_blist_node_get_int (PURPLE_BLIST_NODE (buddy), TGP_SINCE_NODE);
    removed->own = purple_blist_node_get_int (PURPLE_BLIST_NODE (buddy), TGP_OWN_NODE);
    if (tgp->removed == NULL)
        tgp->removed = g_ptr_array_new_with_free_func (removed_free);
    g_ptr_array_add (tgp->removed, removed);
    if (tgp->removed_timer == 0)
        tgp->removed_timer = purple_timeout_add (0, judge_cb, tgp);
}

/* With these libpurple does not tell a new name as removing and adding. */
void
tgp_list_rename_group (PurpleConnection *gc, const char *old, PurpleGroup *group,
                       GList *buddies)
{
}

void
tgp_list_group_buddy (PurpleConnection *gc, const char *who, const char *old,
                      const char *new)
{
}

/* --- putting together --- */

static gboolean
shares (PurpleBuddy *buddy)
{
    const PurpleBlistNode *node = PURPLE_BLIST_NODE (buddy);

    return node->next != NULL || node->prev != NULL;
}

gboolean
tgp_list_is_alone (PurpleAccount *account, const char *name)
{
    g_autoptr (GSList) buddies = purple_find_buddies (account, name);

    for (GSList *l = buddies; l != NULL; l = l->next)
        if (shares (l->data))
            return FALSE;
    return TRUE;
}

static void
take_out (TgpAccount *tgp, PurpleBuddy *buddy, int32_t chat_id)
{
    if (tgp_entry_add (buddy, NULL, purple_buddy_get_group (buddy)) && tgp_lives (tgp))
        tgp_buddy_shown (tgp, buddy);
    tgp_secret_write (tgp, chat_id, TRUE, tgp_words_taken_out ());
}

/* One that stands with others; NULL: each stands alone. */
static PurpleBuddy *
one_of_several (TgpAccount *tgp, int64_t *id)
{
    g_autoptr (GSList) buddies = purple_find_buddies (tgp->account, NULL);

    for (GSList *l = buddies; l != NULL; l = l->next)
        if (tgp_name_parse (purple_buddy_get_name (l->data), id) == TGP_NAME_SECRET &&
            shares (l->data))
            return l->data;
    return NULL;
}

static gboolean
look_over_cb (gpointer data)
{
    TgpAccount *tgp = data;
    PurpleBuddy *buddy;
    int64_t id;

    tgp->look_over_timer = 0;
    for (int i = 0; i < TAKEN_OUT_MAX && tgp_lives (tgp) &&
                    (buddy = one_of_several (tgp, &id)) != NULL;
         i++)
        take_out (tgp, buddy, (int32_t)id);
    return FALSE;
}

void
tgp_list_look_over (TgpAccount *tgp)
{
    if (tgp->look_over_timer == 0)
        tgp->look_over_timer = purple_timeout_add (0, look_over_cb, tgp);
}

/* Any entry may come to one of ours; libpurple is still at it. Who stands alone came to
 * none: of a long address book each is added. */
static void
added_cb (PurpleBlistNode *node, void *data)
{
    if (!PURPLE_BLIST_NODE_IS_BUDDY (node) || !shares (PURPLE_BUDDY (node)))
        return;
    for (GList *l = purple_connections_get_all (); l != NULL; l = l->next) {
        PurpleAccount *account = purple_connection_get_account (l->data);
        TgpAccount *tgp = tgp_account (l->data);
        if (tgp_is_ours (account) && tgp != NULL)
            tgp_list_look_over (tgp);
    }
}

void
tgp_list_connect (void)
{
    if (!connected)
        purple_signal_connect (purple_blist_get_handle (), "blist-node-added", &handle,
                               PURPLE_CALLBACK (added_cb), NULL);
    connected = TRUE;
}

void
tgp_list_disconnect (void)
{
    purple_signals_disconnect_by_handle (&handle);
    connected = FALSE;
}

void
tgp_list_free (TgpAccount *tgp)
{
    tgp_nicks_free (tgp);
    if (tgp->removed_timer != 0)
        purple_timeout_remove (tgp->removed_timer);
    if (tgp->look_over_timer != 0)
        purple_timeout_remove (tgp->look_over_timer);
    g_clear_pointer (&tgp->removed, g_ptr_array_unref);
    g_clear_pointer (&tgp->hidden, g_hash_table_unref);
}
