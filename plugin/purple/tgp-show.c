/* See tgp-show.h. */
#include "tgp-show.h"

#include "tgp-blocked.h"
#include "tgp-conv.h"
#include "tgp-drawing.h"
#include "tgp-frontend.h"
#include "tgp-memory-files.h"
#include "tgp-sound.h"
#include "tgp-thumb.h"
#include "tgp-words-show.h"

#include "media-look.h"
#include "tg-client-fetch.h"

#include <string.h>

#define UNASKED_SIZE 2000000 /* bytes of one picture that is fetched unasked ... */
#define UNASKED_LINES 20     /* ... and so many of one window */
#define SIDE 400             /* pixels a side of a picture in a line */
#define STICKER_SIDE 256

typedef enum { SHOW_UNASKED, SHOW_ASKED, SHOW_PLAY } Purpose;

/* What is on its way. */
typedef struct {
    int32_t chat_id;
    int64_t id;
    TgpMedium medium;
    Purpose purpose;
    TgpDrawing *drawing; /* it is here, and a decoder has it; else NULL */
    gboolean stopped;    /* ... which is told to leave it */
} Coming;

struct TgpShows {
    TgpAccount *tgp;
    GPtrArray *coming;     /* Coming */
    TgpMemoryFiles *files; /* what another program is to open */
    TgpPlayer *player;
};

static const TgpMediaUi *media_ui; /* NULL: pictures are shown by other programs */

static TgpPlayerTold player_cb;

TgpShows *
tgp_shows_new (TgpAccount *tgp)
{
    TgpShows *shows = g_new0 (TgpShows, 1);

    shows->tgp = tgp;
    shows->coming = g_ptr_array_new_with_free_func (g_free);
    shows->files = tgp_memory_files_new ();
    shows->player = tgp_player_new (player_cb, tgp);
    tgp_memory_file_sweep ();
    return shows;
}

/* These messages; NULL: all of that chat. */
static void
stop_drawing (TgpShows *shows, int32_t chat_id, const int64_t *ids, size_t n)
{
    for (unsigned i = 0; i < shows->coming->len; i++) {
        Coming *coming = g_ptr_array_index (shows->coming, i);
        if (coming->drawing == NULL || coming->chat_id != chat_id ||
            !tgp_is_among (coming->id, ids, n))
            continue;
        coming->stopped = TRUE;
        tgp_drawing_stop (coming->drawing);
    }
}

void
tgp_show_close (TgpAccount *tgp)
{
    GPtrArray *all = tgp->shows->coming;

    tgp_player_stop (tgp->shows->player);
    for (unsigned i = 0; i < all->len; i++)
        stop_drawing (tgp->shows, ((Coming *)g_ptr_array_index (all, i))->chat_id, NULL,
                      0);
}

void
tgp_shows_free (TgpShows *shows)
{
    tgp_player_free (shows->player);
    g_ptr_array_unref (shows->coming);
    tgp_memory_files_free (shows->files);
    g_free (shows);
}

/* --- what it is --- */

static gboolean
is_picture (const TgpMedium *medium)
{
    return tgp_medium_is_picture (medium->content, &medium->look);
}

static gboolean
is_voice (const TgpMedium *medium)
{
    return medium->content == TALK_CONTENT_VOICE;
}

static unsigned
links_of (const TgpMedium *medium)
{
    unsigned links = medium->ttl > 0 ? 0
                     : medium->heads ? TGP_LINKS_SAVING
                                     : TGP_LINK_SAVE;

    if (is_voice (medium))
        links |= medium->plays ? TGP_LINK_STOP : TGP_LINK_PLAY;
    else if (is_picture (medium) ? !medium->shown : medium->ttl > 0)
        links |= TGP_LINK_SHOW;
    return links;
}

/* Nothing that opens by being looked at, nothing that tells the server which one it is (SC-M32), and no more
 * than a modest picture. */
static gboolean
is_unasked (const TgpMedium *medium)
{
    return is_picture (medium) && !medium->opens && !medium->shown &&
           !medium->look.public && medium->look.size <= UNASKED_SIZE;
}

static TgpMedium *
medium_at (TgpAccount *tgp, int32_t chat_id, int64_t id, PurpleConversation **conv)
{
    *conv = tgp_secret_conversation (tgp, chat_id, FALSE);
    return *conv != NULL ? tgp_lines_medium (*conv, id) : NULL;
}

/* --- what is said --- */

static void
tell (TgpAccount *tgp, int32_t chat_id, int64_t id, const char *text)
{
    PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, TRUE);

    if (conv == NULL)
        return;
    tgp_lines_begin_about (conv, id); /* it goes with what it is about */
    tgp_notice (conv, text);
    tgp_lines_end ();
}

static void
tell_not (TgpAccount *tgp, const Coming *coming, TgpNotShown why)
{
    g_autofree char *text = tgp_words_not_shown (&coming->medium, why);
    PurpleConversation *conv;
    TgpMedium *medium = medium_at (tgp, coming->chat_id, coming->id, &conv);

    if (medium != NULL && media_ui != NULL)
        tgp_thumb_offer (media_ui, conv, coming->id, medium, links_of (medium));
    if (coming->purpose != SHOW_UNASKED && medium != NULL)
        tell (tgp, coming->chat_id, coming->id, text);
    else if (coming->purpose != SHOW_UNASKED)
        tgp_secret_write (tgp, coming->chat_id, FALSE, text);
}

/* --- shown --- */

/* The other side is told, and what has a timer goes when that is over. */
static void
opened (TgpAccount *tgp, const Coming *coming)
{
    if (coming->medium.opens)
        tg_secret_open_media (tgp->client, coming->chat_id, coming->id);
}

/* As a file, for another program. */
static void
show_file (TgpAccount *tgp, const Coming *coming, GBytes *bytes, const MediaLook *look)
{
    size_t len;
    const uint8_t *data = g_bytes_get_data (bytes, &len);
    TgpMemoryFile *file = tgp_memory_file_new (data, len, look->ending);

    if (file == NULL) {
        tell_not (tgp, coming,
                  media_ui != NULL ? TGP_SHOW_NO_PICTURE : TGP_SHOW_NO_MEMORY);
        return;
    }
    int32_t seconds = coming->medium.opens ? coming->medium.ttl : 0;
    tgp_memory_files_add (tgp->shows->files, coming->chat_id, coming->id, file);
    g_autofree char *text =
        tgp_words_shown_as (&coming->medium, tgp_memory_file_path (file), seconds,
                            tgp_frontend ()->elsewhere);
    opened (tgp, coming);
    tell (tgp, coming->chat_id, coming->id, text);
}

static TgpNotShown
refusal (MediaFit fit)
{
    return fit == MEDIA_BYTES                          ? TGP_SHOW_LARGE
           : fit == MEDIA_SIDES                        ? TGP_SHOW_SIDES
           : fit == MEDIA_FRAMES || fit == MEDIA_SCANS ? TGP_SHOW_UNPACKED
           : fit == MEDIA_NO_PICTURE                   ? TGP_SHOW_NO_PICTURE
                                                       : TGP_SHOW_BROKEN;
}

static TgpDrawnFunc drawn_cb;

/* A decoder has had it. What is not there any more is not shown, nor told. */
static void
put (TgpAccount *tgp, Coming *coming, TgpDecoded *take_decoded)
{
    PurpleConversation *conv;
    TgpMedium *medium = medium_at (tgp, coming->chat_id, coming->id, &conv);

    if (medium == NULL) {
        media_ui->drop (take_decoded);
        return;
    }
    if (take_decoded == NULL || coming->stopped) {
        media_ui->drop (take_decoded);
        tell_not (tgp, coming, coming->stopped ? TGP_SHOW_STOPPED : TGP_SHOW_BROKEN);
        return;
    }
    medium->shown = TRUE;
    if (media_ui->picture (conv, coming->id, take_decoded, links_of (medium))) {
        tgp_thumb_drop (medium);
        opened (tgp, coming);
        return;
    }
    medium->shown = FALSE;
    tell_not (tgp, coming, TGP_SHOW_BROKEN);
}

/* TRUE: it is being drawn. */
static gboolean
show (TgpAccount *tgp, Coming *coming, GBytes *bytes)
{
    size_t len;
    const uint8_t *data = g_bytes_get_data (bytes, &len);
    PurpleConversation *conv;
    MediaLook look;
    MediaFit fit;

    media_look_bytes (data, len, &look);
    media_look_is_showable (&look, &fit);
    if (media_ui == NULL || medium_at (tgp, coming->chat_id, coming->id, &conv) == NULL ||
        (fit == MEDIA_NO_PICTURE && coming->medium.ttl > 0)) {
        show_file (tgp, coming, bytes, &look);
        return FALSE;
    }
    media_look_sides (&look, &coming->medium.look.width, &coming->medium.look.height);
    gboolean first = fit == MEDIA_FRAMES && look.kind == MEDIA_KIND_GIF;
    if (fit != MEDIA_FITS && !first) {
        tell_not (tgp, coming, refusal (fit));
        return FALSE;
    }
    if (!media_ui->reads (look.format)) {
        tell_not (tgp, coming, TGP_SHOW_NO_READER);
        return FALSE;
    }
    gboolean sticker = coming->medium.content == TALK_CONTENT_STICKER;
    coming->drawing =
        tgp_drawing_start (tgp, media_ui, coming->chat_id, coming->id, bytes, &look,
                           sticker ? STICKER_SIDE : SIDE, drawn_cb);
    return TRUE;
}

/* --- heard --- */

static void
player_cb (void *user, int32_t chat_id, int64_t id, TgpPlayerState state)
{
    TgpAccount *tgp = user;
    PurpleConversation *conv;
    TgpMedium *medium = medium_at (tgp, chat_id, id, &conv);

    if (medium != NULL)
        medium->plays = state == TGP_PLAYER_BEGINS;
    if (medium != NULL && media_ui != NULL)
        tgp_thumb_offer (media_ui, conv, id, medium, links_of (medium));
    if (state == TGP_PLAYER_BEGINS && tgp->client != NULL) {
        tg_secret_open_media (tgp->client, chat_id, id);
    } else if (state == TGP_PLAYER_FAILS && medium != NULL) {
        g_autofree char *text = tgp_words_not_shown (medium, TGP_PLAY_FAILED);
        tell (tgp, chat_id, id, text);
    }
}

static void
play (TgpAccount *tgp, const Coming *coming, GBytes *bytes)
{
    size_t len;
    const uint8_t *data = g_bytes_get_data (bytes, &len);
    MediaLook look;

    media_look_bytes (data, len, &look);
    if (look.kind != MEDIA_KIND_OGG || !look.has_sound || look.has_video || !look.whole)
        tell_not (tgp, coming, TGP_PLAY_NO_VOICE);
    else if (!tgp_player_play (tgp->shows->player, coming->chat_id, coming->id, data,
                               len))
        tell_not (tgp, coming, tgp_sound_is_off () ? TGP_PLAY_MUTED : TGP_PLAY_NO_READER);
}

/* --- on its way --- */

static Coming *
find (TgpShows *shows, int32_t chat_id, int64_t id, unsigned *at)
{
    for (unsigned i = 0; i < shows->coming->len; i++) {
        Coming *coming = g_ptr_array_index (shows->coming, i);
        if (coming->chat_id == chat_id && coming->id == id) {
            *at = i;
            return coming;
        }
    }
    return NULL;
}

/* DONE, or what tg_secret_fetch() says. */
static TalkCode
fetch (TgpAccount *tgp, int32_t chat_id, int64_t id, const TgpMedium *medium,
       Purpose purpose)
{
    unsigned at;
    Coming *known = find (tgp->shows, chat_id, id, &at);

    if (known != NULL && known->purpose == SHOW_UNASKED) { /* now it is asked for */
        known->purpose = purpose;
        return TALK_DONE;
    }
    if (known != NULL && known->drawing != NULL)
        return TALK_INVALID;
    Coming *coming = g_new (Coming, 1);
    *coming = (Coming){ chat_id, id, *medium, purpose, NULL, FALSE };
    coming->medium.thumb = NULL; /* the line's */
    g_ptr_array_add (tgp->shows->coming, coming);
    TalkCode code = tg_secret_fetch (tgp->client, chat_id, id);
    if (code != TALK_DONE)
        g_ptr_array_remove (tgp->shows->coming, coming);
    return code;
}

static char *
start (TgpAccount *tgp, int32_t chat_id, int64_t id, const TgpMedium *medium,
       Purpose purpose)
{
    PurpleConversation *conv;
    TgpMedium *line = medium_at (tgp, chat_id, id, &conv);
    gboolean offers = line != NULL && media_ui != NULL;
    const TgpMemoryFile *file = tgp_memory_files_of (tgp->shows->files, chat_id, id);

    if (file != NULL) { /* one is enough, and its time has begun */
        g_autofree char *text = tgp_words_lies (medium, tgp_memory_file_path (file),
                                                tgp_frontend ()->elsewhere);
        tell (tgp, chat_id, id, text);
        return NULL;
    }
    if (medium->look.size > TG_FETCH_MAX)
        return tgp_words_not_shown (medium, TGP_SHOW_LARGE);
    if (offers) /* it is clicked once */
        tgp_thumb_offer (media_ui, conv, id, line, links_of (line) & TGP_LINKS_SAVING);
    TalkCode code = fetch (tgp, chat_id, id, medium, purpose); /* may be here already */
    if (code == TALK_DONE)
        return NULL;
    if (offers)
        tgp_thumb_offer (media_ui, conv, id, line, links_of (line));
    return tgp_words_not_shown (medium, code == TALK_IS_OFFLINE ? TGP_SHOW_OFFLINE
                                        : code == TALK_INVALID  ? TGP_SHOW_BUSY
                                                                : TGP_SHOW_NO_FILE);
}

char *
tgp_show_start (TgpAccount *tgp, int32_t chat_id, const TgpMedium *medium, int64_t id)
{
    if (medium->look.file == TALK_FILE_DAMAGED)
        return tgp_words_not_shown (medium, TGP_SHOW_DAMAGED);
    if (medium->look.file == TALK_FILE_NONE)
        return tgp_words_not_shown (medium, TGP_SHOW_NO_FILE);
    if (!is_picture (medium) && medium->content != TALK_CONTENT_FILE && medium->ttl == 0)
        return tgp_words_not_shown (medium, TGP_SHOW_NO_PICTURE);
    return start (tgp, chat_id, id, medium, SHOW_ASKED);
}

char *
tgp_play_start (TgpAccount *tgp, int32_t chat_id, const TgpMedium *medium, int64_t id)
{
    if (medium->look.file == TALK_FILE_DAMAGED)
        return tgp_words_not_shown (medium, TGP_SHOW_DAMAGED);
    if (!is_voice (medium) || medium->look.file == TALK_FILE_NONE)
        return tgp_words_not_shown (medium, TGP_PLAY_NO_VOICE);
    if (media_ui == NULL && medium->ttl > 0) /* what plays it is another program */
        return start (tgp, chat_id, id, medium, SHOW_ASKED);
    if (media_ui == NULL)
        return tgp_words_not_shown (medium, TGP_PLAY_NOT_HERE);
    return start (tgp, chat_id, id, medium, SHOW_PLAY);
}

gboolean
tgp_show_cancel (TgpAccount *tgp, int32_t chat_id, int64_t id)
{
    if (tgp_player_plays (tgp->shows->player, chat_id, &id, 1)) {
        tgp_player_stop (tgp->shows->player);
        return TRUE;
    }
    unsigned at;
    const Coming *coming = find (tgp->shows, chat_id, id, &at);
    if (coming != NULL && coming->drawing != NULL) {
        stop_drawing (tgp->shows, chat_id, &id, 1);
        return TRUE;
    }
    return tg_secret_fetch_cancel (tgp->client, chat_id, id);
}

static void
over (TgpAccount *tgp, Coming *take_coming)
{
    g_free (take_coming);
    if (tgp_lives (tgp))
        tgp_show_look (tgp, NULL, NULL);
}

void
tgp_show_fetched (TgpAccount *tgp, int32_t chat_id, const TalkFetched *fetched)
{
    unsigned at;
    Coming *coming = find (tgp->shows, chat_id, fetched->id, &at);

    if (coming == NULL)
        return;
    coming = g_ptr_array_steal_index (tgp->shows->coming, at);
    if (fetched->what != TALK_SAVE_DONE)
        tell_not (tgp, coming, tgp_not_fetched (fetched->what));
    else if (coming->purpose == SHOW_PLAY)
        play (tgp, coming, fetched->bytes);
    else if (show (tgp, coming, fetched->bytes)) {
        g_ptr_array_add (tgp->shows->coming, coming);
        return;
    }
    over (tgp, coming);
}

static void
drawn_cb (TgpAccount *tgp, int32_t chat_id, int64_t id, TgpDecoded *take_decoded)
{
    unsigned at;
    Coming *coming = find (tgp->shows, chat_id, id, &at);

    g_return_if_fail (coming != NULL && coming->drawing != NULL);
    coming = g_ptr_array_steal_index (tgp->shows->coming, at);
    put (tgp, coming, take_decoded);
    over (tgp, coming);
}

void
tgp_show_gone (TgpAccount *tgp, int32_t chat_id, const int64_t *ids, size_t n)
{
    TgpShows *shows = tgp->shows;

    tgp_memory_files_gone (shows->files, chat_id, ids, n);
    stop_drawing (shows, chat_id, ids, n);
    if (tgp_player_plays (shows->player, chat_id, ids, n))
        tgp_player_stop (shows->player);
}

/* --- unasked --- */

/* The newest that is to be fetched, unless enough of that window were. */
static TgpLine *
wanted (PurpleConversation *conv)
{
    GPtrArray *all = tgp_lines_media (conv);
    TgpLine *newest = NULL;
    unsigned n = 0;

    for (unsigned i = all != NULL ? all->len : 0; i > 0; i--) {
        TgpLine *line = g_ptr_array_index (all, i - 1);
        if (line->medium.number == 0 || !line->medium.stood)
            continue;
        n += line->medium.unasked;
        if (newest == NULL && !line->medium.unasked && is_unasked (&line->medium))
            newest = line;
    }
    return n < UNASKED_LINES ? newest : NULL;
}

static gboolean
is_coming_unasked (const TgpShows *shows)
{
    for (unsigned i = 0; i < shows->coming->len; i++)
        if (((const Coming *)g_ptr_array_index (shows->coming, i))->purpose ==
            SHOW_UNASKED)
            return TRUE;
    return FALSE;
}

/* In the first window with the focus that has one. */
static TgpLine *
due (TgpAccount *tgp, TalkPeer *peer)
{
    if (media_ui == NULL || is_coming_unasked (tgp->shows))
        return NULL;
    for (GList *l = purple_get_ims (); l != NULL; l = l->next) {
        TgpLine *line = purple_conversation_has_focus (l->data) ? wanted (l->data) : NULL;
        if (line == NULL || tgp_conv_account (l->data) != tgp)
            continue;
        *peer = tgp_conv_peer (l->data);
        if (peer->kind == TALK_PEER_SECRET &&
            !tgp_secret_is_blocked (tgp, (int32_t)peer->id))
            return line;
    }
    return NULL;
}

void
tgp_show_look (TgpAccount *tgp, TgpShowUsedFunc *is_used, void *user)
{
    TalkPeer peer;
    TgpLine *line = due (tgp, &peer);

    if (line == NULL || (is_used != NULL && !is_used (user)))
        return;
    line->medium.unasked = TRUE;
    fetch (tgp, (int32_t)peer.id, line->id, &line->medium, SHOW_UNASKED);
}

/* --- in the line --- */

/* What can be done there just now. */
static unsigned
links_at (PurpleConversation *conv, const TgpLine *line)
{
    const TgpAccount *tgp = tgp_conv_account (conv);
    unsigned at, links = links_of (&line->medium);
    const Coming *coming =
        tgp != NULL ? find (tgp->shows, (int32_t)tgp_conv_peer (conv).id, line->id, &at)
                    : NULL;

    return coming != NULL && coming->purpose != SHOW_UNASKED ? links & TGP_LINKS_SAVING
                                                             : links;
}

static void
stands_cb (PurpleConversation *conv, int64_t id, TgpMedium *medium)
{
    if (media_ui == NULL) {
        tgp_thumb_drop (medium);
        return;
    }
    tgp_thumb_offer (media_ui, conv, id, medium, links_of (medium));
    TgpLine *old = medium->thumb != NULL ? tgp_thumb_excess (conv) : NULL;
    if (old != NULL) {
        tgp_thumb_drop (&old->medium);
        media_ui->offer (conv, old->id, links_at (conv, old));
    }
}

gboolean
tgp_show_offers (void)
{
    return media_ui != NULL;
}

TgpLinesStandsFunc *
tgp_show_connect (TgpMediaClicked *clicked)
{
    TgpMediaFind *find_ui = tgp_frontend ()->media;

    media_ui = find_ui != NULL ? find_ui (clicked) : NULL;
    return stands_cb;
}

void
tgp_show_disconnect (void)
{
    if (media_ui != NULL)
        media_ui->disconnect ();
    media_ui = NULL;
}
