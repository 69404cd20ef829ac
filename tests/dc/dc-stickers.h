/* Stickers of public sets: bytes as they are, and references that grow old. */
#pragma once

#include "dc-private.h"

void dc_stickers_init (Dc *dc);
void dc_stickers_free (Dc *dc);
/* upload.getFile of such a location; FALSE: it is none. */
gboolean dc_stickers_get (DcCall *call, const SrvUploadGetFile *query);
/* A control line, or NULL: it is for somebody else. */
char *dc_stickers_control (Dc *dc, char **words, unsigned n);
