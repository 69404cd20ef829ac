/* A story that is told half by one version and half by another: two people with every
 * kind of thing in their stores stop in the middle of it, and go on another day.
 *
 * A folder of tests/data holds what lies between the two halves: Alice/ and Bob/, the
 * folders of their accounts, and world.ini, what the data centre knew. */
#pragma once

#include "flow.h"

typedef enum {
    CHAT_HOLE,   /* Alice's request; a text of Bob's is missing, two wait behind it */
    CHAT_OUTBOX, /* Bob's request; texts that Bob has not got, nor the server some */
    CHAT_TIMER,  /* a timer of an hour; lines that run on both sides; verified */
    CHAT_UNSEEN, /* shown and not seen; stored and not shown; a text of Alice's that the
                       server refused, and no line says so (from store-0.1.0-g on) */
    CHAT_REQUESTER, /* Alice asked for a new key */
    CHAT_ANSWERER,  /* Bob asked for one, and Alice answered */
    CHAT_WAITING, /* asked for by Alice, not accepted yet; two texts of hers wait for that
                       (from store-0.1.0-h on) */
    CHAT_REQUESTED, /* asked for by Bob, not accepted yet */
    CHAT_CLOSED,
    CHAT_ENDING, /* closed by Alice; the server did not hear of it */
    CHATS,
} Chat;

typedef struct {
    Flow *flow;
    Person *alice, *bob;
    int32_t chats[CHATS];
    GKeyFile *file; /* of the second half: world.ini */
} Story;

/* The first half, written to `folder` (made if absent). */
void yesterday_write (const char *folder);

/* The second: copies the folders and starts nobody yet. */
Story *yesterday_open (const char *folder);
void story_free (Story *story);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Story, story_free)

/* What follows acts in one of the chats. */
void story_says (Story *story, Person *person, Chat chat, const char *text);
TalkSecret story_info (Story *story, Person *person, Chat chat);
/* What the chat's key was when the first half ended (base64; the time it was made). */
char *story_saved_hash (Story *story, Chat chat);
int64_t story_saved_created (Story *story, Chat chat);
gboolean story_has_refused (Story *story); /* there is such a text */
gboolean story_has_looks (Story *story);   /* "shown" is bold in what was not seen */
gboolean story_has_file (Story *story);    /* a photo of Bob's in CHAT_ANSWERER, read */
/* ... and one that nobody saw, with what it looks like, of an album. */
gboolean story_has_thumb (Story *story);
gboolean story_has_track (Story *story); /* music of Bob's there, which nobody saw ... */
gboolean story_has_title (Story *story); /* ... whose file is called by it */
/* A file of Alice's on its way up in CHAT_UNSEEN, and one in CHAT_OUTBOX whose message waits; the
 * server forgets what was uploaded. */
gboolean
story_has_sticker (Story *story); /* of a public set, of Bob's there, which nobody saw */
gboolean story_has_uploads (Story *story);
gboolean story_has_drafts (Story *story); /* there are such texts */
gboolean story_has_held (Story *story);   /* and such that are in no chat yet */
/* The person was shown that text, and not twice. */
void story_heard_once (Person *person, const char *text);
/* Countdowns that run. */
unsigned story_running (Person *person);
/* The folders' files as text, one line a file: name, length and checksum. */
char *story_files (const char *folder);
