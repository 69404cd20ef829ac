/* Somebody between client and data centre who has no key: sees every byte, knows the
 * obfuscation (its key is in the first 64 bytes), and may say, hold, change and cut what
 * they like (DECISIONS 24). */
#pragma once

#include "flow.h"

typedef enum {
    PATH_PASS,    /* nothing */
    PATH_CODE,    /* answers a transport error in the server's stead, and cuts */
    PATH_INSERT,  /* lets pass for some packets, then says a transport error in between */
    PATH_NOISE,   /* answers random bytes */
    PATH_RANDOM,  /* answers well-formed packets of random bytes */
    PATH_RESET,   /* cuts at the first byte */
    PATH_LATER,   /* lets some packets pass, then cuts */
    PATH_SILENT,  /* swallows everything */
    PATH_STALL,   /* lets some packets pass, then swallows everything */
    PATH_TRICKLE, /* announces a large packet, and sends it byte by byte */
    PATH_MODES,
    PATH_FLIP =
        PATH_MODES, /* lets some packets pass, then turns a bit of what comes, or goes */
} PathMode;

typedef struct Path Path;

/* Stands before everybody's connections; each new one is treated by the next of `modes`
 * (n of them, borrowed), again and again. */
Path *path_new (Flow *flow, const PathMode *modes, size_t n, int32_t code);
void path_free (Path *path);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Path, path_free)
/* "Some packets" are up to `most` more, each connection its own number. */
void path_spread (Path *path, unsigned most);
/* Cuts what is open, and lets everything pass from now on. */
void path_go_away (Path *path);
unsigned path_attacks (const Path *path); /* connections that were not let alone */
