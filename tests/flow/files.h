/* Alice and Bob with a secret chat, where she saves files, or fetches them into memory. */
#pragma once

#include "flow.h"

typedef struct {
    unsigned ended;
    TalkSave what; /* of the last that ended */
    char *path;
    GBytes *bytes;
    unsigned lines;
    int64_t id;          /* of the last line */
    TalkContent content; /* ... */
    TalkMedia media;     /* its pointers are gone */
    char *detail;
} Told;

typedef struct {
    Flow *flow;
    Person *alice, *bob;
    char *folder;        /* to save in */
    Told told, bob_told; /* what Alice was told, and he */
} Files;

Files *files_new (uint64_t seed);
void files_free (Files *files);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Files, files_free)
/* As tg_secret_fetch(); none has ended. */
TalkCode fetch (Files *files, int64_t id);
/* One ends, in that way, within ten minutes. */
void ends (Files *files, TalkSave what);
/* It is fetched, and is flow_bytes() of that length. */
void assert_fetched (Files *files, int64_t id, size_t len);
