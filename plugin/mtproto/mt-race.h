/* Addresses side by side, until one is connected: a part of the session (mt-race.c). A way is
 * a connection with a small number, a slot; the one that wins keeps its. */
#pragma once

#include "mt-frame.h"
#include "mt-route.h"

typedef struct {
    gboolean runs;
    int which;      /* address */
    MtFrame *frame; /* when it is connected */
    gboolean asked;
    uint8_t nonce[16]; /* of the question */
} MtRunner;

typedef struct {
    MtRunner runners[MT_RACE_MAX];
    unsigned started;  /* in this attempt */
    uint64_t taken;    /* addresses, a bit each */
    int64_t next_at;   /* mono: another one starts; HOST_NEVER */
    MtTrouble trouble; /* of the last that was out */
} MtRace;

void mt_race_start (MtSession *session, HostTime now);
/* All ways are closed, and count as failed. */
void mt_race_stop (MtSession *session, HostTime now);
void mt_race_forget (MtSession *session); /* wipes, and tells nobody */
void mt_race_tick (MtSession *session, HostTime now);
void mt_race_closed (MtSession *session, unsigned slot, HostTime now);
/* TRUE: this one has won. Its frame is the session's, and maybe has bytes in it. */
gboolean mt_race_connected (MtSession *session, unsigned slot, HostTime now);
gboolean mt_race_receive (MtSession *session, unsigned slot, const uint8_t *data,
                          size_t len, HostTime now);
