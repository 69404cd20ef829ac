/* See tgp-words-session.h. */
#include "tgp-words-session.h"

#include "tgp-gettext.h"
#include "tgp-words.h"

char *
tgp_words_session (const TalkLogin *login, int number)
{
    g_autofree char *device = tgp_words_column (login->device);
    g_autofree char *app = tgp_words_column (login->app);
    g_autofree char *place =
        tgp_words_column (*login->place != '\0' ? login->place : "?");
    g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (login->active);
    g_autofree char *time =
        when != NULL ? g_date_time_format (when, "%x %H:%M") : g_strdup ("?");

    return g_strdup_printf ("%d | %s, %s | %s | %s | %s", number, device, app, place,
                            login->here ? _ ("this one") : time,
                            login->secrets ? _ ("may receive secret chats")
                                           : _ ("receives no secret chats"));
}

const char *
tgp_words_sessions_how (void)
{
    return _ ("/sessions end 2 ends a session; /sessions secret 2 no keeps secret chats "
              "from it, /sessions secret 2 yes lets them come.");
}

const char *
tgp_words_no_sessions (void)
{
    return _ ("The list of sessions cannot be fetched now. Try again later.");
}

char *
tgp_words_no_session (int number)
{
    return g_strdup_printf (_ ("There is no session %d. /sessions lists them."), number);
}

const char *
tgp_words_sessions_first (void)
{
    return _ ("A number is that of the list that you saw last: /sessions shows it.");
}

char *
tgp_words_session_gone (int number)
{
    return g_strdup_printf (_ ("Session %d of the list that you saw is not there any "
                               "more. /sessions lists those that are."),
                            number);
}

const char *
tgp_words_session_here (void)
{
    return _ ("That is this program's own session: \"Log out at the server...\" in the "
              "account's menu "
              "ends it.");
}

char *
tgp_words_end_session (const TalkLogin *login)
{
    return g_strdup_printf (_ ("End the session of %s?"), login->device);
}

const char *
tgp_words_end_session_how (void)
{
    return _ ("That device has to log in again, and its secret chats end.");
}

const char *
tgp_words_session_done (void)
{
    return _ ("Done.");
}

const char *
tgp_words_session_refused (void)
{
    return _ (
        "Telegram did not do that. A session younger than a day may not end others.");
}

char *
tgp_words_new_session (const TalkLogin *login)
{
    return g_strdup_printf (_ ("Somebody logged in to your account: %s, %s. Was it you?"),
                            *login->device != '\0' ? login->device : "?",
                            *login->place != '\0' ? login->place : "?");
}

const char *
tgp_words_new_session_how (void)
{
    return _ ("If it was not you, end that session and change your password in an "
              "official app.");
}

const char *
tgp_words_terms (void)
{
    return _ ("Telegram has new terms of service. Do you accept them?");
}

const char *
tgp_words_terms_how (void)
{
    return _ (
        "They are shown in a window of their own. If you do not accept them, nothing "
        "happens here.");
}
