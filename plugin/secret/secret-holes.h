/* What has not arrived, and what waits behind it (SC-D; DECISIONS 26). */
#pragma once

#include "secret-core.h"
#include "secret-seq.h"

/* An incoming message whose turn has not come, decrypted: it is behind a hole (SC-D11), or
 * something is being computed for it, or for one before it (secret-turn.h). */
typedef struct {
    int32_t raw_in;
    int32_t date;
    int32_t layer;
    int32_t in_seq_no;
    int64_t fingerprint;
    gboolean noop;  /* was a Resend, already answered (SC-D18) */
    gboolean asked; /* we had asked for it (SC-D9) */
    gboolean has_file;
    MediaPlace file;
    GByteArray *body;
} SecretQueued;

typedef struct {
    GPtrArray *queue;     /* SecretQueued by raw_in, owned */
    SecretRange asked;    /* the last range we asked to be sent again */
    gboolean long_random; /* the peer's messages carry TDLib's 31 random bytes */
    int64_t since;        /* wall ms, 0 = no hole */
    int64_t due;          /* mono, when it is told */
    gboolean told;
    int64_t ask_at;     /* wall ms of the last Resend of ours */
    int64_t asked_mono; /* the same by the other clock */
    int32_t ask_step;   /* repeats made by the clock while the first hole stands */
    int64_t ask_day;    /* wall ms of the first of these repeats */
    int32_t ask_today;
    gboolean ask_again; /* once, after a reconnect */
    gboolean
        held; /* some of it waited for what was computed, and may not be taken at once */
    gboolean more;    /* more of it may be taken than one input did */
    int32_t given_up; /* what is missing below is done without, by the user's word */
} SecretHoles;

/* Where in the queue the first with this number or a higher one stands. */
unsigned secret_holes_place (const SecretChat *chat, int32_t raw);
/* Something arrived: asks for what is seen to be missing for the first time. */
void secret_holes_ask (SecretChat *chat, HostTime now);
/* Asks again where it is time to. */
void secret_holes_pump (SecretChat *chat, HostTime now);
/* What waited first was taken: the next hole, if there is one, counts from now. */
void secret_holes_moved (SecretChat *chat, HostTime now);
void secret_holes_loaded (SecretChat *chat, HostTime now);
void secret_holes_tick (SecretChat *chat, HostTime now); /* tells of it after a day */
int64_t secret_holes_deadline (const SecretChat *chat, HostTime now);
void secret_holes_wipe (SecretChat *chat);
void secret_queued_free (SecretQueued *item);
void secret_save_queued (SecretChat *chat, const SecretQueued *item);
void secret_delete_queued (SecretChat *chat, int32_t raw_in);
gboolean secret_queued_load (SecretChat *chat, const TlObject *root);
void secret_holes_save (const SecretChat *chat, SecretRecord *record);
gboolean secret_holes_load (SecretChat *chat, const SecretRecord *record);
