/* An account that the user removes goes in two steps (DECISIONS 16): its folder gets
 * another name, and is erased when the program starts again without that account. Until
 * then the account gets it back when it is added again. A plain quit tells of accounts'
 * ends as well (account-destroying), and BitlBee of their removal at every "account off"
 * (FRONTENDS 0.4): neither means anything here. */
#include "tgp-removal.h"

#include "tgp-dialog.h"
#include "tgp-folder.h"
#include "tgp-frontend.h"
#include "tgp-words-account.h"

#include <glib/gstdio.h>
#include <string.h>

#define REMOVED TGP_FOLDER_REMOVED
#define ERASING ".erasing" /* nobody gets it back any more */
#define DIGEST_SIZE TGP_FOLDER_DIGEST

static int handle; /* of the signal */
static gboolean connected;
static unsigned start_timer;
static TgEraser *eraser;

/* --- removed and added again
 * ------------------------------------------------------------------
 */

/* Another account of the same number, spelled otherwise, goes on with it. */
static gboolean
is_shared (PurpleAccount *account, gboolean test, const char *directory)
{
    for (GList *l = purple_accounts_get_all (); l != NULL; l = l->next) {
        if (l->data == account || !tgp_is_ours (l->data))
            continue;
        g_autofree char *other = tgp_state_directory (l->data, test);
        if (g_str_equal (other, directory))
            return TRUE;
    }
    return FALSE;
}

/* The connection is gone when an account is removed: nothing can be said to the server
 * any more, so the user is told what can be done. */
static void
tell_session_stays (PurpleAccount *account)
{
    g_autofree char *text =
        tgp_words_session_stays (purple_account_get_username (account));

    tgp_dialog_tell (NULL, PURPLE_NOTIFY_MSG_INFO, _ ("Account removed"), text,
                     tgp_words_session_end ());
}

/* libpurple keeps pictures in files, and lets those of an account's entries lie. Its entries
 * go when this returns. */
static void
drop_pictures (PurpleAccount *account)
{
    g_autoptr (GSList) buddies = purple_find_buddies (account, NULL);

    for (GSList *l = buddies; l != NULL; l = l->next)
        if (purple_buddy_icons_get_checksum_for_user (l->data) != NULL)
            purple_buddy_icons_set_for_user (account, purple_buddy_get_name (l->data),
                                             NULL, 0, NULL);
}

static void
removed_cb (PurpleAccount *account, void *data)
{
    if (!tgp_is_ours (account))
        return;
    drop_pictures (account);
    if (purple_account_get_bool (account, TGP_LOGGED_IN, FALSE))
        tell_session_stays (account);
    for (int test = 0; test <= 1; test++) {
        g_autofree char *directory = tgp_state_directory (account, test);
        g_autofree char *removed = g_strconcat (directory, REMOVED, NULL);
        g_autofree char *older =
            g_strdup_printf ("%s" ERASING "%08x", directory, g_random_int ());
        if (!g_file_test (directory, G_FILE_TEST_IS_DIR) ||
            is_shared (account, test, directory))
            continue;
        g_rename (removed, older); /* there is none, as a rule */
        if (g_rename (directory, removed) != 0)
            g_warning ("a removed account's data keep their name");
    }
}

void
tgp_removal_connect (void)
{
    if (connected || !tgp_frontend ()->removal_counts)
        return;
    connected = TRUE;
    purple_signal_connect (purple_accounts_get_handle (), "account-removed", &handle,
                           PURPLE_CALLBACK (removed_cb), NULL);
}

void
tgp_removal_restore (const char *directory)
{
    g_autofree char *removed = g_strconcat (directory, REMOVED, NULL);

    if (!g_file_test (directory, G_FILE_TEST_EXISTS))
        g_rename (removed, directory);
}

/* --- the next start
 * ---------------------------------------------------------------------------
 */

static gboolean
has_account (const char *name)
{
    for (GList *l = purple_accounts_get_all (); l != NULL; l = l->next)
        for (int test = 0; test <= 1 && tgp_is_ours (l->data); test++) {
            g_autofree char *directory = tgp_state_directory (l->data, test);
            g_autofree char *digest = g_path_get_basename (directory);
            if (strncmp (name, digest, DIGEST_SIZE) == 0)
                return TRUE;
        }
    return FALSE;
}

/* The path to erase, or NULL. What was only removed is first put out of reach of an
 * account that comes back while it is erased. */
static char *
condemn (const char *parent, const char *name)
{
    const char *suffix = strlen (name) > DIGEST_SIZE ? name + DIGEST_SIZE : "";
    g_autofree char *path = g_build_filename (parent, name, NULL);
    g_autofree char *erasing = g_strdup_printf ("%s/%.*s" ERASING "%08x", parent,
                                                DIGEST_SIZE, name, g_random_int ());

    if (g_str_has_prefix (suffix, ERASING))
        return g_steal_pointer (&path);
    if (!g_str_equal (suffix, REMOVED) || has_account (name) ||
        g_rename (path, erasing) != 0)
        return NULL;
    return g_steal_pointer (&erasing);
}

static gboolean
start_cb (gpointer data)
{
    g_autofree char *parent = g_build_filename (purple_user_dir (), "mtproto", NULL);
    g_autoptr (GPtrArray) directories = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (GDir) dir = g_dir_open (parent, 0, NULL);
    g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
    const char *name;

    start_timer = 0;
    tgp_removal_connect (); /* for accounts that never log in */
    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        g_ptr_array_add (names, g_strdup (name));
    for (unsigned i = 0; i < names->len; i++) {
        char *path = condemn (parent, g_ptr_array_index (names, i));
        if (path != NULL)
            g_ptr_array_add (directories, path);
    }
    if (directories->len > 0)
        eraser = tg_eraser_new (g_steal_pointer (&directories));
    return FALSE;
}

/* The module is loaded before there are accounts, and signals of theirs (FRONTENDS 0.1):
 * the rest waits for the loop. Once a process: what is removed now is for the next start.
 */
void
tgp_removal_init (void)
{
    static gboolean done;

    if (!done && tgp_frontend ()->removal_counts)
        start_timer = purple_timeout_add (0, start_cb, NULL);
    done = TRUE;
}

void
tgp_removal_uninit (void)
{
    if (start_timer != 0)
        purple_timeout_remove (start_timer);
    start_timer = 0;
    purple_signals_disconnect_by_handle (&handle);
    connected = FALSE;
    g_clear_pointer (&eraser, tg_eraser_free);
}
