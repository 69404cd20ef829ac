/* Long messages, line by line (see tgp-rest.h). */
#include "tgp-rest.h"

#include "tgp-conv.h"
#include "tgp-frontend.h"
#include "tgp-lines.h"
#include "tgp-log.h"
#include "tgp-markup.h"
#include "tgp-secret-buddy.h"

#include <string.h>

#define PAUSE 10 /* ms */

struct TgpRest {
    TgpAccount *tgp;
    TgpRestFunc over;
    GQueue pieces; /* Piece, owned; the oldest first */
    unsigned timer;
    struct {
        int32_t chat_id;
        int64_t id; /* 0: nothing grows */
    } growing;
};

/* What is to follow of one message. */
typedef struct {
    int32_t chat_id;
    TalkMessage message; /* without what it points to */
    char *text;
    TalkSpans *spans; /* of it */
    size_t at;
    gboolean last;
} Piece;

static void
piece_free (Piece *piece)
{
    explicit_bzero (piece->text, strlen (piece->text));
    g_free (piece->text);
    talk_spans_unref (piece->spans);
    g_free (piece);
}

/* The link of that message in the queue, else NULL. */
static GList *
find (TgpRest *rest, int32_t chat_id, int64_t id)
{
    for (GList *l = rest->pieces.head; l != NULL; l = l->next) {
        const Piece *piece = l->data;
        if (piece->chat_id == chat_id && (id == 0 || piece->message.id == id))
            return l;
    }
    return NULL;
}

/* It stands once, at the first of several lines, as what the message has beside its text. */
static int32_t
number_of (const TalkMessage *message)
{
    return message->part == 0 ? message->number : 0;
}

/* Whoever is handed a line sees its timer, and its number if it is wished, in the text. */
static char *
with_signs (PurpleAccount *account, const TalkMessage *message, const char *text)
{
    g_autofree char *timer = message->ttl > 0
                                 ? tgp_words_timer_sign (message->ttl, TGP_SIGNS_TICKS)
                                 : g_strdup ("");
    g_autofree char *signs = tgp_words_numbered (
        tgp_lines_numbered (account) ? number_of (message) : 0, timer);

    return *signs != '\0' && tgp_frontend ()->windowless
               ? g_strconcat (text, " ", signs, NULL)
               : g_strdup (text);
}

/* One line, of that text with these looks; FALSE: none came into being. */
static gboolean
write_line (TgpAccount *tgp, int32_t chat_id, const TalkMessage *message,
            const char *quote, const char *text, const TalkSpans *spans)
{
    g_autofree char *name = tgp_name_secret (chat_id);
    g_autofree char *signed_text = with_signs (tgp->account, message, text);
    g_autofree char *html =
        tgp_markup_person (signed_text, spans, message->reply_to != 0);

    tgp_secret_uncount (tgp, chat_id);
    if (!tgp_lives (tgp))
        return FALSE;
    gboolean timed = tgp_log_timed (message->ttl > 0);
    tgp_lines_begin_named (tgp->account, name, message->id);
    tgp_lines_expect_signs (message->ttl, number_of (message));
    if (message->part == 0)
        tgp_lines_expect_medium (message);
    if (quote != NULL) {
        g_autofree char *shown = tgp_line_unforged (quote, FALSE, NULL);
        tgp_lines_expect_quote (message->reply_to, shown);
    }
    serv_got_im (tgp->gc, name, html, PURPLE_MESSAGE_RECV,
                 message->date > 0 ? message->date : time (NULL));
    gboolean shown = tgp_lines_shown (tgp_secret_conversation (tgp, chat_id, FALSE));
    tgp_lines_end ();
    tgp_log_timed (timed); /* another line may be waiting for this one */
    explicit_bzero (signed_text, strlen (signed_text));
    return shown;
}

static gboolean
stands (const TgpRest *rest, int32_t chat_id, int64_t id, gboolean remove)
{
    PurpleConversation *conv = tgp_secret_conversation (rest->tgp, chat_id, FALSE);

    if (conv != NULL && remove)
        tgp_lines_remove (conv, id);
    return conv != NULL && tgp_lines_has (conv, id);
}

/* The next line of what stands in that link. FALSE: the account went meanwhile. */
static gboolean
write_next (TgpRest *rest, GList *link)
{
    Piece *piece = link->data;
    TgpAccount *tgp = rest->tgp;
    size_t len = tg_secret_split (piece->text + piece->at);
    g_autofree char *line = g_strndup (piece->text + piece->at, len);
    g_autoptr (TalkSpans) spans = talk_spans_part (piece->spans, piece->at, len);
    int32_t chat_id = piece->chat_id;
    int64_t id = piece->message.id;
    TalkMessage message = piece->message;

    piece->at += len;
    /* a window that was emptied holds no beginning, one line of it may be swallowed */
    gboolean written = stands (rest, chat_id, id, FALSE) &&
                       write_line (tgp, chat_id, &message, NULL, line, spans);
    explicit_bzero (line, strlen (line));
    if (!tgp_lives (tgp))
        return FALSE;
    link = find (rest, chat_id, id); /* a handler of that line may have dropped it */
    if (link == NULL)
        return TRUE;
    piece = link->data;
    if (written && piece->text[piece->at] != '\0')
        return TRUE;
    TgpRestEnd end = !written      ? TGP_REST_CUT
                     : piece->last ? TGP_REST_LAST
                                   : TGP_REST_WHOLE;
    piece_free (piece);
    g_queue_delete_link (&rest->pieces, link);
    if (!written)
        stands (rest, chat_id, id, TRUE);
    if (!tgp_rest_grows (rest, chat_id, id))
        rest->over (tgp, chat_id, id, end);
    return tgp_lives (tgp);
}

static gboolean
next_cb (gpointer data)
{
    TgpRest *rest = data;

    rest->timer = 0;
    if (g_queue_is_empty (&rest->pieces) || !write_next (rest, rest->pieces.head))
        return FALSE;
    if (!g_queue_is_empty (&rest->pieces) && rest->timer == 0)
        rest->timer = purple_timeout_add (PAUSE, next_cb, rest);
    return FALSE;
}

gboolean
tgp_rest_write (TgpRest *rest, int32_t chat_id, const TalkMessage *message,
                const char *quote, const char *text, gboolean last)
{
    size_t len = tg_secret_split (text);
    g_autofree char *first = g_strndup (text, len);
    g_autoptr (TalkSpans) spans = talk_spans_part (message->spans, 0, len);
    TgpAccount *tgp = rest->tgp;

    if (!write_line (tgp, chat_id, message, quote, first, spans) || !tgp_lives (tgp))
        return FALSE;
    if (message->part == 0 && message->follows) {
        rest->growing.chat_id = chat_id;
        rest->growing.id = message->id;
    } else if (!message->follows && tgp_rest_grows (rest, chat_id, message->id)) {
        rest->growing.id = 0;
    }
    if (text[len] == '\0')
        return TRUE;
    Piece *piece = g_new0 (Piece, 1);
    *piece = (Piece){
        .chat_id = chat_id,
        .message = { .id = message->id, .date = message->date, .ttl = message->ttl },
        .text = g_strdup (text + len),
        .spans = talk_spans_part (message->spans, len, strlen (text + len)),
        .last = last
    };
    g_queue_push_tail (&rest->pieces, piece);
    if (rest->timer == 0)
        rest->timer = purple_timeout_add (PAUSE, next_cb, rest);
    return TRUE;
}

gboolean
tgp_rest_flush (TgpRest *rest, int32_t chat_id)
{
    for (GList *l; (l = find (rest, chat_id, 0)) != NULL;)
        if (!write_next (rest, l))
            return FALSE;
    return TRUE;
}

gboolean
tgp_rest_has (TgpRest *rest, int32_t chat_id, int64_t id)
{
    return find (rest, chat_id, id) != NULL || tgp_rest_grows (rest, chat_id, id);
}

gboolean
tgp_rest_grows (TgpRest *rest, int32_t chat_id, int64_t id)
{
    return rest->growing.id != 0 && rest->growing.chat_id == chat_id &&
           (id == 0 || rest->growing.id == id);
}

void
tgp_rest_cut (TgpRest *rest, gboolean follows)
{
    if (rest->growing.id == 0)
        return;
    tgp_rest_drop (rest, rest->growing.chat_id, rest->growing.id);
    stands (rest, rest->growing.chat_id, rest->growing.id, TRUE);
    if (!follows)
        rest->growing.id = 0;
}

void
tgp_rest_drop (TgpRest *rest, int32_t chat_id, int64_t id)
{
    for (GList *l; (l = find (rest, chat_id, id)) != NULL;) {
        piece_free (l->data);
        g_queue_delete_link (&rest->pieces, l);
    }
}

TgpRest *
tgp_rest_new (TgpAccount *tgp, TgpRestFunc over)
{
    TgpRest *rest = g_new0 (TgpRest, 1);

    rest->tgp = tgp;
    rest->over = over;
    g_queue_init (&rest->pieces);
    return rest;
}

void
tgp_rest_free (TgpRest *rest)
{
    if (rest->timer != 0)
        purple_timeout_remove (rest->timer);
    tgp_rest_cut (rest, FALSE);
    for (GList *l = rest->pieces.head; l != NULL; l = l->next) {
        const Piece *piece = l->data;
        stands (rest, piece->chat_id, piece->message.id, TRUE);
    }
    g_queue_clear_full (&rest->pieces, (GDestroyNotify)piece_free);
    g_free (rest);
}
