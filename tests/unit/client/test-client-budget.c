/* Small input never makes unbounded work: what the client does with much at once, with what
 * never ends, with what is too large and with numbers at their limits (DECISIONS 32). Counted is what can be: events of
 * a loop turn, calls, people, chats, bytes that wait. */
#include "client-bench.h"

#include "tl-encode.h"

#include <string.h>

#define DIFFERENCE ApiUpdatesGetDifference_ID
#define STATE ApiUpdatesGetState_ID
#define AT_ONCE 150                /* events before the loop has its turn, generously */
#define KEPT ((size_t)8 << 20)     /* bytes that wait */
#define MEMORY ((size_t)256 << 20) /* of the process, generously */

static unsigned
lines (const Bench *bench)
{
    unsigned n = 0;

    for (const char *p = bench->told->str; (p = strchr (p, '\n')) != NULL; p++)
        n++;
    return n;
}

/* Time goes on by ms, and no ms has more events than a loop may bear; how many in all. */
static unsigned
count_slowly (Bench *bench, int64_t ms)
{
    unsigned all = 0;

    for (; ms >= 0; ms--) {
        unsigned now = lines (bench);
        g_assert_cmpuint (now, <=, AT_ONCE);
        all += now;
        g_string_truncate (bench->told, 0);
        bench_advance (bench, 1);
    }
    return all;
}

/* People with ids from `first` on. */
static ApiUser *
make_users (int64_t first, size_t n, gboolean contact, const TlObject ***items)
{
    ApiUser *users = g_new0 (ApiUser, n);

    *items = g_new0 (const TlObject *, n);
    for (size_t i = 0; i < n; i++) {
        users[i] =
            TL_NEW (ApiUser, .id = first + (int64_t)i, .contact = contact,
                    .has_access_hash = TRUE, .access_hash = 1,
                    .first_name = TL_STR ("Somebody"), .last_name = TL_STR ("Else"));
        (*items)[i] = TL_OBJ (&users[i]);
    }
    return users;
}

static void
receive_users (Bench *bench, int64_t first, size_t n, gboolean contact)
{
    g_autofree const TlObject **items = NULL;
    g_autofree ApiUser *users = make_users (first, n, contact, &items);
    ApiUpdates many = TL_NEW (ApiUpdates, .updates = { items, 0 }, .users = { items, n },
                              .chats = { items, 0 }, .date = 21);

    bench_receive (bench, TL_OBJ (&many));
}

/* MT-G31 MT-G33 DECISIONS 32: an address book of 5,000 people, and a difference that brings
 * as many, are pieces of work; everybody is told of once, the state moves at the end */
static void
many_people_are_pieces (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autofree const TlObject **items = NULL;
    g_autofree ApiUser *users = make_users (5000, 5000, TRUE, &items);
    g_auto (TlWriter) contacts = { 0 };
    ApiUpdatesState state =
        TL_NEW (ApiUpdatesState, .pts = 12, .qts = 5, .date = 22, .seq = 2);
    ApiUpdatesDifference difference = TL_NEW (
        ApiUpdatesDifference, .new_messages = { items, 0 },
        .new_encrypted_messages = { items, 0 }, .other_updates = { items, 0 },
        .chats = { items, 0 }, .users = { items, 5000 }, .state = TL_OBJ (&state));

    bench_online (bench);
    tl_writer_int (&contacts, (int32_t)ApiContactsContacts_ID);
    tl_writer_int (&contacts, (int32_t)TlVectorObject_ID);
    tl_writer_int (&contacts, 0);
    tl_writer_int (&contacts, 0); /* saved_count */
    tl_writer_int (&contacts, (int32_t)TlVectorObject_ID);
    tl_writer_int (&contacts, 5000);
    for (int i = 0; i < 5000; i++)
        g_assert_true (tl_encode (&tl_api_schema, items[i], &contacts));
    bench_answer_bytes (bench, bench_call (bench, ApiContactsGetContacts_ID),
                        contacts.data, contacts.len);
    g_assert_cmpuint (g_hash_table_size (bench->client->peers->all), <, 200);
    /* and Bob, who is not in it any more (MT-I3) */
    g_assert_cmpuint (count_slowly (bench, 2500), ==, 5001);
    g_assert_cmpuint (g_hash_table_size (bench->client->peers->all), ==, 5001);

    for (int i = 0; i < 5000; i++)
        users[i].first_name = TL_STR ("Another");
    bench_receive (bench, TL_OBJ (&TL_NEW (ApiUpdatesTooLong)));
    bench_answer (bench, bench_call (bench, DIFFERENCE), TL_OBJ (&difference));
    g_assert_true (bench->client->updates->running);
    g_assert_cmpint (bench->client->updates->pts, ==, 10);
    g_assert_cmpuint (count_slowly (bench, 2500), ==, 5000);
    g_assert_false (bench->client->updates->running);
    g_assert_cmpint (bench->client->updates->pts, ==, 12);
    receive_users (bench, 5000, 5000, TRUE); /* changed back */
    g_assert_cmpuint (count_slowly (bench, 2500), ==, 5000);
    receive_users (bench, 5000, 5000, TRUE); /* nothing new */
    g_assert_cmpuint (count_slowly (bench, 2500), ==, 0);
}

/* DECISIONS 32: a person who comes and goes ten thousand times in one update is told of
 * once a piece; other updates wait for their turn behind it, and keep their order */
static void
a_flood_of_one_person_is_quiet (void)
{
    enum { FLOOD = 10000 };
    g_autoptr (Bench) bench = bench_new (TRUE);
    ApiUserStatusOnline online = TL_NEW (ApiUserStatusOnline, .expires = INT32_MAX);
    ApiUserStatusOffline offline =
        TL_NEW (ApiUserStatusOffline, .was_online = 1500000000);
    g_autofree ApiUpdateUserStatus *updates = g_new0 (ApiUpdateUserStatus, FLOOD);
    g_autofree const TlObject **items = g_new0 (const TlObject *, FLOOD);

    bench_online (bench);
    for (int i = 0; i < FLOOD; i++) {
        updates[i] = TL_NEW (ApiUpdateUserStatus, .user_id = BENCH_BOB,
                             .status = i % 2 ? TL_OBJ (&online) : TL_OBJ (&offline));
        items[i] = TL_OBJ (&updates[i]);
    }
    ApiUpdates many =
        TL_NEW (ApiUpdates, .updates = { items, FLOOD }, .users = { items, 0 },
                .chats = { items, 0 }, .date = 21, .seq = 2);
    bench_receive (bench, TL_OBJ (&many));
    ApiUpdateUserName rename =
        TL_NEW (ApiUpdateUserName, .user_id = BENCH_BOB, .first_name = TL_STR ("Robert"),
                .last_name = TL_STR (""), .usernames = { items, 0 });
    bench_update (bench, TL_OBJ (&rename));
    g_assert_false (bench_told (bench, "peer Robert"));
    g_assert_cmpint (bench->client->updates->seq, ==, 1);
    g_string_truncate (bench->told, 0);
    unsigned told = 0;
    for (int i = 0; i < 5000 && !bench_told (bench, "peer Robert"); i++) {
        told += lines (bench);
        g_string_truncate (bench->told, 0);
        bench_advance (bench, 1);
    }
    g_assert_cmpuint (told, <=, 2 * FLOOD / 100 + 10);
    g_assert_cmpint (bench->client->updates->seq, ==, 2);
    g_assert_cmpuint (g_queue_get_length (&bench->client->updates->postponed), ==, 0);
    g_assert_cmpuint (bench->client->updates->kept, ==, 0);
}

/* An update with many people that is behind a gap. */
static void
receive_early (Bench *bench, int32_t qts)
{
    g_autofree const TlObject **items = NULL;
    g_autofree ApiUser *users = make_users (5000, 2000, FALSE, &items);
    ApiEncryptedMessageService message =
        TL_NEW (ApiEncryptedMessageService, .random_id = 1, .chat_id = 1, .date = 1,
                .bytes = TL_BYTES ("", 0));
    ApiUpdateNewEncryptedMessage update =
        TL_NEW (ApiUpdateNewEncryptedMessage, .message = TL_OBJ (&message), .qts = qts);
    const TlObject *updates[] = { TL_OBJ (&update), TL_OBJ (&update) };
    ApiUpdates many =
        TL_NEW (ApiUpdates, .updates = { updates, 2 }, .users = { items, 2000 },
                .chats = { items, 0 }, .date = 21);

    bench_receive (bench, TL_OBJ (&many));
}

/* DECISIONS 32 MT-G3: what waits for a difference, or behind a gap, is bounded by its bytes;
 * what has no room comes with the difference, and all of it is given back */
static void
what_waits_is_bounded (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    TgUpdates *u;

    bench_online (bench);
    u = bench->client->updates;
    for (int i = 0; i < 100; i++) { /* some 700 kB each */
        receive_early (bench, 20 + i);
        while (u->piece != NULL)
            bench_advance (bench, 1);
        u->gap_at = G_MAXINT64 / 2; /* it is not fetched yet */
        g_assert_cmpuint (u->kept, <=, KEPT);
    }
    g_assert_cmpuint (u->kept, >, KEPT / 2);
    g_assert_cmpuint (u->early->len, <, 60);
    g_assert_true (u->wanted || u->running);
    bench_advance (bench, 1000);
    for (int i = 0; i < 100; i++) {
        receive_early (bench, 20 + i);
        g_assert_cmpuint (u->kept, <=, KEPT);
    }
    g_assert_cmpuint (u->postponed.length, <, 60);
    bench_difference (bench, NULL, 0, NULL, 0, 5);
    g_assert_cmpuint (u->early->len, ==, 0);
    for (int i = 0; i < 50 && !u->running; i++)
        bench_advance (bench, 100);
    bench_difference (bench, NULL, 0, NULL, 0, 300); /* they are old now */
    bench_advance (bench, 5000);
    g_assert_cmpuint (u->kept, ==, 0);
}

static void
receive_qts (Bench *bench, int32_t qts)
{
    ApiEncryptedMessageService message =
        TL_NEW (ApiEncryptedMessageService, .random_id = qts, .chat_id = 1, .date = 1,
                .bytes = TL_BYTES ("", 0));
    ApiUpdateNewEncryptedMessage update =
        TL_NEW (ApiUpdateNewEncryptedMessage, .message = TL_OBJ (&message), .qts = qts);

    bench_update (bench, TL_OBJ (&update));
}

/* DECISIONS 32 MT-G11: what waited behind a gap is taken a hundred a turn, in order, and
 * nothing overtakes it, when the gap is filled */
static void
a_filled_gap_is_pieces (void)
{
    enum { EARLY = 900, A_TURN = 100 };
    g_autoptr (Bench) bench = bench_new (TRUE);

    bench_online (bench);
    TgUpdates *u = bench->client->updates;
    int32_t first = u->qts + 1, last = first + EARLY;
    for (int32_t qts = last; qts > first; qts--) { /* the worst order */
        receive_qts (bench, qts);
        if (qts % 50 == 0)
            bench_advance (bench, 1);
        u->gap_at = G_MAXINT64 / 2; /* it is not fetched yet */
    }
    g_assert_cmpuint (u->early->len, ==, EARLY);
    bench_advance (bench, 1);
    for (int32_t before = first - 1; u->qts < last; before = u->qts) {
        if (before < first)
            receive_qts (bench, first);
        else
            bench_advance (bench, 1);
        g_assert_cmpint (u->qts - before, <=, A_TURN);
        g_assert_cmpint (u->qts, >, before);
        if (u->qts == first + 99)
            receive_qts (bench, last + 1);
    }
    bench_advance (bench, 1);
    g_assert_cmpint (u->qts, ==, last + 1);
    g_assert_cmpuint (u->early->len, ==, 0);
    g_assert_cmpuint (u->kept, ==, 0);
    g_assert_cmpint (u->gap_at, ==, 0);
    g_assert_false (u->running || u->wanted);
}

/* DECISIONS 32: a disk that stands still: turns do not pile up behind it, nor do the
 * messages that wait; when it is back all goes on */
static void
a_slow_disk_is_not_flooded (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);

    bench_online (bench);
    bench->hold = TRUE;
    for (int i = 0; i < 5000; i++) {
        receive_users (bench, 5000 + i, 1, FALSE);
        if (i % 10 == 0)
            bench_advance (bench, 1);
        g_assert_cmpuint (tg_turns_waiting (bench->client->turns), <, 300);
        g_assert_cmpuint (bench->client->updates->kept, <=, KEPT);
    }
    g_assert_cmpuint (g_hash_table_size (bench->client->peers->all), <, 300);
    bench->hold = FALSE;
    for (int i = 0; i < 20; i++) /* not all events in one turn of the loop */
        bench_advance (bench, 20);
    bench_difference (bench, NULL, 0, NULL, 0, 5); /* some had no room */
    g_assert_cmpuint (count_slowly (bench, 5000), >=, 1000);
    g_assert_cmpuint (tg_turns_waiting (bench->client->turns), ==, 0);
    g_assert_cmpuint (bench->client->updates->kept, ==, 0);
}

static ApiUpdatesDifferenceSlice
slice_of (const ApiUpdatesState *state)
{
    return TL_NEW (ApiUpdatesDifferenceSlice, .new_messages = { state, 0 },
                   .new_encrypted_messages = { state, 0 }, .other_updates = { state, 0 },
                   .chats = { state, 0 }, .users = { state, 0 },
                   .intermediate_state = TL_OBJ (state));
}

/* MT-G13 DECISIONS 32: a difference that is never the last one: without progress it is asked
 * for once a minute in the end; with progress quickly for a while, then once a second; the
 * user is told after a minute, and not again */
static void
a_difference_without_end_is_paced (void)
{
    for (int progress = 0; progress < 2; progress++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        ApiUpdatesState state =
            TL_NEW (ApiUpdatesState, .pts = 10, .qts = 5, .date = 20, .seq = 1);
        ApiUpdatesDifferenceSlice slice = slice_of (&state);
        unsigned asked = 0;

        bench_start (bench);
        int64_t end = bench->now.mono + 3600 * 1000;
        while (bench->now.mono < end) {
            BenchCall *call = bench_call (bench, DIFFERENCE);
            if (call == NULL) {
                bench_advance (bench, 100);
                continue;
            }
            state.pts += progress;
            asked++;
            bench_answer (bench, call, TL_OBJ (&slice));
        }
        g_assert_cmpuint (asked, >=, progress ? 1000 : 50);
        g_assert_cmpuint (asked, <=, progress ? 200 + 3700 : 2 * 70);
        g_assert_false (bench_told (bench, "online"));
        g_assert_true (bench_told (bench, "trouble 0 0"));
        g_assert_false (bench_told (bench, "trouble 0 0"));
        bench_advance (bench, 70000);
        bench_difference (bench, NULL, 0, NULL, 0, 5);
        g_assert_true (bench_told (bench, "trouble 1 0"));
        g_assert_true (bench_told (bench, "online"));
    }
}

/* MT-G14: too long, and again, and again */
static void
too_long_without_end_is_paced (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    ApiUpdatesDifferenceTooLong too_long =
        TL_NEW (ApiUpdatesDifferenceTooLong, .pts = 10);
    unsigned asked = 0;

    bench_start (bench);
    int64_t end = bench->now.mono + 600 * 1000;
    while (bench->now.mono < end) {
        BenchCall *call = bench_call (bench, DIFFERENCE);
        if (call != NULL)
            bench_answer (bench, call, TL_OBJ (&too_long));
        else
            bench_advance (bench, 100);
        asked += call != NULL;
    }
    g_assert_cmpuint (asked, <=, 40);
}

/* DECISIONS 7 MT-G13: a question without an answer is given up, and asked on another
 * connection, with growing patience; the user hears of it once, and of its end */
static void
a_silent_difference_is_asked_anew (void)
{
    static const int64_t patience[] = { 30000, 60000, 120000, 240000, 240000 };
    g_autoptr (Bench) bench = bench_new (TRUE);

    bench_start (bench);
    for (unsigned i = 0; i < G_N_ELEMENTS (patience); i++) {
        g_assert_nonnull (bench_call (bench, DIFFERENCE));
        bench_advance (bench, patience[i] - 1000);
        g_assert_cmpuint (bench->reconnects, ==, i);
        bench_advance (bench, 2000);
        g_assert_cmpuint (bench->reconnects, ==, i + 1);
        g_assert_cmpint (bench_told (bench, "trouble 0 0"), ==, i == 0);
        bench->conn_events->opened (bench->conn_user);
        bench_run (bench);
    }
    g_assert_cmpuint (bench_count (bench, DIFFERENCE), ==, 6);
    bench_difference (bench, NULL, 0, NULL, 0, 5);
    g_assert_true (bench_told (bench, "trouble 1 0"));
    g_assert_true (bench_told (bench, "online"));
}

/* What the open getDifference wants at most of the box and of secret messages. */
static void
assert_limit (Bench *bench, int32_t pts, int32_t qts, int32_t limit)
{
    const BenchCall *call = bench_call (bench, DIFFERENCE);

    g_assert_nonnull (call);
    g_assert_cmpint (bench_int (call, 0), ==, limit > 0 ? 6 : 0);
    g_assert_cmpint (bench_int (call, 1), ==, pts);
    if (limit > 0)
        g_assert_cmpint (bench_int (call, 2), ==, limit);
    g_assert_cmpint (bench_int (call, limit > 0 ? 4 : 3), ==, qts);
    if (limit > 0)
        g_assert_cmpint (bench_int (call, 5), ==, limit);
}

static void
refuse_as_large (Bench *bench)
{
    bench_refuse (bench, bench_call (bench, DIFFERENCE), MT_ERROR_LOCAL_BUDGET,
                  "TOO_LARGE");
}

/* DECISIONS 32: a difference that is too large is asked for in ever smaller slices, with
 * growing pauses; a position moves only for what is skipped in the end: what is not shown
 * anyhow, then one secret message at a time, never beyond what the server has; how many is
 * told. A message that was skipped is a hole, and the peer is asked for it. */
static void
what_is_too_large_is_skipped (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) w = world_new (1, WORLD_TOY);
    ApiUpdatesState state =
        TL_NEW (ApiUpdatesState, .pts = 500, .qts = 8, .date = 30, .seq = 4);
    static const int32_t limits[] = { 0, 100, 10, 1 };
    static const int64_t pauses[] = { 0, 1000, 4000, 16000 };

    bench_online (bench);
    int32_t id = bench_chat (bench, w);
    bench_carry (bench, w);
    bench_deliver (bench, id, bench_bob_sends (w)); /* qts 6 */
    bench_advance (bench, 5000);
    bench_refuse (bench, bench_call (bench, ApiMessagesReceivedQueue_ID), 500,
                  "WHATEVER");
    bench_carry (bench, w);
    end_says (w->bob, "large");
    GBytes *large = bench_bob_sends (w);
    end_says (w->bob, "small");
    GBytes *small = bench_bob_sends (w);
    g_assert_nonnull (large);

    bench_receive (bench, TL_OBJ (&TL_NEW (ApiUpdatesTooLong)));
    for (unsigned i = 0; i < G_N_ELEMENTS (limits); i++) {
        if (i > 0) {
            bench_advance (bench, pauses[i] - 1);
            g_assert_null (bench_call (bench, DIFFERENCE));
            bench_advance (bench, 2);
        }
        assert_limit (bench, 10, 6, limits[i]);
        refuse_as_large (bench);
    }
    bench_advance (bench, 1001);
    bench_answer (bench, bench_call (bench, STATE), TL_OBJ (&state));
    bench_advance (bench, 1001);
    assert_limit (bench, 500, 6, 1); /* secret messages stand where they stood */
    refuse_as_large (bench);
    g_assert_cmpint (bench->client->updates->qts, ==, 7);
    bench_advance (bench, 1001);
    assert_limit (bench, 500, 7, 1);
    size_t len;
    const uint8_t *bytes = g_bytes_get_data (small, &len);
    ApiEncryptedMessageService message =
        TL_NEW (ApiEncryptedMessageService, .random_id = 1, .chat_id = id, .date = 200,
                .bytes = TL_BYTES (bytes, len));
    const TlObject *messages[] = { TL_OBJ (&message) };
    bench_difference (bench, messages, 1, NULL, 0, 8);
    g_assert_true (bench_told (bench, "trouble 2 2"));
    g_assert_false (bench_told (bench, "message small"));
    bench->qts = 8;
    bench_carry (bench, w); /* Resend */
    for (GBytes *data; (data = bench_bob_sends (w)) != NULL;)
        bench_deliver (bench, id, data);
    g_assert_true (bench_told (bench, "message large"));
    g_assert_true (bench_told (bench, "message small"));
}

/* DECISIONS 32: whatever is asked for, the answer is too large: there is an end to it */
static void
an_always_too_large_server_ends (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    ApiUpdatesState state =
        TL_NEW (ApiUpdatesState, .pts = 500, .qts = 15, .date = 30, .seq = 4);

    bench_start (bench);
    for (int i = 0; i < 600 && !bench->client->updates->synced; i++) {
        if (bench_call (bench, DIFFERENCE) != NULL)
            refuse_as_large (bench);
        else if (bench_call (bench, STATE) != NULL)
            bench_answer (bench, bench_call (bench, STATE), TL_OBJ (&state));
        bench_advance (bench, 1000);
    }
    g_assert_true (bench->client->updates->synced);
    g_assert_cmpint (bench->client->updates->qts, ==, 15);
    g_assert_cmpint (bench->client->updates->pts, ==, 500);
    g_assert_true (bench_told (bench, "trouble 2 11"));
    g_assert_cmpuint (bench_count (bench, DIFFERENCE), <=, 20);
}

/* MT-G33 DECISIONS 32: strangers by the ten thousand do not stay; contacts do, and
 * who has a chat */
static void
strangers_are_bounded (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);

    bench_online (bench);
    receive_users (bench, 2000, 50, TRUE);
    receive_users (bench, 3000, 30, FALSE);
    for (int i = 0; i < 30; i++) {
        int32_t id;
        g_assert_cmpint (tg_secret_start (bench->client, 3000 + i, &id), ==, TALK_DONE);
    }
    bench_run (bench);
    for (int i = 0; i < 50; i++) {
        receive_users (bench, 100000 + i * 500, 500, FALSE);
        bench_advance (bench, 50);
        g_string_truncate (bench->told, 0);
    }
    g_assert_cmpuint (g_hash_table_size (bench->client->peers->all), ==, 20000);
    for (int i = 0; i < 50; i++)
        g_assert_nonnull (tg_peer_find (bench->client, 2000 + i));
    for (int i = 0; i < 30; i++)
        g_assert_nonnull (tg_peer_find (bench->client, 3000 + i));
    g_assert_nonnull (tg_peer_find (bench->client, BENCH_BOB));
    bench_stop (bench);
    bench_start (bench);
    g_assert_cmpuint (g_hash_table_size (bench->client->peers->all), <=, 20000);
    g_assert_nonnull (tg_peer_find (bench->client, 2049));
}

/* SC-M36 DECISIONS 32: three thousand requests, taken back or not */
static void
requests_are_bounded (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    uint8_t g_a[256] = { 0x40, 9 };

    bench_online (bench);
    for (int32_t i = 1; i <= 3000; i++) {
        ApiEncryptedChatRequested requested =
            TL_NEW (ApiEncryptedChatRequested, .id = i, .access_hash = 7, .date = 1,
                    .admin_id = BENCH_BOB, .participant_id = BENCH_OWN,
                    .g_a = TL_BYTES (g_a, 256));
        ApiEncryptedChatDiscarded discarded = TL_NEW (ApiEncryptedChatDiscarded, .id = i);
        ApiUpdateEncryption update =
            TL_NEW (ApiUpdateEncryption, .chat = TL_OBJ (&requested), .date = 1);
        bench_update (bench, TL_OBJ (&update));
        update.chat = TL_OBJ (&discarded);
        if (i <= 2900)
            bench_update (bench, TL_OBJ (&update));
        g_assert_cmpuint (g_hash_table_size (bench->client->secrets->chats), <=, 1000);
        g_string_truncate (bench->told, 0);
    }
    unsigned waiting = 0;
    for (int32_t i = 1; i <= 3000; i++) {
        TalkSecret info;
        waiting += tg_secret_info (bench->client, i, &info) &&
                   info.state == TALK_STATE_REQUESTED;
    }
    g_assert_cmpuint (waiting, ==, 50);
}

static void
receive_cloud_message (Bench *bench, int64_t from, int32_t pts)
{
    g_auto (TlWriter) text = { 0 };

    tl_writer_int (&text, (int32_t)ApiUpdateShortMessage_ID);
    tl_writer_int (&text, 0); /* flags */
    tl_writer_int (&text, pts);
    tl_writer_long (&text, from);
    tl_writer_bytes (&text, "x", 1);
    tl_writer_int (&text, pts);
    tl_writer_int (&text, 1);
    tl_writer_int (&text, 1);
    bench_receive_bytes (bench, text.data, text.len);
}

/* DECISIONS 6 DECISIONS 32: every notification and every notice is a window: a few; what
 * strangers use up is not missing for a contact */
static void
windows_are_bounded (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    unsigned cloud = 0;

    bench_online (bench);
    for (int i = 0; i < 1000; i++) {
        ApiUser user = TL_NEW (ApiUser, .id = 5000 + i, .first_name = TL_STR ("X"));
        {
            g_auto (TgAct) act = tg_act (bench->client);
            tg_peers_take_one (bench->client, TL_OBJ (&user)); /* MT-G26 */
        }
        receive_cloud_message (bench, 5000 + i, 11 + i);
        cloud += bench_told (bench, "cloud");
        g_auto (TlWriter) service = { 0 };
        tl_writer_int (&service, (int32_t)ApiUpdateShort_ID);
        tl_writer_int (&service, (int32_t)ApiUpdateServiceNotification_ID);
        tl_writer_int (&service, 0); /* flags */
        tl_writer_bytes (&service, "X", 1);
        tl_writer_bytes (&service, "read me", 7);
        tl_writer_int (&service, 0x3ded6320); /* messageMediaEmpty */
        tl_writer_int (&service, (int32_t)TlVectorObject_ID);
        tl_writer_int (&service, 0);
        tl_writer_int (&service, 1);
        bench_receive_bytes (bench, service.data, service.len);
    }
    g_assert_cmpuint (cloud, ==, 100);
    g_assert_cmpuint (bench->services, ==, 5);
    receive_cloud_message (bench, BENCH_BOB, 1011);
    g_assert_cmpuint (bench_told (bench, "cloud"), ==, 1);
}

/* MT-G13: a state that is none is no answer: asked again after a pause */
static void
a_difference_without_positions_is_refused (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    ApiUpdatesState state =
        TL_NEW (ApiUpdatesState, .pts = -1, .qts = 5, .date = 20, .seq = 1);
    ApiUpdatesDifference difference =
        TL_NEW (ApiUpdatesDifference, .new_messages = { &state, 0 },
                .new_encrypted_messages = { &state, 0 }, .other_updates = { &state, 0 },
                .chats = { &state, 0 }, .users = { &state, 0 }, .state = TL_OBJ (&state));
    ApiUpdatesDifferenceTooLong too_long =
        TL_NEW (ApiUpdatesDifferenceTooLong, .pts = G_MININT32);
    ApiUpdatesDifferenceEmpty empty =
        TL_NEW (ApiUpdatesDifferenceEmpty, .date = 20, .seq = -1);
    const TlObject *bad[] = { TL_OBJ (&difference), TL_OBJ (&too_long), TL_OBJ (&empty) };

    bench_start (bench);
    for (size_t i = 0; i < G_N_ELEMENTS (bad); i++) {
        assert_limit (bench, 10, 5, 0);
        bench_answer (bench, bench_call (bench, DIFFERENCE), bad[i]);
        g_assert_null (bench_call (bench, DIFFERENCE));
        g_assert_false (bench_told (bench, "online"));
        bench_advance (bench, 64000);
    }
    assert_limit (bench, 10, 5, 0);
}

/* SC-C19 DECISIONS 32: names are one line of bounded length, of what people can see; one of
 * which nothing is left gives way to the user name, the number, the id */
static void
names_are_clean (void)
{
    static const struct {
        const char *first, *last, *username, *phone, *shown;
    } rows[] = {
        { "\xe2\x80\xae"
          "moc\nBob",
          "\x1b[1mX", NULL, NULL, "peer moc Bob [1mX" },
        { "\xe2\x80\x8b\n", "\xe3\x85\xa4", "b\xe2\x80\xaeob", NULL, "peer bob" },
        { "\xe2\x80\x8b", " ", "\n",
          "4\x1b"
          "9",
          "peer +49" },
        { "\xe2\x80\x8b", "", NULL, NULL, "peer 1002" },
    };
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autofree char *huge = g_strnfill (100000, 'x');

    bench_online (bench);
    for (size_t i = 0; i <= G_N_ELEMENTS (rows); i++) {
        gboolean last = i == G_N_ELEMENTS (rows);
        ApiUser bob = TL_NEW (ApiUser, .id = BENCH_BOB, .contact = TRUE,
                              .first_name = TL_STR (last ? huge : rows[i].first));
        if (!last && rows[i].last != NULL)
            bob.last_name = TL_STR (rows[i].last);
        if (!last && rows[i].username != NULL)
            bob.username = TL_STR (rows[i].username);
        if (!last && rows[i].phone != NULL)
            bob.phone = TL_STR (rows[i].phone);
        const TlObject *users[] = { TL_OBJ (&bob) };
        ApiUpdates many =
            TL_NEW (ApiUpdates, .updates = { users, 0 }, .users = { users, 1 },
                    .chats = { users, 0 }, .date = 21);
        bench_receive (bench, TL_OBJ (&many));
        if (last)
            g_assert_cmpuint (strlen (bench->told->str), <, 200);
        else
            g_assert_true (bench_told (bench, rows[i].shown));
    }
}

/* DECISIONS 32: all of the above in one process */
static void
memory_stays (void)
{
    g_autofree char *text = NULL;

    g_assert_true (g_file_get_contents ("/proc/self/status", &text, NULL, NULL));
    const char *peak = strstr (text, "VmHWM:");
    g_assert_nonnull (peak);
    size_t bytes = (size_t)g_ascii_strtoull (peak + strlen ("VmHWM:"), NULL, 10) << 10;
    g_test_message ("at most %zu MB", bytes >> 20);
#ifndef __SANITIZE_ADDRESS__ /* which keeps what was freed */
    g_assert_cmpuint (bytes, <, MEMORY);
#endif
}

int
main (int argc, char **argv)
{
    if (g_file_test ("/dev/shm", G_FILE_TEST_IS_DIR))
        g_setenv ("TMPDIR", "/dev/shm", TRUE); /* thousands of commits, no disk */
    g_test_init (&argc, &argv, NULL);
    world_quiet ();
#define ADD(f) g_test_add_func ("/client/budget/" #f, f)
    ADD (many_people_are_pieces);
    ADD (a_flood_of_one_person_is_quiet);
    ADD (what_waits_is_bounded);
    ADD (a_filled_gap_is_pieces);
    ADD (a_slow_disk_is_not_flooded);
    ADD (a_difference_without_end_is_paced);
    ADD (too_long_without_end_is_paced);
    ADD (a_silent_difference_is_asked_anew);
    ADD (what_is_too_large_is_skipped);
    ADD (an_always_too_large_server_ends);
    ADD (strangers_are_bounded);
    ADD (requests_are_bounded);
    ADD (windows_are_bounded);
    ADD (names_are_clean);
    ADD (a_difference_without_positions_is_refused);
    ADD (memory_stays);
    return g_test_run ();
}
