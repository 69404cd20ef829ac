/* Lists of people: whom somebody has blocked, page by page, and who has such a name. */
#include "dc-private.h"

#include <string.h>

#define PAGE 100

typedef struct {
    SrvUser *users;
    SrvUserStatusOnline *online;
    SrvUserStatusOffline *offline;
    SrvPeerUser *peers;
    SrvPeerBlocked *blocked;
    const TlObject **user_items, **peer_items, **blocked_items;
    unsigned n;
} People;

static void
people_init (People *people, unsigned max)
{
    *people = (People){ g_new0 (SrvUser, max),
                        g_new0 (SrvUserStatusOnline, max),
                        g_new0 (SrvUserStatusOffline, max),
                        g_new0 (SrvPeerUser, max),
                        g_new0 (SrvPeerBlocked, max),
                        g_new0 (const TlObject *, max),
                        g_new0 (const TlObject *, max),
                        g_new0 (const TlObject *, max),
                        0 };
}

static void
people_clear (People *people)
{
    g_free (people->users);
    g_free (people->online);
    g_free (people->offline);
    g_free (people->peers);
    g_free (people->blocked);
    g_free (people->user_items);
    g_free (people->peer_items);
    g_free (people->blocked_items);
}

static void
people_add (People *people, DcCall *call, DcUser *user)
{
    unsigned i = people->n++;

    people->users[i] = dc_user_object (call->dc, user, call->user, &people->online[i],
                                       &people->offline[i]);
    people->peers[i] = TL_NEW (SrvPeerUser, .user_id = user->id);
    people->blocked[i] =
        TL_NEW (SrvPeerBlocked, .peer_id = TL_OBJ (&people->peers[i]), .date = 1);
    people->user_items[i] = TL_OBJ (&people->users[i]);
    people->peer_items[i] = TL_OBJ (&people->peers[i]);
    people->blocked_items[i] = TL_OBJ (&people->blocked[i]);
}

static void
get_blocked (DcCall *call)
{
    const SrvContactsGetBlocked *query = TL_AS (call->query, SrvContactsGetBlocked);
    int count = (int)g_hash_table_size (call->user->blocked), at = 0;
    const TlObject *none[1];
    People people;

    if (query->limit < 1 || query->limit > PAGE || query->offset < 0) {
        dc_fail (call, 400, "LIMIT_INVALID");
        return;
    }
    people_init (&people, PAGE);
    for (unsigned i = call->dc->users->len; i > 0; i--) {
        DcUser *user = g_ptr_array_index (call->dc->users, i - 1);
        if (g_hash_table_contains (call->user->blocked, &user->id) &&
            at++ >= query->offset && (int)people.n < query->limit)
            people_add (&people, call, user);
    }
    SrvContactsBlocked all =
        TL_NEW (SrvContactsBlocked, .blocked = { people.blocked_items, people.n },
                .chats = { none, 0 }, .users = { people.user_items, people.n });
    SrvContactsBlockedSlice slice =
        TL_NEW (SrvContactsBlockedSlice, .count = count,
                .blocked = { people.blocked_items, people.n }, .chats = { none, 0 },
                .users = { people.user_items, people.n });
    dc_answer (call, count <= query->limit ? TL_OBJ (&all) : TL_OBJ (&slice));
    people_clear (&people);
}

static gboolean
has_word (const char *text, const char *word)
{
    g_autofree char *a = g_utf8_casefold (text != NULL ? text : "", -1);

    return strstr (a, word) != NULL;
}

/* All of Telegram: contacts apart, of the others only who has a user name. */
static void
search (DcCall *call)
{
    const SrvContactsSearch *query = TL_AS (call->query, SrvContactsSearch);
    g_autofree char *typed = g_strndup ((const char *)query->q.data, query->q.len);
    g_autofree char *word = g_utf8_casefold (typed + (*typed == '@'), -1);
    const TlObject *none[1];
    People people;

    if (g_utf8_strlen (word, -1) < 3) {
        dc_fail (call, 400, "QUERY_TOO_SHORT");
        return;
    }
    people_init (&people, 2 * call->dc->users->len);
    unsigned mine = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (unsigned i = 0; i < call->dc->users->len; i++) {
            DcUser *user = g_ptr_array_index (call->dc->users, i);
            gboolean stranger = g_hash_table_contains (call->user->strangers, &user->id);
            if (user != call->user && stranger == (pass == 1) &&
                (pass == 0 || user->username != NULL) &&
                (has_word (user->first, word) || has_word (user->last, word) ||
                 has_word (user->username, word)))
                people_add (&people, call, user);
        }
        mine = pass == 0 ? people.n : mine;
    }
    SrvContactsFound found =
        TL_NEW (SrvContactsFound, .my_results = { people.peer_items, mine },
                .results = { people.peer_items + mine, people.n - mine },
                .chats = { none, 0 }, .users = { people.user_items, people.n });
    dc_answer (call, TL_OBJ (&found));
    people_clear (&people);
}

const DcMethod dc_listed_methods[] = {
    { "contacts.getBlocked", get_blocked, FALSE },
    { "contacts.search", search, FALSE },
    { NULL, NULL, FALSE },
};
