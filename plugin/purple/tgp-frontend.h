/* Where front ends differ: one row each, read nowhere by its name. */
#pragma once

#include "tgp-media.h"

#include "talk-spans.h"

/* How a front end draws each style; NULL: it does not, and signs stand around it. A link's
 * first one ends where its address begins. */
typedef struct {
    const char *open, *close;
} TgpTag;
typedef TgpTag TgpTags[TALK_STYLES];

/* One row of the table in tgp-frontend.c. */
typedef struct {
    const char *ui; /* what it calls itself; NULL: any other */
    /* What it hangs on a conversation (tgp-ui.h). */
    enum { TGP_WINDOWS_OTHER, TGP_WINDOWS_PIDGIN, TGP_WINDOWS_FINCH } windows;
    TgpLinesFind *lines; /* its part of tgp-lines.c; NULL: no line can be taken back */
    TgpMediaFind *media; /* pictures in its lines; NULL: other programs show them */

    /* Lines are handed on to somebody who keeps them: there are no windows, and no focus. */
    gboolean windowless;
    gboolean
        proportional; /* its letters are not of one width: no picture is drawn in them */
    /* The module's lines and a person's text look the same: every line a message of its
     * own (BitlBee), or told apart by a shade that not every terminal has (Finch). */
    enum { TGP_MARK_NONE, TGP_MARK_FIRST, TGP_MARK_EVERY } marks;
    gboolean indents; /* a line begins with time and name as text may: a person's further
                       * lines begin elsewhere */
    gboolean bold_notices;   /* the module's lines are, up to a </b> in them */
    const TgpTags *tags;     /* what lines can look like; NULL: of one kind only */
    gboolean unslashes;      /* it takes one slash of "//" away, and passes no other on */
    gboolean lists_commands; /* it has a /help of its own */

    gboolean words; /* a question knows yes and no only, by words of its labels */
    int columns;    /* a question's lines are cut behind these; 0: they wrap */

    gboolean short_dialogs; /* what has more lines than a terminal is cut (FRONTENDS 5) */
    gboolean chooses_files; /* it has a dialog for that which works (FRONTENDS 7) */
    gboolean shows_saving;  /* so does its window of transfers (FRONTENDS 7) */
    gboolean pictures;      /* its list shows people's pictures */
    int names;        /* columns of a name beside which its tooltip has room; 0: any */
    gboolean locks;   /* its list cuts names: a secret chat's begins with tgp_lock(),
                             * then its number */
    gboolean titles;  /* but a window's title has room for words */
    gboolean narrow;  /* its list shows the first 14 columns of a name only */
    gboolean removes; /* "remove" is of its own list, and asks nothing (DECISIONS 28) */
    gboolean
        denies_by_list; /* who is blocked stands in the list, whatever the rule says */
    gboolean
        status_message; /* of a status it shows the attribute "message" (FRONTENDS 4) */

    gboolean
        removal_counts; /* an account that is removed is meant to go (FRONTENDS 0.4) */
    gboolean
        nicks; /* its entries have nicks, which it makes of their names (tgp-nick.h) */
    gboolean
        elsewhere; /* it may run on another machine, for people who may not see its files */
    gboolean keeps_password; /* encrypted, for the one who identified (DECISIONS 13) */
} TgpFrontend;

const TgpFrontend *tgp_frontend (void);
/* Whether the version that it says it is begins so ("3."). */
gboolean tgp_frontend_is_version (const char *prefix);
const char *tgp_frontend_name (void); /* the running one's, whether it has a row or not */

/* Does it say where the focus is? The same for all its windows; `conv` may be NULL, then
 * what is known by now counts. */
gboolean tgp_knows_focus (PurpleConversation *conv);

/* --- lines --- */

/* Text of the module's own for a line (tgp_notice()): where it would look like the person's
 * own text it is marked. `places`, if not NULL: where each byte stands then, the end, too.
 * g_free() it. */
char *tgp_line_marked (const char *text, uint32_t *places);
/* Text of a person as it may stand beside such lines: nothing in it begins with their
 * mark, however the front end breaks it, and its further lines are indented where the row
 * says so; nothing looks like TGP_ANSWERS, but for the first where it `answers`.
 * `places`, if not NULL: where each byte stands then, the end, too. g_free() it. */
char *tgp_line_unforged (const char *text, gboolean answers, uint32_t *places);
