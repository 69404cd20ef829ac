/* Logging: none of secret chats, ours for debugging. */
#include "tgp-log.h"

#include "tgp-account.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned handlers[8];
static const char *const domains[] = { "mtp-tl",      "mtp-crypto", "mtp-store",
                                       "mtp-mtproto", "mtp-secret", "mtp-client",
                                       "mtp-purple",  NULL };
static FILE *file;
static int handle; /* its address names us to libpurple's signals */
static gboolean connected;

static void
log_cb (const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
    if ((level & (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR | G_LOG_LEVEL_WARNING)) != 0)
        purple_debug_error ("mtproto", "%s: %s\n", domain + strlen ("mtp-"), message);
    else
        purple_debug_misc ("mtproto", "%s: %s\n", domain + strlen ("mtp-"), message);
    if (file == NULL)
        return;
    g_autoptr (GDateTime) now = g_date_time_new_now_local ();
    g_autofree char *clock = g_date_time_format (now, "%H:%M:%S");
    fprintf (file, "%s %-8s %s\n", clock, domain + strlen ("mtp-"), message);
    fflush (file);
}

/* A file of ours, readable by us alone whatever it was before. Nothing that somebody else laid
 * where the log is to go is believed: no link, no file of theirs, no pipe. */
static int
open_private (const char *path)
{
    int fd = open (
        path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    struct stat st;

    if (fd < 0)
        return -1;
    if (fstat (fd, &st) == 0 && S_ISREG (st.st_mode) && st.st_uid == geteuid () &&
        st.st_nlink == 1 && fchmod (fd, 0600) == 0)
        return fd;
    close (fd);
    errno = EPERM;
    return -1;
}

static void
open_log (const char *path)
{
    static const char *const streams[] = { "/dev/stderr", "/dev/stdout", "/dev/tty",
                                           NULL };
    int fd = g_strv_contains (streams, path)
                 ? open (path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY)
                 : open_private (path);

    file = fd < 0 ? NULL : fdopen (fd, "a");
    if (file == NULL)
        purple_debug_error ("mtproto", "no log in %s: %s\n", path, g_strerror (errno));
}

void
tgp_log_init (void)
{
    const char *path = g_getenv ("PURPLE_MTPROTO_DEBUG");

    if (path != NULL && *path != '\0')
        open_log (path);
    for (size_t i = 0; domains[i] != NULL; i++)
        handlers[i] = g_log_set_handler (domains[i], G_LOG_LEVEL_MASK, log_cb, NULL);
}

void
tgp_log_uninit (void)
{
    for (size_t i = 0; domains[i] != NULL; i++)
        g_log_remove_handler (domains[i], handlers[i]);
    g_clear_pointer (&file, fclose);
    purple_signals_disconnect_by_handle (&handle);
    connected = FALSE;
}

/* --- no logs of secret chats
 * ---------------------------------------------------------------- */

static gboolean
must_not_log (PurpleConversation *conv)
{
    PurpleAccount *account = purple_conversation_get_account (conv);
    int64_t id;

    return account != NULL && purple_conversation_get_name (conv) != NULL &&
           g_str_equal (purple_account_get_protocol_id (account), TGP_ID) &&
           tgp_name_parse (purple_conversation_get_name (conv), &id) == TGP_NAME_SECRET &&
           !purple_account_get_bool (account, "log-secret-chats", FALSE);
}

static void
created_cb (PurpleConversation *conv, void *data)
{
    if (must_not_log (conv))
        purple_conversation_set_logging (conv, FALSE);
}

/* Menus and merged contacts turn logging on again: off it goes (LIBPURPLE 3). */
static void
updated_cb (PurpleConversation *conv, PurpleConvUpdateType type, void *data)
{
    if (type == PURPLE_CONV_UPDATE_LOGGING && purple_conversation_is_logging (conv) &&
        must_not_log (conv))
        purple_conversation_set_logging (conv, FALSE);
    if (type == PURPLE_CONV_UPDATE_UNSEEN &&
        purple_conversation_get_account (conv) != NULL &&
        g_str_equal (
            purple_account_get_protocol_id (purple_conversation_get_account (conv)),
            TGP_ID)) {
        PurpleConnection *gc = purple_conversation_get_gc (conv);
        if (gc != NULL && tgp_account (gc) != NULL)
            tgp_schedule_check (tgp_account (gc));
    }
}

void
tgp_log_connect (void)
{
    if (connected)
        return; /* libpurple would call twice */
    connected = TRUE;
    purple_signal_connect (purple_conversations_get_handle (), "conversation-created",
                           &handle, PURPLE_CALLBACK (created_cb), NULL);
    purple_signal_connect (purple_conversations_get_handle (), "conversation-updated",
                           &handle, PURPLE_CALLBACK (updated_cb), NULL);
}
