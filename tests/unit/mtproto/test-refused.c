/* What a session does not take, and what it does instead: a packet that is not the server's drops
 * the connection, one that is not of this session and its time is discarded; and neither changes
 * anything (MTPROTO.md section D). */
#include "mt-bench.h"
#include "mt-private.h"

#include "tl-encode.h"

#include <string.h>

#define SECOND 1000

static void
expect (GString *string, const char *want)
{
    g_autofree char *got = mb_take (string);
    g_assert_cmpstr (got, ==, want);
}

/* An update with an id, as a body. */
static void
write_update (TlWriter *out)
{
    ApiUpdatesTooLong object = TL_NEW (ApiUpdatesTooLong);

    g_assert_true (tl_encode (&tl_api_schema, TL_OBJ (&object), out));
}

/* What a body that is believed would do: another salt, all calls again, a gap. */
static void
write_news (TlWriter *out)
{
    MtpNewSessionCreated news =
        TL_NEW (MtpNewSessionCreated, .first_msg_id = G_MAXINT64 - 3, .unique_id = 5,
                .server_salt = 4711);

    g_assert_true (tl_encode (&tl_mtproto_schema, TL_OBJ (&news), out));
}

/* --- packets --- */

/* All that a session knows and a packet could change. */
typedef struct {
    uint8_t key[256];
    int64_t salt, session_id, last_id;
    MtClock clock;
    int32_t content;
    size_t seen;
    unsigned salts, acks, sent, queued, created;
    gboolean header_done;
    int problems;
} Known;

static Known
known (const MtBench *b)
{
    const MtSession *s = b->session;
    Known all;

    memset (&all, 0, sizeof all); /* compared as bytes */
    memcpy (all.key, s->live->key, sizeof all.key);
    all.salt = s->live->salt;
    all.session_id = s->session_id;
    all.clock.known = s->clock.known;
    all.clock.offset = s->clock.offset;
    all.clock.last_id = s->clock.last_id;
    all.content = s->content;
    all.seen = s->seen.len;
    all.salts = s->live->salts->len;
    all.acks = s->acks->len;
    all.sent = s->sent_order.length;
    all.queued = s->queued.length;
    all.created = s->n_created;
    all.header_done = s->header_done;
    all.problems = s->problems;
    return all;
}

typedef enum {
    FOREIGN_KEY, /* the id of another data centre's, and sealed with it */
    FOREIGN_ID,  /* ours, under that id */
    PLAIN,       /* id 0 */
    PLAIN_PONG,
    OLD_FORMAT, /* as MTProto 1 seals */
    REFLECTED,  /* as the client seals */
    CUT,        /* sixteen bytes less */
    APPENDED,   /* and more */
    SHORT,      /* nothing behind the header */
    SHORTER,
    WRONG_MSG_KEY,
    PADDING_8,
    PADDING_11,
    PADDING_1025,
    PADDING_1028,
    NEGATIVE_LENGTH,
    LENGTH_BEYOND,
    LENGTH_6,
    N_DROPPED,
    FOREIGN_SESSION = N_DROPPED,
    FORMER_SESSION,
    OWN_ID, /* of a message of ours: 0 mod 4 */
    ID_2_MOD_4,
    LATE,  /* 301 s */
    EARLY, /* 31 s */
    N_SPOILS
} Spoil;

/* Sealed with what is right but the length, which says `len`, over `room` bytes of body and
 * padding. */
static void
seal_lengths (MtBench *b, size_t room, int32_t len, const TlWriter *body, TlWriter *out)
{
    g_auto (TlWriter) plain = { 0 };
    static const uint8_t nothing[4096];

    tl_writer_long (&plain, b->server_salt);
    tl_writer_long (&plain, b->session_id);
    tl_writer_long (&plain, mb_next_id (b, FALSE));
    tl_writer_int (&plain, 1);
    tl_writer_int (&plain, len);
    tl_writer_raw (&plain, body->data, body->len);
    tl_writer_raw (&plain, nothing, room - body->len);
    g_assert_cmpuint (plain.len % 16, ==, 0);
    g_autofree uint8_t *sealed = g_malloc (16 + plain.len);
    crypto_envelope_seal (b->key, 8, plain.data, plain.len, sealed);
    tl_writer_long (out, crypto_key_id (b->key));
    tl_writer_raw (out, sealed, 16 + plain.len);
}

static void
seal_old (MtBench *b, const TlWriter *body, TlWriter *out)
{
    g_auto (TlWriter) plain = { 0 };
    static const uint8_t nothing[16];

    tl_writer_long (&plain, b->server_salt);
    tl_writer_long (&plain, b->session_id);
    tl_writer_long (&plain, mb_next_id (b, FALSE));
    tl_writer_int (&plain, 1);
    tl_writer_int (&plain, (int32_t)body->len);
    tl_writer_raw (&plain, body->data, body->len);
    size_t hashed = plain.len;
    tl_writer_raw (&plain, nothing, (16 - hashed % 16) % 16);
    g_autofree uint8_t *sealed = g_malloc (16 + plain.len);
    crypto_envelope_seal_v1 (b->key, 8, plain.data, hashed, plain.len, sealed);
    tl_writer_long (out, crypto_key_id (b->key));
    tl_writer_raw (out, sealed, 16 + plain.len);
}

static void
seal_plain (MtBench *b, const TlWriter *body, TlWriter *out)
{
    mt_plain_seal (mb_next_id (b, FALSE), body->data, body->len, out);
}

static void
write_pong (MtBench *b, TlWriter *out)
{
    const MtHeard *ping = mb_find (b, MtpPingDelayDisconnect_ID);
    int64_t id;

    g_assert_nonnull (ping);
    memcpy (&id, ping->body + 4, 8);
    MtpPong pong =
        TL_NEW (MtpPong, .msg_id = ping->msg_id, .ping_id = GINT64_FROM_LE (id));
    g_assert_true (tl_encode (&tl_mtproto_schema, TL_OBJ (&pong), out));
}

/* A packet that would be taken but for `spoil`. */
static void
write_spoiled (MtBench *b, Spoil spoil, int64_t own_id, int64_t former, TlWriter *out)
{
    static const struct {
        size_t room;
        int32_t len;
    } lengths[] = {
        [PADDING_8] = { 112, 104 },
        [PADDING_11] = { 112, 101 },
        [PADDING_1025] = { 2000, 2000 - 1025 },
        [PADDING_1028] = { 2000, 2000 - 1028 },
        [NEGATIVE_LENGTH] = { 112, -4 },
        [LENGTH_BEYOND] = { 112, 116 },
        [LENGTH_6] = { 112, 6 },
    };
    uint8_t other[256];
    g_auto (TlWriter) body = { 0 };
    g_auto (TlWriter) pong = { 0 };

    write_news (&body);
    memset (other, 99, sizeof other);
    MtPacket packet = { .salt = b->server_salt,
                        .session_id = b->session_id,
                        .msg_id = mb_next_id (b, FALSE),
                        .seq_no = 1,
                        .body = body.data,
                        .len = body.len };
    if (spoil == FOREIGN_SESSION)
        packet.session_id ^= 1;
    else if (spoil == FORMER_SESSION)
        packet.session_id = former;
    else if (spoil == OWN_ID)
        packet.msg_id = own_id;
    else if (spoil == ID_2_MOD_4)
        packet.msg_id &= ~1;
    else if (spoil == LATE)
        packet.msg_id -= INT64_C (301) << 32;
    else if (spoil == EARLY)
        packet.msg_id += INT64_C (31) << 32;
    if (spoil == PLAIN) {
        seal_plain (b, &body, out);
    } else if (spoil == PLAIN_PONG) {
        write_pong (b, &pong);
        seal_plain (b, &pong, out);
    } else if (spoil == OLD_FORMAT) {
        seal_old (b, &body, out);
    } else if (spoil >= PADDING_8 && spoil <= LENGTH_6) {
        seal_lengths (b, lengths[spoil].room, lengths[spoil].len, &body, out);
    } else {
        g_assert_true (mt_packet_seal (spoil == FOREIGN_KEY ? other : b->key,
                                       spoil == REFLECTED ? 0 : 8, &packet,
                                       crypto_random_system (), out));
        static const uint8_t more[16];
        if (spoil == FOREIGN_ID)
            out->data[3] ^= 1;
        else if (spoil == WRONG_MSG_KEY)
            out->data[8 + 15] ^= 0x80;
        else if (spoil == CUT)
            out->len -= 16;
        else if (spoil == APPENDED)
            tl_writer_raw (out, more, sizeof more);
        else if (spoil == SHORT)
            out->len = 24;
        else if (spoil == SHORTER)
            out->len = 20;
    }
}

/* MT-D1 MT-D2 MT-D4 MT-D6 MT-D7 MT-D8 MT-D9 MT-D11 MT-D13 MT-D47: what is not the server's drops
 * the connection, what is not this session's and of its time is discarded: neither is answered,
 * acknowledged or told, or changes what is known: key, salts, session, numbers, time */
static void
what_is_not_for_us_changes_nothing (void)
{
    for (int spoil = 0; spoil < N_SPOILS; spoil++) {
        g_autoptr (MtBench) b = mb_ready ();
        g_auto (TlWriter) packet = { 0 };
        mb_give_pong (b);
        mb_call (b, 1, 0);
        int64_t former = b->session_id;
        if (spoil == FORMER_SESSION) {
            mb_advance (b, 11 * SECOND);
            mt_end_renew (b->session, "a test");
            mb_flush (b);
            mb_call (b, 2, 0);
            mb_advance (b, 100); /* it begins with a ping */
            mb_give_pong (b);
            g_assert_cmpint (b->session_id, !=, former);
        }
        mb_advance (b, 31 * SECOND); /* nothing is to be acknowledged */
        if (spoil != PLAIN_PONG)     /* whose ping is out */
            mb_give_pong (b);
        write_spoiled (b, (Spoil)spoil, mb_find_call (b, 1)->msg_id, former, &packet);
        g_test_message ("%d", spoil);
        mb_forget (b);
        g_free (mb_take (b->events));
        Known before = known (b);
        int64_t pong_deadline = b->session->pong_deadline;
        mb_say_raw (b, packet.data, packet.len);
        Known after = known (b);
        g_assert_cmpmem (&before, sizeof before, &after, sizeof after);
        expect (b->events, spoil < N_DROPPED ? "disconnect" : "");
        expect (b->answers, "");
        g_assert_cmpuint (b->heard->len, ==, 0);
        if (spoil < N_DROPPED) {
            g_assert_cmpint (b->pause.trouble, ==, MT_TROUBLE_GARBAGE);
            mb_advance (b, 900);
            expect (b->events, ""); /* once a second at most */
        } else {
            g_assert_cmpint (b->session->pong_deadline, ==, pong_deadline);
        }
        mb_reconnect (b);
        if (spoil < N_DROPPED)
            mb_give_pong (b);
        mb_advance (b, 29 * SECOND);
        if (mb_find (b, MtpPingDelayDisconnect_ID) != NULL)
            mb_give_pong (b);
        mb_advance (b, 2 * SECOND);
        g_assert_null (mb_find (b, MtpMsgsAck_ID));
        g_assert_null (strstr (b->events->str, "gap"));
        g_assert_cmpint (b->session_id, ==, before.session_id);
        g_assert_cmpint (b->session->live->salt, ==, before.salt);
        g_auto (TlWriter) body = { 0 };
        write_news (&body); /* and what is right does all of it */
        g_free (mb_take (b->events));
        mb_say_bytes (b, body.data, body.len, TRUE);
        expect (b->events, "gap");
        g_assert_cmpint (b->session->live->salt, ==, 4711);
    }
}

/* MT-D7 MT-D11: on the right side of each limit it is taken */
static void
what_just_fits_is_taken (void)
{
    for (int kind = 0; kind < 4; kind++) {
        g_autoptr (MtBench) b = mb_ready ();
        g_auto (TlWriter) unknown = { 0 };
        g_auto (TlWriter) packet = { 0 };
        mb_give_pong (b);
        expect (b->events, "connect ready");
        tl_writer_int (&unknown, 0x3f3f3f3f);
        MtPacket timed = { .session_id = b->session_id,
                           .msg_id = mb_next_id (b, FALSE) +
                                     (kind == 2 ? -299 : 29) * (INT64_C (1) << 32),
                           .seq_no = 1,
                           .body = unknown.data,
                           .len = unknown.len };
        if (kind < 2) {
            seal_lengths (b, kind == 0 ? 112 : 2000, kind == 0 ? 100 : 976, &unknown,
                          &packet);
            mb_say_raw (b, packet.data, packet.len);
        } else {
            mb_say_packet (b, &timed);
        }
        expect (b->events, "gap");
        g_assert_cmpuint (b->session->acks->len, ==, 1);
    }
}

/* MT-D2: a session that moved to another key on a connection that stands lets go what was sealed
 * under the one before, which was on its way; on the next connection that one is foreign */
static void
the_key_before_is_let_go (void)
{
    g_autoptr (MtBench) b = mb_ready ();
    uint8_t old[256], new[256];
    g_auto (TlWriter) body = { 0 };

    mb_give_pong (b);
    mb_advance (b, 11 * SECOND);
    mb_give_pong (b);
    memcpy (old, b->key, sizeof old);
    memset (new, 7, sizeof new);
    MtKey *key = mt_key_new (2, FALSE);
    memcpy (key->key, new, sizeof new);
    mt_key_made (key, 66, 1);
    b->session->end.move = key;
    memcpy (b->key, new, sizeof new);
    mb_flush (b);
    mb_call (b, 1, 0);
    g_assert_cmpint (mb_find_call (b, 1)->salt, ==, 66);
    g_free (mb_take (b->events));
    write_news (&body);
    MtPacket packet = { .session_id = b->session_id,
                        .msg_id = mb_next_id (b, FALSE),
                        .seq_no = 1,
                        .body = body.data,
                        .len = body.len };
    for (int again = 0; again < 2; again++) {
        g_auto (TlWriter) sealed = { 0 };
        g_assert_true (mt_packet_seal (again ? new : old, 8, &packet,
                                       crypto_random_system (), &sealed));
        Known before = known (b);
        mb_say_raw (b, sealed.data, sealed.len);
        Known after = known (b);
        g_assert_cmpmem (&before, sizeof before, &after, sizeof after);
        expect (b->events, again ? "disconnect" : "");
        expect (b->answers, "");
        if (again)
            break;
        mt_session_closed (b->session, 0, b->now);
        memcpy (b->key, old, sizeof old); /* its session goes on under its own key */
        mb_reconnect (b);
        g_free (mb_take (b->events));
        mb_say_bytes (b, body.data, body.len, TRUE); /* what is let go here no more */
        expect (b->events, "gap");
        packet.session_id = b->session_id;
    }
}

/* --- the same message, and old ones --- */

/* MT-D10: the same packet again: one effect, and acknowledged again */
static void
repeated_packets (void)
{
    for (int in_container = 0; in_container < 2; in_container++) {
        g_autoptr (MtBench) b = mb_ready ();
        g_auto (TlWriter) update = { 0 };
        g_auto (TlWriter) container = { 0 };
        mb_give_pong (b);
        expect (b->events, "connect ready");
        write_update (&update);
        int64_t inner = mb_next_id (b, FALSE);
        tl_writer_int (&container, (int32_t)MtpMsgContainer_ID);
        tl_writer_int (&container, 1);
        tl_writer_long (&container, inner);
        tl_writer_int (&container, 1);
        tl_writer_int (&container, (int32_t)update.len);
        tl_writer_raw (&container, update.data, update.len);
        const TlWriter *body = in_container ? &container : &update;
        MtPacket packet = { .session_id = b->session_id,
                            .msg_id = in_container ? mb_next_id (b, FALSE) : inner,
                            .seq_no = in_container ? 2 : 1,
                            .body = body->data,
                            .len = body->len };
        mb_say_packet (b, &packet);
        expect (b->events, "update");
        g_assert_cmpuint (b->session->acks->len, ==, 1);
        mb_say_packet (b, &packet);
        expect (b->events, "");
        g_assert_cmpuint (b->session->acks->len, ==, 2);
        g_assert_cmpint (g_array_index (b->session->acks, int64_t, 0), ==, inner);
        g_assert_cmpint (g_array_index (b->session->acks, int64_t, 1), ==, inner);
    }
}

/* The memory of ids is full, from now on. */
static int64_t
fill_memory (MtBench *b)
{
    int64_t old = mb_next_id (b, FALSE);

    mb_advance (b, 11 * SECOND);
    for (int i = 0; i < MT_SEEN_MAX + 10; i++)
        mt_seen_add (&b->session->seen, mb_next_id (b, FALSE));
    g_assert_cmpuint (b->session->seen.len, ==, MT_SEEN_MAX);
    return old;
}

/* MT-D10: a packet below a full memory may have been here: nothing of it counts, be it a
 * container, and a new session begins */
static void
below_the_memory (void)
{
    for (int in_container = 0; in_container < 2; in_container++) {
        g_autoptr (MtBench) b = mb_ready ();
        g_auto (TlWriter) result = { 0 };
        g_auto (TlWriter) container = { 0 };
        mb_give_pong (b);
        mb_call (b, 1, 0);
        mb_write_result (&result, mb_find_call (b, 1)->msg_id);
        int64_t inner = mb_next_id (b, TRUE), old = fill_memory (b);
        int64_t session = b->session_id;
        tl_writer_int (&container, (int32_t)MtpMsgContainer_ID);
        tl_writer_int (&container, 1);
        mb_write_entry (&container, inner, 1, result.data, result.len);
        const TlWriter *body = in_container ? &container : &result;
        MtPacket packet = { .session_id = b->session_id,
                            .msg_id = old,
                            .seq_no = in_container ? 2 : 1,
                            .body = body->data,
                            .len = body->len };
        g_free (mb_take (b->events));
        mb_say_packet (b, &packet);
        expect (b->answers, "");
        expect (b->events, "gap");
        g_assert_cmpuint (b->session->acks->len, ==, 0);
        g_assert_cmpint (b->session_id, !=,
                         session); /* the call went again, in a new one */
        g_assert_cmpuint (mb_count_call (b, 1), ==, 2);
        mb_answer (b, mb_find_call (b, 1));
        expect (b->answers, "ok");
    }
}

/* MT-D10: in a container of today such an id is an old message's: an answer still is one, an
 * update is not applied but asked for */
static void
old_entries (void)
{
    g_autoptr (MtBench) b = mb_ready ();
    g_auto (TlWriter) result = { 0 };
    g_auto (TlWriter) update = { 0 };
    g_auto (TlWriter) body = { 0 };

    mb_give_pong (b);
    mb_call (b, 1, 0);
    mb_write_result (&result, mb_find_call (b, 1)->msg_id);
    write_update (&update);
    int64_t first = mb_next_id (b, TRUE), second = mb_next_id (b, FALSE);
    fill_memory (b);
    tl_writer_int (&body, (int32_t)MtpMsgContainer_ID);
    tl_writer_int (&body, 2);
    mb_write_entry (&body, first, 1, result.data, result.len);
    mb_write_entry (&body, second, 3, update.data, update.len);
    g_free (mb_take (b->events));
    mb_say_bytes (b, body.data, body.len, FALSE);
    expect (b->answers, "ok");
    expect (b->events, "gap");
    g_assert_cmpuint (b->session->acks->len, ==, 2);
}

/* --- time --- */

/* MT-D11: what repairs the clock is heard from outside of the window, if it names a message of
 * ours, in a container, too, where nothing else is; the rest is discarded */
static void
only_repairs_pass_the_window (void)
{
    /* bad_msg_notification of ours, of a stranger's, both, one beside an update */
    for (int kind = 0; kind < 6; kind++) {
        g_autoptr (MtBench) b = mb_ready ();
        g_auto (TlWriter) container = { 0 };
        g_auto (TlWriter) update = { 0 };
        mb_give_pong (b);
        mb_call (b, 1, 0);
        int64_t ours = mb_find_call (b, 1)->outer_id;
        gboolean taken = kind == 0 || kind == 3, alone = kind < 2;
        expect (b->events, "connect ready");
        int64_t offset = b->session->clock.offset;
        b->now.wall += 3600 * SECOND; /* the server's clock, as mb_next_id() has it */
        write_update (&update);
        tl_writer_int (&container, (int32_t)MtpMsgContainer_ID);
        tl_writer_int (&container, kind == 5 ? 0 : 2);
        for (int i = 0; i < 2 && kind < 5; i++) {
            g_auto (TlWriter) one = { 0 };
            MtpBadMsgNotification bad = TL_NEW (
                MtpBadMsgNotification, .error_code = 16,
                .bad_msg_id = kind == 1 || (kind == 2 && i == 1) ? ours + 4 : ours);
            g_assert_true (tl_encode (&tl_mtproto_schema, TL_OBJ (&bad), &one));
            if (alone && i == 0)
                mb_say_bytes (b, one.data, one.len, FALSE);
            const TlWriter *entry = kind == 4 && i == 1 ? &update : &one;
            mb_write_entry (&container, mb_next_id (b, FALSE), 0, entry->data,
                            entry->len);
        }
        if (!alone)
            mb_say_bytes (b, container.data, container.len, FALSE);
        g_test_message ("%d", kind);
        g_assert_cmpint (b->session->clock.offset - offset >= 3599 * SECOND, ==, taken);
        g_assert_cmpuint (mb_count_call (b, 1), ==, taken ? 2 : 1);
        expect (b->events, "");
        if (!taken)
            g_assert_cmpint (b->session->clock.offset, ==, offset);
    }
}

/* MT-D17: the server's time is ours plus what its ids said: somebody who sets our clock changes
 * nothing, a late packet neither; what is early moves it as far as its own id, and an answer
 * that would be far older than its question moves it back */
static void
the_time_is_the_servers (void)
{
    g_autoptr (MtBench) b = mb_ready ();

    mb_give_pong (b);
    int64_t offset = b->session->clock.offset;
    for (int day = -1; day <= 1; day += 2) {
        b->now.wall += (int64_t)day * 86400 * SECOND;
        mb_call (b, 10 + day, 0);
        g_assert_cmpint (mb_find_call (b, 10 + day)->msg_id >> 32, ==,
                         (b->now.mono + offset) / 1000);
        b->now.wall -= (int64_t)day * 86400 * SECOND;
        mb_answer (b, mb_find_call (b, 10 + day));
        expect (b->answers, "ok");
        g_assert_cmpint (b->session->clock.offset - offset, <=, 20);
    }
    g_auto (TlWriter) update = { 0 };
    write_update (&update);
    MtPacket packet = {
        .session_id = b->session_id, .seq_no = 1, .body = update.data, .len = update.len
    };
    offset = b->session->clock.offset;
    packet.msg_id =
        mb_next_id (b, FALSE) - (INT64_C (200) << 32); /* it was long on its way */
    mb_say_packet (b, &packet);
    g_assert_cmpint (b->session->clock.offset, ==, offset);
    packet.msg_id = mb_next_id (b, FALSE) + (INT64_C (29) << 32);
    mb_say_packet (b, &packet);
    g_assert_cmpint (b->session->clock.offset - offset, >=, 28900);
    g_assert_cmpint (b->session->clock.offset - offset, <=, 29200);
    mb_call (b, 20, 0);
    mb_answer (b, mb_find_call (b, 20)); /* 29 s below its question */
    expect (b->answers, "ok");
    g_assert_cmpint (ABS (b->session->clock.offset - offset), <=, 200);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
#define ADD(f) g_test_add_func ("/refused/" #f, f)
    ADD (what_is_not_for_us_changes_nothing);
    ADD (what_just_fits_is_taken);
    ADD (the_key_before_is_let_go);
    ADD (repeated_packets);
    ADD (below_the_memory);
    ADD (old_entries);
    ADD (only_repairs_pass_the_window);
    ADD (the_time_is_the_servers);
    return g_test_run ();
}
