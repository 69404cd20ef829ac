/* What has not arrived: asked for at once, asked for again while it is missing, told
 * after a day, given up by the user's word (SC-D12, D13, D15, D17; DECISIONS 26). */
#include "secret-private.h"
#include "secret-record.h"

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
    return g_ptr_array_index (chat->holes.queue, i);
}

unsigned
secret_holes_place (const SecretChat *chat, int32_t raw)
{
    unsigned at = chat->holes.queue->len;

    while (at > 0 && queued (chat, at - 1)->raw_in >= raw)
        at--;
    return at;
}

/* Up to which number something is missing, exclusive. */
static int32_t
missing_to (const SecretChat *chat)
{
    for (unsigned i = chat->holes.queue->len; i > 0; i--) {
        int32_t before = i > 1 ? queued (chat, i - 2)->raw_in : chat->numbers.raw_in - 1;
        if (queued (chat, i - 1)->raw_in > before + 1)
            return queued (chat, i - 1)->raw_in;
    }
    return chat->numbers.raw_in;
}

/* The first that is missing. */
static int32_t
missing_from (const SecretChat *chat)
{
    return chat->numbers.raw_in +
           (int32_t)(chat->holes.queue->len - secret_behind_hole (chat));
}

/* By the clock that says more: one set back, or one that stood still while the machine
 * slept, makes nobody wait longer. */
static int64_t
since_ask (const SecretChat *chat, HostTime now)
{
    return MAX (now.mono - chat->holes.asked_mono, now.wall - chat->holes.ask_at);
}

/* One Resend, from its number on (DECISIONS 26). */
static gboolean
ask (SecretChat *chat, int32_t from, int32_t to, HostTime now)
{
    int x = secret_numbers_x (chat);
    SecretDecryptedMessageActionResend action = TL_NEW (
        SecretDecryptedMessageActionResend, .start_seq_no = secret_seq_peer_out (x, from),
        .end_seq_no = secret_seq_peer_out (x, to - 1));
    SecretOut *out = secret_send_action (chat, TL_OBJ (&action), now);

    if (out == NULL)
        return FALSE;
    g_debug ("[chat %d] asks for #%d..%d", chat->id, from, to - 1);
    out->asks_from = from;
    secret_out_save (chat, out, STORE_DURABLE);
    if (chat->holes.asked.from >= chat->holes.asked.to ||
        chat->holes.asked.to <= chat->numbers.raw_in)
        chat->holes.asked.from = from;
    chat->holes.asked.to = MAX (chat->holes.asked.to, to);
    chat->holes.ask_at = now.wall;
    chat->holes.asked_mono = now.mono;
    chat->end.save = TRUE;
    return TRUE;
}

/* What is missing before the first queued message, and between queued ones, when it is
 * seen for the first time. A new hole behind an old one has its own request: Android
 * answers none that begins where an answered one began. */
void
secret_holes_ask (SecretChat *chat, HostTime now)
{
    int32_t expected = chat->numbers.raw_in;

    if (secret_missing (chat) > 0 && chat->holes.since == 0) {
        chat->holes.since = now.wall;
        chat->holes.due = now.mono + TOLD_AFTER;
        chat->end.save = TRUE;
    }
    for (unsigned i = 0; i < chat->holes.queue->len && chat->state == TALK_STATE_READY;
         i++) {
        int32_t raw = queued (chat, i)->raw_in;
        if (raw > expected && raw > chat->holes.asked.to) {
            int32_t from = MAX (expected, chat->holes.asked.to);
            if (raw - from > SECRET_RESEND_MAX) {
                secret_end (chat, TALK_CLOSED_VIOLATION,
                            "a hole of more than 1000 messages (SC-D17)", TRUE);
                return;
            }
            if (!ask (chat, from, raw, now))
                return;
            chat->holes.ask_step = 0;
        }
        expected = raw + 1;
    }
}

/* Messages of ours that the peer is not known to have; what waits behind the hole says it
 * as well, but for what was sent again, whose number may mean something else (SC-D23). */
static int32_t
unacknowledged (const SecretChat *chat)
{
    int32_t ack = chat->numbers.peer_in;

    for (unsigned i = 0; i < chat->holes.queue->len; i++)
        if (!queued (chat, i)->asked)
            ack = MAX (ack, queued (chat, i)->in_seq_no / 2);
    return chat->numbers.raw_out - ack;
}

/* Milliseconds until the next repeat, 0 = now; HOST_NEVER where another input must come
 * first. */
static int64_t
until_repeat (const SecretChat *chat, HostTime now)
{
    if (chat->state != TALK_STATE_READY || !chat->online || secret_missing (chat) == 0)
        return HOST_NEVER;
    /* one more behind a hole of its own could end the chat at an Android peer, copies
     * counted: the next acknowledgement shows that it has none */
    if (!chat->holes.long_random && unacknowledged (chat) >= UNACKNOWLEDGED_MAX)
        return HOST_NEVER;
    int64_t pause =
        pauses[MIN (chat->holes.ask_step, (int32_t)G_N_ELEMENTS (pauses) - 1)];
    int64_t left = (chat->holes.ask_again ? ASKS_APART : pause) - since_ask (chat, now);
    if (chat->holes.ask_today >= REPEATS_A_DAY && now.wall >= chat->holes.ask_day)
        left = MAX (left, chat->holes.ask_day + DAY - now.wall);
    return MAX (left, 0);
}

void
secret_holes_pump (SecretChat *chat, HostTime now)
{
    if (until_repeat (chat, now) != 0)
        return;
    gboolean due = since_ask (chat, now) >=
                   pauses[MIN (chat->holes.ask_step, (int32_t)G_N_ELEMENTS (pauses) - 1)];
    int32_t from = missing_from (chat);
    int32_t to = MIN (missing_to (chat), from + SECRET_RESEND_MAX);

    if (!ask (chat, from, to, now))
        return;
    chat->holes.ask_again = FALSE;
    chat->holes.ask_step += due;
    if (now.wall - chat->holes.ask_day >= DAY || now.wall < chat->holes.ask_day) {
        chat->holes.ask_day = now.wall;
        chat->holes.ask_today = 0;
    }
    chat->holes.ask_today++;
}

void
secret_holes_moved (SecretChat *chat, HostTime now)
{
    chat->holes.told = FALSE;
    chat->holes.since = 0;
    chat->end.save = TRUE;
    if (secret_missing (chat) == 0) {
        chat->holes.ask_again = FALSE;
        return;
    }
    chat->holes.since = now.wall; /* the next one */
    chat->holes.due = now.mono + TOLD_AFTER;
    chat->holes.ask_step = 0;
}

void
secret_holes_loaded (SecretChat *chat, HostTime now)
{
    if (chat->holes.since != 0)
        chat->holes.due =
            now.mono + CLAMP (chat->holes.since + TOLD_AFTER - now.wall, 0, TOLD_AFTER);
    chat->holes.asked_mono = now.mono - CLAMP (now.wall - chat->holes.ask_at, 0, DAY);
}

void
secret_holes_tick (SecretChat *chat, HostTime now)
{
    if (chat->holes.since == 0 || chat->holes.told || secret_missing (chat) == 0)
        return;
    if (now.wall - chat->holes.since < TOLD_AFTER && now.mono < chat->holes.due)
        return;
    chat->holes.told = TRUE; /* SC-D17 */
    chat->end.save = TRUE;
    secret_event (chat,
                  (TalkEvent){ .kind = TALK_EVENT_NOTICE,
                               .u.notice = { .kind = TALK_NOTICE_GAP,
                                             .missing = secret_missing (chat),
                                             .queued = secret_behind_hole (chat) } });
}

int64_t
secret_holes_deadline (const SecretChat *chat, HostTime now)
{
    int64_t deadline = HOST_NEVER, left = until_repeat (chat, now);

    if (chat->holes.more && (chat->online || chat->heard))
        return now.mono;
    if (left != HOST_NEVER)
        deadline = now.mono + left;
    if (chat->holes.since != 0 && !chat->holes.told && secret_missing (chat) > 0)
        deadline =
            MIN (deadline,
                 MIN (chat->holes.due,
                      now.mono + MAX (chat->holes.since + TOLD_AFTER - now.wall, 0)));
    return deadline;
}

void
secret_holes_wipe (SecretChat *chat)
{
    secret_drop_all (chat, STORE_QUEUED);
    g_ptr_array_set_size (chat->holes.queue, 0);
    chat->holes.since = 0;
    chat->holes.told = chat->holes.held = chat->holes.more = FALSE;
}

/* --- records --- */

void
secret_queued_free (SecretQueued *item)
{
    crypto_wipe (item->body->data, item->body->len);
    g_byte_array_unref (item->body);
    g_free (item);
}

void
secret_save_queued (SecretChat *chat, const SecretQueued *item)
{
    RecFilePlace place = media_place_record (&item->file);
    RecGap record =
        TL_NEW (RecGap, .raw_in = item->raw_in, .date = item->date, .layer = item->layer,
                .in_seq_no = item->in_seq_no, .fingerprint = item->fingerprint,
                .noop = item->noop, .asked = item->asked, .has_file = item->has_file,
                .file = item->has_file ? TL_OBJ (&place) : NULL,
                .body = TL_BYTES (item->body->data, item->body->len));
    secret_put (chat, STORE_QUEUED, item->raw_in, TL_OBJ (&record), STORE_DURABLE);
}

void
secret_delete_queued (SecretChat *chat, int32_t raw_in)
{
    secret_drop (chat, STORE_QUEUED, raw_in);
}

gboolean
secret_queued_load (SecretChat *chat, const TlObject *root)
{
    const RecGap *record = TL_AS (root, RecGap);
    const RecGap1 *old = TL_AS (root, RecGap1);
    RecGap renewed;

    if (old != NULL) {
        renewed =
            TL_NEW (RecGap, .noop = old->noop, .raw_in = old->raw_in, .date = old->date,
                    .layer = old->layer, .in_seq_no = old->in_seq_no,
                    .fingerprint = old->fingerprint, .body = old->body);
        record = &renewed;
    }
    if (record == NULL || record->raw_in < 0 || record->raw_in > SECRET_SEQ_MAX / 2 ||
        !secret_is_count (record->in_seq_no))
        return FALSE;
    SecretQueued *item = g_new0 (SecretQueued, 1);
    item->raw_in = record->raw_in;
    item->date = record->date;
    item->layer = record->layer;
    item->in_seq_no = record->in_seq_no;
    item->fingerprint = record->fingerprint;
    item->noop = record->noop;
    item->asked = record->asked;
    item->has_file = record->has_file;
    item->file = media_place_of (record->file);
    item->body = g_byte_array_new ();
    g_byte_array_append (item->body, record->body.data, (unsigned)record->body.len);
    g_ptr_array_insert (chat->holes.queue, (int)secret_holes_place (chat, item->raw_in),
                        item); /* records may come in any order */
    return TRUE;
}

void
secret_holes_save (const SecretChat *chat, SecretRecord *record)
{
    const SecretHoles *holes = &chat->holes;
    RecChat *rec = &record->chat;

    rec->resend_from = holes->asked.from;
    rec->resend_to = holes->asked.to;
    rec->long_random = holes->long_random;
    rec->hole_since = holes->since;
    rec->hole_told = holes->told;
    rec->has_ask_at = rec->has_ask_step = holes->ask_at != 0;
    rec->ask_at = holes->ask_at;
    rec->ask_step = holes->ask_step;
    rec->has_ask_day = rec->has_ask_today = holes->ask_today != 0;
    rec->ask_day = holes->ask_day;
    rec->ask_today = holes->ask_today;
}

gboolean
secret_holes_load (SecretChat *chat, const SecretRecord *record)
{
    SecretHoles *holes = &chat->holes;
    const RecChat *rec = &record->chat;

    holes->asked = (SecretRange){ rec->resend_from, rec->resend_to };
    holes->long_random = rec->long_random;
    holes->since = secret_moment (rec->hole_since);
    holes->told = rec->hole_told;
    holes->ask_at = rec->has_ask_at ? secret_moment (rec->ask_at) : 0;
    holes->ask_step = rec->has_ask_at ? rec->ask_step : 0;
    holes->ask_day = rec->has_ask_day ? secret_moment (rec->ask_day) : 0;
    holes->ask_today = rec->has_ask_day ? rec->ask_today : 0;
    return secret_is_count (holes->asked.from) && secret_is_count (holes->asked.to) &&
           secret_is_count (holes->ask_step) && secret_is_count (holes->ask_today);
}
