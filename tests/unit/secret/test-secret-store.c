/* Section L on real files: damage, late replays, an older copy, and what is really gone.
 * (The order of writes and sends is secret-crash's business.) */
#include "story.h"
#include "secret-private.h"
#include "store-bytes.h"

#include <string.h>

/* --- damage --- */

typedef struct {
    StoreKind kind;
    int percent;
} Flip;

static void
flip (End *end, void *data)
{
    const Flip *what = data;
    g_assert_true (bytes_flip (end->folder, what->kind, 0, what->percent));
}

/* Alice's store gets a record of every kind but early ones. */
static void
fill_store (World *w)
{
    End *bob = w->bob;

    bob->policy.hold = TRUE; /* she is not acknowledged */
    end_says (w->alice, "of alice");
    world_lose (w, bob, 1);
    end_says (bob, "lost");
    end_says (bob, "behind a hole");
    world_run (w);
    g_assert_cmpuint (w->alice->chat->holes.queue->len, ==, 1);
    g_assert_cmpuint (w->alice->chat->outbox.list->len, >, 0);
}

/* SC-L10: a bit anywhere in a record of any kind: the chat is closed and says why, it
 * does not go on, and it does not begin again */
static void
damage_closes_the_chat (void)
{
    static const StoreKind kinds[] = { STORE_CHAT, STORE_OUTBOX, STORE_QUEUED,
                                       STORE_MESSAGE };
    static const int percents[] = { 0, 50, 100 };

    for (size_t k = 0; k < G_N_ELEMENTS (kinds); k++)
        for (size_t p = 0; p < G_N_ELEMENTS (percents); p++) {
            g_autoptr (World) w = world_new (1, WORLD_FILES);
            End *alice = w->alice;
            world_ready (w);
            Flip what = { kinds[k], percents[p] };
            fill_store (w);
            end_restarts (alice, flip, &what);
            for (int again = 0; again < 2; again++) {
                g_assert_cmpint (alice->chat->state, ==, TALK_STATE_CLOSED);
                g_assert_cmpint (alice->chat->closed, ==, TALK_CLOSED_CORRUPT);
                g_assert_false (alice->chat->keys.now.used);
                g_assert_cmpint (end_says (alice, "more"), ==, 0);
                end_restarts (alice, NULL, NULL);
            }
        }
}

/* SC-L10: the same with a message that came before the chat was ready */
static void
damage_of_an_early_message (World *w)
{
    End *alice = w->alice;
    Flip what = { STORE_EARLY, 50 };

    w->bob->thinks = TRUE;
    end_asks (w->alice);
    world_run (w);
    alice->policy.hold = TRUE;
    end_accepts (w->bob);
    world_run (w);
    alice->policy.hold = FALSE;
    server_late (alice);
    server_delivers (alice);
    g_assert_cmpuint (alice->chat->handshake.early->len, ==, 1);
    end_restarts (alice, flip, &what);
    g_assert_cmpint (alice->chat->closed, ==, TALK_CLOSED_CORRUPT);
}

static void
drop_outbox (End *end, void *data)
{
    g_assert_cmpint (bytes_run_sql (end->folder, "DELETE FROM record WHERE kind = 6"), >,
                     0);
}

/* SC-L10 SC-D23: a retained message that is not there any more */
static void
missing_messages_close_the_chat (World *w)
{
    fill_store (w);
    end_restarts (w->alice, drop_outbox, NULL);
    g_assert_cmpint (w->alice->chat->closed, ==, TALK_CLOSED_CORRUPT);
}

static void
swap_records (End *end, void *data)
{
    g_assert_cmpint (
        bytes_run_sql (end->folder,
                       "UPDATE record SET value = (SELECT value FROM record WHERE kind = "
                       "8 ORDER BY id DESC LIMIT 1) WHERE kind = 8 AND id = (SELECT "
                       "min(id) FROM record WHERE kind = 8)"),
        ==, 1);
}

/* SC-L10: a good record at another's place */
static void
moved_records_close_the_chat (World *w)
{
    fill_store (w);
    end_says (w->alice, "one more");
    end_restarts (w->alice, swap_records, NULL);
    g_assert_cmpint (w->alice->chat->closed, ==, TALK_CLOSED_CORRUPT);
}

/* --- late updates --- */

static void
replay_chat (World *w)
{
    End *alice = w->alice;
    SecretRemote remote = server_remote (w, SECRET_REMOTE_CHAT, w->server.g_b);

    secret_chat_update (alice->chat, &remote, w->now);
}

/* SC-L7 SC-A20: encryptedChat comes again after a restart: a living chat keeps its key
 * and its numbers, a closed one stays closed and is remembered */
static void
a_replayed_chat_changes_nothing (World *w)
{
    End *alice = w->alice;

    end_says (alice, "before");
    end_rekeys (alice);
    world_run (w);
    for (int closed = 0; closed < 2; closed++) {
        if (closed)
            end_closes (alice, TRUE);
        world_run (w);
        end_restarts (alice, NULL, NULL);
        TalkSecret before, after;
        secret_chat_info (alice->chat, &before);
        int64_t fingerprint = alice->chat->keys.now.fingerprint;
        replay_chat (w);
        g_assert_false (alice->open); /* nothing came of it */
        secret_chat_info (alice->chat, &after);
        g_assert_cmpint (alice->chat->keys.now.fingerprint, ==, fingerprint);
        g_assert_cmpint (after.state, ==, closed ? TALK_STATE_CLOSED : TALK_STATE_READY);
        g_assert_cmpint (after.closed, ==, closed ? TALK_CLOSED_BY_US : TALK_CLOSED_NOT);
        g_assert_cmpint (after.state, ==, before.state);
        g_assert_cmpuint (after.raw_out, ==, before.raw_out);
        g_assert_cmpuint (after.raw_in, ==, before.raw_in);
        g_assert_cmpint (alice->chat->id, ==, w->server.chat_id);
    }
}

/* SC-L8: what both sides agreed on stands in the store */
static void
settings_are_kept (World *w)
{
    end_sets_ttl (w->alice, 4711);
    world_run (w);
    for (int i = 0; i < 2; i++) {
        End *end = &w->ends[i];
        int32_t sent = end->chat->layers.sent, out = end->chat->numbers.raw_out;
        end_restarts (end, NULL, NULL);
        g_assert_cmpint (end->chat->ttl, ==, 4711);
        g_assert_cmpint (end->chat->layers.peer, ==, SECRET_LAYER_MAX);
        g_assert_cmpint (end->chat->layers.told, ==, SECRET_LAYER_MAX);
        g_assert_cmpint (end->chat->layers.sent, ==, sent);
        g_assert_cmpint (end->chat->numbers.raw_out, ==,
                         out); /* nothing announced again */
    }
}

/* --- an older copy --- */

static void
copy_out (End *end, void *data)
{
    g_autofree char *command =
        g_strdup_printf ("cp -a '%s' '%s'", end->folder, (char *)data);
    g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
}

static void
copy_back (End *end, void *data)
{
    g_autofree char *command =
        g_strdup_printf ("cp -a '%s/%s/.' '%s'", (char *)data,
                         strrchr (end->folder, '/') + 1, end->folder);
    g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
}

/* SC-L9: the whole folder is an older copy: the peer's next message shows it, whether it
 * is the next in order or stands behind a hole */
static void
the_peer_shows_an_older_copy (void)
{
    for (int hole = 0; hole < 2; hole++) {
        g_autoptr (World) w = world_new (1, WORLD_FILES);
        End *alice = w->alice, *bob = w->bob;
        g_autofree char *aside = g_dir_make_tmp ("mtp-aside-XXXXXX", NULL);
        world_ready (w);
        end_says (alice, "in the copy");
        world_run (w);
        end_restarts (alice, copy_out, aside);
        end_says (alice, "after the copy");
        if (hole)
            end_says (bob, "also after the copy");
        world_run (w);
        end_restarts (alice, copy_back, aside);
        g_assert_cmpint (alice->chat->state, ==, TALK_STATE_READY); /* nothing shows */
        end_says (bob, "the next one");
        world_run (w);
        g_assert_cmpint (alice->chat->state, ==, TALK_STATE_CLOSED);
        g_assert_cmpint (alice->chat->closed, ==, TALK_CLOSED_ROLLED_BACK);
        g_assert_false (alice->chat->keys.now.used);
        world_run (w);
        g_assert_cmpint (bob->chat->closed, ==, TALK_CLOSED_BY_PEER);
        g_autofree char *command = g_strdup_printf ("rm -rf '%s'", aside);
        g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
    }
}

/* --- what is gone --- */

/* Every sealed value that ever stood in the store, gathered as it goes. */
static void
gather (End *end, GHashTable *ever)
{
    g_autoptr (GHashTable) now = bytes_sealed (end->folder);
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init (&iter, now);
    while (g_hash_table_iter_next (&iter, &key, NULL))
        g_hash_table_add (ever, g_bytes_ref (key));
}

static void
run_gathering (World *w, GHashTable *ever[2])
{
    for (gboolean moved = TRUE; moved;) {
        moved = FALSE;
        for (int i = 0; i < 2; i++) {
            moved |= server_answers (&w->ends[i]) || server_delivers (&w->ends[i]);
            gather (&w->ends[i], ever[i]);
        }
    }
}

static void
assert_gone (World *w, GHashTable *ever[2], const char *text)
{
    for (int i = 0; i < 2; i++) {
        End *end = &w->ends[i];
        g_assert_cmpuint (g_hash_table_size (ever[i]), >, 10);
        bytes_assert_forgotten (end->folder, ever[i]);
        g_assert_false (bytes_have (end->folder, text, strlen (text)));
        for (unsigned k = 0; k < end->keys->len; k++) {
            const uint8_t *key = g_bytes_get_data (end->keys->pdata[k], NULL);
            /* the group is a small one: the rest of the key is zeros, which files have */
            g_assert_false (bytes_have (end->folder, key + 240, 16));
        }
    }
}

/* SC-L12 SC-F20 SC-G7 SC-D30: after a re-keying, after an expiry and after the end no
 * file holds any of the sealed bytes that stood there before, nor a text or a key in
 * clear */
static void
nothing_old_is_on_the_disk (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    GHashTable *ever[2];

    for (int i = 0; i < 2; i++)
        ever[i] = g_hash_table_new_full (g_bytes_hash, g_bytes_equal,
                                         (GDestroyNotify)g_bytes_unref, NULL);
    w->bob->thinks = TRUE;
    end_asks (w->alice);
    run_gathering (w, ever);
    end_accepts (bob);
    run_gathering (w, ever);
    end_sets_ttl (alice, 5);
    end_says (alice, "burns in both stores");
    run_gathering (w, ever);
    end_rekeys (bob);
    run_gathering (w, ever);
    assert_gone (w, ever, "burns in both stores"); /* SC-F20 */
    end_sees (bob);
    run_gathering (w, ever);
    world_advance (w, 6000);
    g_assert_true (rules_text (alice, "burns in both stores")->gone);
    assert_gone (w, ever, "burns in both stores"); /* SC-G7 */
    gather (alice, ever[0]);
    gather (bob, ever[1]);
    end_closes (alice, TRUE);
    world_run (w);
    assert_gone (w, ever, "burns in both stores"); /* SC-D30 */
    for (int i = 0; i < 2; i++) {
        end_restarts (&w->ends[i], NULL, NULL);
        bytes_assert_forgotten (w->ends[i].folder, ever[i]);
        g_hash_table_unref (ever[i]);
    }
}

static const Story stories[] = {
    STORY (damage_of_an_early_message, PLAIN | ON_FILES | FROM_BIRTH),
    STORY (missing_messages_close_the_chat, PLAIN | ON_FILES),
    STORY (moved_records_close_the_chat, PLAIN | ON_FILES),
    STORY (a_replayed_chat_changes_nothing, PLAIN | ON_FILES),
    STORY (settings_are_kept, PLAIN | ON_FILES),
    STORY (nothing_old_is_on_the_disk, PLAIN | ON_FILES | FROM_BIRTH),
};

int
main (int argc, char **argv)
{
    stories_init (&argc, &argv);
    stories_add ("store", stories, G_N_ELEMENTS (stories));
#define ADD(path, func) g_test_add_func ("/secret/store/" path, func)
    ADD ("damage_closes_the_chat", damage_closes_the_chat);
    ADD ("the_peer_shows_an_older_copy", the_peer_shows_an_older_copy);
    return g_test_run ();
}
