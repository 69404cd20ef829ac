/* Getting a connection (MT-B28): addresses are tried side by side, each a little after the one
 * before, until one is there. Where several run, what wins is not what answers TCP, which
 * anything on the way may, but what answers as the server does: an unencrypted question, before
 * anything encrypted is sent anywhere. Then the others are closed. */
#include "mt-private.h"

#include "mtproto.tl.h"
#include "tl-encode.h"

#include <string.h>

#define NEXT_AFTER 300 /* ms */

static void
clear (MtRunner *runner)
{
    g_clear_pointer (&runner->frame, mt_frame_free);
    *runner = (MtRunner){ 0 };
}

static unsigned
count (const MtRace *race)
{
    unsigned n = 0;

    for (unsigned slot = 0; slot < MT_RACE_MAX; slot++)
        n += race->runners[slot].runs;
    return n;
}

/* Another one begins; FALSE: there is none, or enough were tried. */
static gboolean
start (MtSession *s, HostTime now)
{
    MtRace *race = &s->race;
    int which = mt_routes_next (s->routes, race->taken);

    race->next_at = HOST_NEVER;
    if (which < 0 || race->started == MT_RACE_MAX)
        return FALSE;
    unsigned slot = race->started++;
    race->taken |= (uint64_t)1 << which;
    race->runners[slot] = (MtRunner){ .runs = TRUE, .which = which };
    if (race->started < MT_RACE_MAX && mt_routes_next (s->routes, race->taken) >= 0)
        race->next_at = now.mono + NEXT_AFTER;
    g_debug ("[dc%d] connecting, way %u", s->config.dc, slot);
    s->ops->connect (s->user, slot, &s->config.addresses[which]);
    return TRUE;
}

void
mt_race_start (MtSession *s, HostTime now)
{
    s->race = (MtRace){ .trouble = MT_TROUBLE_CLOSED };
    start (s, now);
}

void
mt_race_stop (MtSession *s, HostTime now)
{
    for (unsigned slot = 0; slot < MT_RACE_MAX; slot++) {
        if (!s->race.runners[slot].runs)
            continue;
        mt_routes_failed (s->routes, s->race.runners[slot].which, now.mono);
        s->ops->disconnect (s->user, slot);
        clear (&s->race.runners[slot]);
    }
    s->race.next_at = HOST_NEVER;
}

void
mt_race_forget (MtSession *s)
{
    for (unsigned slot = 0; slot < MT_RACE_MAX; slot++)
        clear (&s->race.runners[slot]);
}

/* It is out; another one takes its place. When nobody runs any more, the attempt is over. */
static void
lose (MtSession *s, unsigned slot, MtTrouble trouble, HostTime now)
{
    MtRace *race = &s->race;

    mt_routes_failed (s->routes, race->runners[slot].which, now.mono);
    clear (&race->runners[slot]);
    race->trouble = trouble;
    if (!start (s, now) && count (race) == 0)
        mt_end_drop (s, race->trouble, "no address can be reached");
}

void
mt_race_closed (MtSession *s, unsigned slot, HostTime now)
{
    if (s->race.runners[slot].runs)
        lose (s, slot, MT_TROUBLE_CLOSED, now);
}

/* Its connection is the session's. */
static gboolean
win (MtSession *s, unsigned slot)
{
    MtRunner *runner = &s->race.runners[slot];

    s->frame = g_steal_pointer (&runner->frame);
    s->slot = slot;
    s->which = runner->which;
    for (unsigned other = 0; other < MT_RACE_MAX; other++) {
        if (s->race.runners[other].runs && other != slot)
            s->ops->disconnect (s->user, other);
        clear (&s->race.runners[other]);
    }
    s->race.next_at = HOST_NEVER;
    return TRUE;
}

/* The first step of a key exchange, whose answer nobody can give who is not connected to a
 * server of this kind. */
static void
ask (MtSession *s, unsigned slot, HostTime now)
{
    MtRunner *runner = &s->race.runners[slot];
    g_auto (TlWriter) body = { 0 }, packet = { 0 };
    MtpReqPqMulti request = TL_NEW (MtpReqPqMulti);

    runner->asked = crypto_random_fill (s->config.random, runner->nonce, 16);
    memcpy (request.nonce, runner->nonce, 16);
    tl_encode (&tl_mtproto_schema, TL_OBJ (&request), &body);
    tl_writer_space (&packet, MT_FRAME_ROOM);
    mt_plain_seal (mt_clock_next_id (&s->clock, s->config.random, now), body.data,
                   body.len, &packet);
    if (!runner->asked)
        return;
    g_autoptr (GByteArray) out = mt_frame_wrap (runner->frame, s->config.random, &packet);
    if (out != NULL)
        s->ops->send (s->user, slot, out);
}

/* Packets can go: it wins at once where it is alone, or known to be good. */
static gboolean
opened (MtSession *s, unsigned slot, HostTime now)
{
    const MtRunner *runner = &s->race.runners[slot];

    if (s->race.started == 1 || mt_routes_is_good (s->routes, runner->which))
        return win (s, slot);
    ask (s, slot, now);
    return FALSE;
}

gboolean
mt_race_connected (MtSession *s, unsigned slot, HostTime now)
{
    MtRunner *runner = &s->race.runners[slot];
    g_autoptr (GByteArray) head = g_byte_array_new ();
    int dc = s->config.test ? s->config.dc + 10000 : s->config.dc;

    if (!runner->runs || runner->frame != NULL)
        return FALSE;
    if ((s->config.addresses[runner->which].flags & MT_ADDRESS_MEDIA) != 0)
        dc = -dc; /* MT-B9 */
    runner->frame =
        mt_frame_new (s->config.addresses[runner->which].secret, dc,
                      mt_clock_server_ms (&s->clock, now) / 1000, s->config.random, head);
    if (runner->frame == NULL) {
        mt_end_drop (s, MT_TROUBLE_CLOSED, "no random numbers");
        return FALSE;
    }
    s->ops->send (s->user, slot, head);
    return mt_frame_is_open (runner->frame) && opened (s, slot, now);
}

/* The server's answer to our question, and not to another one. */
static gboolean
is_answer (const MtRunner *runner, const uint8_t *payload, size_t len)
{
    const uint8_t *body;
    size_t body_len;
    uint32_t id = 0;

    if (len < 20 || !mt_plain_open (payload, len, &body, &body_len) || body_len < 20)
        return FALSE;
    memcpy (&id, body, 4);
    return GUINT32_FROM_LE (id) == MtpResPQ_ID &&
           memcmp (body + 4, runner->nonce, 16) == 0;
}

/* Why something else came: a transport's error (MT-B21 to B24), or nothing of the kind. */
static MtTrouble
trouble_of (MtFrameResult result, const uint8_t *payload, size_t len)
{
    int32_t code = 0;

    if (result == MT_FRAME_STRANGER)
        return MT_TROUBLE_PROXY;
    if (result != MT_FRAME_PACKET || len >= 20)
        return MT_TROUBLE_GARBAGE;
    memcpy (&code, payload, 4);
    code = (int32_t)GUINT32_FROM_LE ((uint32_t)code);
    return code == -429   ? MT_TROUBLE_BUSY
           : code == -444 ? MT_TROUBLE_WRONG_DC
                          : MT_TROUBLE_REFUSED;
}

gboolean
mt_race_receive (MtSession *s, unsigned slot, const uint8_t *data, size_t len,
                 HostTime now)
{
    MtRunner *runner = &s->race.runners[slot];
    const uint8_t *payload = NULL;
    size_t payload_len = 0;

    if (!runner->runs || runner->frame == NULL)
        return FALSE;
    gboolean was_open = mt_frame_is_open (runner->frame);
    mt_frame_push (runner->frame, data, len);
    if (!was_open && mt_frame_is_open (runner->frame) && opened (s, slot, now))
        return TRUE;
    MtFrameResult result = mt_frame_pop (runner->frame, &payload, &payload_len);
    if (result == MT_FRAME_MORE)
        return FALSE;
    if (result == MT_FRAME_PACKET && runner->asked &&
        is_answer (runner, payload, payload_len))
        return win (s, slot);
    MtTrouble trouble = trouble_of (result, payload, payload_len);
    s->ops->disconnect (s->user, slot);
    lose (s, slot, trouble, now);
    return FALSE;
}

void
mt_race_tick (MtSession *s, HostTime now)
{
    if (s->race.next_at <= now.mono)
        start (s, now);
}
