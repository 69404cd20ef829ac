/* The only file from which something ends (see tgp-ends.h): it asks. */
#include "tgp-ends.h"

#include "tgp-conv.h"
#include "tgp-dialog.h"
#include "tgp-entry.h"
#include "tgp-person.h"
#include "tgp-question.h"
#include "tgp-words-act.h"
#include "tgp-words-commands.h"
#include "tgp-words-session.h"

#define NEW_LOGINS_MAX 3 /* questions about them that stand */

/* One thing that a question is about. */
static int32_t
chat_of (void *data)
{
    return GPOINTER_TO_INT (data);
}

/* Two buttons, of which the second is Cancel and the default. */
static void
confirm (TgpAccount *tgp, const TgpQuestion *question)
{
    TgpQuestion with_cancel = *question;

    with_cancel.buttons[1] = (TgpButton){ _ ("Cancel"), NULL };
    with_cancel.safe = 1;
    with_cancel.follows = TRUE;
    tgp_question (tgp, &with_cancel);
}

/* --- a secret chat --- */

/* Since the question was asked the chat may have ended, or the message gone. */
static void
report (TgpAccount *tgp, int32_t chat_id, TalkCode code)
{
    if (code != TALK_DONE)
        tgp_secret_write (tgp, chat_id, TRUE, tgp_words_refused (code));
}

static void
close_chat (TgpAccount *tgp, void *data)
{
    tg_secret_close (tgp->client, chat_of (data), FALSE);
}

static void
erase_chat (TgpAccount *tgp, void *data)
{
    tg_secret_close (tgp->client, chat_of (data), TRUE);
}

static void
flush_chat (TgpAccount *tgp, void *data)
{
    report (tgp, chat_of (data), tg_secret_flush (tgp->client, chat_of (data)));
}

static void
delete_last (TgpAccount *tgp, void *data)
{
    report (tgp, chat_of (data), tgp_ends_typed_delete (tgp, chat_of (data), 0));
}

static void
ask_about_chat (TgpAccount *tgp, int32_t chat_id, TgpEnd what, const char *label,
                void (*run) (TgpAccount *tgp, void *data))
{
    g_autofree char *name = tgp_chat_person (tgp, chat_id);
    g_autofree char *text = tgp_words_question (what, name);

    confirm (tgp, &(TgpQuestion){ .title = _ ("Secret chat"),
                                  .text = text,
                                  .more = tgp_words_consequence (what),
                                  .buttons = { { label, run } },
                                  .data = GINT_TO_POINTER (chat_id) });
}

void
tgp_ends_ask_close (TgpAccount *tgp, int32_t chat_id)
{
    ask_about_chat (tgp, chat_id, TGP_END_CLOSE, _ ("End chat"), close_chat);
}

void
tgp_ends_ask_erase (TgpAccount *tgp, int32_t chat_id)
{
    TalkSecret info;

    if (tgp_has_info (tgp, chat_id, &info) && info.state == TALK_STATE_CLOSED)
        ask_about_chat (tgp, chat_id, TGP_END_ERASE_REST, _ ("Delete"), erase_chat);
    else
        ask_about_chat (tgp, chat_id, TGP_END_ERASE, _ ("End and delete for both"),
                        erase_chat);
}

void
tgp_ends_ask_flush (TgpAccount *tgp, int32_t chat_id)
{
    ask_about_chat (tgp, chat_id, TGP_END_FLUSH, _ ("Delete for both"), flush_chat);
}

void
tgp_ends_ask_delete_last (TgpAccount *tgp, int32_t chat_id)
{
    ask_about_chat (tgp, chat_id, TGP_END_DELETE_LAST, _ ("Delete for both"),
                    delete_last);
}

static void
skip (TgpAccount *tgp, void *data)
{
    TalkCode code = tg_secret_skip (tgp->client, chat_of (data));

    tgp_secret_write (tgp, chat_of (data), FALSE,
                      code == TALK_DONE      ? tgp_words_skipped ()
                      : code == TALK_NOTHING ? tgp_words_problem (TGP_NOTHING_MISSING)
                                             : tgp_words_refused (code));
}

gboolean
tgp_ends_ask_skip (TgpAccount *tgp, int32_t chat_id)
{
    TalkSecret info;

    if (!tgp_has_info (tgp, chat_id, &info) || info.missing == 0)
        return FALSE;
    g_autofree char *name = tgp_person_in_sentence (tgp, info.user_id);
    g_autofree char *text = tgp_words_skip (name, &info);
    confirm (tgp, &(TgpQuestion){ .title = _ ("Secret chat"),
                                  .text = text,
                                  .more = tgp_words_consequence (TGP_END_SKIP),
                                  .buttons = { { _ ("Go on without them"), skip } },
                                  .data = GINT_TO_POINTER (chat_id) });
    return TRUE;
}

TalkCode
tgp_ends_typed_delete (TgpAccount *tgp, int32_t chat_id, int64_t id)
{
    return tg_secret_delete (tgp->client, chat_id, &id, id != 0 ? 1 : 0);
}

typedef struct {
    int32_t chat_id;
    int64_t id;
    int32_t number;
} Theirs;

static void
delete_theirs (TgpAccount *tgp, void *data)
{
    const Theirs *theirs = data;
    TalkCode code = tg_secret_delete (tgp->client, theirs->chat_id, &theirs->id, 1);
    g_autofree char *gone = tgp_words_number_gone (theirs->number);

    if (code == TALK_NOTHING)
        tgp_secret_write (tgp, theirs->chat_id, TRUE, gone);
    else
        report (tgp, theirs->chat_id, code);
}

void
tgp_ends_ask_delete_theirs (TgpAccount *tgp, int32_t chat_id, int64_t id, int32_t number)
{
    Theirs theirs = { chat_id, id, number };
    g_autofree char *name = tgp_chat_person (tgp, chat_id);
    g_autofree char *text = tgp_words_delete_theirs (name, number);

    confirm (tgp, &(TgpQuestion){ .title = _ ("Secret chat"),
                                  .text = text,
                                  .more = tgp_words_consequence (TGP_END_DELETE_LAST),
                                  .buttons = { { _ ("Delete for both"), delete_theirs } },
                                  .data = g_memdup2 (&theirs, sizeof theirs),
                                  .free_data = g_free });
}

TalkCode
tgp_ends_answered_reject (TgpAccount *tgp, int32_t chat_id)
{
    return tg_secret_reject (tgp->client, chat_id);
}

TalkCode
tgp_ends_answered_leave (TgpAccount *tgp, int32_t chat_id)
{
    return tg_secret_leave (tgp->client, chat_id);
}

/* --- a person --- */

static void
delete_contact (TgpAccount *tgp, void *data)
{
    tg_client_remove_contact (tgp->client, *(int64_t *)data);
}

static void
block (TgpAccount *tgp, void *data)
{
    tg_client_block (tgp->client, *(int64_t *)data, TRUE);
}

static void
unblock (TgpAccount *tgp, void *data)
{
    tg_client_block (tgp->client, *(int64_t *)data, FALSE);
}

static void
ask_about_person (TgpAccount *tgp, int64_t user_id, TgpEnd what, const char *label,
                  void (*run) (TgpAccount *tgp, void *data))
{
    g_autofree char *name = tgp_person_in_sentence (tgp, user_id);
    g_autofree char *text = tgp_words_question (what, name);

    confirm (tgp, &(TgpQuestion){ .title = _ ("Contact"),
                                  .text = text,
                                  .more = tgp_words_consequence (what),
                                  .buttons = { { label, run } },
                                  .data = g_memdup2 (&user_id, sizeof user_id),
                                  .free_data = g_free });
}

/* TRUE: it is Telegram itself, and the user was told. */
static gboolean
is_telegram (TgpAccount *tgp, int64_t user_id)
{
    if (user_id == TALK_USER_SERVICE)
        tgp_dialog_tell (tgp->gc, PURPLE_NOTIFY_MSG_INFO, _ ("Telegram"),
                         tgp_words_telegram_stays (), NULL);
    return user_id == TALK_USER_SERVICE;
}

void
tgp_ends_ask_delete_contact (TgpAccount *tgp, int64_t user_id)
{
    if (!is_telegram (tgp, user_id))
        ask_about_person (tgp, user_id, TGP_END_DELETE_CONTACT, _ ("Delete contact"),
                          delete_contact);
}

void
tgp_ends_ask_block (TgpAccount *tgp, int64_t user_id)
{
    if (!is_telegram (tgp, user_id))
        ask_about_person (tgp, user_id, TGP_END_BLOCK, _ ("Block"), block);
}

void
tgp_ends_ask_unblock (TgpAccount *tgp, int64_t user_id)
{
    ask_about_person (tgp, user_id, TGP_END_UNBLOCK, _ ("Unblock"), unblock);
}

/* --- entries that were taken out of the list --- */

/* User and chat ids (int64_t); of one kind there may be none. */
typedef struct {
    GArray *people, *chats;
} Removed;

static GArray *
copy_ids (const GArray *ids)
{
    GArray *copy = g_array_new (FALSE, FALSE, sizeof (int64_t));

    return g_array_append_vals (copy, ids->data, ids->len);
}

static void
removed_free (gpointer data)
{
    Removed *removed = data;

    g_array_unref (removed->people);
    g_array_unref (removed->chats);
    g_free (removed);
}

static void
end_chats (TgpAccount *tgp, const GArray *ids, gboolean for_both)
{
    for (unsigned i = 0; i < ids->len; i++) {
        int32_t chat_id = (int32_t)g_array_index (ids, int64_t, i);
        tg_secret_close (tgp->client, chat_id, for_both);
        tgp_list_drop_chat (tgp, chat_id);
    }
}

static void
erase_removed (TgpAccount *tgp, void *data)
{
    end_chats (tgp, ((const Removed *)data)->chats, TRUE);
}

/* Chats end; people go from this list only. */
static void
end_removed (TgpAccount *tgp, void *data)
{
    const Removed *removed = data;

    end_chats (tgp, removed->chats, FALSE);
    for (unsigned i = 0; i < removed->people->len; i++)
        tgp_list_hide (tgp, g_array_index (removed->people, int64_t, i));
}

static void
from_contacts_too (TgpAccount *tgp, void *data)
{
    const GArray *people = ((const Removed *)data)->people;

    end_removed (tgp, data);
    for (unsigned i = 0; i < people->len; i++)
        tg_client_remove_contact (tgp->client, g_array_index (people, int64_t, i));
}

/* Three buttons, of which the third is Keep and the default. */
static void
ask_removed (TgpAccount *tgp, const TgpQuestion *question, const GArray *people,
             const GArray *chats)
{
    TgpQuestion with_keep = *question;
    Removed *removed = g_new (Removed, 1);

    *removed = (Removed){ copy_ids (people), copy_ids (chats) };
    with_keep.buttons[2] = (TgpButton){ _ ("Keep"), NULL };
    with_keep.safe = 2;
    with_keep.follows = TRUE;
    with_keep.data = removed;
    with_keep.free_data = removed_free;
    tgp_question (tgp, &with_keep);
}

static void
ask_removed_people (TgpAccount *tgp, const GArray *people, const GArray *no_chats)
{
    g_autofree char *name =
        tgp_person_in_sentence (tgp, g_array_index (people, int64_t, 0));
    g_autofree char *text = tgp_words_remove_people (people->len, name);

    ask_removed (
        tgp,
        &(TgpQuestion){
            .title = _ ("Remove contact"),
            .text = text,
            .more = tgp_words_remove_people_how (),
            .buttons = { { _ ("Also from Telegram's contacts"), from_contacts_too },
                         { _ ("Only from this list"), end_removed } } },
        people, no_chats);
}

static void
ask_removed_chats (TgpAccount *tgp, const GArray *no_people, const GArray *chats)
{
    g_autofree char *name =
        tgp_chat_person (tgp, (int32_t)g_array_index (chats, int64_t, 0));
    g_autofree char *text = tgp_words_remove_chats (chats->len, name);

    ask_removed (
        tgp,
        &(TgpQuestion){ .title = _ ("Remove secret chat"),
                        .text = text,
                        .more = tgp_words_remove_chats_how (),
                        .buttons = { { _ ("End and delete for both"), erase_removed },
                                     { _ ("End chat"), end_removed } } },
        no_people, chats);
}

static void
ask_removed_both (TgpAccount *tgp, const GArray *people, const GArray *chats)
{
    g_autofree char *text = tgp_words_remove_both (people->len + chats->len);

    ask_removed (
        tgp,
        &(TgpQuestion){ .title = _ ("Remove"),
                        .text = text,
                        .more = tgp_words_remove_both_how (),
                        .buttons = { { _ ("End, delete at Telegram"), from_contacts_too },
                                     { _ ("End, remove only here"), end_removed } } },
        people, chats);
}

void
tgp_ends_ask_removed (TgpAccount *tgp, const GArray *people, const GArray *chats)
{
    if (people->len > 0 && chats->len > 0)
        ask_removed_both (tgp, people, chats);
    else if (people->len > 0)
        ask_removed_people (tgp, people, chats);
    else if (chats->len > 0)
        ask_removed_chats (tgp, people, chats);
}

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
    confirm (tgp, &question);
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

    confirm (tgp, &(TgpQuestion){ .title = _ ("Sessions"),
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
