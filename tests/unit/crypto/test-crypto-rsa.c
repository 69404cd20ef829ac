/* What goes sealed to a server's public key: what is drawn for it, and drawn again. */
#include "crypto-rsa.h"

#include <string.h>

#define PADDED 192
#define TEMP_KEY 32

/* What was drawn, one after the other. */
typedef struct {
    GByteArray *padding, *temp_keys;
    gboolean stuck; /* gives out the same again and again */
} Log;

static gboolean
fill (void *user, uint8_t *out, size_t len)
{
    Log *log = user;

    if (log->stuck)
        memset (out, 0, len);
    else if (!crypto_random_fill (crypto_random_system (), out, len))
        return FALSE;
    g_byte_array_append (len == TEMP_KEY ? log->temp_keys : log->padding, out,
                         (unsigned)len);
    return TRUE;
}

static void
log_init (Log *log)
{
    *log = (Log){ g_byte_array_new (), g_byte_array_new (), FALSE };
}

static void
log_clear (Log *log)
{
    g_byte_array_unref (log->padding);
    g_byte_array_unref (log->temp_keys);
}

/* MT-C10: a number that is not below the modulus is made anew, with another temp_key each time and the
 * same padding; it is below it in the end; what is too long is refused before anything is drawn */
static void
test_drawn_again (void)
{
    uint8_t modulus[256] = { 0x80 }, data[CRYPTO_RSA_PAD_MAX + 1] = { 1 }, out[256];
    unsigned more = 0;

    modulus[255] = 1; /* half of all numbers are below it */
    for (int i = 0; i < 40; i++) {
        Log log;
        log_init (&log);
        g_assert_true (
            crypto_rsa_pad (modulus, &(CryptoRandom){ fill, &log }, data, 100, out));
        g_assert_cmpint (memcmp (out, modulus, sizeof out), <, 0);
        g_assert_cmpuint (log.padding->len, ==, PADDED - 100);
        unsigned n = log.temp_keys->len / TEMP_KEY;
        more += n > 1;
        for (unsigned a = 0; a < n; a++)
            for (unsigned b = 0; b < a; b++)
                g_assert_cmpint (memcmp (log.temp_keys->data + a * TEMP_KEY,
                                         log.temp_keys->data + b * TEMP_KEY, TEMP_KEY),
                                 !=, 0);
        log_clear (&log);
    }
    g_assert_cmpuint (more, >, 0);
    Log log;
    log_init (&log);
    g_assert_false (crypto_rsa_pad (modulus, &(CryptoRandom){ fill, &log }, data,
                                    CRYPTO_RSA_PAD_MAX + 1, out));
    g_assert_cmpuint (log.padding->len + log.temp_keys->len, ==, 0);
    log_clear (&log);
}

/* MT-C10: where no temp_key will do it is given up, and not for ever tried */
static void
test_given_up (void)
{
    uint8_t modulus[256] = { 0 }, data[100] = { 1 }, out[256];
    Log log;

    log_init (&log);
    log.stuck = TRUE;
    modulus[255] = 3; /* nothing that is made is below it */
    g_assert_false (
        crypto_rsa_pad (modulus, &(CryptoRandom){ fill, &log }, data, 100, out));
    g_assert_cmpuint (log.temp_keys->len / TEMP_KEY, >=, 2);
    g_assert_cmpuint (log.temp_keys->len / TEMP_KEY, <=, 1000);
    log_clear (&log);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/crypto/rsa/drawn-again", test_drawn_again);
    g_test_add_func ("/crypto/rsa/given-up", test_given_up);
    return g_test_run ();
}
