/* A key exchange with the random numbers and the answers of a transcript. */
#pragma once

#include "mt-handshake.h"
#include "vectors.h"

/* Gives out the transcript's numbers in the order the client draws them. */
typedef struct {
    GByteArray *bytes;
    size_t used;
} Script;

typedef struct {
    Script script;
    CryptoRandom random;
    MtServerKey key;
    MtConfig config;
    MtHandshake *handshake;
    TlWriter out[4];
    MtHandshakeResult result;
    unsigned steps; /* answers that were taken */
} Run;

/* `in` is borrowed; cleared by run_clear(). */
void run_init (Run *run, JsonObject *in);
void run_clear (Run *run);
/* All of the transcript's answers, or as many as are taken. */
void run_all (Run *run, JsonObject *in);
