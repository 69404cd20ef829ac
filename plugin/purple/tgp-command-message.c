/* Commands about single messages: /delete. */
#include "tgp-command.h"

#include "tgp-ends.h"

char *
tgp_command_delete (PurpleConversation *conv, const char *args)
{
    TgpAccount *tgp;
    int32_t chat_id;
    char *problem = NULL;

    if (!tgp_command_chat (conv, &tgp, &chat_id, &problem))
        return problem;
    if (*args == '\0')
        return tgp_command_report (tgp_ends_typed_delete (tgp, chat_id));
    if (!tgp_command_is (args, "all"))
        return tgp_words_misused (TGP_COMMAND_DELETE);
    tgp_ends_ask_flush (tgp, chat_id);
    return NULL;
}
