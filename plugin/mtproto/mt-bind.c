/* The object goes in an MTProto 1.0 message under the permanent key, and that in a call under
 * the temporary one. */
#include "mt-bind.h"

#include "crypto-envelope.h"
#include "mt-packet.h"
#include "mtproto.tl.h"
#include "tl-encode.h"

gboolean
mt_bind_write (const MtKey *permanent, const MtKey *temporary, int64_t session_id,
               int64_t msg_id, const CryptoRandom *random, TlWriter *out)
{
    g_auto (TlWriter) body = { 0 };
    g_auto (TlWriter) sealed = { 0 };
    MtpBindAuthKeyInner inner = TL_NEW (
        MtpBindAuthKeyInner, .temp_auth_key_id = crypto_key_id (temporary->key),
        .perm_auth_key_id = crypto_key_id (permanent->key), .temp_session_id = session_id,
        .expires_at = (int32_t)(uint32_t)temporary->expires);

    if (!crypto_random_int64 (random, &inner.nonce))
        return FALSE;
    tl_encode (&tl_mtproto_schema, TL_OBJ (&inner), &body);
    if (!mt_packet_seal_v1 (permanent->key, msg_id, body.data, body.len, random, &sealed))
        return FALSE;
    MtpAuthBindTempAuthKey call =
        TL_NEW (MtpAuthBindTempAuthKey, .perm_auth_key_id = inner.perm_auth_key_id,
                .nonce = inner.nonce, .expires_at = inner.expires_at,
                .encrypted_message = TL_BYTES (sealed.data, sealed.len));
    return tl_encode (&tl_mtproto_schema, TL_OBJ (&call), out);
}
