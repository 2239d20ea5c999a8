/* Groups: their members, when members leave, and what may happen meanwhile. */
#include "case.h"
#include "grouped.h"
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

CASE(empty_group_has_nothing_to_do) {
  sparkchat_group *group = new_group();
  sparkchat_stream *stream = (sparkchat_stream *)group;
  const sparkchat_event *event = (const sparkchat_event *)group;
  sparkchat_error *error = (sparkchat_error *)group;
  CHECK_INT(0, sparkchat_group_count(group));
  for (int timeout = -1; timeout < 2; timeout++) {
    CHECK_STATUS(SPARKCHAT_DONE,
                 sparkchat_group_next(group, timeout, &stream, &event, &error));
    CHECK(!stream && !event && !error);
  }
  sparkchat_group_free(group);
}

CASE(all_out_parameters_may_be_null) {
  sparkchat_client *client = client_for(ws("echo"));
  sparkchat_group *group = new_group();
  sparkchat_stream *stream = join(group, client, "Hello");
  sparkchat_status status;
  do {
    status = sparkchat_group_next(group, -1, NULL, NULL, NULL);
  } while (status == SPARKCHAT_OK);
  CHECK_STATUS(SPARKCHAT_DONE, status);
  CHECK_TEXT("Hello", text_of(stream));
  sparkchat_stream_free(stream);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(member_belongs_to_one_group_and_to_nobody_else) {
  sparkchat_client *client = client_for(ws("echo"));
  sparkchat_group *group = new_group(), *other = new_group();
  sparkchat_stream *stream = join(group, client, "mine");
  const sparkchat_event *event = NULL;
  sparkchat_error *error = NULL;
  CHECK_STATUS(SPARKCHAT_ERR_STATE, sparkchat_group_add(group, stream, NULL));
  CHECK_STATUS(SPARKCHAT_ERR_STATE, sparkchat_group_add(other, stream, &error));
  CHECK_HAS("remove", sparkchat_error_hint(error));
  CHECK_STATUS(SPARKCHAT_ERR_STATE,
               sparkchat_group_remove(other, stream, NULL));
  for (int timeout = -1; timeout < 2; timeout++) {
    CHECK_STATUS(SPARKCHAT_ERR_STATE,
                 sparkchat_stream_next(stream, timeout, &event, NULL));
  }
  CHECK_INT(1, sparkchat_group_count(group));
  CHECK_INT(0, sparkchat_group_count(other));
  CHECK_INT(SPARKCHAT_OUTCOME_PENDING, outcome_of(stream));
  CHECK_STATUS(SPARKCHAT_DONE,
               sparkchat_group_next(other, -1, NULL, NULL, NULL));
  CHECK_INT(1, drain(group));
  sparkchat_error_free(error);
  sparkchat_group_free(other);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(stream_leaves_when_its_exchange_ends) {
  sparkchat_client *client = client_for(ws(NULL));
  sparkchat_group *group = new_group();
  sparkchat_status status;
  sparkchat_stream *good = join(group, client, "1+1"),
                   *bad = join(group, client, "#scenario error:code=10013\nx");
  CHECK_INT(2, sparkchat_group_count(group));
  for (int left = 1; left >= 0; left--) {
    sparkchat_stream *ended = next_end(group, &status);
    CHECK(ended == good || ended == bad);
    CHECK_STATUS(ended == good ? SPARKCHAT_DONE
                               : SPARKCHAT_ERR_CONTENT_FILTERED,
                 status);
    CHECK_INT(left, sparkchat_group_count(group));
    CHECK_STATUS(SPARKCHAT_ERR_STATE,
                 sparkchat_group_remove(group, ended, NULL));
    CHECK_STATUS(status, finish(ended, NULL)); /* alone, it reports the same */
  }
  CHECK_STATUS(SPARKCHAT_ERR_STATE, sparkchat_group_add(group, bad, NULL));
  CHECK_STATUS(SPARKCHAT_DONE,
               sparkchat_group_next(group, -1, NULL, NULL, NULL));
  sparkchat_stream_free(good);
  sparkchat_stream_free(bad);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

static const struct {
  const char *question;
  sparkchat_status status;
  sparkchat_outcome outcome;
  const char *text;
} mixture[] = {
    {"1+1", SPARKCHAT_DONE, SPARKCHAT_OUTCOME_COMPLETE, "1 + 1 = **2**."},
    {"#scenario echo\nabc", SPARKCHAT_DONE, SPARKCHAT_OUTCOME_COMPLETE, "abc"},
    {"#scenario count:n=300\nx", SPARKCHAT_DONE, SPARKCHAT_OUTCOME_COMPLETE,
     NULL},
    {"#scenario drop:after=1,content=abcdefgh\nx", SPARKCHAT_ERR_TRUNCATED,
     SPARKCHAT_OUTCOME_TRUNCATED, "a"},
    {"#scenario stall:at=middle,after=1,content=abcdefgh\nx",
     SPARKCHAT_ERR_TIMEOUT, SPARKCHAT_OUTCOME_TIMEOUT, "a"},
    {"#scenario error:code=10907\nx", SPARKCHAT_ERR_CONTEXT_LENGTH,
     SPARKCHAT_OUTCOME_FAILED, ""},
    {"#scenario bad_json:after=1,content=abcdefgh\nx", SPARKCHAT_ERR_PROTOCOL,
     SPARKCHAT_OUTCOME_FAILED, "a"},
    {"#scenario slow:content=slowly\nx", SPARKCHAT_DONE,
     SPARKCHAT_OUTCOME_COMPLETE, "slowly"},
    {"#scenario coalesce:content=at once\nx", SPARKCHAT_DONE,
     SPARKCHAT_OUTCOME_COMPLETE, "at once"},
    {"#scenario fragments:size=1,content=bits\nx", SPARKCHAT_DONE,
     SPARKCHAT_OUTCOME_COMPLETE, "bits"},
    {"#scenario ping_flood:content=pinged\nx", SPARKCHAT_DONE,
     SPARKCHAT_OUTCOME_COMPLETE, "pinged"}};

enum { KINDS = sizeof mixture / sizeof mixture[0], ROUNDS = 8 };

static void check_mixture(const char *url) {
  sparkchat_config *config = config_for(url);
  sparkchat_client *client;
  sparkchat_group *group = new_group();
  sparkchat_stream *stream;
  sparkchat_status status;
  int count = 0;
  sparkchat_config_set_idle_timeout(config, 2500, NULL);
  client = client_of(config);
  for (size_t i = 0; i < KINDS * ROUNDS; i++) {
    stream = join(group, client, mixture[i % KINDS].question);
    sparkchat_stream_set_user_data(stream, (void *)(i % KINDS + 1));
  }
  sparkchat_client_free(client); /* the streams keep it alive */
  while ((stream = next_end(group, &status)) != NULL) {
    size_t kind = (size_t)sparkchat_stream_user_data(stream) - 1;
    CHECK_STATUS(mixture[kind].status, status);
    CHECK_INT(mixture[kind].outcome, outcome_of(stream));
    if (mixture[kind].text) {
      CHECK_TEXT(mixture[kind].text, text_of(stream));
    }
    sparkchat_stream_free(stream);
    count++;
  }
  CHECK_INT(KINDS * ROUNDS, count);
  CHECK_INT(0, sparkchat_group_count(group));
  sparkchat_group_free(group);
}

CASE(mixed_fates) {
  check_mixture(ws(NULL));
}

CASE(mixed_fates_over_tls) {
  check_mixture(wss(NULL));
}

CASE(events_and_response_agree) {
  sparkchat_client *client = client_for(wss("count:n=2000"));
  sparkchat_group *group = new_group();
  static char texts[4][16384];
  sparkchat_stream *stream = NULL;
  const sparkchat_event *event = NULL;
  sparkchat_status status;
  int done = 0;
  for (int i = 0; i < 4; i++) {
    sparkchat_stream_set_user_data(join(group, client, "x"), texts[i]);
  }
  while (done < 4) {
    status = sparkchat_group_next(group, -1, &stream, &event, NULL);
    if (status == SPARKCHAT_DONE) {
      CHECK_TEXT((char *)sparkchat_stream_user_data(stream), text_of(stream));
      CHECK_HAS("1999 ", text_of(stream));
      sparkchat_stream_free(stream);
      done++;
    } else if (sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_TEXT) {
      CHECK_STATUS(SPARKCHAT_OK, status);
      strcat((char *)sparkchat_stream_user_data(stream),
             sparkchat_event_text(event, NULL));
    }
  }
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

/* Moves a stream out of its group and into another, in the middle of an
 * answer. */
static void move_about(const char *url, int free_groups) {
  sparkchat_client *client = client_for(url);
  sparkchat_stream *stream = asked(client, "x");
  for (int i = 0; i < 5; i++) {
    sparkchat_group *group = new_group();
    CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_add(group, stream, NULL));
    until_in_group(group, stream, SPARKCHAT_EVENT_TEXT);
    if (!free_groups) {
      CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_remove(group, stream, NULL));
    }
    sparkchat_group_free(group);
    until(stream, SPARKCHAT_EVENT_TEXT);
  }
  CHECK_STATUS(SPARKCHAT_DONE, finish(stream, NULL));
  CHECK_HAS("0 1 2 3 4 5 6 7 8 9 10 11 12 ", text_of(stream));
  CHECK_HAS(" 98 99 ", text_of(stream));
  sparkchat_stream_free(stream);
  sparkchat_client_free(client);
}

CASE(removed_stream_goes_on_alone) {
  move_about(ws("count:n=100"), 0);
  move_about(wss("count:n=100"), 0);
}

CASE(stream_of_a_freed_group_goes_on_alone) {
  move_about(ws("count:n=100"), 1);
  move_about(wss("count:n=100"), 1);
}

CASE(group_freed_with_members_in_every_state) {
  sparkchat_config *config = config_for(wss(NULL));
  sparkchat_client *client;
  sparkchat_group *group = new_group(), *other = new_group();
  sparkchat_stream *fresh, *begun, *parked, *stalled;
  sparkchat_config_set_idle_timeout(config, 300, NULL);
  client = client_of(config);
  begun = join(group, client, "#scenario count:n=50\nx");
  parked = join_connecting(group, client);
  stalled = join(group, client, "#scenario stall:at=middle,content=abcdef\nx");
  until_in_group(group, begun, SPARKCHAT_EVENT_TEXT);
  fresh = join(group, client, "1+1");
  sparkchat_group_free(group);
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_add(other, fresh, NULL));
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_group_add(other, begun, NULL));
  CHECK_STATUS(SPARKCHAT_ERR_TIMEOUT, finish(stalled, NULL));
  CHECK_INT(2, drain(other));
  sparkchat_stream_free(parked);
  sparkchat_stream_free(stalled);
  sparkchat_group_free(other);
  sparkchat_client_free(client);
}

CASE(members_freed_while_others_run) {
  sparkchat_client *client = client_for(wss("count:n=2000"));
  sparkchat_group *group = new_group();
  sparkchat_stream *streams[30];
  for (int i = 0; i < 30; i++) {
    streams[i] = join(group, client, "x");
  }
  for (int i = 0; i < 20; i++) { /* at any time, even right at its end */
    sparkchat_stream *stream = NULL;
    do {
      CHECK(sparkchat_group_next(group, -1, &stream, NULL, NULL) >= 0);
    } while (stream != streams[i]);
    sparkchat_stream_free(stream);
  }
  while (sparkchat_group_count(group) > 0) {
    CHECK(sparkchat_group_next(group, -1, NULL, NULL, NULL) >= 0);
  }
  for (int i = 20; i < 30; i++) {
    CHECK_INT(SPARKCHAT_OUTCOME_COMPLETE, outcome_of(streams[i]));
    sparkchat_stream_free(streams[i]);
  }
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(members_come_while_others_run) {
  sparkchat_client *client = client_for(ws("echo"));
  sparkchat_group *group = new_group();
  sparkchat_status status;
  sparkchat_stream *stream;
  int asked_so_far = 1, answered = 0;
  join(group, client, "first");
  while ((stream = next_end(group, &status)) != NULL) {
    CHECK_STATUS(SPARKCHAT_DONE, status);
    answered++;
    for (int i = 0; i < 2 && asked_so_far < 60; i++, asked_so_far++) {
      join(group, client, "another");
    }
    sparkchat_stream_free(stream);
  }
  CHECK_INT(60, answered);
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}

CASE(streams_of_several_clients_over_both_transports) {
  static const char *(*const transports[])(const char *) = {ws, wss, http,
                                                            https};
  static const char *const scenarios[] = {"echo", "count:n=30", "single"};
  sparkchat_group *group = new_group();
  for (int i = 0; i < 24; i++) {
    sparkchat_client *client = client_for(transports[i % 4](scenarios[i % 3]));
    join(group, client, "x");
    sparkchat_client_free(client);
  }
  CHECK_INT(24, drain(group));
  sparkchat_group_free(group);
}
