/* A question as a notice in Pidgin's buddy list: it takes neither the cursor nor a window. Found
 * in the running process, as all of Pidgin (tgp-symbols.h). */
#pragma once

#include <glib.h>

/* What happens at a button; `data` is the question's. */
typedef void TgpAlertFunc (void *data);

/* NULL: this is not Pidgin, or its list is not there; ask otherwise. `labels` and `funcs`: n of
 * them. The notice goes with the first button; then its memory is Pidgin's. */
void *tgp_alert_pidgin (const char *title, const char *text, const char *const *labels,
                        TgpAlertFunc *const *funcs, unsigned n, void *data);
/* It goes without an answer. */
void tgp_alert_pidgin_close (void *alert);
