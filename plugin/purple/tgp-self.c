/* See tgp-self.h. */
#include "tgp-self.h"

void
tgp_self_tell (TgpAccount *tgp)
{
    PurplePresence *presence = purple_account_get_presence (tgp->account);

    tg_client_set_online (tgp->client, purple_presence_is_status_primitive_active (
                                           presence, PURPLE_STATUS_AVAILABLE) &&
                                           !tgp->idle);
}

void
tgp_self_set_status (PurpleAccount *account, PurpleStatus *status)
{
    PurpleConnection *gc = purple_account_get_connection (account);
    TgpAccount *tgp = gc != NULL ? tgp_account (gc) : NULL;

    if (tgp != NULL && tgp->client != NULL)
        tgp_self_tell (tgp);
}

void
tgp_self_set_idle (PurpleConnection *gc, int seconds)
{
    TgpAccount *tgp = tgp_account (gc);

    if (tgp == NULL || tgp->client == NULL)
        return;
    tgp->idle = seconds > 0;
    tgp_self_tell (tgp);
}
