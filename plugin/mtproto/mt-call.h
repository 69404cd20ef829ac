/* One question waiting for its answer, and what to do about an error (MT-E10 to E14). */
#pragma once

#include "mt-session.h"

typedef enum {
    MT_CALL_QUEUED, /* goes out with the next flush, not before `not_before` */
    MT_CALL_SENT,   /* on this connection */
    MT_CALL_ASKED,  /* sent on an earlier one: the server was asked whether it has it */
} MtCallState;

struct MtCall {
    const TlCtor *method;
    const char *name; /* of the method, for the log */
    uint8_t *body;    /* encoded request; wiped when freed */
    size_t len;
    MtCallFlags flags;
    MtAnswerFunc func;
    void *user;
    MtCallState state;
    uint64_t number;  /* rises along the session's list */
    int64_t msg_id;   /* of the newest sending, 0 = never sent */
    int64_t outer_id; /* of the packet: msg_id, or that of the container around it */
    int32_t seq_no;
    gboolean keep_id;     /* asked for again by the server: same id, in a container */
    gboolean wrapped;     /* sent inside the initConnection wrapper */
    gboolean rewrapped;   /* CONNECTION_NOT_INITED was answered once */
    gboolean repeated;    /* sent under more than one id */
    int64_t not_before;   /* mono ms */
    int64_t sent_at;      /* mono ms of the newest sending */
    int64_t silent_since; /* mono ms: its silence counts from then on */
    unsigned silences;    /* how often it had no answer in time (MT-E8) */
    int64_t waited;       /* ms of pauses the server asked for so far */
    int failures;         /* 5xx in a row */
    unsigned large;       /* answers that were too large */
    unsigned sendings;    /* of which mt-send.c knows yet */
};

void mt_call_free (MtCall *call);

/* An rpc_error as the caller sees it; `type` and `text` point into `buffer` (MT-E10,
 * MT-D41).
 */
typedef struct {
    MtError error;
    char type[257];
    char text[257];
} MtErrorText;
void mt_error_parse (int32_t code, TlBytes message, MtErrorText *out);
/* The error that says to wait for so many seconds; and whether one says that of its method. */
void mt_error_flood (int64_t seconds, MtErrorText *out);
gboolean mt_error_is_flood (const MtError *error);

typedef enum {
    MT_RETRY_NO,    /* give the error to the caller */
    MT_RETRY_LATER, /* after *delay ms */
    MT_RETRY_INIT,  /* at once, inside the wrapper */
} MtRetry;
MtRetry mt_call_judge (MtCall *call, const MtError *error, gboolean logged_in,
                       int64_t *delay);

/* What the server's answer means for the keys (MT-C42, MT-E19). */
typedef enum {
    MT_BIND_NONE, /* there is none yet */
    MT_BIND_DONE, /* true: it knows the permanent key, and the login that hangs on it */
    MT_BIND_UNKNOWN, /* ENCRYPTED_MESSAGE_INVALID: it does not, or says so */
    MT_BIND_BUSY,    /* 420: later */
    MT_BIND_AGAIN,   /* anything else: with another temporary key */
} MtBindAnswer;
/* `type` and `code` of the error; NULL where there was none, and `truth` is the answer. */
MtBindAnswer mt_call_judge_bind (gboolean truth, int code, const char *type);
