/* A front end of libpurple without a screen: it loads the real module, does what it is
 * told line by line, and prints what a user would see.
 *
 *   headless --user-dir DIR --plugins DIR [--as finch|pidgin|bitlbee] [--focusless] [--dialogless]
 *            [--login-only CODE]
 *
 * It is no kinder than the real ones (FRONTENDS 0.8, DECISIONS 28): the `data` of every
 * entry of a buddy's menu is overwritten by the node (Finch), the number that a button
 * hands over is no use (Pidgin counts from the other end), a question may be closed
 * without any button, one that was answered stands in libpurple's list for good and must
 * not be closed (BitlBee), and removing, renaming and moving go libpurple's own way. --as also
 * takes the front end's name, so that the module behaves as it does there. Without focus
 * (BitlBee) lines are handed on, and nothing is heard of them any more.
 *
 * Commands (NAME is a buddy's name; "secret" = the newest secret chat, "@Alias" = by alias):
 *   account PHONE [SETTING=VALUE ...]   makes an account and switches it on; _ is a blank;
 *                                       "password" is no setting but what BitlBee keeps
 *   answer TEXT | cancel                the oldest question for a text
 *   press LABEL                         a button of the oldest question with buttons
 *   return | escape                     those keys, in that question
 *   yes | no                            what BitlBee makes of its buttons
 *   open NAME | open-all | close NAME | reopen NAME | focus NAME | blur
 *   send NAME TEXT and others of headless-send.c | cmd NAME TEXT | type NAME on|off
 *   menu NAME LABEL[/LABEL...]          an entry of the buddy's menu
 *   items NAME                          all of them: "item LABEL[/LABEL...]", "items end"
 *   account-menu LABEL                  an entry of the account's menu
 *   account-entries                     which there are
 *   remove NAME | move NAME GROUP | copy NAME GROUP | onto NAME OTHER [PATH] (dragged there;
 *                                       meanwhile something is typed, or that file dropped)
 *   group-rename OLD/NEW | group-remove GROUP | block NAME | unblock NAME
 *   add WHO GROUP [ALIAS] | call NAME ALIAS | aliases NAME
 *   info NAME | tooltip NAME | icon NAME   what is known of them; how many bytes it has
 *   be available|away|invisible|idle|back
 *   put-field LABEL TEXT | fields-ok | fields-cancel   the dialog with fields
 *   set-info TEXT | set-no-info | set-alias NAME | get-alias | own   one's own, by libpurple; how it is shown
 *   groups | emblem NAME                who is where, the picture beside the entry
 *   setting NAME VALUE                  of the account, from the next login on
 *   allow NAME                          a setting of the account, ticked
 *   use PHONE                           commands are for that account from now on
 *   settings NAME                       what another plugin noted at an entry
 *   lines NAME | times NAME | unread NAME | clear NAME | windows ALL
 *   logging NAME                        what Pidgin's "Enable Logging" does
 *   swallow WHAT                        what another plugin does from now on:
 *      receiving | writing | all        keeps lines with the word "swallow" away, or every line
 *      changing | keeping               changes every line; notes the last one in the list's file
 *      closing                          behind each line it closes all windows,
 *      ending | ending-all | deleting   ... ends the account, or all; deletes it, once,
 *      connecting | flapping            ... connects it if it is off; and ends it again,
 *      reviving                         ... ends it and connects it at once
 *      returning                        connects it, once, inside "signed-off"
 *      showing                          ends it, once, where it is told who somebody is
 *      adding | leaving                 ends it where an entry comes, or goes offline
 *      naming | presence                ends it where a secret chat's has another name or presence
 *      taking                           takes out of the list what comes there
 *      nothing                          no more
 *   next-line N COMMAND                 behind the N-th incoming line from now
 *   stall MS | idle SECONDS             the loop stands still; nobody touched a key so long
 *   mark                                says "marked": what was told before is done
 *   go on | go off | state              the account stays enabled; online, connecting or offline
 *   buddies | disable | enable | delete | quit | die | and others of headless-loop.c
 *
 * --login-only: the account of accounts.xml logs in, starts a secret chat with its first
 * buddy, waits for it to be ready, and leaves (the demo's preparation). */
#include "headless.h"

#include <glib-unix.h>
#include <libintl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *name, *ui;
} fronts[] = { { "headless", "headless" },
               { "finch", "gnt-purple" },
               { "pidgin", "gtk-gaim" },
               { "bitlbee", "BitlBee" } };
static unsigned front; /* of these */

static GMainLoop *loop;
static gboolean focusless, dialogless;
static const char *login_only;
static GQueue inputs = G_QUEUE_INIT, actions = G_QUEUE_INIT; /* Question */

typedef struct {
    gboolean input;
    GCallback ok, cancel;
    void *user;
    GPtrArray *labels;
    GPtrArray *callbacks;
    int by_default; /* the button that Return presses; -1: none */
    gboolean kept;  /* answered in BitlBee: it stands in libpurple's list for good */
} Question;

void
say (const char *format, ...)
{
    va_list args;

    va_start (args, format);
    g_autofree char *line = g_strdup_vprintf (format, args);
    va_end (args);
    printf ("%s\n", g_strdelimit (line, "\n", '|'));
    fflush (stdout);
}

/* --- event loop --- */

typedef struct {
    PurpleInputFunction func;
    int result;
    gpointer data;
} Watch;

static gboolean
watch_cb (GIOChannel *source, GIOCondition condition, gpointer data)
{
    Watch *watch = data;
    PurpleInputCondition what = 0;

    if ((condition & (G_IO_IN | G_IO_HUP | G_IO_ERR)) != 0)
        what |= PURPLE_INPUT_READ;
    if ((condition & (G_IO_OUT | G_IO_HUP | G_IO_ERR | G_IO_NVAL)) != 0)
        what |= PURPLE_INPUT_WRITE;
    watch->func (watch->data, g_io_channel_unix_get_fd (source), what);
    return TRUE;
}

static guint
input_add (gint fd, PurpleInputCondition condition, PurpleInputFunction func,
           gpointer data)
{
    Watch *watch = g_new0 (Watch, 1);
    GIOCondition wanted = 0;
    GIOChannel *channel = g_io_channel_unix_new (fd);

    watch->func = func;
    watch->data = data;
    if ((condition & PURPLE_INPUT_READ) != 0)
        wanted |= G_IO_IN | G_IO_HUP | G_IO_ERR;
    if ((condition & PURPLE_INPUT_WRITE) != 0)
        wanted |= G_IO_OUT | G_IO_HUP | G_IO_ERR | G_IO_NVAL;
    guint id = g_io_add_watch_full (channel, G_PRIORITY_DEFAULT, wanted, watch_cb, watch,
                                    g_free);
    g_io_channel_unref (channel);
    return id;
}

static PurpleEventLoopUiOps loop_ops = { .timeout_add = g_timeout_add,
                                         .timeout_remove = g_source_remove,
                                         .input_add = input_add,
                                         .input_remove = g_source_remove,
                                         .timeout_add_seconds = g_timeout_add_seconds };

/* --- questions --- */

static void
question_free (Question *question)
{
    if (question->labels != NULL)
        g_ptr_array_unref (question->labels);
    if (question->callbacks != NULL)
        g_ptr_array_unref (question->callbacks);
    g_free (question);
}

/* A dialog appears; its buttons, and whether it is asked for a text. */
static void
appears (const char *title, const char *primary, const char *secondary, gboolean entry,
         GPtrArray *labels)
{
    if (g_str_equal (fronts[front].name, "finch"))
        fits (&(Dialog){ title != NULL ? title : "", primary, secondary, entry, labels });
}

static void
appears_with (const char *title, const char *primary, const char *secondary,
              gboolean entry, const char *ok, const char *cancel)
{
    g_autoptr (GPtrArray) labels = g_ptr_array_new ();

    g_ptr_array_add (labels, (void *)ok);
    if (cancel != NULL)
        g_ptr_array_add (labels, (void *)cancel);
    appears (title, primary, secondary, entry, labels);
}

static void *
request_input (const char *title, const char *primary, const char *secondary,
               const char *default_value, gboolean multiline, gboolean masked,
               gchar *hint, const char *ok_text, GCallback ok_cb, const char *cancel_text,
               GCallback cancel_cb, PurpleAccount *account, const char *who,
               PurpleConversation *conv, void *user_data)
{
    Question *question = g_new0 (Question, 1);

    question->input = TRUE;
    question->ok = ok_cb;
    question->cancel = cancel_cb;
    question->user = user_data;
    g_queue_push_tail (&inputs, question);
    appears_with (title, primary, secondary, TRUE, ok_text, cancel_text);
    say ("input %s: %s%s", primary != NULL ? primary : title,
         secondary != NULL ? secondary : "", masked ? " (masked)" : "");
    return question;
}

static void *
request_action (const char *title, const char *primary, const char *secondary,
                int default_action, PurpleAccount *account, const char *who,
                PurpleConversation *conv, void *user_data, size_t count, va_list list)
{
    Question *question = g_new0 (Question, 1);
    GString *labels = g_string_new (NULL);

    question->labels = g_ptr_array_new_with_free_func (g_free);
    question->callbacks = g_ptr_array_new ();
    question->user = user_data;
    question->by_default = default_action;
    for (size_t i = 0; i < count; i++) {
        const char *label = va_arg (list, const char *);
        g_ptr_array_add (question->labels, g_strdup (label));
        g_ptr_array_add (question->callbacks, va_arg (list, void *));
        g_string_append_printf (labels, " [%s]", label);
    }
    g_queue_push_tail (&actions, question);
    appears (title, primary, secondary, FALSE, question->labels);
    g_auto (GStrv) split = g_strsplit (secondary != NULL ? secondary : "", "\n", 0);
    g_autofree char *lines = g_strjoinv ("<BR>", split);
    /* BitlBee prints whatever it is given */
    if (g_str_equal (fronts[front].name, "bitlbee"))
        say ("root Request: %s||%s||%s", title != NULL ? title : "(null)",
             primary != NULL ? primary : "(null)", secondary != NULL ? lines : "(null)");
    else
        say ("action %s%s%s%s", primary != NULL ? primary : title,
             secondary != NULL ? "|" : "", lines, labels->str);
    g_string_free (labels, TRUE);
    return question;
}

static void
close_request (PurpleRequestType type, void *ui_handle)
{
    Question *question = ui_handle;

    if (type == PURPLE_REQUEST_FIELDS)
        fields_close (ui_handle);
    if (type == PURPLE_REQUEST_FILE || type == PURPLE_REQUEST_FIELDS)
        return;
    if (question->kept)
        g_error ("a question is closed that was answered");
    if (g_queue_remove (&inputs, question) || g_queue_remove (&actions, question))
        say ("request closed");
    question_free (question);
}

static void *
request_file (const char *title, const char *name, gboolean saves, GCallback chosen,
              GCallback closed, PurpleAccount *account, const char *who,
              PurpleConversation *conv, void *user)
{
    return files_request (title, chosen, closed, user);
}

static void *
request_fields (const char *title, const char *primary, const char *secondary,
                PurpleRequestFields *fields, const char *ok_text, GCallback ok_cb,
                const char *cancel_text, GCallback cancel_cb, PurpleAccount *account,
                const char *who, PurpleConversation *conv, void *user_data)
{
    appears_with (title, primary, secondary, TRUE, ok_text, cancel_text);
    return fields_request (title, primary, fields, ok_cb, cancel_cb, user_data);
}

static PurpleRequestUiOps request_ops = { .request_file = request_file,
                                          .request_fields = request_fields,
                                          .request_input = request_input,
                                          .request_action = request_action,
                                          .close_request = close_request };

static void
answer (const char *text)
{
    Question *question = g_queue_pop_head (&inputs);

    if (question == NULL) {
        say ("no question");
        return;
    }
    GCallback func = text != NULL ? question->ok : question->cancel;
    void *user = question->user;
    if (func != NULL)
        ((PurpleRequestInputCb)func) (user, text);
    purple_request_close (PURPLE_REQUEST_INPUT, question);
}

/* BitlBee keeps it to itself that a question was answered, and crashes when that one is
 * closed (FRONTENDS 0.8). */
static void
answered (Question *question)
{
    question->kept = g_str_equal (fronts[front].name, "bitlbee");
    if (!question->kept)
        purple_request_close (PURPLE_REQUEST_ACTION, question);
}

/* The number is counted from one end or the other, as in Pidgin and in Finch. */
static void
press_button (Question *question, unsigned i)
{
    gboolean finch = g_str_equal (fronts[front].name, "finch");
    PurpleRequestActionCb func =
        (PurpleRequestActionCb)g_ptr_array_index (question->callbacks, i);

    g_queue_remove (&actions, question);
    if (func != NULL)
        func (question->user, (int)(finch ? i : question->labels->len - 1 - i));
    answered (question);
}

static void
press (const char *label)
{
    Question *question = g_queue_peek_head (&actions);

    for (unsigned i = 0; question != NULL && i < question->labels->len; i++)
        if (g_strcmp0 (g_ptr_array_index (question->labels, i), label) == 0) {
            press_button (question, i);
            return;
        }
    say ("no such button");
}

/* Finch's cursor is on the first button where none is the default, Pidgin's on none. */
static void
press_return (void)
{
    Question *question = g_queue_peek_head (&actions);
    int i = question != NULL ? question->by_default : -1;

    if (i < 0 && question != NULL && g_str_equal (fronts[front].name, "finch"))
        i = 0;
    if (i < 0 || (unsigned)i >= question->labels->len)
        say ("nothing is pressed");
    else
        press_button (question, (unsigned)i);
}

/* No callback at all. */
static void
press_escape (void)
{
    Question *question = g_queue_pop_head (&actions);

    if (question == NULL)
        say ("no question");
    else
        purple_request_close (PURPLE_REQUEST_ACTION, question);
}

/* BitlBee knows buttons by these words only; the last of each kind counts. */
static void
press_word (gboolean yes)
{
    Question *question = g_queue_peek_head (&actions);
    int found = -1;

    for (unsigned i = 0; question != NULL && i < question->labels->len; i++) {
        const char *label = g_ptr_array_index (question->labels, i);
        gboolean is_yes =
            strstr (label, "Accept") != NULL || strstr (label, "OK") != NULL;
        gboolean is_no =
            strstr (label, "Reject") != NULL || strstr (label, "Cancel") != NULL;
        if (yes ? is_yes : is_no && !is_yes)
            found = (int)i;
    }
    if (found >= 0)
        press_button (question, (unsigned)found);
    else if (question != NULL)
        answered (g_queue_pop_head (&actions)); /* nothing is called */
    else
        say ("no question");
}

/* --- notices --- */

static int notice;

static void *
notify_message (PurpleNotifyMsgType type, const char *title, const char *primary,
                const char *secondary)
{
    appears_with (title, primary, secondary, FALSE, "OK", NULL);
    say ("notify %s: %s", primary != NULL ? primary : title,
         secondary != NULL ? secondary : "");
    return &notice; /* as for a page, which has its number */
}

static unsigned pages; /* ever shown */

static void *
notify_formatted (const char *title, const char *primary, const char *secondary,
                  const char *text)
{
    g_autofree char *plain = purple_markup_strip_html (text);
    g_autofree char *how = purple_markup_strip_html (secondary != NULL ? secondary : "");
    g_autofree char *page = g_strconcat (how, "\n", plain, NULL);
    appears_with (title, primary, page, FALSE, "OK", NULL);
    if (*how != '\0')
        say ("notify-how %s", how);
    say ("notify %s: %s", primary != NULL ? primary : title, plain);
    return GUINT_TO_POINTER (++pages); /* it stands until it is closed */
}

static void
notify_close (PurpleNotifyType type, void *shown)
{
    if (type == PURPLE_NOTIFY_FORMATTED)
        say ("notify-closed %u", GPOINTER_TO_UINT (shown));
    else if (shown == &notice)
        say ("told-closed");
}

static PurpleNotifyUiOps notify_ops = { .notify_message = notify_message,
                                        .notify_formatted = notify_formatted,
                                        .notify_userinfo = people_userinfo,
                                        .close_notify = notify_close };

static void
disconnect_reason (PurpleConnection *gc, PurpleConnectionError reason, const char *text)
{
    say ("error %s%s", purple_connection_error_is_fatal (reason) ? "fatal " : "", text);
    if (login_only != NULL)
        g_main_loop_quit (loop);
}

static void
progress (PurpleConnection *gc, const char *text, size_t step, size_t count)
{
    say ("progress %s", text);
}

static PurpleBlistUiOps blist_ops;
static PurpleIdleUiOps idle_ops = { .get_time_idle = machine_idle };
static PurpleConnectionUiOps connection_ops = { .connect_progress = progress,
                                                .report_disconnect_reason =
                                                    disconnect_reason };

/* --- signals --- */

static void
signed_on_cb (PurpleConnection *gc, void *data)
{
    say ("signed-on");
}

static void
typing_cb (PurpleAccount *account, const char *name, void *data)
{
    say ("typing %s %s", name, (const char *)data);
}

/* --- commands --- */

/* Through a proxy on this machine: "PORT" or "PORT:USER:PASSWORD"; FALSE: no such setting. */
static gboolean
set_proxy (PurpleAccount *account, const char *setting, const char *value)
{
    static const struct {
        const char *name;
        PurpleProxyType type;
    } kinds[] = { { "proxy", PURPLE_PROXY_SOCKS5 },
                  { "socks4-proxy", PURPLE_PROXY_SOCKS4 },
                  { "tor-proxy", PURPLE_PROXY_TOR },
                  { "http-proxy", PURPLE_PROXY_HTTP },
                  { "env-proxy", PURPLE_PROXY_USE_ENVVAR } };

    for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++) {
        if (!g_str_equal (setting, kinds[i].name))
            continue;
        PurpleProxyInfo *info = purple_proxy_info_new ();
        g_auto (GStrv) words = g_strsplit (value, ":", 3);
        purple_proxy_info_set_type (info, kinds[i].type);
        purple_proxy_info_set_host (info, "127.0.0.1");
        purple_proxy_info_set_port (info, atoi (words[0]));
        if (g_strv_length (words) == 3) {
            purple_proxy_info_set_username (info, words[1]);
            purple_proxy_info_set_password (info, words[2]);
        }
        purple_account_set_proxy_info (account, info);
        return TRUE;
    }
    return FALSE;
}

static void
make_account (const char *rest)
{
    g_auto (GStrv) words = g_strsplit (rest, " ", 0);
    g_autofree char *name = g_strdelimit (g_strdup (words[0]), "_", ' ');
    PurpleAccount *account = purple_account_new (name, "prpl-mtproto");

    for (char **word = words + 1; *word != NULL; word++) {
        char *equals = strchr (*word, '=');
        if (equals == NULL)
            continue;
        *equals++ = '\0';
        if (set_proxy (account, *word, equals)) {
            continue;
        } else if (g_str_equal (*word, "password")) {
            purple_account_set_remember_password (account, TRUE);
            purple_account_set_password (account, equals);
        } else if (g_str_equal (equals, "yes") || g_str_equal (equals, "no"))
            purple_account_set_bool (account, *word, g_str_equal (equals, "yes"));
        else
            purple_account_set_string (account, *word, equals);
    }
    purple_accounts_add (account);
    purple_account_set_enabled (account, fronts[front].ui, TRUE);
}

void
run_command (char *line)
{
    g_auto (GStrv) words = g_strsplit (line, " ", 3);
    unsigned n = g_strv_length (words);
    const char *verb = n > 0 ? words[0] : "";
    const char *rest = strchr (line, ' ');

    rest = rest != NULL ? rest + 1 : "";
    if (g_str_equal (verb, "account"))
        make_account (rest);
    else if (g_str_equal (verb, "answer"))
        answer (rest);
    else if (g_str_equal (verb, "cancel"))
        answer (NULL);
    else if (g_str_equal (verb, "press"))
        press (rest);
    else if (g_str_equal (verb, "return"))
        press_return ();
    else if (g_str_equal (verb, "escape"))
        press_escape ();
    else if (g_str_equal (verb, "yes") || g_str_equal (verb, "no"))
        press_word (g_str_equal (verb, "yes"));
    else if (g_str_equal (verb, "disable") || g_str_equal (verb, "enable"))
        purple_account_set_enabled (the_account (), fronts[front].ui,
                                    g_str_equal (verb, "enable"));
    else if (g_str_equal (verb, "go") && g_str_equal (rest, "off"))
        purple_account_disconnect (the_account ());
    else if (g_str_equal (verb, "go"))
        purple_account_connect (the_account ());
    else if (g_str_equal (verb, "state"))
        say ("state %s", purple_account_is_connected (the_account ()) ? "online"
                         : purple_account_is_disconnected (the_account ())
                             ? "offline"
                             : "connecting");
    else if (g_str_equal (verb, "setting") && n == 3)
        purple_account_set_string (the_account (), words[1], words[2]);
    else if (g_str_equal (verb, "called")) /* by the user, in the account's dialog */
        purple_account_set_alias (the_account (), rest);
    else if (g_str_equal (verb, "allow") && n == 2)
        purple_account_set_bool (the_account (), words[1], TRUE);
    else if (g_str_equal (verb, "delete") && n >= 2)
        purple_accounts_delete (purple_accounts_find (words[1], "prpl-mtproto"));
    else if (g_str_equal (verb, "delete"))
        purple_accounts_delete (the_account ());
    else if (g_str_equal (verb, "quit"))
        g_main_loop_quit (loop);
    else if (g_str_equal (verb, "mark"))
        say ("marked");
    else if (list_command (verb, rest) || machine_command (verb, rest) ||
             loop_command (verb, rest) || people_command (verb, rest) ||
             fields_command (verb, rest) || transfers_command (verb, rest))
        return;
    else if (!window_command (verb, n >= 2 ? words[1] : NULL, n == 3 ? words[2] : ""))
        say ("no command %s", verb);
}

static gboolean
stdin_cb (GIOChannel *source, GIOCondition condition, gpointer data)
{
    g_autofree char *line = NULL;
    gsize end;

    if (g_io_channel_read_line (source, &line, NULL, &end, NULL) != G_IO_STATUS_NORMAL) {
        g_main_loop_quit (loop);
        return FALSE;
    }
    line[end] = '\0';
    run_command (line);
    return TRUE;
}

/* --- the demo's preparation --- */

static gboolean
login_only_cb (gpointer data)
{
    static gboolean started;
    PurpleAccount *account = the_account ();
    PurplePlugin *prpl = purple_find_prpl ("prpl-mtproto");

    if (!g_queue_is_empty (&inputs))
        answer (login_only);
    if (account == NULL || !purple_account_is_connected (account))
        return TRUE;
    PurpleBuddy *secret = newest_secret ();
    if (secret != NULL) {
        g_autofree char *status =
            PURPLE_PLUGIN_PROTOCOL_INFO (prpl)->status_text (secret);
        if (status != NULL && g_str_has_prefix (status, "secret"))
            g_main_loop_quit (loop);
        return TRUE;
    }
    g_autoptr (GSList) buddies = purple_find_buddies (account, NULL);
    if (!started && buddies != NULL) {
        started = TRUE;
        run_menu (purple_buddy_get_name (buddies->data), "Start secret chat");
    }
    return TRUE;
}

/* --- start
 * -----------------------------------------------------------------------------------------
 */

static void
ui_init (void)
{
    if (g_str_equal (fronts[front].name, "finch"))
        connection_ops.connect_progress = NULL;
    if (dialogless)
        request_ops.request_input = NULL;
    if (!g_str_equal (fronts[front].name, "bitlbee"))
        purple_idle_set_ui_ops (&idle_ops);
    windows_init (focusless);
    commands_init ();
    files_init (fronts[front].name);
    list_init (fronts[front].name);
    purple_connections_set_ui_ops (&connection_ops);
    purple_request_set_ui_ops (&request_ops);
    purple_notify_set_ui_ops (&notify_ops);
    purple_blist_set_ui_ops (&blist_ops); /* else libpurple does not store the list */
}

static PurpleCoreUiOps core_ops = { .ui_prefs_init = NULL, .ui_init = ui_init };

static gboolean
quit_cb (gpointer data)
{
    g_main_loop_quit (loop);
    return FALSE;
}

static void
connect_signals (void)
{
    static int handle;
    void *conversations = purple_conversations_get_handle ();

    purple_signal_connect (purple_connections_get_handle (), "signed-on", &handle,
                           PURPLE_CALLBACK (signed_on_cb), NULL);
    handlers_connect ();
    purple_signal_connect (conversations, "buddy-typing", &handle,
                           PURPLE_CALLBACK (typing_cb), (void *)"on");
    purple_signal_connect (conversations, "buddy-typing-stopped", &handle,
                           PURPLE_CALLBACK (typing_cb), (void *)"off");
}

int
main (int argc, char **argv)
{
    g_autofree char *user_dir = NULL, *plugins = NULL, *code = NULL, *as = NULL;
    GOptionEntry entries[] = {
        { "user-dir", 0, 0, G_OPTION_ARG_FILENAME, &user_dir, "libpurple's folder",
          "DIR" },
        { "plugins", 0, 0, G_OPTION_ARG_FILENAME, &plugins, "where the module is",
          "DIR" },
        { "as", 0, 0, G_OPTION_ARG_STRING, &as, "behave as that front end", "NAME" },
        { "dialogless", 0, 0, G_OPTION_ARG_NONE, &dialogless, "no questions for a text",
          NULL },
        { "focusless", 0, 0, G_OPTION_ARG_NONE, &focusless, "no has_focus", NULL },
        { "login-only", 0, 0, G_OPTION_ARG_STRING, &code, "log in and leave", "CODE" },
        { NULL, 0, 0, 0, NULL, NULL, NULL },
    };
    g_autoptr (GOptionContext) context =
        g_option_context_new ("- libpurple without a screen");

    setlocale (LC_ALL, "");
    setlocale (LC_NUMERIC, "C"); /* as Perl does, which front ends load */
    g_option_context_add_main_entries (context, entries, NULL);
    if (!g_option_context_parse (context, &argc, &argv, NULL) || user_dir == NULL ||
        plugins == NULL) {
        fprintf (stderr, "headless: see --help\n");
        return 1;
    }
    login_only = code;
    while (as != NULL && !g_str_equal (fronts[front].name, as))
        if (++front == G_N_ELEMENTS (fronts)) {
            fprintf (stderr, "headless: no front end is called %s\n", as);
            return 1;
        }
    focusless = focusless || g_str_equal (fronts[front].name, "bitlbee");
    signal (SIGCHLD, SIG_IGN);
    signal (SIGPIPE, SIG_IGN);
    loop = g_main_loop_new (NULL, FALSE);
    purple_util_set_user_dir (user_dir);
    purple_debug_set_enabled (g_getenv ("HEADLESS_DEBUG") != NULL);
    purple_eventloop_set_ui_ops (&loop_ops);
    purple_core_set_ui_ops (&core_ops);
    purple_plugins_add_search_path (plugins);
    if (!purple_core_init (fronts[front].ui)) {
        fprintf (stderr, "headless: libpurple does not start\n");
        return 1;
    }
    purple_set_blist (purple_blist_new ());
    purple_blist_load ();
    purple_prefs_load ();
    purple_network_force_online ();
    if (purple_find_prpl ("prpl-mtproto") == NULL) {
        fprintf (stderr, "headless: the module does not load\n");
        return 1;
    }
    connect_signals ();
    purple_savedstatus_activate (purple_savedstatus_new (NULL, PURPLE_STATUS_AVAILABLE));
    purple_accounts_restore_current_statuses ();
    if (code != NULL) {
        g_timeout_add (50, login_only_cb, NULL);
    } else {
        GIOChannel *input = g_io_channel_unix_new (STDIN_FILENO);
        g_io_add_watch (input, G_IO_IN | G_IO_HUP, stdin_cb, NULL);
        g_io_channel_unref (input);
    }
    g_unix_signal_add (SIGTERM, quit_cb, NULL);
    say ("ready");
    g_main_loop_run (loop);
    purple_core_quit ();
    say ("over");
    return 0;
}
