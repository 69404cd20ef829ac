/* People: who they are, whether they are there (contacts, users, statuses). */
#include "tg-peers.h"

#include "record.tl.h"
#include "tl-text.h"

#define PEERS_MAX 20000        /* people kept: an address book, twice; 10 MB */
#define NAME_MAX_CHARACTERS 64 /* of each part; what Telegram lets people write */

static void
peer_free (TgPeerData *peer)
{
    g_free (peer->first);
    g_free (peer->last);
    g_free (peer->username);
    g_free (peer->phone);
    g_free (peer->name);
    g_free (peer);
}

void
tg_peers_init (TgClient *client)
{
    client->peers = g_new0 (TgPeers, 1);
    client->peers->all = g_hash_table_new_full (talk_id_hash, g_int64_equal, NULL,
                                                (GDestroyNotify)peer_free);
    client->peers->expires_at = HOST_NEVER;
}

int64_t
tg_server_time (TgClient *client)
{
    HostTime now = tg_now (client);

    return client->net != NULL ? net_server_time (client->net, now) : now.wall / 1000;
}

TgPeerData *
tg_peer_find (TgClient *client, int64_t id)
{
    return g_hash_table_lookup (client->peers->all, &id);
}

/* A stranger without a chat gives way to somebody new; FALSE: there is none. */
static gboolean
make_room (TgClient *client)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, client->peers->all);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        const TgPeerData *peer = value;
        if (peer->contact || peer->id == client->own_id ||
            client->wires->has_chat (client, peer->id))
            continue;
        store_batch_delete (tg_batch (client), (StoreKey){ STORE_PEER, peer->id, 0 });
        g_hash_table_iter_remove (&iter);
        return TRUE;
    }
    return FALSE;
}

void
tg_fill_person (TgClient *client, const TgPeerData *data, TalkPerson *person)
{
    *person = (TalkPerson){ .id = data->id,
                            .name = data->name,
                            .username = data->username,
                            .phone = data->phone,
                            .contact = data->contact,
                            .self = data->id == client->own_id,
                            .deleted = data->deleted,
                            .bot = data->bot,
                            .verified = data->verified,
                            .support = data->support,
                            .scam = data->scam,
                            .fake = data->fake,
                            .blocked = data->blocked,
                            .photo = data->whole ? data->photo : TALK_PHOTO_UNKNOWN,
                            .presence = data->seen.presence,
                            .last_seen = data->seen.last_seen };
}

/* However often somebody changes in a turn, they are told of once. */
static void
tell_person (TgClient *client, TgPeerData *peer)
{
    gboolean again = peer->event_turn == tg_turns_number (client->turns);
    TalkEvent event = { .kind = TALK_EVENT_PERSON, .peer = { TALK_PEER_USER, peer->id } };

    tg_fill_person (client, peer, &event.u.person);
    if (again) {
        talk_event_free (peer->event->event);
        peer->event->event = talk_event_copy (&event);
    } else {
        peer->event = tg_tell (client, event);
    }
    peer->event_turn = tg_turns_number (client->turns);
    peer->told = TRUE;
}

/* NULL: there are too many. */
static TgPeerData *
get (TgClient *client, int64_t id)
{
    TgPeerData *peer = tg_peer_find (client, id);

    if (peer != NULL)
        return peer;
    if (g_hash_table_size (client->peers->all) >= PEERS_MAX && !make_room (client))
        return NULL;
    peer = g_new0 (TgPeerData, 1);
    peer->id = id;
    g_hash_table_insert (client->peers->all, &peer->id, peer);
    return peer;
}

/* A name is never empty. */
static void
make_name (TgPeerData *peer)
{
    gboolean first = peer->first != NULL && *peer->first != '\0';
    gboolean last = peer->last != NULL && *peer->last != '\0';

    g_free (peer->name);
    if (first || last)
        peer->name = g_strdup_printf ("%s%s%s", first ? peer->first : "",
                                      first && last ? " " : "", last ? peer->last : "");
    else if (peer->username != NULL)
        peer->name = g_strdup (peer->username);
    else if (peer->phone != NULL)
        peer->name = g_strdup_printf ("+%s", peer->phone);
    else
        peer->name = g_strdup_printf ("%" G_GINT64_FORMAT, peer->id);
}

static void
save (TgClient *client, const TgPeerData *peer)
{
    RecPeer record =
        TL_NEW (RecPeer, .contact = peer->contact, .deleted = peer->deleted,
                .id = peer->id, .access_hash = peer->access_hash,
                .first_name = TL_STR (peer->first != NULL ? peer->first : ""),
                .last_name = TL_STR (peer->last != NULL ? peer->last : ""));

    if (peer->username != NULL)
        record.username = TL_STR (peer->username);
    if (peer->phone != NULL)
        record.phone = TL_STR (peer->phone);
    tg_put (client, STORE_PEER, peer->id, TL_OBJ (&record));
}

/* A name as people may see it; NULL where nothing is left of it. */
static char *
optional (TlBytes bytes)
{
    char *name = tl_text_line (bytes, NAME_MAX_CHARACTERS);

    if (*name != '\0')
        return name;
    g_free (name);
    return NULL;
}

void
tg_peers_make_of (TgRecord *record, const TlObject *root)
{
    const RecPeer *stored = TL_AS (root, RecPeer);

    if (stored == NULL || !talk_is_user (stored->id))
        return; /* it comes again with the contacts */
    TgPeerData *peer = g_new0 (TgPeerData, 1);
    peer->id = stored->id;
    peer->access_hash = stored->access_hash;
    peer->contact = stored->contact;
    peer->deleted = stored->deleted;
    peer->first = optional (stored->first_name);
    peer->last = optional (stored->last_name);
    peer->username = optional (stored->username);
    peer->phone = optional (stored->phone);
    make_name (peer);
    record->made = peer;
    record->made_free = (GDestroyNotify)peer_free;
}

void
tg_peers_take_made (TgClient *client, TgRecord *record)
{
    TgPeerData *peer = record->made;

    if (g_hash_table_size (client->peers->all) >= PEERS_MAX ||
        tg_peer_find (client, peer->id) != NULL)
        return; /* who is too many comes again with the contacts */
    g_hash_table_insert (client->peers->all, &peer->id, peer);
    record->made = NULL;
}

/* When the next one may be over; `until` is the server's time. */
static void
watch_expiry (TgClient *client, int64_t until, int64_t now)
{
    int64_t at = tg_now (client).mono + MAX (until - now, 1) * 1000;

    client->peers->expires_at = MIN (client->peers->expires_at, at);
}

/* TRUE: that is something else than before. */
static gboolean
take_status (TgClient *client, TgPeerData *peer, const TlObject *status)
{
    int64_t now = tg_server_time (client);
    TgPresence before = peer->seen;

    if (peer->bot || peer->id == TALK_USER_SERVICE) /* MT-I5 */
        status = NULL;
    peer->seen = tg_presence_of (status, now);
    if (peer->seen.presence == TALK_PRESENCE_ONLINE)
        watch_expiry (client, peer->seen.until, now);
    return !tg_presence_equal (&before, &peer->seen);
}

/* Replaces `*own` by what the server says; TRUE: that is something else. */
static gboolean
take_text (char **own, TlBytes bytes)
{
    char *text = optional (bytes);
    gboolean changed = g_strcmp0 (*own, text) != 0;

    g_free (*own);
    *own = text;
    return changed;
}

/* The one that is shown: of several the first that counts (MT-I15). */
static TlBytes
username_of (const ApiUser *user)
{
    for (size_t i = 0; user->username.len == 0 && i < user->usernames.len; i++) {
        const ApiUsername *name = TL_AS (TL_ITEM_OBJ (user->usernames, i), ApiUsername);
        if (name != NULL && name->active)
            return name->username;
    }
    return user->username;
}

/* What is not stored. TRUE: something of it is news. */
static gboolean
take_looks (TgPeerData *peer, const ApiUser *user)
{
    const ApiUserProfilePhoto *photo = TL_AS (user->photo, ApiUserProfilePhoto);
    const TgPeerData before = *peer;

    peer->whole = !user->min;
    peer->bot = user->bot;
    peer->verified = user->verified;
    peer->support = user->support;
    peer->scam = user->scam;
    peer->fake = user->fake;
    peer->photo = photo != NULL && photo->photo_id > 0 ? photo->photo_id : 0;
    peer->photo_dc = photo != NULL ? photo->dc_id : 0;
    return before.whole != peer->whole || before.bot != peer->bot ||
           before.verified != peer->verified || before.support != peer->support ||
           before.scam != peer->scam || before.fake != peer->fake ||
           before.photo != peer->photo;
}

static void
take_user (TgClient *client, const ApiUser *user)
{
    if (!talk_is_user (user->id))
        return; /* MT-A25 */
    TgPeerData *peer = get (client, user->id);
    if (peer == NULL || (user->min && peer->access_hash != 0))
        return; /* a short form never replaces a whole one */
    gboolean usable = user->has_access_hash && !user->min; /* MT-G24 */
    int64_t hash = usable ? user->access_hash : peer->access_hash;
    gboolean changed = peer->name == NULL || hash != peer->access_hash ||
                       user->contact != peer->contact || user->deleted != peer->deleted;
    peer->access_hash = hash;
    peer->contact = user->contact;
    peer->deleted = user->deleted;
    changed |= take_text (&peer->first, user->first_name);
    changed |= take_text (&peer->last, user->last_name);
    changed |= take_text (&peer->username, username_of (user));
    changed |= take_text (&peer->phone, user->phone);
    if (changed) {
        make_name (peer);
        save (client, peer);
    }
    changed |= take_looks (peer, user);
    changed |= take_status (client, peer, user->status);
    if (peer->told && !changed)
        return; /* the same once more: nobody has to hear of it */
    client->wires->presence (client, peer->id, peer->seen.presence);
    tell_person (client, peer);
}

void
tg_peers_take_one (TgClient *client, const TlObject *object)
{
    const ApiUser *user = TL_AS (object, ApiUser);

    if (user != NULL)
        take_user (client, user);
}

void
tg_peers_take (TgClient *client, const TlVector *users)
{
    for (size_t i = 0; i < MIN (users->len, TG_PEOPLE_AT_ONCE); i++)
        tg_peers_take_one (client, TL_ITEM_OBJ (*users, i));
}

void
tg_peers_status (TgClient *client, int64_t id, const TlObject *status)
{
    TgPeerData *peer = tg_peer_find (client, id);

    if (peer == NULL)
        return;
    if (!take_status (client, peer, status) && peer->told)
        return;
    client->wires->presence (client, peer->id, peer->seen.presence);
    tell_person (client, peer);
}

void
tg_peer_rename (TgClient *client, const ApiUpdateUserName *update)
{
    TgPeerData *peer = tg_peer_find (client, update->user_id);

    if (peer == NULL)
        return;
    take_text (&peer->first, update->first_name);
    take_text (&peer->last, update->last_name);
    make_name (peer);
    save (client, peer);
    tell_person (client, peer);
}

void
tg_peer_no_contact (TgClient *client, TgPeerData *peer)
{
    peer->contact = FALSE;
    save (client, peer);
    tell_person (client, peer);
}

void
tg_peer_blocked (TgClient *client, int64_t id, gboolean blocked)
{
    TgPeerData *peer = tg_peer_find (client, id);
    TalkBlocked now = blocked ? TALK_BLOCKED : TALK_BLOCKED_NOT;

    if (peer == NULL || peer->blocked == now)
        return;
    peer->blocked = now;
    tell_person (client, peer);
}

/* Of many who go at once each turn has some. */
void
tg_peers_tick (TgClient *client, HostTime now)
{
    int64_t time = tg_server_time (client);
    unsigned gone = 0;
    GHashTableIter iter;
    gpointer value;

    if (client->peers->expires_at > now.mono)
        return;
    client->peers->expires_at = HOST_NEVER;
    g_hash_table_iter_init (&iter, client->peers->all);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        TgPeerData *peer = value;
        if (peer->seen.presence != TALK_PRESENCE_ONLINE)
            continue;
        if (gone == TG_PEOPLE_AT_ONCE || !tg_presence_expire (&peer->seen, time)) {
            watch_expiry (client, peer->seen.until, time);
            continue;
        }
        gone++;
        client->wires->presence (client, peer->id, peer->seen.presence);
        tell_person (client, peer);
    }
}

int64_t
tg_peers_deadline (TgClient *client)
{
    return client->peers->expires_at;
}

void
tg_peers_clear (TgClient *client)
{
    g_hash_table_unref (client->peers->all);
    g_clear_pointer (&client->peers, g_free);
}
