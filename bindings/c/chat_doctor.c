#define _POSIX_C_SOURCE 200809L

#include "chat_doctor.h"

#include "chat_clean.h"
#include "chat_credentials.h"
#include "chat_options.h"
#include "chat_places.h"
#include "chat_questions.h"
#include "chat_recording.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { LINE_SIZE = 2048, EXIT_USAGE = 2 };

static int wrong_here, wrong_there;

void tell(verdict found, const char *topic, const char *said,
          const char *advice) {
  static const char *const words[] = {"ok", "note", "skipped", "problem",
                                      "problem"};
  wrong_here += found == WRONG_HERE;
  wrong_there += found == WRONG_THERE;
  printf("%-8s %s: ", words[found], topic);
  put_clean(stdout, said);
  if (*advice) {
    fputs("\n         what to do: ", stdout);
    put_clean(stdout, advice);
  }
  putchar('\n');
  fflush(stdout);
  record_finding(words[found], topic, said, advice);
}

/* ---- the network ------------------------------------------------------- */

static int look_up(const char *url) {
  char host[HOST_SIZE], said[LINE_SIZE];
  struct addrinfo *addresses = NULL;
  int failure = 0;
  host_of(url, host);
  failure = getaddrinfo(host, NULL, NULL, &addresses);
  if (failure != 0) {
    snprintf(said, sizeof said, "%s cannot be looked up (%s)", host,
             gai_strerror(failure));
    tell(WRONG_HERE, "names", said,
         "check the URL's spelling, and this machine's network and DNS; behind "
         "a company's proxy, set https_proxy");
    return 0;
  }
  freeaddrinfo(addresses);
  snprintf(said, sizeof said, "%s can be looked up", host);
  tell(WELL, "names", said, "");
  return 1;
}

static int look_at_place(const char *url, const char *domain) {
  const char *variable = proxy_variable();
  char said[LINE_SIZE];
  if (!variable) {
    tell(WELL, "proxy", "none", "");
    return look_up(url) && probe(url, domain);
  }
  snprintf(said, sizeof said,
           "the one in %s, which looks up the server's name; no proxy if "
           "no_proxy names the host",
           variable);
  tell(WELL, "proxy", said, "");
  return probe(url, domain);
}

static void tell_plan(const char *url) {
  char said[LINE_SIZE], host[HOST_SIZE];
  host_of(url, host);
  snprintf(said, sizeof said, "%s is %s", host, plan_of(url));
  tell(WELL, "plan", said, "");
}

/* ---- all checks -------------------------------------------------------- */

static int refused, sent;

/* Only over HTTP: the API password may be valid elsewhere. */
static void ask_over_http(const char *topic, const char *question,
                          const char *url, const char *domain,
                          int is_streamed) {
  sparkchat_status status =
      put_to_the_test(topic, question, url, domain, is_streamed);
  sent++;
  refused += status == SPARKCHAT_ERR_AUTH || status == SPARKCHAT_ERR_PERMISSION;
}

static void ask_over_both(const sparkchat_model *model, const char *url,
                          const char *domain) {
  const char *other = sparkchat_model_url(model, SPARKCHAT_TRANSPORT_HTTP);
  char there[URL_SIZE];
  put_to_the_test("plain", "1+1", url, domain, 0);
  put_to_the_test("streaming", "Hello", url, domain, 1);
  url_at(url, "wss://spark-api.xf-yun.com/v2.1/chat", there);
  put_to_the_test("another version", "2+2", there, "generalv2", 0);
  if (has_password() && other) {
    url_at(url, other, there);
    ask_over_http("over HTTP", "3+3", there,
                  sparkchat_model_domain(model, SPARKCHAT_TRANSPORT_HTTP), 0);
  }
}

static void ask_all(sparkchat_client *client) {
  const char *url = sparkchat_client_url(client);
  const char *domain = sparkchat_client_domain(client);
  char plans[LINE_SIZE / 2], advice[LINE_SIZE];
  if (sparkchat_client_transport(client) == SPARKCHAT_TRANSPORT_HTTP) {
    tell(SKIPPED, "another version", "it is asked over WebSocket", "");
    ask_over_http("plain", "1+1", url, domain, 0);
    ask_over_http("streaming", "Hello", url, domain, 1);
  } else {
    ask_over_both(sparkchat_client_model(client), url, domain);
  }
  if (sent > 0 && refused == sent && is_service(url)) {
    other_plans(url, plans, sizeof plans);
    snprintf(advice, sizeof advice,
             "try %s, each with --domain and a model's id", plans);
    tell(NOTE, "plan", "the API password may belong to another plan", advice);
  }
}

/* A client with made-up credentials if none are set: it knows the URL. */
static sparkchat_client *make_stand_in(void) {
  sparkchat_config *config = make_config(NULL, NULL);
  sparkchat_config_set_app_id(config, "nobody", NULL);
  sparkchat_config_set_api_key(config, "nobody", NULL);
  sparkchat_config_set_api_secret(config, "nobody", NULL);
  return make_client(config, NULL);
}

static void look_at_all(void) {
  sparkchat_error *error = NULL;
  sparkchat_client *client = make_client(make_config(NULL, NULL), &error);
  sparkchat_client *where = client ? client : make_stand_in();
  int is_reached = where && look_at_place(sparkchat_client_url(where),
                                          sparkchat_client_domain(where));
  int is_well = look_at_credentials();
  if (client) {
    tell_plan(sparkchat_client_url(client));
  }
  if (client && is_reached) {
    ask_all(client);
  } else if (client) {
    tell(SKIPPED, "questions", "the server cannot be reached", "");
  } else if (where && !is_well) {
    tell(SKIPPED, "questions", "see the credentials", "");
  } else {
    tell(WRONG_HERE, "settings", sparkchat_error_message(error),
         sparkchat_error_hint(error));
    tell(SKIPPED, "questions", "see the settings", "");
  }
  if (where != client) {
    sparkchat_client_free(where);
  }
  sparkchat_client_free(client);
  sparkchat_error_free(error);
}

int examine(const char *output) {
  if (!recording_open(output)) {
    return EXIT_USAGE;
  }
  puts(sparkchat_version_details());
  look_at_all();
  if (!wrong_here && !wrong_there) {
    puts("All is well.");
  } else if (wrong_here) {
    puts("Something is wrong on this side; begin with the first problem.");
  } else {
    puts("Nothing is wrong here: it is the service. Try again later; its "
         "support needs the sid.");
  }
  if (!recording_close()) {
    perror(recording_path());
    return EXIT_FAILURE;
  }
  printf("The recording is in %s. It contains questions and answers, but no "
         "credentials: read it before you attach it.\n",
         recording_path());
  return wrong_here || wrong_there ? EXIT_FAILURE : EXIT_SUCCESS;
}
