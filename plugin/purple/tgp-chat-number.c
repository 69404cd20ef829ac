/* See tgp-chat-number.h. */
#include "tgp-chat-number.h"

#include "tgp-entry.h"

#include <string.h>

typedef struct {
    int number;
    TalkSecret *info;
    gboolean found;
} Wanted;

static void
number_cb (const TalkSecret *info, void *user)
{
    Wanted *wanted = user;

    if (info->number != wanted->number)
        return;
    *wanted->info = *info;
    wanted->found = TRUE;
}

static gboolean
numbered (TgpAccount *tgp, int number, TalkSecret *info)
{
    Wanted wanted = { number, info, FALSE };

    if (number > 0 && tgp->client != NULL)
        tg_client_each_secret (tgp->client, number_cb, &wanted);
    return wanted.found;
}

/* The digits of a word that is a number; NULL: it is none. g_free() it. */
static char *
digits_of (const char *text)
{
    g_autofree char *word = g_strstrip (g_strdup (text));
    const char *digits = *word == '#' ? word + 1 : word;
    size_t len = strlen (digits);

    return len > 0 && strspn (digits, G_CSET_DIGITS) == len ? g_strdup (digits) : NULL;
}

gboolean
tgp_chat_is_number (const char *text)
{
    g_autofree char *digits = digits_of (text);

    return digits != NULL;
}

gboolean
tgp_chat_typed (TgpAccount *tgp, const char *text, TalkSecret *info)
{
    g_autofree char *digits = digits_of (text);

    return digits != NULL && strlen (digits) <= 6 &&
           numbered (tgp, (int)g_ascii_strtoll (digits, NULL, 10), info);
}

int
tgp_chat_by_number (gconstpointer a, gconstpointer b)
{
    return ((const TalkSecret *)a)->number - ((const TalkSecret *)b)->number;
}

/* --- which entries show it --- */

enum { HIDES = 1, SHOWS }; /* TGP_SHOWS_NODE; 0: not settled */

typedef struct {
    TgpAccount *tgp;
    const TalkSecret *info;
    gboolean found;
} Other;

static void
other_cb (const TalkSecret *info, void *user)
{
    Other *other = user;
    g_autofree char *name = tgp_name_secret (info->id);

    if (info->user_id == other->info->user_id && info->id != other->info->id &&
        purple_find_buddy (other->tgp->account, name) != NULL)
        other->found = TRUE;
}

int
tgp_chat_shown_number (TgpAccount *tgp, const TalkSecret *info, PurpleBuddy *buddy)
{
    PurpleBlistNode *node = PURPLE_BLIST_NODE (buddy);
    int shows = purple_blist_node_get_int (node, TGP_SHOWS_NODE);
    int before = purple_blist_node_get_int (node, "secret-number"); /* 0.1.0's */
    Other other = { tgp, info, FALSE };

    if (shows == 0 && before != 0)
        shows = before == 1 ? HIDES : SHOWS;
    if (shows == 0) {
        tg_client_each_secret (tgp->client, other_cb, &other);
        shows = other.found ? SHOWS : HIDES;
    }
    if (purple_blist_node_get_int (node, TGP_SHOWS_NODE) != shows)
        purple_blist_node_set_int (node, TGP_SHOWS_NODE, shows);
    return shows == SHOWS ? info->number : 0;
}
