#include "ask_options.h"
#include "ask_print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
  const char *name;
  sparkchat_status (*set)(sparkchat_config *, const char *, sparkchat_error **);
} config_strings[] = {
    {"domain", sparkchat_config_set_domain},
    {"model", sparkchat_config_set_model},
    {"user", sparkchat_config_set_user_id},
    {"patch", sparkchat_config_set_patch_id},
    {"api_key", sparkchat_config_set_api_key},
    {"api_secret", sparkchat_config_set_api_secret},
    {"api_password", sparkchat_config_set_api_password},
    {"ca_file", sparkchat_config_set_ca_file},
    {"proxy", sparkchat_config_set_proxy},
    {"pinned_public_key", sparkchat_config_set_pinned_public_key},
};

static const struct {
  const char *name;
  sparkchat_status (*set)(sparkchat_config *, int, sparkchat_error **);
} config_numbers[] = {
    {"resolve_timeout", sparkchat_config_set_resolve_timeout},
    {"connect_timeout", sparkchat_config_set_connect_timeout},
    {"tls_timeout", sparkchat_config_set_tls_timeout},
    {"upgrade_timeout", sparkchat_config_set_upgrade_timeout},
    {"first_token_timeout", sparkchat_config_set_first_token_timeout},
    {"idle_timeout", sparkchat_config_set_idle_timeout},
    {"total_timeout", sparkchat_config_set_total_timeout},
    {"close_timeout", sparkchat_config_set_close_timeout},
    {"queue_timeout", sparkchat_config_set_queue_timeout},
    {"max_attempts", sparkchat_config_set_max_attempts},
    {"retry_budget", sparkchat_config_set_retry_budget},
    {"clock_correction", sparkchat_config_set_clock_correction},
    {"max_concurrency", sparkchat_config_set_max_concurrency},
    {"keepalive", sparkchat_config_set_keepalive},
    {"max_idle", sparkchat_config_set_max_idle_connections},
};

static int set_by_table(asking *to, const char *option, const char *value) {
  for (size_t i = 0; i < sizeof config_strings / sizeof *config_strings; i++) {
    if (strcmp(option, config_strings[i].name) == 0) {
      config_strings[i].set(to->config, value, NULL);
      return 1;
    }
  }
  for (size_t i = 0; i < sizeof config_numbers / sizeof *config_numbers; i++) {
    if (strcmp(option, config_numbers[i].name) == 0) {
      config_numbers[i].set(to->config, atoi(value), NULL);
      return 1;
    }
  }
  return 0;
}

/* The value: off, normal or deep; with "+" appended, references as well. */
static void set_search(sparkchat_request *request, const char *value) {
  sparkchat_search search = SPARKCHAT_SEARCH_DISABLED;
  if (*value == 'n') {
    search = SPARKCHAT_SEARCH_NORMAL;
  } else if (*value == 'd') {
    search = SPARKCHAT_SEARCH_DEEP;
  }
  sparkchat_request_set_web_search(request, search, strchr(value, '+') != NULL,
                                   NULL);
}

static int set_request(asking *to, const char *option, const char *value) {
  sparkchat_request *request = to->request;
  if (strcmp(option, "temperature") == 0) {
    sparkchat_request_set_temperature(request, atof(value), NULL);
  } else if (strcmp(option, "top_k") == 0) {
    sparkchat_request_set_top_k(request, atoi(value), NULL);
  } else if (strcmp(option, "max_tokens") == 0) {
    sparkchat_request_set_max_tokens(request, atoi(value), NULL);
  } else if (strcmp(option, "extra") == 0) {
    sparkchat_request_set_extra_json(request, value, SPARKCHAT_NUL_TERMINATED,
                                     NULL);
  } else if (strcmp(option, "system") == 0) {
    sparkchat_request_add_message(request, SPARKCHAT_ROLE_SYSTEM, value,
                                  SPARKCHAT_NUL_TERMINATED, NULL);
  } else if (strcmp(option, "stop") == 0) {
    sparkchat_request_add_stop_sequence(request, value, NULL);
  } else if (strcmp(option, "chat_id") == 0) {
    sparkchat_request_set_chat_id(request, value, NULL);
  } else if (strcmp(option, "auditing") == 0) {
    sparkchat_request_set_auditing(request, value, NULL);
  } else if (strcmp(option, "thinking") == 0) {
    sparkchat_request_set_thinking(request, (sparkchat_thinking)atoi(value),
                                   NULL);
  } else if (strcmp(option, "search") == 0) {
    set_search(request, value);
  } else if (strcmp(option, "json") == 0) {
    sparkchat_request_set_response_format(
        request, (sparkchat_response_format)atoi(value), NULL);
  } else if (strcmp(option, "image") == 0) {
    sparkchat_request_add_image_file(request, value, NULL);
  } else if (strcmp(option, "image_url") == 0) {
    sparkchat_request_add_image_url(request, value, NULL);
  } else if (strcmp(option, "effort") == 0) {
    sparkchat_request_set_reasoning_effort(request, value, NULL);
  } else if (strcmp(option, "function") == 0) {
    sparkchat_request_add_tool(request, value, "Finds the weather.",
                               "{\"properties\": {\"city\": {}}}", NULL);
    to->function = value;
  } else if (strcmp(option, "choice") == 0) {
    sparkchat_request_set_tool_choice(
        request, (sparkchat_tool_choice)atoi(value), to->function, NULL);
  } else {
    return 0;
  }
  return 1;
}

static int set_config(asking *to, const char *option, const char *value) {
  sparkchat_config *config = to->config;
  if (strcmp(option, "max_message") == 0) {
    sparkchat_config_set_max_message_size(config, (size_t)atol(value), NULL);
  } else if (strcmp(option, "max_answer") == 0) {
    sparkchat_config_set_max_answer_size(config, (size_t)atol(value), NULL);
  } else if (strcmp(option, "max_rate") == 0) {
    sparkchat_config_set_max_rate(config, atof(value), NULL);
  } else if (strcmp(option, "transport") == 0) {
    sparkchat_config_set_transport(config, (sparkchat_transport)atoi(value),
                                   NULL);
  } else if (strcmp(option, "backoff") == 0) {
    sparkchat_config_set_retry_backoff(config, atoi(value), atoi(value), NULL);
  } else if (strcmp(option, "proxy_environment") == 0) {
    sparkchat_config_load_proxy_environment(config, NULL);
  } else if (strcmp(option, "certificate") == 0) {
    to->certificate = value;
  } else if (strcmp(option, "key") == 0) {
    sparkchat_config_set_client_certificate(config, to->certificate, value,
                                            NULL);
  } else if (strcmp(option, "log") == 0) {
    sparkchat_config_set_log(config, (sparkchat_log_level)atoi(value), take_log,
                             NULL, NULL, NULL);
  } else {
    return 0;
  }
  return 1;
}

void set_option(asking *to, const char *option, const char *value) {
  if (set_by_table(to, option, value) || set_request(to, option, value) ||
      set_config(to, option, value)) {
    return;
  }
  if (strcmp(option, "via") == 0) {
    to->via = value;
  } else if (strcmp(option, "repeat") == 0) {
    to->repeat = (size_t)atol(value);
  } else if (strcmp(option, "questions") == 0) {
    to->questions = atoi(value);
  } else if (strcmp(option, "stop_after") == 0) {
    to->stop_after = atoi(value);
  } else if (strcmp(option, "cancel_after") == 0) {
    to->cancel_after = atoi(value);
  } else if (strcmp(option, "pause_ms") == 0) {
    to->pause_ms = atoi(value);
  } else if (strcmp(option, "waits") == 0) {
    to->waits = atoi(value);
  } else if (strcmp(option, "descriptors") == 0) {
    to->counts_descriptors = atoi(value);
  } else {
    fprintf(stderr, "unknown option %s\n", option);
    exit(2);
  }
}
