/* See tgp-sound.h. GStreamer opens a path: one that leads to memory. */
#include "tgp-sound.h"

#include "tgp-memory-file.h"
#include "tgp-symbols.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MUTE "/pidgin/sound/mute"
#define METHOD "/pidgin/sound/method"

struct TgpSound {
    int fd;
    size_t len;
};

/* Is there a GStreamer that takes Ogg and Opus apart? */
static gboolean
can_play (void)
{
    static const char *const parts[] = { "playbin", "oggdemux", "opusdec" };
    static gboolean (*ready) (void);
    static void *(*find) (const char *name);
    static void (*unref) (void *object);
    static const TgpSymbol symbols[] = { { "gst_is_initialized", &ready },
                                         { "gst_element_factory_find", &find },
                                         { "gst_object_unref", &unref } };

    if (!tgp_symbols_find (symbols, G_N_ELEMENTS (symbols)) || !ready ())
        return FALSE;
    for (size_t i = 0; i < G_N_ELEMENTS (parts); i++) {
        void *factory = find (parts[i]);
        if (factory == NULL)
            return FALSE;
        unref (factory);
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

TgpSound *
tgp_sound_play (PurpleAccount *account, const uint8_t *data, size_t len)
{
    if (tgp_sound_is_off () || !can_play ())
        return NULL;
    int fd = memfd_create ("voice", MFD_CLOEXEC);
    if (fd < 0 || !tgp_memory_write (fd, data, len)) {
        if (fd >= 0)
            close (fd);
        return NULL;
    }
    g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
    TgpSound *sound = g_new (TgpSound, 1);
    *sound = (TgpSound){ fd, len };
    purple_sound_play_file (path, account);
    return sound;
}

void
tgp_sound_free (TgpSound *sound)
{
    if (sound == NULL)
        return;
    void *all = mmap (NULL, MAX (sound->len, 1), PROT_READ | PROT_WRITE, MAP_SHARED,
                      sound->fd, 0);
    if (all != MAP_FAILED) {
        explicit_bzero (all, sound->len);
        munmap (all, MAX (sound->len, 1));
    }
    close (sound->fd);
    g_free (sound);
}
