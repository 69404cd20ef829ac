/* One world for everything that is told of secret chats: two ends, which run real chats on
 * the real queue of turns (tg-turn.h), the server between them, one clock, one seed. What
 * happens is drawn from the seed, so a story goes the same way each time.
 *
 *   end.h     a process with its chat, its store and its windows; the acts of its user
 *   model.h   another client behind an end
 *   server.h  remembers, and may be the enemy
 *   death.h   where a process may end
 *   rules.h   what must be true of every story: while it is told, and at its end
 *   story.h   how stories are told: once, or once for each point of death
 */
#pragma once

#include "death.h"
#include "end.h"
#include "rules.h"
#include "server.h"

typedef enum {
    WORLD_TOY = 0,    /* the small group, stores in memory */
    WORLD_FILES = 1,  /* stores in files, in a folder of their own */
    WORLD_REAL = 2,   /* the real group */
    WORLD_COARSE = 4, /* turns leave no record each; quicker */
} WorldFlags;

#define WORLD_ALL G_MAXUINT

struct World {
    End ends[2];
    End *alice, *bob; /* Alice creates the chat */
    End *us, *them;   /* where one of them is another client (model.h), else NULL */
    HostTime now;
    int32_t date;        /* the server's; it counts a second a message */
    uint64_t first_seed; /* with this one it began ... */
    uint64_t seed;       /* ... which goes on with each byte that is drawn */
    CryptoRandom random;
    WorldFlags flags;
    gboolean hold;       /* messages stay at the server until server_delivers() */
    gboolean asks_prime; /* nobody knows the group, its prime must be checked */
    gboolean with_file;  /* what is injected has an encryptedFile */
    MediaPlace file;     /* that one: of 16 bytes; key and iv are all B */
    /* FALSE: the server loses this message, the end's n-th from 0; may be NULL. */
    gboolean (*lets) (World *w, End *from, unsigned n);
    /* Makes something else of where the server says that a file lies, in its answer; may be NULL. */
    void (*lies) (World *w, MediaPlace *place);
    gboolean lawless; /* anything may be shown: no rule of lines counts */
    unsigned forged;  /* messages of nobody: then unknown ones may be shown */
    ServerChat server;
    Death death;
    /* Turns that end before a write of theirs is done. 1: each is written for itself;
     * WORLD_ALL: until nothing else moves. */
    unsigned gather;
    /* Every event when it gets out; may be NULL. */
    void (*watch) (World *w, End *end, const TalkEvent *event);
    void *user;
    char *name; /* for the report of what is broken; may be NULL */
};

/* For CryptoRandom, with a seed (uint64_t) as its user. */
gboolean world_random (void *seed, uint8_t *out, size_t len);

World *world_new (uint64_t seed, WorldFlags flags);
/* Its stores are files in new folders below this one. */
World *world_new_below (const char *folder, uint64_t seed, WorldFlags flags);
void world_free (World *w);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

/* Alice asks, Bob accepts, both are ready and quiet, and what was told so far is
 * forgotten. */
void world_ready (World *w);
World *world_ready_at (uint64_t seed); /* a new one */
/* One thing moves; FALSE: nothing does. */
gboolean world_step (World *w);
void world_run (World *w);                 /* until nothing moves */
void world_advance (World *w, int64_t ms); /* time goes; both look; until nothing moves */
void world_pass (World *w, int64_t ms);    /* time goes, and nobody looks */

/* Ends the test, with the world's name and this sentence. */
void world_broken (World *w, const char *format, ...) G_GNUC_NORETURN
    G_GNUC_PRINTF (2, 3);
/* Debug lines go nowhere unless G_MESSAGES_DEBUG asks for them; one that holds WORLD_MARK
 * ends the test (SC-M34). */
#define WORLD_MARK "\u00a4\u00a4" /* random bytes are not that */
void world_quiet (void);
