/* What a dialog says, in lines that no front end cuts inside a word. Notices go through here
 * (lint), questions with buttons through tgp-question.c. */
#pragma once

#include <purple.h>

/* Broken at blanks where the front end does not do that. g_free() it. */
char *tgp_dialog_text (const char *text);
char *tgp_dialog_wrap (const char *text, int columns); /* 0: not at all */

/* A notice that stands until it was read; `more` may be NULL. */
void tgp_dialog_tell (void *handle, PurpleNotifyMsgType type, const char *title,
                      const char *text, const char *more);
/* A page: its title, how it is to be read (or NULL), and plain text. */
void tgp_dialog_page (void *handle, const char *title, const char *how, const char *text);
/* The same; `closed` is called when it is, or NULL is given back. */
void *tgp_dialog_page_of (void *handle, const char *title, const char *how,
                          const char *text, void (*closed) (void *user), void *user);
/* Asks for a text, as purple_request_input() does; NULL: the front end cannot. */
void *tgp_dialog_ask (PurpleAccount *account, const char *title, const char *text,
                      const char *more, gboolean masked, GCallback ok, GCallback cancel,
                      void *user);
