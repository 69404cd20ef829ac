/* Why the account is not online yet, and until when: inside plugin/client (tg-wait.c). */
#pragma once

#include "tg-core.h"

struct TgWait {
    MtPause pause;       /* as the session said last */
    int64_t flood_until; /* Unix ms: the server lets us log in not before */
    int codes;           /* requests for a login code, within an hour of each other */
    int64_t code_at;     /* Unix ms, of the last */
    int64_t asked_at;    /* Unix ms: whether the login is lost; 0 = never */
    /* of this run */
    TalkStep step;      /* the last one forward */
    int64_t since;      /* mono: trouble since then, HOST_NEVER = none */
    int64_t step_at;    /* mono: the last step forward */
    int64_t login_at;   /* mono: the login goes on; HOST_NEVER = it does not wait */
    gboolean login_due; /* it may go on now */
    unsigned question;  /* the attempt of an open one, 0 = none */
    TalkWait told;
    int64_t told_at; /* mono */
    int64_t told_seconds;
};

void tg_wait_init (TgClient *client);
void tg_wait_end (TgClient *client); /* the account's */
void tg_wait_load (TgClient *client, StoreKey key, const TlObject *root);
void tg_wait_loaded (TgClient *client);
void tg_wait_trouble (TgClient *client, const MtPause *pause); /* MtOps.pause */
void tg_wait_step (TgClient *client); /* forward: an answer, a new step */
/* The login waits so long; a flood wait outlives us. */
void tg_wait_login (TgClient *client, TalkWait reason, int64_t ms);
gboolean tg_wait_is_over (TgClient *client); /* TRUE once: the login goes on */
/* ms before a login code may be asked for, and why; 0: at once. */
int64_t tg_wait_before_login (TgClient *client, TalkWait *reason);
void tg_wait_code_sent (TgClient *client);
void tg_wait_logged_in (TgClient *client);
void tg_wait_clear (TgClient *client); /* another server, another key: no pause */
void tg_wait_tick (TgClient *client, HostTime now);
int64_t tg_wait_deadline (TgClient *client);
/* TRUE: the answer was one to our question, whether the login is lost. */
gboolean tg_wait_answer (TgClient *client, unsigned attempt);
/* Forward: told, unless a reason stands in its place. */
void tg_tell_step (TgClient *client, TalkStep step);
