/* Warm connections near the service's age limit. This program's clock_gettime()
 * replaces the C library's. */
#define _GNU_SOURCE

#include "case.h"
#include "grouped.h"
#include "scene.h"

#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long later;

int clock_gettime(clockid_t clock, struct timespec *time) {
  int result = (int)syscall(SYS_clock_gettime, clock, time);
  if (clock == CLOCK_MONOTONIC) {
    time->tv_sec += later;
  }
  return result;
}

static void check_after(sparkchat_client *client, long seconds,
                        sparkchat_connection expected) {
  sparkchat_stream *stream = NULL;
  sparkchat_request *request = question("Hello");
  const sparkchat_response *response;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_client_connect(client, &stream, NULL));
  until(stream, SPARKCHAT_EVENT_READY);
  later += seconds;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_stream_send(stream, request, NULL));
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK_TEXT("Hello", text_of(stream));
  response = sparkchat_stream_response(stream);
  CHECK_INT(expected, sparkchat_response_connection(response));
  CHECK_INT(1, sparkchat_response_attempts(response));
  sparkchat_request_free(request);
  sparkchat_stream_free(stream);
}

CASE(old_connection_is_replaced) {
  sparkchat_client *client = client_for(wss("echo"));
  check_after(client, 50, SPARKCHAT_CONNECTION_WARM);
  check_after(client, 60, SPARKCHAT_CONNECTION_RESUMED);
  check_after(client, 100000, SPARKCHAT_CONNECTION_RESUMED);
  sparkchat_client_free(client);
}

CASE(old_connection_of_a_hosted_model_is_replaced) {
  char url[256];
  sparkchat_config *config;
  sparkchat_client *client;
  sparkchat_stream *stream;
  static const long ages[] = {50, 50, 60, 50};
  snprintf(url, sizeof url, "%s/v1.1/chat?scenario=echo",
           required("SPARK_WSS"));
  config = config_for(url);
  sparkchat_config_set_domain(config, "xdeepseekv3", NULL);
  client = client_of(config);
  stream = asked(client, "first");
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  for (int i = 0; i < 4; i++) { /* the age counts from the last answer */
    sparkchat_request *request = question("again");
    later += ages[i];
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_stream_send(stream, request, NULL));
    CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
    CHECK_TEXT("again", text_of(stream));
    CHECK_INT(ages[i] == 50 ? SPARKCHAT_CONNECTION_WARM
                            : SPARKCHAT_CONNECTION_RESUMED,
              sparkchat_response_connection(sparkchat_stream_response(stream)));
    sparkchat_request_free(request);
  }
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

CASE(old_connection_in_a_group_is_replaced) {
  sparkchat_client *client = client_for(wss("echo"));
  sparkchat_group *group = new_group();
  sparkchat_stream *stream = join_connecting(group, client);
  sparkchat_request *request = question("Hello");
  sparkchat_status status;
  until_in_group(group, stream, SPARKCHAT_EVENT_READY);
  CHECK_STATUS(SPARKCHAT_DONE,
               sparkchat_group_next(group, -1, NULL, NULL, NULL));
  later += 60;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_stream_send(stream, request, NULL));
  CHECK(next_end(group, &status) == stream);
  CHECK_STATUS(SPARKCHAT_DONE, status);
  CHECK_INT(SPARKCHAT_CONNECTION_RESUMED,
            sparkchat_response_connection(sparkchat_stream_response(stream)));
  sparkchat_request_free(request);
  sparkchat_stream_free(stream);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}
