/* What looks like TLS 1.3 to whoever watches: a client's hello as browsers send it, the
 * proxy's answer, and records around all bytes after that (MT-B14 to B16). Nothing in it
 * is TLS: the proxy knows us, and we it, by an HMAC under the secret. */
#pragma once

#include "crypto-secret.h"
#include "mt-proxy.h"

typedef struct MtTls MtTls;

/* Appends the hello, as of `unix_time` (which the proxy compares with its own clock). NULL
 * when the random source fails. The secret is of the kind TLS. */
MtTls *mt_tls_new (const MtSecret *secret, const CryptoRandom *random, int64_t unix_time,
                   GByteArray *out);
void mt_tls_free (MtTls *tls); /* wipes */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MtTls, mt_tls_free)

typedef enum {
    MT_TLS_MORE,     /* what came was taken */
    MT_TLS_STRANGER, /* the answer is not of one who knows the secret */
    MT_TLS_BAD,      /* no record of data */
} MtTlsResult;

/* Takes received bytes and appends what is in them to `out`. Nothing may be pushed after
 * STRANGER or BAD. */
MtTlsResult mt_tls_push (MtTls *tls, const uint8_t *data, size_t len, GByteArray *out);
/* The proxy has answered. Nothing is wrapped before. */
gboolean mt_tls_is_open (const MtTls *tls);
/* Appends `data` in records. */
void mt_tls_wrap (MtTls *tls, const uint8_t *data, size_t len, GByteArray *out);
