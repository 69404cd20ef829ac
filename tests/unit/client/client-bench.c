/* The bench: a host, a session and a server made of the test's hands. */
#include "client-bench.h"

#include "dh-toy.h"
#include "record.tl.h"
#include "store-bytes.h"
#include "store-whole.h"
#include "tl-encode.h"
#include "told.h"

#include <string.h>
#include <time.h>

typedef struct {
    unsigned id;
    int64_t at;
    HostTimerFunc func;
    void *user;
} BenchTimer;

typedef struct {
    HostWorkFunc work, done;
    void *data;
} BenchJob;

/* --- the host --- */

static HostTime
now_cb (void *self)
{
    Bench *bench = self;

    bench->now.mono += bench->tick;
    bench->now.wall += bench->tick;
    return bench->now;
}

static unsigned
timer_add_cb (void *self, int64_t delay, HostTimerFunc func, void *user)
{
    static unsigned last;
    Bench *bench = self;
    BenchTimer *timer = g_new0 (BenchTimer, 1);

    *timer = (BenchTimer){ ++last, bench->now.mono + delay, func, user };
    g_ptr_array_add (bench->timers, timer);
    return timer->id;
}

static void
timer_remove_cb (void *self, unsigned id)
{
    Bench *bench = self;

    for (unsigned i = 0; i < bench->timers->len; i++)
        if (((BenchTimer *)bench->timers->pdata[i])->id == id)
            g_ptr_array_remove_index (bench->timers, i--);
}

static HostConn *
conn_open_cb (void *self, const char *address, uint16_t port,
              const HostConnEvents *events, void *user)
{
    Bench *bench = self;

    bench->conn_events = events;
    bench->conn_user = user;
    return (HostConn *)bench; /* never looked into */
}

static void
conn_send_cb (void *self, HostConn *conn, const uint8_t *data, size_t len)
{
    Bench *bench = self;
    uint32_t n;

    g_assert_cmpuint (len, ==, sizeof n);
    memcpy (&n, data, sizeof n);
    ((BenchCall *)bench->calls->pdata[n])->left = TRUE;
}

static void
conn_close_cb (void *self, HostConn *conn)
{
}

static void
work_cb (void *self, gboolean ordered, HostWorkFunc work, HostWorkFunc done, void *data)
{
    BenchJob *job = g_new0 (BenchJob, 1);

    *job = (BenchJob){ work, done, data };
    g_ptr_array_add (((Bench *)self)->jobs, job);
}

static const HostOps host_ops = { now_cb,       timer_add_cb, timer_remove_cb,
                                  conn_open_cb, conn_send_cb, conn_close_cb,
                                  work_cb };

/* --- what the client tells --- */

static void G_GNUC_PRINTF (2, 3) note (Bench *bench, const char *format, ...)
{
    va_list args;

    va_start (args, format);
    g_string_append_vprintf (bench->told, format, args);
    va_end (args);
    g_string_append_c (bench->told, '\n');
}

static void
step_cb (void *user, TalkStep step)
{
    if (step == TALK_STEP_ONLINE)
        note (user, "online");
}

static void
offline_cb (void *user, TalkOffline reason, const char *detail, gboolean fatal)
{
    note (user, "offline %d", reason);
    if (detail != NULL)
        note (user, "because %s", detail);
}

static void
ask_cb (void *user, const TalkAsk *ask)
{
    static const char *const kinds[] = {
        [TALK_ASK_CODE] = "code",
        [TALK_ASK_PASSWORD] = "password",
        [TALK_ASK_EMAIL] = "email",
        [TALK_ASK_PASSPHRASE] = "passphrase",
        [TALK_ASK_RECOVERY] = "recovery",
        [TALK_ASK_EMAIL_CODE] = "email code",
        [TALK_ASK_QR] = "qr",
        [TALK_ASK_LOG_IN_ANEW] = "log in anew",
    };
    G_STATIC_ASSERT (G_N_ELEMENTS (kinds) == TALK_ASK_LOG_IN_ANEW + 1);
    Bench *bench = user;

    bench->attempt = ask->attempt;
    note (bench, "ask %s%s", kinds[ask->kind], ask->again ? " again" : "");
}

static void
peer_cb (void *user, const TalkPerson *peer)
{
    note (user, "peer %s", peer->name);
}

static void
photo_cb (void *user, int64_t user_id, int64_t photo, size_t len)
{
    note (user, "photo %d %zu", (int)photo, len);
}

static void
cloud_cb (void *user, int64_t user_id)
{
    note (user, "cloud");
}

static void
service_cb (void *user, const char *text, gboolean code)
{
    ((Bench *)user)->services++;
    note (user, "service %d %s", code, text);
}

static void
secret_cb (void *user, const TalkSecret *info)
{
    note (user, "chat %d %d", info->state, info->closed);
}

static gboolean
message_cb (void *user, int32_t chat_id, const TalkMessage *message)
{
    Bench *bench = user;

    note (bench, "%s %s", message->again ? "again" : "message", message->text);
    g_assert_cmpuint (message->part, ==, bench->parts);
    bench->parts = message->follows ? bench->parts + 1 : 0;
    bench->shown += (size_t)g_utf8_strlen (message->text, -1);
    bench->hidden += message->hidden;
    return TRUE;
}

static void
sent_cb (void *user, int32_t chat_id, int64_t id, int32_t date)
{
    note (user, "sent %d", date);
}

static void
failed_cb (void *user, int32_t chat_id, int64_t id, const char *type, const char *text)
{
    note (user, "failed %s %s", type, text);
}

static void
read_cb (void *user, int32_t chat_id, int32_t max_date)
{
    note (user, "read %d", max_date);
}

static void
gone_cb (void *user, const TalkGone *gone)
{
    if (gone->why == TALK_GONE_FLUSHED && gone->by_peer)
        note (user, "flushed by peer");
    note (user, "gone %zu", gone->why == TALK_GONE_FLUSHED ? 0 : gone->n);
}

static void
typing_cb (void *user, int32_t chat_id, gboolean typing)
{
    note (user, "typing %d", typing);
}

static void
notice_cb (void *user, const TalkNotice *notice)
{
    if (notice->kind != TALK_NOTICE_REKEYED)
        note (user, "notice %d", notice->kind);
}

static void
trouble_cb (void *user, TalkTrouble trouble, int64_t number)
{
    note (user, "trouble %d %d", trouble, (int)number);
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
    .ask = ask_cb,
    .person = peer_cb,
    .photo = photo_cb,
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
    if (event->kind == TALK_EVENT_ASK) {
        talk_event_free (((Bench *)user)->asked);
        ((Bench *)user)->asked = talk_event_copy (event);
    }
    if (event->kind == TALK_EVENT_SERVICE && event->u.service.log_out)
        note (user, "log out?");
    if (event->kind == TALK_EVENT_FAILED)
        note (user, "unsent %d", event->u.failed.why);
    return told_event (&hears, user, event);
}

gboolean
bench_told (Bench *bench, const char *line)
{
    g_autofree char *whole = g_strconcat ("\n", line, "\n", NULL);
    g_autofree char *told = g_strconcat ("\n", bench->told->str, NULL);
    const char *found = strstr (told, whole);

    if (found == NULL)
        return FALSE;
    g_string_erase (bench->told, 0, found - told + (gssize)strlen (whole) - 1);
    return TRUE;
}

/* --- life --- */

static const uint8_t seal_key[32] = { 3 };

/* The client finds its sealing key where it keeps it itself. */
static void
place_key (const char *directory)
{
    g_autofree char *path = g_build_filename (directory, "seal.key", NULL);

    g_assert_true (g_file_set_contents_full (path, (const char *)seal_key,
                                             sizeof seal_key, G_FILE_SET_CONTENTS_NONE,
                                             0600, NULL));
}

static void
put (StoreBatch *batch, StoreKind kind, int64_t owner, const TlObject *record)
{
    g_auto (TlWriter) writer = { 0 };

    g_assert_true (tl_encode (&tl_record_schema, record, &writer));
    store_batch_put (batch, (StoreKey){ kind, owner, 0 }, writer.data, writer.len);
}

static void
commit (Bench *bench, StoreBatch *batch)
{
    place_key (bench->directory);
    g_autoptr (Store) store = store_open (bench->directory, seal_key, NULL);
    g_assert_true (store_commit (store, batch, NULL));
}

void
bench_put (Bench *bench, StoreKind kind, int64_t owner, const TlObject *record)
{
    g_autoptr (StoreBatch) batch = store_batch_new ();

    put (batch, kind, owner, record);
    commit (bench, batch);
}

static void
call_free (BenchCall *call)
{
    g_bytes_unref (call->request);
    g_free (call);
}

static void
quiet_cb (const char *domain, GLogLevelFlags level, const char *message, gpointer user)
{
}

Bench *
bench_new (gboolean state)
{
    Bench *bench = g_new0 (Bench, 1);

    if (g_getenv ("G_MESSAGES_DEBUG") == NULL) {
        g_log_set_handler ("mtp-client", G_LOG_LEVEL_DEBUG, quiet_cb, NULL);
        g_log_set_handler ("mtp-store", G_LOG_LEVEL_DEBUG, quiet_cb, NULL);
    }
    bench->directory = g_dir_make_tmp ("mtp-client-XXXXXX", NULL);
    bench->now = (HostTime){ .wall = 1700000000000, .mono = 1000000 };
    bench->host = (Host){ &host_ops, bench };
    bench->timers = g_ptr_array_new_with_free_func (g_free);
    bench->jobs = g_ptr_array_new ();
    bench->calls = g_ptr_array_new_with_free_func ((GDestroyNotify)call_free);
    bench->told = g_string_new (NULL);
    bench->qts = 5;
    RecAccount account = TL_NEW (RecAccount, .has_user_id = TRUE, .user_id = BENCH_OWN,
                                 .home_dc = 2, .tokens = { NULL, 0 });
    RecDcKey key =
        TL_NEW (RecDcKey, .dc = 2, .key = TL_BYTES (seal_key, 32), .salts = { NULL, 0 });
    RecPeer bob = TL_NEW (RecPeer, .contact = TRUE, .id = BENCH_BOB, .access_hash = 8,
                          .first_name = TL_STR ("Bob"), .last_name = TL_STR (""));
    RecUpdatesState updates =
        TL_NEW (RecUpdatesState, .pts = 10, .qts = 5, .date = 20, .seq = 1);
    g_autoptr (StoreBatch) batch = store_batch_new ();
    put (batch, STORE_ACCOUNT, 0, TL_OBJ (&account));
    put (batch, STORE_DC, 2, TL_OBJ (&key));
    put (batch, STORE_PEER, BENCH_BOB, TL_OBJ (&bob));
    if (state)
        put (batch, STORE_UPDATES, 0, TL_OBJ (&updates));
    commit (bench, batch);
    return bench;
}

static double
now_ms (void)
{
    struct timespec t;
    clock_gettime (CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* A call into the client began at `start`, and is over. */
static void
held (Bench *bench, double start)
{
    bench->longest = MAX (bench->longest, now_ms () - start);
}

static void
run_jobs (Bench *bench)
{
    while (!bench->hold && bench->jobs->len > 0) {
        g_autofree BenchJob *job = g_ptr_array_steal_index (bench->jobs, 0);
        bench->working = TRUE;
        job->work (job->data);
        bench->working = FALSE;
        double start = now_ms ();
        job->done (job->data);
        held (bench, start);
    }
}

void
bench_run (Bench *bench)
{
    run_jobs (bench);
    for (unsigned i = 0; i < bench->timers->len; i++) {
        BenchTimer *timer = bench->timers->pdata[i];
        if (timer->at > bench->now.mono)
            continue;
        BenchTimer due = *timer;
        g_ptr_array_remove_index (bench->timers, i);
        double start = now_ms ();
        due.func (due.user);
        held (bench, start);
        run_jobs (bench);
        i = (unsigned)-1;
    }
}

void
bench_advance (Bench *bench, int64_t ms)
{
    int64_t end = bench->now.mono + ms;

    while (bench->now.mono < end) {
        int64_t next = end;
        for (unsigned i = 0; i < bench->timers->len; i++)
            next = MIN (next, ((BenchTimer *)bench->timers->pdata[i])->at);
        next = MAX (next, bench->now.mono + 1);
        bench->now.wall += next - bench->now.mono;
        bench->now.mono = next;
        bench_run (bench);
    }
}

void
bench_make (Bench *bench)
{
    TgConfig config = { .api_id = bench->api_id < 0 ? 0 : MAX (bench->api_id, 1),
                        .api_hash = "hash",
                        .phone = bench->phone != NULL ? bench->phone : "1",
                        .device = "Test",
                        .system = "Test",
                        .version = "1",
                        .lang = "en",
                        .by_qr = bench->by_qr,
                        .directory = bench->directory };

    bench_net_of (bench);
    g_ptr_array_set_size (bench->calls, 0);
    bench->client = tg_client_new (&bench->host, &config, event_cb, bench);
    bench->client->dh = bench->client->secrets->env.dh = &crypto_dh_toy;
}

void
bench_start (Bench *bench)
{
    bench_make (bench);
    tg_client_start (bench->client);
    bench_run (bench);
    bench->conn_events->opened (bench->conn_user);
    bench_run (bench);
    /* who we are is asked for first; a server that does not say so holds nothing up */
    if (bench_call (bench, ApiUsersGetUsers_ID) != NULL)
        bench_refuse (bench, bench_call (bench, ApiUsersGetUsers_ID), 500, "INTERNAL");
}

static void
end_process (Bench *bench, gboolean write)
{
    g_clear_pointer (&bench->client, tg_client_free);
    while (bench->jobs->len > 0) {
        g_autofree BenchJob *job = g_ptr_array_steal_index (bench->jobs, 0);
        if (write)
            job->work (job->data);
        job->done (job->data);
    }
    g_ptr_array_set_size (bench->timers, 0);
    g_string_truncate (bench->told, 0);
    bench->hold = FALSE;
}

void
bench_kill (Bench *bench)
{
    end_process (bench, FALSE);
}

void
bench_stop (Bench *bench)
{
    end_process (bench, TRUE);
}

void
bench_free (Bench *bench)
{
    if (bench->client != NULL)
        bench_kill (bench);
    bytes_remove_folder (bench->directory);
    g_free (bench->directory);
    g_ptr_array_unref (bench->timers);
    g_ptr_array_unref (bench->jobs);
    g_ptr_array_unref (bench->calls);
    g_string_free (bench->told, TRUE);
    talk_event_free (bench->asked);
    g_free (bench);
}

/* --- the server --- */

BenchCall *
bench_call (Bench *bench, uint32_t id)
{
    for (unsigned i = 0; i < bench->calls->len; i++) {
        BenchCall *call = bench->calls->pdata[i];
        if (call->id == id && call->left && !call->answered)
            return call;
    }
    return NULL;
}

unsigned
bench_count (Bench *bench, uint32_t id)
{
    unsigned n = 0;

    for (unsigned i = 0; i < bench->calls->len; i++) {
        const BenchCall *call = bench->calls->pdata[i];
        n += call->id == id && call->left;
    }
    return n;
}

static TlMessage *
message_of (const TlObject *object)
{
    g_auto (TlWriter) writer = { 0 };
    g_autoptr (GError) error = NULL;

    g_assert_true (tl_encode (&tl_api_schema, object, &writer));
    TlMessage *message =
        tl_message_decode (&tl_api_schema, writer.data, writer.len, &error);
    g_assert_no_error (error);
    return message;
}

static void
input (Bench *bench)
{
    double start = now_ms ();
    bench->conn_events->received (bench->conn_user, (const uint8_t *)"", 1);
    held (bench, start);
    bench_run (bench);
}

void
bench_answer (Bench *bench, BenchCall *call, const TlObject *object)
{
    g_assert_nonnull (call);
    bench->pending = message_of (object);
    bench->answering = call;
    input (bench);
}

void
bench_answer_bytes (Bench *bench, BenchCall *call, const uint8_t *data, size_t len)
{
    TlBudget budget = TL_BUDGET_WHOLE;

    g_assert_nonnull (call);
    bench->pending = tl_message_decode_result (&tl_api_schema,
                                               tl_schema_find (&tl_api_schema, call->id),
                                               data, len, &budget, NULL);
    g_assert_nonnull (bench->pending);
    bench->answering = call;
    input (bench);
}

void
bench_refuse (Bench *bench, BenchCall *call, int code, const char *type)
{
    bench_refuse_with (bench, call, code, type, -1);
}

void
bench_refuse_with (Bench *bench, BenchCall *call, int code, const char *type,
                   int64_t number)
{
    MtError error = { .code = code, .type = type, .number = number, .text = type };

    g_assert_nonnull (call);
    bench->answering = call;
    bench->error = &error;
    input (bench);
}

void
bench_lose_key (Bench *bench, const char *detail)
{
    bench->lost = detail;
    input (bench);
}

void
bench_receive (Bench *bench, const TlObject *updates)
{
    bench->pending = message_of (updates);
    input (bench);
}

void
bench_receive_bytes (Bench *bench, const uint8_t *data, size_t len)
{
    bench->pending = tl_message_decode (&tl_api_schema, data, len, NULL);
    g_assert_nonnull (bench->pending);
    input (bench);
}

void
bench_update (Bench *bench, const TlObject *update)
{
    ApiUpdateShort one = TL_NEW (ApiUpdateShort, .update = update,
                                 .date = (int32_t)(bench->now.wall / 1000));
    bench_receive (bench, TL_OBJ (&one));
}

void
bench_difference (Bench *bench, const TlObject *const *encrypted, size_t n_encrypted,
                  const TlObject *const *others, size_t n_others, int32_t qts)
{
    ApiUpdatesState state =
        TL_NEW (ApiUpdatesState, .pts = 11, .qts = qts, .date = 21, .seq = 2);
    ApiUpdatesDifference difference =
        TL_NEW (ApiUpdatesDifference, .new_messages = { encrypted, 0 },
                .new_encrypted_messages = { encrypted, n_encrypted },
                .other_updates = { others, n_others }, .chats = { others, 0 },
                .users = { others, 0 }, .state = TL_OBJ (&state));

    bench_answer (bench, bench_call (bench, ApiUpdatesGetDifference_ID),
                  TL_OBJ (&difference));
}

void
bench_online (Bench *bench)
{
    ApiUpdatesDifferenceEmpty empty =
        TL_NEW (ApiUpdatesDifferenceEmpty, .date = 20, .seq = 1);

    bench_start (bench);
    bench_answer (bench, bench_call (bench, ApiUpdatesGetDifference_ID), TL_OBJ (&empty));
    g_assert_true (bench_told (bench, "online"));
    bench_advance (bench, 1000);
}
