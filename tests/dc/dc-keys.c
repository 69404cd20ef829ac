/* Keys and their lives: which are known, what a temporary one is bound to, until when. */
#include "dc-keys.h"
#include "dc-private.h"
#include "dc-sites.h"

#include "crypto-aes-ige.h"
#include "crypto-hash.h"
#include "crypto-kdf.h"
#include "mtproto.tl.h"
#include "tl-reader.h"

#include <string.h>

#define BIND_LENGTH 104 /* id (8), msg_key (16), 80 bytes of ciphertext */
#define BIND_PLAIN 80
#define BIND_HASHED 72 /* without padding */

DcKey *
dc_device (DcKey *key)
{
    return key->perm != NULL ? key->perm : key;
}

DcKey *
dc_key_find (Dc *dc, int64_t id)
{
    DcKey *key = g_hash_table_lookup (dc->keys, &id);

    if (key == NULL || key->lost)
        return NULL;
    if (key->temporary && dc_now_ms (dc) / 1000 >= key->expires)
        key->lost = TRUE;
    return key->lost ? NULL : key;
}

void
dc_key_lives (Dc *dc, DcKey *key, int32_t seconds)
{
    if (dc->lives > 0)
        seconds = MIN (seconds, dc->lives);
    key->expires = dc_now_ms (dc) / 1000 + seconds;
}

/* What stands inside, if it was sealed in MTProto 1.0 with that key (MT-C40). */
static TlMessage *
open_inner (const DcKey *perm, TlBytes sealed, int64_t msg_id)
{
    uint8_t key[32], iv[32], plain[BIND_PLAIN], hash[20];
    TlReader in;

    if (sealed.len != BIND_LENGTH || memcmp (sealed.data, &perm->id, 8) != 0)
        return NULL;
    crypto_kdf_v1 (perm->key, sealed.data + 8, 0, key, iv);
    crypto_ige_decrypt (key, iv, sealed.data + 24, plain, sizeof plain);
    crypto_sha1 (plain, BIND_HASHED, hash);
    if (memcmp (hash + 4, sealed.data + 8, 16) != 0)
        return NULL;
    tl_reader_init (&in, plain + 16, sizeof plain - 16);
    if (tl_reader_long (&in) != msg_id || tl_reader_int (&in) != 0 ||
        tl_reader_int (&in) != 40)
        return NULL;
    return tl_message_decode (&tl_mtproto_schema, plain + 32, 40, NULL);
}

static gboolean
is_right (const DcCall *call, const DcKey *perm, const SrvAuthBindTempAuthKey *query)
{
    const DcSession *session = call->session;
    g_autoptr (TlMessage) message =
        open_inner (perm, query->encrypted_message, call->msg_id);
    const MtpBindAuthKeyInner *inner =
        message != NULL ? TL_AS (tl_message_root (message), MtpBindAuthKeyInner) : NULL;

    return inner != NULL && inner->nonce == query->nonce &&
           inner->temp_auth_key_id == session->key->id &&
           inner->perm_auth_key_id == perm->id && inner->temp_session_id == session->id &&
           inner->expires_at == query->expires_at;
}

void
dc_bind (DcCall *call)
{
    const SrvAuthBindTempAuthKey *query = TL_AS (call->query, SrvAuthBindTempAuthKey);
    DcKey *temporary = call->session->key;
    DcKey *perm = dc_key_find (call->dc, query->perm_auth_key_id);
    int64_t expires = (uint32_t)query->expires_at;

    if (!temporary->temporary)
        dc_fail (call, 400, "TEMP_AUTH_KEY_EMPTY");
    else if (perm == NULL || perm->unknown || perm->temporary ||
             !is_right (call, perm, query))
        dc_fail (call, 400, "ENCRYPTED_MESSAGE_INVALID");
    else if (temporary->perm != NULL && temporary->perm != perm)
        dc_fail (call, 400, "TEMP_AUTH_KEY_ALREADY_BOUND");
    else if (expires > temporary->asked || expires + 60 < temporary->asked)
        dc_fail (call, 400, "EXPIRES_AT_INVALID");
    else {
        temporary->perm = perm;
        dc_answer_bool (call, TRUE);
    }
}

gboolean
dc_key_is_empty (const DcKey *key, const char *method)
{
    static const char *const allowed[] = { "auth.bindTempAuthKey", "help.getConfig",
                                           "help.getNearestDc" };

    if (!key->temporary || key->perm != NULL)
        return FALSE;
    for (size_t i = 0; i < G_N_ELEMENTS (allowed); i++)
        if (g_str_equal (allowed[i], method))
            return FALSE;
    return TRUE;
}

void
dc_destroy_key (DcSession *session, int64_t msg_id)
{
    g_auto (TlWriter) body = { 0 };
    gboolean temporary = session->key->temporary;
    char how = temporary ? 'f' : session->dc->destroying;

    dc_count (session->dc, "destroy_auth_key");
    if (how == 's')
        return;
    if (how == 'r') {
        tl_writer_int (&body, (int32_t)MtpRpcResult_ID);
        tl_writer_long (&body, msg_id);
    }
    tl_writer_int (&body, how == 'f'   ? (int32_t)MtpDestroyAuthKeyFail_ID
                          : how == 'n' ? (int32_t)MtpDestroyAuthKeyNone_ID
                                       : (int32_t)MtpDestroyAuthKeyOk_ID);
    dc_session_send (session, &body, how == 'r', TRUE);
    session->key->lost |= how != 'f';
}

static const DcKey *
login_of (const DcKey *key)
{
    return key->login != NULL ? key->login : key;
}

static gboolean
is_named (TlVector ids, int64_t id)
{
    for (size_t i = 0; i < ids.len; i++)
        if (((const int64_t *)ids.items)[i] == id)
            return TRUE;
    return FALSE;
}

void
dc_drop_temporary (DcCall *call)
{
    TlVector but = TL_AS (call->query, SrvAuthDropTempAuthKeys)->except_auth_keys;
    const DcConn *conn = call->session->conn;
    GHashTableIter iter;
    gpointer value;

    if (conn != NULL && conn->strict && !is_named (but, call->session->key->id))
        dc_fault_note (call->dc, "the key that is spoken under is to be dropped");
    g_hash_table_iter_init (&iter, call->dc->keys);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        DcKey *key = value;
        if (key->temporary && key->perm != NULL &&
            login_of (key->perm) == login_of (call->device) && !is_named (but, key->id))
            key->lost = TRUE;
    }
    dc_answer_bool (call, TRUE);
}

unsigned
dc_keys_bound (Dc *dc, const DcUser *user)
{
    GHashTableIter iter;
    gpointer value;
    unsigned n = 0;

    g_hash_table_iter_init (&iter, dc->keys);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        const DcKey *key = value;
        n += key->temporary && key->perm != NULL && key->perm->user == user && !key->lost;
    }
    return n;
}

/* --- switches --- */

/* Of those bound to a key of `user`; `all`: the permanent ones, too. */
static void
lose (Dc *dc, const DcUser *user, gboolean all)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, dc->keys);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        DcKey *key = value;
        if (dc_device (key)->user == user && (all || key->temporary))
            key->lost = TRUE;
    }
}

static void
recall (Dc *dc, const DcUser *user)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, dc->keys);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        DcKey *key = value;
        if (key->user == user)
            key->lost = FALSE;
    }
}

gboolean
dc_key_control (Dc *dc, DcUser *user, const char *what)
{
    if (g_str_equal (what, "lose-temporary"))
        lose (dc, user, FALSE);
    else if (g_str_equal (what, "lose-keys"))
        lose (dc, user, TRUE);
    else if (g_str_equal (what, "recall-keys"))
        recall (dc, user);
    else
        return FALSE;
    return TRUE;
}
