/* What is said: something for everything that can happen, and nothing half. These link without
 * libpurple, as the sentences know none of it. */
#include "tgp-words-account.h"
#include "tgp-words-act.h"
#include "tgp-words-media.h"
#include "tgp-words-message.h"
#include "tgp-words-person.h"
#include "tgp-words-session.h"
#include "tgp-words.h"

#include <string.h>

#define WHO "Alice Aa"

static GHashTable *said; /* of one table: no two reasons are told alike */

static void
begin (void)
{
    g_clear_pointer (&said, g_hash_table_unref);
    said = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/* A whole sentence, or several, and no other one's; takes it. */
static void
is_said (char *take_text)
{
    g_autofree char *text = take_text;

    g_assert_nonnull (text);
    g_test_message ("%s", text);
    g_assert_true (g_utf8_validate (text, -1, NULL));
    g_assert_true (g_ascii_isupper (*text) || g_ascii_isdigit (*text) ||
                   strchr ("\"/(", *text) != NULL);
    g_assert_nonnull (strchr (".?", text[strlen (text) - 1]));
    g_assert_null (strstr (text, "  "));
    g_assert_null (strstr (text, "(null)"));
    g_assert_null (strstr (text, ".."));
    g_assert_true (g_hash_table_add (said, g_steal_pointer (&text)));
}

static void
names_who (char *take_text)
{
    g_assert_nonnull (take_text);
    g_assert_nonnull (strstr (take_text, WHO));
    is_said (take_text);
}

/* DECISIONS 12, 24: why an account is not online */
static void
test_offline (void)
{
    begin ();
    for (int why = TALK_OFFLINE_NETWORK + 1; why <= TALK_OFFLINE_PROXY_SECRET; why++) {
        g_autofree char *text = tgp_words_offline (why, "the detail");
        g_autofree char *bare = tgp_words_offline (why, NULL);
        g_assert_cmpstr (text, !=, "Unknown error");
        g_assert_null (strstr (bare, "(null)"));
        if (why == TALK_OFFLINE_STORE) /* it ends in the system's words */
            g_assert_true (g_str_has_suffix (text, ": the detail"));
        else
            is_said (g_steal_pointer (&text));
    }
    begin ();
    for (int why = TALK_WAIT_NETWORK; why <= TALK_WAIT_PROXY; why++)
        is_said (tgp_words_wait (why, NULL));
    is_said (tgp_words_wait (TALK_WAIT_NETWORK, "refused"));
    for (int step = TALK_STEP_CONNECTING; step < TALK_STEP_ONLINE; step++)
        g_assert_nonnull (tgp_words_step (step));
}

/* DECISIONS 24: how long, in two parts at most */
static void
test_times (void)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } rows[] = { { 5, "Why. Trying again." },
                 { 59, "Why. Trying again." },
                 { 60, "Why. Trying again in 1 minute." },
                 { 61, "Why. Trying again in 2 minutes." },
                 { 3600, "Why. Trying again in 1 hour." },
                 { 4980, "Why. Trying again in 1 hour 23 minutes." },
                 { 86400, "Why. Trying again in 1 day." },
                 { 180000, "Why. Trying again in 2 days 2 hours." } };
    static const struct {
        int32_t seconds;
        const char *text;
    } timers[] = { { 0, "off" },        { 1, "1 second" },    { 30, "30 seconds" },
                   { 60, "1 minute" },  { 90, "90 seconds" }, { 7200, "2 hours" },
                   { 86400, "1 day" },  { 604800, "1 week" }, { 1209600, "2 weeks" },
                   { 691200, "8 days" } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autofree char *text = tgp_words_wait_for ("Why.", rows[i].seconds);
        g_assert_cmpstr (text, ==, rows[i].text);
    }
    for (size_t i = 0; i < G_N_ELEMENTS (timers); i++) {
        g_autofree char *text = tgp_words_duration (timers[i].seconds);
        g_assert_cmpstr (text, ==, timers[i].text);
    }
}

/* DECISIONS 12: what happens in a secret chat, and why it ended */
static void
test_chat (void)
{
    TalkSecret info = { .state = TALK_STATE_CLOSED, .missing = 2, .queued = 5 };

    begin ();
    for (int why = TALK_CLOSED_BY_US; why <= TALK_CLOSED_OFFICIAL_APP; why++) {
        info.closed = why;
        is_said (tgp_words_closed (&info, WHO, FALSE));
        g_autofree char *anew = tgp_words_closed (&info, WHO, TRUE);
        g_assert_true (g_str_has_suffix (anew, " /secret new starts a new one."));
    }
    begin ();
    for (int kind = TALK_NOTICE_TTL; kind < TALK_NOTICE_REKEYED; kind++)
        for (int i = 0; i < 4; i++) {
            TalkNotice notice = { .kind = kind, .by_peer = i / 2, .number = i % 2 * 30 };
            if (i % 2 > 0 && kind != TALK_NOTICE_TTL)
                continue;
            if (i > 1 && kind > TALK_NOTICE_SCREENSHOT)
                continue; /* nobody's act */
            is_said (tgp_words_notice (&notice, WHO, &info));
        }
    g_assert_null (
        tgp_words_notice (&(TalkNotice){ .kind = TALK_NOTICE_REKEYED }, WHO, &info));
    names_who (tgp_words_waiting (WHO));
    names_who (tgp_words_by_rule (WHO));
    names_who (tgp_words_ready (WHO));
    names_who (tgp_words_flushed (WHO));
    names_who (tgp_words_other_key (WHO));
    names_who (tgp_words_entry_back (WHO));
}

/* SC-D17: how many are missing, in both numbers */
static void
test_gap (void)
{
    static const struct {
        uint32_t missing, queued;
        const char *text;
    } rows[] = {
        { 1, 1, "1 message of " WHO " did not arrive; a later one waits behind it." },
        { 2, 1, "2 messages of " WHO " did not arrive; a later one waits behind them." },
        { 1, 3, "1 message of " WHO " did not arrive; 3 later ones wait behind it." },
        { 2, 3, "2 messages of " WHO " did not arrive; 3 later ones wait behind them." },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        TalkSecret info = { .missing = rows[i].missing, .queued = rows[i].queued };
        g_autofree char *text = tgp_words_gap (WHO, &info);
        g_assert_cmpstr (text, ==, rows[i].text);
    }
}

/* SC-D17 SC-F22: /secret info tells of what did not arrive, and calls nothing else so */
static void
test_gap_in_info (void)
{
    for (uint32_t missing = 0; missing < 2; missing++) {
        TalkSecret info = { .state = TALK_STATE_READY, .missing = missing, .queued = 3 };
        g_autofree char *text = tgp_words_info (&info, WHO, 1, "now", 0);
        g_assert_cmpint (strstr (text, "did not arrive") != NULL, ==, missing);
    }
}

/* DECISIONS 28: each question names whom it is about, and what follows */
static void
test_questions (void)
{
    TalkSecret info = { .missing = 1, .queued = 1 };

    begin ();
    for (int what = TGP_END_CLOSE; what <= TGP_END_LOG_OUT; what++) {
        if (what != TGP_END_SKIP)
            names_who (tgp_words_question (what, WHO));
        g_assert_nonnull (tgp_words_consequence (what));
    }
    names_who (tgp_words_skip (WHO, &info));
    names_who (tgp_words_remove_people (1, WHO));
    is_said (tgp_words_remove_people (2, WHO));
    is_said (tgp_words_remove_chats (2, WHO));
    is_said (tgp_words_remove_both (2));
    g_assert_nonnull (tgp_words_remove_both_how ());
    names_who (tgp_words_request (WHO));
    names_who (tgp_words_offer (WHO));
    names_who (tgp_words_anew_how (WHO));
    names_who (tgp_words_key (WHO, "12 34."));
    names_who (tgp_words_compare (WHO, "12 34\n", FALSE));
    names_who (tgp_words_not_forwarded (2, TALK_FILE_NONE, 0, WHO));
    is_said (tgp_words_anew_how (""));
    for (int known = TGP_CHAT_NEVER; known <= TGP_CHAT_VERIFIED; known++) {
        is_said (tgp_words_who_is_it (FALSE, NULL, known));
        is_said (tgp_words_who_is_it (TRUE, NULL, known));
        is_said (tgp_words_who_is_it (TRUE, "2026-11-26", known));
    }
}

/* DECISIONS 12: what an act comes to, when to nothing */
static void
test_acts (void)
{
    begin ();
    for (int problem = TGP_OFFLINE; problem < TGP_CHAT_WORDS; problem++)
        is_said (g_strdup (tgp_words_problem (problem)));
    g_assert_nonnull (tgp_words_problem (TGP_CHAT_WORDS));
    g_assert_nonnull (tgp_words_problem (TGP_PERSON_WORDS));
    for (int code = TALK_DONE + 1; code <= TALK_NO_RANDOM; code++) {
        g_assert_nonnull (tgp_words_refused (code));
        g_assert_nonnull (tgp_words_not_started (code));
        g_assert_true (g_str_has_prefix (tgp_words_not_sent (code), "Not sent: "));
    }
    g_assert_null (tgp_words_refused (TALK_DONE));
    g_assert_null (tgp_words_not_started (TALK_DONE));
    g_assert_null (tgp_words_not_sent (TALK_DONE));
    begin ();
    for (int what = TGP_PASSPHRASE_TYPE; what <= TGP_PASSPHRASE_NONE; what++)
        is_said (g_strdup (tgp_words_passphrase (what)));
    for (int what = TALK_TROUBLE_CATCHING_UP; what <= TALK_TROUBLE_FROZEN; what++)
        is_said (tgp_words_trouble (what, 3, WHO));
}

/* SC-H9, SC-H15: what stands for a message that is no text, in words or not at all; a place
 * has a map */
static void
test_messages (void)
{
    static const struct {
        TalkMessage message;
        const char *quote, *text;
    } rows[] = {
        { { .text = "hello" }, NULL, "hello" },
        { { .text = "hello" }, "before", "\u21a9 before\nhello" },
        { { .content = TALK_CONTENT_PHOTO, .text = "" }, NULL, "[photo]" },
        { { .content = TALK_CONTENT_PHOTO, .text = "see" }, NULL, "[photo] see" },
        { { .content = TALK_CONTENT_FILE, .text = "", .detail = "a.txt" },
          NULL,
          "[file: a.txt]" },
        { { .content = TALK_CONTENT_FILE, .text = "more", .detail = "a.txt", .part = 1 },
          NULL,
          "more" },
        { { .content = TALK_CONTENT_PHOTO,
            .text = "see",
            .number = 3,
            .media = { TALK_FILE_THERE, .size = 90000, .width = 640, .height = 480 } },
          NULL,
          "[photo 3, 640\u00d7480, 90 kB] see" },
        { { .content = TALK_CONTENT_FILE,
            .text = "",
            .number = 12,
            .detail = "a.txt",
            .media = { TALK_FILE_THERE, .size = 1 } },
          NULL,
          "[file 12, 1 byte: a.txt]" },
        { { .content = TALK_CONTENT_VOICE,
            .text = "",
            .number = 4,
            .media = { TALK_FILE_THERE, .size = 1000, .duration = 72 } },
          NULL,
          "[voice message 4, 1:12, 1.0 kB]" },
        { { .content = TALK_CONTENT_VIDEO,
            .text = "",
            .number = 5,
            .media = { TALK_FILE_THERE, .animated = TRUE, .size = 2000000000 } },
          NULL,
          "[GIF 5, 2.0 GB]" },
        { { .content = TALK_CONTENT_AUDIO,
            .text = "",
            .number = 5,
            .media = { TALK_FILE_THERE, .size = 999500 } },
          NULL,
          "[audio 5, 1.0 MB]" },
        { { .content = TALK_CONTENT_VIDEO,
            .text = "",
            .number = 6,
            .media = { TALK_FILE_DAMAGED, .round = TRUE, .size = 0 } },
          NULL,
          "[video message 6, 0 bytes, damaged, cannot be opened]" },
        { { .content = TALK_CONTENT_PHOTO,
            .text = "",
            .number = 7,
            .ttl = 10,
            .media = { TALK_FILE_THERE, .size = 1000 } },
          NULL,
          "[photo 7, 1.0 kB]" },
        { { .content = TALK_CONTENT_VENUE,
            .text = "",
            .detail = "Bar, Street 1, 52.5, -13.2" },
          NULL,
          "[place: Bar, Street 1, 52.5, -13.2] "
          "https://www.openstreetmap.org/?mlat=52.5&mlon=-13.2#map=16/52.5/-13.2" },
        { { .content = TALK_CONTENT_CONTACT, .text = "", .detail = "Ada L, +49 1" },
          NULL,
          "[contact: Ada L, +49 1]" },
        { { .text = "x", .hidden = 2 }, NULL, "x\n\u2026 2 characters not shown" },
        { { .content = (TalkContent)99, .text = "" }, NULL, "[unsupported message]" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        size_t at;
        g_autofree char *text = tgp_words_message (&rows[i].message, rows[i].quote, &at);
        g_assert_cmpstr (text, ==, rows[i].text);
        g_assert_true (g_str_has_prefix (text + at, rows[i].message.text));
    }
    begin ();
    is_said (tgp_words_deleted_unseen (NULL, 1));
    is_said (tgp_words_deleted_unseen (NULL, 2));
    names_who (tgp_words_deleted_unseen (WHO, 1));
    names_who (tgp_words_deleted_unseen (WHO, 2));
    is_said (g_strdup (tgp_words_server_refused (TALK_UNSENT_BLOCKED)));
    is_said (g_strdup (tgp_words_server_refused (TALK_UNSENT_REFUSED)));
    is_said (tgp_words_no_command ("foo", TRUE));
    is_said (tgp_words_no_command ("f0o", FALSE));
}

/* SC-H7 DECISIONS 31: each end of a saving, and each reason why none begins, is a sentence of its
 * own that names the file */
static void
test_saving (void)
{
    begin ();
    is_said (tgp_words_save_how (3, FALSE, FALSE));
    is_said (tgp_words_save_how (3, TRUE, FALSE));
    is_said (tgp_words_own_file (3));
    for (int why = TGP_SAVE_NO_FILE; why <= TGP_SAVE_OFFLINE; why++)
        is_said (tgp_words_not_saved (3, (TgpNotSaved)why));
    is_said (tgp_words_save_begins (3, 5));
    is_said (tgp_words_not_saving (3));
    for (int what = TALK_SAVE_RUNS; what <= TALK_SAVE_DISK; what++)
        if (what != TALK_SAVE_DONE) {
            TalkSaving saving = {
                .what = (TalkSave)what, .number = 3, .done = 1, .total = 2
            };
            is_said (tgp_words_saving (&saving, FALSE));
        }
    TalkSaving done = { .what = TALK_SAVE_DONE, .number = 3, .path = "/tmp/a (2).txt" };
    g_autofree char *line = tgp_words_saving (&done, FALSE);
    g_assert_true (g_str_has_suffix (line, done.path)); /* to be copied */
}

/* SC-G1: in fonts with a clock, with ticks only, and in letters; nothing in it breaks, and
 * what stands in a line's place is as wide as what it replaces */
static void
signs_are_legible (void)
{
    static const struct {
        TalkOwn own;
        int32_t ttl;
        TgpSigns signs;
        const char *want;
    } rows[] = {
        { TALK_OWN_WAITING, 0, TGP_SIGNS_TICKS, "\u25f7\u00a0" },
        { TALK_OWN_SENT, 0, TGP_SIGNS_CLOCKS, "\u2713\u00a0" },
        { TALK_OWN_READ, 0, TGP_SIGNS_TICKS, "\u2713\u2713" },
        { TALK_OWN_READ, 30, TGP_SIGNS_CLOCKS,
          "\u2713\u2713\u00a0\u23f1\u00a030\u00a0s" },
        { TALK_OWN_SENT, 90, TGP_SIGNS_TICKS, "\u2713\u00a0\u00a0[90\u00a0s]" },
        { TALK_OWN_SENT, 3600, TGP_SIGNS_WORDS, "[sent][1h]" },
        { TALK_OWN_WAITING, 0, TGP_SIGNS_WORDS, "[waiting]" },
        { TALK_OWN_READ, 120, TGP_SIGNS_WORDS, "[read][2min]" },
        { TALK_OWN_READ, 604800, TGP_SIGNS_WORDS, "[read][1w]" },
        { TALK_OWN_READ, 31536000, TGP_SIGNS_WORDS, "[read][365d]" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autofree char *text = tgp_words_sign (rows[i].own, rows[i].ttl, rows[i].signs);
        g_assert_cmpstr (text, ==, rows[i].want);
        g_assert_null (strchr (text, ' '));
    }
    g_autofree char *theirs = tgp_words_timer_sign (1, TGP_SIGNS_CLOCKS);
    g_assert_cmpstr (theirs, ==, "\u23f1\u00a01\u00a0s");
    g_autofree char *counted = tgp_words_numbered (12, theirs);
    g_assert_cmpstr (counted, ==, "#12\u00a0\u23f1\u00a01\u00a0s");
    g_autofree char *alone = tgp_words_numbered (1, "");
    g_assert_cmpstr (alone, ==, "#1");
    g_autofree char *not_wished = tgp_words_numbered (0, theirs);
    g_assert_cmpstr (not_wished, ==, theirs);
}

/* SC-G3: what is left is never less than it is, and never "off" */
static void
what_is_left_is_rounded_up (void)
{
    static const struct {
        int64_t left;
        const char *want;
    } rows[] = { { 0, "12:00, to you: disappears in 1 second" },
                 { 1, "12:00, to you: disappears in 1 second" },
                 { 30000, "12:00, to you: disappears in 30 seconds" },
                 { 30001, "12:00, to you: disappears in 31 seconds" },
                 { 119000, "12:00, to you: disappears in 119 seconds" },
                 { 121000, "12:00, to you: disappears in 3 minutes" },
                 { 7201000, "12:00, to you: disappears in 3 hours" },
                 { 172801000, "12:00, to you: disappears in 3 days" },
                 { -1, "12:00, to you: disappears 1 hour after you see it" } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        TalkKnown known = { .ttl = 3600, .left = rows[i].left };
        g_autofree char *text = tgp_words_left ("12:00", &known);
        g_assert_cmpstr (text, ==, rows[i].want);
    }
}

/* MT-F39: what a device says of itself is in one column, whatever it says */
static void
columns_are_ours (void)
{
    static const char *const names[] = { "x", "x | this one | may receive secret chats",
                                         "a|b", "a\xe2\x94\x82\x62",
                                         "a\xef\xbd\x9c\x62" };

    for (size_t i = 0; i < G_N_ELEMENTS (names); i++) {
        TalkLogin login = { .device = names[i], .app = names[i], .place = names[i] };
        g_autofree char *line = tgp_words_session (&login, 2);
        g_auto (GStrv) parts = g_strsplit (line, "|", -1);
        g_assert_cmpuint (g_strv_length (parts), ==, 5);
        g_assert_null (strstr (line, "\xe2\x94\x82"));
        g_assert_null (strstr (line, "\xef\xbd\x9c"));
    }
    for (size_t i = 0; i < G_N_ELEMENTS (names); i++) { /* nor does a stranger's name */
        TalkPerson person = { .username = "carol" };
        g_autofree char *line = tgp_words_person_listed (&person, names[i], 2);
        g_auto (GStrv) parts = g_strsplit (line, "|", -1);
        g_assert_cmpuint (g_strv_length (parts), ==, 3);
        g_assert_null (strstr (line, "\xe2\x94\x82"));
        g_assert_null (strstr (line, "\xef\xbd\x9c"));
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/sentences/offline", test_offline);
    g_test_add_func ("/sentences/times", test_times);
    g_test_add_func ("/sentences/chat", test_chat);
    g_test_add_func ("/sentences/gap", test_gap);
    g_test_add_func ("/sentences/gap-in-info", test_gap_in_info);
    g_test_add_func ("/sentences/questions", test_questions);
    g_test_add_func ("/sentences/acts", test_acts);
    g_test_add_func ("/sentences/messages", test_messages);
    g_test_add_func ("/sentences/saving", test_saving);
    g_test_add_func ("/sentences/signs", signs_are_legible);
    g_test_add_func ("/sentences/columns", columns_are_ours);
    g_test_add_func ("/sentences/left", what_is_left_is_rounded_up);
    int result = g_test_run ();
    g_clear_pointer (&said, g_hash_table_unref);
    return result;
}
