/* What front ends do differently, and what is the same for a person in all of them:
 * questions with buttons, lines of the module's own, the cursor. */
#pragma once

#include "tgp-account.h"

/* One row of the table in tgp-frontend.c. */
typedef struct {
    const char *ui;   /* purple_core_get_ui() */
    gboolean words;   /* a question knows yes and no only, by words of its labels */
    gboolean removes; /* "remove" is of its own list, and asks nothing (DECISIONS 28) */
    int columns;      /* a question's lines are cut behind these; 0: they wrap */
    /* The module's lines and a person's text look the same: every line a message of its
     * own (BitlBee), or told apart by a shade that not every terminal has (Finch). */
    enum { TGP_MARK_NONE, TGP_MARK_FIRST, TGP_MARK_EVERY } marks;
    gboolean narrow;         /* its list shows the first 14 columns of a name only */
    gboolean unslashes;      /* it takes one slash of "//" away, and passes no other on */
    gboolean lists_commands; /* it has a /help of its own */
} TgpFrontend;

const TgpFrontend *tgp_frontend (void);

/* Before the name of a secret chat in a narrow list, while it lives and when it ended. */
#define TGP_LOCK "\U0001f512"
#define TGP_LOCK_OPEN "\U0001f513"

/* --- questions */

#define TGP_BUTTONS_MAX 3
#define TGP_NO_DEFAULT (-1)

typedef struct {
    const char *label; /* what it does */
    /* NULL: nothing. The account is online. */
    void (*run) (TgpAccount *tgp, void *data);
} TgpButton;

typedef struct {
    const char *title, *text, *more;    /* none may be NULL: BitlBee prints it */
    TgpButton buttons[TGP_BUTTONS_MAX]; /* two or three */
    /* The button that Return presses: the one that changes nothing, or TGP_NO_DEFAULT. */
    int safe;
    gboolean unfocused; /* nobody asked for it: it does not take the cursor */
    gboolean follows;   /* on an act of the user a moment ago: it takes it everywhere */
    /* What `run` gets; let go by `free_data` after an answer, or with the account. A
     * question that is closed without an answer calls none (FRONTENDS 0.8). */
    void *data;
    GDestroyNotify free_data;
    /* Or NULL: it was closed without an answer, and is over. */
    void (*closed) (TgpAccount *tgp, void *data);
} TgpQuestion;

/* Asks; the copy of `question` lives with the account. NULL where the front end has no
 * such questions: data is let go, nothing happens. */
typedef struct TgpAsked TgpAsked;
TgpAsked *tgp_question (TgpAccount *tgp, const TgpQuestion *question);
/* The dialog closes without an answer; data is let go. */
void tgp_question_close (TgpAsked *asked);
void tgp_questions_free (TgpAccount *tgp); /* of an account that goes offline */
void tgp_questions_uninit (void);          /* the module goes */

/* --- lines */

/* A line of the module's own, plain text, in that conversation. Where it would look like
 * the person's own text it is marked (see tgp_line_unforged). */
void tgp_notice (PurpleConversation *conv, const char *text);
/* The same text for a line that is written otherwise. g_free() it. */
char *tgp_line_marked (const char *text);
/* Text of a person as it may stand beside such lines: nothing in it begins with their
 * mark, however the front end breaks it; in Finch its further lines are indented, since a
 * line there begins with time and name as text may. g_free() it. */
char *tgp_line_unforged (const char *text);

/* --- the cursor */

/* tgp-cursor.c. Within an act of the user: that conversation comes to the front, with the cursor.
 * `from`: where the act was typed, or NULL. Nothing happens while another entry in front
 * holds text. */
void tgp_front (PurpleConversation *conv, PurpleConversation *from);
/* The user's own act put up this dialog (what the front end returned for it): it stands in
 * front of the window where that act was done. Only Finch needs to be told. */
void tgp_front_dialog (void *dialog);
/* An entry that went and came back is the one that the list's bar stands on. In Finch,
 * which moves the bar to its first row. */
void tgp_front_entry (PurpleBuddy *buddy);
/* Between these a dialog that opens does not take the cursor (in Pidgin; elsewhere none
 * does). */
unsigned long tgp_cursor_hold (void);
void tgp_cursor_release (unsigned long hold);
