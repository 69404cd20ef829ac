/* What a login asks for (see tgp-ask.h). */
#include "tgp-ask.h"

#include "tgp-conv.h"
#include "tgp-dialog.h"
#include "tgp-ends.h"
#include "tgp-frontend.h"
#include "tgp-qr.h"
#include "tgp-wait.h"
#include "tgp-words-login.h"

#include <string.h>

struct TgpLoginQuestion {
    PurpleConnection *gc;
    unsigned attempt;
    TalkAskKind kind;
    void *shown; /* the front end's */
};
typedef struct TgpLoginQuestion Question;

/* --- answers --- */

/* Whatever blanks are around it. What was typed may be a password: it is not copied. */
static gboolean
is_word (const char *text, const char *word)
{
    size_t len = strlen (word);

    while (g_ascii_isspace (*text))
        text++;
    if (g_ascii_strncasecmp (text, word, len) != 0)
        return FALSE;
    for (text += len; g_ascii_isspace (*text);)
        text++;
    return *text == '\0';
}

/* `typed`: in a place where nothing is no answer. */
static void
give (TgpAccount *tgp, TalkAskKind kind, unsigned attempt, const char *text,
      gboolean typed)
{
    gboolean empty = text != NULL && is_word (text, TGP_EMPTY) &&
                     kind != TALK_ASK_PASSPHRASE && (kind != TALK_ASK_PASSWORD || typed);

    if (kind == TALK_ASK_CODE && text != NULL && is_word (text, TGP_BY_QR))
        tg_client_log_in_by_qr (tgp->client, attempt);
    else if (kind != TALK_ASK_QR || text == NULL)
        tg_client_answer (tgp->client, attempt, empty ? "" : text);
    else if (is_word (text, TGP_BY_CODE))
        tg_client_answer (tgp->client, attempt, "");
    /* else it is asked again with the next link */
}

static void
question_free (Question *question)
{
    TgpAccount *tgp = tgp_account_alive (question->gc);

    if (tgp != NULL && tgp->login_question == question)
        tgp->login_question = NULL;
    g_free (question);
}

static void
answered_cb (Question *question, const char *text)
{
    TgpAccount *tgp = tgp_account_alive (question->gc);
    TalkAskKind kind = question->kind;
    unsigned attempt = question->attempt;

    question_free (question);
    if (tgp != NULL)
        give (tgp, kind, attempt, text, tgp_frontend ()->windowless);
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
ask_in_conversation (TgpAccount *tgp, const TalkAsk *ask, const char *text)
{
    PurpleConversation *conv = tgp_conv_named (tgp->account, ASKING, TRUE);

    if (purple_conversation_get_ui_ops (conv) == NULL) { /* nowhere at all */
        tgp_offline (tgp, TALK_OFFLINE_CANNOT_ASK, NULL, TRUE);
        return;
    }
    purple_conversation_set_logging (conv, FALSE);
    g_autofree char *line = tgp_words_answer_here (text);
    tgp_notice (conv, line);
    tgp->asked = ask->attempt;
    tgp->asked_kind = ask->kind;
}

gboolean
tgp_take_answer (TgpAccount *tgp, const char *who, const char *text)
{
    unsigned attempt = tgp->asked;

    if (attempt == 0 || !g_str_equal (who, ASKING))
        return FALSE;
    tgp->asked = 0;
    give (tgp, tgp->asked_kind, attempt, text, TRUE);
    return TRUE;
}

static gboolean
has_dialogs (void)
{
    PurpleRequestUiOps *ops = purple_request_get_ui_ops ();
    return ops != NULL && ops->request_input != NULL;
}

/* --- dialogs --- */

/* The same question with another text takes the place of the one that stands. */
static void
ask_in_dialog (TgpAccount *tgp, const TalkAsk *ask, const char *title, const char *text)
{
    Question *old = tgp->login_question;
    gboolean hidden = ask->kind == TALK_ASK_PASSWORD || ask->kind == TALK_ASK_PASSPHRASE;

    if (old != NULL && old->attempt == ask->attempt && !tgp_frontend ()->windowless) {
        purple_request_close (PURPLE_REQUEST_INPUT, old->shown);
        question_free (old);
    }
    Question *question = g_new0 (Question, 1);
    question->gc = tgp->gc;
    question->attempt = ask->attempt;
    question->kind = ask->kind;
    question->shown =
        tgp_dialog_ask (tgp->account, title, title, text, hidden,
                        G_CALLBACK (answered_cb), G_CALLBACK (cancelled_cb), question);
    if (question->shown == NULL)
        g_free (question);
    else
        tgp->login_question = question;
}

static void
qr_done (TgpAccount *tgp, unsigned attempt, gboolean by_code)
{
    tg_client_answer (tgp->client, attempt, by_code ? "" : NULL);
}

/* What is shown is good no more, and no other link is to be had yet. */
static void
take_qr_away (TgpAccount *tgp, const TalkAsk *ask)
{
    tgp_qr_close (tgp);
    if (has_dialogs ())
        purple_connection_update_progress (tgp->gc, tgp_words_qr_old (), tgp->step,
                                           TGP_STEPS);
    else
        ask_in_conversation (tgp, ask, tgp_words_qr_old ());
}

/* A picture where one can be drawn, else the link. */
static void
ask_qr (TgpAccount *tgp, const TalkAsk *ask)
{
    g_autofree char *text = NULL;

    if (ask->detail == NULL) {
        take_qr_away (tgp, ask);
        return;
    }
    if (tgp_qr_show (tgp, ask, qr_done))
        return;
    if (tgp->login_question != NULL && tgp->login_question->attempt == ask->attempt) {
        g_autofree char *line = tgp_words_qr_new (ask->detail);
        purple_connection_update_progress (tgp->gc, line, tgp->step, TGP_STEPS);
        return;
    }
    text = tgp_words_qr_link (ask);
    if (has_dialogs ())
        ask_in_dialog (tgp, ask, _ ("Log in by QR code"), text);
    else
        ask_in_conversation (tgp, ask, text);
}

void
tgp_ask (TgpAccount *tgp, const TalkAsk *ask)
{
    static const char *const titles[] = {
        [TALK_ASK_CODE] = N_ ("Login code"),
        [TALK_ASK_PASSWORD] = N_ ("Password"),
        [TALK_ASK_PASSPHRASE] = N_ ("Passphrase"),
        [TALK_ASK_EMAIL] = N_ ("E-mail address"),
        [TALK_ASK_EMAIL_CODE] = N_ ("Code by e-mail"),
        [TALK_ASK_RECOVERY] = N_ ("Code by e-mail"),
        [TALK_ASK_QR] = N_ ("Log in by QR code"),
    };
    G_STATIC_ASSERT (G_N_ELEMENTS (titles) == TALK_ASK_LOG_IN_ANEW);

    if (ask->kind == TALK_ASK_LOG_IN_ANEW) {
        tgp_ends_ask_anew (tgp, ask);
        return;
    }
    if (ask->kind == TALK_ASK_QR) {
        ask_qr (tgp, ask);
        return;
    }
    tgp_qr_close (tgp);
    gboolean dialogs = has_dialogs ();
    g_autofree char *text = tgp_words_ask (ask, !dialogs || tgp_frontend ()->windowless);
    if (dialogs)
        ask_in_dialog (tgp, ask, _ (titles[ask->kind]), text);
    else
        ask_in_conversation (tgp, ask, text);
}
