/* What has not arrived: asked for at once, asked for again while it is missing, told
 * after a day, given up by the user's word (SC-D12, D13, D15, D17; DECISIONS 26). */
#include "secret-private.h"

#include "secret.tl.h"

#define MINUTE ((int64_t)60 * 1000) /* ms */
#define DAY (24 * 60 * MINUTE)
#define TOLD_AFTER DAY
#define ASKS_APART ((int64_t)10 * 1000) /* ms between any two requests */
#define REPEATS_A_DAY 12
#define UNACKNOWLEDGED_MAX 3 /* Android holds four messages behind a hole of its own */

/* After the first request and after each repeat; the last one stays. */
static const int64_t pauses[] = { ASKS_APART, MINUTE / 2, 2 * MINUTE, 10 * MINUTE,
                                  60 * MINUTE };

static const SecretQueued *
queued (const SecretChat *chat, unsigned i)
{
    return g_ptr_array_index (chat->queue, i);
}

/* Up to which number something is missing, exclusive. */
static int32_t
missing_to (const SecretChat *chat)
{
    for (unsigned i = chat->queue->len; i > 0; i--) {
        int32_t before = i > 1 ? queued (chat, i - 2)->raw_in : chat->raw_in - 1;
        if (queued (chat, i - 1)->raw_in > before + 1)
            return queued (chat, i - 1)->raw_in;
    }
    return chat->raw_in;
}

/* By the clock that says more: one set back, or one that stood still while the machine
 * slept, makes nobody wait longer. */
static int64_t
since_ask (const SecretChat *chat, HostTime now)
{
    return MAX (now.mono - chat->asked_mono, now.wall - chat->ask_at);
}

/* One Resend, from its number on (DECISIONS 26). */
static gboolean
ask (SecretChat *chat, int32_t from, int32_t to, HostTime now)
{
    int x = chat->outgoing ? 0 : 1;
    SecretDecryptedMessageActionResend action = TL_NEW (
        SecretDecryptedMessageActionResend, .start_seq_no = secret_seq_peer_out (x, from),
        .end_seq_no = secret_seq_peer_out (x, to - 1));
    SecretOut *out = secret_send_action (chat, TL_OBJ (&action), now);

    if (out == NULL)
        return FALSE;
    g_debug ("[chat %d] asks for #%d..%d", chat->id, from, to - 1);
    out->asks_from = from;
    secret_save_out (chat, out);
    if (chat->asked.from >= chat->asked.to || chat->asked.to <= chat->raw_in)
        chat->asked.from = from;
    chat->asked.to = MAX (chat->asked.to, to);
    chat->ask_at = now.wall;
    chat->asked_mono = now.mono;
    chat->dirty = TRUE;
    return TRUE;
}

/* What is missing before the first queued message, and between queued ones, when it is
 * seen for the first time. A new hole behind an old one has its own request: Android
 * answers none that begins where an answered one began. */
void
secret_holes_ask (SecretChat *chat, HostTime now)
{
    int32_t expected = chat->raw_in;

    if (chat->queue->len > 0 && chat->hole_since == 0) {
        chat->hole_since = now.wall;
        chat->hole_due = now.mono + TOLD_AFTER;
        chat->dirty = TRUE;
    }
    for (unsigned i = 0; i < chat->queue->len && chat->state == TALK_STATE_READY; i++) {
        int32_t raw = queued (chat, i)->raw_in;
        if (raw > expected && raw > chat->asked.to) {
            int32_t from = MAX (expected, chat->asked.to);
            if (raw - from > SECRET_RESEND_MAX) {
                secret_end (chat, TALK_CLOSED_VIOLATION,
                            "a hole of more than 1000 messages (SC-D17)", TRUE);
                return;
            }
            if (!ask (chat, from, raw, now))
                return;
            chat->ask_step = 0;
        }
        expected = raw + 1;
    }
}

/* Messages of ours that the peer is not known to have; what waits behind the hole says it
 * as well, but for what was sent again, whose number may mean something else (SC-D23). */
static int32_t
unacknowledged (const SecretChat *chat)
{
    int32_t ack = chat->peer_in;

    for (unsigned i = 0; i < chat->queue->len; i++)
        if (!queued (chat, i)->asked)
            ack = MAX (ack, queued (chat, i)->in_seq_no / 2);
    return chat->raw_out - ack;
}

/* Milliseconds until the next repeat, 0 = now; HOST_NEVER where another input must come
 * first. */
static int64_t
until_repeat (const SecretChat *chat, HostTime now)
{
    if (chat->state != TALK_STATE_READY || !chat->online || chat->queue->len == 0)
        return HOST_NEVER;
    /* one more behind a hole of its own could end the chat at an Android peer, copies
     * counted: the next acknowledgement shows that it has none */
    if (!chat->long_random && unacknowledged (chat) >= UNACKNOWLEDGED_MAX)
        return HOST_NEVER;
    int64_t pause = pauses[MIN (chat->ask_step, (int32_t)G_N_ELEMENTS (pauses) - 1)];
    int64_t left = (chat->ask_again ? ASKS_APART : pause) - since_ask (chat, now);
    if (chat->ask_today >= REPEATS_A_DAY && now.wall >= chat->ask_day)
        left = MAX (left, chat->ask_day + DAY - now.wall);
    return MAX (left, 0);
}

void
secret_holes_pump (SecretChat *chat, HostTime now)
{
    if (until_repeat (chat, now) != 0)
        return;
    gboolean due = since_ask (chat, now) >=
                   pauses[MIN (chat->ask_step, (int32_t)G_N_ELEMENTS (pauses) - 1)];
    int32_t to = MIN (missing_to (chat), chat->raw_in + SECRET_RESEND_MAX);

    if (!ask (chat, chat->raw_in, to, now))
        return;
    chat->ask_again = FALSE;
    chat->ask_step += due;
    if (now.wall - chat->ask_day >= DAY || now.wall < chat->ask_day) {
        chat->ask_day = now.wall;
        chat->ask_today = 0;
    }
    chat->ask_today++;
}

void
secret_holes_moved (SecretChat *chat, HostTime now)
{
    chat->hole_told = FALSE;
    chat->hole_since = 0;
    chat->dirty = TRUE;
    if (chat->queue->len == 0) {
        chat->ask_again = FALSE;
        return;
    }
    chat->hole_since = now.wall; /* the next one */
    chat->hole_due = now.mono + TOLD_AFTER;
    chat->ask_step = 0;
}

void
secret_holes_loaded (SecretChat *chat, HostTime now)
{
    if (chat->hole_since != 0)
        chat->hole_due =
            now.mono + CLAMP (chat->hole_since + TOLD_AFTER - now.wall, 0, TOLD_AFTER);
    chat->asked_mono = now.mono - CLAMP (now.wall - chat->ask_at, 0, DAY);
}

void
secret_holes_tick (SecretChat *chat, HostTime now)
{
    if (chat->hole_since == 0 || chat->hole_told || chat->queue->len == 0)
        return;
    if (now.wall - chat->hole_since < TOLD_AFTER && now.mono < chat->hole_due)
        return;
    chat->hole_told = TRUE; /* SC-D17 */
    chat->dirty = TRUE;
    secret_event (chat, (TalkEvent){ .kind = TALK_EVENT_NOTICE,
                                     .u.notice = { .kind = TALK_NOTICE_GAP,
                                                   .missing = secret_missing (chat),
                                                   .queued = chat->queue->len } });
}

int64_t
secret_holes_deadline (const SecretChat *chat, HostTime now)
{
    int64_t deadline = HOST_NEVER, left = until_repeat (chat, now);

    if (left != HOST_NEVER)
        deadline = now.mono + left;
    if (chat->hole_since != 0 && !chat->hole_told)
        deadline = MIN (
            deadline, MIN (chat->hole_due,
                           now.mono + MAX (chat->hole_since + TOLD_AFTER - now.wall, 0)));
    return deadline;
}
