/* See tgp-secret.h. */
#include "tgp-secret.h"

#include "tgp-compare.h"
#include "tgp-conv.h"
#include "tgp-entry.h"
#include "tgp-frontend.h"
#include "tgp-lines.h"
#include "tgp-look.h"
#include "tgp-person.h"
#include "tgp-request.h"
#include "tgp-secret-buddy.h"
#include "tgp-send.h"
#include "tgp-show.h"
#include "tgp-unverified.h"
#include "tgp-words-message.h"
#include "tgp-words.h"

/* How its beginning goes on; a window is opened by none of it, but where lines need none. */
static void
tell_line (TgpAccount *tgp, const TalkSecret *info, const char *text)
{
    tgp_secret_write (tgp, info->id, tgp_frontend ()->windowless, text);
}

static void
tell_ready (TgpAccount *tgp, const TalkSecret *info, const char *name)
{
    g_autofree char *text =
        info->outgoing ? tgp_words_accepted (name) : tgp_words_ready (name);

    tell_line (tgp, info, text);
    tgp_unverified_tell (tgp, info, TRUE);
}

/* Why it is over, and how to begin anew in one step. */
static void
tell_closed (TgpAccount *tgp, const TalkSecret *info)
{
    gboolean wanted =
        info->closed == TALK_CLOSED_BY_US || info->closed == TALK_CLOSED_REJECTED ||
        info->closed == TALK_CLOSED_ELSEWHERE || info->closed == TALK_CLOSED_LOGGED_OUT;
    g_autofree char *who = tgp_person_in_sentence (tgp, info->user_id);
    g_autofree char *text = tgp_words_closed (info, who, !wanted);

    tgp_secret_write (tgp, info->id, !wanted, text);
}

/* The entry is in the list; where one had to be made anew, the user is told why. */
static void
show_entry (TgpAccount *tgp, const TalkSecret *info, gboolean known)
{
    g_autofree char *name = NULL, *text = NULL;

    tgp_secret_show (tgp, info);
    if (!tgp_lives (tgp) || known || !info->stored || info->state != TALK_STATE_READY ||
        tgp_frontend ()->removes) /* BitlBee's list begins anew each time */
        return;
    name = tgp_person_in_sentence (tgp, info->user_id);
    text = tgp_words_entry_back (name);
    tgp_secret_write (tgp, info->id, TRUE, text);
}

static void
tell_state (TgpAccount *tgp, const TalkSecret *info, gboolean known, gboolean news)
{
    g_autofree char *name = tgp_person_in_sentence (tgp, info->user_id);
    g_autofree char *text = NULL;

    switch (info->state) {
    case TALK_STATE_WAITING:
        text = tgp_words_waiting (name);
        tell_line (tgp, info, text);
        break;
    case TALK_STATE_READY:
        if (g_hash_table_remove (tgp->by_rule, GINT_TO_POINTER (info->id))) {
            text = tgp_words_by_rule (name); /* the user was not asked */
            tgp_secret_write (tgp, info->id, TRUE, text);
        }
        if (tgp_lives (tgp))
            tell_ready (tgp, info, name);
        break;
    case TALK_STATE_CLOSED:
        tgp_compare_tidy ();
        tgp_show_gone (tgp, info->id, NULL, 0);
        if (news && (known || tgp_secret_conversation (tgp, info->id, FALSE) != NULL))
            tell_closed (tgp, info);
        if (info->gone && tgp_lives (tgp))
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
    if (tgp_lives (tgp))
        tgp_look_around (tgp, info->id);
    if (info->stored && tgp_lives (tgp))
        tgp_send_settle (tgp, info->id);
    if (!tgp_lives (tgp))
        return;
    if (info->stored && info->closed != TALK_CLOSED_CORRUPT && !info->gone)
        return; /* it was told when it happened */
    tell_state (tgp, info, known, !info->again);
}

void
tgp_secret_notice (TgpAccount *tgp, int32_t chat_id, const TalkNotice *notice)
{
    TalkSecret info = { 0 };
    g_autofree char *who = tgp_chat_person (tgp, chat_id);

    tgp_has_info (tgp, chat_id, &info);
    g_autofree char *text = tgp_words_notice (notice, who, &info);

    if (text == NULL)
        return;
    if (notice->kind == TALK_NOTICE_DELAYED)
        tgp_send_delayed (tgp, chat_id);
    if (notice->kind == TALK_NOTICE_TAKEN)
        tgp_secret_tell (tgp, chat_id, text); /* it never had a window */
    else
        tgp_secret_write (tgp, chat_id, FALSE, text);
    if (notice->kind == TALK_NOTICE_TTL && notice->number > 0 && !tgp_lines_can_leave ())
        tgp_secret_write (tgp, chat_id, FALSE, tgp_words_keeps_lines ());
    tgp_secret_refresh (tgp, chat_id);
}

void
tgp_secret_flushed (TgpAccount *tgp, int32_t chat_id)
{
    g_autofree char *who = tgp_chat_person (tgp, chat_id);
    g_autofree char *text = tgp_words_flushed (who);

    tgp_secret_write (tgp, chat_id, FALSE, text);
    tgp_secret_refresh (tgp, chat_id);
}
