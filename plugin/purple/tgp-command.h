/* The slash commands, by subject; tgp-commands.c has the table of them, and their doors. */
#pragma once

#include "tgp-account.h"
#include "tgp-words-act.h"
#include "tgp-words-commands.h"

/* Runs in that conversation, which may be anybody's; `args` is what follows the command's name,
 * without blanks around, "" if nothing. NULL: it is done, or what came of it was told; else why
 * not, in words for the user; g_free() it. */
typedef char *TgpCommandFunc (PurpleConversation *conv, const char *args);

/* tgp-command-chat.c */
TgpCommandFunc tgp_command_secret, tgp_command_ttl, tgp_command_key, tgp_command_verify,
    tgp_command_screenshot;
/* tgp-command-message.c */
TgpCommandFunc tgp_command_delete, tgp_command_reply, tgp_command_quote;
char *tgp_command_messages (TgpAccount *tgp, PurpleConversation *conv, const char *args);
/* tgp-command-file.c */
TgpCommandFunc tgp_command_photo, tgp_command_file, tgp_command_files, tgp_command_show,
    tgp_command_play, tgp_command_save, tgp_command_forward, tgp_command_cancel;
/* tgp-command-person.c */
TgpCommandFunc tgp_command_contact, tgp_command_block, tgp_command_unblock;
/* tgp-command-account.c */
TgpCommandFunc tgp_command_sessions, tgp_command_profile;

/* --- what they share (tgp-command.c) --- */

/* How what was typed for the running command looks; `typed` ends with its arguments. The looks of
 * their end, to be unref'd; NULL: none, or no command runs. */
void tgp_command_begin (const char *typed, const TalkSpans *spans);
void tgp_command_end (void);
TalkSpans *tgp_command_looks (const char *end);
/* As TgpCommandFunc returns them; of TALK_DONE it is NULL. */
char *tgp_command_problem (TgpProblem problem);
char *tgp_command_report (TalkCode code);
/* The first word, to be g_free()d; *args goes on behind it and the blanks there. */
char *tgp_command_word (const char **args);
/* It is these words, whatever their case and the blanks between them. */
gboolean tgp_command_is (const char *args, const char *words);
/* The conversation's account; and its secret chat, or the person that it is with, also in a
 * secret chat. FALSE: *problem, which was NULL, says why not. */
gboolean tgp_command_account (PurpleConversation *conv, TgpAccount **tgp, char **problem);
gboolean tgp_command_chat (PurpleConversation *conv, TgpAccount **tgp, int32_t *chat_id,
                           char **problem);
gboolean tgp_command_person (PurpleConversation *conv, TgpAccount **tgp, int64_t *user_id,
                             char **problem);
