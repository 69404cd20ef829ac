/* What the session makes of an error before its caller hears of it. */
#include "mt-call.h"

#include <string.h>

/* SC-E17 MT-E10 MT-E13 MT-E14: waiting times, floods and trouble are waited out by what is
 * patient, in the pauses that were asked for; what has a text of its own keeps it under
 * every number */
static void
errors_are_known_by_their_text (void)
{
    static const struct {
        int code;
        const char *text;
        const char *type;
        int64_t first, second; /* ms of pause; 0 = the caller hears of it */
    } rows[] = {
        { 420, "FLOOD_WAIT_7", "FLOOD_WAIT", 7000, 7000 },
        { 420, "FLOOD_PREMIUM_WAIT_3", "FLOOD_PREMIUM_WAIT", 3000, 3000 },
        { 429, "Too Many Requests", "Too Many Requests", 1000, 2000 },
        { 429, "FLOOD_WAIT_5", "FLOOD_WAIT", 5000, 5000 },
        { 420, "FLOOD_WAIT_", "FLOOD_WAIT_", 1000, 2000 }, /* no number: ever longer */
        { 420, "FLOOD_WAIT_-1", "FLOOD_WAIT_-1", 1000, 2000 },
        { 420, "FLOOD_WAIT_0", "FLOOD_WAIT", 1000, 2000 },
        { 420, "FLOOD_WAIT_5_x", "FLOOD_WAIT_5_x", 1000, 2000 },
        { 420, "FLOOD_SKIP_FAILED_WAIT", "FLOOD_SKIP_FAILED_WAIT", 1000, 2000 },
        { 500, "WORKER_BUSY_TOO_LONG_RETRY", "WORKER_BUSY_TOO_LONG_RETRY", 1000, 2000 },
        { 400, "FILE_PART_0_MISSING", "FILE_PART_0_MISSING", 0, 0 },
        { -503, "Timeout", "Timeout", 1000, 2000 },
        { 500, "INTERNAL", "INTERNAL", 1000, 2000 },
        { 503, "UNAVAILABLE", "UNAVAILABLE", 1000, 2000 },
        { 400, "MSG_WAIT_FAILED", "MSG_WAIT_FAILED", 1000, 2000 },
        { 500, "MSG_WAIT_FAILED", "MSG_WAIT_FAILED", 1000, 2000 },
        { 400, "MSG_WAIT_TIMEOUT", "MSG_WAIT_TIMEOUT", 1000, 2000 },
        { 500, "ENCRYPTION_DECLINE_ADMIN_FAILED", "ENCRYPTION_DECLINE_ADMIN_FAILED", 1000,
          2000 },
        { 400, "USER_IS_BLOCKED", "USER_IS_BLOCKED", 0, 0 },
        { 403, "USER_IS_BLOCKED", "USER_IS_BLOCKED", 0, 0 },
        { 400, "ENCRYPTION_DECLINED", "ENCRYPTION_DECLINED", 0, 0 },
        { 406, "SOMETHING_NEW", "SOMETHING_NEW", 0, 0 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        MtCall call = { .flags = MT_CALL_PATIENT };
        MtErrorText parsed;
        mt_error_parse (rows[i].code, TL_BYTES (rows[i].text, strlen (rows[i].text)),
                        &parsed);
        g_test_message ("%d %s", rows[i].code, rows[i].text);
        g_assert_cmpstr (parsed.error.type, ==, rows[i].type);
        for (int again = 0; again < 2; again++) {
            int64_t delay = 0, expected = again ? rows[i].second : rows[i].first;
            g_assert_cmpint (mt_call_judge (&call, &parsed.error, TRUE, &delay), ==,
                             expected > 0 ? MT_RETRY_LATER : MT_RETRY_NO);
            g_assert_cmpint (delay, ==, expected);
        }
        for (int n = 0; n < 1000 && rows[i].first > 0;
             n++) { /* for as long as it takes */
            int64_t delay = 0;
            g_assert_cmpint (mt_call_judge (&call, &parsed.error, TRUE, &delay), ==,
                             MT_RETRY_LATER);
            g_assert_cmpint (delay, <=, 60000);
        }
    }
}

/* MT-E10 MT-D41 SC-C19: an error's text may be shown to people: one clean line of bounded
 * length, with a name where nothing is left of it */
static void
errors_are_clean (void)
{
    static const char *const rows[][2] = {
        { "FLOOD\x1b[2J_WAIT_3", "FLOOD[2J_WAIT_3" },
        { "A\nB\r\n\xe2\x80\xae"
          "C",
          "A B C" },
        { "\x1b\xe2\x80\x8b", "UNNAMED_ERROR" },
        { "", "UNNAMED_ERROR" },
    };
    MtErrorText parsed;

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        mt_error_parse (400, TL_BYTES (rows[i][0], strlen (rows[i][0])), &parsed);
        g_assert_cmpstr (parsed.error.text, ==, rows[i][1]);
    }
    GString *huge = g_string_new (NULL);
    while (huge->len < 1 << 20)
        g_string_append (huge, "\xe2\x82\xac"); /* three bytes each */
    mt_error_parse (400, TL_BYTES (huge->str, huge->len), &parsed);
    g_assert_true (g_utf8_validate (parsed.error.text, -1, NULL));
    g_assert_cmpuint (strlen (parsed.error.text), ==, 255);
    g_string_free (huge, TRUE);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/mtproto/call/errors", errors_are_known_by_their_text);
    g_test_add_func ("/mtproto/call/errors-are-clean", errors_are_clean);
    return g_test_run ();
}
