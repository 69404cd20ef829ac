/* What the servers call the errors that decide where a call goes. */
#pragma once

#include "mt-session.h"

typedef enum {
    NET_REFUSAL_NONE,  /* an ordinary error, for who asked */
    NET_REFUSAL_FILE,  /* that file is at data centre error->number (MT-E11) */
    NET_REFUSAL_HOME,  /* the account lives at data centre error->number (MT-E11) */
    NET_REFUSAL_LOGIN, /* this key has no login, or not any more (MT-E18) */
    NET_REFUSAL_KEY,   /* this key is dead (MT-C38) */
} NetRefusal;
NetRefusal net_refusal_of (const MtError *error);
/* That of NET_REFUSAL_HOME, of a data centre that cannot be had. */
MtError net_refusal_moved (int to);
