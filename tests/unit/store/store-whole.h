/* A store's steps at once. The client has something to do between them. */
#pragma once

#include "store.h"

/* Opens or makes it, and begins. */
Store *store_open (const char *directory, const uint8_t key[static 32], GError **error);
/* Written, durable and tidy. */
gboolean store_commit (Store *store, const StoreBatch *batch, GError **error);
