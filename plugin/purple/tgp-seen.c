/* Incoming messages, and the lines that show them (see tgp-seen.h). */
#include "tgp-seen.h"

#include "tgp-blocked.h"
#include "tgp-buddies.h"
#include "tgp-conv.h"
#include "tgp-dialog.h"
#include "tgp-frontend.h"
#include "tgp-lines.h"
#include "tgp-marks.h"
#include "tgp-person.h"
#include "tgp-quote.h"
#include "tgp-recall.h"
#include "tgp-rest.h"
#include "tgp-seen-private.h"
#include "tgp-show.h"
#include "tgp-words-media.h"
#include "tgp-words-message.h"
#include "tgp-words-show.h"

#include <string.h>

#define ERASED_DELAY 200 /* ms: all chats of a login go in one turn */
#define CHECK_DELAY 150  /* ms after the last event, when focus has settled */

/* --- what a line says --- */

/* *at: where its own text begins. */
static char *
message_text (const TalkMessage *message, const char *quote, gboolean again, size_t *at)
{
    g_autofree char *text = tgp_words_message (message, quote, at);

    if (!again)
        return g_steal_pointer (&text);
    char *marked = tgp_words_again (text);
    *at += (size_t)(strstr (marked, text) - marked);
    return marked;
}

/* --- where lines stand --- */

gboolean
tgp_seen_stands (TgpAccount *tgp, int32_t chat_id, int64_t id)
{
    PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, FALSE);
    return conv != NULL && tgp_lines_has (conv, id);
}

void
tgp_seen_remember (TgpAccount *tgp, int32_t chat_id, int64_t id)
{
    if (!tgp_rest_has (tgp->seen->rest, chat_id, id)) /* else not all of it, yet */
        tgp_standing_add (tgp->seen->standing,
                          tgp_secret_conversation (tgp, chat_id, FALSE), chat_id, id);
}

/* --- showing --- */

/* BitlBee hands lines on to somebody who keeps them: the second time is the last. */
static gboolean
is_last_time (TgpAccount *tgp, int32_t chat_id, const TalkMessage *message)
{
    return message->again &&
           !tgp_knows_focus (tgp_secret_conversation (tgp, chat_id, FALSE));
}

/* "Alice: 2 unread", before the first that is shown again. */
static void
greet (TgpAccount *tgp, int32_t chat_id)
{
    TalkSecret info;

    if (!tgp_has_info (tgp, chat_id, &info) ||
        !g_hash_table_add (tgp->seen->greeted, GINT_TO_POINTER (chat_id)))
        return;
    unsigned waiting = tg_secret_count_waiting (tgp->client, chat_id, NULL, NULL);
    if (waiting == 0)
        return;
    g_autofree char *who = tgp_person_in_sentence (tgp, info.user_id);
    g_autofree char *text = tgp_words_greeting (who, waiting);
    tgp_secret_write (tgp, chat_id, TRUE, text);
}

static gboolean
look_cb (gpointer data)
{
    TgpAccount *tgp = data;

    tgp->seen->check_timer = 0;
    tgp->seen->look (tgp);
    return FALSE;
}

void
tgp_seen_look_in (TgpAccount *tgp, unsigned ms)
{
    if (tgp->seen->check_timer == 0)
        tgp->seen->check_timer = purple_timeout_add (ms, look_cb, tgp);
}

void
tgp_schedule_check (TgpAccount *tgp)
{
    TgpSeen *seen = tgp->seen;

    if (seen->check_timer != 0)
        purple_timeout_remove (seen->check_timer);
    seen->check_timer = purple_timeout_add (CHECK_DELAY, look_cb, tgp);
}

static void
stands_whole (TgpAccount *tgp, int32_t chat_id, int64_t id, gboolean last)
{
    tgp_seen_remember (tgp, chat_id, id);
    if (last)
        tg_secret_let_go (tgp->client, chat_id, id);
    tgp_schedule_check (tgp);
}

/* Nothing more of a long message follows; one that was cut short waits, and is not tried
 * again before a window opens. What waits behind it goes on. */
static void
rest_over_cb (TgpAccount *tgp, int32_t chat_id, int64_t id, TgpRestEnd end)
{
    if (end == TGP_REST_CUT)
        g_hash_table_add (tgp->seen->skipped, g_memdup2 (&id, sizeof id));
    else
        stands_whole (tgp, chat_id, id, end == TGP_REST_LAST);
    if (!tgp_rest_has (tgp->seen->rest, chat_id, 0) &&
        g_hash_table_contains (tgp->seen->opened, GINT_TO_POINTER (chat_id)))
        tgp_seen_show_waiting (tgp, chat_id, FALSE);
}

/* TRUE: a line stands now. */
static gboolean
show (TgpAccount *tgp, int32_t chat_id, const TalkMessage *message)
{
    gboolean last = is_last_time (tgp, chat_id, message), first = message->part == 0;
    size_t at;
    g_autofree char *quote = tgp_quote (tgp, chat_id, message);
    g_autofree char *text = message_text (message, quote, last && first, &at);
    g_autoptr (TalkSpans) spans = talk_spans_moved (message->spans, at);
    TalkMessage line = *message;

    TalkSecret info;
    if (tgp_has_info (tgp, chat_id, &info))
        tgp_person_back (tgp, info.user_id); /* who writes is in the list again */
    if (last && first && tgp_lives (tgp))
        greet (tgp, chat_id);
    if (!tgp_lives (tgp) || !tgp_rest_flush (tgp->seen->rest, chat_id))
        return FALSE;
    if (first && tgp_seen_stands (tgp, chat_id, message->id))
        return TRUE; /* it waited behind what came now */
    line.spans = spans;
    if (!tgp_rest_write (tgp->seen->rest, chat_id, &line, quote, text, last))
        return FALSE;
    if (first && message->ttl == 0)
        tgp_recall_add (tgp, chat_id, message->id, message->text);
    if (!tgp_rest_has (tgp->seen->rest, chat_id, message->id)) /* else rest_over_cb() */
        stands_whole (tgp, chat_id, message->id, last);
    return TRUE;
}

typedef struct {
    TgpAccount *tgp;
    gboolean at_once; /* something newer comes behind it */
    gboolean more;    /* goes on when the long one stands */
} Walk;

static gboolean
waiting_cb (int32_t chat_id, const TalkMessage *message, void *user)
{
    Walk *walk = user;
    TgpAccount *tgp = walk->tgp;

    if (tgp_seen_stands (tgp, chat_id, message->id)) {
        tgp_seen_remember (tgp, chat_id, message->id);
        return TRUE;
    }
    if (!walk->at_once && tgp_rest_has (tgp->seen->rest, chat_id, 0)) {
        walk->more = TRUE;
        return FALSE;
    }
    return !g_hash_table_contains (tgp->seen->skipped, &message->id) &&
           show (tgp, chat_id, message);
}

/* In the chat's window; where there is neither window nor entry any more, beside it. */
static void
tell (TgpAccount *tgp, int32_t chat_id, const char *text)
{
    TalkSecret info;
    gboolean gone = !tgp_has_info (tgp, chat_id, &info) || info.gone;

    if (!tgp_lives (tgp))
        return;
    if (gone && tgp_secret_conversation (tgp, chat_id, FALSE) == NULL)
        tgp_dialog_tell (tgp->gc, PURPLE_NOTIFY_MSG_INFO, _ ("Secret chat"), text, NULL);
    else
        tgp_secret_write (tgp, chat_id, TRUE, text);
}

static void
tell_deleted (TgpAccount *tgp, int32_t chat_id, gboolean by_peer, unsigned n)
{
    g_autofree char *who = by_peer ? tgp_chat_person (tgp, chat_id) : NULL;
    g_autofree char *text = tgp_words_deleted_unseen (who, n);

    tell (tgp, chat_id, text);
}

/* What was not kept, and what went, while nothing of the chat could be shown. */
void
tgp_seen_tell_lost (TgpAccount *tgp, int32_t chat_id)
{
    gpointer key = GINT_TO_POINTER (chat_id);
    unsigned deleted = GPOINTER_TO_UINT (g_hash_table_lookup (tgp->seen->deleted, key));
    TalkSecret info;

    g_hash_table_remove (tgp->seen->deleted, key);
    if (tgp_has_info (tgp, chat_id, &info) && info.lost > 0) {
        g_autofree char *text = tgp_words_not_kept (info.lost);
        tgp_secret_write (tgp, chat_id, TRUE, text);
        if (tgp_lives (tgp))
            tg_secret_lost_told (tgp->client, chat_id);
    }
    if (deleted > 0 && tgp_lives (tgp))
        tell_deleted (tgp, chat_id, TRUE, deleted);
}

gboolean
tgp_seen_show_waiting (TgpAccount *tgp, int32_t chat_id, gboolean at_once)
{
    Walk walk = { tgp, at_once, FALSE };

    g_hash_table_remove (tgp->seen->opened, GINT_TO_POINTER (chat_id));
    if (tgp_secret_is_blocked (tgp, chat_id)) {
        g_hash_table_add (tgp->seen->blocked, GINT_TO_POINTER (chat_id));
        return TRUE;
    }
    tgp_seen_tell_lost (tgp, chat_id);
    if (!tgp_lives (tgp) ||
        !tg_secret_each_waiting (tgp->client, chat_id, waiting_cb, &walk))
        return FALSE;
    if (walk.more || tgp_rest_grows (tgp->seen->rest, chat_id, 0))
        g_hash_table_add (tgp->seen->opened, GINT_TO_POINTER (chat_id));
    tgp_schedule_check (tgp);
    return TRUE;
}

static gboolean
opened_cb (gpointer data)
{
    TgpAccount *tgp = data;
    g_autoptr (GList) chats = g_hash_table_get_keys (tgp->seen->opened);

    tgp->seen->open_timer = 0;
    for (GList *l = chats; l != NULL; l = l->next)
        if (!tgp_seen_show_waiting (tgp, GPOINTER_TO_INT (l->data), FALSE))
            return FALSE;
    return FALSE;
}

void
tgp_seen_open_soon (TgpAccount *tgp)
{
    if (tgp->seen->open_timer == 0)
        tgp->seen->open_timer = purple_timeout_add (0, opened_cb, tgp);
}

/* A part of a long message goes where the first one went. Where that is not to be, because
 * the window was closed or emptied meanwhile, a part was swallowed, or somebody blocked,
 * what stands of it goes, too: the message waits, whole. TRUE: it had a line. */
static gboolean
show_part (TgpAccount *tgp, int32_t chat_id, const TalkMessage *message)
{
    TgpSeen *seen = tgp->seen;
    gboolean blocked = tgp_secret_is_blocked (tgp, chat_id);

    if (blocked)
        g_hash_table_add (seen->blocked, GINT_TO_POINTER (chat_id));
    if (!tgp_rest_grows (seen->rest, chat_id, message->id))
        return tgp_seen_stands (tgp, chat_id, message->id);
    gboolean goes_on = !blocked && tgp_seen_stands (tgp, chat_id, message->id) &&
                       show (tgp, chat_id, message);
    if (!tgp_lives (tgp))
        return FALSE;
    if (!goes_on) {
        /* a window that was opened meanwhile gets it with the rest of what waits */
        if (!g_hash_table_contains (seen->opened, GINT_TO_POINTER (chat_id)))
            g_hash_table_add (seen->skipped,
                              g_memdup2 (&message->id, sizeof message->id));
        tgp_rest_cut (seen->rest, message->follows);
    }
    if (!message->follows)
        tgp_seen_open_soon (tgp); /* what waits behind it goes on */
    return TRUE;
}

/* The first file of a start that can be saved says how, and the first picture how it is seen. */
static void
tell_how (TgpAccount *tgp, int32_t chat_id, const TalkMessage *message)
{
    gboolean picture = tgp_medium_is_picture (message->content, &message->media);
    gboolean *told = message->ttl > 0 ? &tgp->show_told
                     : picture        ? &tgp->picture_told
                                      : &tgp->save_told;

    if (*told || message->media.file != TALK_FILE_THERE || tgp_show_offers ())
        return;
    g_autofree char *how =
        message->ttl > 0
            ? tgp_words_show_how (message->number, message->opens)
            : tgp_words_save_how (message->number, picture, tgp_frontend ()->elsewhere);
    PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, FALSE);

    *told = TRUE;
    tgp->save_told |= tgp->picture_told; /* it says that, too */
    if (conv == NULL)
        return;
    tgp_lines_begin_about (conv, message->id); /* it goes with what it is about */
    tgp_notice (conv, how);
    tgp_lines_end ();
}

gboolean
tgp_secret_message (TgpAccount *tgp, int32_t chat_id, const TalkMessage *message)
{
    TgpSeen *seen = tgp->seen;
    gboolean shown = TRUE;

    if (message->part > 0)
        return show_part (tgp, chat_id, message);
    if (tgp_secret_is_blocked (tgp, chat_id)) {
        g_hash_table_add (seen->blocked, GINT_TO_POINTER (chat_id));
        return tgp_seen_stands (tgp, chat_id, message->id);
    }
    if (g_hash_table_contains (seen->blocked, GINT_TO_POINTER (chat_id))) {
        if (seen->check_timer ==
            0) /* what waits behind Block comes first: with the next look */
            tgp_schedule_check (tgp);
        return tgp_seen_stands (tgp, chat_id, message->id);
    }
    if (tgp_seen_stands (tgp, chat_id, message->id)) {
        tgp_seen_remember (tgp, chat_id, message->id);
    } else {
        gboolean open = tgp_secret_conversation (tgp, chat_id, FALSE) != NULL;
        gboolean fresh = g_hash_table_contains (seen->opened, GINT_TO_POINTER (chat_id));
        /* what waits comes before what is newer */
        if (!message->again && open && fresh &&
            !tgp_seen_show_waiting (tgp, chat_id, TRUE))
            return FALSE;
        seen->newer = message->again || open ? 0 : chat_id;
        shown = show (tgp, chat_id, message);
        if (!tgp_lives (tgp))
            return FALSE;
        seen->newer = 0;
        if (shown)
            tell_how (tgp, chat_id, message);
        if (!tgp_lives (tgp))
            return FALSE;
    }
    tgp_schedule_check (tgp);
    return shown;
}

/* --- what goes unseen --- */

void
tgp_secret_gone (TgpAccount *tgp, int32_t chat_id, const TalkGone *gone)
{
    PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, FALSE);
    unsigned stay = 0;

    tgp_show_gone (tgp, chat_id, gone->why == TALK_GONE_FLUSHED ? NULL : gone->ids,
                   gone->n);
    g_debug ("[chat %d] %zu lines go%s", chat_id, gone->n,
             gone->why == TALK_GONE_EXPIRED ? ", their time is over" : "");
    if (gone->why == TALK_GONE_FLUSHED)
        tgp_recall_drop (tgp, chat_id, NULL, 0);
    else
        tgp_recall_drop (tgp, chat_id, gone->ids, gone->n);
    if (gone->why == TALK_GONE_FLUSHED) {
        tgp_rest_drop (tgp->seen->rest, chat_id, 0);
        tgp_standing_drop_all (tgp->seen->standing, chat_id);
        stay = conv != NULL && !tgp_lines_remove_all (conv) ? (unsigned)gone->n : 0;
    }
    for (size_t i = 0; gone->why != TALK_GONE_FLUSHED && i < gone->n; i++) {
        tgp_standing_drop (tgp->seen->standing, chat_id, gone->ids[i]);
        tgp_rest_drop (tgp->seen->rest, chat_id, gone->ids[i]);
        stay += conv != NULL && !tgp_lines_remove (conv, gone->ids[i]);
    }
    if (stay > 0)
        tgp_marks_stay (conv, stay);
    if (tgp_lives (tgp))
        tgp_schedule_check (tgp);
}

char *
tgp_seen_erased (TgpAccount *tgp)
{
    unsigned n = tgp->seen->erased;

    tgp->seen->erased = 0; /* told once */
    return n == 0 ? NULL : tgp_words_erased_unseen (n);
}

static gboolean
erased_cb (gpointer data)
{
    TgpSeen *seen = data;
    g_autofree char *text = tgp_seen_erased (seen->tgp);

    seen->erased_timer = 0;
    if (text != NULL)
        tgp_dialog_tell (seen->tgp->account, PURPLE_NOTIFY_MSG_INFO, _ ("Secret chat"),
                         text, NULL);
    return FALSE;
}

void
tgp_seen_gone (TgpAccount *tgp, int32_t chat_id, const TalkGone *gone)
{
    TgpSeen *seen = tgp->seen;
    gpointer key = GINT_TO_POINTER (chat_id);
    unsigned n = MIN (gone->n_unseen, G_MAXINT);

    if (gone->why == TALK_GONE_ERASED) { /* told with the reason, if the account goes */
        seen->erased += n;
        if (seen->erased_timer == 0)
            seen->erased_timer = purple_timeout_add (ERASED_DELAY, erased_cb, seen);
    } else if (gone->by_peer && tgp_secret_is_blocked (tgp, chat_id)) {
        n += GPOINTER_TO_UINT (g_hash_table_lookup (seen->deleted, key));
        g_hash_table_insert (seen->deleted, key, GUINT_TO_POINTER (n));
    } else {
        tell_deleted (tgp, chat_id, gone->by_peer, n);
    }
}

/* --- of an account --- */

TgpSeen *
tgp_seen_new (TgpAccount *tgp, TgpSeenLookFunc *look)
{
    TgpSeen *seen = g_new0 (TgpSeen, 1);

    seen->tgp = tgp;
    seen->look = look;
    seen->rest = tgp_rest_new (tgp, rest_over_cb);
    seen->standing = tgp_standing_new ();
    seen->opened = g_hash_table_new (NULL, NULL);
    seen->skipped = g_hash_table_new_full (talk_id_hash, g_int64_equal, g_free, NULL);
    seen->blocked = g_hash_table_new (NULL, NULL);
    seen->deleted = g_hash_table_new (NULL, NULL);
    seen->greeted = g_hash_table_new (NULL, NULL);
    return seen;
}

void
tgp_seen_free (TgpSeen *seen)
{
    if (seen->check_timer != 0)
        purple_timeout_remove (seen->check_timer);
    if (seen->open_timer != 0)
        purple_timeout_remove (seen->open_timer);
    if (seen->erased_timer != 0) {
        purple_timeout_remove (seen->erased_timer);
        erased_cb (seen); /* the account went for another reason */
    }
    tgp_rest_free (seen->rest);
    tgp_standing_free (seen->standing);
    g_hash_table_unref (seen->opened);
    g_hash_table_unref (seen->skipped);
    g_hash_table_unref (seen->blocked);
    g_hash_table_unref (seen->deleted);
    g_hash_table_unref (seen->greeted);
    g_free (seen);
}
