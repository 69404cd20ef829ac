/* State, events, calls: what every other file of a chat uses. */
#pragma once

#include "secret-ops.h"

typedef struct SecretRecord SecretRecord; /* secret-record.h */

/* One of the legal moves, told; not to CLOSED. */
void secret_set_state (SecretChat *chat, TalkState state);
/* Closed for good, from now on; what goes with it (keys, queues) goes at the end of the
 * input, which also tells it (SC-D30). The first reason counts. `discard`: the server is
 * told. */
void secret_end (SecretChat *chat, TalkClosed why, const char *detail, gboolean discard);
/* Why a chat ends with such a refusal: by what it says of the peer, or else `otherwise`. */
TalkClosed secret_closed_by (SecretRefusal refusal, TalkClosed otherwise);
/* TALK_DONE where it is ready, and its key may be used. */
TalkCode secret_check_ready (const SecretChat *chat);
/* Numbers that are not here, of those before the last that waits. */
uint32_t secret_missing (const SecretChat *chat);
/* How many are here behind the first that is missing; those before wait for something else
 * (secret-turn.h). */
uint32_t secret_behind_hole (const SecretChat *chat);

#define SECRET_DATE_AHEAD 5 /* s that a date may be ahead of what is known of its clock */
/* The server's time in seconds, as far as it is known. */
int64_t secret_present (const SecretChat *chat, HostTime now);
/* A date of the server's as far as it counts: never beyond its own present, by more than
 * the seconds that clocks differ; what is no date is the present. */
int32_t secret_date (const SecretChat *chat, int32_t date, HostTime now);

/* The token under which it is answered. */
uint64_t secret_call (SecretChat *chat, SecretCall call);

void secret_event (SecretChat *chat, TalkEvent event); /* peer is filled in */
void secret_tell_state (SecretChat *chat);
void secret_tell_notice (SecretChat *chat, TalkNoticeKind kind, gboolean by_peer,
                         int64_t number);

/* Each part has its own fields of the chat's record; FALSE: damaged. */
void secret_core_save (const SecretChat *chat, SecretRecord *record);
gboolean secret_core_load (SecretChat *chat, const SecretRecord *record);
