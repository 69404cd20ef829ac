/* What is remembered of messages, and when it goes (DECISIONS 3, 23; SC-G). */
#pragma once

#include "secret-core.h"

/* An own file on its way up: what its message will say, and no note does. Of this process. */
typedef struct {
    uint64_t token; /* it was asked for; 0: not yet */
    gboolean there; /* it need not go up: the server has it (SC-H18) */
    CryptoSecret *thumb;
    int32_t thumb_width, thumb_height;
    int64_t album;
    gboolean whole; /* it is up, as `file`, and waits for those of its album before it */
    SecretFileRef file;
} SecretUpload;

#define SECRET_ALBUM_MAX 10  /* messages of one (SC-H17) */
#define SECRET_THUMBS_MAX 50 /* small pictures of unseen messages that a chat keeps */

/* What is remembered of a message; text only while DECISIONS 3 says. */
typedef struct {
    int64_t random_id;
    int32_t order; /* of display */
    int32_t date;
    int32_t ttl;
    TalkContent content;
    gboolean outgoing;
    gboolean displayed;
    gboolean seen; /* by the reader's side: countdown runs */
    gboolean sent;
    gboolean opens; /* countdown starts on opening, not on reading (SC-G4) */
    gboolean opened;
    gboolean silent;
    gboolean continues; /* a further part of the own text before it */
    gboolean refused;   /* own: not sent; `detail` says why, the text waits for a line */
    gboolean draft;     /* own: it has no number yet, and waits for the chat */
    gboolean uploads; /* own: it has no number yet, and waits for its file to be up ... */
    SecretUpload *upload; /* ... NULL: that ended with an earlier process */
    int64_t first; /* own: id of the text's first part; of this process, as `part` */
    unsigned part;
    gboolean offered;     /* the glue said what became of it; of this process only */
    int64_t expires;      /* wall ms, 0 = no countdown */
    int64_t expires_mono; /* the same while running: set back is no help (SC-G8) */
    char *text;           /* wiped when freed; NULL: not kept any more ("" may be) */
    TalkSpans *spans;     /* how it looks; goes with it */
    char *detail;
    MediaFile *file; /* or NULL; as long as the message is remembered */
    GBytes *thumb;   /* or NULL; incoming: goes with the text */
    int64_t album;   /* 0 = it is of none; ... */
    int album_place; /* ... 1 to SECRET_ALBUM_MAX */
    int64_t reply_to;
} SecretNote;

/* The one that came, or went, last. */
typedef struct {
    int64_t id;    /* 0: there was none */
    int32_t order; /* of its last message */
    int n;         /* messages of it */
} SecretAlbum;

typedef struct {
    GHashTable *table;  /* random_id -> SecretNote, owned */
    GHashTable *unseen; /* those of them that are (few, of perhaps a thousand) */
    int32_t
        newest_seen; /* date of the newest incoming one that was seen, 0: none, -1: look */
    int32_t orders;  /* given out so far */
    int32_t lost;    /* messages that left no line and were too many to keep; till told */
    unsigned sweep_at;     /* number of notes at which old ones are looked for */
    gboolean counting;     /* some may have a countdown */
    gboolean let_go;       /* some may have been handed over for the last time, unseen */
    gboolean loaded;       /* some may never have been on the screen */
    unsigned drafts;       /* so many are */
    unsigned uploads;      /* so many do */
    unsigned thumbs;       /* so many have one */
    SecretAlbum albums[2]; /* theirs, and ours (`outgoing`) */
} SecretNotes;

SecretNote *secret_note_new (SecretChat *chat, int64_t random_id);
/* Of a text typed here. */
SecretNote *secret_note_own (SecretChat *chat, int64_t random_id, const char *text,
                             HostTime now);
SecretNote *secret_note_find (const SecretChat *chat, int64_t random_id);
void secret_note_free (SecretNote *note);
/* Incoming, and nobody has seen it yet; NULL is not. */
gboolean secret_note_is_unseen (const SecretNote *note);
/* Somebody has. */
void secret_note_saw (SecretChat *chat, SecretNote *note);
/* As it is shown; everything in it is borrowed from the chat. */
TalkMessage secret_note_message (const SecretChat *chat, const SecretNote *note);
void secret_note_show (SecretChat *chat, SecretNote *note);
/* The timer as the message has it: within its limits, for media long enough to be played,
 * and whether it waits for an opening (SC-G4 to G6). */
void secret_note_set_ttl (SecretNote *note, int32_t ttl, gboolean timed_media,
                          int32_t duration);
/* The countdown begins at `wall`, if there is a timer and none runs yet. */
void secret_note_count_down (SecretChat *chat, SecretNote *note, int64_t wall,
                             HostTime now);
/* Milliseconds of it, -1 = none runs. */
int64_t secret_note_left (const SecretNote *note, HostTime now);
void secret_note_opened (SecretChat *chat, SecretNote *note, HostTime now);
void secret_note_drop_text (SecretNote *note);
/* Takes it; NULL: it has none any more. */
void secret_note_set_thumb (SecretChat *chat, SecretNote *note, GBytes *thumb);
/* It belongs to that album, if that is not full (SC-H17). */
void secret_note_set_album (SecretChat *chat, SecretNote *note, int64_t album);
/* A text waits for the chat, or waits no more; the caller saves it. */
void secret_note_set_draft (SecretChat *chat, SecretNote *note, gboolean draft);
/* The same of one whose file goes up. Takes `upload`; NULL: it does no more. */
void secret_note_set_upload (SecretChat *chat, SecretNote *note, SecretUpload *upload);
/* Of so many messages older ones may have been forgotten: their ids are not known any
 * more, but lines with them may stand in a window. */
gboolean secret_notes_forgot (const SecretChat *chat);
/* The ids of those for which `which` says TRUE (NULL: of all), oldest first; unref it. */
typedef gboolean (*SecretNoteFunc) (const SecretNote *note);
GArray *secret_notes_ids (const SecretChat *chat, SecretNoteFunc which);
/* These go: told before they are removed. */
void secret_tell_gone (SecretChat *chat, TalkGoneWhy why, gboolean by_peer,
                       const int64_t *ids, size_t n);
/* Forgets the messages, with their records. */
void secret_notes_remove (SecretChat *chat, const int64_t *ids, size_t n);
/* Everything goes, and is told as FLUSHED (SC-A25, SC-E10). */
void secret_notes_flush (SecretChat *chat, gboolean by_peer);
void secret_notes_tick (SecretChat *chat, HostTime now);
int64_t secret_notes_deadline (const SecretChat *chat, HostTime now);
void secret_notes_wipe (SecretChat *chat);
void secret_save_note (SecretChat *chat, const SecretNote *note);
void secret_mark_note (SecretChat *chat, const SecretNote *note, StoreNeed need);
void secret_save_lost (SecretChat *chat);
gboolean secret_note_load (SecretChat *chat, int64_t id, const TlObject *root);
void secret_notes_save (const SecretChat *chat, SecretRecord *record);
gboolean secret_notes_load (SecretChat *chat, const SecretRecord *record);
