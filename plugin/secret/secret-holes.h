/* What has not arrived: asked for, asked for again, told, given up (DECISIONS 26). */
#pragma once

#include "secret-chat.h"

/* Something arrived: asks for what is seen to be missing for the first time. */
void secret_holes_ask (SecretChat *chat, HostTime now);
/* Asks again where it is time to. */
void secret_holes_pump (SecretChat *chat, HostTime now);
/* What waited first was taken: the next hole, if there is one, counts from now. */
void secret_holes_moved (SecretChat *chat, HostTime now);
void secret_holes_loaded (SecretChat *chat, HostTime now);
void secret_holes_tick (SecretChat *chat, HostTime now); /* tells of it after a day */
int64_t secret_holes_deadline (const SecretChat *chat, HostTime now);
uint32_t secret_holes_missing (const SecretChat *chat); /* numbers that are not here */
