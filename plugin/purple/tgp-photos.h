/* People's pictures beside their entries, and those of secret chats with them. libpurple keeps
 * them, by the picture's number; only of those who are shown is one asked for. */
#pragma once

#include "tgp-account.h"

/* That person, or an entry or a window of theirs, is new or changed. */
void tgp_photos_look (TgpAccount *tgp, const TalkPerson *peer);
void tgp_photos_came (TgpAccount *tgp, int64_t user_id, int64_t photo,
                      const uint8_t *data, size_t len);
void tgp_photos_connect (void); /* windows that open, from now on; once */
void tgp_photos_disconnect (void);
