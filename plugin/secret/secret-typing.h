/* Typing, both ways. */
#pragma once

#include "secret-core.h"

typedef struct {
    int64_t peer_until; /* mono, 0 = not typing */
    gboolean peer_online;
    gboolean wanted;   /* the action goes, too */
    int64_t call_at;   /* mono of the last; SECRET_LONG_AGO: we do not say that we type */
    int64_t action_at; /* the same */
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
