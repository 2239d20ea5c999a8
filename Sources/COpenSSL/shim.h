/* OpenSSL for Swift: the headers, and functions for the macros that Swift
 * cannot see. */
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

/* Requires TLS 1.2 or newer, or the higher minimum of OpenSSL's configuration.
 * Returns 0 if the configuration allows neither TLS 1.2 nor 1.3. */
static inline int sparkchat_shim_require_tls_1_2(SSL_CTX *context) {
  long highest = SSL_CTX_get_max_proto_version(context);
  if (highest != 0 && highest < TLS1_2_VERSION) {
    return 0;
  }
  return SSL_CTX_get_min_proto_version(context) >= TLS1_2_VERSION ||
         SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1;
}

static inline int sparkchat_shim_requires_tls_1_3(SSL *connection) {
  return SSL_get_min_proto_version(connection) >= TLS1_3_VERSION;
}

/* Returns why no certificate in `list` with the issuer's name has issued
 * `certificate`; X509_V_OK if none has that name. */
static inline int sparkchat_shim_passed_over(const STACK_OF(X509) * list,
                                             X509 *certificate) {
  int index;
  for (index = 0; index < sk_X509_num(list); index++) {
    X509 *candidate = sk_X509_value(list, index);
    int reason = X509_check_issued(candidate, certificate);
    if (reason != X509_V_OK && reason != X509_V_ERR_SUBJECT_ISSUER_MISMATCH) {
      return reason;
    }
  }
  return X509_V_OK;
}

/* The same for the trusted certificates. */
static inline int sparkchat_shim_trusted_passed_over(X509_STORE_CTX *context,
                                                     X509 *certificate) {
  STACK_OF(X509) *list =
      X509_STORE_CTX_get1_certs(context, X509_get_issuer_name(certificate));
  int reason = sparkchat_shim_passed_over(list, certificate);
  sk_X509_pop_free(list, X509_free);
  return reason;
}

static inline void sparkchat_shim_refuse_renegotiation(SSL_CTX *context) {
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
}

/* The errno in a system error of the error queue; 0 for other errors. */
static inline int sparkchat_shim_error_errno(unsigned long code) {
  return ERR_SYSTEM_ERROR(code) ? ERR_GET_REASON(code) : 0;
}

static inline int sparkchat_shim_is_malloc_failure(unsigned long code) {
  return !ERR_SYSTEM_ERROR(code) &&
         ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE;
}

/* Whether the error is an alert that the peer has sent: one byte, as a reason of
 * its own. OpenSSL's general reasons are larger numbers. */
static inline int sparkchat_shim_is_alert(unsigned long code) {
  int alert = ERR_GET_REASON(code) - SSL_AD_REASON_OFFSET;
  return ERR_GET_LIB(code) == ERR_LIB_SSL && alert >= 0 && alert <= 255;
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
