/* Telegram itself, who writes as 777000: shown, marked, and not to be got rid of. */
#include "client-bench.h"

#include "tl-encode.h"
#include "tl-tables.h"
#include "tl-writer.h"

#include <string.h>

#define CAROL 1003

typedef enum { SHORT, IN_UPDATES, IN_DIFFERENCE, FORMS } Form;

static void
meet (Bench *bench, int64_t id)
{
    ApiUser user = TL_NEW (ApiUser, .id = id, .has_access_hash = TRUE, .access_hash = 3,
                           .contact = TRUE, .first_name = TL_STR ("Telegram"));
    g_auto (TgAct) act = tg_act (bench->client);

    tg_peers_take_one (bench->client, TL_OBJ (&user));
}

static void
write_vector (TlWriter *out, int n)
{
    tl_writer_int (out, (int32_t)TL_VECTOR_ID);
    tl_writer_int (out, n);
}

static void
write_message (TlWriter *out, int64_t from, const char *text)
{
    tl_writer_int (out, (int32_t)ApiMessage_ID);
    tl_writer_long (out, 0); /* flags, flags2 */
    tl_writer_int (out, 11);
    tl_writer_int (out, (int32_t)ApiPeerUser_ID);
    tl_writer_long (out, from);
    tl_writer_int (out, 1); /* date */
    tl_writer_bytes (out, text, strlen (text));
}

static void
write_difference (TlWriter *out, int64_t from, const char *text)
{
    ApiUpdatesState state =
        TL_NEW (ApiUpdatesState, .pts = 11, .qts = 5, .date = 21, .seq = 2);

    tl_writer_int (out, (int32_t)ApiUpdatesDifference_ID);
    write_vector (out, 1);
    write_message (out, from, text);
    for (int i = 0; i < 4; i++) /* encrypted, other updates, chats, users */
        write_vector (out, 0);
    g_assert_true (tl_encode (&tl_api_schema, TL_OBJ (&state), out));
}

/* An ordinary message of that person, who is known. */
static void
write_to_us (Bench *bench, Form form, int64_t from, const char *text)
{
    g_auto (TlWriter) out = { 0 };

    if (form == SHORT) {
        tl_writer_int (&out, (int32_t)ApiUpdateShortMessage_ID);
        tl_writer_int (&out, 0); /* flags */
        tl_writer_int (&out, 11);
        tl_writer_long (&out, from);
        tl_writer_bytes (&out, text, strlen (text));
        tl_writer_int (&out, 11);
        tl_writer_int (&out, 1); /* pts_count */
        tl_writer_int (&out, 1); /* date */
        bench_receive_bytes (bench, out.data, out.len);
    } else if (form == IN_UPDATES) {
        tl_writer_int (&out, (int32_t)ApiUpdateShort_ID);
        tl_writer_int (&out, (int32_t)ApiUpdateNewMessage_ID);
        write_message (&out, from, text);
        tl_writer_int (&out, 11);
        tl_writer_int (&out, 1);  /* pts_count */
        tl_writer_int (&out, 21); /* date */
        bench_receive_bytes (bench, out.data, out.len);
    } else {
        ApiUpdatesTooLong too_long = TL_NEW (ApiUpdatesTooLong);
        bench_receive (bench, TL_OBJ (&too_long));
        write_difference (&out, from, text);
        bench_answer_bytes (bench, bench_call (bench, ApiUpdatesGetDifference_ID),
                            out.data, out.len);
    }
    bench_advance (bench, 2000);
}

/* MT-I24: what it says is told, however it comes; of somebody else who is called so only that
 * there is a message */
static void
what_telegram_says_is_told (void)
{
    for (Form form = SHORT; form < FORMS; form++)
        for (int real = 0; real < 2; real++) {
            g_autoptr (Bench) bench = bench_new (TRUE);
            bench_online (bench);
            meet (bench, TALK_USER_SERVICE);
            meet (bench, CAROL);
            bench_advance (bench, 100);
            write_to_us (bench, form, real ? TALK_USER_SERVICE : CAROL,
                         "Login code: 12345.");
            g_assert_cmpuint (bench->services, ==, real);
            g_assert_cmpint (bench_told (bench, "service 1 Login code: 12345."), ==,
                             real);
            g_assert_cmpint (bench_told (bench, "cloud"), ==, !real);
        }
}

/* MT-I24 MT-F18: without words, and with words that have no code */
static void
not_all_is_a_code (void)
{
    static const struct {
        const char *text, *told;
    } cases[] = {
        { "", "cloud" },
        { "Code 1234", "service 0 Code 1234" },
        { "Code 12345", "service 1 Code 12345" },
        { "1234567", "service 1 1234567" },
        { "12345678", "service 0 12345678" },
        { "12-345-", "service 1 12-345-" },
        { "Your code:12345!", "service 1 Your code:12345!" },
        { "a12345 12345b", "service 0 a12345 12345b" },
        { "2026 at 10:15, 192.168.100.100", "service 0 2026 at 10:15, 192.168.100.100" },
        { "\xd0\xba\xd0\xbe\xd0\xb4\xc2\xa0"
          "54321",
          "service 1 \xd0\xba\xd0\xbe\xd0\xb4\xc2\xa0"
          "54321" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        bench_online (bench);
        meet (bench, TALK_USER_SERVICE);
        write_to_us (bench, SHORT, TALK_USER_SERVICE, cases[i].text);
        if (!bench_told (bench, cases[i].told))
            g_error ("\"%s\": not %s, but %s", cases[i].text, cases[i].told,
                     bench->told->str);
    }
}

static void
notified (Bench *bench, const char *type, const char *text)
{
    g_auto (TlWriter) out = { 0 };

    tl_writer_int (&out, (int32_t)ApiUpdateShort_ID);
    tl_writer_int (&out, (int32_t)ApiUpdateServiceNotification_ID);
    tl_writer_int (&out, 0); /* flags */
    tl_writer_bytes (&out, type, strlen (type));
    tl_writer_bytes (&out, text, strlen (text));
    tl_writer_int (&out, 0x3ded6320); /* messageMediaEmpty */
    write_vector (&out, 0);
    tl_writer_int (&out, 1);
    bench_receive_bytes (bench, out.data, out.len);
    bench_advance (bench, 100);
}

/* MT-F37: a notification that is for who should log out offers that, and does nothing by itself; no
 * other does, nor one of a longer or shorter name, or that is only called so in its text */
static void
a_log_out_is_offered (void)
{
    static const struct {
        const char *type, *text;
        gboolean offers;
    } rows[] = {
        { "AUTH_KEY_DROP_DUPLICATE", "Somebody has your key", TRUE },
        { "AUTH_KEY_DROP_", "Somebody has your key", TRUE },
        { "AUTH_KEY_DROP", "Somebody has your key", FALSE },
        { "XAUTH_KEY_DROP_DUPLICATE", "Somebody has your key", FALSE },
        { "", "AUTH_KEY_DROP_DUPLICATE", FALSE },
        { "PREMIUM", "Read me", FALSE },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        bench_online (bench);
        notified (bench, rows[i].type, rows[i].text);
        g_assert_cmpint (bench_told (bench, "log out?"), ==, rows[i].offers);
        g_assert_cmpuint (bench->services, ==, 1);
        bench_advance (bench, 600000);
        g_assert_cmpuint (bench_count (bench, ApiAuthLogOut_ID), ==, 0);
        g_assert_cmpint (bench->client->own_id, ==, BENCH_OWN);
    }
}

/* MT-I24: no call leaves that would block or delete it; another one called so has no such
 * privilege; what was blocked elsewhere can be taken back */
static void
telegram_stays (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);

    bench_online (bench);
    meet (bench, TALK_USER_SERVICE);
    meet (bench, CAROL);
    tg_client_block (bench->client, TALK_USER_SERVICE, TRUE);
    tg_client_remove_contact (bench->client, TALK_USER_SERVICE);
    bench_advance (bench, 1000);
    g_assert_cmpuint (bench_count (bench, ApiContactsBlock_ID), ==, 0);
    g_assert_cmpuint (bench_count (bench, ApiContactsDeleteContacts_ID), ==, 0);
    tg_client_block (bench->client, CAROL, TRUE);
    tg_client_remove_contact (bench->client, CAROL);
    tg_client_block (bench->client, TALK_USER_SERVICE, FALSE);
    bench_advance (bench, 1000);
    g_assert_cmpuint (bench_count (bench, ApiContactsBlock_ID), ==, 1);
    g_assert_cmpuint (bench_count (bench, ApiContactsDeleteContacts_ID), ==, 1);
    g_assert_cmpuint (bench_count (bench, ApiContactsUnblock_ID), ==, 1);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    world_quiet ();
#define ADD(f) g_test_add_func ("/client/telegram/" #f, f)
    ADD (what_telegram_says_is_told);
    ADD (not_all_is_a_code);
    ADD (a_log_out_is_offered);
    ADD (telegram_stays);
    return g_test_run ();
}
