/* People in the headless host: added, asked about, looked at; and whether we are there. */
#include "headless.h"

#include <string.h>

/* As Pidgin's window and Finch's do it. */
static void
add_buddy (const char *rest)
{
    g_auto (GStrv) words = g_strsplit (rest, " ", 3); /* WHO GROUP [ALIAS] */
    PurpleGroup *group;

    if (g_strv_length (words) < 2)
        return;
    group = purple_find_group (words[1]);
    if (group == NULL) {
        group = purple_group_new (words[1]);
        purple_blist_add_group (group, NULL);
    }
    PurpleBuddy *buddy = purple_buddy_new (the_account (), words[0], words[2]);
    purple_blist_add_buddy (buddy, NULL, group, NULL);
    purple_account_add_buddy_with_invite (the_account (), buddy, NULL);
}

static void
say_pairs (const char *what, const char *who, PurpleNotifyUserInfo *info)
{
    for (GList *l = purple_notify_user_info_get_entries (info); l != NULL; l = l->next) {
        const char *value = purple_notify_user_info_entry_get_value (l->data);
        g_autofree char *plain = purple_markup_strip_html (value != NULL ? value : "");
        say ("%s %s %s: %s", what, who, purple_notify_user_info_entry_get_label (l->data),
             plain);
    }
    say ("%s end", what);
}

void *
people_userinfo (PurpleConnection *gc, const char *who, PurpleNotifyUserInfo *info)
{
    g_autofree char *name = g_strdelimit (g_strdup (who), " ", '_');

    say_pairs ("info", name, info);
    return NULL;
}

static void
say_tooltip (PurpleBuddy *buddy)
{
    PurplePlugin *prpl = purple_find_prpl ("prpl-mtproto");
    PurpleNotifyUserInfo *info = purple_notify_user_info_new ();

    PURPLE_PLUGIN_PROTOCOL_INFO (prpl)->tooltip_text (buddy, info, TRUE);
    say_pairs ("tooltip", purple_buddy_get_name (buddy), info);
    purple_notify_user_info_destroy (info);
}

static void
say_icon (PurpleBuddy *buddy)
{
    PurpleBuddyIcon *icon =
        purple_buddy_icons_find (the_account (), purple_buddy_get_name (buddy));
    size_t len = 0;

    if (icon != NULL)
        purple_buddy_icon_get_data (icon, &len);
    say ("icon %s %zu", purple_buddy_get_name (buddy), len);
    if (icon != NULL)
        purple_buddy_icon_unref (icon);
}

static void
say_alias (PurpleBuddy *buddy)
{
    const char *own = purple_buddy_get_local_buddy_alias (buddy);
    const char *server = purple_buddy_get_server_alias (buddy);

    say ("alias %s own '%s' server '%s'", purple_buddy_get_name (buddy),
         own != NULL ? own : "", server != NULL ? server : "");
}

static void
be (const char *status)
{
    PurplePresence *presence = purple_account_get_presence (the_account ());

    if (g_str_equal (status, "idle") || g_str_equal (status, "back"))
        purple_presence_set_idle (presence, g_str_equal (status, "idle"),
                                  time (NULL) - 600);
    else
        purple_account_set_status (the_account (), status, TRUE, NULL);
}

gboolean
people_command (const char *verb, const char *rest)
{
    static const struct {
        const char *verb;
        void (*run) (PurpleBuddy *buddy);
    } of_buddies[] = { { "tooltip", say_tooltip },
                       { "icon", say_icon },
                       { "aliases", say_alias } };

    if (g_str_equal (verb, "add")) {
        add_buddy (rest);
        return TRUE;
    }
    if (g_str_equal (verb, "be")) {
        be (rest);
        return TRUE;
    }
    g_auto (GStrv) words = g_strsplit (rest, " ", 2);
    PurpleBuddy *buddy = words[0] != NULL ? find_buddy (words[0]) : NULL;
    if (g_str_equal (verb, "info")) {
        serv_get_info (purple_account_get_connection (the_account ()),
                       buddy != NULL ? purple_buddy_get_name (buddy) : rest);
        return TRUE;
    }
    if (g_str_equal (verb, "call") && buddy != NULL) { /* what the user calls them */
        purple_blist_alias_buddy (buddy, words[1]);
        serv_alias_buddy (buddy);
        return TRUE;
    }
    for (size_t i = 0; i < G_N_ELEMENTS (of_buddies); i++)
        if (g_str_equal (verb, of_buddies[i].verb)) {
            if (buddy != NULL)
                of_buddies[i].run (buddy);
            else
                say ("no buddy %s", rest);
            return TRUE;
        }
    return FALSE;
}
