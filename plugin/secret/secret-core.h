/* State, events, calls: what every other file of a chat uses. */
#pragma once

#include "secret-ops.h"

typedef struct {
    gboolean used;
    int64_t fingerprint;
    uint8_t key[256];
    int64_t created; /* wall ms of first use, 0 = not yet used */
    int32_t messages;
} SecretKey;

void secret_key_wipe (SecretKey *key);

/* One of the legal moves, told; FALSE: it is there already. */
gboolean secret_set_state (SecretChat *chat, TalkState state, HostTime now);
/* TALK_DONE where it is ready, and its key may be used. */
TalkCode secret_check_ready (const SecretChat *chat);
/* The token under which it is answered. */
uint64_t secret_call (SecretChat *chat, SecretCall call);

void secret_event (SecretChat *chat, TalkEvent event); /* peer is filled in */
void secret_tell_state (SecretChat *chat);
void secret_tell_typing (SecretChat *chat, gboolean typing);
void secret_tell_gone (SecretChat *chat, TalkGoneWhy why, gboolean by_peer,
                       const int64_t *ids, size_t n); /* before they are removed */
void secret_tell_notice (SecretChat *chat, TalkNoticeKind kind, gboolean by_peer,
                         int64_t number);
