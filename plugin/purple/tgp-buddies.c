/* People of the address book as buddies; ordinary messages only as a notice. */
#include "tgp-buddies.h"

#include "tgp-conv.h"
#include "tgp-dialog.h"
#include "tgp-entry.h"
#include "tgp-frontend.h"
#include "tgp-lock.h"
#include "tgp-nick.h"
#include "tgp-page.h"
#include "tgp-person.h"
#include "tgp-photos.h"
#include "tgp-secret-buddy.h"
#include "tgp-text.h"
#include "tgp-words-account.h"

#include <string.h>

#define GROUP "Telegram"

/* Its group may have another name by now: then the one that holds most of this account's
 * people. */
static PurpleGroup *
group_of_people (TgpAccount *tgp)
{
    g_autoptr (GSList) buddies = NULL;
    g_autoptr (GHashTable) held = NULL; /* PurpleGroup -> how many */
    PurpleGroup *group = purple_find_group (GROUP);
    unsigned most = 0;
    int64_t id;

    if (group != NULL)
        return group;
    buddies = purple_find_buddies (tgp->account, NULL);
    held = g_hash_table_new (NULL, NULL);
    for (GSList *l = buddies; l != NULL; l = l->next) {
        gpointer key = purple_buddy_get_group (l->data);
        unsigned n = GPOINTER_TO_UINT (g_hash_table_lookup (held, key)) + 1;
        if (tgp_name_parse (purple_buddy_get_name (l->data), &id) != TGP_NAME_PERSON)
            continue;
        g_hash_table_insert (held, key, GUINT_TO_POINTER (n));
        if (n > most) {
            most = n;
            group = key;
        }
    }
    return group != NULL ? group : tgp_group (GROUP);
}

/* At the end of its group. libpurple goes through all of the group to get there, for each of
 * an address book; behind the one that came last it need not. */
static void
add_person (TgpAccount *tgp, PurpleBuddy *buddy, PurpleGroup *group, int64_t user_id)
{
    g_autofree char *name = tgp_name_person (tgp->last_added);
    PurpleBuddy *last = purple_find_buddy (tgp->account, name);
    PurpleBlistNode *end =
        last != NULL ? PURPLE_BLIST_NODE (purple_buddy_get_contact (last)) : NULL;
    PurpleContact *contact = NULL;

    if (end != NULL && end->next == NULL && end->parent == PURPLE_BLIST_NODE (group)) {
        contact = purple_contact_new ();
        purple_blist_add_contact (contact, group, end);
    }
    tgp->last_added = user_id;
    tgp_entry_add (buddy, contact, group);
}

/* The day when a person's entry came to the list. */
static void
note_since (PurpleBuddy *buddy)
{
    if (purple_blist_node_get_int (PURPLE_BLIST_NODE (buddy), TGP_SINCE_NODE) == 0)
        purple_blist_node_set_int (PURPLE_BLIST_NODE (buddy), TGP_SINCE_NODE,
                                   (int)(time (NULL) / 86400));
}

/* A person's entry is not taken for a secret chat's, whatever the name begins with. */
static char *
entry_label (TgpAccount *tgp, int64_t user_id)
{
    g_autofree char *whole = tgp_person_label (tgp, user_id);
    g_autofree char *label = tgp_text_fit (whole, tgp_frontend ()->names);
    const char *p = label;
    gunichar c = g_utf8_get_char (p);

    while (g_unichar_isspace (c) || g_unichar_iszerowidth (c)) {
        p = g_utf8_next_char (p);
        c = g_utf8_get_char (p);
    }
    return tgp_frontend ()->locks && tgp_is_lock (c) ? g_strconcat ("\\", label, NULL)
                                                     : g_steal_pointer (&label);
}

/* A line says so only where the name itself changed, not what tells namesakes apart. */
static void
alias_person (TgpAccount *tgp, int64_t user_id, const char *name)
{
    PurpleBuddy *buddy = purple_find_buddy (tgp->account, name);
    const char *before = purple_buddy_get_server_alias (buddy);
    const char *now = tgp_person_name (tgp, user_id);
    g_autofree char *label = entry_label (tgp, user_id);
    gboolean same = before == NULL || *before == '\0' || g_str_equal (before, label) ||
                    (g_str_has_prefix (before, now) &&
                     (before[strlen (now)] == '\0' ||
                      g_str_has_prefix (before + strlen (now), ", ")));

    if (same)
        tgp_alias (tgp, name, label);
    else
        serv_got_alias (tgp->gc, name, label);
}

static const char *
status_of (TalkPresence presence)
{
    switch (presence) {
    case TALK_PRESENCE_ONLINE:
        return "available";
    case TALK_PRESENCE_RECENTLY:
        return "away";
    default:
        return "offline";
    }
}

/* To tell libpurple what it shows anyway costs memory for each entry. */
static gboolean
has_status (PurpleBuddy *buddy, const char *id)
{
    const PurpleStatus *active =
        purple_presence_get_active_status (purple_buddy_get_presence (buddy));

    return active != NULL && g_str_equal (purple_status_get_id (active), id);
}

/* Every secret chat with this person shows the same presence. */
typedef struct {
    TgpAccount *tgp;
    const TalkPerson *peer;
} Presence;

static void
secret_presence_cb (const TalkSecret *info, void *user)
{
    const Presence *presence = user;

    if (info->user_id != presence->peer->id || info->state == TALK_STATE_CLOSED)
        return;
    g_autofree char *name = tgp_name_secret (info->id);
    if (purple_find_buddy (presence->tgp->account, name) != NULL)
        tgp_secret_show (presence->tgp, info);
}

/* Everything in the list that shows this person. */
static void
show_person (TgpAccount *tgp, const TalkPerson *peer)
{
    g_autofree char *name = tgp_name_person (peer->id);
    Presence presence = { tgp, peer };

    if (purple_find_buddy (tgp->account, name) != NULL)
        alias_person (tgp, peer->id, name); /* libpurple writes a line of it */
    PurpleBuddy *buddy = tgp_lives (tgp) ? purple_find_buddy (tgp->account, name) : NULL;
    if (buddy != NULL) {
        tgp_nick_show (tgp, buddy);
        if (!has_status (buddy, status_of (peer->presence)))
            tgp_entry_status (tgp, name, status_of (peer->presence), NULL);
    }
    if (!tgp_lives (tgp))
        return;
    tg_client_each_secret (tgp->client, secret_presence_cb, &presence);
    if (tgp_lives (tgp))
        tgp_photos_look (tgp, peer);
}

/* TRUE: there is a secret chat with that person. */
typedef struct {
    int64_t user_id;
    gboolean found;
} Chat;

static void
chat_cb (const TalkSecret *info, void *user)
{
    Chat *chat = user;

    if (info->user_id == chat->user_id && info->state != TALK_STATE_CLOSED)
        chat->found = TRUE;
}

/* Nothing of the user's hangs on that entry: it came from Telegram's contacts, and goes with
 * them (MT-I3). */
static gboolean
is_mirror (TgpAccount *tgp, PurpleBuddy *buddy, int64_t user_id)
{
    const PurpleBlistNode *node = PURPLE_BLIST_NODE (buddy);
    const PurpleContact *together = purple_buddy_get_contact (buddy);
    const char *alias = purple_buddy_get_local_buddy_alias (buddy);
    Chat chat = { user_id, FALSE };

    if (purple_blist_node_get_int (PURPLE_BLIST_NODE (buddy), TGP_OWN_NODE) != 0 ||
        (alias != NULL && *alias != '\0') || together->alias != NULL ||
        node->next != NULL || node->prev != NULL ||
        tgp_conv_named (tgp->account, purple_buddy_get_name (buddy), FALSE) != NULL)
        return FALSE;
    tg_client_each_secret (tgp->client, chat_cb, &chat);
    return !chat.found;
}

/* Somebody who is no contact, but has entries: such as only showed the contact go, in others
 * the person's standing is seen. Nothing is told to the server (DECISIONS 28). */
static void
judge_stranger (TgpAccount *tgp, int64_t user_id, const char *name)
{
    g_autoptr (GSList) buddies = purple_find_buddies (tgp->account, name);

    for (GSList *l = buddies; l != NULL && tgp_lives (tgp); l = l->next) {
        if (!tgp_entry_lives (tgp->account, name, l->data))
            continue;
        if (is_mirror (tgp, l->data, user_id))
            purple_blist_remove_buddy (l->data);
        else
            purple_blist_update_node_icon (l->data); /* drawn anew */
    }
}

static void
stays_cb (const TalkPerson *peer, void *user)
{
    *(gboolean *)user = peer->contact || peer->deleted || peer->self;
}

/* MT-I17: an entry may have stayed for what hung on it once, or for a host that forgot to write its
 * list; of whom the store knows nothing there is nothing to be shown. */
void
tgp_buddies_judge (TgpAccount *tgp)
{
    g_autoptr (GSList) buddies = purple_find_buddies (tgp->account, NULL);
    g_autoptr (GHashTable) seen =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

    for (GSList *l = buddies; l != NULL; l = l->next) /* a person may have several */
        g_hash_table_add (seen, g_strdup (purple_buddy_get_name (l->data)));
    GHashTableIter iter;
    gpointer name;
    g_hash_table_iter_init (&iter, seen);
    while (tgp_lives (tgp) && g_hash_table_iter_next (&iter, &name, NULL)) {
        gboolean stays = FALSE;
        int64_t id;
        if (tgp_name_parse (name, &id) != TGP_NAME_PERSON)
            continue;
        tg_client_peer (tgp->client, id, stays_cb, &stays);
        if (!stays)
            judge_stranger (tgp, id, name);
    }
}

static void
show_person_cb (const TalkPerson *peer, void *user)
{
    show_person (user, peer);
}

typedef struct {
    TgpAccount *tgp;
    int64_t id;
    const char *name;
} Namesake;

/* Until now a name was enough for this one. */
static void
namesake_cb (const TalkPerson *peer, void *user)
{
    const Namesake *namesake = user;
    g_autofree char *one = g_utf8_casefold (peer->name, -1);
    g_autofree char *other = g_utf8_casefold (namesake->name, -1);

    if (tgp_lives (namesake->tgp) && peer->id != namesake->id && !peer->self &&
        g_str_equal (one, other))
        show_person (namesake->tgp, peer);
}

void
tgp_peer (TgpAccount *tgp, const TalkPerson *peer)
{
    g_autofree char *name = tgp_name_person (peer->id);
    int64_t only;
    int before = tgp_person_namesakes (tgp, peer->name, &only);

    tgp_person_remember (tgp, peer);
    if (peer->self) {
        if (purple_account_get_alias (tgp->account) == NULL)
            purple_connection_set_display_name (tgp->gc, peer->name);
        return;
    }
    if (!peer->contact)
        tgp_list_unhide (tgp, peer->id); /* nothing would show them anyway */
    if (purple_find_buddy (tgp->account, name) == NULL && peer->contact &&
        !peer->deleted && !tgp_list_is_hidden (tgp, peer->id)) {
        PurpleGroup *group = group_of_people (tgp);
        PurpleBuddy *buddy = purple_buddy_new (tgp->account, name, NULL);
        note_since (buddy);
        add_person (tgp, buddy, group, peer->id);
        if (!tgp_lives (tgp))
            return;
    }
    if (!peer->contact && !peer->deleted)
        judge_stranger (tgp, peer->id, name);
    if (tgp_lives (tgp))
        show_person (tgp, peer);
    if (before != 1 || !tgp_lives (tgp) ||
        tgp_person_namesakes (tgp, peer->name, NULL) != 2)
        return;
    if (only != 0) /* an address book may have many such pairs */
        tg_client_peer (tgp->client, only, namesake_cb,
                        &(Namesake){ tgp, peer->id, peer->name });
    else
        tg_client_each_peer (tgp->client, namesake_cb,
                             &(Namesake){ tgp, peer->id, peer->name });
}

void
tgp_buddy_shown (TgpAccount *tgp, PurpleBuddy *buddy)
{
    TalkSecret info;
    int64_t id;

    switch (tgp_name_parse (purple_buddy_get_name (buddy), &id)) {
    case TGP_NAME_PERSON:
        note_since (buddy);
        tg_client_peer (tgp->client, id, show_person_cb, tgp);
        break;
    case TGP_NAME_SECRET:
        if (tgp_has_info (tgp, (int32_t)id, &info))
            tgp_secret_show (tgp, &info);
        break;
    default:
        break;
    }
}

static void
peer_again_cb (const TalkPerson *peer, void *user)
{
    tgp_peer (user, peer);
}

/* Who writes is in the list again (DECISIONS 28). */
void
tgp_person_back (TgpAccount *tgp, int64_t user_id)
{
    if (!tgp_list_is_hidden (tgp, user_id))
        return;
    tgp_list_unhide (tgp, user_id);
    tg_client_peer (tgp->client, user_id, peer_again_cb, tgp);
}

/* Of strangers no word: they open no window. */
void
tgp_cloud_message (TgpAccount *tgp, int64_t user_id)
{
    g_autofree char *name = tgp_name_person (user_id);

    if (!tgp_person_is_contact (tgp, user_id) &&
        purple_find_buddy (tgp->account, name) == NULL)
        return;
    tgp_person_back (tgp, user_id);
    if (!tgp_lives (tgp))
        return;
    g_autofree char *text = tgp_line_marked (tgp_words_cloud (), NULL);
    serv_got_im (tgp->gc, name, text, PURPLE_MESSAGE_RECV | PURPLE_MESSAGE_SYSTEM,
                 time (NULL));
}

void
tgp_service_message (TgpAccount *tgp, const char *text, gboolean code)
{
    tgp_page_show (tgp, _ ("Message from Telegram"),
                   code ? tgp_words_login_code () : NULL, text);
}

void
tgp_trouble (TgpAccount *tgp, TalkTrouble trouble, int64_t number)
{
    gboolean person = trouble == TALK_TROUBLE_REFUSED ||
                      trouble == TALK_TROUBLE_NOT_ADDED || trouble == TALK_TROUBLE_KEPT;
    g_autofree char *who = person ? tgp_person_in_sentence (tgp, number) : NULL;
    g_autofree char *text = tgp_words_trouble (trouble, number, who);

    if (number != 0 && (trouble == TALK_TROUBLE_KEPT || trouble == TALK_TROUBLE_FROZEN))
        tgp_person_back (tgp, number); /* MT-I14 */
    if (!tgp_lives (tgp))
        return;
    if (person)
        tgp_dialog_tell (tgp->gc, PURPLE_NOTIFY_MSG_WARNING, _ ("Contact"), text, NULL);
    else if (!tgp_tell_windows (tgp, text) && trouble != TALK_TROUBLE_OVER)
        tgp_dialog_tell (tgp->gc, PURPLE_NOTIFY_MSG_WARNING, _ ("Telegram"), text, NULL);
}
