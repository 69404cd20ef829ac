/* Functions of Pidgin, Finch, GTK and libgnt, found in the running process: nothing of
 * them is linked, so that one module loads everywhere. */
#pragma once

#include <glib.h>

typedef struct {
    const char *name;
    void *place; /* a pointer to a function, set to what was found */
} TgpSymbol;

/* FALSE: one of them is missing; then none is to be called. */
gboolean tgp_symbols_find (const TgpSymbol *symbols, size_t n);
