/* Host on libpurple: its clocks, timers, proxied connections; workers whose results come
 * back through a pipe, so that any event loop of a front end carries them. */
#pragma once

#include "host.h"

#include <purple.h>

typedef struct TgpHost TgpHost;

TgpHost *tgp_host_new (PurpleConnection *gc);
const Host *tgp_host_get (TgpHost *host);
/* Why the last connection did not come about, in the host's words; NULL where it did.
 * Borrowed until the next one. */
const char *tgp_host_error (const TgpHost *host);
/* Waits for running jobs and tells their owners; no callback afterwards. */
void tgp_host_free (TgpHost *host);
