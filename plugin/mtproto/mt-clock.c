/* Server time, message ids, replay memory. */
#include "mt-clock.h"

#include <string.h>

#define TOO_OLD_MS (300 * 1000)
#define TOO_NEW_MS (30 * 1000)

int64_t
mt_clock_server_ms (const MtClock *clock, HostTime now)
{
    return clock->known ? now.mono + clock->offset : now.wall;
}

int64_t
mt_clock_id_ms (int64_t msg_id)
{
    uint64_t id = (uint64_t)msg_id;
    return (int64_t)(id >> 32) * 1000 + (int64_t)(((id & 0xffffffffu) * 1000) >> 32);
}

void
mt_clock_reset (MtClock *clock, int64_t msg_id, HostTime now)
{
    clock->offset = mt_clock_id_ms (msg_id) - now.mono;
    clock->known = TRUE;
}

void
mt_clock_learn (MtClock *clock, int64_t msg_id, HostTime now)
{
    if (!clock->known || mt_clock_id_ms (msg_id) > mt_clock_server_ms (clock, now))
        mt_clock_reset (clock, msg_id, now);
}

int64_t
mt_clock_next_id (MtClock *clock, const CryptoRandom *random, HostTime now)
{
    uint64_t ms = (uint64_t)mt_clock_server_ms (clock, now);

    if (clock->drawn == 0 &&
        crypto_random_fill (random, clock->noise, sizeof clock->noise))
        clock->drawn = G_N_ELEMENTS (clock->noise);
    uint32_t noise = clock->drawn > 0 ? clock->noise[--clock->drawn] : 1;
    /* seconds, then the fraction's 22 highest bits, noise below, two zero bits */
    uint64_t fraction = ((ms % 1000) << 32) / 1000;
    int64_t id = (int64_t)(ms / 1000 << 32 | fraction);
    id = (id & ~(int64_t)0x3fffff) | (noise & 0x3ffffc);
    if (!mt_id_before (clock->last_id,
                       id)) /* the clock is the server's: no sum of it may overflow */
        id = (int64_t)((uint64_t)clock->last_id + 4);
    if ((id & 0xffffffff) == 0)
        id = (int64_t)((uint64_t)id + 4);
    clock->last_id = id;
    return id;
}

gboolean
mt_clock_accepts (const MtClock *clock, int64_t msg_id, HostTime now)
{
    int64_t age = mt_clock_server_ms (clock, now) - mt_clock_id_ms (msg_id);
    return !clock->known || (age <= TOO_OLD_MS && age >= -TOO_NEW_MS);
}

/* Index of the first id that is not below `msg_id`. */
static size_t
lower_bound (const MtSeen *seen, int64_t msg_id)
{
    size_t low = 0, high = seen->len;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (mt_id_before (seen->ids[middle], msg_id))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

gboolean
mt_seen_has (const MtSeen *seen, int64_t msg_id)
{
    size_t at = lower_bound (seen, msg_id);
    return at < seen->len && seen->ids[at] == msg_id;
}

MtSeenResult
mt_seen_add (MtSeen *seen, int64_t msg_id)
{
    size_t at = lower_bound (seen, msg_id);

    if (at < seen->len && seen->ids[at] == msg_id)
        return MT_SEEN_DUPLICATE;
    if (seen->len == MT_SEEN_MAX) {
        if (at == 0)
            return MT_SEEN_TOO_OLD;
        memmove (seen->ids, seen->ids + 1, (at - 1) * sizeof *seen->ids);
        at--;
    } else {
        memmove (seen->ids + at + 1, seen->ids + at,
                 (seen->len - at) * sizeof *seen->ids);
        seen->len++;
    }
    seen->ids[at] = msg_id;
    return MT_SEEN_NEW;
}
