/* See tgp-words-message.h. */
#include "tgp-words-message.h"

#include "tgp-gettext.h"
#include "tgp-words-media.h"
#include "tgp-words.h"

/* --- a message --- */

/* A place ends with its two numbers: a map of it, which nobody asks for but who follows the
 * link. */
static void
append_map (GString *text, const char *detail)
{
    g_auto (GStrv) words = g_strsplit (detail, ", ", 0);
    unsigned n = g_strv_length (words);

    if (n < 2)
        return;
    const char *lat = words[n - 2], *lon = words[n - 1];
    g_string_append_printf (
        text, " https://www.openstreetmap.org/?mlat=%s&mlon=%s#map=16/%s/%s", lat, lon,
        lat, lon);
}

char *
tgp_words_message (const TalkMessage *message, const char *quote, size_t *at)
{
    GString *text = g_string_new (NULL);
    g_autofree char *media = message->part == 0 ? tgp_words_media (message) : NULL;

    if (quote != NULL)
        g_string_append_printf (text, TGP_ANSWERS "%s\n", quote);
    if (media != NULL)
        g_string_append (text, media);
    if (media != NULL && message->detail != NULL &&
        (message->content == TALK_CONTENT_GEO || message->content == TALK_CONTENT_VENUE))
        append_map (text, message->detail);
    if (media != NULL && *message->text != '\0')
        g_string_append_c (text, ' ');
    *at = text->len;
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

/* --- behind its line --- */

#define HARD "\u00a0" /* a blank that does not break */

char *
tgp_words_timer_sign (int32_t ttl, TgpSigns signs)
{
    g_autofree char *time = tgp_words_short (ttl);
    g_auto (GStrv) words = g_strsplit (time, " ", 0);
    g_autofree char *joined = g_strjoinv (signs == TGP_SIGNS_WORDS ? "" : HARD, words);

    return signs == TGP_SIGNS_CLOCKS ? g_strconcat ("\u23f1" HARD, joined, NULL)
                                     : g_strdup_printf ("[%s]", joined);
}

static const char *
own_word (TalkOwn own)
{
    return own == TALK_OWN_READ   ? _ ("read")
           : own == TALK_OWN_SENT ? _ ("sent")
                                  : _ ("waiting");
}

/* All of one width: a line that wraps stays as it is. */
static const char *
own_ticks (TalkOwn own)
{
    return own == TALK_OWN_READ   ? "\u2713\u2713"
           : own == TALK_OWN_SENT ? "\u2713" HARD
                                  : "\u25f7" HARD;
}

char *
tgp_words_sign (TalkOwn own, int32_t ttl, TgpSigns signs)
{
    gboolean words = signs == TGP_SIGNS_WORDS;
    g_autofree char *word =
        words ? g_strdup_printf ("[%s]", own_word (own)) : g_strdup (own_ticks (own));
    g_autofree char *timer = ttl > 0 ? tgp_words_timer_sign (ttl, signs) : g_strdup ("");

    return g_strconcat (word, ttl > 0 && !words ? HARD : "", timer, NULL);
}

char *
tgp_words_numbered (int32_t number, const char *sign)
{
    return number > 0
               ? g_strdup_printf ("#%d%s%s", number, *sign != '\0' ? HARD : "", sign)
               : g_strdup (sign);
}

/* --- on demand --- */

char *
tgp_words_where (const char *when, TalkOwn own)
{
    /* Translators: %s is the time of day at which a message was written */
    switch (own) {
    case TALK_OWN_WAITING:
        return g_strdup_printf (_ ("%s: waiting, the server does not have it yet"), when);
    case TALK_OWN_SENT:
        return g_strdup_printf (_ ("%s: at the server, not read yet"), when);
    case TALK_OWN_READ:
        return g_strdup_printf (_ ("%s: read"), when);
    case TALK_OWN_REFUSED:
        break;
    }
    return g_strdup_printf (_ ("%s: not sent"), when);
}

/* Rounded up to what a person counts in. */
static char *
rest_of (int64_t left)
{
    int64_t seconds = MIN ((left + 999) / 1000, G_MAXINT32 - 86400);
    int64_t unit = seconds >= 2 * 86400  ? 86400
                   : seconds >= 2 * 3600 ? 3600
                   : seconds >= 2 * 60   ? 60
                                         : 1;

    return tgp_words_duration ((int32_t)MAX ((seconds + unit - 1) / unit * unit, 1));
}

/* Of one whose time has not begun. */
static char *
not_begun (const char *when, const TalkKnown *known)
{
    g_autofree char *time = tgp_words_duration (known->ttl);

    if (known->outgoing)
        return known->opens
                   ? g_strdup_printf (
                         _ ("%s, your message: disappears %s after it is opened"), when,
                         time)
                   : g_strdup_printf (
                         _ ("%s, your message: disappears %s after it is read"), when,
                         time);
    return known->opens
               ? g_strdup_printf (_ ("%s, to you: disappears %s after you open it"), when,
                                  time)
               : g_strdup_printf (_ ("%s, to you: disappears %s after you see it"), when,
                                  time);
}

char *
tgp_words_left (const char *when, const TalkKnown *known)
{
    if (known->left < 0)
        return not_begun (when, known);
    g_autofree char *time = rest_of (known->left);
    return known->outgoing
               ? g_strdup_printf (_ ("%s, your message: disappears in %s"), when, time)
               : g_strdup_printf (_ ("%s, to you: disappears in %s"), when, time);
}

const char *
tgp_words_last_own (void)
{
    return _ ("Your last messages:");
}

const char *
tgp_words_last_timed (void)
{
    return _ ("The last messages with a timer:");
}

const char *
tgp_words_keeps_lines (void)
{
    return _ (
        "This program cannot take lines off your screen: when the time of a message "
        "is over, it stays here until you clear it, and you are told.");
}

char *
tgp_words_lines_stay (unsigned n)
{
    return g_strdup_printf (
        ngettext (
            "%u message is deleted, or its time is over. This program cannot take it "
            "off your screen: clear it yourself.",
            "%u messages are deleted, or their time is over. This program cannot "
            "take them off your screen: clear them yourself.",
            n),
        n);
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
    return g_strdup_printf (ngettext ("%u unread, %s", "%u unread, %s", n), n, state);
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
tgp_words_declined_unsent (void)
{
    return _ ("Not sent: this secret chat was rejected.");
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
tgp_words_secret_only (void)
{
    return _ ("Not sent: this program writes in secret chats only. Type /secret to "
              "start one with this person.");
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
