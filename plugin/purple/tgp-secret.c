/* A secret chat as a buddy of its own: its state in words, its menu, its questions. */
#include "tgp-conv.h"
#include "tgp-cursor.h"
#include "tgp-entry.h"
#include "tgp-frontend.h"
#include "tgp-list.h"
#include "tgp-person.h"
#include "tgp-request.h"
#include "tgp-seen.h"
#include "tgp-send.h"

#include <string.h>

#define GROUP _ ("Secret chats")

/* --- words --- */

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
closed_text (TalkClosed closed, const char *detail)
{
    switch (closed) {
    case TALK_CLOSED_BY_US:
        return g_strdup (_ ("You ended this secret chat."));
    case TALK_CLOSED_REJECTED:
        return g_strdup (_ ("You rejected this secret chat."));
    case TALK_CLOSED_BY_PEER:
        return g_strdup (_ ("The other side ended this secret chat."));
    case TALK_CLOSED_ELSEWHERE:
        return g_strdup (
            _ ("This secret chat is left to another device, or was withdrawn."));
    case TALK_CLOSED_ID_INVALID:
        return g_strdup (_ ("The server does not know this secret chat any more."));
    case TALK_CLOSED_USER_BLOCKED:
        return g_strdup (
            _ ("The other side has blocked you: the secret chat is closed."));
    case TALK_CLOSED_USER_DELETED:
        return g_strdup (
            _ ("The other side's account was deleted: the secret chat is closed."));
    case TALK_CLOSED_DATA_INVALID:
        return g_strdup (
            _ ("The server refused this chat's data: the secret chat is closed."));
    case TALK_CLOSED_BAD_KEY:
        return g_strdup_printf (_ ("No safe key could be agreed on: %s."), detail);
    case TALK_CLOSED_VIOLATION:
        return g_strdup_printf (
            _ ("The other side's program broke the rules of secret chats, "
               "so this one is closed: %s."),
            detail);
    case TALK_CLOSED_CORRUPT:
        return g_strdup (
            _ ("The stored data of this secret chat is damaged, so it is closed."));
    case TALK_CLOSED_REQUEST_FAILED:
        return g_strdup_printf (_ ("The secret chat could not be started (%s)."), detail);
    case TALK_CLOSED_LOGGED_OUT:
        return g_strdup (_ ("The session ended, and this secret chat with it."));
    case TALK_CLOSED_ROLLED_BACK:
        return g_strdup (
            _ ("An older copy of this account's data seems to have been restored. The "
               "secret chat is closed, because a message might use a key and a number "
               "that were used before."));
    case TALK_CLOSED_NOT:
        break;
    }
    return g_strdup ("");
}

static char *
state_text (TgpAccount *tgp, int32_t chat_id)
{
    TalkSecret info;

    if (!tgp_has_info (tgp, chat_id, &info))
        return g_strdup (_ ("ended"));
    switch (info.state) {
    case TALK_STATE_ASKING:
    case TALK_STATE_ACCEPTING:
        return g_strdup (_ ("agreeing on a key"));
    case TALK_STATE_WAITING:
        return g_strdup (_ ("waiting for acceptance"));
    case TALK_STATE_REQUESTED:
        return g_strdup (_ ("wants to start a secret chat"));
    case TALK_STATE_CLOSED:
        return g_strdup (_ ("ended"));
    case TALK_STATE_READY:
        break;
    }
    g_autofree char *time = tgp_duration (info.ttl);
    g_autofree char *text = info.ttl == 0
                                ? g_strdup (_ ("secret chat"))
                                : g_strdup_printf (_ ("self-destruct %s"), time);
    return info.verified ? g_strdup_printf (_ ("%s, verified"), text)
                         : g_steal_pointer (&text);
}

char *
tgp_secret_status_text (TgpAccount *tgp, int32_t chat_id)
{
    g_autofree char *state = state_text (tgp, chat_id);
    unsigned n = tgp_send_waiting (tgp->account, chat_id);

    return n == 0 ? g_steal_pointer (&state)
                  : g_strdup_printf (ngettext ("%s, %u message not sent",
                                               "%s, %u messages not sent", n),
                                     state, n);
}

/* --- the buddy --- */

/* Whatever a user drags together, this chat's lines are not logged with another's. */
static void
forbid_logging (PurpleBuddy *buddy)
{
    purple_blist_node_set_bool (PURPLE_BLIST_NODE (purple_buddy_get_contact (buddy)),
                                "enable-logging", FALSE);
}

/* TRUE: the person is known to be online. */
static void
online_cb (const TalkPerson *peer, void *user)
{
    *(gboolean *)user = peer->presence == TALK_PRESENCE_ONLINE;
}

/* A chat that lives can be written to, whether its person is there or not. */
void
tgp_secret_presence (TgpAccount *tgp, const TalkSecret *info)
{
    g_autofree char *name = tgp_name_secret (info->id);
    gboolean online = FALSE;

    tg_client_peer (tgp->client, info->user_id, online_cb, &online);
    const char *status = info->state == TALK_STATE_CLOSED ? "offline"
                         : online                         ? "available"
                                                          : "away";
    g_autofree char *unread = tgp_seen_message (tgp, info->id);
    if (unread == NULL)
        purple_prpl_got_user_status (tgp->account, name, status, NULL);
    else
        purple_prpl_got_user_status (tgp->account, name, status, "message", unread, NULL);
}

/* Several chats with one person are told apart by a number that stays (SC-A30). */
typedef struct {
    TgpAccount *tgp;
    const TalkSecret *info;
    int taken;
} Numbering;

static void
number_cb (const TalkSecret *info, void *user)
{
    Numbering *numbering = user;
    g_autofree char *name = tgp_name_secret (info->id);
    PurpleBuddy *buddy = purple_find_buddy (numbering->tgp->account, name);

    if (buddy != NULL && info->user_id == numbering->info->user_id &&
        info->id != numbering->info->id)
        numbering->taken =
            MAX (numbering->taken,
                 purple_blist_node_get_int (PURPLE_BLIST_NODE (buddy), TGP_NUMBER_NODE));
}

/* What tells a chat from its person, and from another chat with them, stands first: the
 * list is so narrow that the end of a name is not seen. */
static char *
short_alias (const char *person, int number, gboolean verified, gboolean ended)
{
    g_autofree char *which = number > 1 ? g_strdup_printf ("%d", number) : g_strdup ("");

    return g_strconcat (ended ? TGP_LOCK_OPEN : TGP_LOCK, which,
                        verified ? "\u2713 " : " ", person, NULL);
}

char *
tgp_secret_alias (TgpAccount *tgp, const TalkSecret *info, PurpleBuddy *buddy)
{
    g_autofree char *person = tgp_person_label (tgp, info->user_id);
    Numbering numbering = { tgp, info, 0 };
    int number = buddy != NULL ? purple_blist_node_get_int (PURPLE_BLIST_NODE (buddy),
                                                            TGP_NUMBER_NODE)
                               : 0;
    gboolean verified = info->verified && info->state == TALK_STATE_READY;

    if (number == 0) {
        tg_client_each_secret (tgp->client, number_cb, &numbering);
        number = numbering.taken + 1;
        if (buddy != NULL)
            purple_blist_node_set_int (PURPLE_BLIST_NODE (buddy), TGP_NUMBER_NODE,
                                       number);
    }
    char *alias;
    if (tgp_frontend ()->narrow)
        alias = short_alias (person, number, verified, info->state == TALK_STATE_CLOSED);
    else if (number == 1)
        alias = g_strdup_printf (
            verified ? _ ("%s (secret, verified)") : _ ("%s (secret)"), person);
    else
        alias = g_strdup_printf (verified ? _ ("%s (secret %d, verified)")
                                          : _ ("%s (secret %d)"),
                                 person, number);
    return tgp_seen_alias (tgp, info->id, alias);
}

/* Whatever the user called it, or moved them to: where this account's newest secret chat
 * stands, the next one comes. */
static void
add_entry (TgpAccount *tgp, PurpleBuddy *buddy)
{
    g_autoptr (GSList) buddies = purple_find_buddies (tgp->account, NULL);
    PurpleGroup *group = NULL;
    int newest = -1, now = (int)(time (NULL) / 60);
    int64_t id;

    for (GSList *l = buddies; l != NULL; l = l->next) {
        int since = purple_blist_node_get_int (l->data, TGP_SINCE_NODE);
        if (tgp_name_parse (purple_buddy_get_name (l->data), &id) == TGP_NAME_SECRET &&
            since > newest) {
            newest = since;
            group = purple_buddy_get_group (l->data);
        }
    }
    purple_blist_add_buddy (buddy, NULL, group != NULL ? group : tgp_group (GROUP), NULL);
    purple_blist_node_set_int (PURPLE_BLIST_NODE (buddy), TGP_SINCE_NODE,
                               MAX (now, newest + 1));
}

void
tgp_secret_show (TgpAccount *tgp, const TalkSecret *info)
{
    g_autofree char *name = tgp_name_secret (info->id);
    PurpleBuddy *buddy = purple_find_buddy (tgp->account, name);

    if (buddy == NULL && (info->state != TALK_STATE_CLOSED ||
                          tgp_seen_count (tgp, info->id) > 0)) { /* its last words */
        buddy = purple_buddy_new (tgp->account, name, NULL);
        add_entry (tgp, buddy);
        forbid_logging (buddy);
    }
    if (buddy == NULL)
        return;
    g_autofree char *alias = tgp_secret_alias (tgp, info, buddy);
    tgp_alias (tgp, name, alias);
    tgp_secret_presence (tgp, info);
}

/* --- events --- */

static void
tell_ready (TgpAccount *tgp, const TalkSecret *info)
{
    g_autofree char *name = tgp_person_in_sentence (tgp, info->user_id);
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
                            "a key of its own, which is not verified yet; /verify shows "
                            "how to do that."),
                         name);
    tgp_secret_write (tgp, info->id, TRUE, warning);
}

/* Why it is over, and how to begin anew in one step. */
static void
tell_closed (TgpAccount *tgp, const TalkSecret *info)
{
    g_autofree char *why = closed_text (
        info->closed, info->closed_detail != NULL ? info->closed_detail : "?");
    gboolean wanted =
        info->closed == TALK_CLOSED_BY_US || info->closed == TALK_CLOSED_REJECTED ||
        info->closed == TALK_CLOSED_ELSEWHERE || info->closed == TALK_CLOSED_LOGGED_OUT;
    g_autofree char *text =
        g_strdup_printf ("%s%s", why, wanted ? "" : _ (" /secret new starts a new one."));

    tgp_secret_write (tgp, info->id, !wanted, text);
}

/* The entry is in the list; where one had to be made anew, the user is told why. */
static void
show_entry (TgpAccount *tgp, const TalkSecret *info, gboolean known)
{
    g_autofree char *name = NULL, *text = NULL;

    tgp_secret_show (tgp, info);
    if (known || !info->stored || info->state != TALK_STATE_READY ||
        tgp_frontend ()->removes) /* BitlBee's list begins anew each time */
        return;
    name = tgp_person_in_sentence (tgp, info->user_id);
    text =
        g_strdup_printf (_ ("The entry of this secret chat with %s was no longer in the "
                            "list. The chat goes on, so it is there again; /secret end "
                            "ends it."),
                         name);
    tgp_secret_write (tgp, info->id, TRUE, text);
}

/* By the user's rule, who was not asked. */
static void
tell_by_rule (TgpAccount *tgp, const TalkSecret *info)
{
    g_autofree char *name = tgp_person_in_sentence (tgp, info->user_id);
    g_autofree char *text = g_strdup_printf (
        _ ("%s started a secret chat; it was accepted, as this account's settings say."),
        name);

    tgp_secret_write (tgp, info->id, TRUE, text);
}

static void
tell_state (TgpAccount *tgp, const TalkSecret *info, gboolean known)
{
    g_autofree char *name = tgp_person_in_sentence (tgp, info->user_id);
    g_autofree char *text = NULL;

    switch (info->state) {
    case TALK_STATE_WAITING:
        text = g_strdup_printf (_ ("Waiting for %s to accept the secret chat."), name);
        tgp_secret_write (tgp, info->id, FALSE, text);
        break;
    case TALK_STATE_READY:
        if (g_hash_table_remove (tgp->by_rule, GINT_TO_POINTER (info->id)))
            tell_by_rule (tgp, info);
        tell_ready (tgp, info);
        break;
    case TALK_STATE_CLOSED:
        if (known || tgp_secret_conversation (tgp, info->id, FALSE) != NULL)
            tell_closed (tgp, info);
        if (info->gone)
            tgp_list_drop_chat (tgp, info->id);
        break;
    case TALK_STATE_ASKING:
    case TALK_STATE_REQUESTED:
    case TALK_STATE_ACCEPTING:
        break;
    }
}

void
tgp_secret (TgpAccount *tgp, const TalkSecret *info)
{
    g_autofree char *buddy_name = tgp_name_secret (info->id);
    gboolean known = purple_find_buddy (tgp->account, buddy_name) != NULL;

    if (info->state == TALK_STATE_REQUESTED) {
        tgp_request (tgp, info);
        return; /* no entry, no window */
    }
    tgp_request_over (tgp, info->id);
    show_entry (tgp, info, known);
    tgp_look_around (tgp, info->id);
    if (info->stored)
        tgp_send_settle (tgp, info->id);
    if (info->stored && info->closed != TALK_CLOSED_CORRUPT && !info->gone)
        return; /* it was told when it happened */
    tell_state (tgp, info, known);
}

void
tgp_secret_open (TgpAccount *tgp, int32_t chat_id, PurpleConversation *from)
{
    TalkSecret info;

    if (!tgp_has_info (tgp, chat_id, &info))
        return;
    tgp_secret_show (tgp, &info);
    tgp_front (tgp_secret_conversation (tgp, chat_id, TRUE), from);
}

void
tgp_secret_refresh (TgpAccount *tgp, int32_t chat_id)
{
    g_autofree char *name = tgp_name_secret (chat_id);
    TalkSecret info;

    if (purple_find_buddy (tgp->account, name) != NULL &&
        tgp_has_info (tgp, chat_id, &info))
        tgp_secret_show (tgp, &info);
}

static char *
gap_notice (const char *who, const TalkSecret *info)
{
    g_autofree char *missing = tgp_gap_text (who, info);

    /* Translators: %s is "2 messages of Alice did not arrive; ..." */
    return g_strdup_printf (
        _ ("%s They were asked for again and again. /secret skip goes "
           "on without them."),
        missing);
}

/* A sentence about what one of both did, or what became of it; to be g_free()d. */
static char *
notice_text (const TalkNotice *notice, const char *who, const TalkSecret *info)
{
    g_autofree char *time = tgp_duration ((int32_t)notice->number);

    switch (notice->kind) {
    case TALK_NOTICE_TTL:
        if (notice->by_peer)
            return notice->number == 0
                       ? g_strdup_printf (_ ("%s turned the self-destruct timer off."),
                                          who)
                       : g_strdup_printf (_ ("%s set the self-destruct timer to %s."),
                                          who, time);
        return notice->number == 0
                   ? g_strdup (_ ("You turned the self-destruct timer off."))
                   : g_strdup_printf (_ ("You set the self-destruct timer to %s."), time);
    case TALK_NOTICE_SCREENSHOT:
        return g_strdup_printf (notice->by_peer
                                    ? _ ("%s took a screenshot.")
                                    : _ ("%s was told that you took a screenshot."),
                                who);
    case TALK_NOTICE_NEWER_PEER:
        return g_strdup_printf (
            _ ("%s uses a newer kind of secret chats: some messages may not "
               "show here."),
            who);
    case TALK_NOTICE_DELAYED:
        return g_strdup (
            _ ("The server has not taken your message for a minute. It waits and "
               "goes out as soon as it can."));
    case TALK_NOTICE_GAP:
        return gap_notice (who, info);
    case TALK_NOTICE_OLD_GROUP:
        return g_strdup (
            _ ("The server changed the numbers that keys are made of: this chat "
               "keeps its present key. Start a new secret chat to get a new one."));
    case TALK_NOTICE_REKEYED:
        break; /* nothing to tell */
    }
    return NULL;
}

void
tgp_secret_notice (TgpAccount *tgp, int32_t chat_id, const TalkNotice *notice)
{
    TalkSecret info = { 0 };
    g_autofree char *who = tgp_chat_person (tgp, chat_id);

    tgp_has_info (tgp, chat_id, &info);
    g_autofree char *text = notice_text (notice, who, &info);

    if (text == NULL)
        return;
    if (notice->kind == TALK_NOTICE_DELAYED)
        tgp_send_delayed (tgp, chat_id);
    tgp_secret_write (tgp, chat_id, FALSE, text);
    tgp_secret_refresh (tgp, chat_id);
}

void
tgp_secret_flushed (TgpAccount *tgp, int32_t chat_id)
{
    g_autofree char *who = tgp_chat_person (tgp, chat_id);
    g_autofree char *text =
        g_strdup_printf (_ ("%s deleted all messages of this chat."), who);

    tgp_secret_write (tgp, chat_id, FALSE, text);
    tgp_secret_refresh (tgp, chat_id);
}

void
tgp_secret_verify (TgpAccount *tgp, int32_t chat_id, gboolean verified)
{
    if (tg_secret_set_verified (tgp->client, chat_id, verified) != TALK_DONE)
        tgp_secret_write (tgp, chat_id, TRUE, _ ("This secret chat has no key."));
    else
        tgp_secret_write (
            tgp, chat_id, TRUE,
            verified ? _ ("You marked the key of this chat as verified. The mark is for "
                          "this chat only.")
                     : _ ("The key of this chat is not marked as verified."));
    tgp_secret_refresh (tgp, chat_id);
}

static const char *
start_problem (TalkCode code)
{
    switch (code) {
    case TALK_IS_OFFLINE:
        return _ ("The account is offline.");
    case TALK_NO_PERSON:
        return _ ("This person cannot be reached.");
    default:
        return _ ("That is not possible now.");
    }
}

void
tgp_secret_start (TgpAccount *tgp, int64_t user_id, PurpleConversation *from)
{
    int32_t chat_id;
    TalkCode code = tg_secret_start (tgp->client, user_id, &chat_id);

    if (code == TALK_DONE)
        tgp_secret_open (tgp, chat_id, from); /* within the user's act, not later */
    else
        purple_notify_error (tgp->gc, _ ("Secret chat"),
                             _ ("The secret chat could not be started."),
                             start_problem (code));
}
