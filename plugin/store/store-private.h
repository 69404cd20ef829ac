/* What store.c and the store in memory share: a batch is a list of operations. */
#pragma once

#include "store.h"

#include "crypto-secret.h"

typedef enum { STORE_OP_PUT, STORE_OP_DELETE, STORE_OP_DELETE_ALL } StoreOpKind;

typedef struct {
    StoreOpKind kind;
    StoreKey key;
    CryptoSecret *value; /* of PUT; owned */
} StoreOp;

struct StoreBatch {
    GArray *ops; /* StoreOp */
    size_t size;
    StoreNeed need;
    StoreForget forget;
};

/* The operations that count, StoreOp, the last one first: no two of them touch the same
 * record, but that a DELETE_ALL comes after what follows it in the batch. */
GPtrArray *store_batch_last (const StoreBatch *batch);

/* The records of store_open_memory(): a sorted tree, nothing sealed, nothing synced. */
typedef struct StoreMemory StoreMemory;
StoreMemory *store_memory_new (void);
void store_memory_free (StoreMemory *memory);
void store_memory_commit (StoreMemory *memory, const StoreBatch *batch);
void store_memory_each (StoreMemory *memory, StoreKind kind, gboolean any_owner,
                        int64_t owner, StoreEachFunc func, void *user);
