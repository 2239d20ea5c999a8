/* Asks questions with the settings of a test and prints how each one went:
 *
 *   control_ask URL [NAME=VALUE]...
 *
 * The settings are made in the order given. asks=N asks that often, one question
 * after the other on one client; with pause=1 it waits for a line on standard
 * input before each but the first. */
#include "counts.h"
#include "scene.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef sparkchat_status (*number_setter)(sparkchat_config *, int,
                                          sparkchat_error **);
typedef sparkchat_status (*text_setter)(sparkchat_config *, const char *,
                                        sparkchat_error **);

static const struct {
  const char *name;
  number_setter set;
} numbers[] = {{"resolve", sparkchat_config_set_resolve_timeout},
               {"connect", sparkchat_config_set_connect_timeout},
               {"tls", sparkchat_config_set_tls_timeout},
               {"upgrade", sparkchat_config_set_upgrade_timeout},
               {"first_token", sparkchat_config_set_first_token_timeout},
               {"idle", sparkchat_config_set_idle_timeout},
               {"total", sparkchat_config_set_total_timeout},
               {"queue", sparkchat_config_set_queue_timeout},
               {"close", sparkchat_config_set_close_timeout},
               {"attempts", sparkchat_config_set_max_attempts},
               {"budget", sparkchat_config_set_retry_budget},
               {"clock", sparkchat_config_set_clock_correction},
               {"concurrency", sparkchat_config_set_max_concurrency}};

static const struct {
  const char *name;
  text_setter set;
} texts[] = {{"ca", sparkchat_config_set_ca_file},
             {"domain", sparkchat_config_set_domain},
             {"secret", sparkchat_config_set_api_secret},
             {"pins", sparkchat_config_set_pinned_public_key}};

static const struct {
  const char *name;
  sparkchat_timing which;
} timings[] = {{"t_queue", SPARKCHAT_TIMING_QUEUE},
               {"t_resolve", SPARKCHAT_TIMING_RESOLVE},
               {"t_connect", SPARKCHAT_TIMING_CONNECT},
               {"t_tls", SPARKCHAT_TIMING_TLS},
               {"t_upgrade", SPARKCHAT_TIMING_UPGRADE},
               {"t_first_reasoning", SPARKCHAT_TIMING_FIRST_REASONING},
               {"t_first_text", SPARKCHAT_TIMING_FIRST_TEXT},
               {"t_last", SPARKCHAT_TIMING_LAST},
               {"t_total", SPARKCHAT_TIMING_TOTAL}};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int asks = 1, pauses, destroyed;
static const char *message = "Hello", *certificate;

static void on_log(sparkchat_log_level level, const char *text,
                   const char *fields, void *user_data) {
  (void)user_data;
  printf("log %d %s\t%s\n", (int)level, text, fields);
}

static void on_destroy(void *user_data) {
  ++*(int *)user_data;
}

static int apply_special(sparkchat_config *config, const char *name,
                         const char *value) {
  int number = (int)strtol(value, NULL, 10);
  if (strcmp(name, "asks") == 0) {
    asks = number;
  } else if (strcmp(name, "pause") == 0) {
    pauses = number;
  } else if (strcmp(name, "message") == 0) {
    message = value;
  } else if (strcmp(name, "rate") == 0) {
    sparkchat_config_set_max_rate(config, strtod(value, NULL), NULL);
  } else if (strcmp(name, "backoff") == 0) {
    sparkchat_config_set_retry_backoff(config, number, number, NULL);
  } else if (strcmp(name, "certificate") == 0) {
    certificate = value;
  } else if (strcmp(name, "key") == 0) {
    sparkchat_config_set_client_certificate(config, certificate, value, NULL);
  } else if (strcmp(name, "log") == 0) {
    sparkchat_config_set_log(config, (sparkchat_log_level)number, on_log,
                             &destroyed, on_destroy, NULL);
  } else {
    return 0;
  }
  return 1;
}

/* A setting that fails is remembered: sparkchat_client_new() reports it. */
static void apply(sparkchat_config *config, const char *option) {
  char name[32] = "";
  const char *equals = strchr(option, '=');
  const char *value = equals ? equals + 1 : "";
  int known;
  snprintf(name, sizeof name, "%.*s",
           (int)(equals ? equals - option : (long)strlen(option)), option);
  known = apply_special(config, name, value);
  for (size_t i = 0; i < COUNT(numbers); i++) {
    if (strcmp(name, numbers[i].name) == 0) {
      numbers[i].set(config, (int)strtol(value, NULL, 10), NULL);
      known = 1;
    }
  }
  for (size_t i = 0; i < COUNT(texts); i++) {
    if (strcmp(name, texts[i].name) == 0) {
      texts[i].set(config, value, NULL);
      known = 1;
    }
  }
  if (!known) {
    fprintf(stderr, "unknown option %s\n", option);
    exit(2);
  }
}

static void print_error(const sparkchat_error *error) {
  printf("message %s\n", sparkchat_error_message(error));
  printf("hint %s\n", sparkchat_error_hint(error));
  printf("phase %s\n", sparkchat_phase_name(sparkchat_error_phase(error)));
  printf("code %d\n", sparkchat_error_service_code(error));
  printf("http_status %d\n", sparkchat_error_http_status(error));
  printf("retryable %d\n", sparkchat_error_retryable(error));
  printf("os_errno %d\n", sparkchat_error_os_errno(error));
}

static void print_response(const sparkchat_response *response) {
  sparkchat_outcome outcome = sparkchat_response_outcome(response);
  printf("outcome %s\n", sparkchat_outcome_name(outcome));
  printf("text %s\n", sparkchat_response_text(response, NULL));
  printf("attempts %d\n", sparkchat_response_attempts(response));
  printf("connection %d\n", (int)sparkchat_response_connection(response));
  printf("sent %" PRIu64 "\n", sparkchat_response_bytes_sent(response));
  printf("received %" PRIu64 "\n", sparkchat_response_bytes_received(response));
  for (size_t i = 0; i < COUNT(timings); i++) {
    printf("%s %" PRId64 "\n", timings[i].name,
           sparkchat_response_timing_us(response, timings[i].which));
  }
}

/* How many more there are than before. The thread that looked up the host's name
 * may still hold one, on its way out. */
static int descriptors_left(int before) {
  int left = descriptor_count() - before;
  for (int i = 0; left > 0 && i < 300; i++) {
    sleep_ms(10);
    left = descriptor_count() - before;
  }
  return left;
}

static int count_ready(const sparkchat_event *event, void *user_data) {
  *(int *)user_data += sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_READY;
  return 0;
}

static void ask(const sparkchat_client *client) {
  sparkchat_error *error = NULL;
  sparkchat_response *response = NULL;
  sparkchat_request *request = question(message);
  int ready = 0;
  sparkchat_status status = sparkchat_client_stream(
      client, request, count_ready, &ready, &response, &error);
  printf("status %s\n", sparkchat_status_name(status));
  printf("ready %d\n", ready);
  if (error) {
    print_error(error);
  }
  if (response) {
    print_response(response);
  }
  sparkchat_response_free(response);
  sparkchat_error_free(error);
  sparkchat_request_free(request);
}

int main(int argc, char **argv) {
  sparkchat_error *error = NULL;
  sparkchat_client *client = NULL;
  sparkchat_config *config = config_for(argc > 1 ? argv[1] : "");
  int before;
  for (int i = 2; i < argc; i++) {
    apply(config, argv[i]);
  }
  if (sparkchat_client_new(config, &client, &error) != SPARKCHAT_OK) {
    printf("status %s\n", sparkchat_status_name(sparkchat_error_status(error)));
    print_error(error);
    printf("end\n");
    asks = 0;
  }
  sparkchat_config_free(config);
  sparkchat_error_free(error);
  before = descriptor_count();
  for (int i = 0; i < asks; i++) {
    fflush(stdout);
    if (i > 0 && pauses && getchar() == EOF) {
      break;
    }
    ask(client);
    printf("descriptors_left %d\n", descriptors_left(before));
    printf("destroyed %d\nend\n", destroyed);
  }
  sparkchat_client_free(client);
  printf("destroyed at the end %d\n", destroyed);
  return 0;
}
