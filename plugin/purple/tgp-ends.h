/* What cannot be taken back: ending a chat, deleting for both sides, deleting a contact,
 * blocking (tgp-ends.c), logging out (tgp-ends-session.c). Nothing else in this folder calls the client for these (the lint
 * test looks at the objects), and each of them is an answer of a person: to a question
 * whose default is to do nothing, or, where it says "typed" or "answered", by the words
 * of a command or a button that named it. What the protocol itself has to end it ends
 * below (SC-D30). */
#pragma once

#include "tgp-account.h"

/* Questions; nothing has happened when these return. */
void tgp_ends_ask_close (TgpAccount *tgp, int32_t chat_id);
void tgp_ends_ask_erase (TgpAccount *tgp, int32_t chat_id);
void tgp_ends_ask_flush (TgpAccount *tgp, int32_t chat_id);
void tgp_ends_ask_delete_last (TgpAccount *tgp, int32_t chat_id);
/* Whether the chat goes on without what has not arrived; FALSE: nothing is missing. */
gboolean tgp_ends_ask_skip (TgpAccount *tgp, int32_t chat_id);
void tgp_ends_ask_delete_contact (TgpAccount *tgp, int64_t user_id);
void tgp_ends_ask_block (TgpAccount *tgp, int64_t user_id);
void tgp_ends_ask_unblock (TgpAccount *tgp, int64_t user_id);
void tgp_ends_log_out_action (PurplePluginAction *action);
/* The same question, for Telegram's own word; one at a time (MT-F37). */
void tgp_ends_offer_log_out (TgpAccount *tgp);
/* A login on another device; and one that is new there, and perhaps not the user's. */
void tgp_ends_ask_session (TgpAccount *tgp, const TalkLogin *login);
void tgp_ends_ask_new_session (TgpAccount *tgp, const TalkLogin *login);
void tgp_ends_free (TgpAccount *tgp); /* of an account that goes offline */
/* TALK_ASK_LOG_IN_ANEW: another login would end the chats of this one (DECISIONS 24). */
void tgp_ends_ask_anew (TgpAccount *tgp, const TalkAsk *ask);

/* Entries that the user took out of the list, all of one act: one question (DECISIONS
 * 28), or none where both arrays are empty. They are back in the list already, and stay
 * where there is no answer. The arrays of int64_t, user and chat ids, are borrowed. */
void tgp_ends_ask_removed (TgpAccount *tgp, const GArray *people, const GArray *chats);

/* "/delete", typed: that own message, all of its parts; 0: the last one. */
TalkCode tgp_ends_typed_delete (TgpAccount *tgp, int32_t chat_id, int64_t id);
/* The same of the other side's: a question, which names it by its number. */
void tgp_ends_ask_delete_theirs (TgpAccount *tgp, int32_t chat_id, int64_t id,
                                 int32_t number);
/* A request of another person for a chat, rejected, or left to another device. */
TalkCode tgp_ends_answered_reject (TgpAccount *tgp, int32_t chat_id);
TalkCode tgp_ends_answered_leave (TgpAccount *tgp, int32_t chat_id);
