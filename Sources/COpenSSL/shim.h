/* OpenSSL as Swift needs it: the headers, and functions for the macros that
 * Swift cannot see. */
#ifndef SPARKCHAT_COPENSSL_SHIM_H
#define SPARKCHAT_COPENSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

static inline long sparkchat_shim_set_server_name(SSL *ssl, const char *name) {
  return SSL_set_tlsext_host_name(ssl, name);
}

static inline long sparkchat_shim_set_min_tls_1_2(SSL_CTX *context) {
  return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
}

static inline void sparkchat_shim_refuse_renegotiation(SSL_CTX *context) {
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
}

static inline long sparkchat_shim_set_mode(SSL_CTX *context, long mode) {
  return SSL_CTX_set_mode(context, mode);
}

static inline long sparkchat_shim_keep_sessions(SSL_CTX *context) {
  return SSL_CTX_set_session_cache_mode(
      context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
}

static inline void sparkchat_shim_set_retry_read(BIO *bio) {
  BIO_set_retry_read(bio);
}

static inline void sparkchat_shim_set_retry_write(BIO *bio) {
  BIO_set_retry_write(bio);
}

static inline void sparkchat_shim_clear_retry(BIO *bio) {
  BIO_clear_retry_flags(bio);
}

#endif
