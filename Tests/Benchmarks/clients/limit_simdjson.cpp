/*
 * limit_simdjson.cpp - the loop of limit.c with simdjson instead of jansson:
 * the cost of one answer without building a tree for each frame.
 *
 *   limit_simdjson CA_FILE WARM_UP_URL URL
 */
#include "bare.h"
#include "measure.h"

#include <simdjson.h>

#include <cstdlib>
#include <string_view>

namespace {

namespace ondemand = simdjson::ondemand;

constexpr size_t buffer_size = 65536;

/* The parser reads beyond the frame: that much of the buffer stays unused. */
void open_padded(bare *connection, const bare_place *place, SSL_CTX *context) {
  bare_open(connection, place, context, nullptr,
            buffer_size + simdjson::SIMDJSON_PADDING);
  connection->capacity = buffer_size;
}

/* Appends a frame's text of this name, if any; returns its length. */
size_t append(ondemand::object item, std::string_view name, text *answer) {
  std::string_view piece;
  if (item[name].get_string().get(piece) != simdjson::SUCCESS) {
    return 0;
  }
  text_append(answer, piece.data(), piece.size());
  return piece.size();
}

/* Reads one frame; returns its status. */
int64_t take(ondemand::parser &parser, const char *payload, size_t length,
             text *answer, uint64_t *chunks) {
  ondemand::document frame;
  ondemand::object choices;
  ondemand::array items;
  int64_t code = 0, status = 0;
  simdjson::padded_string_view view(payload, length,
                                    length + simdjson::SIMDJSON_PADDING);
  if (parser.iterate(view).get(frame) != simdjson::SUCCESS ||
      frame["header"]["code"].get_int64().get(code) != simdjson::SUCCESS ||
      code != 0) {
    give_up("frame", "an error of the service");
  }
  if (frame["payload"]["choices"].get_object().get(choices) !=
          simdjson::SUCCESS ||
      choices["status"].get_int64().get(status) != simdjson::SUCCESS ||
      choices["text"].get_array().get(items) != simdjson::SUCCESS) {
    give_up("frame", "no text in it");
  }
  for (ondemand::object item : items) {
    if (append(item, "content", answer) == 0) {
      append(item, "reasoning_content", answer);
    }
    if ((*chunks)++ == 0) {
      measure_first();
    }
  }
  return status;
}

uint64_t receive(const char *url, SSL_CTX *context, ondemand::parser &parser,
                 text *answer) {
  bare_place place = bare_parse(url);
  bare connection;
  uint64_t chunks = 0;
  open_padded(&connection, &place, context);
  bare_ask(&connection);
  for (int64_t status = 0; status != 2;) {
    const char *payload;
    size_t length;
    if (bare_next(&connection, &payload, &length) != 1) {
      give_up("frame", "not a text");
    }
    status = take(parser, payload, length, answer, &chunks);
  }
  bare_close(&connection);
  return chunks;
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 4) {
    give_up("usage", "limit_simdjson CA_FILE WARM_UP_URL URL");
  }
  SSL_CTX *context = bare_context(argv[1]);
  SSL_CTX_set_read_ahead(context, 1);
  ondemand::parser parser;
  text warm_up = {}, answer = {};
  receive(argv[2], context, parser, &warm_up);
  measure_begin();
  uint64_t chunks = receive(argv[3], context, parser, &answer);
  measure_end();
  measure_print(chunks, answer.length, checksum(0, answer.bytes, answer.length),
                "");
  return EXIT_SUCCESS;
}
