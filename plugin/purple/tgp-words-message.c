/* See tgp-words-message.h. */
#include "tgp-words-message.h"

#include "tgp-gettext.h"

/* --- a message --- */

/* What stands for a message that is no text. */
static const char *
content_label (TalkContent content)
{
    switch (content) {
    case TALK_CONTENT_TEXT:
        return NULL;
    case TALK_CONTENT_PHOTO:
        return _ ("photo");
    case TALK_CONTENT_VIDEO:
        return _ ("video");
    case TALK_CONTENT_AUDIO:
        return _ ("audio");
    case TALK_CONTENT_VOICE:
        return _ ("voice message");
    case TALK_CONTENT_FILE:
        return _ ("file");
    case TALK_CONTENT_STICKER:
        return _ ("sticker");
    case TALK_CONTENT_GEO:
    case TALK_CONTENT_VENUE:
        return _ ("place");
    case TALK_CONTENT_CONTACT:
        return _ ("contact");
    case TALK_CONTENT_MISSING:
        return _ ("missing file");
    case TALK_CONTENT_UNSUPPORTED:
        break;
    }
    return _ ("unsupported message");
}

char *
tgp_words_message (const TalkMessage *message, const char *quote)
{
    GString *text = g_string_new (NULL);
    const char *label = message->part == 0 ? content_label (message->content) : NULL;

    if (quote != NULL)
        g_string_append_printf (text, "> %s\n", quote);
    if (label != NULL && message->detail != NULL)
        g_string_append_printf (text, "[%s: %s]", label, message->detail);
    else if (label != NULL)
        g_string_append_printf (text, "[%s]", label);
    if (label != NULL && *message->text != '\0')
        g_string_append_c (text, ' ');
    g_string_append (text, message->text);
    if (message->hidden > 0) {
        g_autofree char *more = g_strdup_printf (
            ngettext ("\u2026 %d character not shown", "\u2026 %d characters not shown",
                      (unsigned long)message->hidden),
            (int)message->hidden);
        g_string_append_printf (text, "\n%s", more);
    }
    return g_string_free (text, FALSE);
}

const char *
tgp_words_earlier (void)
{
    return _ ("(earlier message)");
}

char *
tgp_words_again (const char *text)
{
    return g_strdup_printf (_ ("(again) %s"), text);
}

/* --- how many wait --- */

char *
tgp_words_unread (unsigned n)
{
    return g_strdup_printf (ngettext ("%u unread", "%u unread", n), n);
}

char *
tgp_words_unread_in (const char *state, unsigned n)
{
    return g_strdup_printf (ngettext ("%s, %u unread", "%s, %u unread", n), state, n);
}

char *
tgp_words_greeting (const char *who, unsigned n)
{
    return g_strdup_printf (ngettext ("%s: %u unread", "%s: %u unread", n), who, n);
}

/* --- what goes unseen --- */

char *
tgp_words_deleted_unseen (const char *who, unsigned n)
{
    if (who == NULL)
        return g_strdup_printf (
            ngettext ("%u message that was deleted had not been seen by you.",
                      "%u messages that were deleted had not been seen by you.", n),
            n);
    if (n == 1)
        return g_strdup_printf (_ ("A message you had not seen was deleted by %s."), who);
    return g_strdup_printf (ngettext ("%u message you had not seen was deleted by %s.",
                                      "%u messages you had not seen were deleted by %s.",
                                      n),
                            n, who);
}

char *
tgp_words_erased_unseen (unsigned n)
{
    return g_strdup_printf (ngettext ("%u message you had not seen was erased.",
                                      "%u messages you had not seen were erased.", n),
                            n);
}

char *
tgp_words_not_kept (unsigned n)
{
    return g_strdup_printf (
        ngettext ("%u older message could not be shown, and is not kept any more.",
                  "%u older messages could not be shown, and are not kept any more.", n),
        n);
}

/* --- what is not sent --- */

const char *
tgp_words_not_sent (TalkCode code)
{
    switch (code) {
    case TALK_DONE:
        return NULL;
    case TALK_IS_CLOSED:
    case TALK_NO_CHAT:
        return _ ("Not sent: this secret chat has ended. /secret new starts a new one.");
    case TALK_NOT_READY:
        return _ ("Not sent: this secret chat is not ready yet.");
    case TALK_IS_OFFLINE:
        return _ ("Not sent: the account is offline.");
    case TALK_INVALID:
    case TALK_NO_PERSON:
    case TALK_NOTHING:
    case TALK_NO_RANDOM:
        break;
    }
    return _ ("Not sent: that is not possible now.");
}

const char *
tgp_words_server_refused (TalkUnsent why)
{
    switch (why) {
    case TALK_UNSENT_DATA:
        return _ ("Not sent: the server refused this message's data.");
    case TALK_UNSENT_TOO_LONG:
        return _ ("Not sent: this message is too long.");
    case TALK_UNSENT_BLOCKED:
        return _ ("Not sent: this person has blocked you.");
    case TALK_UNSENT_DELETED:
        return _ ("Not sent: this person's account was deleted.");
    case TALK_UNSENT_CLOSED:
        return _ ("Not sent: this secret chat has ended.");
    case TALK_UNSENT_REFUSED:
        break;
    }
    return _ ("Not sent: the server refused this message.");
}

const char *
tgp_words_not_stored (void)
{
    return _ ("Not sent: the text could not be stored.");
}

const char *
tgp_words_stands_together (void)
{
    return _ (
        "Not sent: the entry of this secret chat stands together with another one.");
}

const char *
tgp_words_secret_only (gboolean known)
{
    return known
               ? _ ("Not sent: this program writes in secret chats only. Type /secret to "
                    "start one with this person.")
               : _ ("Not sent: this program writes in secret chats only.");
}

char *
tgp_words_no_command (const char *word, gboolean letters)
{
    return letters ? g_strdup_printf (_ ("Not sent: there is no command /%s here. /help "
                                         "lists them; //%s sends it as text."),
                                      word, word)
                   : g_strdup_printf (
                         _ ("Not sent: there is no command /%s here. /help lists them."),
                         word);
}

char *
tgp_words_stand_above (unsigned n)
{
    return g_strdup_printf (
        ngettext ("%u message was not sent; its text stands above.",
                  "%u messages were not sent; their texts stand above.", n),
        n);
}

const char *
tgp_words_taken_now (void)
{
    return _ ("The server has taken your message now.");
}
