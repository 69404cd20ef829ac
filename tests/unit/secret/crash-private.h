/* What crash-pair.c (the server), crash-turn.c (turns, deaths) and crash-check.c (acts, windows, the
 * rules of the end) share. */
#pragma once

#include "crash-pair.h"
#include "secret-private.h"

typedef struct {
    SecretCall call;
    unsigned life; /* of the process that made it */
    GBytes *data;  /* of SEND, REQUEST, ACCEPT */
} CrashCall;

typedef enum {
    CRASH_ITEM_MESSAGE,
    CRASH_ITEM_ENCRYPTION,
    CRASH_ITEM_READ,
    CRASH_ITEM_TYPING, /* not repeated */
} CrashItemKind;

typedef struct {
    CrashItemKind kind;
    int32_t date; /* READ: up to which */
    GBytes *data;
    SecretRemote remote;
} CrashItem;

typedef struct {
    TalkEventKind kind;
    TalkGoneWhy gone;
    int64_t id;
    char *text;
    GArray *ids;
} CrashTold;

/* crash-pair.c */
void crash_enter (CrashSide *side); /* whose input comes now */
void crash_load (CrashSide *side);  /* the chat from the store, and resumes it */
void crash_open_store (CrashSide *side);
void crash_call_free (CrashCall *call);
void crash_told_free (CrashTold *told);
void crash_item_free (CrashItem *item);

/* crash-turn.c */
/* Ends the running turn, an `answer`'s or that of `take_item` (NULL: of neither); when
 * enough of them wait they are written. FALSE: the process died before it was stored. */
gboolean crash_turn (CrashSide *side, CrashItem *take_item, gboolean answer);
gboolean crash_act_turn (CrashSide *side); /* the same; what waits is written with it */
void crash_write_late (CrashSide *side);   /* also the marks that were put off */
void crash_forget_turns (CrashSide *side); /* what waits is over */
void crash_check_turns (CrashSide *side);  /* durable is a prefix of the turns */

/* crash-check.c */
void crash_settled (CrashSide *side, const CrashTold *e); /* durable, maybe not seen */
void crash_told (CrashSide *side, const CrashTold *e);    /* seen by the user */
