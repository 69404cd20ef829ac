/* A secret chat as a buddy of its own: its state in words, its menu, its questions. */
#include "tgp-conv.h"
#include "tgp-entry.h"
#include "tgp-frontend.h"
#include "tgp-look.h"
#include "tgp-person.h"
#include "tgp-request.h"
#include "tgp-secret-buddy.h"
#include "tgp-send.h"
#include "tgp-words.h"

#include <string.h>

#define GROUP _ ("Secret chats")

/* --- words --- */

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

/* --- the buddy --- */

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

static char *
gap_notice (const char *who, const TalkSecret *info)
{
    g_autofree char *missing = tgp_words_gap (who, info);

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
    g_autofree char *time = tgp_words_duration ((int32_t)notice->number);

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
