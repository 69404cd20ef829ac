/* The order of the world, and what is missing of it. */
#pragma once

#include "tg-private.h"

/* --- tg-notices.c --- */

void tg_notices_init (TgClient *client);
void tg_notices_clear (TgClient *client);
void tg_tell_cloud_message (TgClient *client, int64_t user_id);
void tg_tell_service_message (TgClient *client, TlBytes text);

/* --- tg-box.c --- */

void tg_box_init (TgClient *client);
void tg_box_clear (TgClient *client);
void tg_box_reset (TgClient *client); /* for another login */
void tg_box_lost (TgClient *client);
void tg_box_load (TgClient *client, StoreKey key, const uint8_t *record, size_t len);
void tg_box_save (TgClient *client);
void tg_box_set_state (TgClient *client, const TlObject *state);
void tg_box_ask (TgClient *client);           /* marks: something is missing */
gboolean tg_box_has (const TlObject *update); /* pts or qts */
/* Whether an update's turn has come; moves the box when it has (MT-G4, G5, SC-J1). */
TgFit tg_box_fit (TgClient *client, const TlObject *update);
TgFit tg_box_fit_pts (const TgUpdates *u, int32_t pts, int32_t count);
gboolean tg_box_has_room (TgClient *client); /* for one more in this turn */
gboolean tg_box_may_take (TgClient *client); /* the same; counts it */
gboolean
tg_box_is_full (const TgClient *client); /* a slow disk: what it has not got, piles up */
gboolean tg_box_may_go_on (TgClient *client); /* not full; else it is looked at again */
void tg_box_keep_early (TgClient *client, TlMessage *message, const TlObject *update);
void tg_box_drop_early (TgClient *client, TgEarly *take_early);
void tg_box_forget_early (TgClient *client);

/* --- tg-updates.c --- */

void tg_updates_reconnected (TgClient *client);
void tg_updates_receive (TgClient *client, TlMessage *updates); /* NULL: run difference */
void tg_updates_apply (TgClient *client, const TlObject *update, gboolean live);
void tg_updates_take_cloud (TgClient *client, const TlObject *message);
void tg_updates_go_on (TgClient *client);
void tg_updates_tick (TgClient *client, HostTime now);
int64_t tg_updates_deadline (TgClient *client);

/* --- tg-difference.c --- */

void tg_difference_sync (TgClient *client);   /* after login or a new start */
void tg_difference_settle (TgClient *client); /* asks, if somebody marked so */
void tg_difference_connected (TgClient *client);
void tg_difference_tick (TgClient *client, HostTime now);
int64_t tg_difference_deadline (TgClient *client);
