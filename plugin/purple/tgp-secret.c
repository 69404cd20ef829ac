/* A secret chat as a buddy of its own: its state in words, its menu, its questions. */
#include "tgp-account.h"

#include <string.h>

#define ACCEPT_AFTER 2 /* s; SC-A16 */
#define GROUP _ ("Secret chats")
#define NUMBER_NODE "secret-number" /* of a buddy: the how-manieth with that person */

typedef struct {
    PurpleConnection *gc;
    int32_t chat_id;
    gboolean open;  /* the dialog stands */
    unsigned timer; /* it is accepted by a rule when this runs out */
} TgpRequest;

/* --- words
 * -------------------------------------------------------------------------------- */

char *
tgp_duration (int32_t seconds)
{
#define WHOLE(unit, one, many)                                                           \
    if (seconds >= (unit) && seconds % (unit) == 0)                                      \
    return g_strdup_printf (ngettext (one, many, (unsigned long)(seconds / (unit))),     \
                            seconds / (unit))
    WHOLE (7 * 86400, "%d week", "%d weeks");
    WHOLE (86400, "%d day", "%d days");
    WHOLE (3600, "%d hour", "%d hours");
    WHOLE (60, "%d minute", "%d minutes");
    WHOLE (1, "%d second", "%d seconds");
#undef WHOLE
    return g_strdup (_ ("off"));
}

static char *
closed_text (TgClosed closed, const char *detail)
{
    switch (closed) {
    case TG_CLOSED_BY_US:
        return g_strdup (_ ("You ended this secret chat."));
    case TG_CLOSED_REJECTED:
        return g_strdup (_ ("You rejected this secret chat."));
    case TG_CLOSED_BY_PEER:
        return g_strdup (_ ("The other side ended this secret chat."));
    case TG_CLOSED_ELSEWHERE:
        return g_strdup (
            _ ("This secret chat is left to another device, or was withdrawn."));
    case TG_CLOSED_ID_INVALID:
        return g_strdup (_ ("The server does not know this secret chat any more."));
    case TG_CLOSED_USER_BLOCKED:
        return g_strdup (
            _ ("The other side has blocked you: the secret chat is closed."));
    case TG_CLOSED_USER_DELETED:
        return g_strdup (
            _ ("The other side's account was deleted: the secret chat is closed."));
    case TG_CLOSED_DATA_INVALID:
        return g_strdup (
            _ ("The server refused this chat's data: the secret chat is closed."));
    case TG_CLOSED_BAD_KEY:
        return g_strdup_printf (_ ("No safe key could be agreed on: %s."), detail);
    case TG_CLOSED_VIOLATION:
        return g_strdup_printf (
            _ ("The other side's program broke the rules of secret chats, "
               "so this one is closed: %s."),
            detail);
    case TG_CLOSED_CORRUPT:
        return g_strdup (
            _ ("The stored data of this secret chat is damaged, so it is closed."));
    case TG_CLOSED_REQUEST_FAILED:
        return g_strdup_printf (_ ("The secret chat could not be started (%s)."), detail);
    case TG_CLOSED_LOGGED_OUT:
        return g_strdup (_ ("The session ended, and this secret chat with it."));
    case TG_CLOSED_ROLLED_BACK:
        return g_strdup (
            _ ("An older copy of this account's data seems to have been restored. The "
               "secret chat is closed, because a message might use a key and a number "
               "that were used before."));
    case TG_CLOSED_NOT:
        break;
    }
    return g_strdup ("");
}

gboolean
tgp_has_info (TgpAccount *tgp, int32_t chat_id, TgSecretInfo *info)
{
    return tgp->client != NULL && tg_secret_info (tgp->client, chat_id, info);
}

char *
tgp_secret_status_text (TgpAccount *tgp, int32_t chat_id)
{
    TgSecretInfo info;

    if (!tgp_has_info (tgp, chat_id, &info))
        return g_strdup (_ ("ended"));
    switch (info.state) {
    case TG_SECRET_ASKING:
    case TG_SECRET_ACCEPTING:
        return g_strdup (_ ("agreeing on a key"));
    case TG_SECRET_WAITING:
        return g_strdup (_ ("waiting for acceptance"));
    case TG_SECRET_REQUESTED:
        return g_strdup (_ ("wants to start a secret chat"));
    case TG_SECRET_CLOSED:
        return g_strdup (_ ("ended"));
    case TG_SECRET_READY:
        break;
    }
    g_autofree char *time = tgp_duration (info.ttl);
    g_autofree char *text = info.ttl == 0
                                ? g_strdup (_ ("secret chat"))
                                : g_strdup_printf (_ ("self-destruct %s"), time);
    return info.verified ? g_strdup_printf (_ ("%s, verified"), text)
                         : g_steal_pointer (&text);
}

/* --- conversations
 * ------------------------------------------------------------------------ */

PurpleConversation *
tgp_secret_conversation (TgpAccount *tgp, int32_t chat_id, gboolean make)
{
    g_autofree char *name = tgp_name_secret (chat_id);
    PurpleConversation *conv =
        purple_find_conversation_with_account (PURPLE_CONV_TYPE_IM, name, tgp->account);

    if (conv == NULL && make)
        conv = purple_conversation_new (PURPLE_CONV_TYPE_IM, tgp->account, name);
    return conv;
}

void
tgp_secret_write (TgpAccount *tgp, int32_t chat_id, gboolean present, const char *text)
{
    PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, present);
    g_autofree char *escaped = g_markup_escape_text (text, -1);
    g_autofree char *html = purple_strdup_withhtml (escaped);

    if (conv == NULL)
        return;
    /* as an IM line: bitlbee shows no other kind (LIBPURPLE 4) */
    purple_conv_im_write (PURPLE_CONV_IM (conv), purple_conversation_get_name (conv),
                          html, PURPLE_MESSAGE_SYSTEM | PURPLE_MESSAGE_NO_LOG,
                          time (NULL));
}

/* --- the buddy
 * ---------------------------------------------------------------------------- */

/* Whatever a user drags together, this chat's lines are not logged with another's. */
static void
forbid_logging (PurpleBuddy *buddy)
{
    purple_blist_node_set_bool (PURPLE_BLIST_NODE (purple_buddy_get_contact (buddy)),
                                "enable-logging", FALSE);
}

/* TRUE: the person is known to be online. */
static void
online_cb (const TgPeer *peer, void *user)
{
    *(gboolean *)user = peer->presence == TG_PRESENCE_ONLINE;
}

/* A chat that lives can be written to, whether its person is there or not. */
void
tgp_secret_presence (TgpAccount *tgp, const TgSecretInfo *info)
{
    g_autofree char *name = tgp_name_secret (info->id);
    gboolean online = FALSE;

    tg_client_peer (tgp->client, info->user_id, online_cb, &online);
    purple_prpl_got_user_status (tgp->account, name,
                                 info->state == TG_SECRET_CLOSED ? "offline"
                                 : online                        ? "available"
                                                                 : "away",
                                 NULL);
}

/* Several chats with one person are told apart by a number that stays (SC-A30). */
typedef struct {
    TgpAccount *tgp;
    const TgSecretInfo *info;
    int taken;
} Numbering;

static void
number_cb (const TgSecretInfo *info, void *user)
{
    Numbering *numbering = user;
    g_autofree char *name = tgp_name_secret (info->id);
    PurpleBuddy *buddy = purple_find_buddy (numbering->tgp->account, name);

    if (buddy != NULL && info->user_id == numbering->info->user_id &&
        info->id != numbering->info->id)
        numbering->taken =
            MAX (numbering->taken,
                 purple_blist_node_get_int (PURPLE_BLIST_NODE (buddy), NUMBER_NODE));
}

char *
tgp_secret_alias (TgpAccount *tgp, const TgSecretInfo *info, PurpleBuddy *buddy)
{
    const char *person = tgp_person_name (tgp, info->user_id);
    Numbering numbering = { tgp, info, 0 };
    int number = buddy != NULL
                     ? purple_blist_node_get_int (PURPLE_BLIST_NODE (buddy), NUMBER_NODE)
                     : 0;

    if (number == 0) {
        tg_client_each_secret (tgp->client, number_cb, &numbering);
        number = numbering.taken + 1;
        if (buddy != NULL)
            purple_blist_node_set_int (PURPLE_BLIST_NODE (buddy), NUMBER_NODE, number);
    }
    return number == 1 ? g_strdup_printf (_ ("%s (secret)"), person)
                       : g_strdup_printf (_ ("%s (secret %d)"), person, number);
}

static void
show_buddy (TgpAccount *tgp, const TgSecretInfo *info)
{
    g_autofree char *name = tgp_name_secret (info->id);
    PurpleBuddy *buddy = purple_find_buddy (tgp->account, name);

    if (buddy == NULL && info->state != TG_SECRET_CLOSED) {
        buddy = purple_buddy_new (tgp->account, name, NULL);
        purple_blist_add_buddy (buddy, NULL, tgp_group (GROUP), NULL);
        forbid_logging (buddy);
        g_autofree char *first = tgp_secret_alias (tgp, info, buddy);
        purple_blist_server_alias_buddy (buddy, first); /* not "is now known as" */
    }
    if (buddy == NULL)
        return;
    g_autofree char *alias = tgp_secret_alias (tgp, info, buddy);
    serv_got_alias (tgp->gc, name, alias);
    tgp_secret_presence (tgp, info);
}

/* --- requests
 * ----------------------------------------------------------------------------- */

static void
request_end (TgpRequest *request)
{
    if (request->open)
        purple_request_close_with_handle (request);
    if (request->timer != 0)
        purple_timeout_remove (request->timer);
    g_free (request);
}

void
tgp_requests_free (TgpAccount *tgp)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, tgp->requests);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        request_end (value);
    }
    g_hash_table_unref (tgp->requests);
}

static TgpRequest *
take_request (TgpAccount *tgp, int32_t chat_id)
{
    TgpRequest *request = g_hash_table_lookup (tgp->requests, GINT_TO_POINTER (chat_id));
    g_hash_table_remove (tgp->requests, GINT_TO_POINTER (chat_id));
    return request;
}

static void
close_request (TgpAccount *tgp, int32_t chat_id)
{
    TgpRequest *request = take_request (tgp, chat_id);

    if (request == NULL)
        return;
    request_end (request);
}

static void
answer_request (TgpRequest *request,
                gboolean (*act) (TgClient *client, int32_t chat_id, GError **error))
{
    TgpAccount *tgp = tgp_account (request->gc);
    int32_t chat_id = request->chat_id;

    g_free (take_request (tgp, chat_id));
    act (tgp->client, chat_id, NULL);
}

/* One function a button: front ends number them differently (LIBPURPLE 0.8). */
static void
accept_cb (TgpRequest *request, int action)
{
    answer_request (request, tg_secret_accept);
}

static void
reject_cb (TgpRequest *request, int action)
{
    answer_request (request, tg_secret_reject);
}

static void
leave_cb (TgpRequest *request, int action)
{
    answer_request (request, tg_secret_leave);
}

static void
ask_user (TgpAccount *tgp, const TgSecretInfo *info)
{
    const char *name = tgp_person_name (tgp, info->user_id);
    g_autofree char *text =
        g_strdup_printf (_ ("%s wants to start a secret chat with you. Only this device "
                            "will be able to read "
                            "it."),
                         name);
    gboolean bitlbee = g_str_equal (purple_core_get_ui (), "BitlBee");

    if (g_hash_table_contains (tgp->requests, GINT_TO_POINTER (info->id)))
        return;
    TgpRequest *request = g_new0 (TgpRequest, 1);
    request->gc = tgp->gc;
    request->chat_id = info->id;
    request->open = TRUE;
    g_hash_table_insert (tgp->requests, GINT_TO_POINTER (info->id), request);
    tgp_secret_write (tgp, info->id, TRUE, text); /* Finch's dialog opens behind */
    if (bitlbee) /* knows these two words only; /secret leave is its third */
        purple_request_action (request, _ ("Secret chat"), text, NULL,
                               PURPLE_DEFAULT_ACTION_NONE, tgp->account, NULL, NULL,
                               request, 2, "Accept", accept_cb, "Reject", reject_cb);
    else
        purple_request_action (request, _ ("Secret chat"), text, NULL,
                               PURPLE_DEFAULT_ACTION_NONE, tgp->account, NULL, NULL,
                               request, 3, _ ("Accept"), accept_cb, _ ("Reject"),
                               reject_cb, _ ("Leave it to my other devices"), leave_cb);
}

/* Another device of the account had its chance. */
static gboolean
accept_later_cb (gpointer user)
{
    g_autofree TgpRequest *request = user;
    TgpAccount *tgp = tgp_account (request->gc); /* closing ends the timer */
    TgSecretInfo info;

    take_request (tgp, request->chat_id);
    if (!tgp_has_info (tgp, request->chat_id, &info) || info.state != TG_SECRET_REQUESTED)
        return FALSE;
    g_autofree char *text = g_strdup_printf (
        _ ("%s started a secret chat; it was accepted, as this account's settings say."),
        tgp_person_name (tgp, info.user_id));
    show_buddy (tgp, &info);
    tgp_secret_write (tgp, info.id, TRUE, text);
    tg_secret_accept (tgp->client, info.id, NULL);
    return FALSE;
}

/* The account's rule for requests (SC-A16): TRUE where the user need not be asked. */
static gboolean
answer_by_rule (TgpAccount *tgp, const TgSecretInfo *info)
{
    const char *rule = purple_account_get_string (tgp->account, "secret-requests", "ask");

    if (g_str_equal (rule, "never"))
        return TRUE; /* it waits for another device of this account */
    g_autofree char *person = tgp_name_person (info->user_id);
    gboolean contact = purple_find_buddy (tgp->account, person) != NULL;
    gboolean accept = contact && (g_str_equal (rule, "contacts") ||
                                  (g_str_equal (rule, "verified") &&
                                   tg_person_is_verified (tgp->client, info->user_id)));
    if (!accept)
        return FALSE;
    if (g_hash_table_contains (tgp->requests, GINT_TO_POINTER (info->id)))
        return TRUE;
    TgpRequest *request = g_new0 (TgpRequest, 1);
    request->gc = tgp->gc;
    request->chat_id = info->id;
    request->timer = purple_timeout_add_seconds (ACCEPT_AFTER, accept_later_cb, request);
    g_hash_table_insert (tgp->requests, GINT_TO_POINTER (info->id), request);
    return TRUE;
}

/* --- events
 * ------------------------------------------------------------------------------- */

static void
tell_ready (TgpAccount *tgp, const TgSecretInfo *info)
{
    const char *name = tgp_person_name (tgp, info->user_id);
    g_autofree char *text =
        g_strdup_printf (_ ("This secret chat with %s is ready. /key shows its key, "
                            "/secret its state; /ttl 30s sets a self-destruct timer, "
                            "/delete takes your last message back."),
                         name);

    tgp_secret_write (tgp, info->id, FALSE, text);
    if (info->verified || !tg_person_is_verified (tgp->client, info->user_id))
        return;
    g_autofree char *warning =
        g_strdup_printf (_ ("You verified the key of another chat with %s. This chat has "
                            "a key of its own, which is not verified yet: /verify."),
                         name);
    tgp_secret_write (tgp, info->id, TRUE, warning);
}

/* Why it is over, and how to begin anew in one step. */
static void
tell_closed (TgpAccount *tgp, const TgSecretInfo *info)
{
    g_autofree char *why = closed_text (
        info->closed, info->closed_detail != NULL ? info->closed_detail : "?");
    gboolean wanted =
        info->closed == TG_CLOSED_BY_US || info->closed == TG_CLOSED_REJECTED ||
        info->closed == TG_CLOSED_ELSEWHERE || info->closed == TG_CLOSED_LOGGED_OUT;
    g_autofree char *text =
        g_strdup_printf ("%s%s", why, wanted ? "" : _ (" /secret new starts a new one."));

    tgp_secret_write (tgp, info->id, !wanted, text);
}

void
tgp_secret (void *user, const TgSecretInfo *info)
{
    TgpAccount *tgp = user;
    g_autofree char *buddy_name = tgp_name_secret (info->id);
    gboolean known = purple_find_buddy (tgp->account, buddy_name) != NULL;
    g_autofree char *text = NULL;

    if (info->state == TG_SECRET_REQUESTED && answer_by_rule (tgp, info))
        return;
    show_buddy (tgp, info);
    tgp_look_around (tgp, info->id);
    if (info->state != TG_SECRET_REQUESTED)
        close_request (tgp, info->id);
    else
        ask_user (tgp, info);
    if (info->stored && info->closed != TG_CLOSED_CORRUPT && !info->gone)
        return; /* it was told when it happened */
    switch (info->state) {
    case TG_SECRET_WAITING:
        text = g_strdup_printf (_ ("Waiting for %s to accept the secret chat."),
                                tgp_person_name (tgp, info->user_id));
        tgp_secret_write (tgp, info->id, FALSE, text);
        break;
    case TG_SECRET_READY:
        tell_ready (tgp, info);
        break;
    case TG_SECRET_CLOSED:
        if (known)
            tell_closed (tgp, info);
        if (info->gone)
            tgp_secret_removed (tgp, info->id);
        break;
    case TG_SECRET_ASKING:
        if (!known) /* just begun by the user */
            purple_conversation_present (tgp_secret_conversation (tgp, info->id, TRUE));
        break;
    case TG_SECRET_REQUESTED:
    case TG_SECRET_ACCEPTING:
        break;
    }
}

void
tgp_secret_removed (void *user, int32_t chat_id)
{
    TgpAccount *tgp = user;
    g_autofree char *name = tgp_name_secret (chat_id);
    PurpleBuddy *buddy = purple_find_buddy (tgp->account, name);

    close_request (tgp, chat_id);
    if (buddy != NULL)
        purple_blist_remove_buddy (buddy);
}

void
tgp_secret_refresh (TgpAccount *tgp, int32_t chat_id)
{
    g_autofree char *name = tgp_name_secret (chat_id);
    TgSecretInfo info;

    if (purple_find_buddy (tgp->account, name) != NULL &&
        tgp_has_info (tgp, chat_id, &info))
        tgp_secret_presence (tgp, &info);
}

static char *
gap_notice (const char *who, const TgSecretInfo *info)
{
    g_autofree char *missing = tgp_gap_text (who, info);

    /* Translators: %s is "2 messages of Alice did not arrive; ..." */
    return g_strdup_printf (
        _ ("%s They were asked for again and again. /secret skip goes "
           "on without them."),
        missing);
}

void
tgp_secret_notice (void *user, int32_t chat_id, TgNotice notice, int64_t number,
                   const char *detail)
{
    TgpAccount *tgp = user;
    TgSecretInfo info;
    g_autofree char *text = NULL;
    const char *who =
        tgp_has_info (tgp, chat_id, &info) ? tgp_person_name (tgp, info.user_id) : "?";
    g_autofree char *time = tgp_duration ((int32_t)number);

    switch (notice) {
    case TG_NOTICE_TTL_BY_PEER:
        text = number == 0
                   ? g_strdup_printf (_ ("%s turned the self-destruct timer off."), who)
                   : g_strdup_printf (_ ("%s set the self-destruct timer to %s."), who,
                                      time);
        break;
    case TG_NOTICE_TTL_BY_US:
        text = number == 0
                   ? g_strdup (_ ("You turned the self-destruct timer off."))
                   : g_strdup_printf (_ ("You set the self-destruct timer to %s."), time);
        break;
    case TG_NOTICE_SCREENSHOT_BY_PEER:
        text = g_strdup_printf (_ ("%s took a screenshot."), who);
        break;
    case TG_NOTICE_SCREENSHOT_BY_US:
        text = g_strdup_printf (_ ("%s was told that you took a screenshot."), who);
        break;
    case TG_NOTICE_FLUSHED_BY_PEER:
        text = g_strdup_printf (_ ("%s deleted all messages of this chat."), who);
        break;
    case TG_NOTICE_NEWER_PEER:
        text = g_strdup_printf (
            _ ("%s uses a newer kind of secret chats: some messages may not "
               "show here."),
            who);
        break;
    case TG_NOTICE_DELAYED:
        text = g_strdup (
            _ ("The server has not taken your message for a minute. It waits and "
               "goes out as soon as it can."));
        break;
    case TG_NOTICE_GAP:
        text = gap_notice (who, &info);
        break;
    case TG_NOTICE_OLD_GROUP:
        text = g_strdup (
            _ ("The server changed the numbers that keys are made of: this chat "
               "keeps its present key. Start a new secret chat to get a new one."));
        break;
    }
    tgp_secret_write (tgp, chat_id, FALSE, text);
    tgp_secret_refresh (tgp, chat_id);
}

void
tgp_secret_failed (void *user, int32_t chat_id, int64_t id, const char *type)
{
    static const struct {
        const char *type, *text;
    } reasons[] = {
        { "DATA_INVALID",
          N_ ("Your message was not sent: the server refused its data.") },
        { "DATA_TOO_LONG", N_ ("Your message was not sent: it is too long.") },
        { "USER_IS_BLOCKED",
          N_ ("Your message was not sent: this person has blocked you.") },
        { "USER_DELETED", N_ ("Your message was not sent: this account was deleted.") },
        { "CLOSED", N_ ("Your message was not sent: the secret chat is closed.") },
    };
    TgpAccount *tgp = user;

    for (size_t i = 0; i < G_N_ELEMENTS (reasons); i++)
        if (g_str_equal (reasons[i].type, type)) {
            tgp_secret_write (tgp, chat_id, TRUE, _ (reasons[i].text));
            return;
        }
    g_autofree char *text =
        g_strdup_printf (_ ("Your message was not sent: the server says %s."), type);
    tgp_secret_write (tgp, chat_id, TRUE, text);
}

void
tgp_secret_verify (TgpAccount *tgp, int32_t chat_id, gboolean verified)
{
    if (!tg_secret_set_verified (tgp->client, chat_id, verified, NULL))
        tgp_secret_write (tgp, chat_id, TRUE, _ ("This secret chat has no key."));
    else
        tgp_secret_write (
            tgp, chat_id, TRUE,
            verified ? _ ("You marked the key of this chat as verified. The mark is for "
                          "this chat only.")
                     : _ ("The key of this chat is not marked as verified."));
    tgp_secret_refresh (tgp, chat_id);
}

void
tgp_secret_start (TgpAccount *tgp, int64_t user_id)
{
    g_autoptr (GError) error = NULL;

    if (tg_secret_start (tgp->client, user_id, &error) == 0)
        purple_notify_error (tgp->gc, _ ("Secret chat"),
                             _ ("The secret chat could not be started."), error->message);
}

/* --- questions with consequences
 * ------------------------------------------------------------ */

static void
close_yes_cb (TgpRequest *request, int action)
{
    TgpAccount *tgp = tgp_account_alive (request->gc);

    if (tgp != NULL)
        tg_secret_close (tgp->client, request->chat_id, FALSE, NULL);
    g_free (request);
}

static void
erase_yes_cb (TgpRequest *request, int action)
{
    TgpAccount *tgp = tgp_account_alive (request->gc);

    if (tgp != NULL)
        tg_secret_close (tgp->client, request->chat_id, TRUE, NULL);
    g_free (request);
}

static void
flush_yes_cb (TgpRequest *request, int action)
{
    TgpAccount *tgp = tgp_account_alive (request->gc);
    g_autoptr (GError) error = NULL;

    if (tgp != NULL && !tg_secret_flush (tgp->client, request->chat_id, &error))
        tgp_secret_write (tgp, request->chat_id, FALSE, error->message);
    g_free (request);
}

static void
skip_yes_cb (TgpRequest *request, int action)
{
    TgpAccount *tgp = tgp_account_alive (request->gc);

    if (tgp != NULL && tg_secret_skip (tgp->client, request->chat_id, NULL))
        tgp_secret_write (tgp, request->chat_id, FALSE,
                          _ ("This chat goes on without the messages that are missing."));
    g_free (request);
}

static void
no_cb (TgpRequest *request, int action)
{
    g_free (request);
}

static void
confirm (TgpAccount *tgp, int32_t chat_id, const char *question, const char *yes,
         void (*yes_cb) (TgpRequest *request, int action))
{
    TgpRequest *request = g_new0 (TgpRequest, 1);

    request->gc = tgp->gc;
    request->chat_id = chat_id;
    /* Enter alone must not destroy anything: Cancel, which Pidgin counts from the end */
    int cancel = g_strcmp0 (purple_core_get_ui (), "gtk-gaim") == 0 ? 0 : 1;
    purple_request_action (tgp->gc, _ ("Secret chat"), question, NULL, cancel,
                           tgp->account, NULL, NULL, request, 2, yes, yes_cb,
                           _ ("Cancel"), no_cb);
}

void
tgp_secret_ask_close (TgpAccount *tgp, int32_t chat_id)
{
    confirm (
        tgp, chat_id,
        _ ("End this secret chat? Its key is destroyed; nothing can be sent or received "
           "any more."),
        _ ("OK"), close_yes_cb);
}

void
tgp_secret_ask_erase (TgpAccount *tgp, int32_t chat_id)
{
    TgSecretInfo info;
    gboolean ended = tgp_has_info (tgp, chat_id, &info) && info.state == TG_SECRET_CLOSED;

    confirm (tgp, chat_id,
             ended ? _ ("Delete what is left of this secret chat, on this side?")
                   : _ ("End this secret chat and delete all of it, for both sides?"),
             _ ("OK"), erase_yes_cb);
}

void
tgp_secret_ask_flush (TgpAccount *tgp, int32_t chat_id)
{
    confirm (tgp, chat_id, _ ("Delete all messages of this secret chat, for both sides?"),
             _ ("OK"), flush_yes_cb);
}

gboolean
tgp_secret_ask_skip (TgpAccount *tgp, int32_t chat_id)
{
    TgSecretInfo info;

    if (!tgp_has_info (tgp, chat_id, &info) || info.missing == 0)
        return FALSE;
    g_autofree char *missing = tgp_gap_text (tgp_person_name (tgp, info.user_id), &info);
    g_autofree char *text = g_strdup_printf (
        /* Translators: %s is "2 messages of Alice did not arrive; ..." */
        _ ("%s Go on without them? What is missing is lost then, even if it comes late."),
        missing);
    confirm (tgp, chat_id, text, _ ("Go on without them"), skip_yes_cb);
    return TRUE;
}
