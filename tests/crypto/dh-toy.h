/* Groups of the tests: a toy in place of crypto_dh_real, fast and worthless as
 * cryptography, for simulation and fuzzing; and the prime that servers hand out. */
#pragma once

#include "crypto-dh.h"

extern const CryptoDhOps crypto_dh_toy; /* same sizes; takes any prime */
extern const uint8_t crypto_dh_known_prime[256];
