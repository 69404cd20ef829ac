/* What a login asks for (see tgp-ask.h). */
#include "tgp-ask.h"

#include "tgp-conv.h"
#include "tgp-dialog.h"
#include "tgp-ends.h"
#include "tgp-wait.h"
#include "tgp-words-account.h"

typedef struct {
    PurpleConnection *gc;
    unsigned attempt;
} Question;

/* --- answers --- */

static void
answered_cb (Question *question, const char *text)
{
    TgpAccount *tgp = tgp_account_alive (question->gc);

    if (tgp != NULL)
        tg_client_answer (tgp->client, question->attempt, text);
    g_free (question);
}

static void
cancelled_cb (Question *question, const char *text)
{
    answered_cb (question, NULL);
}

/* --- questions where the front end has no dialogs for them --- */

#define ASKING "Telegram" /* the other side of such a conversation */

/* What is typed is the answer: no echo, no log (FRONTENDS 0.7). */
static void
ask_in_conversation (TgpAccount *tgp, unsigned attempt, const char *text)
{
    PurpleConversation *conv = tgp_conv_named (tgp->account, ASKING, TRUE);

    if (purple_conversation_get_ui_ops (conv) == NULL) { /* nowhere at all */
        tgp_offline (tgp, TALK_OFFLINE_CANNOT_ASK, NULL, TRUE);
        return;
    }
    purple_conversation_set_logging (conv, FALSE);
    g_autofree char *line = tgp_words_answer_here (text);
    tgp_notice (conv, line);
    tgp->asked = attempt;
}

gboolean
tgp_take_answer (TgpAccount *tgp, const char *who, const char *text)
{
    unsigned attempt = tgp->asked;

    if (attempt == 0 || !g_str_equal (who, ASKING))
        return FALSE;
    tgp->asked = 0;
    tg_client_answer (tgp->client, attempt, text);
    return TRUE;
}

static gboolean
has_dialogs (void)
{
    PurpleRequestUiOps *ops = purple_request_get_ui_ops ();
    return ops != NULL && ops->request_input != NULL;
}

void
tgp_ask (TgpAccount *tgp, const TalkAsk *ask)
{
    if (ask->kind == TALK_ASK_LOG_IN_ANEW) {
        tgp_ends_ask_anew (tgp, ask);
        return;
    }
    const char *titles[] = { [TALK_ASK_CODE] = _ ("Login code"),
                             [TALK_ASK_PASSWORD] = _ ("Password"),
                             [TALK_ASK_PASSPHRASE] = _ ("Passphrase") };
    G_STATIC_ASSERT (G_N_ELEMENTS (titles) == TALK_ASK_LOG_IN_ANEW);
    g_autofree char *text = tgp_words_ask (ask);
    const char *title = titles[ask->kind];
    if (!has_dialogs ()) {
        ask_in_conversation (tgp, ask->attempt, text);
        return;
    }
    Question *question = g_new0 (Question, 1);

    question->gc = tgp->gc;
    question->attempt = ask->attempt;
    if (tgp_dialog_ask (tgp->account, title, title, text, ask->kind != TALK_ASK_CODE,
                        G_CALLBACK (answered_cb), G_CALLBACK (cancelled_cb),
                        question) == NULL)
        g_free (question);
}
