/* Sentences about an account (see tgp-words-account.h). Each says what can be done, or that
 * nothing has to. */
#include "tgp-words-account.h"

#include "tgp-gettext.h"

const char *
tgp_words_about (void)
{
    return _ ("End-to-end encrypted secret chats over an MTProto connection of its own.");
}

/* --- on the way to be online --- */

const char *
tgp_words_step (TalkStep step)
{
    switch (step) {
    case TALK_STEP_CONNECTING:
        return _ ("Connecting");
    case TALK_STEP_EXCHANGING_KEY:
        return _ ("Agreeing on a key");
    case TALK_STEP_LOGGING_IN:
        return _ ("Logging in");
    case TALK_STEP_SYNCHRONISING:
        return _ ("Fetching what was missed");
    case TALK_STEP_ONLINE:
        break; /* nothing to say */
    }
    return NULL;
}

char *
tgp_words_about_time (int64_t seconds)
{
    int minutes = (int)((seconds + 59) / 60), hours = minutes / 60, days = hours / 24;
    int large = days > 0 ? days : hours, small = days > 0 ? hours % 24 : minutes % 60;

    if (hours == 0)
        return g_strdup_printf (
            ngettext ("%d minute", "%d minutes", (unsigned long)minutes), minutes);
    g_autofree char *first = g_strdup_printf (
        days > 0 ? ngettext ("%d day", "%d days", (unsigned long)large)
                 : ngettext ("%d hour", "%d hours", (unsigned long)large),
        large);
    if (small == 0)
        return g_steal_pointer (&first);
    g_autofree char *second = g_strdup_printf (
        days > 0 ? ngettext ("%d hour", "%d hours", (unsigned long)small)
                 : ngettext ("%d minute", "%d minutes", (unsigned long)small),
        small);
    /* TRANSLATORS: two parts of a time: "1 hour 23 minutes" */
    return g_strdup_printf (_ ("%s %s"), first, second);
}

static char *
no_connection (const char *error)
{
    return error != NULL
               ? g_strdup_printf (_ ("No connection to the server (%s)."), error)
               : g_strdup (_ ("No connection to the server."));
}

char *
tgp_words_wait (TalkWait why, const char *error)
{
    switch (why) {
    case TALK_WAIT_NONE:
    case TALK_WAIT_NETWORK:
        return no_connection (error);
    case TALK_WAIT_NO_ANSWER:
        return g_strdup (_ ("The server does not answer."));
    case TALK_WAIT_GARBAGE:
        return g_strdup (
            _ ("The connection is disturbed: what arrives does not come from "
               "the server."));
    case TALK_WAIT_EXCHANGE:
        return g_strdup (_ ("No key can be agreed on with the server: the connection may "
                            "be disturbed."));
    case TALK_WAIT_LOGIN_UNKNOWN:
        return g_strdup (_ ("The answer is that this session is not known. Anybody on "
                            "the way can say so: nothing is deleted for that."));
    case TALK_WAIT_BUSY:
        return g_strdup (_ ("There are too many connections from here to the server."));
    case TALK_WAIT_WRONG_SERVER:
        return g_strdup (
            _ ("The answer is that this is another server than the account's. "
               "If you set a server in the account's Advanced settings, "
               "check it."));
    case TALK_WAIT_REFUSED:
        return g_strdup (_ ("The server refuses the connection."));
    case TALK_WAIT_SERVER_KEY:
        return g_strdup (
            _ ("The server cannot prove who it is. If you set a server and its "
               "public key file in the account's Advanced settings, check "
               "them; else somebody on the way may stand in its place."));
    case TALK_WAIT_FLOOD:
        return g_strdup (_ ("There were too many attempts to log in."));
    case TALK_WAIT_CODE:
        return g_strdup (_ ("A login code was asked for a moment ago."));
    case TALK_WAIT_SERVER_ERROR:
        return g_strdup (_ ("The server has a fault of its own."));
    case TALK_WAIT_PROXY:
        return g_strdup (
            _ ("The MTProxy does not accept its secret, or another server answers in its "
               "place. Check the link in the account's Advanced settings, and this "
               "computer's clock."));
    }
    return no_connection (error);
}

char *
tgp_words_wait_for (const char *why, int64_t seconds)
{
    g_autofree char *time = seconds >= 60 ? tgp_words_about_time (seconds) : NULL;

    return time != NULL ? g_strdup_printf (_ ("%s Trying again in %s."), why, time)
                        : g_strdup_printf (_ ("%s Trying again."), why);
}

const char *
tgp_words_connected (void)
{
    return _ ("The connection is there again.");
}

/* --- until the user does something --- */

/* Of what is stored, and of the session; NULL: another one. */
static char *
account_text (TalkOffline why, const char *detail)
{
    switch (why) {
    case TALK_OFFLINE_STORE:
        return g_strdup_printf (_ ("The account's data cannot be read or written: %s"),
                                detail);
    case TALK_OFFLINE_STORE_LOCKED:
        return g_strdup (_ ("This account is in use by another program."));
    case TALK_OFFLINE_STORE_KEY:
        return g_strdup_printf (_ ("The account's data cannot be opened, because their "
                                   "key is missing, damaged "
                                   "or another one: %s. Put seal.key back from where it "
                                   "was moved; without it "
                                   "only a new login helps."),
                                detail);
    case TALK_OFFLINE_STORE_NEWER:
        return g_strdup (
            _ ("This account's data were written by a newer version of this program, "
               "which this one cannot read. Nothing was changed. Use the newer version "
               "again."));
    case TALK_OFFLINE_KEY_SERVICE:
        return g_strdup_printf (
            _ ("The key of the account's data is in the desktop's keyring, which does "
               "not hand it out: %s. Unlock it, then switch the account on again."),
            detail);
    case TALK_OFFLINE_KEY_TOKEN:
        return g_strdup (
            _ ("The account's data are sealed with another password than the account has "
               "now. Set the old one again."));
    case TALK_OFFLINE_LOGGED_OUT:
        return g_strdup (_ ("This session was ended. Its secret chats have ended; log in "
                            "again to start new ones."));
    case TALK_OFFLINE_DELETED:
        return g_strdup (
            _ ("This Telegram account was deleted or banned. Its secret chats "
               "have ended."));
    case TALK_OFFLINE_KEY_DUPLICATED:
        return g_strdup (_ ("This account's key is in use in two places: was the profile "
                            "copied? Log in again."));
    case TALK_OFFLINE_OTHER_USER:
        return g_strdup (_ (
            "The server says that this is another user than before. What is stored here "
            "belongs to the one before, and is kept. To start anew, remove this account, "
            "start the program again, and add the account."));
    case TALK_OFFLINE_ENVIRONMENT:
        return g_strdup (_ (
            "What is stored here belongs to the other of Telegram's two worlds: \"Test "
            "environment\" in the account's settings is not as it was. Nothing was "
            "changed. Set it as it was, or add another account."));
    case TALK_OFFLINE_CANCELLED:
        return g_strdup (_ ("The login was cancelled."));
    case TALK_OFFLINE_NETWORK:
    case TALK_OFFLINE_NO_API_ID:
    case TALK_OFFLINE_API_ID_INVALID:
    case TALK_OFFLINE_API_ID_PUBLISHED:
    case TALK_OFFLINE_SERVER_ADDRESS:
    case TALK_OFFLINE_SERVER_KEY:
    case TALK_OFFLINE_PHONE_INVALID:
    case TALK_OFFLINE_PHONE_BANNED:
    case TALK_OFFLINE_SIGN_UP_NEEDED:
    case TALK_OFFLINE_NO_CODE:
    case TALK_OFFLINE_OFFICIAL_APP:
    case TALK_OFFLINE_TOO_OLD:
    case TALK_OFFLINE_PASSWORD_UNKNOWN:
    case TALK_OFFLINE_LOGIN_REFUSED:
    case TALK_OFFLINE_PAYMENT:
    case TALK_OFFLINE_QR_UNUSED:
    case TALK_OFFLINE_CANNOT_ASK:
    case TALK_OFFLINE_PROXY_LINK:
    case TALK_OFFLINE_PROXY_SOCKS:
    case TALK_OFFLINE_PROXY_SERVER:
    case TALK_OFFLINE_PROXY_PORT:
    case TALK_OFFLINE_PROXY_SECRET:
        break; /* of the settings, of the login, or a reason to wait */
    }
    return NULL;
}

/* Of the setting of an MTProxy; NULL: another one. Its text is not shown again: a secret is
 * in it. */
static const char *
proxy_text (TalkOffline why)
{
    switch (why) {
    case TALK_OFFLINE_PROXY_LINK:
        return _ (
            "What is set as the MTProxy is not a link to one. Such a link begins with "
            "tg://proxy or https://t.me/proxy; server:port:secret will do, too. "
            "Correct it in the account's Advanced settings; until then no connection "
            "is made.");
    case TALK_OFFLINE_PROXY_SOCKS:
        return _ (
            "What is set as the MTProxy is a link to a SOCKS proxy. Take it away from "
            "the account's Advanced settings, and enter server and port as the "
            "account's proxy (SOCKS 5); until then no connection is made.");
    case TALK_OFFLINE_PROXY_SERVER:
        return _ (
            "The link to the MTProxy names no server, or one that cannot be. Copy it "
            "again into the account's Advanced settings; until then no connection is "
            "made.");
    case TALK_OFFLINE_PROXY_PORT:
        return _ (
            "The link to the MTProxy names no port, or one that is not a number from "
            "1 to 65535. Copy it again into the account's Advanced settings; until "
            "then no connection is made.");
    case TALK_OFFLINE_PROXY_SECRET:
        return _ (
            "The secret of the MTProxy is missing, incomplete or of an unknown kind. "
            "Copy the whole link again into the account's Advanced settings; until "
            "then no connection is made.");
    default:
        return NULL;
    }
}

/* Of settings, and of the login; NULL: another one. */
static char *
login_text (TalkOffline why, const char *detail)
{
    switch (why) {
    case TALK_OFFLINE_NO_API_ID:
        return g_strdup (_ ("This program was built without an API id. Get your own at "
                            "https://my.telegram.org and enter API id and API hash in "
                            "the account's Advanced settings."));
    case TALK_OFFLINE_API_ID_INVALID:
        return g_strdup (
            _ ("The server refuses this API id and API hash. Check them in the "
               "account's Advanced settings."));
    case TALK_OFFLINE_API_ID_PUBLISHED:
        return g_strdup (_ (
            "This API id has become public, and the server takes no new login with it. "
            "Get your own at https://my.telegram.org and enter API id and API hash in "
            "the account's Advanced settings."));
    case TALK_OFFLINE_SERVER_ADDRESS:
        return g_strdup_printf (
            _ ("\"%s\" is not the address of a server: it needs a name and a port, like "
               "example.org:443. Correct it in the account's Advanced settings."),
            detail);
    case TALK_OFFLINE_SERVER_KEY:
        return g_strdup_printf (
            _ ("\"%s\" cannot be read, or is not the public key of a server (RSA, 2048 "
               "bits). Correct it in the account's Advanced settings."),
            detail);
    case TALK_OFFLINE_PHONE_INVALID:
        return g_strdup (
            _ ("This is not a valid phone number. Use the international form, "
               "like +1 555 0100."));
    case TALK_OFFLINE_PHONE_BANNED:
        return g_strdup (_ (
            "Telegram has banned this phone number. Only Telegram can lift that: try to "
            "log in with an official app, which says how to write to them."));
    case TALK_OFFLINE_SIGN_UP_NEEDED:
        return g_strdup (_ ("There is no account for this number. Register it with an "
                            "official app first."));
    case TALK_OFFLINE_NO_CODE:
        return g_strdup (
            _ ("The server sends no login code for this program. Log in with an official "
               "app first, then here: the code comes to that app. Or tick \"Log in by "
               "scanning a QR code\" in the account's Advanced settings."));
    case TALK_OFFLINE_OFFICIAL_APP:
        return g_strdup (
            _ ("Telegram wants a check that only its own apps can make. Log in with an "
               "official app first, then here."));
    case TALK_OFFLINE_TOO_OLD:
        return g_strdup (_ ("The server takes no new login of this version. Get a newer "
                            "one."));
    case TALK_OFFLINE_PASSWORD_UNKNOWN:
        return g_strdup (_ (
            "The server asks for the password in a way that this version does not know "
            "or that is not safe. Get a newer one."));
    case TALK_OFFLINE_CANNOT_ASK:
        return g_strdup (
            _ ("This program has no way to ask for what is needed to log in. Log "
               "in with another one, like Finch, in the same folder."));
    case TALK_OFFLINE_PAYMENT:
        return g_strdup_printf (
            _ ("Telegram wants to be paid for the code to this number, which only an "
               "official app can do. Log in there first, then here; questions go to %s."),
            detail);
    case TALK_OFFLINE_QR_UNUSED:
        return g_strdup (
            _ ("Nobody scanned the QR code for five minutes. Switch the account on again "
               "to get another one."));
    case TALK_OFFLINE_LOGIN_REFUSED:
        return g_strdup_printf (_ ("The server refused the login (%s)."), detail);
    case TALK_OFFLINE_NETWORK:
    case TALK_OFFLINE_CANCELLED:
    case TALK_OFFLINE_LOGGED_OUT:
    case TALK_OFFLINE_DELETED:
    case TALK_OFFLINE_KEY_DUPLICATED:
    case TALK_OFFLINE_OTHER_USER:
    case TALK_OFFLINE_ENVIRONMENT:
    case TALK_OFFLINE_STORE:
    case TALK_OFFLINE_STORE_LOCKED:
    case TALK_OFFLINE_STORE_KEY:
    case TALK_OFFLINE_STORE_NEWER:
    case TALK_OFFLINE_KEY_SERVICE:
    case TALK_OFFLINE_KEY_TOKEN:
    case TALK_OFFLINE_PROXY_LINK:
    case TALK_OFFLINE_PROXY_SOCKS:
    case TALK_OFFLINE_PROXY_SERVER:
    case TALK_OFFLINE_PROXY_PORT:
    case TALK_OFFLINE_PROXY_SECRET:
        break; /* of the account, of a setting, or a reason to wait */
    }
    return NULL;
}

char *
tgp_words_offline (TalkOffline why, const char *detail)
{
    const char *known = detail != NULL ? detail : "?";
    char *text = g_strdup (proxy_text (why));

    if (text == NULL)
        text = login_text (why, known);
    if (text == NULL)
        text = account_text (why, known);
    return text != NULL ? text : g_strdup (_ ("Unknown error"));
}

/* --- the key of what is stored --- */

const char *
tgp_words_passphrase (TgpPassphrase what)
{
    switch (what) {
    case TGP_PASSPHRASE_TYPE:
        return _ ("It is asked for at every start. Leave it empty to remove it.");
    case TGP_PASSPHRASE_TYPE_AGAIN:
        return _ ("The same once more.");
    case TGP_PASSPHRASE_DIFFER:
        return _ ("The two passphrases differ.");
    case TGP_PASSPHRASE_AS_BEFORE:
        return _ ("The passphrase for stored keys is as before.");
    case TGP_PASSPHRASE_SET:
        return _ ("The stored keys are sealed with this passphrase. Without it nobody "
                  "can read them, you included.");
    case TGP_PASSPHRASE_NONE:
        return _ ("The stored keys need no passphrase now.");
    }
    return NULL;
}

const char *
tgp_words_token (void)
{
    return _ ("The stored keys of this account are sealed with a new random password, "
              "which BitlBee keeps as the account's. Type \"save\" so that it is not "
              "lost.");
}

/* --- removed --- */

char *
tgp_words_session_stays (const char *username)
{
    return g_strdup_printf (_ ("The session of %s at the server stays."), username);
}

const char *
tgp_words_session_end (void)
{
    return _ (
        "To end it, open another Telegram app, Settings > Devices. Or add the account "
        "again, choose \"Log out at the server...\" in its menu, and remove it then. "
        "What is stored here is erased when this program starts again without the "
        "account.");
}

/* --- told while it is online --- */

char *
tgp_words_trouble (TalkTrouble what, int64_t number, const char *who)
{
    switch (what) {
    case TALK_TROUBLE_CATCHING_UP:
        return g_strdup (_ ("The server has not yet told what was missed; it is asked "
                            "again and again. What you write meanwhile waits."));
    case TALK_TROUBLE_OVER:
        return g_strdup (_ ("What was missed has arrived."));
    case TALK_TROUBLE_SKIPPED:
        return g_strdup_printf (
            ngettext ("The server sent %d piece of news that was too large to be read. "
                      "It was left out.",
                      "The server sent %d pieces of news that were too large to be read. "
                      "They were left out.",
                      (unsigned long)number),
            (int)number);
    case TALK_TROUBLE_REFUSED:
    case TALK_TROUBLE_KEPT:
        return g_strdup_printf (
            _ ("Telegram did not do what you asked about %s: try again later."), who);
    case TALK_TROUBLE_NOT_ADDED:
        return g_strdup_printf (
            _ ("%s stands in this list, but Telegram did not add them "
               "to your contacts: try again later."),
            who);
    case TALK_TROUBLE_FROZEN:
        return g_strdup (_ ("Telegram has frozen this account, so this was not done. An "
                            "official app says why, and how to ask for it back."));
    }
    return NULL;
}

const char *
tgp_words_cloud (void)
{
    return _ ("(You have an ordinary message. This program shows secret chats only: open "
              "another Telegram app to read it.)");
}

const char *
tgp_words_login_code (void)
{
    return _ (
        "Do not pass on this code to anybody, whoever asks for it: with it others can "
        "log in as you. If you did not ask for one yourself, somebody else did.");
}
