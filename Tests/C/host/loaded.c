#define _GNU_SOURCE

#include "loaded.h"
#include "case.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void find(void *handle, const char *name, void *place) {
  void *symbol = dlsym(handle, name);
  CHECK(symbol != NULL);
  memcpy(place, &symbol, sizeof symbol);
}

void load(library *lib) {
  lib->handle = dlopen(getenv("SPARK_LIBRARY"), RTLD_NOW | RTLD_LOCAL);
  if (!lib->handle) {
    fprintf(stderr, "%s\n", dlerror());
  }
  CHECK(lib->handle != NULL);
#define FIND(name) find(lib->handle, "sparkchat_" #name, &lib->name);
  LOADED_FUNCTIONS(FIND)
#undef FIND
}

void unload(library *lib) {
  CHECK(dlclose(lib->handle) == 0);
  memset(lib, 0, sizeof *lib);
}

sparkchat_status chat(const library *lib, const char *url,
                      const char *expected_text) {
  sparkchat_config *config = lib->config_new();
  sparkchat_request *request = lib->request_new();
  sparkchat_client *client = NULL;
  sparkchat_response *response = NULL;
  sparkchat_status status;
  lib->config_set_url(config, url, NULL);
  lib->config_set_ca_file(config, getenv("SPARK_CA"), NULL);
  lib->config_set_total_timeout(config, 20000, NULL);
  lib->config_load_environment(config, NULL);
  lib->request_add_message(request, SPARKCHAT_ROLE_USER, "Hello", 5, NULL);
  CHECK(lib->client_new(config, &client, NULL) == SPARKCHAT_OK);
  status = lib->client_invoke(client, request, &response, NULL);
  if (expected_text) {
    CHECK_TEXT(expected_text, lib->response_text(response, NULL));
  }
  lib->response_free(response);
  lib->client_free(client);
  lib->request_free(request);
  lib->config_free(config);
  return status;
}

const char *scenario_url(const char *base, const char *scenario) {
  static char url[512];
  snprintf(url, sizeof url, "%s/v3.5/chat?scenario=%s", getenv(base), scenario);
  return url;
}
