/* What the user does with people; each act is a turn. */
#include "tg-peers.h"

#include "tl-text.h"

char *
tg_name_in_sentence (const char *name)
{
    return tl_text_isolate (name);
}

void
tg_client_each_peer (TgClient *client, TgPeerFunc func, void *user)
{
    GHashTableIter iter;
    gpointer value;
    TalkPerson peer;

    g_hash_table_iter_init (&iter, client->peers->all);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        tg_fill_person (client, value, &peer);
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
    TgPeerFunc func;
    void *user;
} Find;

static void
run_found (TgClient *client, TgEffect *e)
{
    Find *find = (Find *)(void *)e->data->data;

    if (e->id == 0 || !tg_client_peer (client, e->id, find->func, find->user))
        find->func (NULL, find->user);
}

static void
find_cb (void *user, TlMessage *answer, const MtError *error)
{
    Find *find = user;
    const ApiContactsResolvedPeer *resolved =
        answer != NULL ? TL_AS (tl_message_root (answer), ApiContactsResolvedPeer) : NULL;
    const ApiPeerUser *peer =
        resolved != NULL ? TL_AS (resolved->peer, ApiPeerUser) : NULL;

    if (resolved != NULL)
        tg_peers_take (find->client, &resolved->users);
    TgEffect *e = tg_effect (find->client, run_found);
    e->id = peer != NULL ? peer->user_id : 0;
    e->data = g_byte_array_new ();
    g_byte_array_append (e->data, (const uint8_t *)find, sizeof *find);
    g_free (find);
}

void
tg_client_find_peer (TgClient *client, const char *what, TgPeerFunc func, void *user)
{
    g_autofree char *phone = tg_phone_clean (what);

    if (client->stopped || client->session == NULL) {
        func (NULL, user);
        return;
    }
    Find *find = g_new0 (Find, 1);
    *find = (Find){ client, func, user };
    g_auto (TgAct) act = tg_act (client);
    if (phone != NULL) {
        ApiContactsResolvePhone request =
            TL_NEW (ApiContactsResolvePhone, .phone = TL_STR (phone));
        tg_call (client, TL_OBJ (&request), MT_CALL_DEFAULT, find_cb, find);
    } else {
        const char *name = *what == '@' ? what + 1 : what;
        ApiContactsResolveUsername request =
            TL_NEW (ApiContactsResolveUsername, .username = TL_STR (name));
        tg_call (client, TL_OBJ (&request), MT_CALL_DEFAULT, find_cb, find);
    }
}

typedef struct {
    TgClient *client;
    int64_t user_id;
} About;

/* The user said yes to it, so the user is told that it did not come to be. */
static void
tell_refused (const About *about, const MtError *error)
{
    if (error != NULL && error->code != MT_ERROR_LOCAL_CLOSED && !about->client->dying &&
        !about->client->stopped)
        tg_tell_trouble (about->client, TALK_TROUBLE_REFUSED, about->user_id);
}

static void
blocked_cb (void *user, TlMessage *answer, const MtError *error)
{
    g_autofree About *about = user;

    tell_refused (about, error);
}

static void
removed_cb (void *user, TlMessage *answer, const MtError *error)
{
    g_autofree About *about = user;

    tell_refused (about, error);
    TgPeerData *peer = tg_peer_find (about->client, about->user_id);

    if (answer != NULL && peer != NULL)
        tg_peer_no_contact (about->client, peer);
}

void
tg_client_remove_contact (TgClient *client, int64_t user_id)
{
    const TgPeerData *peer = tg_peer_find (client, user_id);

    if (peer == NULL || client->stopped || client->session == NULL)
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

void
tg_client_block (TgClient *client, int64_t user_id, gboolean blocked)
{
    const TgPeerData *peer = tg_peer_find (client, user_id);

    if (peer == NULL || client->stopped || client->session == NULL)
        return;
    ApiInputPeerUser person =
        TL_NEW (ApiInputPeerUser, .user_id = user_id, .access_hash = peer->access_hash);
    ApiContactsBlock block = TL_NEW (ApiContactsBlock, .id = TL_OBJ (&person));
    ApiContactsUnblock unblock = TL_NEW (ApiContactsUnblock, .id = TL_OBJ (&person));
    About *about = g_new0 (About, 1);
    *about = (About){ client, user_id };
    g_auto (TgAct) act = tg_act (client);
    tg_call (client, blocked ? TL_OBJ (&block) : TL_OBJ (&unblock), MT_CALL_DEFAULT,
             blocked_cb, about);
}
