/* See tg-found.h. */
#include "tg-found.h"

#include "tg-peers.h"
#include "tg-refusal.h"
#include "tl-text.h"

#include <string.h>

#define KEPT_MAX 64               /* answers of each kind */
#define FOUND_FOR (5 * 60 * 1000) /* ms */
#define ABOUT_FOR (60 * 1000)     /* ms (MT-I18) */
#define FLOOD_MAX 86400           /* s; no sane server asks for more */
#define USERNAME_MAX 32           /* of a user name */
#define USERNAME_MIN 2
#define ABOUT_MAX 256 /* characters; Telegram lets people write 140 at most */

typedef struct {
    int64_t user_id; /* 0: nobody */
    char *about;     /* or NULL */
    int64_t until;   /* mono */
} Kept;

struct TgFound {
    GHashTable *found;  /* "+49...", or a name in small letters -> Kept */
    GHashTable *about;  /* user id -> Kept */
    int64_t not_before; /* mono: the server wants a pause */
};

static void
kept_free (Kept *kept)
{
    g_free (kept->about);
    g_free (kept);
}

void
tg_found_init (TgClient *client)
{
    client->found = g_new0 (TgFound, 1);
    client->found->found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                                  (GDestroyNotify)kept_free);
    client->found->about = g_hash_table_new_full (talk_id_hash, g_int64_equal, g_free,
                                                  (GDestroyNotify)kept_free);
}

void
tg_found_clear (TgClient *client)
{
    g_hash_table_unref (client->found->found);
    g_hash_table_unref (client->found->about);
    g_clear_pointer (&client->found, g_free);
}

static void
keep (GHashTable *table, gpointer take_key, const Kept *kept)
{
    if (g_hash_table_size (table) >= KEPT_MAX)
        g_hash_table_remove_all (table);
    g_hash_table_replace (table, take_key, g_memdup2 (kept, sizeof *kept));
}

/* NULL: not asked for, or too long ago. */
static const Kept *
kept_of (TgClient *client, GHashTable *table, gconstpointer key)
{
    const Kept *kept = g_hash_table_lookup (table, key);

    return kept != NULL && kept->until > tg_now (client).mono ? kept : NULL;
}

/* --- by number or name --- */

typedef struct {
    TgClient *client;
    TgFoundFunc func;
    void *user;
    TalkNotFound nobody;
    char *key; /* of what was asked */
} Find;

static void
run_found (TgClient *client, TgEffect *e)
{
    const Find *find = (const Find *)(void *)e->data->data;
    const TgPeerData *data = e->id != 0 ? tg_peer_find (client, e->id) : NULL;
    TalkPerson peer;

    if (data != NULL)
        tg_fill_person (client, data, &peer);
    find->func (data != NULL ? &peer : NULL, data != NULL ? NULL : &find->nobody,
                find->user);
}

/* When the turn is durable; `user_id` 0: nobody. */
static void
answer_find (TgClient *client, const Find *find, int64_t user_id)
{
    TgEffect *e = tg_effect (client, run_found);

    e->id = user_id;
    e->data = g_byte_array_new ();
    g_byte_array_append (e->data, (const uint8_t *)find, sizeof *find);
}

static void
take_refusal (TgClient *client, Find *find, const MtError *error)
{
    switch (tg_refusal_of (error)) {
    case TG_REFUSAL_NOBODY:
        find->nobody.why = TALK_NOBODY_THERE;
        break;
    case TG_REFUSAL_FLOOD:
        find->nobody.why = TALK_NOBODY_TOO_OFTEN;
        find->nobody.seconds = tg_refusal_pause (error, 0, FLOOD_MAX);
        client->found->not_before = tg_now (client).mono + find->nobody.seconds * 1000;
        break;
    default: /* local ones are below 0: there was no answer */
        find->nobody.why = error->code > 0 ? TALK_NOBODY_REFUSED : TALK_NOBODY_OFFLINE;
        break;
    }
}

static void
find_cb (void *user, TlMessage *answer, const MtError *error)
{
    Find *find = user;
    TgClient *client = find->client;
    const ApiContactsResolvedPeer *resolved =
        answer != NULL ? TL_AS (tl_message_root (answer), ApiContactsResolvedPeer) : NULL;
    const ApiPeerUser *peer =
        resolved != NULL ? TL_AS (resolved->peer, ApiPeerUser) : NULL;
    int64_t id = 0;

    if (error != NULL)
        take_refusal (client, find, error);
    if (resolved != NULL)
        tg_peers_take (client, &resolved->users);
    if (peer != NULL && tg_peer_find (client, peer->user_id) != NULL)
        id = peer->user_id;
    if (error == NULL || find->nobody.why == TALK_NOBODY_THERE)
        keep (client->found->found, g_strdup (find->key),
              &(Kept){ .user_id = id, .until = tg_now (client).mono + FOUND_FOR });
    answer_find (client, find, id);
    g_free (find->key);
    g_free (find);
}

/* "+4912345" or "alice": NULL, and nothing is asked, where it is neither (MT-I15, I16). */
static char *
key_of (const char *what)
{
    g_autofree char *phone = tg_phone_clean (what);
    const char *name = *what == '@' ? what + 1 : what;
    size_t len = strspn (name, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_");

    if (phone != NULL)
        return g_strdup_printf ("+%s", phone);
    return len < USERNAME_MIN || len > USERNAME_MAX || name[len] != '\0' ||
                   !g_ascii_isalpha (*name)
               ? NULL
               : g_ascii_strdown (name, -1);
}

static void
ask_find (TgClient *client, Find *find)
{
    const char *key = find->key;
    ApiContactsResolvePhone phone =
        TL_NEW (ApiContactsResolvePhone, .phone = TL_STR (key + 1));
    ApiContactsResolveUsername name =
        TL_NEW (ApiContactsResolveUsername, .username = TL_STR (key));

    tg_call (client, *key == '+' ? TL_OBJ (&phone) : TL_OBJ (&name), MT_CALL_DEFAULT,
             find_cb, find);
}

void
tg_client_find_peer (TgClient *client, const char *what, TgFoundFunc func, void *user)
{
    g_autofree char *key = key_of (what);
    Find find = { client, func, user, { TALK_NOBODY_NAMED, 0 }, NULL };

    if (client->stopped || client->net == NULL)
        find.nobody.why = TALK_NOBODY_OFFLINE;
    if (client->stopped || client->net == NULL || key == NULL) {
        func (NULL, &find.nobody, user);
        return;
    }
    g_auto (TgAct) act = tg_act (client);
    const Kept *kept = kept_of (client, client->found->found, key);
    int64_t pause = client->found->not_before - tg_now (client).mono;
    find.nobody.why = TALK_NOBODY_THERE;
    if (kept != NULL && (kept->user_id == 0 || tg_peer_find (client, kept->user_id))) {
        answer_find (client, &find, kept->user_id);
    } else if (pause > 0) {
        find.nobody = (TalkNotFound){ TALK_NOBODY_TOO_OFTEN, (pause + 999) / 1000 };
        answer_find (client, &find, 0);
    } else {
        find.key = g_steal_pointer (&key);
        ask_find (client, g_memdup2 (&find, sizeof find));
    }
}

/* --- what they say of themselves --- */

typedef struct {
    TgClient *client;
    int64_t user_id;
    TgAboutFunc func;
    void *user;
} About;

static void
run_about (TgClient *client, TgEffect *e)
{
    const About *about = (const About *)(void *)e->data->data;
    const TgPeerData *data = tg_peer_find (client, about->user_id);
    TalkPerson peer;

    if (data != NULL)
        tg_fill_person (client, data, &peer);
    about->func (data != NULL ? &peer : NULL, e->text, about->user);
}

static void
answer_about (TgClient *client, const About *about, const char *text)
{
    TgEffect *e = tg_effect (client, run_about);

    e->text = g_strdup (text);
    e->data = g_byte_array_new ();
    g_byte_array_append (e->data, (const uint8_t *)about, sizeof *about);
}

static void
about_cb (void *user, TlMessage *answer, const MtError *error)
{
    g_autofree About *about = user;
    TgClient *client = about->client;
    const ApiUsersUserFull *all =
        answer != NULL ? TL_AS (tl_message_root (answer), ApiUsersUserFull) : NULL;
    const ApiUserFull *full = all != NULL ? TL_AS (all->full_user, ApiUserFull) : NULL;
    g_autofree char *text = NULL;

    if (full != NULL && full->id == about->user_id) {
        text = tl_text_line (full->about, ABOUT_MAX);
        if (*text == '\0')
            g_clear_pointer (&text, g_free);
        tg_peers_take (client, &all->users);
        tg_peer_blocked (client, full->id, full->blocked);
        keep (client->found->about, g_memdup2 (&full->id, sizeof full->id),
              &(Kept){ .about = g_strdup (text),
                       .until = tg_now (client).mono + ABOUT_FOR });
    }
    answer_about (client, about, text);
}

void
tg_client_ask_about (TgClient *client, int64_t user_id, TgAboutFunc func, void *user)
{
    const TgPeerData *peer = tg_peer_find (client, user_id);
    About about = { client, user_id, func, user };

    if (peer == NULL || client->stopped || client->net == NULL) {
        TalkPerson person;
        if (peer != NULL)
            tg_fill_person (client, peer, &person);
        func (peer != NULL ? &person : NULL, NULL, user);
        return;
    }
    ApiInputUser input =
        TL_NEW (ApiInputUser, .user_id = user_id, .access_hash = peer->access_hash);
    ApiUsersGetFullUser request = TL_NEW (ApiUsersGetFullUser, .id = TL_OBJ (&input));
    g_auto (TgAct) act = tg_act (client);
    const Kept *kept = kept_of (client, client->found->about, &user_id);
    if (kept != NULL)
        answer_about (client, &about, kept->about);
    else
        tg_call (client, TL_OBJ (&request), MT_CALL_DEFAULT, about_cb,
                 g_memdup2 (&about, sizeof about));
}
