/* Commands about a person, at Telegram: /contact, /block, /unblock. */
#include "tgp-command.h"

#include "tgp-ends.h"
#include "tgp-find.h"
#include "tgp-people.h"

#include <stdlib.h>
#include <string.h>

/* The place of " as ", whatever its case; NULL: there is none. */
static const char *
behind_whom (const char *who)
{
    for (const char *p = strchr (who, ' '); p != NULL; p = strchr (p + 1, ' '))
        if (g_ascii_strncasecmp (p, " as ", 4) == 0)
            return p;
    return NULL;
}

/* "+49 151 2345 as Carla", "@carla": `args` is what follows the word "add". */
static char *
add (PurpleConversation *conv, const char *args)
{
    TgpAccount *tgp;
    char *problem = NULL;
    const char *as = behind_whom (args);
    g_autofree char *who =
        as != NULL ? g_strndup (args, (size_t)(as - args)) : g_strdup (args);
    g_autofree char *alias = as != NULL ? g_strstrip (g_strdup (as + 4)) : NULL;

    if (!tgp_command_account (conv, &tgp, &problem))
        return problem;
    return (alias == NULL || *alias != '\0') &&
                   tgp_find_and_add (tgp, g_strstrip (who), alias)
               ? NULL
               : tgp_words_misused (TGP_COMMAND_CONTACT);
}

/* How this person is called at the server. */
static char *
name (PurpleConversation *conv, const char *args)
{
    TgpAccount *tgp;
    int64_t user_id;
    char *problem = NULL;

    if (*args == '\0')
        return tgp_words_misused (TGP_COMMAND_CONTACT);
    if (!tgp_command_person (conv, &tgp, &user_id, &problem))
        return problem;
    switch (tgp_people_name (tgp, conv, user_id, args)) {
    case TALK_DONE:
        return NULL;
    case TALK_INVALID:
        return tgp_command_problem (TGP_NO_NAME);
    case TALK_IS_OFFLINE:
        return tgp_command_problem (TGP_OFFLINE);
    default:
        return tgp_command_problem (TGP_NOT_POSSIBLE);
    }
}

/* What needs no person; FALSE: it is something else. */
static gboolean
is_list (PurpleConversation *conv, const char *word, const char *args, char **problem)
{
    gboolean search = tgp_command_is (word, "search") && *args != '\0';
    gboolean blocked = tgp_command_is (word, "blocked") && *args == '\0';
    TgpAccount *tgp;

    if ((search || blocked) && tgp_command_account (conv, &tgp, problem)) {
        if (search)
            tgp_people_search (tgp, conv, args);
        else
            tgp_people_blocked (tgp, conv);
    }
    return search || blocked;
}

char *
tgp_command_contact (PurpleConversation *conv, const char *args)
{
    TgpAccount *tgp;
    int64_t user_id;
    char *problem = NULL;

    const char *more = args;
    g_autofree char *word = tgp_command_word (&more);

    if (tgp_command_is (word, "add"))
        return add (conv, more);
    if (tgp_command_is (word, "name"))
        return name (conv, more);
    if (is_list (conv, word, more, &problem))
        return problem;
    if (!tgp_command_is (args, "delete"))
        return tgp_words_misused (TGP_COMMAND_CONTACT);
    if (!tgp_command_person (conv, &tgp, &user_id, &problem))
        return problem;
    tgp_ends_ask_delete_contact (tgp, user_id);
    return NULL;
}

char *
tgp_command_block (PurpleConversation *conv, const char *args)
{
    TgpAccount *tgp;
    int64_t user_id;
    char *problem = NULL;

    if (*args != '\0')
        return tgp_words_misused (TGP_COMMAND_BLOCK);
    if (!tgp_command_person (conv, &tgp, &user_id, &problem))
        return problem;
    tgp_ends_ask_block (tgp, user_id);
    return NULL;
}

char *
tgp_command_unblock (PurpleConversation *conv, const char *args)
{
    TgpAccount *tgp;
    int64_t user_id;
    char *problem = NULL;
    int number = 0;

    if (*args != '\0' && strspn (args, G_CSET_DIGITS) == strlen (args))
        number = strlen (args) < 6 ? atoi (args) : G_MAXINT;
    if (*args != '\0' && number == 0)
        return tgp_words_misused (TGP_COMMAND_UNBLOCK);
    if (!tgp_command_account (conv, &tgp, &problem))
        return problem;
    if (number > 0)
        tgp_people_unblock (tgp, conv, number);
    else if (tgp_command_person (conv, &tgp, &user_id, &problem))
        tgp_ends_ask_unblock (tgp, user_id);
    return problem;
}
