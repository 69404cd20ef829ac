/* See tgp-marks.h. */
#include "tgp-marks.h"

#include "tgp-conv.h"
#include "tgp-lines.h"
#include "tgp-words-message.h"
#include "tgp-words.h"

#define LAST 5 /* messages of which is told */

/* --- at the lines --- */

void
tgp_marks_read (TgpAccount *tgp, int32_t chat_id, const int64_t *ids, size_t n)
{
    PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, FALSE);

    for (size_t i = 0; conv != NULL && i < n; i++)
        tgp_lines_mark (conv, ids[i], TALK_OWN_READ);
}

static void
settle_cb (PurpleConversation *conv, int64_t id, void *user)
{
    TgpAccount *tgp = user;
    TalkKnown known;

    if (!tg_secret_known (tgp->client, (int32_t)tgp_conv_peer (conv).id, id, &known) ||
        known.own == TALK_OWN_REFUSED)
        return;
    tgp_lines_mark (conv, id, known.own);
    tgp_lines_set_timer (conv, id, known.ttl);
}

void
tgp_marks_settle (TgpAccount *tgp, int32_t chat_id)
{
    PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, FALSE);

    if (conv != NULL)
        tgp_lines_each_unread (conv, settle_cb, tgp);
}

/* --- on demand --- */

static char *
time_of (const TalkKnown *known)
{
    time_t when = known->date;

    return g_strdup (purple_time_format (localtime (&when)));
}

static char *
where_text (const TalkKnown *known)
{
    g_autofree char *when = time_of (known);
    return tgp_words_where (when, known->own);
}

static char *
left_text (const TalkKnown *known)
{
    g_autofree char *when = time_of (known);
    return tgp_words_left (when, known);
}

char *
tgp_marks_tip (PurpleConversation *conv, int64_t id)
{
    TgpAccount *tgp = tgp_conv_account (conv);
    TalkKnown known;

    if (tgp == NULL || tgp->client == NULL ||
        !tg_secret_known (tgp->client, (int32_t)tgp_conv_peer (conv).id, id, &known) ||
        (!known.outgoing && known.ttl == 0))
        return NULL;
    g_autofree char *where = known.outgoing ? where_text (&known) : NULL;
    g_autofree char *left = known.ttl > 0 ? left_text (&known) : NULL;
    return where == NULL  ? g_steal_pointer (&left)
           : left == NULL ? g_steal_pointer (&where)
                          : g_strconcat (where, "\n", left, NULL);
}

/* The newest come first; they are told with the oldest first. */
typedef struct {
    GPtrArray *lines; /* char *, the newest first */
    TalkOwn parts;    /* of the later parts of a text: the one that is least far */
} Told;

static gboolean
own_cb (const TalkKnown *known, void *user)
{
    Told *told = user;

    if (!known->outgoing || known->own == TALK_OWN_REFUSED)
        return TRUE;
    TalkKnown whole = *known;
    whole.own = MIN (known->own, told->parts);
    told->parts = known->continues ? whole.own : TALK_OWN_READ;
    if (!known->continues)
        g_ptr_array_add (told->lines, where_text (&whole));
    return told->lines->len < LAST;
}

static gboolean
timer_cb (const TalkKnown *known, void *user)
{
    Told *told = user;

    if (known->ttl > 0 && !known->continues &&
        !(known->outgoing && known->own == TALK_OWN_REFUSED))
        g_ptr_array_add (told->lines, left_text (known));
    return told->lines->len < LAST;
}

static char *
told (TgpAccount *tgp, int32_t chat_id, const char *head, TgKnownFunc func)
{
    g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
    Told what = { .lines = lines, .parts = TALK_OWN_READ };

    tg_secret_each_known (tgp->client, chat_id, func, &what);
    if (lines->len == 0)
        return NULL;
    GString *text = g_string_new (head);
    for (unsigned i = lines->len; i > 0; i--)
        g_string_append_printf (text, "\n%s", (char *)g_ptr_array_index (lines, i - 1));
    return g_string_free (text, FALSE);
}

char *
tgp_marks_own (TgpAccount *tgp, int32_t chat_id)
{
    return told (tgp, chat_id, tgp_words_last_own (), own_cb);
}

char *
tgp_marks_timers (TgpAccount *tgp, int32_t chat_id)
{
    return told (tgp, chat_id, tgp_words_last_timed (), timer_cb);
}

/* --- what stays --- */

void
tgp_marks_stay (PurpleConversation *conv, unsigned n)
{
    g_autofree char *many = tgp_words_lines_stay (n);

    tgp_notice (conv, tgp_lines_can_leave () ? tgp_words_line_stays () : many);
}
