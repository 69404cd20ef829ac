/* Secrets of transports, and where an MTProxy is (MT-B12, MT-B13): read from what a person
 * typed or pasted. Pure functions; what cannot be read changes nothing. */
#pragma once

#include <glib.h>
#include <stdint.h>

#define MT_SECRET_DOMAIN_MAX 182 /* bytes */

typedef enum {
    MT_SECRET_NONE,   /* the connection is obfuscated, by nobody's secret */
    MT_SECRET_SIMPLE, /* 16 bytes: intermediate */
    MT_SECRET_PADDED, /* dd and 16 bytes: padded intermediate */
    MT_SECRET_TLS,    /* ee, 16 bytes and a domain: that, inside of what looks like TLS */
} MtSecretKind;

typedef struct {
    MtSecretKind kind;
    uint8_t key[16];
    uint8_t domain[MT_SECRET_DOMAIN_MAX]; /* of TLS */
    size_t domain_len;
} MtSecret;

/* Of the bytes; FALSE: none of the kinds, *secret is not touched. */
gboolean mt_secret_take (const uint8_t *data, size_t len, MtSecret *secret);

typedef struct {
    char *server; /* name or address, 1..255 bytes; owned */
    uint16_t port;
    MtSecret secret;
} MtProxy;

typedef enum {
    MT_PROXY_GOOD,
    MT_PROXY_NO_LINK,    /* neither a link nor server, port and secret */
    MT_PROXY_SOCKS,      /* a link to a SOCKS proxy, which is the host's */
    MT_PROXY_BAD_SERVER, /* missing, too long, not UTF-8, or no name at all */
    MT_PROXY_BAD_PORT,
    MT_PROXY_BAD_SECRET,
} MtProxyFault;

/* tg://proxy?..., https://t.me/proxy?... (telegram.me, telegram.dog, and without https://),
 * or server, port and secret with blanks or colons between them. *proxy is zeroed before;
 * filled only where the answer is GOOD: mt_proxy_clear() it. */
MtProxyFault mt_proxy_parse (const char *text, MtProxy *proxy);
void mt_proxy_clear (MtProxy *proxy); /* wipes */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MtProxy, mt_proxy_clear)
