/* A Host on the GLib main loop with GIO sockets: for programs that are no libpurple. */
#pragma once

#include "host.h"

typedef struct GlibHost GlibHost;

GlibHost *glib_host_new (void);
const Host *glib_host_get (GlibHost *host);
/* Waits for running jobs; closes what is open. */
void glib_host_free (GlibHost *host);
