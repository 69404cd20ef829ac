/* Typing, both ways. */
#pragma once

#include "secret-core.h"

typedef struct {
    int64_t peer_until; /* mono, 0 = not typing */
    gboolean peer_online;
    gboolean wanted; /* the action goes, too */
    gboolean on;     /* we said that we type */
    gboolean action_on;
    int64_t call_at, action_at; /* mono of the last, or SECRET_LONG_AGO */
    uint64_t token;
} SecretTyping;

#define SECRET_LONG_AGO (G_MININT64 / 2)

void secret_typing_by_peer (SecretChat *chat, HostTime now);
void secret_typing_show (SecretChat *chat, gboolean typing, int64_t until); /* mono */
void secret_typing_ended (SecretChat *chat); /* the peer's */
void secret_typing_tick (SecretChat *chat, HostTime now);
int64_t secret_typing_deadline (const SecretChat *chat, HostTime now);
void secret_typing_set (SecretChat *chat, gboolean typing, HostTime now);
/* Ours ends; `quietly`: a message says so. */
void secret_typing_stop (SecretChat *chat, gboolean quietly, HostTime now);
gboolean secret_typing_answer (SecretChat *chat, uint64_t token);
void secret_typing_wipe (SecretChat *chat);
