/* Entries, whoever they are of (see tgp-entry.h). */
#include "tgp-entry.h"

#include "tgp-after.h"
#include "tgp-folder.h"
#include "tgp-nick.h"

#define HIDDEN_FILE "hidden" /* in the account's folder: an id a line */
#define HIDDEN_MAX 100000    /* bytes of it */

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

gboolean
tgp_entry_lives (PurpleAccount *account, const char *name, const PurpleBuddy *buddy)
{
    g_autoptr (GSList) buddies =
        tgp_after_stays (account) ? purple_find_buddies (account, name) : NULL;

    return g_slist_find (buddies, buddy) != NULL;
}

gboolean
tgp_entry_add (PurpleBuddy *buddy, PurpleContact *contact, PurpleGroup *group)
{
    PurpleAccount *account = purple_buddy_get_account (buddy);
    g_autofree char *name = g_strdup (purple_buddy_get_name (buddy));

    purple_blist_add_buddy (buddy, contact, group, NULL);
    return tgp_entry_lives (account, name, buddy);
}

static void
set_status (PurpleBuddy *buddy, const char *id, const char *message)
{
    PurplePresence *presence = purple_buddy_get_presence (buddy);
    PurpleStatus *before = purple_presence_get_active_status (presence);
    PurpleStatus *status = purple_presence_get_status (presence, id);
    g_autoptr (GList) attributes = NULL;

    if (status == NULL)
        return;
    if (message != NULL) {
        attributes = g_list_append (attributes, (void *)"message");
        attributes = g_list_append (attributes, (void *)message);
    }
    purple_status_set_active_with_attrs_list (status, TRUE, attributes);
    purple_blist_update_buddy_status (buddy, before);
}

void
tgp_entry_status (TgpAccount *tgp, const char *name, const char *status,
                  const char *message)
{
    g_autoptr (GSList) buddies = purple_find_buddies (tgp->account, name);

    for (GSList *l = buddies; l != NULL && tgp_lives (tgp); l = l->next)
        if (l == buddies || tgp_entry_lives (tgp->account, name, l->data))
            set_status (l->data, status, message);
    if (buddies != NULL && tgp_lives (tgp) && g_str_equal (status, "offline"))
        serv_got_typing_stopped (tgp->gc, name);
}

void
tgp_alias (TgpAccount *tgp, const char *name, const char *alias)
{
    PurpleAccount *account = tgp->account;
    g_autoptr (GSList) buddies = purple_find_buddies (account, name);

    for (GSList *l = buddies; l != NULL; l = l->next)
        if ((l == buddies || tgp_entry_lives (account, name, l->data)) &&
            g_strcmp0 (purple_buddy_get_server_alias (l->data), alias) != 0)
            purple_blist_server_alias_buddy (l->data, alias);
}

/* --- hidden people --- */

static char *
hidden_path (TgpAccount *tgp)
{
    gboolean test = purple_account_get_bool (tgp->account, "test-environment", FALSE);
    g_autofree char *directory = tgp_state_directory (tgp->account, test);

    return g_build_filename (directory, HIDDEN_FILE, NULL);
}

static void
load_hidden (TgpAccount *tgp)
{
    g_autofree char *path = tgp->hidden == NULL ? hidden_path (tgp) : NULL;
    g_autofree char *text = NULL;
    gsize len;
    int64_t id;

    if (path == NULL)
        return;
    tgp->hidden = g_hash_table_new_full (talk_id_hash, g_int64_equal, g_free, NULL);
    if (!g_file_get_contents (path, &text, &len, NULL) || len > HIDDEN_MAX)
        return;
    g_auto (GStrv) lines = g_strsplit (text, "\n", 0);
    for (char **line = lines; *line != NULL; line++)
        if (tgp_name_parse (*line, &id) == TGP_NAME_PERSON)
            g_hash_table_add (tgp->hidden, g_memdup2 (&id, sizeof id));
}

static void
save_hidden (TgpAccount *tgp)
{
    g_autofree char *path = hidden_path (tgp);
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (GError) error = NULL;
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init (&iter, tgp->hidden);
    while (g_hash_table_iter_next (&iter, &key, NULL)) {
        g_autofree char *name = tgp_name_person (*(int64_t *)key);
        g_string_append_printf (text, "%s\n", name);
    }
    if (!g_file_set_contents_full (
            path, text->str, (gssize)text->len,
            G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &error))
        g_warning ("who is hidden from the list is not stored: %s", error->message);
}

static void
drop_entries (PurpleAccount *account, const char *name)
{
    PurpleBuddy *buddy;

    while ((buddy = purple_find_buddy (account, name)) != NULL)
        purple_blist_remove_buddy (buddy);
}

void
tgp_list_hide (TgpAccount *tgp, int64_t user_id)
{
    g_autofree char *name = tgp_name_person (user_id);

    load_hidden (tgp);
    if (g_hash_table_add (tgp->hidden, g_memdup2 (&user_id, sizeof user_id)))
        save_hidden (tgp);
    drop_entries (tgp->account, name);
}

void
tgp_list_unhide (TgpAccount *tgp, int64_t user_id)
{
    load_hidden (tgp);
    if (g_hash_table_remove (tgp->hidden, &user_id))
        save_hidden (tgp);
}

gboolean
tgp_list_is_hidden (TgpAccount *tgp, int64_t user_id)
{
    load_hidden (tgp);
    return g_hash_table_contains (tgp->hidden, &user_id);
}

void
tgp_list_drop_chat (TgpAccount *tgp, int32_t chat_id)
{
    g_autofree char *name = tgp_name_secret (chat_id);

    drop_entries (tgp->account, name);
    if (tgp_lives (tgp))
        tgp_nick_drop_soon (tgp, name);
}
