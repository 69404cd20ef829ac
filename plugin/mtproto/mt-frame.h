/* One connection's byte stream: obfuscation and framing (MT-B2, MT-B3, MT-B5 to B12), with
 * a proxy's secret also inside of records (mt-tls.h). Everything it keeps is wiped by
 * mt_frame_free(). */
#pragma once

#include "crypto-secret.h"
#include "mt-proxy.h"
#include "tl-writer.h"

#define MT_FRAME_PAYLOAD_MAX (((size_t)4 << 20) + 1024) /* bytes; MT-B6 */
#define MT_FRAME_PASSING_MAX ((size_t)64 << 20) /* of what is read, but not kept */
#define MT_FRAME_PART_MAX ((size_t)1 << 20)     /* of it at once */

typedef struct MtFrame MtFrame;

typedef enum {
    MT_FRAME_MORE,
    MT_FRAME_PACKET,
    MT_FRAME_PART, /* the next bytes of a frame that is larger than is kept */
    MT_FRAME_BAD,
    MT_FRAME_STRANGER, /* who answers does not know the secret (MT-B15) */
} MtFrameResult;

/* Appends what begins a connection to `out`: 64 bytes, or a hello that the other side has
 * to answer (mt_frame_is_open()), as of `unix_time`. `dc` as on the wire (+10000 in the
 * test environment, negative for files). secret NULL: nobody's. NULL when the random source
 * fails or gives forbidden beginnings for ever. */
MtFrame *mt_frame_new (const MtSecret *secret, int dc, int64_t unix_time,
                       const CryptoRandom *random, GByteArray *out);
/* Packets may be wrapped: at once, or when the hello was answered. */
gboolean mt_frame_is_open (const MtFrame *frame);
void mt_frame_free (MtFrame *frame);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MtFrame, mt_frame_free)

#define MT_FRAME_ROOM 4 /* bytes of a frame in front of its payload */
/* The packet that stands behind MT_FRAME_ROOM bytes, framed, padded and encrypted; it is nobody's
 * afterwards, and copied for a connection that looks like TLS only. NULL if the random source
 * fails or the payload is no multiple of 4 or too large (MT-B7). */
GByteArray *mt_frame_wrap (MtFrame *frame, const CryptoRandom *random,
                           TlWriter *take_packet);

/* Takes received bytes; then pop() until it says MORE. A popped payload (with up to 15
 * bytes of the transport's padding behind it) is valid until the next call. After BAD and
 * STRANGER nothing else comes. */
void mt_frame_push (MtFrame *frame, const uint8_t *data, size_t len);
MtFrameResult mt_frame_pop (MtFrame *frame, const uint8_t **payload, size_t *len);
/* After a PART: bytes of that frame that are still to come; 0 = it was the last. */
size_t mt_frame_passing (const MtFrame *frame);
/* Bytes that were pushed and not popped. */
size_t mt_frame_waiting (const MtFrame *frame);
