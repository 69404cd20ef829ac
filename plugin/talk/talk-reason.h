/* Why: codes with their parameters. Sentences are made of them in plugin/purple only
 * (DECISIONS 12). One enum a question, so that the compiler misses a sentence.
 */
#pragma once

/* How far an account is. */
typedef enum {
    TALK_STEP_CONNECTING,
    TALK_STEP_EXCHANGING_KEY,
    TALK_STEP_LOGGING_IN,
    TALK_STEP_SYNCHRONISING,
    TALK_STEP_ONLINE,
} TalkStep;

/* Why the account is not online. Fatal ones need the user. */
typedef enum {
    TALK_OFFLINE_NETWORK,   /* was online, and no connection for a minute; not fatal */
    TALK_OFFLINE_NO_API_ID, /* fatal: no api_id / api_hash (MT-F2) */
    TALK_OFFLINE_API_ID_INVALID,
    TALK_OFFLINE_API_ID_PUBLISHED, /* fatal: the server takes no new login with it */
    TALK_OFFLINE_SERVER_ADDRESS, /* fatal: config.server is not host:port; detail = it */
    TALK_OFFLINE_SERVER_KEY,    /* fatal: config.server_key is no key file; detail = it */
    TALK_OFFLINE_PHONE_INVALID, /* fatal: PHONE_NUMBER_INVALID, or no number (MT-F4) */
    TALK_OFFLINE_PHONE_BANNED,  /* fatal */
    TALK_OFFLINE_SIGN_UP_NEEDED, /* fatal: no account for this number (MT-F19) */
    TALK_OFFLINE_NO_CODE,        /* fatal: no code for this program (MT-F12) */
    TALK_OFFLINE_OFFICIAL_APP, /* fatal: a check that only official apps can make (MT-E20) */
    TALK_OFFLINE_TOO_OLD,      /* fatal: the server wants a newer program */
    TALK_OFFLINE_PASSWORD_UNKNOWN, /* fatal: an unknown or unsafe way to prove it (MT-F24) */
    TALK_OFFLINE_LOGIN_REFUSED,    /* fatal: any other login error; detail = type */
    TALK_OFFLINE_PAYMENT, /* fatal: the code is to be paid for, in an official app; detail =
                           * an address to write to, or NULL (MT-F13) */
    TALK_OFFLINE_QR_UNUSED,      /* fatal: nobody scanned the QR code (MT-F32) */
    TALK_OFFLINE_CANNOT_ASK,     /* fatal: the glue has no way to ask */
    TALK_OFFLINE_CANCELLED,      /* fatal: the user closed the question */
    TALK_OFFLINE_LOGGED_OUT,     /* fatal: ended elsewhere (MT-E17) */
    TALK_OFFLINE_DELETED,        /* fatal: the account was deleted, or is banned */
    TALK_OFFLINE_KEY_DUPLICATED, /* fatal: copied profile (MT-C38) */
    TALK_OFFLINE_OTHER_USER,     /* fatal: another user id than stored (MT-F7) */
    TALK_OFFLINE_ENVIRONMENT,    /* fatal: what is stored is of the other one (MT-F40) */
    TALK_OFFLINE_STORE, /* database error, disk full; detail = reason (DECISIONS 1) */
    TALK_OFFLINE_STORE_LOCKED, /* fatal: open in another process */
    TALK_OFFLINE_STORE_KEY,    /* fatal: sealed with another key, or the key is gone */
    TALK_OFFLINE_STORE_NEWER,  /* fatal: written by a newer version; nothing is changed */
    TALK_OFFLINE_KEY_SERVICE, /* fatal: the secret service does not hand it out; detail */
    TALK_OFFLINE_KEY_TOKEN,   /* fatal: sealed with another token than config's */
    TALK_OFFLINE_PROXY_LINK,  /* fatal: config.proxy is no link, nor server:port:secret */
    TALK_OFFLINE_PROXY_SOCKS, /* fatal: it is a link to a SOCKS proxy */
    TALK_OFFLINE_PROXY_SERVER, /* fatal: its server, */
    TALK_OFFLINE_PROXY_PORT,   /* its port, */
    TALK_OFFLINE_PROXY_SECRET, /* or its secret is none (MT-B12, MT-B13) */
} TalkOffline;

/* Why it takes long; nothing is lost, and nothing needs to be done (DECISIONS 24). */
typedef enum {
    TALK_WAIT_NONE,          /* over: the step runs again */
    TALK_WAIT_NETWORK,       /* no connection, or it is cut */
    TALK_WAIT_NO_ANSWER,     /* nothing comes */
    TALK_WAIT_GARBAGE,       /* what comes is not from the server */
    TALK_WAIT_EXCHANGE,      /* the key exchange failed a check */
    TALK_WAIT_LOGIN_UNKNOWN, /* "the server does not know this login", says somebody */
    TALK_WAIT_BUSY,          /* too many connections from here */
    TALK_WAIT_WRONG_SERVER,  /* another data centre */
    TALK_WAIT_REFUSED,       /* any other refusal of the connection */
    TALK_WAIT_SERVER_KEY,    /* not the server whose key we have */
    TALK_WAIT_FLOOD,         /* too many attempts at a login: the server named the time */
    TALK_WAIT_CODE,          /* a login code was asked for a moment ago */
    TALK_WAIT_SERVER_ERROR,  /* the server has trouble of its own */
    TALK_WAIT_PROXY,         /* the MTProxy does not take its secret, or is another */
} TalkWait;

/* Why an own message was not taken, by the server or since the chat ended. */
typedef enum {
    TALK_UNSENT_REFUSED,  /* for a reason that has no name here */
    TALK_UNSENT_DATA,     /* it could not be read */
    TALK_UNSENT_TOO_LONG, /* for a message */
    TALK_UNSENT_BLOCKED,  /* by the other side */
    TALK_UNSENT_DELETED,  /* the other side's account is gone */
    TALK_UNSENT_CLOSED,   /* the chat is over */
} TalkUnsent;

/* What became of an act of the user. */
typedef enum {
    TALK_DONE = 0,
    TALK_NO_CHAT,    /* there is none of that id */
    TALK_NOT_READY,  /* the chat is not, yet */
    TALK_IS_CLOSED,  /* the chat is */
    TALK_INVALID,    /* bad argument: empty, too long, not UTF-8, out of range */
    TALK_NO_PERSON,  /* unknown, or none that may be written to */
    TALK_IS_OFFLINE, /* the account is */
    TALK_NOTHING,    /* there is nothing to do it with */
    TALK_NO_RANDOM,  /* the system gives no random numbers */
} TalkCode;

/* Why somebody who was looked up was not found. */
typedef enum {
    TALK_NOBODY_THERE,     /* of that name or number, or they do not want to be found */
    TALK_NOBODY_NAMED,     /* what was typed is neither a number nor a name */
    TALK_NOBODY_TOO_OFTEN, /* the server wants a pause: `seconds` */
    TALK_NOBODY_OFFLINE,   /* there is no connection, or no answer came */
    TALK_NOBODY_REFUSED,   /* for a reason that has no name here */
    TALK_NOBODY_SHORT,     /* what was typed is too short to be searched for */
} TalkNobody;

/* What became of a change of the own profile, or of a question for it. */
typedef enum {
    TALK_PROFILE_DONE,
    TALK_PROFILE_SAME,      /* it is so already: nothing was sent */
    TALK_PROFILE_NAME,      /* no first name, or a part of it is too long */
    TALK_PROFILE_ABOUT,     /* what one says of oneself is too long */
    TALK_PROFILE_TOO_OFTEN, /* the server wants a pause */
    TALK_PROFILE_OFFLINE,   /* there is no connection, or no answer came */
    TALK_PROFILE_REFUSED,   /* for a reason that has no name here */
    TALK_PROFILE_TOLD,      /* why is told elsewhere */
} TalkProfiled;
