/* Clients of every kind, and the operations on them. */
#include "torture.h"

#include <string.h>

client_slot clients[CLIENTS];
char **urls;
int url_count;
const char *ca_file;

sparkchat_client *new_client(worker *me) {
  sparkchat_client *client = NULL;
  sparkchat_error *error = NULL;
  sparkchat_config *config = sparkchat_config_new();
  sparkchat_config_set_url(config, urls[roll(me, (unsigned)url_count)], NULL);
  sparkchat_config_set_domain(config, "generalv3.5", NULL);
  sparkchat_config_set_ca_file(config, ca_file, NULL);
  sparkchat_config_set_idle_timeout(config, 300, NULL);
  sparkchat_config_set_first_token_timeout(config, 2000, NULL);
  sparkchat_config_set_close_timeout(config, 50, NULL);
  sparkchat_config_set_max_attempts(config, 1 + (int)roll(me, 3), NULL);
  sparkchat_config_set_retry_backoff(config, 1, 20, NULL);
  sparkchat_config_set_max_idle_connections(config, (int)roll(me, 4), NULL);
  if (roll(me, 4) == 0) {
    sparkchat_config_set_max_concurrency(config, 4, NULL);
    sparkchat_config_set_queue_timeout(config, 500, NULL);
  }
  sparkchat_config_load_environment(config, NULL);
  if (sparkchat_client_new(config, &client, &error) != SPARKCHAT_OK) {
    fail("client", sparkchat_error_message(error));
  }
  sparkchat_config_free(config);
  return client;
}

void replace_client(worker *me) {
  unsigned which = roll(me, CLIENTS);
  sparkchat_client *fresh = new_client(me), *old;
  pthread_rwlock_wrlock(&clients[which].lock);
  old = clients[which].client;
  clients[which].client = fresh;
  pthread_rwlock_unlock(&clients[which].lock);
  sparkchat_client_free(old);
}

static int give_up_at_random(const sparkchat_event *event, void *me) {
  (void)event;
  return roll((worker *)me, 10) == 0;
}

/* Drives the stream to its end, or stops earlier. */
static void drive_a_while(worker *me, sparkchat_stream *stream) {
  sparkchat_status status;
  do {
    status = sparkchat_stream_next(stream, 5, NULL, NULL);
    if (roll(me, 40) == 0) {
      sparkchat_stream_cancel(stream);
    }
  } while (is_running(status) && roll(me, 40) != 0);
}

/* Asks in steps, with any end: the history is the old one, or what was kept. */
static void go_in_steps(worker *me, sparkchat_conversation *conversation) {
  size_t count = sparkchat_conversation_count(conversation);
  sparkchat_stream *stream = NULL, *next = NULL;
  sparkchat_status status = sparkchat_conversation_begin(
      conversation, "1+1", SPARKCHAT_NUL_TERMINATED, NULL, &stream, NULL);
  if (status != SPARKCHAT_OK) {
    fail("begin", sparkchat_status_name(status));
  }
  drive_a_while(me, stream);
  if (roll(me, 4) == 0) {
    sparkchat_stream_free(stream);
    stream = NULL;
  }
  if (roll(me, 4) == 0) {
    sparkchat_conversation_keep(conversation, NULL);
    count = sparkchat_conversation_count(conversation);
  } else if (roll(me, 4) != 0) {
    status = sparkchat_conversation_step(conversation, &next, NULL);
    count += status == SPARKCHAT_DONE ? 2 : 0;
  }
  sparkchat_stream_free(stream);
  sparkchat_stream_free(next);
  sparkchat_conversation_rollback(conversation, NULL);
  if (sparkchat_conversation_count(conversation) != count) {
    fail("rollback", "the history has changed");
  }
}

void converse(worker *me) {
  sparkchat_conversation *conversation = NULL;
  sparkchat_client *client = new_client(me);
  sparkchat_error *error = NULL;
  if (sparkchat_conversation_new(client, NULL, &conversation, &error) !=
      SPARKCHAT_OK) {
    fail("conversation", sparkchat_error_message(error));
  }
  sparkchat_client_free(client);
  for (unsigned left = 1 + roll(me, 2); left > 0; left--) {
    sparkchat_response *response = NULL;
    if (roll(me, 2)) {
      go_in_steps(me, conversation);
      continue;
    }
    sparkchat_status status = sparkchat_conversation_ask(
        conversation, "1+1", SPARKCHAT_NUL_TERMINATED, give_up_at_random, me,
        &response, &error);
    const char *text = sparkchat_response_text(response, NULL);
    if (status == SPARKCHAT_OK ? strcmp(text, "1 + 1 = **2**.") != 0
                               : status != SPARKCHAT_ERR_CALLBACK &&
                                     status != SPARKCHAT_ERR_TIMEOUT) {
      fail("ask", error ? sparkchat_error_message(error) : text);
    }
    sparkchat_response_free(response);
    sparkchat_error_free(error);
    error = NULL;
  }
  sparkchat_conversation_free(conversation);
}
