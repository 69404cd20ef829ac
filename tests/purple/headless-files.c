/* Files, as front ends hand them over and show them.
 *
 *   insert NAME TEXT   as Pidgin's Insert Image: {PATH} in TEXT is a picture, {} one that
 *                      the front end does not have
 *   sendfile NAME [PATH]   Send File; without a path it is to be asked for
 *   choose PATH        answers Pidgin's dialog for files; "choose" closes it
 *   stop               Stop, in the window of transfers
 *   sendfile-stop NAME PATH   both, before anything was made of it
 *   sendfile-list NAME [PATH]   Send File in the list: no window is opened
 *   sendfile-gone NAME PATH   the same of a file that is emptied and goes once libpurple has opened it
 *   leaving COMMAND   the windows close and the account is disabled before the loop turns again
 *
 * BitlBee's file is a copy of its own, which goes with the first progress; Finch's dialogs for
 * files crash (FRONTENDS 7), so that nobody may ask for one there. */
#include "headless.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static gboolean is_bitlbee, is_finch;
static PurpleXfer *last;
static char *copy;      /* BitlBee's */
static gboolean inside; /* of send_file: it makes one there only */
static gboolean going;  /* the file goes once libpurple has opened it */
static struct {
    GCallback chosen, closed;
    void *user;
} dialog;

/* --- the window of transfers --- */

static void
new_xfer (PurpleXfer *xfer)
{
    if (is_bitlbee && !inside)
        g_error ("BitlBee dies of a transfer that it did not begin");
    last = xfer;
}

static void
destroy (PurpleXfer *xfer)
{
    if (last == xfer)
        last = NULL;
    say ("xfer gone");
}

static void
add_xfer (PurpleXfer *xfer)
{
    say ("xfer shown %s", purple_xfer_get_filename (xfer));
}

static void
update_progress (PurpleXfer *xfer, double percent)
{
    const char *path = purple_xfer_get_local_filename (xfer);

    if (going && (truncate (path, 0) != 0 || g_unlink (path) != 0))
        g_error ("%s does not go", path);
    if (copy != NULL)
        g_unlink (copy);
    g_clear_pointer (&copy, g_free);
    say ("xfer %d%%%s", (int)(100 * percent),
         purple_xfer_is_completed (xfer) ? " whole" : "");
}

static void
cancelled (PurpleXfer *xfer)
{
    say ("xfer cancelled");
}

static PurpleXferUiOps xfer_ops = { .new_xfer = new_xfer,
                                    .destroy = destroy,
                                    .add_xfer = add_xfer,
                                    .update_progress = update_progress,
                                    .cancel_local = cancelled,
                                    .cancel_remote = cancelled };

void *
files_request (const char *title, GCallback chosen, GCallback closed, void *user)
{
    if (is_finch)
        g_error ("Finch dies of its dialogs for files");
    dialog.chosen = chosen;
    dialog.closed = closed;
    dialog.user = user;
    say ("file dialog");
    return &dialog;
}

void
files_init (const char *front)
{
    is_bitlbee = g_str_equal (front, "bitlbee");
    is_finch = g_str_equal (front, "finch");
    purple_xfers_set_ui_ops (&xfer_ops);
}

/* --- commands --- */

static void
choose (const char *path)
{
    PurpleRequestFileCb func =
        (PurpleRequestFileCb)(*path != '\0' ? dialog.chosen : dialog.closed);

    void *user = dialog.user;
    memset (&dialog, 0, sizeof dialog);
    if (func == NULL)
        return;
    func (user, path);
    purple_request_close (PURPLE_REQUEST_FILE, &dialog);
}

/* After the call they are gone. */
static void
insert (PurpleConversation *conv, const char *text)
{
    g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (int));
    g_autoptr (GString) markup = g_string_new (NULL);

    for (const char *end; *text != '\0'; text = end) {
        if (*text != '{') {
            end = text + strcspn (text, "{");
            g_autofree char *part = g_strndup (text, (gsize)(end - text));
            g_autofree char *escaped = g_markup_escape_text (part, -1);
            g_string_append (markup, escaped);
            continue;
        }
        end = text + strcspn (text, "}");
        g_autofree char *path = g_strndup (text + 1, (gsize)(end - text - 1));
        char *data = NULL;
        size_t len = 0;
        int id = 9999;
        if (g_file_get_contents (path, &data, &len, NULL)) {
            g_autofree char *name = g_path_get_basename (path);
            id = purple_imgstore_add_with_id (data, len, name);
            g_array_append_val (ids, id);
        }
        g_string_append_printf (markup, "<IMG ID=\"%d\">", id);
        end += *end != '\0';
    }
    purple_conv_im_send_with_flags (PURPLE_CONV_IM (conv), markup->str,
                                    PURPLE_MESSAGE_SEND | PURPLE_MESSAGE_IMAGES);
    for (unsigned i = 0; i < ids->len; i++)
        purple_imgstore_unref_by_id (g_array_index (ids, int, i));
}

static void
send_file (PurpleConnection *gc, const char *who, const char *path)
{
    PurplePluginProtocolInfo *prpl = PURPLE_PLUGIN_PROTOCOL_INFO (gc->prpl);
    char *contents;
    size_t len;

    if (!prpl->can_receive_file (gc, who)) {
        say ("no Send File");
        return;
    }
    if (is_bitlbee && g_file_get_contents (path, &contents, &len, NULL)) {
        g_autofree char *folder = g_dir_make_tmp ("bitlbee-XXXXXX", NULL);
        g_autofree char *name = g_path_get_basename (path);
        copy = g_build_filename (folder, name, NULL);
        g_file_set_contents (copy, contents, (gssize)len, NULL);
        g_free (contents);
        path = copy;
    }
    g_autofree char *given = g_strdup (path); /* the copy's name goes with it */
    inside = TRUE;
    serv_send_file (gc, who, *given != '\0' ? given : NULL);
    inside = FALSE;
    if (is_bitlbee)
        say ("copy %s", g_file_test (given, G_FILE_TEST_EXISTS) ? "stays" : "gone");
}

gboolean
files_command (PurpleConversation *conv, const char *verb, const char *rest)
{
    if (g_str_equal (verb, "insert"))
        insert (conv, rest);
    else if (g_str_equal (verb, "sendfile"))
        send_file (purple_conversation_get_gc (conv), purple_conversation_get_name (conv),
                   rest);
    else if (g_str_equal (verb, "sendfile-stop")) {
        send_file (purple_conversation_get_gc (conv), purple_conversation_get_name (conv),
                   rest);
        purple_xfer_cancel_local (last);
    } else
        return FALSE;
    return TRUE;
}

static void
send_from_list (const char *name_and_path)
{
    g_auto (GStrv) words = g_strsplit (name_and_path, " ", 2);
    PurpleBuddy *buddy = find_buddy (words[0]);

    send_file (purple_account_get_connection (the_account ()),
               purple_buddy_get_name (buddy), words[1] != NULL ? words[1] : "");
}

gboolean
transfers_command (const char *verb, const char *rest)
{
    if (g_str_equal (verb, "choose"))
        choose (rest);
    else if (g_str_equal (verb, "sendfile-list"))
        send_from_list (rest);
    else if (g_str_equal (verb, "sendfile-gone")) {
        going = TRUE;
        send_from_list (rest);
        going = FALSE;
    } else if (g_str_equal (verb, "leaving")) {
        g_autofree char *line = g_strdup (rest);
        run_command (line);
        while (purple_get_conversations () != NULL)
            purple_conversation_destroy (purple_get_conversations ()->data);
        purple_account_set_enabled (the_account (), purple_core_get_ui (), FALSE);
    } else if (g_str_equal (verb, "stop") && last != NULL)
        purple_xfer_cancel_local (last);
    else
        return FALSE;
    return TRUE;
}
