/* Requests of other people for secret chats. A stranger opens no window: one question stands
 * at a time, however many ask, the first first; an entry and a conversation come with the
 * acceptance, and what is withdrawn leaves nothing. All stand in "/secret list". */
#pragma once

#include "tgp-account.h"

/* The chat is in state TALK_STATE_REQUESTED; may be told again. */
void tgp_request (TgpAccount *tgp, const TalkSecret *info);
/* It is not, any more. */
void tgp_request_over (TgpAccount *tgp, int32_t chat_id);
/* The newest open request of that person, or 0. */
int32_t tgp_request_of (TgpAccount *tgp, int64_t user_id);
/* What a menu's entry or a typed word says about a person's requests: the newest is
 * accepted, all are rejected or left to another device. FALSE: there is none. */
gboolean tgp_request_accept (TgpAccount *tgp, int64_t user_id);
gboolean tgp_request_reject (TgpAccount *tgp, int64_t user_id);
gboolean tgp_request_leave (TgpAccount *tgp, int64_t user_id);
/* One of them, named by its number in any conversation (`conv`). NOTHING: it is no request,
 * or none any more. */
typedef enum { TGP_ACCEPT, TGP_REJECT, TGP_LEAVE } TgpAnswer;
TalkCode tgp_request_answer (TgpAccount *tgp, const TalkSecret *info, TgpAnswer answer,
                             PurpleConversation *conv);
void tgp_requests_free (TgpAccount *tgp);
