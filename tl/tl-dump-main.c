/* tl-dump SCHEMA HEX: shows bytes as named fields, secrets hidden. */
#include "api.tl.h"
#include "mtproto.tl.h"
#include "record.tl.h"
#include "secret.tl.h"
#include "tl-dump.h"

#include <string.h>

int
main (int argc, char **argv)
{
    const TlSchema *schemas[] = { &tl_api_schema, &tl_mtproto_schema, &tl_secret_schema,
                                  &tl_record_schema };

    for (size_t i = 0; argc == 3 && i < G_N_ELEMENTS (schemas); i++) {
        if (strcmp (tl_schema_name (schemas[i]), argv[1]) != 0)
            continue;
        g_autoptr (GByteArray) bytes = g_byte_array_new ();
        for (const char *p = argv[2]; g_ascii_isxdigit (p[0]) && g_ascii_isxdigit (p[1]);
             p += 2) {
            uint8_t byte =
                (uint8_t)(g_ascii_xdigit_value (p[0]) << 4 | g_ascii_xdigit_value (p[1]));
            g_byte_array_append (bytes, &byte, 1);
        }
        g_autofree char *text = tl_dump (schemas[i], bytes->data, bytes->len);
        g_print ("%s\n", text);
        return 0;
    }
    g_printerr ("usage: tl-dump api|mtproto|secret|record HEX\n");
    return 2;
}
