/* Calls in any order that the header allows, chosen by SPARK_SEED; run by
 * test_group_monkey.py. Nothing may ever crash, hang, or mix answers. */
#define _GNU_SOURCE

#include "case.h"
#include "grouped.h"
#include "scene.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STREAMS = 24, GROUPS = 3, CLIENTS = 4, STEPS = 4000 };

static struct {
  sparkchat_stream *stream;
  int number; /* of its last request; 0: none */
} slots[STREAMS];
static sparkchat_group *groups[GROUPS];
static sparkchat_client *clients[CLIENTS];
static int questions;
static uint64_t state;

static unsigned roll(unsigned sides) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)(state >> 33) % sides;
}

static void make_clients(void) {
  char hosted[256];
  snprintf(hosted, sizeof hosted, "%s/v1.1/chat", required("SPARK_WSS"));
  for (int i = 0; i < CLIENTS; i++) {
    const char *url = i == 0 ? ws(NULL) : i == 1 ? wss(NULL) : hosted;
    sparkchat_config *config = config_for(url);
    sparkchat_config_set_idle_timeout(config, 200, NULL);
    sparkchat_config_set_first_token_timeout(config, 400, NULL);
    sparkchat_config_set_max_attempts(config, 1 + (int)roll(3), NULL);
    sparkchat_config_set_retry_backoff(config, 1, 50, NULL);
    sparkchat_config_set_max_concurrency(config, (int)roll(8), NULL);
    sparkchat_config_set_queue_timeout(config, 500, NULL);
    if (i >= 2) {
      sparkchat_config_set_domain(config, "xdeepseekv3", NULL);
    }
    clients[i] = client_of(config);
  }
}

static sparkchat_request *any_question(int *number) {
  static const char *const scenarios[] = {"echo",
                                          "echo",
                                          "echo",
                                          "coalesce",
                                          "fragments",
                                          "stall",
                                          "drop:after=1",
                                          "error:code=10010",
                                          "error:code=10013",
                                          "stall:at=end",
                                          "count:n=500",
                                          "late_error"};
  const char *scenario = scenarios[roll(12)];
  char text[128];
  *number = strcmp(scenario, "echo") == 0 ? ++questions : -1;
  snprintf(text, sizeof text, "#scenario %s\nquestion %d.", scenario, *number);
  return question(text);
}

static void check_text_of(int slot) {
  char expected[64];
  if (slots[slot].number > 0) {
    snprintf(expected, sizeof expected, "question %d.", slots[slot].number);
    CHECK_TEXT(expected, text_of(slots[slot].stream));
  }
}

static void open_one(int slot) {
  const sparkchat_client *client = clients[roll(CLIENTS)];
  if (roll(3) == 0) {
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_client_connect(client, &slots[slot].stream, NULL));
    slots[slot].number = 0;
  } else {
    sparkchat_request *request = any_question(&slots[slot].number);
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_client_open(
                                   client, request, &slots[slot].stream, NULL));
    sparkchat_request_free(request);
  }
}

static void send_one(int slot) {
  int number;
  sparkchat_request *request = any_question(&number);
  sparkchat_status status =
      sparkchat_stream_send(slots[slot].stream, request, NULL);
  CHECK(status == SPARKCHAT_OK || status == SPARKCHAT_ERR_STATE);
  if (status == SPARKCHAT_OK) {
    slots[slot].number = number;
  }
  sparkchat_request_free(request);
}

static void free_one(int slot) {
  sparkchat_stream_free(slots[slot].stream);
  slots[slot].stream = NULL;
}

static void next_alone(int slot) {
  const sparkchat_event *event = NULL;
  sparkchat_error *error = NULL;
  sparkchat_status status = sparkchat_stream_next(
      slots[slot].stream, (int)roll(3) * 2, &event, &error);
  CHECK(status == SPARKCHAT_OK ? event && !error : !event);
  CHECK(status >= 0 ? !error : sparkchat_error_message(error)[0] != 0);
  if (status == SPARKCHAT_DONE) {
    check_text_of(slot);
  }
  sparkchat_error_free(error);
}

static void next_of(int which) {
  sparkchat_stream *stream = NULL;
  const sparkchat_event *event = NULL;
  sparkchat_status status = sparkchat_group_next(
      groups[which], (int)roll(3) * 2, &stream, &event, NULL);
  int slot = 0;
  if (!stream) {
    CHECK(status >= 0 && status != SPARKCHAT_OK);
    return;
  }
  while (slot < STREAMS && slots[slot].stream != stream) {
    slot++;
  }
  CHECK(slot < STREAMS);
  CHECK((status == SPARKCHAT_OK) == (event != NULL));
  if (status == SPARKCHAT_DONE) {
    check_text_of(slot);
  }
  if (status != SPARKCHAT_OK && roll(2)) {
    free_one(slot);
  }
}

static void replace_group(int which) {
  sparkchat_group_free(groups[which]);
  groups[which] = new_group();
  if (roll(2)) {
    (void)sparkchat_group_fd(groups[which]);
  }
}

static void free_everything(void) {
  for (int i = 0; i < STREAMS + GROUPS + CLIENTS; i++) {
    int at = (i * 7) % (STREAMS + GROUPS + CLIENTS);
    if (at < STREAMS) {
      free_one(at);
    } else if (at < STREAMS + GROUPS) {
      sparkchat_group_free(groups[at - STREAMS]);
    } else {
      sparkchat_client_free(clients[at - STREAMS - GROUPS]);
    }
  }
}

static void fork_once(void) {
  int status = -1;
  pid_t child = fork();
  if (child == 0) {
    alarm(20);
    for (int i = 0; i < STREAMS; i++) {
      sparkchat_stream_cancel(slots[i].stream);
    }
    free_everything();
    _exit(0);
  }
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void step(void) {
  int slot = (int)roll(STREAMS), which = (int)roll(GROUPS);
  sparkchat_stream *stream = slots[slot].stream;
  unsigned what = roll(100);
  if (what < 50) {
    next_of(which);
  } else if (!stream) {
    open_one(slot);
  } else if (what < 70) {
    (void)sparkchat_group_add(groups[which], stream, NULL);
  } else if (what < 80) {
    next_alone(slot);
  } else if (what < 86) {
    send_one(slot);
  } else if (what < 90) {
    (void)sparkchat_group_remove(groups[which], stream, NULL);
  } else if (what < 93) {
    sparkchat_stream_cancel(stream);
  } else if (what < 96) {
    free_one(slot);
  } else if (what < 98) {
    sparkchat_group_wake(groups[which]);
  } else if (what < 99) {
    replace_group(which);
  } else if (roll(20) == 0) {
    fork_once();
  }
}

CASE(monkey) {
  state = strtoull(required("SPARK_SEED"), NULL, 10);
  make_clients();
  for (int i = 0; i < GROUPS; i++) {
    groups[i] = new_group();
  }
  for (int i = 0; i < STEPS; i++) {
    step();
  }
  free_everything();
}
