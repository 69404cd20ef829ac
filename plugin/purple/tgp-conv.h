/* The conversations of people and secret chats: found and made, and whose they are, in this
 * file only; lines of the module's own in them. */
#pragma once

#include "tgp-account.h"

/* By its name; NULL: there is none, and none was to be made. */
PurpleConversation *tgp_conv_named (PurpleAccount *account, const char *name,
                                    gboolean make);
PurpleConversation *tgp_secret_conversation (TgpAccount *tgp, int32_t chat_id,
                                             gboolean make);
/* Whose it is; NONE: of another protocol, or of nobody that has an id. */
TalkPeer tgp_conv_peer (PurpleConversation *conv);
/* Any line may close windows, as its signals go to other plugins: whether it is still there; and
 * all that there are, copied, to be gone through with that question (g_list_free()). */
gboolean tgp_conv_lives (PurpleConversation *conv);
GList *tgp_conv_all (void);
/* Its account, if that is one of ours and online, or about to be; else NULL. */
TgpAccount *tgp_conv_account (PurpleConversation *conv);

/* A line of the module's own, plain text, in that conversation. Where it would look like
 * the person's own text it is marked (see tgp_line_unforged). */
void tgp_notice (PurpleConversation *conv, const char *text);
/* What was asked there is answered later. FALSE: the account or the conversation went. */
gboolean tgp_notice_later (PurpleConnection *gc, const char *name, const char *text);
/* The same with a text of the user's below it, which looks so. */
void tgp_notice_looks (PurpleConversation *conv, const char *reason, const char *text,
                       const TalkSpans *spans);
/* What an account that goes has to say in that conversation, once it is gone. `typed`: a text of the
 * user's below it, which is told in a dialog where there is no window; or NULL. */
void tgp_notice_after (PurpleAccount *account, const char *name, const char *reason,
                       const TalkTyped *typed);
/* A line in the chat's conversation; `present` opens one where there is none. */
void tgp_secret_write (TgpAccount *tgp, int32_t chat_id, gboolean present,
                       const char *text);
/* The same, but where there is none a dialog says it, and none is opened. */
void tgp_secret_tell (TgpAccount *tgp, int32_t chat_id, const char *text);
/* A line there, too, why the client did not do an act; TALK_DONE: nothing is to be said. The chat may
 * have ended, or the message gone, since a question or a menu came up. */
void tgp_secret_report (TgpAccount *tgp, int32_t chat_id, TalkCode code);
/* The same in every open window of a secret chat; FALSE: there is none. */
gboolean tgp_tell_windows (TgpAccount *tgp, const char *text);
