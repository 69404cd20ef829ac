/* The fields of a message: ids, replies, dates, entities, lengths (SECRET-CHATS.md
 * section I). */
#include "spell.h"

#include <string.h>

#define DAY ((int64_t)24 * 3600 * 1000)

/* SC-I2 SC-C20 SC-M28: a known id, incoming or our own, shows once; after a restart, too,
 * and whether or not its text is still there; 0 never */
static void
an_id_is_shown_once (World *w)
{
    End *alice = w->alice, *bob = w->bob;
    Shown shown;
    int64_t own = end_says (bob, "mine");

    world_run (w);
    watch_shown (w, &shown);
    send_spelled (w, alice, "91cc4674 i0 l5 i0 'first'");
    for (int i = 0; i < 3; i++) {
        int64_t id = 5;
        uint32_t raw_in = end_info (bob).raw_in;
        send_spelled (w, alice, "91cc4674 i0 l5 i0 'again'");
        send_spelled (w, alice, "91cc4674 i0 l%" G_GINT64_FORMAT " i0 'yours'", own);
        send_spelled (w, alice, "91cc4674 i0 l0 i0 'nobody'");
        g_assert_cmpuint (end_info (bob).raw_in, ==, raw_in + 3);
        g_assert_cmpuint (shown.n, ==, 1);
        secret_chat_seen (bob->chat, &id, 1, w->now);
        end_restarts (bob, NULL, NULL);
        g_assert_false (secret_note_find (bob->chat, 5)->outgoing);
        g_assert_true (secret_note_find (bob->chat, own)->outgoing);
    }
    g_autoptr (GHashTable) drawn = g_hash_table_new (g_int64_hash, g_int64_equal);
    static int64_t ids[200];
    for (int i = 0; i < 200; i++) { /* ours: not 0, not twice */
        ids[i] = end_says (bob, "x");
        g_assert_cmpint (ids[i], !=, 0);
        g_assert_true (g_hash_table_add (drawn, &ids[i]));
    }
}

/* SC-I3: a reply quotes a message of this chat that is still at hand, own ones that are
 * on their way included; others show without a quote and ask nobody; what answers itself
 * answers nothing */
static void
a_reply_quotes_what_is_at_hand (void)
{
    g_autoptr (World) w = world_ready_at (11);
    g_autoptr (World) other = world_ready_at (12);
    End *alice = w->alice, *bob = w->bob;
    Shown shown;
    int64_t foreign = end_says (other->bob, "in another chat");

    w->hold = TRUE;
    int64_t own = end_says (bob, "own, unacknowledged");
    end_turn (bob);
    watch_shown (w, &shown);
    send_spelled (w, alice, "91cc4674 i0 l5 i0 'quoted'");
    const struct {
        int64_t id;
        const char *quote;
    } rows[] = { { 5, "quoted" },
                 { own, "own, unacknowledged" },
                 { foreign, "-" },
                 { 4711, "-" },
                 { 0, "-" } };
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        send_spelled (w, alice, "91cc4674 i8 l%zu i0 'reply' l%" G_GINT64_FORMAT, 100 + i,
                      rows[i].id);
        g_assert_cmpstr (shown.text, ==, "reply");
        g_assert_cmpstr (shown.quote, ==, rows[i].quote);
        g_assert_cmpint (shown.reply_to, ==, rows[i].id);
    }
    send_spelled (w, alice, "36b091de i8 l200 i0 'old form' l5");
    g_assert_cmpstr (shown.quote, ==, "quoted");
    send_spelled (w, alice, "73164160 l201 65614304 v1 l5"); /* deleted */
    send_spelled (w, alice, "91cc4674 i8 l202 i0 'reply' l5");
    g_assert_cmpstr (shown.quote, ==, "-");
    send_spelled (w, alice,
                  "91cc4674 i8 l203 i0 'myself' l203"); /* nothing is before it */
    g_assert_cmpstr (shown.text, ==, "myself");
    g_assert_cmpstr (shown.quote, ==, "-");
    g_assert_cmpint (shown.reply_to, ==, 0);

    /* ours: service messages (201) and what is gone are not referred to */
    static const int64_t refer[] = { 100, 201, 5, 4711, 0 };
    for (size_t i = 0; i < G_N_ELEMENTS (refer); i++) {
        int64_t id;
        Wrapper opened;
        secret_chat_send_text (bob->chat, "r", refer[i], FALSE, w->now, &id);
        const SecretOut *out = forge_out (bob, id);
        g_autoptr (GBytes) wire = g_bytes_new (out->data->data, out->data->len);
        g_autoptr (GBytes) plain = unwrap (bob, wire, &opened);
        g_autoptr (GByteArray) want =
            i == 0 ? spell ("91cc4674 i8 l%" G_GINT64_FORMAT " i0 'r' l100", id)
                   : spell ("91cc4674 i0 l%" G_GINT64_FORMAT " i0 'r'", id);
        g_assert_cmpmem (opened.body.data, opened.body.len, want->data, want->len);
    }
}

/* SC-I4 SC-E3: the date is the server's, whatever the clocks of both sides say */
static void
the_date_is_the_servers (void)
{
    static const int64_t skews[] = { 0, 40 * DAY, -40 * DAY };

    for (size_t i = 0; i < G_N_ELEMENTS (skews); i++) {
        g_autoptr (World) w = world_ready_at (13);
        End *alice = w->alice, *bob = w->bob;
        Shown shown;
        watch_shown (w, &shown);
        w->now.wall += skews[i]; /* of this machine; w->date is the server's */
        int32_t server = w->date;
        int64_t id = end_says (alice, "when?");
        world_run (w);
        g_assert_cmpint (shown.date, ==, server + 1);
        g_assert_cmpint (secret_note_find (alice->chat, id)->date, ==, server + 1);
        g_assert_cmpint (secret_note_find (bob->chat, id)->date, ==, server + 1);
        secret_chat_seen (bob->chat, &id, 1, w->now);
        world_run (w);
        g_assert_cmpint (bob->last_read, ==, server + 1);
    }
}

/* SC-I6: offsets count UTF-16 units; what does not fit is dropped, the text is not; a
 * target is shown where the text shows something else */
static void
entities_fit_or_are_dropped (World *w)
{
#define LINK "76a6d327"
#define SMILE "\xf0\x9f\x98\x80" /* two units */
    static const struct {
        const char *text, *entities, *want;
    } rows[] = {
        { "go there", "v1 " LINK " i3 i5 'http://t/'", "go there (http://t/)" },
        { SMILE "x" SMILE "y", "v1 " LINK " i2 i1 'http://t/'",
          SMILE "x (http://t/)" SMILE "y" },
        { SMILE "x" SMILE "y", "v1 " LINK " i3 i2 'http://t/'",
          SMILE "x" SMILE " (http://t/)y" },
        { SMILE "xyz", "v1 " LINK " i1 i2 'http://t/'", SMILE "xyz" }, /* half a smile */
        { SMILE "xyz", "v1 " LINK " i0 i1 'http://t/'", SMILE "xyz" },
        { "abc", "v1 " LINK " i-1 i2 'http://t/'", "abc" },
        { "abc", "v1 " LINK " i0 i0 'http://t/'", "abc" },
        { "abc", "v1 " LINK " i1 i-1 'http://t/'", "abc" },
        { "abc", "v1 " LINK " i0 i4 'http://t/'", "abc" },
        { "abc", "v1 " LINK " i3 i1 'http://t/'", "abc" },
        { "abc", "v1 " LINK " i2147483647 i1 'http://t/'", "abc" },
        { "abc", "v1 " LINK " i1 i2147483647 'http://t/'", "abc" },
        { "abc", "v1 " LINK " i2147483647 i2147483647 'http://t/'", "abc" },
        { "abc", "v1 " LINK " i0 i3 'javascript:x'", "abc" },
        { "abc", "v1 " LINK " i0 i3 'file:///x'", "abc" },
        { "abc", "v1 " LINK " i0 i3 'tg://x'", "abc (tg://x)" },
        { "abc", "v1 " LINK " i0 i3 'mailto:x'", "abc (mailto:x)" },
        { "http://t/", "v1 " LINK " i0 i9 'http://t/'", "http://t/" },
        { "http://t/", "v1 " LINK " i0 i9 'http://e/'", "http://t/ (http://e/)" },
        { "abcdef", "v2 " LINK " i4 i2 'http://2/' " LINK " i0 i2 'http://1/'",
          "ab (http://1/)cdef (http://2/)" },
        { "abcdef", "v2 " LINK " i0 i2 'http://1/' " LINK " i4 i2 'http://2/'",
          "ab (http://1/)cdef (http://2/)" },
        { "abcdef",
          "v3 " LINK " i0 i4 'http://1/' " LINK " i2 i4 'http://2/' " LINK
          " i1 i2 'http://3/'",
          "abc (http://3/)d (http://1/)ef (http://2/)" },
        { "abc", "v3 bd610bc9 i0 i2147483647 826f8b60 i-5 i9 c8cf05f8 i0 i1 l7", "abc" },
        { "abc", "v1 " LINK " i0 i3 'http://t/\nnew line'", "abc (http://t/ new line)" },
        { "", "v1 " LINK " i0 i1 'http://t/'", NULL },
    };
    Shown shown;

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_test_message ("%s: %s", rows[i].text, rows[i].entities);
        watch_shown (w, &shown);
        send_spelled (w, w->alice, "%s l%zu i0 '%s' %s",
                      i % 2 ? "36b091de i128" : "91cc4674 i128", i + 1, rows[i].text,
                      rows[i].entities);
        g_assert_cmpuint (shown.n, ==, rows[i].want != NULL);
        if (rows[i].want != NULL)
            g_assert_cmpstr (shown.text, ==, rows[i].want);
    }
}

/* SC-I6 SC-B20: at most 1000 entities are looked at, in no more time than that takes */
static void
a_soup_of_entities_is_bounded (World *w)
{
    End *bob = w->bob;
    Shown shown;
    GString *soup = g_string_new (NULL);

    watch_shown (w, &shown);
    for (int i = 0; i < 1500; i++)
        g_string_append_printf (soup, "76a6d327 i%d i%d 'tg://%d' ", 3000 - 2 * i,
                                i % 7 + 1, i % 10);
    send_spelled (w, w->alice, "91cc4674 i128 l5 i0 b300000 v1500 %s", soup->str);
    g_assert_cmpuint (shown.n, ==, 1);
    g_assert_cmpuint (shown.text_len, ==, 300000 + 1000 * strlen (" (tg://1)"));
    g_string_free (soup, TRUE);
    g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_READY);
}

/* SC-I7: the name of a bot is neither shown nor looked up; silent is passed on */
static void
a_bots_name_does_nothing (World *w)
{
    g_autofree char *name = g_strnfill (300, 'n');
    const char *const names[] = { name, "a bot", "", "good_bot", "../x", "\xff" };
    End *bob = w->bob;
    Shown shown;

    watch_shown (w, &shown);
    for (size_t i = 0; i < G_N_ELEMENTS (names); i++) {
        send_spelled (w, w->alice, "%s l%zu i0 'by a bot' '%s'",
                      i % 2 ? "36b091de i2048" : "91cc4674 i2082", i + 1, names[i]);
        g_assert_cmpuint (shown.n, ==, i + 1);
        g_assert_cmpstr (shown.text, ==, "by a bot");
        g_assert_cmpstr (shown.detail, ==, "-");
        g_assert_cmpint (shown.silent, ==, i % 2 == 0); /* flag 5 */
        g_assert_cmpuint (bob->calls.length, ==, 0);
    }
    send_spelled (w, w->alice, "91cc4674 i0 l99 i0 'loud'");
    g_assert_false (shown.silent);
}

/* SC-I8: nothing for nothing; a long text as long as it is */
static void
lengths_of_texts_are_what_they_are (World *w)
{
    static const int lengths[] = { 1, 4095, 4096, 4097, 100000, 900000 };
    End *alice = w->alice, *bob = w->bob;
    Shown shown;

    watch_shown (w, &shown);
    uint32_t raw_in = end_info (bob).raw_in;
    send_spelled (w, alice, "91cc4674 i0 l1 i0 ''");
    send_spelled (w, alice, "91cc4674 i0 l2 i0 '\x01\x02'"); /* nothing to be seen */
    send_spelled (w, alice, "91cc4674 i512 l3 i0 '' 089f5c4a");
    g_assert_cmpuint (end_info (bob).raw_in, ==, raw_in + 3);
    g_assert_cmpuint (shown.n, ==, 0);
    for (size_t i = 0; i < G_N_ELEMENTS (lengths); i++) {
        send_spelled (w, alice, "91cc4674 i0 l%zu i0 b%d", 10 + i, lengths[i]);
        g_assert_cmpuint (shown.n, ==, i + 1);
        g_assert_cmpuint (shown.text_len, ==, lengths[i]);
    }
}

/* SC-I8: own text is split before it is numbered, between characters, rather at a space
 */
static void
own_text_is_split_before_it_is_numbered (World *w)
{
    static const struct {
        int smiles, letters, parts;
    } rows[] = { { 0, 1, 1 },    { 0, 4096, 1 }, { 0, 4097, 2 }, { 0, 100000, 25 },
                 { 2048, 0, 1 }, { 2048, 1, 2 }, { 2049, 0, 2 }, { 1, 4095, 2 } };
    End *alice = w->alice;
    int64_t id;

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        GString *text = g_string_new (NULL);
        GString *again = g_string_new (NULL);
        for (int k = 0; k < rows[i].smiles; k++)
            g_string_append (text, SMILE);
        for (int k = 0; k < rows[i].letters; k++)
            g_string_append_c (text, 'x');
        int parts = 0;
        for (const char *rest = text->str; *rest != '\0'; parts++) {
            size_t len = secret_text_split (rest);
            g_autofree char *part = g_strndup (rest, len);
            g_assert_cmpuint (len, >, 0);
            g_assert_true (g_utf8_validate (part, -1, NULL));
            g_assert_cmpint (
                secret_chat_send_text (alice->chat, part, 0, FALSE, w->now, &id), ==,
                TALK_DONE);
            g_string_append (again, part);
            rest += len;
        }
        g_assert_cmpint (parts, ==, rows[i].parts);
        g_assert_cmpstr (again->str, ==, text->str);
        g_string_free (text, TRUE);
        g_string_free (again, TRUE);
    }
    g_autofree char *long_text = g_strnfill (4097, 'x');
    uint32_t raw_out = end_info (alice).raw_out;
    g_assert_cmpint (
        secret_chat_send_text (alice->chat, long_text, 0, FALSE, w->now, &id), ==,
        TALK_INVALID);
    g_assert_cmpint (secret_chat_send_text (alice->chat, "", 0, FALSE, w->now, &id), ==,
                     TALK_INVALID);
    g_assert_cmpuint (end_info (alice).raw_out, ==, raw_out); /* no number was used */
    long_text[4000] = ' ';
    g_assert_cmpuint (secret_text_split (long_text), ==, 4001);
    g_assert_cmpuint (secret_text_split (""), ==, 0);
}

static const Story stories[] = {
    STORY (an_id_is_shown_once, PLAIN),
    STORY (entities_fit_or_are_dropped, PLAIN),
    STORY (a_soup_of_entities_is_bounded, PLAIN),
    STORY (a_bots_name_does_nothing, PLAIN),
    STORY (lengths_of_texts_are_what_they_are, PLAIN),
    STORY (own_text_is_split_before_it_is_numbered, PLAIN),
};

int
main (int argc, char **argv)
{
    stories_init (&argc, &argv);
    stories_add ("fields", stories, G_N_ELEMENTS (stories));
#define ADD(f) g_test_add_func ("/secret/fields/" #f, f)
    ADD (a_reply_quotes_what_is_at_hand);
    ADD (the_date_is_the_servers);
    return g_test_run ();
}
