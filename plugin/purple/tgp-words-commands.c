/* See tgp-words-commands.h. */
#include "tgp-words-commands.h"

#include "tgp-gettext.h"

static unsigned here;

void
tgp_words_commands_here (unsigned what)
{
    here = what;
}

const char *
tgp_words_slashes (void)
{
    return (here & TGP_HERE_UNSLASHES) != 0
               ? _ ("A line that begins with a slash is a command. Two slashes send it "
                    "as text with one: //etc/passwd arrives as /etc/passwd.")
               : _ ("A line that begins with a slash and one word is a command. //word "
                    "sends /word as text; a path like /etc/passwd is text as it is.");
}

const char *
tgp_words_help (TgpCommand command)
{
    gboolean shows = (here & TGP_HERE_SHOWS) != 0, puts = (here & TGP_HERE_INSERTS) != 0;
    gboolean elsewhere = (here & TGP_HERE_ELSEWHERE) != 0;

    switch (command) {
    case TGP_COMMAND_SECRET:
        return _ (
            "secret: starts a secret chat with this person, or answers a request: "
            "accept, reject, leave; in a secret chat: messages (the last ones, with "
            "their numbers), info, rekey, skip, end, erase, new; anywhere: list, list "
            "all, and info 2, accept 2, reject 2, leave 2 for what has the number 2 "
            "there");
    case TGP_COMMAND_TTL:
        return _ ("ttl [30s|5m|1h|2d|1w|off]: shows or sets the self-destruct timer of "
                  "this secret chat");
    case TGP_COMMAND_DELETE:
        return _ ("delete: takes your last message back on both sides; delete 12, or "
                  "delete and the beginning of a text: removes that message on both "
                  "sides; delete all: removes all messages on both sides");
    case TGP_COMMAND_REPLY:
        return _ ("reply 12 text: answers message 12 (the numbers: /secret messages); "
                  "instead of a number also last, or the beginning of the message, in "
                  "quotes if it is more than a word");
    case TGP_COMMAND_QUOTE:
        return puts ? _ ("quote 12 text: sends message 12 with your text below; the "
                         "message is named as for /reply; quote 12: puts it where you "
                         "type")
                    : _ ("quote 12 text: sends message 12 with your text below; the "
                         "message is named as for /reply");
    case TGP_COMMAND_SHOW:
        if (elsewhere)
            return _ ("show 12: puts the picture of message 12, with a timer too, into "
                      "the memory of the machine that BitlBee runs on, for another "
                      "program there; the message is named as for /reply; show album "
                      "12: all of the album of message 12; show album: all of the last "
                      "one");
        return shows
                   ? _ ("show 12: shows the picture of message 12, with a timer too; the "
                        "message is named as for /reply; show album 12: all of the "
                        "album of message 12; show album: all of the last one")
                   : _ ("show 12: puts the picture of message 12 into memory for another "
                        "program, with a timer too; the message is named as for /reply; "
                        "show album 12: all of the album of message 12; show album: all "
                        "of the last one");
    case TGP_COMMAND_PLAY:
        if (elsewhere)
            return _ ("play 12: BitlBee has no sound; /save 12 saves a voice message on "
                      "the machine that BitlBee runs on, /show 12 puts one with a timer "
                      "into its memory for another program");
        return shows
                   ? _ ("play 12: plays the voice message 12")
                   : _ ("play 12: this program has no sound; /save 12 saves a voice "
                        "message, /show 12 puts one with a timer into memory for another "
                        "program");
    case TGP_COMMAND_SAVE:
        return elsewhere
                   ? _ ("save 12: saves the file of message 12 among the downloads of "
                        "the machine that BitlBee runs on; the message is named as for "
                        "/reply; save album 12: all of the album of message 12; save "
                        "album: all of the last one")
                   : _ ("save 12: saves the file of message 12 among your downloads; "
                        "save 12 path: there, a folder or a name; what is there already "
                        "stays; the message is named as for /reply; save album 12: all "
                        "of the album of message 12; save album: all of the last one");
    case TGP_COMMAND_FORWARD:
        return _ ("forward 12 name: sends the file of message 12 on to the secret chat "
                  "with that person, without loading it; instead of a name also a "
                  "number of /secret list");
    case TGP_COMMAND_CANCEL:
        return _ ("cancel 12: stops saving, sending or playing the file of message 12");
    case TGP_COMMAND_FILE:
        if (elsewhere)
            return _ ("file: not here, as BitlBee may run for several people: send the "
                      "file to this person by DCC");
        return _ ("file path | caption: sends that file as it is, with the caption, "
                  "which may be missing; the path may begin with ~, and stand in quotes");
    case TGP_COMMAND_FILES:
        return _ ("files: which files of this chat are being sent or saved, and how far");
    case TGP_COMMAND_PHOTO:
        if (elsewhere)
            return _ ("photo: not here, as BitlBee may run for several people: send the "
                      "picture to this person by DCC");
        return _ ("photo path | caption: sends that picture to be seen at once: upright, "
                  "not larger than a screen needs, and without the place and the time "
                  "at which it was taken");
    case TGP_COMMAND_KEY:
        return _ ("key: shows the key of this secret chat");
    case TGP_COMMAND_VERIFY:
        return _ ("verify: shows the key of this secret chat; verify yes: you compared "
                  "it with what this person sees; verify no: you did not");
    case TGP_COMMAND_SCREENSHOT:
        return _ ("screenshot: tells this person that you took a screenshot");
    case TGP_COMMAND_CONTACT:
        return _ (
            "contact add NUMBER or @name as NAME: adds somebody to your list and to "
            "Telegram's contacts; contact name NAME: what this person is called in "
            "Telegram's contacts, on all your devices; contact delete: removes this "
            "person from Telegram's contacts; contact search WORD: who has such a name "
            "at Telegram; contact blocked: whom you have blocked there");
    case TGP_COMMAND_BLOCK:
        return _ ("block: blocks this person at Telegram");
    case TGP_COMMAND_UNBLOCK:
        return _ ("unblock: ends blocking this person at Telegram; unblock 2: the second "
                  "one whom /contact blocked lists");
    case TGP_COMMAND_SESSIONS:
        return _ (
            "sessions: lists the sessions of this account on all devices; sessions end "
            "2: ends one; sessions secret 2 yes|no: whether it may receive secret chats");
    case TGP_COMMAND_PROFILE:
        return _ (
            "profile: what others see of you at Telegram; profile name NAME: your "
            "name there; profile about TEXT: the text about you, profile about off: "
            "none");
    case TGP_COMMAND_HELP:
        return _ ("help: lists the commands; help delete: one of them");
    case TGP_COMMAND_SLASH:
        return tgp_words_slashes ();
    }
    return NULL;
}

char *
tgp_words_misused (TgpCommand command)
{
    return g_strdup_printf (_ ("This is not how the command is written:\n/%s"),
                            tgp_words_help (command));
}

/* --- messages, named --- */

char *
tgp_words_named (const TalkMessage *message, const char *who, const char *text)
{
    g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (message->date);
    g_autofree char *time =
        when != NULL ? g_date_time_format (when, "%H:%M") : g_strdup ("?");
    const char *shown = message->ttl > 0 ? _ ("(has a timer)")
                        : text != NULL   ? text
                                         : _ ("(text not kept)");

    return g_strdup_printf ("%d | %s | %s | %s", message->number, time,
                            who != NULL ? who : _ ("you"), shown);
}

const char *
tgp_words_no_messages (void)
{
    return _ ("There are no messages in this chat.");
}

char *
tgp_words_number_gone (int number)
{
    return g_strdup_printf (_ ("Message %d is gone."), number);
}

char *
tgp_words_number_unknown (int number)
{
    return g_strdup_printf (_ ("There is no message %d in this chat. /secret messages "
                               "shows the last ones with their numbers."),
                            number);
}

char *
tgp_words_no_last (const char *who)
{
    return who == NULL
               ? g_strdup (_ ("You have written nothing in this chat."))
               : g_strdup_printf (_ ("%s has written nothing in this chat."), who);
}

char *
tgp_words_none_begins (const char *beginning)
{
    return g_strdup_printf (_ ("No message begins with \"%s\". /secret messages shows "
                               "the last ones with their numbers."),
                            beginning);
}

char *
tgp_words_several_begin (const char *beginning, const char *numbers)
{
    return g_strdup_printf (
        _ ("Several messages begin with \"%s\": %s. Name one by its number."), beginning,
        numbers);
}

char *
tgp_words_not_quoted (int number, gboolean timed)
{
    return g_strdup_printf (
        timed ? _ ("Message %d has a timer, so it is not quoted.")
              : _ ("The text of message %d is not kept, so it cannot be quoted."),
        number);
}

char *
tgp_words_quote_how (int number)
{
    return g_strdup_printf (_ ("Write your text behind it: /quote %d text."), number);
}
