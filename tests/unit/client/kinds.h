/* What becomes of each kind of update. */
#pragma once

#include <glib.h>

typedef enum {
    KIND_NONE,    /* stepped over: nothing of it is shown here */
    KIND_EFFECT,  /* does something */
    KIND_COUNTED, /* in the account's order by pts */
    KIND_SECRET,  /* ... by qts */
    KIND_CHANNEL, /* in a channel's own order, which is nobody's here */
} Kind;

typedef struct {
    const char *name;
    Kind kind;
} KindRow;

extern const KindRow kind_rows[];
extern const size_t n_kind_rows;
