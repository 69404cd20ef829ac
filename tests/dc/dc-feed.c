/* What an account is told in numbers, besides secret messages: ordinary messages by pts,
 * blocking by seq; kept, so that a difference has what a device missed. */
#include "dc-keys.h"
#include "dc-feed.h"
#include "dc-mood.h"

static void
letter_free (gpointer data)
{
    g_free (((DcLetter *)data)->text);
    g_free (data);
}

void
dc_feed_init (DcUser *user)
{
    user->letters = g_ptr_array_new_with_free_func (letter_free);
    user->news = g_ptr_array_new_with_free_func (g_free);
    user->seq = 1;
}

void
dc_feed_clear (DcUser *user)
{
    g_ptr_array_unref (user->letters);
    g_ptr_array_unref (user->news);
}

/* To all of the user's sessions that want updates but this one, as often as the mood says. */
static void
push (Dc *dc, const DcUser *to, const DcSession *but, const TlObject *updates)
{
    g_auto (TlWriter) body = { 0 };

    g_assert_true (tl_encode (&tl_dc_schema, updates, &body));
    for (unsigned i = 0; i < dc->sessions->len; i++) {
        DcSession *session = g_ptr_array_index (dc->sessions, i);
        const DcKey *key = dc_device (session->key);
        if (key->user != to || !session->updates || session == but ||
            dc_mood_says (dc, DC_MOOD_MISSED))
            continue;
        dc_layer_tell (session, &body);
        if (dc_mood_says (dc, DC_MOOD_AGAIN))
            dc_layer_tell (session, &body);
    }
}

static void
push_many (Dc *dc, DcUser *to, const TlObject *update, const DcUser *about, int32_t seq)
{
    SrvUserStatusOnline online;
    SrvUserStatusOffline offline;
    SrvUser user = dc_user_object (dc, about, to, &online, &offline);
    const TlObject *updates[] = { update }, *users[] = { TL_OBJ (&user) };
    SrvUpdates all = TL_NEW (SrvUpdates, .updates = { updates, 1 }, .users = { users, 1 },
                             .chats = { users, 0 }, .date = dc_now (dc), .seq = seq);

    push (dc, to, NULL, TL_OBJ (&all));
}

/* Of `owner`, in the conversation with `with`. */
static DcLetter *
new_letter (Dc *dc, DcUser *owner, const DcUser *with, const char *text)
{
    DcLetter *letter = g_new0 (DcLetter, 1);

    letter->pts = ++owner->pts;
    letter->text = g_strdup (text);
    letter->from = TL_NEW (SrvPeerUser, .user_id = with->id);
    letter->message =
        TL_NEW (SrvMessage, .id = letter->pts, .peer_id = TL_OBJ (&letter->from),
                .date = dc_now (dc), .message = TL_STR (letter->text));
    g_ptr_array_add (owner->letters, letter);
    return letter;
}

void
dc_letter (Dc *dc, DcUser *from, DcUser *to, const char *text, gboolean whole)
{
    DcLetter *letter = new_letter (dc, to, from, text);

    SrvUpdateShortMessage brief =
        TL_NEW (SrvUpdateShortMessage, .id = letter->pts, .user_id = from->id,
                .message = TL_STR (letter->text), .pts = letter->pts, .pts_count = 1,
                .date = letter->message.date);
    SrvUpdateNewMessage update =
        TL_NEW (SrvUpdateNewMessage, .message = TL_OBJ (&letter->message),
                .pts = letter->pts, .pts_count = 1);
    if (whole)
        push_many (dc, to, TL_OBJ (&update), from, 0);
    else
        push (dc, to, NULL, TL_OBJ (&brief));
}

const DcLetter *
dc_letter_sent (DcCall *call, const DcUser *to, const char *text, int64_t random_id)
{
    DcLetter *letter = new_letter (call->dc, call->user, to, text);

    letter->message.out = TRUE;
    letter->random_id = random_id;
    SrvUpdateShortMessage brief =
        TL_NEW (SrvUpdateShortMessage, .out = TRUE, .id = letter->pts, .user_id = to->id,
                .message = TL_STR (letter->text), .pts = letter->pts, .pts_count = 1,
                .date = letter->message.date);
    push (call->dc, call->user, call->session, TL_OBJ (&brief));
    return letter;
}

void
dc_news_blocked (Dc *dc, DcUser *user, DcUser *who, gboolean blocked)
{
    DcNews *news = g_new0 (DcNews, 1);

    if (blocked)
        g_hash_table_add (user->blocked, g_memdup2 (&who->id, sizeof who->id));
    else
        g_hash_table_remove (user->blocked, &who->id);
    news->date = dc_now (dc);
    news->peer = TL_NEW (SrvPeerUser, .user_id = who->id);
    news->update = TL_NEW (SrvUpdatePeerBlocked, .blocked = blocked,
                           .peer_id = TL_OBJ (&news->peer));
    g_ptr_array_add (user->news, news);
    push_many (dc, user, TL_OBJ (&news->update), who, ++user->seq);
}
