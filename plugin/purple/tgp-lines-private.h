/* Between tgp-lines-kept.c, which knows what stands where, tgp-lines-signs.c, which says how it is,
 * tgp-lines.c, by which it comes, and tgp-lines-leave.c, by which it goes. */
#pragma once

#include "tgp-lines.h"

/* Of one conversation. */
typedef struct {
    GPtrArray *all;    /* TgpLine, owned, in order */
    GHashTable *by_id; /* message id -> GPtrArray of its TgpLines, in order */
    gboolean repeats;  /* some repeat something of messages (TgpLine.about) */
    gboolean forgot;   /* older ones stand that are not in `all` (tgp_lines_bound()) */
    gboolean media;    /* a line of a file has stood */
} TgpLines;

extern const TgpLinesUi *tgp_lines_ui; /* NULL: no line can be taken back */
extern TgpLinesStandsFunc *tgp_lines_stands;

void tgp_lines_keep (gboolean on); /* from now on; FALSE: all is forgotten */
void tgp_lines_forgotten (PurpleConversation *conv);
TgpLines *tgp_lines_of (PurpleConversation *conv, gboolean make);
/* Whose line it is; NULL: nobody's any more. */
TgpLines *tgp_lines_with (TgpLine *line, PurpleConversation **conv);
TgpLine *tgp_lines_find (PurpleConversation *conv, int64_t id); /* its first line */
/* The newest of the conversation; takes it. */
void tgp_lines_add (PurpleConversation *conv, TgpLine *line);
/* These records grow with what was said: the oldest go, but those that wait for something. That they
 * stand is not forgotten: tgp_lines_remove() says so of every message that has no line. */
void tgp_lines_bound (PurpleConversation *conv);
TalkOwn tgp_lines_own (const TgpLine *line); /* where the last of its messages is */
/* Its record goes; and libpurple's entry of the history, wiped. */
void tgp_lines_drop (TgpLines *lines, TgpLine *line);
void tgp_lines_unlink (PurpleConversation *conv, PurpleConvMessage *message);
unsigned tgp_lines_hash (const char *text); /* never 0 */
