/* How commands are written, and what they do. */
#pragma once

#include <glib.h>

typedef enum {
    TGP_COMMAND_SECRET,
    TGP_COMMAND_TTL,
    TGP_COMMAND_DELETE,
    TGP_COMMAND_KEY,
    TGP_COMMAND_VERIFY,
    TGP_COMMAND_SCREENSHOT,
    TGP_COMMAND_CONTACT,
    TGP_COMMAND_BLOCK,
    TGP_COMMAND_UNBLOCK,
    TGP_COMMAND_HELP,
    TGP_COMMAND_SLASH,
} TgpCommand;

/* "ttl [30s|...]: shows or sets ..."; `unslashes`: as in TgpFrontend. */
const char *tgp_words_help (TgpCommand command, gboolean unslashes);
/* What follows the command's name is none of what may; g_free() it. */
char *tgp_words_misused (TgpCommand command);
/* Which lines are commands; `unslashes`: as in TgpFrontend. */
const char *tgp_words_slashes (gboolean unslashes);
