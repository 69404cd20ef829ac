/* Addresses that are tried side by side: a session whose connections, and whatever is at their
 * ends, are the test's. */
#include "crypto-aes-ctr.h"
#include "crypto-hash.h"
#include "crypto-hmac.h"
#include "mt-packet.h"
#include "mt-private.h"

#include "api.tl.h"
#include "mtproto.tl.h"
#include "tl-encode.h"

#include <string.h>

#define PATIENCE 15000 /* ms that an attempt may take */

typedef struct {
    MtSession *session;
    StoreBatch *batch;
    HostTime now;
    GString *events;             /* "+1:0 " connects slot 1 to address 0, "-1 ", "!" */
    GByteArray *up[MT_RACE_MAX]; /* what was sent on it */
    MtTrouble trouble;
} Way;

static void
on_connect (void *user, unsigned slot, const MtAddress *address)
{
    Way *w = user;

    g_string_append_printf (w->events, "+%u:%s ", slot, address->address);
    g_byte_array_set_size (w->up[slot], 0);
}

static void
on_disconnect (void *user, unsigned slot)
{
    g_string_append_printf (((Way *)user)->events, "-%u ", slot);
}

static void
on_send (void *user, unsigned slot, GByteArray *bytes)
{
    g_byte_array_append (((Way *)user)->up[slot], bytes->data, bytes->len);
}

static void
on_state (void *user, MtState state)
{
    if (state == MT_STATE_EXCHANGING)
        g_string_append (((Way *)user)->events, "exchange ");
}

static void
on_updates (void *user, TlMessage *updates)
{
}

static void
on_failed (void *user, MtFailure failure, const char *detail)
{
    g_assert_not_reached ();
}

static StoreBatch *
on_batch (void *user)
{
    return ((Way *)user)->batch;
}

static void
on_check_prime (void *user, const uint8_t p[static 256])
{
}

static void
on_pause (void *user, const MtPause *pause)
{
    ((Way *)user)->trouble = pause->trouble;
    g_string_append (((Way *)user)->events, "pause ");
}

static const MtOps ops = { on_connect, on_disconnect,  on_send,
                           on_state,   on_updates,     on_failed,
                           on_batch,   on_check_prime, on_pause };
static gboolean in_test; /* environment of the next way */
static const MtAddress five[] = {
    { "a", 443 }, { "b", 443 }, { "c", 443 }, { "d", 443 }
};

static Way *
way_new (const MtAddress *addresses, size_t n)
{
    static const MtServerKey key = { { 1 }, 1 };
    Way *w = g_new0 (Way, 1);
    g_autoptr (GBytes) header = g_bytes_new_static ("head", 4);
    MtConfig config = { .dc = 2,
                        .test = in_test,
                        .addresses = addresses,
                        .n_addresses = n,
                        .keys = &key,
                        .n_keys = 1,
                        .schema = &tl_api_schema,
                        .header = header,
                        .random = crypto_random_system (),
                        .dh = &crypto_dh_real };

    w->now = (HostTime){ .mono = 1000, .wall = 1700000000000 };
    w->events = g_string_new (NULL);
    w->batch = store_batch_new ();
    for (unsigned i = 0; i < MT_RACE_MAX; i++)
        w->up[i] = g_byte_array_new ();
    w->session = mt_session_new (&config, &ops, w);
    mt_session_start (w->session, w->now);
    return w;
}

static void
way_free (Way *w)
{
    mt_session_free (w->session);
    store_batch_free (w->batch);
    for (unsigned i = 0; i < MT_RACE_MAX; i++)
        g_byte_array_unref (w->up[i]);
    g_string_free (w->events, TRUE);
    g_free (w);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Way, way_free)

/* Time goes on, with a tick at each deadline. */
static void
advance (Way *w, int64_t ms)
{
    int64_t end = w->now.mono + ms;

    while (w->now.mono < end) {
        int64_t next = MIN (mt_session_deadline (w->session), end);
        next = MAX (next, w->now.mono);
        w->now.wall += next - w->now.mono;
        w->now.mono = next;
        mt_session_tick (w->session, w->now);
    }
}

static void
happens (Way *w, const char *want)
{
    g_assert_cmpstr (w->events->str, ==, want);
    g_string_set_size (w->events, 0);
}

static void
connected (Way *w, unsigned slot)
{
    mt_session_connected (w->session, slot, w->now);
}

static void
closed (Way *w, unsigned slot)
{
    mt_session_closed (w->session, slot, w->now);
}

/* The ends of an obfuscated connection, from its first 64 bytes. */
static void
ends (const uint8_t header[static 64], CryptoCtr **up, CryptoCtr **down)
{
    uint8_t reversed[64];

    for (unsigned i = 0; i < 64; i++)
        reversed[i] = header[63 - i];
    *up = crypto_ctr_new (header + 8, header + 40);
    *down = crypto_ctr_new (reversed + 8, reversed + 40);
}

/* The nonce of the question on that slot, which is all that was said there; NULL: no
 * question. */
static gboolean
question (Way *w, unsigned slot, uint8_t nonce[static 16])
{
    g_autoptr (CryptoCtr) up = NULL, down = NULL;
    const uint8_t *body;
    size_t len;

    if (w->up[slot]->len <= 64)
        return FALSE;
    ends (w->up[slot]->data, &up, &down);
    g_autofree uint8_t *plain = g_memdup2 (w->up[slot]->data, w->up[slot]->len);
    crypto_ctr_apply (up, plain, plain, w->up[slot]->len);
    g_assert_true (mt_plain_open (plain + 68, w->up[slot]->len - 68, &body, &len));
    uint32_t id;
    memcpy (&id, body, 4);
    g_assert_cmpuint (GUINT32_FROM_LE (id), ==, MtpReqPqMulti_ID);
    memcpy (nonce, body + 4, 16);
    return TRUE;
}

static void
say (Way *w, unsigned slot, const uint8_t *payload, uint32_t size)
{
    g_autoptr (CryptoCtr) up = NULL, down = NULL;
    g_autoptr (GByteArray) out = g_byte_array_new ();
    uint32_t word = GUINT32_TO_LE (size);

    ends (w->up[slot]->data, &up, &down);
    g_byte_array_append (out, (const uint8_t *)&word, 4);
    g_byte_array_append (out, payload, size);
    crypto_ctr_apply (down, out->data, out->data, out->len);
    mt_session_receive (w->session, slot, out->data, out->len, w->now);
}

/* As a server answers the question with that nonce. */
static void
answer (Way *w, unsigned slot, const uint8_t nonce[static 16])
{
    g_auto (TlWriter) body = { 0 }, packet = { 0 };
    int64_t print = 1;
    MtpResPQ pq = TL_NEW (MtpResPQ,
                          .pq = TL_BYTES ((const uint8_t *)"\x17\xed\x48\x94"
                                                           "\x1a\x08\xf9\x81",
                                          8),
                          .server_public_key_fingerprints = { &print, 1 });

    memcpy (pq.nonce, nonce, 16);
    g_assert_true (tl_encode (&tl_mtproto_schema, TL_OBJ (&pq), &body));
    mt_plain_seal (0x51e57ac42770964b, body.data, body.len, &packet);
    say (w, slot, packet.data, (uint32_t)packet.len);
}

/* MT-B9: behind the tag of the transport stands the data centre: 10000 more in the test
 * environment, negative at an address for files; nothing else comes before the first packet */
static void
test_numbers (void)
{
    for (int test = 0; test < 2; test++)
        for (int files = 0; files < 2; files++) {
            const MtAddress address = { "a", 443, files ? MT_ADDRESS_MEDIA : 0 };
            g_autoptr (CryptoCtr) up = NULL, down = NULL;
            in_test = test;
            g_autoptr (Way) w = way_new (&address, 1);
            in_test = FALSE;
            connected (w, 0);
            GByteArray *said = w->up[0];
            ends (said->data, &up, &down);
            g_autofree uint8_t *plain = g_memdup2 (said->data, said->len);
            crypto_ctr_apply (up, plain, plain, said->len);
            g_assert_cmpmem (plain + 56, 4, "\xdd\xdd\xdd\xdd", 4);
            int16_t number;
            memcpy (&number, plain + 60, 2);
            number = (int16_t)GINT16_FROM_LE (number);
            g_assert_cmpint (number, ==, (test ? 10002 : 2) * (files ? -1 : 1));
            uint32_t length;
            memcpy (&length, plain + 64, 4);
            g_assert_cmpuint (GUINT32_FROM_LE (length), ==, said->len - 68);
        }
}

/* MT-B14: the hello to a proxy in disguise says the time as the servers have it, once that is known,
 * whatever the clock on the wall says; before, there is only that one */
static void
test_time_in_a_hello (void)
{
    static const MtSecret secret = { .kind = MT_SECRET_TLS,
                                     .key = { 1, 2, 3 },
                                     .domain = "example.org",
                                     .domain_len = 11 };
    static const MtAddress address = { "a", 443, 0, &secret };
    const int64_t hour = 3600 * 1000;

    for (int known = 0; known < 2; known++) {
        g_autoptr (Way) w = way_new (&address, 1);
        uint8_t hmac[32], seconds[4];
        int32_t time;
        int64_t server = w->now.wall;
        w->now.wall += hour;
        w->session->clock.known = known;
        w->session->clock.offset = server - w->now.mono;
        connected (w, 0);
        GByteArray *hello = w->up[0];
        g_assert_cmpuint (hello->len, >, 11 + 32);
        memcpy (seconds, hello->data + 11 + 28, 4);
        memset (hello->data + 11, 0, 32);
        crypto_hmac_sha256 (secret.key, 16,
                            (CryptoPiece[]){ { hello->data, hello->len } }, 1, hmac);
        for (int i = 0; i < 4; i++)
            seconds[i] ^= hmac[28 + i];
        memcpy (&time, seconds, 4);
        time = (int32_t)GINT32_FROM_LE (time);
        g_assert_cmpint (time, ==, (known ? server : server + hour) / 1000);
    }
}

/* MT-B28: alone and quick, it is taken at once; nobody else is asked */
static void
test_alone (void)
{
    g_autoptr (Way) w = way_new (five, 4);

    happens (w, "+0:a ");
    advance (w, 299);
    connected (w, 0);
    happens (w, "exchange ");
    advance (w, 5000);
    happens (w, "");
}

/* MT-B28 MT-B40: a black hole first: the second begins after 300 ms, and it is the session's
 * when it answers as a server does, within a second; the first is closed then, before
 * anything but the question was sent anywhere */
static void
test_black_hole (void)
{
    g_autoptr (Way) w = way_new (five, 4);
    uint8_t nonce[16], other[16];

    advance (w, 300);
    happens (w, "+0:a +1:b ");
    connected (w, 1);
    happens (w, "");
    g_assert_true (question (w, 1, nonce));
    advance (w, 300);
    happens (w, "+2:c ");
    connected (w, 2);
    g_assert_true (question (w, 2, other));
    g_assert_cmpint (memcmp (nonce, other, 16), !=, 0);
    answer (w, 1, nonce);
    happens (w, "-0 -2 exchange ");
    closed (w, 0); /* too late, all of them */
    connected (w, 2);
    answer (w, 2, other);
    happens (w, "");
    g_assert_cmpint (mt_session_state (w->session), ==, MT_STATE_EXCHANGING);
}

/* MT-B28: what answers TCP, or with the answer to another question, with an error, with
 * noise, is no server: it is out, and another address is tried instead */
static void
test_impostors (void)
{
    uint8_t nonce[16], wrong[16] = { 0 };

    for (unsigned kind = 0; kind < 4; kind++) {
        g_autoptr (Way) w = way_new (five, 4);
        advance (w, 300);
        happens (w, "+0:a +1:b ");
        connected (w, 0);
        connected (w, 1);
        g_assert_true (question (w, 0, nonce));
        g_assert_true (question (w, 1, wrong));
        if (kind == 0)
            answer (w, 0, wrong);
        else if (kind == 1)
            say (w, 0, (const uint8_t *)"\x6c\xfe\xff\xff", 4); /* -404 */
        else if (kind == 2)
            say (w, 0, wrong, 0); /* a length that cannot be */
        else
            closed (w, 0);
        happens (w, kind == 3 ? "+2:c " : "-0 +2:c ");
        answer (w, 1, wrong);
        happens (w, "-2 exchange ");
    }
}

/* MT-B22 MT-B23: who says no to the question is no address for now, and when all do, the
 * pause is that of what was said */
static void
test_refusals (void)
{
    static const struct {
        const char *said;
        MtTrouble want;
    } rows[] = { { "\x53\xfe\xff\xff", MT_TROUBLE_BUSY },
                 { "\x44\xfe\xff\xff", MT_TROUBLE_WRONG_DC },
                 { "\x6c\xfe\xff\xff", MT_TROUBLE_REFUSED } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (Way) w = way_new (five, 3);
        advance (w, 700);
        for (unsigned slot = 0; slot < 3; slot++) {
            connected (w, slot);
            say (w, slot, (const uint8_t *)rows[i].said, 4);
        }
        happens (w, "+0:a +1:b +2:c -0 -1 -2 pause ");
        g_assert_cmpint (w->trouble, ==, rows[i].want);
    }
}

/* MT-B40: a family that is not there at all is no failure: the next one begins at once; when
 * all are tried, or three, the attempt is over, with the pause of one */
static void
test_refused (void)
{
    static const MtAddress two[] = { { "2001:db8::1", 443 }, { "10.0.0.1", 443 } };
    g_autoptr (Way) w = way_new (two, 2);
    g_autoptr (Way) many = way_new (five, 4);

    happens (w, "+0:10.0.0.1 ");
    closed (w, 0);
    happens (w, "+1:2001:db8::1 ");
    closed (w, 1);
    happens (w, "pause ");
    g_assert_cmpint (w->trouble, ==, MT_TROUBLE_CLOSED);
    for (unsigned slot = 0; slot < 3; slot++)
        closed (many, slot);
    happens (many, "+0:a +1:b +2:c pause ");
    advance (many, 2000); /* then the untried one before those that failed */
    g_assert_true (g_str_has_prefix (many->events->str, "+0:d "));
}

/* MT-B29: nobody answers: after the time of an attempt all are closed, once each */
static void
test_nobody (void)
{
    g_autoptr (Way) w = way_new (five, 4);

    advance (w, 1000);
    connected (w, 1);
    happens (w, "+0:a +1:b +2:c ");
    advance (w, PATIENCE - 1001);
    happens (w, "");
    advance (w, 1);
    happens (w, "-0 -1 -2 pause ");
    g_assert_cmpint (w->trouble, ==, MT_TROUBLE_SILENT);
}

/* MT-B42: freed at any point of a race, it says nothing more, and leaves nothing */
static void
test_freed (void)
{
    for (unsigned at = 0; at < 5; at++) {
        Way *w = way_new (five, 4);
        if (at > 0)
            advance (w, 700);
        if (at > 1)
            connected (w, 0);
        if (at > 2)
            connected (w, 2);
        if (at > 3)
            closed (w, 1);
        g_string_set_size (w->events, 0);
        g_clear_pointer (&w->session, mt_session_free);
        happens (w, "");
        way_free (w);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/race/numbers", test_numbers);
    g_test_add_func ("/race/time-in-a-hello", test_time_in_a_hello);
    g_test_add_func ("/race/alone", test_alone);
    g_test_add_func ("/race/black-hole", test_black_hole);
    g_test_add_func ("/race/impostors", test_impostors);
    g_test_add_func ("/race/refusals", test_refusals);
    g_test_add_func ("/race/refused", test_refused);
    g_test_add_func ("/race/nobody", test_nobody);
    g_test_add_func ("/race/freed", test_freed);
    return g_test_run ();
}
