/* Commands about the account itself: /sessions. */
#include "tgp-command.h"

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
