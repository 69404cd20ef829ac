/* The conversations of the headless host: what a window does with lines, the focus, the
 * count of unread ones; or what BitlBee does, which has no windows. */
#include "headless.h"

#include <string.h>

static PurpleConversation *focused;
static gboolean updating; /* conversation-updated is being emitted */

/* Pidgin dies of this question within the signal (FRONTENDS 0.2). */
static gboolean
has_focus (PurpleConversation *conv)
{
    if (updating)
        g_error ("has_focus() is asked for within conversation-updated");
    return conv == focused;
}

static void
set_unseen (PurpleConversation *conv, int n)
{
    gboolean outer = updating;

    updating = TRUE;
    purple_conversation_set_data (conv, "unseen-count", GINT_TO_POINTER (n));
    purple_conversation_update (conv, PURPLE_CONV_UPDATE_UNSEEN);
    updating = outer;
}

static int
unseen (PurpleConversation *conv)
{
    return GPOINTER_TO_INT (purple_conversation_get_data (conv, "unseen-count"));
}

static void
say_line_of (PurpleConversation *conv, const char *message, PurpleMessageFlags flags)
{
    g_autofree char *text = purple_unescape_html (message);

    say ("line %s %s: %s", purple_conversation_get_name (conv),
         (flags & PURPLE_MESSAGE_SEND) != 0     ? "send"
         : (flags & PURPLE_MESSAGE_SYSTEM) != 0 ? "system"
         : (flags & PURPLE_MESSAGE_RECV) != 0   ? "recv"
                                                : "error",
         text);
}

/* --- what happens right behind a line --- */

typedef struct {
    unsigned lines; /* that are still to come before it */
    char *command;
} Armed;

static GList *armed;

static gboolean
armed_cb (gpointer data)
{
    Armed *what = data;

    run_command (what->command);
    g_free (what->command);
    g_free (what);
    return FALSE;
}

/* The command runs before the loop does anything else. */
static void
count_line (PurpleMessageFlags flags)
{
    for (GList *l = armed, *next; (flags & PURPLE_MESSAGE_RECV) != 0 && l != NULL;
         l = next) {
        Armed *what = l->data;
        next = l->next;
        if (--what->lines > 0)
            continue;
        armed = g_list_delete_link (armed, l);
        g_idle_add_full (G_PRIORITY_HIGH, armed_cb, what, NULL);
    }
}

void
windows_at_line (unsigned lines, const char *command)
{
    Armed *what = g_new0 (Armed, 1);

    *what = (Armed){ MAX (lines, 1), g_strdup (command) };
    armed = g_list_append (armed, what);
}

/* Pidgin and Finch make an action of a line that begins with "/me " (FRONTENDS 3). */
static char *
drawn (const char *alias, const char *message, PurpleMessageFlags flags)
{
    g_autofree char *text = g_strdup (message);
    PurpleMessageFlags spoken = PURPLE_MESSAGE_RECV | PURPLE_MESSAGE_SEND;

    if ((flags & spoken) == 0 || (flags & PURPLE_MESSAGE_SYSTEM) != 0 ||
        !purple_message_meify (text, -1))
        return g_steal_pointer (&text);
    return g_strdup_printf ("*** %s %s", alias, text);
}

static void
write_conv (PurpleConversation *conv, const char *name, const char *alias,
            const char *message, PurpleMessageFlags flags, time_t when)
{
    g_autofree char *text = drawn (alias, message, flags);

    if ((flags & PURPLE_MESSAGE_RECV) != 0 &&
        g_strcmp0 (purple_core_get_ui (), "gnt-purple") == 0)
        say ("from %s", alias); /* what stands before the line */
    say_line_of (conv, text, flags);
    count_line (flags);
    if ((flags & PURPLE_MESSAGE_RECV) != 0 && conv != focused)
        set_unseen (conv, unseen (conv) + 1);
}

static void
write_im (PurpleConversation *conv, const char *who, const char *message,
          PurpleMessageFlags flags, time_t when)
{
    purple_conversation_write (conv, who, message, flags, when);
}

/* Everything that was not typed there is a line from the buddy; nothing is heard of it
 * any more, and there is no history (FRONTENDS 3). */
static void
hand_over (PurpleConversation *conv, const char *who, const char *message,
           PurpleMessageFlags flags, time_t when)
{
    if ((flags & PURPLE_MESSAGE_SEND) == 0) {
        gboolean act = g_ascii_strncasecmp (message, "/me ", 4) == 0; /* a CTCP */
        g_autofree char *action = g_strconcat ("ACTION ", message, NULL);
        say_line_of (conv, act ? action : message, flags);
        count_line (flags);
    }
}

static void
create_conv (PurpleConversation *conv)
{
    set_unseen (conv, 0); /* as Pidgin, though nobody looks */
}

static void
destroy_conv (PurpleConversation *conv)
{
    if (focused == conv)
        focused = NULL;
}

void
windows_init (gboolean focusless)
{
    static PurpleConversationUiOps windows = { .create_conversation = create_conv,
                                               .write_im = write_im,
                                               .write_conv = write_conv,
                                               .destroy_conversation = destroy_conv,
                                               .has_focus = has_focus };
    static PurpleConversationUiOps none = { .write_im = hand_over };

    purple_conversations_set_ui_ops (focusless ? &none : &windows);
}

/* --- commands --- */

static PurpleConversation *
conversation (const char *name, gboolean make)
{
    PurpleBuddy *buddy = find_buddy (name);
    const char *real = buddy != NULL ? purple_buddy_get_name (buddy) : name;
    PurpleConversation *conv =
        purple_find_conversation_with_account (PURPLE_CONV_TYPE_IM, real, the_account ());

    if (conv == NULL && make)
        conv = purple_conversation_new (PURPLE_CONV_TYPE_IM, the_account (), real);
    return conv;
}

static void
dump_lines (PurpleConversation *conv)
{
    GList *history = conv != NULL ? purple_conversation_get_message_history (conv) : NULL;

    for (GList *l = g_list_last (history); l != NULL; l = l->prev) {
        const PurpleConvMessage *message = l->data;
        say ("history: %s", message->what);
    }
    say ("history end");
}

static void
dump_times (PurpleConversation *conv)
{
    GList *history = conv != NULL ? purple_conversation_get_message_history (conv) : NULL;

    for (GList *l = g_list_last (history); l != NULL; l = l->prev) {
        const PurpleConvMessage *message = l->data;
        say ("time: %" G_GINT64_FORMAT " %s", (gint64)message->when, message->what);
    }
    say ("time end");
}

/* Pidgin's menu_logging_cb. */
static void
tick_logging (PurpleConversation *conv)
{
    PurpleBuddy *buddy = purple_find_buddy (purple_conversation_get_account (conv),
                                            purple_conversation_get_name (conv));

    purple_conversation_set_logging (conv, TRUE);
    purple_conversation_write (conv, NULL,
                               "Logging started. Future messages in this conversation "
                               "will be logged.",
                               PURPLE_MESSAGE_SYSTEM, time (NULL));
    if (buddy != NULL)
        purple_blist_node_set_bool (PURPLE_BLIST_NODE (purple_buddy_get_contact (buddy)),
                                    "enable-logging", TRUE);
    say ("logging %d", purple_conversation_is_logging (conv));
}

/* What needs no window, and opens none. */
static gboolean
look (const char *verb, PurpleConversation *conv)
{
    if (g_str_equal (verb, "lines"))
        dump_lines (conv);
    else if (g_str_equal (verb, "times"))
        dump_times (conv);
    else if (g_str_equal (verb, "unread"))
        say ("unread %d", conv != NULL ? unseen (conv) : 0);
    else if (g_str_equal (verb, "title"))
        say ("title %s", conv != NULL ? purple_conversation_get_title (conv) : "");
    else if (g_str_equal (verb, "windows"))
        say ("windows %u", g_list_length (purple_get_conversations ()));
    else if (g_str_equal (verb, "close") && conv != NULL)
        purple_conversation_destroy (conv);
    else
        return g_str_equal (verb, "close");
    return TRUE;
}

static gboolean
act (const char *verb, PurpleConversation *conv, const char *rest)
{
    g_autofree char *escaped = g_markup_escape_text (rest, -1);

    if (g_str_equal (verb, "cmd-markup")) { /* as Pidgin does */
        g_autofree char *plain = purple_markup_strip_html (rest);
        g_autofree char *error = NULL;
        purple_cmd_do_command (conv, plain, rest, &error);
    } else if (g_str_equal (verb, "cmd")) {
        g_autofree char *error = NULL;
        PurpleCmdStatus status = purple_cmd_do_command (conv, rest, escaped, &error);
        say ("cmd %d %s", status, error != NULL ? error : "");
    } else if (g_str_equal (verb, "type")) {
        serv_send_typing (purple_conversation_get_gc (conv),
                          purple_conversation_get_name (conv),
                          g_str_equal (rest, "on") ? PURPLE_TYPING : PURPLE_NOT_TYPING);
    } else if (g_str_equal (verb, "focus")) {
        set_unseen (conv, 0); /* before GTK has moved the focus (FRONTENDS 2) */
        focused = conv;
    } else if (g_str_equal (verb, "clear")) {
        purple_conversation_clear_message_history (conv);
    } else if (g_str_equal (verb, "logging")) {
        tick_logging (conv);
    } else {
        return g_str_equal (verb, "open");
    }
    return TRUE;
}

gboolean
window_command (const char *verb, const char *name, const char *rest)
{
    static const char *const acts[] = { "send",   "enter",         "raw",
                                        "pounce", "echo",          "inject",
                                        "insert", "sendfile",      "pounce-on-message",
                                        "cmd",    "cmd-markup",    "type",
                                        "focus",  "clear",         "logging",
                                        "open",   "sendfile-stop", NULL };

    if (g_str_equal (verb, "blur")) {
        focused = NULL;
        return TRUE;
    }
    if (g_str_equal (verb, "open-all")) {
        g_autoptr (GSList) buddies = purple_find_buddies (the_account (), NULL);
        for (GSList *l = buddies; l != NULL; l = l->next)
            conversation (purple_buddy_get_name (l->data), TRUE);
        return TRUE;
    }
    if (name == NULL)
        return FALSE;
    if (g_str_equal (verb, "swallow")) {
        handlers_do (name);
        return TRUE;
    }
    if (g_str_equal (verb, "reopen")) /* faster than anything that waits for its time */
        return window_command ("close", name, rest) &&
               window_command ("open", name, rest);
    if (look (verb, conversation (name, FALSE)))
        return TRUE;
    if (!g_strv_contains (acts, verb))
        return FALSE;
    PurpleConversation *conv = conversation (name, TRUE);
    return send_command (conv, verb, rest) || files_command (conv, verb, rest) ||
           act (verb, conv, rest);
}
