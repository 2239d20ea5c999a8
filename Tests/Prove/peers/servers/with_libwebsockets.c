/* The dialect on libwebsockets: PORT [CERTIFICATE KEY]. It sends every other
 * message in two fragments. */
#include <jansson.h>
#include <libwebsockets.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define PIECE 160 /* bytes of the question in a message, at most */

struct session {
  char *request;
  size_t length;
  const char *text; /* the question's, in `document`; it may hold NULs */
  size_t text_length;
  json_t *document;
  size_t sent;
  unsigned number;
  char *half; /* the second fragment, to be sent next */
};

static volatile sig_atomic_t stopped;

static void stop(int signal) {
  (void)signal;
  stopped = 1;
}

static void keep(struct session *session, const void *bytes, size_t length) {
  char *larger = (char *)realloc(session->request, session->length + length);
  if (larger) {
    memcpy(larger + session->length, bytes, length);
    session->request = larger;
    session->length += length;
  }
}

static void read_question(struct session *session) {
  session->document =
      json_loadb(session->request, session->length, JSON_ALLOW_NUL, NULL);
  json_t *list = json_object_get(
      json_object_get(json_object_get(session->document, "payload"), "message"),
      "text");
  json_t *content = json_object_get(
      json_array_get(list, json_array_size(list) - 1), "content");
  session->text = json_string_value(content);
  session->text_length = json_string_length(content);
}

/* Returns the bytes of the next piece, which ends with a whole character. */
static size_t piece(const struct session *session) {
  const char *rest = session->text + session->sent;
  size_t length = session->text_length - session->sent;
  if (length > PIECE) {
    for (length = PIECE; (rest[length] & 0xC0) == 0x80; length--) {
    }
  }
  return length;
}

static char *message(struct session *session, int *is_last) {
  size_t length = piece(session);
  *is_last = session->sent + length == session->text_length;
  int status = *is_last ? 2 : session->number > 0;
  json_t *root = json_pack(
      "{s:{s:i,s:s,s:i},s:{s:{s:i,s:i,s:[{s:s%,s:s}]}}}", "header", "code", 0,
      "sid", "cht-peer", "status", status, "payload", "choices", "status",
      status, "seq", (int)session->number, "text", "content",
      session->text + session->sent, length, "role", "assistant");
  char *text = json_dumps(root, session->number % 2 ? JSON_ENSURE_ASCII : 0);
  json_decref(root);
  session->sent += length;
  session->number++;
  return text;
}

static void write_text(struct lws *socket, const char *text, size_t length,
                       enum lws_write_protocol how) {
  unsigned char *buffer = (unsigned char *)malloc(LWS_PRE + length);
  if (buffer) {
    memcpy(buffer + LWS_PRE, text, length);
    lws_write(socket, buffer + LWS_PRE, length, how);
    free(buffer);
  }
}

static int write_next(struct lws *socket, struct session *session) {
  int is_last = 0;
  if (session->half) {
    write_text(socket, session->half, strlen(session->half),
               LWS_WRITE_CONTINUATION);
    free(session->half);
    session->half = NULL;
  } else if (session->text) {
    char *text = message(session, &is_last);
    size_t length = strlen(text);
    if (is_last || session->number % 2) {
      write_text(socket, text, length, LWS_WRITE_TEXT);
    } else {
      write_text(socket, text, length / 2,
                 (enum lws_write_protocol)(LWS_WRITE_TEXT | LWS_WRITE_NO_FIN));
      session->half = strdup(text + length / 2);
    }
    free(text);
  }
  if (is_last) {
    lws_close_reason(socket, LWS_CLOSE_STATUS_NORMAL, NULL, 0);
    return -1;
  }
  lws_callback_on_writable(socket);
  return 0;
}

static int serve(struct lws *socket, enum lws_callback_reasons reason,
                 void *user, void *bytes, size_t length) {
  struct session *session = (struct session *)user;
  switch (reason) {
  case LWS_CALLBACK_RECEIVE:
    keep(session, bytes, length);
    if (lws_is_final_fragment(socket) &&
        !lws_remaining_packet_payload(socket)) {
      read_question(session);
      lws_callback_on_writable(socket);
    }
    return 0;
  case LWS_CALLBACK_SERVER_WRITEABLE:
    return session->text ? write_next(socket, session) : 0;
  case LWS_CALLBACK_CLOSED:
    free(session->request);
    free(session->half);
    json_decref(session->document);
    return 0;
  default:
    return 0;
  }
}

int main(int argc, char **argv) {
  struct lws_protocols protocols[] = {
      {.name = "spark",
       .callback = serve,
       .per_session_data_size = sizeof(struct session),
       .rx_buffer_size = 4096},
      {.name = NULL}};
  struct lws_context_creation_info info = {0};
  info.port = argc > 1 ? atoi(argv[1]) : 0;
  info.iface = "127.0.0.1";
  info.protocols = protocols;
  if (argc > 3) {
    info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    info.ssl_cert_filepath = argv[2];
    info.ssl_private_key_filepath = argv[3];
  }
  signal(SIGTERM, stop);
  lws_set_log_level(LLL_ERR, NULL);
  struct lws_context *context = lws_create_context(&info);
  while (context && !stopped && lws_service(context, 0) >= 0) {
  }
  lws_context_destroy(context);
  return context ? 0 : 1;
}
