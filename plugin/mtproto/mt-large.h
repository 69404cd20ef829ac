/* A packet that is larger than any is kept (MT-B6): opened as it comes, its msg_key proved
 * at the end, and only what says whose answer it is kept of it. So the call that asked can
 * be told that it asked for too much; who has no key cannot say so (DECISIONS 24, 32). */
#pragma once

#include "mt-packet.h"

#define MT_LARGE_KEPT (64 << 10) /* bytes of all its messages together */

typedef struct MtLarge MtLarge;

/* One message of it. */
typedef struct {
    int64_t msg_id;
    int32_t seq_no;
    size_t len;       /* of the whole body */
    GByteArray *kept; /* the body; if `kept->len` < `len`, its first 12 bytes */
} MtLargeMessage;

/* A payload of `total` bytes, transport padding included, sealed by the server. */
MtLarge *mt_large_new (const uint8_t key[static 256], size_t total);
void mt_large_free (MtLarge *large); /* wipes */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MtLarge, mt_large_free)

void mt_large_feed (MtLarge *large, const uint8_t *data, size_t len);
/* After all of it: FALSE if it is no packet of ours (MT-D6, D7). `packet` is as of
 * mt_packet_open(), its body NULL. */
gboolean mt_large_end (MtLarge *large, MtPacket *packet);
/* Its messages: MtLargeMessage, borrowed; one where there is no container. NULL where the
 * container is malformed (MT-D24). */
const GPtrArray *mt_large_messages (const MtLarge *large, gboolean *container);
