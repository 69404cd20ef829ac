/* Which line of a conversation is which message, and how a line leaves: libpurple's
 * history here, what the front end drew in tgp-lines-pidgin.c and tgp-lines-finch.c. */
#pragma once

#include "tgp-medium.h"
#include "tgp-words-message.h"

#include <purple.h>

/* What a line says beside its text, behind it: of an own message where it is, of a timed one
 * for how long, its number. Front ends draw it, so that it can change; neither libpurple's history nor a
 * log has it. What is not a message has no sign. */
typedef struct {
    gboolean own;
    TalkOwn state; /* own */
    int32_t ttl;   /* seconds, 0 = none */
    int32_t
        number; /* the message's, said where the account's setting asks for it; 0 = none */
} TgpSign;

/* A further message that a line shows. */
typedef struct {
    int64_t id;
    TalkOwn state;
} TgpPart;

typedef struct {
    int64_t id;
    GArray *others; /* TgpPart: it shows these, too; or NULL */
    int64_t about;  /* it is no message, and goes with this one; 0: with none */
    PurpleConvMessage *message; /* in libpurple's history; NULL: gone */
    TgpSign sign;
    gboolean answers;  /* its first line is a quote, or stands for one */
    int64_t quoted;    /* it begins with text of that message, 0 = none; ... */
    char *quote;       /* ... this, as it stands there; wiped; NULL: no copy */
    unsigned typed;    /* own: tgp_lines_typed(), 0 = its text is what was typed */
    void *start, *end; /* Pidgin: marks around what was drawn ... */
    void *sign_at;     /* ... and before the sign, which reaches to the end */
    void *put_at;      /* ... and before what was put in front of that; or NULL */
    TgpMedium medium;
    unsigned sign_tag; /* Finch: number of the sign's tag, 0 = it has none */
    unsigned timer;    /* it goes when this runs out; 0 = none */
    void *later;       /* of the timer, owned */
    int from, to;      /* Finch: bytes of the text view; -1 = unknown */
} TgpLine;

/* Inserts something at that place, which is behind it then, by the front end's own means. */
typedef void TgpLinesPutFunc (void *view, void *buffer, void *place, void *user);

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
    /* What was typed leaves the entry's own history, too: each entry of it for which
     * tgp_lines_typed_it() says so. */
    void (*wipe_entry) (PurpleConversation *conv, const TgpLine *line, const char *text);
    /* Draws the sign behind the line, in the place of the one that is there; "": none.
     * Nothing else moves. NULL: signs are not drawn. */
    void (*sign) (PurpleConversation *conv, TgpLine *line, GPtrArray *lines,
                  const char *text);
    TgpSigns (*signs) (PurpleConversation *conv); /* it can draw; with `sign` only */
    /* The line's quote goes, `text` stands for it as far as that can be. FALSE: it is still
     * there. */
    gboolean (*unquote) (PurpleConversation *conv, TgpLine *line, const char *text);
    /* What tgp_lines_put() asks for, FALSE where the view does not have that line; with `at`:
     * the line that stands there, or NULL. Both, or NULL. */
    gboolean (*put) (PurpleConversation *conv, TgpLine *line, GPtrArray *lines,
                     TgpLinesPutFunc *func, void *user);
    TgpLine *(*at) (void *view, const void *place, PurpleConversation **conv);
    void (*disconnect) (void); /* the module goes */
} TgpLinesUi;

/* The front end's part, with its signals connected to that handle; NULL: what it needs is
 * not there. */
typedef const TgpLinesUi *TgpLinesFind (int *handle);
/* Somebody else wrote an own line, `id`, into that secret chat. */
typedef void TgpLinesForeignFunc (PurpleConversation *conv, int64_t id,
                                  const char *markup);

/* What is to be known of a message when the user points at its line: one line of text, or
 * NULL; g_free() it. */
typedef char *TgpLinesTipFunc (PurpleConversation *conv, int64_t id);

/* The line of a message with a medium stands in a view now, of a front end that can put something
 * below it; once. */
typedef void TgpLinesStandsFunc (PurpleConversation *conv, int64_t id, TgpMedium *medium);

/* Connects the signals; once, at the first login. `find` may be NULL: then no line can be
 * taken back. */
void tgp_lines_connect (TgpLinesFind *find, TgpLinesForeignFunc *foreign,
                        TgpLinesTipFunc *tip, TgpLinesStandsFunc *stands);
void tgp_lines_disconnect (void);
/* The account's setting: every line says its message's number. */
#define TGP_SHOW_NUMBERS "show-numbers"
gboolean tgp_lines_numbered (PurpleAccount *account);
gboolean tgp_lines_can_leave (void); /* lines can be taken back here */
/* The next line written to that conversation is message `id`, until _end(). */
void tgp_lines_begin (PurpleConversation *conv, int64_t id);
void tgp_lines_begin_own (PurpleConversation *conv, int64_t id); /* flagged SEND */
/* A line of our own that repeats something of message `id`: it goes when that goes. */
void tgp_lines_begin_about (PurpleConversation *conv, int64_t id);
/* The incoming line that serv_got_im() is about to write. */
void tgp_lines_begin_named (PurpleAccount *account, const char *name, int64_t id);
/* Between _begin() and the line, of the one to come: its timer and its number; the message it
 * quotes, with the quote as it will stand there; and what was typed, where the line is only a
 * part. */
void tgp_lines_expect_signs (int32_t ttl, int32_t number);
void tgp_lines_expect_quote (int64_t id, const char *quote);
void tgp_lines_expect_typed (const char *text);
void tgp_lines_expect_medium (const TalkMessage *message);
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
/* Of an own message's line: it is here, at the server, read. What was read before does not
 * go back, and all own ones that stand before a read one were read, too. */
void tgp_lines_mark (PurpleConversation *conv, int64_t id, TalkOwn own);
/* Its timer, where it was not known when the line was written. */
void tgp_lines_set_timer (PurpleConversation *conv, int64_t id, int32_t ttl);
/* The line is no message: it has no sign. */
void tgp_lines_unmark (PurpleConversation *conv, int64_t id);
/* `func` for the id of each own message that has a line and was not read yet. */
typedef void TgpLinesUnreadFunc (PurpleConversation *conv, int64_t id, void *user);
void tgp_lines_each_unread (PurpleConversation *conv, TgpLinesUnreadFunc *func,
                            void *user);
/* What the line shows of the message itself, without its quote and markup; NULL: it does not stand there. To be wiped. */
char *tgp_lines_text (PurpleConversation *conv, int64_t id);
/* The one way in which a message leaves the front end, whoever ended it: out of the entry's
 * history, the view and libpurple's history, with all its lines; quotes of it in other lines
 * go, too; else these stay as they are. Whatever else comes to show a message (a picture)
 * goes in remove_one() of tgp-lines-leave.c. FALSE: a line stands that cannot be taken back. */
gboolean tgp_lines_remove (PurpleConversation *conv, int64_t id);
gboolean tgp_lines_remove_all (PurpleConversation *conv); /* all that are messages */
/* The same in `left` milliseconds, whatever becomes of the account (FRONTENDS 0.11). */
void tgp_lines_remove_later (PurpleConversation *conv, int64_t id, int64_t left);

/* The medium of that line; NULL: there is no such line, or it has none. */
TgpMedium *tgp_lines_medium (PurpleConversation *conv, int64_t id);
/* What `func` inserts stands below the text of that line, before its sign, in the place of what
 * was put there before, and goes with the line. FALSE: not here. */
gboolean tgp_lines_put (PurpleConversation *conv, int64_t id, TgpLinesPutFunc *func,
                        void *user);
/* The message at that place of a view; 0: none. */
int64_t tgp_lines_at (void *view, const void *place, PurpleConversation **conv);

/* The front end's own switch shows that nothing is logged. */
void tgp_lines_logging_off (PurpleConversation *conv);

/* For the front ends' parts. */
extern gboolean tgp_lines_redrawing; /* the view is emptied by us: nothing is forgotten */
TgpLine *tgp_lines_current (PurpleConversation *conv);
/* The line that is this entry of the history, or NULL. */
TgpLine *tgp_lines_of_message (PurpleConversation *conv, const void *message);
/* It stands in the view now: the sign is drawn. */
void tgp_lines_drawn (PurpleConversation *conv, TgpLine *line);
/* Is an entry of the entry's history, without markup, what was typed for that line? A command
 * ends with the text. */
gboolean tgp_lines_typed_it (const TgpLine *line, const char *text, const char *entry);
/* All of the conversation, in order, or NULL. */
GPtrArray *tgp_lines_all (PurpleConversation *conv);
/* The same if one of them may be of a file; or NULL. */
GPtrArray *tgp_lines_media (PurpleConversation *conv);
char *tgp_lines_tip (PurpleConversation *conv, const TgpLine *line);

/* _history: a front end that draws libpurple's history, and nothing else. */
TgpLinesFind tgp_lines_pidgin, tgp_lines_finch, tgp_lines_history;
