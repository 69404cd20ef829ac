/* The store and its key; the records come by TgWires. */
#pragma once

#include "tg-core.h"

void tg_open_answer (TgClient *client, unsigned attempt, const char *passphrase);
