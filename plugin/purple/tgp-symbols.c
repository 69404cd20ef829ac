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
