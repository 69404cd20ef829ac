/* See tgp-sound.h. GStreamer opens a path: one that leads to memory. libpurple's own way to play a file
 * cannot be stopped, and GStreamer reads some seconds ahead: the pipeline is ours. */
#include "tgp-sound.h"

#include "tgp-account.h"
#include "tgp-memory-file.h"
#include "tgp-symbols.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MUTE "/pidgin/sound/mute"
#define METHOD "/pidgin/sound/method"
#define VOLUME "/pidgin/sound/volume" /* 50: as it was recorded */

/* GStreamer's own numbers (GstState, GstPlayFlags), which its interface keeps. */
#define STATE_NULL 1
#define STATE_PLAYING 4
#define PLAY_SOUND (1 << 1 | 1 << 4)

struct TgpPlayer {
    TgpPlayerTold *told;
    void *user;
    int32_t chat_id;
    int64_t id;
    void *pipeline; /* NULL: it is silent */
    void *bus;
    int fd; /* what is heard */
    size_t len;
    gboolean begun;
};

static struct {
    gboolean (*ready) (void);
    void *(*find) (const char *name);
    void *(*make) (const char *factory, const char *name);
    int (*set_state) (void *element, int state);
    void *(*bus_of) (void *pipeline);
    void (*watch) (void *bus);
    void (*unwatch) (void *bus);
    void (*unref) (void *object);
} gst;

/* Is there a GStreamer that takes Ogg and Opus apart? */
static gboolean
can_play (void)
{
    static const char *const parts[] = { "playbin", "oggdemux", "opusdec" };
    static const TgpSymbol symbols[] = { { "gst_is_initialized", &gst.ready },
                                         { "gst_element_factory_find", &gst.find },
                                         { "gst_element_factory_make", &gst.make },
                                         { "gst_element_set_state", &gst.set_state },
                                         { "gst_element_get_bus", &gst.bus_of },
                                         { "gst_bus_add_signal_watch", &gst.watch },
                                         { "gst_bus_remove_signal_watch", &gst.unwatch },
                                         { "gst_object_unref", &gst.unref } };

    if (!tgp_symbols_find (symbols, G_N_ELEMENTS (symbols)) || !gst.ready ())
        return FALSE;
    for (size_t i = 0; i < G_N_ELEMENTS (parts); i++) {
        void *factory = gst.find (parts[i]);
        if (factory == NULL)
            return FALSE;
        gst.unref (factory);
    }
    return TRUE;
}

gboolean
tgp_sound_is_off (void)
{
    return (purple_prefs_exists (MUTE) && purple_prefs_get_bool (MUTE)) ||
           (purple_prefs_exists (METHOD) &&
            g_strcmp0 (purple_prefs_get_string (METHOD), "none") == 0);
}

TgpPlayer *
tgp_player_new (TgpPlayerTold *told, void *user)
{
    TgpPlayer *player = g_new0 (TgpPlayer, 1);

    player->told = told;
    player->user = user;
    return player;
}

static void
wipe (int fd, size_t len)
{
    void *all = mmap (NULL, MAX (len, 1), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

    if (all != MAP_FAILED) {
        explicit_bzero (all, len);
        munmap (all, MAX (len, 1));
    }
    close (fd);
}

/* FALSE: it was silent. */
static gboolean
silence (TgpPlayer *player)
{
    if (player->pipeline == NULL)
        return FALSE;
    g_signal_handlers_disconnect_by_data (player->bus, player);
    gst.unwatch (player->bus);
    gst.unref (player->bus);
    gst.set_state (player->pipeline, STATE_NULL); /* its threads are gone then */
    gst.unref (player->pipeline);
    player->pipeline = player->bus = NULL;
    wipe (player->fd, player->len);
    return TRUE;
}

void
tgp_player_free (TgpPlayer *player)
{
    silence (player);
    g_free (player);
}

static void
end (TgpPlayer *player, TgpPlayerState how)
{
    if (silence (player))
        player->told (player->user, player->chat_id, player->id, how);
}

void
tgp_player_stop (TgpPlayer *player)
{
    end (player, TGP_PLAYER_ENDS);
}

/* All is decoded to its first sound, and a loudspeaker takes it. */
static void
ready_cb (void *bus G_GNUC_UNUSED, void *message G_GNUC_UNUSED, TgpPlayer *player)
{
    if (player->begun)
        return;
    player->begun = TRUE;
    player->told (player->user, player->chat_id, player->id, TGP_PLAYER_BEGINS);
}

static void
over_cb (void *bus G_GNUC_UNUSED, void *message G_GNUC_UNUSED, TgpPlayer *player)
{
    end (player, TGP_PLAYER_ENDS);
}

static void
failed_cb (void *bus G_GNUC_UNUSED, void *message G_GNUC_UNUSED, TgpPlayer *player)
{
    end (player, TGP_PLAYER_FAILS);
}

/* To where the front end's own sounds go, as loud as these. */
static void *
make_pipeline (int fd)
{
    gboolean alsa = purple_prefs_exists (METHOD) &&
                    g_strcmp0 (purple_prefs_get_string (METHOD), "alsa") == 0;
    int volume = purple_prefs_exists (VOLUME) ? purple_prefs_get_int (VOLUME) : 50;
    void *pipeline = gst.make ("playbin", NULL);
    void *sink = gst.make (alsa ? "alsasink" : "autoaudiosink", NULL);
    g_autofree char *uri = g_strdup_printf ("file:///proc/self/fd/%d", fd);

    if (pipeline != NULL)
        g_object_set (pipeline, "uri", uri, "flags", PLAY_SOUND, "volume",
                      CLAMP (volume, 0, 100) / 50.0, NULL);
    if (pipeline != NULL && sink != NULL) /* which it owns then */
        g_object_set (pipeline, "audio-sink", sink, NULL);
    else if (sink != NULL)
        gst.unref (sink);
    return pipeline;
}

gboolean
tgp_player_play (TgpPlayer *player, int32_t chat_id, int64_t id, const uint8_t *data,
                 size_t len)
{
    tgp_player_stop (player);
    if (tgp_sound_is_off () || !can_play ())
        return FALSE;
    int fd = memfd_create ("voice", MFD_CLOEXEC);
    if (fd < 0 || !tgp_memory_write (fd, data, len)) {
        if (fd >= 0)
            close (fd);
        return FALSE;
    }
    void *pipeline = make_pipeline (fd);
    if (pipeline == NULL) {
        wipe (fd, len);
        return FALSE;
    }
    player->chat_id = chat_id;
    player->id = id;
    player->pipeline = pipeline;
    player->fd = fd;
    player->len = len;
    player->begun = FALSE;
    player->bus = gst.bus_of (pipeline);
    gst.watch (player->bus);
    g_signal_connect (player->bus, "message::async-done", G_CALLBACK (ready_cb), player);
    g_signal_connect (player->bus, "message::eos", G_CALLBACK (over_cb), player);
    g_signal_connect (player->bus, "message::error", G_CALLBACK (failed_cb), player);
    gst.set_state (pipeline, STATE_PLAYING); /* what fails stands on the bus, too */
    return TRUE;
}

gboolean
tgp_player_plays (const TgpPlayer *player, int32_t chat_id, const int64_t *ids, size_t n)
{
    return player->pipeline != NULL && player->chat_id == chat_id &&
           tgp_is_among (player->id, ids, n);
}
