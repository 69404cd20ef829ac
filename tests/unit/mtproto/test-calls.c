/* A call is carried out once and answered once, whatever is said of it on the way: what is
 * repeated, what is not, and when (MTPROTO.md sections D and E). */
#include "mt-bench.h"
#include "mt-private.h"

#include "tl-encode.h"
#include "tl-reader.h"

#include <string.h>

#define SECOND 1000

static void
expect (GString *string, const char *want)
{
    g_autofree char *got = mb_take (string);
    g_assert_cmpstr (got, ==, want);
}

/* Time goes by on a connection whose pings are answered. */
static void
pass (MtBench *b, int seconds)
{
    for (; seconds > 0; seconds -= 5) {
        mb_advance (b, MIN (seconds, 5) * SECOND);
        if (mb_find (b, MtpPingDelayDisconnect_ID) != NULL)
            mb_give_pong (b);
    }
}

static void
complain (MtBench *b, const MtHeard *about, int code)
{
    MtpBadMsgNotification bad =
        TL_NEW (MtpBadMsgNotification, .bad_msg_id = about->outer_id,
                .bad_msg_seqno = about->seq_no, .error_code = code);

    mb_say (b, TL_OBJ (&bad), FALSE);
}

/* MT-D12: any salt is taken in a packet of the server, and none of it changes ours */
static void
the_salt_of_a_packet_is_not_taken (void)
{
    g_autoptr (MtBench) b = mb_ready ();

    b->server_salt = 0x1234567887654321;
    mb_call (b, 1, 0);
    mb_answer (b, mb_find_call (b, 1));
    b->server_salt = -1;
    mb_give_pong (b);
    expect (b->answers, "ok");
    mb_call (b, 2, 0);
    g_assert_cmpint (mb_find_call (b, 2)->salt, ==, 77);
    b->server_salt = 77;
    MtpBadServerSalt bad =
        TL_NEW (MtpBadServerSalt, .bad_msg_id = mb_find_call (b, 2)->outer_id,
                .error_code = 48, .new_server_salt = 88);
    b->server_salt = 99; /* what the notice says counts, not what it came with */
    mb_say (b, TL_OBJ (&bad), FALSE);
    g_assert_cmpint (mb_find_call (b, 2)->salt, ==, 88);
}

static int64_t
age_of (const MtBench *b, int64_t msg_id)
{
    return b->now.wall / 1000 - (msg_id >> 32);
}

/* MT-D16: what waited has a fresh id when it goes; what keeps its old one, as the server
 * asked for it, goes inside a container with a fresh id */
static void
what_waited_has_a_fresh_id (void)
{
    g_autoptr (MtBench) b = mb_ready ();

    mb_call (b, 1, MT_CALL_PATIENT);
    int64_t first = mb_find_call (b, 1)->msg_id;
    mt_session_closed (b->session, 0, b->now);
    mb_call (b, 2, 0);
    for (int i = 0; i < 400; i++) { /* nobody connects for 400 s */
        if (mt_session_state (b->session) == MT_STATE_CONNECTING)
            mt_session_closed (b->session, 0, b->now);
        mb_advance (b, SECOND);
    }
    mb_forget (b);
    mb_reconnect (b);
    MtHeard *waited = mb_find_call (b, 2);
    g_assert_nonnull (waited);
    g_assert_cmpint (age_of (b, waited->msg_id), <=, 1);
    g_assert_cmpint (age_of (b, waited->outer_id), <=, 1);
    g_assert_null (mb_find_call (b, 1)); /* the server was asked about that one */
    MtpMsgResendReq resend = TL_NEW (MtpMsgResendReq, .msg_ids = { &first, 1 });
    MtHeard *asked = mb_find (b, MtpMsgsStateReq_ID);
    g_assert_nonnull (asked);
    MtpMsgsStateInfo info = TL_NEW (MtpMsgsStateInfo, .req_msg_id = asked->msg_id,
                                    .info = TL_BYTES ("\x04", 1));
    mb_say (b, TL_OBJ (&info), FALSE);
    mb_say (b, TL_OBJ (&resend), FALSE);
    MtHeard *again = mb_find_call (b, 1);
    g_assert_nonnull (again);
    g_assert_cmpint (again->msg_id, ==, first);
    g_assert_cmpint (age_of (b, again->msg_id), >, 300);
    g_assert_cmpint (age_of (b, again->outer_id), <=, 1);
}

/* MT-D16 MT-D31: a server that takes no id at all is not asked for ever: five times, then
 * the connection goes, and the pause grows */
static void
refused_ids_do_not_loop (void)
{
    static const int codes[] = { 16, 20 };

    for (size_t i = 0; i < G_N_ELEMENTS (codes); i++) {
        g_autoptr (MtBench) b = mb_ready ();
        mb_give_pong (b);
        expect (b->events, "connect ready");
        mb_call (b, 1, MT_CALL_PATIENT);
        for (int n = 0; n < 20 && b->events->len == 0; n++)
            complain (b, mb_find_call (b, 1), codes[i]);
        expect (b->events, "disconnect");
        g_assert_cmpuint (mb_count_call (b, 1), ==, MT_PROBLEMS_MAX);
        g_assert_cmpint (b->pause.until - b->now.wall, >=, 3 * SECOND);
        mb_reconnect (b);
        MtHeard *asked = mb_find (b, MtpMsgsStateReq_ID);
        MtpMsgsStateInfo info = TL_NEW (MtpMsgsStateInfo, .req_msg_id = asked->msg_id,
                                        .info = TL_BYTES ("\x01", 1));
        mb_say (b, TL_OBJ (&info), FALSE);
        mb_answer (b, mb_find_call (b, 1));
        expect (b->answers, "ok");
    }
}

static void
add_entry (MtBench *b, TlWriter *out, int32_t seq_no, const uint8_t *body, size_t len)
{
    mb_write_entry (out, mb_next_id (b, TRUE), seq_no, body, len);
}

static void
write_refusal (TlWriter *out, int64_t req_msg_id, const char *text)
{
    MtpRpcError error =
        TL_NEW (MtpRpcError, .error_code = 400, .error_message = TL_STR (text));

    tl_writer_int (out, (int32_t)MtpRpcResult_ID);
    tl_writer_long (out, req_msg_id);
    g_assert_true (tl_encode (&tl_mtproto_schema, TL_OBJ (&error), out));
}

/* MT-D26: of three entries one is no message: the other two count, in their order, and all
 * three are acknowledged */
static void
entries_stand_on_their_own (void)
{
    for (int bad = 0; bad < 3; bad++) {
        g_autoptr (MtBench) b = mb_ready ();
        g_auto (TlWriter) out = { 0 };
        static const char *const names[] = { "FIRST", "SECOND", "THIRD" };
        g_autoptr (GString) want = g_string_new (NULL);
        mb_give_pong (b);
        tl_writer_int (&out, (int32_t)MtpMsgContainer_ID);
        tl_writer_int (&out, 3);
        for (int i = 0; i < 3; i++) {
            g_auto (TlWriter) body = { 0 };
            mb_call (b, i, 0);
            write_refusal (&body, mb_find_call (b, i)->msg_id, names[i]);
            if (i != bad)
                g_string_append_printf (want, "%serror 400 %s -1",
                                        want->len > 0 ? " " : "", names[i]);
            if (i == bad)
                add_entry (b, &out, 2 * i + 1, (const uint8_t *)"????", 4);
            else
                add_entry (b, &out, 2 * i + 1, body.data, body.len);
        }
        mb_forget (b);
        mb_say_bytes (b, out.data, out.len, FALSE);
        expect (b->answers, want->str);
        mb_advance (b, 31 * SECOND);
        MtHeard *acks = mb_find (b, MtpMsgsAck_ID);
        g_assert_nonnull (acks);
        g_assert_cmpuint (acks->len, ==, 12 + 3 * 8);
    }
}

/* Messages by the container they came in; those that came bare count as one each. */
static void
each_container (MtBench *b, unsigned *most, size_t *largest)
{
    g_autoptr (GHashTable) n = g_hash_table_new (g_int64_hash, g_int64_equal);
    g_autoptr (GHashTable) bytes = g_hash_table_new (g_int64_hash, g_int64_equal);

    *most = 0;
    *largest = 0;
    for (unsigned i = 0; i < b->heard->len; i++) {
        MtHeard *heard = b->heard->pdata[i];
        unsigned entries =
            1 + GPOINTER_TO_UINT (g_hash_table_lookup (n, &heard->outer_id));
        size_t size =
            heard->len + GPOINTER_TO_SIZE (g_hash_table_lookup (bytes, &heard->outer_id));
        g_hash_table_replace (n, &heard->outer_id, GUINT_TO_POINTER (entries));
        g_hash_table_replace (bytes, &heard->outer_id, GSIZE_TO_POINTER (size));
        *most = MAX (*most, entries);
        if (entries > 1)
            *largest = MAX (*largest, size);
    }
}

/* MT-D27 MT-E7: 500 calls of one turn leave in containers of at most 100 and 32 KiB, in
 * order, a hundred in flight; a single one leaves bare */
static void
a_burst_leaves_in_containers (void)
{
    g_autoptr (MtBench) b = mb_ready ();
    unsigned most, answered = 0;
    size_t largest;

    mb_give_pong (b);
    mb_forget (b);
    for (int n = 0; n < 500; n++) {
        ApiMessagesGetDhConfig request = TL_NEW (ApiMessagesGetDhConfig, .version = n);
        mb_ask (b, TL_OBJ (&request), 0);
    }
    mb_flush (b);
    each_container (b, &most, &largest);
    g_assert_cmpuint (most, ==, 100);
    while (answered < 500) { /* the oldest first, so each has the next place */
        MtHeard *call = mb_find_call (b, (int)answered);
        g_assert_nonnull (call);
        g_assert_null (mb_find_call (b, (int)answered + 100));
        if (answered > 0)
            g_assert_cmpint (call->msg_id, >,
                             mb_find_call (b, (int)answered - 1)->msg_id);
        mb_answer (b, call);
        answered++;
    }
    each_container (b, &most, &largest);
    g_assert_cmpuint (most, <=, 100);
    g_assert_cmpuint (b->heard->len, >=, 500);
    pass (b, 35); /* what was to be acknowledged is */
    mb_forget (b);
    mb_call (b, 1000, 0);
    g_assert_cmpint (mb_find_call (b, 1000)->outer_id, ==,
                     mb_find_call (b, 1000)->msg_id);
}

/* MT-D27: 32 KiB, with the introduction in front of each call that still has one; what is
 * larger leaves alone */
static void
containers_have_a_size (void)
{
    static uint8_t data[40000];
    static const size_t sizes[] = { 20000, 20000, 40000, 100, 10000, 10000, 10000 };
    g_autofree uint8_t *words = g_malloc0 (1000);
    g_autoptr (GBytes) header = g_bytes_new (words, 1000);
    unsigned most;
    size_t largest;
    g_autoptr (MtBench) b = mb_ready ();

    mb_give_pong (b);
    mb_call (b, 1, 0);
    mb_answer (b, mb_find_call (b, 1)); /* introduced */
    pass (b, 35);
    mb_forget (b);
    for (size_t i = 0; i < G_N_ELEMENTS (sizes); i++) {
        ApiMessagesSendEncrypted request =
            TL_NEW (ApiMessagesSendEncrypted,
                    .peer = TL_OBJ (&TL_NEW (ApiInputEncryptedChat, .chat_id = 1)),
                    .data = TL_BYTES (data, sizes[i]));
        mb_ask (b, TL_OBJ (&request), MT_CALL_PATIENT);
    }
    mb_flush (b);
    each_container (b, &most, &largest);
    g_assert_cmpuint (largest, <=, 32 << 10);
    g_assert_cmpuint (most, >, 1);
    g_assert_cmpuint (b->heard->len, ==, G_N_ELEMENTS (sizes));

    b->config.header = header;
    mb_restart (b);
    for (int n = 0; n < 100; n++) {
        ApiMessagesGetDhConfig request = TL_NEW (ApiMessagesGetDhConfig, .version = n);
        mb_ask (b, TL_OBJ (&request), 0);
    }
    mb_forget (b);
    mb_flush (b);
    g_assert_cmpuint (b->heard->len, ==, 100);
    each_container (b, &most, &largest);
    g_assert_cmpuint (largest, <=, 32 << 10);
    g_assert_cmpuint (largest, >, 20 << 10);
}

/* MT-A24: requests are never packed here, be they long and empty or short */
static void
requests_are_not_packed (void)
{
    static uint8_t zeros[30000];
    g_autoptr (MtBench) b = mb_ready ();

    mb_give_pong (b);
    mb_call (b, 1, 0);
    mb_answer (b, mb_find_call (b, 1));
    for (size_t len = 0; len <= sizeof zeros; len += 1000) {
        ApiMessagesSendEncrypted request =
            TL_NEW (ApiMessagesSendEncrypted,
                    .peer = TL_OBJ (&TL_NEW (ApiInputEncryptedChat, .chat_id = 1)),
                    .data = TL_BYTES (zeros, len));
        mb_forget (b);
        mb_ask (b, TL_OBJ (&request), 0);
        mb_flush (b);
        g_assert_null (mb_find (b, MtpGzipPacked_ID));
        MtHeard *sent = mb_find (b, ApiMessagesSendEncrypted_ID);
        g_assert_nonnull (sent);
        g_assert_cmpuint (sent->len, >=, len);
        mb_answer_error (b, sent, 400, "ENOUGH");
    }
}

/* MT-D29 MT-E8: received is not answered: the answer may come later; if none does, the
 * caller is told so. Strangers' ids say nothing. */
static void
acknowledged_is_not_answered (void)
{
    g_autoptr (MtBench) b = mb_ready ();

    mb_give_pong (b);
    mb_call (b, 1, 0);
    mb_call (b, 2, 0);
    int64_t ids[] = { mb_find_call (b, 1)->msg_id, mb_find_call (b, 2)->msg_id, 4, -1 };
    MtpMsgsAck ack = TL_NEW (MtpMsgsAck, .msg_ids = { ids, G_N_ELEMENTS (ids) });
    mb_say (b, TL_OBJ (&ack), FALSE);
    expect (b->answers, "");
    mb_answer (b, mb_find_call (b, 1));
    expect (b->answers, "ok");
    mb_say (b, TL_OBJ (&ack), FALSE); /* of one that is answered */
    for (int i = 0; i < 300 && b->answers->len == 0; i++)
        pass (b, 5);
    expect (b->answers, "error -10003 TIMEOUT -1");
    g_assert_cmpuint (mb_count_call (b, 1), ==, 1);
}

/* MT-D43: what is said of sessions that end changes nothing, be it the present one; nor is
 * it taken for an answer */
static void
sessions_that_end_are_nothing (void)
{
    g_autoptr (MtBench) b = mb_ready ();

    mb_give_pong (b);
    mb_call (b, 1, 0);
    int64_t session = b->session_id;
    expect (b->events, "connect ready");
    for (int i = 0; i < 2; i++) {
        int64_t named = i == 0 ? session : 4711;
        MtpDestroySessionOk ok = TL_NEW (MtpDestroySessionOk, .session_id = named);
        MtpDestroySessionNone none = TL_NEW (MtpDestroySessionNone, .session_id = named);
        mb_say (b, TL_OBJ (&ok), FALSE);
        mb_say (b, TL_OBJ (&none), TRUE);
    }
    expect (b->events, "");
    expect (b->answers, "");
    mb_call (b, 2, 0);
    g_assert_cmpint (mb_find_call (b, 2)->session_id, ==, session);
    g_assert_cmpint (mb_find_call (b, 2)->seq_no, ==, mb_find_call (b, 1)->seq_no + 2);
    mb_answer (b, mb_find_call (b, 1));
    mb_answer (b, mb_find_call (b, 2));
    expect (b->answers, "ok ok");
    for (unsigned i = 0; i < b->heard->len; i++) /* none of ours is ended by us */
        g_assert_cmpuint (((MtHeard *)b->heard->pdata[i])->id, !=, MtpDestroySession_ID);
}

/* MT-C34: nor is what is said of keys that end, though nobody asked for it: the key stays, and
 * goes on to be used */
static void
keys_that_end_are_nothing (void)
{
    MtpDestroyAuthKeyOk ok = TL_NEW (MtpDestroyAuthKeyOk);
    MtpDestroyAuthKeyNone none = TL_NEW (MtpDestroyAuthKeyNone);
    MtpDestroyAuthKeyFail fail = TL_NEW (MtpDestroyAuthKeyFail);
    const TlObject *said[] = { TL_OBJ (&ok), TL_OBJ (&none), TL_OBJ (&fail) };
    g_autoptr (MtBench) b = mb_ready ();

    mb_give_pong (b);
    mb_call (b, 1, 0);
    expect (b->events, "connect ready");
    for (size_t i = 0; i < G_N_ELEMENTS (said); i++) {
        mb_say (b, said[i], FALSE);
        mb_say (b, said[i], TRUE);
        expect (b->events, "");
        expect (b->answers, "");
    }
    mb_answer (b, mb_find_call (b, 1));
    expect (b->answers, "ok");
    for (unsigned i = 0; i < b->heard->len; i++)
        g_assert_cmpuint (((MtHeard *)b->heard->pdata[i])->id, !=, MtpDestroyAuthKey_ID);
}

static void
say_update (MtBench *b, int64_t msg_id, int64_t container)
{
    g_auto (TlWriter) update = { 0 };
    g_auto (TlWriter) out = { 0 };
    ApiUpdatesTooLong object = TL_NEW (ApiUpdatesTooLong);
    MtPacket packet = { .session_id = b->session_id, .msg_id = msg_id, .seq_no = 1 };

    g_assert_true (tl_encode (&tl_api_schema, TL_OBJ (&object), &update));
    if (container != 0) {
        tl_writer_int (&out, (int32_t)MtpMsgContainer_ID);
        tl_writer_int (&out, 1);
        tl_writer_long (&out, msg_id);
        tl_writer_int (&out, 1);
        tl_writer_int (&out, (int32_t)update.len);
        tl_writer_raw (&out, update.data, update.len);
        packet.msg_id = container;
        packet.seq_no = 2;
    }
    packet.body = container != 0 ? out.data : update.data;
    packet.len = container != 0 ? out.len : update.len;
    mb_say_packet (b, &packet);
}

/* MT-D44: an update counts once, by its id, whatever it comes in, and never as an answer */
static void
an_update_counts_once (void)
{
    g_autoptr (MtBench) b = mb_ready ();

    mb_give_pong (b);
    expect (b->events, "connect ready");
    int64_t id = mb_next_id (b, FALSE);
    say_update (b, id, 0);
    expect (b->events, "update");
    say_update (b, id, 0);
    say_update (b, id, mb_next_id (b, FALSE));
    say_update (b, id, mb_next_id (b, FALSE));
    expect (b->events, "");
    int64_t inner = mb_next_id (b, FALSE);
    say_update (b, inner, mb_next_id (b, FALSE));
    say_update (b, inner, mb_next_id (b, FALSE));
    expect (b->events, "update");
    expect (b->answers, "");
}

static const struct {
    int code;
    const char *text;
} final[] = {
    { 400, "BAD" },
    { 400, "PEER_ID_INVALID" },
    { 400, "FLOOD_WAIT_5_x" },
    { 401, "SESSION_PASSWORD_NEEDED" },
    { 400, "SESSION_PASSWORD_NEEDED" },
    { 403, "USER_PRIVACY_RESTRICTED" },
    { 403, "RECAPTCHA_CHECK_signup__key" },
    { 403, "APNS_VERIFY_CHECK_x" },
    { 400, "INPUT_METHOD_INVALID_123_4" }, /* MT-E3 */
    { 400, "INPUT_CONSTRUCTOR_INVALID" },
    { 400, "INPUT_FETCH_FAIL" },
    { 404, "NOT_FOUND" },
    { 405, "METHOD" },
    { 406, "SOMETHING" },
    { 418, "TEAPOT" },
    { 420, "2FA_CONFIRM_WAIT_604800" },
    { 420, "2FA_CONFIRM_WAIT_5" },
    { 420, "TAKEOUT_INIT_DELAY_3" },
    { 420, "SLOWMODE_WAIT_3" },
    { 500, "RANDOM_ID_DUPLICATE" },
};

/* MT-E13 MT-E15 MT-E16 MT-E20 MT-E21 MT-E22 MT-E26: what no repetition mends is told at once,
 * once, even to who has all the time; the key and the login stay */
static void
refusals_are_not_repeated (void)
{
    for (size_t i = 0; i < G_N_ELEMENTS (final); i++)
        for (int patient = 0; patient < 2; patient++) {
            g_autoptr (MtBench) b = mb_ready ();
            g_test_message ("%d %s", final[i].code, final[i].text);
            mb_give_pong (b);
            mb_call (b, 1, patient ? MT_CALL_PATIENT : 0);
            mb_answer_error (b, mb_find_call (b, 1), final[i].code, final[i].text);
            g_autofree char *start = g_strdup_printf ("error %d ", final[i].code);
            g_assert_true (g_str_has_prefix (b->answers->str, start));
            g_free (mb_take (b->answers));
            pass (b, 200);
            g_assert_cmpuint (mb_count_call (b, 1), ==, 1);
            expect (b->answers, "");
            g_assert_cmpint (mt_session_state (b->session), ==, MT_STATE_READY);
            expect (b->events, "connect ready");
        }
}

/* MT-E21: a frozen account: who asked is told at once; what must arrive may again some day, and
 * the server is asked once an hour, not each second */
static void
a_frozen_account_tries_seldom (void)
{
    static const struct {
        int code;
        const char *text, *told;
    } rows[] = {
        { 420, "FROZEN_METHOD_INVALID", "error 420 FROZEN_METHOD_INVALID -1" },
        { 400, "FROZEN_PARTICIPANT_MISSING", "error 400 FROZEN_PARTICIPANT_MISSING -1" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (MtBench) b = mb_ready ();
        mb_give_pong (b);
        mb_call (b, 1, 0);
        mb_answer_error (b, mb_find_call (b, 1), rows[i].code, rows[i].text);
        expect (b->answers, rows[i].told);
        mb_call (b, 2, MT_CALL_PATIENT);
        mb_answer_error (b, mb_find_call (b, 2), rows[i].code, rows[i].text);
        pass (b, 3590);
        g_assert_cmpuint (mb_count_call (b, 2), ==, 1);
        pass (b, 15);
        g_assert_cmpuint (mb_count_call (b, 2), ==, 2);
        mb_answer (b, mb_find_call (b, 2));
        expect (b->answers, "ok");
    }
}

/* MT-E13: while one call waits out a flood, others of its method wait too, those that come
 * later as well; another method does not, and who has no time is told how long it would be */
static void
a_flood_holds_the_method (void)
{
    g_autoptr (MtBench) b = mb_ready ();
    ApiHelpGetConfig other = TL_NEW (ApiHelpGetConfig);

    mb_give_pong (b);
    mb_call (b, 1, MT_CALL_PATIENT);
    mb_answer_error (b, mb_find_call (b, 1), 420, "FLOOD_WAIT_30");
    mb_call (b, 2, MT_CALL_PATIENT);
    mb_call (b, 3, 0);
    mb_call (b, 4, MT_CALL_DROPPABLE); /* its time is now */
    mb_ask (b, TL_OBJ (&other), 0);
    mb_flush (b);
    expect (b->answers, "error 420 FLOOD_WAIT 30");
    g_assert_nonnull (mb_find (b, ApiHelpGetConfig_ID));
    pass (b, 29);
    g_assert_cmpuint (mb_count_call (b, 1), ==, 1);
    g_assert_cmpuint (mb_count_call (b, 2) + mb_count_call (b, 3), ==, 0);
    g_assert_cmpuint (mb_count_call (b, 4), ==, 0);
    pass (b, 2);
    for (int n = 1; n <= 3; n++) {
        g_assert_cmpuint (mb_count_call (b, n), ==, n == 1 ? 2 : 1);
        mb_answer (b, mb_find_call (b, n));
    }
    expect (b->answers, "ok ok ok");
    mb_call (b, 5, MT_CALL_PATIENT);
    mb_answer_error (b, mb_find_call (b, 5), 420, "FLOOD_WAIT_300");
    mb_call (b, 6, 0); /* would wait for more than a minute */
    g_assert_cmpuint (mb_count_call (b, 6), ==, 0);
    pass (b, 1);
    expect (b->answers, "error 420 FLOOD_WAIT 300");
}

static GString *logged;

static void
log_cb (const char *domain, GLogLevelFlags level, const char *line, gpointer user)
{
    g_string_append_printf (logged, "%s\n", line);
}

/* MT-E31: the log says which call, how large, how it ended and after how long; and nothing of
 * what is in it, however it ends */
static void
the_log_says_what_and_not_which (void)
{
    static const char *const secrets[] = { "9990000001", "hash-of-code", "54321",
                                           "correct horse", "0123456789abcdef" };
    g_autoptr (MtBench) b = mb_ready ();
    unsigned handler = g_log_set_handler ("mtp-mtproto", G_LOG_LEVEL_MASK, log_cb, NULL);
    ApiCodeSettings settings = TL_NEW (ApiCodeSettings);
    ApiAuthSendCode send =
        TL_NEW (ApiAuthSendCode, .phone_number = TL_STR (secrets[0]),
                .api_hash = TL_STR (secrets[4]), .settings = TL_OBJ (&settings));
    ApiAuthSignIn sign = TL_NEW (ApiAuthSignIn, .phone_number = TL_STR (secrets[0]),
                                 .phone_code_hash = TL_STR (secrets[1]),
                                 .phone_code = TL_STR (secrets[2]));
    ApiMessagesSendEncrypted text =
        TL_NEW (ApiMessagesSendEncrypted, .data = TL_STR (secrets[3]),
                .peer = TL_OBJ (&TL_NEW (ApiInputEncryptedChat, .chat_id = 1)));
    const TlObject *requests[] = { TL_OBJ (&send), TL_OBJ (&sign), TL_OBJ (&text) };

    logged = g_string_new (NULL);
    for (size_t i = 0; i < G_N_ELEMENTS (requests); i++) {
        mb_ask (b, requests[i], 0);
        mb_flush (b);
        mb_advance (b, 1234);
        mt_session_closed (b->session, 0, b->now); /* it goes once more */
        mb_reconnect (b);
        pass (b, 5);
    }
    for (unsigned i = 0; i < b->heard->len; i++) {
        MtHeard *heard = b->heard->pdata[i];
        if (heard->id == ApiMessagesSendEncrypted_ID)
            mb_answer_error (b, heard, 400, "DATA_INVALID");
    }
    mb_call (b, 1, 0);
    mb_advance (b, 1234);
    mb_answer (b, mb_find_call (b, 1));
    g_log_remove_handler ("mtp-mtproto", handler);
    g_assert_nonnull (strstr (logged->str, "-> auth.sendCode (init), "));
    g_assert_nonnull (
        strstr (logged->str, "<- messages.getDhConfig: ok, 12 bytes, 1234 ms"));
    for (size_t i = 0; i < G_N_ELEMENTS (secrets); i++)
        g_assert_null (strstr (logged->str, secrets[i]));
    g_string_free (logged, TRUE);
}

/* What may go wrong with a call that was sent. */
typedef enum {
    LOST_CONNECTION, /* the server has it */
    LOST_CALL,       /* the server never had it */
    LOST_SESSION,    /* new_session_created above it */
    SALT,
    CLOCK_BEHIND,
    CLOCK_AHEAD,
    NUMBERS,
    INTERNAL,
    TIMEOUT, /* -503: the server's own */
    FLOOD,
    RESENT,
    N_MISHAPS
} Mishap;

static void
befall (MtBench *b, Mishap mishap, int n)
{
    const MtHeard *call = mb_find_call (b, n);
    int64_t id = call->msg_id;
    MtpMsgResendReq resend = TL_NEW (MtpMsgResendReq, .msg_ids = { &id, 1 });
    MtpBadServerSalt salt =
        TL_NEW (MtpBadServerSalt, .bad_msg_id = call->outer_id, .error_code = 48,
                .new_server_salt = b->session->key->salt + 1);
    MtpNewSessionCreated created =
        TL_NEW (MtpNewSessionCreated, .first_msg_id = call->outer_id + 4, .unique_id = id,
                .server_salt = b->session->key->salt);

    switch (mishap) {
    case LOST_CONNECTION:
    case LOST_CALL: {
        mt_session_closed (b->session, 0, b->now);
        mb_reconnect (b);
        MtHeard *asked = mb_find (b, MtpMsgsStateReq_ID);
        MtpMsgsStateInfo info =
            TL_NEW (MtpMsgsStateInfo, .req_msg_id = asked->msg_id,
                    .info = TL_BYTES (mishap == LOST_CALL ? "\x01" : "\x04", 1));
        mb_say (b, TL_OBJ (&info), FALSE);
        break;
    }
    case LOST_SESSION:
        mb_say (b, TL_OBJ (&created), TRUE);
        break;
    case SALT:
        mb_say (b, TL_OBJ (&salt), FALSE);
        break;
    case CLOCK_BEHIND:
        complain (b, call, 16);
        break;
    case CLOCK_AHEAD:
        complain (b, call, 17);
        break;
    case NUMBERS:
        complain (b, call, 32);
        break;
    case INTERNAL:
        mb_answer_error (b, call, 500, "INTERNAL");
        break;
    case TIMEOUT:
        mb_answer_error (b, call, -503, "Timeout");
        break;
    case FLOOD:
        mb_answer_error (b, call, 420, "FLOOD_WAIT_3");
        break;
    default:
        mb_say (b, TL_OBJ (&resend), FALSE);
        break;
    }
    mb_reconnect (b);
    pass (b, 20);
}

/* The call's request, without the introduction. */
static TlBytes
request_of (const MtHeard *call)
{
    size_t skip = memcmp (call->body, "WRAP", 4) == 0 ? 4 : 0;
    return TL_BYTES (call->body + skip, call->len - skip);
}

/* MT-E14 MT-E24 MT-E26 MT-D31 MT-D37 MT-D38: whatever happens to a call, and whatever next, it is
 * answered once; it goes once more after a proof that it was not received, or an error of
 * the server's, and then in the same words: the same random_id */
static void
two_mishaps_and_one_answer (void)
{
    for (int first = 0; first < N_MISHAPS; first++)
        for (int second = 0; second < N_MISHAPS; second++) {
            g_autoptr (MtBench) b = mb_ready ();
            unsigned sendings =
                1 + (first != LOST_CONNECTION) + (second != LOST_CONNECTION);
            g_test_message ("%d %d", first, second);
            mb_give_pong (b);
            pass (b, 15);
            mb_call (b, 7, MT_CALL_PATIENT);
            int64_t old = mb_find_call (b, 7)->msg_id;
            g_autofree uint8_t *body = NULL;
            TlBytes request = request_of (mb_find_call (b, 7));
            body = g_memdup2 (request.data, request.len);
            size_t len = request.len;
            befall (b, (Mishap)first, 7);
            befall (b, (Mishap)second, 7);
            g_assert_cmpuint (mb_count_call (b, 7), ==, sendings);
            expect (b->answers, "");
            request = request_of (mb_find_call (b, 7));
            g_assert_cmpmem (request.data, request.len, body, len);
            int64_t newest = mb_find_call (b, 7)->msg_id;
            mb_answer (b, mb_find_call (b, 7));
            expect (b->answers, "ok");
            for (int i = 0; i < 2; i++) { /* late, and of an earlier sending */
                g_auto (TlWriter) late = { 0 };
                mb_write_result (&late, i == 0 ? old : newest);
                mb_say_bytes (b, late.data, late.len, TRUE);
            }
            expect (b->answers, "");
            pass (b, 200);
            g_assert_cmpuint (mb_count_call (b, 7), ==, sendings);
            expect (b->answers, "");
        }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(f) g_test_add_func ("/calls/" #f, f)
    ADD (the_salt_of_a_packet_is_not_taken);
    ADD (what_waited_has_a_fresh_id);
    ADD (refused_ids_do_not_loop);
    ADD (entries_stand_on_their_own);
    ADD (a_burst_leaves_in_containers);
    ADD (containers_have_a_size);
    ADD (requests_are_not_packed);
    ADD (acknowledged_is_not_answered);
    ADD (sessions_that_end_are_nothing);
    ADD (keys_that_end_are_nothing);
    ADD (an_update_counts_once);
    ADD (refusals_are_not_repeated);
    ADD (a_frozen_account_tries_seldom);
    ADD (a_flood_holds_the_method);
    ADD (the_log_says_what_and_not_which);
    ADD (two_mishaps_and_one_answer);
    return g_test_run ();
}
