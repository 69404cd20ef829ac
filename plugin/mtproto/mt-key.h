/* What one data centre and we have agreed on: the auth key and its salts, and their record.
 * All sessions with that data centre share it: a salt that one of them learns serves them
 * all, a wrong one costs one bad_server_salt. (MT-C31, MT-D20 to D23.)
 *
 * The permanent key is the data centre's and stored. What packets go under is, mostly, a
 * temporary one that was bound to it: an MtKey as well, with salts of its own, in memory
 * alone, and shared by the sessions through `temporary` (MT-C39 to C41). */
#pragma once

#include "store.h"

#define MT_SALTS_MAX 64 /* future ones (MT-D21) */

typedef struct {
    uint32_t since; /* server's Unix seconds */
    uint32_t until;
    int64_t salt;
} MtSalt;

/* To be read by the sessions; changed by the functions below only. */
typedef struct MtKey {
    int dc;
    gboolean test;
    gboolean known; /* the key is there */
    uint8_t key[256];
    int64_t created;     /* server's Unix seconds */
    int64_t salt;        /* the present one */
    uint32_t salt_until; /* server's seconds; 0 = nobody knows */
    GArray *salts;       /* MtSalt, future ones, the next first */
    gboolean dirty;      /* the record is to be written */
    gboolean no_record;  /* ... and never is */
    unsigned refs;
    int64_t expires; /* of a temporary key: server's Unix seconds; 0 = never */
    /* of a permanent one */
    struct MtKey *temporary; /* the one that is bound to it; NULL = none */
    int64_t renew_at;        /* server's seconds: the next one is made */
    /* The server may still have one that was bound to it and serves no more (MT-C41). */
    gboolean former;
    const void *maker;   /* the session that makes what is missing; NULL = none */
    gboolean time_known; /* an exchange told the time ... */
    int64_t offset;      /* ... server's Unix ms minus local mono ms */
} MtKey;

MtKey *mt_key_new (int dc, gboolean test);
MtKey *mt_key_ref (MtKey *key);
void mt_key_unref (MtKey *key); /* the last one wipes */

/* From the record under (STORE_DC, dc, 0); FALSE: damaged, or another data centre's: treated
 * as absent (MT-C31). */
gboolean mt_key_restore (MtKey *key, const uint8_t *record, size_t len);
/* Puts the record into `batch`, if something of it changed since. */
void mt_key_save (MtKey *key, StoreBatch *batch);

/* A new key, with its first salt, as the exchange made it; `key->key` is already filled. */
void mt_key_made (MtKey *key, int64_t salt, int64_t created);
/* Wiped, and what is bound to it, whoever holds them: sessions leave it at their next input. */
void mt_key_forget (MtKey *key);

/* The key as it is, for a last word under it (MT-C34): it is never stored, and outlives what is
 * forgotten here. NULL: there is none. The caller's. */
MtKey *mt_key_take_out (const MtKey *key);

/* A temporary key as the exchange made it, not bound yet; the caller's. */
MtKey *mt_key_new_temporary (const MtKey *permanent, const uint8_t bytes[static 256],
                             int64_t salt, int64_t created, int64_t expires);
/* The server bound `temporary` to `key`: it takes the place of the one before. */
void mt_key_bind (MtKey *key, MtKey *temporary);
/* It serves no more; nothing if another one has its place already. */
void mt_key_unbind (MtKey *key, const MtKey *temporary);
/* Whether the server may have given it up at `seconds`, server's time. */
gboolean mt_key_is_over (const MtKey *key, int64_t seconds);

/* The server named the present salt (new_session_created, MT-D23). */
void mt_key_set_salt (MtKey *key, int64_t salt);
/* It refused the one we used: those that should have followed it are no better (MT-D20). */
void mt_key_correct_salt (MtKey *key, int64_t salt);
/* Those that follow; impossible ones are left out (MT-D21). */
void mt_key_take_salts (MtKey *key, const MtSalt *salts, size_t n);
/* Moves on to the salt that is valid at `seconds`, server's time. */
void mt_key_step_salts (MtKey *key, int64_t seconds);
