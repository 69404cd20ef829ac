/* What draw.c and draw-model.c share. */
#pragma once

#include "draw.h"

typedef struct {
    const uint8_t *data;
    size_t len, at;
    gboolean seeded;
    uint64_t seed, first;
    World *w;
    DrawStats *stats;
    unsigned step;
    char *title;    /* before "seed", may be NULL */
    GString *story; /* the last moves, for the report */
} Draw;

uint8_t draw_byte (Draw *d);
/* The next move, as the report has it. */
void draw_tells (Draw *d, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* For World.watch, with the Draw as its user: counts, and ends the test where something is
 * shown that is no text, or the chat is closed. */
void draw_watches (World *w, End *end, const TalkEvent *event);
void draw_says (Draw *d, End *end);
void draw_takes_back (Draw *d, End *end); /* one of its last eight */
/* What was never seen stands in the window of a process that came back (DECISIONS 23). */
void draw_looks (End *end);
