/* What crash-pair.c (turns, deaths, the server) and crash-check.c (acts, windows, the
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
/* Ends the running turn; FALSE: the process died before it was stored. */
gboolean crash_turn (CrashSide *side, gboolean answer);
void crash_load (CrashSide *side); /* the chat from the store, and resumes it */

/* crash-check.c */
void crash_settled (CrashSide *side, const CrashTold *e); /* durable, maybe not seen */
void crash_told (CrashSide *side, const CrashTold *e);    /* seen by the user */
