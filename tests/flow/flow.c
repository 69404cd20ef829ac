/* The teller of stories. */
#include "flow.h"

#include "crypto-secret.h"
#include "told.h"

#include <glib/gstdio.h>
#include <string.h>

#define PATIENCE 60000   /* ms of virtual time */
#define AGAIN_AFTER 8000 /* ms until a host switches an account on again */

static void G_GNUC_PRINTF (2, 3) note (Person *person, const char *format, ...)
{
    va_list args;

    va_start (args, format);
    g_string_append_vprintf (person->told, format, args);
    va_end (args);
    g_string_append_c (person->told, '\n');
}

/* Stands in for OpenSSL's (crypto-random.c), so that a seed is a story. */
static uint64_t random_state;

static gboolean
seeded_fill (void *user, uint8_t *out, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        random_state = random_state * 6364136223846793005u + 1442695040888963407u;
        out[i] = (uint8_t)(random_state >> 56);
    }
    return TRUE;
}

const CryptoRandom *
crypto_random_system (void)
{
    static const CryptoRandom source = { seeded_fill, NULL };
    return &source;
}

/* --- what the glue is told --- */

static void
step_cb (void *user, TalkStep step)
{
    Person *person = user;
    person->online |= step == TALK_STEP_ONLINE;
    if (step == TALK_STEP_ONLINE)
        note (person, "online");
}

static void
again_cb (void *user)
{
    Person *person = user;

    person_stop (person);
    person_start (person);
}

/* As front ends do (FRONTENDS 6): what is not fatal is switched on again, soon. */
static void
offline_cb (void *user, TalkOffline reason, const char *detail, gboolean fatal)
{
    Person *person = user;
    const Host *keeper = fake_host_get (person->flow->keeper);

    person->offline = TRUE;
    note (person, "offline %d %s", reason, detail != NULL ? detail : "-");
    if (!fatal && !person->stays)
        keeper->ops->timer_add (keeper->self, AGAIN_AFTER, again_cb, person);
}

static void
waiting_cb (void *user, TalkWait reason, int64_t seconds)
{
    Person *person = user;

    person->waits = reason;
    person->waits_seconds = seconds;
    note (person, "waiting %d", reason);
}

const char *
person_mailed (Person *person)
{
    static char code[16];
    g_autofree char *line = g_strconcat ("mailed ", person->name, NULL);
    g_autofree char *answer = dc_control (world_dc (person->flow->world), line);

    g_strlcpy (code, answer + strlen ("ok "), sizeof code);
    return code;
}

static const char *
answer_to (Person *person, const TalkAsk *ask)
{
    switch (ask->kind) {
    case TALK_ASK_EMAIL:
        return "alice@example.org";
    case TALK_ASK_EMAIL_CODE:
        return person_mailed (person);
    case TALK_ASK_CODE:
        if (g_strcmp0 (ask->detail, "email") == 0)
            return person_mailed (person);
        return person->answer != NULL && !ask->again && !ask->expired ? person->answer
                                                                      : "12345";
    default:
        return person->password;
    }
}

void
person_answers (Person *person, const char *text)
{
    tg_client_answer (person->client, person->question, text);
}

static void
ask_cb (void *user, const TalkAsk *ask)
{
    Person *person = user;

    if (ask->kind == TALK_ASK_LOG_IN_ANEW) {
        note (person, "ask anew");
        person->question = ask->attempt;
        return;
    }
    note (person, "ask %s%s",
          ask->kind == TALK_ASK_CODE         ? "code"
          : ask->kind == TALK_ASK_EMAIL      ? "email"
          : ask->kind == TALK_ASK_EMAIL_CODE ? "email code"
                                             : "password",
          ask->expired ? " expired"
          : ask->again ? " again"
                       : "");
    if (person->slow)
        person->question = ask->attempt;
    else
        tg_client_answer (person->client, ask->attempt, answer_to (person, ask));
}

static void
cloud_cb (void *user, int64_t user_id)
{
    note (user, "cloud message");
}

static void
service_cb (void *user, const char *text, gboolean code)
{
    note (user, "service %s", text);
}

static void
secret_cb (void *user, const TalkSecret *info)
{
    static const char *const states[] = {
        [TALK_STATE_ASKING] = "asking",       [TALK_STATE_WAITING] = "waiting",
        [TALK_STATE_REQUESTED] = "requested", [TALK_STATE_ACCEPTING] = "accepting",
        [TALK_STATE_READY] = "ready",         [TALK_STATE_CLOSED] = "closed",
    };
    G_STATIC_ASSERT (G_N_ELEMENTS (states) == TALK_STATE_CLOSED + 1);
    Person *person = user;

    person->chat = info->id;
    person->state = info->state;
    person->closed = info->closed;
    if (info->state == TALK_STATE_CLOSED)
        note (person, "chat closed %d", info->closed);
    else
        note (person, "chat %s", states[info->state]);
    if (info->state == TALK_STATE_REQUESTED && person->accept)
        tg_secret_accept (person->client, info->id);
}

static gboolean
message_cb (void *user, int32_t chat_id, const TalkMessage *message)
{
    Person *person = user;

    if (message->outgoing) { /* a file of their own */
        note (person, "own %d %s", message->number, message->text);
        return TRUE;
    }
    if (person->blind) {
        note (person, "hidden %s", message->text);
        return FALSE;
    }
    g_array_append_val (person->ids, message->id);
    if (message->again) {
        note (person, "again %s", message->text);
        return TRUE;
    }
    g_ptr_array_add (person->texts, g_strdup (message->text));
    note (person, "message %s", message->text);
    return TRUE;
}

static void
sent_cb (void *user, int32_t chat_id, int64_t id, int32_t date)
{
    note (user, "sent");
}

static void
failed_cb (void *user, int32_t chat_id, int64_t id, const char *type, const char *text)
{
    note (user, "failed %s %s", type, text);
}

static void
read_cb (void *user, int32_t chat_id, int32_t max_date)
{
    note (user, "read");
}

/* "gone 0": all of them. */
static void
gone_cb (void *user, const TalkGone *gone)
{
    if (gone->why == TALK_GONE_FLUSHED && gone->by_peer)
        note (user, "flushed by peer 0");
    note (user, "%s %zu", gone->why == TALK_GONE_EXPIRED ? "expired" : "gone",
          gone->why == TALK_GONE_FLUSHED ? 0 : gone->n);
    if (gone->n_unseen > 0)
        note (user, "%s %u",
              gone->why == TALK_GONE_ERASED ? "unseen erased"
              : gone->by_peer               ? "unseen deleted by peer"
                                            : "unseen deleted by us",
              gone->n_unseen);
}

static void
typing_cb (void *user, int32_t chat_id, gboolean typing)
{
    note (user, "typing %s", typing ? "on" : "off");
}

static void
notice_cb (void *user, const TalkNotice *notice)
{
    static const char *const names[][2] = {
        [TALK_NOTICE_TTL] = { "timer by us", "timer by peer" },
        [TALK_NOTICE_SCREENSHOT] = { "shot by us", "shot by peer" },
        [TALK_NOTICE_DELAYED] = { "delayed", "" },
        [TALK_NOTICE_GAP] = { "gap", "" },
        [TALK_NOTICE_NEWER_PEER] = { "", "newer peer" },
        [TALK_NOTICE_OLD_GROUP] = { "old group", "" },
        [TALK_NOTICE_TAKEN] = { "taken", "" },
    };
    G_STATIC_ASSERT (G_N_ELEMENTS (names) == TALK_NOTICE_REKEYED);

    if (notice->kind != TALK_NOTICE_REKEYED)
        note (user, "%s %d", names[notice->kind][notice->by_peer], (int)notice->number);
}

static void
trouble_cb (void *user, TalkTrouble trouble, int64_t number)
{
    static const char *const names[] = {
        [TALK_TROUBLE_CATCHING_UP] = "catching up",
        [TALK_TROUBLE_OVER] = "in step",
        [TALK_TROUBLE_SKIPPED] = "skipped",
        [TALK_TROUBLE_REFUSED] = "refused",
    };
    G_STATIC_ASSERT (G_N_ELEMENTS (names) == TALK_TROUBLE_REFUSED + 1);
    note (user, "%s %d", names[trouble], (int)number);
}

static void
own_cb (void *user, int32_t chat_id, int64_t id, const char *text)
{
    note (user, "own %s", text);
}

static void
lost_cb (void *user, int32_t chat_id, const int64_t *ids, size_t n, const char *text)
{
    note (user, "lost %zu %s", n, text);
}

static const Told hears = {
    .step = step_cb,
    .offline = offline_cb,
    .waiting = waiting_cb,
    .ask = ask_cb,
    .service = service_cb,
    .trouble = trouble_cb,
    .cloud = cloud_cb,
    .secret = secret_cb,
    .message = message_cb,
    .own = own_cb,
    .lost = lost_cb,
    .sent = sent_cb,
    .failed = failed_cb,
    .read = read_cb,
    .gone = gone_cb,
    .typing = typing_cb,
    .notice = notice_cb,
};

static gboolean
event_cb (void *user, const TalkEvent *event)
{
    Person *person = user;

    if (person->hook != NULL)
        person->hook (person, event);
    return told_event (&hears, user, event);
}

/* --- people --- */

static Person *
make_person (Flow *flow, const char *phone, const char *name)
{
    Person *person = g_new0 (Person, 1);

    person->flow = flow;
    person->phone = g_strdup (phone);
    person->name = g_strdup (name);
    person->directory = g_build_filename (flow->directory, name, NULL);
    person->told = g_string_new (NULL);
    person->texts = g_ptr_array_new_with_free_func (g_free);
    person->ids = g_array_new (FALSE, FALSE, sizeof (int64_t));
    person->accept = TRUE;
    person->typing_actions = TRUE;
    g_ptr_array_add (flow->people, person);
    return person;
}

static void
add_person (Flow *flow, const char *phone, const char *name)
{
    make_person (flow, phone, name)->id =
        dc_add_user (world_dc (flow->world), phone, name, "Test");
}

Person *
flow_second_device (Flow *flow, const Person *person)
{
    g_autofree char *name = g_strconcat (person->name, "-2", NULL);
    Person *device = make_person (flow, person->phone, name);

    device->id = person->id;
    return device;
}

static void
ignore_log (const char *domain, GLogLevelFlags level, const char *message, gpointer user)
{
}

Flow *
flow_new (uint64_t seed)
{
    Flow *flow = g_new0 (Flow, 1);
    static const char *const domains[] = { "mtp-mtproto", "mtp-secret", "mtp-client",
                                           "mtp-world",   "mtp-store",  "mtp-dc" };

    random_state = seed;
    for (size_t i = 0;
         i < G_N_ELEMENTS (domains) && g_getenv ("G_MESSAGES_DEBUG") == NULL; i++)
        g_log_set_handler (domains[i], G_LOG_LEVEL_DEBUG, ignore_log, NULL);
    g_test_message ("seed %" G_GUINT64_FORMAT, (guint64)seed);
    flow->world = world_new (seed);
    flow->directory = g_dir_make_tmp ("mtp-flow-XXXXXX", NULL);
    flow->key_file = g_build_filename (flow->directory, "server.pem", NULL);
    g_autofree char *pem = dc_public_key (world_dc (flow->world));
    g_assert_true (g_file_set_contents (flow->key_file, pem, -1, NULL));
    flow->people = g_ptr_array_new ();
    flow->keeper = fake_host_new (flow->world);
    add_person (flow, "9990000001", "Alice");
    add_person (flow, "9990000002", "Bob");
    return flow;
}

static void
remove_tree (const char *path)
{
    g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
        g_autofree char *child = g_build_filename (path, name, NULL);
        remove_tree (child);
    }
    g_remove (path);
}

void
flow_free (Flow *flow)
{
    for (unsigned i = 0; i < flow->people->len; i++) {
        Person *person = g_ptr_array_index (flow->people, i);
        person_stop (person);
        g_free (person->phone);
        g_free (person->name);
        g_free (person->directory);
        g_free (person->answer);
        g_free (person->password);
        g_string_free (person->told, TRUE);
        g_ptr_array_unref (person->texts);
        g_array_unref (person->ids);
        g_free (person);
    }
    g_ptr_array_unref (flow->people);
    world_free (flow->world);
    remove_tree (flow->directory);
    g_free (flow->directory);
    g_free (flow->key_file);
    g_free (flow);
}

Person *
flow_person (Flow *flow, unsigned i)
{
    return g_ptr_array_index (flow->people, i);
}

void
person_start (Person *person)
{
    TgConfig config = { .api_id = 1,
                        .api_hash = "hash",
                        .phone = person->phone,
                        .device = "Test",
                        .system = "Test",
                        .version = "1",
                        .lang = "en",
                        .server = "127.0.0.1:1",
                        .server_key = person->flow->key_file,
                        .directory = person->directory,
                        .test_dc = person->test_dc,
                        .typing_actions = person->typing_actions };

    person->host = fake_host_new (person->flow->world);
    person->client =
        tg_client_new (fake_host_get (person->host), &config, event_cb, person);
    person->online = person->offline = FALSE;
    person->waits = TALK_WAIT_NONE;
    tg_client_start (person->client);
}

void
person_stop (Person *person)
{
    g_clear_pointer (&person->client, tg_client_free);
    if (person->host != NULL)
        person->connects += fake_host_connects (person->host);
    g_clear_pointer (&person->host, fake_host_free);
}

unsigned
person_connects (const Person *person)
{
    return person->connects +
           (person->host != NULL ? fake_host_connects (person->host) : 0);
}

static gboolean
matches (const char *line, const char *pattern)
{
    size_t len = strlen (pattern);

    if (len > 0 && pattern[len - 1] == '*')
        return strncmp (line, pattern, len - 1) == 0;
    return g_str_equal (line, pattern);
}

typedef struct {
    Person *person;
    const char *pattern;
    gboolean consume;
} Wait;

static gboolean
heard (void *user)
{
    Wait *wait = user;
    GString *told = wait->person->told;
    size_t at = 0;

    while (at < told->len) {
        char *end = strchr (told->str + at, '\n');
        g_autofree char *line =
            g_strndup (told->str + at, (size_t)(end - told->str) - at);
        at = (size_t)(end - told->str) + 1;
        if (!matches (line, wait->pattern))
            continue;
        if (wait->consume)
            g_string_erase (told, 0, (gssize)at);
        return TRUE;
    }
    return FALSE;
}

void
person_hears (Person *person, const char *line)
{
    Wait wait = { person, line, TRUE };

    if (!world_until (person->flow->world, heard, &wait, PATIENCE))
        g_error ("%s never heard \"%s\", but:\n%s", person->name, line,
                 person->told->str);
}

void
person_never_heard (Person *person, const char *line)
{
    Wait wait = { person, line, FALSE };

    if (heard (&wait))
        g_error ("%s heard \"%s\":\n%s", person->name, line, person->told->str);
}

void
flow_log_in (Person *person)
{
    person_start (person);
    person_hears (person, "online");
}

Flow *
flow_with_chat (uint64_t seed)
{
    Flow *flow = flow_new (seed);
    Person *alice = flow_person (flow, 0), *bob = flow_person (flow, 1);

    flow_log_in (alice);
    flow_log_in (bob);
    flow_wait (flow, 2000);
    g_assert_cmpint (tg_secret_start (alice->client, bob->id, &alice->chat), ==,
                     TALK_DONE);
    person_hears (alice, "chat ready");
    person_hears (bob, "chat ready");
    flow_wait (flow, 3000);
    g_assert_cmpint (person_info (alice).peer_layer, ==, 144);
    g_string_truncate (alice->told, 0);
    g_string_truncate (bob->told, 0);
    return flow;
}

int32_t
person_starts (Person *person, Person *other)
{
    int32_t id;

    g_assert_cmpint (tg_secret_start (person->client, other->id, &id), ==, TALK_DONE);
    return id;
}

int64_t
person_says (Person *person, const char *text)
{
    g_autofree int64_t *ids = NULL;
    size_t n;

    g_assert_cmpint (tg_secret_send (person->client, person->chat, text, &ids, &n), ==,
                     TALK_DONE);
    return ids[0];
}

void
person_reads (Person *person)
{
    tg_secret_seen (person->client, person->chat,
                    (const int64_t *)(void *)person->ids->data, person->ids->len);
}

TalkSecret
person_info (Person *person)
{
    TalkSecret info;
    g_assert_true (tg_secret_info (person->client, person->chat, &info));
    return info;
}

void
flow_control (Flow *flow, const char *line)
{
    g_autofree char *answer = dc_control (world_dc (flow->world), line);
    if (!g_str_has_prefix (answer, "ok"))
        g_error ("%s: %s", line, answer);
}

void
flow_wait (Flow *flow, int64_t ms)
{
    world_run (flow->world, ms);
}

uint8_t *
flow_bytes (size_t len)
{
    uint8_t *data = g_malloc (len + 1);

    for (size_t i = 0; i < len; i++)
        data[i] = (uint8_t)(i * 31 + i / 251);
    return data;
}
