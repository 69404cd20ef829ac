/* Which line of a conversation is which message, and how a line leaves: libpurple's
 * history here, what the front end drew in tgp-lines-pidgin.c and tgp-lines-finch.c. */
#pragma once

#include <purple.h>

typedef struct {
    int64_t id;
    GArray *others;             /* int64_t: it shows these messages, too; or NULL */
    PurpleConvMessage *message; /* in libpurple's history; NULL: gone */
    void *start, *end;          /* Pidgin: marks around what was drawn */
    unsigned timer;             /* it goes when this runs out; 0 = none */
    void *later;                /* of the timer, owned */
    int from, to;               /* Finch: bytes of the text view; -1 = unknown */
} TgpLine;

/* The front end's part; any function may be NULL. */
typedef struct {
    void (*before) (PurpleConversation *conv, TgpLine *line);
    void (*after) (PurpleConversation *conv, TgpLine *line);
    /* FALSE: libpurple has the line, but the view will not show it. NULL: it does. */
    gboolean (*drawn) (PurpleConversation *conv, const TgpLine *line);
    /* FALSE: the line could not be taken out of the view. `lines`: all of them, in order.
     */
    gboolean (*remove) (PurpleConversation *conv, TgpLine *line, GPtrArray *lines);
    void (*forget) (PurpleConversation *conv, TgpLine *line);
    /* The tick at "Enable Logging" goes: nothing is logged. */
    void (*logging_off) (PurpleConversation *conv);
    /* The text leaves the entry's own history, too. */
    void (*wipe_entry) (PurpleConversation *conv, const char *text);
} TgpLinesUi;

/* The front end's part, with its signals connected to that handle; NULL: what it needs is
 * not there. */
typedef const TgpLinesUi *TgpLinesFind (int *handle);
/* Somebody else wrote an own line, `id`, into that secret chat. */
typedef void TgpLinesForeignFunc (PurpleConversation *conv, int64_t id,
                                  const char *markup);

/* Connects the signals; once, at the first login. `find` may be NULL. */
void tgp_lines_connect (TgpLinesFind *find, TgpLinesForeignFunc *foreign);
void tgp_lines_disconnect (void);
/* The next line written to that conversation is message `id`, until _end(). */
void tgp_lines_begin (PurpleConversation *conv, int64_t id);
void tgp_lines_begin_own (PurpleConversation *conv, int64_t id); /* flagged SEND */
/* The incoming line that serv_got_im() is about to write. */
void tgp_lines_begin_named (PurpleAccount *account, const char *name, int64_t id);
/* Before _end(): that line came into being, in the conversation of that name, which may be
 * NULL. It did not if the person is blocked, or if another plugin's handler swallowed it. */
gboolean tgp_lines_shown (PurpleConversation *conv);
void tgp_lines_end (void);
/* Other lines may be begun and ended until _resume() with the same pointer. */
void *tgp_lines_suspend (void);
void tgp_lines_resume (void *take_line);
gboolean tgp_lines_has (PurpleConversation *conv, int64_t id);
/* An id for a line that is no message: it leaves with remove_all() as messages do. */
int64_t tgp_lines_local (void);
/* From now on the line `id` is these messages. FALSE: there is no such line. */
gboolean tgp_lines_rename (PurpleConversation *conv, int64_t id, const int64_t *ids,
                           size_t n);
/* What the line shows, without markup; NULL: it does not stand there. To be wiped. */
char *tgp_lines_text (PurpleConversation *conv, int64_t id);
/* Takes the line out of history and view; others stay as they are. */
void tgp_lines_remove (PurpleConversation *conv, int64_t id);
void tgp_lines_remove_all (PurpleConversation *conv); /* all that are messages */
/* The same in `left` milliseconds, whatever becomes of the account (FRONTENDS 0.11). */
void tgp_lines_remove_later (PurpleConversation *conv, int64_t id, int64_t left);

/* The front end's own switch shows that nothing is logged. */
void tgp_lines_logging_off (PurpleConversation *conv);

/* For the front ends' parts. */
extern gboolean tgp_lines_redrawing; /* the view is emptied by us: nothing is forgotten */
TgpLine *tgp_lines_current (PurpleConversation *conv);

TgpLinesFind tgp_lines_pidgin, tgp_lines_finch;
