/* The headless host's parts: questions and life (headless.c), the buddy list
 * (headless-list.c), conversations (headless-windows.c), other plugins (headless-handlers.c), how texts are sent, on what a
 * machine (headless-send.c), people (headless-people.c), how long the loop is held (headless-loop.c), whether a
 * dialog fits the screen (headless-fits.c), files (headless-files.c), dialogs with several fields and the own profile
 * (headless-fields.c). */
#pragma once

#include <purple.h>

/* One line of what a user would see. */
void say (const char *format, ...) G_GNUC_PRINTF (1, 2);

PurpleAccount *the_account (void);          /* NULL: none yet */
PurpleBuddy *newest_secret (void);          /* NULL: no secret chat */
PurpleBuddy *find_buddy (const char *name); /* by name, "secret" or "@Alias"; or NULL */
void run_command (char *line);              /* as it comes by standard input; changed */
/* An entry of the buddy's menu, "label" or "label/label of the sub-menu". */
void run_menu (const char *name, const char *path);
/* FALSE: no command of the buddy list is called that. */
gboolean list_command (const char *verb, const char *rest);
/* The same of sending, and of the machine. */
gboolean send_command (PurpleConversation *conv, const char *verb, const char *rest);
gboolean machine_command (const char *verb, const char *rest);
gboolean loop_command (const char *verb, const char *rest);
gboolean people_command (const char *verb, const char *rest);
gboolean fields_command (const char *verb, const char *rest);
void *fields_request (const char *title, const char *primary, PurpleRequestFields *fields,
                      GCallback ok, GCallback cancel, void *user);
void fields_close (void *ui_handle);
void *people_userinfo (PurpleConnection *gc, const char *who, PurpleNotifyUserInfo *info);
void loop_synced (void);                /* by any thread: it wrote a file for good */
time_t machine_idle (void);             /* seconds since somebody touched a key */
void windows_init (gboolean focusless); /* before libpurple begins */
void handlers_connect (void);           /* after it */
void handlers_do (const char *what);    /* as "swallow" says */
/* Behind that many incoming lines the command runs, before the loop does anything else. */
void windows_at_line (unsigned lines, const char *command);
void commands_init (void); /* those of the front end's own */
/* The same of files that are sent: in a conversation, and in the window of transfers. */
gboolean files_command (PurpleConversation *conv, const char *verb, const char *rest);
gboolean transfers_command (const char *verb, const char *rest);
void files_init (const char *front);
void list_init (const char *front);
void *files_request (const char *title, GCallback chosen, GCallback closed, void *user);
/* FALSE: no command of conversations is called that. `name` NULL: there is none. */
gboolean window_command (const char *verb, const char *name, const char *rest);

/* A dialog of Finch; what of it would not be seen on 80x24 is said: "unfit TITLE: ...". */
typedef struct {
    const char *title, *primary, *secondary;
    gboolean entry;    /* for a text */
    GPtrArray *labels; /* of its buttons */
} Dialog;
void fits (const Dialog *dialog);
