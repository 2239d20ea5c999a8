/* Sends the requests of its input, many at once, and reports how each ended.
 * Each request is a line, with tabs between the fields:
 *
 *   in:   ID NAME=VALUE ...
 *   out:  ID STATUS OUTCOME PHASE ERRNO CONNECTION TEXT(hex) MESSAGE HINT
 *
 * Each line has its own client, so that no TLS session is resumed. With `alone`
 * as argument, the requests run one after another, without a group. At the end
 * the program prints how many descriptors are left open. */
#define _GNU_SOURCE

#include "counts.h"

#include <poll.h>
#include <sparkchat.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct job {
  char id[64];
  char question[512];
  sparkchat_client *client;
  sparkchat_stream *stream;
  int asks;
  uint64_t hash; /* of the text in events */
} job;

static sparkchat_group *group;
static int running;

static uint64_t hashed(uint64_t hash, const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) {
    hash = (hash ^ (unsigned char)text[i]) * 1099511628211u;
  }
  return hash;
}

static void say_error(const char *id, const sparkchat_error *error) {
  printf("%s\t%s\tnone\t%s\t%d\t0\t\t%s\t%s\n", id,
         sparkchat_status_name(sparkchat_error_status(error)),
         sparkchat_phase_name(sparkchat_error_phase(error)),
         sparkchat_error_os_errno(error), sparkchat_error_message(error),
         sparkchat_error_hint(error));
}

static void say(const job *job, sparkchat_status status,
                const sparkchat_error *error) {
  const sparkchat_response *response = sparkchat_stream_response(job->stream);
  size_t length = 0;
  const char *text = sparkchat_response_text(response, &length);
  int same = hashed(0, text, length) == job->hash;
  sparkchat_outcome outcome = sparkchat_response_outcome(response);
  printf("%s\t%s\t%s\t%s\t%d\t%d\t", job->id,
         same ? sparkchat_status_name(status) : "EVENTS_DIFFER",
         sparkchat_outcome_name(outcome),
         sparkchat_phase_name(sparkchat_error_phase(error)),
         sparkchat_error_os_errno(error),
         (int)sparkchat_response_connection(response));
  for (size_t i = 0; i < length; i++) {
    printf("%02x", (unsigned char)text[i]);
  }
  printf("\t%s\t%s\n", sparkchat_error_message(error),
         sparkchat_error_hint(error));
}

static void set_timeouts(sparkchat_config *config, int ms) {
  sparkchat_config_set_resolve_timeout(config, ms, NULL);
  sparkchat_config_set_connect_timeout(config, ms, NULL);
  sparkchat_config_set_tls_timeout(config, ms, NULL);
  sparkchat_config_set_upgrade_timeout(config, ms, NULL);
  sparkchat_config_set_first_token_timeout(config, ms, NULL);
  sparkchat_config_set_idle_timeout(config, ms, NULL);
  sparkchat_config_set_close_timeout(config, ms, NULL);
}

/* A setting that fails is remembered: sparkchat_client_new() reports it. */
static void set(job *job, sparkchat_config *config, const char *name,
                const char *value) {
  int number = (int)strtol(value, NULL, 10);
  if (strcmp(name, "url") == 0) {
    sparkchat_config_set_url(config, value, NULL);
  } else if (strcmp(name, "ca") == 0) {
    sparkchat_config_set_ca_file(config, value, NULL);
  } else if (strcmp(name, "domain") == 0) {
    sparkchat_config_set_domain(config, value, NULL);
  } else if (strcmp(name, "attempts") == 0) {
    sparkchat_config_set_max_attempts(config, number, NULL);
  } else if (strcmp(name, "timeout") == 0) {
    set_timeouts(config, number);
  } else if (strcmp(name, "close") == 0) {
    sparkchat_config_set_close_timeout(config, number, NULL);
  } else if (strcmp(name, "asks") == 0) {
    job->asks = number;
  } else if (strcmp(name, "question") == 0) {
    snprintf(job->question, sizeof job->question, "%s", value);
  } else {
    fprintf(stderr, "unknown option %s\n", name);
    exit(2);
  }
}

static int open_stream(job *job) {
  sparkchat_error *error = NULL;
  sparkchat_request *request = sparkchat_request_new();
  sparkchat_request_add_message(request, SPARKCHAT_ROLE_USER, job->question,
                                SPARKCHAT_NUL_TERMINATED, NULL);
  job->hash = 0;
  if (sparkchat_client_open(job->client, request, &job->stream, &error) ||
      (group && sparkchat_group_add(group, job->stream, &error))) {
    say_error(job->id, error);
    sparkchat_stream_free(job->stream);
    job->stream = NULL;
  } else {
    sparkchat_stream_set_user_data(job->stream, job);
  }
  sparkchat_error_free(error);
  sparkchat_request_free(request);
  return job->stream != NULL;
}

static void end(job *job) {
  sparkchat_client_free(job->client);
  free(job);
}

/* Starts the request of a line; NULL if it has ended already. */
static job *begin(char *line) {
  char *rest = line, *field = strsep(&rest, "\t");
  job *job = calloc(1, sizeof *job);
  sparkchat_error *error = NULL;
  sparkchat_config *config = sparkchat_config_new();
  snprintf(job->id, sizeof job->id, "%s", field);
  snprintf(job->question, sizeof job->question, "Hello");
  job->asks = 1;
  sparkchat_config_set_max_attempts(config, 1, NULL);
  sparkchat_config_set_retry_backoff(config, 1, 10, NULL);
  while ((field = strsep(&rest, "\t")) != NULL) {
    char *value = strchr(field, '=');
    if (value) {
      *value++ = '\0';
      set(job, config, field, value);
    }
  }
  sparkchat_config_load_environment(config, NULL);
  if (sparkchat_client_new(config, &job->client, &error)) {
    say_error(job->id, error);
  }
  sparkchat_error_free(error);
  sparkchat_config_free(config);
  if (!job->client || !open_stream(job)) {
    end(job);
    return NULL;
  }
  running++;
  return job;
}

static void note(job *job, const sparkchat_event *event) {
  if (sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_TEXT) {
    size_t length = 0;
    const char *text = sparkchat_event_text(event, &length);
    job->hash = hashed(job->hash, text, length);
  }
}

/* Returns 1 if the job continues with another question. */
static int finish(job *job, sparkchat_status status, sparkchat_error *error) {
  int more = status == SPARKCHAT_DONE && --job->asks > 0;
  if (!more) {
    say(job, status, error);
  }
  sparkchat_error_free(error);
  sparkchat_stream_free(job->stream);
  job->stream = NULL;
  if (more && open_stream(job)) {
    return 1;
  }
  running--;
  end(job);
  return 0;
}

static void drive(void) {
  sparkchat_stream *stream;
  do {
    const sparkchat_event *event = NULL;
    sparkchat_error *error = NULL;
    sparkchat_status status =
        sparkchat_group_next(group, 0, &stream, &event, &error);
    job *job = (struct job *)sparkchat_stream_user_data(stream);
    if (status == SPARKCHAT_OK) {
      note(job, event);
    } else if (stream) {
      finish(job, status, error);
    }
  } while (stream);
}

static void run_alone(job *job) {
  sparkchat_status status;
  sparkchat_error *error;
  do {
    const sparkchat_event *event = NULL;
    error = NULL;
    while ((status = sparkchat_stream_next(job->stream, -1, &event, &error)) ==
           SPARKCHAT_OK) {
      note(job, event);
    }
  } while (finish(job, status, error));
}

/* Begins the requests of all complete lines; returns the number of bytes
 * left. */
static size_t take_lines(char *bytes, size_t count) {
  char *start = bytes, *newline;
  while ((newline = memchr(start, '\n', count)) != NULL) {
    job *job;
    *newline = '\0';
    job = begin(start);
    if (job && !group) {
      run_alone(job);
    }
    fflush(stdout);
    count -= (size_t)(newline + 1 - start);
    start = newline + 1;
  }
  memmove(bytes, start, count);
  return count;
}

int main(int argc, char **argv) {
  static char bytes[65536];
  size_t count = 0;
  int before = descriptor_count(), is_open = 1;
  struct pollfd waits[2] = {{0, POLLIN, 0}, {-1, POLLIN, 0}};
  (void)argv;
  if (argc == 1 && sparkchat_group_new(&group, NULL) != SPARKCHAT_OK) {
    return 2;
  }
  waits[1].fd = sparkchat_group_fd(group);
  while (is_open || running) {
    poll(waits, 2, -1);
    if (waits[0].revents) {
      ssize_t got = read(0, bytes + count, sizeof bytes - count);
      is_open = got > 0;
      waits[0].fd = is_open ? 0 : -1;
      waits[0].revents = 0;
      count = take_lines(bytes, count + (size_t)(got > 0 ? got : 0));
    }
    if (group) {
      drive();
    }
    fflush(stdout);
  }
  sparkchat_group_free(group);
  /* The thread of a name lookup may still hold a descriptor while it ends. */
  for (int i = 0; i < 300 && descriptor_count() > before; i++) {
    usleep(10000);
  }
  printf("end\t%d\n", descriptor_count() - before);
  return 0;
}
