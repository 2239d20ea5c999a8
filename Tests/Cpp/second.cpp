// Another file of the same program that includes the header: nothing may be
// defined twice.
#include <sparkchat.hpp>

std::string_view second_name();
std::string_view second_name() {
  sparkchat::config config;
  config.set_model("max");
  return name(sparkchat::status::ok);
}
