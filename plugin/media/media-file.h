/* A file of a secret chat as a value: where it lies, what opens it, what it is; and its
 * record. (SECRET-CHATS.md section H.) */
#pragma once

#include "talk.h"
#include "tl-message.h"

#include "record.tl.h"

#define MEDIA_KEY_LEN 32
#define MEDIA_SIZE_MAX                                                                   \
    ((int64_t)8000 * 512 * 1024) /* as many parts as there may be (SC-H4) */
#define MEDIA_SIDE_MAX 100000    /* pixels; more is not said */
#define MEDIA_MIME_MAX 100       /* bytes */
#define MEDIA_TITLE_MAX 256      /* characters of what music is called, and by whom */
#define MEDIA_STICKER_MAX                                                                \
    (1024 * 1024)        /* bytes of one of a public set; real ones have half (SC-H14) */
#define MEDIA_DC_MAX 5   /* data centres; as the net knows them */
#define MEDIA_SET_MAX 64 /* characters of what such a set is called */
#define MEDIA_THUMB_MAX 20000 /* bytes of a small picture ... (SC-H10) */
#define MEDIA_THUMB_SIDE 320  /* ... and pixels of its sides */

/* Where the server keeps it; dc 0: nobody knows. */
typedef struct {
    int dc;
    int64_t id, access_hash;
    int64_t size; /* as it lies there, encrypted */
    int32_t fingerprint;
} MediaPlace;

typedef struct {
    MediaPlace place;
    uint8_t key[MEDIA_KEY_LEN], iv[MEDIA_KEY_LEN];
    TalkMedia look;
    char *name;              /* a safe one (SC-H12), or NULL */
    char *mime;              /* as the peer says, one line; or NULL */
    char *title, *performer; /* of music: each one clean line, or NULL */
    /* Of a sticker: what it stands for, a clean line, or NULL; not recorded. */
    char *emoji;
    /* Of what is public: the set that it is of, letters, digits and _; or NULL. */
    char *set;
} MediaFile;

MediaFile *media_file_new (void);
void media_file_free (MediaFile *file); /* wipes it */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MediaFile, media_file_free)

MediaFile *media_file_copy (const MediaFile *file);

/* What the message says; each is cut to what may be. */
void media_file_set_key (MediaFile *file, TlBytes key, TlBytes iv); /* SC-H8 */
void media_file_set_size (MediaFile *file, int64_t size);
/* Of music; "" is none. */
void media_file_set_title (MediaFile *file, TlBytes title, TlBytes performer);
/* Of a sticker; "" is none. */
void media_file_set_emoji (MediaFile *file, TlBytes emoji);
void media_file_set_sides (MediaFile *file, int32_t width, int32_t height);
/* After its type. */
void media_file_set_animated (MediaFile *file, gboolean animated);
/* It is of a public set, and lies there unsealed: no key is of any use. FALSE: it is nothing that may be
 * fetched: of no size or too large, or nowhere. `set` may be empty or wrong: then there is none. */
gboolean media_file_set_public (MediaFile *file, int dc, int64_t id, int64_t access_hash,
                                TlBytes set);
/* ... and what came beside it: from now on the file can be had, or is told to be damaged
 * (SC-H3, SC-H5). */
void media_file_set_place (MediaFile *file, const MediaPlace *place);
/* Its key and its size are those of what lies there. */
gboolean media_file_fits (const MediaFile *file, const MediaPlace *place);
/* The small picture that a message has of its file: a copy that is wiped with its last owner;
 * NULL: it is none that may be shown (SC-H10). A JPEG by its bytes, within the bounds above. */
GBytes *media_thumb_new (TlBytes bytes, int32_t width, int32_t height);
/* Nothing opens it any more. */
void media_file_forget_key (MediaFile *file);
/* SC-H2 */
int32_t media_key_fingerprint (const uint8_t key[static MEDIA_KEY_LEN],
                               const uint8_t iv[static MEDIA_KEY_LEN]);

RecFilePlace media_place_record (const MediaPlace *place);
/* NULL is a place that nobody knows. */
MediaPlace media_place_of (const TlObject *record);
/* Borrows from `file`, and `*place`. */
RecFile media_file_record (const MediaFile *file, RecFilePlace *place);
/* A new one, or NULL: there is none. Nothing in a record is trusted. */
MediaFile *media_file_of (const TlObject *record);
