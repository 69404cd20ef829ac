/* How stories are told. A story is a function over a world; what it is called is what it
 * tells. */
#pragma once

#include "model.h"

typedef enum {
    PLAIN = 1, /* once, undisturbed */
    /* ... and once for each point at which a process of it may die (death.h): with every
     * turn written for itself; the same with three turns that gather; with all of them. */
    EVERY_DEATH = 2,
    EVERY_DEATH_OF_THREE = 4,
    EVERY_DEATH_OF_ALL = 8,
    FROM_BIRTH = 16, /* there is no chat yet; else both are ready */
    ON_FILES = 32,   /* told once, its stores are files */
    MUTE = 64,       /* the story says itself what became of a message (WINDOW_MUTE) */
    /* ... or with each other client as w->them (model.h), in a chat of ours and in one of
     * theirs; with EVERY_DEATH also once for each point at which one of the two may die. */
    TDLIB = 128,
    ANDROID = 256,
    IOS = 512,
    EVERY_MODEL = TDLIB | ANDROID | IOS,
    OURS = 1024,   /* of these only in a chat of ours: Bob is the other client */
    THEIRS = 2048, /* ... of theirs: Alice is */
} StoryFlags;

typedef struct {
    const char *name;
    void (*tell) (World *w);
    unsigned flags;
    /* Points at least, of one, three and all turns a write, and of one with another
     * client: a matrix does not shrink unseen. */
    unsigned points[4];
    int more;       /* messages that an end may send more when the order is another */
    unsigned seeds; /* PLAIN: told for each seed from 1 to this; 0 = for the first */
} Story;

#define STORY(func, ...)                                                                 \
    {                                                                                    \
#func, func, __VA_ARGS__                                                         \
    }

/* For main(): in place of g_test_init (); each story under /secret/AREA/. */
void stories_init (int *argc, char ***argv);
void stories_add (const char *area, const Story *stories, size_t n);
/* The world as a story of these flags begins, drawn from this seed. */
World *story_world (const Story *story, uint64_t seed, WorldFlags flags);
