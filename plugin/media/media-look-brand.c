/* What kind of an ISO base media file it is, by the brands in its first box: a picture that is packed as
 * a video is, QuickTime, or MP4 (ISO 14496-12 4.3, ISO 23008-12 10). */
#include "media-look-private.h"

#include <string.h>

#define BRANDS_MAX 16 /* that are looked at */

static const struct {
    const char *brands, *mime, *ending;
    MediaKind kind;
} forms[] = {
    { "heicheixheimheis", "image/heic", ".heic", MEDIA_KIND_HEIF },
    { "hevchevxhevmhevs", "image/heic-sequence", ".heics", MEDIA_KIND_HEIF },
    { "avifavis", "image/avif", ".avif", MEDIA_KIND_HEIF },
    { "mif1", "image/heif", ".heif", MEDIA_KIND_HEIF },
    { "msf1", "image/heif-sequence", ".heifs", MEDIA_KIND_HEIF },
    { "qt  ", "video/quicktime", ".mov", MEDIA_KIND_MP4 },
    { "3gp43gp53gp63gp73gg63gs7", "video/3gpp", ".3gp", MEDIA_KIND_MP4 },
    { "isomiso2iso3iso4iso5iso6iso7iso8iso9avc1mp41mp42mp71M4V M4VHM4VPM4A M4B M4P "
      "dashf4v MSNVmmp4",
      "video/mp4", ".mp4", MEDIA_KIND_MP4 },
};
#define MIF1 3

gboolean
media_look_is_one_of (const uint8_t name[static 4], const char *names)
{
    for (; *names != '\0'; names += 4)
        if (memcmp (name, names, 4) == 0)
            return TRUE;
    return FALSE;
}

/* Its place in `forms`; their number: it is none of them. */
static size_t
form_of (const uint8_t brand[static 4])
{
    size_t i = 0;

    for (; i < G_N_ELEMENTS (forms); i++)
        if (media_look_is_one_of (brand, forms[i].brands))
            break;
    return i;
}

/* Of a picture whose form says nothing of how it is packed, one of the others may. */
static size_t
packed_form (MediaWalk *walk, int64_t end, size_t form)
{
    for (int i = 0; i < BRANDS_MAX && 20 + 4 * (int64_t)i <= end; i++) {
        const uint8_t *brand = media_walk_get (walk, 16 + 4 * (int64_t)i, 4);
        size_t other = brand != NULL ? form_of (brand) : G_N_ELEMENTS (forms);
        if (other < MIF1)
            return other;
    }
    return form;
}

gboolean
media_look_brand (MediaWalk *walk, MediaLook *look)
{
    const uint8_t *p = media_walk_get (walk, 0, 12);
    size_t form = p != NULL ? form_of (p + 8) : G_N_ELEMENTS (forms);
    int64_t size = p != NULL ? media_be32 (p) : 0; /* of that box */

    if (form == MIF1 || form == MIF1 + 1)
        form = packed_form (walk, MIN (size, look->size), form);
    if (form == G_N_ELEMENTS (forms))
        return FALSE;
    look->kind = forms[form].kind;
    look->mime = forms[form].mime;
    look->ending = forms[form].ending;
    return TRUE;
}

gboolean
media_look_brand_tells (const char *mime)
{
    for (size_t i = 0; i < G_N_ELEMENTS (forms); i++)
        if (strcmp (mime, forms[i].mime) == 0)
            return TRUE;
    return FALSE;
}
