/* The menus of the buddy list: of a person, of a secret chat. */
#pragma once

#include "tgp-account.h"

/* PurpleMenuActions, libpurple's to free; NULL: none. */
GList *tgp_node_menu (PurpleBlistNode *node);
