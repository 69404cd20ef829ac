/* A message's line, and where it is too long for one, those that follow: with the loop's
 * turn between them, so that a window draws and keys are heard. All are the one message,
 * whatever is done with it. */
#pragma once

#include "tgp-account.h"

typedef struct TgpRest TgpRest;
/* All of it stands; never from within tgp_rest_write(). `last` as it was given there. */
typedef void (*TgpRestFunc) (TgpAccount *tgp, int32_t chat_id, int64_t id, gboolean last);

TgpRest *tgp_rest_new (TgpAccount *tgp, TgpRestFunc done);
/* A message of which not all stands loses its lines: it comes whole the next time. */
void tgp_rest_free (TgpRest *rest);
/* The first line of `text`, which is plain. FALSE: none came into being. Where there is
 * more, it follows: tgp_rest_has() tells. */
gboolean tgp_rest_write (TgpRest *rest, int32_t chat_id, const TgSecretMessage *message,
                         const char *text, gboolean last);
/* What is to follow in that chat follows now. FALSE: the account went meanwhile. */
gboolean tgp_rest_flush (TgpRest *rest, int32_t chat_id);
/* Is more to follow of that message (0: of any)? */
gboolean tgp_rest_has (TgpRest *rest, int32_t chat_id, int64_t id);
/* Nothing more of that message (0: of any) follows. */
void tgp_rest_drop (TgpRest *rest, int32_t chat_id, int64_t id);
