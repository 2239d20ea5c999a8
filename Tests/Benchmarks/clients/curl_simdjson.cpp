/*
 * curl_simdjson.cpp - one answer over HTTP with libcurl and simdjson.
 *
 *   curl_simdjson CA_FILE WARM_UP_URL URL
 */
#include "curl_loop.h"

#include <simdjson.h>

#include <string_view>

namespace {

namespace ondemand = simdjson::ondemand;

int read_event(const char *data, size_t length, text *answer) {
  static ondemand::parser parser;
  static text padded;
  static const char padding[simdjson::SIMDJSON_PADDING] = {};
  ondemand::document event;
  ondemand::array choices;
  int64_t code = 0;
  /* libcurl's buffer may end with the event, but the parser reads further. */
  padded.length = 0;
  text_append(&padded, data, length);
  text_append(&padded, padding, sizeof padding);
  simdjson::padded_string_view view(padded.bytes, length, padded.length);
  if (parser.iterate(view).get(event) != simdjson::SUCCESS ||
      event["code"].get_int64().get(code) != simdjson::SUCCESS || code != 0 ||
      event["choices"].get_array().get(choices) != simdjson::SUCCESS) {
    give_up("event", "an error of the service");
  }
  for (ondemand::object choice : choices) {
    std::string_view piece;
    if (choice["delta"]["content"].get_string().get(piece) ==
        simdjson::SUCCESS) {
      text_append(answer, piece.data(), piece.size());
      return 1;
    }
  }
  return 0;
}

} // namespace

int main(int argc, char **argv) {
  return curl_main(argc, argv, read_event);
}
