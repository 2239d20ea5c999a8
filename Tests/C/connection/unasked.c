/* Connections without a request, and servers that send something on them; run
 * by test_unasked.py. */
#define _GNU_SOURCE

#include "case.h"
#include "grouped.h"
#include "scene.h"

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PATIENCE_S = 30, ROOM = 4096 };

/* With a small send buffer, the client soon notices a server that reads
 * nothing. Replaces the C library's function, for the library as well. */
int socket(int domain, int type, int protocol) {
  int made = (int)syscall(SYS_socket, domain, type, protocol), room = ROOM;
  if (domain == AF_INET || domain == AF_INET6) {
    (void)setsockopt(made, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  }
  return made;
}

static sparkchat_client *client_at_server(double per_second) {
  sparkchat_config *config = config_for(required("SPARK_URL"));
  sparkchat_config_set_max_rate(config, per_second, NULL);
  sparkchat_config_set_upgrade_timeout(config, 1500, NULL);
  sparkchat_config_set_max_attempts(config, 1, NULL);
  alarm(PATIENCE_S);
  return client_of(config);
}

static sparkchat_stream *ready_in(sparkchat_group *group,
                                  sparkchat_client *client) {
  sparkchat_stream *stream = join_connecting(group, client);
  until_in_group(group, stream, SPARKCHAT_EVENT_READY);
  return stream;
}

/* No request is in progress: the call returns immediately, whatever the server
 * sends. */
CASE(no_question_is_waited_for) {
  sparkchat_client *client = client_at_server(0);
  sparkchat_group *group = new_group();
  sparkchat_stream *stream = ready_in(group, client);
  for (int i = 0; i < 3; i++) {
    CHECK_STATUS(SPARKCHAT_DONE,
                 sparkchat_group_next(group, -1, NULL, NULL, NULL));
    sleep_ms(50);
  }
  sparkchat_stream_free(stream);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

/* The server counts the answers to its pings. */
CASE(pings_are_answered) {
  sparkchat_client *client = client_at_server(0);
  sparkchat_group *group = new_group();
  sparkchat_stream *stream = ready_in(group, client);
  for (int i = 0; i < 20; i++) {
    CHECK_STATUS(SPARKCHAT_DONE,
                 sparkchat_group_next(group, 20, NULL, NULL, NULL));
    sleep_ms(20);
  }
  sparkchat_stream_free(stream);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

/* The second request waits for two seconds, longer than an upgrade may take:
 * its connection is made meanwhile. */
CASE(connection_opens_while_its_question_waits) {
  sparkchat_client *client = client_at_server(0.5);
  sparkchat_stream *first = asked(client, "first"), *second = NULL;
  const sparkchat_event *event = NULL;
  sparkchat_request *request = question("second");
  CHECK_STATUS(SPARKCHAT_DONE, finish(first, NULL));
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_client_connect(client, &second, NULL));
  CHECK(sparkchat_stream_next(second, 50, &event, NULL) >= 0);
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_stream_send(second, request, NULL));
  CHECK_STATUS(SPARKCHAT_DONE, finish(second, NULL));
  CHECK_INT(1, sparkchat_response_attempts(sparkchat_stream_response(second)));
  sparkchat_request_free(request);
  sparkchat_stream_free(second);
  sparkchat_stream_free(first);
  sparkchat_client_free(client);
}
