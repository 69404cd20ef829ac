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

typedef enum {
    TGP_SYMBOLS_NOT_YET,
    TGP_SYMBOLS_THERE,
    TGP_SYMBOLS_MISSING
} TgpSymbolsKnown;
/* The same, but they are looked for once; `known`, NOT_YET at first, keeps how that ended. */
gboolean tgp_symbols_known (const TgpSymbol *symbols, size_t n, TgpSymbolsKnown *known);
