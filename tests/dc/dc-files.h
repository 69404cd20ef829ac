/* Files of secret chats, as the server sees them: sealed bytes, and where they lie. */
#pragma once

#include "dc-private.h"

struct DcFile {
    int64_t id, access_hash;
    int dc;
    int32_t fingerprint;
    GByteArray *data;
};

void dc_files_init (Dc *dc);
void dc_files_free (Dc *dc);
/* upload.getFile of such a location; FALSE: it is none. */
gboolean dc_files_get (DcCall *call, const SrvUploadGetFile *query);
/* Answers with that part of it, as parts are answered just now. */
void dc_files_serve (DcCall *call, const SrvUploadGetFile *query, const GByteArray *data);
/* The one that comes with the next message (`attach`), once; or NULL. */
DcFile *dc_files_attached (Dc *dc);
/* What was uploaded, or is named by its access hash; NULL: neither. */
DcFile *dc_files_sent (DcCall *call, const TlObject *input);
/* encryptedFile, or with NULL encryptedFileEmpty; valid while `object` is. */
typedef union {
    SrvEncryptedFile there;
    SrvEncryptedFileEmpty empty;
} DcFileObject;
const TlObject *dc_file_object (const DcFile *file, DcFileObject *object);
/* A control line, or NULL: it is for somebody else. */
char *dc_files_control (Dc *dc, char **words, unsigned n);
