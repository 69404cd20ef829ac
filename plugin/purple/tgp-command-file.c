/* Commands about files: /save, /cancel. */
#include "tgp-command.h"

#include "tgp-begins.h"
#include "tgp-named.h"
#include "tgp-save.h"
#include "tgp-words-media.h"

/* The message that is named first; `rest`: what follows. */
static TgpNamed *
take_named (PurpleConversation *conv, const char **rest, TgpCommand command,
            TgpAccount **tgp, int32_t *chat_id, char **problem)
{
    gboolean quoted;

    if (!tgp_command_chat (conv, tgp, chat_id, problem))
        return NULL;
    if (**rest == '\0') {
        *problem = tgp_words_misused (command);
        return NULL;
    }
    g_autofree char *name = tgp_begins_take (rest, &quoted);
    return tgp_named_find (*tgp, *chat_id, name, quoted, TGP_LAST_FILE, problem);
}

char *
tgp_command_save (PurpleConversation *conv, const char *args)
{
    TgpAccount *tgp;
    int32_t chat_id;
    char *problem = NULL;
    g_autoptr (TgpNamed) named =
        take_named (conv, &args, TGP_COMMAND_SAVE, &tgp, &chat_id, &problem);

    if (named == NULL)
        return problem;
    const char *rest = args;
    gboolean quoted;
    g_autofree char *path = tgp_begins_take (&rest, &quoted);
    return tgp_save_start (tgp, chat_id, named, quoted && *rest == '\0' ? path : args);
}

char *
tgp_command_cancel (PurpleConversation *conv, const char *args)
{
    TgpAccount *tgp;
    int32_t chat_id;
    char *problem = NULL;
    g_autoptr (TgpNamed) named =
        take_named (conv, &args, TGP_COMMAND_CANCEL, &tgp, &chat_id, &problem);

    if (named == NULL)
        return problem;
    if (*args != '\0')
        return tgp_words_misused (TGP_COMMAND_CANCEL);
    return tg_secret_save_cancel (tgp->client, chat_id, named->message.id)
               ? NULL
               : tgp_words_not_saving (named->message.number);
}
