/* See tgp-xfer.h. What libpurple does to a transfer may be its last: ours is held until it is
 * over (FRONTENDS 7). */
#include "tgp-xfer.h"

#include "tgp-after.h"
#include "tgp-dialog.h"
#include "tgp-frontend.h"
#include "tgp-list.h"
#include "tgp-path.h"
#include "tgp-progress.h"
#include "tgp-text.h"
#include "tgp-upload.h"
#include "tgp-words-media.h"
#include "tgp-words-message.h"
#include "tg-client-file.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    PurpleXfer *xfer;
    PurpleAccount *account;
    char *who;
    int32_t chat_id;
    int64_t id;       /* 0: the client does not have it yet */
    gboolean stopped; /* by the user, before that */
    char *caption;    /* or NULL */
} Transfer;

static GList *transfers;

static void
forget (Transfer *transfer)
{
    transfers = g_list_remove (transfers, transfer);
    transfer->xfer->data = NULL; /* libpurple may keep it, and ask for it no more */
    purple_xfer_unref (transfer->xfer);
    g_free (transfer->who);
    tgp_text_wipe (transfer->caption);
    g_free (transfer);
}

/* BitlBee would write "(null)" for the title that libpurple does not give it. */
static void
tell (const PurpleXfer *xfer, const char *reason)
{
    if (tgp_frontend ()->elsewhere)
        tgp_dialog_tell (purple_account_get_connection (xfer->account),
                         PURPLE_NOTIFY_MSG_ERROR, _ ("Send file"), reason, NULL);
    else
        purple_xfer_error (PURPLE_XFER_SEND, xfer->account, xfer->who, reason);
}

static void
cancel (PurpleXfer *xfer, const char *reason)
{
    if (purple_xfer_is_canceled (xfer))
        return;
    if (reason != NULL)
        tell (xfer, reason);
    purple_xfer_cancel_local (xfer);
}

/* `reason`: NULL: the chat says it, or the user knows. */
static void
end_badly (Transfer *transfer, const char *reason)
{
    PurpleXfer *xfer = transfer->xfer;

    purple_xfer_ref (xfer);
    forget (transfer);
    cancel (xfer, reason);
    purple_xfer_unref (xfer);
}

typedef struct {
    PurpleXfer *xfer;
    char *reason;
} Ended;

static void
ended_free (void *data)
{
    Ended *ended = data;

    purple_xfer_unref (ended->xfer);
    g_free (ended->reason);
    g_free (ended);
}

static void
ended_cb (PurpleAccount *account, void *data)
{
    const Ended *ended = data;

    cancel (ended->xfer, ended->reason);
}

/* The same where the account goes: once that is offline. */
static void
end_after (Transfer *transfer, const char *reason)
{
    Ended *ended = g_new (Ended, 1);
    PurpleAccount *account = transfer->account;

    *ended = (Ended){ transfer->xfer, g_strdup (reason) };
    purple_xfer_ref (ended->xfer);
    forget (transfer);
    tgp_after (account, ended_cb, ended, ended_free);
}

static TgpAccount *
account_of (const Transfer *transfer)
{
    PurpleConnection *gc = purple_account_get_connection (transfer->account);

    return gc != NULL ? tgp_account_alive (gc) : NULL;
}

static void
taken_cb (void *user, int64_t id, const char *reason)
{
    Transfer *transfer = user;
    TgpAccount *tgp = account_of (transfer);

    transfer->id = id;
    if (id == 0 && tgp == NULL)
        end_after (transfer, reason);
    else if (id == 0)
        end_badly (transfer, reason);
    else if (transfer->stopped && tgp != NULL)
        tg_secret_send_cancel (tgp->client, transfer->chat_id, id);
}

/* --- libpurple's --- */

static void
start_cb (PurpleXfer *xfer)
{
    Transfer *transfer = xfer->data;
    TgpAccount *tgp = transfer != NULL ? account_of (transfer) : NULL;
    g_autofree char *open = NULL;

    if (tgp == NULL)
        return;
    /* BitlBee takes its copy off the disk now; what is open of it stays readable */
    purple_xfer_update_progress (xfer);
    if (tgp_frontend ()->elsewhere && xfer->dest_fp != NULL)
        open = g_strdup_printf ("/proc/self/fd/%d", fileno (xfer->dest_fp));
    TgpUpload file = {
        .path = open != NULL ? open : purple_xfer_get_local_filename (xfer),
        .name = purple_xfer_get_filename (xfer),
        .how = tgp_frontend ()->elsewhere ? TGP_UPLOAD_LIKE_PHOTO : TGP_UPLOAD_FILE,
        .taken = taken_cb,
        .user = transfer
    };
    const char *caption = transfer->caption != NULL ? transfer->caption : "";
    tgp_upload (tgp, transfer->chat_id, &file, 1, &(TalkTyped){ .text = caption });
}

static gboolean
let_go_cb (gpointer xfer)
{
    purple_xfer_unref (xfer);
    return FALSE;
}

static void
init_cb (PurpleXfer *xfer)
{
    Transfer *transfer = xfer->data;

    if (transfer == NULL)
        return;
    g_autofree char *reason =
        account_of (transfer) == NULL ? g_strdup (tgp_words_not_sent (TALK_IS_OFFLINE))
        : transfer->chat_id == 0      ? tgp_words_not_uploaded (NULL, TGP_UPLOAD_NO_CHAT)
        : !tgp_list_is_alone (transfer->account,
                              transfer->who) /* the window may be another's */
            ? g_strdup (tgp_words_stands_together ())
            : NULL;
    if (reason == NULL) {
        purple_xfer_start (xfer, -1, NULL, 0);
        return;
    }
    /* a dialog of its own may be calling, and is closed with it */
    purple_xfer_ref (xfer);
    purple_timeout_add (0, let_go_cb, xfer);
    if (tgp_frontend ()->elsewhere)
        purple_xfer_update_progress (xfer); /* its copy goes, as in start_cb() */
    g_autofree char *with_caption =
        transfer->caption != NULL && *transfer->caption != '\0'
            ? g_strconcat (reason, "\n", transfer->caption, NULL)
            : g_strdup (reason);
    end_badly (transfer, with_caption);
}

static void
cancel_cb (PurpleXfer *xfer)
{
    Transfer *transfer = xfer->data;
    TgpAccount *tgp = transfer != NULL ? account_of (transfer) : NULL;

    if (transfer == NULL)
        return;
    transfer->stopped = TRUE;
    if (transfer->id == 0 && purple_xfer_get_start_time (xfer) == 0)
        forget (transfer); /* the worker knows nothing of it */
    else if (transfer->id != 0 && tgp != NULL)
        tg_secret_send_cancel (tgp->client, transfer->chat_id, transfer->id);
}

gboolean
tgp_can_receive_file (PurpleConnection *gc, const char *who)
{
    int64_t id;

    return tgp_account (gc) != NULL && tgp_name_parse (who, &id) != TGP_NAME_OTHER;
}

PurpleXfer *
tgp_new_xfer (PurpleConnection *gc, const char *who)
{
    PurpleXfer *xfer = purple_xfer_new (gc->account, PURPLE_XFER_SEND, who);
    int64_t id;

    if (xfer == NULL)
        return NULL;
    Transfer *transfer = g_new0 (Transfer, 1);
    transfer->xfer = xfer;
    transfer->account = gc->account;
    transfer->who = g_strdup (who);
    if (tgp_name_parse (who, &id) == TGP_NAME_SECRET)
        transfer->chat_id = (int32_t)id;
    transfers = g_list_append (transfers, transfer);
    purple_xfer_ref (xfer);
    xfer->data = transfer;
    if (!tgp_frontend ()->elsewhere)
        tgp_progress_call (xfer);
    purple_xfer_set_init_fnc (xfer, init_cb);
    purple_xfer_set_start_fnc (xfer, start_cb);
    purple_xfer_set_cancel_send_fnc (xfer, cancel_cb);
    return xfer;
}

/* Asked for a path where there is no dialog for files that works. */
typedef struct {
    PurpleConnection *gc;
    char *who;
} Asked;

/* Asked; a dialog that is closed calls nothing (FRONTENDS 0.8). */
static GList *asked_ones;

static void
asked_free (Asked *asked)
{
    if (g_list_find (asked_ones, asked) == NULL)
        return; /* it went with its account meanwhile */
    asked_ones = g_list_remove (asked_ones, asked);
    g_free (asked->who);
    g_free (asked);
}

static void
send_captioned (PurpleConnection *gc, const char *who, const char *path,
                const char *caption)
{
    PurpleXfer *xfer = tgp_new_xfer (gc, who);

    if (xfer == NULL)
        return;
    ((Transfer *)xfer->data)->caption = g_strdup (caption);
    purple_xfer_request_accepted (xfer, path);
}

/* What libpurple would refuse with a dialog of its own, and the caption with it, is told in the chat,
 * with the caption below. */
static void
path_cb (Asked *asked, const char *typed)
{
    const char *caption;
    int64_t chat_id, size;

    if (g_list_find (asked_ones, asked) == NULL)
        return;
    g_autofree char *path = typed != NULL ? tgp_path_take (typed, &caption) : NULL;
    TgpAccount *tgp = tgp_account_alive (asked->gc);
    if (path == NULL || tgp == NULL ||
        tgp_name_parse (asked->who, &chat_id) != TGP_NAME_SECRET) {
        asked_free (asked);
        return;
    }
    if (tg_file_look (path, &size) == TALK_SEND_NONE)
        send_captioned (asked->gc, asked->who, path, caption);
    else
        tgp_upload (tgp, (int32_t)chat_id,
                    &(TgpUpload){ .path = path, .how = TGP_UPLOAD_FILE }, 1,
                    &(TalkTyped){ .text = caption });
    asked_free (asked);
}

static void
no_path_cb (Asked *asked)
{
    asked_free (asked);
}

static void
ask_for_path (PurpleConnection *gc, const char *who)
{
    Asked *asked = g_new0 (Asked, 1);

    asked->gc = gc;
    asked->who = g_strdup (who);
    asked_ones = g_list_prepend (asked_ones, asked);
    if (tgp_dialog_ask (gc->account, _ ("Send file"), tgp_words_which_file (), "", FALSE,
                        PURPLE_CALLBACK (path_cb), PURPLE_CALLBACK (no_path_cb),
                        asked) == NULL)
        asked_free (asked);
}

void
tgp_send_file (PurpleConnection *gc, const char *who, const char *path)
{
    int64_t id;
    gboolean secret = tgp_name_parse (who, &id) == TGP_NAME_SECRET;

    if (path == NULL && secret && !tgp_frontend ()->chooses_files) {
        ask_for_path (gc, who);
        return;
    }
    PurpleXfer *xfer = tgp_new_xfer (gc, who);
    if (xfer == NULL)
        return;
    if (path != NULL)
        purple_xfer_request_accepted (xfer, path);
    else if (secret)
        purple_xfer_request (xfer);
    else
        init_cb (xfer); /* says why not */
}

/* --- what the client says --- */

static Transfer *
find (TgpAccount *tgp, int64_t id)
{
    for (GList *l = transfers; l != NULL; l = l->next) {
        Transfer *transfer = l->data;
        if (transfer->account == tgp->account && transfer->id == id && id != 0)
            return transfer;
    }
    return NULL;
}

gboolean
tgp_xfer_runs (TgpAccount *tgp, const TalkSending *sending)
{
    Transfer *transfer = find (tgp, sending->id);

    if (transfer == NULL || purple_xfer_is_canceled (transfer->xfer))
        return transfer != NULL;
    size_t size = purple_xfer_get_size (transfer->xfer);
    purple_xfer_set_bytes_sent (transfer->xfer, MIN ((size_t)sending->done, size));
    purple_xfer_update_progress (transfer->xfer);
    return sending->what == TALK_SEND_RUNS;
}

void
tgp_xfer_sent (TgpAccount *tgp, int64_t id)
{
    Transfer *transfer = find (tgp, id);

    if (transfer == NULL)
        return;
    PurpleXfer *xfer = transfer->xfer;
    purple_xfer_ref (xfer);
    forget (transfer); /* another plugin that hears of it may end the account */
    if (!purple_xfer_is_canceled (xfer)) {
        purple_xfer_set_bytes_sent (xfer, purple_xfer_get_size (xfer));
        purple_xfer_set_completed (xfer, TRUE);
        purple_xfer_update_progress (xfer);
        purple_xfer_end (xfer);
    }
    purple_xfer_unref (xfer);
}

void
tgp_xfer_failed (TgpAccount *tgp, int64_t id)
{
    Transfer *transfer = find (tgp, id);

    if (transfer != NULL)
        end_badly (transfer, NULL);
}

void
tgp_xfer_close (TgpAccount *tgp)
{
    for (GList *l = transfers, *next; l != NULL; l = next) {
        Transfer *transfer = l->data;
        next = l->next;
        /* else a worker is at it, and tells */
        if (transfer->account == tgp->account &&
            (transfer->id != 0 || purple_xfer_get_start_time (transfer->xfer) == 0))
            end_after (transfer, NULL);
    }
    for (GList *l = asked_ones, *next; l != NULL; l = next) {
        Asked *asked = l->data;
        next = l->next;
        if (asked->gc == tgp->gc)
            asked_free (asked);
    }
}
