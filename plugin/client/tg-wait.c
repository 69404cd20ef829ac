/* Waiting: why the account is not online, what is said of it, and when it tries again
 * (DECISIONS 24). The pauses are kept in the store, so that neither a host that reconnects
 * nor a restart makes them shorter.
 *
 *   MtOps.pause -> tg_wait_trouble --.                         .-> TALK_EVENT_WAITING
 *   a login that waits -> tg_wait_login -+-> look (now and by the timer) -+-> offline, once
 *   nothing for long -----------------'                        '-> the question
 *
 * Steps forward are told here, too: while a reason stands, it stands in their place. */
#include "tg-wait.h"

#include "mt-pause.h"
#include "record.tl.h"

#define SECOND 1000
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define TELL_TROUBLE (10 * SECOND) /* what lasts so long is said */
#define TELL_SILENCE (30 * SECOND)
#define TELL_AGAIN (10 * MINUTE)
#define TELL_PAUSE 30        /* s: shorter pauses are not told again */
#define OFFLINE_AFTER MINUTE /* an account that was online says so */
#define PONG_WAS_LATE (30 * SECOND)
#define QUESTION_AFTER MINUTE
#define CODE_FIRST (8 * SECOND) /* between requests for a login code; doubled */
#define CODE_LIMIT (15 * MINUTE)
#define CODES_MAX 16
#define FLOOD_LIMIT (7 * DAY) /* no sane server asks for more */

void
tg_wait_init (TgClient *client)
{
    client->wait = g_new0 (TgWait, 1);
    client->wait->since = HOST_NEVER;
    client->wait->step_at = tg_now (client).mono;
    client->wait->login_at = HOST_NEVER;
}

void
tg_wait_end (TgClient *client)
{
    g_clear_pointer (&client->wait, g_free);
}

/* --- the record --- */

static void
save (TgClient *client)
{
    const TgWait *w = client->wait;
    RecPauses record =
        TL_NEW (RecPauses, .trouble = w->pause.trouble, .failures = w->pause.failures,
                .refusals = w->pause.refusals, .until = w->pause.until,
                .unknown_since = w->pause.unknown_since, .flood_until = w->flood_until,
                .codes = w->codes, .code_at = w->code_at, .asked_at = w->asked_at);

    tg_put (client, STORE_ACCOUNT, TG_RECORD_PAUSES, TL_OBJ (&record));
}

void
tg_wait_load (TgClient *client, StoreKey key, const TlObject *root)
{
    const RecPauses *record = TL_AS (root, RecPauses);
    TgWait *w = client->wait;

    if (record == NULL)
        return;
    w->pause = (MtPause){ .trouble = (MtTrouble)record->trouble,
                          .failures = record->failures,
                          .refusals = record->refusals,
                          .until = record->until,
                          .unknown_since = record->unknown_since };
    mt_pause_check (&w->pause);
    w->flood_until = MAX (record->flood_until, 0);
    w->codes = CLAMP (record->codes, 0, CODES_MAX);
    w->code_at = MAX (record->code_at, 0);
    w->asked_at = MAX (record->asked_at, 0);
}

void
tg_wait_loaded (TgClient *client)
{
    net_set_pause (client->net, &client->wait->pause);
}

/* --- what is said --- */

static void
tell_step (TgClient *client, TalkStep step)
{
    tg_tell (client, (TalkEvent){ .kind = TALK_EVENT_STEP, .u.step = step });
}

void
tg_tell_step (TgClient *client, TalkStep step)
{
    if (client->wait->step == step && step != TALK_STEP_CONNECTING)
        return;
    client->wait->step = step;
    tg_wait_step (client);
    if (client->wait->told != TALK_WAIT_NONE && step != TALK_STEP_ONLINE)
        return; /* the reason stands there until it is over */
    tell_step (client, step);
}

static void
tell_waiting (TgClient *client, TalkWait reason, int64_t seconds)
{
    tg_tell (client, (TalkEvent){ .kind = TALK_EVENT_WAITING,
                                  .u.waiting = { .why = reason, .seconds = seconds } });
    if (reason == TALK_WAIT_NONE && !client->was_online)
        tell_step (client, client->wait->step);
}

static TalkWait
reason_of (MtTrouble trouble)
{
    static const TalkWait reasons[] = {
        [MT_TROUBLE_NONE] = TALK_WAIT_NO_ANSWER,
        [MT_TROUBLE_CLOSED] = TALK_WAIT_NETWORK,
        [MT_TROUBLE_SILENT] = TALK_WAIT_NO_ANSWER,
        [MT_TROUBLE_GARBAGE] = TALK_WAIT_GARBAGE,
        [MT_TROUBLE_EXCHANGE] = TALK_WAIT_EXCHANGE,
        [MT_TROUBLE_KEY_UNKNOWN] = TALK_WAIT_LOGIN_UNKNOWN,
        [MT_TROUBLE_BUSY] = TALK_WAIT_BUSY,
        [MT_TROUBLE_WRONG_DC] = TALK_WAIT_WRONG_SERVER,
        [MT_TROUBLE_REFUSED] = TALK_WAIT_REFUSED,
        [MT_TROUBLE_SERVER_KEY] = TALK_WAIT_SERVER_KEY,
        [MT_TROUBLE_PROXY] = TALK_WAIT_PROXY,
    };
    G_STATIC_ASSERT (G_N_ELEMENTS (reasons) == MT_TROUBLE_PROXY + 1);
    return trouble >= 0 && trouble < (int)G_N_ELEMENTS (reasons) ? reasons[trouble]
                                                                 : TALK_WAIT_NO_ANSWER;
}

/* Again only when the reason is another one, or the pause much longer, or told long ago:
 * every word is a line somewhere. */
static void
tell (TgClient *client, TalkWait reason, int64_t seconds)
{
    TgWait *w = client->wait;
    int64_t now = tg_now (client).mono;

    if (w->told == reason && (seconds < TELL_PAUSE || (seconds < 2 * w->told_seconds &&
                                                       now - w->told_at < TELL_AGAIN)))
        return;
    w->told = reason;
    w->told_at = now;
    w->told_seconds = seconds;
    g_debug ("[wait] reason %d, %d s", reason, (int)seconds);
    tell_waiting (client, reason, seconds);
}

/* The server says that it does not know the login, and has said so for a minute (MT-C42):
 * only the user can say what that means, once a day. */
static void
ask_whether_lost (TgClient *client, HostTime now)
{
    TgWait *w = client->wait;
    TalkAsk ask = { .kind = TALK_ASK_LOG_IN_ANEW, .phone = client->config.phone };

    if (client->own_id == 0 || w->pause.trouble != MT_TROUBLE_KEY_UNKNOWN ||
        w->pause.unknown_since == 0 ||
        now.wall - w->pause.unknown_since < QUESTION_AFTER ||
        (w->asked_at != 0 && ABS (now.wall - w->asked_at) < DAY))
        return;
    w->asked_at = now.wall;
    save (client);
    w->question = ask.attempt = ++client->attempt;
    tg_tell_ask (client, &ask);
}

/* mono: when something is to be said; HOST_NEVER: nothing. */
static int64_t
tell_at (const TgClient *client)
{
    const TgWait *w = client->wait;

    if (client->was_online)
        return w->since == HOST_NEVER ? HOST_NEVER : w->since + OFFLINE_AFTER;
    if (w->told != TALK_WAIT_NONE || w->login_at != HOST_NEVER)
        return HOST_NEVER;
    if (w->since != HOST_NEVER)
        return w->since + TELL_TROUBLE;
    return client->asks_user || client->net == NULL ? HOST_NEVER
                                                    : w->step_at + TELL_SILENCE;
}

static void
look (TgClient *client, HostTime now)
{
    TgWait *w = client->wait;
    TalkWait reason = reason_of (w->pause.trouble);

    if (client->stopped || tell_at (client) > now.mono)
        return;
    if (!client->was_online) {
        tell (client, reason, mt_pause_left (&w->pause, now) / SECOND);
        return;
    }
    tell_waiting (client, reason, 0);
    tg_stop (client, TALK_OFFLINE_NETWORK, NULL, FALSE);
}

/* The reason is over: the step that runs is shown again. */
static void
all_is_well (TgClient *client)
{
    TgWait *w = client->wait;

    w->since = HOST_NEVER;
    w->question = 0;
    w->step_at = tg_now (client).mono;
    if (w->told == TALK_WAIT_NONE || w->login_at != HOST_NEVER)
        return;
    w->told = TALK_WAIT_NONE;
    tell_waiting (client, TALK_WAIT_NONE, 0);
}

/* --- inputs --- */

void
tg_wait_trouble (TgClient *client, const MtPause *pause)
{
    TgWait *w = client->wait;
    HostTime now = tg_now (client);
    gboolean changed = w->pause.until != pause->until;

    w->pause = *pause;
    if (changed)
        save (client);
    if (pause->trouble == MT_TROUBLE_NONE) {
        all_is_well (client);
        return;
    }
    if (w->since == HOST_NEVER) {
        w->since = now.mono;
        if (client->was_online && pause->trouble == MT_TROUBLE_SILENT)
            w->since -= PONG_WAS_LATE;
    }
    if (!client->was_online && w->login_at == HOST_NEVER &&
        (pause->trouble >= MT_TROUBLE_KEY_UNKNOWN || !changed ||
         w->told != TALK_WAIT_NONE))
        tell (client, reason_of (pause->trouble), mt_pause_left (pause, now) / SECOND);
    if (!client->was_online)
        ask_whether_lost (client, now);
    look (client, now);
}

void
tg_wait_step (TgClient *client)
{
    client->wait->step_at = tg_now (client).mono;
    if (client->wait->told == TALK_WAIT_NO_ANSWER && client->wait->since == HOST_NEVER)
        client->wait->told = TALK_WAIT_NONE;
}

void
tg_wait_login (TgClient *client, TalkWait reason, int64_t ms)
{
    TgWait *w = client->wait;
    HostTime now = tg_now (client);

    w->login_at = now.mono + ms;
    if (reason == TALK_WAIT_FLOOD) {
        w->flood_until = now.wall + ms;
        save (client);
    }
    tell (client, reason, ms / SECOND);
}

int64_t
tg_wait_before_login (TgClient *client, TalkWait *reason)
{
    TgWait *w = client->wait;
    int64_t wall = tg_now (client).wall;
    int64_t flood = CLAMP (w->flood_until - wall, 0, FLOOD_LIMIT), code = 0;

    if (w->codes > 0 && ABS (wall - w->code_at) < HOUR) {
        int64_t pause = MIN ((int64_t)CODE_FIRST << (w->codes - 1), CODE_LIMIT);
        code = CLAMP (w->code_at + pause - wall, 0, pause);
    }
    *reason = flood > code ? TALK_WAIT_FLOOD : TALK_WAIT_CODE;
    return MAX (flood, code);
}

void
tg_wait_code_sent (TgClient *client)
{
    TgWait *w = client->wait;
    int64_t wall = tg_now (client).wall;

    w->codes = ABS (wall - w->code_at) < HOUR ? MIN (w->codes + 1, CODES_MAX) : 1;
    w->code_at = wall;
    save (client);
}

void
tg_wait_logged_in (TgClient *client)
{
    client->wait->codes = 0;
    client->wait->flood_until = 0;
    save (client);
}

void
tg_wait_clear (TgClient *client)
{
    client->wait->pause = (MtPause){ 0 };
    save (client);
    all_is_well (client);
}

void
tg_wait_tick (TgClient *client, HostTime now)
{
    TgWait *w = client->wait;

    if (w->login_at <= now.mono) {
        w->login_at = HOST_NEVER;
        if (w->since == HOST_NEVER)
            all_is_well (client);
        w->login_due = TRUE;
    }
    look (client, now);
}

int64_t
tg_wait_deadline (TgClient *client)
{
    return MIN (tell_at (client), client->wait->login_at);
}

gboolean
tg_wait_is_over (TgClient *client)
{
    gboolean due = client->wait->login_due;

    client->wait->login_due = FALSE;
    return due;
}

gboolean
tg_wait_answer (TgClient *client, unsigned attempt)
{
    if (attempt == 0 || attempt != client->wait->question)
        return FALSE;
    client->wait->question = 0;
    return TRUE;
}
