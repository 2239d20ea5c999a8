/* Deadlines: each phase has its own, and the text received is kept. */
#define _DEFAULT_SOURCE

#include "case.h"
#include "scene.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

typedef sparkchat_status (*timeout_setter)(sparkchat_config *, int,
                                           sparkchat_error **);

/* Checks that with 150 ms for one phase, the exchange ends in it. */
static sparkchat_stream *check_timeout(const char *url, timeout_setter setter,
                                       sparkchat_phase phase) {
  sparkchat_config *config = config_for(url);
  sparkchat_client *client;
  sparkchat_stream *stream;
  sparkchat_error *error = NULL;
  CHECK_STATUS(SPARKCHAT_OK, setter(config, 150, NULL));
  client = client_of(config);
  stream = asked(client, "Hello");
  CHECK_STATUS(SPARKCHAT_ERR_TIMEOUT, finish(stream, &error));
  CHECK_TEXT(sparkchat_phase_name(phase),
             sparkchat_phase_name(sparkchat_error_phase(error)));
  CHECK_HAS("150 ms", sparkchat_error_message(error));
  CHECK_INT(1, sparkchat_error_retryable(error));
  CHECK_INT(SPARKCHAT_OUTCOME_TIMEOUT, outcome_of(stream));
  sparkchat_error_free(error);
  sparkchat_client_free(client);
  return stream;
}

/* Returns a listening socket with a full queue: connecting to it hangs. */
static int full_port(void) {
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
  CHECK(listen(listener, 0) == 0);
  CHECK(getsockname(listener, (struct sockaddr *)&address, &size) == 0);
  for (int i = 0; i < 4; i++) {
    int filler = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    (void)connect(filler, (struct sockaddr *)&address, sizeof address);
  }
  sleep_ms(50);
  return ntohs(address.sin_port);
}

CASE(connect) {
  char url[64];
  snprintf(url, sizeof url, "ws://127.0.0.1:%d/v3.5/chat", full_port());
  sparkchat_stream_free(check_timeout(url, sparkchat_config_set_connect_timeout,
                                      SPARKCHAT_PHASE_CONNECT));
}

CASE(tls) {
  sparkchat_stream_free(check_timeout(faulty("wss", "blackhole"),
                                      sparkchat_config_set_tls_timeout,
                                      SPARKCHAT_PHASE_TLS));
}

CASE(upgrade_without_an_answer) {
  sparkchat_stream_free(check_timeout(faulty("wss", "tls_blackhole"),
                                      sparkchat_config_set_upgrade_timeout,
                                      SPARKCHAT_PHASE_UPGRADE));
}

CASE(upgrade_with_half_an_answer) {
  sparkchat_stream_free(check_timeout(ws("upgrade_stall:after=20"),
                                      sparkchat_config_set_upgrade_timeout,
                                      SPARKCHAT_PHASE_UPGRADE));
}

CASE(first_token) {
  sparkchat_stream *stream = check_timeout(
      wss("stall:at=request"), sparkchat_config_set_first_token_timeout,
      SPARKCHAT_PHASE_FIRST_TOKEN);
  CHECK_TEXT("", text_of(stream));
  sparkchat_stream_free(stream);
}

CASE(idle) {
  sparkchat_stream *stream =
      check_timeout(wss("stall:at=middle,after=3,content=abcdefgh"),
                    sparkchat_config_set_idle_timeout, SPARKCHAT_PHASE_IDLE);
  CHECK_TEXT("abcde", text_of(stream));
  CHECK(sparkchat_response_sid(sparkchat_stream_response(stream)) != NULL);
  sparkchat_stream_free(stream);
}

CASE(total_of_an_answer_that_never_pauses) {
  sparkchat_stream *stream =
      check_timeout(ws("slow:delay_ms=5"), sparkchat_config_set_total_timeout,
                    SPARKCHAT_PHASE_TOTAL);
  sparkchat_stream_free(stream);
}

CASE(total_counts_from_opening) {
  sparkchat_stream_free(check_timeout(faulty("wss", "blackhole"),
                                      sparkchat_config_set_total_timeout,
                                      SPARKCHAT_PHASE_TOTAL));
}

CASE(total_says_what_was_under_way) {
  sparkchat_config *config = config_for(faulty("wss", "blackhole"));
  sparkchat_client *client;
  sparkchat_stream *stream;
  sparkchat_error *error = NULL;
  sparkchat_config_set_total_timeout(config, 150, NULL);
  client = client_of(config);
  stream = asked(client, "Hello");
  CHECK_STATUS(SPARKCHAT_ERR_TIMEOUT, finish(stream, &error));
  CHECK_HAS("localhost", sparkchat_error_message(error));
  CHECK_HAS("in the phase tls", sparkchat_error_message(error));
  CHECK_HAS("host and port", sparkchat_error_hint(error));
  CHECK_HAS("total_timeout", sparkchat_error_hint(error));
  sparkchat_error_free(error);
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

CASE(total_names_the_failure_before) {
  sparkchat_config *config = config_for(ws("error:code=10012"));
  sparkchat_client *client;
  sparkchat_stream *stream;
  sparkchat_error *error = NULL;
  sparkchat_config_set_max_attempts(config, 10, NULL);
  sparkchat_config_set_retry_backoff(config, 10000, 10000, NULL);
  sparkchat_config_set_total_timeout(config, 2000, NULL);
  client = client_of(config);
  stream = asked(client, "Hello");
  CHECK_STATUS(SPARKCHAT_ERR_TIMEOUT, finish(stream, &error));
  CHECK_HAS("10012", sparkchat_error_message(error));
  CHECK_HAS("total_timeout", sparkchat_error_hint(error));
  sparkchat_error_free(error);
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

CASE(total_does_not_take_a_complete_answer_away) {
  sparkchat_config *config = config_for(ws("no_close:content=abc"));
  sparkchat_client *client;
  sparkchat_stream *stream;
  sparkchat_config_set_close_timeout(config, 60000, NULL);
  sparkchat_config_set_total_timeout(config, 2000, NULL);
  client = client_of(config);
  stream = asked(client, "Hello");
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK_TEXT("abc", text_of(stream));
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

CASE(server_that_does_not_close_does_not_delay_the_answer) {
  sparkchat_config *config = config_for(ws("no_close"));
  sparkchat_client *client;
  sparkchat_stream *stream;
  time_t start = time(NULL);
  sparkchat_config_set_close_timeout(config, 100, NULL);
  sparkchat_config_set_first_token_timeout(config, 20000, NULL);
  sparkchat_config_set_idle_timeout(config, 20000, NULL);
  client = client_of(config);
  stream = asked(client, "Hello");
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK(time(NULL) - start < 10);
  CHECK_INT(SPARKCHAT_OUTCOME_COMPLETE, outcome_of(stream));
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

CASE(deadline_that_is_switched_off_does_not_pass) {
  sparkchat_config *config = config_for(ws("stall:at=request"));
  const sparkchat_event *event = NULL;
  sparkchat_client *client;
  sparkchat_stream *stream;
  sparkchat_config_set_first_token_timeout(config, 0, NULL);
  client = client_of(config);
  stream = asked(client, "Hello");
  until(stream, SPARKCHAT_EVENT_READY);
  CHECK_STATUS(SPARKCHAT_AGAIN,
               sparkchat_stream_next(stream, 300, &event, NULL));
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}
