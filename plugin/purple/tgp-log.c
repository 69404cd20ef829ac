/* Logging: none of secret chats, ours for debugging. */
#include "tgp-log.h"

#include "tgp-conv.h"
#include "tgp-lines.h"
#include "tgp-words.h"

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
static unsigned answer_timer, told_timer;

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
    if (answer_timer != 0)
        purple_timeout_remove (answer_timer);
    if (told_timer != 0)
        purple_timeout_remove (told_timer);
    answer_timer = told_timer = 0;
    connected = FALSE;
}

/* --- no logs of secret chats --- */

static gboolean
is_secret (PurpleConversation *conv)
{
    return tgp_conv_peer (conv).kind == TALK_PEER_SECRET;
}

static gboolean
must_not_log (PurpleConversation *conv)
{
    return is_secret (conv) &&
           !purple_account_get_bool (purple_conversation_get_account (conv),
                                     "log-secret-chats", FALSE);
}

/* A conversation is logged as the settings say before anybody hears of it; who switches
 * it on later means it. */
#define CREATED "mtproto-created"

/* It is logged, as the settings allow: that is said once in each window. */
#define TOLD "mtproto-logging-told"

static void
tell (PurpleConversation *conv, const char *text)
{
    purple_conv_im_write (PURPLE_CONV_IM (conv), purple_conversation_get_name (conv),
                          text, PURPLE_MESSAGE_SYSTEM | PURPLE_MESSAGE_NO_LOG,
                          time (NULL));
}

static gboolean
logged_cb (gpointer data)
{
    g_autoptr (GList) all = tgp_conv_all ();

    told_timer = 0;
    for (GList *l = all; l != NULL; l = l->next) {
        PurpleConversation *conv = l->data;
        if (!tgp_conv_lives (conv) || !is_secret (conv) ||
            !purple_conversation_is_logging (conv) ||
            purple_conversation_get_data (conv, TOLD) != NULL)
            continue;
        purple_conversation_set_data (conv, TOLD, GINT_TO_POINTER (TRUE));
        tell (conv, tgp_words_logged ());
    }
    return FALSE;
}

/* Not before the front end has finished with what it says of it. */
static void
is_logged (void)
{
    if (told_timer == 0)
        told_timer = purple_timeout_add (0, logged_cb, NULL);
}

static void
created_cb (PurpleConversation *conv, void *data)
{
    if (must_not_log (conv))
        purple_conversation_set_logging (conv, FALSE);
    else if (is_secret (conv) && purple_conversation_is_logging (conv))
        is_logged ();
    purple_conversation_set_data (conv, CREATED, GINT_TO_POINTER (TRUE));
}

/* Somebody ticked "Enable Logging", and the front end has said that all will be logged
 * now: no. Not before it has finished with that. */
static gboolean
answer_cb (gpointer data)
{
    PurpleConversation *conv = data;
    PurpleBuddy *buddy;

    answer_timer = 0;
    if (g_list_find (purple_get_conversations (), conv) == NULL || !must_not_log (conv))
        return FALSE;
    buddy = purple_find_buddy (purple_conversation_get_account (conv),
                               purple_conversation_get_name (conv));
    if (buddy != NULL) /* the front end noted it for the next time */
        purple_blist_node_set_bool (PURPLE_BLIST_NODE (purple_buddy_get_contact (buddy)),
                                    "enable-logging", FALSE);
    tgp_lines_logging_off (conv);
    tell (conv, tgp_words_not_logged ());
    return FALSE;
}

/* Menus and merged contacts turn logging on again: off it goes (FRONTENDS 3). */
static void
updated_cb (PurpleConversation *conv, PurpleConvUpdateType type, void *data)
{
    if (type != PURPLE_CONV_UPDATE_LOGGING || !is_secret (conv) ||
        !purple_conversation_is_logging (conv))
        return;
    if (!must_not_log (conv)) {
        is_logged ();
        return;
    }
    purple_conversation_set_logging (conv, FALSE);
    if (answer_timer == 0 && purple_conversation_get_data (conv, CREATED) != NULL)
        answer_timer = purple_timeout_add (0, answer_cb, conv);
}

/* --- no timed lines in any log --- */

static PurpleConversation *paused; /* its logging is on, but not for one line */
static gboolean next_is_timed;

static void
resume (void)
{
    if (paused != NULL && g_list_find (purple_get_conversations (), paused) != NULL)
        paused->logging = TRUE;
    paused = NULL;
}

gboolean
tgp_log_timed (gboolean timed)
{
    gboolean before = next_is_timed;

    next_is_timed = timed;
    resume ();
    return before;
}

/* Our own lines have the timer that the chat has now. Notices are never logged at all. */
static gboolean
is_timed (PurpleConversation *conv, PurpleMessageFlags flags)
{
    TgpAccount *tgp = tgp_conv_account (conv);
    TalkSecret info;

    if (!is_secret (conv))
        return FALSE;
    if ((flags & PURPLE_MESSAGE_RECV) != 0)
        return next_is_timed;
    return (flags & PURPLE_MESSAGE_SEND) != 0 &&
           (tgp == NULL || !tgp_has_info (tgp, (int32_t)tgp_conv_peer (conv).id, &info) ||
            info.ttl > 0);
}

/* libpurple logs between this signal and the next. The switch is turned without a word to
 * anybody: NO_LOG would change how the line looks (FRONTENDS 0.5). */
static gboolean
writing_cb (PurpleAccount *account, const char *who, char **message,
            PurpleConversation *conv, PurpleMessageFlags flags, void *data)
{
    resume (); /* a line that another plugin swallowed has no second signal */
    if (conv != NULL && purple_conversation_is_logging (conv) && is_timed (conv, flags)) {
        paused = conv;
        conv->logging = FALSE;
    }
    return FALSE;
}

static void
wrote_cb (PurpleAccount *account, const char *who, const char *message,
          PurpleConversation *conv, PurpleMessageFlags flags, void *data)
{
    resume ();
}

static void
deleting_cb (PurpleConversation *conv, void *data)
{
    if (paused == conv)
        paused = NULL;
}

/* --- what other plugins keep of a line --- */

/* "Last Seen" keeps the last thing that somebody said in the buddy list's file, which is
 * written a moment later. Handlers are called from the lowest priority on: this one is the
 * last, and takes it out again. */
static void
received_cb (PurpleAccount *account, char *who, char *message, PurpleConversation *conv,
             PurpleMessageFlags flags, void *data)
{
    int64_t id;

    if (!tgp_is_ours (account) || tgp_name_parse (who, &id) != TGP_NAME_SECRET)
        return;
    g_autoptr (GSList) buddies = purple_find_buddies (account, who);
    for (GSList *l = buddies; l != NULL; l = l->next) {
        PurpleBlistNode *node = l->data;
        if (g_hash_table_contains (node->settings,
                                   "lastsaid")) /* else it is saved anew */
            purple_blist_node_remove_setting (node, "lastsaid");
    }
}

void
tgp_log_connect (void)
{
    void *conversations = purple_conversations_get_handle ();

    if (connected)
        return; /* libpurple would call twice */
    connected = TRUE;
    purple_signal_connect (conversations, "conversation-created", &handle,
                           PURPLE_CALLBACK (created_cb), NULL);
    purple_signal_connect (conversations, "conversation-updated", &handle,
                           PURPLE_CALLBACK (updated_cb), NULL);
    purple_signal_connect_priority (conversations, "writing-im-msg", &handle,
                                    PURPLE_CALLBACK (writing_cb), NULL,
                                    PURPLE_SIGNAL_PRIORITY_LOWEST);
    purple_signal_connect_priority (conversations, "received-im-msg", &handle,
                                    PURPLE_CALLBACK (received_cb), NULL,
                                    PURPLE_SIGNAL_PRIORITY_HIGHEST);
    purple_signal_connect (conversations, "wrote-im-msg", &handle,
                           PURPLE_CALLBACK (wrote_cb), NULL);
    purple_signal_connect (conversations, "deleting-conversation", &handle,
                           PURPLE_CALLBACK (deleting_cb), NULL);
}
