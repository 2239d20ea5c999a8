/* What the library does not change in its host. This program loads it at run
 * time, so that it sees the state before. */
#define _GNU_SOURCE

#include "case.h"
#include "host.h"
#include "loaded.h"

#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

CASE(loading_changes_nothing) {
  library lib;
  char *before = describe_host();
  CHECK_INT(1, thread_count());
  load(&lib);
  check_host_is(before);
  free(before);
  unload(&lib);
}

/* Hosts with their own OpenSSL should load the library like this. It then sees
 * the C library's `environ`, which is never set if the host has a copy of it,
 * as this program does. */
CASE(loading_with_its_own_libraries_first) {
  library lib;
  void *first;
  CHECK(environ != NULL);
  first = dlopen(getenv("SPARK_LIBRARY"), RTLD_NOW | RTLD_DEEPBIND);
  CHECK(first != NULL);
  load(&lib);
  CHECK_INT(SPARKCHAT_OK,
            chat(&lib, scenario_url("SPARK_WSS", "echo"), "Hello"));
  unload(&lib);
  CHECK(dlclose(first) == 0);
}

CASE(chat_changes_nothing) {
  library lib;
  char *before = describe_host();
  load(&lib);
  CHECK_INT(SPARKCHAT_OK,
            chat(&lib, scenario_url("SPARK_WSS", "echo"), "Hello"));
  check_host_is(before);
  free(before);
  unload(&lib);
}

CASE(failures_change_nothing) {
  library lib;
  char *before = describe_host();
  load(&lib);
  CHECK(chat(&lib, scenario_url("SPARK_WSS", "drop:how=reset"), NULL) < 0);
  CHECK(chat(&lib, scenario_url("SPARK_WS", "error:code=11200"), NULL) < 0);
  CHECK(chat(&lib, scenario_url("SPARK_WSS", "skew:always=1"), NULL) < 0);
  CHECK(chat(&lib, scenario_url("SPARK_WS", "garbage_upgrade"), NULL) < 0);
  CHECK(chat(&lib, "wss://localhost:1/v3.5/chat", NULL) < 0);
  CHECK(chat(&lib, "wss://no-such-host.invalid/v3.5/chat", NULL) < 0);
  check_host_is(before);
  free(before);
  unload(&lib);
}

CASE(signals_that_the_host_has_set_stay) {
  library lib;
  sigset_t some;
  char *before;
  signal(SIGPIPE, SIG_DFL);
  signal(SIGSEGV, SIG_IGN);
  signal(SIGCHLD, SIG_IGN);
  sigemptyset(&some);
  sigaddset(&some, SIGUSR2);
  sigaddset(&some, SIGTERM);
  sigprocmask(SIG_BLOCK, &some, NULL);
  before = describe_host();
  load(&lib);
  CHECK_INT(SPARKCHAT_OK,
            chat(&lib, scenario_url("SPARK_WSS", "echo"), "Hello"));
  check_host_is(before);
  free(before);
  unload(&lib);
}

CASE(nothing_is_printed) {
  library lib;
  long bytes;
  capture_output();
  load(&lib);
  (void)chat(&lib, scenario_url("SPARK_WSS", "reasoning"), NULL);
  (void)chat(&lib, scenario_url("SPARK_WSS", "drop"), NULL);
  (void)chat(&lib, scenario_url("SPARK_WS", "late_error"), NULL);
  (void)chat(&lib, scenario_url("SPARK_WS", "error"), NULL);
  (void)chat(&lib, "wss://localhost:1/v3.5/chat", NULL);
  unload(&lib);
  bytes = captured_bytes();
  CHECK_INT(0, bytes);
}

CASE(load_and_unload_three_times_with_a_chat_each) {
  char *before = describe_host();
  for (int i = 0; i < 3; i++) {
    library lib;
    load(&lib);
    CHECK_INT(SPARKCHAT_OK,
              chat(&lib, scenario_url("SPARK_WSS", "echo"), "Hello"));
    CHECK_INT(SPARKCHAT_OK,
              chat(&lib, scenario_url("SPARK_WS", "echo"), "Hello"));
    unload(&lib);
    check_host_is(before);
  }
  free(before);
}

/* Unloading must not remove the code during an exchange or a lookup. */
CASE(unload_while_a_lookup_is_under_way) {
  library lib;
  sparkchat_config *config;
  sparkchat_request *request;
  sparkchat_client *client = NULL;
  sparkchat_stream *stream = NULL;
  const sparkchat_event *event = NULL;
  sparkchat_status status = SPARKCHAT_OK;
  char *before = describe_host();
  load(&lib);
  config = lib.config_new();
  request = lib.request_new();
  lib.config_set_url(config, "ws://no-such-host.invalid/v3.5/chat", NULL);
  lib.config_load_environment(config, NULL);
  lib.request_add_message(request, SPARKCHAT_ROLE_USER, "Hello", 5, NULL);
  CHECK(lib.client_new(config, &client, NULL) == SPARKCHAT_OK);
  /* On a busy machine the lookup may have ended before the check. */
  for (int tries = 0; status != SPARKCHAT_AGAIN; tries++) {
    CHECK(tries < 100);
    lib.stream_free(stream);
    CHECK(lib.client_open(client, request, &stream, NULL) == SPARKCHAT_OK);
    status = lib.stream_next(stream, 0, &event, NULL);
  }
  lib.stream_free(stream);
  lib.client_free(client);
  lib.request_free(request);
  lib.config_free(config);
  unload(&lib);
  check_host_is(before);
  free(before);
}
