/* The data centre as a whole: its making, its clock, its users. */
#include "dc-files.h"
#include "dc-stickers.h"
#include "dc-feed.h"
#include "dc-mood.h"
#include "dc-sites.h"

#include <string.h>

#define FIRST_USER_ID 1000001
#define SERVICE_USER_ID 777000 /* Telegram itself, number 42777 */

void
dc_log (Dc *dc, const char *format, ...)
{
    va_list args;

    if (dc->config.log == NULL)
        return;
    va_start (args, format);
    g_autofree char *line = g_strdup_vprintf (format, args);
    va_end (args);
    dc->config.log (dc->config.user, line);
}

int64_t
dc_now_ms (Dc *dc)
{
    return dc->ahead + (dc->config.wall_ms != NULL ? dc->config.wall_ms (dc->config.user)
                                                   : g_get_real_time () / 1000);
}

int32_t
dc_now (Dc *dc)
{
    return dc_in (dc, 0);
}

int32_t
dc_in (Dc *dc, int seconds)
{
    return (int32_t)(uint32_t)(dc_now_ms (dc) / 1000 + seconds);
}

void
dc_random (Dc *dc, void *out, size_t len)
{
    g_assert_true (crypto_random_fill (&dc->random, out, len));
}

int64_t
dc_random_id (Dc *dc)
{
    int64_t id;
    dc_random (dc, &id, sizeof id);
    return id;
}

/* Odd: 1 mod 4 for answers, 3 mod 4 otherwise; strictly growing. */
int64_t
dc_msg_id (Dc *dc, gboolean answer)
{
    uint64_t ms = (uint64_t)dc_now_ms (dc);
    int64_t id = (int64_t)((ms / 1000 << 32 | ((ms % 1000) << 32) / 1000) & ~(uint64_t)3);

    if ((uint64_t)id <= (uint64_t)dc->last_id) /* beyond 2038 they are negative */
        id = (dc->last_id + 4) & ~(int64_t)3;
    dc->last_id = id | 3;
    return id | (answer ? 1 : 3);
}

static gboolean
system_fill (void *user, uint8_t *out, size_t len)
{
    return crypto_random_fill (crypto_random_system (), out, len);
}

Dc *
dc_new (const DcConfig *config)
{
    Dc *dc = g_new0 (Dc, 1);
    uint8_t modulus[256];

    dc->config = *config;
    dc->random = (CryptoRandom){ config->random != NULL ? config->random : system_fill,
                                 config->user };
    dc->rsa = crypto_rsa_private_new (config->key_pem);
    g_assert_nonnull (dc->rsa);
    crypto_rsa_private_modulus (dc->rsa, modulus);
    dc->fingerprint = crypto_rsa_fingerprint (modulus);
    dc->keys = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL,
                                      (GDestroyNotify)dc_key_free);
    dc->sessions = g_ptr_array_new_with_free_func ((GDestroyNotify)dc_session_free);
    dc->users = g_ptr_array_new_with_free_func ((GDestroyNotify)dc_user_free);
    dc->chats = g_ptr_array_new_with_free_func ((GDestroyNotify)dc_chat_free);
    dc->conns = g_ptr_array_new ();
    dc->switches = g_ptr_array_new_with_free_func ((GDestroyNotify)dc_switch_free);
    dc->deliveries = g_ptr_array_new_with_free_func (g_free);
    dc->held = g_ptr_array_new_with_free_func ((GDestroyNotify)dc_held_free);
    dc->delayed = g_ptr_array_new_with_free_func ((GDestroyNotify)dc_delayed_free);
    dc->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    dc_login_clear (dc);
    dc_files_init (dc);
    dc_stickers_init (dc);
    return dc;
}

void
dc_free (Dc *dc)
{
    if (dc == NULL)
        return;
    g_ptr_array_unref (dc->delayed);
    g_ptr_array_unref (dc->sessions);
    dc_mood_free (dc);
    dc_login_clear (dc);
    dc_files_free (dc);
    dc_stickers_free (dc);
    dc_sites_free (dc);
    g_free (dc->terms);
    g_ptr_array_unref (dc->chats);
    g_ptr_array_unref (dc->users);
    g_ptr_array_unref (dc->conns);
    g_ptr_array_unref (dc->switches);
    g_ptr_array_unref (dc->deliveries);
    g_ptr_array_unref (dc->held);
    g_hash_table_unref (dc->keys);
    g_hash_table_unref (dc->counts);
    crypto_rsa_private_free (dc->rsa);
    g_free (dc);
}

char *
dc_public_key (Dc *dc)
{
    return crypto_rsa_private_public_pem (dc->rsa);
}

void
dc_set_port (Dc *dc, int port)
{
    dc->port = port;
}

int64_t
dc_add_user (Dc *dc, const char *phone, const char *first, const char *last)
{
    DcUser *user = g_new0 (DcUser, 1);

    user->id = g_str_equal (phone, "42777") ? SERVICE_USER_ID
                                            : FIRST_USER_ID + (int64_t)dc->users->len;
    user->phone = g_strdup (phone);
    user->first = g_strdup (first);
    user->last = g_strdup (last);
    user->pts = 1;
    user->home = dc->config.dc;
    user->was_online = dc_in (dc, -3600);
    user->strangers = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    user->blocked = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    user->called = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                          (GDestroyNotify)dc_called_free);
    dc_feed_init (user);
    g_ptr_array_add (dc->users, user);
    return user->id;
}

void
dc_remove_contact (Dc *dc, int64_t owner, int64_t user)
{
    DcUser *who = dc_user_by_id (dc, owner);

    if (who != NULL)
        g_hash_table_add (who->strangers, g_memdup2 (&user, sizeof user));
}

/* Connections that were to be pinged and are not end; ms until the next one would, or -1. */
static int64_t
end_unpinged (Dc *dc)
{
    int64_t now = dc_now_ms (dc) - dc->ahead, next = -1;

    for (unsigned i = 0; i < dc->conns->len; i++) {
        DcConn *conn = g_ptr_array_index (dc->conns, i);
        if (conn->closed || conn->ends_at == 0)
            continue;
        if (conn->ends_at <= now) {
            dc_count (dc, "unpinged");
            dc_conn_drop (conn);
        } else if (next < 0 || conn->ends_at - now < next) {
            next = conn->ends_at - now;
        }
    }
    return next;
}

static int64_t
sooner (int64_t one, int64_t other)
{
    return one < 0 ? other : other < 0 ? one : MIN (one, other);
}

int64_t
dc_tick (Dc *dc)
{
    int64_t now = dc_now_ms (dc), next = -1;

    for (unsigned i = 0; i < dc->delayed->len;) {
        DcDelayed *delayed = g_ptr_array_index (dc->delayed, i);
        if (delayed->due > now) {
            if (next < 0 || delayed->due - now < next)
                next = delayed->due - now;
            i++;
            continue;
        }
        g_ptr_array_steal_index (dc->delayed, i);
        TlWriter body = { .data = delayed->body->data, .len = delayed->body->len };
        dc_session_send (delayed->session, &body, TRUE, TRUE);
        dc_delayed_free (delayed);
    }
    return sooner (sooner (next, dc_mood_tick (dc)), end_unpinged (dc));
}
