/* What the fuzzers share: the entry point, and taking bytes from the input. */
#pragma once

#include <glib.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t len);

/* The next byte; 0 behind the end. */
static inline uint8_t
fuzz_byte (const uint8_t **data, size_t *len)
{
    if (*len == 0)
        return 0;
    (*len)--;
    return *(*data)++;
}

/* A copy that ends where the heap block ends; g_free() it. */
static inline uint8_t *
fuzz_exact (const uint8_t *data, size_t len)
{
    uint8_t *copy = g_malloc (len + (len == 0));
    for (size_t i = 0; i < len; i++)
        copy[i] = data[i];
    return copy;
}
