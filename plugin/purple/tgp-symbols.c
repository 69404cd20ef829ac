/* See tgp-symbols.h. */
#include "tgp-symbols.h"

#include <gmodule.h>
#include <string.h>

gboolean
tgp_symbols_find (const TgpSymbol *symbols, size_t n)
{
    GModule *self = g_module_open (NULL, 0);
    gboolean all = self != NULL;

    for (size_t i = 0; all && i < n; i++) {
        gpointer found = NULL;
        all = g_module_symbol (self, symbols[i].name, &found) && found != NULL;
        memcpy (symbols[i].place, &found, sizeof found);
    }
    if (self != NULL)
        g_module_close (self);
    return all;
}

gboolean
tgp_symbols_known (const TgpSymbol *symbols, size_t n, TgpSymbolsKnown *known)
{
    if (*known == TGP_SYMBOLS_NOT_YET)
        *known = tgp_symbols_find (symbols, n) ? TGP_SYMBOLS_THERE : TGP_SYMBOLS_MISSING;
    return *known == TGP_SYMBOLS_THERE;
}
