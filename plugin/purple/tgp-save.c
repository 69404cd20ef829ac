/* See tgp-save.h. */
#include "tgp-save.h"

#include "tgp-conv.h"
#include "tgp-frontend.h"
#include "tgp-path.h"
#include "tgp-progress.h"
#include "tgp-words-media.h"

#include <string.h>

/* The user's own, whatever it is called; made where there is none. */
static char *
downloads (void)
{
    const char *told = g_get_user_special_dir (G_USER_DIRECTORY_DOWNLOAD);
    char *folder = told != NULL && g_strcmp0 (told, g_get_home_dir ()) != 0
                       ? g_strdup (told)
                       : g_build_filename (g_get_home_dir (), "Downloads", NULL);

    g_mkdir_with_parents (folder, 0700);
    return folder;
}

/* *folder, and *name if it was said; FALSE: there is no such folder. */
static gboolean
take_path (const char *typed, char **folder, char **name)
{
    g_autofree char *path = tgp_path_whole (typed);

    *name = NULL;
    if (g_file_test (path, G_FILE_TEST_IS_DIR)) {
        *folder = g_steal_pointer (&path);
        return TRUE;
    }
    *folder = g_path_get_dirname (path);
    if (!g_str_has_suffix (path, "/") && g_file_test (*folder, G_FILE_TEST_IS_DIR)) {
        *name = g_path_get_basename (path);
        return TRUE;
    }
    g_clear_pointer (folder, g_free);
    return FALSE;
}

static const char *
kind_of (const TalkMessage *message)
{
    switch (message->content) {
    case TALK_CONTENT_PHOTO:
        return "photo";
    case TALK_CONTENT_VIDEO:
        return message->media.animated ? "gif" : "video";
    case TALK_CONTENT_VOICE:
        return "voice";
    case TALK_CONTENT_AUDIO:
        return "audio";
    case TALK_CONTENT_STICKER:
        return "sticker";
    default:
        return "file";
    }
}

/* Why that message's file cannot be had; NULL: it can. */
static char *
refusal (const TalkMessage *message, const char *path)
{
    if (message->ttl > 0)
        return tgp_words_not_saved (message->number, TGP_SAVE_TIMED);
    if (message->media.file == TALK_FILE_DAMAGED)
        return tgp_words_not_saved (message->number, TGP_SAVE_DAMAGED);
    if (message->media.file == TALK_FILE_NONE)
        return tgp_words_not_saved (message->number, TGP_SAVE_NO_FILE);
    if (*path != '\0' && tgp_frontend ()->elsewhere)
        return tgp_words_not_saved (message->number, TGP_SAVE_ELSEWHERE);
    return NULL;
}

char *
tgp_save_start (TgpAccount *tgp, int32_t chat_id, const TgpNamed *named, const char *path)
{
    const TalkMessage *message = &named->message;
    g_autofree char *folder = NULL, *name = NULL;
    g_autofree char *fallback =
        g_strdup_printf ("%s-%d", kind_of (message), message->number);
    char *problem = refusal (message, path);

    if (problem != NULL)
        return problem;
    if (*path == '\0')
        folder = downloads ();
    else if (!take_path (path, &folder, &name))
        return tgp_words_not_saved (message->number, TGP_SAVE_NO_FOLDER);
    TgSaveTo to = { .id = message->id,
                    .number = message->number,
                    .folder = folder,
                    .name = name,
                    .fallback = fallback };
    switch (tg_secret_save (tgp->client, chat_id, &to)) {
    case TALK_DONE:
        break;
    case TALK_IS_OFFLINE:
        return tgp_words_not_saved (message->number, TGP_SAVE_OFFLINE);
    case TALK_INVALID:
        return tgp_words_not_saved (message->number, TGP_SAVE_BUSY);
    default:
        return tgp_words_not_saved (message->number, TGP_SAVE_NO_FILE);
    }
    g_autofree char *begins =
        tgp_words_save_begins (message->number, message->media.size);
    tgp_secret_write (tgp, chat_id, FALSE, begins);
    return NULL;
}

void
tgp_save_told (TgpAccount *tgp, int32_t chat_id, const TalkSaving *saving)
{
    g_autofree char *line = tgp_words_saving (saving, tgp_frontend ()->elsewhere);

    if (saving->what != TALK_SAVE_RUNS || saving->lasts)
        tgp_secret_write (tgp, chat_id, FALSE, line);
    if (tgp_lives (tgp))
        tgp_progress_told (tgp, chat_id, saving);
}

static void
close_cb (int32_t chat_id, const TalkSaving *saving, void *user)
{
    TgpAccount *tgp = user;
    TalkSaving cut = *saving;
    g_autofree char *name = tgp_name_secret (chat_id);

    cut.what = TALK_SAVE_CUT;
    g_autofree char *line = tgp_words_saving (&cut, tgp_frontend ()->elsewhere);
    tgp_notice_after (tgp->account, name, line, NULL);
}

void
tgp_save_close (TgpAccount *tgp)
{
    tg_client_each_saving (tgp->client, close_cb, tgp);
    tgp_progress_close (tgp);
}
