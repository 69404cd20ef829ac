/* What was written is in no memory that is freed: outgrown or cleared. */
#include "freed.h"
#include "tl-writer.h"

#include <string.h>

static const uint8_t needle[32] = "what nobody else may ever read.";

static void
write_it (void)
{
    g_auto (TlWriter) writer = { 0 };

    tl_writer_raw (&writer, needle, sizeof needle);
    for (int i = 0; i < 100; i++) /* outgrown, again and again */
        tl_writer_bytes (&writer, needle, sizeof needle);
    g_autofree uint8_t *large = g_malloc0 (100000);
    tl_writer_raw (&writer, large, 100000); /* by more than it was long */
    memcpy (tl_writer_space (&writer, sizeof needle), needle, sizeof needle);
    g_assert_cmpmem (writer.data + writer.len - sizeof needle, sizeof needle, needle,
                     sizeof needle);
}

/* MT-B42 MT-C30 */
static void
test_wiped (void)
{
    freed_add_needle (needle, sizeof needle);
    freed_watching = TRUE;
    write_it ();
    freed_assert_found ("a writer", FALSE);
    g_assert_cmpuint (freed_looked_at, >, 5);
}

int
main (int argc, char **argv)
{
    freed_install ();
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/tl/writer/wiped", test_wiped);
    return g_test_run ();
}
