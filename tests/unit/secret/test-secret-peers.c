/* What is odd about other clients, one by one, against the models of them. */
#include "hand.h"

static void
we_rekey (World *w)
{
    g_assert_cmpint (secret_chat_rekey (w->us->chat, w->now), ==, TALK_DONE);
    end_turn (w->us);
}

static void
they_rekey (World *w)
{
    g_assert_true (peer_rekey (w->them->model));
    end_turn (w->them);
}

/* Both are alive, have all of each other's messages, and talk under one key. */
static void
assert_well (World *w)
{
    US_AND_THEM (w);

    assert_talks (w);
    g_assert_cmpuint (end_info (us).queued, ==, 0);
    g_assert_cmpint (them->model->in, ==, (int)end_info (us).raw_out);
    g_assert_cmpint (them->model->out, ==, (int)end_info (us).raw_in);
    g_assert_cmpuint (them->model->unreadable, ==, 0);
    g_assert_cmpint (fingerprint_of (newest (us)), ==,
                     peer_sending_key (them->model)->id);
}

/* Until the peer has another key than `before`; with an iOS peer it takes a few tries. */
static void
rekey_until (World *w, int64_t before)
{
    US_AND_THEM (w);

    for (int i = 0; i < 40 && peer_sending_key (them->model)->id == before; i++) {
        secret_chat_rekey (us->chat, w->now);
        end_turn (us);
        for (int k = 0; k < 25; k++) {
            they_say (w, "x");
            we_say (w, "y");
            world_run (w);
        }
    }
    g_assert_cmpint (peer_sending_key (them->model)->id, !=, before);
    assert_well (w);
}

/* --- holes --- */

/* SC-D9 SC-D10: what iOS sends again carries a newer in_seq_no than what came after it */
static void
ios_counts_anew_when_it_sends_again (World *w)
{
    US_AND_THEM (w);

    they_say (w, "a");
    g_assert_true (server_loses (us));
    they_say (w, "b");
    for (int i = 0; i < 3; i++)
        we_say (w, "mine");
    run_to (them);
    world_run (w);
    g_assert_cmpstr (us->texts->str, ==, "a b ");
    assert_well (w);
    /* the same outside a range that was asked for is a violation (SC-D8) */
    them->model->in -= 2;
    they_say (w, "c");
    world_run (w);
    g_assert_cmpint (end_info (us).closed, ==, TALK_CLOSED_VIOLATION);
}

/* SC-D24: iOS asks anew at every pass while a hole is open */
static void
ios_asks_at_every_pass (World *w)
{
    US_AND_THEM (w);

    we_say (w, "lost");
    server_answers (us);
    g_assert_true (server_loses (them));
    for (int i = 0; i < 10; i++)
        we_say (w, "later");
    run_to (them);
    unsigned before = us->wire->len;
    g_assert_cmpint (them->model->in, <, (int)end_info (us).raw_out - 10);
    run_to (us);
    g_assert_cmpuint (us->wire->len - before, ==, 6);
    server_loses_all (them); /* and all six are lost */
    g_assert_cmpint (end_info (us).state, ==, TALK_STATE_READY);
    world_advance (w, 3601 * 1000);
    we_say (w, "an hour later");
    world_run (w);
    g_assert_true (g_str_has_prefix (them->texts->str, "lost later later "));
    assert_well (w);
}

/* SC-D23: what its user deleted, Android replaces by the deletion of nothing, with an
 * in_seq_no that means nothing: neither too high nor an acknowledgement */
static void
android_deletes_nothing_in_place_of_the_missing (World *w)
{
    US_AND_THEM (w);

    for (int i = 0; i < 9; i++) /* until its numbers are above ours */
        they_say (w, "x");
    world_run (w);
    int64_t id = end_says (them, "gone");
    g_assert_true (server_loses (us));
    for (int i = 0; i < 3; i++)
        we_say (w, "kept"); /* not yet there when the hole is filled */
    end_deletes (them, id);
    run_to (us);
    g_assert_cmpuint (end_info (us).queued, ==, 1);
    world_run (w);
    g_assert_cmpint (end_info (us).closed, ==, TALK_CLOSED_NOT);
    g_assert_cmpuint (end_info (us).queued, ==, 0);
    g_assert_cmpstr (them->texts->str, ==, "kept kept kept ");
    assert_well (w);
}

/* SC-D23 SC-D25: such a number acknowledges nothing of what is still on its way */
static void
a_deletion_of_nothing_releases_nothing (World *w)
{
    US_AND_THEM (w);

    for (int i = 0; i < 9; i++)
        they_say (w, "x");
    world_run (w);
    int64_t id = end_says (them, "gone");
    g_assert_true (server_loses (us));
    end_deletes (them, id);
    model_brings (us, 0);
    server_answers (us);
    g_assert_true (model_brings (them, 0)); /* our Resend */
    for (int i = 0; i < 10; i++)
        we_say (w, "y");
    run_to (us);
    g_assert_cmpuint (end_info (us).queued, ==, 0);
    g_assert_cmpint ((int)end_info (us).acknowledged, <=, them->model->in);
    g_assert_true (server_loses (them));
    world_run (w);
    g_assert_cmpuint (them->texts->len, ==, 20);
    assert_well (w);
}

/* SC-D26: Android's in_seq_no stays one behind */
static void
android_acknowledges_one_behind (World *w)
{
    US_AND_THEM (w);

    for (int i = 0; i < 200; i++) {
        we_say (w, "x");
        world_run (w);
        they_say (w, "y");
        world_run (w);
        if (!end_info (us).rekeying)
            g_assert_cmpuint (end_info (us).unacknowledged, <=, 2);
    }
    g_assert_cmpuint (us->texts->len, ==, 400);
    g_assert_cmpuint (them->texts->len, ==, 400);
    assert_well (w);
}

/* SC-D12 SC-D13 SC-D18: lost both ways, and TDLib, which closes the chat when it
 * is asked for a number that it has released */
static void
tdlib_heals_holes_in_both_directions (World *w)
{
    US_AND_THEM (w);

    we_say (w, "a");
    server_answers (us);
    g_assert_true (server_loses (them));
    they_say (w, "1");
    g_assert_true (server_loses (us));
    we_say (w, "b");
    they_say (w, "2");
    for (int i = 0; i < 20; i++) {
        we_say (w, "c");
        they_say (w, "3");
    }
    unsigned before = end_info (us).raw_out;
    run_to (us);
    g_assert_cmpuint (end_info (us).raw_out, ==, before + 1); /* one Resend */
    world_run (w);
    g_assert_true (g_str_has_prefix (us->texts->str, "1 2 3 "));
    g_assert_true (g_str_has_prefix (them->texts->str, "a b c "));
    assert_well (w);
}

/* --- keys --- */

/* SC-F15 SC-F16 SC-F18: the smaller exchange wins at an iOS peer, the larger one here */
static void
a_collision_with_ios_leaves_a_living_chat (void)
{
    unsigned aborted = 0, waits = 0;

    for (uint64_t seed = 1; seed <= 12; seed++) {
        g_autoptr (World) w = model_world (&peer_ios, seed % 2, seed);
        PeerModel *peer = w->them->model;
        int64_t before = peer->key.id;

        we_rekey (w);
        they_rekey (w);
        int64_t theirs = peer->exchange_id;
        world_run (w);
        g_assert_cmpint (peer->key.id, ==, before);
        if (peer->exchange_id == theirs)
            waits++; /* each waits for the other's answer */
        else
            aborted++; /* each answered the other */
        assert_well (w);
        rekey_until (w, before);
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
        g_autoptr (World) w = model_world (traits[seed / 2 % 2], seed % 2, seed);
        US_AND_THEM (w);
        int64_t before = them->model->key.id;

        we_rekey (w);
        they_rekey (w);
        assert_well (w);
        g_assert_cmpint (peer_sending_key (them->model)->id, !=, before);
    }
}

/* SC-F10 SC-F11 SC-F12: Android goes on with the old key until it sees the new one */
static void
android_goes_on_with_the_old_key (World *w)
{
    US_AND_THEM (w);
    PeerModel *peer = them->model;

    they_rekey (w);
    while (peer->step != PEER_COMMITTED) {
        run_to (us);
        g_assert_true (model_brings (them, 0));
    }
    PeerKey old = peer->key;
    run_to (us);
    g_assert_cmpint (fingerprint_of (newest (us)), ==, peer->other.id); /* Noop */
    for (int i = 0; i < 5; i++)
        they_say (w, "old");
    run_to (us);
    g_assert_cmpstr (us->texts->str, ==, "old old old old old ");
    world_run (w);
    g_assert_cmpint (peer->key.id, !=, old.id);
    assert_well (w);
    PeerKey now = peer->key;
    uint32_t in = end_info (us).raw_in;
    peer->key = old;
    they_say (w, "too late");
    world_run (w);
    peer->key = now;
    g_assert_cmpuint (end_info (us).raw_in, ==, in);
}

/* SC-F14: what takes the place of a message of before CommitKey is sealed as that was:
 * Android would switch to the new key and could not open CommitKey any more */
static void
a_replacement_belongs_to_its_key (World *w)
{
    US_AND_THEM (w);
    int64_t before = them->model->key.id;

    we_rekey (w);
    server_answers (us);
    model_brings (them, 0); /* RequestKey; AcceptKey is on its way */
    int64_t id = end_says (us, "taken back");
    server_answers (us);
    g_assert_true (server_loses (them));
    run_to (us); /* CommitKey goes out */
    g_assert_true (server_loses (them));
    end_deletes (us, id);
    world_run (w);
    g_assert_cmpstr (them->texts->str, ==, "");
    assert_well (w);
    g_assert_cmpint (them->model->key.id, !=, before);
}

/* SC-F12: TDLib seals a deleted message anew with its present key, though CommitKey, of a
 * later number, is sent again under the old one; as A, and as B */
static void
tdlib_seals_an_old_number_with_the_new_key (World *w)
{
    US_AND_THEM (w);
    PeerModel *peer = them->model;
    int64_t before = peer->key.id;

    they_rekey (w);
    run_to (us); /* AcceptKey is on its way */
    int64_t id = end_says (them, "taken back");
    g_assert_true (server_loses (us));
    g_assert_true (model_brings (them, 0));
    g_assert_cmpint (peer->key.id, !=, before); /* CommitKey is out */
    g_assert_true (server_loses (us));
    end_deletes (them, id);
    assert_well (w);
    g_assert_cmpstr (us->texts->str, ==, "hello ");
}

/* SC-F12: the same where TDLib answers our request */
static void
tdlib_as_b_seals_an_old_number_with_the_new_key (World *w)
{
    US_AND_THEM (w);
    PeerModel *peer = them->model;
    int64_t before = peer->key.id;

    we_rekey (w);
    server_answers (us);
    model_brings (them, 0);
    run_to (us); /* CommitKey is on its way */
    int64_t id = end_says (them, "taken back");
    g_assert_true (server_loses (us));
    they_say (w, "old key");
    g_assert_true (server_loses (us));
    model_brings (them, 0);
    g_assert_cmpint (peer->key.id, !=, before);
    end_deletes (them, id);
    world_run (w);
    g_assert_cmpstr (us->texts->str, ==, "old key ");
    assert_well (w);
}

/* SC-F21: an iOS peer that did not get CommitKey cannot open what follows, and does not see that
 * something is missing: CommitKey is sent again when it goes on without it. */
static void
a_lost_commit_key_is_repeated (void)
{
    for (int hole = 0; hole < 2; hole++) {
        g_autoptr (World) w = model_world (&peer_ios, TRUE, 11);
        US_AND_THEM (w);

        we_rekey (w);
        server_answers (us);
        model_brings (them, 0);
        while (model_brings (us, 0))
            ;
        server_answers (us);
        g_assert_true (server_loses (them));
        we_say (w, "cannot be opened");
        world_run (w);
        g_assert_cmpstr (them->texts->str, ==, "");
        they_say (w, "x"); /* and our request for it cannot be opened either */
        g_assert_true (!hole || server_loses (us));
        for (int i = 0; i < 21; i++)
            they_say (w, "x");
        world_run (w);
        g_assert_cmpstr (them->texts->str, ==, "cannot be opened ");
        g_assert_cmpuint (us->texts->len, ==, 44);
        assert_well (w);
    }
}

/* --- layers --- */

/* SC-C4 SC-C5 SC-C6: only layers that iOS knows, never lower than before; and a peer that
 * announces 151 or has begun with 46 */
static void
layers_suit_everybody (World *w)
{
    US_AND_THEM (w);

    assert_well (w);
    g_assert_cmpint (them->model->order_layer, ==, 144);
    g_assert_cmpint (them->model->heard_layer, ==, 144);
    g_assert_cmpint (end_info (us).peer_layer, ==, them->model->traits->own_layer);
}

static const Story stories[] = {
    STORY (ios_counts_anew_when_it_sends_again, IOS),
    STORY (ios_asks_at_every_pass, IOS),
    STORY (android_deletes_nothing_in_place_of_the_missing, ANDROID),
    STORY (a_deletion_of_nothing_releases_nothing, ANDROID),
    STORY (android_acknowledges_one_behind, ANDROID),
    STORY (tdlib_heals_holes_in_both_directions, TDLIB),
    STORY (android_goes_on_with_the_old_key, ANDROID),
    STORY (a_replacement_belongs_to_its_key, ANDROID),
    STORY (tdlib_seals_an_old_number_with_the_new_key, TDLIB),
    STORY (tdlib_as_b_seals_an_old_number_with_the_new_key, TDLIB),
    STORY (layers_suit_everybody, EVERY_MODEL),
};

int
main (int argc, char **argv)
{
    stories_init (&argc, &argv);
    stories_add ("peers", stories, G_N_ELEMENTS (stories));
#define ADD(f) g_test_add_func ("/secret/peers/" #f, f)
    ADD (a_collision_with_ios_leaves_a_living_chat);
    ADD (a_collision_by_the_rule_ends_in_a_new_key);
    ADD (a_lost_commit_key_is_repeated);
    return g_test_run ();
}
