/* See tgp-about.h. */
#include "tgp-about.h"

#include "tgp-frontend.h"
#include "tgp-info.h"
#include "tgp-person.h"
#include "tgp-words-person.h"

#include <string.h>

typedef struct {
    PurpleConnection *gc;
    char *name; /* of the entry */
} Asked;

static GList *asked; /* Asked: not answered yet */

static void
add (PurpleNotifyUserInfo *info, const char *label, const char *value)
{
    g_autofree char *escaped = value != NULL ? g_markup_escape_text (value, -1) : NULL;

    if (value != NULL)
        purple_notify_user_info_add_pair (info, label, escaped);
}

typedef struct {
    int64_t user_id;
    unsigned n, verified;
} Count;

static void
count_cb (const TalkSecret *info, void *user)
{
    Count *count = user;

    if (info->user_id != count->user_id || info->state != TALK_STATE_READY)
        return;
    count->n++;
    count->verified += info->verified != FALSE;
}

static void
add_chats (TgpAccount *tgp, int64_t user_id, PurpleNotifyUserInfo *info)
{
    Count count = { .user_id = user_id };

    tg_client_each_secret (tgp->client, count_cb, &count);
    if (count.n == 0)
        return;
    g_autofree char *text = tgp_words_chats (count.n, count.verified);
    add (info, _ ("Secret chats"), text);
}

static void
add_person (TgpAccount *tgp, const TalkPerson *peer, PurpleNotifyUserInfo *info)
{
    g_autofree char *username =
        peer->username != NULL ? g_strconcat ("@", peer->username, NULL) : NULL;
    g_autofree char *phone =
        peer->phone != NULL ? g_strconcat ("+", peer->phone, NULL) : NULL;
    g_autofree char *presence = tgp_words_presence (peer, time (NULL));

    add (info, _ ("Note"), tgp_words_standing (peer)); /* no name can cover it */
    add (info, _ ("User name"), username);
    add (info, _ ("Phone"), phone);
    add (info, _ ("On Telegram"), presence);
    if (!peer->self && !peer->contact)
        add (info, _ ("In your contacts"), _ ("No"));
    if (peer->blocked == TALK_BLOCKED)
        add (info, _ ("Blocked"), _ ("Yes, for all your devices"));
    add_chats (tgp, peer->id, info);
}

typedef struct {
    TgpAccount *tgp;
    PurpleNotifyUserInfo *info;
    char *text;
} Look;

static void
tooltip_cb (const TalkPerson *peer, void *user)
{
    Look *look = user;

    add_person (look->tgp, peer, look->info);
}

void
tgp_about_tooltip (TgpAccount *tgp, int64_t user_id, PurpleNotifyUserInfo *info)
{
    tg_client_peer (tgp->client, user_id, tooltip_cb, &(Look){ tgp, info, NULL });
}

static void
status_cb (const TalkPerson *peer, void *user)
{
    Look *look = user;
    g_autofree char *text = peer->presence != TALK_PRESENCE_ONLINE
                                ? tgp_words_presence_row (peer, time (NULL))
                                : NULL;

    const char *shown =
        peer->contact || peer->self || peer->deleted ? text : tgp_words_no_contact ();

    look->text = shown != NULL ? g_markup_escape_text (shown, -1) : NULL;
}

char *
tgp_about_status (TgpAccount *tgp, int64_t user_id)
{
    Look look = { tgp, NULL, NULL };

    tg_client_peer (tgp->client, user_id, status_cb, &look);
    return look.text;
}

/* --- Get Info --- */

static void
asked_free (Asked *one)
{
    asked = g_list_remove (asked, one);
    g_free (one->name);
    g_free (one);
}

static void
tell (PurpleConnection *gc, const char *name, PurpleNotifyUserInfo *info)
{
    purple_notify_userinfo (gc, name, info, NULL, NULL);
    purple_notify_user_info_destroy (info);
}

static void
tell_nothing (PurpleConnection *gc, const char *name)
{
    PurpleNotifyUserInfo *info = purple_notify_user_info_new ();
    g_autofree char *text = tgp_words_nothing_known (name);

    add (info, _ ("Note"), text);
    tell (gc, name, info);
}

static void
about_cb (const TalkPerson *peer, const char *about, void *user)
{
    Asked *one = user;
    TgpAccount *tgp = tgp_account_alive (one->gc);
    int64_t id;

    asked = g_list_remove (asked, one); /* who is told of it may end the account */
    if (tgp != NULL && peer == NULL) {
        tell_nothing (one->gc, one->name);
    } else if (tgp != NULL) {
        PurpleNotifyUserInfo *info = purple_notify_user_info_new ();
        g_autofree char *label = tgp_person_label (tgp, peer->id);
        add (info, _ ("Name"), peer->name);
        if (tgp_name_parse (one->name, &id) == TGP_NAME_SECRET) {
            g_autofree char *state = tgp_secret_status_text (tgp, (int32_t)id);
            add (info, _ ("Secret chat"), state);
        }
        add_person (tgp, peer, info);
        add (info, _ ("About"), about);
        if (!peer->self && peer->contact)
            add (info, _ ("In your contacts"), _ ("Yes"));
        /* Pidgin and Finch have a window of that name, which says that it waits for this */
        tell (one->gc, tgp_frontend ()->windowless ? label : one->name, info);
    }
    asked_free (one);
}

void
tgp_about_get_info (PurpleConnection *gc, const char *name)
{
    TgpAccount *tgp = tgp_account (gc);
    TalkSecret info;
    int64_t id = 0;

    switch (tgp_name_parse (name, &id)) {
    case TGP_NAME_PERSON:
        break;
    case TGP_NAME_SECRET:
        id = tgp_has_info (tgp, (int32_t)id, &info) ? info.user_id : 0;
        break;
    default:
        id = 0;
        break;
    }
    if (id == 0) {
        tell_nothing (gc, name);
        return;
    }
    Asked *one = g_new0 (Asked, 1);
    one->gc = gc;
    one->name = g_strdup (name);
    asked = g_list_prepend (asked, one);
    tg_client_ask_about (tgp->client, id, about_cb, one);
}

void
tgp_about_close (PurpleConnection *gc)
{
    for (GList *l = asked, *next; l != NULL; l = next) {
        next = l->next;
        if (((Asked *)l->data)->gc == gc)
            asked_free (l->data);
    }
}
