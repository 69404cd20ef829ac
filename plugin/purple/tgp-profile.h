/* What the user shows of themselves at Telegram (MT-I21): by the account's menu, by /profile, and as
 * other plugins set it through libpurple. The picture is left alone: libpurple hands its own to every
 * protocol at each sign-on, whether anybody meant it for Telegram or not. */
#pragma once

#include "tgp-account.h"

void tgp_profile_action (
    PurplePluginAction *action); /* a dialog of it, as the server has it */
/* Of /profile: what comes of it is a line in `conv`. */
void tgp_profile_show (TgpAccount *tgp, PurpleConversation *conv);
void tgp_profile_call (TgpAccount *tgp, PurpleConversation *conv, const char *name);
void tgp_profile_describe (TgpAccount *tgp, PurpleConversation *conv, const char *about);
/* The prpl's functions; `info` is markup. */
void tgp_profile_set_info (PurpleConnection *gc, const char *info);
void tgp_profile_set_alias (PurpleConnection *gc, const char *alias,
                            PurpleSetPublicAliasSuccessCallback done,
                            PurpleSetPublicAliasFailureCallback failed);
void tgp_profile_get_alias (PurpleConnection *gc,
                            PurpleGetPublicAliasSuccessCallback done,
                            PurpleGetPublicAliasFailureCallback failed);
void tgp_profile_close (PurpleConnection *gc); /* what is not answered is forgotten */
