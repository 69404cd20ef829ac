/* A power after the other, each an input. */
#include "secret-private.h"

#include <string.h>

#define EXPONENT_TRIES 16

static void
finish (SecretAgreement *agree, gboolean good)
{
    crypto_wipe (agree->exponent, sizeof agree->exponent); /* SC-F20 */
    agree->step = SECRET_AGREE_DONE;
    agree->good = good;
}

static void
ask (SecretChat *chat, SecretAgreeStep step, const uint8_t base[static 256])
{
    SecretAgreement *agree = &chat->rekey.agree;

    agree->step = step;
    agree->token = secret_call (
        chat, (SecretCall){ .kind = SECRET_CALL_POWER,
                            .u.power = { base, chat->handshake.p, agree->exponent } });
}

static void
draw (SecretChat *chat)
{
    SecretAgreement *agree = &chat->rekey.agree;
    uint8_t g[256] = { [255] = (uint8_t)chat->handshake.g };

    if (agree->tries++ < EXPONENT_TRIES &&
        crypto_random_fill (chat->env->random, agree->exponent, 256))
        ask (chat, SECRET_AGREE_PUBLIC, g);
    else
        finish (agree, FALSE);
}

static void
begin (SecretChat *chat, const uint8_t *exponent)
{
    SecretAgreement *agree = &chat->rekey.agree;

    if (!chat->env->dh->is_public_value (chat->handshake.p, agree->peer)) { /* SC-A6 */
        finish (agree, FALSE);
    } else if (exponent != NULL) {
        memcpy (agree->exponent, exponent, 256);
        ask (chat, SECRET_AGREE_KEY, agree->peer);
    } else {
        draw (chat);
    }
}

static gboolean
is_about (const SecretAgreement *agree, int64_t exchange_id,
          const uint8_t peer[static 256], gboolean draws)
{
    return agree->step != SECRET_AGREE_NONE && agree->exchange_id == exchange_id &&
           agree->draws == draws && memcmp (agree->peer, peer, 256) == 0;
}

gboolean
secret_agree_ready (SecretChat *chat, int64_t exchange_id, TlBytes peer,
                    const uint8_t *exponent)
{
    SecretAgreement *agree = &chat->rekey.agree;
    uint8_t value[256];

    if (!crypto_dh_pad (peer.data, peer.len, value))
        return TRUE;
    if (!is_about (agree, exchange_id, value, exponent == NULL)) {
        secret_agree_wipe (chat);
        if (!chat->online && !chat->heard)
            return FALSE;
        agree->exchange_id = exchange_id;
        agree->draws = exponent == NULL;
        memcpy (agree->peer, value, 256);
        begin (chat, exponent);
    }
    return agree->step == SECRET_AGREE_DONE;
}

gboolean
secret_agree_take (SecretChat *chat, int64_t exchange_id, TlBytes peer,
                   uint8_t *public_value, SecretKey *key)
{
    SecretAgreement *agree = &chat->rekey.agree;
    uint8_t value[256];
    gboolean good = crypto_dh_pad (peer.data, peer.len, value) &&
                    is_about (agree, exchange_id, value, public_value != NULL) &&
                    agree->step == SECRET_AGREE_DONE && agree->good &&
                    secret_key_take (key, agree->key);

    if (good && public_value != NULL)
        memcpy (public_value, agree->public_value, 256);
    secret_agree_wipe (chat);
    return good;
}

gboolean
secret_agree_answer (SecretChat *chat, uint64_t token, const SecretAnswer *answer)
{
    SecretAgreement *agree = &chat->rekey.agree;
    const uint8_t *power = answer->u.power;

    if (token == 0 || token != agree->token)
        return FALSE;
    agree->token = 0;
    if (answer->error_code < 0) { /* none will come; the next look begins anew */
        secret_agree_wipe (chat);
    } else if (answer->error_code > 0 || power == NULL) {
        finish (agree, FALSE);
    } else if (agree->step == SECRET_AGREE_PUBLIC) {
        memcpy (agree->public_value, power, 256);
        if (chat->env->dh->is_public_value (chat->handshake.p, power)) /* SC-A6 */
            ask (chat, SECRET_AGREE_KEY, agree->peer);
        else
            draw (chat);
    } else {
        memcpy (agree->key, power, 256);
        finish (agree, TRUE);
    }
    return TRUE;
}

void
secret_agree_wipe (SecretChat *chat)
{
    if (chat->rekey.agree.step != SECRET_AGREE_NONE)
        crypto_wipe (&chat->rekey.agree, sizeof chat->rekey.agree);
}
