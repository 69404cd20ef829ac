/* Chats, messages, contacts: what ends asks (see tgp-ends.h). */
#include "tgp-ends.h"

#include "tgp-conv.h"
#include "tgp-dialog.h"
#include "tgp-entry.h"
#include "tgp-person.h"
#include "tgp-question.h"
#include "tgp-words-act.h"
#include "tgp-words-commands.h"

/* One thing that a question is about. */
static int32_t
chat_of (void *data)
{
    return GPOINTER_TO_INT (data);
}

/* --- a secret chat --- */

static gboolean
has_ended (TgpAccount *tgp, int32_t chat_id)
{
    TalkSecret info;

    return !tgp_has_info (tgp, chat_id, &info) || info.state == TALK_STATE_CLOSED;
}

static void
close_chat (TgpAccount *tgp, void *data)
{
    if (has_ended (tgp, chat_of (data)))
        tgp_secret_report (tgp, chat_of (data), TALK_IS_CLOSED);
    else
        tg_secret_close (tgp->client, chat_of (data), FALSE);
}

static void
erase_rest (TgpAccount *tgp, void *data)
{
    tg_secret_close (tgp->client, chat_of (data), TRUE);
}

/* "For both sides" was asked: where that came too late it is said. */
static void
erase (TgpAccount *tgp, int32_t chat_id)
{
    gboolean ended = has_ended (tgp, chat_id);
    g_autofree char *name = tgp_chat_person (tgp, chat_id);
    g_autofree char *text = tgp_words_erased_here (name);

    tg_secret_close (tgp->client, chat_id, TRUE);
    if (ended && tgp_lives (tgp))
        tgp_secret_tell (tgp, chat_id, text);
}

static void
erase_chat (TgpAccount *tgp, void *data)
{
    erase (tgp, chat_of (data));
}

static void
flush_chat (TgpAccount *tgp, void *data)
{
    tgp_secret_report (tgp, chat_of (data),
                       tg_secret_flush (tgp->client, chat_of (data)));
}

static void
ask_about_chat (TgpAccount *tgp, int32_t chat_id, TgpEnd what, const char *label,
                void (*run) (TgpAccount *tgp, void *data))
{
    g_autofree char *name = tgp_chat_person (tgp, chat_id);
    g_autofree char *text = tgp_words_question (what, name);

    tgp_question_confirm (tgp, &(TgpQuestion){ .title = _ ("Secret chat"),
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
        ask_about_chat (tgp, chat_id, TGP_END_ERASE_REST, _ ("Delete"), erase_rest);
    else
        ask_about_chat (tgp, chat_id, TGP_END_ERASE, _ ("End and delete for both"),
                        erase_chat);
}

void
tgp_ends_ask_flush (TgpAccount *tgp, int32_t chat_id)
{
    ask_about_chat (tgp, chat_id, TGP_END_FLUSH, _ ("Delete for both"), flush_chat);
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
    tgp_question_confirm (
        tgp, &(TgpQuestion){ .title = _ ("Secret chat"),
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

/* The message that a question is about, whatever comes while it stands. */
typedef struct {
    int32_t chat_id;
    int64_t id;
    int32_t number;
} One;

static void
delete_one (TgpAccount *tgp, void *data)
{
    const One *one = data;
    TalkCode code = tgp_ends_typed_delete (tgp, one->chat_id, one->id);
    g_autofree char *gone = tgp_words_number_gone (one->number);

    if (code == TALK_NOTHING)
        tgp_secret_write (tgp, one->chat_id, TRUE, gone);
    else
        tgp_secret_report (tgp, one->chat_id, code);
}

static void
ask_about_message (TgpAccount *tgp, const One *one, const char *text)
{
    tgp_question_confirm (
        tgp, &(TgpQuestion){ .title = _ ("Secret chat"),
                             .text = text,
                             .more = tgp_words_consequence (TGP_END_DELETE_LAST),
                             .buttons = { { _ ("Delete for both"), delete_one } },
                             .data = g_memdup2 (one, sizeof *one),
                             .free_data = g_free });
}

void
tgp_ends_ask_delete_theirs (TgpAccount *tgp, int32_t chat_id, int64_t id, int32_t number)
{
    g_autofree char *name = tgp_chat_person (tgp, chat_id);
    g_autofree char *text = tgp_words_delete_theirs (name, number);

    ask_about_message (tgp, &(One){ chat_id, id, number }, text);
}

static void
newest_own_cb (const TalkMessage *message, void *user)
{
    One *one = user;

    if (message->outgoing)
        *one = (One){ one->chat_id, message->id, message->number };
}

void
tgp_ends_ask_delete_last (TgpAccount *tgp, int32_t chat_id)
{
    g_autofree char *name = tgp_chat_person (tgp, chat_id);
    g_autofree char *text = tgp_words_question (TGP_END_DELETE_LAST, name);
    One last = { chat_id, 0, 0 };

    tg_secret_each_message (tgp->client, chat_id, newest_own_cb, &last);
    if (last.id != 0)
        ask_about_message (tgp, &last, text);
    else
        tgp_secret_report (tgp, chat_id, TALK_NOTHING);
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

    tgp_question_confirm (tgp,
                          &(TgpQuestion){ .title = _ ("Contact"),
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
    for (unsigned i = 0; i < ids->len && tgp_lives (tgp); i++) {
        int32_t chat_id = (int32_t)g_array_index (ids, int64_t, i);
        if (for_both)
            erase (tgp, chat_id);
        else
            tg_secret_close (tgp->client, chat_id, FALSE);
        if (tgp_lives (tgp))
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
    for (unsigned i = 0; i < removed->people->len && tgp_lives (tgp); i++)
        tgp_list_hide (tgp, g_array_index (removed->people, int64_t, i));
}

static void
from_contacts_too (TgpAccount *tgp, void *data)
{
    const GArray *people = ((const Removed *)data)->people;

    end_removed (tgp, data);
    for (unsigned i = 0; i < people->len && tgp_lives (tgp); i++)
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
