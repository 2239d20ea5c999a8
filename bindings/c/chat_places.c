#define _POSIX_C_SOURCE 200809L

#include "chat_places.h"

#include <sparkchat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int has_tls(const char *url) {
  return strncmp(url, "wss:", 4) == 0 || strncmp(url, "https:", 6) == 0;
}

void host_of(const char *url, char *host) {
  const char *start = strstr(url, "://") + 3;
  int is_address = *start == '[';
  start += is_address;
  snprintf(host, HOST_SIZE, "%.*s",
           (int)strcspn(start, is_address ? "]" : ":/?"), start);
}

/* The variable that names a proxy; NULL without. */
const char *proxy_variable(void) {
  static const char *const names[] = {"https_proxy", "HTTPS_PROXY", "all_proxy",
                                      "ALL_PROXY"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    const char *value = getenv(names[i]);
    if (value && *value) {
      return names[i];
    }
  }
  return NULL;
}

int is_service(const char *url) {
  const sparkchat_transport transports[] = {SPARKCHAT_TRANSPORT_WEBSOCKET,
                                            SPARKCHAT_TRANSPORT_HTTP};
  for (size_t i = 0; i < sparkchat_model_count(); i++) {
    for (size_t j = 0; j < 2; j++) {
      const char *known =
          sparkchat_model_url(sparkchat_model_at(i), transports[j]);
      size_t length = known ? strcspn(strstr(known, "://") + 3, "/") + 3 : 0;
      const char *host = strstr(url, "://");
      if (known && host && strncmp(strstr(known, "://"), host, length) == 0) {
        return 1;
      }
    }
  }
  return 0;
}

const char *plan_of(const char *url) {
  static const char *const plans[][2] = {
      {"spark-api.", "the chat service"},
      {"spark-api-open.", "the chat service, over HTTP"},
      {"maas-api.", "MaaS"},
      {"maas-token-api.", "the Token Plan"},
      {"maas-coding-api.",
       "the Coding Plan (its terms allow coding tools, and no backends)"}};
  char host[HOST_SIZE];
  if (!is_service(url)) {
    return "not an address of the service itself";
  }
  host_of(url, host);
  for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++) {
    if (strncmp(host, plans[i][0], strlen(plans[i][0])) == 0) {
      return plans[i][1];
    }
  }
  return "the service";
}

void other_plans(const char *url, char *result, size_t size) {
  size_t length = 0;
  *result = '\0';
  for (size_t i = 0; i < sparkchat_model_count(); i++) {
    const sparkchat_model *model = sparkchat_model_at(i);
    const char *there = sparkchat_model_url(model, SPARKCHAT_TRANSPORT_HTTP);
    const char *path = there ? strstr(there, "/chat/completions") : NULL;
    /* For a plan, the caller has to name the model. */
    if (path && !sparkchat_model_domain(model, SPARKCHAT_TRANSPORT_HTTP) &&
        strcmp(there, url) != 0 && length < size) {
      length += (size_t)snprintf(result + length, size - length,
                                 "%s--model %s (%.*s)", length > 0 ? ", " : "",
                                 sparkchat_model_name(model),
                                 (int)(path - there), there);
    }
  }
}

void url_at(const char *own, const char *url, char *result) {
  const char *authority = strstr(own, "://") + 3;
  const char *query = strchr(own, '?');
  const char *scheme = *url == 'h' ? "http" : "ws";
  int is_secure = has_tls(own);
  if (is_service(own)) {
    snprintf(result, URL_SIZE, "%s", url);
    return;
  }
  snprintf(result, URL_SIZE, "%s%s://%.*s%s%s", scheme, is_secure ? "s" : "",
           (int)strcspn(authority, "/?"), authority,
           strchr(strstr(url, "://") + 3, '/'), query ? query : "");
}
