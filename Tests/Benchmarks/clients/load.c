/*
 * load.c - the cost of loading the library and making one client, in a process
 * that has not loaded any of it before.
 *
 *   load LIBRARY CA_FILE
 */
#include "measure.h"

#include <sparkchat.h>

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *library;

#define FIND(pointer, name)                                                    \
  do {                                                                         \
    void *found = dlsym(library, name);                                        \
    if (found == NULL) {                                                       \
      give_up("symbol", name);                                                 \
    }                                                                          \
    memcpy(&(pointer), &found, sizeof found);                                  \
  } while (0)

typedef sparkchat_status (*setter)(sparkchat_config *, const char *,
                                   sparkchat_error **);

static void set(sparkchat_config *config, const char *name, const char *value) {
  setter function;
  FIND(function, name);
  function(config, value, NULL);
}

static sparkchat_client *make_client(const char *ca_file) {
  sparkchat_config *(*config_new)(void);
  sparkchat_status (*client_new)(const sparkchat_config *, sparkchat_client **,
                                 sparkchat_error **);
  FIND(config_new, "sparkchat_config_new");
  FIND(client_new, "sparkchat_client_new");
  sparkchat_config *config = config_new();
  sparkchat_client *client = NULL;
  set(config, "sparkchat_config_set_app_id", "bench");
  set(config, "sparkchat_config_set_api_key", "key");
  set(config, "sparkchat_config_set_api_secret", "secret");
  set(config, "sparkchat_config_set_ca_file", ca_file);
  if (client_new(config, &client, NULL) != SPARKCHAT_OK) {
    give_up("client", ca_file);
  }
  return client;
}

int main(int argc, char **argv) {
  if (argc != 3) {
    give_up("usage", "load LIBRARY CA_FILE");
  }
  const char *(*version)(void);
  long threads = entries_of("task"), descriptors = entries_of("fd");
  double start = clock_us();
  library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    give_up("dlopen", dlerror());
  }
  double loaded = clock_us();
  FIND(version, "sparkchat_version_string");
  const char *text = version();
  double called = clock_us();
  sparkchat_client *client = make_client(argv[2]);
  double made = clock_us();
  printf("{\"version\": \"%s\", \"load_us\": %.0f, \"call_us\": %.0f, "
         "\"client_us\": %.0f, \"total_us\": %.0f, \"threads\": %ld, "
         "\"descriptors\": %ld}\n",
         text, loaded - start, called - loaded, made - called, made - start,
         entries_of("task") - threads, entries_of("fd") - descriptors);
  return client == NULL;
}
