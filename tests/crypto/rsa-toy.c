/* In the place of RSA's two powers, which take a tenth of a simulation with a toy group: a number stays as it is.
 * Key, sizes, padding, and what is drawn for it are the true ones (tests/sim/meson.build). */
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <string.h>

int toy_mod_exp (BIGNUM *r, const BIGNUM *a, const BIGNUM *e, const BIGNUM *n,
                 BN_CTX *ctx);
int toy_decrypt (EVP_PKEY_CTX *ctx, unsigned char *out, size_t *out_len,
                 const unsigned char *in, size_t len);

int
toy_mod_exp (BIGNUM *r, const BIGNUM *a, const BIGNUM *e, const BIGNUM *n, BN_CTX *ctx)
{
    return r == a || BN_copy (r, a) != NULL;
}

int
toy_decrypt (EVP_PKEY_CTX *ctx, unsigned char *out, size_t *out_len,
             const unsigned char *in, size_t len)
{
    if (*out_len < len)
        return 0;
    memcpy (out, in, len);
    *out_len = len;
    return 1;
}
