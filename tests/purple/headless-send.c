/* How texts reach send_im: as each front end hands over what was typed, and as others do
 * that have no entry; and what a machine does to a program meanwhile.
 *
 *   enter NAME TEXT    typed and Return pressed, as the front end of --as treats it
 *   send NAME TEXT     typed, and it is no command
 *   raw NAME MARKUP    markup as it is; \n, \t are written so
 *   pounce NAME TEXT   as Pidgin's buddy pounce: the line first, then the message
 *   echo NAME TEXT     the same the other way round
 *   pounce-on-message NAME TEXT   a pounce at the next message, inside its signal
 *   inject NAME TEXT   as pidgin-otr answers: the message, and no line
 *   disk slow MS | full | good | held | released | syncs (how many there were)
 *   clock SECONDS      the machine's clocks jump ahead
 *
 * The disk and the clock are those functions of the C library that everything in this
 * process calls, the module's libraries too. */
#include "headless.h"

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define NATIVE(gc)                                                                       \
    ((PURPLE_PLUGIN_PROTOCOL_INFO ((gc)->prpl)->options &                                \
      OPT_PROTO_SLASH_COMMANDS_NATIVE) != 0)

static struct {
    GMutex lock;
    GCond changed;
    gboolean held, full;
    unsigned slow; /* ms */
} disk;
static gint clock_ahead; /* s */
static gint syncs;

/* --- the C library's --- */

G_MODULE_EXPORT int fdatasync (int fd);
G_MODULE_EXPORT int fsync (int fd);
G_MODULE_EXPORT int clock_gettime (clockid_t which, struct timespec *now);
G_MODULE_EXPORT int timerfd_settime (int fd, int flags, const struct itimerspec *new,
                                     struct itimerspec *old);

int
fsync (int fd)
{
    g_atomic_int_inc (&syncs);
    loop_synced ();
    return (int)syscall (SYS_fsync, fd);
}

int
fdatasync (int fd)
{
    g_atomic_int_inc (&syncs);
    g_mutex_lock (&disk.lock);
    while (disk.held)
        g_cond_wait (&disk.changed, &disk.lock);
    gboolean full = disk.full;
    unsigned slow = disk.slow;
    g_mutex_unlock (&disk.lock);
    if (slow > 0)
        g_usleep (slow * 1000);
    if (full) {
        errno = ENOSPC;
        return -1;
    }
    return (int)syscall (SYS_fdatasync, fd);
}

typedef int ClockFunc (clockid_t which, struct timespec *now);

/* The C library's own reads the clock without a call of the kernel, as a front end's does:
 * `./run bench` counts what that takes. */
int
clock_gettime (clockid_t which, struct timespec *now)
{
    static gpointer own;
    ClockFunc *func;

    if (g_atomic_pointer_get (&own) == NULL)
        g_atomic_pointer_set (&own, dlsym (RTLD_NEXT, "clock_gettime"));
    gpointer found = g_atomic_pointer_get (&own);
    memcpy (&func, &found, sizeof func);
    int result =
        func != NULL ? func (which, now) : (int)syscall (SYS_clock_gettime, which, now);

    now->tv_sec += g_atomic_int_get (&clock_ahead);
    return result;
}

typedef int TimerFunc (int fd, int flags, const struct itimerspec *at,
                       struct itimerspec *old);

/* What is set for a time of the clock that is ahead comes when that clock says it. */
int
timerfd_settime (int fd, int flags, const struct itimerspec *new, struct itimerspec *old)
{
    struct itimerspec at = *new;
    int ahead = g_atomic_int_get (&clock_ahead);

    if ((flags & TFD_TIMER_ABSTIME) != 0 && at.it_value.tv_sec > ahead)
        at.it_value.tv_sec -= ahead;
    else if ((flags & TFD_TIMER_ABSTIME) != 0 && at.it_value.tv_sec > 0)
        at.it_value = (struct timespec){ .tv_nsec = 1 };
    TimerFunc *func;
    gpointer found = dlsym (RTLD_NEXT, "timerfd_settime");
    memcpy (&func, &found, sizeof func);
    return func (fd, flags, &at, old);
}

static void
set_disk (const char *how)
{
    g_mutex_lock (&disk.lock);
    if (g_str_has_prefix (how, "slow "))
        disk.slow = (unsigned)atoi (how + strlen ("slow "));
    else if (g_str_equal (how, "full"))
        disk.full = TRUE;
    else if (g_str_equal (how, "good"))
        disk.full = FALSE, disk.slow = 0;
    disk.held = g_str_equal (how, "held");
    g_cond_broadcast (&disk.changed);
    g_mutex_unlock (&disk.lock);
}

static time_t idle;

time_t
machine_idle (void)
{
    return idle;
}

gboolean
machine_command (const char *verb, const char *rest)
{
    const char *behind = strchr (rest, ' ');

    if (g_str_equal (verb, "disk") && g_str_equal (rest, "syncs"))
        say ("syncs %d", g_atomic_int_get (&syncs));
    else if (g_str_equal (verb, "disk"))
        set_disk (rest);
    else if (g_str_equal (verb, "stall"))
        g_usleep ((gulong)atoi (rest) * 1000);
    else if (g_str_equal (verb, "idle"))
        idle = atoi (rest);
    else if (g_str_equal (verb, "die"))
        raise (SIGKILL);
    else if (g_str_equal (verb, "next-line") && behind != NULL)
        windows_at_line ((unsigned)atoi (rest), behind + 1);
    else if (g_str_equal (verb, "clock"))
        g_atomic_int_add (&clock_ahead, atoi (rest));
    else
        return FALSE;
    return TRUE;
}

/* --- typing --- */

static gboolean
is_front (const char *ui)
{
    return g_str_equal (purple_core_get_ui (), ui);
}

/* All of them hand over markup: BitlBee escapes what came by IRC. */
static void
send_plain (PurpleConversation *conv, const char *text)
{
    g_autofree char *escaped = g_markup_escape_text (text, -1);
    purple_conv_im_send (PURPLE_CONV_IM (conv), escaped);
}

static PurpleCmdStatus
do_command (PurpleConversation *conv, const char *text)
{
    g_autofree char *error = NULL;
    g_autofree char *escaped = g_markup_escape_text (text + 1, -1);
    PurpleCmdStatus status = purple_cmd_do_command (conv, text + 1, escaped, &error);

    if (status != PURPLE_CMD_STATUS_OK && status != PURPLE_CMD_STATUS_NOT_FOUND)
        say ("cmd %d %s", status, error != NULL ? error : "");
    return status;
}

/* help_command_cb() of Pidgin and Finch 2.14. */
static PurpleCmdRet
help_cb (PurpleConversation *conv, const char *cmd, char **args, char **error, void *data)
{
    gboolean one = args[0] != NULL;
    g_autoptr (GString) text = g_string_new (
        one ? NULL : "The following commands are available in this context:\n");
    GList *names = one ? purple_cmd_help (conv, args[0]) : purple_cmd_list (conv);

    for (GList *l = names; l != NULL; l = l->next)
        g_string_append_printf (text, "%s%s", (const char *)l->data,
                                l->next != NULL ? (one ? "\n" : ", ")
                                : one           ? ""
                                                : ".");
    if (one && names == NULL)
        g_string_append (text, "No such command (in this context).");
    g_list_free (names);
    purple_conversation_write (conv, NULL, text->str, PURPLE_MESSAGE_NO_LOG, time (NULL));
    return PURPLE_CMD_RET_OK;
}

void
commands_init (void)
{
    if (is_front ("gtk-gaim") || is_front ("gnt-purple"))
        purple_cmd_register (
            "help", "w", PURPLE_CMD_P_DEFAULT,
            PURPLE_CMD_FLAG_CHAT | PURPLE_CMD_FLAG_IM | PURPLE_CMD_FLAG_ALLOW_WRONG_ARGS,
            NULL, help_cb, "help &lt;command&gt;: Help on a specific command.", NULL);
}

/* check_for_and_do_command() of Pidgin 2.14, entry_key_pressed() of Finch 2.14. */
static void
enter (PurpleConversation *conv, const char *text)
{
    gboolean pidgin = is_front ("gtk-gaim"), finch = is_front ("gnt-purple");

    if (finch && text[0] == '/' && text[1] != '/') {
        if (do_command (conv, text) == PURPLE_CMD_STATUS_NOT_FOUND)
            say ("front: No such command.");
        return;
    }
    if (finch && text[0] == '/') {
        send_plain (conv, text + 1);
        return;
    }
    if (pidgin && text[0] == '/') {
        if (do_command (conv, text) != PURPLE_CMD_STATUS_NOT_FOUND)
            return;
        if (NATIVE (purple_conversation_get_gc (conv)) &&
            text[1 + strcspn (text + 1, " /")] != '/') {
            say ("front: Unknown command.");
            return;
        }
    }
    send_plain (conv, text);
}

/* --- others than people --- */

static void
send_alone (PurpleConversation *conv, const char *text)
{
    serv_send_im (purple_conversation_get_gc (conv), purple_conversation_get_name (conv),
                  text, 0);
}

static void
write_alone (PurpleConversation *conv, const char *text)
{
    purple_conversation_write (conv, NULL, text, PURPLE_MESSAGE_SEND, time (NULL));
}

static char *next_pounce;

static void
received_cb (PurpleAccount *account, char *who, char *text, PurpleConversation *conv,
             PurpleMessageFlags flags, void *data)
{
    g_autofree char *pounce = g_steal_pointer (&next_pounce);

    if (pounce == NULL)
        return;
    if (conv == NULL)
        conv = purple_conversation_new (PURPLE_CONV_TYPE_IM, account, who);
    write_alone (conv, pounce);
    send_alone (conv, pounce);
}

static void
pounce_later (const char *text)
{
    static int handle;

    if (next_pounce == NULL)
        purple_signal_connect (purple_conversations_get_handle (), "received-im-msg",
                               &handle, PURPLE_CALLBACK (received_cb), NULL);
    g_free (next_pounce);
    next_pounce = g_strdup (text);
}

gboolean
send_command (PurpleConversation *conv, const char *verb, const char *rest)
{
    if (g_str_equal (verb, "enter")) {
        enter (conv, rest);
    } else if (g_str_equal (verb, "send")) {
        send_plain (conv, rest);
    } else if (g_str_equal (verb, "raw")) {
        g_autofree char *markup = g_strcompress (rest);
        purple_conv_im_send (PURPLE_CONV_IM (conv), markup);
    } else if (g_str_equal (verb, "pounce")) {
        write_alone (conv, rest);
        send_alone (conv, rest);
    } else if (g_str_equal (verb, "echo")) {
        send_alone (conv, rest);
        write_alone (conv, rest);
    } else if (g_str_equal (verb, "pounce-on-message")) {
        pounce_later (rest);
    } else if (g_str_equal (verb, "inject")) {
        send_alone (conv, rest);
    } else {
        return FALSE;
    }
    return TRUE;
}
