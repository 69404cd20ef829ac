/* Server time, message ids and the memory of received ids (MT-D10, D11, D14, D17). */
#pragma once

#include "crypto-secret.h"
#include "host.h"

#define MT_SEEN_MAX 1000 /* received msg_ids kept (MT-D10) */

typedef struct {
    gboolean known;     /* the offset comes from the server */
    int64_t offset;     /* server's Unix ms minus local mono ms */
    int64_t last_id;    /* newest own msg_id */
    uint32_t noise[16]; /* of the next ids: sixteen cost no more to draw than one */
    unsigned drawn;     /* of them, not yet used */
} MtClock;

/* Server's Unix time in ms; local wall time until the offset is known. */
int64_t mt_clock_server_ms (const MtClock *clock, HostTime now);
/* Ids are times: from 2038 on they are negative, and still later than those before. */
static inline gboolean
mt_id_before (int64_t a, int64_t b)
{
    return (uint64_t)a < (uint64_t)b;
}
int64_t mt_clock_id_ms (int64_t msg_id);
/* The time of a verified server id: sets an unknown offset, else only grows (MT-D17). */
void mt_clock_learn (MtClock *clock, int64_t msg_id, HostTime now);
void mt_clock_reset (MtClock *clock, int64_t msg_id, HostTime now);
/* Next own msg_id: a multiple of 4, strictly growing (MT-D14). */
int64_t mt_clock_next_id (MtClock *clock, const CryptoRandom *random, HostTime now);
/* Not over 300 s old nor 30 s ahead; TRUE while the offset is unknown (MT-D11). */
gboolean mt_clock_accepts (const MtClock *clock, int64_t msg_id, HostTime now);

typedef enum { MT_SEEN_NEW, MT_SEEN_DUPLICATE, MT_SEEN_TOO_OLD } MtSeenResult;

/* Sorted ids, newest last. */
typedef struct {
    int64_t ids[MT_SEEN_MAX];
    size_t len;
} MtSeen;

MtSeenResult mt_seen_add (MtSeen *seen, int64_t msg_id);
gboolean mt_seen_has (const MtSeen *seen, int64_t msg_id);
