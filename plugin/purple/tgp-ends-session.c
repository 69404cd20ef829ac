/* The session and other logins: what ends asks (see tgp-ends.h). */
#include "tgp-ends.h"

#include "tgp-dialog.h"
#include "tgp-person.h"
#include "tgp-question.h"
#include "tgp-words-act.h"
#include "tgp-words-session.h"

#define NEW_LOGINS_MAX 3 /* questions about them that stand */

/* --- the session --- */

static void
log_out (TgpAccount *tgp, void *data)
{
    tg_client_log_out (tgp->client);
}

static TgpQuestion
about_log_out (const char *text, void (*run) (TgpAccount *tgp, void *data))
{
    return (TgpQuestion){ .title = _ ("Log out"),
                          .text = text,
                          .more = tgp_words_consequence (TGP_END_LOG_OUT),
                          .buttons = { { _ ("Log out"), run } } };
}

void
tgp_ends_log_out_action (PurplePluginAction *action)
{
    TgpAccount *tgp = tgp_account_alive (action->context);

    if (tgp == NULL)
        return;
    g_autofree char *text =
        tgp_words_question (TGP_END_LOG_OUT, purple_account_get_username (tgp->account));
    TgpQuestion question = about_log_out (text, log_out);
    tgp_question_confirm (tgp, &question);
}

static void
not_offered (TgpAccount *tgp, void *data)
{
    tgp->log_out = NULL;
}

static void
log_out_offered (TgpAccount *tgp, void *data)
{
    not_offered (tgp, data);
    log_out (tgp, data);
}

void
tgp_ends_offer_log_out (TgpAccount *tgp)
{
    if (tgp->log_out != NULL || !tgp_lives (tgp))
        return;
    g_autofree char *text =
        tgp_words_question (TGP_END_LOG_OUT, purple_account_get_username (tgp->account));
    TgpQuestion question = about_log_out (text, log_out_offered);
    question.buttons[1] = (TgpButton){ _ ("Cancel"), not_offered };
    question.safe = 1;
    question.unfocused = TRUE;
    question.closed = not_offered;
    tgp->log_out = tgp_question (tgp, &question);
}

/* --- logins on other devices --- */

static void
ended_cb (gboolean done, void *account)
{
    TgpAccount *tgp = tgp_account_alive (account);

    if (tgp != NULL)
        tgp_dialog_tell (tgp->gc, PURPLE_NOTIFY_MSG_INFO, _ ("Sessions"),
                         done ? tgp_words_session_done () : tgp_words_session_refused (),
                         NULL);
}

static void
unheard_cb (gboolean done, void *account)
{
}

static void
end_session (TgpAccount *tgp, void *hash)
{
    tg_client_end_login (tgp->client, *(const int64_t *)hash, ended_cb, tgp->gc);
}

/* A question about a new login. */
typedef struct {
    TgpAsked *asked;
    void *hash; /* its data, which is compared only */
} NewLogin;

void
tgp_ends_free (TgpAccount *tgp)
{
    if (tgp->new_logins != NULL)
        g_queue_free_full (g_steal_pointer (&tgp->new_logins), g_free);
}

static void
answered_new (TgpAccount *tgp, void *hash)
{
    for (GList *l = tgp->new_logins->head; l != NULL; l = l->next)
        if (((NewLogin *)l->data)->hash == hash) {
            g_free (l->data);
            g_queue_delete_link (tgp->new_logins, l);
            return;
        }
}

/* The newest few stand: nobody may be there for days, and /sessions has them all. */
static void
keep_new (TgpAccount *tgp, TgpAsked *asked, void *hash)
{
    if (asked == NULL)
        return;
    g_queue_push_tail (tgp->new_logins,
                       g_memdup2 (&(NewLogin){ asked, hash }, sizeof (NewLogin)));
    if (tgp->new_logins->length > NEW_LOGINS_MAX) {
        g_autofree NewLogin *oldest = g_queue_pop_head (tgp->new_logins);
        tgp_question_close (oldest->asked);
    }
}

static void
end_new_session (TgpAccount *tgp, void *hash)
{
    answered_new (tgp, hash);
    end_session (tgp, hash);
}

static void
confirm_session (TgpAccount *tgp, void *hash)
{
    answered_new (tgp, hash);
    tg_client_confirm_login (tgp->client, *(const int64_t *)hash, unheard_cb, tgp->gc);
}

void
tgp_ends_ask_session (TgpAccount *tgp, const TalkLogin *login)
{
    g_autofree char *text = tgp_words_end_session (login);

    tgp_question_confirm (
        tgp, &(TgpQuestion){ .title = _ ("Sessions"),
                             .text = text,
                             .more = tgp_words_end_session_how (),
                             .data = g_memdup2 (&login->hash, sizeof login->hash),
                             .free_data = g_free,
                             .buttons = { { _ ("End session"), end_session } } });
}

void
tgp_ends_ask_new_session (TgpAccount *tgp, const TalkLogin *login)
{
    g_autofree char *text = tgp_words_new_session (login);
    TgpQuestion question = { .title = _ ("Sessions"),
                             .text = text,
                             .more = tgp_words_new_session_how (),
                             .safe = 2,
                             .unfocused = TRUE,
                             .data = g_memdup2 (&login->hash, sizeof login->hash),
                             .free_data = g_free,
                             .buttons = { { _ ("It was me"), confirm_session },
                                          { _ ("End session"), end_new_session },
                                          { _ ("Later"), answered_new } },
                             .closed = answered_new };

    if (tgp->new_logins == NULL)
        tgp->new_logins = g_queue_new ();
    keep_new (tgp, tgp_question (tgp, &question), question.data);
}

/* --- the question of a lost login --- */

static void
anew (TgpAccount *tgp, void *data)
{
    tgp->anew = NULL;
    tg_client_log_in_anew (tgp->client, GPOINTER_TO_UINT (data));
}

static void
wait_on (TgpAccount *tgp, void *data)
{
    tgp->anew = NULL;
    tg_client_answer (tgp->client, GPOINTER_TO_UINT (data), NULL);
}

typedef struct {
    TgpAccount *tgp;
    GString *names;
} Chats;

static void
name_cb (const TalkSecret *info, void *user)
{
    Chats *chats = user;

    g_autofree char *name = tgp_person_in_sentence (chats->tgp, info->user_id);

    if (info->state != TALK_STATE_CLOSED)
        g_string_append_printf (chats->names, "%s%s", chats->names->len > 0 ? ", " : "",
                                name);
}

void
tgp_ends_ask_anew (TgpAccount *tgp, const TalkAsk *ask)
{
    Chats chats = { tgp, g_string_new (NULL) };

    tg_client_each_secret (tgp->client, name_cb, &chats);
    g_autofree char *names = g_string_free (chats.names, FALSE);
    g_autofree char *text = tgp_words_anew_how (names);
    TgpQuestion question = { .title = _ ("Login"),
                             .text = tgp_words_anew (),
                             .more = text,
                             .safe = 1,
                             .unfocused = TRUE,
                             .data = GUINT_TO_POINTER (ask->attempt),
                             .buttons = { { _ ("Log in anew"), anew },
                                          { _ ("Go on waiting"), wait_on } } };
    if (tgp->anew != NULL)
        tgp_question_close (tgp->anew);
    tgp->anew = tgp_question (tgp, &question);
}
