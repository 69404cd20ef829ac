/* What the user typed, before it is sent: markup, commands, what plugins hang on it. Pure:
 * nothing here knows an account. Results are g_free()d. */
#pragma once

#include "talk-spans.h"

/* The text that this markup shows, as typed: tags gone, <br> a newline, newlines, tabs and
 * blanks kept, entities last. What is no tag ("a < b", "<3") stays. *spans: how it looks; a
 * link that leads nowhere we send has its target behind it. */
char *tgp_text_read (const char *markup, TalkSpans **spans);
char *tgp_text_plain (const char *markup); /* the same, without its looks */

/* Cuts off, in place, the blanks by which an OTR plugin offers encryption: 16, then 8 for
 * each version. */
void tgp_text_cut_offer (char *text);

typedef enum {
    TGP_TYPED_TEXT,    /* *out is to be sent */
    TGP_TYPED_COMMAND, /* *out is "name arguments", the name in small letters */
} TgpTyped;

/* Is a typed line a command, or text that begins with a slash (DECISIONS 27)? `parsed`:
 * the front end looked for commands itself and took one slash away where the user had
 * doubled it, so that what still begins with one is text. */
TgpTyped tgp_text_judge (const char *text, gboolean parsed, char **out);

/* Frees a text of a person, of which nothing stays in memory; NULL is none. */
void tgp_text_wipe (char *text);
/* How many columns of a terminal it takes. */
int tgp_text_columns (const char *text);
/* A name that takes no more columns: what is too much goes out of its middle, for its end
 * tells namesakes apart. `columns` is 4 or more; 0: there is room for any. */
char *tgp_text_fit (const char *name, int columns);
