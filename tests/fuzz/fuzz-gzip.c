/* Packed data: never more than the limit, never a crash (MT-A22). */
#include "fuzz.h"

#include "tl-gzip.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    g_autofree uint8_t *exact = fuzz_exact (data, len);
    g_autoptr (GByteArray) out = tl_gunzip (exact, len, 1 << 16, NULL);

    g_assert_true (out == NULL || out->len <= 1 << 16);
    return 0;
}
