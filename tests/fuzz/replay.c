/* Runs a fuzzer's committed corpus as a plain test: every file of a folder, and nothing.
 *
 *   fuzz-NAME-replay FOLDER */
#include <glib.h>
#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t len);

static const char *folder;

static void
test_corpus (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
    const char *name;
    unsigned n = 0;

    g_assert_no_error (error);
    LLVMFuzzerTestOneInput ((const uint8_t *)"", 0);
    while ((name = g_dir_read_name (dir)) != NULL) {
        g_autofree char *path = g_build_filename (folder, name, NULL);
        g_autofree char *data = NULL;
        size_t len;
        g_assert_true (g_file_get_contents (path, &data, &len, NULL));
        /* an exact copy, so that reading behind the end is seen */
        g_autofree uint8_t *exact = g_memdup2 (data, len);
        LLVMFuzzerTestOneInput (exact, len);
        n++;
    }
    g_test_message ("%u inputs", n);
    g_assert_cmpuint (n, >, 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    if (argc != 2)
        return 2;
    folder = argv[1];
    g_test_add_func ("/fuzz/corpus", test_corpus);
    return g_test_run ();
}
