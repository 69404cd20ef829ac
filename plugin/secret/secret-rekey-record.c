/* Where a re-keying stands, in the chat's record. */
#include "secret-private.h"
#include "secret-record.h"

/* One number says how far the peer is, another which message of ours it is about. */
static RecChatRekey
exchange_record (const SecretRekey *rekey)
{
    static const int32_t asked[] = {
        [SECRET_ASKED_UNKNOWN] = -1, [SECRET_ASKED_THERE] = -2, [SECRET_ASKED_PASSED] = 0
    };
    G_STATIC_ASSERT (G_N_ELEMENTS (asked) == SECRET_ASKED_PASSED + 1);
    RecChatRekey record = TL_NEW (RecChatRekey, .step = (int32_t)rekey->step,
                                  .exchange_id = rekey->exchange.id,
                                  .exponent = TL_BYTES (rekey->exchange.exponent, 256),
                                  .public = TL_BYTES (rekey->exchange.public_value, 256));

    if (rekey->step == SECRET_REKEY_A_ASKED || rekey->step == SECRET_REKEY_A_COMMIT) {
        record.raw_out = rekey->exchange.asked_out;
        record.since_in = rekey->exchange.asked == SECRET_ASKED_PASSED
                              ? rekey->exchange.passed_in
                              : asked[rekey->exchange.asked];
    } else if (rekey->step == SECRET_REKEY_A_DONE) {
        record.raw_out = rekey->exchange.commit_out;
        record.since_in = rekey->exchange.commit_heard;
    }
    return record;
}

void
secret_rekey_save (const SecretChat *chat, SecretRecord *record)
{
    const SecretRekey *rekey = &chat->rekey;
    RecChat *rec = &record->chat;

    record->rekey = exchange_record (rekey);
    if (chat->state != TALK_STATE_CLOSED && rekey->step != SECRET_REKEY_IDLE)
        rec->rekey = TL_OBJ (&record->rekey);
    rec->rekey_failures = rekey->failures;
    rec->rekey_peer_at = rekey->peer_at;
    rec->group_told = rekey->group_told;
    rec->has_pause_raw = rec->has_pause_at = rekey->pause.wall != 0;
    rec->pause_raw = rekey->pause.raw;
    rec->pause_at = rekey->pause.wall;
}

static gboolean
load_exchange (const TlObject *object, SecretRekey *rekey)
{
    const RecChatRekey *record = TL_AS (object, RecChatRekey);

    if (record == NULL || record->step < SECRET_REKEY_IDLE ||
        record->step > SECRET_REKEY_B_DRAIN ||
        !secret_fixed (record->exponent, rekey->exchange.exponent, 256) ||
        !secret_fixed (record->public, rekey->exchange.public_value, 256))
        return FALSE;
    rekey->step = (SecretRekeyStep)record->step;
    rekey->exchange.id = record->exchange_id;
    if (rekey->step == SECRET_REKEY_A_DONE) {
        rekey->exchange.commit_out = record->raw_out;
        rekey->exchange.commit_heard = record->since_in;
    } else {
        rekey->exchange.asked = record->since_in >= 0    ? SECRET_ASKED_PASSED
                                : record->since_in == -1 ? SECRET_ASKED_UNKNOWN
                                                         : SECRET_ASKED_THERE;
        rekey->exchange.asked_out = record->raw_out;
        rekey->exchange.passed_in = MAX (record->since_in, 0);
    }
    return secret_is_count (record->raw_out) && record->since_in >= -SECRET_SEQ_MAX &&
           record->since_in <= SECRET_SEQ_MAX;
}

gboolean
secret_rekey_load (SecretChat *chat, const SecretRecord *record)
{
    SecretRekey *rekey = &chat->rekey;
    const RecChat *rec = &record->chat;

    rekey->failures = rec->rekey_failures;
    rekey->peer_at = rec->rekey_peer_at;
    rekey->group_told = rec->group_told;
    if (rec->has_pause_at)
        rekey->pause = (SecretPause){ rec->pause_raw, secret_moment (rec->pause_at) };
    return secret_is_count (rekey->failures) && secret_is_count (rekey->pause.raw) &&
           rekey->peer_at >= -1 && rekey->peer_at <= SECRET_RAW_MAX &&
           (rec->rekey == NULL || load_exchange (rec->rekey, rekey));
}
