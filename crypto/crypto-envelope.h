/* (msg_key, ciphertext) of MTProto, shared by server and secret-chat layers
 * (MT-D3 to D7, SC-B1 to B10, SC-B15). Keys are 256 bytes. x is 0 or 8: 0 for client to
 * server and for the creator of a secret chat, 8 the other way. */
#pragma once

#include <glib.h>
#include <stdint.h>

#define CRYPTO_MSG_KEY_SIZE 16

/* Id of a key: SHA1[12..20) read little endian (MT-A20, SC-A9). */
int64_t crypto_key_id (const uint8_t key[static 256]);

/* MTProto 2.0. `plain` is the whole padded plaintext, a non-zero multiple of 16; `out`
 * gets msg_key (16) and then len bytes of ciphertext. */
void crypto_envelope_seal (const uint8_t key[static 256], int x, const uint8_t *plain,
                           size_t len, uint8_t *out);
/* `in` is msg_key and ciphertext, `len` that of the ciphertext; `plain` gets len bytes.
 * FALSE (and `plain` wiped) if len is 0 or not a multiple of 16 or msg_key does not
 * match. */
gboolean crypto_envelope_open (const uint8_t key[static 256], int x, const uint8_t *in,
                               size_t len, uint8_t *plain);

/* The same for what is too long to be kept: opened piece by piece. Nothing of it may be
 * acted upon before crypto_opener_end() said that it is genuine. */
typedef struct CryptoOpener CryptoOpener;
CryptoOpener *crypto_opener_new (const uint8_t key[static 256], int x,
                                 const uint8_t msg_key[static CRYPTO_MSG_KEY_SIZE]);
/* In place; `len` is a multiple of 16. */
void crypto_opener_feed (CryptoOpener *opener, uint8_t *data, size_t len);
gboolean crypto_opener_end (CryptoOpener *opener); /* once: msg_key matches all of it */
void crypto_opener_free (CryptoOpener *opener);    /* wipes */

/* MTProto 1.0, which peers may still send (x 0) and we do not. Decrypts and reads the
 * length word at the start; checks msg_key over 4 + length bytes and padding 0..15
 * (SC-B15). */
gboolean crypto_envelope_open_v1 (const uint8_t key[static 256], int x, const uint8_t *in,
                                  size_t len, uint8_t *plain);
/* The one message that is still sent so binds a temporary key (MT-C40). `plain` is the whole
 * padded plaintext, a non-zero multiple of 16; msg_key covers its first `hashed` bytes.
 * `out` gets msg_key (16) and then len bytes of ciphertext. */
void crypto_envelope_seal_v1 (const uint8_t key[static 256], int x, const uint8_t *plain,
                              size_t hashed, size_t len, uint8_t *out);
