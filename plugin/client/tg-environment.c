/* Telegram's two worlds, real and test, have nothing in common: neither keys nor chats, nor what is
 * offered at the next login (MT-F22, MT-F40). */
#include "tg-environment.h"

#include "record.tl.h"

/* -1: nothing stored says. Before there was that record, keys said it. */
static int
environment_of (const GArray *records)
{
    int test = -1;

    for (unsigned i = 0; i < records->len; i++) {
        const TgRecord *record = &g_array_index (records, TgRecord, i);
        gboolean own = record->key.kind == STORE_ACCOUNT &&
                       record->key.owner == TG_RECORD_ENVIRONMENT;
        if ((!own && record->key.kind != STORE_DC) || record->value == NULL)
            continue;
        g_autoptr (TlMessage) message =
            tl_message_decode (&tl_record_schema, record->value, record->len, NULL);
        const TlObject *root = message != NULL ? tl_message_root (message) : NULL;
        const RecEnvironment *environment = TL_AS (root, RecEnvironment);
        const RecDcKey *key = TL_AS (root, RecDcKey);
        if (environment != NULL)
            return environment->test;
        if (key != NULL)
            test = key->test;
    }
    return test;
}

gboolean
tg_environment_is_ours (TgClient *client, const GArray *records)
{
    int test = environment_of (records);
    RecEnvironment record = TL_NEW (RecEnvironment, .test = client->config.test_dc);

    if (test >= 0 && test != client->config.test_dc) {
        tg_stop (client, TALK_OFFLINE_ENVIRONMENT, NULL, TRUE);
        return FALSE;
    }
    if (test < 0)
        tg_put (client, STORE_ACCOUNT, TG_RECORD_ENVIRONMENT, TL_OBJ (&record));
    return TRUE;
}
