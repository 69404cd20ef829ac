/* Encrypted packet <-> message, and the plain envelope of the key exchange (MT-C1, MT-D1
 * to D9). */
#pragma once

#include "crypto-envelope.h"
#include "crypto-secret.h"
#include "tl-writer.h"

typedef struct {
    int64_t salt;
    int64_t session_id;
    int64_t msg_id;
    int32_t seq_no;
    const uint8_t *body;
    size_t len; /* multiple of 4 */
} MtPacket;

/* Appends auth_key_id, msg_key and ciphertext. x = 0 for the client. FALSE when the
 * random source fails. */
gboolean mt_packet_seal (const uint8_t key[static 256], int x, const MtPacket *packet,
                         const CryptoRandom *random, TlWriter *out);
/* `payload` may have up to 15 bytes of transport padding behind it. `plain` receives the
 * decrypted bytes (at least `len`), `packet` points into it. FALSE for whatever is wrong:
 * one reaction for all (MT-D6). The session id is the caller's to check. */
gboolean mt_packet_open (const uint8_t key[static 256], int x, const uint8_t *payload,
                         size_t len, uint8_t *plain, MtPacket *packet);

/* The one message that is still sealed in MTProto 1.0, of `body` with that id: without
 * salt and session, a random number in their place, 0 as its seq_no (MT-C40). */
gboolean mt_packet_seal_v1 (const uint8_t key[static 256], int64_t msg_id,
                            const uint8_t *body, size_t len, const CryptoRandom *random,
                            TlWriter *out);

void mt_plain_seal (int64_t msg_id, const uint8_t *body, size_t len, TlWriter *out);
gboolean mt_plain_open (const uint8_t *payload, size_t len, const uint8_t **body,
                        size_t *body_len);
