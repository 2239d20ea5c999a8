#include "chat_questions.h"

#include "chat_doctor.h"
#include "chat_ending.h"
#include "chat_options.h"
#include "chat_places.h"
#include "chat_recording.h"

#include <stdio.h>
#include <string.h>

enum { LINE_SIZE = 2048, ALLOWED_SKEW = 300 };

static int on_event(const sparkchat_event *event, void *user_data) {
  int *count = (int *)user_data;
  *count += sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_TEXT;
  return 0;
}

/* Asks for the whole answer, or if `pieces` counts them, piece by piece. */
static sparkchat_response *ask(sparkchat_config *config, const char *question,
                               int *pieces, sparkchat_error **error) {
  sparkchat_response *response = NULL;
  sparkchat_request *request = sparkchat_request_new();
  sparkchat_client *client = NULL;
  sparkchat_config_set_max_attempts(config, 1, NULL);
  client = make_client(config, error);
  sparkchat_request_add_message(request, SPARKCHAT_ROLE_USER, question,
                                SPARKCHAT_NUL_TERMINATED, NULL);
  if (client && pieces) {
    sparkchat_client_stream(client, request, on_event, pieces, &response,
                            error);
  } else if (client) {
    sparkchat_client_invoke(client, request, &response, error);
  }
  sparkchat_client_free(client);
  sparkchat_request_free(request);
  return response;
}

/* ---- how far does a request get? --------------------------------------- */

static int tell_clock(const sparkchat_error *error) {
  char said[LINE_SIZE];
  int64_t skew = 0;
  long long off = 0;
  if (!sparkchat_error_clock_skew(error, &skew)) {
    tell(NOTE, "clock", "the server does not report its time", "");
    return 1;
  }
  off = skew < 0 ? -(long long)skew : (long long)skew;
  snprintf(said, sizeof said,
           "this machine's clock is %lld s %s the server's; the service allows "
           "%d s",
           off, skew > 0 ? "ahead of" : "behind", ALLOWED_SKEW);
  tell(off > ALLOWED_SKEW ? WRONG_HERE : WELL, "clock", said,
       off > ALLOWED_SKEW ? "set it (timedatectl set-ntp true; for a "
                            "container, set its host's)"
                          : "");
  return 1;
}

/* The server cannot be reached. If a proxy is at fault, names its variable. */
static void tell_lost(const sparkchat_error *error) {
  char advice[LINE_SIZE];
  const char *variable = proxy_variable();
  const char *message = sparkchat_error_message(error);
  const char *hint = sparkchat_error_hint(error);
  if (!variable || !strstr(message, "proxy")) {
    snprintf(advice, sizeof advice,
             "%s; behind a company's proxy, set "
             "https_proxy",
             hint);
  } else if (sparkchat_error_http_status(error) == 407) {
    snprintf(advice, sizeof advice,
             "write user name and password into %s, as in "
             "http://USER:PASSWORD@HOST:PORT, with %%40 for an @ in them",
             variable);
  } else {
    snprintf(advice, sizeof advice,
             "%s; check that the proxy in %s is right, and runs", hint,
             variable);
  }
  tell(WRONG_HERE, "connection", message, advice);
}

static int tell_probe(const sparkchat_error *error, int is_secure) {
  const char *message = sparkchat_error_message(error);
  const char *hint = sparkchat_error_hint(error);
  switch (sparkchat_error_phase(error)) {
  case SPARKCHAT_PHASE_RESOLVE:
  case SPARKCHAT_PHASE_CONNECT:
  case SPARKCHAT_PHASE_PROXY:
    tell_lost(error);
    return 0;
  case SPARKCHAT_PHASE_TLS:
    tell(WELL, "connection", "the server accepts connections", "");
    tell(WRONG_HERE, "trust", message, hint);
    return 0;
  default:
    tell(WELL, "connection", "the server accepts connections", "");
    tell(is_secure ? WELL : NOTE, "trust",
         is_secure ? "the server's certificate is trusted"
                   : "there is no encryption, so the server's identity is not "
                     "verified",
         "");
    return tell_clock(error);
  }
}

int probe(const char *url, const char *domain) {
  static const char nobody[] = "00000000000000000000000000000000";
  sparkchat_error *error = NULL;
  sparkchat_config *config = make_config(url, domain);
  int is_reached = 0;
  sparkchat_config_set_app_id(config, "00000000", NULL);
  sparkchat_config_set_api_key(config, nobody, NULL);
  sparkchat_config_set_api_secret(config, nobody, NULL);
  sparkchat_config_set_api_password(config, nobody, NULL);
  sparkchat_response_free(ask(config, "1+1", NULL, &error));
  is_reached = tell_probe(error, has_tls(url));
  sparkchat_error_free(error);
  return is_reached;
}

/* ---- the questions ----------------------------------------------------- */

static verdict side_of(const sparkchat_error *error) {
  switch (sparkchat_error_status(error)) {
  case SPARKCHAT_ERR_SERVICE:
  case SPARKCHAT_ERR_OVERLOADED:
  case SPARKCHAT_ERR_TIMEOUT:
  case SPARKCHAT_ERR_TRUNCATED:
  case SPARKCHAT_ERR_PROTOCOL:
    return WRONG_THERE;
  default:
    return WRONG_HERE;
  }
}

static void tell_failure(const char *topic, const sparkchat_error *error) {
  char said[LINE_SIZE];
  const char *sid = sparkchat_error_sid(error);
  snprintf(said, sizeof said, "%s%s%s", sparkchat_error_message(error),
           sid ? "; sid " : "", sid ? sid : "");
  tell(side_of(error), topic, said, sparkchat_error_hint(error));
}

/* Leaves out what is unknown. */
static void about(char *said, size_t length,
                  const sparkchat_response *response) {
  const char *sid = sparkchat_response_sid(response);
  int64_t tokens = sparkchat_response_tokens(response, SPARKCHAT_TOKENS_TOTAL);
  int64_t first =
      sparkchat_response_timing_us(response, SPARKCHAT_TIMING_FIRST_REASONING);
  if (first < 0) {
    first = sparkchat_response_timing_us(response, SPARKCHAT_TIMING_FIRST_TEXT);
  }
  if (first >= 0) {
    length +=
        (size_t)snprintf(said + length, LINE_SIZE - length,
                         "; first token after %.2f s", (double)first / 1e6);
  }
  if (tokens >= 0) {
    length += (size_t)snprintf(said + length, LINE_SIZE - length,
                               "; %lld tokens", (long long)tokens);
  }
  if (sid) {
    snprintf(said + length, LINE_SIZE - length, "; sid %.99s", sid);
  }
}

static void tell_answer(const char *topic, const sparkchat_response *response,
                        int pieces) {
  char said[LINE_SIZE];
  ending bad;
  int is_bad = ending_of(response, 0, "max_tokens", &bad);
  const char *well = pieces > 1 ? "answered piece by piece" : "answered";
  int length = snprintf(said, sizeof said, "%s", is_bad ? bad.said : well);
  about(said, (size_t)length, response);
  if (!is_bad) {
    tell(WELL, topic, said, "");
  } else {
    /* A limit is a setting; the service causes all else. */
    tell(bad.is_of_the_limit ? WRONG_HERE : WRONG_THERE, topic, said,
         bad.advice);
  }
}

sparkchat_status put_to_the_test(const char *topic, const char *question,
                                 const char *url, const char *domain,
                                 int is_streamed) {
  sparkchat_error *error = NULL;
  sparkchat_config *config = make_config(url, domain);
  sparkchat_response *response = NULL;
  sparkchat_status status = SPARKCHAT_OK;
  int pieces = 0;
  sparkchat_config_set_keep_raw(config, 1, NULL);
  response = ask(config, question, is_streamed ? &pieces : NULL, &error);
  if (error) {
    status = sparkchat_error_status(error);
    tell_failure(topic, error);
  } else {
    tell_answer(topic, response, pieces);
  }
  record_exchange(url, domain, question, response, error);
  sparkchat_response_free(response);
  sparkchat_error_free(error);
  return status;
}
