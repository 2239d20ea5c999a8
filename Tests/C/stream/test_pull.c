/* sparkchat_stream_next: waiting, not waiting, and being interrupted. */
#define _POSIX_C_SOURCE 200809L

#include "case.h"
#include "scene.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>

CASE(not_waiting_comes_to_the_same_answer) {
  sparkchat_stream *stream = opened(wss("echo:chunks=3"));
  const sparkchat_event *event = NULL;
  sparkchat_status status;
  int waits = 0;
  do {
    status = sparkchat_stream_next(stream, 0, &event, NULL);
    CHECK((status == SPARKCHAT_OK) == (event != NULL));
    if (status == SPARKCHAT_AGAIN) {
      waits++;
      sleep_ms(1);
    }
  } while (status == SPARKCHAT_OK || status == SPARKCHAT_AGAIN);
  CHECK_STATUS(SPARKCHAT_DONE, status);
  CHECK(waits > 0);
  CHECK_TEXT("Hello", text_of(stream));
  sparkchat_stream_free(stream);
}

CASE(again_loses_nothing) {
  sparkchat_stream *stream = opened(ws("slow:delay_ms=0.5,content=slowly"));
  const sparkchat_event *event = NULL;
  sparkchat_error *error = NULL;
  sparkchat_status status;
  int waits = 0;
  do {
    status = sparkchat_stream_next(stream, 1, &event, &error);
    waits += status == SPARKCHAT_AGAIN;
    CHECK(error == NULL);
  } while (status == SPARKCHAT_OK || status == SPARKCHAT_AGAIN);
  CHECK_STATUS(SPARKCHAT_DONE, status);
  CHECK(waits > 0);
  CHECK_TEXT("slowly", text_of(stream));
  sparkchat_stream_free(stream);
}

CASE(timeout_ends_the_wait_and_not_the_exchange) {
  sparkchat_stream *stream = opened(ws("stall:at=middle,content=half"));
  const sparkchat_event *event = NULL;
  until(stream, SPARKCHAT_EVENT_TEXT);
  while (sparkchat_stream_next(stream, 50, &event, NULL) == SPARKCHAT_OK) {
  }
  for (int i = 0; i < 3; i++) {
    CHECK_STATUS(SPARKCHAT_AGAIN,
                 sparkchat_stream_next(stream, 10, &event, NULL));
    CHECK_INT(SPARKCHAT_OUTCOME_PENDING, outcome_of(stream));
  }
  sparkchat_stream_free(stream);
}

static volatile sig_atomic_t signals;

static void count_signal(int number) {
  (void)number;
  signals = signals + 1;
}

static void handle(int number, int flags) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = count_signal;
  action.sa_flags = flags;
  CHECK(sigaction(number, &action, NULL) == 0);
}

static void start_timer(long milliseconds) {
  struct itimerval timer;
  memset(&timer, 0, sizeof timer);
  timer.it_interval.tv_usec = timer.it_value.tv_usec = milliseconds * 1000;
  CHECK(setitimer(ITIMER_REAL, &timer, NULL) == 0);
}

static void check_interrupted(sparkchat_stream *stream) {
  const sparkchat_event *event = NULL;
  sparkchat_error *error = NULL;
  sparkchat_status status;
  do {
    status = sparkchat_stream_next(stream, -1, &event, &error);
  } while (status == SPARKCHAT_OK);
  CHECK_STATUS(SPARKCHAT_INTERRUPTED, status);
  CHECK(!event && !error && signals > 0);
  CHECK_INT(SPARKCHAT_OUTCOME_PENDING, outcome_of(stream));
}

CASE(signal_interrupts_a_wait) {
  sparkchat_stream *stream = opened(ws("stall:at=request"));
  handle(SIGALRM, 0);
  start_timer(50);
  check_interrupted(stream);
  sparkchat_stream_free(stream);
}

CASE(signal_interrupts_a_wait_even_with_sa_restart) {
  sparkchat_stream *stream = opened(wss("stall:at=request"));
  handle(SIGALRM, SA_RESTART);
  start_timer(50);
  check_interrupted(stream);
  sparkchat_stream_free(stream);
}

CASE(signal_interrupts_opening) {
  sparkchat_stream *stream = opened(faulty("wss", "blackhole"));
  handle(SIGALRM, 0);
  start_timer(50);
  check_interrupted(stream);
  sparkchat_stream_free(stream);
}

CASE(storm_of_signals_loses_nothing) {
  sparkchat_stream *stream = opened(wss("slow:delay_ms=0.5,content=whole"));
  handle(SIGALRM, 0);
  start_timer(1);
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK_TEXT("whole", text_of(stream));
  CHECK(signals > 0);
  sparkchat_stream_free(stream);
}

CASE(storm_of_signals_does_not_end_invoke) {
  sparkchat_client *client = client_for(wss("slow:delay_ms=0.5,content=whole"));
  sparkchat_request *request = question("Hello");
  sparkchat_response *response = NULL;
  handle(SIGALRM, 0);
  start_timer(1);
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_client_invoke(client, request, &response, NULL));
  CHECK_TEXT("whole", sparkchat_response_text(response, NULL));
  CHECK(signals > 0);
  sparkchat_response_free(response);
  sparkchat_request_free(request);
  sparkchat_client_free(client);
}

CASE(storm_of_signals_does_not_stretch_a_deadline) {
  sparkchat_config *config = config_for(ws("stall:at=request"));
  sparkchat_client *client;
  sparkchat_stream *stream;
  sparkchat_error *error = NULL;
  sparkchat_config_set_first_token_timeout(config, 200, NULL);
  client = client_of(config);
  stream = asked(client, "Hello");
  handle(SIGALRM, 0);
  start_timer(5);
  CHECK_STATUS(SPARKCHAT_ERR_TIMEOUT, finish(stream, &error));
  CHECK_INT(SPARKCHAT_PHASE_FIRST_TOKEN, sparkchat_error_phase(error));
  sparkchat_error_free(error);
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

static void *pull_to_the_end(void *stream) {
  return (void *)(size_t)(finish((sparkchat_stream *)stream, NULL) ==
                          SPARKCHAT_DONE);
}

CASE(stream_moves_between_threads) {
  sparkchat_stream *stream = opened(wss("count:n=100"));
  pthread_t thread;
  void *is_done = NULL;
  until(stream, SPARKCHAT_EVENT_TEXT);
  CHECK(pthread_create(&thread, NULL, pull_to_the_end, stream) == 0);
  CHECK(pthread_join(thread, &is_done) == 0);
  CHECK(is_done != NULL);
  CHECK_HAS("98 99 ", text_of(stream));
  sparkchat_stream_free(stream);
}
