/* The times that people type. */
#pragma once

#include <glib.h>
#include <stdint.h>

/* Seconds of "30s", "5m", "1h", "2d", "1w", "30" or "off" (0); -1 for anything else and
 * for more than a year. */
int32_t tgp_parse_ttl (const char *text);
