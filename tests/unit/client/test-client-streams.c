/* The streams of numbers, kind by kind: what counts in which, what asks for a difference, and
 * whose sender must be known (MTPROTO.md section G). */
#include "client-bench.h"
#include "kinds.h"

#include "record.tl.h"
#include "tl-encode.h"
#include "tl-tables.h"
#include "tl-writer.h"

#include <string.h>

#define DIFFERENCE ApiUpdatesGetDifference_ID
#define STATE ApiUpdatesGetState_ID
#define CAROL 1003
#define STRANGER 5005

/* --- the smallest object of any kind --- */

typedef struct {
    int32_t pts, count, qts;
} Numbers;

static void write_ctor (TlWriter *out, const TlCtor *ctor, const Numbers *numbers);

static const TlCtor *
smallest_of (unsigned type)
{
    const TlCtor *best = NULL;

    for (unsigned i = 0; i < tl_api_schema.n_ctors; i++) {
        const TlCtor *ctor = &tl_api_schema.ctors[i];
        if (!ctor->method && ctor->type == type &&
            (best == NULL || ctor->n_fields < best->n_fields))
            best = ctor;
    }
    g_assert_nonnull (best);
    return best;
}

static int32_t
number_of (const char *name, const Numbers *numbers)
{
    return g_str_equal (name, "pts")         ? numbers->pts
           : g_str_equal (name, "pts_count") ? numbers->count
           : g_str_equal (name, "qts")       ? numbers->qts
                                             : 0;
}

static void
write_field (TlWriter *out, const TlField *field, const Numbers *numbers)
{
    if (field->flag_word != 0)
        return;
    if (field->shape != TL_SHAPE_ONE) {
        if (field->shape == TL_SHAPE_VECTOR)
            tl_writer_int (out, (int32_t)TL_VECTOR_ID);
        tl_writer_int (out, 0);
        return;
    }
    switch (field->kind) {
    case TL_KIND_INT:
        tl_writer_int (out, number_of (tl_api_schema.names + field->name, numbers));
        break;
    case TL_KIND_INT256:
        tl_writer_long (out, 0);
        tl_writer_long (out, 0); /* fall through */
    case TL_KIND_INT128:
        tl_writer_long (out, 0); /* fall through */
    case TL_KIND_LONG:
    case TL_KIND_DOUBLE:
        tl_writer_long (out, 0);
        break;
    case TL_KIND_BYTES:
        tl_writer_bytes (out, "", 0);
        break;
    case TL_KIND_BOOL:
        tl_writer_int (out, (int32_t)TL_BOOL_FALSE_ID);
        break;
    case TL_KIND_FLAGS:
        tl_writer_int (out, 0);
        break;
    case TL_KIND_OBJECT: {
        const TlCtor *ctor = smallest_of (field->target);
        tl_writer_int (out, (int32_t)ctor->id);
        write_ctor (out, ctor, numbers);
        break;
    }
    case TL_KIND_BARE:
        write_ctor (out, &tl_api_schema.ctors[field->target], numbers);
        break;
    default:
        break;
    }
}

static void
write_ctor (TlWriter *out, const TlCtor *ctor, const Numbers *numbers)
{
    for (unsigned i = 0; i < ctor->n_fields; i++)
        write_field (out, &tl_api_schema.fields[ctor->first_field + i], numbers);
}

/* In an updateShort. */
static void
receive_kind (Bench *bench, const TlCtor *ctor, Numbers numbers)
{
    g_auto (TlWriter) out = { 0 };

    tl_writer_int (&out, (int32_t)ApiUpdateShort_ID);
    tl_writer_int (&out, (int32_t)ctor->id);
    write_ctor (&out, ctor, &numbers);
    tl_writer_int (&out, 1); /* date */
    bench_receive_bytes (bench, out.data, out.len);
}

static const KindRow *
row_of (const TlCtor *ctor)
{
    const char *name = tl_id_name (&tl_api_schema, ctor->id);

    for (size_t i = 0; i < n_kind_rows; i++)
        if (g_str_equal (kind_rows[i].name, name))
            return &kind_rows[i];
    g_error ("%s is in no table: what does the client do with it?", name);
}

static gboolean
is_update (const TlCtor *ctor)
{
    return !ctor->method &&
           ctor->type == tl_schema_find (&tl_api_schema, ApiUpdateNewMessage_ID)->type;
}

#define EACH_UPDATE(ctor)                                                                \
    for (const TlCtor *ctor = tl_api_schema.ctors;                                       \
         ctor < tl_api_schema.ctors + tl_api_schema.n_ctors; ctor++)                     \
        if (is_update (ctor))

/* MT-G28 MT-G6 MT-G7 MT-G8: each kind that the layer has is in the table, moves the numbers
 * that the table says and no others, and what is not ours does nothing */
static void
every_kind_is_known (void)
{
    unsigned seen = 0;

    EACH_UPDATE (ctor)
    {
        const KindRow *row = row_of (ctor);
        g_autoptr (Bench) bench = bench_new (TRUE);
        bench_online (bench);
        g_string_truncate (bench->told, 0);
        unsigned calls = bench->calls->len;
        receive_kind (bench, ctor, (Numbers){ 11, 1, 6 });
        const TgUpdates *u = bench->client->updates;
        g_test_message ("%s", row->name);
        g_assert_cmpint (u->pts, ==, row->kind == KIND_COUNTED ? 11 : 10);
        g_assert_cmpint (u->qts, ==, row->kind == KIND_SECRET ? 6 : 5);
        if (row->kind == KIND_NONE || row->kind == KIND_CHANNEL) {
            bench_advance (bench, 3000);
            g_assert_cmpstr (bench->told->str, ==, "");
            g_assert_cmpuint (bench->calls->len, ==, calls);
        }
        seen++;
    }
    g_assert_cmpuint (seen, ==, n_kind_rows);
}

/* MT-G6 MT-G7: of each kind that counts: what is old changes nothing, what is early waits, and
 * then it is asked from where we are, not jumped over */
static void
every_counted_kind_has_an_order (void)
{
    EACH_UPDATE (ctor)
    {
        Kind kind = row_of (ctor)->kind;
        if (kind != KIND_COUNTED && kind != KIND_SECRET)
            continue;
        g_autoptr (Bench) bench = bench_new (TRUE);
        const TgUpdates *u;
        bench_online (bench);
        u = bench->client->updates;
        receive_kind (bench, ctor, (Numbers){ 10, 1, 5 });
        receive_kind (bench, ctor, (Numbers){ 12, 1, 7 });
        g_assert_cmpint (u->pts, ==, 10);
        g_assert_cmpint (u->qts, ==, 5);
        bench_advance (bench, 400);
        g_assert_null (bench_call (bench, DIFFERENCE));
        bench_advance (bench, 200);
        BenchCall *call = bench_call (bench, DIFFERENCE);
        g_assert_nonnull (call);
        g_assert_cmpint (bench_int (call, 1), ==, 10);
        g_assert_cmpint (bench_int (call, 3), ==, 5);
    }
}

/* MT-G8 MT-G18: five hundred channels that go on without us, two of them in turns: no call, no
 * number of the account moves */
static void
channels_are_skipped (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    const TlCtor *message = tl_schema_find (&tl_api_schema, 0x62ba04d9),
                 *too_long = tl_schema_find (&tl_api_schema, 0x108d941f);

    g_assert_cmpstr (tl_id_name (&tl_api_schema, message->id), ==,
                     "updateNewChannelMessage");
    g_assert_cmpstr (tl_id_name (&tl_api_schema, too_long->id), ==,
                     "updateChannelTooLong");
    bench_online (bench);
    unsigned calls = bench->calls->len;
    g_string_truncate (bench->told, 0);
    for (int32_t i = 0; i < 500; i++) {
        receive_kind (bench, too_long, (Numbers){ 0, 0, 0 });
        receive_kind (bench, message, (Numbers){ i % 2 ? 11 + i : 7000 + i, 1, 0 });
    }
    bench_advance (bench, 5000);
    g_assert_cmpuint (bench->calls->len, ==, calls);
    g_assert_cmpint (bench->client->updates->pts, ==, 10);
    g_assert_cmpstr (bench->told->str, ==, "");
}

/* --- ordinary messages, of which the client has no whole struct --- */

static void
write_message (TlWriter *out, int32_t id, int64_t from)
{
    tl_writer_int (out, (int32_t)ApiMessage_ID);
    tl_writer_long (out, 0); /* flags, flags2 */
    tl_writer_int (out, id);
    tl_writer_int (out, (int32_t)ApiPeerUser_ID);
    tl_writer_long (out, from);
    tl_writer_int (out, 1); /* date */
    tl_writer_bytes (out, "", 0);
}

static void
write_vector (TlWriter *out, int n)
{
    tl_writer_int (out, (int32_t)TL_VECTOR_ID);
    tl_writer_int (out, n);
}

/* In its short form. */
static void
letter_of (Bench *bench, int64_t from, int32_t pts)
{
    g_auto (TlWriter) out = { 0 };

    tl_writer_int (&out, (int32_t)ApiUpdateShortMessage_ID);
    tl_writer_int (&out, 0); /* flags */
    tl_writer_int (&out, pts);
    tl_writer_long (&out, from);
    tl_writer_bytes (&out, "", 0);
    tl_writer_int (&out, pts);
    tl_writer_int (&out, 1); /* pts_count */
    tl_writer_int (&out, 1); /* date */
    bench_receive_bytes (bench, out.data, out.len);
}

/* `updates` with a message of that person. */
static void
write_letter (TlWriter *out, int64_t from, int32_t pts)
{
    tl_writer_int (out, (int32_t)ApiUpdates_ID);
    write_vector (out, 1);
    tl_writer_int (out, (int32_t)ApiUpdateNewMessage_ID);
    write_message (out, pts, from);
    tl_writer_int (out, pts);
    tl_writer_int (out, 1); /* pts_count */
    write_vector (out, 0);  /* users */
    write_vector (out, 0);  /* chats */
    tl_writer_int (out, 20);
    tl_writer_int (out, 0);
}

/* A difference with that person's message 11, with them, if `known`, and with a new name of
 * theirs, if there is one. */
static void
answer_with_letter (Bench *bench, int64_t from, gboolean known, const char *renamed)
{
    ApiUser user = TL_NEW (ApiUser, .id = from, .has_access_hash = TRUE, .access_hash = 3,
                           .first_name = TL_STR ("Carol"));
    ApiUpdatesState state =
        TL_NEW (ApiUpdatesState, .pts = 11, .qts = 5, .date = 21, .seq = 2);
    g_auto (TlWriter) out = { 0 };

    tl_writer_int (&out, (int32_t)ApiUpdatesDifference_ID);
    write_vector (&out, 1);
    write_message (&out, 11, from);
    write_vector (&out, 0); /* encrypted */
    write_vector (&out, renamed != NULL);
    if (renamed != NULL) {
        tl_writer_int (&out, (int32_t)ApiUpdateUserName_ID);
        tl_writer_long (&out, from);
        tl_writer_bytes (&out, renamed, strlen (renamed));
        tl_writer_bytes (&out, "", 0);
        write_vector (&out, 0); /* usernames */
    }
    write_vector (&out, 0); /* chats */
    write_vector (&out, known);
    if (known)
        g_assert_true (tl_encode (&tl_api_schema, TL_OBJ (&user), &out));
    g_assert_true (tl_encode (&tl_api_schema, TL_OBJ (&state), &out));
    bench_answer_bytes (bench, bench_call (bench, DIFFERENCE), out.data, out.len);
}

/* --- asking --- */

static void
be_empty (Bench *bench)
{
    ApiUpdatesDifferenceEmpty empty =
        TL_NEW (ApiUpdatesDifferenceEmpty, .date = 20, .seq = 1);

    bench_answer (bench, bench_call (bench, DIFFERENCE), TL_OBJ (&empty));
}

static void
start_difference (Bench *bench)
{
    bench_receive (bench, TL_OBJ (&TL_NEW (ApiUpdatesTooLong)));
    g_assert_nonnull (bench_call (bench, DIFFERENCE));
}

/* A new session, or something that could not be read. */
static void
nothing_legible (Bench *bench)
{
    g_auto (TgAct) act = tg_act (bench->client);
    tg_updates_receive (bench->client, NULL);
}

static void
too_long (Bench *bench)
{
    bench_receive (bench, TL_OBJ (&TL_NEW (ApiUpdatesTooLong)));
}

static void
long_silence (Bench *bench)
{
    bench_advance (bench, 15 * 60 * 1000);
    g_assert_null (bench_call (bench, DIFFERENCE)); /* not all accounts at once */
    bench_advance (bench, BENCH_OWN % 60 * 1000);
}

static void
gap_in_seq (Bench *bench)
{
    const TlObject *none[1];
    ApiUpdates updates = TL_NEW (ApiUpdates, .updates = { none, 0 }, .users = { none, 0 },
                                 .chats = { none, 0 }, .date = 20, .seq = 7);
    bench_receive (bench, TL_OBJ (&updates));
}

static void
letter_of_nobody (Bench *bench)
{
    letter_of (bench, STRANGER, 11);
}

static void (*const triggers[]) (Bench *bench) = { nothing_legible, too_long, gap_in_seq,
                                                   letter_of_nobody, long_silence };

/* MT-G12: each of them asks, once; all of them within a second ask once more */
static void
what_asks_for_a_difference (void)
{
    for (size_t i = 0; i < G_N_ELEMENTS (triggers); i++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        bench_online (bench);
        unsigned asked = bench_count (bench, DIFFERENCE);
        g_test_message ("trigger %zu", i);
        triggers[i](bench);
        bench_advance (bench, 1);
        g_assert_cmpuint (bench_count (bench, DIFFERENCE), ==, asked + 1);
        be_empty (bench);
        for (size_t k = 0; k + 1 < G_N_ELEMENTS (triggers); k++)
            triggers[k](bench);
        bench_run (bench);
        g_assert_cmpuint (bench_count (bench, DIFFERENCE), ==, asked + 1);
        bench_advance (bench, 1000);
        g_assert_cmpuint (bench_count (bench, DIFFERENCE), ==, asked + 2);
    }
}

/* MT-G2: a state that the server does not take any more: its own, once, and what it says is
 * what is asked from next */
static void
a_refused_state_is_asked_for (void)
{
    static const char *const words[] = { "PERSISTENT_TIMESTAMP_EMPTY",
                                         "PERSISTENT_TIMESTAMP_INVALID",
                                         "PERSISTENT_TIMESTAMP_OUTDATED" };
    ApiUpdatesState state =
        TL_NEW (ApiUpdatesState, .pts = 30, .qts = 40, .date = 50, .seq = 60);

    for (size_t i = 0; i < G_N_ELEMENTS (words); i++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        bench_start (bench);
        bench_refuse (bench, bench_call (bench, DIFFERENCE), 400, words[i]);
        bench_answer (bench, bench_call (bench, STATE), TL_OBJ (&state));
        g_assert_true (bench_told (bench, "online"));
        bench_stop (bench);
        bench_start (bench);
        g_assert_cmpint (bench_int (bench_call (bench, DIFFERENCE), 1), ==, 30);
    }
}

/* MT-G2: a stored state of impossible numbers is not sent */
static void
garbage_is_not_sent (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    RecUpdatesState damaged = TL_NEW (RecUpdatesState, .pts = -7, .qts = 5, .date = 1);

    bench_put (bench, STORE_UPDATES, 0, TL_OBJ (&damaged));
    bench_start (bench);
    g_assert_null (bench_call (bench, DIFFERENCE));
    g_assert_nonnull (bench_call (bench, STATE));
}

/* MT-G18: the server has numbered anew: its state is taken, however far back it is */
static void
another_pts_is_taken (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    ApiUpdatesState state =
        TL_NEW (ApiUpdatesState, .pts = 3, .qts = 5, .date = 50, .seq = 1);

    bench_online (bench);
    bench_update (bench, TL_OBJ (&TL_NEW (ApiUpdatePtsChanged)));
    bench_run (bench);
    g_assert_null (bench_call (bench, DIFFERENCE));
    bench_answer (bench, bench_call (bench, STATE), TL_OBJ (&state));
    g_assert_cmpint (bench->client->updates->pts, ==, 3);
    letter_of (bench, BENCH_BOB, 4);
    g_assert_true (bench_told (bench, "cloud"));
    bench_advance (bench, 5000);
    g_assert_null (bench_call (bench, DIFFERENCE));
    g_assert_null (bench_call (bench, STATE));
}

/* --- what is durable --- */

/* MT-G1: the numbers stand with what they cover: a process that dies before that asks from
 * the old ones and tells of the message, one that dies after asks from the new ones */
static void
numbers_stand_with_what_they_cover (void)
{
    for (int written = 0; written < 2; written++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        bench_online (bench);
        bench->hold = TRUE;
        letter_of (bench, BENCH_BOB, 11);
        bench_run (bench);
        g_assert_false (bench_told (bench, "cloud"));
        if (written) {
            bench->hold = FALSE;
            bench_run (bench);
            g_assert_true (bench_told (bench, "cloud"));
        }
        bench->hold = FALSE;
        bench_kill (bench);
        bench_start (bench);
        g_assert_cmpint (bench_int (bench_call (bench, DIFFERENCE), 1), ==,
                         written ? 11 : 10);
    }
}

/* MT-G32: with the login its numbers go: who logs in next begins with the server's */
static void
numbers_go_with_the_login (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);

    bench_online (bench);
    bench_lose_key (bench, "SESSION_REVOKED");
    bench_stop (bench);
    bench_make (bench);
    tg_client_start (bench->client);
    bench_run (bench);
    g_assert_false (bench->client->updates->known);
    g_assert_cmpint (bench->client->own_id, ==, 0);
}

/* MT-G32: the server takes the key for somebody else's: nothing is asked by numbers of ours */
static void
numbers_are_nobody_elses (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    ApiUser other = TL_NEW (ApiUser, .self = TRUE, .id = 2002, .has_access_hash = TRUE,
                            .access_hash = 1, .first_name = TL_STR ("Other"));
    TlWriter out = { 0 };

    bench_make (bench);
    tg_client_start (bench->client);
    bench_run (bench);
    bench->conn_events->opened (bench->conn_user);
    bench_run (bench);
    tl_writer_int (&out, (int32_t)TL_VECTOR_ID);
    tl_writer_int (&out, 1);
    g_assert_true (tl_encode (&tl_api_schema, TL_OBJ (&other), &out));
    bench_answer_bytes (bench, bench_call (bench, ApiUsersGetUsers_ID), out.data,
                        out.len);
    bench_advance (bench, 5000);
    g_assert_cmpuint (bench_count (bench, DIFFERENCE), ==, 0);
    g_assert_cmpuint (bench_count (bench, STATE), ==, 0);
    tl_writer_clear (&out);
}

/* --- the short forms --- */

/* MT-G10 MT-G20: who is there is told at once, also while a difference runs and an earlier
 * seq is missing; what has a seq waits for both */
static void
fleeting_news_do_not_wait (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    ApiUserStatusOnline online = TL_NEW (ApiUserStatusOnline, .expires = G_MAXINT32);
    ApiUpdateUserStatus there =
        TL_NEW (ApiUpdateUserStatus, .user_id = BENCH_BOB, .status = TL_OBJ (&online));
    ApiUpdateUserName renamed =
        TL_NEW (ApiUpdateUserName, .user_id = BENCH_BOB, .first_name = TL_STR ("Robert"));
    const TlObject *items[] = { TL_OBJ (&renamed), TL_OBJ (&there) };
    ApiUpdates numbered =
        TL_NEW (ApiUpdates, .updates = { items, 2 }, .users = { items, 0 },
                .chats = { items, 0 }, .date = 20, .seq = 2);
    const TgPeerData *bob;

    bench_online (bench);
    bob = tg_peer_find (bench->client, BENCH_BOB);
    start_difference (bench);
    bench_receive (bench, TL_OBJ (&numbered)); /* beside one without an order */
    g_assert_cmpint (bob->seen.presence, !=, TALK_PRESENCE_ONLINE);
    bench_update (bench, TL_OBJ (&there));
    g_assert_cmpint (bob->seen.presence, ==, TALK_PRESENCE_ONLINE);
    g_assert_cmpstr (bob->name, ==, "Bob");
    be_empty (bench);
    g_assert_cmpstr (bob->name, ==, "Robert");
    g_assert_cmpint (bench->client->updates->seq, ==, 2);
}

/* MT-G20: in a short form, too, a numbered update has its turn */
static void
a_short_form_obeys_its_order (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    const TlCtor *edit = tl_schema_find (&tl_api_schema, ApiUpdateEditMessage_ID);

    bench_online (bench);
    receive_kind (bench, edit, (Numbers){ 12, 1, 0 });
    g_assert_cmpint (bench->client->updates->pts, ==, 10);
    letter_of (bench, BENCH_BOB, 11); /* fills it */
    g_assert_cmpint (bench->client->updates->pts, ==, 12);
    g_assert_true (bench_told (bench, "cloud"));
    letter_of (bench, CAROL, 11); /* that number is taken */
    bench_advance (bench, 5000);
    g_assert_false (bench_told (bench, "cloud"));
    g_assert_null (bench_call (bench, DIFFERENCE));
}

/* MT-G22: the answer to somebody's sending, pushed to us: nothing */
static void
a_pushed_answer_is_nothing (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_auto (TlWriter) out = { 0 };

    bench_online (bench);
    unsigned calls = bench->calls->len;
    tl_writer_int (&out, (int32_t)ApiUpdateShortSentMessage_ID);
    tl_writer_int (&out, 0);  /* flags */
    tl_writer_int (&out, 5);  /* id */
    tl_writer_int (&out, 50); /* pts */
    tl_writer_int (&out, 1);  /* pts_count */
    tl_writer_int (&out, 1);  /* date */
    bench_receive_bytes (bench, out.data, out.len);
    bench_advance (bench, 5000);
    g_assert_cmpint (bench->client->updates->pts, ==, 10);
    g_assert_cmpuint (bench->calls->len, ==, calls);
}

/* --- differences --- */

/* MT-G15: people, then ordinary messages, then the rest, wherever that stands */
static void
a_difference_has_an_order (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);

    bench_online (bench);
    start_difference (bench);
    g_string_truncate (bench->told, 0);
    bench->tick = 1; /* each in a turn of its own */
    answer_with_letter (bench, CAROL, TRUE, "Caroline");
    bench_advance (bench, 2000);
    bench->tick = 0;
    bench_advance (bench, 100);
    const char *told = bench->told->str, *first = strstr (told, "peer Carol\n"),
               *cloud = strstr (told, "cloud"), *last = strstr (told, "peer Caroline");
    g_assert_true (first != NULL && first < cloud && cloud < last);
}

/* MT-G26: a message of somebody unknown does not count; the difference brings both;
 * does it not, it is told all the same, and not asked for again */
static void
a_sender_must_be_known (void)
{
    for (int whole = 0; whole < 2; whole++)
        for (int known = 0; known < 2; known++) {
            g_autoptr (Bench) bench = bench_new (TRUE);
            g_auto (TlWriter) out = { 0 };
            bench_online (bench);
            write_letter (&out, STRANGER, 11);
            if (whole)
                bench_receive_bytes (bench, out.data, out.len);
            else
                letter_of (bench, STRANGER, 11);
            bench_advance (bench, 1);
            g_assert_false (bench_told (bench, "cloud"));
            g_assert_cmpint (bench_int (bench_call (bench, DIFFERENCE), 1), ==, 10);
            answer_with_letter (bench, STRANGER, known, NULL);
            g_assert_true (bench_told (bench, "cloud"));
            g_assert_cmpint (bench->client->updates->pts, ==, 11);
            bench_advance (bench, 5000);
            g_assert_null (bench_call (bench, DIFFERENCE));
        }
}

/* MT-G26: one that is old, or early, asks for nothing by its sender alone */
static void
only_the_next_must_be_known (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);

    bench_online (bench);
    letter_of (bench, STRANGER, 10);
    bench_advance (bench, 3000);
    g_assert_null (bench_call (bench, DIFFERENCE));
}

/* --- answers --- */

/* MT-G23 MT-G6: what a call's answer tells counts like what is pushed: once, in its order, and
 * a gap is asked for */
static void
answers_are_updates (void)
{
    for (int gap = 0; gap < 2; gap++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        g_auto (TlWriter) answer = { 0 };
        bench_online (bench);
        write_letter (&answer, BENCH_BOB, 11 + gap);
        tg_client_remove_contact (bench->client, BENCH_BOB);
        bench_run (bench);
        bench_answer_bytes (bench, bench_call (bench, ApiContactsDeleteContacts_ID),
                            answer.data, answer.len);
        g_assert_cmpint (bench->client->updates->pts, ==, gap ? 10 : 11);
        g_assert_cmpint (bench_told (bench, "cloud"), ==, !gap);
        bench_receive_bytes (bench, answer.data, answer.len); /* and it is pushed */
        bench_advance (bench, 1000);
        g_assert_cmpint (bench->client->updates->pts, ==, gap ? 10 : 11);
        g_assert_false (bench_told (bench, "cloud"));
        g_assert_cmpint (bench_call (bench, DIFFERENCE) != NULL, ==, gap);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    world_quiet ();
#define ADD(f) g_test_add_func ("/client/streams/" #f, f)
    ADD (every_kind_is_known);
    ADD (every_counted_kind_has_an_order);
    ADD (channels_are_skipped);
    ADD (what_asks_for_a_difference);
    ADD (a_refused_state_is_asked_for);
    ADD (garbage_is_not_sent);
    ADD (another_pts_is_taken);
    ADD (numbers_stand_with_what_they_cover);
    ADD (numbers_go_with_the_login);
    ADD (numbers_are_nobody_elses);
    ADD (fleeting_news_do_not_wait);
    ADD (a_short_form_obeys_its_order);
    ADD (a_pushed_answer_is_nothing);
    ADD (a_difference_has_an_order);
    ADD (a_sender_must_be_known);
    ADD (only_the_next_must_be_known);
    ADD (answers_are_updates);
    return g_test_run ();
}
