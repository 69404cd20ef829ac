/* Which accounts there are. */
#include "tgp-account.h"

static GList *accounts; /* TgpAccount */

void
tgp_account_begins (TgpAccount *tgp)
{
    accounts = g_list_prepend (accounts, tgp);
}

void
tgp_account_ends (TgpAccount *tgp)
{
    accounts = g_list_remove (accounts, tgp);
}

gboolean
tgp_lives (const TgpAccount *tgp)
{
    return g_list_find (accounts, tgp) != NULL;
}
