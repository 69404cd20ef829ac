/* See files.h. */
#include "files.h"

#include "tg-client-fetch.h"

#include <glib/gstdio.h>

static void
hook (Person *person, const TalkEvent *event)
{
    Told *told = person->hook_user;

    if (event->kind == TALK_EVENT_MESSAGE) {
        told->lines++;
        told->id = event->u.message.id;
        told->content = event->u.message.content;
        told->media = event->u.message.media;
        g_free (told->detail);
        told->detail = g_strdup (event->u.message.detail);
    }
    if (event->kind == TALK_EVENT_FETCHED) {
        told->ended++;
        told->what = event->u.fetched.what;
        g_clear_pointer (&told->bytes, g_bytes_unref);
        if (event->u.fetched.bytes != NULL)
            told->bytes = g_bytes_ref (event->u.fetched.bytes);
    }
    if (event->kind == TALK_EVENT_SAVING && event->u.saving.what != TALK_SAVE_RUNS) {
        told->ended++;
        told->what = event->u.saving.what;
        g_free (told->path);
        told->path = g_strdup (event->u.saving.path);
    }
}

Files *
files_new (uint64_t seed)
{
    Files *files = g_new0 (Files, 1);

    files->flow = flow_with_chat (seed);
    files->alice = flow_person (files->flow, 0);
    files->bob = flow_person (files->flow, 1);
    files->alice->hook = hook;
    files->alice->hook_user = &files->told;
    files->bob->hook = hook;
    files->bob->hook_user = &files->bob_told;
    files->folder = g_build_filename (files->flow->directory, "saved", NULL);
    g_assert_cmpint (g_mkdir (files->folder, 0700), ==, 0);
    return files;
}

static void
told_clear (Told *told)
{
    g_free (told->path);
    g_free (told->detail);
    g_clear_pointer (&told->bytes, g_bytes_unref);
}

void
files_free (Files *files)
{
    flow_free (files->flow);
    g_free (files->folder);
    told_clear (&files->told);
    told_clear (&files->bob_told);
    g_free (files);
}

TalkCode
fetch (Files *files, int64_t id)
{
    files->told.ended = 0;
    return tg_secret_fetch (files->alice->client, files->alice->chat, id);
}

void
ends (Files *files, TalkSave what)
{
    for (int i = 0; i < 60 * 20 && files->told.ended == 0; i++)
        flow_wait (files->flow, 500);
    g_assert_cmpuint (files->told.ended, ==, 1);
    g_assert_cmpint (files->told.what, ==, what);
}

void
assert_fetched (Files *files, int64_t id, size_t len)
{
    g_autofree uint8_t *want = flow_bytes (len);

    g_assert_cmpint (fetch (files, id), ==, TALK_DONE);
    ends (files, TALK_SAVE_DONE);
    g_assert_cmpmem (g_bytes_get_data (files->told.bytes, NULL),
                     g_bytes_get_size (files->told.bytes), want, len);
}
