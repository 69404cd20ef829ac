/* What the lines for files leave alone: the account's own. */
#include "net-bench.h"

#include "api.tl.h"

#define LINE(dc, lane) (((dc)*NET_LANES + (lane)) * MT_RACE_MAX)
#define PART 131072
#define PARTS 800 /* 100 MiB */
#define MINUTE 60000

/* MT-E6 MT-D44: a line that has its login from elsewhere is sent nothing unasked; what comes unasked on a line for files, be it at home or elsewhere, is no update, and
 * no reason to ask for addresses; on the account's own it is */
static void
test_updates (void)
{
    static const int lanes[] = { LINE (4, NET_DOWN), LINE (2, NET_DOWN) };
    g_autoptr (NetBench) b = nb_new (4, TRUE);
    size_t heard[G_N_ELEMENTS (lanes)];

    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    nb_control (b, "profile 1 picture-dc 2");
    g_assert_cmpint (nb_file (b, 2, NET_DOWN), ==, 0);
    nb_run (b, 1000);
    unsigned before = b->updates;
    for (int everywhere = 0; everywhere < 2; everywhere++) {
        if (everywhere)
            nb_control (b, "updates everywhere");
        for (size_t i = 0; i < G_N_ELEMENTS (lanes); i++)
            heard[i] = b->wires[lanes[i]].heard;
        nb_control (b, "tell config");
        nb_run (b, 1000);
        g_assert_cmpuint (b->updates, ==, before + 1 + (unsigned)everywhere);
        for (size_t i = 0; i < G_N_ELEMENTS (lanes); i++)
            g_assert_cmpint (b->wires[lanes[i]].heard > heard[i], ==, everywhere);
    }
    g_assert_cmpuint (b->connects[PORT_OTHER], ==, 1);
    g_assert_cmpint (nb_file (b, 2, NET_DOWN), ==, 0);
}

static void
answered_cb (void *user, TlMessage *answer, const MtError *error)
{
    g_assert_nonnull (answer);
    *(gboolean *)user = TRUE;
}

/* Parts of the file that are answered before a question of the account's is. */
static unsigned
parts_before_an_answer (NetBench *b)
{
    ApiInputUserSelf self = TL_NEW (ApiInputUserSelf);
    const TlObject *ids[] = { TL_OBJ (&self) };
    ApiUsersGetUsers request = TL_NEW (ApiUsersGetUsers, .id = { ids, 1 });
    unsigned before = b->answers;
    gboolean answered = FALSE;

    net_call (b->net, 0, NET_MAIN, TL_OBJ (&request), MT_CALL_DEFAULT, answered_cb,
              &answered);
    net_flush (b->net, b->now);
    for (int i = 0; i < 10000 && !answered; i++)
        nb_run (b, 5);
    g_assert_true (answered);
    return b->answers - before;
}

/* MT-B33 MT-H9: a hundred megabytes hold up neither what the account asks nor the pings of its
 * line, be there a line for files or not: few parts come before any answer, and nobody takes
 * the connection for dead */
static void
test_large_file (void)
{
    for (int files = 0; files < 2; files++) {
        g_autoptr (NetBench) b = nb_new (2, files != 0);
        g_autofree char *large = g_malloc0 (PART);
        g_autofree char *command = g_strdup_printf ("profile 1 picture %s", b->picture);
        g_assert_true (g_file_set_contents (b->picture, large, PART, NULL));
        nb_control (b, command);
        nb_control (b, "delay upload.getFile 1000"); /* some minutes in all */
        for (int i = 0; i < PARTS; i++)
            nb_ask_file (b, 2, NET_DOWN);
        for (unsigned part = 50; part < PARTS; part += 150) {
            for (int i = 0; i < 100000 && b->answers < part; i++)
                nb_run (b, 5);
            g_assert_cmpuint (parts_before_an_answer (b), <=, 4);
            g_assert_cmpuint (b->len, ==, PART);
        }
        for (int s = 0; s < 1000 && b->answers < PARTS; s++)
            nb_run (b, 1000);
        g_assert_cmpuint (b->answers, ==, PARTS);
        g_assert_cmpuint (b->connects[PORT_HOME], ==, 1);
        g_assert_cmpuint (b->connects[PORT_FILES], ==, files);
        g_assert_cmpuint (b->failed, ==, 0);
    }
}

/* DECISIONS 32: what is long is sealed one by one, however many were asked at once: what else the
 * loop has to do comes between, and has 4 ms */
static void
test_long_parts (void)
{
    enum { LONG = 400 << 10, MANY = 4 };
    g_autoptr (NetBench) b = nb_new (2, TRUE);
    g_autofree uint8_t *bytes = g_malloc0 (LONG);
    gboolean answered[MANY] = { FALSE };

    g_assert_cmpint (nb_file (b, 2, NET_UP), ==, 0);
    const NetWire *wire = &b->wires[LINE (2, NET_UP)];
    for (int i = 0; i < MANY; i++) {
        ApiUploadSaveBigFilePart part =
            TL_NEW (ApiUploadSaveBigFilePart, .file_id = 1, .file_part = i,
                    .file_total_parts = MANY, .bytes = TL_BYTES (bytes, LONG));
        net_call (b->net, 0, NET_UP, TL_OBJ (&part), MT_CALL_PATIENT, answered_cb,
                  &answered[i]);
    }
    for (int i = 0; i < MANY; i++) {
        unsigned before = wire->up->len;
        b->now.mono += 4;
        b->now.wall += 4;
        net_tick (b->net, b->now);
        net_flush (b->net, b->now);
        g_assert_cmpuint (wire->up->len - before, >, LONG);
        g_assert_cmpuint (wire->up->len - before, <, 2 * LONG);
        g_assert_cmpint (net_deadline (b->net) <= b->now.mono + 4, ==, i < MANY - 1);
    }
    nb_run (b, 5000);
    for (int i = 0; i < MANY; i++)
        g_assert_true (answered[i]);
}

/* A file of each data centre, and one at home up; all have their lines then. */
static void
use_all (NetBench *b)
{
    nb_control (b, "profile 1 picture-dc 4");
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    nb_control (b, "profile 1 picture-dc 2");
    g_assert_cmpint (nb_file (b, 2, NET_DOWN), ==, 0);
    g_assert_cmpint (nb_file (b, 2, NET_UP), ==, 0);
}

/* MT-B33: each line is pinged once a minute, and a little more where something is asked, be it in
 * use or not, so that no server ends it; a line that is closed for want of use is let alone */
static void
test_pings (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    for (int i = 0; i < 10; i++) {
        use_all (b);
        nb_pass (b, 4 * MINUTE);
    }
    g_assert_cmpuint (nb_count (b, "unpinged"), ==, 0);
    g_assert_cmpuint (nb_count (b, "ping"), >=, 4 * 40);
    g_assert_cmpuint (nb_count (b, "ping"), <=, 4 * 40 + 4 * 10);
    g_assert_cmpuint (b->connects[PORT_HOME], ==, 1);
    g_assert_cmpuint (b->connects[PORT_FILES], ==, 2);
    g_assert_cmpuint (b->connects[PORT_OTHER], ==, 1);
    nb_pass (b, 6 * MINUTE);
    unsigned before = nb_count (b, "ping");
    nb_pass (b, 60 * MINUTE);
    g_assert_cmpuint (nb_count (b, "ping"), >=, before + 59);
    g_assert_cmpuint (nb_count (b, "ping"), <=, before + 61); /* the account's own */
    g_assert_cmpuint (nb_count (b, "unpinged"), ==, 0);
}

/* MT-B33 MT-E8: a line whose only call is not answered for minutes is pinged all the same, and
 * closed by neither side */
static void
test_pings_while_waiting (void)
{
    g_autoptr (NetBench) b = nb_new (4, TRUE);

    use_all (b);
    nb_control (b, "delay upload.getFile 100000");
    nb_control (b, "profile 1 picture-dc 4");
    g_assert_cmpint (nb_file (b, 4, NET_DOWN), ==, 0);
    g_assert_cmpuint (b->connects[PORT_OTHER], ==, 1);
    g_assert_cmpuint (nb_count (b, "unpinged"), ==, 0);
}

/* MT-B34 MT-B35: a line on which nothing comes any more is given up when its ping has no answer, in
 * use or not; what was asked there is asked again, and the account's own line does not notice */
static void
test_silent_line (void)
{
    static const struct {
        int dc;
        NetLane lane;
        int port;
    } rows[] = { { 4, NET_DOWN, PORT_OTHER },
                 { 2, NET_DOWN, PORT_FILES },
                 { 2, NET_UP, PORT_FILES } };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (NetBench) b = nb_new (rows[i].dc, TRUE);
        NetWire *wire = &b->wires[LINE (rows[i].dc, rows[i].lane)];
        g_assert_cmpint (nb_file (b, rows[i].dc, rows[i].lane), ==, 0);
        nb_pass (b, 10000);
        wire->mute = TRUE;
        int64_t began = b->now.mono;
        g_assert_cmpint (nb_file (b, rows[i].dc, rows[i].lane), ==, 0);
        g_assert_cmpint (b->now.mono - began, <, 45000);
        g_assert_cmpuint (b->connects[rows[i].port], ==, 2);
        wire->mute = TRUE; /* and once more, while nobody waits */
        nb_pass (b, 4 * MINUTE);
        g_assert_cmpint (nb_file (b, rows[i].dc, rows[i].lane), ==, 0);
        g_assert_cmpuint (b->connects[rows[i].port], ==, 3);
        g_assert_cmpuint (b->connects[PORT_HOME], ==, 1);
        g_assert_cmpuint (b->failed, ==, 0);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/net-lanes/updates", test_updates);
    g_test_add_func ("/net-lanes/large-file", test_large_file);
    g_test_add_func ("/net-lanes/long-parts", test_long_parts);
    g_test_add_func ("/net-lanes/pings", test_pings);
    g_test_add_func ("/net-lanes/pings-while-waiting", test_pings_while_waiting);
    g_test_add_func ("/net-lanes/silent-line", test_silent_line);
    return g_test_run ();
}
