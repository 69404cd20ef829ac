/* See tgp-profile.h. */
#include "tgp-profile.h"

#include "tgp-after.h"
#include "tgp-conv.h"
#include "tgp-dialog.h"
#include "tgp-text.h"
#include "tgp-words-account.h"
#include "tgp-words-person.h"
#include "tg-client-profile.h"

enum { FIRST, LAST, ABOUT, FIELDS };

/* Somebody waits for an answer of the server, or of the user. */
typedef struct {
    PurpleConnection *gc;
    char *where;    /* the conversation's name; NULL: a dialog */
    gboolean quiet; /* what is so already is not told of */
    gboolean sent;  /* a change was asked for */
    char *shown[FIELDS],
        *typed[FIELDS]; /* in the dialog; NULL: as shown, or there is none */
    PurpleSetPublicAliasSuccessCallback done;
    PurpleSetPublicAliasFailureCallback failed;
} Wanted;

static GList *wanted_ones; /* Wanted */

static Wanted *
wanted_new (PurpleConnection *gc, PurpleConversation *conv)
{
    Wanted *wanted = g_new0 (Wanted, 1);

    wanted->gc = gc;
    if (conv != NULL)
        wanted->where = g_strdup (purple_conversation_get_name (conv));
    wanted_ones = g_list_prepend (wanted_ones, wanted);
    return wanted;
}

static void
wanted_free (Wanted *wanted)
{
    if (g_list_find (wanted_ones, wanted) == NULL)
        return; /* it went with its account meanwhile */
    wanted_ones = g_list_remove (wanted_ones, wanted);
    g_free (wanted->where);
    for (int i = 0; i < FIELDS; i++) {
        g_free (wanted->shown[i]);
        g_free (wanted->typed[i]);
    }
    g_free (wanted);
}

static void
unanswered_cb (PurpleAccount *account, void *failed)
{
    (*(PurpleSetPublicAliasFailureCallback *)failed) (account,
                                                      tgp_words_profile_unanswered ());
}

/* It may have been done, or not. */
static void
tell_unanswered (const Wanted *wanted)
{
    PurpleAccount *account = purple_connection_get_account (wanted->gc);
    const char *text = tgp_words_profile_unanswered ();

    if (wanted->failed != NULL)
        tgp_after (account, unanswered_cb,
                   g_memdup2 (&wanted->failed, sizeof wanted->failed), g_free);
    else if (wanted->sent && wanted->where != NULL)
        tgp_notice_after (account, wanted->where, text, NULL);
    else if (wanted->sent && !wanted->quiet)
        tgp_dialog_tell (account, PURPLE_NOTIFY_MSG_ERROR, _ ("Profile"), text, NULL);
}

void
tgp_profile_close (PurpleConnection *gc)
{
    for (GList *l = wanted_ones, *next; l != NULL; l = next) {
        Wanted *wanted = l->data;
        next = l->next;
        if (wanted->gc != gc)
            continue;
        tell_unanswered (wanted);
        wanted_free (wanted);
    }
}

static char *
whole_name (const TgProfile *profile)
{
    return *profile->last == '\0'
               ? g_strdup (profile->first)
               : g_strconcat (profile->first, " ", profile->last, NULL);
}

/* libpurple shows it where another plugin asks for it. */
static void
remember (PurpleConnection *gc, const TgProfile *profile)
{
    g_autofree char *markup = g_markup_escape_text (profile->about, -1);

    purple_account_set_user_info (purple_connection_get_account (gc), markup);
}

/* Who called waits for an answer, also where what is wrong was told elsewhere: `text` is NULL. */
static void
tell (const Wanted *wanted, TalkProfiled what, const char *text)
{
    gboolean well = what == TALK_PROFILE_DONE || what == TALK_PROFILE_SAME;
    PurpleAccount *account = purple_connection_get_account (wanted->gc);

    if (!well && wanted->failed != NULL) {
        g_autofree char *any =
            tgp_words_profiled (TALK_PROFILE_REFUSED, NULL, NULL, NULL);
        wanted->failed (account, text != NULL ? text : any);
        return;
    }
    if (text == NULL || (wanted->quiet && what == TALK_PROFILE_SAME))
        return;
    if (wanted->where != NULL)
        tgp_notice_later (wanted->gc, wanted->where, text);
    else
        tgp_dialog_tell (wanted->gc,
                         well ? PURPLE_NOTIFY_MSG_INFO : PURPLE_NOTIFY_MSG_ERROR,
                         _ ("Profile"), text, NULL);
}

static void edit (Wanted *wanted, const char *text);

/* What came of it; DONE, or SAME, has the profile. What cannot be so is typed once more. */
static void
result_cb (const TgProfile *profile, TalkProfiled what, int64_t seconds, void *user)
{
    Wanted *wanted = user;
    g_autofree char *name = profile != NULL ? whole_name (profile) : NULL;
    g_autofree char *said = name != NULL ? tg_name_in_sentence (name) : NULL;
    g_autofree char *wait = seconds > 0 ? tgp_words_about_time (seconds) : NULL;
    g_autofree char *text =
        tgp_words_profiled (what, said, profile != NULL ? profile->about : NULL, wait);
    gboolean again = what == TALK_PROFILE_NAME || what == TALK_PROFILE_ABOUT;

    wanted->sent = FALSE;
    if (again && wanted->shown[FIRST] != NULL) {
        edit (wanted, text);
        return;
    }
    if (profile != NULL)
        remember (wanted->gc, profile);
    if (profile != NULL && wanted->done != NULL)
        wanted->done (purple_connection_get_account (wanted->gc), name);
    else
        tell (wanted, what, text);
    wanted_free (wanted);
}

/* --- the dialog --- */

static const char *const ids[FIELDS] = { "first", "last", "about" };

/* What was not touched may be another by now, on another device. */
static void
edited_cb (Wanted *wanted, PurpleRequestFields *fields)
{
    TgpAccount *tgp = tgp_account_alive (wanted->gc);
    gboolean any = FALSE;

    for (int i = 0; i < FIELDS; i++) {
        const char *text = purple_request_fields_get_string (fields, ids[i]);
        g_autofree char *stripped = g_strstrip (g_strdup (text != NULL ? text : ""));
        g_clear_pointer (&wanted->typed[i], g_free);
        if (!g_str_equal (stripped, wanted->shown[i]))
            wanted->typed[i] = g_steal_pointer (&stripped);
        any |= wanted->typed[i] != NULL;
    }
    TgProfile profile = { wanted->typed[FIRST], wanted->typed[LAST],
                          wanted->typed[ABOUT] };
    wanted->sent = tgp != NULL && any;
    if (wanted->sent)
        tg_client_set_profile (tgp->client, &profile, result_cb, wanted);
    else
        wanted_free (wanted);
}

static void
cancelled_cb (Wanted *wanted, PurpleRequestFields *fields)
{
    wanted_free (wanted);
}

static void
edit (Wanted *wanted, const char *text)
{
    const char *const labels[FIELDS] = { _ ("First name"), _ ("Last name"),
                                         _ ("About you") };
    PurpleRequestFields *fields = purple_request_fields_new ();
    PurpleRequestFieldGroup *group = purple_request_field_group_new (NULL);
    g_autofree char *lines = tgp_dialog_text (text);

    for (int i = 0; i < FIELDS; i++)
        purple_request_field_group_add_field (
            group,
            purple_request_field_string_new (
                ids[i], labels[i],
                wanted->typed[i] != NULL ? wanted->typed[i] : wanted->shown[i], FALSE));
    purple_request_fields_add_group (fields, group);
    if (purple_request_fields (
            wanted->gc, _ ("Profile"), lines, NULL, fields, _ ("OK"),
            G_CALLBACK (edited_cb), _ ("Cancel"), G_CALLBACK (cancelled_cb),
            purple_connection_get_account (wanted->gc), NULL, NULL, wanted) == NULL)
        wanted_free (wanted); /* the front end has no such dialogs */
}

static void
asked_cb (const TgProfile *profile, TalkProfiled what, int64_t seconds, void *user)
{
    Wanted *wanted = user;

    if (profile == NULL) {
        result_cb (profile, what, seconds, user);
        return;
    }
    remember (wanted->gc, profile);
    wanted->shown[FIRST] = g_strdup (profile->first);
    wanted->shown[LAST] = g_strdup (profile->last);
    wanted->shown[ABOUT] = g_strdup (profile->about);
    edit (wanted, tgp_words_profile_how ());
}

void
tgp_profile_action (PurplePluginAction *action)
{
    PurpleConnection *gc = action->context;
    TgpAccount *tgp = tgp_account_alive (gc);

    if (tgp != NULL)
        tg_client_ask_profile (tgp->client, asked_cb, wanted_new (gc, NULL));
}

/* --- by a command --- */

void
tgp_profile_show (TgpAccount *tgp, PurpleConversation *conv)
{
    tg_client_ask_profile (tgp->client, result_cb, wanted_new (tgp->gc, conv));
}

void
tgp_profile_call (TgpAccount *tgp, PurpleConversation *conv, const char *name)
{
    Wanted *wanted = wanted_new (tgp->gc, conv);

    wanted->sent = TRUE;
    tg_client_set_name (tgp->client, name, result_cb, wanted);
}

void
tgp_profile_describe (TgpAccount *tgp, PurpleConversation *conv, const char *about)
{
    Wanted *wanted = wanted_new (tgp->gc, conv);

    wanted->sent = TRUE;
    tg_client_set_profile (tgp->client, &(TgProfile){ .about = about }, result_cb,
                           wanted);
}

/* --- as libpurple has it --- */

/* NULL is no text, not an empty one: what is at Telegram stays. */
void
tgp_profile_set_info (PurpleConnection *gc, const char *info)
{
    TgpAccount *tgp = tgp_account (gc);
    g_autoptr (TalkSpans) looks = NULL;

    if (info == NULL || tgp == NULL || tgp->client == NULL)
        return;
    g_autofree char *about = tgp_text_read (info, &looks);
    Wanted *wanted = wanted_new (gc, NULL);
    wanted->quiet = TRUE; /* a plugin may say it at each sign-on */
    tg_client_set_profile (tgp->client, &(TgProfile){ .about = about }, result_cb,
                           wanted);
}

static void
unheard_done_cb (PurpleAccount *account, const char *alias)
{
}

static void
unheard_failed_cb (PurpleAccount *account, const char *error)
{
}

void
tgp_profile_set_alias (PurpleConnection *gc, const char *alias,
                       PurpleSetPublicAliasSuccessCallback done,
                       PurpleSetPublicAliasFailureCallback failed)
{
    TgpAccount *tgp = tgp_account (gc);
    Wanted *wanted;

    if (tgp == NULL || tgp->client == NULL) {
        g_autofree char *text =
            tgp_words_profiled (TALK_PROFILE_OFFLINE, NULL, NULL, NULL);
        if (failed != NULL)
            failed (purple_connection_get_account (gc), text);
        return;
    }
    wanted = wanted_new (gc, NULL);
    wanted->done = done != NULL ? done : unheard_done_cb;
    wanted->failed = failed != NULL ? failed : unheard_failed_cb;
    tg_client_set_name (tgp->client, alias != NULL ? alias : "", result_cb, wanted);
}

typedef struct {
    PurpleAccount *account;
    PurpleGetPublicAliasSuccessCallback done;
} Get;

static void
get_cb (const TalkPerson *self, void *user)
{
    const Get *get = user;

    if (get->done != NULL)
        get->done (get->account, self->name);
}

void
tgp_profile_get_alias (PurpleConnection *gc, PurpleGetPublicAliasSuccessCallback done,
                       PurpleGetPublicAliasFailureCallback failed)
{
    TgpAccount *tgp = tgp_account (gc);
    Get get = { purple_connection_get_account (gc), done };

    if (tgp == NULL || tgp->client == NULL ||
        !tg_client_peer (tgp->client, tg_client_own_id (tgp->client), get_cb, &get)) {
        g_autofree char *text =
            tgp_words_profiled (TALK_PROFILE_OFFLINE, NULL, NULL, NULL);
        if (failed != NULL)
            failed (get.account, text);
    }
}
