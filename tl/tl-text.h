/* Text of strangers on its way to people: the one place where it is checked and cleaned
 * (SC-C19, SC-M35). Names, error texts, notifications, file names and messages all pass
 * here, and nowhere is it done again. */
#pragma once

#include "tl-schema.h"

/* Many lines, as a message has: valid UTF-8 with tabs and newlines, every kind of line end
 * made one. What goes: control characters, direction overrides and isolates, what is not
 * for interchange. What stays: joiners, direction marks and all else that scripts need. */
char *tl_text_clean (TlBytes text);
/* The same of a valid one, and where each of its bytes that begin a character stands then;
 * places[text.len] is the end. */
char *tl_text_clean_placed (TlBytes text, uint32_t *places);
/* One line, as a name is: blanks of every kind are one blank, none at the ends; also gone
 * is what nobody sees (direction marks, zero-width signs, fillers, joiners where no script
 * or emoji joins, tags without a flag), so that two names that look the same are the same,
 * and marks beyond eight on one letter. At most `max` characters, an ellipsis behind them if
 * something was cut off. May be empty: the caller has another name then. */
char *tl_text_line (TlBytes text, size_t max);
/* `name`, so that it cannot turn a sentence around: isolated if it is written from right
 * to left (Unicode's FSI and PDI), else as it is. Before it stands a left-to-right mark: Pango takes a
 * paragraph's direction from its first letter, though it be isolated. For names inside sentences only. */
char *tl_text_isolate (const char *name);
/* No stranger's, but what this program stored: as it stands, if it is valid. NULL: it is not
 * there. */
char *tl_text_own (TlBytes text);
