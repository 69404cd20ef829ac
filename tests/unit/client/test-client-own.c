/* Own texts: told when they are durable, in the order of the turns, or told as lost. */
#include "client-bench.h"

#include "secret-private.h"
#include "secret-text.h"
#include "tg-client-held.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>

/* Gives the text to the client: the id of its first part, 0 = it was not taken. */
static int64_t
say (Bench *bench, int32_t chat, const char *text)
{
    g_autofree int64_t *ids = NULL;
    size_t n;
    gboolean good = tg_secret_send (bench->client, chat, text, &ids, &n) == TALK_DONE;

    return good ? ids[0] : 0;
}

/* Own and incoming lines as they were told, one a line, nothing else. */
static char *
lines_told (Bench *bench)
{
    g_auto (GStrv) lines = g_strsplit (bench->told->str, "\n", 0);
    GString *told = g_string_new (NULL);

    for (char **line = lines; *line != NULL; line++)
        if (g_str_has_prefix (*line, "own ") || g_str_has_prefix (*line, "message ") ||
            g_str_has_prefix (*line, "lost "))
            g_string_append_printf (told, "%s\n", *line);
    return g_string_free (told, FALSE);
}

/* A disk that takes no byte more. */
static void
fill_disk (gboolean full)
{
    struct rlimit limit;

    g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
    limit.rlim_cur = full ? 1024 : limit.rlim_max;
    g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

/* DECISIONS 25: an own line is told when its turn is durable, not before; lines stand in
 * the order of the commits, own and incoming mixed */
static void
an_own_line_waits_for_the_disk (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) w = world_new (3, WORLD_TOY);
    int32_t chat = bench_chat_on (bench, w);
    g_autoptr (GString) wanted = g_string_new (NULL);

    bench->hold = TRUE;
    for (int i = 0; i < 50; i++) {
        g_autofree char *own = g_strdup_printf ("mine %d", i);
        g_autofree char *other = g_strdup_printf ("yours %d", i);
        g_assert_cmpint (say (bench, chat, own), !=, 0);
        end_says (w->bob, other);
        bench_deliver (bench, chat, bench_bob_sends (w));
        g_string_append_printf (wanted, "own %s\nmessage %s\n", own, other);
    }
    g_autofree char *before = lines_told (bench);
    g_assert_cmpstr (before, ==, "");
    bench->hold = FALSE;
    for (int i = 0; i < 5; i++) /* not all events in one turn of the loop */
        bench_advance (bench, 20);
    g_autofree char *after = lines_told (bench);
    g_assert_cmpstr (after, ==, wanted->str);
}

/* DECISIONS 1, 25: what the store did not take is told as lost, with its text, also what
 * waited behind it; nothing of it is known at the next start, and nothing leaves */
static void
a_full_disk_loses_texts_and_says_so (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) w = world_new (4, WORLD_TOY);
    int32_t chat = bench_chat_on (bench, w);
    int64_t kept, lost[2];
    unsigned before;

    kept = say (bench, chat, "kept");
    bench_run (bench);
    bench_carry (bench, w);
    before = bench_count (bench, ApiMessagesSendEncrypted_ID);
    bench->hold = TRUE;
    lost[0] = say (bench, chat, "first");
    lost[1] = say (bench, chat, "second");
    fill_disk (TRUE);
    bench->hold = FALSE;
    bench_run (bench);
    fill_disk (FALSE);
    g_autofree char *told = lines_told (bench);
    g_assert_cmpstr (told, ==, "own kept\nlost 1 first\nlost 1 second\n");
    g_assert_cmpint (say (bench, chat, "too late"), ==, 0);
    g_assert_cmpuint (bench_count (bench, ApiMessagesSendEncrypted_ID), ==, before);
    bench_stop (bench);
    bench_online (bench);
    g_assert_true (tg_secret_has_own (bench->client, chat, kept));
    g_assert_false (tg_secret_has_own (bench->client, chat, lost[0]));
    g_assert_false (tg_secret_has_own (bench->client, chat, lost[1]));
    g_assert_cmpint (say (bench, chat, "again"), !=, 0);
    bench_run (bench);
    bench_carry (bench, w);
    g_assert_cmpuint (w->bob->shown->len, ==, 2); /* "kept", "again" */
}

static ApiUser
bob_as (const char *name)
{
    return TL_NEW (ApiUser, .id = BENCH_BOB, .has_access_hash = TRUE, .access_hash = 8,
                   .contact = TRUE, .first_name = TL_STR (name));
}

static void
hear_of_bob (Bench *bench, const char *name)
{
    ApiUser user = bob_as (name);
    const TlObject *items[] = { TL_OBJ (&user) };
    ApiUpdates updates = TL_NEW (ApiUpdates, .users = { items, 1 }, .date = 21);

    bench_receive (bench, TL_OBJ (&updates));
}

/* A difference that brings two messages of the chat. */
static void
answer_difference (Bench *bench, int32_t chat, GBytes *const data[2])
{
    ApiEncryptedMessageService messages[2];
    const TlObject *encrypted[2];

    for (int i = 0; i < 2; i++) {
        size_t len;
        const uint8_t *bytes = g_bytes_get_data (data[i], &len);
        messages[i] =
            TL_NEW (ApiEncryptedMessageService, .random_id = 1 + i, .chat_id = chat,
                    .date = 100, .bytes = TL_BYTES (bytes, len));
        encrypted[i] = TL_OBJ (&messages[i]);
    }
    bench_difference (bench, encrypted, 2, NULL, 0, bench->qts);
}

/* Turns of all sorts behind a write that fails: a text and a message, a person's new name,
 * a timer, an act without a record. */
static void
pile_up (Bench *bench, int32_t chat, GBytes *his)
{
    bench->hold = TRUE;
    g_assert_cmpint (say (bench, chat, "first"), !=, 0);
    bench_deliver (bench, chat, his);
    g_assert_cmpint (say (bench, chat, "second"), !=, 0);
    hear_of_bob (bench, "Robert");
    g_assert_cmpint (tg_secret_set_ttl (bench->client, chat, 60), ==, TALK_DONE);
    tg_client_remove_contact (bench->client, BENCH_BOB);
    fill_disk (TRUE);
    bench->hold = FALSE;
    bench_run (bench);
    fill_disk (FALSE);
}

static unsigned
all_left (Bench *bench)
{
    unsigned n = 0;

    for (unsigned i = 0; i < bench->calls->len; i++)
        n += ((BenchCall *)bench->calls->pdata[i])->left;
    return n;
}

/* DECISIONS 1: of a failed write and of all behind it nothing gets out, and nothing is kept
 * on the real file; the next start is as if none of it had been, and what the server still
 * has comes again, once */
static void
nothing_behind_a_failed_write_is_kept (void)
{
    for (int orderly = 0; orderly < 2; orderly++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        g_autoptr (World) w = world_new (8, WORLD_TOY);
        int32_t chat = bench_chat_on (bench, w), qts = bench->qts;
        g_autofree char *offline = g_strdup_printf ("offline %d", TALK_OFFLINE_STORE);
        GBytes *his[2];
        for (int i = 0; i < 2; i++) {
            end_says (w->bob, i == 0 ? "his" : "his last");
            his[i] = bench_bob_sends (w);
        }
        unsigned left = all_left (bench), shown = w->bob->shown->len;
        pile_up (bench, chat, his[0]);
        bench_deliver (bench, chat, his[1]); /* it was on its way */
        bench_advance (bench, 60000);
        g_autofree char *told = lines_told (bench);
        g_assert_cmpstr (told, ==, "lost 1 first\nlost 1 second\n");
        g_assert_false (bench_told (bench, "peer Robert"));
        g_assert_cmpuint (all_left (bench), ==, left);
        g_assert_true (bench_told (bench, offline));
        if (orderly)
            bench_stop (bench);
        else
            bench_kill (bench);
        bench_start (bench);
        TalkSecret info;
        g_assert_true (tg_secret_info (bench->client, chat, &info));
        g_assert_cmpint (info.ttl, ==, 0);
        g_assert_cmpstr (tg_peer_find (bench->client, BENCH_BOB)->name, ==, "Bob");
        BenchCall *call = bench_call (bench, ApiUpdatesGetDifference_ID);
        g_assert_cmpint (bench_int (call, 3), ==, qts);
        answer_difference (bench, chat, his);
        bench_carry (bench, w);
        g_autofree char *again = lines_told (bench);
        g_assert_cmpstr (again, ==, "message his\nmessage his last\n");
        g_assert_cmpuint (w->bob->shown->len, ==, shown);
        bench_stop (bench);
        bench_online (bench);
        bench_carry (bench, w);
        g_autofree char *later = lines_told (bench);
        g_assert_cmpstr (later, ==, "");
        g_assert_cmpuint (w->bob->shown->len, ==, shown);
    }
}

/* DECISIONS 25: a client that ends while the disk is slow has stored the text, and the
 * next one knows it */
static void
an_end_meanwhile_is_asked_about_later (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) w = world_new (5, WORLD_TOY);
    int32_t chat = bench_chat_on (bench, w);
    int64_t stored, behind, killed;

    bench->hold = TRUE;
    stored = say (bench, chat, "stored");
    behind = say (bench, chat, "waiting behind it");
    bench_stop (bench);
    bench_online (bench);
    g_assert_true (tg_secret_has_own (bench->client, chat, stored));
    g_assert_true (tg_secret_has_own (bench->client, chat, behind));
    bench->hold = TRUE;
    killed = say (bench, chat, "killed");
    bench_kill (bench);
    bench_online (bench);
    g_assert_true (tg_secret_has_own (bench->client, chat, stored));
    g_assert_false (tg_secret_has_own (bench->client, chat, killed));
}

/* DECISIONS 25, SC-I8: the parts of one text are told one by one, and are one message for
 * deleting, also after a restart */
static void
parts_are_one_text (void)
{
    for (int restart = 0; restart < 2; restart++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        g_autoptr (World) w = world_new (6, WORLD_TOY);
        int32_t chat = bench_chat_on (bench, w);
        g_autofree char *text = g_strnfill (10000, 'x');
        g_assert_cmpint (say (bench, chat, "before"), !=, 0);
        g_assert_cmpint (say (bench, chat, text), !=, 0);
        bench_run (bench);
        if (restart) { /* before anything was answered */
            bench_stop (bench);
            bench_online (bench);
        } else {
            bench_carry (bench, w);
            g_autofree char *told = lines_told (bench);
            g_auto (GStrv) lines = g_strsplit (told, "\n", 0);
            g_assert_cmpuint (g_strv_length (lines), ==, 5);
            g_assert_cmpuint (strlen (lines[1]), ==, strlen ("own ") + 4096);
            g_assert_cmpuint (strlen (lines[3]), ==, strlen ("own ") + 10000 - 2 * 4096);
        }
        g_assert_cmpint (tg_secret_delete (bench->client, chat, NULL, 0), ==, TALK_DONE);
        bench_run (bench);
        g_assert_true (bench_told (bench, "gone 3"));
        g_assert_cmpint (tg_secret_delete (bench->client, chat, NULL, 0), ==, TALK_DONE);
        bench_run (bench);
        g_assert_true (bench_told (bench, "gone 1"));
        g_assert_cmpint (tg_secret_delete (bench->client, chat, NULL, 0), !=, TALK_DONE);
    }
}

static void
count_cb (const TalkMessage *message, void *user)
{
    int *counts = user;

    counts[0]++;
    counts[1] += message->part > 0;
    counts[2] += message->reply_to != 0;
}

/* SC-I3, SC-I8: the first part of an answer says what it answers, and no other; deleting by
 * any part takes them all, and an id that is not known nothing */
static void
an_answer_is_one_text (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) w = world_new (6, WORLD_TOY);
    int32_t chat = bench_chat_on (bench, w);
    g_autofree char *text = g_strnfill (10000, 'x');
    g_autofree int64_t *ids = NULL;
    int counts[3] = { 0 };
    size_t n;

    int64_t asked = say (bench, chat, "asked");
    TalkTyped typed = { .text = text, .reply_to = asked };
    g_assert_cmpint (tg_secret_write (bench->client, chat, &typed, &ids, &n), ==,
                     TALK_DONE);
    g_assert_cmpuint (n, ==, 3);
    tg_secret_each_message (bench->client, chat, count_cb, counts);
    g_assert_cmpint (counts[0], ==, 4);
    g_assert_cmpint (counts[1], ==, 2);
    g_assert_cmpint (counts[2], ==, 1);
    tg_secret_each_message (bench->client, chat + 1, count_cb, counts);
    g_assert_cmpint (counts[0], ==, 4);
    g_assert_cmpint (tg_secret_delete (bench->client, chat, &(int64_t){ 4711 }, 1), ==,
                     TALK_NOTHING);
    g_assert_cmpint (tg_secret_delete (bench->client, chat, &ids[1], 1), ==, TALK_DONE);
    bench_run (bench);
    g_assert_true (bench_told (bench, "gone 3"));
}

static void
held_cb (const TgHeld *held, void *user)
{
    char **text = user;

    g_assert_null (*text);
    *text = g_strdup (held->text);
}

typedef struct {
    int notes;     /* own ones of the chat */
    GString *text; /* all of them, and what is held, in order */
} Whole;

static void
whole_cb (const TalkMessage *message, void *user)
{
    Whole *whole = user;

    whole->notes++;
    g_string_append (whole->text, message->text);
}

/* That it was not sent is told with the text, once: all there is of it, in order. */
static void
add_failed (const Bench *bench, GString *all)
{
    g_auto (GStrv) lines = g_strsplit (bench->told->str, "\n", -1);

    for (char **line = lines; *line != NULL; line++)
        if (g_str_has_prefix (*line, "failed "))
            g_string_append (all, strrchr (*line, ' ') + 1);
}

/* What there is of the text, at the chat and held: nothing of it twice, nothing lost. */
static void
assert_once (Bench *bench, int32_t chat, const char *text, int notes, gboolean is_held)
{
    g_autoptr (GString) all = g_string_new (NULL);
    g_autofree char *rest = NULL;
    Whole whole = { 0, all };

    tg_secret_each_message (bench->client, chat, whole_cb, &whole);
    tg_held_each (bench->client, held_cb, &rest);
    g_assert_cmpint (whole.notes, ==, notes);
    g_assert_cmpint (rest != NULL, ==, is_held);
    g_string_append (all, rest != NULL ? rest : "");
    add_failed (bench, all);
    g_assert_cmpstr (all->str, ==, text);
}

/* DECISIONS 25: a text that was held goes in parts, and what did not go is kept by the chat, all in
 * one turn: should the program end at any point of it, no part goes or is shown twice, and none is
 * lost */
static void
what_went_is_not_held (void)
{
    for (int how = 0; how < 4; how++) {
        gboolean all = how % 2 == 0, killed = how < 2;
        g_autoptr (Bench) bench = bench_new (TRUE);
        g_autoptr (World) w = world_new (6, WORLD_TOY);
        int32_t chat = bench_chat_on (bench, w);
        g_autofree char *text = g_strnfill (9000, 'x');
        g_autofree int64_t *ids = NULL;
        int64_t kept;
        size_t n;

        memset (text + 8500, 'z', 500);
        int64_t held =
            tg_held_keep (bench->client, &(TgHeld){ .who = "bob", .text = text });
        g_assert_cmpint (held, !=, 0);
        bench_run (bench);
        if (!all)
            tg_secrets_find (bench->client, chat)->numbers.raw_out = SECRET_RAW_MAX - 2;
        bench->hold = TRUE;
        TalkCode code = tg_secret_write_held (bench->client, chat, held, "NOT_TAKEN",
                                              &ids, &n, &kept);
        g_assert_cmpint (code == TALK_DONE, ==, all);
        g_assert_cmpuint (n, ==, all ? 3 : 2);
        g_assert_cmpint (kept != 0, ==, !all);
        g_assert_cmpuint (bench->jobs->len, ==, 1); /* one write, that is */
        bench->hold = FALSE;
        if (!killed)
            bench_run (bench);
        bench_kill (bench);
        bench_start (bench);
        assert_once (bench, chat, text, killed || !all ? 0 : 3, killed);
    }
}

/* DECISIONS 25, SC-D28: what the server refuses, and what an end leaves unsent, comes back
 * with its text */
static void
what_is_refused_comes_back_with_its_text (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) w = world_new (7, WORLD_TOY);
    g_autofree char *data = g_strdup_printf ("unsent %d", TALK_UNSENT_DATA);
    g_autofree char *closed = g_strdup_printf ("unsent %d", TALK_UNSENT_CLOSED);
    int32_t chat = bench_chat_on (bench, w);

    g_assert_cmpint (say (bench, chat, "refused"), !=, 0);
    g_assert_cmpint (say (bench, chat, "waiting"), !=, 0);
    bench_run (bench);
    bench_refuse (bench, bench_call (bench, ApiMessagesSendEncrypted_ID), 400,
                  "DATA_INVALID");
    bench_run (bench);
    g_assert_true (bench_told (bench, data));
    g_assert_true (bench_told (bench, "failed DATA_INVALID refused"));
    tg_secret_close (bench->client, chat, FALSE);
    bench_run (bench);
    g_assert_true (bench_told (bench, closed));
    g_assert_true (bench_told (bench, "failed CLOSED waiting"));
}

/* The call that carries the next message, and that it is the only one on its way. */
static BenchCall *
only_sending (Bench *bench, unsigned so_far)
{
    g_assert_cmpuint (bench_count (bench, ApiMessagesSendEncrypted_ID), ==, so_far);
    BenchCall *call = bench_call (bench, ApiMessagesSendEncrypted_ID);
    g_assert_nonnull (call);
    return call;
}

/* MT-E5: what is written in one chat leaves one after the other: nothing before the one in
 * front of it is answered, be it late, be it by an error; and each once */
static void
messages_of_a_chat_keep_their_order (void)
{
    for (int refused = 0; refused < 2; refused++) {
        g_autoptr (Bench) bench = bench_new (TRUE);
        g_autoptr (World) w = world_new (21, WORLD_TOY);
        int32_t chat = bench_chat_on (bench, w);
        ApiMessagesSentEncryptedMessage sent =
            TL_NEW (ApiMessagesSentEncryptedMessage, .date = 4000);
        unsigned n = bench_count (bench, ApiMessagesSendEncrypted_ID);
        g_assert_cmpint (say (bench, chat, "one"), !=, 0);
        g_assert_cmpint (say (bench, chat, "two"), !=, 0);
        g_assert_cmpint (say (bench, chat, "three"), !=, 0);
        bench_advance (bench, 50000); /* late */
        BenchCall *first = only_sending (bench, n + 1);
        if (refused)
            bench_refuse (bench, first, 400, "DATA_INVALID");
        else
            bench_answer (bench, first, TL_OBJ (&sent));
        if (refused) { /* its numbers carry its own deletion */
            BenchCall *instead = bench_call (bench, ApiMessagesSendEncryptedService_ID);
            g_assert_nonnull (instead);
            g_assert_null (bench_call (bench, ApiMessagesSendEncrypted_ID));
            bench_answer (bench, instead, TL_OBJ (&sent));
        }
        bench_answer (bench, only_sending (bench, n + 2), TL_OBJ (&sent));
        bench_answer (bench, only_sending (bench, n + 3), TL_OBJ (&sent));
        g_assert_null (bench_call (bench, ApiMessagesSendEncrypted_ID));
    }
}

/* MT-E26: the answer to a message was lost, and its repetition is called one: it arrived,
 * nothing of it failed, and what waits behind it goes on */
static void
what_arrived_before_has_arrived (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) w = world_new (22, WORLD_TOY);
    int32_t chat = bench_chat_on (bench, w);
    unsigned n = bench_count (bench, ApiMessagesSendEncrypted_ID);

    g_assert_cmpint (say (bench, chat, "one"), !=, 0);
    g_assert_cmpint (say (bench, chat, "two"), !=, 0);
    bench_run (bench);
    bench_refuse (bench, only_sending (bench, n + 1), 500, "RANDOM_ID_DUPLICATE");
    bench_run (bench);
    g_assert_null (strstr (bench->told->str, "failed"));
    g_assert_nonnull (strstr (bench->told->str, "sent "));
    g_assert_null (strstr (bench->told->str, "sent 0")); /* it has a date */
    only_sending (bench, n + 2);
}

/* Bytes of the store's log that are not zero. */
static size_t
log_bytes (Bench *bench)
{
    g_autofree char *path = g_build_filename (bench->directory, "store.db-wal", NULL);
    g_autofree char *data = NULL;
    size_t len = 0, n = 0;

    if (g_file_get_contents (path, &data, &len, NULL))
        for (size_t i = 0; i < len; i++)
            n += data[i] != 0;
    return n;
}

/* SC-L12: what the user deletes is gone from the files at once; what was only sent may wait
 * for its time, which comes by itself */
static void
what_is_deleted_goes_at_once (void)
{
    g_autoptr (Bench) bench = bench_new (TRUE);
    g_autoptr (World) w = world_new (9, WORLD_TOY);
    int32_t chat = bench_chat_on (bench, w);

    bench_advance (bench, 10000);
    g_assert_cmpuint (log_bytes (bench), ==, 0);
    int64_t id = say (bench, chat, "not for long");
    bench_run (bench);
    g_assert_cmpuint (log_bytes (bench), >, 0);
    g_assert_cmpint (tg_secret_delete (bench->client, chat, &id, 1), ==, TALK_DONE);
    bench_run (bench);
    g_assert_cmpuint (log_bytes (bench), ==, 0);
    say (bench, chat, "for longer");
    bench_run (bench);
    g_assert_cmpuint (log_bytes (bench), >, 0);
    bench_advance (bench, 10000);
    g_assert_cmpuint (log_bytes (bench), ==, 0);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    signal (SIGXFSZ, SIG_IGN); /* a full disk is an error */
    g_test_add_func ("/client/own/waits-for-the-disk", an_own_line_waits_for_the_disk);
    g_test_add_func ("/client/own/full-disk", a_full_disk_loses_texts_and_says_so);
    g_test_add_func ("/client/own/failed-write", nothing_behind_a_failed_write_is_kept);
    g_test_add_func ("/client/own/end-meanwhile", an_end_meanwhile_is_asked_about_later);
    g_test_add_func ("/client/own/parts", parts_are_one_text);
    g_test_add_func ("/client/own/answer", an_answer_is_one_text);
    g_test_add_func ("/client/own/held", what_went_is_not_held);
    g_test_add_func ("/client/own/refused", what_is_refused_comes_back_with_its_text);
    g_test_add_func ("/client/own/order", messages_of_a_chat_keep_their_order);
    g_test_add_func ("/client/own/before", what_arrived_before_has_arrived);
    g_test_add_func ("/client/own/deleted", what_is_deleted_goes_at_once);
    return g_test_run ();
}
