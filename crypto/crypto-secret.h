/* Memory that wipes itself, comparison in constant time, the source of randomness. */
#pragma once

#include <glib.h>
#include <stdint.h>

/* Key material on the heap; wiped when freed. */
typedef struct {
    uint8_t *data;
    size_t len;
} CryptoSecret;

CryptoSecret *crypto_secret_new (const void *data, size_t len); /* copies; NULL = zeros */
void crypto_secret_free (CryptoSecret *secret);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CryptoSecret, crypto_secret_free)

void crypto_wipe (void *data, size_t len); /* not optimised away */
void crypto_text_free (char *text);        /* wipes it first; NULL is fine (SC-B19) */
gboolean crypto_equal (const void *a, const void *b, size_t len); /* constant time */

/* Tests replace it; crypto_random_system() is OpenSSL's. */
typedef struct {
    gboolean (*fill) (void *user, uint8_t *out, size_t len);
    void *user;
} CryptoRandom;

const CryptoRandom *crypto_random_system (void);
/* FALSE when the source fails: the caller gives up its attempt (MT-C2). */
gboolean crypto_random_fill (const CryptoRandom *random, void *out,
                             size_t len) G_GNUC_WARN_UNUSED_RESULT;
/* Any value but 0. */
gboolean crypto_random_int64 (const CryptoRandom *random,
                              int64_t *out) G_GNUC_WARN_UNUSED_RESULT;
