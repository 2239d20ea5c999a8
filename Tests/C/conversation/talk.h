/* Helpers for cases about conversations. Include case.h and scene.h before
 * it. */
#ifndef TALK_H
#define TALK_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Both transports, without TLS. */
static const char *(*const transports[])(const char *) = {ws, http};
enum { TRANSPORTS = 2 };

/* Returns the address with a tag of this process: `times` in a scenario counts
 * per tag. */
static inline const char *tagged(const char *url, int number) {
  static char texts[4][1024];
  static int next;
  char *text = texts[next++ % 4];
  snprintf(text, sizeof texts[0], "%s&tag=talk-%ld-%d", url, (long)getpid(),
           number);
  return text;
}

static inline sparkchat_conversation *talk_at(const char *url) {
  sparkchat_client *client = client_for(url);
  sparkchat_conversation *talk = NULL;
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_conversation_new(client, NULL, &talk, NULL));
  sparkchat_client_free(client);
  return talk;
}

static inline sparkchat_status say(sparkchat_conversation *talk,
                                   const char *text) {
  return sparkchat_conversation_ask(talk, text, SPARKCHAT_NUL_TERMINATED, NULL,
                                    NULL, NULL, NULL);
}

/* Returns the history as one letter per message: "SUAUFA". */
static inline const char *roles_of(const sparkchat_conversation *talk) {
  static char letters[256];
  size_t count = sparkchat_conversation_count(talk);
  CHECK(count < sizeof letters);
  for (size_t i = 0; i < count; i++) {
    letters[i] = "?SUAF"[sparkchat_conversation_role(talk, i)];
  }
  letters[count] = '\0';
  return letters;
}

static inline const char *last_of(sparkchat_conversation *talk) {
  size_t count = sparkchat_conversation_count(talk);
  return sparkchat_conversation_content(talk, count - 1, NULL);
}

#endif
