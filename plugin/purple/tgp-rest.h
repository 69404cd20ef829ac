/* A message's line, and where it is too long for one, those that follow: with the loop's
 * turn between them, so that a window draws and keys are heard. All are the one message,
 * whatever is done with it; one of which not all can stand loses what stands of it.
 *
 * There are two ways: a message that waited comes in one call, and goes on here; a new one
 * comes part by part from the client, whose events stay in order, and grows. */
#pragma once

#include "tgp-account.h"

typedef struct TgpRest TgpRest;
typedef enum {
    TGP_REST_WHOLE, /* all of it stands */
    TGP_REST_LAST,  /* so it does, and `last` was given with it */
    TGP_REST_CUT,   /* nothing of it stands: its window was emptied or it was swallowed */
} TgpRestEnd;
/* Nothing more of a message is to follow; never from within tgp_rest_write(). */
typedef void (*TgpRestFunc) (TgpAccount *tgp, int32_t chat_id, int64_t id,
                             TgpRestEnd end);

TgpRest *tgp_rest_new (TgpAccount *tgp, TgpRestFunc over);
/* A message of which not all stands loses its lines: it comes whole the next time. */
void tgp_rest_free (TgpRest *rest);
/* The first line of `text`, which looks as message->spans says; `quote` (or NULL) is text of
 * another message in it. FALSE: none came into being. Where there is
 * more, it follows: tgp_rest_has() tells. A first part begins to grow, the last one ends
 * that. */
gboolean tgp_rest_write (TgpRest *rest, int32_t chat_id, const TalkMessage *message,
                         const char *quote, const char *text, gboolean last);
/* More parts of that message (0: of any) are to come. */
gboolean tgp_rest_grows (TgpRest *rest, int32_t chat_id, int64_t id);
/* What grows shall not stand: its lines go. `follows`: more parts are to come, for nothing. */
void tgp_rest_cut (TgpRest *rest, gboolean follows);
/* What is to follow in that chat follows now. FALSE: the account went meanwhile. */
gboolean tgp_rest_flush (TgpRest *rest, int32_t chat_id);
/* Is more to follow of that message (0: of any)? */
gboolean tgp_rest_has (TgpRest *rest, int32_t chat_id, int64_t id);
/* Nothing more of that message (0: of any) follows. */
void tgp_rest_drop (TgpRest *rest, int32_t chat_id, int64_t id);
