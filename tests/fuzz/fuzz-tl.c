/* Bytes -> every schema's decoder; what decodes encodes, and dumps (MT-A7, MT-A12). */
#include "fuzz.h"

#include "api.tl.h"
#include "mtproto.tl.h"
#include "record.tl.h"
#include "secret.tl.h"
#include "tl-dump.h"
#include "tl-encode.h"
#include "tl-message.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    const TlSchema *schemas[] = { &tl_secret_schema, &tl_mtproto_schema, &tl_api_schema,
                                  &tl_record_schema };
    const TlSchema *schema = schemas[fuzz_byte (&data, &len) % 4];
    g_autofree uint8_t *exact = fuzz_exact (data, len);
    g_autoptr (GError) error = NULL;
    g_autoptr (TlMessage) message = tl_message_decode (schema, exact, len, &error);
    g_autofree char *line = tl_dump (schema, exact, len);

    g_assert_true ((message == NULL) == (error != NULL));
    g_assert_nonnull (line);
    size_t used = 0;
    g_autoptr (TlMessage) prefix =
        tl_message_decode_prefix (schema, exact, len, &used, NULL);
    g_assert_true (prefix == NULL || used <= len);
    if (message != NULL) {
        g_auto (TlWriter) first = { 0 };
        if (tl_encode (schema, tl_message_root (message), &first)) { /* has a struct */
            g_auto (TlWriter) second = { 0 };
            g_autoptr (TlMessage) again =
                tl_message_decode (schema, first.data, first.len, NULL);
            g_assert_nonnull (again);
            g_assert_true (tl_encode (schema, tl_message_root (again), &second));
            g_assert_cmpmem (first.data, first.len, second.data, second.len);
        }
    }
    return 0;
}
