/* The server refuses the upgrade, is not trusted, or does not exist. */
#include "case.h"
#include "scene.h"

#include <errno.h>
#include <string.h>

static sparkchat_error *failure(sparkchat_config *config,
                                sparkchat_status expected) {
  sparkchat_client *client = client_of(config);
  sparkchat_stream *stream = asked(client, "Hello");
  sparkchat_error *error = NULL;
  CHECK_STATUS(expected, finish(stream, &error));
  CHECK_INT(SPARKCHAT_OUTCOME_FAILED, outcome_of(stream));
  CHECK_STATUS(expected, sparkchat_error_status(error));
  CHECK(*sparkchat_error_message(error));
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
  return error;
}

static void check_small_skew(const sparkchat_error *error) {
  int64_t skew = 99;
  CHECK_INT(1, sparkchat_error_clock_skew(error, &skew));
  CHECK(skew >= -2 && skew <= 2);
  CHECK_INT(1, sparkchat_error_clock_skew(error, NULL));
  CHECK(sparkchat_error_server_date(error) != NULL);
}

CASE(unknown_key_is_401) {
  sparkchat_config *config = config_for(wss(NULL));
  sparkchat_error *error;
  sparkchat_config_set_api_key(config, "ffffffffffffffffffffffffffffffff",
                               NULL);
  error = failure(config, SPARKCHAT_ERR_AUTH);
  CHECK_INT(401, sparkchat_error_http_status(error));
  CHECK_HAS("message", sparkchat_error_http_body(error));
  CHECK_HAS("key", sparkchat_error_hint(error));
  CHECK_INT(0, sparkchat_error_retryable(error));
  CHECK_INT(0, sparkchat_error_service_code(error));
  check_small_skew(error);
  sparkchat_error_free(error);
}

CASE(wrong_secret_is_named) {
  sparkchat_config *config = config_for(ws(NULL));
  sparkchat_error *error;
  sparkchat_config_set_api_secret(config, "NotTheRightSecret", NULL);
  error = failure(config, SPARKCHAT_ERR_AUTH);
  CHECK_HAS("secret", sparkchat_error_hint(error));
  CHECK(!strstr(sparkchat_error_message(error), "NotTheRightSecret"));
  check_small_skew(error);
  sparkchat_error_free(error);
}

CASE(wrong_clock_is_403_and_says_by_how_much) {
  static const struct {
    const char *scenario;
    int64_t ahead;
    const char *direction;
  } rows[] = {{"skew:seconds=3600,always=1", -3600, "behind"},
              {"skew:seconds=-7200,always=1", 7200, "ahead"}};
  for (int i = 0; i < 2; i++) {
    int64_t skew = 0;
    sparkchat_error *error =
        failure(config_for(ws(rows[i].scenario)), SPARKCHAT_ERR_AUTH);
    CHECK_INT(403, sparkchat_error_http_status(error));
    CHECK_INT(1, sparkchat_error_clock_skew(error, &skew));
    CHECK(skew - rows[i].ahead >= -2 && skew - rows[i].ahead <= 2);
    CHECK_HAS("clock", sparkchat_error_hint(error));
    CHECK_HAS(rows[i].direction, sparkchat_error_hint(error));
    sparkchat_error_free(error);
  }
}

CASE(other_refusals) {
  static const struct {
    const char *scenario;
    sparkchat_status status;
    int http_status, retryable;
  } rows[] = {
      {"status:code=404", SPARKCHAT_ERR_HANDSHAKE, 404, 0},
      {"status:code=429", SPARKCHAT_ERR_RATE_LIMITED, 429, 1},
      {"status:code=503", SPARKCHAT_ERR_SERVICE, 503, 1},
      {"status:code=503,chunked=1", SPARKCHAT_ERR_SERVICE, 503, 1},
      {"status:code=503,keep=1", SPARKCHAT_ERR_SERVICE, 503, 1},
      {"status:code=403,date=none", SPARKCHAT_ERR_AUTH, 403, 0},
      {"status:code=200", SPARKCHAT_ERR_HANDSHAKE, 200, 0},
      {"redirect", SPARKCHAT_ERR_HANDSHAKE, 302, 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    sparkchat_error *error =
        failure(config_for(wss(rows[i].scenario)), rows[i].status);
    CHECK_INT(rows[i].http_status, sparkchat_error_http_status(error));
    CHECK_INT(rows[i].retryable, sparkchat_error_retryable(error));
    CHECK_INT(SPARKCHAT_PHASE_UPGRADE, sparkchat_error_phase(error));
    sparkchat_error_free(error);
  }
}

CASE(refusal_without_a_date_knows_no_skew) {
  int64_t skew = 5;
  sparkchat_error *error =
      failure(config_for(ws("status:code=403,date=none")), SPARKCHAT_ERR_AUTH);
  CHECK_INT(0, sparkchat_error_clock_skew(error, &skew));
  CHECK(!sparkchat_error_server_date(error));
  CHECK_HAS("refused by a scenario", sparkchat_error_http_body(error));
  sparkchat_error_free(error);
}

static void check_certificate(const char *port, const char *word) {
  sparkchat_error *error =
      failure(config_for(faulty("wss", port)), SPARKCHAT_ERR_CERTIFICATE);
  CHECK_HAS(word, sparkchat_error_message(error));
  CHECK_INT(SPARKCHAT_PHASE_TLS, sparkchat_error_phase(error));
  CHECK_INT(0, sparkchat_error_retryable(error));
  sparkchat_error_free(error);
}

CASE(certificate_for_another_name) {
  check_certificate("tls_wrong_name", "mismatch");
}

CASE(certificate_of_an_unknown_authority) {
  check_certificate("tls_untrusted", "issuer");
}

CASE(certificate_that_has_expired) {
  check_certificate("tls_expired", "expired");
}

/* See test_tls.py for a server that gives its reason. */
CASE(tls_older_than_1_2) {
  sparkchat_client *client = client_for(faulty("wss", "tls_old"));
  sparkchat_stream *stream = asked(client, "Hello");
  sparkchat_error *error = NULL;
  sparkchat_status status = finish(stream, &error);
  CHECK(status == SPARKCHAT_ERR_TLS || status == SPARKCHAT_ERR_IO);
  CHECK_INT(SPARKCHAT_PHASE_TLS, sparkchat_error_phase(error));
  sparkchat_error_free(error);
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

CASE(server_that_does_not_speak_tls) {
  sparkchat_error *error =
      failure(config_for(faulty("wss", "garbage")), SPARKCHAT_ERR_TLS);
  CHECK_INT(SPARKCHAT_PHASE_TLS, sparkchat_error_phase(error));
  sparkchat_error_free(error);
}

/* It may end with a clean close or a reset. */
CASE(server_that_hangs_up_at_once) {
  static const struct {
    const char *scheme, *port;
    sparkchat_phase phase;
  } rows[] = {{"wss", "close", SPARKCHAT_PHASE_TLS},
              {"wss", "reset", SPARKCHAT_PHASE_TLS},
              {"ws", "close", SPARKCHAT_PHASE_UPGRADE},
              {"ws", "reset", SPARKCHAT_PHASE_UPGRADE}};
  for (int i = 0; i < 4; i++) {
    sparkchat_stream *stream = opened(faulty(rows[i].scheme, rows[i].port));
    sparkchat_error *error = NULL;
    sparkchat_status status = finish(stream, &error);
    CHECK(status == SPARKCHAT_ERR_IO || status == SPARKCHAT_ERR_HANDSHAKE ||
          status == SPARKCHAT_ERR_CONNECT);
    CHECK_INT(SPARKCHAT_OUTCOME_FAILED, outcome_of(stream));
    CHECK(status == SPARKCHAT_ERR_CONNECT ||
          sparkchat_error_phase(error) == rows[i].phase);
    CHECK(sparkchat_error_hint(error)[0] != '\0');
    if (status == SPARKCHAT_ERR_IO && rows[i].phase == SPARKCHAT_PHASE_TLS) {
      CHECK_HAS("firewall or proxy", sparkchat_error_hint(error));
    }
    sparkchat_error_free(error);
    sparkchat_stream_free(stream);
  }
}

CASE(nobody_listens) {
  sparkchat_error *error =
      failure(config_for("ws://localhost:1/v3.5/chat"), SPARKCHAT_ERR_CONNECT);
  CHECK_INT(ECONNREFUSED, sparkchat_error_os_errno(error));
  CHECK_INT(SPARKCHAT_PHASE_CONNECT, sparkchat_error_phase(error));
  CHECK_INT(1, sparkchat_error_retryable(error));
  sparkchat_error_free(error);
}

CASE(host_that_does_not_exist) {
  sparkchat_error *error = failure(
      config_for("ws://no-such-host.invalid/v3.5/chat"), SPARKCHAT_ERR_RESOLVE);
  CHECK_INT(SPARKCHAT_PHASE_RESOLVE, sparkchat_error_phase(error));
  CHECK_HAS("no-such-host.invalid", sparkchat_error_message(error));
  sparkchat_error_free(error);
}
