// All cases in one program. As one translation unit, it compiles in a third of
// the time.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "test_owners.cpp"
#include "test_streams.cpp"
#include "test_errors.cpp"
#include "test_callbacks.cpp"
#include "test_threads.cpp"
#include "test_groups.cpp"
#include "test_conversations.cpp"

std::string_view second_name();

TEST_CASE("another file includes the header as well") {
  CHECK(second_name() == "SPARKCHAT_OK");
}
