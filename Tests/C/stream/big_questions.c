/* Requests that are larger than a socket's buffer; run by
 * test_big_questions.py, whose server reads late, slowly, or never. */
#include "case.h"
#include "grouped.h"
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES = 12 * 1024 * 1024 };

static sparkchat_client *patient(int first_token_ms) {
  sparkchat_config *config = config_for(required("SPARK_URL"));
  sparkchat_config_set_first_token_timeout(config, first_token_ms, NULL);
  return client_of(config);
}

static sparkchat_stream *big_question(const sparkchat_client *client) {
  char *text = (char *)malloc(BYTES + 1);
  sparkchat_stream *stream;
  memset(text, 'x', BYTES);
  text[BYTES] = '\0';
  stream = asked(client, text);
  free(text);
  return stream;
}

static void check_arrived(sparkchat_stream *stream) {
  char expected[32];
  snprintf(expected, sizeof expected, "%d", BYTES);
  CHECK_TEXT(expected, text_of(stream));
  CHECK(sparkchat_response_bytes_sent(sparkchat_stream_response(stream)) >
        BYTES);
}

CASE(alone) {
  sparkchat_client *client = patient(60000);
  sparkchat_stream *stream = big_question(client);
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  check_arrived(stream);
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

CASE(in_a_group) {
  sparkchat_client *client = patient(60000);
  sparkchat_group *group = new_group();
  sparkchat_status status;
  for (int i = 0; i < 4; i++) {
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_group_add(group, big_question(client), NULL));
  }
  for (int i = 0; i < 4; i++) {
    sparkchat_stream *stream = next_end(group, &status);
    CHECK_STATUS(SPARKCHAT_DONE, status);
    check_arrived(stream);
    sparkchat_stream_free(stream);
  }
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

/* While the stream waits for room, the descriptor is not readable. */
CASE(in_the_hosts_loop) {
  sparkchat_client *client = patient(60000);
  sparkchat_group *group = new_group();
  sparkchat_stream *stream = big_question(client), *ended = NULL;
  int looks = 0;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_add(group, stream, NULL));
  while (!ended) {
    sparkchat_status status = SPARKCHAT_OK;
    CHECK(is_readable(sparkchat_group_fd(group), 30000));
    looks++;
    while (status == SPARKCHAT_OK) {
      status = sparkchat_group_next(group, 0, &ended, NULL, NULL);
    }
  }
  CHECK(ended == stream);
  check_arrived(stream);
  CHECK(looks < 5000);
  sparkchat_stream_free(stream);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(nobody_reads) {
  sparkchat_client *client = patient(400);
  sparkchat_group *group = new_group();
  sparkchat_stream *alone = big_question(client),
                   *member = big_question(client);
  sparkchat_error *error = NULL;
  sparkchat_status status;
  CHECK_STATUS(SPARKCHAT_ERR_TIMEOUT, finish(alone, &error));
  CHECK_INT(SPARKCHAT_PHASE_FIRST_TOKEN, sparkchat_error_phase(error));
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_add(group, member, NULL));
  CHECK(next_end(group, &status) == member);
  CHECK_STATUS(SPARKCHAT_ERR_TIMEOUT, status);
  sparkchat_error_free(error);
  sparkchat_stream_free(alone);
  sparkchat_stream_free(member);
  sparkchat_stream_free(big_question(client));
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}
