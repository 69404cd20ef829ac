/* Several data centres in one: a site is one of them, or the addresses for files of one.
 * People and their chats are the same at all of them; keys and logins are each site's own. */
#pragma once

#include "dc-private.h"

void dc_sites_free (Dc *dc);
/* What an honest client never does was done: the first one is kept (dc_fault()). */
void dc_fault_note (Dc *dc, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* The key of one direction, from that part of the header: with the site's secret, if it has
 * one. */
void dc_site_obfuscation (const DcConn *conn, const uint8_t *part, uint8_t key[32]);
/* FALSE: that key is not known here. */
gboolean dc_site_knows (const DcConn *conn, const DcKey *key);
/* A packet of `session` came on `conn`, before it is taken. */
void dc_site_packet (const DcConn *conn, const DcSession *session);
/* Before a call is carried out; it may be refused here. */
void dc_site_call (DcCall *call, const char *name, gboolean no_updates);
/* A client says which layer it speaks; one that is judged speaks ours. `conn` may be NULL. */
void dc_site_layer (const DcConn *conn, int layer);
/* The person lives elsewhere, and the call is refused so. */
gboolean dc_site_moves (DcCall *call, const DcUser *user);
/* A file is elsewhere. */
gboolean dc_site_moves_file (DcCall *call, int dc);
/* Addresses as the config has them, into `options` of that size; how many. */
size_t dc_site_options (const DcCall *call, SrvDcOption *options, size_t size);
/* A line of the control socket, of those in README.md's table of sites; NULL: is none. */
char *dc_site_control (Dc *dc, char **words, unsigned n);
