/* The library loaded with dlopen(), for programs that are not linked to it. */
#ifndef LOADED_H
#define LOADED_H

#include <sparkchat.h>

/* The name of a function, and of the member that points to it. */
#define LOADED_FUNCTIONS(F)                                                    \
  F(config_new)                                                                \
  F(config_free)                                                               \
  F(config_set_url)                                                            \
  F(config_set_ca_file)                                                        \
  F(config_set_total_timeout)                                                  \
  F(config_load_environment)                                                   \
  F(request_new)                                                               \
  F(request_free)                                                              \
  F(request_add_message)                                                       \
  F(client_new)                                                                \
  F(client_free)                                                               \
  F(client_invoke)                                                             \
  F(client_open)                                                               \
  F(stream_next)                                                               \
  F(stream_free)                                                               \
  F(response_text)                                                             \
  F(response_free)

typedef struct library {
  void *handle;
#define MEMBER(name) __typeof__(&sparkchat_##name) name;
  LOADED_FUNCTIONS(MEMBER)
#undef MEMBER
} library;

void load(library *lib);
void unload(library *lib);

/* Sends a request to the address and returns the status; the answer must be
 * `text`, unless that is NULL. */
sparkchat_status chat(const library *lib, const char *url,
                      const char *expected_text);

/* `base` is SPARK_WS or SPARK_WSS. The result is static. */
const char *scenario_url(const char *base, const char *scenario);

#endif
