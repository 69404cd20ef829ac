/* See tgp-upload.h.
 *
 *   tgp_upload() -> a worker: what is it, is it made smaller -> tg_secret_send_file()
 *                                                  \-> "Not sent", with its caption */
#include "tgp-upload.h"

#include "tgp-after.h"
#include "tgp-conv.h"
#include "tgp-dialog.h"
#include "tgp-frontend.h"
#include "tgp-picture.h"
#include "tgp-text.h"
#include "tgp-unsent.h"
#include "tgp-words-media.h"
#include "tgp-words-message.h"
#include "media-tags.h"
#include "tg-client-file.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

#define ALBUM_MAX 10 /* SC-H17 */

typedef struct {
    char *path;
    GBytes *bytes;
    char *name;
    int how;
    void (*taken) (void *user, int64_t id, const char *reason);
    void *user;
    /* what the worker found: */
    TalkSendFile problem; /* NONE: it can go */
    gboolean refused;     /* as a picture, as `why` says */
    TgpNotUploaded why;
    MediaLook look;
    MediaTags tags;
    gboolean is_photo;
    TgpPicture picture; /* of a photo */
    char *mime;         /* of what the bytes say nothing of, by its name; or NULL */
} Item;

typedef struct {
    PurpleConnection *gc;
    PurpleAccount *account;
    int32_t chat_id;
    GPtrArray *items;
    char *caption;
    TalkSpans *spans;
    int64_t reply_to;
} Job;

static void
item_free (Item *item)
{
    g_free (item->path);
    g_clear_pointer (&item->bytes, g_bytes_unref);
    g_free (item->name);
    tgp_picture_clear (&item->picture);
    g_free (item->mime);
    g_free (item);
}

static void
job_free (Job *job)
{
    g_ptr_array_unref (job->items);
    tgp_text_wipe (job->caption);
    talk_spans_unref (job->spans);
    g_free (job);
}

/* --- on a worker --- */

static size_t
read_fd (void *user, int64_t at, uint8_t *out, size_t len)
{
    ssize_t n = pread (*(int *)user, out, len, at);

    return n > 0 ? (size_t)n : 0;
}

/* All of a file of that size; NULL: it cannot be read. */
static GBytes *
read_all (int fd, int64_t size)
{
    uint8_t *data = g_try_malloc ((size_t)size);
    int64_t at = 0;

    while (data != NULL && at < size) {
        size_t n = read_fd (&fd, at, data + at, (size_t)(size - at));
        if (n == 0)
            break;
        at += (int64_t)n;
    }
    if (data != NULL && at == size)
        return g_bytes_new_take (data, (size_t)size);
    g_free (data);
    return NULL;
}

/* `whole`: what it is in, or NULL. */
static void
try_photo (Item *item, GBytes *whole)
{
    MediaFit fit = media_look_fits (&item->look, &MEDIA_PREPARED);

    if (fit == MEDIA_FITS && item->look.frames == 1)
        item->is_photo =
            whole != NULL && tgp_picture_make (whole, &item->look, &item->picture);
    if (item->is_photo || item->how != TGP_UPLOAD_MUST_PHOTO ||
        (item->look.kind == MEDIA_KIND_GIF && item->look.frames > 1))
        return;
    item->refused = TRUE;
    item->why = fit == MEDIA_SIDES || fit == MEDIA_BYTES ? TGP_UPLOAD_LARGE_PICTURE
                                                         : TGP_UPLOAD_NO_PICTURE;
}

static void
look_at_file (Item *item)
{
    int fd = -1;
    int64_t size = 0;

    item->problem = tg_file_look (item->path, &size);
    if (item->problem == TALK_SEND_NONE &&
        (fd = open (item->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) < 0)
        item->problem = TALK_SEND_UNREADABLE;
    if (item->problem == TALK_SEND_NONE) {
        MediaSource source = { read_fd, &fd, size };
        media_look (&source, &item->look);
        media_tags (&source, &item->look, &item->tags);
        gboolean fits = item->how != TGP_UPLOAD_FILE &&
                        media_look_fits (&item->look, &MEDIA_PREPARED) == MEDIA_FITS;
        g_autoptr (GBytes) whole = fits ? read_all (fd, size) : NULL;
        if (whole != NULL) { /* it may have changed */
            size_t len;
            const uint8_t *data = g_bytes_get_data (whole, &len);
            media_look_bytes (data, len, &item->look);
        }
        if (item->how != TGP_UPLOAD_FILE)
            try_photo (item, whole);
    }
    if (fd >= 0)
        close (fd);
}

static void
look_at_bytes (Item *item)
{
    size_t len;
    const uint8_t *bytes = g_bytes_get_data (item->bytes, &len);

    if (len == 0)
        item->problem = TALK_SEND_EMPTY;
    media_look_bytes (bytes, len, &item->look);
    if (len > 0 && item->how != TGP_UPLOAD_FILE)
        try_photo (item, item->bytes);
}

/* What this system takes a file of that name for: that says no more than the name does, which goes
 * along. Others treat a file as what it is said to be: so never as what its bytes would show. */
static char *
mime_by_name (const char *name)
{
    g_autofree char *type = g_content_type_guess (name, NULL, 0, NULL);
    g_autofree char *mime = type != NULL ? g_content_type_get_mime_type (type) : NULL;
    gboolean fits =
        mime != NULL && !media_look_tells (mime) && !g_str_has_prefix (mime, "inode/");

    return fits ? g_steal_pointer (&mime) : NULL;
}

static void
prepare_cb (void *data)
{
    Job *job = data;

    for (unsigned i = 0; i < job->items->len; i++) {
        Item *item = g_ptr_array_index (job->items, i);
        if (item->path != NULL)
            look_at_file (item);
        else
            look_at_bytes (item);
        if (item->look.mime == NULL)
            item->mime = mime_by_name (item->name);
    }
}

/* --- given to the client --- */

/* What has a title is music, whatever it is made of. */
static TalkContent
content_of (const Item *item)
{
    const MediaLook *look = &item->look;

    if (item->is_photo)
        return TALK_CONTENT_PHOTO;
    if (look->has_video)
        return TALK_CONTENT_VIDEO;
    if (look->has_sound)
        return look->voice && *item->tags.title == '\0' ? TALK_CONTENT_VOICE
                                                        : TALK_CONTENT_AUDIO;
    return TALK_CONTENT_FILE;
}

static gboolean
is_picture (const Item *item)
{
    return item->look.kind >= MEDIA_KIND_JPEG && item->look.kind <= MEDIA_KIND_WEBP;
}

static TalkMedia
media_of (const Item *item)
{
    TalkMedia media = { .duration = item->look.duration };

    if (item->is_photo) {
        media.width = item->picture.width;
        media.height = item->picture.height;
    } else {
        media_look_sides (&item->look, &media.width, &media.height);
        media.animated = item->look.kind == MEDIA_KIND_GIF && item->look.frames > 1;
    }
    return media;
}

static TalkCode
give (TgpAccount *tgp, Job *job, const Item *item, gboolean first, int64_t album,
      int64_t *id)
{
    TgFileOut file = { .path = item->is_photo ? NULL : item->path,
                       .bytes = item->is_photo ? item->picture.bytes : item->bytes,
                       .content = content_of (item),
                       .look = media_of (item),
                       .name = item->is_photo ? NULL : item->name,
                       .mime = item->is_photo       ? item->picture.mime
                               : item->mime != NULL ? item->mime
                                                    : item->look.mime,
                       .title = item->tags.title,
                       .performer = item->tags.performer,
                       .thumb = item->picture.thumb,
                       .thumb_width = item->picture.thumb_width,
                       .thumb_height = item->picture.thumb_height,
                       .caption = { .text = first ? job->caption : "",
                                    .spans = first ? job->spans : NULL,
                                    .reply_to = first ? job->reply_to : 0 },
                       .album = item->is_photo ? album : 0 };

    return tg_secret_send_file (tgp->client, job->chat_id, &file, id);
}

/* "Not sent", and the caption below it, in the chat: where it has no window a caption is kept until it has
 * one, in the store. FALSE: nothing would be kept, or nobody is there to keep it. */
static gboolean
refuse (TgpAccount *tgp, const Job *job, const char *reason, const TalkTyped *typed)
{
    g_autofree char *name = tgp_name_secret (job->chat_id);
    PurpleConversation *conv = tgp_conv_named (job->account, name, FALSE);

    if (conv == NULL &&
        (tgp == NULL || (*typed->text == '\0' && !tgp_frontend ()->windowless)))
        return FALSE;
    if (tgp != NULL)
        tgp_unsent_refused (tgp, job->chat_id, reason, typed, 0);
    else /* the account goes, the window stays */
        tgp_notice_after (job->account, name, reason, typed);
    return TRUE;
}

/* By whom the file came, else by itself; with a caption in a dialog that goes with its account, and in no
 * line of a program without windows, which may write it down. `reason`: NULL: it went, or was told. */
static void
tell_at_once (const Job *job, const Item *item, int64_t id, const char *reason,
              const char *caption)
{
    gboolean lives = tgp_after_stays (job->account);
    void *owner = lives ? job->account : NULL;

    if (reason != NULL && *caption != '\0' && lives && !tgp_frontend ()->windowless) {
        char *text = g_strconcat (reason, "\n", caption, NULL);
        tgp_dialog_tell (owner, PURPLE_NOTIFY_MSG_ERROR, _ ("Send file"), text, NULL);
        tgp_text_wipe (text);
        reason = NULL;
    }
    if (item->taken != NULL)
        item->taken (item->user, id, reason);
    else if (reason != NULL)
        tgp_dialog_tell (owner, PURPLE_NOTIFY_MSG_ERROR, _ ("Send file"), reason, NULL);
}

/* Why it does not go; NULL: it went, as *id. */
static char *
send_one (TgpAccount *tgp, Job *job, const Item *item, gboolean first, int64_t album,
          int64_t *id)
{
    if (item->problem != TALK_SEND_NONE)
        return tgp_words_file_not_sent (TALK_CONTENT_FILE, item->name, item->problem);
    if (item->refused)
        return tgp_words_not_uploaded (item->name, item->why);
    TalkCode code = give (tgp, job, item, first, album, id);
    if (code != TALK_DONE)
        return g_strdup (tgp_words_not_sent (code));
    if (is_picture (item) && !item->is_photo) {
        g_autofree char *text =
            tgp_words_untouched (item->name, item->how != TGP_UPLOAD_FILE);
        tgp_secret_write (tgp, job->chat_id, FALSE, text);
    }
    return NULL;
}

/* Which of them belong together: at least two. */
static int64_t
new_album (const Job *job, unsigned from)
{
    unsigned n = 0;

    for (unsigned i = from; i < MIN (from + ALBUM_MAX, job->items->len); i++)
        n += ((const Item *)g_ptr_array_index (job->items, i))->is_photo;
    return n < 2 ? 0 : ((int64_t)(g_random_int () & G_MAXINT32) << 32) | g_random_int ();
}

/* A line may end the account. */
static void
prepared_cb (void *data)
{
    Job *job = data;
    int64_t album = 0;

    for (unsigned i = 0; i < job->items->len; i++) {
        const Item *item = g_ptr_array_index (job->items, i);
        TgpAccount *tgp = tgp_account_alive (job->gc);
        if (i % ALBUM_MAX == 0)
            album = new_album (job, i);
        int64_t id = 0;
        g_autofree char *reason = tgp != NULL
                                      ? send_one (tgp, job, item, i == 0, album, &id)
                                      : g_strdup (tgp_words_not_sent (TALK_IS_OFFLINE));
        TalkTyped typed = { .text = i == 0 ? job->caption : "",
                            .spans = i == 0 ? job->spans : NULL };
        gboolean untold = reason != NULL && !refuse (tgp, job, reason, &typed);
        tell_at_once (job, item, id, untold ? reason : NULL, typed.text);
    }
    job_free (job);
}

static Item *
copy (const TgpUpload *file)
{
    Item *item = g_new0 (Item, 1);

    item->path = g_strdup (file->path);
    item->bytes = file->bytes != NULL ? g_bytes_ref (file->bytes) : NULL;
    item->name = file->name != NULL   ? g_strdup (file->name)
                 : file->path != NULL ? g_filename_display_basename (file->path)
                                      : g_strdup (tgp_words_a_picture ());
    item->how = (int)file->how;
    item->taken = file->taken;
    item->user = file->user;
    return item;
}

void
tgp_upload (TgpAccount *tgp, int32_t chat_id, const TgpUpload *files, size_t n,
            const TalkTyped *caption)
{
    const Host *host = tgp_host_get (tgp->host);
    Job *job = g_new0 (Job, 1);

    job->gc = tgp->gc;
    job->account = tgp->account;
    job->chat_id = chat_id;
    job->items = g_ptr_array_new_with_free_func ((GDestroyNotify)item_free);
    job->caption = g_strdup (caption->text != NULL ? caption->text : "");
    job->spans = talk_spans_ref (caption->spans);
    job->reply_to = caption->reply_to;
    for (size_t i = 0; i < n; i++)
        g_ptr_array_add (job->items, copy (&files[i]));
    host->ops->work (host->self, FALSE, prepare_cb, prepared_cb, job);
}

void
tgp_upload_runs (TgpAccount *tgp, int32_t chat_id, const TalkSending *sending)
{
    gboolean passes = sending->what == TALK_SEND_RUNS || sending->what == TALK_SEND_TURN;
    gboolean said = !passes || sending->lasts;
    g_autofree char *line = said ? tgp_words_sending (sending) : NULL;

    if (line != NULL)
        tgp_secret_write (tgp, chat_id, FALSE, line);
}
