/* See tgp-nick.h. */
#include "tgp-nick.h"

#include "tgp-chat-number.h"
#include "tgp-frontend.h"
#include "tgp-person.h"
#include "tgp-symbols.h"

#include <string.h>

#define NICK_MAX 24 /* BitlBee's */
#define ID_DIGITS 5

/* From U+0430 on, as one would write them in a message without Cyrillic letters: GLib has no
 * rule for them. */
static const char *const cyrillic[] = { "a",  "b",    "v",  "g", "d",  "e",  "zh", "z",
                                        "i",  "y",    "k",  "l", "m",  "n",  "o",  "p",
                                        "r",  "s",    "t",  "u", "f",  "kh", "ts", "ch",
                                        "sh", "shch", "",   "y", "",   "e",  "yu", "ya",
                                        "e",  "yo",   "dj", "g", "ye", "dz", "i",  "yi",
                                        "j",  "lj",   "nj", "c", "k",  "i",  "u",  "dz" };

/* The name with these in Latin letters, to be freed. */
static char *
latin_of (const char *name)
{
    g_autofree char *whole = g_utf8_normalize (name, -1, G_NORMALIZE_NFC);
    GString *text = g_string_new (NULL);

    for (const char *p = whole != NULL ? whole : ""; *p != '\0';
         p = g_utf8_next_char (p)) {
        gunichar c = g_utf8_get_char (p), small = g_unichar_tolower (c);
        size_t at = text->len;
        if (small == 0x491)
            small = 0x433; /* with its upturn */
        if (small < 0x430 || small - 0x430 >= G_N_ELEMENTS (cyrillic)) {
            g_string_append_unichar (text, c);
            continue;
        }
        g_string_append (text, cyrillic[small - 0x430]);
        if (c != g_unichar_tolower (c) && text->len > at)
            text->str[at] = g_ascii_toupper (text->str[at]);
    }
    return g_string_free (text, FALSE);
}

/* What is left of a name in letters, digits and "_" of ASCII; "": nothing that can be read. */
static char *
plain_of (const char *name)
{
    g_autofree char *latin = latin_of (name);
    g_autofree char *ascii = g_str_to_ascii (latin, "C");
    GString *nick = g_string_new (NULL);
    unsigned letters = 0;

    for (const char *p = ascii; *p != '\0' && nick->len < NICK_MAX; p++) {
        if (g_ascii_isalnum (*p))
            g_string_append_c (nick, *p);
        else if (*p != '?' && nick->len > 0 && nick->str[nick->len - 1] != '_')
            g_string_append_c (nick, '_');
        letters += g_ascii_isalpha (*p) != 0;
    }
    while (nick->len > 0 && nick->str[nick->len - 1] == '_')
        g_string_truncate (nick, nick->len - 1);
    if (letters == 0)
        g_string_truncate (nick, 0);
    else if (g_ascii_isdigit (*nick->str) ||
             g_ascii_strncasecmp (nick->str, "secret", 6) == 0)
        g_string_prepend_c (nick, '_'); /* no nick begins with a digit */
    g_string_truncate (nick, MIN (nick->len, NICK_MAX));
    return g_string_free (nick, FALSE);
}

/* How many people's names leave that; people and what theirs leaves; names that BitlBee is to forget. */
struct TgpNicks {
    GHashTable *counts, *people;
    GPtrArray *dropped;
    unsigned drop_timer;
};

void
tgp_nicks_free (TgpAccount *tgp)
{
    if (tgp->nicks == NULL)
        return;
    if (tgp->nicks->drop_timer != 0)
        purple_timeout_remove (tgp->nicks->drop_timer);
    g_ptr_array_unref (tgp->nicks->dropped);
    g_hash_table_unref (tgp->nicks->counts);
    g_hash_table_unref (tgp->nicks->people);
    g_clear_pointer (&tgp->nicks, g_free);
}

static void
count (TgpAccount *tgp, const char *plain, int more)
{
    GHashTable *counts = tgp->nicks->counts;
    char *key = g_ascii_strdown (plain, -1);
    int n = GPOINTER_TO_INT (g_hash_table_lookup (counts, key)) + more;

    g_hash_table_replace (counts, key, GINT_TO_POINTER (n));
}

static void
username_cb (const TalkPerson *peer, void *user)
{
    *(char **)user = g_strdup (peer->username);
}

/* Of the name, else of the @name. */
static char *
plain_of_person (TgpAccount *tgp, int64_t user_id, const char *name)
{
    char *plain = plain_of (name);
    g_autofree char *username = NULL;

    if (*plain != '\0')
        return plain;
    tg_client_peer (tgp->client, user_id, username_cb, &username);
    if (username == NULL)
        return plain;
    g_free (plain);
    return plain_of (username);
}

static void
learn (TgpAccount *tgp, int64_t user_id, const char *name)
{
    char *plain = plain_of_person (tgp, user_id, name);
    const char *before = g_hash_table_lookup (tgp->nicks->people, &user_id);

    if (before != NULL)
        count (tgp, before, -1);
    count (tgp, plain, 1);
    g_hash_table_replace (tgp->nicks->people, g_memdup2 (&user_id, sizeof user_id),
                          plain);
}

static void
learn_cb (const TalkPerson *peer, void *user)
{
    if (!peer->self)
        learn (user, peer->id, peer->name);
}

static void
need_nicks (TgpAccount *tgp)
{
    if (tgp->nicks != NULL)
        return;
    tgp->nicks = g_new0 (struct TgpNicks, 1);
    tgp->nicks->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    tgp->nicks->people =
        g_hash_table_new_full (talk_id_hash, g_int64_equal, g_free, g_free);
    tgp->nicks->dropped = g_ptr_array_new_with_free_func (g_free);
    tg_client_each_peer (tgp->client, learn_cb, tgp);
}

/* Is what is left of somebody else's name the same, in so many characters? */
static gboolean
has_namesake (TgpAccount *tgp, int64_t user_id, const char *plain, size_t room)
{
    g_autofree char *key = g_ascii_strdown (plain, -1);
    GHashTableIter iter;
    gpointer id, other;

    if (GPOINTER_TO_INT (g_hash_table_lookup (tgp->nicks->counts, key)) > 1)
        return TRUE;
    if (strlen (plain) < room || room >= NICK_MAX)
        return FALSE; /* nothing is cut off, here or there */
    g_hash_table_iter_init (&iter, tgp->nicks->people);
    while (g_hash_table_iter_next (&iter, &id, &other))
        if (*(const int64_t *)id != user_id &&
            g_ascii_strncasecmp (other, plain, room) == 0)
            return TRUE;
    return FALSE;
}

/* It ends as if with a user id: with more digits than somebody writes behind a name for fun. */
static gboolean
ends_like_id (const char *plain, size_t len)
{
    size_t digits = 0;

    while (digits < len && g_ascii_isdigit (plain[len - 1 - digits]))
        digits++;
    return digits >= ID_DIGITS && digits < len && plain[len - 1 - digits] == '_';
}

/* At most `room` characters; "" where there is nothing readable. All people who are known
 * count, whether they are in the list already or not: a nick does not depend on who came first.
 * An id behind a name is the person's own, whatever people call themselves. */
static char *
person_nick (TgpAccount *tgp, int64_t user_id, size_t room)
{
    need_nicks (tgp);
    learn (tgp, user_id, tgp_person_name (tgp, user_id));
    g_autofree char *plain =
        g_strdup (g_hash_table_lookup (tgp->nicks->people, &user_id));

    if (*plain == '\0')
        return g_steal_pointer (&plain);
    g_autofree char *tail = has_namesake (tgp, user_id, plain, room) ||
                                    ends_like_id (plain, MIN (strlen (plain), room))
                                ? g_strdup_printf ("_%" G_GINT64_FORMAT, user_id)
                                : g_strdup ("");
    size_t left = room - MIN (strlen (tail), room - 1);
    plain[MIN (strlen (plain), left)] = '\0';
    return g_strconcat (plain, tail, NULL);
}

char *
tgp_nick (TgpAccount *tgp, PurpleBuddy *buddy)
{
    const char *name = purple_buddy_get_name (buddy);
    TalkSecret info;
    int64_t id;

    if (!tgp_frontend ()->nicks || tgp->client == NULL)
        return g_strdup (name);
    TgpNameKind kind = tgp_name_parse (name, &id);
    gboolean secret = kind == TGP_NAME_SECRET && tgp_has_info (tgp, (int32_t)id, &info);
    if (kind != TGP_NAME_PERSON && !secret)
        return g_strdup (name);
    g_autofree char *lock =
        secret ? g_strdup_printf ("secret%d-", info.number) : g_strdup ("");
    g_autofree char *nick =
        person_nick (tgp, secret ? info.user_id : id, NICK_MAX - strlen (lock));
    return *nick != '\0' ? g_strconcat (lock, nick, NULL) : g_strdup (name);
}

/* --- BitlBee's own list --- */

/* The beginnings of three structs of BitlBee's, as far as they are read here; the same in all of BitlBee 3
 * (protocols/nogaim.h, protocols/account.h), which has no function that tells what they hold. */
typedef struct {
    void *prpl;
    char *user, *pass, *server, *tag;
    int numbers[4];
    void *set;
    GHashTable *nicks; /* name in lower case, without blanks -> nick that a user gave */
} BeeAccount;
typedef struct {
    BeeAccount *account;
} BeeConnection;
/* protocols/bee.h */
typedef struct {
    void *connection;
    char *handle, *fullname, *nick;
    void *group;
    int flags; /* an enum */
    char *status, *status_msg;
    time_t login_time, idle_time;
    void *bee;
    void *irc_user; /* of irc_user_set_nick() */
} BeeUser;

/* BitlBee's connection of the account, and that function of BitlBee's; NULL: there is none. */
static void *
connection_for (TgpAccount *tgp, const char *name, void *function)
{
    void *(*connection_of) (PurpleAccount * account) = NULL;
    const TgpSymbol symbols[] = { { "purple_ic_by_pa", &connection_of },
                                  { name, function } };

    if (!tgp_frontend ()->nicks || !tgp_symbols_find (symbols, G_N_ELEMENTS (symbols)))
        return NULL;
    return connection_of (tgp->account);
}

void
tgp_nick_drop (TgpAccount *tgp, const char *name)
{
    void (*drop) (void *connection, const char *handle, char *group) = NULL;
    void *connection = connection_for (tgp, "imcb_remove_buddy", &drop);

    if (connection != NULL)
        drop (connection, name, NULL);
}

void
tgp_nick_show (TgpAccount *tgp, PurpleBuddy *buddy)
{
    void (*change) (void *connection, const char *handle, const char *nick) = NULL;
    void *connection = connection_for (tgp, "imcb_buddy_nick_change", &change);
    g_autofree char *nick = connection != NULL ? tgp_nick (tgp, buddy) : NULL;

    if (connection != NULL)
        change (connection, purple_buddy_get_name (buddy), nick);
}

static gboolean
drop_cb (gpointer data)
{
    TgpAccount *tgp = data;
    g_autoptr (GPtrArray) names = tgp->nicks->dropped;

    tgp->nicks->dropped = g_ptr_array_new_with_free_func (g_free);
    tgp->nicks->drop_timer = 0;
    for (unsigned i = 0; i < names->len; i++)
        if (purple_find_buddy (tgp->account, names->pdata[i]) == NULL)
            tgp_nick_drop (tgp, names->pdata[i]);
    return FALSE;
}

void
tgp_nick_drop_soon (TgpAccount *tgp, const char *name)
{
    if (!tgp_frontend ()->nicks || tgp->client == NULL)
        return;
    need_nicks (tgp);
    g_ptr_array_add (tgp->nicks->dropped, g_strdup (name));
    if (tgp->nicks->drop_timer == 0)
        tgp->nicks->drop_timer = purple_timeout_add (0, drop_cb, tgp);
}

/* --- nicks that the user gave --- */

static BeeAccount *
bee_account (TgpAccount *tgp, void *set_raw)
{
    BeeConnection *connection = connection_for (tgp, "nick_set_raw", set_raw);

    return connection != NULL && tgp_frontend_is_version ("3.") ? connection->account
                                                                : NULL;
}

char *
tgp_nick_take (TgpAccount *tgp, const char *name)
{
    void (*set_raw) (BeeAccount * account, const char *handle, const char *nick) = NULL;
    BeeAccount *account = bee_account (tgp, &set_raw);
    g_autofree char *key = g_ascii_strdown (name, -1);
    size_t len = 0;

    if (account == NULL)
        return NULL;
    for (const char *p = key; *p != '\0'; p++)
        if (*p != ' ')
            key[len++] = *p;
    key[len] = '\0';
    char *nick = g_strdup (g_hash_table_lookup (account->nicks, key));
    g_hash_table_remove (account->nicks, key);
    return nick;
}

/* As BitlBee's "rename" does. FALSE: another one is called so. */
static gboolean
rename_shown (TgpAccount *tgp, const char *name, const char *nick)
{
    BeeUser *(*by_handle) (void *connection, const char *handle) = NULL;
    int (*set_nick) (void *irc_user, const char *nick) = NULL;
    void *connection = connection_for (tgp, "imcb_buddy_by_handle", &by_handle);
    const TgpSymbol symbol = { "irc_user_set_nick", &set_nick };

    if (connection == NULL || !tgp_symbols_find (&symbol, 1))
        return FALSE;
    const BeeUser *shown = by_handle (connection, name);
    return shown == NULL || set_nick (shown->irc_user, nick) != 0;
}

gboolean
tgp_nick_give (TgpAccount *tgp, const char *name, const char *nick)
{
    void (*set_raw) (BeeAccount * account, const char *handle, const char *nick) = NULL;
    BeeAccount *account = bee_account (tgp, &set_raw);

    if (account == NULL || !rename_shown (tgp, name, nick))
        return FALSE;
    set_raw (account, name, nick);
    return TRUE;
}
