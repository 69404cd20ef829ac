/* What the glue sets of an account, before it starts (tg-client.h). */
#pragma once

#include <glib.h>

/* Strings are copied. */
typedef struct {
    int api_id;
    const char *api_hash;
    const char *phone;  /* as the user typed it; cleaned here (MT-F4) */
    const char *device; /* "purple-mtproto (gtk-gaim)"; honest (MT-F41) */
    const char *system;
    const char *version;
    const char *lang; /* IETF tag */
    gboolean test_dc;
    gboolean
        by_qr; /* log in by a QR code that another app scans, not by a code (MT-F32) */
    /* Users that are logged in here already: that app is not to choose them again. */
    const int64_t *other_ids;
    size_t n_other_ids;
    /* NULL: Telegram's own data centres and keys. Else "host:port" of one data centre,
     * and the path of a PEM file with its RSA public key. */
    const char *server;
    const char *server_key;
    const char *proxy;       /* MTProxy's link: nothing goes elsewhere; or NULL */
    const char *directory;   /* the account's own, made if absent */
    gboolean typing_actions; /* also send the e2e typing action (SC-E12) */
    /* The key of what is in it (store-key.h): kept in the desktop's secret service where one
     * runs, under this label; or sealed by a token and never asked for (DECISIONS 13). */
    gboolean key_service;
    const char *key_label;
    const char *key_token;
} TgConfig;
