/* People whom the data centre knows, and their devices. */
#pragma once

#include "dc.tl.h"

#include <glib.h>

#define DC_CODE_LENGTH 5
#define DC_MAILED 6 /* digits of a code that is mailed */

typedef struct DcUser DcUser;
typedef struct DcKey DcKey;
typedef struct DcFile DcFile;

typedef struct {
    char *first, *last;
} DcCalled;

struct DcUser {
    int64_t id;
    char *phone, *first, *last;
    char code[DC_CODE_LENGTH + 1]; /* of the login that runs */
    char *address;                 /* where login codes are mailed; NULL: anywhere */
    char mailed[DC_MAILED + 1];    /* the last one there */
    char *password;                /* two-step verification, or NULL */
    char *token; /* a QR code's, to be brought where they live; NULL: none */
    int32_t pts;
    gboolean online;
    int64_t was_online;
    int home, lived;       /* the data centre where they live, and did before; 0 = none */
    GHashTable *strangers; /* ids of users that are no contacts */
    /* dc-profile.c */
    char *username, *about; /* or NULL */
    gboolean scam;
    SrvUserProfilePhoto photo;
    GByteArray *picture; /* NULL: none */
    gboolean says;       /* this status, in the place of the true one */
    union {
        TlObject any;
        SrvUserStatusOnline online;
        SrvUserStatusOffline offline;
        SrvUserStatusRecently recently;
        SrvUserStatusLastWeek week;
        SrvUserStatusLastMonth month;
    } said;
    GHashTable *blocked; /* ids */
    GHashTable *called;  /* id -> DcCalled, in this user's address book */
    /* dc-feed.c */
    GPtrArray *letters; /* DcLetter: ordinary messages, by pts */
    GPtrArray *news;    /* DcNews: what has a seq */
    int32_t seq;
};

/* A message waiting at a device. */
typedef struct {
    int32_t qts;
    int64_t random_id;
    int32_t chat_id;
    int32_t date;
    gboolean service;
    GByteArray *data;
    DcFile *file; /* borrowed, or NULL */
} DcEncrypted;

/* An auth key: a device of its user. */
struct DcKey {
    int64_t id;
    uint8_t key[256];
    int64_t salt;
    int64_t old_salt; /* accepted for a while */
    DcUser *user;
    DcKey *perm;  /* of a temporary key, once bound */
    DcKey *login; /* the one whose login was carried here; NULL: it has its own */
    gboolean temporary;
    int number;       /* of the data centre it was made with; +10000 = test environment */
    gboolean unknown; /* forgotten (dc-sites.c) */
    int64_t expires, asked; /* of a temporary one, Unix seconds: when, and as was asked */
    gboolean lost;          /* the data centre does not know it any more */
    int32_t qts;
    GPtrArray *encrypted; /* DcEncrypted */
    /* SRP in progress */
    int64_t srp_id;
    uint8_t srp_b[256];
    uint8_t srp_public[256];
    DcUser *half; /* code was right, password still wanted */
    /* dc-login.c: a token that is shown as a QR code, and who scanned it */
    char *token;
    DcUser *scanned;
    /* dc-account.c */
    char *model;
    int layer; /* announced last (dc-layer.c); 0: none was */
    gboolean no_secrets;
    unsigned born; /* which key it is */
};
