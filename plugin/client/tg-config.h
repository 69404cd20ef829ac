/* Where the servers are, by which keys they are known, how we introduce ourselves. */
#pragma once

#include "net.h"
#include "tg-client.h"

#define TG_DC_FIRST 2

#define TG_CONFIG_ERROR (tg_config_error_quark ())
GQuark tg_config_error_quark (void);
typedef enum {
    TG_CONFIG_ERROR_ADDRESS, /* not host:port, or none at all */
    TG_CONFIG_ERROR_KEY,     /* no such key file, or no key in it */
    TG_CONFIG_ERROR_PROXY,   /* no MTProxy: one of these, in the order of MtProxyFault */
    TG_CONFIG_ERROR_PROXY_SOCKS,
    TG_CONFIG_ERROR_PROXY_SERVER,
    TG_CONFIG_ERROR_PROXY_PORT,
    TG_CONFIG_ERROR_PROXY_SECRET,
} TgConfigError;

typedef struct {
    GPtrArray *hosts;  /* char *, owned: what `addresses` points at */
    GArray *addresses; /* NetAddress */
    GArray *keys;      /* MtServerKey */
    MtProxy proxy;     /* of all addresses; server NULL: none */
} TgServers;

/* Addresses and keys of all data centres; where config->proxy is given, that one alone (it is
 * told the number, MT-B17); else config->server, if given, for whichever is the home one.
 * *servers is zeroed or was filled before. FALSE with a reason for the user: unreadable key
 * file, bad host:port, no proxy. */
gboolean tg_servers_init (TgServers *servers, const TgConfig *config, GError **error);
void tg_servers_clear (TgServers *servers);
/* invokeWithLayer (initConnection ( , ready to stand before a request (MT-E1, E2); it names
 * the `proxy`, if any (MT-B17). */
GBytes *tg_header_new (const TgConfig *config, const MtProxy *proxy);
/* Digits of a phone number, or NULL (MT-F4). */
char *tg_phone_clean (const char *phone);
/* Strings are owned by the copy; the token is wiped with it. */
void tg_config_copy (TgConfig *to, const TgConfig *from);
void tg_config_clear (TgConfig *config);
