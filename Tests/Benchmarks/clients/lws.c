/*
 * lws.c - one answer with libwebsockets and jansson.
 *
 *   lws CA_FILE WARM_UP_URL URL
 */
#include "bare.h"
#include "measure.h"

#include <jansson.h>
#include <libwebsockets.h>

#include <stdlib.h>
#include <string.h>

static const char question[] =
    "{\"header\":{\"app_id\":\"bench\",\"uid\":\"bench\"},"
    "\"parameter\":{\"chat\":{\"domain\":\"generalv3.5\"}},"
    "\"payload\":{\"message\":{\"text\":[{\"role\":\"user\","
    "\"content\":\"Hello\"}]}}}";

typedef struct exchange {
  text message, answer;
  uint64_t chunks;
  int is_over;
} exchange;

static void take(exchange *exchange) {
  json_t *frame =
      json_loadb(exchange->message.bytes, exchange->message.length, 0, NULL);
  json_t *header = json_object_get(frame, "header");
  if (frame == NULL ||
      json_integer_value(json_object_get(header, "code")) != 0) {
    give_up("frame", "an error of the service");
  }
  json_t *choices =
      json_object_get(json_object_get(frame, "payload"), "choices");
  json_t *item = json_array_get(json_object_get(choices, "text"), 0);
  json_t *content = json_object_get(item, "content");
  if (content != NULL) {
    text_append(&exchange->answer, json_string_value(content),
                json_string_length(content));
    if (exchange->chunks++ == 0) {
      measure_first();
    }
  }
  json_decref(frame);
}

static int on_event(struct lws *socket, enum lws_callback_reasons reason,
                    void *user_data, void *bytes, size_t length) {
  static unsigned char frame[LWS_PRE + sizeof question];
  exchange *exchange = user_data;
  switch (reason) {
  case LWS_CALLBACK_CLIENT_ESTABLISHED:
    lws_callback_on_writable(socket);
    break;
  case LWS_CALLBACK_CLIENT_WRITEABLE:
    memcpy(frame + LWS_PRE, question, sizeof question - 1);
    if (lws_write(socket, frame + LWS_PRE, sizeof question - 1,
                  LWS_WRITE_TEXT) < 0) {
      return -1;
    }
    break;
  case LWS_CALLBACK_CLIENT_RECEIVE:
    text_append(&exchange->message, bytes, length);
    if (lws_is_final_fragment(socket) &&
        lws_remaining_packet_payload(socket) == 0) {
      take(exchange);
      exchange->message.length = 0;
    }
    break;
  case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
    give_up("connection", bytes != NULL ? bytes : "failed");
    break;
  case LWS_CALLBACK_CLIENT_CLOSED:
    exchange->is_over = 1;
    break;
  default:
    break;
  }
  return 0;
}

static const struct lws_protocols protocols[] = {
    {"", on_event, 0, 16384, 0, NULL, 0},
    {NULL, NULL, 0, 0, 0, NULL, 0},
};

static exchange receive(struct lws_context *context, const char *url) {
  bare_place place = bare_parse(url);
  exchange exchange = {0};
  struct lws_client_connect_info info = {
      .context = context,
      .address = place.host,
      .port = atoi(place.port),
      .path = place.path,
      .host = place.host,
      .origin = place.host,
      .ssl_connection = place.is_tls ? LCCSCF_USE_SSL : 0,
      .userdata = &exchange,
  };
  if (lws_client_connect_via_info(&info) == NULL) {
    give_up("connect", url);
  }
  while (!exchange.is_over && lws_service(context, 0) >= 0) {
  }
  free(exchange.message.bytes);
  return exchange;
}

int main(int argc, char **argv) {
  if (argc != 4) {
    give_up("usage", "lws CA_FILE WARM_UP_URL URL");
  }
  lws_set_log_level(LLL_ERR, NULL);
  struct lws_context_creation_info info = {
      .port = CONTEXT_PORT_NO_LISTEN,
      .protocols = protocols,
      .options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT,
      .client_ssl_ca_filepath = argv[1],
      .gid = (gid_t)-1,
      .uid = (uid_t)-1,
  };
  struct lws_context *context = lws_create_context(&info);
  if (context == NULL) {
    give_up("libwebsockets", "no context");
  }
  receive(context, argv[2]);
  measure_begin();
  exchange exchange = receive(context, argv[3]);
  measure_end();
  measure_print(exchange.chunks, exchange.answer.length,
                checksum(0, exchange.answer.bytes, exchange.answer.length), "");
  lws_context_destroy(context);
  return EXIT_SUCCESS;
}
