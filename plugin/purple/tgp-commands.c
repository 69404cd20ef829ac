/* See tgp-commands.h. */
#include "tgp-commands.h"

#include "tgp-compare.h"
#include "tgp-conv.h"
#include "tgp-ends.h"
#include "tgp-find.h"
#include "tgp-frontend.h"
#include "tgp-info.h"
#include "tgp-request.h"
#include "tgp-secret-buddy.h"
#include "tgp-secret-list.h"
#include "tgp-ttl.h"
#include "tgp-words-act.h"
#include "tgp-words-message.h"

#include <string.h>

#define COMMANDS_MAX 16

typedef struct {
    PurpleCmdId id;
    PurpleCmdFunc run; /* its error is told by run_cb() */
} Command;

static Command registered[COMMANDS_MAX];
static unsigned n_registered;

/* The account and the chat of a conversation; FALSE with `error` outside secret chats. */
static gboolean
secret_of (PurpleConversation *conv, TgpAccount **tgp, int32_t *chat_id, char **error)
{
    TalkPeer peer = tgp_conv_peer (conv);

    *tgp = tgp_conv_account (conv);
    if (*tgp == NULL) {
        *error = g_strdup (tgp_words_problem (TGP_OFFLINE));
        return FALSE;
    }
    if (peer.kind != TALK_PEER_SECRET) {
        *error = g_strdup (tgp_words_problem (TGP_ONLY_IN_SECRET_CHATS));
        return FALSE;
    }
    *chat_id = (int32_t)peer.id;
    return TRUE;
}

static PurpleCmdRet
report (TalkCode code, char **error)
{
    if (code == TALK_DONE)
        return PURPLE_CMD_RET_OK;
    *error = g_strdup (tgp_words_refused (code));
    return PURPLE_CMD_RET_FAILED;
}

static PurpleCmdRet
ttl_cb (PurpleConversation *conv, const char *cmd, char **args, char **error, void *data)
{
    TgpAccount *tgp;
    int32_t chat_id;
    TalkSecret info;

    if (!secret_of (conv, &tgp, &chat_id, error))
        return PURPLE_CMD_RET_FAILED;
    if (args[0] == NULL || *args[0] == '\0') {
        if (!tg_secret_info (tgp->client, chat_id, &info))
            return report (TALK_NO_CHAT, error);
        g_autofree char *text = tgp_words_timer (info.ttl);
        tgp_secret_write (tgp, chat_id, TRUE, text);
        return PURPLE_CMD_RET_OK;
    }
    int32_t seconds = tgp_parse_ttl (args[0]);
    if (seconds < 0) {
        *error = g_strdup (tgp_words_problem (TGP_NO_TIME));
        return PURPLE_CMD_RET_FAILED;
    }
    return report (tg_secret_set_ttl (tgp->client, chat_id, seconds), error);
}

static PurpleCmdRet
delete_cb (PurpleConversation *conv, const char *cmd, char **args, char **error,
           void *data)
{
    TgpAccount *tgp;
    int32_t chat_id;

    if (!secret_of (conv, &tgp, &chat_id, error))
        return PURPLE_CMD_RET_FAILED;
    if (args[0] == NULL || *args[0] == '\0')
        return report (tgp_ends_typed_delete (tgp, chat_id), error);
    if (g_ascii_strcasecmp (args[0], "all") == 0) {
        tgp_ends_ask_flush (tgp, chat_id);
        return PURPLE_CMD_RET_OK;
    }
    *error = g_strdup (tgp_words_problem (TGP_DELETE_WORDS));
    return PURPLE_CMD_RET_FAILED;
}

static PurpleCmdRet
screenshot_cb (PurpleConversation *conv, const char *cmd, char **args, char **error,
               void *data)
{
    TgpAccount *tgp;
    int32_t chat_id;

    if (!secret_of (conv, &tgp, &chat_id, error))
        return PURPLE_CMD_RET_FAILED;
    return report (tg_secret_screenshot (tgp->client, chat_id), error);
}

/* Hex everywhere; the picture where characters are of one width. */
static char *
key_in_text (const TalkSecret *info)
{
    return tgp_frontend ()->proportional ? tgp_compare_hex (info)
                                         : tgp_compare_text (info);
}

static PurpleCmdRet
key_cb (PurpleConversation *conv, const char *cmd, char **args, char **error, void *data)
{
    TgpAccount *tgp;
    int32_t chat_id;
    TalkSecret info;

    if (!secret_of (conv, &tgp, &chat_id, error))
        return PURPLE_CMD_RET_FAILED;
    if (!tg_secret_info (tgp->client, chat_id, &info) || !info.has_key_hash) {
        *error = g_strdup (tgp_words_problem (TGP_NO_KEY_YET));
        return PURPLE_CMD_RET_FAILED;
    }
    if (info.state == TALK_STATE_CLOSED) { /* nobody is to compare a dead one */
        *error = g_strdup (tgp_words_problem (TGP_IS_OVER));
        return PURPLE_CMD_RET_FAILED;
    }
    if (tgp_frontend ()->proportional && tgp_compare (tgp, &info))
        return PURPLE_CMD_RET_OK; /* as a picture */
    g_autofree char *key = key_in_text (&info);
    g_autofree char *text = tgp_words_key (key);
    tgp_secret_write (tgp, chat_id, TRUE, text);
    return PURPLE_CMD_RET_OK;
}

static PurpleCmdRet
verify_cb (PurpleConversation *conv, const char *cmd, char **args, char **error,
           void *data)
{
    const char *word = args[0] != NULL ? args[0] : "";
    TgpAccount *tgp;
    int32_t chat_id;
    TalkSecret info;

    if (!secret_of (conv, &tgp, &chat_id, error))
        return PURPLE_CMD_RET_FAILED;
    gboolean yes = g_ascii_strcasecmp (word, "yes") == 0;
    gboolean no = g_ascii_strcasecmp (word, "no") == 0;
    if (!tg_secret_info (tgp->client, chat_id, &info) ||
        (info.state != TALK_STATE_READY && !no)) {
        *error = g_strdup (tgp_words_problem (TGP_NO_KEY));
        return PURPLE_CMD_RET_FAILED;
    }
    if (*word == '\0') {
        g_autofree char *key = key_in_text (&info);
        g_autofree char *text = tgp_words_compare (key, info.verified);
        tgp_secret_write (tgp, chat_id, TRUE, text);
        return PURPLE_CMD_RET_OK;
    }
    if (!yes && !no) {
        *error = g_strdup (tgp_words_problem (TGP_VERIFY_WORDS));
        return PURPLE_CMD_RET_FAILED;
    }
    tgp_secret_verify (tgp, chat_id, yes);
    return PURPLE_CMD_RET_OK;
}

/* /secret in a secret chat. */
static PurpleCmdRet
secret_verb (PurpleConversation *conv, TgpAccount *tgp, int32_t chat_id, const char *verb,
             char **error)
{
    TalkSecret info;

    if (g_ascii_strcasecmp (verb, "rekey") == 0)
        return report (tg_secret_rekey (tgp->client, chat_id), error);
    if (g_ascii_strcasecmp (verb, "end") == 0) {
        tgp_ends_ask_close (tgp, chat_id);
        return PURPLE_CMD_RET_OK;
    }
    if (g_ascii_strcasecmp (verb, "erase") == 0) {
        tgp_ends_ask_erase (tgp, chat_id);
        return PURPLE_CMD_RET_OK;
    }
    if (g_ascii_strcasecmp (verb, "skip") == 0) {
        if (tgp_ends_ask_skip (tgp, chat_id))
            return PURPLE_CMD_RET_OK;
        *error = g_strdup (tgp_words_problem (TGP_NOTHING_MISSING));
        return PURPLE_CMD_RET_FAILED;
    }
    if (!tg_secret_info (tgp->client, chat_id, &info))
        return report (TALK_NO_CHAT, error);
    if (g_ascii_strcasecmp (verb, "new") == 0) {
        tgp_secret_start (tgp, info.user_id, conv);
        return PURPLE_CMD_RET_OK;
    }
    if (*verb == '\0' || g_ascii_strcasecmp (verb, "info") == 0) {
        g_autofree char *text = tgp_secret_info_text (tgp, &info);
        tgp_secret_write (tgp, chat_id, TRUE, text);
        return PURPLE_CMD_RET_OK;
    }
    *error = g_strdup (tgp_words_problem (TGP_CHAT_WORDS));
    return PURPLE_CMD_RET_FAILED;
}

/* /secret in the conversation with a person: starts a chat, or answers a request. */
static PurpleCmdRet
person_verb (PurpleConversation *conv, TgpAccount *tgp, int64_t user_id, const char *verb,
             char **error)
{
    gboolean done;

    if (*verb == '\0' || g_ascii_strcasecmp (verb, "new") == 0) {
        tgp_secret_start (tgp, user_id, conv);
        return PURPLE_CMD_RET_OK;
    }
    if (g_ascii_strcasecmp (verb, "accept") == 0)
        done = tgp_request_accept (tgp, user_id);
    else if (g_ascii_strcasecmp (verb, "reject") == 0)
        done = tgp_request_reject (tgp, user_id);
    else if (g_ascii_strcasecmp (verb, "leave") == 0)
        done = tgp_request_leave (tgp, user_id);
    else {
        *error = g_strdup (tgp_words_problem (TGP_PERSON_WORDS));
        return PURPLE_CMD_RET_FAILED;
    }
    if (!done)
        *error = g_strdup (tgp_words_problem (TGP_NO_REQUEST));
    return done ? PURPLE_CMD_RET_OK : PURPLE_CMD_RET_FAILED;
}

/* "list", "list all". */
static gboolean
is_list (const char *verb, gboolean *all)
{
    g_auto (GStrv) words = g_strsplit_set (verb, " \t", -1);
    unsigned n = 0;

    for (char **word = words; *word != NULL; word++)
        if (**word != '\0' && g_ascii_strcasecmp (*word, n == 0 ? "list" : "all") != 0)
            return FALSE;
        else
            n += **word != '\0';
    *all = n == 2;
    return n == 1 || n == 2;
}

static PurpleCmdRet
secret_cb (PurpleConversation *conv, const char *cmd, char **args, char **error,
           void *data)
{
    TgpAccount *tgp = tgp_conv_account (conv);
    const char *verb = args[0] != NULL ? args[0] : "";
    TalkPeer peer = tgp_conv_peer (conv);
    gboolean all;

    if (tgp == NULL) {
        *error = g_strdup (tgp_words_problem (TGP_OFFLINE));
        return PURPLE_CMD_RET_FAILED;
    }
    if (is_list (verb, &all)) {
        tgp_secret_list (tgp, conv, all);
        return PURPLE_CMD_RET_OK;
    }
    switch (peer.kind) {
    case TALK_PEER_USER:
        return person_verb (conv, tgp, peer.id, verb, error);
    case TALK_PEER_SECRET:
        return secret_verb (conv, tgp, (int32_t)peer.id, verb, error);
    default:
        if (tgp_find_and_offer (tgp, purple_conversation_get_name (conv), FALSE))
            return PURPLE_CMD_RET_OK;
        *error = g_strdup (tgp_words_problem (TGP_ONLY_HERE));
        return PURPLE_CMD_RET_FAILED;
    }
}

/* The person of a conversation, of theirs or of a secret chat with them. */
static gboolean
person_of (PurpleConversation *conv, TgpAccount **tgp, int64_t *user_id, char **error)
{
    TalkPeer peer = tgp_conv_peer (conv);
    TalkSecret info;

    *tgp = tgp_conv_account (conv);
    if (*tgp == NULL) {
        *error = g_strdup (tgp_words_problem (TGP_OFFLINE));
        return FALSE;
    }
    if (peer.kind == TALK_PEER_USER) {
        *user_id = peer.id;
        return TRUE;
    }
    if (peer.kind == TALK_PEER_SECRET && tgp_has_info (*tgp, (int32_t)peer.id, &info)) {
        *user_id = info.user_id;
        return TRUE;
    }
    *error = g_strdup (tgp_words_problem (TGP_ONLY_HERE));
    return FALSE;
}

static PurpleCmdRet
contact_cb (PurpleConversation *conv, const char *cmd, char **args, char **error,
            void *data)
{
    TgpAccount *tgp;
    int64_t user_id;

    if (!person_of (conv, &tgp, &user_id, error))
        return PURPLE_CMD_RET_FAILED;
    if (args[0] != NULL && g_ascii_strcasecmp (args[0], "delete") == 0) {
        tgp_ends_ask_delete_contact (tgp, user_id);
        return PURPLE_CMD_RET_OK;
    }
    *error = g_strdup (tgp_words_problem (TGP_CONTACT_WORDS));
    return PURPLE_CMD_RET_FAILED;
}

static PurpleCmdRet
block_cb (PurpleConversation *conv, const char *cmd, char **args, char **error,
          void *data)
{
    TgpAccount *tgp;
    int64_t user_id;

    if (!person_of (conv, &tgp, &user_id, error))
        return PURPLE_CMD_RET_FAILED;
    if (g_ascii_strcasecmp (cmd, "block") == 0)
        tgp_ends_ask_block (tgp, user_id);
    else
        tgp_ends_ask_unblock (tgp, user_id);
    return PURPLE_CMD_RET_OK;
}

/* Where the front end has a list of its own, ours is one in it. */
static PurpleCmdRet
slash_cb (PurpleConversation *conv, const char *cmd, char **args, char **error,
          void *data)
{
    tgp_notice (conv, tgp_words_slashes (tgp_frontend ()->unslashes));
    return PURPLE_CMD_RET_OK;
}

static PurpleCmdRet
help_cb (PurpleConversation *conv, const char *cmd, char **args, char **error, void *data)
{
    gboolean one = args[0] != NULL && *args[0] != '\0';
    g_autoptr (GString) text =
        g_string_new (one ? NULL : tgp_words_slashes (tgp_frontend ()->unslashes));
    GList *names = one ? g_list_append (NULL, args[0]) : purple_cmd_list (conv);

    for (GList *l = names; l != NULL; l = l->next) {
        GList *helps = purple_cmd_help (conv, l->data);
        for (GList *h = helps; h != NULL; h = h->next)
            g_string_append_printf (text, "%s/%s", text->len > 0 ? "\n" : "",
                                    (const char *)h->data);
        g_list_free (helps);
    }
    g_list_free (names);
    if (text->len == 0) {
        *error = g_strdup (tgp_words_problem (TGP_NO_COMMAND));
        return PURPLE_CMD_RET_FAILED;
    }
    tgp_notice (conv, text->str);
    return PURPLE_CMD_RET_OK;
}

/* An error is a line of ours, too. Front ends would write it in ways of their own, Finch
 * like a line of the person. */
static PurpleCmdRet
run_cb (PurpleConversation *conv, const char *cmd, char **args, char **error, void *data)
{
    const Command *command = data;
    g_autofree char *problem = NULL;

    if (command->run (conv, cmd, args, &problem, NULL) != PURPLE_CMD_RET_OK)
        tgp_notice (conv,
                    problem != NULL ? problem : tgp_words_problem (TGP_NOT_POSSIBLE));
    return PURPLE_CMD_RET_OK;
}

static void
add (const char *name, const char *args, PurpleCmdFunc func, const char *help)
{
    g_return_if_fail (n_registered < COMMANDS_MAX);
    Command *command = &registered[n_registered++];
    command->run = func;
    command->id = purple_cmd_register (name, args, PURPLE_CMD_P_PRPL,
                                       PURPLE_CMD_FLAG_IM | PURPLE_CMD_FLAG_PRPL_ONLY |
                                           PURPLE_CMD_FLAG_ALLOW_WRONG_ARGS,
                                       TGP_ID, run_cb, help, command);
}

void
tgp_commands_register (PurplePlugin *plugin)
{
    add ("ttl", "s", ttl_cb,
         _ ("ttl [30s|5m|1h|2d|1w|off]: shows or sets the self-destruct timer of this "
            "secret "
            "chat"));
    add ("delete", "s", delete_cb,
         _ ("delete: takes your last message back on both sides; delete all: removes all "
            "messages on both sides"));
    add ("screenshot", "", screenshot_cb,
         _ ("screenshot: tells the other side that you took a screenshot"));
    add ("key", "", key_cb, _ ("key: shows the key of this secret chat"));
    add ("verify", "s", verify_cb,
         _ ("verify: shows the key of this secret chat; verify yes: you compared it with "
            "the other side's; verify no: you did not"));
    add (
        "secret", "s", secret_cb,
        _ ("secret: starts a secret chat with this person, or answers a request: accept, "
           "reject, leave; in a secret chat: info, rekey, skip, end, erase, new; "
           "anywhere: "
           "list, list all"));
    add ("contact", "s", contact_cb,
         _ ("contact delete: removes this person from Telegram's contacts"));
    add ("block", "", block_cb, _ ("block: blocks this person at Telegram"));
    add ("unblock", "", block_cb, _ ("unblock: ends blocking this person at Telegram"));
    if (tgp_frontend ()->lists_commands) /* its own "help" would stand there twice */
        add ("slash", "", slash_cb, tgp_words_slashes (tgp_frontend ()->unslashes));
    else
        add ("help", "s", help_cb,
             _ ("help: lists the commands; help delete: one of them"));
}

void
tgp_commands_unregister (void)
{
    while (n_registered > 0)
        purple_cmd_unregister (registered[--n_registered].id);
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
tgp_run_command (PurpleConversation *conv, const char *line, char **reason)
{
    g_autofree char *error = NULL;
    g_autofree char *markup = g_markup_escape_text (line, -1);
    g_autofree char *word = g_strndup (line, strcspn (line, " "));
    PurpleCmdStatus status = conv != NULL
                                 ? purple_cmd_do_command (conv, line, markup, &error)
                                 : PURPLE_CMD_STATUS_NOT_FOUND;

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
