/* Typing, both ways. */
#include "tgp-seen.h"

#define TYPING_AGAIN 5 /* s: libpurple repeats while the user types */
#define TYPING_TIMEOUT                                                                   \
    15 /* s: longer than the other side repeats; it tells the end itself */

/* --- typing --- */

unsigned
tgp_send_typing (PurpleConnection *gc, const char *name, PurpleTypingState state)
{
    TgpAccount *tgp = tgp_account (gc);
    int64_t id;

    if (tgp_name_parse (name, &id) != TGP_NAME_SECRET ||
        tgp_secret_is_blocked (tgp, (int32_t)id))
        return 0;
    /* each chat knows by itself whether it said that we type; a pause is no end */
    if (state != PURPLE_TYPED)
        tg_secret_typing (tgp->client, (int32_t)id, state == PURPLE_TYPING);
    return state == PURPLE_TYPING ? TYPING_AGAIN : 0;
}

/* --- events --- */

void
tgp_secret_typing (TgpAccount *tgp, int32_t chat_id, gboolean typing)
{
    g_autofree char *name = tgp_name_secret (chat_id);

    if (tgp_secret_is_blocked (tgp, chat_id))
        return;
    if (typing)
        serv_got_typing (tgp->gc, name, TYPING_TIMEOUT, PURPLE_TYPING);
    else
        serv_got_typing_stopped (tgp->gc, name);
}
