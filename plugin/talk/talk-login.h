/* A login of the account: this one, and those of its other devices. */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef struct {
    int64_t hash;                     /* names it for acts */
    gboolean here;                    /* it is this program's */
    gboolean secrets;                 /* it may receive requests for secret chats */
    const char *device, *app, *place; /* each one clean line, maybe "" */
    int32_t active;                   /* when it was there last */
} TalkLogin;
