/* What store.c knows of a batch: it is a list of operations. */
#pragma once

#include "store.h"

#include "crypto-secret.h"

typedef enum {
    STORE_OP_PUT,
    STORE_OP_DELETE,
    STORE_OP_DELETE_ALL,
    STORE_OPS
} StoreOpKind;

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
