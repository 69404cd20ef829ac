/* See tgp-images.h. */
#include "tgp-images.h"

#include "tgp-unsent.h"
#include "tgp-upload.h"
#include "tgp-words-media.h"

#include <stdlib.h>
#include <string.h>

#define IMAGES_MAX 100 /* of one text */

/* The next one from *at on, its id in the store; *at goes behind it. 0: an id that is none. */
static gboolean
next_image (const char **at, int *id)
{
    const char *start, *end;
    GData *attributes;

    if (!purple_markup_find_tag ("img", *at, &start, &end, &attributes))
        return FALSE;
    const char *text = g_datalist_get_data (&attributes, "id");
    *id = text != NULL ? atoi (text) : 0;
    g_datalist_clear (&attributes);
    *at = end + 1;
    return TRUE;
}

gboolean
tgp_images_in (const char *markup)
{
    int id;

    return next_image (&markup, &id);
}

static void
clear (TgpUpload *file)
{
    g_bytes_unref (file->bytes);
    g_free ((char *)file->name);
}

/* Copied at once: the front end's own goes with this call (FRONTENDS 7). */
static gboolean
take (int id, GArray *files)
{
    PurpleStoredImage *image = id > 0 ? purple_imgstore_find_by_id (id) : NULL;
    const char *name = image != NULL ? purple_imgstore_get_filename (image) : NULL;

    if (image == NULL || files->len == IMAGES_MAX)
        return FALSE;
    TgpUpload file = { .bytes = g_bytes_new (purple_imgstore_get_data (image),
                                             purple_imgstore_get_size (image)),
                       .name = name != NULL ? g_filename_display_basename (name) : NULL,
                       .how = TGP_UPLOAD_MUST_PHOTO };
    g_array_append_val (files, file);
    return TRUE;
}

void
tgp_images_send (TgpAccount *tgp, int32_t chat_id, const char *markup,
                 const TalkTyped *caption)
{
    g_autoptr (GArray) files = g_array_new (FALSE, FALSE, sizeof (TgpUpload));
    gboolean all = TRUE;
    int id;

    g_array_set_clear_func (files, (GDestroyNotify)clear);
    while (next_image (&markup, &id))
        all = take (id, files) && all;
    if (all) {
        tgp_upload (tgp, chat_id, (const TgpUpload *)(void *)files->data, files->len,
                    caption);
        return;
    }
    g_autofree char *reason = tgp_words_not_uploaded (NULL, TGP_UPLOAD_LOST_PICTURE);
    tgp_unsent_refused (tgp, chat_id, reason, caption, 0);
}
