/* People as the server lists them (see tg-listed.h): by words of their names (MT-I23), all who are
 * blocked (MT-I17), and one whom the user names (MT-I13). Nothing is asked for by itself. */
#include "tg-listed.h"

#include "tg-book.h"
#include "tg-peers.h"
#include "tg-refusal.h"
#include "tl-text.h"

#include <string.h>

#define WORDS_MIN 3            /* characters (MT-I23) */
#define WORDS_MAX 100          /* characters; no name has more */
#define NAME_MAX_CHARACTERS 64 /* of each part, as Telegram lets people write */
#define FOUND_MAX 50    /* people of an answer; half of them, with ours, are asked for */
#define BLOCKED_MAX 500 /* people of that list who are told of */
#define PAGES_MAX 20    /* of it; some may hold nobody but channels */
#define PAGE 100        /* MT-I17 */
#define FLOOD_MAX 86400 /* s; no sane server asks for more */

/* Somebody waits for a list. */
typedef struct {
    int64_t number;
    TgPeopleFunc func;
    void *user;
    gboolean blocked; /* that list, not a search */
    gboolean failed;
    TalkNotFound nobody; /* why */
    int64_t person;      /* who is named; 0: none */
    GArray *ids;         /* of users, each once, in the order of the server */
    int offset;          /* where the next page of the blocked begins ... */
    int pages;           /* ... after so many */
} Waiting;

struct TgListed {
    GQueue waiting;    /* Waiting */
    int64_t number;    /* of the last of them */
    int64_t search_at; /* mono: the server wants no search before */
};

typedef struct {
    TgClient *client;
    Waiting *waiting;
} Asked;

void
tg_listed_init (TgClient *client)
{
    client->listed = g_new0 (TgListed, 1);
    g_queue_init (&client->listed->waiting);
}

static void
waiting_free (Waiting *waiting)
{
    g_array_unref (waiting->ids);
    g_free (waiting);
}

static void
tell_nobody (const Waiting *waiting, TalkNobody why, int64_t seconds)
{
    waiting->func (NULL, 0, &(TalkNotFound){ why, seconds }, waiting->user);
}

void
tg_listed_clear (TgClient *client)
{
    Waiting *waiting;

    while ((waiting = g_queue_pop_head (&client->listed->waiting)) != NULL) {
        tell_nobody (waiting, TALK_NOBODY_OFFLINE, 0);
        waiting_free (waiting);
    }
    g_clear_pointer (&client->listed, g_free);
}

static void
tell (TgClient *client, const Waiting *waiting)
{
    g_autoptr (GArray) people = g_array_new (FALSE, FALSE, sizeof (TalkPerson));

    for (unsigned i = 0; i < waiting->ids->len; i++) {
        const TgPeerData *data =
            tg_peer_find (client, g_array_index (waiting->ids, int64_t, i));
        TalkPerson person;
        if (data == NULL)
            continue;
        tg_fill_person (client, data, &person);
        g_array_append_val (people, person);
    }
    waiting->func ((const TalkPerson *)(void *)people->data, people->len,
                   waiting->failed ? &waiting->nobody : NULL, waiting->user);
}

/* Whoever hears it may act, or end the account. */
static void
run_tell (TgClient *client, TgEffect *e)
{
    GQueue *all = &client->listed->waiting;

    for (GList *l = all->head; l != NULL; l = l->next) {
        Waiting *waiting = l->data;
        if (waiting->number != e->id)
            continue;
        g_queue_delete_link (all, l);
        tell (client, waiting);
        waiting_free (waiting);
        return;
    }
}

static void
finish (TgClient *client, const Waiting *waiting)
{
    tg_effect (client, run_tell)->id = waiting->number;
}

static void
take_refusal (TgClient *client, Waiting *waiting, const MtError *error)
{
    TgRefusal refusal = tg_refusal_of (error);

    waiting->failed = TRUE;
    waiting->nobody.why = error->code > 0 ? TALK_NOBODY_REFUSED : TALK_NOBODY_OFFLINE;
    if (refusal == TG_REFUSAL_TOO_SHORT)
        waiting->nobody.why = TALK_NOBODY_SHORT;
    if (refusal != TG_REFUSAL_FLOOD)
        return;
    waiting->nobody.why = TALK_NOBODY_TOO_OFTEN;
    waiting->nobody.seconds = tg_refusal_pause (error, 0, FLOOD_MAX);
    if (!waiting->blocked)
        client->listed->search_at = tg_now (client).mono + waiting->nobody.seconds * 1000;
}

/* Somebody the server told of, once; others are no people, or unknown. */
static void
list (TgClient *client, Waiting *waiting, const TlObject *object, unsigned max)
{
    const ApiPeerUser *peer = TL_AS (object, ApiPeerUser);

    if (peer == NULL || waiting->ids->len >= max ||
        tg_peer_find (client, peer->user_id) == NULL)
        return;
    for (unsigned i = 0; i < waiting->ids->len; i++)
        if (g_array_index (waiting->ids, int64_t, i) == peer->user_id)
            return;
    g_array_append_val (waiting->ids, peer->user_id);
}

static void
ask (TgClient *client, Waiting *waiting, const TlObject *request, MtAnswerFunc func)
{
    Asked asked = { client, waiting };

    tg_call (client, request, MT_CALL_DEFAULT, func, g_memdup2 (&asked, sizeof asked));
}

static Waiting *
waiting_new (TgClient *client, TgPeopleFunc func, void *user)
{
    Waiting *waiting = g_new0 (Waiting, 1);

    waiting->number = ++client->listed->number;
    waiting->func = func;
    waiting->user = user;
    waiting->ids = g_array_new (FALSE, FALSE, sizeof (int64_t));
    g_queue_push_tail (&client->listed->waiting, waiting);
    return waiting;
}

static gboolean
is_offline (const TgClient *client)
{
    return client->stopped || client->net == NULL || client->own_id == 0;
}

/* --- by words of their names --- */

static void
found_cb (void *user, TlMessage *answer, const MtError *error)
{
    g_autofree Asked *asked = user;
    TgClient *client = asked->client;
    Waiting *waiting = asked->waiting;
    const ApiContactsFound *found =
        answer != NULL ? TL_AS (tl_message_root (answer), ApiContactsFound) : NULL;

    if (client->dying)
        return; /* tg_listed_clear() tells it */
    if (error != NULL)
        take_refusal (client, waiting, error);
    if (found != NULL) {
        tg_peers_take (client, &found->users);
        for (size_t i = 0; i < found->my_results.len && i < FOUND_MAX; i++)
            list (client, waiting, TL_ITEM_OBJ (found->my_results, i), FOUND_MAX);
        for (size_t i = 0; i < found->results.len && i < FOUND_MAX; i++)
            list (client, waiting, TL_ITEM_OBJ (found->results, i), FOUND_MAX);
    }
    finish (client, waiting);
}

void
tg_client_search (TgClient *client, const char *words, TgPeopleFunc func, void *user)
{
    g_autofree char *line = tl_text_line (TL_STR (words), WORDS_MAX);
    ApiContactsSearch request =
        TL_NEW (ApiContactsSearch, .q = TL_STR (line), .limit = FOUND_MAX / 2);
    Waiting none = { .func = func, .user = user };
    const char *name = *line == '@' ? line + 1 : line;

    if (g_utf8_strlen (name, -1) < WORDS_MIN) {
        tell_nobody (&none, TALK_NOBODY_SHORT, 0);
        return;
    }
    if (is_offline (client)) {
        tell_nobody (&none, TALK_NOBODY_OFFLINE, 0);
        return;
    }
    g_auto (TgAct) act = tg_act (client);
    int64_t pause = client->listed->search_at - tg_now (client).mono;
    Waiting *waiting = waiting_new (client, func, user);
    if (pause > 0) {
        waiting->failed = TRUE;
        waiting->nobody = (TalkNotFound){ TALK_NOBODY_TOO_OFTEN, (pause + 999) / 1000 };
        finish (client, waiting);
    } else {
        ask (client, waiting, TL_OBJ (&request), found_cb);
    }
}

/* --- all who are blocked --- */

static void
take_page (TgClient *client, Waiting *waiting, const TlVector *blocked,
           const TlVector *users)
{
    tg_peers_take (client, users);
    for (size_t i = 0; i < MIN (blocked->len, PAGE); i++) {
        const ApiPeerBlocked *one = TL_AS (TL_ITEM_OBJ (*blocked, i), ApiPeerBlocked);
        const ApiPeerUser *peer = one != NULL ? TL_AS (one->peer_id, ApiPeerUser) : NULL;
        if (peer == NULL)
            continue;
        tg_peer_blocked (client, peer->user_id, TRUE);
        list (client, waiting, one->peer_id, BLOCKED_MAX);
    }
    waiting->offset += (int)MIN (blocked->len, PAGE);
    waiting->pages++;
}

static void
page_cb (void *user, TlMessage *answer, const MtError *error)
{
    g_autofree Asked *asked = user;
    TgClient *client = asked->client;
    Waiting *waiting = asked->waiting;
    const TlObject *root = answer != NULL ? tl_message_root (answer) : NULL;
    const ApiContactsBlocked *all =
        root != NULL ? TL_AS (root, ApiContactsBlocked) : NULL;
    const ApiContactsBlockedSlice *slice =
        root != NULL ? TL_AS (root, ApiContactsBlockedSlice) : NULL;

    if (client->dying)
        return; /* tg_listed_clear() tells it */
    if (error != NULL)
        take_refusal (client, waiting, error);
    if (all != NULL)
        take_page (client, waiting, &all->blocked, &all->users);
    if (slice != NULL)
        take_page (client, waiting, &slice->blocked, &slice->users);
    if (slice == NULL || slice->blocked.len == 0 || waiting->offset >= slice->count ||
        waiting->ids->len >= BLOCKED_MAX || waiting->pages >= PAGES_MAX) {
        finish (client, waiting);
        return;
    }
    ApiContactsGetBlocked next =
        TL_NEW (ApiContactsGetBlocked, .offset = waiting->offset, .limit = PAGE);
    ask (client, waiting, TL_OBJ (&next), page_cb);
}

void
tg_client_ask_blocked (TgClient *client, TgPeopleFunc func, void *user)
{
    ApiContactsGetBlocked request = TL_NEW (ApiContactsGetBlocked, .limit = PAGE);
    Waiting none = { .func = func, .user = user };

    if (is_offline (client)) {
        tell_nobody (&none, TALK_NOBODY_OFFLINE, 0);
        return;
    }
    g_auto (TgAct) act = tg_act (client);
    Waiting *waiting = waiting_new (client, func, user);
    waiting->blocked = TRUE;
    ask (client, waiting, TL_OBJ (&request), page_cb);
}

/* --- named --- */

/* What the server answers is told to all devices, to this one here. */
static void
named_cb (void *user, TlMessage *answer, const MtError *error)
{
    g_autofree Asked *asked = user;
    TgClient *client = asked->client;
    Waiting *waiting = asked->waiting;
    const ApiUpdates *updates =
        answer != NULL ? TL_AS (tl_message_root (answer), ApiUpdates) : NULL;

    if (client->dying)
        return; /* tg_listed_clear() tells it */
    if (error != NULL) {
        take_refusal (client, waiting, error);
        g_array_set_size (waiting->ids, 0);
        tg_tell_refused (client, error, TALK_TROUBLE_REFUSED, waiting->person);
    }
    if (updates != NULL) {
        tg_peers_take (client, &updates->users);
        client->wires->updates (client, answer);
    }
    if (answer != NULL)
        tg_book_fetch (client);
    finish (client, waiting);
}

/* FALSE: it is none. The first word, and what follows it. */
static gboolean
split_name (const char *name, char **first, char **last)
{
    g_autofree char *line = tl_text_line (TL_STR (name), 3 * NAME_MAX_CHARACTERS);
    const char *blank = strchr (line, ' ');

    *first = blank != NULL ? g_strndup (line, (size_t)(blank - line)) : g_strdup (line);
    *last = g_strdup (blank != NULL ? blank + 1 : "");
    return **first != '\0' && g_utf8_strlen (*first, -1) <= NAME_MAX_CHARACTERS &&
           g_utf8_strlen (*last, -1) <= NAME_MAX_CHARACTERS;
}

TalkCode
tg_client_name_contact (TgClient *client, int64_t user_id, const char *name,
                        TgPeopleFunc func, void *user)
{
    const TgPeerData *peer = tg_peer_find (client, user_id);
    g_autofree char *first = NULL, *last = NULL;

    if (is_offline (client))
        return TALK_IS_OFFLINE;
    if (peer == NULL || user_id == client->own_id || user_id == TALK_USER_SERVICE ||
        peer->deleted)
        return TALK_NO_PERSON;
    if (!split_name (name, &first, &last))
        return TALK_INVALID;
    ApiInputUser person =
        TL_NEW (ApiInputUser, .user_id = user_id, .access_hash = peer->access_hash);
    ApiContactsAddContact request =
        TL_NEW (ApiContactsAddContact, .id = TL_OBJ (&person),
                .first_name = TL_STR (first), .last_name = TL_STR (last),
                .phone = TL_STR (peer->phone != NULL ? peer->phone : ""));
    g_auto (TgAct) act = tg_act (client);
    Waiting *waiting = waiting_new (client, func, user);
    waiting->person = user_id;
    g_array_append_val (waiting->ids, user_id);
    ask (client, waiting, TL_OBJ (&request), named_cb);
    return TALK_DONE;
}
