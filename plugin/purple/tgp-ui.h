/* What Pidgin and Finch hang on a conversation (its ui_data): the beginnings of structs that
 * stay the same over all of 2.x. Only what is needed has a type. */
#pragma once

#include <purple.h>

/* The beginning of Pidgin 2's conversation struct, stable over all of 2.x; other fields
 * only keep the places. */
typedef struct {
    PurpleConversation *active;
    GList *convs;
    GList *send_history;
    void *window;
    gboolean make_sound;
    void *tooltips;
    void *tab_cont, *tabby, *menu_tabby;
    void *imhtml;
    void *entry_buffer, *entry;
    gboolean auto_resize, entry_growing;
    void *close, *icon, *tab_label, *menu_icon, *menu_label, *depr1;
    void *lower_hbox, *toolbar;
    int unseen_state;
    unsigned unseen_count;
    void *pane;
    time_t newday;
    void *infopane_hbox, *infopane, *infopane_model;
    struct {
        int stamp;
        void *data[3];
    } infopane_iter;
    struct {
        int timer;
        GList *current;
    } attach;
} PidginConv;

/* The beginning of Pidgin 2's window, with tabs in it; stable over all of 2.x, too. */
typedef struct {
    void *window, *notebook;
    GList *tabs; /* PidginConv */
    struct {
        void *menubar, *view_log, *send_file, *add_pounce, *get_info, *invite;
        void *alias, *block, *unblock, *add, *remove, *insert_link, *insert_image;
        void *logging; /* the item with the tick, of the tab in front */
    } menu;
} PidginFrame;

/* The beginning of Finch 2's conversation struct. */
typedef struct {
    GList *list;
    PurpleConversation *active;
    void *window, *entry, *view, *menu;
} FinchWindow;
