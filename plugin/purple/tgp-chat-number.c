/* See tgp-chat-number.h. */
#include "tgp-chat-number.h"

#include "tgp-entry.h"

#include <string.h>

/* Of one account, by its name: they outlast a connection, and in BitlBee the account. */
typedef struct {
    GHashTable *numbers; /* chat id -> number */
    GHashTable *chats;   /* number -> chat id */
    int last;            /* the highest one ever given */
} Numbers;

static GHashTable *all; /* user name -> Numbers */

static void
numbers_free (gpointer data)
{
    Numbers *numbers = data;

    g_hash_table_unref (numbers->numbers);
    g_hash_table_unref (numbers->chats);
    g_free (numbers);
}

static void
give (Numbers *numbers, int32_t chat_id, int number)
{
    g_hash_table_insert (numbers->numbers, GINT_TO_POINTER (chat_id),
                         GINT_TO_POINTER (number));
    g_hash_table_insert (numbers->chats, GINT_TO_POINTER (number),
                         GINT_TO_POINTER (chat_id));
    numbers->last = MAX (numbers->last, number);
}

/* --- what the list keeps --- */

enum { HIDES = 1, SHOWS }; /* TGP_SHOWS_NODE; 0: not settled */

/* The list is the user's file: anything may stand there. */
static int
kept_number (PurpleBuddy *buddy)
{
    int number = purple_blist_node_get_int (PURPLE_BLIST_NODE (buddy), TGP_NUMBER_NODE);

    return number > 0 && number < 1000000 ? number : 0;
}

/* An earlier version counted the chats of each person, and showed all but 1. */
static int
kept_shows (PurpleBuddy *buddy)
{
    int shows = purple_blist_node_get_int (PURPLE_BLIST_NODE (buddy), TGP_SHOWS_NODE);
    int number = kept_number (buddy);

    return shows != 0 ? shows : number == 0 ? 0 : number > 1 ? SHOWS : HIDES;
}

/* Numbers that people have read already; of two that are the same one has it. */
static void
take_kept (TgpAccount *tgp, Numbers *numbers)
{
    g_autoptr (GSList) buddies = purple_find_buddies (tgp->account, NULL);
    int64_t id;

    for (GSList *l = buddies; l != NULL; l = l->next) {
        int number = kept_number (l->data);
        if (kept_shows (l->data) == SHOWS &&
            tgp_name_parse (purple_buddy_get_name (l->data), &id) == TGP_NAME_SECRET &&
            !g_hash_table_contains (numbers->numbers, GINT_TO_POINTER ((int32_t)id)) &&
            !g_hash_table_contains (numbers->chats, GINT_TO_POINTER (number)))
            give (numbers, (int32_t)id, number);
    }
}

static void
open_cb (const TalkSecret *info, void *user)
{
    if (info->state != TALK_STATE_CLOSED)
        g_array_append_val ((GArray *)user, *info);
}

static int
by_date (gconstpointer a, gconstpointer b)
{
    const TalkSecret *one = a, *other = b;

    return one->date != other->date
               ? (one->date > other->date) - (one->date < other->date)
               : (one->id > other->id) - (one->id < other->id);
}

/* The others in the order in which they began. */
static void
count_open (TgpAccount *tgp, Numbers *numbers)
{
    g_autoptr (GArray) chats = g_array_new (FALSE, FALSE, sizeof (TalkSecret));

    if (tgp->client != NULL)
        tg_client_each_secret (tgp->client, open_cb, chats);
    g_array_sort (chats, by_date);
    for (unsigned i = 0; i < chats->len; i++) {
        int32_t chat_id = g_array_index (chats, TalkSecret, i).id;
        if (!g_hash_table_contains (numbers->numbers, GINT_TO_POINTER (chat_id)))
            give (numbers, chat_id, numbers->last + 1);
    }
}

static Numbers *
numbers_of (TgpAccount *tgp)
{
    const char *name = purple_account_get_username (tgp->account);
    Numbers *numbers = all != NULL ? g_hash_table_lookup (all, name) : NULL;

    if (numbers != NULL)
        return numbers;
    if (all == NULL)
        all = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, numbers_free);
    numbers = g_new0 (Numbers, 1);
    numbers->numbers = g_hash_table_new (NULL, NULL);
    numbers->chats = g_hash_table_new (NULL, NULL);
    g_hash_table_insert (all, g_strdup (name), numbers);
    take_kept (tgp, numbers);
    count_open (tgp, numbers);
    return numbers;
}

/* --- */

int
tgp_chat_number (TgpAccount *tgp, int32_t chat_id)
{
    Numbers *numbers = numbers_of (tgp);
    int number = GPOINTER_TO_INT (
        g_hash_table_lookup (numbers->numbers, GINT_TO_POINTER (chat_id)));

    if (number == 0)
        give (numbers, chat_id, number = numbers->last + 1);
    return number;
}

gboolean
tgp_chat_numbered (TgpAccount *tgp, int number, TalkSecret *info)
{
    gpointer chat_id =
        g_hash_table_lookup (numbers_of (tgp)->chats, GINT_TO_POINTER (number));

    return chat_id != NULL && tgp_has_info (tgp, GPOINTER_TO_INT (chat_id), info);
}

gboolean
tgp_chat_typed (TgpAccount *tgp, const char *text, TalkSecret *info)
{
    g_autofree char *word = g_strstrip (g_strdup (text));
    const char *digits = *word == '#' ? word + 1 : word;
    size_t len = strlen (digits);

    return len > 0 && len <= 6 && strspn (digits, "0123456789") == len &&
           tgp_chat_numbered (tgp, (int)g_ascii_strtoll (digits, NULL, 10), info);
}

/* --- which entries show it --- */

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

gboolean
tgp_chat_shows_number (TgpAccount *tgp, const TalkSecret *info, PurpleBuddy *buddy)
{
    int number = tgp_chat_number (tgp, info->id), shows = kept_shows (buddy);
    PurpleBlistNode *node = PURPLE_BLIST_NODE (buddy);
    Other other = { tgp, info, FALSE };

    if (shows == 0) {
        tg_client_each_secret (tgp->client, other_cb, &other);
        shows = other.found ? SHOWS : HIDES;
    }
    if (kept_number (buddy) != number)
        purple_blist_node_set_int (node, TGP_NUMBER_NODE, number);
    if (purple_blist_node_get_int (node, TGP_SHOWS_NODE) != shows)
        purple_blist_node_set_int (node, TGP_SHOWS_NODE, shows);
    return shows == SHOWS;
}

void
tgp_chat_numbers_uninit (void)
{
    g_clear_pointer (&all, g_hash_table_unref);
}
