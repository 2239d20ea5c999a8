/* A group in the host's own event loop: its descriptor is readable whenever
 * there is something to do, deadlines included, and only then. */
#define _GNU_SOURCE

#include "case.h"
#include "grouped.h"
#include "scene.h"

#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { LONG_MS = 20000 };

/* Does what a host does when the descriptor is readable. Frees the streams that
 * have ended, and returns their number. */
static int serve(sparkchat_group *group, sparkchat_status *last) {
  int ended = 0;
  for (;;) {
    sparkchat_stream *stream = NULL;
    *last = sparkchat_group_next(group, 0, &stream, NULL, NULL);
    if (!stream) {
      return ended;
    }
    if (*last != SPARKCHAT_OK) {
      ended++;
      sparkchat_stream_free(stream);
    }
  }
}

static void serve_until_quiet(sparkchat_group *group, int quiet_ms) {
  sparkchat_status last;
  while (is_readable(sparkchat_group_fd(group), quiet_ms)) {
    CHECK_INT(0, serve(group, &last));
  }
}

CASE(descriptor_is_the_same_for_life) {
  sparkchat_client *client = client_for(ws("echo"));
  sparkchat_group *group = new_group();
  int descriptor = sparkchat_group_fd(group);
  CHECK(descriptor >= 0);
  CHECK(!is_readable(descriptor, 0));
  join(group, client, "x");
  CHECK_INT(descriptor, sparkchat_group_fd(group));
  CHECK(is_readable(descriptor, 0)); /* it has to connect */
  CHECK_INT(1, drain(group));
  CHECK_INT(descriptor, sparkchat_group_fd(group));
  CHECK(!is_readable(descriptor, 50));
  CHECK_INT(-1, sparkchat_group_fd(NULL));
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

static void run_loop(const char *url, int streams) {
  sparkchat_client *client = client_for(url);
  sparkchat_group *group = new_group();
  sparkchat_status last;
  int ended = 0;
  for (int i = 0; i < streams / 2; i++) {
    join(group, client, "x");
  }
  (void)sparkchat_group_fd(group); /* in the middle */
  for (int i = streams / 2; i < streams; i++) {
    join(group, client, "x");
  }
  while (ended < streams) {
    CHECK(is_readable(sparkchat_group_fd(group), LONG_MS));
    ended += serve(group, &last);
  }
  CHECK_STATUS(SPARKCHAT_DONE, last);
  CHECK(!is_readable(sparkchat_group_fd(group), 50));
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(loop) {
  run_loop(ws("echo"), 20);
  run_loop(wss("echo"), 20);
  run_loop(wss("coalesce"), 20);
  run_loop(wss("count:n=500"), 4);
  run_loop(ws("fragments:size=3"), 4);
  run_loop(wss("error:code=10012"), 20);
  run_loop(faulty("wss", "reset"), 20);
  run_loop(faulty("wss", "tls_expired"), 4);
  run_loop("ws://127.0.0.1:1/v3.5/chat", 20);
}

/* Level-triggered: the descriptor stays readable if a call leaves something to
 * do. */
CASE(one_event_for_each_look) {
  sparkchat_client *client = client_for(wss("coalesce"));
  sparkchat_group *group = new_group();
  int ended = 0;
  for (int i = 0; i < 5; i++) {
    join(group, client, "x");
  }
  while (ended < 5) {
    sparkchat_stream *stream = NULL;
    CHECK(is_readable(sparkchat_group_fd(group), LONG_MS));
    if (sparkchat_group_next(group, 0, &stream, NULL, NULL) == SPARKCHAT_DONE) {
      CHECK(stream != NULL);
      sparkchat_stream_free(stream);
      ended++;
    }
  }
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(nested_in_the_hosts_epoll) {
  sparkchat_client *client = client_for(wss("count:n=200"));
  sparkchat_group *group = new_group();
  struct epoll_event event, wanted;
  int host = epoll_create1(0), outer = epoll_create1(0), ended = 0;
  sparkchat_status last;
  memset(&wanted, 0, sizeof wanted);
  wanted.events = EPOLLIN;
  CHECK(epoll_ctl(host, EPOLL_CTL_ADD, sparkchat_group_fd(group), &wanted) ==
        0);
  CHECK(epoll_ctl(outer, EPOLL_CTL_ADD, host, &wanted) == 0);
  for (int i = 0; i < 5; i++) {
    join(group, client, "x");
  }
  while (ended < 5) {
    CHECK(epoll_wait(outer, &event, 1, LONG_MS) == 1);
    CHECK(epoll_wait(host, &event, 1, LONG_MS) == 1);
    ended += serve(group, &last);
  }
  CHECK(epoll_wait(outer, &event, 1, 50) == 0);
  close(host);
  close(outer);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(deadlines_make_it_readable) {
  static const char *const urls[] = {"stall:at=request", "stall:at=middle",
                                     "upgrade_stall", NULL};
  for (int i = 0; i < 4; i++) {
    const char *url = urls[i] ? ws(urls[i]) : faulty("wss", "blackhole");
    sparkchat_config *config = config_for(url);
    sparkchat_client *client;
    sparkchat_group *group = new_group();
    sparkchat_status last = SPARKCHAT_OK;
    sparkchat_config_set_tls_timeout(config, 200, NULL);
    sparkchat_config_set_upgrade_timeout(config, 200, NULL);
    sparkchat_config_set_first_token_timeout(config, 200, NULL);
    sparkchat_config_set_idle_timeout(config, 200, NULL);
    client = client_of(config);
    join(group, client, "x");
    for (int looks = 0; serve(group, &last) == 0; looks++) {
      CHECK(looks < 50);
      CHECK(is_readable(sparkchat_group_fd(group), LONG_MS));
    }
    sparkchat_group_free(group);
    sparkchat_client_free(client);
  }
}

CASE(pauses_between_attempts_make_it_readable) {
  sparkchat_config *config = config_for(ws("error:code=11202"));
  sparkchat_client *client;
  sparkchat_group *group = new_group();
  sparkchat_status last = SPARKCHAT_OK;
  sparkchat_config_set_max_attempts(config, 3, NULL);
  sparkchat_config_set_retry_backoff(config, 100, 100, NULL);
  client = client_of(config);
  join(group, client, "x");
  for (int looks = 0; serve(group, &last) == 0; looks++) {
    CHECK(looks < 100);
    CHECK(is_readable(sparkchat_group_fd(group), LONG_MS));
  }
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(place_in_line_makes_it_readable) {
  sparkchat_config *config = config_for(ws("echo"));
  sparkchat_client *client;
  sparkchat_group *group = new_group();
  sparkchat_status last;
  int ended = 0;
  sparkchat_config_set_max_concurrency(config, 1, NULL);
  sparkchat_config_set_max_rate(config, 50, NULL);
  client = client_of(config);
  for (int i = 0; i < 10; i++) {
    join(group, client, "x");
  }
  for (int looks = 0; ended < 10; looks++) {
    CHECK(looks < 500);
    CHECK(is_readable(sparkchat_group_fd(group), LONG_MS));
    ended += serve(group, &last);
  }
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(quiet_when_there_is_nothing_to_do) {
  sparkchat_client *client = client_for(wss(NULL));
  sparkchat_group *group = new_group();
  sparkchat_stream *stalled = join(
      group, client, "#scenario stall:at=middle,after=1,content=abcdef\nx");
  sparkchat_stream *parked = join_connecting(group, client);
  serve_until_quiet(group, 500);
  for (int i = 0; i < 3; i++) {
    CHECK(!is_readable(sparkchat_group_fd(group), 100));
    CHECK_STATUS(SPARKCHAT_AGAIN,
                 sparkchat_group_next(group, 0, NULL, NULL, NULL));
  }
  CHECK_TEXT("a", text_of(stalled));
  sparkchat_stream_free(stalled);
  CHECK_STATUS(SPARKCHAT_DONE,
               sparkchat_group_next(group, 0, NULL, NULL, NULL));
  CHECK(!is_readable(sparkchat_group_fd(group), 50));
  sparkchat_stream_free(parked);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(cancel_makes_it_readable) {
  sparkchat_client *client = client_for(ws(NULL));
  sparkchat_group *group = new_group();
  sparkchat_status last = SPARKCHAT_OK;
  sparkchat_stream *stream = join(
      group, client, "#scenario stall:at=middle,after=1,content=abcdef\nx");
  serve_until_quiet(group, 300);
  sparkchat_stream_cancel(stream);
  CHECK(is_readable(sparkchat_group_fd(group), LONG_MS));
  CHECK_INT(1, serve(group, &last));
  CHECK(!is_readable(sparkchat_group_fd(group), 50));
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

/* A wake of an idle group does not last forever. */
CASE(wake_makes_it_readable_once) {
  sparkchat_client *client = client_for(ws(NULL));
  sparkchat_group *group = new_group();
  sparkchat_status last;
  for (int i = 0; i < 3; i++) {
    sparkchat_stream *stream = NULL;
    if (i == 1) {
      stream = join_connecting(group, client);
      serve_until_quiet(group, 300);
    } else if (i == 2) {
      stream = join(group, client, "#scenario stall:at=middle\nx");
      serve_until_quiet(group, 300);
    }
    sparkchat_group_wake(group);
    CHECK(is_readable(sparkchat_group_fd(group), LONG_MS));
    CHECK_INT(0, serve(group, &last));
    CHECK_STATUS(SPARKCHAT_AGAIN, last);
    CHECK(!is_readable(sparkchat_group_fd(group), 50));
    sparkchat_stream_free(stream);
  }
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(question_on_a_parked_stream_makes_it_readable) {
  sparkchat_client *client = client_for(wss("echo"));
  sparkchat_group *group = new_group();
  sparkchat_stream *stream = join_connecting(group, client);
  sparkchat_request *request = question("parked");
  sparkchat_status last;
  int ended = 0;
  serve_until_quiet(group, 300);
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_stream_send(stream, request, NULL));
  sparkchat_request_free(request);
  while (ended == 0) {
    CHECK(is_readable(sparkchat_group_fd(group), LONG_MS));
    ended = serve(group, &last);
  }
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}
