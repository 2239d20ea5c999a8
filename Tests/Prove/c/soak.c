/* Runs hundreds of streams on one thread for a long time, with faults mixed in.
 * After the warm-up and at the end, it frees everything and measures what is
 * still in use: heap, resident memory, descriptors.
 *
 * Arguments: warm-up and soak in seconds, streams, CA file, URLs. */
#define _GNU_SOURCE

#include "counts.h"

#include <malloc.h>
#include <sparkchat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const struct {
  const char *scenario;
  sparkchat_outcome outcome;
} kinds[] = {
    {"echo", SPARKCHAT_OUTCOME_COMPLETE},
    {"count:n=50,size=100", SPARKCHAT_OUTCOME_COMPLETE},
    {"drop:after=1", SPARKCHAT_OUTCOME_TRUNCATED},
    {"echo", SPARKCHAT_OUTCOME_COMPLETE},
    {"drop:after=2,how=reset,bytes=7", SPARKCHAT_OUTCOME_TRUNCATED},
    {"error:code=10013", SPARKCHAT_OUTCOME_FAILED},
    {"slow:bytes=100", SPARKCHAT_OUTCOME_COMPLETE},
    {"bad_json", SPARKCHAT_OUTCOME_FAILED},
    {"stall:at=middle", SPARKCHAT_OUTCOME_TIMEOUT},
    {"echo", SPARKCHAT_OUTCOME_CANCELLED},
    {"fragments", SPARKCHAT_OUTCOME_COMPLETE},
    {"big_frame:bytes=100000", SPARKCHAT_OUTCOME_COMPLETE},
    {"citations", SPARKCHAT_OUTCOME_COMPLETE},
    {"close_early:after=1", SPARKCHAT_OUTCOME_TRUNCATED},
    {"reasoning", SPARKCHAT_OUTCOME_COMPLETE},
    {"function_call", SPARKCHAT_OUTCOME_COMPLETE},
};

enum { KINDS = sizeof kinds / sizeof kinds[0], MOST_URLS = 8 };

static const char *ca_file;
static char **urls;
static int url_count, streams;
static sparkchat_client *clients[MOST_URLS];
static sparkchat_group *group;
static long opened, ended[6], unexpected;

static long seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec;
}

static long resident_kib(void) {
  long pages = 0, resident = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (!file || fscanf(file, "%ld %ld", &pages, &resident) != 2) {
    exit(2);
  }
  fclose(file);
  return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static void say(const char *when) {
  malloc_trim(0);
  printf("%s\t%ld\t%zu\t%d\t%ld\n", when, resident_kib(), mallinfo2().uordblks,
         descriptor_count(), opened);
  fflush(stdout);
}

static sparkchat_client *new_client(const char *url) {
  sparkchat_client *client = NULL;
  sparkchat_error *error = NULL;
  sparkchat_config *config = sparkchat_config_new();
  sparkchat_config_set_url(config, url, NULL);
  sparkchat_config_set_domain(config, "generalv3.5", NULL);
  sparkchat_config_set_ca_file(config, ca_file, NULL);
  sparkchat_config_set_max_attempts(config, 1, NULL);
  /* Long enough for a busy machine; only a stall should reach this. */
  sparkchat_config_set_idle_timeout(config, 10000, NULL);
  sparkchat_config_load_environment(config, NULL);
  if (sparkchat_client_new(config, &client, &error) != SPARKCHAT_OK) {
    fprintf(stderr, "client: %s\n", sparkchat_error_message(error));
    exit(1);
  }
  sparkchat_config_free(config);
  return client;
}

/* Stalls use another client, with a short deadline. */
static sparkchat_client *impatient;

static void open_one(void) {
  long number = opened++;
  size_t kind = (size_t)(number % KINDS);
  sparkchat_client *client = clients[(number / KINDS) % url_count];
  sparkchat_request *request = sparkchat_request_new();
  sparkchat_stream *stream = NULL;
  char text[256];
  if (kinds[kind].outcome == SPARKCHAT_OUTCOME_TIMEOUT) {
    client = impatient;
  }
  snprintf(text, sizeof text, "#scenario %s\nquestion %ld.",
           kinds[kind].scenario, number);
  sparkchat_request_add_message(request, SPARKCHAT_ROLE_USER, text,
                                SPARKCHAT_NUL_TERMINATED, NULL);
  if (sparkchat_client_open(client, request, &stream, NULL) != SPARKCHAT_OK ||
      sparkchat_group_add(group, stream, NULL) != SPARKCHAT_OK) {
    fprintf(stderr, "a stream cannot be opened\n");
    exit(1);
  }
  sparkchat_stream_set_user_data(stream, (void *)number);
  sparkchat_request_free(request);
}

static void check(sparkchat_stream *stream, const sparkchat_error *error) {
  long number = (long)sparkchat_stream_user_data(stream);
  size_t kind = (size_t)(number % KINDS);
  const sparkchat_response *response = sparkchat_stream_response(stream);
  sparkchat_outcome outcome = sparkchat_response_outcome(response);
  char expected[64];
  snprintf(expected, sizeof expected, "question %ld.", number);
  ended[outcome]++;
  if (outcome != kinds[kind].outcome ||
      (outcome == SPARKCHAT_OUTCOME_COMPLETE &&
       strcmp(kinds[kind].scenario, "echo") == 0 &&
       strcmp(expected, sparkchat_response_text(response, NULL)) != 0)) {
    if (unexpected++ < 20) {
      printf("unexpected\t%s\t%s\t%s\n", kinds[kind].scenario,
             sparkchat_outcome_name(outcome), sparkchat_error_message(error));
    }
  }
}

static void soak(long for_seconds) {
  long until = seconds() + for_seconds, next_note;
  long every = for_seconds / 10 > 0 ? for_seconds / 10 : 1;
  int live = 0, is_on = 1;
  next_note = seconds() + every;
  for (int i = 0; i < url_count; i++) {
    clients[i] = new_client(urls[i]);
  }
  {
    sparkchat_config *config = sparkchat_config_new();
    sparkchat_config_set_url(config, urls[0], NULL);
    sparkchat_config_set_ca_file(config, ca_file, NULL);
    sparkchat_config_set_domain(config, "generalv3.5", NULL);
    sparkchat_config_set_max_attempts(config, 1, NULL);
    sparkchat_config_set_idle_timeout(config, 200, NULL);
    sparkchat_config_load_environment(config, NULL);
    if (sparkchat_client_new(config, &impatient, NULL) != SPARKCHAT_OK ||
        sparkchat_group_new(&group, NULL) != SPARKCHAT_OK) {
      exit(1);
    }
    sparkchat_config_free(config);
  }
  while (is_on || live > 0) {
    sparkchat_stream *stream = NULL;
    const sparkchat_event *event = NULL;
    sparkchat_error *error = NULL;
    sparkchat_status status;
    for (; is_on && live < streams; live++) {
      open_one();
    }
    status = sparkchat_group_next(group, -1, &stream, &event, &error);
    if (stream && status == SPARKCHAT_OK &&
        kinds[(long)sparkchat_stream_user_data(stream) % KINDS].outcome ==
            SPARKCHAT_OUTCOME_CANCELLED) {
      sparkchat_stream_cancel(stream);
    } else if (stream && status != SPARKCHAT_OK) {
      check(stream, error);
      sparkchat_stream_free(stream);
      live--;
    }
    sparkchat_error_free(error);
    is_on = is_on && seconds() < until;
    if (is_on && seconds() >= next_note) {
      next_note += every;
      say("at work");
    }
  }
  sparkchat_group_free(group);
  sparkchat_client_free(impatient);
  for (int i = 0; i < url_count; i++) {
    sparkchat_client_free(clients[i]);
  }
}

int main(int argc, char **argv) {
  if (argc < 6 || argc - 5 > MOST_URLS) {
    return 2;
  }
  streams = (int)strtol(argv[3], NULL, 10);
  ca_file = argv[4];
  urls = argv + 5;
  url_count = argc - 5;
  soak(strtol(argv[1], NULL, 10));
  usleep(300000); /* the thread of a name lookup may still be ending */
  say("warm");
  soak(strtol(argv[2], NULL, 10));
  usleep(300000);
  say("end");
  for (int i = 1; i < 6; i++) {
    printf("ended\t%s\t%ld\n", sparkchat_outcome_name((sparkchat_outcome)i),
           ended[i]);
  }
  printf("unexpected in all\t%ld\n", unexpected);
  return 0;
}
