// answer.cpp - C++20: objects that free themselves, errors as exceptions.
//
//   c++ -std=c++20 -o answer answer.cpp -lsparkchat
//   ./answer "Hello" "Tell me a long story"
//
// Answers the first question, and cancels the second from another thread.
#include <sparkchat.h>

#include <exception>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

template <auto free_it> struct Freed {
  template <typename T> void operator()(T *object) const {
    free_it(object);
  }
};
using Config = std::unique_ptr<sparkchat_config, Freed<sparkchat_config_free>>;
using Client = std::unique_ptr<sparkchat_client, Freed<sparkchat_client_free>>;
using Request =
    std::unique_ptr<sparkchat_request, Freed<sparkchat_request_free>>;
using Stream = std::unique_ptr<sparkchat_stream, Freed<sparkchat_stream_free>>;
using Error = std::unique_ptr<sparkchat_error, Freed<sparkchat_error_free>>;

struct Failure : std::runtime_error {
  explicit Failure(const sparkchat_error *error)
      : runtime_error(describe(error)), status(sparkchat_error_status(error)) {
  }
  const sparkchat_status status;

private:
  static std::string describe(const sparkchat_error *error) {
    const std::string message = sparkchat_error_message(error);
    const std::string hint = sparkchat_error_hint(error);
    return hint.empty() ? message : message + "\nhint: " + hint;
  }
};

/// Calls a function of the library that has an error last, and throws it.
template <typename Call> sparkchat_status check(Call call) {
  sparkchat_error *error = nullptr;
  const sparkchat_status status = call(&error);
  const Error owned(error);
  if (status < 0) {
    throw Failure(error);
  }
  return status;
}

/// The answer's next piece; nothing when it is complete. It is borrowed until
/// the next call.
std::optional<std::string_view> next_piece(sparkchat_stream *stream) {
  for (;;) {
    const sparkchat_event *event = nullptr;
    const auto status = check([&](auto error) {
      return sparkchat_stream_next(stream, -1, &event, error);
    });
    if (status == SPARKCHAT_DONE) {
      return std::nullopt;
    }
    if (sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_TEXT) {
      std::size_t length = 0;
      const char *text = sparkchat_event_text(event, &length);
      return std::string_view(text, length);
    }
  }
}

Stream ask(const Client &client, std::string_view question) {
  const Request request(sparkchat_request_new());
  sparkchat_request_add_message(request.get(), SPARKCHAT_ROLE_USER,
                                question.data(), question.size(), nullptr);
  sparkchat_stream *stream = nullptr;
  check([&](auto error) {
    return sparkchat_client_open(client.get(), request.get(), &stream, error);
  });
  return Stream(stream);
}

void answer(const Client &client, std::string_view question, bool cancel) {
  const Stream stream = ask(client, question);
  std::jthread canceller; // joins before the stream is freed
  try {
    while (const auto piece = next_piece(stream.get())) {
      std::cout << *piece << std::flush;
      if (cancel && !canceller.joinable()) {
        canceller = std::jthread(sparkchat_stream_cancel, stream.get());
      }
    }
    std::cout << '\n';
  } catch (const Failure &failure) {
    if (failure.status != SPARKCHAT_ERR_CANCELLED) {
      throw;
    }
    std::cout << "\n(cancelled)\n";
  }
}

int main(int argc, char **argv) try {
  if (sparkchat_abi_version() != SPARKCHAT_ABI_VERSION) {
    throw std::runtime_error("libsparkchat has another ABI version");
  }
  const Config config(sparkchat_config_new());
  check([&](auto error) {
    return sparkchat_config_load_environment(config.get(), error);
  });
  sparkchat_client *made = nullptr;
  check([&](auto error) {
    return sparkchat_client_new(config.get(), &made, error);
  });
  const Client client(made);
  answer(client, argc > 1 ? argv[1] : "Hello", false);
  answer(client, argc > 2 ? argv[2] : "Tell me a long story", true);
} catch (const std::exception &failure) {
  std::cerr << "error: " << failure.what() << '\n';
  return 1;
}
