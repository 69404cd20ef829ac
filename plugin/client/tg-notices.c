/* What is told beside the chats: that somebody wrote where this program does not show it,
 * and the service's own words. */
#include "tg-private.h"

#include "tl-text.h"

#define STRANGERS_MAX 100             /* people with a notice of a cloud message; more */
#define CONTACTS_MAX 1000             /* when they are contacts */
#define SERVICE_MAX 5                 /* notifications of the server an hour; each is a */
#define SERVICE_HOUR (60 * 60 * 1000) /* window, and nobody reads more */
#define SERVICE_TEXT_MAX 10000        /* bytes of one */

void
tg_notices_init (TgClient *client)
{
    client->cloud_told =
        g_hash_table_new_full (talk_id_hash, g_int64_equal, g_free, NULL);
}

void
tg_notices_clear (TgClient *client)
{
    g_hash_table_unref (client->cloud_told);
}

void
tg_tell_cloud_message (TgClient *client, int64_t user_id)
{
    int64_t id = user_id;
    const TgPeerData *peer = tg_peer_find (client, id);
    unsigned max = peer != NULL && peer->contact ? CONTACTS_MAX : STRANGERS_MAX;

    if (!talk_is_user (id) || g_hash_table_contains (client->cloud_told, &id) ||
        g_hash_table_size (client->cloud_told) >= max)
        return; /* one notice per contact and session (DECISIONS 6) */
    g_hash_table_add (client->cloud_told, g_memdup2 (&id, sizeof id));
    tg_tell (client, (TalkEvent){ .kind = TALK_EVENT_CLOUD,
                                  .peer = { TALK_PEER_USER, user_id } });
}

void
tg_tell_service_message (TgClient *client, TlBytes text)
{
    int64_t now = tg_now (client).mono;

    if (client->service_count == 0 || now - client->service_since >= SERVICE_HOUR) {
        client->service_since = now;
        client->service_count = 0;
    }
    if (client->service_count++ >= SERVICE_MAX)
        return;
    g_autofree char *clean =
        tl_text_clean (TL_BYTES (text.data, MIN (text.len, SERVICE_TEXT_MAX)));
    tg_tell (client, (TalkEvent){ .kind = TALK_EVENT_SERVICE, .u.service = clean });
}
