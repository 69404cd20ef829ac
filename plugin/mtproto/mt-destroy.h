/* The server is asked to forget a key (MT-C34). */
#pragma once

#include "mt-session.h"

/* Before start(); of a session under the permanent key, which serves nothing else: once it is
 * ready the server is asked, again on each connection. */
void mt_session_destroy_key (MtSession *session);
/* It said that it has, or never knew it; or that it will not. */
gboolean mt_session_key_is_destroyed (const MtSession *session);
