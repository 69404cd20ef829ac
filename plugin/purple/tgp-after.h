/* What is said and done once an account is offline.
 *
 * Inside close() nothing may happen that a handler of another plugin hears of: it could end the account a
 * second time, or make a connection that libpurple forgets (FRONTENDS 0.14).
 * What close() has to say waits here until libpurple is done with the account. */
#pragma once

#include <purple.h>

/* `account` is there; it may be online again, or, in `account-removed`, about to go. */
typedef void TgpAfterFunc (PurpleAccount *account, void *data);

/* `func` is called once, from the loop and in order, and then `free_data`: sooner, if the account is removed
 * or the program ends first. While the program is ending already, `free_data` alone is called. In a front end
 * without windows (BitlBee) both are called at once: it passes on nothing of an account that is off, and there
 * no other plugins are loaded. */
void tgp_after (PurpleAccount *account, TgpAfterFunc *func, void *data,
                GDestroyNotify free_data);
/* FALSE: it is being removed. */
gboolean tgp_after_stays (const PurpleAccount *account);

void tgp_after_connect (void); /* as often as one likes */
void tgp_after_disconnect (void);
