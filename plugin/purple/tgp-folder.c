/* The folder of an account's data: named by a digest of who it is, not of how that is
 * written (DECISIONS 29). Folders that an earlier version named by the spelling of the
 * number are found, and get the name they should have. */
#include "tgp-folder.h"

#include "tgp-number.h"

#include <glib/gstdio.h>
#include <string.h>

#define DIGEST_SIZE TGP_FOLDER_DIGEST

static char *
digest_of (const char *name, gboolean test)
{
    g_autofree char *text =
        g_strdup_printf ("%s %s %s", TGP_ID, name, test ? "test" : "production");
    char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

    digest[DIGEST_SIZE] = '\0';
    return digest;
}

/* --- spelled otherwise --- */

typedef struct {
    gboolean test;
    GHashTable *folders; /* digests of folders that are no account's */
    char *found;
} Hunt;

static gboolean
spelled_cb (const char *spelling, void *user)
{
    Hunt *hunt = user;
    g_autofree char *digest = digest_of (spelling, hunt->test);

    if (!g_hash_table_contains (hunt->folders, digest))
        return FALSE;
    hunt->found = g_steal_pointer (&digest);
    return TRUE;
}

/* What an account calls its own, under either name. */
static void
strike_out (GHashTable *folders, PurpleAccount *account)
{
    const char *name = purple_account_get_username (account);
    g_autofree char *identity = tgp_number_identity (name);

    for (int test = 0; test <= 1; test++) {
        g_autofree char *exact = digest_of (name, test),
                        *own = digest_of (identity, test);
        g_hash_table_remove (folders, exact);
        g_hash_table_remove (folders, own);
    }
}

static GHashTable *
stray_folders (const char *parent)
{
    GHashTable *folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr (GDir) dir = g_dir_open (parent, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        if (strlen (name) == DIGEST_SIZE ||
            (strlen (name) > DIGEST_SIZE &&
             g_str_equal (name + DIGEST_SIZE, TGP_FOLDER_REMOVED)))
            g_hash_table_add (folders, g_strndup (name, DIGEST_SIZE));
    for (GList *l = purple_accounts_get_all (); l != NULL; l = l->next)
        if (tgp_is_ours (l->data))
            strike_out (folders, l->data);
    return folders;
}

/* The digest of a folder of that number under another spelling, or NULL. Where there are
 * only folders that belong to somebody, nothing is tried. */
static char *
find_stray (const char *parent, const char *identity, gboolean test)
{
    g_autoptr (GHashTable) folders = stray_folders (parent);
    Hunt hunt = { test, folders, NULL };

    if (g_hash_table_size (folders) > 0 && g_ascii_isdigit (*identity))
        tgp_number_each_spelling (identity, spelled_cb, &hunt);
    return hunt.found;
}

/* Both what is in use and what was removed, to be given back. */
static gboolean
take_over (const char *parent, const char *digest, const char *directory)
{
    static const char *const suffixes[] = { "", TGP_FOLDER_REMOVED };
    gboolean good = TRUE;

    for (size_t i = 0; i < G_N_ELEMENTS (suffixes); i++) {
        g_autofree char *old = g_strdup_printf ("%s/%s%s", parent, digest, suffixes[i]);
        g_autofree char *new = g_strconcat (directory, suffixes[i], NULL);
        if (g_file_test (old, G_FILE_TEST_IS_DIR) &&
            !g_file_test (new, G_FILE_TEST_EXISTS))
            good = tg_folder_rename (old, new) && good;
    }
    return good;
}

/* --- the folder --- */

char *
tgp_state_directory (PurpleAccount *account, gboolean test)
{
    const char *name = purple_account_get_username (account);
    g_autofree char *identity = tgp_number_identity (name);
    g_autofree char *parent = g_build_filename (purple_user_dir (), "mtproto", NULL);
    g_autofree char *own = digest_of (identity, test), *exact = digest_of (name, test);
    g_autofree char *directory = g_build_filename (parent, own, NULL);
    g_autofree char *spelled = g_build_filename (parent, exact, NULL);
    gboolean there = g_file_test (directory, G_FILE_TEST_IS_DIR);

    if (!g_str_equal (own, exact) && g_file_test (spelled, G_FILE_TEST_IS_DIR)) {
        /* two accounts of one number, of the time when these were two: each keeps its own */
        if (there || !take_over (parent, exact, directory))
            return g_steal_pointer (&spelled);
        return g_steal_pointer (&directory);
    }
    g_autofree char *stray = there ? NULL : find_stray (parent, identity, test);
    if (stray != NULL)
        take_over (parent, stray, directory);
    return g_steal_pointer (&directory);
}
