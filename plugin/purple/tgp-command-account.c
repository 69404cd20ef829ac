/* Commands about the account itself: /sessions, /profile. */
#include "tgp-command.h"

#include "tgp-profile.h"
#include "tgp-sessions.h"

#include <stdlib.h>

char *
tgp_command_sessions (PurpleConversation *conv, const char *args)
{
    TgpAccount *tgp;
    char *problem = NULL;
    g_autofree char *what = tgp_command_word (&args);
    g_autofree char *number = tgp_command_word (&args);
    int n = atoi (number);
    gboolean end = tgp_command_is (what, "end"), secret = tgp_command_is (what, "secret");
    gboolean yes = tgp_command_is (args, "yes"), no = tgp_command_is (args, "no");

    if ((*what != '\0' && !end && !secret) || (*what != '\0' && n < 1) ||
        (secret ? !yes && !no : *args != '\0'))
        return tgp_words_misused (TGP_COMMAND_SESSIONS);
    if (!tgp_command_account (conv, &tgp, &problem))
        return problem;
    if (end)
        tgp_sessions_end (tgp, conv, n);
    else if (secret)
        tgp_sessions_secret (tgp, conv, n, yes);
    else
        tgp_sessions_list (tgp, conv);
    return NULL;
}

char *
tgp_command_profile (PurpleConversation *conv, const char *args)
{
    TgpAccount *tgp;
    char *problem = NULL;
    g_autofree char *what = tgp_command_word (&args);
    gboolean name = tgp_command_is (what, "name"), about = tgp_command_is (what, "about");

    if (*what != '\0' && ((!name && !about) || *args == '\0'))
        return tgp_words_misused (TGP_COMMAND_PROFILE);
    if (!tgp_command_account (conv, &tgp, &problem))
        return problem;
    if (name)
        tgp_profile_call (tgp, conv, args);
    else if (about)
        tgp_profile_describe (tgp, conv, tgp_command_is (args, "off") ? "" : args);
    else
        tgp_profile_show (tgp, conv);
    return NULL;
}
