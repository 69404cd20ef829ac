/* See secret-traits.h. */
#include "secret-traits.h"

#include "secret.tl.h"

static void
take_sides (SecretTraits *traits, int32_t width, int32_t height)
{
    traits->width = width;
    traits->height = height;
}

static void
take_video (SecretTraits *traits, gboolean round, double duration, int32_t width,
            int32_t height)
{
    traits->video = TRUE;
    traits->round = round;
    traits->duration = duration;
    take_sides (traits, width, height);
}

/* A video's attribute, in any form. */
static void
take_video_form (SecretTraits *traits, const TlObject *item)
{
    const SecretDocumentAttributeVideo23 *from23 =
        TL_AS (item, SecretDocumentAttributeVideo23);
    const SecretDocumentAttributeVideo *now = TL_AS (item, SecretDocumentAttributeVideo);
    const SecretDocumentAttributeVideoMain *main1 =
        TL_AS (item, SecretDocumentAttributeVideoMain);
    const SecretDocumentAttributeVideoMain2 *main2 =
        TL_AS (item, SecretDocumentAttributeVideoMain2);
    const SecretDocumentAttributeVideoMain3 *main3 =
        TL_AS (item, SecretDocumentAttributeVideoMain3);

    if (from23 != NULL)
        take_video (traits, FALSE, from23->duration, from23->w, from23->h);
    else if (now != NULL)
        take_video (traits, now->round_message, now->duration, now->w, now->h);
    else if (main1 != NULL) /* SC-C14 */
        take_video (traits, main1->round_message, main1->duration, main1->w, main1->h);
    else if (main2 != NULL)
        take_video (traits, main2->round_message, main2->duration, main2->w, main2->h);
    else if (main3 != NULL)
        take_video (traits, main3->round_message, main3->duration, main3->w, main3->h);
}

static void
take_sticker (SecretTraits *traits, TlBytes emoji, const TlObject *set)
{
    static const TlBytes none = { NULL, 0 };
    const SecretInputStickerSetShortName *named =
        TL_AS (set, SecretInputStickerSetShortName);

    traits->sticker = TRUE;
    traits->emoji = emoji;
    traits->set = named != NULL ? named->short_name : none;
}

static void
take_attribute (SecretTraits *traits, const TlObject *item)
{
    switch (item->id) {
    case SecretDocumentAttributeFilename_ID:
        traits->name = TL_AS (item, SecretDocumentAttributeFilename)->file_name;
        break;
    case SecretDocumentAttributeAudio23_ID:
        traits->audio = TRUE;
        traits->duration = TL_AS (item, SecretDocumentAttributeAudio23)->duration;
        break;
    case SecretDocumentAttributeAudio45_ID:
        traits->audio = TRUE;
        traits->duration = TL_AS (item, SecretDocumentAttributeAudio45)->duration;
        traits->title = TL_AS (item, SecretDocumentAttributeAudio45)->title;
        traits->performer = TL_AS (item, SecretDocumentAttributeAudio45)->performer;
        break;
    case SecretDocumentAttributeAudio_ID:
        traits->audio = TRUE;
        traits->voice = TL_AS (item, SecretDocumentAttributeAudio)->voice;
        traits->duration = TL_AS (item, SecretDocumentAttributeAudio)->duration;
        traits->title = TL_AS (item, SecretDocumentAttributeAudio)->title;
        traits->performer = TL_AS (item, SecretDocumentAttributeAudio)->performer;
        break;
    case SecretDocumentAttributeVideo23_ID:
    case SecretDocumentAttributeVideo_ID:
    case SecretDocumentAttributeVideoMain_ID:
    case SecretDocumentAttributeVideoMain2_ID:
    case SecretDocumentAttributeVideoMain3_ID:
        take_video_form (traits, item);
        break;
    case SecretDocumentAttributeImageSize_ID: {
        const SecretDocumentAttributeImageSize *size =
            TL_AS (item, SecretDocumentAttributeImageSize);
        take_sides (traits, size->w, size->h);
        break;
    }
    case SecretDocumentAttributeAnimated_ID:
        traits->animated = TRUE;
        break;
    case SecretDocumentAttributeSticker23_ID:
        traits->sticker = TRUE;
        break;
    case SecretDocumentAttributeSticker_ID:
        take_sticker (traits, TL_AS (item, SecretDocumentAttributeSticker)->alt,
                      TL_AS (item, SecretDocumentAttributeSticker)->stickerset);
        break;
    case SecretDocumentAttributeStickerMain_ID:
        take_sticker (traits, TL_AS (item, SecretDocumentAttributeStickerMain)->alt,
                      TL_AS (item, SecretDocumentAttributeStickerMain)->stickerset);
        break;
    default:
        break; /* masks, emoji: nothing that a line of text shows */
    }
}

void
secret_traits_read (const TlVector *attributes, SecretTraits *traits)
{
    *traits = (SecretTraits){ 0 };
    for (size_t i = 0; i < attributes->len; i++)
        take_attribute (traits, TL_ITEM_OBJ (*attributes, i));
}
