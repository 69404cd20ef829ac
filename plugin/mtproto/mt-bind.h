/* The words that bind a temporary key to the permanent one (MT-C39, MT-C40). They name the
 * message that they go in, and are written anew with every id it gets. */
#pragma once

#include "crypto-secret.h"
#include "mt-key.h"
#include "tl-writer.h"

/* Appends auth.bindTempAuthKey, to be sent as message `msg_id` of the session `session_id`
 * under `temporary`. FALSE when the random source fails. */
gboolean mt_bind_write (const MtKey *permanent, const MtKey *temporary,
                        int64_t session_id, int64_t msg_id, const CryptoRandom *random,
                        TlWriter *out);
