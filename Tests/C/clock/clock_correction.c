/* Many concurrent requests on a machine whose clock is an hour off; run by
 * test_clock_correction.py. */
#define _POSIX_C_SOURCE 200809L

#include "case.h"
#include "scene.h"

#include <pthread.h>
#include <stdio.h>

enum { QUESTIONS = 24 };

static sparkchat_client *skewed_client(void) {
  char scenario[128];
  sparkchat_config *config;
  snprintf(scenario, sizeof scenario, "skew:seconds=3600&tag=%s",
           required("SPARK_TAG"));
  config = config_for(ws(scenario));
  sparkchat_config_set_clock_correction(config, 1, NULL);
  return client_of(config);
}

CASE(in_a_group) {
  sparkchat_client *client = skewed_client();
  sparkchat_group *group = NULL;
  sparkchat_stream *last;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_new(&group, NULL));
  for (int i = 0; i < QUESTIONS; i++) {
    sparkchat_stream *stream = asked(client, "1+1");
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_add(group, stream, NULL));
  }
  while (sparkchat_group_count(group) > 0) {
    sparkchat_stream *stream = NULL;
    sparkchat_status status =
        sparkchat_group_next(group, -1, &stream, NULL, NULL);
    CHECK(status >= 0);
    if (status == SPARKCHAT_DONE) {
      CHECK_TEXT("1 + 1 = **2**.", text_of(stream));
      sparkchat_stream_free(stream);
    }
  }
  last = asked(client, "1+1");
  CHECK_STATUS(SPARKCHAT_DONE, finish(last, NULL));
  CHECK_INT(1, sparkchat_response_attempts(sparkchat_stream_response(last)));
  sparkchat_stream_free(last);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

static void *ask_one(void *client) {
  sparkchat_stream *stream = asked((sparkchat_client *)client, "1+1");
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK_TEXT("1 + 1 = **2**.", text_of(stream));
  sparkchat_stream_free(stream);
  return NULL;
}

CASE(in_threads) {
  sparkchat_client *client = skewed_client();
  pthread_t threads[QUESTIONS];
  for (int i = 0; i < QUESTIONS; i++) {
    CHECK(pthread_create(&threads[i], NULL, ask_one, client) == 0);
  }
  for (int i = 0; i < QUESTIONS; i++) {
    CHECK(pthread_join(threads[i], NULL) == 0);
  }
  ask_one(client);
  sparkchat_client_free(client);
}
