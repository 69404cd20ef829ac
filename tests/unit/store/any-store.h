/* A store on a disk, or one in memory: the same promises, but that nothing outlives the
 * process, and nothing is sealed or synced. A schedule of a simulation writes some hundred
 * batches, and SQLite would be most of its time. */
#pragma once

#include "store.h"

typedef struct AnyStore AnyStore;

AnyStore *any_store_memory (void);
/* A real one in `directory`, begun; NULL with `error`. */
AnyStore *any_store_open (const char *directory, const uint8_t key[static 32],
                          GError **error);
void any_store_close (AnyStore *any);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AnyStore, any_store_close)

/* Written, durable and tidy. */
gboolean any_store_commit (AnyStore *any, const StoreBatch *batch, GError **error);
/* As store_each(). */
gboolean any_store_each (AnyStore *any, StoreKind kind, gboolean any_owner, int64_t owner,
                         StoreEachFunc func, void *user, GError **error);
/* Every record of secret chats, in an order in which they can be loaded. */
void any_store_each_secret (AnyStore *any, StoreEachFunc func, void *user);
