/* Calls in the wrong order, in the wrong state, or with the wrong object. */
#define _POSIX_C_SOURCE 200809L

#include "case.h"
#include "scene.h"

#include <pthread.h>

CASE(next_after_done_says_done_again) {
  sparkchat_stream *stream = opened(ws("echo"));
  const sparkchat_event *event = NULL;
  sparkchat_error *error = NULL;
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  for (int i = 0; i < 3; i++) {
    CHECK_STATUS(SPARKCHAT_DONE,
                 sparkchat_stream_next(stream, -1, &event, &error));
    CHECK(!event && !error);
  }
  CHECK_TEXT("Hello", text_of(stream));
  sparkchat_stream_free(stream);
}

CASE(next_after_an_error_returns_the_same_error) {
  sparkchat_stream *stream = opened(ws("error:code=11200,after=2"));
  sparkchat_error *first = NULL, *second = NULL;
  const sparkchat_event *event = NULL;
  CHECK_STATUS(SPARKCHAT_ERR_PERMISSION, finish(stream, &first));
  for (int i = 0; i < 3; i++) {
    CHECK_STATUS(SPARKCHAT_ERR_PERMISSION,
                 sparkchat_stream_next(stream, i - 1, &event, &second));
    CHECK(!event);
    CHECK_INT(11200, sparkchat_error_service_code(second));
    CHECK_TEXT(sparkchat_error_message(first), sparkchat_error_message(second));
    CHECK_TEXT(sparkchat_error_sid(first), sparkchat_error_sid(second));
    sparkchat_error_free(second);
  }
  sparkchat_error_free(first);
  sparkchat_stream_free(stream);
}

CASE(cancel_before_the_first_next) {
  sparkchat_stream *stream = opened(ws("echo"));
  sparkchat_stream_cancel(stream);
  CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, finish(stream, NULL));
  CHECK_INT(SPARKCHAT_OUTCOME_CANCELLED, outcome_of(stream));
  sparkchat_stream_free(stream);
}

CASE(cancel_twice) {
  sparkchat_stream *stream = opened(ws("stall:at=middle"));
  until(stream, SPARKCHAT_EVENT_TEXT);
  sparkchat_stream_cancel(stream);
  sparkchat_stream_cancel(stream);
  CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, finish(stream, NULL));
  sparkchat_stream_cancel(stream);
  CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, finish(stream, NULL));
  sparkchat_stream_free(stream);
}

CASE(cancel_after_done_changes_nothing) {
  sparkchat_stream *stream = opened(ws("echo"));
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  sparkchat_stream_cancel(stream);
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK_INT(SPARKCHAT_OUTCOME_COMPLETE, outcome_of(stream));
  sparkchat_stream_free(stream);
}

CASE(cancel_after_an_error_keeps_the_error) {
  sparkchat_stream *stream = opened(ws("error:code=10907"));
  CHECK_STATUS(SPARKCHAT_ERR_CONTEXT_LENGTH, finish(stream, NULL));
  sparkchat_stream_cancel(stream);
  CHECK_STATUS(SPARKCHAT_ERR_CONTEXT_LENGTH, finish(stream, NULL));
  CHECK_INT(SPARKCHAT_OUTCOME_FAILED, outcome_of(stream));
  sparkchat_stream_free(stream);
}

CASE(free_in_every_order) {
  /* config, client, request, stream: all 24 orders, before and after a chat */
  for (int order = 0; order < 48; order++) {
    sparkchat_config *config = config_for(wss("echo"));
    sparkchat_client *client = NULL;
    sparkchat_request *request = question("Hello");
    sparkchat_stream *stream = NULL;
    int left[] = {0, 1, 2, 3}, code = order / 2;
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_client_new(config, &client, NULL));
    CHECK_STATUS(SPARKCHAT_OK,
                 sparkchat_client_open(client, request, &stream, NULL));
    if (order % 2) {
      CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
    } else if (order % 3) {
      until(stream, SPARKCHAT_EVENT_READY);
    }
    for (int count = 4; count > 0; count--) {
      int at = code % count;
      switch (left[at]) {
      case 0:
        sparkchat_config_free(config);
        break;
      case 1:
        sparkchat_client_free(client);
        break;
      case 2:
        sparkchat_request_free(request);
        break;
      default:
        sparkchat_stream_free(stream);
        break;
      }
      code /= count;
      left[at] = left[count - 1];
    }
  }
}

CASE(all_freed_right_after_open_and_the_stream_goes_on) {
  sparkchat_config *config = config_for(wss("echo"));
  sparkchat_request *request = question("still here");
  sparkchat_client *client = NULL;
  sparkchat_stream *stream = NULL;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_client_new(config, &client, NULL));
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_client_open(client, request, &stream, NULL));
  sparkchat_config_free(config);
  sparkchat_request_free(request);
  sparkchat_client_free(client);
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK_TEXT("still here", text_of(stream));
  sparkchat_stream_free(stream);
}

CASE(what_was_sent_is_what_was_set_when_it_was_opened) {
  sparkchat_client *client = client_for(ws("echo"));
  sparkchat_request *request = question("before");
  sparkchat_stream *stream = NULL;
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_client_open(client, request, &stream, NULL));
  sparkchat_request_add_message(request, SPARKCHAT_ROLE_ASSISTANT, "x", 1,
                                NULL);
  sparkchat_request_add_message(request, SPARKCHAT_ROLE_USER, "after", 5, NULL);
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK_TEXT("before", text_of(stream));
  sparkchat_stream_free(stream);
  sparkchat_request_free(request);
  sparkchat_client_free(client);
}

CASE(client_does_not_change_with_its_config) {
  sparkchat_config *config = config_for(ws("echo"));
  sparkchat_client *client = NULL;
  sparkchat_stream *stream;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_client_new(config, &client, NULL));
  sparkchat_config_set_api_key(config, "other", NULL);
  sparkchat_config_set_url(config, "ws://127.0.0.1:1/", NULL);
  stream = asked(client, "same");
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
  sparkchat_config_free(config);
}

CASE(response_outlives_client_and_request) {
  sparkchat_client *client = client_for(ws("echo"));
  sparkchat_request *request = question("kept");
  sparkchat_response *response = NULL;
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_client_invoke(client, request, &response, NULL));
  sparkchat_client_free(client);
  sparkchat_request_free(request);
  CHECK_TEXT("kept", sparkchat_response_text(response, NULL));
  sparkchat_response_free(response);
}

CASE(stream_freed_in_the_middle_of_an_answer) {
  sparkchat_stream *stream = opened(wss("count:n=1000"));
  until(stream, SPARKCHAT_EVENT_TEXT);
  sparkchat_stream_free(stream);
}

CASE(free_of_nothing) {
  sparkchat_config_free(NULL);
  sparkchat_client_free(NULL);
  sparkchat_request_free(NULL);
  sparkchat_stream_free(NULL);
  sparkchat_response_free(NULL);
  sparkchat_error_free(NULL);
  sparkchat_group_free(NULL);
  sparkchat_conversation_free(NULL);
  sparkchat_string_free(NULL);
  sparkchat_stream_cancel(NULL);
}

static void *wait_for_an_answer(void *stream) {
  return (void *)(size_t)(finish((sparkchat_stream *)stream, NULL) ==
                          SPARKCHAT_ERR_CANCELLED);
}

CASE(second_thread_inside_next_gets_a_status) {
  sparkchat_stream *stream = opened(ws("stall:at=request"));
  const sparkchat_event *event = NULL;
  sparkchat_error *error = NULL;
  sparkchat_status status = SPARKCHAT_OK;
  pthread_t thread;
  void *was_cancelled = NULL;
  until(stream, SPARKCHAT_EVENT_READY);
  CHECK(pthread_create(&thread, NULL, wait_for_an_answer, stream) == 0);
  for (int i = 0; i < 1000 && status != SPARKCHAT_ERR_STATE; i++) {
    sparkchat_error_free(error);
    status = sparkchat_stream_next(stream, 0, &event, &error);
    sleep_ms(1);
  }
  CHECK_STATUS(SPARKCHAT_ERR_STATE, status);
  CHECK_STATUS(SPARKCHAT_ERR_STATE, sparkchat_error_status(error));
  sparkchat_stream_cancel(stream);
  CHECK(pthread_join(thread, &was_cancelled) == 0);
  CHECK(was_cancelled != NULL);
  sparkchat_error_free(error);
  sparkchat_stream_free(stream);
}
