/* Raw RSA on big numbers; keys are read by OpenSSL's decoders. */
#include "crypto-rsa.h"

#include "crypto-aes-ige.h"
#include "crypto-hash.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/decoder.h>
#include <openssl/evp.h>
#include <string.h>

#define SIZE CRYPTO_RSA_SIZE
#define EXPONENT 65537
#define PADDED 192
#define TEMP_KEY_TRIES 32 /* each fails with chance < 1/2 */

static gboolean
modulus_of (EVP_PKEY *pkey, uint8_t modulus[static 256])
{
    BIGNUM *n = NULL, *e = NULL;
    gboolean good = EVP_PKEY_is_a (pkey, "RSA") &&
                    EVP_PKEY_get_bn_param (pkey, OSSL_PKEY_PARAM_RSA_N, &n) == 1 &&
                    EVP_PKEY_get_bn_param (pkey, OSSL_PKEY_PARAM_RSA_E, &e) == 1 &&
                    BN_num_bits (n) == 8 * SIZE && BN_is_word (e, EXPONENT) &&
                    BN_bn2binpad (n, modulus, SIZE) == SIZE;

    BN_free (n);
    BN_free (e);
    return good;
}

gboolean
crypto_rsa_parse (const char *pem, size_t len, uint8_t modulus[static 256])
{
    EVP_PKEY *pkey = NULL;
    const unsigned char *data = (const unsigned char *)pem;
    OSSL_DECODER_CTX *ctx = OSSL_DECODER_CTX_new_for_pkey (
        &pkey, "PEM", NULL, "RSA", EVP_PKEY_PUBLIC_KEY, NULL, NULL);
    gboolean good = ctx != NULL && OSSL_DECODER_from_data (ctx, &data, &len) == 1 &&
                    pkey != NULL && modulus_of (pkey, modulus);

    EVP_PKEY_free (pkey);
    OSSL_DECODER_CTX_free (ctx);
    return good;
}

int64_t
crypto_rsa_fingerprint (const uint8_t modulus[static 256])
{
    static const uint8_t head[4] = { 254, 0, 1, 0 };         /* a string of 256 bytes */
    static const uint8_t exponent[4] = { 3, 0x01, 0, 0x01 }; /* a string of 3 */
    uint8_t hash[20];
    uint64_t id;

    crypto_sha1_pieces (
        (CryptoPiece[]){ { head, 4 }, { modulus, SIZE }, { exponent, 4 } }, 3, hash);
    memcpy (&id, hash + 12, 8);
    return (int64_t)GUINT64_FROM_LE (id);
}

/* out = in^65537 mod modulus; FALSE if `in` is not below the modulus. */
static gboolean
raw (const uint8_t modulus[static 256], const uint8_t in[static 256],
     uint8_t out[static 256])
{
    BN_CTX *ctx = BN_CTX_new ();
    BIGNUM *n = BN_bin2bn (modulus, SIZE, NULL);
    BIGNUM *m = BN_bin2bn (in, SIZE, NULL);
    BIGNUM *e = BN_new ();
    gboolean good = ctx != NULL && n != NULL && m != NULL && e != NULL &&
                    BN_cmp (m, n) < 0 && BN_set_word (e, EXPONENT) &&
                    BN_mod_exp (m, m, e, n, ctx) && BN_bn2binpad (m, out, SIZE) == SIZE;

    BN_free (e);
    BN_clear_free (m);
    BN_free (n);
    BN_CTX_free (ctx);
    return good;
}

gboolean
crypto_rsa_pad (const uint8_t modulus[static 256], const CryptoRandom *random,
                const void *data, size_t len, uint8_t out[static 256])
{
    uint8_t padded[PADDED], temp_key[32], work[PADDED + 32], hash[32], number[SIZE];
    gboolean done = FALSE;

    if (len > CRYPTO_RSA_PAD_MAX)
        return FALSE;
    memcpy (padded, data, len);
    if (!crypto_random_fill (random, padded + len, PADDED - len))
        return FALSE;
    for (int i = 0; i < TEMP_KEY_TRIES && !done; i++) {
        uint8_t iv[32] = { 0 };
        if (!crypto_random_fill (random, temp_key, sizeof temp_key))
            break;
        for (size_t k = 0; k < PADDED; k++)
            work[k] = padded[PADDED - 1 - k];
        crypto_sha256_pieces (
            (CryptoPiece[]){ { temp_key, sizeof temp_key }, { padded, PADDED } }, 2,
            work + PADDED);
        crypto_ige_encrypt (temp_key, iv, work, number + 32, sizeof work);
        crypto_sha256 (number + 32, sizeof work, hash);
        for (size_t k = 0; k < 32; k++)
            number[k] = temp_key[k] ^ hash[k];
        done = raw (modulus, number, out); /* too large: another temp_key */
    }
    crypto_wipe (padded, sizeof padded);
    crypto_wipe (temp_key, sizeof temp_key);
    crypto_wipe (work, sizeof work);
    crypto_wipe (number, sizeof number);
    return done;
}
