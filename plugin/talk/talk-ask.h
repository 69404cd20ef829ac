/* What only the user can say: questions of a login. */
#pragma once

#include <glib.h>

typedef enum {
    TALK_ASK_CODE,       /* login code; `detail` = how it was sent (app, sms, call ...) */
    TALK_ASK_PASSWORD,   /* two-step verification; `detail` = hint or NULL */
    TALK_ASK_PASSPHRASE, /* of the stored keys; before any connection */
    TALK_ASK_EMAIL,      /* an address: the server wants one that login codes go to */
    TALK_ASK_EMAIL_CODE, /* the code that was sent there; `part` = that address, masked */
    TALK_ASK_RECOVERY,   /* the code in the place of a lost password, which it takes away;
                          * `part` = the address that it was sent to, masked */
    /* Nothing to type: another app scans `detail`, a link, as a QR code. Comes again with
     * the same number when the link is a new one, or when it is good no more and no other is
     * to be had yet: NULL. "" = a code in its place. */
    TALK_ASK_QR,
    /* The server says that it does not know this login: log in anew, which ends
     * all secret chats (any text), or go on waiting (NULL, or no answer)? Over with the
     * event WAITING (TALK_WAIT_NONE). */
    TALK_ASK_LOG_IN_ANEW,
} TalkAskKind;

/* Why a question comes again, where it is no wrong answer. */
typedef enum {
    TALK_AGAIN_NONE,
    TALK_AGAIN_EARLY,      /* another way was asked for before its time */
    TALK_AGAIN_USED_UP,    /* there is no other way left */
    TALK_AGAIN_ADDRESS,    /* that is no e-mail address */
    TALK_AGAIN_REFUSED,    /* that address is not taken */
    TALK_AGAIN_TOO_LATE,   /* the code that was mailed is not valid any more */
    TALK_AGAIN_NO_RECOVERY /* the password cannot be recovered by mail */
} TalkAgain;

typedef struct {
    TalkAskKind kind;
    unsigned attempt; /* quote it in tg_client_answer(); older ones are ignored (MT-F1) */
    gboolean again;   /* the last answer was wrong */
    gboolean expired; /* the last code came too late; a new one was sent */
    TalkAgain why;
    const char *detail;
    const char *phone;
    int length; /* digits expected, 0 = unknown */
    /* What is known of it beforehand, by `detail`: how the caller's number begins or looks,
     * the first word, the e-mail address (masked), a link (https); else NULL. */
    const char *part;
    /* What an empty answer asks for: another way of the code (as `detail`; "reset" = not
     * by e-mail any more), of a password "email"; NULL: nothing. */
    const char *other;
    int wait; /* s until that may be asked for; 0 = now */
} TalkAsk;
