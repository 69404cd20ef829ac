/* Section L on real files: damage, late replays, an older copy, and what is really gone.
 * (The order of writes and sends is the crash matrix's business.) */
#include "crash-pair.h"
#include "secret-private.h"
#include "store-bytes.h"

#include <string.h>

static CrashSide *
alice_of (Crash *crash)
{
    return &crash->sides[0];
}

static CrashSide *
bob_of (Crash *crash)
{
    return &crash->sides[1];
}

static void
ready (Crash *crash)
{
    crash_start (crash);
    crash_run (crash);
    crash_accept (bob_of (crash));
    crash_run (crash);
}

/* --- damage --- */

typedef struct {
    StoreKind kind;
    int percent;
} Flip;

static void
flip (CrashSide *side, void *data)
{
    const Flip *what = data;
    g_assert_true (bytes_flip (side->folder, what->kind, 0, what->percent));
}

/* Alice's store gets a record of every kind but early ones. */
static void
fill_store (Crash *crash)
{
    CrashSide *bob = bob_of (crash);

    ready (crash);
    bob->hold = TRUE; /* she is not acknowledged */
    crash_say (alice_of (crash), "of alice");
    bob->lose = 1;
    crash_say (bob, "lost");
    crash_say (bob, "behind a hole");
    crash_run (crash);
    g_assert_cmpuint (alice_of (crash)->chat->gaps->len, ==, 1);
    g_assert_cmpuint (alice_of (crash)->chat->outbox->len, >, 0);
}

/* SC-L10: a bit anywhere in a record of any kind: the chat is closed and says why, it
 * does not go on, and it does not begin again */
static void
damage_closes_the_chat (void)
{
    static const StoreKind kinds[] = { STORE_CHAT, STORE_OUTBOX, STORE_GAP,
                                       STORE_MESSAGE };
    static const int percents[] = { 0, 50, 100 };

    for (size_t k = 0; k < G_N_ELEMENTS (kinds); k++)
        for (size_t p = 0; p < G_N_ELEMENTS (percents); p++) {
            g_autoptr (Crash) crash = crash_new (1, TRUE);
            CrashSide *alice = alice_of (crash);
            Flip what = { kinds[k], percents[p] };
            fill_store (crash);
            crash_reopen (alice, flip, &what);
            for (int again = 0; again < 2; again++) {
                g_assert_cmpint (alice->chat->state, ==, TALK_STATE_CLOSED);
                g_assert_cmpint (alice->chat->closed, ==, TALK_CLOSED_CORRUPT);
                g_assert_false (alice->chat->key.used);
                g_assert_cmpint (crash_say (alice, "more"), ==, 0);
                crash_reopen (alice, NULL, NULL);
            }
        }
}

/* SC-L10: the same with a message that came before the chat was ready */
static void
damage_of_an_early_message (void)
{
    g_autoptr (Crash) crash = crash_new (1, TRUE);
    CrashSide *alice = alice_of (crash);
    Flip what = { STORE_PENDING, 50 };

    crash_start (crash);
    crash_run (crash);
    alice->hold = TRUE;
    crash_accept (bob_of (crash));
    crash_run (crash);
    alice->hold = FALSE;
    crash_late (alice);
    crash_deliver (alice);
    g_assert_cmpuint (alice->chat->early->len, ==, 1);
    crash_reopen (alice, flip, &what);
    g_assert_cmpint (alice->chat->closed, ==, TALK_CLOSED_CORRUPT);
}

static void
drop_outbox (CrashSide *side, void *data)
{
    g_assert_cmpint (bytes_run_sql (side->folder, "DELETE FROM record WHERE kind = 6"), >,
                     0);
}

/* SC-L10 SC-D23: a retained message that is not there any more */
static void
missing_messages_close_the_chat (void)
{
    g_autoptr (Crash) crash = crash_new (1, TRUE);

    fill_store (crash);
    crash_reopen (alice_of (crash), drop_outbox, NULL);
    g_assert_cmpint (alice_of (crash)->chat->closed, ==, TALK_CLOSED_CORRUPT);
}

static void
swap_records (CrashSide *side, void *data)
{
    g_assert_cmpint (
        bytes_run_sql (side->folder,
                       "UPDATE record SET value = (SELECT value FROM record WHERE kind = "
                       "8 ORDER BY id DESC LIMIT 1) WHERE kind = 8 AND id = (SELECT "
                       "min(id) FROM record WHERE kind = 8)"),
        ==, 1);
}

/* SC-L10: a good record at another's place */
static void
moved_records_close_the_chat (void)
{
    g_autoptr (Crash) crash = crash_new (1, TRUE);

    fill_store (crash);
    crash_say (alice_of (crash), "one more");
    crash_reopen (alice_of (crash), swap_records, NULL);
    g_assert_cmpint (alice_of (crash)->chat->closed, ==, TALK_CLOSED_CORRUPT);
}

/* --- late updates --- */

static void
replay_chat (Crash *crash)
{
    CrashSide *alice = alice_of (crash);
    size_t len;
    const uint8_t *g_b = g_bytes_get_data (crash->g_b, &len);
    SecretRemote remote = { .state = SECRET_REMOTE_CHAT,
                            .id = crash->chat_id,
                            .access_hash = 77,
                            .date = crash->date,
                            .admin_id = 1001,
                            .participant_id = 1002,
                            .g_a_or_b = TL_BYTES (g_b, len),
                            .key_fingerprint = crash->fingerprint };

    secret_chat_update (alice->chat, &remote, crash->now);
}

/* SC-L7 SC-A20: encryptedChat comes again after a restart: a living chat keeps its key
 * and its numbers, a closed one stays closed and is remembered */
static void
a_replayed_chat_changes_nothing (void)
{
    g_autoptr (Crash) crash = crash_new (1, TRUE);
    CrashSide *alice = alice_of (crash);

    ready (crash);
    crash_say (alice, "before");
    crash_rekey (alice);
    crash_run (crash);
    for (int closed = 0; closed < 2; closed++) {
        if (closed)
            crash_close (alice, TRUE);
        crash_run (crash);
        crash_reopen (alice, NULL, NULL);
        TalkSecret before, after;
        secret_chat_info (alice->chat, &before);
        int64_t fingerprint = alice->chat->key.fingerprint;
        replay_chat (crash);
        g_assert_true (store_batch_is_empty (alice->batch));
        g_assert_cmpuint (alice->told->len + alice->asked->len, ==, 0);
        secret_chat_info (alice->chat, &after);
        g_assert_cmpint (alice->chat->key.fingerprint, ==, fingerprint);
        g_assert_cmpint (after.state, ==, closed ? TALK_STATE_CLOSED : TALK_STATE_READY);
        g_assert_cmpint (after.closed, ==, closed ? TALK_CLOSED_BY_US : TALK_CLOSED_NOT);
        g_assert_cmpint (after.state, ==, before.state);
        g_assert_cmpuint (after.raw_out, ==, before.raw_out);
        g_assert_cmpuint (after.raw_in, ==, before.raw_in);
        g_assert_cmpint (alice->chat->id, ==, crash->chat_id);
    }
}

/* SC-L8: what both sides agreed on stands in the store */
static void
settings_are_kept (void)
{
    g_autoptr (Crash) crash = crash_new (1, TRUE);

    ready (crash);
    crash_set_ttl (alice_of (crash), 4711);
    crash_run (crash);
    for (int i = 0; i < 2; i++) {
        CrashSide *side = &crash->sides[i];
        int32_t sent = side->chat->sent_layer, out = side->chat->raw_out;
        crash_reopen (side, NULL, NULL);
        g_assert_cmpint (side->chat->ttl, ==, 4711);
        g_assert_cmpint (side->chat->peer_layer, ==, SECRET_LAYER_MAX);
        g_assert_cmpint (side->chat->told_layer, ==, SECRET_LAYER_MAX);
        g_assert_cmpint (side->chat->sent_layer, ==, sent);
        g_assert_cmpint (side->chat->raw_out, ==, out); /* nothing announced again */
    }
}

/* --- an older copy --- */

static void
copy_out (CrashSide *side, void *data)
{
    g_autofree char *command =
        g_strdup_printf ("cp -a '%s' '%s'", side->folder, (char *)data);
    g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
}

static void
copy_back (CrashSide *side, void *data)
{
    g_autofree char *command =
        g_strdup_printf ("cp -a '%s/%s/.' '%s'", (char *)data,
                         strrchr (side->folder, '/') + 1, side->folder);
    g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
}

/* SC-L9: the whole folder is an older copy: the peer's next message shows it, whether it
 * is the next in order or stands behind a hole */
static void
the_peer_shows_an_older_copy (void)
{
    for (int hole = 0; hole < 2; hole++) {
        g_autoptr (Crash) crash = crash_new (1, TRUE);
        CrashSide *alice = alice_of (crash), *bob = bob_of (crash);
        g_autofree char *aside = g_dir_make_tmp ("mtp-aside-XXXXXX", NULL);
        ready (crash);
        crash_say (alice, "in the copy");
        crash_run (crash);
        crash_reopen (alice, copy_out, aside);
        crash_say (alice, "after the copy");
        if (hole)
            crash_say (bob, "also after the copy");
        crash_run (crash);
        crash_reopen (alice, copy_back, aside);
        g_assert_cmpint (alice->chat->state, ==, TALK_STATE_READY); /* nothing shows */
        crash_say (bob, "the next one");
        crash_run (crash);
        g_assert_cmpint (alice->chat->state, ==, TALK_STATE_CLOSED);
        g_assert_cmpint (alice->chat->closed, ==, TALK_CLOSED_ROLLED_BACK);
        g_assert_false (alice->chat->key.used);
        crash_run (crash);
        g_assert_cmpint (bob->chat->closed, ==, TALK_CLOSED_BY_PEER);
        g_autofree char *command = g_strdup_printf ("rm -rf '%s'", aside);
        g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
    }
}

/* --- what is gone --- */

/* Every sealed value that ever stood in the store, gathered as it goes. */
static void
gather (CrashSide *side, GHashTable *ever)
{
    g_autoptr (GHashTable) now = bytes_sealed (side->folder);
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init (&iter, now);
    while (g_hash_table_iter_next (&iter, &key, NULL))
        g_hash_table_add (ever, g_bytes_ref (key));
}

static void
run_gathering (Crash *crash, GHashTable *ever[2])
{
    for (gboolean moved = TRUE; moved;) {
        moved = FALSE;
        for (int i = 0; i < 2; i++) {
            moved |= crash_serve (&crash->sides[i]) || crash_deliver (&crash->sides[i]);
            gather (&crash->sides[i], ever[i]);
        }
    }
}

static void
assert_gone (Crash *crash, GHashTable *ever[2], const char *text)
{
    for (int i = 0; i < 2; i++) {
        CrashSide *side = &crash->sides[i];
        g_assert_cmpuint (g_hash_table_size (ever[i]), >, 10);
        bytes_assert_forgotten (side->folder, ever[i]);
        g_assert_false (bytes_have (side->folder, text, strlen (text)));
        for (unsigned k = 0; k < side->keys->len; k++) {
            const uint8_t *key = g_bytes_get_data (side->keys->pdata[k], NULL);
            /* the group is a small one: the rest of the key is zeros, which files have */
            g_assert_false (bytes_have (side->folder, key + 240, 16));
        }
    }
}

/* SC-L12 SC-F20 SC-G7 SC-D30: after a re-keying, after an expiry and after the end no
 * file holds any of the sealed bytes that stood there before, nor a text or a key in
 * clear */
static void
nothing_old_is_on_the_disk (void)
{
    g_autoptr (Crash) crash = crash_new (1, TRUE);
    CrashSide *alice = alice_of (crash), *bob = bob_of (crash);
    GHashTable *ever[2];

    for (int i = 0; i < 2; i++)
        ever[i] = g_hash_table_new_full (g_bytes_hash, g_bytes_equal,
                                         (GDestroyNotify)g_bytes_unref, NULL);
    crash_start (crash);
    run_gathering (crash, ever);
    crash_accept (bob);
    run_gathering (crash, ever);
    crash_set_ttl (alice, 5);
    crash_say (alice, "burns in both stores");
    run_gathering (crash, ever);
    crash_rekey (bob);
    run_gathering (crash, ever);
    assert_gone (crash, ever, "burns in both stores"); /* SC-F20 */
    crash_see (bob);
    run_gathering (crash, ever);
    crash_advance (crash, 6000);
    g_assert_true (crash_text (alice, "burns in both stores")->gone);
    assert_gone (crash, ever, "burns in both stores"); /* SC-G7 */
    gather (alice, ever[0]);
    gather (bob, ever[1]);
    crash_close (alice, TRUE);
    crash_run (crash);
    assert_gone (crash, ever, "burns in both stores"); /* SC-D30 */
    for (int i = 0; i < 2; i++) {
        crash_reopen (&crash->sides[i], NULL, NULL);
        bytes_assert_forgotten (crash->sides[i].folder, ever[i]);
        g_hash_table_unref (ever[i]);
    }
}

static void
ignore_cb (const char *domain, GLogLevelFlags level, const char *message, gpointer user)
{
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    if (g_getenv ("G_MESSAGES_DEBUG") == NULL)
        g_log_set_handler ("mtp-secret", G_LOG_LEVEL_DEBUG, ignore_cb, NULL);
#define ADD(path, func) g_test_add_func ("/secret/store/" path, func)
    ADD ("damage-closes-the-chat", damage_closes_the_chat);
    ADD ("damage-of-an-early-message", damage_of_an_early_message);
    ADD ("missing-messages-close-the-chat", missing_messages_close_the_chat);
    ADD ("moved-records-close-the-chat", moved_records_close_the_chat);
    ADD ("a-replayed-chat-changes-nothing", a_replayed_chat_changes_nothing);
    ADD ("settings-are-kept", settings_are_kept);
    ADD ("the-peer-shows-an-older-copy", the_peer_shows_an_older_copy);
    ADD ("nothing-old-is-on-the-disk", nothing_old_is_on_the_disk);
    return g_test_run ();
}
