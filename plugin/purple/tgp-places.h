/* A secret chat's own places in its window: the menu "Secret chat", and in Pidgin a button
 * that shows how the chat is. There while the chat is in front; made of what the entries of
 * tgp-chat-menu.h are at that moment. */
#pragma once

#include "tgp-account.h"

void tgp_places_connect (void); /* once, at the first login; again after _disconnect() */
void tgp_places_disconnect (void); /* the module goes: all of them leave the windows */
/* A chat, or who is online, has changed: soon, from the loop, the places are as it is. */
void tgp_places_changed (void);

/* --- the front ends' parts --- */

typedef struct {
    /* All windows get, keep or lose what is theirs: it is called whenever anything may have
     * changed, and changes only what differs. */
    void (*look) (void);
    void (*remove) (void); /* out of all windows */
    /* Of the front end, with signals of one argument after which it is to look; or NULL. */
    void *(*handle) (void);
    const char *const *signals;
} TgpPlaces;

/* NULL: what it needs is not there. */
const TgpPlaces *tgp_places_pidgin (void);
const TgpPlaces *tgp_places_finch (void);
