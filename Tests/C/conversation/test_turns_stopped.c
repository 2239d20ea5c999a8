/* Turns that end early: rolling back and keeping. */
#define _POSIX_C_SOURCE 200809L

#include "case.h"
#include "grouped.h"
#include "scene.h"
#include "talk.h"
#include "turns.h"

#include <pthread.h>
#include <string.h>
#include <sys/wait.h>

static sparkchat_conversation *talk_so_far(const char *url) {
  sparkchat_conversation *talk =
      talk_with_tool(url, SPARKCHAT_TOOL_CHOICE_AUTO);
  sparkchat_conversation_add_message(talk, SPARKCHAT_ROLE_USER,
                                     "My name is Ada.", 15, NULL);
  sparkchat_conversation_add_message(talk, SPARKCHAT_ROLE_ASSISTANT, "Hello!",
                                     6, NULL);
  return talk;
}

/* How far a turn gets before it is ended. */
enum { BEGUN, TEXT_HAS_COME, ENDED, CALLED, GIVEN, ASKED_AGAIN, PLACES };

static const char *scenario_of(int place) {
  return place == TEXT_HAS_COME ? "stall:at=middle,times=1"
                                : "function_call:times=1";
}

static sparkchat_stream *go_to(sparkchat_conversation *talk, int place) {
  sparkchat_stream *stream = begin(talk, "How is it in Hefei?");
  if (place == BEGUN) {
    return stream;
  }
  if (place == TEXT_HAS_COME) {
    until(stream, SPARKCHAT_EVENT_TEXT);
    return stream;
  }
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  if (place == ENDED) {
    return stream;
  }
  CHECK_STATUS(SPARKCHAT_TOOL_CALLS, step(talk));
  if (place >= GIVEN) {
    give(talk, 0, "sunny");
  }
  if (place == ASKED_AGAIN) {
    sparkchat_stream_free(stream);
    stream = step_on(talk);
  }
  return stream;
}

static void check_as_before(sparkchat_conversation *talk) {
  CHECK_TEXT("UA", roles_of(talk));
  CHECK_STATUS(SPARKCHAT_OK, say(talk, "#scenario echo\nWell?"));
  CHECK_TEXT("UAUA", roles_of(talk));
}

enum { ROLL_BACK, CANCEL, FREE_STREAM, FREE_ALL, FREE_TALK_FIRST, WAYS };

CASE(history_is_as_before_wherever_it_ends) {
  for (int i = 0; i < PLACES * WAYS; i++) {
    int place = i / WAYS, way = i % WAYS;
    sparkchat_conversation *talk =
        talk_so_far(tagged(transports[i % 2](scenario_of(place)), i));
    sparkchat_stream *stream = go_to(talk, place);
    int is_asking =
        place == BEGUN || place == TEXT_HAS_COME || place == ASKED_AGAIN;
    if (way == FREE_TALK_FIRST) {
      sparkchat_conversation_free(talk);
      sparkchat_stream_cancel(stream);
      sparkchat_stream_free(stream);
      continue;
    }
    if (way == ROLL_BACK) {
      CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_rollback(talk, NULL));
      if (is_asking) {
        CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, finish(stream, NULL));
      }
    } else if (way == CANCEL && is_asking) {
      sparkchat_stream_cancel(stream);
      /* The stream's owner must read its end first. */
      check_step_refused(talk, "drive its stream");
      CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, finish(stream, NULL));
      CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, step(talk));
    } else if (way == FREE_STREAM && is_asking) {
      sparkchat_stream_free(stream);
      stream = NULL;
      CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, step(talk));
    }
    sparkchat_stream_free(stream);
    if (way != FREE_ALL) {
      CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_rollback(talk, NULL));
      check_as_before(talk);
    }
    sparkchat_conversation_free(talk);
  }
}

CASE(failures_are_told_by_stream_and_step) {
  static const struct {
    const char *scenario;
    sparkchat_status status;
  } rows[] = {
      {"error:code=10013", SPARKCHAT_ERR_CONTENT_FILTERED},
      {"drop:after=2", SPARKCHAT_ERR_TRUNCATED},
      {"bad_json", SPARKCHAT_ERR_PROTOCOL},
  };
  for (size_t i = 0; i < TRANSPORTS * sizeof rows / sizeof rows[0]; i++) {
    sparkchat_conversation *talk =
        talk_so_far(transports[i % 2](rows[i / 2].scenario));
    sparkchat_stream *stream = begin(talk, "Hello");
    sparkchat_error *first = NULL, *second = NULL;
    CHECK_STATUS(rows[i / 2].status, finish(stream, &first));
    sparkchat_stream_free(stream);
    CHECK_STATUS(rows[i / 2].status,
                 sparkchat_conversation_step(talk, &stream, &second));
    CHECK_TEXT(sparkchat_error_message(first), sparkchat_error_message(second));
    CHECK_TEXT("UA", roles_of(talk));
    sparkchat_error_free(first);
    sparkchat_error_free(second);
    sparkchat_conversation_free(talk);
  }
}

CASE(what_came_of_a_stopped_answer_can_be_kept) {
  for (int i = 0; i < TRANSPORTS * 2; i++) {
    sparkchat_conversation *talk =
        talk_so_far(tagged(transports[i % 2](scenario_of(TEXT_HAS_COME)), i));
    sparkchat_stream *stream = go_to(talk, TEXT_HAS_COME);
    char came[256];
    snprintf(came, sizeof came, "%s", text_of(stream));
    if (i / 2) { /* while the stream is active, or after the failure */
      sparkchat_stream_cancel(stream);
      CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, finish(stream, NULL));
      sparkchat_stream_free(stream);
      stream = NULL;
      CHECK_STATUS(SPARKCHAT_ERR_CANCELLED, step(talk));
      CHECK_TEXT("UA", roles_of(talk));
    }
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_keep(talk, NULL));
    CHECK_TEXT("UAUA", roles_of(talk));
    CHECK_TEXT(came, last_of(talk));
    sparkchat_stream_free(stream);
    CHECK_STATUS(SPARKCHAT_ERR_STATE, sparkchat_conversation_keep(talk, NULL));
    CHECK_STATUS(SPARKCHAT_OK, say(talk, "What is my name?"));
    CHECK_HAS("Ada", last_of(talk));
    sparkchat_conversation_free(talk);
  }
}

static void *drive(void *stream) {
  CHECK_STATUS(SPARKCHAT_ERR_CANCELLED,
               finish((sparkchat_stream *)stream, NULL));
  return NULL;
}

CASE(another_thread_drives_the_stream) {
  for (int i = 0; i < TRANSPORTS; i++) {
    sparkchat_conversation *talk =
        talk_so_far(tagged(transports[i]("stall:times=1"), i));
    sparkchat_stream *stream = begin(talk, "Hello"), *next = NULL;
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, drive, stream) == 0);
    for (int times = 0; times < 20; times++) {
      CHECK_STATUS(SPARKCHAT_ERR_STATE,
                   sparkchat_conversation_step(talk, &next, NULL));
      sleep_ms(1);
    }
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_rollback(talk, NULL));
    CHECK(pthread_join(thread, NULL) == 0);
    sparkchat_stream_free(stream);
    check_as_before(talk);
    sparkchat_conversation_free(talk);
  }
}

CASE(child_leaves_the_turn_alone) {
  sparkchat_conversation *talk = talk_so_far(ws(NULL));
  sparkchat_stream *stream = begin(talk, "What is my name?");
  int status = 1;
  until(stream, SPARKCHAT_EVENT_TEXT);
  pid_t child = fork();
  if (child == 0) {
    sparkchat_stream *next = NULL;
    int is_refused =
        sparkchat_conversation_step(talk, &next, NULL) ==
            SPARKCHAT_ERR_FORKED &&
        sparkchat_conversation_keep(talk, NULL) == SPARKCHAT_ERR_FORKED &&
        sparkchat_conversation_rollback(talk, NULL) == SPARKCHAT_ERR_FORKED;
    sparkchat_conversation_free(talk);
    sparkchat_stream_free(stream);
    _exit(!is_refused);
  }
  CHECK(waitpid(child, &status, 0) == child);
  CHECK_INT(0, status);
  complete(stream);
  CHECK_STATUS(SPARKCHAT_DONE, step(talk));
  CHECK_HAS("Ada", last_of(talk));
  sparkchat_conversation_free(talk);
}

static int stop_at_text(const sparkchat_event *event, void *user_data) {
  (void)user_data;
  return sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_TEXT;
}

CASE(what_came_of_a_failed_ask_can_be_kept) {
  char *json = NULL;
  sparkchat_conversation *talk = talk_at(http("text:content=abcdef,chunks=3"));
  CHECK_STATUS(SPARKCHAT_ERR_CALLBACK,
               sparkchat_conversation_ask(talk, "Hello", 5, stop_at_text, NULL,
                                          NULL, NULL));
  CHECK_TEXT("", roles_of(talk));
  /* Saving changes nothing. */
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_conversation_save(talk, &json, NULL, NULL));
  CHECK_TEXT("{\"version\":1,\"messages\":[]}", json);
  sparkchat_string_free(json);
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_keep(talk, NULL));
  CHECK_TEXT("UA", roles_of(talk));
  CHECK(*last_of(talk));
  /* Not after something else was done. */
  CHECK_STATUS(SPARKCHAT_ERR_CALLBACK,
               sparkchat_conversation_ask(talk, "Hello", 5, stop_at_text, NULL,
                                          NULL, NULL));
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_truncate(talk, 0, NULL));
  CHECK_STATUS(SPARKCHAT_ERR_STATE, sparkchat_conversation_keep(talk, NULL));
  sparkchat_conversation_free(talk);
}

CASE(keep_holds_what_there_is) {
  static const char *const left[PLACES] = {"UAU",  "UAUA",  "UAUA",
                                           "UAUA", "UAUAF", "UAUAF"};
  for (int place = 0; place < PLACES; place++) {
    sparkchat_conversation *talk =
        talk_so_far(tagged(http(scenario_of(place)), place));
    sparkchat_stream *stream = go_to(talk, place);
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_keep(talk, NULL));
    CHECK_TEXT(left[place], roles_of(talk));
    sparkchat_stream_free(stream);
    if (place == ENDED || place == CALLED) {
      give(talk, 0, "sunny");
    }
    if (place != TEXT_HAS_COME) { /* continues where it was */
      stream = begin(talk, NULL);
      complete(stream);
      CHECK(step(talk) >= 0);
    }
    sparkchat_conversation_free(talk);
  }
}

/* A callback's borrowed texts end with the call, and are not passed again. */
static int look(const sparkchat_event *event, void *user_data) {
  (void)event;
  CHECK_TEXT("Hello", sparkchat_conversation_content(
                          (sparkchat_conversation *)user_data, 0, NULL));
  return sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_TEXT;
}

CASE(no_text_of_a_question_that_was_taken_back) {
  sparkchat_conversation *talk = talk_at(ws(NULL));
  CHECK_STATUS(
      SPARKCHAT_ERR_CALLBACK,
      sparkchat_conversation_ask(talk, "Hello", 5, look, talk, NULL, NULL));
  CHECK_INT(0, sparkchat_conversation_count(talk));
  CHECK(!sparkchat_conversation_content(talk, 0, NULL));
  sparkchat_conversation_free(talk);
}

/* Conversations on one thread, each at another stage. */
enum { MANY = 24 };

CASE(many_conversations_in_a_group) {
  sparkchat_group *group = new_group();
  sparkchat_conversation *talks[MANY];
  int over = 0, cancelled = 0;
  for (int i = 0; i < MANY; i++) {
    sparkchat_stream *stream;
    talks[i] =
        talk_so_far(tagged(transports[i % 2]("function_call:times=2"), i));
    stream = begin(talks[i], "How is it in Hefei?");
    sparkchat_stream_set_user_data(stream, &talks[i]);
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_add(group, stream, NULL));
  }
  while (over < MANY) {
    sparkchat_status status;
    sparkchat_stream *stream = next_end(group, &status), *next = NULL;
    CHECK(stream);
    sparkchat_conversation **at =
        (sparkchat_conversation **)sparkchat_stream_user_data(stream);
    long number = at - talks;
    sparkchat_stream_free(stream);
    status = sparkchat_conversation_step(*at, &next, NULL);
    if (status == SPARKCHAT_TOOL_CALLS) {
      give(*at, 0, "sunny");
      status = sparkchat_conversation_step(*at, &next, NULL);
    }
    if (status == SPARKCHAT_OK) {
      sparkchat_stream_set_user_data(next, at);
      CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_add(group, next, NULL));
      if (number % 3 == 1) {
        sparkchat_stream_cancel(next);
      } else if (number % 3 == 2 && number % 2) {
        /* Its stream is freed while the group drives it. */
        CHECK_STATUS(SPARKCHAT_OK, sparkchat_conversation_rollback(*at, NULL));
        sparkchat_stream_free(next);
        over++, cancelled++;
      }
      continue;
    }
    over++;
    CHECK_STATUS(number % 3 == 1 ? SPARKCHAT_ERR_CANCELLED : SPARKCHAT_DONE,
                 status);
  }
  CHECK_INT(MANY / 6, cancelled);
  CHECK_INT(0, sparkchat_group_count(group));
  for (int i = 0; i < MANY; i++) {
    int is_whole = i % 3 == 0 || (i % 3 == 2 && i % 2 == 0);
    CHECK_TEXT(is_whole ? "UAUAFAFA" : "UA", roles_of(talks[i]));
    sparkchat_conversation_free(talks[i]);
  }
  sparkchat_group_free(group);
}
