/* What a proof of the password leaves in memory: nothing that it could be found by. */
#include "crypto-aes-ige-ways.h"
#include "crypto-hash.h"
#include "crypto-srp.h"
#include "dh-toy.h"
#include "freed.h"
#include "srp-server.h"

#include <string.h>

#define PASSWORD "correct horse battery"

typedef struct {
    CryptoSrpAlgo algo;
    CryptoRandom random;
    uint8_t a[256], b_public[256], a_public[256], m1[32];
    gboolean dry; /* the source of randomness gives some, and fails */
    gboolean good;
} Proof;

static gboolean
fill_cb (void *user, uint8_t *out, size_t len)
{
    Proof *proof = user;

    g_assert_cmpuint (len, ==, sizeof proof->a);
    memcpy (out, proof->a, len);
    return !proof->dry;
}

static void *
prove_cb (void *user)
{
    Proof *proof = user;
    g_autofree char *password = g_strdup (PASSWORD); /* of whoever asks */

    freed_watching = TRUE;
    proof->good = crypto_srp_proof (&proof->algo, &proof->random, password,
                                    proof->b_public, 256, proof->a_public, proof->m1);
    freed_watching = FALSE;
    memset (password, 0, strlen (password));
    return NULL;
}

/* As bytes, and as OpenSSL's numbers have them. */
static void
add_number (const uint8_t *data, size_t len)
{
    uint8_t turned[32];

    for (size_t i = 0; i < sizeof turned; i++)
        turned[i] = data[len - 1 - i];
    freed_add_needle (data, 32);
    freed_add_needle (data + len - 32, 32);
    freed_add_needle (turned, 32);
}

/* What x is made of, each as good as the password. */
static void
add_hashes (const CryptoSrpAlgo *algo)
{
    const CryptoPiece salt1 = { algo->salt1, algo->salt1_len };
    const CryptoPiece salt2 = { algo->salt2, algo->salt2_len };
    uint8_t hash[32], slow[64];

    crypto_sha256_pieces (
        (CryptoPiece[]){ salt1, { PASSWORD, strlen (PASSWORD) }, salt1 }, 3, hash);
    freed_add_needle (hash, 32);
    crypto_sha256_pieces ((CryptoPiece[]){ salt2, { hash, 32 }, salt2 }, 3, hash);
    freed_add_needle (hash, 32);
    crypto_pbkdf2_sha512 (hash, 32, salt1.data, salt1.len, 100000, slow);
    freed_add_needle (slow, 64);
}

/* MT-F31: neither password, x, a, S nor K is in a freed block or on the stack after a proof, nor
 * after one that came to nothing: the source of randomness failed, the group is no group, B is
 * none */
static void
a_proof_leaves_no_trace (void)
{
    static const char *const ways[] = { "good", "no randomness", "no group", "B = 0",
                                        "B = p" };

    for (size_t way = 0; way < G_N_ELEMENTS (ways); way++) {
        g_autofree Proof *proof = g_new0 (Proof, 1);
        uint8_t b[256], x[32], v[256], s[256], k[32];
        proof->algo = (CryptoSrpAlgo){ .g = 3,
                                       .salt1 = (const uint8_t *)"salt-one",
                                       .salt1_len = 8,
                                       .salt2 = (const uint8_t *)"salt-two",
                                       .salt2_len = 8 };
        memcpy (proof->algo.p, crypto_dh_known_prime, 256);
        proof->random = (CryptoRandom){ fill_cb, proof };
        for (unsigned i = 0; i < 256; i++) {
            proof->a[i] = (uint8_t)(i * 37 + 5);
            b[i] = (uint8_t)(i * 91 + 7);
        }
        crypto_srp_x (&proof->algo, PASSWORD, x);
        crypto_srp_verifier (&proof->algo, x, v);
        crypto_srp_server_b (&proof->algo, v, b, proof->b_public);
        proof->dry = way == 1;
        if (way == 2)
            proof->algo.p[255] ^= 1; /* even: no power of it is computed */
        else if (way == 3)
            memset (proof->b_public, 0, 256);
        else if (way == 4)
            memcpy (proof->b_public, proof->algo.p, 256);
        freed_forget ();
        freed_add_needle (PASSWORD, strlen (PASSWORD));
        add_number (x, 32);
        add_number (proof->a, 256);
        if (way == 0) {
            crypto_dh_real.power_g (3, proof->algo.p, proof->a, proof->a_public);
            crypto_srp_server_s (&proof->algo, v, b, proof->b_public, proof->a_public, s);
            crypto_sha256 (s, 256, k);
            add_number (s, 256);
            freed_add_needle (k, 32);
            add_hashes (&proof->algo);
        }
        freed_run_on_own_stack (prove_cb, proof);
        g_assert_cmpint (proof->good, ==, way == 0);
        freed_assert_found (ways[way], FALSE);
    }
}

/* --- a message --- */

typedef struct {
    uint8_t key[32], iv[32], data[256];
    void (*code) (const uint8_t *, uint8_t *, const uint8_t *, uint8_t *, size_t);
} Message;

static void *
code_cb (void *user)
{
    Message *m = user;

    m->code (m->key, m->iv, m->data, m->data, sizeof m->data);
    return NULL;
}

/* MT-D4: by whatever way: of its key, and of what it says, nothing is on the stack */
static void
a_message_leaves_no_trace (void)
{
    struct {
        const char *name;
        void (*code) (const uint8_t *, uint8_t *, const uint8_t *, uint8_t *, size_t);
    } ways[] = {
        { "OpenSSL encrypts", crypto_ige_openssl_encrypt },
        { "OpenSSL decrypts", crypto_ige_openssl_decrypt },
#if CRYPTO_IGE_X86
        { "it encrypts", crypto_ige_x86_encrypt },
        { "it decrypts", crypto_ige_x86_decrypt },
#endif
    };
    size_t n = G_N_ELEMENTS (ways);

#if CRYPTO_IGE_X86
    n -= crypto_ige_x86_usable () ? 0 : 2;
#endif
    for (size_t way = 0; way < n; way++) {
        g_autofree Message *m = g_new0 (Message, 1);
        g_autofree Message *after = g_new0 (Message, 1);
        for (unsigned i = 0; i < sizeof m->key; i++)
            m->key[i] = (uint8_t)(i * 59 + 3);
        for (unsigned i = 0; i < sizeof m->data; i++)
            m->data[i] = (uint8_t)(i * 83 + 1);
        m->code = ways[way].code;
        memcpy (after, m, sizeof *m);
        code_cb (after);
        const Message *said = way % 2 == 0 ? m : after;
        freed_forget ();
        freed_add_needle (m->key, 16);
        freed_add_needle (m->key + 16, 16);
        for (unsigned i = 0; i < sizeof said->data; i += 64)
            freed_add_needle (said->data + i, 16);
        freed_add_needle (said->data + sizeof said->data - 16, 16);
        freed_run_on_own_stack (code_cb, m);
        freed_assert_found (ways[way].name, FALSE);
    }
}

/* The look-out itself sees a stack. */
static void *
keep_cb (void *user)
{
    char kept[16384]; /* the thread's end has the upper part of the stack */

    g_strlcpy (kept, PASSWORD, sizeof kept);
    return g_strrstr (kept, "no such") != NULL ? user : NULL;
}

static void
the_look_out_sees (void)
{
    freed_forget ();
    freed_add_needle (PASSWORD, strlen (PASSWORD));
    freed_run_on_own_stack (keep_cb, NULL);
    freed_assert_found ("the stack", TRUE);
}

int
main (int argc, char **argv)
{
    freed_install ();
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/crypto/wiped/message", a_message_leaves_no_trace);
    g_test_add_func ("/crypto/wiped/the_look_out_sees", the_look_out_sees);
    g_test_add_func ("/crypto/wiped/a_proof_leaves_no_trace", a_proof_leaves_no_trace);
    return g_test_run ();
}
