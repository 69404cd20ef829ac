/* See tgp-words-login.h. Each text is made of whole sentences, with a blank between them. */
#include "tgp-words-login.h"

#include "tgp-gettext.h"
#include "tgp-words-account.h"

static void
add (GString *text, const char *sentence)
{
    if (sentence != NULL && *sentence != '\0')
        g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", sentence);
}

static void G_GNUC_PRINTF (2, 3) add_with (GString *text, const char *format, ...)
{
    va_list args;

    va_start (args, format);
    g_autofree char *sentence = g_strdup_vprintf (format, args);
    va_end (args);
    add (text, sentence);
}

/* --- codes --- */

static void
add_length (GString *text, int length)
{
    if (length > 0)
        add_with (
            text,
            ngettext ("It has %d character.", "It has %d characters.", (unsigned)length),
            length);
}

static void
add_caller (GString *text, const TalkAsk *ask)
{
    if (ask->length > 0)
        add_with (text,
                  ngettext ("You are being called: enter the last digit of the caller's "
                            "number.",
                            "You are being called: enter the last %d digits of the "
                            "caller's number.",
                            (unsigned)ask->length),
                  ask->length);
    else
        add (text, _ ("You are being called: enter the last digits of the caller's "
                      "number."));
    if (ask->part != NULL)
        add_with (text, _ ("It begins with %s."), ask->part);
}

static void
add_words (GString *text, const TalkAsk *ask, gboolean one)
{
    add (text, one ? _ ("The login code was sent to you as a text message: it is a word.")
                   : _ ("The login code was sent to you as a text message: it is several "
                        "words."));
    if (ask->part != NULL)
        add_with (text, _ ("It begins with \"%s\"."), ask->part);
}

/* How the code comes (MT-F11). */
static void
add_how (GString *text, const TalkAsk *ask)
{
    const char *how = ask->detail != NULL ? ask->detail : "";

    if (g_str_equal (how, "missed-call")) {
        add_caller (text, ask);
        return;
    }
    if (g_str_equal (how, "app"))
        add (text, _ ("The login code was sent to your other Telegram apps."));
    else if (g_str_equal (how, "sms"))
        add (text, _ ("The login code was sent to you as a text message."));
    else if (g_str_equal (how, "call"))
        add (text, _ ("You are being called on the phone and told the login code."));
    else if (g_str_equal (how, "flash-call"))
        add_with (text,
                  _ ("You are being called: enter the whole number of the caller, which "
                     "looks like %s."),
                  ask->part != NULL ? ask->part : "*");
    else if (g_str_equal (how, "fragment"))
        add_with (text, _ ("The login code waits for you at %s."),
                  ask->part != NULL ? ask->part : "fragment.com");
    else if (g_str_equal (how, "email") && ask->part != NULL)
        add_with (text, _ ("The login code was sent to your e-mail address %s."),
                  ask->part);
    else if (g_str_equal (how, "email"))
        add (text, _ ("The login code was sent to your e-mail address."));
    else if (g_str_equal (how, "word") || g_str_equal (how, "phrase"))
        add_words (text, ask, g_str_equal (how, "word"));
    else if (g_str_equal (how, "none"))
        add (text, _ ("The login code would come in a way that only official apps can "
                      "use."));
    else
        add (text, _ ("Enter the login code that you received."));
    add_length (text, ask->length);
}

static const char *
other_way (const char *other)
{
    static const struct {
        const char *how, *words;
    } ways[] = {
        /* TRANSLATORS: these five end "... asks for another way: %s." */
        { "sms", N_ ("a text message") },
        { "call", N_ ("a call that tells it") },
        { "flash-call", N_ ("a call from a number that is the code") },
        { "missed-call", N_ ("a call from a number that ends in the code") },
        { "fragment", N_ ("fragment.com") },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (ways); i++)
        if (g_str_equal (other, ways[i].how))
            return _ (ways[i].words);
    return NULL;
}

static void
add_other (GString *text, const TalkAsk *ask, gboolean typed)
{
    if (ask->other == NULL)
        return;
    const char *way = other_way (ask->other);
    if (way != NULL)
        add_with (text,
                  typed ? _ ("No code? The answer ? asks for another way: %s.")
                        : _ ("No code? An empty answer asks for another way: %s."),
                  way);
    else
        add (text,
             typed ? _ ("No access to these e-mails? The answer ? has codes sent to your "
                        "phone number again.")
                   : _ ("No access to these e-mails? An empty answer has codes sent to "
                        "your phone number again."));
    if (ask->wait > 0) {
        g_autofree char *time = tgp_words_about_time (ask->wait);
        add_with (text, _ ("That is possible in %s."), time);
    }
}

/* What was wrong with the last answer, first. */
static void
add_why (GString *text, const TalkAsk *ask)
{
    switch (ask->why) {
    case TALK_AGAIN_NONE:
        break;
    case TALK_AGAIN_EARLY:
        add (text, _ ("It is too early for another way."));
        break;
    case TALK_AGAIN_USED_UP:
        add (text, _ ("There is no other way left for the code: wait for it, or try "
                      "again in some hours."));
        break;
    case TALK_AGAIN_ADDRESS:
        add (text, _ ("That is not an e-mail address."));
        break;
    case TALK_AGAIN_REFUSED:
        add (text, _ ("Telegram does not take that e-mail address: use another one."));
        break;
    case TALK_AGAIN_TOO_LATE:
        add (text, _ ("That code came too late."));
        break;
    case TALK_AGAIN_NO_RECOVERY:
        add (text, _ ("This password cannot be recovered by e-mail, only in an official "
                      "app."));
        break;
    }
}

static void
add_code (GString *text, const TalkAsk *ask, gboolean typed)
{
    if (ask->expired)
        add (text, _ ("That code came too late. A new one was sent."));
    else if (ask->again)
        add (text, _ ("That code was wrong."));
    add_how (text, ask);
    add_other (text, ask, typed);
    add (text, _ ("The answer \"qr\" shows a QR code to be scanned in its place."));
}

/* --- what else --- */

static void
add_password (GString *text, const TalkAsk *ask, gboolean typed)
{
    if (ask->again)
        add (text, _ ("That password was wrong."));
    add (text, _ ("This account is protected by a password (two-step verification)."));
    if (ask->detail != NULL && *ask->detail != '\0')
        add_with (text, _ ("Your hint: %s"), ask->detail);
    if (ask->other != NULL)
        add (text, typed ? _ ("Forgotten? The answer ? has a code mailed to you.")
                         : _ ("Forgotten? An empty answer has a code mailed to you."));
}

static void
add_mailed (GString *text, const TalkAsk *ask, gboolean typed)
{
    if (ask->again)
        add (text, _ ("That code was wrong."));
    add_with (text, _ ("A code was sent to your e-mail address %s."),
              ask->part != NULL ? ask->part : "?");
    add_length (text, ask->length);
    if (ask->kind == TALK_ASK_RECOVERY)
        add (
            text,
            _ ("Entering it removes the account's password: set a new one in an official "
               "app afterwards."));
    else
        add (text, typed ? _ ("The answer ? goes back to the address.")
                         : _ ("An empty answer goes back to the address."));
}

char *
tgp_words_ask (const TalkAsk *ask, gboolean typed)
{
    GString *text = g_string_new (NULL);

    add_why (text, ask);
    switch (ask->kind) {
    case TALK_ASK_CODE:
        add_code (text, ask, typed);
        break;
    case TALK_ASK_PASSWORD:
        add_password (text, ask, typed);
        break;
    case TALK_ASK_PASSPHRASE:
        if (ask->again)
            add (text, _ ("That passphrase was wrong."));
        add (text, _ ("The stored keys of this account are sealed with a passphrase of "
                      "yours."));
        break;
    case TALK_ASK_EMAIL:
        add (text, _ ("Telegram wants an e-mail address of yours that login codes are "
                      "sent to."));
        break;
    case TALK_ASK_EMAIL_CODE:
    case TALK_ASK_RECOVERY:
        add_mailed (text, ask, typed);
        break;
    case TALK_ASK_QR:
    case TALK_ASK_LOG_IN_ANEW: /* other questions */
        break;
    }
    return g_string_free (text, FALSE);
}

char *
tgp_words_answer_here (const char *question)
{
    return g_strdup_printf (_ ("%s Write the answer here."), question);
}

/* --- a QR code --- */

const char *
tgp_words_qr_old (void)
{
    return _ ("The QR code is too old. A new one comes as soon as Telegram answers.");
}

const char *
tgp_words_qr (void)
{
    return _ ("Open Telegram on your phone, go to Settings > Devices > Link Desktop "
              "Device, and point the camera at this code. It changes every half minute.");
}

char *
tgp_words_qr_link (const TalkAsk *ask)
{
    GString *text = g_string_new (NULL);

    add (text, _ ("To log in, make a QR code of this link and scan it in Telegram on "
                  "your phone, at Settings > Devices > Link Desktop Device. The link "
                  "changes every half minute."));
    add (text, ask->detail);
    if (ask->other != NULL)
        add (text, _ ("The answer \"code\" has a login code sent in its place."));
    return g_string_free (text, FALSE);
}

char *
tgp_words_qr_new (const char *link)
{
    return g_strdup_printf (_ ("The link to log in is now %s"), link);
}
