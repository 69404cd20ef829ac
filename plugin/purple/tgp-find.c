/* See tgp-find.h. */
#include "tgp-find.h"

#include "tgp-buddies.h"
#include "tgp-dialog.h"
#include "tgp-entry.h"
#include "tgp-person.h"
#include "tgp-question.h"
#include "tgp-secret-buddy.h"
#include "tgp-words-act.h"

#include <string.h>

typedef struct {
    PurpleConnection *gc;
    char *typed;
    TgpFoundFunc *func; /* NULL: the person comes into the list */
    void *data;
    GDestroyNotify free_data;
} Search;

static GList *searches; /* Search: not answered yet */

/* What of the text can be looked up: "+15550100", "@name"; NULL: neither. */
static char *
look_up_name (const char *typed)
{
    static const char *const links[] = { "https://t.me/", "http://t.me/", "t.me/", "@" };
    g_autofree char *text = g_strstrip (g_strdup (typed));
    const char *name = NULL;

    for (size_t i = 0; name == NULL && i < G_N_ELEMENTS (links); i++)
        if (g_ascii_strncasecmp (text, links[i], strlen (links[i])) == 0)
            name = text + strlen (links[i]);
    if (name != NULL) {
        size_t len = strspn (name, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_");
        return len > 0 && (name[len] == '\0' || strchr ("/?", name[len]) != NULL)
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

static void
add_found (TgpAccount *tgp, const TalkPerson *peer)
{
    g_autofree char *name = tgp_name_person (peer->id);

    tgp_list_unhide (tgp, peer->id);
    if (purple_find_buddy (tgp->account, name) != NULL)
        return;
    PurpleBuddy *buddy = purple_buddy_new (tgp->account, name, NULL);
    purple_blist_add_buddy (buddy, NULL, tgp_group ("Telegram"), NULL);
    tgp_buddy_shown (tgp, buddy);
}

static void
search_free (Search *search)
{
    searches = g_list_remove (searches, search);
    if (search->free_data != NULL)
        search->free_data (search->data);
    g_free (search->typed);
    g_free (search);
}

static void
found_cb (const TalkPerson *peer, void *user)
{
    Search *search = user;
    TgpAccount *tgp = tgp_account_alive (search->gc);

    if (tgp != NULL && peer == NULL) {
        g_autofree char *text = tgp_words_nobody (search->typed);
        tgp_dialog_tell (search->gc, PURPLE_NOTIFY_MSG_ERROR, _ ("Telegram"), text, NULL);
    } else if (tgp != NULL && search->func == NULL) {
        add_found (tgp, peer);
    }
    if (tgp != NULL && search->func != NULL)
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

static void
look_up (TgpAccount *tgp, const char *typed, TgpFoundFunc *func, void *data,
         GDestroyNotify free_data)
{
    Search *search = g_new0 (Search, 1);

    search->gc = tgp->gc;
    search->typed = g_strdup (typed);
    search->func = func;
    search->data = data;
    search->free_data = free_data;
    searches = g_list_prepend (searches, search);
    tg_client_find_peer (tgp->client, typed, found_cb, search);
}

gboolean
tgp_find (TgpAccount *tgp, const char *typed, TgpFoundFunc *func, void *data,
          GDestroyNotify free_data)
{
    g_autofree char *name = look_up_name (typed);

    if (name != NULL)
        look_up (tgp, name, func, data, free_data);
    return name != NULL;
}

gboolean
tgp_find_and_offer (TgpAccount *tgp, const char *typed)
{
    return tgp_find (tgp, typed, offer, NULL, NULL);
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
        if (g_str_has_prefix (typed, "id"))
            tgp_list_unhide (tgp, id);
        tgp_buddy_shown (tgp, buddy);
        return;
    }
    purple_blist_remove_buddy (buddy);
    look_up (tgp, name != NULL ? name : typed, NULL, NULL, NULL);
}
