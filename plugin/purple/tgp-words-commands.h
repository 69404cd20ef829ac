/* How commands are written, and what they do. */
#pragma once

#include "talk.h"

typedef enum {
    TGP_COMMAND_SECRET,
    TGP_COMMAND_TTL,
    TGP_COMMAND_DELETE,
    TGP_COMMAND_REPLY,
    TGP_COMMAND_QUOTE,
    TGP_COMMAND_PHOTO,
    TGP_COMMAND_FILE,
    TGP_COMMAND_FILES,
    TGP_COMMAND_SHOW,
    TGP_COMMAND_PLAY,
    TGP_COMMAND_SAVE,
    TGP_COMMAND_FORWARD,
    TGP_COMMAND_CANCEL,
    TGP_COMMAND_KEY,
    TGP_COMMAND_VERIFY,
    TGP_COMMAND_SCREENSHOT,
    TGP_COMMAND_CONTACT,
    TGP_COMMAND_BLOCK,
    TGP_COMMAND_UNBLOCK,
    TGP_COMMAND_SESSIONS,
    TGP_COMMAND_HELP,
    TGP_COMMAND_SLASH,
} TgpCommand;

/* "ttl [30s|...]: shows or sets ..."; `unslashes`: as in TgpFrontend. */
const char *tgp_words_help (TgpCommand command, gboolean unslashes);
/* What follows the command's name is none of what may; g_free() it. */
char *tgp_words_misused (TgpCommand command);
/* Which lines are commands; `unslashes`: as in TgpFrontend. */
const char *tgp_words_slashes (gboolean unslashes);

/* --- messages, named --- */

/* "12 | 14:05 | Alice | text", to tell it from others; `who`: NULL for the user's own, `text`:
 * NULL where it is not to be shown. */
char *tgp_words_named (const TalkMessage *message, const char *who, const char *text);
const char *tgp_words_no_messages (void);
char *tgp_words_number_gone (int number);    /* it was a message's */
char *tgp_words_number_unknown (int number); /* it was none's */
const char *tgp_words_no_last (gboolean own);
char *tgp_words_none_begins (const char *beginning);
char *tgp_words_several_begin (const char *beginning, const char *numbers);
/* That text is not quoted; `timed`: as it has a timer, else as it is not kept. */
char *tgp_words_not_quoted (int number, gboolean timed);
char *tgp_words_quote_how (int number); /* where it cannot be put into the entry */
