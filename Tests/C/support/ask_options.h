/* The options of ask.c, by name. */
#ifndef ASK_OPTIONS_H
#define ASK_OPTIONS_H

#include <sparkchat.h>

typedef struct asking {
  sparkchat_config *config;
  sparkchat_request *request;
  const char *via;         /* "invoke", "stream", "pull" or "group" */
  size_t repeat;           /* how often the text is said in the question */
  int questions;           /* how often it is asked, with one client */
  int stop_after;          /* events; 0: none */
  int cancel_after;        /* events; -1: never */
  int pause_ms;            /* between questions */
  int waits;               /* for a line on standard input between questions */
  int counts_descriptors;  /* says how many more there are than before */
  const char *function;    /* the one that was named last */
  const char *certificate; /* whose key is still to come */
} asking;

/* What a setter refuses is reported when the request is sent; an unknown
 * option ends the program. */
void set_option(asking *to, const char *option, const char *value);

#endif
