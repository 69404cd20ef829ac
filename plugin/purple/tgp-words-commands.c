/* See tgp-words-commands.h. */
#include "tgp-words-commands.h"

#include "tgp-gettext.h"

const char *
tgp_words_slashes (gboolean unslashes)
{
    return unslashes
               ? _ ("A line that begins with a slash is a command. Two slashes send it "
                    "as text with one: //etc/passwd arrives as /etc/passwd.")
               : _ ("A line that begins with a slash and one word is a command. //word "
                    "sends /word as text; a path like /etc/passwd is text as it is.");
}

const char *
tgp_words_help (TgpCommand command, gboolean unslashes)
{
    switch (command) {
    case TGP_COMMAND_SECRET:
        return _ (
            "secret: starts a secret chat with this person, or answers a request: "
            "accept, reject, leave; in a secret chat: info, rekey, skip, end, erase, "
            "new; anywhere: list, list all");
    case TGP_COMMAND_TTL:
        return _ ("ttl [30s|5m|1h|2d|1w|off]: shows or sets the self-destruct timer of "
                  "this secret chat");
    case TGP_COMMAND_DELETE:
        return _ ("delete: takes your last message back on both sides; delete all: "
                  "removes all messages on both sides");
    case TGP_COMMAND_KEY:
        return _ ("key: shows the key of this secret chat");
    case TGP_COMMAND_VERIFY:
        return _ ("verify: shows the key of this secret chat; verify yes: you compared "
                  "it with the other side's; verify no: you did not");
    case TGP_COMMAND_SCREENSHOT:
        return _ ("screenshot: tells the other side that you took a screenshot");
    case TGP_COMMAND_CONTACT:
        return _ ("contact delete: removes this person from Telegram's contacts");
    case TGP_COMMAND_BLOCK:
        return _ ("block: blocks this person at Telegram");
    case TGP_COMMAND_UNBLOCK:
        return _ ("unblock: ends blocking this person at Telegram");
    case TGP_COMMAND_HELP:
        return _ ("help: lists the commands; help delete: one of them");
    case TGP_COMMAND_SLASH:
        return tgp_words_slashes (unslashes);
    }
    return NULL;
}

char *
tgp_words_misused (TgpCommand command)
{
    return g_strdup_printf (_ ("This is not how the command is written:\n/%s"),
                            tgp_words_help (command, FALSE));
}
