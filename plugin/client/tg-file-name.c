/* See tg-file-name.h. */
#include "tg-file-name.h"

#include "media-look.h"

#include <string.h>

/* What people expect behind the dot. */
static const char *
extension (const char *mime)
{
    static const char *const known[][2] = {
        { "image/jpeg", ".jpg" },
        { "image/png", ".png" },
        { "image/gif", ".gif" },
        { "image/webp", ".webp" },
        { "video/mp4", ".mp4" },
        { "audio/ogg", ".ogg" },
        { "audio/mpeg", ".mp3" },
        { "audio/mp4", ".m4a" },
        { "application/pdf", ".pdf" },
        { "video/webm", ".webm" },
        { "application/x-tgsticker", ".tgs" },
    };

    for (size_t i = 0; mime != NULL && i < G_N_ELEMENTS (known); i++)
        if (g_ascii_strcasecmp (mime, known[i][0]) == 0)
            return known[i][1];
    return "";
}

char *
tg_file_name_own (const MediaFile *file)
{
    const char *name = file->name != NULL ? file->name : "";

    name += strspn (name, ". -");
    return *name != '\0' && strchr (name, '/') == NULL ? g_strdup (name) : NULL;
}

char *
tg_file_name_by_type (const char *stem, const char *mime)
{
    return g_strconcat (stem, extension (mime), NULL);
}

char *
tg_file_name_by_bytes (const char *stem, const uint8_t *data, size_t len)
{
    MediaLook look;

    media_look_bytes (data, len, &look);
    return look.format != NULL ? g_strconcat (stem, look.ending, NULL) : NULL;
}
