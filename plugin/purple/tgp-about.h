/* What is known of a person: tooltip and Get Info (MT-I18, MT-I19). */
#pragma once

#include "tgp-account.h"

/* Pairs of what is known here. */
void tgp_about_tooltip (TgpAccount *tgp, int64_t user_id, PurpleNotifyUserInfo *info);
/* "last seen at 14:05", as markup; NULL: nothing to say. */
char *tgp_about_status (TgpAccount *tgp, int64_t user_id);
/* The prpl's function: the server is asked for what only it knows. */
void tgp_about_get_info (PurpleConnection *gc, const char *name);
void tgp_about_close (PurpleConnection *gc); /* what is not answered is forgotten */
