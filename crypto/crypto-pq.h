/* Factors the server's pq (MT-C7). */
#pragma once

#include <glib.h>
#include <stdint.h>

/* `pq` below 2^63; p <= q, both prime. FALSE for 0, 1, a prime, or when a bounded number
 * of steps (some 10^6, well below 100 ms) does not find them. */
gboolean crypto_pq_factor (uint64_t pq, uint64_t *p, uint64_t *q);
