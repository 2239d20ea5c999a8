/* The options of ask.c, by name. */
#ifndef ASK_OPTIONS_H
#define ASK_OPTIONS_H

#include <sparkchat.h>

typedef struct asking {
  sparkchat_config *config;
  sparkchat_request *request;
  const char *via;         /* "invoke", "stream", "pull" or "group" */
  size_t repeat;           /* how often the question repeats the text */
  int questions;           /* how many requests to send with one client */
  int stop_after;          /* events; 0: none */
  int cancel_after;        /* events; -1: never */
  int pause_ms;            /* between questions */
  int waits;               /* for a line on standard input between questions */
  int counts_descriptors;  /* prints how many more there are than before */
  const char *function;    /* the last one named */
  const char *certificate; /* its key is not set yet */
} asking;

/* The program reports a value that a setter refuses when it sends the request;
 * an unknown option ends the program. */
void set_option(asking *to, const char *option, const char *value);

#endif
