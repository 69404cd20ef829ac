/* What the files of the login share (MTPROTO.md section F); bottom up:
 *
 *   tg-login-base.c      states, errors, success      tg-login-sent.c  how a code comes
 *   tg-login-password.c  two-step verification        tg-login-code.c  codes, e-mail addresses
 *   tg-login-qr.c        another app scans a picture  tg-login.c       which way, and answers
 *   tg-login-kept.c      a code outlives the program
 */
#pragma once

#include "tg-login.h"

#include "tl-message.h"

typedef enum {
    TG_LOGIN_NONE,
    TG_LOGIN_PAUSED,    /* not connected: nothing may be asked for yet */
    TG_LOGIN_SENDING,   /* auth.sendCode is out */
    TG_LOGIN_RESENDING, /* auth.resendCode or auth.resetLoginEmail is */
    TG_LOGIN_CODE,      /* the user types the code */
    TG_LOGIN_SIGNING,   /* auth.signIn is out */
    TG_LOGIN_EMAIL,     /* the user types an address for codes */
    TG_LOGIN_MAILING,   /* account.sendVerifyEmailCode is out */
    TG_LOGIN_EMAIL_CODE,
    TG_LOGIN_VERIFYING, /* account.verifyEmail is out */
    TG_LOGIN_PARAMS,    /* account.getPassword is out */
    TG_LOGIN_PASSWORD,  /* the user types the password */
    TG_LOGIN_PROVING,   /* SRP runs, auth.checkPassword is out */
    TG_LOGIN_LOST,      /* auth.requestPasswordRecovery is out */
    TG_LOGIN_RECOVERY,  /* the user types the code that was mailed */
    TG_LOGIN_RECOVERING,
    TG_LOGIN_QR_ASKING,    /* the first auth.exportLoginToken is out */
    TG_LOGIN_QR,           /* a token is shown */
    TG_LOGIN_QR_IMPORTING, /* auth.importLoginToken is out, at its data centre */
    TG_LOGIN_DONE,
} TgLoginState;

/* How a code comes (tg-login-sent.c). */
typedef struct {
    const char *how;   /* as in TalkAsk's detail; NULL: no code that we could take */
    char *hash;        /* phone_code_hash */
    char *part;        /* as in TalkAsk, or NULL */
    const char *other; /* as in TalkAsk */
    int64_t other_at;  /* mono: from when on; HOST_NEVER: not said */
    int length;
    int64_t until;        /* wall: what was sent is good no longer, as far as we know */
    gboolean wants_email; /* none comes before there is an address for it (MT-F20) */
} TgSent;

typedef struct {
    gboolean wanted;  /* by the account's settings, or by the user's word */
    gboolean out;     /* auth.exportLoginToken is */
    gboolean again;   /* it was scanned meanwhile (MT-F33) */
    int64_t renew_at; /* mono */
    int64_t until;    /* mono: nobody scanned it by then */
    int64_t gone_at;  /* mono: what is shown is good no more; 0: none is shown */
    unsigned shown;   /* the number of that question */
    GBytes *token;    /* to be imported at the account's data centre; NULL: none */
    int hops;
} TgLoginQr;

struct TgLogin {
    TgLoginState state;
    TgLoginState moved; /* the step that goes on at another data centre (MT-E12) */
    gboolean again, expired;
    TalkAgain why;
    TgSent sent;
    char *email;
    int hops;
    gboolean restarted;
    TlMessage *password; /* account.password in use */
    char *typed;         /* password on its way, wiped */
    char *code;          /* the same, also one that was mailed */
    int failures;        /* in a row that pass by themselves */
    int repeats;         /* that the server wanted since the last question */
    TgLoginQr qr;
    gboolean kept; /* what was sent is in the store */
};

/* --- tg-login-base.c --- */

#define TG_HINT_MAX 200 /* characters of a hint, an address and so on */

void tg_login_set_state (TgClient *client, TgLoginState state);
void tg_login_wipe (TgClient *client);     /* what it keeps */
void tg_login_wipe_token (TgLogin *login); /* that is to be imported */
void tg_sent_clear (TgSent *sent);
/* For good: tells why. */
void tg_login_refuse (TgClient *client, const MtError *error);
/* TRUE: an error that passes by itself; the step is repeated when its time has come, and
 * nothing of it needs the user (MT-E13, MT-E14). */
gboolean tg_login_passes (TgClient *client, const MtError *error);
/* The server wants that once more: at once the first time; then after pauses that grow, when the
 * step of the present state is repeated. */
void tg_login_again (TgClient *client, void (*step) (TgClient *client));
/* TRUE: the account lives at another data centre, and the login went there (MT-E11, F5). */
gboolean tg_login_migrated (TgClient *client, const MtError *error);
gboolean tg_login_may_move (const TgClient *client, int64_t dc);
/* auth.Authorization, or what the server gave in its place. */
void tg_login_succeed (TgClient *client, const TlObject *object);
/* A question, with what the last answer was (again, expired, why: told once); attempt = 0: a
 * new one. */
void tg_login_ask (TgClient *client, TgLoginState state, TalkAsk ask);
/* Without the blanks around it, and, if they do not count, those in it and dashes. */
char *tg_login_trim (const char *text, gboolean words);

/* --- tg-login-sent.c --- */

/* FALSE: it cannot be used; *sent is cleared. */
gboolean tg_sent_take (TgClient *client, TgSent *sent, const ApiAuthSentCode *code);

/* --- tg-login-kept.c --- */

void tg_login_keep (TgClient *client);   /* `sent`, which was just taken */
void tg_login_let_go (TgClient *client); /* it is of no use any more */
/* What an earlier process was sent can still be typed: it is `sent` now. */
gboolean tg_login_has_kept (TgClient *client);

/* --- tg-login-password.c --- */

void tg_login_fetch_password (TgClient *client);
void tg_login_lost_password (TgClient *client); /* a code is mailed (MT-F29) */
void tg_login_recover (TgClient *client);
void tg_login_password_typed (TgClient *client, const char *text);
void tg_login_recovery_typed (TgClient *client, const char *text);

/* --- tg-login-code.c --- */

void tg_login_send_code (TgClient *client);
void tg_login_code_kept (TgClient *client); /* it can still be typed */
void tg_login_resend (TgClient *client);
void tg_login_sign_in (TgClient *client);
void tg_login_mail (TgClient *client);
void tg_login_verify (TgClient *client);
void tg_login_code_typed (TgClient *client, const char *text);
void tg_login_email_typed (TgClient *client, const char *text);
void tg_login_email_code_typed (TgClient *client, const char *text);
void tg_login_cancel_code (TgClient *client);                          /* MT-F15 */
void tg_login_sent_elsewhere (TgClient *client, const TlObject *sent); /* MT-F16 */

/* --- tg-login-qr.c --- */

void tg_login_qr_ask (TgClient *client);
void tg_login_qr_import (TgClient *client);
void tg_login_qr_scanned (TgClient *client); /* updateLoginToken */
void tg_login_qr_tick (TgClient *client, HostTime now);
int64_t tg_login_qr_deadline (const TgClient *client);
void tg_login_qr_end (TgClient *client);
