/* How a text looks -> markup of this front end. What it draws is tagged; the rest is shown by
 * signs around it, as people type them. Everything is escaped here, once (SC-M35), so no
 * text makes a tag. Results are g_free()d. */
#pragma once

#include "talk-spans.h"

/* A person's text, which can look neither like a line of the module's own nor like a quote
 * (tgp_line_unforged()). */
char *tgp_markup_person (const char *text, const TalkSpans *spans, gboolean answers);
/* What the user wrote: it stays as it is. */
char *tgp_markup_own (const char *text, const TalkSpans *spans);
