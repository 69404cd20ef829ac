/* How far an account is, and why it is not further: codes, for tg-events.h. */
#pragma once

typedef enum {
    TG_STEP_CONNECTING,
    TG_STEP_EXCHANGING_KEY,
    TG_STEP_LOGGING_IN,
    TG_STEP_SYNCHRONISING,
    TG_STEP_ONLINE,
} TgStep;

/* Why the account is not online. Fatal ones need the user. */
typedef enum {
    TG_OFFLINE_NETWORK,   /* was online, and no connection for a minute; not fatal */
    TG_OFFLINE_NO_API_ID, /* fatal: no api_id / api_hash (MT-F2) */
    TG_OFFLINE_API_ID_INVALID,
    TG_OFFLINE_API_ID_PUBLISHED, /* fatal: the server takes no new login with it */
    TG_OFFLINE_SERVER_ADDRESS,   /* fatal: config.server is not host:port; detail = it */
    TG_OFFLINE_SERVER_KEY,     /* fatal: config.server_key is no key file; detail = it */
    TG_OFFLINE_PHONE_INVALID,  /* fatal: PHONE_NUMBER_INVALID, or no number (MT-F4) */
    TG_OFFLINE_PHONE_BANNED,   /* fatal */
    TG_OFFLINE_SIGN_UP_NEEDED, /* fatal: no account for this number (MT-F19) */
    TG_OFFLINE_NO_CODE,        /* fatal: no code for this program (MT-F12) */
    TG_OFFLINE_TOO_OLD,        /* fatal: the server wants a newer program */
    TG_OFFLINE_PASSWORD_UNKNOWN, /* fatal: an unknown or unsafe way to prove it (MT-F24) */
    TG_OFFLINE_LOGIN_REFUSED,    /* fatal: any other login error; detail = type */
    TG_OFFLINE_CANNOT_ASK,       /* fatal: the glue has no way to ask */
    TG_OFFLINE_CANCELLED,        /* fatal: the user closed the question */
    TG_OFFLINE_LOGGED_OUT,       /* fatal: ended elsewhere (MT-E17) */
    TG_OFFLINE_DELETED,          /* fatal: the account was deleted, or is banned */
    TG_OFFLINE_KEY_DUPLICATED,   /* fatal: copied profile (MT-C38) */
    TG_OFFLINE_OTHER_USER,       /* fatal: another user id than stored (MT-F7) */
    TG_OFFLINE_STORE, /* database error, disk full; detail = reason (DECISIONS 1) */
    TG_OFFLINE_STORE_LOCKED, /* fatal: open in another process */
    TG_OFFLINE_STORE_KEY,    /* fatal: sealed with another key, or the key is gone */
    TG_OFFLINE_STORE_NEWER,  /* fatal: written by a newer version; nothing is changed */
    TG_OFFLINE_KEY_SERVICE,  /* fatal: the secret service does not hand it out; detail */
    TG_OFFLINE_KEY_TOKEN,    /* fatal: sealed with another token than config's */
} TgOffline;

/* Why it takes long; nothing is lost, and nothing needs to be done (DECISIONS 24). */
typedef enum {
    TG_WAIT_NONE,          /* over: the step runs again */
    TG_WAIT_NETWORK,       /* no connection, or it is cut */
    TG_WAIT_NO_ANSWER,     /* nothing comes */
    TG_WAIT_GARBAGE,       /* what comes is not from the server */
    TG_WAIT_EXCHANGE,      /* the key exchange failed a check */
    TG_WAIT_LOGIN_UNKNOWN, /* "the server does not know this login", says somebody */
    TG_WAIT_BUSY,          /* too many connections from here */
    TG_WAIT_WRONG_SERVER,  /* another data centre */
    TG_WAIT_REFUSED,       /* any other refusal of the connection */
    TG_WAIT_SERVER_KEY,    /* not the server whose key we have */
    TG_WAIT_FLOOD,         /* too many attempts at a login: the server named the time */
    TG_WAIT_CODE,          /* a login code was asked for a moment ago */
    TG_WAIT_SERVER_ERROR,  /* the server has trouble of its own */
} TgWaitReason;
