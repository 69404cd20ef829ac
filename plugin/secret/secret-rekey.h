/* A new key inside a running chat (SC-F); the drawing is in secret-rekey.c. */
#pragma once

#include "secret-agree.h"

/* Where it stands: A asked, B answers. The record has the numbers. */
typedef enum {
    SECRET_REKEY_IDLE,
    SECRET_REKEY_A_ASKED,  /* RequestKey is out, `exponent` is kept */
    SECRET_REKEY_A_COMMIT, /* candidate in `other`, CommitKey waits for holes to close */
    SECRET_REKEY_A_DONE,   /* new key in use, the old in `other` until B used the new */
    SECRET_REKEY_B_ACCEPT, /* candidate in `other`, AcceptKey waits for holes to close */
    SECRET_REKEY_B_WAIT,   /* AcceptKey is out, candidate in `other` */
    SECRET_REKEY_B_DONE,   /* new key in use, the old in `other` until A used the new */
    SECRET_REKEY_B_DRAIN,  /* both use it; the old one only seals anew what was sent under
                              it and is not acknowledged yet (SC-F14) */
} SecretRekeyStep;

/* How far the peer is with our RequestKey, as its messages show (SC-F18). */
typedef enum {
    SECRET_ASKED_UNKNOWN, /* nothing shows that it has it */
    SECRET_ASKED_THERE,   /* it has it, but nothing of ours that came later */
    SECRET_ASKED_PASSED,  /* it has both: its messages since then count */
} SecretAsked;

/* One exchange; gone with it. */
typedef struct {
    int64_t id;
    uint8_t exponent[256];
    uint8_t public_value[256]; /* own g_a or g_b */
    /* A_ASKED */
    SecretAsked asked;
    int32_t asked_out; /* the message of ours, RequestKey first, that `asked` waits for */
    int32_t passed_in; /* raw_in when it was PASSED */
    /* A_DONE */
    int32_t commit_out;   /* CommitKey */
    int32_t commit_heard; /* messages of the peer that were here when it was sent last */
} SecretExchange;

/* The last attempt failed here: the next waits for the next occasion (SC-F18, F19). */
typedef struct {
    int32_t raw;  /* messages of both sides */
    int64_t wall; /* ms, 0 = none failed since the key came */
} SecretPause;

typedef struct {
    SecretRekeyStep step;
    SecretExchange exchange;
    SecretAgreement agree; /* what comes next */
    SecretPause pause;
    int32_t failures;    /* in this chat */
    int32_t peer_at;     /* raw_in of the peer's last RequestKey, -1 = none */
    gboolean group_told; /* the user knows that no new key is possible (SC-F4) */
} SecretRekey;

/* What may move a re-keying. */
typedef struct {
    const TlObject *action; /* one of the peer's four, in its turn; or NULL: */
    gboolean used;          /* a message of the peer came in its turn, ... */
    gboolean again;         /* ... sent again at our request */
    gboolean settles;       /* the input ends */
    int64_t key; /* the fingerprint under which it came, 0 = not known any more */
} SecretRekeyInput;
/* TRUE: the message of this action, whose turn comes, keeps it until its key was computed. */
gboolean secret_rekey_waits (SecretChat *chat, SecretRekeyInput input);
void secret_rekey_step (SecretChat *chat, SecretRekeyInput input, HostTime now);
TalkCode secret_rekey_start (SecretChat *chat, HostTime now); /* by the user's wish */
void secret_rekey_pump (SecretChat *chat, HostTime now);
void secret_rekey_wipe (SecretChat *chat);
void secret_rekey_save (const SecretChat *chat, SecretRecord *record);
gboolean secret_rekey_load (SecretChat *chat, const SecretRecord *record);
