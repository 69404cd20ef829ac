/* The order of the world: qts, gaps, differences, and what may be told as received. */
#include "client-bench.h"

#include "record.tl.h"
#include "secret-private.h"
#include "tl-writer.h"

#include <string.h>

#define DIFFERENCE ApiUpdatesGetDifference_ID
#define QUEUE ApiMessagesReceivedQueue_ID

/* pts, date and qts of the open getDifference (its flags word is 0). */
static void
assert_asks (Bench *bench, int32_t pts, int32_t date, int32_t qts)
{
    const BenchCall *call = bench_call (bench, DIFFERENCE);

    g_assert_nonnull (call);
    g_assert_cmpint (bench_int (call, 1), ==, pts);
    g_assert_cmpint (bench_int (call, 2), ==, date);
    g_assert_cmpint (bench_int (call, 3), ==, qts);
}

/* A client and Bob with a chat; their NotifyLayers have arrived: qts is 6. */
static int32_t
with_chat (Bench *bench, World *w)
{
    bench_online (bench);
    int32_t id = bench_chat (bench, w);
    bench_carry (bench, w);
    bench_deliver (bench, id, bench_bob_sends (w));
    g_assert_cmpint (bench->client->updates->qts, ==, 6);
    bench_advance (bench, 5000);
    bench_refuse (bench, bench_call (bench, QUEUE), 500, "WHATEVER"); /* SC-J4 */
    bench_carry (bench, w);
    return id;
}

static GBytes *
bob_says (World *w, const char *text)
{
    end_says (w->bob, text);
    return bench_bob_sends (w);
}

/* A message as the server tells it; `data` is borrowed. */
static ApiEncryptedMessageService
service_of (int32_t chat_id, GBytes *data)
{
    size_t len;
    const uint8_t *bytes = g_bytes_get_data (data, &len);

    return TL_NEW (ApiEncryptedMessageService, .random_id = 1, .chat_id = chat_id,
                   .date = 200, .bytes = TL_BYTES (bytes, len));
}

static void
deliver_as (Bench *bench, int32_t chat_id, GBytes *data, int32_t qts)
{
    bench->qts = qts - 1;
    bench_deliver (bench, chat_id, data);
}

/* SC-J1: the next one is taken, an old one is not, a later one waits for those before it;
 * other events count, too */
static void
qts_is_an_order (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) w = world_new (1, WORLD_TOY);
    int32_t id = with_chat (bench, w);
    unsigned asked = bench_count (bench, DIFFERENCE);
    GBytes *one = bob_says (w, "one"), *two = bob_says (w, "two"),
           *three = bob_says (w, "three");

    deliver_as (bench, id, one, 7);
    g_assert_true (bench_told (bench, "message one"));
    deliver_as (bench, id, two, 7); /* that number is taken */
    deliver_as (bench, id, two, 3);
    g_assert_false (bench_told (bench, "message two"));
    g_assert_cmpint (bench->client->updates->qts, ==, 7);

    deliver_as (bench, id, three, 10); /* 8 is an event of another kind, 9 is missing */
    g_assert_false (bench_told (bench, "message three"));
    g_auto (TlWriter) stopped = { 0 };
    tl_writer_int (&stopped, (int32_t)ApiUpdateShort_ID);
    tl_writer_int (&stopped, (int32_t)ApiUpdateBotStopped_ID);
    tl_writer_long (&stopped, 5);                  /* user_id */
    tl_writer_int (&stopped, 1);                   /* date */
    tl_writer_int (&stopped, (int32_t)0x997275b5); /* boolTrue */
    tl_writer_int (&stopped, 8);                   /* qts */
    tl_writer_int (&stopped, 1);                   /* date */
    bench_receive_bytes (bench, stopped.data, stopped.len);
    g_assert_cmpint (bench->client->updates->qts, ==, 8);
    bench_advance (bench, 400);
    deliver_as (bench, id, two, 9); /* in time */
    g_assert_cmpint (bench->client->updates->qts, ==, 10);
    g_assert_true (bench_told (bench, "message two"));
    g_assert_true (bench_told (bench, "message three"));
    bench_advance (bench, 10000);
    g_assert_cmpuint (bench_count (bench, DIFFERENCE), ==, asked);
}

/* SC-J1: what does not come within a second is fetched from our own qts on */
static void
a_gap_is_fetched (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) w = world_new (2, WORLD_TOY);
    int32_t id = with_chat (bench, w);
    GBytes *one = bob_says (w, "one"), *two = bob_says (w, "two");
    ApiEncryptedMessageService first = service_of (id, one),
                               second = service_of (id, two);
    const TlObject *messages[] = { TL_OBJ (&first), TL_OBJ (&second) };

    deliver_as (bench, id, two, 8);
    g_assert_null (bench_call (bench, DIFFERENCE));
    bench_advance (bench, 1000);
    assert_asks (bench, 10, 20, 6);
    bench_difference (bench, messages, 2, NULL, 0, 8);
    g_assert_true (bench_told (bench, "message one"));
    g_assert_true (bench_told (bench, "message two"));
    g_assert_cmpint (bench->client->updates->qts, ==, 8);
    bench_advance (bench, 2000);
    g_assert_null (bench_call (bench, DIFFERENCE));
}

/* SC-J2: the state comes from the server once, is stored, and is what is asked from */
static void
the_state_is_stored (void)
{
    g_autoptr (Bench) bench = bench_new (FALSE);
    ApiUpdatesState state =
        TL_NEW (ApiUpdatesState, .pts = 30, .qts = 40, .date = 50, .seq = 60);

    bench_start (bench);
    g_assert_null (bench_call (bench, DIFFERENCE));
    bench_answer (bench, bench_call (bench, ApiUpdatesGetState_ID), TL_OBJ (&state));
    g_assert_true (bench_told (bench, "online"));
    g_assert_null (bench_call (bench, DIFFERENCE)); /* no chat: nothing was missed */
    bench_stop (bench);
    bench_start (bench);
    g_assert_null (bench_call (bench, ApiUpdatesGetState_ID));
    assert_asks (bench, 30, 50, 40);
    g_assert_cmpint (bench->client->updates->seq, ==, 60);
}

/* SC-J2: a qts that is none asks from the stored one */
static void
an_impossible_qts_asks (void)
{
    for (int32_t qts = 0; qts > -2; qts--) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        g_autoptr (World) w = world_new (3, WORLD_TOY);
        int32_t id = with_chat (bench, w);
        GBytes *one = bob_says (w, "one");
        unsigned told = bench_count (bench, QUEUE);
        deliver_as (bench, id, one, qts);
        g_assert_false (bench_told (bench, "message one"));
        assert_asks (bench, 10, 20, 6);
        bench_advance (bench, 10000);
        g_assert_cmpuint (bench_count (bench, QUEUE), ==, told);
    }
}

/* SC-J2 SC-J3: a state that is lost, or that the server refuses, while there is a chat:
 * what lies between the messages that are here and the server's count is fetched before
 * any of it is told as received */
static void
a_lost_state_loses_no_message (void)
{
    for (int refused = 0; refused < 3; refused++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        g_autoptr (World) w = world_new (4, WORLD_TOY);
        int32_t id = with_chat (bench, w);
        GBytes *one = bob_says (w, "one");
        ApiEncryptedMessageService missed = service_of (id, one);
        const TlObject *messages[] = { TL_OBJ (&missed) };
        ApiUpdatesState state =
            TL_NEW (ApiUpdatesState, .pts = 30, .qts = 7, .date = 50, .seq = 60);
        RecUpdatesState damaged = TL_NEW (RecUpdatesState, .pts = -1, .qts = -1);

        bench_stop (bench);
        if (!refused)
            bench_put (bench, STORE_UPDATES, 0, TL_OBJ (&damaged));
        bench_start (bench);
        if (refused)
            bench_refuse (bench, bench_call (bench, DIFFERENCE), 400,
                          "PERSISTENT_TIMESTAMP_INVALID");
        bench_answer (bench, bench_call (bench, ApiUpdatesGetState_ID), TL_OBJ (&state));
        assert_asks (bench, 30, 50, refused ? 6 : 0);
        if (refused == 2) { /* not even that: the server's word is all there is */
            bench_refuse (bench, bench_call (bench, DIFFERENCE), 400,
                          "PERSISTENT_TIMESTAMP_INVALID");
            bench_answer (bench, bench_call (bench, ApiUpdatesGetState_ID),
                          TL_OBJ (&state));
            g_assert_null (bench_call (bench, DIFFERENCE));
            g_assert_true (bench_told (bench, "online"));
            continue;
        }
        g_assert_cmpuint (bench_count (bench, QUEUE), ==, 0);
        bench_difference (bench, messages, 1, NULL, 0, 7);
        g_assert_true (bench_told (bench, "message one"));
        g_assert_cmpint (bench->client->updates->qts, ==, 7);
    }
}

/* SC-J3 SC-L1 SC-M33: nothing tells the server of a message before it is written down;
 * a process that dies before that gets it again, one that dies after does not */
static void
nothing_is_told_before_it_is_durable (void)
{
    for (int written = 0; written < 2; written++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        g_autoptr (World) w = world_new (5, WORLD_TOY);
        int32_t id = with_chat (bench, w);
        GBytes *one = bob_says (w, "one"), *late = bob_says (w, "late");
        unsigned queue = bench_count (bench, QUEUE),
                 differences = bench_count (bench, DIFFERENCE);

        bench->hold = TRUE; /* a slow disk */
        deliver_as (bench, id, one, 7);
        deliver_as (bench, id, late, 9); /* a gap: getDifference from 7 */
        bench_advance (bench, 20 * 60 * 1000);
        g_assert_cmpuint (bench_count (bench, QUEUE), ==, queue);
        g_assert_cmpuint (bench_count (bench, DIFFERENCE), ==, differences);
        g_assert_false (bench_told (bench, "message one"));
        if (written) {
            bench->hold = FALSE;
            bench_run (bench);
            g_assert_true (bench_told (bench, "message one"));
            assert_asks (bench, 10, 20, 7);
            bench_advance (bench, 10000);
            const BenchCall *call = bench_call (bench, QUEUE);
            g_assert_nonnull (call);
            g_assert_cmpint (bench_int (call, 0), ==, 7);
        }
        bench_kill (bench);
        bench_start (bench);
        assert_asks (bench, 10, 20, written ? 7 : 6);
        ApiEncryptedMessageService again = service_of (id, one);
        const TlObject *messages[] = { TL_OBJ (&again) };
        bench_difference (bench, messages, 1, NULL, 0, 7); /* the server still has it */
        g_assert_cmpint (bench_told (bench, "message one"), ==, !written);
    }
}

/* SC-J4 SC-E18: a hundred messages, a few calls, the last one for all of them; a refused
 * number asks for the difference */
static void
received_is_told_from_time_to_time (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) w = world_new (6, WORLD_TOY);
    int32_t id = with_chat (bench, w);
    unsigned before = bench_count (bench, QUEUE);

    for (int i = 0; i < 100; i++) {
        bench_deliver (bench, id, bob_says (w, "x"));
        bench_advance (bench, 20);
    }
    bench_advance (bench, 3000);
    unsigned calls = bench_count (bench, QUEUE) - before;
    g_assert_cmpuint (calls, >=, 1);
    g_assert_cmpuint (calls, <=, 3);
    BenchCall *call = bench_call (bench, QUEUE);
    while (calls-- > 1) {
        bench_refuse (bench, call, 400, "ANYTHING");
        call = bench_call (bench, QUEUE);
    }
    g_assert_cmpint (bench_int (call, 0), ==, bench->qts);
    g_assert_null (bench_call (bench, DIFFERENCE));
    bench_refuse (bench, call, 400, "MAX_QTS_INVALID");
    g_assert_nonnull (bench_call (bench, DIFFERENCE));
    bench_advance (bench, 60000);
    g_assert_null (bench_call (bench, QUEUE)); /* not the same again */
    ApiEncryptedMessageService again = service_of (id, w->bob->wire->pdata[1]);
    const TlObject *messages[] = { TL_OBJ (&again) };
    bench_difference (bench, messages, 1, NULL, 0, bench->qts);
    bench_advance (bench, 10000);
    g_assert_null (bench_call (bench, QUEUE));
}

/* SC-J5 SC-J6 MT-G15: people, chats, their messages, the rest, and the state with all of it, in
 * one turn; slices go on from where they end */
static void
a_difference_has_an_order (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) w = world_new (7, WORLD_TOY);
    ApiEncryptedChat accepted;

    bench_online (bench);
    int32_t id = bench_waiting_chat (bench, w, &accepted);
    GBytes *notify = bench_bob_sends (w), *text = bob_says (w, "first");
    ApiUpdateEncryption encryption =
        TL_NEW (ApiUpdateEncryption, .chat = TL_OBJ (&accepted), .date = 1);
    ApiUpdateUserName renamed =
        TL_NEW (ApiUpdateUserName, .user_id = BENCH_BOB, .first_name = TL_STR ("Bobby"));
    ApiEncryptedMessageService one = service_of (id, notify), two = service_of (id, text);
    const TlObject *messages[] = { TL_OBJ (&one), TL_OBJ (&two) };
    const TlObject *others[] = { TL_OBJ (&renamed), TL_OBJ (&encryption) };
    ApiUser carol = TL_NEW (ApiUser, .id = 5, .has_access_hash = TRUE, .access_hash = 3,
                            .first_name = TL_STR ("Carol"));
    const TlObject *users[] = { TL_OBJ (&carol) };
    ApiUpdatesState part =
        TL_NEW (ApiUpdatesState, .pts = 12, .qts = 6, .date = 22, .seq = 3);
    ApiUpdatesDifferenceSlice slice =
        TL_NEW (ApiUpdatesDifferenceSlice, .new_messages = { messages, 0 },
                .new_encrypted_messages = { messages, 1 }, .other_updates = { others, 2 },
                .chats = { messages, 0 }, .users = { users, 1 },
                .intermediate_state = TL_OBJ (&part));

    bench_receive (bench, TL_OBJ (&TL_NEW (ApiUpdatesTooLong)));
    g_string_truncate (bench->told, 0);
    bench->hold = TRUE; /* all of it, or nothing */
    bench_answer (bench, bench_call (bench, DIFFERENCE), TL_OBJ (&slice));
    g_assert_cmpstr (bench->told->str, ==, "");
    bench->hold = FALSE;
    bench_run (bench);
    const char *name = strstr (bench->told->str, "peer Carol"),
               *ready = strstr (bench->told->str, "chat 4 0"),
               *rest = strstr (bench->told->str, "peer Bobby");
    g_assert_true (name != NULL && name < ready && ready < rest);
    assert_asks (bench, 12, 22, 6); /* goes on */
    bench_difference (bench, messages, 2, others + 1, 1, 7);
    g_assert_true (bench_told (bench, "message first"));
    g_assert_null (bench_call (bench, DIFFERENCE));
    bench_kill (bench);
    bench_start (bench);
    assert_asks (bench, 11, 21, 7);
}

/* SC-J5: a chat and its first message in one difference, and the process dies on it */
static void
a_difference_is_taken_whole (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) w = world_new (8, WORLD_TOY);
    ApiEncryptedChat accepted;

    bench_online (bench);
    int32_t id = bench_waiting_chat (bench, w, &accepted);
    GBytes *notify = bench_bob_sends (w), *text = bob_says (w, "first");
    ApiUpdateEncryption encryption =
        TL_NEW (ApiUpdateEncryption, .chat = TL_OBJ (&accepted), .date = 1);
    ApiEncryptedMessageService one = service_of (id, notify), two = service_of (id, text);
    const TlObject *messages[] = { TL_OBJ (&one), TL_OBJ (&two) };
    const TlObject *others[] = { TL_OBJ (&encryption) };

    for (int dies = 1; dies >= 0; dies--) {
        bench_receive (bench, TL_OBJ (&TL_NEW (ApiUpdatesTooLong)));
        bench->hold = dies;
        bench_difference (bench, messages, 2, others, 1, 7);
        g_assert_cmpint (bench_told (bench, "message first"), ==, !dies);
        if (!dies)
            break;
        bench_kill (bench);
        bench_start (bench);
        assert_asks (bench, 10, 20, 5);
        bench_difference (bench, NULL, 0, NULL, 0, 5);
        bench_advance (bench, 1000);
    }
}

/* SC-J6: the news of a chat carries no number: twice, late, in a difference, it is the
 * same */
static void
news_of_a_chat_may_come_anyhow (void)
{
    for (int order = 0; order < 3; order++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        g_autoptr (World) w = world_new (9, WORLD_TOY);
        ApiEncryptedChat accepted;
        bench_online (bench);
        int32_t id = bench_waiting_chat (bench, w, &accepted);
        ApiUpdateEncryption update =
            TL_NEW (ApiUpdateEncryption, .chat = TL_OBJ (&accepted), .date = 1);
        ApiEncryptedChatWaiting waiting =
            TL_NEW (ApiEncryptedChatWaiting, .id = id, .access_hash = 77, .date = 1,
                    .admin_id = BENCH_OWN, .participant_id = BENCH_BOB);
        ApiUpdateEncryption late =
            TL_NEW (ApiUpdateEncryption, .chat = TL_OBJ (&waiting), .date = 1);
        const TlObject *others[] = { TL_OBJ (&update), TL_OBJ (&late) };
        TalkSecret first, last;
        for (int i = 0; i < 2; i++) {
            if (order == 0 || (order == 1 && i == 0)) {
                bench_update (bench, TL_OBJ (&update));
                bench_update (bench, TL_OBJ (&late));
            } else {
                bench_receive (bench, TL_OBJ (&TL_NEW (ApiUpdatesTooLong)));
                bench_difference (bench, NULL, 0, others, 2, 5);
                bench_advance (bench, 1000);
            }
            g_assert_true (tg_secret_info (bench->client, id, i == 0 ? &first : &last));
        }
        g_assert_cmpint (first.state, ==, TALK_STATE_READY);
        g_assert_cmpint (last.state, ==, TALK_STATE_READY);
        g_assert_cmpmem (first.key_hash, 36, last.key_hash, 36);
        g_assert_cmpuint (first.raw_out, ==, last.raw_out);
        g_assert_true (bench_told (bench, "chat 4 0"));
        g_assert_false (bench_told (bench, "chat 4 0"));
    }
}

/* SC-J7 MT-G3 MT-G7: a message that comes by both ways is shown once; what comes while a difference
 * runs waits for it */
static void
live_updates_wait_for_a_difference (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) w = world_new (10, WORLD_TOY);
    int32_t id = with_chat (bench, w);
    GBytes *one = bob_says (w, "one"), *two = bob_says (w, "two");
    ApiEncryptedMessageService first = service_of (id, one);
    const TlObject *messages[] = { TL_OBJ (&first), TL_OBJ (&first) };

    bench_receive (bench, TL_OBJ (&TL_NEW (ApiUpdatesTooLong)));
    assert_asks (bench, 10, 20, 6);
    deliver_as (bench, id, one, 7);
    deliver_as (bench, id, two, 8);
    g_assert_false (bench_told (bench, "message one"));
    g_assert_cmpint (bench->client->updates->qts, ==, 6);
    bench_difference (bench, messages, 2, NULL, 0, 7);
    g_assert_true (bench_told (bench, "message one"));
    g_assert_true (bench_told (bench, "message two"));
    g_assert_cmpint (bench->client->updates->qts, ==, 8);
    deliver_as (bench, id, one, 9); /* under a new number, even */
    g_assert_false (bench_told (bench, "message one"));
    g_assert_cmpint (bench->client->updates->qts, ==, 9);
    TalkSecret info;
    g_assert_true (tg_secret_info (bench->client, id, &info));
    g_assert_cmpuint (info.raw_in, ==, 3);
}

/* SC-J8: too long moves pts only, empty moves date and seq only */
static void
qts_stays_where_it_is (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    ApiUpdatesDifferenceTooLong too_long =
        TL_NEW (ApiUpdatesDifferenceTooLong, .pts = 70);
    ApiUpdatesDifferenceEmpty empty =
        TL_NEW (ApiUpdatesDifferenceEmpty, .date = 80, .seq = 90);

    bench_start (bench);
    assert_asks (bench, 10, 20, 5);
    bench_answer (bench, bench_call (bench, DIFFERENCE), TL_OBJ (&too_long));
    assert_asks (bench, 70, 20, 5);
    bench_answer (bench, bench_call (bench, DIFFERENCE), TL_OBJ (&empty));
    g_assert_null (bench_call (bench, DIFFERENCE));
    bench_kill (bench);
    bench_start (bench);
    assert_asks (bench, 70, 80, 5);
    g_assert_cmpint (bench->client->updates->seq, ==, 90);
}

static void
read_mark (Bench *bench, int32_t id, int32_t max_date)
{
    ApiUpdateEncryptedMessagesRead read =
        TL_NEW (ApiUpdateEncryptedMessagesRead, .chat_id = id, .max_date = max_date,
                .date = max_date);
    bench_update (bench, TL_OBJ (&read));
}

static gboolean
is_seen (Bench *bench, int32_t id, int64_t message)
{
    return secret_note_find (tg_secrets_find (bench->client, id), message)->seen;
}

/* SC-J9: a mark covers own sent messages up to its date, never goes back, and is nothing
 * for a chat that is not there */
static void
read_marks_only_rise (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) w = world_new (11, WORLD_TOY);
    int32_t id = with_chat (bench, w);
    int64_t messages[3];

    for (int i = 0; i < 3; i++) {
        g_autofree int64_t *ids = NULL;
        size_t n;
        g_assert_cmpint (tg_secret_send (bench->client, id, "x", &ids, &n), ==,
                         TALK_DONE);
        bench_run (bench);
        messages[i] = ids[0];
        if (i < 2)
            bench_carry (bench, w); /* the third one is not sent */
    }
    int32_t second = w->date, first = second - 1;
    g_string_truncate (bench->told, 0);
    read_mark (bench, id + 1, second);
    read_mark (bench, id, first - 1);
    g_assert_false (is_seen (bench, id, messages[0]));
    read_mark (bench, id, first);
    g_assert_true (is_seen (bench, id, messages[0]));
    g_assert_false (is_seen (bench, id, messages[1]));
    g_string_truncate (bench->told, 0);
    read_mark (bench, id, first - 1); /* back */
    g_assert_cmpstr (bench->told->str, ==, "");
    g_assert_cmpint (tg_secrets_find (bench->client, id)->reading.peer_date, ==, first);
    read_mark (bench, id, G_MAXINT32);
    g_assert_true (is_seen (bench, id, messages[1]));
    g_assert_false (is_seen (bench, id, messages[2]));
}

static void
peer_types (Bench *bench, int32_t chat_id)
{
    ApiUpdateEncryptedChatTyping typing =
        TL_NEW (ApiUpdateEncryptedChatTyping, .chat_id = chat_id);

    g_string_truncate (bench->told, 0);
    bench_update (bench, TL_OBJ (&typing));
}

/* MT-I11: shown for 6 s, or until a message of theirs; of nobody, or what was missed: nothing */
static void
typing_is_short_lived (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) w = world_new (12, WORLD_TOY);
    int32_t id = with_chat (bench, w);

    peer_types (bench, id + 1);
    g_assert_cmpstr (bench->told->str, ==, "");
    peer_types (bench, id);
    g_assert_true (bench_told (bench, "typing 1"));
    bench_advance (bench, 5900);
    g_assert_false (bench_told (bench, "typing 0"));
    bench_advance (bench, 200);
    g_assert_true (bench_told (bench, "typing 0"));
    peer_types (bench, id);
    g_assert_true (bench_told (bench, "typing 1"));
    deliver_as (bench, id, bob_says (w, "one"), 7);
    g_assert_true (bench_told (bench, "typing 0"));
    ApiUpdateEncryptedChatTyping late =
        TL_NEW (ApiUpdateEncryptedChatTyping, .chat_id = id);
    {
        g_auto (TgAct) act = tg_act (bench->client);
        tg_updates_apply (bench->client, TL_OBJ (&late), FALSE); /* of a difference */
    }
    bench_run (bench);
    g_assert_false (bench_told (bench, "typing 1"));
}

/* SC-J10 SC-A22: messages for a chat that is not there, or is over, are dropped for good;
 * their numbers count */
static void
messages_without_a_chat_are_dropped (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) w = world_new (12, WORLD_TOY);
    int32_t id = with_chat (bench, w);
    GBytes *one = bob_says (w, "one"), *two = bob_says (w, "two");

    deliver_as (bench, id + 1, one, 7);
    g_assert_cmpint (bench->client->updates->qts, ==, 7);
    bench_advance (bench, 3000);
    const BenchCall *call = bench_call (bench, QUEUE);
    g_assert_cmpint (bench_int (call, 0), ==, 7);
    g_assert_false (bench_told (bench, "message one"));
    tg_secret_close (bench->client, id, FALSE);
    bench_run (bench);
    g_string_truncate (bench->told, 0);
    deliver_as (bench, id, two, 8);
    g_assert_cmpint (bench->client->updates->qts, ==, 8);
    g_assert_cmpstr (bench->told->str, ==, "");
    g_assert_cmpuint (g_hash_table_size (bench->client->secrets->chats), ==, 1);
}

/* SC-J10 SC-J5: a message before its chat is ready waits for it */
static void
messages_before_their_chat_wait (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) w = world_new (13, WORLD_TOY);
    ApiEncryptedChat accepted;

    bench_online (bench);
    int32_t id = bench_waiting_chat (bench, w, &accepted);
    bench_deliver (bench, id, bench_bob_sends (w));
    bench_deliver (bench, id, bob_says (w, "early"));
    g_assert_cmpint (bench->client->updates->qts, ==, 7);
    bench_kill (bench);
    bench_start (bench);
    assert_asks (bench, 10, 20, 7);
    bench_difference (bench, NULL, 0, NULL, 0, 7);
    g_assert_false (bench_told (bench, "message early"));
    ApiUpdateEncryption update =
        TL_NEW (ApiUpdateEncryption, .chat = TL_OBJ (&accepted), .date = 1);
    bench_update (bench, TL_OBJ (&update));
    g_assert_true (bench_told (bench, "message early"));
    g_assert_false (bench_told (bench, "message early"));
}

/* SC-J11 SC-D12 SC-D17: the server has thrown messages away: the hole is asked for, and
 * what the peer sends again fills it; a peer that does not answer is told of */
static void
what_the_server_lost_comes_from_the_peer (void)
{
    for (int answers = 0; answers < 2; answers++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        g_autoptr (World) w = world_new (14, WORLD_TOY);
        int32_t id = with_chat (bench, w);
        GBytes *lost[] = { bob_says (w, "one"), bob_says (w, "two") };
        GBytes *kept = bob_says (w, "three");
        ApiEncryptedMessageService message = service_of (id, kept);
        const TlObject *messages[] = { TL_OBJ (&message) };
        g_assert_nonnull (lost[1]);

        bench_stop (bench);
        bench->now.wall += (int64_t)8 * 24 * 3600 * 1000;
        bench_start (bench);
        bench_difference (bench, messages, 1, NULL, 0, 9);
        g_assert_false (bench_told (bench, "message three"));
        bench->qts = 9;
        if (answers) {
            bench_carry (bench, w); /* Resend */
            for (GBytes *data; (data = bench_bob_sends (w)) != NULL;)
                bench_deliver (bench, id, data);
            g_assert_true (bench_told (bench, "message one"));
            g_assert_true (bench_told (bench, "message two"));
            g_assert_true (bench_told (bench, "message three"));
            continue;
        }
        bench->now.wall += (int64_t)7 * 24 * 3600 * 1000;
        bench_stop (bench);
        bench_start (bench);
        bench_difference (bench, NULL, 0, NULL, 0, 9);
        g_autofree char *notice = g_strdup_printf ("notice %d", TALK_NOTICE_GAP);
        g_assert_true (bench_told (bench, notice));
        TalkSecret info;
        g_assert_true (tg_secret_info (bench->client, id, &info));
        g_assert_cmpint (info.state, ==, TALK_STATE_READY);
    }
}

/* Every SEND so far is answered. */
static unsigned
service_sends (Bench *bench)
{
    ApiMessagesSentEncryptedMessage sent =
        TL_NEW (ApiMessagesSentEncryptedMessage, .date = 50);
    BenchCall *call;

    while ((call = bench_call (bench, ApiMessagesSendEncryptedService_ID)) != NULL)
        bench_answer (bench, call, TL_OBJ (&sent));
    return bench_count (bench, ApiMessagesSendEncryptedService_ID);
}

/* DECISIONS 26: a new connection: what is missing is asked for once more, as soon as the
 * difference is there, or shortly after where the server has none to give */
static void
a_reconnect_asks_for_what_is_missing (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) w = world_new (15, WORLD_TOY);
    int32_t id = with_chat (bench, w);
    g_assert_nonnull (bob_says (w, "one")); /* lost */
    GBytes *kept = bob_says (w, "two");

    bench_deliver (bench, id, kept);
    unsigned sent = service_sends (bench);
    for (int64_t wait = 10000; wait <= 1280000; wait *= 2) { /* into the hourly pauses */
        bench_advance (bench, wait);
        sent = service_sends (bench);
        if (bench_call (bench, ApiUpdatesGetDifference_ID) !=
            NULL) /* nothing came long */
            bench_difference (bench, NULL, 0, NULL, 0, bench->qts);
    }
    bench_advance (bench, 20000);
    g_assert_cmpuint (service_sends (bench), ==, sent);
    bench->conn_events->opened (bench->conn_user);
    bench_advance (bench, 1000);
    g_assert_cmpuint (service_sends (bench), ==, sent);
    bench_advance (bench, 2000);
    g_assert_cmpuint (service_sends (bench), ==, sent + 1);
    bench_advance (bench, 60000);
    g_assert_cmpuint (service_sends (bench), ==, sent + 1);

    bench->conn_events->opened (bench->conn_user);
    ApiUpdatesTooLong too_long = TL_NEW (ApiUpdatesTooLong);
    bench_receive (bench, TL_OBJ (&too_long));
    bench_advance (bench, 60000);
    g_assert_cmpuint (service_sends (bench), ==, sent + 1);
    bench_difference (bench, NULL, 0, NULL, 0, bench->qts);
    bench_advance (bench, 1);
    g_assert_cmpuint (service_sends (bench), ==, sent + 2);
    bench_advance (bench, 60000);
    g_assert_cmpuint (service_sends (bench), ==, sent + 2);
}

/* MT-G9: what belongs to no box is taken once, by its seq: the same packet again, or an older
 * one, changes nothing */
static void
an_old_seq_is_over (void)
{
    static const struct {
        int32_t seq;
        const char *name;
        gboolean taken;
    } rows[] = { { 2, "Second", TRUE },
                 { 2, "Second again", FALSE },
                 { 1, "First", FALSE },
                 { 3, "Third", TRUE } };
    g_autoptr (Bench) bench = bench_new (TRUE);
    const char *name = "Bob";

    bench_online (bench);
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        ApiUpdateUserName renamed = TL_NEW (ApiUpdateUserName, .user_id = BENCH_BOB,
                                            .first_name = TL_STR (rows[i].name));
        const TlObject *items[] = { TL_OBJ (&renamed) };
        ApiUpdates updates =
            TL_NEW (ApiUpdates, .updates = { items, 1 }, .users = { items, 0 },
                    .chats = { items, 0 }, .date = 20, .seq = rows[i].seq);
        bench_receive (bench, TL_OBJ (&updates));
        if (rows[i].taken)
            name = rows[i].name;
        g_assert_cmpstr (tg_peer_find (bench->client, BENCH_BOB)->name, ==, name);
    }
    g_assert_cmpint (bench->client->updates->seq, ==, 3);
}

/* DECISIONS 32: what takes long is taken in more turns, all of it in its order; a turn in
 * which Bob changes tells of him once */
static void
slow_updates_are_pieces (void)
{
    enum { UPDATES = 40 }; /* each is looked at twice */
    ApiUpdateUserName updates[UPDATES];
    const TlObject *items[UPDATES];
    char names[UPDATES][8];

    for (int slow = 0; slow < 2; slow++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        unsigned turns = 0;
        bench_online (bench);
        for (int i = 0; i < UPDATES; i++) {
            g_snprintf (names[i], sizeof names[i], "Bob%d", i);
            updates[i] = TL_NEW (ApiUpdateUserName, .user_id = BENCH_BOB,
                                 .first_name = TL_STR (names[i]));
            items[i] = TL_OBJ (&updates[i]);
        }
        g_string_truncate (bench->told, 0);
        bench_receive (bench, TL_OBJ (&TL_NEW (ApiUpdatesTooLong)));
        bench->tick = slow;
        bench_difference (bench, items, 0, items, UPDATES, 5);
        bench_advance (bench, 2000);
        bench->tick = 0;
        bench_advance (bench, 1000);
        for (const char *p = bench->told->str; (p = strstr (p, "peer Bob")) != NULL; p++)
            turns++;
        g_assert_true (slow ? turns >= UPDATES / 4 : turns == 1);
        g_assert_cmpstr (tg_peer_find (bench->client, BENCH_BOB)->name, ==, "Bob39");
        g_assert_false (bench->client->updates->running);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    world_quiet ();
#define ADD(f) g_test_add_func ("/client/updates/" #f, f)
    ADD (qts_is_an_order);
    ADD (a_gap_is_fetched);
    ADD (the_state_is_stored);
    ADD (an_impossible_qts_asks);
    ADD (a_lost_state_loses_no_message);
    ADD (nothing_is_told_before_it_is_durable);
    ADD (received_is_told_from_time_to_time);
    ADD (a_difference_has_an_order);
    ADD (a_difference_is_taken_whole);
    ADD (news_of_a_chat_may_come_anyhow);
    ADD (live_updates_wait_for_a_difference);
    ADD (qts_stays_where_it_is);
    ADD (read_marks_only_rise);
    ADD (typing_is_short_lived);
    ADD (messages_without_a_chat_are_dropped);
    ADD (messages_before_their_chat_wait);
    ADD (what_the_server_lost_comes_from_the_peer);
    ADD (a_reconnect_asks_for_what_is_missing);
    ADD (an_old_seq_is_over);
    ADD (slow_updates_are_pieces);
    return g_test_run ();
}
