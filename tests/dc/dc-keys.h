/* Keys and their lives: which are known, what a temporary one is bound to, until when. */
#pragma once

#include "dc-private.h"

DcKey *dc_device (DcKey *key); /* the permanent one */
/* NULL: unknown, lost, or over. */
DcKey *dc_key_find (Dc *dc, int64_t id);
void dc_key_lives (Dc *dc, DcKey *key,
                   int32_t seconds); /* a temporary one, from now on */
void dc_bind (DcCall *call);
/* auth.dropTempAuthKeys: of this login, at all data centres, but those that are named. */
void dc_drop_temporary (DcCall *call);
/* Whether it may not be used for that, since it is bound to nothing. */
gboolean dc_key_is_empty (const DcKey *key, const char *method);
/* destroy_auth_key; counted as such. */
void dc_destroy_key (DcSession *session, int64_t msg_id);
gboolean dc_key_control (Dc *dc, DcUser *user, const char *what); /* TRUE: it was one */
/* Temporary keys that are bound to one of theirs, and known. */
unsigned dc_keys_bound (Dc *dc, const DcUser *user);
