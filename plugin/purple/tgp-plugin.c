/* The prpl as libpurple sees it. */
#include "tgp-about.h"
#include "tgp-after.h"
#include "tgp-apart.h"
#include "tgp-account.h"
#include "tgp-clock.h"
#include "tgp-commands.h"
#include "tgp-compare.h"
#include "tgp-drafts.h"
#include "tgp-ends.h"
#include "tgp-find.h"
#include "tgp-frontend.h"
#include "tgp-im.h"
#include "tgp-info.h"
#include "tgp-insert.h"
#include "tgp-keys.h"
#include "tgp-lines.h"
#include "tgp-list.h"
#include "tgp-log.h"
#include "tgp-login.h"
#include "tgp-menu.h"
#include "tgp-offer.h"
#include "tgp-photos.h"
#include "tgp-places.h"
#include "tgp-profile.h"
#include "tgp-question.h"
#include "tgp-removal.h"
#include "tgp-self.h"
#include "tgp-send.h"
#include "tgp-show.h"
#include "tgp-unread.h"
#include "tgp-wait.h"
#include "tgp-windows.h"
#include "tgp-xfer.h"
#include "tgp-words-account.h"

static const char *
list_icon (PurpleAccount *account, PurpleBuddy *buddy)
{
    return "mtproto";
}

static TgpAccount *
account_of (PurpleBuddy *buddy)
{
    PurpleConnection *gc =
        purple_account_get_connection (purple_buddy_get_account (buddy));
    return gc != NULL ? tgp_account (gc) : NULL;
}

/* The padlock, while there is a key behind it. */
static const char *
list_emblem (PurpleBuddy *buddy)
{
    TgpAccount *tgp = account_of (buddy);
    TalkSecret info;
    int64_t id;

    return tgp != NULL &&
                   tgp_name_parse (purple_buddy_get_name (buddy), &id) ==
                       TGP_NAME_SECRET &&
                   tgp_has_info (tgp, (int32_t)id, &info) &&
                   info.state == TALK_STATE_READY
               ? "secure"
               : NULL;
}

static char *
secret_status (TgpAccount *tgp, int32_t chat_id)
{
    g_autofree char *text =
        tgp_seen_status (tgp, chat_id, tgp_secret_status_text (tgp, chat_id));

    return g_markup_escape_text (text, -1);
}

static char *
status_text (PurpleBuddy *buddy)
{
    TgpAccount *tgp = account_of (buddy);
    int64_t id;

    if (tgp == NULL || tgp->client == NULL)
        return NULL;
    switch (tgp_name_parse (purple_buddy_get_name (buddy), &id)) {
    case TGP_NAME_SECRET: {
        g_autofree char *text = tgp_secret_row_text (tgp, (int32_t)id);
        return g_markup_escape_text (text, -1);
    }
    case TGP_NAME_PERSON:
        return tgp_about_status (tgp, id);
    default:
        return NULL;
    }
}

static void
tooltip_text (PurpleBuddy *buddy, PurpleNotifyUserInfo *info, gboolean full)
{
    TgpAccount *tgp = account_of (buddy);
    int64_t id;

    if (tgp == NULL || tgp->client == NULL)
        return;
    switch (tgp_name_parse (purple_buddy_get_name (buddy), &id)) {
    case TGP_NAME_SECRET: {
        g_autofree char *text = secret_status (tgp, (int32_t)id);
        purple_notify_user_info_add_pair (info, _ ("Secret chat"), text);
        break;
    }
    case TGP_NAME_PERSON:
        tgp_about_tooltip (tgp, id, info);
        break;
    default:
        break;
    }
}

/* BitlBee asks for nothing but the attribute "message" (FRONTENDS 4); elsewhere there is
 * none, so that nobody writes one in vain. */
static PurpleStatusType *
status_type (PurpleStatusPrimitive primitive, const char *id)
{
    if (!tgp_frontend ()->status_message)
        return purple_status_type_new_full (primitive, id, NULL, TRUE, TRUE, FALSE);
    return purple_status_type_new_with_attrs (
        primitive, id, NULL, TRUE, TRUE, FALSE, "message", _ ("Message"),
        purple_value_new (PURPLE_TYPE_STRING), NULL);
}

static GList *
status_types (PurpleAccount *account)
{
    GList *types = NULL;

    types = g_list_append (types, status_type (PURPLE_STATUS_AVAILABLE, "available"));
    types = g_list_append (types, status_type (PURPLE_STATUS_AWAY, "away"));
    types = g_list_append (types, status_type (PURPLE_STATUS_INVISIBLE, "invisible"));
    return g_list_append (types, status_type (PURPLE_STATUS_OFFLINE, "offline"));
}

static void
keepalive (PurpleConnection *gc)
{
    /* the session pings by itself; this only keeps libpurple from counting silence */
    gc->last_received = time (NULL);
}

static gboolean
offline_message (const PurpleBuddy *buddy)
{
    return TRUE; /* the server keeps them */
}

/* --- account actions --- */

static GList *
actions (PurplePlugin *plugin, gpointer context)
{
    GList *list = NULL;

    list = g_list_append (
        list, purple_plugin_action_new (_ ("Edit your profile..."), tgp_profile_action));
    list = g_list_append (list, purple_plugin_action_new (
                                    _ ("Set or remove the passphrase for stored keys..."),
                                    tgp_keys_action));
    return g_list_append (list, purple_plugin_action_new (_ ("Log out at the server..."),
                                                          tgp_ends_log_out_action));
}

/* --- the plugin --- */

static gboolean
load (PurplePlugin *plugin)
{
    tgp_log_init ();
    tgp_removal_init ();
    tgp_commands_register (plugin);
    return TRUE;
}

static gboolean
unload (PurplePlugin *plugin)
{
    tgp_commands_unregister ();
    tgp_show_disconnect ();
    tgp_lines_disconnect ();
    tgp_windows_disconnect ();
    tgp_drafts_disconnect ();
    tgp_offers_disconnect ();
    tgp_photos_disconnect ();
    tgp_questions_uninit ();
    tgp_insert_uninit ();
    tgp_compare_uninit ();
    tgp_places_disconnect ();
    tgp_apart_disconnect ();
    tgp_list_disconnect ();
    tgp_send_disconnect ();
    tgp_wait_disconnect ();
    tgp_removal_uninit ();
    tgp_log_uninit ();
    tgp_after_disconnect ();
    tgp_accounts_uninit ();
    tgp_clock_close ();
    return TRUE;
}

static void
deny_changed (PurpleConnection *gc, const char *name)
{
    tgp_seen_privacy_changed (gc);
}

static PurplePluginProtocolInfo protocol = {
    .options =
        OPT_PROTO_NO_PASSWORD | OPT_PROTO_SLASH_COMMANDS_NATIVE | OPT_PROTO_IM_IMAGE,
    .icon_spec = NO_BUDDY_ICONS,
    .list_icon = list_icon,
    .list_emblem = list_emblem,
    .status_text = status_text,
    .tooltip_text = tooltip_text,
    .status_types = status_types,
    .blist_node_menu = tgp_node_menu,
    .login = tgp_login,
    .close = tgp_close,
    .send_im = tgp_send_im,
    .send_typing = tgp_send_typing,
    .set_status = tgp_self_set_status,
    .set_idle = tgp_self_set_idle,
    .set_info = tgp_profile_set_info,
    .get_info = tgp_about_get_info,
    .add_deny = deny_changed, /* BitlBee's only sign */
    .rem_deny = deny_changed,
    .set_permit_deny = tgp_seen_privacy_changed,
    .add_buddy = tgp_add_buddy,
    .remove_buddy = tgp_list_remove_buddy,
    .rename_group = tgp_list_rename_group,
    .group_buddy = tgp_list_group_buddy,
    .keepalive = keepalive,
    .offline_message = offline_message,
    .can_receive_file = tgp_can_receive_file,
    .send_file = tgp_send_file,
    .new_xfer = tgp_new_xfer,
    .set_public_alias = tgp_profile_set_alias,
    .get_public_alias = tgp_profile_get_alias,
    .struct_size = sizeof (PurplePluginProtocolInfo),
};

static PurplePluginInfo info = {
    .magic = PURPLE_PLUGIN_MAGIC,
    .major_version = PURPLE_MAJOR_VERSION,
    .minor_version = 0,
    .type = PURPLE_PLUGIN_PROTOCOL,
    .priority = PURPLE_PRIORITY_DEFAULT,
    .id = TGP_ID,
    .name = "Unofficial Telegram",
    .version = TGP_VERSION,
    .summary = NULL,
    .description = NULL,
    .author = "The purple-mtproto authors",
    .load = load,
    .unload = unload,
    .extra_info = &protocol,
    .actions = actions,
};

static void
add_option (PurpleAccountOption *option)
{
    protocol.protocol_options = g_list_append (protocol.protocol_options, option);
}

/* A module in the user's directory brings its translations along there (FRONTENDS 8). */
static void
find_translations (void)
{
    g_autofree char *own = g_build_filename (purple_user_dir (), "locale", NULL);

    bindtextdomain (GETTEXT_PACKAGE,
                    g_file_test (own, G_FILE_TEST_IS_DIR) ? own : TGP_LOCALEDIR);
    bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
}

static GList *
choice (GList *list, const char *text, const char *value)
{
    PurpleKeyValuePair *pair = g_new0 (PurpleKeyValuePair, 1);

    pair->key = g_strdup (text);
    pair->value = g_strdup (value);
    return g_list_append (list, pair);
}

static void
init_plugin (PurplePlugin *plugin)
{
    GList *rules = NULL;

    find_translations ();
    info.summary = (char *)_ ("Secret chats of Telegram");
    info.description = (char *)tgp_words_about ();
    add_option (purple_account_option_string_new (_ ("API id"), "api-id", ""));
    add_option (purple_account_option_string_new (_ ("API hash"), "api-hash", ""));
    add_option (purple_account_option_bool_new (
        _ ("Log in by scanning a QR code with another Telegram app"), "qr-login", FALSE));
    rules = choice (rules, _ ("Ask"), "ask");
    rules = choice (rules, _ ("Accept those of contacts, ask for others"), "contacts");
    rules = choice (rules, _ ("Accept those of contacts I verified, ask for others"),
                    "verified");
    rules = choice (rules, _ ("Leave them to my other devices"), "never");
    add_option (purple_account_option_list_new (_ ("Requests for secret chats"),
                                                "secret-requests", rules));
    add_option (purple_account_option_bool_new (
        _ ("Also send typing inside the secret chat"), "typing-actions", TRUE));
    add_option (purple_account_option_bool_new (
        _ ("Show the number of each message in secret chats"), TGP_SHOW_NUMBERS, FALSE));
    add_option (purple_account_option_bool_new (_ ("Write secret chats to the logs"),
                                                "log-secret-chats", FALSE));
    if (TGP_SECRET_SERVICE)
        add_option (purple_account_option_bool_new (
            _ ("Keep the key of stored data in the desktop's keyring"), "secret-service",
            TRUE));
    add_option (purple_account_option_string_new (_ ("MTProxy (link)"), "mtproxy", ""));
    if (!tgp_frontend ()->short_dialogs) { /* for who has a server, and its key */
        add_option (
            purple_account_option_string_new (_ ("Server (host:port)"), "server", ""));
        add_option (purple_account_option_string_new (_ ("Server's public key file"),
                                                      "server-key", ""));
    }
    add_option (purple_account_option_bool_new (_ ("Test environment"),
                                                "test-environment", FALSE));
}

/* As PURPLE_INIT_PLUGIN does, but visible although everything else is hidden. */
G_MODULE_EXPORT gboolean purple_init_plugin (PurplePlugin *plugin);

G_MODULE_EXPORT gboolean
purple_init_plugin (PurplePlugin *plugin)
{
    plugin->info = &info;
    init_plugin (plugin);
    return purple_plugin_register (plugin);
}
