/* Between tgp-lines.c, which knows what stands where, and tgp-lines-leave.c, by which it goes. */
#pragma once

#include "tgp-lines.h"

/* Of one conversation. */
typedef struct {
    GPtrArray *all;    /* TgpLine, owned, in order */
    GHashTable *by_id; /* message id -> GPtrArray of its TgpLines, in order */
    gboolean repeats;  /* some repeat something of messages (TgpLine.about) */
    gboolean forgot;   /* older ones stand that are not in `all` (bound(), tgp-lines.c) */
} TgpLines;

extern const TgpLinesUi *tgp_lines_ui; /* NULL: no line can be taken back */

TgpLines *tgp_lines_of (PurpleConversation *conv, gboolean make);
TgpLine *tgp_lines_find (PurpleConversation *conv, int64_t id); /* its first line */
/* Its record goes; and libpurple's entry of the history, wiped. */
void tgp_lines_drop (TgpLines *lines, TgpLine *line);
void tgp_lines_unlink (PurpleConversation *conv, PurpleConvMessage *message);
unsigned tgp_lines_hash (const char *text); /* never 0 */
