/* Pages that the server sends unasked: one window of a kind, whoever is away. */
#pragma once

#include "tgp-account.h"

/* As tgp_dialog_page(), in the place of the page of that title that stands: what was not read there
 * follows below, as far as it fits. */
void tgp_page_show (TgpAccount *tgp, const char *title, const char *how,
                    const char *text);
