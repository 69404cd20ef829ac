/* What is told beside the chats: that somebody wrote where this program does not show it,
 * and the service's own words. */
#include "tg-notices.h"
#include "tg-peers.h"
#include "tg-refusal.h"

#include "tl-text.h"

#include <string.h>

#define STRANGERS_MAX 100             /* people with a notice of a cloud message; more */
#define CONTACTS_MAX 1000             /* when they are contacts */
#define SERVICE_MAX 5                 /* notifications of the server an hour; each is a */
#define SERVICE_HOUR (60 * 60 * 1000) /* window, and nobody reads more */
#define SERVICE_TEXT_MAX 10000        /* bytes of one */
#define CODE_MIN 5                    /* digits of a login code (MT-F18), */
#define CODE_MAX 7                    /* with dashes between or behind */

struct TgNotices {
    GHashTable *cloud_told; /* user ids with a notice in this session */
    int64_t service_since;  /* mono: the hour in which so many notifications came */
    unsigned service_count;
};

void
tg_notices_init (TgClient *client)
{
    client->notices = g_new0 (TgNotices, 1);
    client->notices->cloud_told =
        g_hash_table_new_full (talk_id_hash, g_int64_equal, g_free, NULL);
}

void
tg_notices_clear (TgClient *client)
{
    g_hash_table_unref (client->notices->cloud_told);
    g_clear_pointer (&client->notices, g_free);
}

static void tell_words (TgClient *client, TlBytes text, gboolean log_out);

void
tg_tell_cloud_message (TgClient *client, int64_t user_id, TlBytes text)
{
    int64_t id = user_id;

    if (id == TALK_USER_SERVICE && text.len > 0) {
        tell_words (client, text, FALSE);
        return;
    }
    const TgPeerData *peer = tg_peer_find (client, id);
    unsigned max = peer != NULL && peer->contact ? CONTACTS_MAX : STRANGERS_MAX;

    if (!talk_is_user (id) || g_hash_table_contains (client->notices->cloud_told, &id) ||
        g_hash_table_size (client->notices->cloud_told) >= max)
        return; /* one notice per contact and session (DECISIONS 6) */
    g_hash_table_add (client->notices->cloud_told, g_memdup2 (&id, sizeof id));
    tg_tell (client, (TalkEvent){ .kind = TALK_EVENT_CLOUD,
                                  .peer = { TALK_PEER_USER, user_id } });
}

/* Letters of other alphabets and signs are no part of a number. */
static gboolean
has_code (const char *text)
{
    for (const char *p = text; *p != '\0';) {
        unsigned digits = 0;
        const char *start = p;

        for (; g_ascii_isalnum (*p) || *p == '-'; p++)
            digits = g_ascii_isalpha (*p) ? CODE_MAX + 1 : digits + (*p != '-');
        if (digits >= CODE_MIN && digits <= CODE_MAX)
            return TRUE;
        p += p == start;
    }
    return FALSE;
}

static void
tell_words (TgClient *client, TlBytes text, gboolean log_out)
{
    int64_t now = tg_now (client).mono;

    if (client->notices->service_count == 0 ||
        now - client->notices->service_since >= SERVICE_HOUR) {
        client->notices->service_since = now;
        client->notices->service_count = 0;
    }
    if (client->notices->service_count++ >= SERVICE_MAX)
        return;
    g_autofree char *clean =
        tl_text_clean (TL_BYTES (text.data, MIN (text.len, SERVICE_TEXT_MAX)));
    tg_tell (client, (TalkEvent){ .kind = TALK_EVENT_SERVICE,
                                  .u.service = { .text = clean,
                                                 .code = has_code (clean),
                                                 .log_out = log_out } });
    explicit_bzero (clean, strlen (clean));
}

void
tg_tell_service (TgClient *client, const ApiUpdateServiceNotification *notification)
{
    tell_words (client, notification->message,
                client->own_id != 0 && tg_refusal_ends_login (notification->type.data,
                                                              notification->type.len));
}
