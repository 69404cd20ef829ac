/* See tgp-look.h. */
#include "tgp-look.h"

#include "tgp-blocked.h"
#include "tgp-conv.h"
#include "tgp-frontend.h"
#include "tgp-request.h"
#include "tgp-secret-buddy.h"
#include "tgp-seen-private.h"
#include "tgp-seen.h"
#include "tgp-show.h"
#include "tgp-unverified.h"

#define IDLE_MAX 60     /* s without a key: nobody is looking */
#define IDLE_AGAIN 2000 /* ms */

/* --- seen --- */

/* Of the chat's unseen lines those that still stand were seen. */
static void
mark_seen (TgpAccount *tgp, int32_t chat_id)
{
    g_autoptr (GArray) seen = tgp_standing_take (tgp->seen->standing, chat_id);

    for (unsigned i = seen->len; i-- > 0;) /* the view may have been cleared */
        if (!tgp_seen_stands (tgp, chat_id, g_array_index (seen, int64_t, i)))
            g_array_remove_index_fast (seen, i);
    if (seen->len > 0)
        tg_secret_seen (tgp->client, chat_id, (const int64_t *)(void *)seen->data,
                        seen->len);
}

void
tgp_answered (TgpAccount *tgp, int32_t chat_id)
{
    PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, FALSE);

    if (conv == NULL || tgp_secret_is_blocked (tgp, chat_id))
        return;
    if (tgp_knows_focus (conv)) { /* who sends need not be the user */
        tgp_schedule_check (tgp);
        return;
    }
    g_autoptr (GArray) ids = tg_secret_unseen (tgp->client, chat_id);
    tgp_standing_drop_all (tgp->seen->standing, chat_id);
    if (ids != NULL && ids->len > 0)
        tg_secret_seen (tgp->client, chat_id, (const int64_t *)(void *)ids->data,
                        ids->len);
    tgp_schedule_check (tgp);
}

void
tgp_look_around (TgpAccount *tgp, int32_t chat_id)
{
    g_autoptr (GArray) ids = tg_secret_unseen (tgp->client, chat_id);

    for (unsigned i = 0; ids != NULL && i < ids->len; i++)
        if (tgp_seen_stands (tgp, chat_id, g_array_index (ids, int64_t, i)))
            tgp_seen_remember (tgp, chat_id, g_array_index (ids, int64_t, i));
    if (tgp_secret_is_blocked (tgp, chat_id))
        g_hash_table_add (tgp->seen->blocked, GINT_TO_POINTER (chat_id));
    else
        tgp_seen_tell_lost (tgp, chat_id);
    tgp_schedule_check (tgp);
}

typedef enum { KEYBOARD_UNASKED, KEYBOARD_USED, KEYBOARD_IDLE } Keyboard;

/* Asked once a look, and not before it can have become too long: Pidgin asks the display's
 * server each time, which takes longer than all else of a look. */
static gboolean
is_idle (Keyboard *known)
{
    static int64_t used_until; /* ms, monotonic */
    PurpleIdleUiOps *ops = purple_idle_get_ui_ops ();
    int64_t now = g_get_monotonic_time () / 1000;

    if (*known == KEYBOARD_UNASKED && now >= used_until) {
        int64_t idle =
            ops != NULL && ops->get_time_idle != NULL ? ops->get_time_idle () : 0;
        *known = idle >= IDLE_MAX ? KEYBOARD_IDLE : KEYBOARD_USED;
        if (idle >= 0 && idle < IDLE_MAX) /* full seconds: up to one more */
            used_until = now + (IDLE_MAX - 1 - idle) * 1000;
    }
    return *known == KEYBOARD_IDLE;
}

static gboolean
is_used_cb (void *keyboard)
{
    return !is_idle (keyboard);
}

/* The focused window's chats were seen; in a front end without focus nothing is, until
 * the user answers. TRUE: somebody has to come back to the keyboard first. */
static gboolean
check_focus (TgpAccount *tgp, Keyboard *keyboard)
{
    g_autoptr (GList) chats = tgp_standing_chats (tgp->seen->standing);
    gboolean again = FALSE;

    for (GList *l = chats; l != NULL; l = l->next) {
        int32_t chat_id = GPOINTER_TO_INT (l->data);
        PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, FALSE);
        if (conv == NULL || !tgp_knows_focus (conv) ||
            !purple_conversation_has_focus (conv) || tgp_secret_is_blocked (tgp, chat_id))
            continue;
        if (is_idle (keyboard))
            again = TRUE;
        else
            mark_seen (tgp, chat_id);
    }
    return again;
}

/* Whoever asked while blocked is asked about now. */
static void
request_cb (const TalkSecret *info, void *user)
{
    if (info->state == TALK_STATE_REQUESTED)
        tgp_request (user, info);
}

/* FALSE: the account went meanwhile. */
static gboolean
check_blocked (TgpAccount *tgp)
{
    if (tgp->seen->privacy)
        tg_client_each_secret (tgp->client, request_cb, tgp);
    if (!tgp_lives (tgp))
        return FALSE;
    tgp->seen->privacy = FALSE;
    g_autoptr (GList) chats = g_hash_table_get_keys (tgp->seen->blocked);

    for (GList *l = chats; l != NULL; l = l->next) {
        int32_t chat_id = GPOINTER_TO_INT (l->data);
        if (tgp_secret_is_blocked (tgp, chat_id))
            continue;
        g_hash_table_remove (tgp->seen->blocked, l->data);
        if (!tgp_seen_show_waiting (tgp, chat_id, FALSE))
            return FALSE;
    }
    return TRUE;
}

/* --- all of it --- */

void
tgp_look (TgpAccount *tgp)
{
    Keyboard keyboard = KEYBOARD_UNASKED;

    if (!check_blocked (tgp))
        return;
    tgp_unverified_look (tgp);
    if (!tgp_lives (tgp))
        return;
    gboolean again = check_focus (tgp, &keyboard);
    if (tgp_lives (tgp))
        tgp_show_look (tgp, is_used_cb, &keyboard);
    if (tgp_lives (tgp))
        tgp_secret_recount (tgp);
    if (again && tgp_lives (tgp))
        tgp_seen_look_in (tgp, IDLE_AGAIN);
}
