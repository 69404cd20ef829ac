/* Files on their way here: each is a machine (media-download.h) between the net and a file that
 * is being written, or memory; tg-parts.h asks for its parts. (SC-H7; MT-H10, H28.) */
#include "tg-files.h"

#include "tg-file-name.h"
#include "tg-parts.h"
#include "tg-progress.h"
#include "tg-secrets.h"
#include "tg-sink.h"

#include "crypto-secret.h"
#include "media-download.h"

#include <string.h>

#define AT_ONCE 2    /* files of each kind; others wait */
#define SAVES_MAX 50 /* and so many of them */

typedef struct {
    TgClient *client;
    int32_t chat_id;
    int64_t id, total;
    int32_t number;
    TgParts *parts;
    MediaDownload *machine;
    char *name, *stem;  /* where it has a sink; of it, which its bytes may end, or NULL */
    TgSink *sink;       /* or NULL, then: */
    CryptoSecret *held; /* what came so far, from the beginning; made when it runs */
    size_t n_held;
    gboolean taken; /* what came last is there, which the machine does not know yet */
    gboolean runs, over;
    TgProgress progress; /* from when it was asked for */
} Save;

struct TgFiles {
    GPtrArray *saves; /* owned */
};

static void
save_free (void *data)
{
    Save *save = data;

    tg_parts_free (save->parts);
    media_download_free (save->machine);
    tg_sink_abort (save->sink);
    g_free (save->name);
    g_free (save->stem);
    crypto_secret_free (save->held);
    g_free (save);
}

void
tg_files_init (TgClient *client)
{
    client->files = g_new0 (TgFiles, 1);
    client->files->saves = g_ptr_array_new_with_free_func (save_free);
}

void
tg_files_clear (TgClient *client)
{
    g_ptr_array_unref (client->files->saves);
    g_clear_pointer (&client->files, g_free);
}

/* --- what is told --- */

static TalkSaving
saving (const Save *save, TalkSave what, const char *path)
{
    return (TalkSaving){ .what = what,
                         .id = save->id,
                         .number = save->number,
                         .done = media_download_done (save->machine),
                         .total = save->total,
                         .path = path,
                         .name = save->name };
}

static void
tell (Save *save, const TalkSaving *told)
{
    tg_tell (save->client, (TalkEvent){ .kind = TALK_EVENT_SAVING,
                                        .peer = { TALK_PEER_SECRET, save->chat_id },
                                        .u.saving = *told });
}

static void
wipe_secret (void *held)
{
    crypto_secret_free (held);
}

/* What was fetched goes up as it is, without another copy. */
static void
tell_fetched (Save *save, TalkSave what)
{
    CryptoSecret *held = what == TALK_SAVE_DONE ? g_steal_pointer (&save->held) : NULL;
    g_autoptr (GBytes) bytes =
        held != NULL
            ? g_bytes_new_with_free_func (held->data, held->len, wipe_secret, held)
            : NULL;

    tg_tell (save->client, (TalkEvent){ .kind = TALK_EVENT_FETCHED,
                                        .peer = { TALK_PEER_SECRET, save->chat_id },
                                        .u.fetched = { what, save->id, bytes } });
}

/* Its last word; it goes when the input ends. */
static void
over (Save *save, TalkSave what, const char *path)
{
    if (save->over)
        return;
    save->over = TRUE;
    tg_parts_stop (save->parts);
    TalkSaving told = saving (save, what, path);
    if (save->sink != NULL)
        tell (save, &told);
    else
        tell_fetched (save, what);
}

static void
tell_progress (Save *save)
{
    HostTime now = tg_now (save->client);

    if (save->sink == NULL || save->over || !tg_progress_is_due (&save->progress, now))
        return;
    tg_progress_told (&save->progress, now);
    TalkSaving told = saving (save, TALK_SAVE_RUNS, NULL);
    told.lasts = tg_progress_lasts (&save->progress, now);
    tell (save, &told);
}

/* --- parts --- */

/* The machine hears of what memory took when it is out of its own input. */
static void
settle_taken (Save *save)
{
    while (save->taken && !save->over) {
        save->taken = FALSE;
        media_download_written (save->machine);
    }
}

static void
got_cb (void *user, int64_t offset, TlBytes bytes)
{
    Save *save = user;

    media_download_got (save->machine, offset, bytes);
    settle_taken (save);
    tell_progress (save);
}

static void
failed_cb (void *user, TalkSave why)
{
    over (user, why, NULL);
}

static const TgPartsOps parts_ops = { got_cb, failed_cb };

static void
get_cb (void *user, int64_t offset, int32_t limit)
{
    const Save *save = user;

    tg_parts_ask (save->parts, offset);
}

/* Of a file without a name of its own: a photo's type is said to be JPEG, whatever it is. */
static void
name_by_bytes (Save *save, const uint8_t *data, size_t len)
{
    g_autofree char *name = tg_file_name_by_bytes (save->stem, data, len);

    if (name != NULL)
        tg_sink_rename (save->sink, name);
    g_clear_pointer (&save->stem, g_free);
}

static void
write_cb (void *user, uint8_t *data, size_t len)
{
    Save *save = user;

    if (save->sink != NULL && !save->over) {
        if (save->stem != NULL)
            name_by_bytes (save, data, len);
        tg_sink_write (save->sink, data, len);
        return;
    }
    if (!save->over) {
        memcpy (save->held->data + save->n_held, data,
                len); /* never more than announced */
        save->n_held += len;
        save->taken = TRUE;
    }
    crypto_wipe (data, len);
    g_free (data);
}

static void
end_cb (void *user, gboolean whole)
{
    Save *save = user;

    if (!whole)
        over (save, TALK_SAVE_DAMAGED, NULL);
    else if (save->sink != NULL)
        tg_sink_finish (save->sink);
    else
        over (save, TALK_SAVE_DONE, NULL);
}

static const MediaDownloadOps download_ops = { get_cb, write_cb, end_cb };

/* --- the file --- */

static gboolean
is_wanted (const Save *save)
{
    const SecretChat *chat = tg_secrets_find (save->client, save->chat_id);

    if (chat == NULL)
        return FALSE;
    return (save->sink != NULL ? secret_chat_file (chat, save->id)
                               : secret_chat_shown_file (chat, save->id)) != NULL;
}

static void
written_cb (void *user, const char *error)
{
    Save *save = user;

    if (save->over)
        return;
    if (tg_sink_path (save->sink) != NULL)
        over (save, TALK_SAVE_DONE, tg_sink_path (save->sink));
    else if (error != NULL)
        over (save, TALK_SAVE_DISK, error);
    else if (is_wanted (save))
        media_download_written (save->machine);
}

static void
begin (Save *save)
{
    save->runs = TRUE;
    if (save->sink == NULL)
        save->held = crypto_secret_new (NULL, (size_t)save->total);
    media_download_start (save->machine);
    settle_taken (save);
}

/* Those that may run begin; what is over goes. What is saved, which may be long, holds up nothing
 * that is to be shown. */
static void
pump (TgClient *client)
{
    GPtrArray *saves = client->files->saves;
    unsigned running[2] = { 0, 0 };

    for (unsigned i = 0; i < saves->len;) {
        Save *save = g_ptr_array_index (saves, i);
        if (save->over) {
            g_ptr_array_remove_index (saves, i);
            continue;
        }
        unsigned *n = &running[save->sink == NULL];
        if (!save->runs && *n < AT_ONCE)
            begin (save);
        *n += save->runs;
        i++;
    }
}

void
tg_files_settle (TgClient *client)
{
    if (client->dying || client->stopped || client->files->saves->len == 0)
        return;
    for (unsigned i = 0; i < client->files->saves->len; i++) {
        Save *save = g_ptr_array_index (client->files->saves, i);
        if (!save->over && !is_wanted (save))
            over (save, TALK_SAVE_GONE, NULL);
    }
    pump (client);
}

void
tg_files_lost (TgClient *client)
{
    for (unsigned i = 0; i < client->files->saves->len; i++)
        over (g_ptr_array_index (client->files->saves, i), TALK_SAVE_CUT, NULL);
}

void
tg_files_tick (TgClient *client, HostTime now)
{
    for (unsigned n = 0; n < client->files->saves->len; n++) {
        Save *save = g_ptr_array_index (client->files->saves, n);
        tg_parts_tick (save->parts, now);
    }
}

int64_t
tg_files_deadline (TgClient *client)
{
    int64_t deadline = HOST_NEVER;

    for (unsigned i = 0; i < client->files->saves->len; i++) {
        const Save *save = g_ptr_array_index (client->files->saves, i);
        if (save->over) /* since what this input asked for went out: it goes at once */
            deadline = 0;
        else
            deadline = MIN (deadline, tg_parts_deadline (save->parts));
    }
    return deadline;
}

/* --- acts --- */

static Save *
find (TgClient *client, int32_t chat_id, int64_t id, gboolean fetch)
{
    for (unsigned i = 0; i < client->files->saves->len; i++) {
        Save *save = g_ptr_array_index (client->files->saves, i);
        if (save->chat_id == chat_id && save->id == id && !save->over &&
            (save->sink == NULL) == fetch)
            return save;
    }
    return NULL;
}

/* Without a sink it is fetched into memory. */
static Save *
save_new (TgClient *client, int32_t chat_id, int64_t id, const MediaFile *file)
{
    Save *save = g_new0 (Save, 1);

    *save = (Save){
        .client = client, .chat_id = chat_id, .id = id, .total = file->look.size
    };
    tg_progress_begin (&save->progress, tg_now (client));
    save->parts = tg_parts_new (client, file, &parts_ops, save);
    save->machine = media_download_new (file, &download_ops, save);
    g_ptr_array_add (client->files->saves, save);
    return save;
}

TalkCode
tg_secret_save (TgClient *client, int32_t chat_id, const TgSaveTo *to)
{
    const SecretChat *chat = tg_secrets_find (client, chat_id);
    const MediaFile *file = chat != NULL ? secret_chat_file (chat, to->id) : NULL;

    if (client->stopped || client->net == NULL)
        return TALK_IS_OFFLINE;
    if (file == NULL)
        return TALK_NOTHING;
    if (find (client, chat_id, to->id, FALSE) != NULL ||
        client->files->saves->len >= SAVES_MAX)
        return TALK_INVALID;
    g_auto (TgAct) act = tg_act (client);
    g_autofree char *own = tg_file_name_own (file);
    g_autofree char *stated = tg_file_name_by_type (to->fallback, file->mime);
    const char *name = to->name != NULL ? to->name : own != NULL ? own : stated;
    Save *save = save_new (client, chat_id, to->id, file);
    save->number = to->number;
    save->name = g_strdup (name);
    save->stem = to->name == NULL && own == NULL ? g_strdup (to->fallback) : NULL;
    save->sink = tg_sink_new (client, to->folder, name, written_cb, save);
    return TALK_DONE;
}

TalkCode
tg_secret_fetch (TgClient *client, int32_t chat_id, int64_t id)
{
    const SecretChat *chat = tg_secrets_find (client, chat_id);
    const MediaFile *file = chat != NULL ? secret_chat_shown_file (chat, id) : NULL;

    if (client->stopped || client->net == NULL)
        return TALK_IS_OFFLINE;
    if (file == NULL || file->look.size > TG_FETCH_MAX)
        return TALK_NOTHING;
    if (find (client, chat_id, id, TRUE) != NULL ||
        client->files->saves->len >= SAVES_MAX)
        return TALK_INVALID;
    g_auto (TgAct) act = tg_act (client);
    save_new (client, chat_id, id, file);
    return TALK_DONE;
}

void
tg_client_each_saving (TgClient *client, TgSavingFunc func, void *user)
{
    for (unsigned i = 0; i < client->files->saves->len; i++) {
        const Save *save = g_ptr_array_index (client->files->saves, i);
        TalkSaving runs = saving (save, TALK_SAVE_RUNS, NULL);
        if (!save->over && save->sink != NULL)
            func (save->chat_id, &runs, user);
    }
}

static gboolean
cancel (TgClient *client, int32_t chat_id, int64_t id, gboolean fetch)
{
    Save *save = client->stopped ? NULL : find (client, chat_id, id, fetch);

    if (save == NULL)
        return FALSE;
    g_auto (TgAct) act = tg_act (client);
    over (save, TALK_SAVE_CANCELLED, NULL);
    return TRUE;
}

gboolean
tg_secret_save_cancel (TgClient *client, int32_t chat_id, int64_t id)
{
    return cancel (client, chat_id, id, FALSE);
}

gboolean
tg_secret_fetch_cancel (TgClient *client, int32_t chat_id, int64_t id)
{
    return cancel (client, chat_id, id, TRUE);
}
