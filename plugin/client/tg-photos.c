/* See tg-photos.h (MT-I20, MT-H9, MT-H10, MT-H13). */
#include "tg-photos.h"

#include "tg-peers.h"
#include "tg-picture.h"
#include "tg-refusal.h"

#define AT_ONCE 2
#define WAITING_MAX 1000       /* people; whoever comes later is asked for again */
#define BYTES_MAX (128 * 1024) /* real ones have some 10 kB; a multiple of 4 kB (MT-H9) */
#define SIDE_MAX 640           /* pixels; real ones have 160 */
#define FLOOD_PAUSE_MAX 86400  /* s */
#define FLOOD_PAUSE 60         /* s, where the server does not say */

/* A data centre: what is slow to get there, not to be had, or to be asked for later, holds no
 * other one up. */
typedef struct {
    GQueue waiting; /* int64_t, user ids */
    unsigned running;
    int64_t not_before; /* mono */
} Place;

struct TgPhotos {
    Place places[NET_DC_MAX + 1]; /* by its number */
    GHashTable *asked; /* those that wait, and those whose answer is on its way */
};

#define EACH_PLACE(photos, place)                                                        \
    for (Place *place = (photos)->places; place <= (photos)->places + NET_DC_MAX; place++)

typedef struct {
    TgClient *client;
    Place *place;
    int64_t user_id, photo;
} Fetch;

void
tg_photos_init (TgClient *client)
{
    client->photos = g_new0 (TgPhotos, 1);
    EACH_PLACE (client->photos, place)
    g_queue_init (&place->waiting);
    client->photos->asked =
        g_hash_table_new_full (talk_id_hash, g_int64_equal, g_free, NULL);
}

void
tg_photos_clear (TgClient *client)
{
    EACH_PLACE (client->photos, place)
    g_queue_clear (&place->waiting); /* `asked` has them */
    g_hash_table_unref (client->photos->asked);
    g_clear_pointer (&client->photos, g_free);
}

static gboolean
can_be_had (const TgPeerData *peer)
{
    return peer != NULL && peer->whole && peer->photo != 0 && peer->photo_dc >= 1 &&
           peer->photo_dc <= NET_DC_MAX && peer->photo != peer->photo_refused;
}

static void
ask (TgClient *client, int64_t user_id)
{
    TgPhotos *photos = client->photos;
    const TgPeerData *peer = tg_peer_find (client, user_id);

    if (!can_be_had (peer) || g_hash_table_contains (photos->asked, &user_id))
        return;
    Place *place = &photos->places[peer->photo_dc];
    if (g_queue_get_length (&place->waiting) >= WAITING_MAX)
        return;
    int64_t *id = g_memdup2 (&user_id, sizeof user_id);
    g_hash_table_add (photos->asked, id);
    g_queue_push_tail (&place->waiting, id);
}

/* What came, if it is a picture. */
static void
take_file (TgClient *client, const Fetch *fetch, const ApiUploadFile *file)
{
    TlBytes bytes = file->bytes;

    if (bytes.len >= BYTES_MAX || /* an answer as long as may be is not the last */
        !tg_picture_is_sane (bytes.data, bytes.len, SIDE_MAX))
        return;
    tg_tell (client, (TalkEvent){ .kind = TALK_EVENT_PHOTO,
                                  .peer = { TALK_PEER_USER, fetch->user_id },
                                  .u.photo = { fetch->photo, bytes.data, bytes.len } });
    tg_peer_find (client, fetch->user_id)->photo_refused = 0;
}

static void
file_cb (void *user, TlMessage *answer, const MtError *error)
{
    g_autofree Fetch *fetch = user;
    TgClient *client = fetch->client;
    TgPhotos *photos = client->photos;
    TgPeerData *peer = tg_peer_find (client, fetch->user_id);
    const ApiUploadFile *file =
        answer != NULL ? TL_AS (tl_message_root (answer), ApiUploadFile) : NULL;
    gboolean flood = error != NULL && tg_refusal_of (error) == TG_REFUSAL_FLOOD;

    fetch->place->running--;
    g_hash_table_remove (photos->asked, &fetch->user_id);
    if (client->dying)
        return;
    if (flood) { /* of all that are there (MT-H14) */
        int64_t pause = tg_refusal_pause (error, FLOOD_PAUSE, FLOOD_PAUSE_MAX);
        fetch->place->not_before = tg_now (client).mono + pause * 1000;
        ask (client, fetch->user_id);
    } else if (peer != NULL && peer->photo == fetch->photo &&
               (error == NULL || error->code != MT_ERROR_LOCAL_CLOSED)) {
        peer->photo_refused = fetch->photo; /* unless it is good */
        if (file != NULL)
            take_file (client, fetch, file);
    }
}

static void
fetch (TgClient *client, Place *place, const TgPeerData *peer)
{
    ApiInputPeerUser person =
        TL_NEW (ApiInputPeerUser, .user_id = peer->id, .access_hash = peer->access_hash);
    ApiInputPeerPhotoFileLocation location = TL_NEW (
        ApiInputPeerPhotoFileLocation, .peer = TL_OBJ (&person), .photo_id = peer->photo);
    ApiUploadGetFile request = TL_NEW (ApiUploadGetFile, .location = TL_OBJ (&location),
                                       .offset = 0, .limit = BYTES_MAX);
    Fetch *fetch = g_new0 (Fetch, 1);

    *fetch = (Fetch){ client, place, peer->id, peer->photo };
    place->running++;
    /* ten kilobytes: at home they are worth no line of their own */
    net_call (client->net, peer->photo_dc,
              peer->photo_dc == client->home_dc ? NET_MAIN : NET_DOWN, TL_OBJ (&request),
              MT_CALL_DEFAULT, file_cb, fetch);
}

static gboolean
is_due (const Place *place)
{
    return place->running < AT_ONCE && !g_queue_is_empty ((GQueue *)&place->waiting);
}

void
tg_photos_tick (TgClient *client, HostTime now)
{
    TgPhotos *photos = client->photos;

    EACH_PLACE (photos, place)
    while (place->not_before <= now.mono && is_due (place)) {
        int64_t id = *(int64_t *)g_queue_pop_head (&place->waiting);
        const TgPeerData *peer = tg_peer_find (client, id);
        if (can_be_had (peer))
            fetch (client, place, peer);
        else
            g_hash_table_remove (photos->asked, &id);
    }
}

int64_t
tg_photos_deadline (TgClient *client)
{
    int64_t now = tg_now (client).mono, at = HOST_NEVER;

    EACH_PLACE (client->photos, place)
    if (is_due (place))
        at = MIN (at, MAX (place->not_before, now));
    return at;
}

void
tg_client_fetch_photo (TgClient *client, int64_t user_id)
{
    if (client->stopped || client->net == NULL)
        return;
    g_auto (TgAct) act = tg_act (client);
    ask (client, user_id);
}
