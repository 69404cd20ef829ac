/* Commands about a secret chat as a whole: /secret, /ttl, /key, /verify, /screenshot. */
#include "tgp-command.h"

#include "tgp-chat-number.h"
#include "tgp-compare.h"
#include "tgp-conv.h"
#include "tgp-ends.h"
#include "tgp-find.h"
#include "tgp-frontend.h"
#include "tgp-info.h"
#include "tgp-marks.h"
#include "tgp-person.h"
#include "tgp-request.h"
#include "tgp-secret-buddy.h"
#include "tgp-secret-list.h"
#include "tgp-ttl.h"
#include "tgp-words.h"

#include <string.h>

char *
tgp_command_ttl (PurpleConversation *conv, const char *args)
{
    TgpAccount *tgp;
    int32_t chat_id;
    TalkSecret info;
    char *problem = NULL;

    if (!tgp_command_chat (conv, &tgp, &chat_id, &problem))
        return problem;
    if (*args == '\0') {
        if (!tg_secret_info (tgp->client, chat_id, &info))
            return tgp_command_report (TALK_NO_CHAT);
        g_autofree char *timer = tgp_words_timer (info.ttl);
        g_autofree char *last = tgp_marks_timers (tgp, chat_id);
        g_autofree char *text =
            last != NULL ? g_strconcat (timer, "\n", last, NULL) : g_strdup (timer);
        tgp_secret_write (tgp, chat_id, TRUE, text);
        return NULL;
    }
    int32_t seconds = tgp_parse_ttl (args);
    if (seconds < 0)
        return tgp_command_problem (TGP_NO_TIME);
    return tgp_command_report (tg_secret_set_ttl (tgp->client, chat_id, seconds));
}

char *
tgp_command_screenshot (PurpleConversation *conv, const char *args)
{
    TgpAccount *tgp;
    int32_t chat_id;
    char *problem = NULL;

    if (*args != '\0')
        return tgp_words_misused (TGP_COMMAND_SCREENSHOT);
    if (!tgp_command_chat (conv, &tgp, &chat_id, &problem))
        return problem;
    return tgp_command_report (tg_secret_screenshot (tgp->client, chat_id));
}

/* Hex everywhere; the picture where characters are of one width. */
static char *
key_in_text (const TalkSecret *info)
{
    return tgp_frontend ()->proportional ? tgp_compare_hex (info)
                                         : tgp_compare_text (info);
}

char *
tgp_command_key (PurpleConversation *conv, const char *args)
{
    TgpAccount *tgp;
    int32_t chat_id;
    TalkSecret info;
    char *problem = NULL;

    if (*args != '\0')
        return tgp_words_misused (TGP_COMMAND_KEY);
    if (!tgp_command_chat (conv, &tgp, &chat_id, &problem))
        return problem;
    if (!tg_secret_info (tgp->client, chat_id, &info) || !info.has_key_hash)
        return tgp_command_problem (TGP_NO_KEY_YET);
    if (info.state == TALK_STATE_CLOSED) /* nobody is to compare a dead one */
        return tgp_command_problem (TGP_IS_OVER);
    if (tgp_frontend ()->proportional && tgp_compare (tgp, &info))
        return NULL; /* as a picture */
    /* nothing stands below it */
    g_autofree char *key = g_strchomp (key_in_text (&info));
    g_autofree char *who = tgp_person_in_sentence (tgp, info.user_id);
    g_autofree char *text = tgp_words_key (who, key);
    tgp_secret_write (tgp, chat_id, TRUE, text);
    return NULL;
}

char *
tgp_command_verify (PurpleConversation *conv, const char *args)
{
    gboolean yes = tgp_command_is (args, "yes"), no = tgp_command_is (args, "no");
    TgpAccount *tgp;
    int32_t chat_id;
    TalkSecret info;
    char *problem = NULL;

    if (*args != '\0' && !yes && !no)
        return tgp_words_misused (TGP_COMMAND_VERIFY);
    if (!tgp_command_chat (conv, &tgp, &chat_id, &problem))
        return problem;
    if (!tg_secret_info (tgp->client, chat_id, &info) ||
        (info.state != TALK_STATE_READY && !no))
        return tgp_command_problem (TGP_NO_KEY);
    if (*args == '\0') {
        g_autofree char *key = key_in_text (&info);
        g_autofree char *who = tgp_person_in_sentence (tgp, info.user_id);
        g_autofree char *text = tgp_words_compare (who, key, info.verified);
        tgp_secret_write (tgp, chat_id, TRUE, text);
        return NULL;
    }
    tgp_secret_verify (tgp, chat_id, yes);
    return NULL;
}

/* /secret in a secret chat. */
static char *
chat_verb (PurpleConversation *conv, TgpAccount *tgp, int32_t chat_id, const char *verb)
{
    const char *more = verb;
    g_autofree char *first = tgp_command_word (&more);
    TalkSecret info;

    if (tgp_command_is (verb, "rekey"))
        return tgp_command_report (tg_secret_rekey (tgp->client, chat_id));
    if (!tg_secret_info (tgp->client, chat_id, &info))
        return tgp_command_report (TALK_NO_CHAT);
    if (tgp_command_is (first, "messages"))
        return tgp_command_messages (tgp, conv, more);
    if (tgp_command_is (verb, "end"))
        tgp_ends_ask_close (tgp, chat_id);
    else if (tgp_command_is (verb, "erase"))
        tgp_ends_ask_erase (tgp, chat_id);
    else if (tgp_command_is (verb, "skip"))
        return tgp_ends_ask_skip (tgp, chat_id)
                   ? NULL
                   : tgp_command_problem (TGP_NOTHING_MISSING);
    else if (tgp_command_is (verb, "new") || tgp_command_is (verb, "start"))
        tgp_secret_start (tgp, info.user_id, conv);
    else if (*verb == '\0' || tgp_command_is (verb, "info")) {
        g_autofree char *text = tgp_secret_info_text (tgp, &info);
        tgp_secret_write (tgp, chat_id, TRUE, text);
    } else
        return tgp_command_problem (TGP_CHAT_WORDS);
    return NULL;
}

/* /secret in the conversation with a person: starts a chat, or answers a request. */
static char *
person_verb (PurpleConversation *conv, TgpAccount *tgp, int64_t user_id, const char *verb)
{
    gboolean done;

    if (*verb == '\0' || tgp_command_is (verb, "new") || tgp_command_is (verb, "start")) {
        tgp_secret_start (tgp, user_id, conv);
        return NULL;
    }
    if (tgp_command_is (verb, "accept"))
        done = tgp_request_accept (tgp, user_id);
    else if (tgp_command_is (verb, "reject"))
        done = tgp_request_reject (tgp, user_id);
    else if (tgp_command_is (verb, "leave"))
        done = tgp_request_leave (tgp, user_id);
    else
        return tgp_command_problem (TGP_PERSON_WORDS);
    return done ? NULL : tgp_command_problem (TGP_NO_REQUEST);
}

/* /secret info N, in any conversation. */
static char *
numbered_info (TgpAccount *tgp, PurpleConversation *conv, const char *number)
{
    TalkSecret info;

    if (!tgp_chat_typed (tgp, number, &info))
        return tgp_command_problem (TGP_NO_SUCH_NUMBER);
    g_autofree char *text = tgp_secret_info_text (tgp, &info);
    tgp_notice (conv, text);
    return NULL;
}

/* /secret accept N, reject N, leave N, in any conversation; FALSE: it is none of these. */
static gboolean
numbered_answer (TgpAccount *tgp, PurpleConversation *conv, const char *args,
                 char **problem)
{
    static const struct {
        const char *verb;
        TgpAnswer answer;
    } verbs[] = { { "accept ", TGP_ACCEPT },
                  { "reject ", TGP_REJECT },
                  { "leave ", TGP_LEAVE } };
    TalkSecret info;
    size_t i = 0;

    while (i < G_N_ELEMENTS (verbs) &&
           g_ascii_strncasecmp (args, verbs[i].verb, strlen (verbs[i].verb)) != 0)
        i++;
    if (i == G_N_ELEMENTS (verbs))
        return FALSE;
    if (!tgp_chat_typed (tgp, args + strlen (verbs[i].verb), &info)) {
        *problem = tgp_command_problem (TGP_NO_SUCH_NUMBER);
        return TRUE;
    }
    g_autofree char *who = tgp_person_in_sentence (tgp, info.user_id);
    TalkCode code = tgp_request_answer (tgp, &info, verbs[i].answer, conv);
    if (code == TALK_NOTHING && info.state == TALK_STATE_CLOSED) {
        *problem = tgp_words_closed (&info, who, FALSE); /* it was one */
    } else if (code == TALK_NOTHING) {
        *problem = tgp_command_problem (TGP_NOT_A_REQUEST);
    } else if (code != TALK_DONE) {
        *problem = tgp_command_report (code);
    } else if (verbs[i].answer != TGP_ACCEPT) {
        g_autofree char *text = tgp_words_answered (who, verbs[i].answer == TGP_LEAVE);
        tgp_notice (conv, text);
    }
    return TRUE;
}

char *
tgp_command_secret (PurpleConversation *conv, const char *args)
{
    gboolean all = tgp_command_is (args, "list all");
    TalkPeer peer = tgp_conv_peer (conv);
    TgpAccount *tgp;
    char *problem = NULL;

    if (!tgp_command_account (conv, &tgp, &problem))
        return problem;
    if (all || tgp_command_is (args, "list")) {
        tgp_secret_list (tgp, conv, all);
        return NULL;
    }
    if (g_ascii_strncasecmp (args, "info ", 5) == 0)
        return numbered_info (tgp, conv, args + 5);
    if (numbered_answer (tgp, conv, args, &problem))
        return problem;
    switch (peer.kind) {
    case TALK_PEER_USER:
        return person_verb (conv, tgp, peer.id, args);
    case TALK_PEER_SECRET:
        return chat_verb (conv, tgp, (int32_t)peer.id, args);
    default:
        if (tgp_find_and_offer (tgp, purple_conversation_get_name (conv)))
            return NULL;
        return tgp_command_problem (TGP_ONLY_HERE);
    }
}
