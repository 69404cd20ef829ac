/* Questions with buttons, the same for a person in all front ends. */
#pragma once

#include "tgp-account.h"

#define TGP_BUTTONS_MAX 3
#define TGP_NO_DEFAULT (-1)

typedef struct {
    const char *label; /* what it does */
    /* NULL: nothing. The account is online. */
    void (*run) (TgpAccount *tgp, void *data);
} TgpButton;

typedef struct {
    /* None may be NULL, as BitlBee prints them; `text` may where `more` is laid out, which
     * needs columns that BitlBee has not. */
    const char *title, *text, *more;
    TgpButton buttons[TGP_BUTTONS_MAX]; /* two or three */
    /* The button that Return presses: the one that changes nothing, or TGP_NO_DEFAULT. */
    int safe;
    gboolean laid_out;  /* `more` is in lines already */
    gboolean unfocused; /* nobody asked for it: it does not take the cursor */
    gboolean in_list; /* a notice in the list, where the front end has a place for that */
    gboolean follows; /* on an act of the user a moment ago: it takes it everywhere */
    /* What `run` gets; let go by `free_data` after an answer, or with the account. A
     * question that is closed without an answer calls none (FRONTENDS 0.8). */
    void *data;
    GDestroyNotify free_data;
    /* Or NULL: it was closed without an answer, and is over. */
    void (*closed) (TgpAccount *tgp, void *data);
} TgpQuestion;

/* The text in lines of so many columns, broken at blanks and at its own newlines; 0: at
 * those only. g_strfreev() it. */
char **tgp_question_lines (const char *text, int columns);

/* Asks; the copy of `question` lives with the account. NULL where the front end has no
 * such questions: data is let go, nothing happens. */
typedef struct TgpAsked TgpAsked;
TgpAsked *tgp_question (TgpAccount *tgp, const TgpQuestion *question);
/* The same with Cancel as the second of two buttons, which changes nothing. */
void tgp_question_confirm (TgpAccount *tgp, const TgpQuestion *question);
/* Keys go to its dialog; FALSE where that cannot be known, which is all but Finch. */
gboolean tgp_question_is_front (const TgpAsked *asked);
/* The dialog closes without an answer; data is let go. */
void tgp_question_close (TgpAsked *asked);
void tgp_questions_free (TgpAccount *tgp); /* of an account that goes offline */
void tgp_questions_uninit (void);          /* the module goes */
