/* What is said and done once an account is offline.
 *
 * Inside close() nothing may be that a handler of another plugin hears of: it could end the account once
 * more, which libpurple would do, or connect it, and libpurple forgets that connection (FRONTENDS 0.14).
 * What close() has to say waits here until libpurple is done with the account. */
#pragma once

#include <purple.h>

/* `account` is there; it may be online again, or, in `account-removed`, about to go. */
typedef void TgpAfterFunc (PurpleAccount *account, void *data);

/* Called once from the loop, in order, and then `free_data`; before that, if the account is removed or the
 * program ends. Only freed where the program ends already. At once where lines are handed on to somebody who
 * hears nothing more of an account that is off: there are no other plugins. */
void tgp_after (PurpleAccount *account, TgpAfterFunc *func, void *data,
                GDestroyNotify free_data);
/* It is not being removed. */
gboolean tgp_after_stays (const PurpleAccount *account);

void tgp_after_connect (void); /* as often as one likes */
void tgp_after_disconnect (void);
