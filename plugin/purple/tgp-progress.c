/* See tgp-progress.h. libpurple is told of a transfer and never starts it: it would write a file itself. What it does
 * to one may be its last: ours is held until it is over (FRONTENDS 7). */
#include "tgp-progress.h"

#include "tgp-after.h"
#include "tgp-frontend.h"
#include "tg-client-save.h"

#include <time.h>

/* What is smaller is here at once, and a window that opens and closes is in the way. */
#define WORTH_A_WINDOW 1000000 /* bytes */

typedef struct {
    PurpleXfer *xfer;
    PurpleAccount *account;
    int32_t chat_id;
    int64_t id; /* the message's */
} Shown;

static GList *all; /* Shown */

static Shown *
find (const TgpAccount *tgp, int32_t chat_id, int64_t id)
{
    for (GList *l = all; l != NULL; l = l->next) {
        Shown *shown = l->data;
        if (shown->account == tgp->account && shown->chat_id == chat_id &&
            shown->id == id)
            return shown;
    }
    return NULL;
}

/* Its transfer, which is the caller's now. */
static PurpleXfer *
let_go (Shown *shown)
{
    PurpleXfer *xfer = shown->xfer;

    all = g_list_remove (all, shown);
    xfer->data = NULL; /* libpurple may keep it, and ask for it no more */
    g_free (shown);
    return xfer;
}

/* By Stop, or, where nothing of it is there any more, by ourselves. */
static void
cancel_cb (PurpleXfer *xfer)
{
    const Shown *shown = xfer->data;
    PurpleConnection *gc =
        shown != NULL ? purple_account_get_connection (shown->account) : NULL;
    TgpAccount *tgp = gc != NULL ? tgp_account_alive (gc) : NULL;

    if (tgp != NULL)
        tg_secret_save_cancel (tgp->client, shown->chat_id, shown->id);
}

void
tgp_progress_call (PurpleXfer *xfer)
{
    PurpleBuddy *buddy = purple_find_buddy (xfer->account, xfer->who);
    int64_t id;

    if (buddy == NULL)
        return;
    const char *alias = purple_buddy_get_alias (buddy);
    gboolean is_name = tgp_name_parse (alias, &id) != TGP_NAME_OTHER;
    g_free (xfer->who);
    xfer->who = is_name ? g_strdup_printf ("\"%s\"", alias) : g_strdup (alias);
}

static Shown *
show (TgpAccount *tgp, int32_t chat_id, const TalkSaving *saving)
{
    g_autofree char *who = tgp_name_secret (chat_id);

    if (!tgp_frontend ()->shows_saving || saving->what != TALK_SAVE_RUNS ||
        saving->total < WORTH_A_WINDOW)
        return NULL;
    PurpleXfer *xfer = purple_xfer_new (tgp->account, PURPLE_XFER_RECEIVE, who);
    if (xfer == NULL)
        return NULL;
    Shown *shown = g_new (Shown, 1);
    *shown = (Shown){ xfer, tgp->account, chat_id, saving->id };
    all = g_list_append (all, shown);
    purple_xfer_ref (xfer);
    xfer->data = shown;
    tgp_progress_call (xfer);
    purple_xfer_set_cancel_recv_fnc (xfer, cancel_cb);
    purple_xfer_set_filename (xfer, saving->name);
    purple_xfer_set_local_filename (xfer, saving->name);
    purple_xfer_set_size (xfer, (size_t)saving->total);
    xfer->start_time = time (NULL); /* all that is wanted of purple_xfer_start() */
    purple_xfer_add (xfer);
    return shown;
}

void
tgp_progress_told (TgpAccount *tgp, int32_t chat_id, const TalkSaving *saving)
{
    Shown *shown = find (tgp, chat_id, saving->id);

    if (shown == NULL)
        shown = show (tgp, chat_id, saving);
    if (shown == NULL)
        return;
    PurpleXfer *xfer = shown->xfer;
    gboolean stopped = purple_xfer_is_canceled (xfer);
    if (saving->what == TALK_SAVE_RUNS) {
        if (!stopped) {
            purple_xfer_set_bytes_sent (xfer, (size_t)saving->done);
            purple_xfer_update_progress (xfer);
        }
        return;
    }
    let_go (shown);
    if (!stopped && saving->what == TALK_SAVE_DONE) {
        purple_xfer_set_local_filename (xfer, saving->path);
        purple_xfer_set_bytes_sent (xfer, purple_xfer_get_size (xfer));
        purple_xfer_set_completed (xfer, TRUE);
        purple_xfer_update_progress (xfer);
        purple_xfer_end (xfer);
    } else if (!stopped) {
        purple_xfer_cancel_local (xfer);
    }
    purple_xfer_unref (xfer);
}

static void
ended_cb (PurpleAccount *account, void *xfer)
{
    if (!purple_xfer_is_canceled (xfer))
        purple_xfer_cancel_local (xfer);
}

static void
ended_free (void *xfer)
{
    purple_xfer_unref (xfer);
}

void
tgp_progress_close (TgpAccount *tgp)
{
    for (GList *l = all, *next; l != NULL; l = next) {
        Shown *shown = l->data;
        next = l->next;
        if (shown->account == tgp->account)
            tgp_after (tgp->account, ended_cb, let_go (shown), ended_free);
    }
}
