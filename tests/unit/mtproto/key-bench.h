/* Sessions and the data centre of the tests in one process, on a virtual clock: keys are
 * really made and bound. A test sees what goes out, and may change what comes in. */
#pragma once

#include "dc.h"
#include "mt-private.h"

#define KB_NEW_NONCE 32 /* bytes */

typedef struct KeyBench KeyBench;
typedef struct KeySide KeySide;

/* May change, drop (length 0) or repeat what the server says; before the client has it. */
typedef void (*KeyHook) (KeySide *side, GByteArray *payload);

/* A session, and its end of the wire. */
struct KeySide {
    KeyBench *bench;
    MtSession *session;
    DcConn *conn;
    unsigned slot;
    gboolean wants, gone; /* asked for a connection; the server closed it */
    GByteArray *down;     /* of the data centre, still sealed */
    GByteArray *up;
    struct CryptoCtr *open, *seal, *own; /* downwards: as it comes and goes on; upwards */
    GByteArray *frames;                  /* downwards, in plain */
    GString *said;      /* names of what the client sent, one word a packet's message */
    GByteArray *nonces; /* of its exchanges, 16 bytes each */
    GByteArray *new_nonces; /* and as the server reads them, KB_NEW_NONCE each */
    GString *events;        /* "connect", "disconnect", "ready", "gap", "failed N" */
    GString *answers;       /* "ok", "error CODE TYPE", "gone" */
    MtPause pause;
    unsigned troubles; /* a bit for each that was told */
    KeyHook hook;
    unsigned heard; /* payloads of the server on this connection */
    unsigned at;    /* for the hook */
};

struct KeyBench {
    Dc *dc;
    HostTime now;
    CryptoRandom random;
    MtKey *key;
    MtServerKey server;
    StoreBatch *batch;
    MtConfig config;
    KeySide side[2];
    int64_t dc_shift; /* ms the data centre's clock is ahead of ours */
};

KeyBench *kb_new (void);
void kb_free (KeyBench *bench);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KeyBench, kb_free)
/* The first side, logged in at a permanent key of an earlier day, and started. */
KeyBench *kb_ready (void);
void kb_start (KeySide *side);
/* Runs for `ms`: everything that is due, connections included. */
void kb_run (KeyBench *bench, int64_t ms);
void kb_control (KeyBench *bench, const char *line);
int kb_calls (KeyBench *bench, const char *method);
/* messages.getDhConfig, as a person who is logged in may ask it. */
void kb_call (KeySide *side);
/* Of the keys that the server made, one that the client does not hold as its permanent one. */
const uint8_t *kb_other_key (KeyBench *bench);
void kb_inject (KeySide *side, const uint8_t *payload, size_t len);
char *kb_take (GString *string); /* its text, emptied; g_free() it */
