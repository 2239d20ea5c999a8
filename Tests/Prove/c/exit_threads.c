/* The work of the threads of `exit`. */
#define _GNU_SOURCE
#include "exit.h"

#include <stdio.h>
#include <stdlib.h>

static sparkchat_client *client_at(const char *url, int at_once) {
  sparkchat_client *client = NULL;
  sparkchat_config *config = sparkchat_config_new();
  sparkchat_config_load_environment(config, NULL);
  sparkchat_config_set_url(config, url, NULL);
  sparkchat_config_set_domain(config, "generalv3.5", NULL);
  sparkchat_config_set_ca_file(config, ca_file, NULL);
  sparkchat_config_set_max_concurrency(config, at_once, NULL);
  sparkchat_config_set_queue_timeout(config, 0, NULL);
  (void)!sparkchat_client_new(config, &client, NULL); /* NULL at exit */
  sparkchat_config_free(config);
  return client;
}

sparkchat_client *new_client(const char *scenario, int at_once) {
  char url[1024];
  snprintf(url, sizeof url, "%s&scenario=%s", base, scenario);
  return client_at(url, at_once);
}

sparkchat_request *new_request(void) {
  sparkchat_request *request = sparkchat_request_new();
  sparkchat_request_add_message(request, SPARKCHAT_ROLE_USER, "Hello",
                                SPARKCHAT_NUL_TERMINATED, NULL);
  return request;
}

static sparkchat_stream *new_stream(const sparkchat_client *client) {
  sparkchat_stream *stream = NULL;
  sparkchat_request *request = new_request();
  (void)!sparkchat_client_open(client, request, &stream, NULL);
  sparkchat_request_free(request);
  return stream;
}

sparkchat_stream *waiting_stream(const sparkchat_client *client) {
  sparkchat_stream *stream = new_stream(client);
  const sparkchat_event *event = NULL;
  do {
    if (sparkchat_stream_next(stream, -1, &event, NULL) != SPARKCHAT_OK) {
      abort();
    }
  } while (sparkchat_event_kind_of(event) != SPARKCHAT_EVENT_TEXT);
  return stream;
}

static sparkchat_status pull(sparkchat_stream *stream) {
  sparkchat_status result;
  do {
    result = sparkchat_stream_next(stream, -1, NULL, NULL);
  } while (result == SPARKCHAT_OK || result == SPARKCHAT_INTERRUPTED);
  return result;
}

static sparkchat_status ask(const sparkchat_client *client) {
  sparkchat_stream *stream = new_stream(client);
  sparkchat_status result = pull(stream);
  sparkchat_stream_free(stream);
  return result;
}

static void receive(void) {
  sparkchat_client *client = new_client("count:n=3000,size=20", 0);
  for (;;) {
    ask(client);
  }
}

/* New clients, handshakes, and unused connections. */
static void connect_again(void) {
  for (;;) {
    sparkchat_client *client = new_client("echo", 0);
    sparkchat_stream *stream = NULL;
    if (sparkchat_client_connect(client, &stream, NULL) == SPARKCHAT_OK) {
      (void)!sparkchat_stream_next(stream, 5, NULL, NULL);
    }
    sparkchat_stream_free(stream);
    sparkchat_client_free(client);
  }
}

static void wait_long(void) {
  sparkchat_client *client = new_client("stall:at=middle", 0);
  for (;;) {
    ask(client);
  }
}

/* Slow answers: each piece wakes the thread. */
static void wait_often(void) {
  sparkchat_client *client = new_client("slow:delay_ms=1,bytes=50", 0);
  for (;;) {
    ask(client);
  }
}

static void look_up(void) {
  sparkchat_client *client = client_at("wss://nobody.invalid:1/v3.5/chat", 0);
  for (;;) {
    ask(client);
  }
}

static void *queue_up(void *data) {
  sparkchat_client *client = (sparkchat_client *)data;
  for (;;) {
    ask(client);
  }
  return NULL;
}

static void queue(void) {
  sparkchat_client *client = new_client("echo", 1);
  pthread_t thread;
  pthread_create(&thread, NULL, queue_up, client);
  queue_up(client);
}

static void work_on_group(void) {
  sparkchat_client *client = new_client("count:n=200,size=20", 0);
  sparkchat_group *group = NULL;
  if (sparkchat_group_new(&group, NULL)) {
    abort();
  }
  for (;;) {
    sparkchat_stream *stream = NULL;
    sparkchat_status result;
    while (sparkchat_group_count(group) < 5) {
      sparkchat_group_add(group, new_stream(client), NULL);
    }
    result = sparkchat_group_next(group, -1, &stream, NULL, NULL);
    if (stream && (result == SPARKCHAT_DONE || result < 0)) {
      sparkchat_stream_free(stream);
    }
  }
}

/* Over HTTP, connections are kept and reused. */
static void keep(void) {
  sparkchat_client *client = client_at(kept, 0);
  for (;;) {
    ask(client);
  }
}

static void (*const kinds[])(void) = {
    receive, connect_again, wait_long,     wait_often,
    look_up, queue,         work_on_group, keep,
};

static void *busy(void *data) {
  kinds[(uintptr_t)data % (sizeof kinds / sizeof kinds[0])]();
  return NULL;
}

pthread_t start(int number) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, busy, (void *)(uintptr_t)number)) {
    abort();
  }
  return thread;
}

static void *until_failure(void *data) {
  sparkchat_client *client = new_client("slow:delay_ms=5,bytes=50", 0);
  (void)data;
  while (ask(client) == SPARKCHAT_DONE) {
  }
  sparkchat_client_free(client);
  return NULL;
}

pthread_t start_one(void) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, until_failure, NULL)) {
    abort();
  }
  return thread;
}
