/* What the user does with people; each act is a turn. */
#include "tg-book.h"
#include "tg-peers.h"
#include "tg-refusal.h"

#include "tl-text.h"

char *
tg_name_in_sentence (const char *name)
{
    return tl_text_isolate (name);
}

void
tg_client_each_peer (TgClient *client, TgPeerFunc func, void *user)
{
    g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (int64_t));
    g_auto (TgWalk) walk = tg_turns_walk (client->turns);
    GHashTableIter iter;
    gpointer value;
    TalkPerson peer;

    g_hash_table_iter_init (&iter, client->peers->all);
    while (g_hash_table_iter_next (&iter, NULL, &value))
        g_array_append_val (ids, ((TgPeerData *)value)->id);
    for (unsigned i = 0; i < ids->len && !client->dying; i++) {
        const TgPeerData *data = tg_peer_find (client, g_array_index (ids, int64_t, i));
        if (data == NULL)
            continue;
        tg_fill_person (client, data, &peer);
        func (&peer, user);
    }
}

gboolean
tg_client_peer (TgClient *client, int64_t user_id, TgPeerFunc func, void *user)
{
    const TgPeerData *data = tg_peer_find (client, user_id);
    TalkPerson peer;

    if (data == NULL)
        return FALSE;
    tg_fill_person (client, data, &peer);
    func (&peer, user);
    return TRUE;
}

typedef struct {
    TgClient *client;
    int64_t user_id;
    gboolean blocked; /* is what they are to be */
} About;

void
tg_tell_refused (TgClient *client, const MtError *error, TalkTrouble trouble,
                 int64_t user_id)
{
    TgRefusal refusal = error != NULL ? tg_refusal_of (error) : TG_REFUSAL_QUIET;

    if (refusal == TG_REFUSAL_QUIET || error->code == MT_ERROR_LOCAL_CLOSED ||
        client->dying || client->stopped)
        return;
    if (refusal == TG_REFUSAL_FROZEN)
        tg_tell_trouble (client, TALK_TROUBLE_FROZEN,
                         trouble == TALK_TROUBLE_KEPT ? user_id : 0);
    else
        tg_tell_trouble (client, trouble, user_id);
}

static void
tell_refused (const About *about, const MtError *error, TalkTrouble trouble)
{
    tg_tell_refused (about->client, error, trouble, about->user_id);
}

static void
blocked_cb (void *user, TlMessage *answer, const MtError *error)
{
    g_autofree About *about = user;

    tell_refused (about, error, TALK_TROUBLE_REFUSED);
    if (answer != NULL && !about->client->dying)
        tg_peer_blocked (about->client, about->user_id, about->blocked);
}

/* What the server answers is told to all devices, to this one here. */
static void
take_updates (TgClient *client, TlMessage *answer)
{
    const TlObject *root = tl_message_root (answer);

    if (TL_AS (root, ApiUpdates) != NULL || TL_AS (root, ApiUpdatesCombined) != NULL ||
        TL_AS (root, ApiUpdateShort) != NULL)
        client->wires->updates (client, answer);
}

static void
removed_cb (void *user, TlMessage *answer, const MtError *error)
{
    g_autofree About *about = user;

    tell_refused (about, error, TALK_TROUBLE_KEPT); /* MT-I14 */
    TgPeerData *peer = tg_peer_find (about->client, about->user_id);

    if (answer != NULL && peer != NULL)
        tg_peer_no_contact (about->client, peer);
    if (answer == NULL || about->client->dying)
        return;
    take_updates (about->client, answer);
    tg_book_fetch (about->client);
}

void
tg_client_remove_contact (TgClient *client, int64_t user_id)
{
    const TgPeerData *peer = tg_peer_find (client, user_id);

    if (peer == NULL || user_id == TALK_USER_SERVICE || client->stopped ||
        client->net == NULL)
        return;
    ApiInputUser user =
        TL_NEW (ApiInputUser, .user_id = user_id, .access_hash = peer->access_hash);
    const TlObject *ids[] = { TL_OBJ (&user) };
    ApiContactsDeleteContacts request =
        TL_NEW (ApiContactsDeleteContacts, .id = { ids, 1 });
    About *about = g_new0 (About, 1);
    *about = (About){ client, user_id };
    g_auto (TgAct) act = tg_act (client);
    tg_call (client, TL_OBJ (&request), MT_CALL_DEFAULT, removed_cb, about);
}

/* The server's list says what became of it (MT-I1). */
static void
added_cb (void *user, TlMessage *answer, const MtError *error)
{
    g_autofree About *about = user;
    const ApiUpdates *updates =
        answer != NULL ? TL_AS (tl_message_root (answer), ApiUpdates) : NULL;

    tell_refused (about, error, TALK_TROUBLE_NOT_ADDED);
    if (answer == NULL || about->client->dying)
        return;
    if (updates != NULL)
        tg_peers_take (about->client, &updates->users);
    take_updates (about->client, answer);
    tg_book_fetch (about->client);
}

TalkCode
tg_client_add_contact (TgClient *client, int64_t user_id, const char *phone)
{
    const TgPeerData *peer = tg_peer_find (client, user_id);
    g_autofree char *digits = phone != NULL ? tg_phone_clean (phone) : NULL;

    if (client->stopped || client->net == NULL)
        return TALK_IS_OFFLINE;
    if (peer == NULL || user_id == client->own_id || peer->deleted) /* MT-I13 */
        return TALK_NO_PERSON;
    ApiInputUser person =
        TL_NEW (ApiInputUser, .user_id = user_id, .access_hash = peer->access_hash);
    ApiContactsAddContact request = TL_NEW (
        ApiContactsAddContact, .id = TL_OBJ (&person),
        .first_name = TL_STR (peer->first != NULL ? peer->first : peer->name),
        .last_name = TL_STR (peer->first != NULL && peer->last != NULL ? peer->last : ""),
        .phone = TL_STR (digits != NULL ? digits : ""));
    About *about = g_new0 (About, 1);
    *about = (About){ client, user_id, FALSE };
    g_auto (TgAct) act = tg_act (client);
    tg_call (client, TL_OBJ (&request), MT_CALL_DEFAULT, added_cb, about);
    return TALK_DONE;
}

void
tg_client_block (TgClient *client, int64_t user_id, gboolean blocked)
{
    const TgPeerData *peer = tg_peer_find (client, user_id);

    if (peer == NULL || (blocked && user_id == TALK_USER_SERVICE) || client->stopped ||
        client->net == NULL)
        return;
    ApiInputPeerUser person =
        TL_NEW (ApiInputPeerUser, .user_id = user_id, .access_hash = peer->access_hash);
    ApiContactsBlock block = TL_NEW (ApiContactsBlock, .id = TL_OBJ (&person));
    ApiContactsUnblock unblock = TL_NEW (ApiContactsUnblock, .id = TL_OBJ (&person));
    About *about = g_new0 (About, 1);
    *about = (About){ client, user_id, blocked };
    g_auto (TgAct) act = tg_act (client);
    tg_call (client, blocked ? TL_OBJ (&block) : TL_OBJ (&unblock), MT_CALL_DEFAULT,
             blocked_cb, about);
}
