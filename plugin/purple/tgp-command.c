/* What the files of the commands share (see tgp-command.h). */
#include "tgp-command.h"

#include "tgp-conv.h"

#include <string.h>

static struct {
    const char *typed; /* NULL: none runs */
    const TalkSpans *spans;
} running;

void
tgp_command_begin (const char *typed, const TalkSpans *spans)
{
    running.typed = typed;
    running.spans = spans;
}

void
tgp_command_end (void)
{
    running.typed = NULL;
    running.spans = NULL;
}

TalkSpans *
tgp_command_looks (const char *end)
{
    if (running.typed == NULL || !g_str_has_suffix (running.typed, end))
        return NULL;
    size_t len = strlen (end);
    return talk_spans_part (running.spans, strlen (running.typed) - len, len);
}

char *
tgp_command_problem (TgpProblem problem)
{
    return g_strdup (tgp_words_problem (problem));
}

char *
tgp_command_report (TalkCode code)
{
    return g_strdup (tgp_words_refused (code));
}

char *
tgp_command_word (const char **args)
{
    size_t n = 0;

    while (g_unichar_isspace (g_utf8_get_char (*args)))
        *args = g_utf8_next_char (*args);
    const char *word = *args;
    while (word[n] != '\0' && !g_unichar_isspace (g_utf8_get_char (word + n)))
        n += (size_t)(g_utf8_next_char (word + n) - (word + n));
    *args += n;
    while (g_unichar_isspace (g_utf8_get_char (*args)))
        *args = g_utf8_next_char (*args);
    return g_strndup (word, n);
}

gboolean
tgp_command_is (const char *args, const char *words)
{
    do {
        g_autofree char *a = tgp_command_word (&args), *b = tgp_command_word (&words);
        if (g_ascii_strcasecmp (a, b) != 0)
            return FALSE;
    } while (*args != '\0' && *words != '\0');
    return *args == *words;
}

gboolean
tgp_command_account (PurpleConversation *conv, TgpAccount **tgp, char **problem)
{
    *tgp = tgp_conv_account (conv);
    if (*tgp == NULL || (*tgp)->client == NULL)
        *problem = tgp_command_problem (TGP_OFFLINE);
    return *problem == NULL;
}

gboolean
tgp_command_chat (PurpleConversation *conv, TgpAccount **tgp, int32_t *chat_id,
                  char **problem)
{
    TalkPeer peer = tgp_conv_peer (conv);

    if (!tgp_command_account (conv, tgp, problem))
        return FALSE;
    if (peer.kind != TALK_PEER_SECRET)
        *problem = tgp_command_problem (TGP_ONLY_IN_SECRET_CHATS);
    *chat_id = (int32_t)peer.id;
    return *problem == NULL;
}

gboolean
tgp_command_person (PurpleConversation *conv, TgpAccount **tgp, int64_t *user_id,
                    char **problem)
{
    TalkPeer peer = tgp_conv_peer (conv);
    TalkSecret info;

    if (!tgp_command_account (conv, tgp, problem))
        return FALSE;
    if (peer.kind == TALK_PEER_USER)
        *user_id = peer.id;
    else if (peer.kind == TALK_PEER_SECRET &&
             tgp_has_info (*tgp, (int32_t)peer.id, &info))
        *user_id = info.user_id;
    else
        *problem = tgp_command_problem (TGP_ONLY_HERE);
    return *problem == NULL;
}
