/* What is odd about other clients, one by one, against the models of them. */
#include "peer-duo.h"
#include "world.h"

#include <string.h>

/* What either side has shown, as "a b c ". */
typedef struct {
    Duo *duo;
    GString *ours, *theirs;
} Scene;

static void
watch (Duo *duo, const TalkEvent *e)
{
    Scene *scene = duo->user;

    if (e->kind == TALK_EVENT_MESSAGE)
        g_string_append_printf (scene->ours, "%s ", e->u.message.text);
}

static void
peer_event (PeerModel *peer, PeerEvent event, int64_t id, TlBytes text, void *user)
{
    Scene *scene = user;

    if (event == PEER_SHOWN)
        g_string_append_printf (scene->theirs, "%.*s ", (int)text.len,
                                (const char *)text.data);
}

static Scene *
scene_new (const PeerTraits *traits, gboolean ours, uint64_t seed)
{
    Scene *scene = g_new0 (Scene, 1);

    scene->ours = g_string_new (NULL);
    scene->theirs = g_string_new (NULL);
    scene->duo = duo_ready (traits, ours, seed);
    scene->duo->user = scene;
    scene->duo->watch = watch;
    scene->duo->peer->event = peer_event;
    scene->duo->peer->user = scene;
    return scene;
}

static void
scene_free (Scene *scene)
{
    duo_free (scene->duo);
    g_string_free (scene->ours, TRUE);
    g_string_free (scene->theirs, TRUE);
    g_free (scene);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

static void
they_say (Scene *scene, const char *text)
{
    peer_say (scene->duo->peer, text);
    duo_collect (scene->duo);
}

static void
we_rekey (Scene *scene)
{

    g_assert_cmpint (secret_chat_rekey (scene->duo->chat, scene->duo->now), ==,
                     TALK_DONE);
    duo_commit (scene->duo);
}

/* Our calls are answered and the peer's messages come, but ours stay on the way. */
static void
run_to_us (Scene *scene)
{
    while (duo_answer (scene->duo) || duo_deliver (scene->duo, DUO_TO_US, 0))
        ;
}

static int64_t
last_fingerprint (const GPtrArray *wire)
{
    int64_t id;

    memcpy (&id, g_bytes_get_data (wire->pdata[wire->len - 1], NULL), sizeof id);
    return GINT64_FROM_LE (id);
}

/* Both are alive, have all of each other's messages, and talk under one key. */
static void
assert_well (Scene *scene)
{
    Duo *duo = scene->duo;

    duo_run (duo);
    g_assert_cmpstr (duo->peer->closed, ==, NULL);
    g_assert_cmpint (duo_info (duo).state, ==, TALK_STATE_READY);
    g_string_truncate (scene->ours, 0);
    g_string_truncate (scene->theirs, 0);
    they_say (scene, "hello");
    duo_run (duo);
    duo_say (duo, "bye");
    duo_run (duo);
    g_assert_cmpstr (duo->peer->closed, ==, NULL);
    g_assert_cmpstr (scene->ours->str, ==, "hello ");
    g_assert_cmpstr (scene->theirs->str, ==, "bye ");
    g_assert_cmpuint (duo_info (duo).queued, ==, 0);
    g_assert_cmpint (duo->peer->in, ==, (int)duo_info (duo).raw_out);
    g_assert_cmpint (duo->peer->out, ==, (int)duo_info (duo).raw_in);
    g_assert_cmpuint (duo->peer->unreadable, ==, 0);
    g_assert_cmpint (last_fingerprint (duo->wire), ==, peer_sending_key (duo->peer)->id);
}

/* Until the peer has another key than `before`; with an iOS peer it takes a few tries. */
static void
rekey_until (Scene *scene, int64_t before)
{
    Duo *duo = scene->duo;

    for (int i = 0; i < 40 && peer_sending_key (duo->peer)->id == before; i++) {
        secret_chat_rekey (duo->chat, duo->now);
        duo_commit (duo);
        for (int k = 0; k < 25; k++) {
            they_say (scene, "x");
            duo_say (duo, "y");
            duo_run (duo);
        }
    }
    g_assert_cmpint (peer_sending_key (duo->peer)->id, !=, before);
    assert_well (scene);
}

/* --- holes --- */

/* SC-D9 SC-D10: what iOS sends again carries a newer in_seq_no than what came after it */
static void
ios_counts_anew_when_it_sends_again (void)
{
    g_autoptr (Scene) scene = scene_new (&peer_ios, TRUE, 1);
    Duo *duo = scene->duo;

    they_say (scene, "a");
    g_assert_true (duo_lose (duo, DUO_TO_US));
    they_say (scene, "b");
    for (int i = 0; i < 3; i++)
        duo_say (duo, "mine");
    while (duo_answer (duo) || duo_deliver (duo, DUO_TO_PEER, 0))
        ;
    duo_run (duo);
    g_assert_cmpstr (scene->ours->str, ==, "a b ");
    assert_well (scene);
    /* the same outside a range that was asked for is a violation (SC-D8) */
    duo->peer->in -= 2;
    they_say (scene, "c");
    duo_run (duo);
    g_assert_cmpint (duo_info (duo).closed, ==, TALK_CLOSED_VIOLATION);
}

/* SC-D24: iOS asks anew at every pass while a hole is open */
static void
ios_asks_at_every_pass (void)
{
    g_autoptr (Scene) scene = scene_new (&peer_ios, FALSE, 2);
    Duo *duo = scene->duo;

    duo_say (duo, "lost");
    duo_answer (duo);
    g_assert_true (duo_lose (duo, DUO_TO_PEER));
    for (int i = 0; i < 10; i++)
        duo_say (duo, "later");
    while (duo_answer (duo) || duo_deliver (duo, DUO_TO_PEER, 0))
        ;
    unsigned before = duo->wire->len;
    g_assert_cmpint (duo->peer->in, <, (int)duo_info (duo).raw_out - 10);
    run_to_us (scene);
    g_assert_cmpuint (duo->wire->len - before, ==, 6);
    duo_lose_all (duo, DUO_TO_PEER); /* and all six are lost */
    g_assert_cmpint (duo_info (duo).state, ==, TALK_STATE_READY);
    duo_advance (duo, 3601 * 1000);
    duo_say (duo, "an hour later");
    duo_run (duo);
    g_assert_true (g_str_has_prefix (scene->theirs->str, "lost later later "));
    assert_well (scene);
}

/* SC-D23: what its user deleted, Android replaces by the deletion of nothing, with an
 * in_seq_no that means nothing: neither too high nor an acknowledgement */
static void
android_deletes_nothing_in_place_of_the_missing (void)
{
    for (int ours = 0; ours < 2; ours++) {
        g_autoptr (Scene) scene = scene_new (&peer_android, ours, 3);
        Duo *duo = scene->duo;

        for (int i = 0; i < 9; i++) /* until its numbers are above ours */
            they_say (scene, "x");
        duo_run (duo);
        int64_t id = peer_say (duo->peer, "gone");
        duo_collect (duo);
        g_assert_true (duo_lose (duo, DUO_TO_US));
        for (int i = 0; i < 3; i++)
            duo_say (duo, "kept"); /* not yet there when the hole is filled */
        peer_delete (duo->peer, id);
        duo_collect (duo);
        run_to_us (scene);
        g_assert_cmpuint (duo_info (duo).queued, ==, 1);
        duo_run (duo);
        g_assert_cmpint (duo_info (duo).closed, ==, TALK_CLOSED_NOT);
        g_assert_cmpuint (duo_info (duo).queued, ==, 0);
        g_assert_cmpstr (scene->theirs->str, ==, "kept kept kept ");
        assert_well (scene);
    }
}

/* SC-D23 SC-D25: such a number acknowledges nothing of what is still on its way */
static void
a_deletion_of_nothing_releases_nothing (void)
{
    g_autoptr (Scene) scene = scene_new (&peer_android, TRUE, 4);
    Duo *duo = scene->duo;

    for (int i = 0; i < 9; i++)
        they_say (scene, "x");
    duo_run (duo);
    int64_t id = peer_say (duo->peer, "gone");
    duo_collect (duo);
    g_assert_true (duo_lose (duo, DUO_TO_US));
    peer_delete (duo->peer, id);
    duo_collect (duo);
    duo_deliver (duo, DUO_TO_US, 0);
    duo_answer (duo);
    g_assert_true (duo_deliver (duo, DUO_TO_PEER, 0)); /* our Resend */
    for (int i = 0; i < 10; i++)
        duo_say (duo, "y");
    run_to_us (scene);
    g_assert_cmpuint (duo_info (duo).queued, ==, 0);
    g_assert_cmpint ((int)duo_info (duo).acknowledged, <=, duo->peer->in);
    g_assert_true (duo_lose (duo, DUO_TO_PEER));
    duo_run (duo);
    g_assert_cmpuint (scene->theirs->len, ==, 20);
    assert_well (scene);
}

/* SC-D26: Android's in_seq_no stays one behind */
static void
android_acknowledges_one_behind (void)
{
    for (int ours = 0; ours < 2; ours++) {
        g_autoptr (Scene) scene = scene_new (&peer_android, ours, 5);
        Duo *duo = scene->duo;

        for (int i = 0; i < 200; i++) {
            duo_say (duo, "x");
            duo_run (duo);
            they_say (scene, "y");
            duo_run (duo);
            if (!duo_info (duo).rekeying)
                g_assert_cmpuint (duo_info (duo).unacknowledged, <=, 2);
        }
        g_assert_cmpuint (scene->ours->len, ==, 400);
        g_assert_cmpuint (scene->theirs->len, ==, 400);
        assert_well (scene);
    }
}

/* SC-D12 SC-D13 SC-D18: lost both ways, and TDLib, which closes the chat when it
 * is asked for a number that it has released */
static void
tdlib_heals_holes_in_both_directions (void)
{
    g_autoptr (Scene) scene = scene_new (&peer_tdlib, TRUE, 6);
    Duo *duo = scene->duo;

    duo_say (duo, "a");
    duo_answer (duo);
    g_assert_true (duo_lose (duo, DUO_TO_PEER));
    they_say (scene, "1");
    g_assert_true (duo_lose (duo, DUO_TO_US));
    duo_say (duo, "b");
    they_say (scene, "2");
    for (int i = 0; i < 20; i++) {
        duo_say (duo, "c");
        they_say (scene, "3");
    }
    unsigned before = duo_info (duo).raw_out;
    run_to_us (scene);
    g_assert_cmpuint (duo_info (duo).raw_out, ==, before + 1); /* one Resend */
    duo_run (duo);
    g_assert_true (g_str_has_prefix (scene->ours->str, "1 2 3 "));
    g_assert_true (g_str_has_prefix (scene->theirs->str, "a b c "));
    assert_well (scene);
}

/* --- keys --- */

/* SC-F15 SC-F16 SC-F18: the smaller exchange wins at an iOS peer, the larger one here */
static void
a_collision_with_ios_leaves_a_living_chat (void)
{
    unsigned aborted = 0, waits = 0;

    for (uint64_t seed = 1; seed <= 12; seed++) {
        g_autoptr (Scene) scene = scene_new (&peer_ios, seed % 2, seed);
        PeerModel *peer = scene->duo->peer;
        int64_t before = peer->key.id;

        we_rekey (scene);
        g_assert_true (peer_rekey (peer));
        int64_t theirs = peer->exchange_id;
        duo_run (scene->duo);
        g_assert_cmpint (peer->key.id, ==, before);
        if (peer->exchange_id == theirs)
            waits++; /* each waits for the other's answer */
        else
            aborted++; /* each answered the other */
        assert_well (scene);
        rekey_until (scene, before);
    }
    g_assert_cmpuint (aborted, >, 0);
    g_assert_cmpuint (waits, >, 0);
}

/* SC-F15 SC-F17: and with TDLib and Android, both of which know the rule */
static void
a_collision_by_the_rule_ends_in_a_new_key (void)
{
    const PeerTraits *const traits[] = { &peer_tdlib, &peer_android };

    for (uint64_t seed = 1; seed <= 16; seed++) {
        g_autoptr (Scene) scene = scene_new (traits[seed / 2 % 2], seed % 2, seed);
        int64_t before = scene->duo->peer->key.id;

        we_rekey (scene);
        g_assert_true (peer_rekey (scene->duo->peer));
        assert_well (scene);
        g_assert_cmpint (peer_sending_key (scene->duo->peer)->id, !=, before);
    }
}

/* SC-F10 SC-F11 SC-F12: Android goes on with the old key until it sees the new one */
static void
android_goes_on_with_the_old_key (void)
{
    for (int ours = 0; ours < 2; ours++) {
        g_autoptr (Scene) scene = scene_new (&peer_android, ours, 7);
        Duo *duo = scene->duo;
        PeerModel *peer = duo->peer;

        g_assert_true (peer_rekey (peer));
        duo_collect (duo);
        while (peer->step != PEER_COMMITTED) {
            run_to_us (scene);
            g_assert_true (duo_deliver (duo, DUO_TO_PEER, 0));
        }
        PeerKey old = peer->key;
        run_to_us (scene);
        g_assert_cmpint (last_fingerprint (duo->wire), ==, peer->other.id); /* Noop */
        for (int i = 0; i < 5; i++)
            they_say (scene, "old");
        run_to_us (scene);
        g_assert_cmpstr (scene->ours->str, ==, "old old old old old ");
        duo_run (duo);
        g_assert_cmpint (peer->key.id, !=, old.id);
        assert_well (scene);
        PeerKey now = peer->key;
        uint32_t in = duo_info (duo).raw_in;
        peer->key = old;
        they_say (scene, "too late");
        duo_run (duo);
        peer->key = now;
        g_assert_cmpuint (duo_info (duo).raw_in, ==, in);
    }
}

/* SC-F14: what takes the place of a message of before CommitKey is sealed as that was:
 * Android would switch to the new key and could not open CommitKey any more */
static void
a_replacement_belongs_to_its_key (void)
{
    g_autoptr (Scene) scene = scene_new (&peer_android, TRUE, 8);
    Duo *duo = scene->duo;
    int64_t before = duo->peer->key.id;

    we_rekey (scene);
    duo_answer (duo);
    duo_deliver (duo, DUO_TO_PEER, 0); /* RequestKey; AcceptKey is on its way */
    int64_t id = duo_say (duo, "taken back");
    duo_answer (duo);
    g_assert_true (duo_lose (duo, DUO_TO_PEER));
    run_to_us (scene); /* CommitKey goes out */
    g_assert_true (duo_lose (duo, DUO_TO_PEER));
    secret_chat_delete (duo->chat, &id, 1, duo->now);
    duo_commit (duo);
    duo_run (duo);
    g_assert_cmpstr (scene->theirs->str, ==, "");
    assert_well (scene);
    g_assert_cmpint (duo->peer->key.id, !=, before);
}

/* SC-F12: TDLib seals a deleted message anew with its present key, though CommitKey, of a
 * later number, is sent again under the old one; as A, and as B */
static void
tdlib_seals_an_old_number_with_the_new_key (void)
{
    for (int ours = 0; ours < 2; ours++) {
        g_autoptr (Scene) scene = scene_new (&peer_tdlib, ours, 9);
        Duo *duo = scene->duo;
        PeerModel *peer = duo->peer;
        int64_t before = peer->key.id;

        g_assert_true (peer_rekey (peer));
        duo_collect (duo);
        run_to_us (scene); /* AcceptKey is on its way */
        int64_t id = peer_say (peer, "taken back");
        duo_collect (duo);
        g_assert_true (duo_lose (duo, DUO_TO_US));
        g_assert_true (duo_deliver (duo, DUO_TO_PEER, 0));
        g_assert_cmpint (peer->key.id, !=, before); /* CommitKey is out */
        g_assert_true (duo_lose (duo, DUO_TO_US));
        peer_delete (peer, id);
        assert_well (scene);
        g_assert_cmpstr (scene->ours->str, ==, "hello ");
    }
}

/* SC-F12: the same where TDLib answers our request */
static void
tdlib_as_b_seals_an_old_number_with_the_new_key (void)
{
    g_autoptr (Scene) scene = scene_new (&peer_tdlib, TRUE, 10);
    Duo *duo = scene->duo;
    PeerModel *peer = duo->peer;
    int64_t before = peer->key.id;

    we_rekey (scene);
    duo_answer (duo);
    duo_deliver (duo, DUO_TO_PEER, 0);
    run_to_us (scene); /* CommitKey is on its way */
    int64_t id = peer_say (peer, "taken back");
    duo_collect (duo);
    g_assert_true (duo_lose (duo, DUO_TO_US));
    they_say (scene, "old key");
    g_assert_true (duo_lose (duo, DUO_TO_US));
    duo_deliver (duo, DUO_TO_PEER, 0);
    g_assert_cmpint (peer->key.id, !=, before);
    peer_delete (peer, id);
    duo_collect (duo);
    duo_run (duo);
    g_assert_cmpstr (scene->ours->str, ==, "old key ");
    assert_well (scene);
}

/* SC-F21: an iOS peer that did not get CommitKey cannot open what follows, and does not see that
 * something is missing: CommitKey is sent again when it goes on without it. */
static void
a_lost_commit_key_is_repeated (void)
{
    for (int hole = 0; hole < 2; hole++) {
        g_autoptr (Scene) scene = scene_new (&peer_ios, TRUE, 11);
        Duo *duo = scene->duo;

        we_rekey (scene);
        duo_answer (duo);
        duo_deliver (duo, DUO_TO_PEER, 0);
        while (duo_deliver (duo, DUO_TO_US, 0))
            ;
        duo_answer (duo);
        g_assert_true (duo_lose (duo, DUO_TO_PEER));
        duo_say (duo, "cannot be opened");
        duo_run (duo);
        g_assert_cmpstr (scene->theirs->str, ==, "");
        they_say (scene, "x"); /* and our request for it cannot be opened either */
        g_assert_true (!hole || duo_lose (duo, DUO_TO_US));
        for (int i = 0; i < 21; i++)
            they_say (scene, "x");
        duo_run (duo);
        g_assert_cmpstr (scene->theirs->str, ==, "cannot be opened ");
        g_assert_cmpuint (scene->ours->len, ==, 44);
        assert_well (scene);
    }
}

/* --- layers --- */

/* SC-C4 SC-C5 SC-C6: only layers that iOS knows, never lower than before; and a peer that
 * announces 151 or has begun with 46 */
static void
layers_suit_everybody (void)
{
    const PeerTraits *const traits[] = { &peer_tdlib, &peer_android, &peer_ios };

    for (size_t i = 0; i < G_N_ELEMENTS (traits); i++) {
        g_autoptr (Scene) scene = scene_new (traits[i], i % 2, 12);
        assert_well (scene);
        g_assert_cmpint (scene->duo->peer->order_layer, ==, 144);
        g_assert_cmpint (scene->duo->peer->heard_layer, ==, 144);
        g_assert_cmpint (duo_info (scene->duo).peer_layer, ==, traits[i]->own_layer);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    world_quiet ();
    g_test_add_func ("/secret/peers/ios-counts-anew-when-it-sends-again",
                     ios_counts_anew_when_it_sends_again);
    g_test_add_func ("/secret/peers/ios-asks-at-every-pass", ios_asks_at_every_pass);
    g_test_add_func ("/secret/peers/android-deletes-nothing-in-place-of-the-missing",
                     android_deletes_nothing_in_place_of_the_missing);
    g_test_add_func ("/secret/peers/a-deletion-of-nothing-releases-nothing",
                     a_deletion_of_nothing_releases_nothing);
    g_test_add_func ("/secret/peers/android-acknowledges-one-behind",
                     android_acknowledges_one_behind);
    g_test_add_func ("/secret/peers/tdlib-heals-holes-in-both-directions",
                     tdlib_heals_holes_in_both_directions);
    g_test_add_func ("/secret/peers/a-collision-with-ios-leaves-a-living-chat",
                     a_collision_with_ios_leaves_a_living_chat);
    g_test_add_func ("/secret/peers/a-collision-by-the-rule-ends-in-a-new-key",
                     a_collision_by_the_rule_ends_in_a_new_key);
    g_test_add_func ("/secret/peers/android-goes-on-with-the-old-key",
                     android_goes_on_with_the_old_key);
    g_test_add_func ("/secret/peers/a-replacement-belongs-to-its-key",
                     a_replacement_belongs_to_its_key);
    g_test_add_func ("/secret/peers/tdlib-seals-an-old-number-with-the-new-key",
                     tdlib_seals_an_old_number_with_the_new_key);
    g_test_add_func ("/secret/peers/tdlib-as-b-seals-an-old-number-with-the-new-key",
                     tdlib_as_b_seals_an_old_number_with_the_new_key);
    g_test_add_func ("/secret/peers/a-lost-commit-key-is-repeated",
                     a_lost_commit_key_is_repeated);
    g_test_add_func ("/secret/peers/layers-suit-everybody", layers_suit_everybody);
    return g_test_run ();
}
