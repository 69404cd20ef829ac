/* See tg-book.h. An answer may be long: each turn takes TG_PEOPLE_AT_ONCE of it. */
#include "tg-book.h"

#include "tg-peers.h"

#define DAY (86400 * 1000)       /* ms until it is asked for again, at most */
#define DAY_SPREAD (3600 * 1000) /* ms that it may be less, so that not all ask at once */
#define RETRY (5 * 60 * 1000)    /* ms after a refusal */
#define STALE_MAX TG_PEOPLE_AT_ONCE /* of one question */
#define STALE_WAIT 1000             /* ms that more may come to it */

struct TgBook {
    TlMessage *crowd; /* contacts.contacts, or a vector of contactStatus, being taken */
    const TlVector *items;
    size_t at;
    GPtrArray *gone;   /* int64_t: not in the book any more */
    unsigned number;   /* of books that came */
    gboolean asked;    /* for, and no answer yet */
    gboolean again;    /* it changed meanwhile */
    gboolean known;    /* one came in this process, with ... */
    int32_t saved;     /* ... so many saved numbers */
    int64_t next_at;   /* mono, or HOST_NEVER */
    GHashTable *stale; /* user ids, at most STALE_MAX */
    int64_t stale_at;  /* mono, or HOST_NEVER */
};

void
tg_book_init (TgClient *client)
{
    TgBook *book = client->book = g_new0 (TgBook, 1);

    book->next_at = book->stale_at = HOST_NEVER;
    book->stale = g_hash_table_new_full (talk_id_hash, g_int64_equal, g_free, NULL);
}

static void
drop_crowd (TgBook *book)
{
    g_clear_pointer (&book->crowd, tl_message_unref);
    g_clear_pointer (&book->gone, g_ptr_array_unref);
}

void
tg_book_clear (TgClient *client)
{
    drop_crowd (client->book);
    g_hash_table_unref (client->book->stale);
    g_clear_pointer (&client->book, g_free);
}

/* --- what we have (MT-I2) --- */

static int
compare_ids (const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static uint64_t
hash_more (uint64_t hash, uint64_t number)
{
    hash ^= hash >> 21;
    hash ^= hash << 35;
    hash ^= hash >> 4;
    return hash + number;
}

/* 0: send all of it. */
static int64_t
book_hash (TgClient *client)
{
    const TgBook *book = client->book;
    g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (int64_t));
    uint64_t hash = 0;
    GHashTableIter iter;
    gpointer value;

    if (!book->known)
        return 0;
    g_hash_table_iter_init (&iter, client->peers->all);
    while (g_hash_table_iter_next (&iter, NULL, &value))
        if (((TgPeerData *)value)->contact)
            g_array_append_val (ids, ((TgPeerData *)value)->id);
    g_array_sort (ids, compare_ids);
    hash = hash_more (hash, (uint64_t)(int64_t)book->saved);
    for (unsigned i = 0; i < ids->len; i++)
        hash = hash_more (hash, (uint64_t)g_array_index (ids, int64_t, i));
    return (int64_t)hash;
}

/* --- answers --- */

/* Whoever was a contact and is in neither list of the book that came whole. */
static GPtrArray *
find_gone (TgClient *client, const ApiContactsContacts *contacts)
{
    g_autoptr (GHashTable) ids = g_hash_table_new (talk_id_hash, g_int64_equal);
    GPtrArray *gone = g_ptr_array_new_with_free_func (g_free);
    GHashTableIter iter;
    gpointer value;

    for (size_t i = 0; i < contacts->contacts.len; i++) {
        const ApiContact *contact =
            TL_AS (TL_ITEM_OBJ (contacts->contacts, i), ApiContact);
        if (contact != NULL)
            g_hash_table_add (ids, (gpointer)&contact->user_id);
    }
    g_hash_table_iter_init (&iter, client->peers->all);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        TgPeerData *peer = value;
        if (peer->contact && peer->book != client->book->number &&
            !g_hash_table_contains (ids, &peer->id))
            g_ptr_array_add (gone, g_memdup2 (&peer->id, sizeof peer->id));
    }
    return gone;
}

static void
take_item (TgClient *client, const TlObject *item)
{
    const ApiContactStatus *status = TL_AS (item, ApiContactStatus);
    const ApiUser *user = TL_AS (item, ApiUser);

    if (status != NULL) {
        tg_peers_status (client, status->user_id, status->status);
        return;
    }
    tg_peers_take_one (client, item);
    TgPeerData *peer = user != NULL ? tg_peer_find (client, user->id) : NULL;
    if (peer != NULL)
        peer->book = client->book->number;
}

static void
take_some (TgClient *client)
{
    TgBook *book = client->book;
    const ApiContactsContacts *contacts =
        TL_AS (tl_message_root (book->crowd), ApiContactsContacts);
    int n = TG_PEOPLE_AT_ONCE;

    for (; n > 0 && book->at < book->items->len; n--)
        take_item (client, TL_ITEM_OBJ (*book->items, book->at++));
    if (book->at < book->items->len)
        return;
    if (contacts != NULL && book->gone == NULL)
        book->gone = find_gone (client, contacts);
    for (; n > 0 && book->gone != NULL && book->gone->len > 0; n--) {
        g_autofree int64_t *id =
            g_ptr_array_steal_index_fast (book->gone, book->gone->len - 1);
        TgPeerData *peer = tg_peer_find (client, *id);
        if (peer != NULL && peer->contact)
            tg_peer_no_contact (client, peer);
    }
    if (book->gone != NULL && book->gone->len > 0)
        return;
    drop_crowd (book);
    tg_tell (client, (TalkEvent){ .kind = TALK_EVENT_BOOK }); /* MT-I17 */
}

static void
begin_crowd (TgClient *client, TlMessage *answer, const TlVector *items)
{
    TgBook *book = client->book;

    drop_crowd (book);
    book->crowd = tl_message_ref (answer);
    book->items = items;
    book->at = 0;
    take_some (client);
}

static void
statuses_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;
    const TlVectorObject *statuses =
        answer != NULL ? (const TlVectorObject *)tl_message_root (answer) : NULL;

    if (!client->dying && statuses != NULL && statuses->base.id == TlVectorObject_ID &&
        client->book->crowd == NULL)
        begin_crowd (client, answer, &statuses->items);
}

/* Once a day, not at the same minute for ever (MT-E29). */
static int64_t
next_day (void)
{
    return DAY - g_random_int_range (0, DAY_SPREAD);
}

static void
contacts_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;
    TgBook *book = client->book;
    const TlObject *root = answer != NULL ? tl_message_root (answer) : NULL;
    const ApiContactsContacts *contacts = TL_AS (root, ApiContactsContacts);

    if (client->dying || book == NULL)
        return;
    book->asked = FALSE;
    book->next_at = tg_now (client).mono + (root != NULL ? next_day () : RETRY);
    if (contacts != NULL) {
        book->number++;
        book->known = TRUE;
        book->saved = contacts->saved_count;
        begin_crowd (client, answer, &contacts->users);
    } else if (root != NULL) { /* it is as it was, but people come and go (MT-I6) */
        ApiContactsGetStatuses request = TL_NEW (ApiContactsGetStatuses);
        tg_call (client, TL_OBJ (&request), MT_CALL_DEFAULT, statuses_cb, client);
    }
    if (book->again)
        tg_book_fetch (client);
}

void
tg_book_fetch (TgClient *client)
{
    TgBook *book = client->book;

    book->again = book->asked;
    if (book->again || client->net == NULL)
        return;
    ApiContactsGetContacts request =
        TL_NEW (ApiContactsGetContacts, .hash = book_hash (client));
    book->asked = TRUE;
    book->next_at = HOST_NEVER;
    tg_call (client, TL_OBJ (&request), MT_CALL_DEFAULT, contacts_cb, client);
}

/* --- people who changed somehow --- */

void
tg_book_stale (TgClient *client, int64_t user_id)
{
    TgBook *book = client->book;

    if (tg_peer_find (client, user_id) == NULL ||
        g_hash_table_size (book->stale) >= STALE_MAX)
        return;
    g_hash_table_add (book->stale, g_memdup2 (&user_id, sizeof user_id));
    if (book->stale_at == HOST_NEVER)
        book->stale_at = tg_now (client).mono + STALE_WAIT;
}

static void
stale_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgClient *client = user;
    const TlVectorObject *users =
        answer != NULL ? (const TlVectorObject *)tl_message_root (answer) : NULL;

    if (!client->dying && users != NULL && users->base.id == TlVectorObject_ID)
        tg_peers_take (client, &users->items);
}

static void
ask_stale (TgClient *client)
{
    TgBook *book = client->book;
    ApiInputUser users[STALE_MAX];
    const TlObject *ids[STALE_MAX];
    size_t n = 0;
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init (&iter, book->stale);
    while (g_hash_table_iter_next (&iter, &key, NULL)) {
        const TgPeerData *peer = tg_peer_find (client, *(int64_t *)key);
        if (peer == NULL)
            continue;
        users[n] =
            TL_NEW (ApiInputUser, .user_id = peer->id, .access_hash = peer->access_hash);
        ids[n] = TL_OBJ (&users[n]);
        n++;
    }
    g_hash_table_remove_all (book->stale);
    book->stale_at = HOST_NEVER;
    ApiUsersGetUsers request = TL_NEW (ApiUsersGetUsers, .id = { ids, n });
    if (n > 0)
        tg_call (client, TL_OBJ (&request), MT_CALL_DEFAULT, stale_cb, client);
}

/* --- time --- */

void
tg_book_tick (TgClient *client, HostTime now)
{
    TgBook *book = client->book;

    if (book->crowd != NULL)
        take_some (client);
    if (book->next_at <= now.mono)
        tg_book_fetch (client);
    if (book->stale_at <= now.mono)
        ask_stale (client);
}

int64_t
tg_book_deadline (TgClient *client)
{
    const TgBook *book = client->book;

    return book->crowd != NULL ? tg_now (client).mono
                               : MIN (book->next_at, book->stale_at);
}
