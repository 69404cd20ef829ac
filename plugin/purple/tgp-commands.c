/* See tgp-commands.h. */
#include "tgp-commands.h"

#include "tgp-command.h"
#include "tgp-conv.h"
#include "tgp-frontend.h"
#include "tgp-text.h"
#include "tgp-words-message.h"

#include <string.h>

/* Where the front end has a list of its own, ours is one in it. */
static char *
slash (PurpleConversation *conv, const char *args)
{
    tgp_notice (conv, tgp_words_slashes ());
    return NULL;
}

static char *
help (PurpleConversation *conv, const char *args)
{
    gboolean one = *args != '\0';
    g_autofree char *name = g_ascii_strdown (args + (*args == '/'), -1);
    g_autoptr (GString) text = g_string_new (one ? NULL : tgp_words_slashes ());
    GList *names = one ? g_list_append (NULL, name) : purple_cmd_list (conv);

    for (GList *l = names; l != NULL; l = l->next) {
        GList *helps = purple_cmd_help (conv, l->data);
        for (GList *h = helps; h != NULL; h = h->next)
            g_string_append_printf (text, "%s/%s", text->len > 0 ? "\n" : "",
                                    (const char *)h->data);
        g_list_free (helps);
    }
    g_list_free (names);
    if (text->len == 0)
        return tgp_command_problem (TGP_NO_COMMAND);
    tgp_notice (conv, text->str);
    return NULL;
}

/* All of them, in the order of /help. README has them, too (lint). */
static const struct {
    const char *name;
    TgpCommandFunc *run;
    TgpCommand help;
} commands[] = {
    { "secret", tgp_command_secret, TGP_COMMAND_SECRET },
    { "ttl", tgp_command_ttl, TGP_COMMAND_TTL },
    { "delete", tgp_command_delete, TGP_COMMAND_DELETE },
    { "reply", tgp_command_reply, TGP_COMMAND_REPLY },
    { "quote", tgp_command_quote, TGP_COMMAND_QUOTE },
    { "photo", tgp_command_photo, TGP_COMMAND_PHOTO },
    { "file", tgp_command_file, TGP_COMMAND_FILE },
    { "files", tgp_command_files, TGP_COMMAND_FILES },
    { "show", tgp_command_show, TGP_COMMAND_SHOW },
    { "play", tgp_command_play, TGP_COMMAND_PLAY },
    { "save", tgp_command_save, TGP_COMMAND_SAVE },
    { "forward", tgp_command_forward, TGP_COMMAND_FORWARD },
    { "cancel", tgp_command_cancel, TGP_COMMAND_CANCEL },
    { "key", tgp_command_key, TGP_COMMAND_KEY },
    { "verify", tgp_command_verify, TGP_COMMAND_VERIFY },
    { "screenshot", tgp_command_screenshot, TGP_COMMAND_SCREENSHOT },
    { "contact", tgp_command_contact, TGP_COMMAND_CONTACT },
    { "block", tgp_command_block, TGP_COMMAND_BLOCK },
    { "unblock", tgp_command_unblock, TGP_COMMAND_UNBLOCK },
    { "sessions", tgp_command_sessions, TGP_COMMAND_SESSIONS },
    { "profile", tgp_command_profile, TGP_COMMAND_PROFILE },
    { "help", help, TGP_COMMAND_HELP },
    { "slash", slash, TGP_COMMAND_SLASH },
};

static PurpleCmdId registered[G_N_ELEMENTS (commands)];

/* What tgp_run_command() was given, whose line libpurple knows no markup of. */
static struct {
    size_t len; /* of the line */
    const TalkSpans *spans;
} given_line;

/* The looks of `text`, which the line ends with, or which was read with its own. */
static TalkSpans *
looks_of (const char *text, const TalkSpans *read, size_t from, size_t len)
{
    size_t all = strlen (text);

    if (read != NULL || given_line.len < all)
        return talk_spans_part (read, from, len);
    return talk_spans_part (given_line.spans, given_line.len - all + from, len);
}

/* Its text is sent: libpurple hands it over as markup. */
static gboolean
keeps_looks (TgpCommand command)
{
    return command == TGP_COMMAND_REPLY || command == TGP_COMMAND_QUOTE ||
           command == TGP_COMMAND_PHOTO || command == TGP_COMMAND_FILE;
}

/* An error is a line of ours, too. Front ends would write it in ways of their own, Finch
 * like a line of the person. */
static PurpleCmdRet
run_cb (PurpleConversation *conv, const char *cmd, char **args, char **error, void *data)
{
    unsigned which = GPOINTER_TO_UINT (data);
    g_autoptr (TalkSpans) read = NULL;
    const char *given = args[0] != NULL ? args[0] : "";
    g_autofree char *typed = keeps_looks (commands[which].help)
                                 ? tgp_text_read (given, &read)
                                 : g_strdup (given);
    const char *start = typed + strspn (typed, " \t\n");
    size_t from = (size_t)(start - typed), len = strlen (start);

    while (len > 0 && g_ascii_isspace (start[len - 1]))
        len--;
    g_autofree char *text = g_strndup (start, len);
    g_autoptr (TalkSpans) spans = looks_of (typed, read, from, len);
    tgp_command_begin (text, spans);
    g_autofree char *problem = commands[which].run (conv, text);
    tgp_command_end ();

    if (problem != NULL && tgp_conv_lives (conv)) /* lines of the command may close it */
        tgp_notice (conv, problem);
    tgp_text_wipe (g_steal_pointer (&typed));
    tgp_text_wipe (g_steal_pointer (&text));
    return PURPLE_CMD_RET_OK;
}

/* A front end that has a list of its own has a "help", too, which would stand there twice. */
static gboolean
is_here (TgpCommand command)
{
    switch (command) {
    case TGP_COMMAND_HELP:
        return !tgp_frontend ()->lists_commands;
    case TGP_COMMAND_SLASH:
        return tgp_frontend ()->lists_commands;
    default:
        return TRUE;
    }
}

static unsigned
what_holds (const TgpFrontend *front)
{
    return (front->unslashes ? TGP_HERE_UNSLASHES : 0) |
           (front->media != NULL ? TGP_HERE_SHOWS : 0) |
           (front->windows == TGP_WINDOWS_PIDGIN ? TGP_HERE_INSERTS : 0) |
           (front->elsewhere ? TGP_HERE_ELSEWHERE : 0);
}

void
tgp_commands_register (PurplePlugin *plugin)
{
    tgp_words_commands_here (what_holds (tgp_frontend ()));
    for (size_t i = 0; i < G_N_ELEMENTS (commands); i++)
        if (is_here (commands[i].help))
            registered[i] = purple_cmd_register (
                commands[i].name, keeps_looks (commands[i].help) ? "S" : "s",
                PURPLE_CMD_P_PRPL,
                PURPLE_CMD_FLAG_IM | PURPLE_CMD_FLAG_PRPL_ONLY |
                    PURPLE_CMD_FLAG_ALLOW_WRONG_ARGS,
                TGP_ID, run_cb, tgp_words_help (commands[i].help), GSIZE_TO_POINTER (i));
}

void
tgp_commands_unregister (void)
{
    for (size_t i = 0; i < G_N_ELEMENTS (commands); i++)
        if (registered[i] != 0)
            purple_cmd_unregister (registered[i]);
    memset (registered, 0, sizeof registered);
}

/* A word of letters can be sent with two slashes before it. */
static gboolean
is_letters (const char *word)
{
    while (*word != '\0' && g_unichar_isalpha (g_utf8_get_char (word)))
        word = g_utf8_next_char (word);
    return *word == '\0';
}

gboolean
tgp_run_command (PurpleConversation *conv, const char *line, const TalkSpans *spans,
                 char **reason)
{
    g_autofree char *error = NULL;
    g_autofree char *markup = g_markup_escape_text (line, -1);
    g_autofree char *word = g_strndup (line, strcspn (line, " "));
    PurpleCmdStatus status = PURPLE_CMD_STATUS_NOT_FOUND;

    given_line.len = strlen (line);
    given_line.spans = spans;
    if (conv != NULL)
        status = purple_cmd_do_command (conv, line, markup, &error);
    given_line.len = 0;
    given_line.spans = NULL;
    *reason = NULL;
    switch (status) {
    case PURPLE_CMD_STATUS_OK:
        return TRUE;
    case PURPLE_CMD_STATUS_FAILED:
    case PURPLE_CMD_STATUS_WRONG_ARGS:
        tgp_notice (conv, error != NULL ? error : tgp_words_problem (TGP_NOT_POSSIBLE));
        return TRUE;
    default: /* also one of other places or protocols */
        break;
    }
    *reason = tgp_words_no_command (word, is_letters (word));
    return FALSE;
}
