/* See tgp-find.h. */
#include "tgp-find.h"

#include "tgp-buddies.h"
#include "tgp-dialog.h"
#include "tgp-entry.h"
#include "tgp-nick.h"
#include "tgp-person.h"
#include "tgp-question.h"
#include "tgp-secret-buddy.h"
#include "tgp-words-account.h"
#include "tgp-words-act.h"
#include "tgp-words-person.h"

#include <string.h>

typedef struct {
    PurpleConnection *gc;
    char *typed;
    TgpFoundFunc *func; /* NULL: the person comes into the list */
    void *data;
    GDestroyNotify free_data;
    char *alias, *group, *nick; /* as they were typed where an entry is added; or NULL */
} Search;

static GList *searches; /* Search: not answered yet */

/* What of the text can be looked up: "+15550100", "@name"; NULL: neither. */
static char *
look_up_name (const char *typed)
{
    static const char *const links[] = { "https://t.me/",
                                         "http://t.me/",
                                         "t.me/",
                                         "tg://resolve?domain=",
                                         "tg:resolve?domain=",
                                         "tg://resolve?phone=",
                                         "tg:resolve?phone=",
                                         "@" };
    g_autofree char *text = g_strstrip (g_strdup (typed));
    const char *name = NULL;

    for (size_t i = 0; name == NULL && i < G_N_ELEMENTS (links); i++)
        if (g_ascii_strncasecmp (text, links[i], strlen (links[i])) == 0)
            name = text + strlen (links[i]);
    if (name != NULL && strspn (name, "+" G_CSET_DIGITS) == strcspn (name, "/?&") &&
        *name != '\0') { /* t.me/+4912345 (MT-I16); no user name begins with a digit */
        return g_strndup (name, strcspn (name, "/?&"));
    } else if (name != NULL) {
        size_t len = strspn (name, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_");
        return len > 0 && (name[len] == '\0' || strchr ("/?&", name[len]) != NULL)
                   ? g_strdup_printf ("@%.*s", (int)len, name)
                   : NULL;
    }
    size_t digits = 0;
    for (const char *p = text; *p != '\0'; p++) {
        digits += g_ascii_isdigit (*p);
        if (!g_ascii_isdigit (*p) && strchr ("+ -()", *p) == NULL)
            return NULL;
    }
    return digits >= 5 ? g_strdup (text) : NULL;
}

static void
start_chat (TgpAccount *tgp, void *data)
{
    tgp_secret_start (tgp, *(int64_t *)data, NULL);
}

static void
offer (TgpAccount *tgp, int64_t user_id, void *data)
{
    if (user_id == 0)
        return;
    g_autofree char *name = tgp_person_in_sentence (tgp, user_id);
    g_autofree char *text = tgp_words_offer (name);

    tgp_question (tgp,
                  &(TgpQuestion){ .title = _ ("Secret chat"),
                                  .text = text,
                                  .more = tgp_words_offer_how (),
                                  .buttons = { { _ ("Start secret chat"), start_chat },
                                               { _ ("Cancel"), NULL } },
                                  .safe = 1,
                                  .unfocused = TRUE, /* the answer comes when it comes */
                                  .data = g_memdup2 (&user_id, sizeof user_id),
                                  .free_data = g_free });
}

/* In the list, where and as the user wants it; and in Telegram's contacts, as whoever has a
 * person in a list expects. What the user calls them stays here (DECISIONS 28). */
static void
add_found (TgpAccount *tgp, const TalkPerson *peer, const Search *search)
{
    g_autofree char *name = tgp_name_person (peer->id);
    PurpleBuddy *buddy = purple_find_buddy (tgp->account, name);

    if (peer->self) {
        tgp_dialog_tell (tgp->gc, PURPLE_NOTIFY_MSG_ERROR, _ ("Telegram"),
                         tgp_words_yourself (), NULL);
        return;
    }
    tgp_list_unhide (tgp, peer->id);
    if (buddy != NULL) {
        g_autofree char *who = tgp_person_in_sentence (tgp, peer->id);
        gboolean named = search->nick != NULL && tgp_nick_give (tgp, name, search->nick);
        g_autofree char *text = tgp_words_in_list (who, search->nick, named);
        tgp_dialog_tell (tgp->gc, PURPLE_NOTIFY_MSG_INFO, _ ("Telegram"), text, NULL);
    } else {
        if (search->nick != NULL)
            tgp_nick_give (tgp, name, search->nick);
        buddy = purple_buddy_new (tgp->account, name, NULL);
        tgp_entry_add (buddy, NULL,
                       tgp_group (search->group != NULL ? search->group : "Telegram"));
        if (!tgp_lives (tgp))
            return; /* the search went with it */
        buddy = purple_find_buddy (tgp->account, name);
        if (buddy != NULL)
            tgp_buddy_shown (tgp, buddy);
    }
    buddy = tgp_lives (tgp) ? purple_find_buddy (tgp->account, name) : NULL;
    if (buddy != NULL)
        purple_blist_node_set_int (PURPLE_BLIST_NODE (buddy), TGP_OWN_NODE, 1);
    if (buddy != NULL && search->alias != NULL)
        purple_blist_alias_buddy (buddy, search->alias);
    if (tgp_lives (tgp) && !peer->contact)
        tg_client_add_contact (tgp->client, peer->id,
                               *search->typed == '@' ? NULL : search->typed);
}

static void
search_free (Search *search)
{
    if (g_list_find (searches, search) == NULL)
        return; /* it went with its account meanwhile */
    searches = g_list_remove (searches, search);
    if (search->free_data != NULL)
        search->free_data (search->data);
    g_free (search->typed);
    g_free (search->alias);
    g_free (search->group);
    g_free (search->nick);
    g_free (search);
}

static void
tell_nobody (const Search *search, const TalkNotFound *nobody)
{
    g_autofree char *wait =
        nobody->seconds > 0 ? tgp_words_about_time (nobody->seconds) : NULL;
    g_autofree char *text = tgp_words_not_found (nobody->why, search->typed, wait);

    tgp_dialog_tell (search->gc, PURPLE_NOTIFY_MSG_ERROR, _ ("Telegram"), text, NULL);
}

static void
found_cb (const TalkPerson *peer, const TalkNotFound *nobody, void *user)
{
    Search *search = user;
    TgpAccount *tgp = tgp_account_alive (search->gc);

    if (tgp != NULL && peer == NULL) {
        tell_nobody (search, nobody);
    } else if (tgp != NULL && search->func == NULL) {
        add_found (tgp, peer, search);
    }
    if (tgp != NULL && tgp_lives (tgp) && search->func != NULL)
        search->func (tgp, peer != NULL ? peer->id : 0, search->data);
    search_free (search);
}

void
tgp_find_close (PurpleConnection *gc)
{
    for (GList *l = searches, *next; l != NULL; l = next) {
        next = l->next;
        if (((Search *)l->data)->gc == gc)
            search_free (l->data);
    }
}

static Search *
search_new (TgpAccount *tgp, const char *typed, TgpFoundFunc *func, void *data,
            GDestroyNotify free_data)
{
    Search *search = g_new0 (Search, 1);

    search->gc = tgp->gc;
    search->typed = g_strdup (typed);
    search->func = func;
    search->data = data;
    search->free_data = free_data;
    searches = g_list_prepend (searches, search);
    return search;
}

gboolean
tgp_find (TgpAccount *tgp, const char *typed, TgpFoundFunc *func, void *data,
          GDestroyNotify free_data)
{
    g_autofree char *name = look_up_name (typed);

    if (name != NULL)
        tg_client_find_peer (tgp->client, name, found_cb,
                             search_new (tgp, name, func, data, free_data));
    return name != NULL;
}

gboolean
tgp_find_and_offer (TgpAccount *tgp, const char *typed)
{
    return tgp_find (tgp, typed, offer, NULL, NULL);
}

gboolean
tgp_find_and_add (TgpAccount *tgp, const char *typed, const char *alias)
{
    g_autofree char *name = look_up_name (typed);

    if (name == NULL)
        return FALSE;
    Search *search = search_new (tgp, name, NULL, NULL, NULL);
    search->alias = g_strdup (alias);
    tg_client_find_peer (tgp->client, name, found_cb, search);
    return TRUE;
}

/* A phone number or @name was typed: the buddy that libpurple made for it goes, the
 * person comes under the right name. A copy of an entry is only dressed. */
void
tgp_add_buddy (PurpleConnection *gc, PurpleBuddy *buddy, PurpleGroup *group)
{
    TgpAccount *tgp = tgp_account (gc);
    g_autofree char *typed = g_strdup (purple_buddy_get_name (buddy));
    g_autofree char *name = look_up_name (typed);
    int64_t id;

    if (tgp_name_parse (typed, &id) != TGP_NAME_OTHER) {
        if (g_str_has_prefix (typed, "id")) {
            tgp_list_unhide (tgp, id);
            purple_blist_node_set_int (PURPLE_BLIST_NODE (buddy), TGP_OWN_NODE, 1);
        }
        g_autofree char *nick = tgp_nick_take (tgp, typed);
        if (nick != NULL) /* by the name that BitlBee's "blist" shows */
            tgp_nick_give (tgp, typed, nick);
        tgp_buddy_shown (tgp, buddy);
        return;
    }
    const char *what = name != NULL ? name : typed;
    Search *search = search_new (tgp, what, NULL, NULL, NULL);
    const char *alias = purple_buddy_get_local_buddy_alias (buddy);
    if (group == NULL)
        group = purple_buddy_get_group (buddy);
    search->alias = alias != NULL && *alias != '\0' ? g_strdup (alias) : NULL;
    search->group = group != NULL ? g_strdup (purple_group_get_name (group)) : NULL;
    search->nick = tgp_nick_take (tgp, typed);
    purple_blist_remove_buddy (buddy);
    tgp_nick_drop (tgp, typed);
    tg_client_find_peer (tgp->client, what, found_cb, search);
}
