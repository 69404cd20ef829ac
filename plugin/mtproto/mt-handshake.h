/* From nothing to an auth key: the key exchange as a step machine (MT-C2 to C30).
 *
 *   start -> req_pq_multi ... resPQ -> req_DH_params ... server_DH_params_ok
 *         -> [prime unknown: NEED_PRIME, prime_checked()] -> set_client_DH_params
 *         ... dh_gen_ok -> DONE     (dh_gen_retry: again with a new b, at most 5 times)
 *
 * Any failed check is FAILED with a reason; the caller begins anew on a new connection.
 */
#pragma once

#include "mt-session.h"
#include "tl-writer.h"

typedef struct MtHandshake MtHandshake;

typedef enum {
    MT_HANDSHAKE_SEND,       /* `out` holds the next body to send */
    MT_HANDSHAKE_NEED_PRIME, /* run is_safe_prime() on mt_handshake_prime() */
    MT_HANDSHAKE_DONE,
    MT_HANDSHAKE_UNKNOWN_KEY, /* no offered fingerprint is ours (MT-C5) */
    MT_HANDSHAKE_FAILED,
} MtHandshakeResult;

/* `config` is borrowed for the life of the handshake. `expires_in`: seconds that a temporary
 * key is to live; 0: a permanent one (MT-C9). */
MtHandshake *mt_handshake_new (const MtConfig *config, int32_t expires_in);
void mt_handshake_free (MtHandshake *handshake); /* wipes (MT-C30) */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MtHandshake, mt_handshake_free)

MtHandshakeResult mt_handshake_start (MtHandshake *handshake, TlWriter *out);
MtHandshakeResult mt_handshake_receive (MtHandshake *handshake, const uint8_t *body,
                                        size_t len, HostTime now, TlWriter *out);
MtHandshakeResult mt_handshake_prime_checked (MtHandshake *handshake, gboolean good,
                                              TlWriter *out);
const uint8_t *mt_handshake_prime (const MtHandshake *handshake);
const char *mt_handshake_reason (const MtHandshake *handshake);

int32_t mt_handshake_expires_in (const MtHandshake *handshake); /* 0: a permanent key */
/* After DONE. `offset` = server's Unix ms minus local mono ms at receipt (MT-C26). */
void mt_handshake_result (const MtHandshake *handshake, uint8_t key[static 256],
                          int64_t *salt, int64_t *offset);
