/* Vectors of texts: results, refusals, and ownership. */
#define _POSIX_C_SOURCE 200809L

#include "case.h"
#include "scene.h"
#include "vector.h"

#include <stdlib.h>
#include <string.h>

static void check_same(const sparkchat_response *one,
                       const sparkchat_response *other, int are_same) {
  size_t count = 0, others = 0;
  const float *a = sparkchat_response_embedding(one, &count);
  const float *b = sparkchat_response_embedding(other, &others);
  CHECK(a && b);
  CHECK_INT(2560, count);
  CHECK_INT(2560, others);
  CHECK_INT(!are_same, memcmp(a, b, count * sizeof *a) != 0);
}

CASE(one_text_has_one_vector) {
  sparkchat_client *client = embedding_client(NULL);
  sparkchat_response *one = NULL, *same = NULL, *other = NULL;
  sparkchat_error *error = NULL;
  CHECK_STATUS(SPARKCHAT_OK, embed(client, "你好", &one, &error));
  CHECK(!error);
  CHECK_STATUS(SPARKCHAT_OK, embed(client, "你好", &same, NULL));
  CHECK_STATUS(SPARKCHAT_OK, embed(client, "你坏", &other, NULL));
  check_same(one, same, 1);
  check_same(one, other, 0);
  sparkchat_response_free(other);
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_client_embed(client, "你好!", strlen("你好"),
                                      SPARKCHAT_EMBEDDING_QUERY, &other, NULL));
  check_same(one, other, 0);
  CHECK(sparkchat_response_embedding(one, NULL));
  sparkchat_response_free(one);
  sparkchat_response_free(same);
  sparkchat_response_free(other);
  sparkchat_client_free(client);
}

CASE(response_says_how_it_went_and_outlives_its_client) {
  sparkchat_client *client = embedding_client(NULL);
  sparkchat_response *response = NULL;
  size_t count = 0;
  CHECK_STATUS(SPARKCHAT_OK, embed(client, "Hello", NULL, NULL));
  CHECK_STATUS(SPARKCHAT_OK, embed(client, "Hello", &response, NULL));
  sparkchat_client_free(client);
  CHECK_INT(SPARKCHAT_OUTCOME_COMPLETE, sparkchat_response_outcome(response));
  CHECK_HAS("emb", sparkchat_response_sid(response));
  CHECK_TEXT("", sparkchat_response_text(response, NULL));
  CHECK_INT(1, sparkchat_response_attempts(response));
  CHECK_INT(SPARKCHAT_CONNECTION_WARM, sparkchat_response_connection(response));
  CHECK(sparkchat_response_bytes_received(response) > 13656);
  CHECK_INT(-1, sparkchat_response_tokens(response, SPARKCHAT_TOKENS_TOTAL));
  CHECK_INT(0, (size_t)sparkchat_response_embedding(response, &count) %
                   sizeof(float));
  CHECK_INT(2560, count);
  sparkchat_response_free(response);
}

CASE(answer_of_a_chat_has_no_vector) {
  sparkchat_stream *stream = opened(ws(NULL));
  size_t count = 1;
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK(
      !sparkchat_response_embedding(sparkchat_stream_response(stream), &count));
  CHECK_INT(0, count);
  sparkchat_stream_free(stream);
}

CASE(without_waiting) {
  sparkchat_client *client = embedding_client(NULL);
  sparkchat_request *request = question("Hello");
  sparkchat_stream *stream = embedding(client, "Hello");
  const sparkchat_event *event = NULL;
  sparkchat_error *error = NULL;
  size_t count = 1;
  sparkchat_client_free(client);
  CHECK(
      !sparkchat_response_embedding(sparkchat_stream_response(stream), &count));
  CHECK_INT(0, count);
  event = until(stream, SPARKCHAT_EVENT_READY);
  CHECK(event);
  CHECK_STATUS(SPARKCHAT_ERR_STATE,
               sparkchat_stream_send(stream, request, NULL));
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK(
      sparkchat_response_embedding(sparkchat_stream_response(stream), &count));
  CHECK_INT(2560, count);
  CHECK_STATUS(SPARKCHAT_ERR_STATE,
               sparkchat_stream_send(stream, request, &error));
  CHECK_HAS("only for one embedding", sparkchat_error_message(error));
  CHECK(sparkchat_response_embedding(sparkchat_stream_response(stream), NULL));
  sparkchat_error_free(error);
  sparkchat_request_free(request);
  sparkchat_stream_free(stream);
}

CASE(many_in_a_group_with_answers_between_them) {
  enum { MANY = 20 };
  sparkchat_client *client = embedding_client(NULL);
  sparkchat_group *group = NULL;
  sparkchat_stream *streams[MANY + 1], *ended = NULL;
  sparkchat_status status;
  int done = 0;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_new(&group, NULL));
  for (int i = 0; i < MANY; i++) {
    streams[i] = embedding(client, i % 2 ? "even" : "odd");
  }
  streams[MANY] = asked(client, "Hello");
  for (int i = 0; i <= MANY; i++) {
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_add(group, streams[i], NULL));
  }
  while (sparkchat_group_count(group) > 0) {
    status = sparkchat_group_next(group, -1, &ended, NULL, NULL);
    CHECK(status >= 0);
    done += status == SPARKCHAT_DONE && ended != NULL;
  }
  CHECK_INT(MANY + 1, done);
  for (int i = 0; i < MANY; i++) {
    check_same(sparkchat_stream_response(streams[0]),
               sparkchat_stream_response(streams[i]), i % 2 == 0);
  }
  for (int i = 0; i <= MANY; i++) {
    sparkchat_stream_free(streams[i]);
  }
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

static void check_refused(const char *text, size_t length, int domain,
                          sparkchat_status expected, const char *words) {
  sparkchat_client *client = embedding_client(NULL);
  sparkchat_stream *stream = NULL;
  sparkchat_response *response = NULL;
  sparkchat_error *error = NULL;
  CHECK_STATUS(expected,
               sparkchat_client_open_embedding(
                   client, text, length, (sparkchat_embedding_domain)domain,
                   &stream, &error));
  CHECK(!stream);
  CHECK_HAS(words, sparkchat_error_message(error));
  sparkchat_error_free(error);
  CHECK_STATUS(expected,
               sparkchat_client_embed(client, text, length,
                                      (sparkchat_embedding_domain)domain,
                                      &response, NULL));
  CHECK(!response);
  sparkchat_client_free(client);
}

CASE(what_is_no_text_is_refused_before_anything_is_sent) {
  char *huge = (char *)calloc(1, (1 << 20) + 2);
  memset(huge, 'x', (1 << 20) + 1);
  check_refused(NULL, 1, 1, SPARKCHAT_ERR_INVALID_ARGUMENT, "NULL");
  check_refused("", 0, 1, SPARKCHAT_ERR_INVALID_ARGUMENT, "empty");
  check_refused("\xff", 1, 1, SPARKCHAT_ERR_INVALID_ARGUMENT, "UTF-8");
  check_refused(huge, SPARKCHAT_NUL_TERMINATED, 1,
                SPARKCHAT_ERR_INVALID_ARGUMENT, "1048577 bytes");
  check_refused("Hello", 5, 0, SPARKCHAT_ERR_INVALID_ARGUMENT, "domain");
  check_refused("Hello", 5, 3, SPARKCHAT_ERR_INVALID_ARGUMENT, "domain");
  free(huge);
}

CASE(text_with_a_nul_byte_goes_out_whole) {
  sparkchat_client *client = embedding_client(NULL);
  sparkchat_response *one = NULL, *other = NULL;
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_client_embed(client, "a\0b", 3,
                                      SPARKCHAT_EMBEDDING_PARA, &one, NULL));
  CHECK_STATUS(SPARKCHAT_OK, embed(client, "a", &other, NULL));
  check_same(one, other, 0);
  sparkchat_response_free(one);
  sparkchat_response_free(other);
  sparkchat_client_free(client);
}

CASE(names_of_the_domains) {
  CHECK_TEXT("para", sparkchat_embedding_domain_name(SPARKCHAT_EMBEDDING_PARA));
  CHECK_TEXT("query",
             sparkchat_embedding_domain_name(SPARKCHAT_EMBEDDING_QUERY));
  CHECK_TEXT("unknown",
             sparkchat_embedding_domain_name((sparkchat_embedding_domain)0));
}

CASE(what_was_sent_is_what_was_given) {
  sparkchat_client *client = embedding_client(NULL);
  char text[] = "Hello";
  sparkchat_stream *given = embedding(client, text);
  sparkchat_stream *same = embedding(client, "Hello");
  memset(text, 'x', 5);
  CHECK_STATUS(SPARKCHAT_DONE, finish(given, NULL));
  CHECK_STATUS(SPARKCHAT_DONE, finish(same, NULL));
  check_same(sparkchat_stream_response(given), sparkchat_stream_response(same),
             1);
  sparkchat_stream_free(given);
  sparkchat_stream_free(same);
  sparkchat_client_free(client);
}
