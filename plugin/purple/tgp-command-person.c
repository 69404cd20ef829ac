/* Commands about a person, at Telegram: /contact, /block, /unblock. */
#include "tgp-command.h"

#include "tgp-ends.h"

char *
tgp_command_contact (PurpleConversation *conv, const char *args)
{
    TgpAccount *tgp;
    int64_t user_id;
    char *problem = NULL;

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

    if (*args != '\0')
        return tgp_words_misused (TGP_COMMAND_UNBLOCK);
    if (!tgp_command_person (conv, &tgp, &user_id, &problem))
        return problem;
    tgp_ends_ask_unblock (tgp, user_id);
    return NULL;
}
