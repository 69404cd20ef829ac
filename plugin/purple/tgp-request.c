/* Requests for secret chats: one question a person (see tgp-request.h). */
#include "tgp-request.h"

#include "tgp-blocked.h"
#include "tgp-ends.h"
#include "tgp-entry.h"
#include "tgp-frontend.h"
#include "tgp-person.h"
#include "tgp-question.h"
#include "tgp-secret-buddy.h"
#include "tgp-words-act.h"

#define ACCEPT_AFTER 2 /* s; SC-A16 */
#define ASKED_MAX 1    /* questions that stand at a time; the others wait for an answer */

/* The open requests of one person. */
typedef struct {
    TgpAccount *tgp;
    int64_t user_id;
    unsigned serial; /* who asked first is asked about first */
    GArray *chats;   /* int32_t, the newest last; never empty */
    TgpAsked *asked; /* a question stands */
    gboolean closed; /* it was closed unanswered: the next request is asked about again */
    unsigned timer;  /* the newest is accepted by a rule when this runs out */
} TgpRequest;

static TgpRequest *
find (TgpAccount *tgp, int64_t user_id)
{
    return g_hash_table_lookup (tgp->requests, &user_id);
}

static void ask (TgpRequest *request);

static gboolean
waits (const TgpRequest *request)
{
    return request->asked == NULL && request->timer == 0 && !request->closed;
}

/* The next that waits for a question, if there is room for one. */
static void
ask_next (TgpAccount *tgp)
{
    g_autoptr (GList) all = g_hash_table_get_values (tgp->requests);
    TgpRequest *next = NULL;
    unsigned n = 0;

    for (GList *l = all; l != NULL; l = l->next) {
        TgpRequest *request = l->data;
        n += request->asked != NULL;
        if (waits (request) && (next == NULL || request->serial < next->serial))
            next = request;
    }
    if (next != NULL && n < ASKED_MAX)
        ask (next);
}

/* Without its question, which is over or is closed by the caller. */
static void
request_free (TgpRequest *request)
{
    if (request->timer != 0)
        purple_timeout_remove (request->timer);
    g_hash_table_remove (request->tgp->requests, &request->user_id);
    g_array_unref (request->chats);
    g_free (request);
}

static void
request_end (TgpRequest *request)
{
    if (request->asked != NULL)
        tgp_question_close (request->asked);
    request_free (request);
}

void
tgp_requests_free (TgpAccount *tgp)
{
    g_autoptr (GList) all = g_hash_table_get_values (tgp->requests);

    for (GList *l = all; l != NULL; l = l->next)
        request_end (l->data);
    g_hash_table_unref (tgp->requests);
}

/* --- answers --- */

/* One is answered; what else there is of the same person is asked about after it. */
static void
answered (TgpRequest *request, int32_t chat_id)
{
    TgpAccount *tgp = request->tgp;

    for (unsigned i = 0; i < request->chats->len; i++)
        if (g_array_index (request->chats, int32_t, i) == chat_id)
            g_array_remove_index (request->chats, i--);
    request->closed = FALSE;
    if (request->chats->len == 0)
        request_end (request);
    ask_next (tgp);
}

/* The newest. */
static void
accept_newest (TgpRequest *request, gboolean by_user)
{
    TgpAccount *tgp = request->tgp;
    int32_t chat_id = g_array_index (request->chats, int32_t, request->chats->len - 1);

    answered (request, chat_id);
    if (tg_secret_accept (tgp->client, chat_id) == TALK_DONE && by_user)
        tgp_secret_open (tgp, chat_id, NULL);
}

/* Every one of them. */
static void
answer_all (TgpRequest *request, TalkCode (*act) (TgpAccount *tgp, int32_t chat_id))
{
    TgpAccount *tgp = request->tgp;
    g_autoptr (GArray) chats = g_array_ref (request->chats);

    request_end (request);
    ask_next (tgp);
    for (unsigned i = 0; i < chats->len; i++)
        act (tgp, g_array_index (chats, int32_t, i));
}

static void
accept_button (TgpAccount *tgp, void *data)
{
    TgpRequest *request = data;

    request->asked = NULL; /* it is over */
    accept_newest (request, TRUE);
}

static void
reject_button (TgpAccount *tgp, void *data)
{
    TgpRequest *request = data;

    request->asked = NULL;
    answer_all (request, tgp_ends_answered_reject);
}

static void
leave_button (TgpAccount *tgp, void *data)
{
    TgpRequest *request = data;

    request->asked = NULL;
    answer_all (request, tgp_ends_answered_leave);
}

/* Neither yes nor no: it waits for a word of the user, and holds nobody else back. */
static void
closed_cb (TgpAccount *tgp, void *data)
{
    TgpRequest *request = data;

    request->asked = NULL;
    request->closed = TRUE;
    ask_next (tgp);
}

int32_t
tgp_request_of (TgpAccount *tgp, int64_t user_id)
{
    const TgpRequest *request = find (tgp, user_id);

    return request != NULL
               ? g_array_index (request->chats, int32_t, request->chats->len - 1)
               : 0;
}

gboolean
tgp_request_accept (TgpAccount *tgp, int64_t user_id)
{
    TgpRequest *request = find (tgp, user_id);

    if (request != NULL)
        accept_newest (request, TRUE);
    return request != NULL;
}

gboolean
tgp_request_reject (TgpAccount *tgp, int64_t user_id)
{
    TgpRequest *request = find (tgp, user_id);

    if (request != NULL)
        answer_all (request, tgp_ends_answered_reject);
    return request != NULL;
}

gboolean
tgp_request_leave (TgpAccount *tgp, int64_t user_id)
{
    TgpRequest *request = find (tgp, user_id);

    if (request != NULL)
        answer_all (request, tgp_ends_answered_leave);
    return request != NULL;
}

/* Also one that nobody was asked about: the account's rule, or a blocked person. */
TalkCode
tgp_request_answer (TgpAccount *tgp, const TalkSecret *info, TgpAnswer answer,
                    PurpleConversation *conv)
{
    TgpRequest *request = find (tgp, info->user_id);
    TalkCode code;

    if (info->state != TALK_STATE_REQUESTED)
        return TALK_NOTHING;
    if (request != NULL)
        answered (request, info->id);
    code = answer == TGP_ACCEPT   ? tg_secret_accept (tgp->client, info->id)
           : answer == TGP_REJECT ? tgp_ends_answered_reject (tgp, info->id)
                                  : tgp_ends_answered_leave (tgp, info->id);
    if (code == TALK_DONE && answer == TGP_ACCEPT)
        tgp_secret_open (tgp, info->id, conv);
    return code;
}

/* --- the question --- */

typedef struct {
    const TgpRequest *request;
    gboolean had, has; /* a chat with that person; one that goes on */
} Known;

static void
known_cb (const TalkSecret *info, void *user)
{
    Known *known = user;

    if (info->user_id != known->request->user_id || info->state == TALK_STATE_REQUESTED)
        return;
    known->had = TRUE;
    known->has = known->has || info->state == TALK_STATE_READY;
}

/* Since when the person is in a list that remembers it: a date; else NULL. */
static char *
in_list_since (const TgpRequest *request)
{
    g_autofree char *name = tgp_name_person (request->user_id);
    PurpleBuddy *buddy = purple_find_buddy (request->tgp->account, name);
    int day = buddy != NULL
                  ? purple_blist_node_get_int (PURPLE_BLIST_NODE (buddy), TGP_SINCE_NODE)
                  : 0;

    if (day <= 0 || tgp_frontend ()->removes) /* BitlBee's list begins anew each time */
        return NULL;
    g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc ((int64_t)day * 86400);
    return g_date_time_format (date, "%x");
}

static void
sign_cb (const TalkPerson *peer, void *user)
{
    g_autofree char *sign = tgp_words_signs (peer->username, peer->phone);

    g_string_append (user, sign);
}

/* What tells the person from others of the name, and where it is asked. */
static char *
signs_of (const TgpRequest *request)
{
    TgpAccount *tgp = request->tgp;
    GString *text = g_string_new (NULL);
    unsigned waiting = 0;
    GHashTableIter iter;
    gpointer other;

    g_hash_table_iter_init (&iter, tgp->requests);
    while (g_hash_table_iter_next (&iter, NULL, &other))
        waiting += other != request && waits (other);
    tg_client_peer (tgp->client, request->user_id, sign_cb, text);
    g_autofree char *where =
        tgp_words_asked_on (purple_account_get_username (tgp->account), waiting);
    g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", where);
    int32_t chat_id = tgp_request_of (tgp, request->user_id);
    TalkSecret info;
    if (tgp_frontend ()->words && tgp_has_info (tgp, chat_id, &info)) {
        /* it knows two answers only */
        g_autofree char *third = tgp_words_third_answer (info.number);
        g_string_append_printf (text, " %s", third);
    }
    return g_string_free (text, FALSE);
}

/* How well the person is known: what a namesake cannot have. */
static char *
who_is_it (const TgpRequest *request)
{
    TgpAccount *tgp = request->tgp;
    Known known = { request, FALSE, FALSE };
    gboolean contact = tgp_person_is_contact (tgp, request->user_id);

    tg_client_each_secret (tgp->client, known_cb, &known);
    g_autofree char *since = contact ? in_list_since (request) : NULL;
    return tgp_words_who_is_it (contact, since,
                                tg_person_is_verified (tgp->client, request->user_id)
                                    ? TGP_CHAT_VERIFIED
                                : known.has ? TGP_CHAT_NOW
                                : known.had ? TGP_CHAT_BEFORE
                                            : TGP_CHAT_NEVER);
}

static void
ask (TgpRequest *request)
{
    TgpAccount *tgp = request->tgp;
    g_autofree char *name = tgp_person_in_sentence (tgp, request->user_id);
    g_autofree char *text = tgp_words_request (name);
    g_autofree char *signs = signs_of (request), *known = who_is_it (request);
    g_autofree char *more = g_strdup_printf ("%s %s", signs, known);

    request->asked = tgp_question (
        tgp, &(TgpQuestion){ .title = _ ("Secret chat"),
                             .text = text,
                             .more = more,
                             .buttons = { { _ ("Accept"), accept_button },
                                          { _ ("Reject"), reject_button },
                                          { _ ("Leave to my phone"), leave_button } },
                             .safe = TGP_NO_DEFAULT,
                             .unfocused = TRUE,
                             .in_list = TRUE,
                             .closed = closed_cb,
                             .data = request });
}

/* Another device of the account had its chance. */
static gboolean
accept_later_cb (gpointer user)
{
    TgpRequest *request = user;
    TgpAccount *tgp = request->tgp;

    request->timer = 0;
    if (tgp_person_is_blocked (tgp, request->user_id)) {
        request_end (request); /* blocked in the meantime: as if it came now */
        return FALSE;
    }
    g_hash_table_add (tgp->by_rule, GINT_TO_POINTER (tgp_request_of (
                                        tgp, request->user_id))); /* said when shown */
    accept_newest (request, FALSE);
    return FALSE;
}

/* The account's rule for requests (SC-A16). */
static gboolean
is_accepted_by_rule (TgpAccount *tgp, int64_t user_id)
{
    const char *rule = purple_account_get_string (tgp->account, "secret-requests", "ask");

    return tgp_person_is_contact (tgp, user_id) &&
           (g_str_equal (rule, "contacts") ||
            (g_str_equal (rule, "verified") &&
             tg_person_is_verified (tgp->client, user_id)));
}

void
tgp_request (TgpAccount *tgp, const TalkSecret *info)
{
    static unsigned serial;
    const char *rule = purple_account_get_string (tgp->account, "secret-requests", "ask");
    TgpRequest *request = find (tgp, info->user_id);

    if (g_str_equal (rule, "never") || tgp_person_is_blocked (tgp, info->user_id))
        return; /* it waits for another device, or until the person is not blocked */
    if (request == NULL) {
        request = g_new0 (TgpRequest, 1);
        request->tgp = tgp;
        request->user_id = info->user_id;
        request->serial = ++serial;
        request->chats = g_array_new (FALSE, FALSE, sizeof (int32_t));
        g_hash_table_insert (tgp->requests, &request->user_id, request);
    }
    for (unsigned i = 0; i < request->chats->len; i++)
        if (g_array_index (request->chats, int32_t, i) == info->id)
            return;
    g_array_append_val (request->chats, info->id);
    request->closed = FALSE;
    if (request->asked != NULL || request->timer != 0)
        return; /* one a person */
    if (is_accepted_by_rule (tgp, info->user_id))
        request->timer =
            purple_timeout_add_seconds (ACCEPT_AFTER, accept_later_cb, request);
    else
        ask_next (tgp);
}

void
tgp_request_over (TgpAccount *tgp, int32_t chat_id)
{
    g_autoptr (GList) all = g_hash_table_get_values (tgp->requests);

    for (GList *l = all; l != NULL; l = l->next) {
        TgpRequest *request = l->data;
        for (unsigned i = 0; i < request->chats->len; i++)
            if (g_array_index (request->chats, int32_t, i) == chat_id)
                g_array_remove_index (request->chats, i--);
        if (request->chats->len == 0)
            request_end (request);
    }
    ask_next (tgp);
}
