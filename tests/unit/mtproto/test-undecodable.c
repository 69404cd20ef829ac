/* Answers and updates that do not decode: what becomes of them, of what comes beside them and
 * of the connection. */
#include "mt-bench.h"

#include "tl-encode.h"
#include "tl-tables.h"

#include <string.h>

#define SECOND 1000
#define UNKNOWN ((int32_t)0xdeadbeefu) /* no constructor of any schema */

static void
expect (GString *string, const char *want)
{
    g_autofree char *got = mb_take (string);
    g_assert_cmpstr (got, ==, want);
}

/* What was heard is answered, if it wants to be, and let go. */
static void
answer_ping (MtBench *b)
{
    if (mb_find (b, MtpPingDelayDisconnect_ID) != NULL)
        mb_give_pong (b);
    mb_forget (b);
}

/* users.getUsers, and the message that it went in. */
static const MtHeard *
ask_users (MtBench *b)
{
    ApiInputUserSelf self = TL_NEW (ApiInputUserSelf);
    const TlObject *ids[] = { TL_OBJ (&self) };
    ApiUsersGetUsers request = TL_NEW (ApiUsersGetUsers, .id = { ids, 1 });

    answer_ping (b);
    mb_ask (b, TL_OBJ (&request), 0);
    mb_flush (b);
    for (unsigned i = 0; i < b->heard->len; i++) {
        const MtHeard *heard = b->heard->pdata[i];
        uint32_t id = 0;
        if (heard->len > 8)
            memcpy (&id, heard->body + (memcmp (heard->body, "WRAP", 4) == 0 ? 4 : 0), 4);
        if (GUINT32_FROM_LE (id) == ApiUsersGetUsers_ID)
            return heard;
    }
    g_assert_not_reached ();
}

static gboolean
is_wrapped (const MtHeard *heard)
{
    return memcmp (heard->body, "WRAP", 4) == 0;
}

/* Where a constructor may stand that nobody knows. */
enum { AT_THE_TOP, IN_A_VECTOR, IN_AN_OPTIONAL_FIELD, NOWHERE };

/* Answers to users.getUsers: two users, the second one strange. */
static void
write_users (TlWriter *out, int where)
{
    tl_writer_int (out, where == AT_THE_TOP ? UNKNOWN : (int32_t)TL_VECTOR_ID);
    tl_writer_int (out, 2);
    tl_writer_int (out, (int32_t)ApiUserEmpty_ID);
    tl_writer_long (out, 7);
    if (where == IN_A_VECTOR) {
        tl_writer_int (out, UNKNOWN);
        tl_writer_long (out, 8);
        return;
    }
    tl_writer_int (out, (int32_t)ApiUser_ID);
    tl_writer_int (out, where == IN_AN_OPTIONAL_FIELD ? 1 << 5 : 0); /* a photo */
    tl_writer_int (out, 0);
    tl_writer_long (out, 8);
    if (where == IN_AN_OPTIONAL_FIELD) {
        tl_writer_int (out, UNKNOWN);
        tl_writer_long (out, 9);
    }
}

/* MT-A12 MT-A23: an answer with a constructor that nobody knows, wherever it stands, is none:
 * the call fails, what was missed is asked for, the answer beside it counts, and the connection
 * stays; without it it is an answer */
static void
test_answers (void)
{
    g_autoptr (MtBench) b = mb_ready ();

    for (int where = AT_THE_TOP; where <= NOWHERE; where++) {
        g_auto (TlWriter) body = { 0 };
        const MtHeard *users = ask_users (b);
        mb_call (b, 10 + where, 0);
        g_string_truncate (b->events, 0);
        write_users (&body, where);
        mb_answer_bytes (b, users->msg_id, body.data, body.len);
        mb_answer (b, mb_find_call (b, 10 + where));
        expect (b->answers,
                where == NOWHERE ? "ok ok" : "error -10002 UNDECODABLE -1 ok");
        expect (b->events, where == NOWHERE ? "" : "gap");
        /* it is acknowledged, so the server does not say it again */
        mb_advance (b, 31 * SECOND);
        g_assert_nonnull (mb_find (b, MtpMsgsAck_ID));
    }
    g_assert_cmpuint (b->connects, ==, 1);
}

/* MT-A12: after such an answer our layer is said again, with the next call; not more often than
 * once in sixty seconds, whatever is answered */
static void
test_layer_again (void)
{
    g_autoptr (MtBench) b = mb_ready ();
    g_auto (TlWriter) bad = { 0 };
    g_auto (TlWriter) good = { 0 };

    write_users (&bad, IN_A_VECTOR);
    write_users (&good, NOWHERE);
    const MtHeard *call = ask_users (b);
    g_assert_true (is_wrapped (call)); /* the connection's first */
    mb_answer_bytes (b, call->msg_id, good.data, good.len);
    for (int second = 0; second <= 130; second++) {
        call = ask_users (b);
        /* what is answered at 0 s has that after it wrapped, until that is answered well */
        g_assert_cmpint (is_wrapped (call), ==,
                         second == 1 || second == 2 || second == 61 || second == 121);
        gboolean well = second == 2 || second == 61 || second == 121;
        mb_answer_bytes (b, call->msg_id, well ? good.data : bad.data,
                         well ? good.len : bad.len);
        mb_advance (b, SECOND);
    }
    g_assert_cmpuint (b->connects, ==, 1);
}

/* MT-A12 MT-D45: of an update with a constructor that nobody knows nothing is applied; it is
 * asked what was missed, and that is all: the next one is taken, on the same connection */
static void
test_updates (void)
{
    g_autoptr (MtBench) b = mb_ready ();

    mb_give_pong (b);
    for (int where = AT_THE_TOP; where <= NOWHERE; where++) {
        g_auto (TlWriter) body = { 0 };
        g_string_truncate (b->events, 0);
        tl_writer_int (&body, where == AT_THE_TOP ? UNKNOWN : (int32_t)ApiUpdates_ID);
        tl_writer_int (&body, (int32_t)TL_VECTOR_ID);
        tl_writer_int (&body, where == IN_A_VECTOR ? 1 : 0);
        if (where == IN_A_VECTOR)
            tl_writer_int (&body, UNKNOWN);
        write_users (&body, where == IN_AN_OPTIONAL_FIELD ? where : NOWHERE);
        tl_writer_int (&body, (int32_t)TL_VECTOR_ID);
        tl_writer_int (&body, 0);
        tl_writer_int (&body, 0); /* date, seq */
        tl_writer_int (&body, 0);
        mb_say_bytes (b, body.data, body.len, TRUE);
        expect (b->events, where == NOWHERE ? "update" : "gap");
    }
    for (int i = 0; i < 100; i++)
        mb_say_bytes (b, (const uint8_t *)"\xef\xbe\xad\xde", 4, TRUE);
    g_assert_null (strstr (b->events->str, "disconnect"));
    g_assert_cmpuint (b->connects, ==, 1);
}

/* MT-A14 MT-C6: under the key nothing may stand behind what is said: a pong with more behind it
 * is none, and the connection goes; an answer with more behind it is none */
static void
test_something_behind (void)
{
    g_autoptr (MtBench) b = mb_ready ();
    g_auto (TlWriter) users = { 0 };

    const MtHeard *call = ask_users (b);
    write_users (&users, NOWHERE);
    tl_writer_int (&users, 0);
    mb_answer_bytes (b, call->msg_id, users.data, users.len);
    expect (b->answers, "error -10002 UNDECODABLE -1");
    for (int behind = 0; behind < 2; behind++) {
        g_autoptr (MtBench) other = mb_ready ();
        const MtHeard *ping = mb_find (other, MtpPingDelayDisconnect_ID);
        g_auto (TlWriter) pong = { 0 };
        tl_writer_int (&pong, (int32_t)MtpPong_ID);
        tl_writer_long (&pong, ping->msg_id);
        tl_writer_raw (&pong, ping->body + 4, 8);
        if (behind)
            tl_writer_int (&pong, 0);
        mb_say_bytes (other, pong.data, pong.len, FALSE);
        g_string_truncate (other->events, 0);
        mb_advance (other, 40 * SECOND);
        expect (other->events, behind ? "disconnect connect" : "");
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/undecodable/answers", test_answers);
    g_test_add_func ("/undecodable/layer-again", test_layer_again);
    g_test_add_func ("/undecodable/updates", test_updates);
    g_test_add_func ("/undecodable/something-behind", test_something_behind);
    return g_test_run ();
}
