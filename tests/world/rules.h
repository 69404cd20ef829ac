/* What must be true of every story. While it is told: each text comes to a window once and
 * in the order in which it was said, and again only in another process, if it was not
 * seen, and before anything newer; it says that it comes again where the mark of its
 * showing is stored, and only there (DECISIONS 2, 23). What is durable is a prefix of the
 * turns, and what got out a prefix of that. What is refused is told, with its text
 * (DECISIONS 25). At its end: both share one key and their
 * numbers agree, nothing that is gone stands in a store, nobody closed the chat. */
#pragma once

#include "death.h"

/* That the user was told something, which is a turn of its own. */
typedef struct {
    gboolean made;   /* in this process */
    unsigned turn;   /* what is stored with it, or with all up to it */
    gboolean stored; /* it outlived a process */
} Mark;

/* What somebody said. */
typedef struct {
    int64_t id;
    char *text;
    gboolean gone;    /* deleted or expired: in nobody's store any more */
    gboolean excused; /* taken back, flushed or failed: need not be shown any more */
    gboolean taken;   /* back: it stands nowhere in the end */
    gboolean timed;   /* it was said with a timer */
    gboolean file;    /* texts may pass it */
    gboolean seen;    /* and that is stored: it may not be shown again */
    unsigned shown;
    unsigned life;      /* of the process that showed it last */
    gboolean failed;    /* that is stored: whoever said it has to be told ... */
    unsigned told;      /* ... with the text, once a process until that is stored */
    unsigned told_life; /* of the process that told it last */
    Mark shown_mark, told_mark;
} Line;

/* An end's lines; `unread` are the other's ids that stand in its window unseen. */
void rules_said (End *end, unsigned at, int64_t id, const char *text);
Line *rules_text (End *end, const char *text); /* NULL: it did not say that */
/* `again`: as it is told, it was shown before. */
void rules_shown (End *end, int64_t id, const char *text, gboolean again);
/* The chat was told so, in the turn that is open now; none is: nothing was to be stored
 * that the turns before do not hold. */
void rules_shown_marked (End *end, int64_t id);
void rules_told_marked (End *end, int64_t id);
/* Its process has ended. */
void rules_stopped (End *end);
void rules_read (End *end, int64_t id); /* it is not unread any more */
void rules_seen (End *end, const GArray *ids);
void rules_taken (End *end, int64_t id);
void rules_excuse (End *end);     /* what it said may come or not */
void rules_excuse_all (World *w); /* the same of both */
gboolean rules_stands (End *end, int64_t id);
void rules_told_failed (End *end, const TalkFailed *failed);
/* It is durable, though maybe not let out. */
void rules_settled (End *end, const TalkEvent *event);
/* The store and the turns that got out fit. */
void rules_turns (End *end);
/* All that this end said was shown, if it had to be; what was refused was told. */
void rules_all_shown (End *end);
/* Both are open, share one key and agree on the numbers, and another client could read
 * all of ours. */
void rules_agree (World *w);

/* Everything arrives, both talk, and then all rules of the end are looked at. */
void world_ends_ready (World *w);
void world_ends_closed (World *w, TalkClosed alice, TalkClosed bob);
void end_ends_logged_out (End *end);
