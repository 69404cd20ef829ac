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
    TGP_COMMAND_PROFILE,
    TGP_COMMAND_HELP,
    TGP_COMMAND_SLASH,
} TgpCommand;

/* What holds of commands in this front end (TgpFrontend). */
enum {
    TGP_HERE_UNSLASHES = 1, /* one of two slashes is taken away */
    TGP_HERE_SHOWS = 2,     /* pictures in lines, and sound */
    TGP_HERE_INSERTS = 4,   /* text can be put where one types */
    TGP_HERE_ELSEWHERE = 8, /* the files of the machine are not the user's */
};
/* Once, before the others here: of the TGP_HERE_ that hold. */
void tgp_words_commands_here (unsigned here);

/* "ttl [30s|...]: shows or sets ..." */
const char *tgp_words_help (TgpCommand command);
/* What follows the command's name is none of what may; g_free() it. */
char *tgp_words_misused (TgpCommand command);
const char *tgp_words_slashes (void); /* which lines are commands */

/* --- messages, named --- */

/* "12 | 14:05 | Alice | text", to tell it from others; `who`: NULL for the user's own, `text`:
 * NULL where it is not to be shown. */
char *tgp_words_named (const TalkMessage *message, const char *who, const char *text);
const char *tgp_words_no_messages (void);
char *tgp_words_number_gone (int number);    /* it was a message's */
char *tgp_words_number_unknown (int number); /* it was none's */
char *tgp_words_no_last (const char *who);   /* NULL: the user */
char *tgp_words_none_begins (const char *beginning);
char *tgp_words_several_begin (const char *beginning, const char *numbers);
/* That text is not quoted; `timed`: as it has a timer, else as it is not kept. */
char *tgp_words_not_quoted (int number, gboolean timed);
char *tgp_words_quote_how (int number); /* where it cannot be put into the entry */
