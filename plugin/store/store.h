/* One account's durable state: one SQLite file of sealed records.
 *
 * A record is (kind, owner, id) -> bytes. Every value is sealed with AES-256-GCM under
 * the account's sealing key; the record's place is authenticated with it, so a value
 * moved to another place does not open (SC-L10). A batch is written whole or not at all
 * (SC-D31). Machines append to a StoreBatch during a turn; plugin/client commits it on a
 * worker.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

/* What is written here, records and files beside them; stands in the file's header. It is
 * raised when a version that knows only the present one would read the data wrongly or
 * not at all (HACKING.md, "Change what is stored"). */
#define STORE_VERSION 13

typedef enum {
    STORE_ACCOUNT = 1, /* 0: own user id, home DC; 1: DH config; 2: primes; 3: pauses; 4:
                        * identity; 5: data centres' addresses; 6: code; 7: environment */
    STORE_DC = 2,      /* dc id, 0: auth key, salts */
    STORE_UPDATES = 3, /* 0, 0: pts, qts, date, seq */
    STORE_PEER = 4,    /* user id, 0: names, access hash, phone */
    STORE_CHAT = 5,    /* chat id, 0: a secret chat's state, counters, keys, timers */
    STORE_OUTBOX = 6,  /* chat id, raw_out: retained outgoing message, own wire bytes */
    STORE_QUEUED = 7,  /* chat id, raw_in: message waiting behind a hole */
    STORE_MESSAGE = 8, /* chat id, random_id: what is known of a message; 0: how many
                        * are gone that nobody saw */
    STORE_EARLY = 9,   /* chat id, serial: it came before the chat was ready */
    STORE_HELD = 10,   /* 0, serial: typed to somebody without a chat, not sent yet */
    STORE_KINDS,
} StoreKind;

typedef struct {
    StoreKind kind;
    int64_t owner;
    int64_t id;
} StoreKey;

typedef struct StoreBatch StoreBatch;
typedef struct Store Store;

/* When what is put must be on the disk. Of a batch the most urgent counts. */
typedef enum {
    STORE_LATE,    /* a mark that nothing depends on: may wait for another batch */
    STORE_WRITTEN, /* outlives the process at once, the power with the next sync */
    STORE_DURABLE,
} StoreNeed;

/* When what was there before must be gone from the files (SC-L12). Of a batch the most
 * urgent counts. */
typedef enum {
    STORE_FORGET_LATER, /* nothing of it is secret that is not there any more anyway */
    STORE_FORGET_SOON,  /* what goes in the course of things: read, acknowledged */
    STORE_FORGET_NOW,
} StoreForget;

/* Batches live in memory and wipe their values when freed. Later operations on the same
 * key win. `value` is copied. */
StoreBatch *store_batch_new (void);
void store_batch_free (StoreBatch *batch);
/* STORE_DURABLE, STORE_FORGET_LATER; an auth key's NOW. */
void store_batch_put (StoreBatch *batch, StoreKey key, const void *value, size_t len);
void store_batch_put_mark (StoreBatch *batch, StoreKey key, const void *value, size_t len,
                           StoreNeed need);
/* STORE_DURABLE; STORE_FORGET_NOW, but for what waits in queues only: SOON. */
void store_batch_delete (StoreBatch *batch, StoreKey key);
/* Deletes all records of that kind and owner. */
void store_batch_delete_all (StoreBatch *batch, StoreKind kind, int64_t owner);
/* What the batch's puts replace has to go. */
void store_batch_forget (StoreBatch *batch, StoreForget when);
/* Also without a record: what was STORE_WRITTEN before. */
void store_batch_require (StoreBatch *batch, StoreNeed need);
void store_batch_clear (StoreBatch *batch);
gboolean store_batch_is_empty (const StoreBatch *batch);
StoreNeed store_batch_need (const StoreBatch *batch); /* STORE_LATE when empty */
size_t store_batch_size (const StoreBatch *batch);    /* bytes of its values */
/* Appends `more`'s operations behind `batch`'s and frees `more`. */
void store_batch_join (StoreBatch *batch, StoreBatch *take_more);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreBatch, store_batch_free)

#define STORE_ERROR (store_error_quark ())
GQuark store_error_quark (void);
typedef enum {
    STORE_ERROR_IO,         /* disk full, read-only, database error */
    STORE_ERROR_LOCKED,     /* another process has this account open (SC-L9, SC-M22) */
    STORE_ERROR_KEY,        /* it does not open this file, or is damaged or gone */
    STORE_ERROR_CORRUPT,    /* SQLite finds the file damaged */
    STORE_ERROR_PASSPHRASE, /* the sealing key wants a passphrase, or another one */
    STORE_ERROR_SERVICE,    /* the secret service does not hand out the sealing key */
    STORE_ERROR_NEWER,      /* written by a newer version of this program */
} StoreError;

/* Opening is in steps, for what must happen between them: the sealing key is looked for,
 * and moved, under the lock; the records are looked through. Until store_begin() an
 * existing store is not changed (but for what a crash left half done), also not when it is
 * closed. Blocking, as all that follows: run on a worker. */
/* STORE_ERROR_NEWER before anything is touched. */
gboolean store_check_version (const char *directory, GError **error);
/* Makes `directory` (0700); -1 with `error`. close() gives the lock back. */
int store_lock (const char *directory, GError **error);
/* Opens or makes `directory`/store.db (files 0600). `key` is the 32-byte sealing key
 * (store-key.h), copied and wiped at close. The lock is given back by store_close(), also
 * where this fails. STORE_ERROR_NEWER comes before any change. */
Store *store_open_locked (const char *directory, int take_lock,
                          const uint8_t key[static 32], GError **error);
gboolean store_begin (Store *store, GError **error);
void store_close (Store *store);
/* An older copy of the file was put back since it was written last: what it says of
 * numbers used is not true (SC-L9). The first batch that is committed settles it; until
 * then the next opening says so again. */
gboolean store_was_rolled_back (const Store *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Store, store_close)

/* Writes `batch` in one transaction, as soon on the disk as it needs; what it replaced is
 * still there until store_tidy(). */
gboolean store_write (Store *store, const StoreBatch *batch, GError **error);
/* When store_tidy() is due; STORE_FORGET_NOW also when there is much to tidy. */
StoreForget store_untidy (const Store *store);
gboolean store_is_tidy (const Store *store); /* there is nothing to do */
/* What was replaced or deleted is gone from the files (SC-L12). */
gboolean store_tidy (Store *store, GError **error);

/* Calls `func` for every record of `kind` (and of `owner`, unless `any_owner`), ordered
 * by owner and id. A record that does not open is reported with value NULL and len 0
 * (SC-L10). `value` is wiped after `func` returns. The callback must not write. */
typedef void (*StoreEachFunc) (StoreKey key, const uint8_t *value, size_t len,
                               void *user);
gboolean store_each (Store *store, StoreKind kind, gboolean any_owner, int64_t owner,
                     StoreEachFunc func, void *user, GError **error);
