/*
 * sparkchat.hpp - libsparkchat in C++17: one header over sparkchat.h. You link
 * only the library itself.
 *
 * A complete program (the project's tests compile and run it):
 *
 * @example
 *   #include <sparkchat.hpp>
 *   #include <iostream>
 *
 *   int main() try {
 *     sparkchat::config config;
 *     config.load_environment();
 *     sparkchat::client client(config);
 *     sparkchat::request request("Hello");
 *     for (const auto &event : client.stream(request)) {
 *       std::cout << event.text() << std::flush;
 *     }
 *     std::cout << '\n';
 *   } catch (const sparkchat::error &error) {
 *     std::cerr << error.message() << '\n' << error.hint() << '\n';
 *     return 1;
 *   }
 * @endexample
 *
 * sparkchat.h remains the manual. Most members are named after the C function
 * that they call: config::set_model() calls sparkchat_config_set_model(). What
 * the manual says about values, defaults, and the service applies here, too.
 * This header documents what is different in C++. docs/cpp.md is a guide.
 *
 * Owners. config, client, request, stream, response, group, and conversation
 *   own a C object. They can be moved but not copied. Using a moved-from object
 *   throws std::logic_error; destroying it or assigning to it is fine. get()
 *   returns the C object, for what this header lacks.
 * Text. Parameters are std::string_view, and the library copies them. Results
 *   of type std::string_view are borrowed for as long as sparkchat.h says: the
 *   text of an event is valid until the next call on its stream. A std::string
 *   that is returned is yours.
 * Absent values are std::nullopt, not -1, 0, or NULL.
 * Errors. A call that fails throws sparkchat::error; setters throw immediately.
 *   A NUL byte in a text that C takes as a NUL-terminated string throws
 *   std::invalid_argument.
 * Callbacks may throw. The exception never passes through C: it is caught, the
 *   call is stopped if possible, and the exception is rethrown on the same
 *   thread when C has returned. An exception from a log, or from a limiter's
 *   report or release, stops nothing, but is rethrown as well, in place of the
 *   call's result. Exceptions thrown while an object is freed are dropped:
 *   destructors do not throw.
 * Threads. Different threads may use different objects concurrently. A client
 *   may be shared. All other objects are for one thread at a time, except that
 *   any thread may call stream::cancel(), turn::cancel(), and group::wake(),
 *   provided that the object is not moved or destroyed meanwhile: join that
 *   thread first.
 */
#ifndef SPARKCHAT_HPP
#define SPARKCHAT_HPP

#if !defined(__cpp_exceptions)
#error "sparkchat.hpp needs exceptions; without them, use sparkchat.h"
#endif
#if __cplusplus < 201703L
#error "sparkchat.hpp needs C++17; with an older standard, use sparkchat.h"
#endif

#include "sparkchat.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <iterator>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>
#if defined(__has_include)
#if __has_include(<stop_token>)
#include <stop_token>
#endif
#endif

namespace sparkchat {

/* ------------------------------------------------------------------------
 * Names
 * ------------------------------------------------------------------------ */

enum class status : int {
  ok = SPARKCHAT_OK,
  done = SPARKCHAT_DONE,
  again = SPARKCHAT_AGAIN,
  interrupted = SPARKCHAT_INTERRUPTED,
  tool_calls = SPARKCHAT_TOOL_CALLS,
  invalid_argument = SPARKCHAT_ERR_INVALID_ARGUMENT,
  no_memory = SPARKCHAT_ERR_NO_MEMORY,
  state = SPARKCHAT_ERR_STATE,
  forked = SPARKCHAT_ERR_FORKED,
  config = SPARKCHAT_ERR_CONFIG,
  internal = SPARKCHAT_ERR_INTERNAL,
  resolve = SPARKCHAT_ERR_RESOLVE,
  connect = SPARKCHAT_ERR_CONNECT,
  io = SPARKCHAT_ERR_IO,
  timeout = SPARKCHAT_ERR_TIMEOUT,
  tls = SPARKCHAT_ERR_TLS,
  certificate = SPARKCHAT_ERR_CERTIFICATE,
  handshake = SPARKCHAT_ERR_HANDSHAKE,
  protocol = SPARKCHAT_ERR_PROTOCOL,
  too_large = SPARKCHAT_ERR_TOO_LARGE,
  truncated = SPARKCHAT_ERR_TRUNCATED,
  auth = SPARKCHAT_ERR_AUTH,
  service = SPARKCHAT_ERR_SERVICE,
  rate_limited = SPARKCHAT_ERR_RATE_LIMITED,
  content_filtered = SPARKCHAT_ERR_CONTENT_FILTERED,
  invalid_request = SPARKCHAT_ERR_INVALID_REQUEST,
  permission = SPARKCHAT_ERR_PERMISSION,
  quota = SPARKCHAT_ERR_QUOTA,
  context_length = SPARKCHAT_ERR_CONTEXT_LENGTH,
  overloaded = SPARKCHAT_ERR_OVERLOADED,
  cancelled = SPARKCHAT_ERR_CANCELLED,
  callback = SPARKCHAT_ERR_CALLBACK,
  tool_limit = SPARKCHAT_ERR_TOOL_LIMIT
};

enum class outcome : int {
  pending = SPARKCHAT_OUTCOME_PENDING,
  complete = SPARKCHAT_OUTCOME_COMPLETE,
  truncated = SPARKCHAT_OUTCOME_TRUNCATED,
  cancelled = SPARKCHAT_OUTCOME_CANCELLED,
  timeout = SPARKCHAT_OUTCOME_TIMEOUT,
  failed = SPARKCHAT_OUTCOME_FAILED
};

enum class finish_reason : int {
  none = SPARKCHAT_FINISH_NONE,
  stop = SPARKCHAT_FINISH_STOP,
  length = SPARKCHAT_FINISH_LENGTH,
  tool_calls = SPARKCHAT_FINISH_TOOL_CALLS,
  content_filter = SPARKCHAT_FINISH_CONTENT_FILTER,
  other = SPARKCHAT_FINISH_OTHER
};

enum class warning_code : int {
  none = SPARKCHAT_WARNING_NONE,
  tool_not_called = SPARKCHAT_WARNING_TOOL_NOT_CALLED,
  policy = SPARKCHAT_WARNING_POLICY
};

enum class phase : int {
  none = SPARKCHAT_PHASE_NONE,
  resolve = SPARKCHAT_PHASE_RESOLVE,
  connect = SPARKCHAT_PHASE_CONNECT,
  tls = SPARKCHAT_PHASE_TLS,
  proxy = SPARKCHAT_PHASE_PROXY,
  upgrade = SPARKCHAT_PHASE_UPGRADE,
  first_token = SPARKCHAT_PHASE_FIRST_TOKEN,
  idle = SPARKCHAT_PHASE_IDLE,
  total = SPARKCHAT_PHASE_TOTAL,
  queue = SPARKCHAT_PHASE_QUEUE
};

enum class transport : int {
  automatic = SPARKCHAT_TRANSPORT_AUTO,
  websocket = SPARKCHAT_TRANSPORT_WEBSOCKET,
  http = SPARKCHAT_TRANSPORT_HTTP
};

enum class role : int {
  system = SPARKCHAT_ROLE_SYSTEM,
  user = SPARKCHAT_ROLE_USER,
  assistant = SPARKCHAT_ROLE_ASSISTANT,
  tool = SPARKCHAT_ROLE_TOOL
};

enum class tool_choice : int {
  automatic = SPARKCHAT_TOOL_CHOICE_AUTO,
  none = SPARKCHAT_TOOL_CHOICE_NONE,
  required = SPARKCHAT_TOOL_CHOICE_REQUIRED,
  named = SPARKCHAT_TOOL_CHOICE_NAMED
};

enum class response_format : int {
  text = SPARKCHAT_FORMAT_TEXT,
  json_object = SPARKCHAT_FORMAT_JSON_OBJECT
};

enum class feature : int {
  system = SPARKCHAT_FEATURE_SYSTEM,
  tools = SPARKCHAT_FEATURE_TOOLS,
  web_search = SPARKCHAT_FEATURE_WEB_SEARCH,
  citations = SPARKCHAT_FEATURE_CITATIONS,
  reasoning = SPARKCHAT_FEATURE_REASONING,
  images = SPARKCHAT_FEATURE_IMAGES,
  json_mode = SPARKCHAT_FEATURE_JSON_MODE
};

enum class support : int {
  no = SPARKCHAT_SUPPORT_NO,
  yes = SPARKCHAT_SUPPORT_YES,
  disputed = SPARKCHAT_SUPPORT_DISPUTED
};

enum class event_kind : int {
  none = SPARKCHAT_EVENT_NONE,
  ready = SPARKCHAT_EVENT_READY,
  text = SPARKCHAT_EVENT_TEXT,
  reasoning = SPARKCHAT_EVENT_REASONING,
  tool_call = SPARKCHAT_EVENT_TOOL_CALL,
  citation = SPARKCHAT_EVENT_CITATION,
  usage = SPARKCHAT_EVENT_USAGE,
  warning = SPARKCHAT_EVENT_WARNING
};

enum class tokens : int {
  question = SPARKCHAT_TOKENS_QUESTION,
  prompt = SPARKCHAT_TOKENS_PROMPT,
  completion = SPARKCHAT_TOKENS_COMPLETION,
  total = SPARKCHAT_TOKENS_TOTAL,
  cached = SPARKCHAT_TOKENS_CACHED,
  reasoning = SPARKCHAT_TOKENS_REASONING
};

enum class thinking : int {
  disabled = SPARKCHAT_THINKING_DISABLED,
  enabled = SPARKCHAT_THINKING_ENABLED,
  automatic = SPARKCHAT_THINKING_AUTO
};

enum class search : int {
  disabled = SPARKCHAT_SEARCH_DISABLED,
  normal = SPARKCHAT_SEARCH_NORMAL,
  deep = SPARKCHAT_SEARCH_DEEP
};

enum class embedding_domain : int {
  para = SPARKCHAT_EMBEDDING_PARA,
  query = SPARKCHAT_EMBEDDING_QUERY
};

enum class timing : int {
  queue = SPARKCHAT_TIMING_QUEUE,
  resolve = SPARKCHAT_TIMING_RESOLVE,
  connect = SPARKCHAT_TIMING_CONNECT,
  tls = SPARKCHAT_TIMING_TLS,
  upgrade = SPARKCHAT_TIMING_UPGRADE,
  first_reasoning = SPARKCHAT_TIMING_FIRST_REASONING,
  first_text = SPARKCHAT_TIMING_FIRST_TEXT,
  last = SPARKCHAT_TIMING_LAST,
  total = SPARKCHAT_TIMING_TOTAL
};

enum class connection : int {
  none = SPARKCHAT_CONNECTION_NONE,
  cold = SPARKCHAT_CONNECTION_COLD,
  resumed = SPARKCHAT_CONNECTION_RESUMED,
  warm = SPARKCHAT_CONNECTION_WARM
};

enum class log_level : int {
  error = SPARKCHAT_LOG_ERROR,
  warning = SPARKCHAT_LOG_WARNING,
  info = SPARKCHAT_LOG_INFO,
  debug = SPARKCHAT_LOG_DEBUG
};

// name(role::user) is "user"; static.
#define SPARKCHAT_HPP_NAMED(kind)                                              \
  inline std::string_view name(kind value) noexcept {                          \
    return sparkchat_##kind##_name(static_cast<sparkchat_##kind>(value));      \
  }
SPARKCHAT_HPP_NAMED(status)
SPARKCHAT_HPP_NAMED(outcome)
SPARKCHAT_HPP_NAMED(finish_reason)
SPARKCHAT_HPP_NAMED(warning_code)
SPARKCHAT_HPP_NAMED(phase)
SPARKCHAT_HPP_NAMED(transport)
SPARKCHAT_HPP_NAMED(role)
SPARKCHAT_HPP_NAMED(tool_choice)
SPARKCHAT_HPP_NAMED(response_format)
SPARKCHAT_HPP_NAMED(feature)
SPARKCHAT_HPP_NAMED(support)
SPARKCHAT_HPP_NAMED(event_kind)
SPARKCHAT_HPP_NAMED(tokens)
SPARKCHAT_HPP_NAMED(thinking)
SPARKCHAT_HPP_NAMED(search)
SPARKCHAT_HPP_NAMED(embedding_domain)
SPARKCHAT_HPP_NAMED(timing)
SPARKCHAT_HPP_NAMED(connection)
SPARKCHAT_HPP_NAMED(log_level)
#undef SPARKCHAT_HPP_NAMED

/// The version of the loaded library; static.
inline int version_number() noexcept {
  return sparkchat_version_number();
}
inline std::string_view version_string() noexcept {
  return sparkchat_version_string();
}
inline std::string_view version_details() noexcept {
  return sparkchat_version_details();
}
inline int abi_version() noexcept {
  return sparkchat_abi_version();
}

/* ------------------------------------------------------------------------
 * Between C++ and C
 * ------------------------------------------------------------------------ */

namespace detail {

/// A call into C in progress on this thread. It stores what a callback throws,
/// and finish() rethrows it. Calls nest if a callback uses the library.
class call {
public:
  call() noexcept : outer_(std::exchange(innermost_, this)) {
  }
  call(const call &) = delete;
  call &operator=(const call &) = delete;
  ~call() {
    innermost_ = outer_;
    sparkchat_error_free(error_);
  }

  sparkchat_error **error() noexcept {
    return &error_;
  }

  /// Throws the stored exception, or the call's error with the part of the
  /// answer received so far.
  sparkchat::status finish(sparkchat_status status,
                           const sparkchat_response *answer = nullptr);

  /// Runs a callback, and stores what it throws. Returns what C expects: 0, or
  /// 1 to stop.
  template <typename Body> static int guard(Body &&body) noexcept {
    try {
      body();
      return 0;
    } catch (...) {
      if (innermost_ && !innermost_->thrown_) {
        innermost_->thrown_ = std::current_exception();
      }
      return 1;
    }
  }

private:
  static inline thread_local call *innermost_ = nullptr;
  call *outer_;
  sparkchat_error *error_ = nullptr;
  std::exception_ptr thrown_;
};

/// Owns a C object.
template <typename Object, void (*Free)(Object *)> class owner {
public:
  using object = Object;

  /// Takes ownership of an object that C returned.
  explicit owner(Object *owned) noexcept : object_(owned) {
  }

  /// The C object, which this owner keeps. Throws std::logic_error if this was
  /// moved from.
  Object *get() const {
    if (!object_) {
      throw std::logic_error("sparkchat: the object was moved from, or holds "
                             "nothing");
    }
    return object_.get();
  }

  /// Whether this owns an object: false after a move.
  explicit operator bool() const noexcept {
    return object_ != nullptr;
  }

private:
  struct freed {
    void operator()(Object *object) const noexcept {
      call here; // takes what callbacks throw
      Free(object);
    }
  };
  std::unique_ptr<Object, freed> object_;
};

/// A NUL-terminated text. It may be a secret, so the copy is wiped.
class terminated {
public:
  explicit terminated(std::string_view text) : text_(text) {
    if (text.find('\0') != text.npos) {
      throw std::invalid_argument("sparkchat: a text contains a NUL byte");
    }
  }
  terminated(const terminated &) = delete;
  terminated &operator=(const terminated &) = delete;
  ~terminated() {
    volatile char *bytes = text_.data();
    for (std::size_t at = 0; at < text_.size(); at++) {
      bytes[at] = '\0';
    }
  }
  operator const char *() const noexcept {
    return text_.c_str();
  }

private:
  std::string text_;
};

/// A constant that converts to any C enumeration.
struct constant {
  int number;
  template <typename Enum, typename = std::enable_if_t<std::is_enum_v<Enum>>>
  operator Enum() const noexcept {
    return static_cast<Enum>(number);
  }
};

// Converts each kind of value to what C takes.
inline terminated in_c(std::string_view text) {
  return terminated(text);
}
inline int in_c(std::chrono::milliseconds time) noexcept {
  using limits = std::numeric_limits<int>;
  const auto count = time.count();
  return count > limits::max()   ? limits::max()
         : count < limits::min() ? limits::min()
                                 : static_cast<int>(count);
}
template <typename Value> auto in_c(const Value &value) noexcept {
  if constexpr (std::is_enum_v<Value>) {
    return constant{static_cast<int>(value)};
  } else {
    static_assert(std::is_scalar_v<Value>);
    return value;
  }
}

/// Converts a timeout: -1 waits as long as the deadlines allow.
inline int wait_in_c(std::optional<std::chrono::milliseconds> timeout) {
  using std::chrono::milliseconds;
  return timeout ? in_c(*timeout < milliseconds(0) ? milliseconds(0) : *timeout)
                 : -1;
}

/// C rejects NULL, even with a length of 0.
inline const char *bytes(std::string_view text) noexcept {
  return text.data() ? text.data() : "";
}

/// Calls a C function whose last parameter is an error.
template <typename Function, typename... Arguments>
sparkchat::status check(Function *function, const Arguments &...arguments) {
  call here;
  return here.finish(function(in_c(arguments)..., here.error()));
}

inline std::string_view text(const char *text) noexcept {
  return text ? std::string_view(text) : std::string_view();
}
inline std::optional<std::string_view> optional_text(const char *text) {
  return text ? std::optional<std::string_view>(text) : std::nullopt;
}
/// Calls a function whose last parameter is a length.
template <typename Function, typename... Arguments>
std::optional<std::string_view> optional_text(Function *function,
                                              Arguments... arguments) {
  std::size_t length = 0;
  const auto *found = function(arguments..., &length);
  if (!found) {
    return std::nullopt;
  }
  return std::string_view(static_cast<const char *>(found), length);
}
/// Converts a count: a negative number is absent.
template <typename Number> std::optional<Number> count(Number number) {
  return number < 0 ? std::nullopt : std::optional<Number>(number);
}

/// Frees a callable that C owns.
template <typename Callable> void destroy(void *callable) noexcept {
  delete static_cast<Callable *>(callable);
}

/// Reads the events of a source, a stream or a turn, one by one.
template <typename Source, typename Event> class event_iterator {
public:
  using iterator_category = std::input_iterator_tag;
  using value_type = Event;
  using difference_type = std::ptrdiff_t;
  using pointer = const Event *;
  using reference = const Event &;

  event_iterator() = default;
  explicit event_iterator(Source &source) : source_(&source) {
    ++*this;
  }
  reference operator*() const noexcept {
    return event_;
  }
  pointer operator->() const noexcept {
    return &event_;
  }
  event_iterator &operator++() {
    if (auto next = source_->next()) {
      event_ = *next;
    } else {
      source_ = nullptr;
    }
    return *this;
  }
  // The previous event is no longer valid.
  void operator++(int) {
    ++*this;
  }
  friend bool operator==(const event_iterator &a,
                         const event_iterator &b) noexcept {
    return a.source_ == b.source_;
  }
  friend bool operator!=(const event_iterator &a,
                         const event_iterator &b) noexcept {
    return !(a == b);
  }

private:
  Source *source_ = nullptr;
  Event event_;
};

} // namespace detail

/* ------------------------------------------------------------------------
 * Events and answers
 * ------------------------------------------------------------------------ */

/// A tool call that the model requests. The arguments should be a JSON object,
/// but models make mistakes: see tool_call_arguments_valid().
struct tool_call {
  std::string_view id;
  std::string_view name;
  std::string_view arguments;
};

/// A source that the web search found.
struct citation {
  std::optional<int> index;
  std::string_view title;
  std::string_view url;
};

/// A warning from the service or the library.
struct warning {
  warning_code code;
  std::string_view message;
};

/// One piece of an answer: a view. It and its texts are valid until the next
/// call on its stream, or until the callback returns.
class event {
public:
  event() = default;
  explicit event(const sparkchat_event *borrowed) noexcept : event_(borrowed) {
  }
  const sparkchat_event *get() const noexcept {
    return event_;
  }

  event_kind kind() const noexcept {
    return static_cast<event_kind>(sparkchat_event_kind_of(event_));
  }
  /// The text or reasoning, or a warning's message; empty for other kinds.
  std::string_view text() const noexcept {
    std::size_t length = 0;
    const char *found = sparkchat_event_text(event_, &length);
    return found ? std::string_view(found, length) : std::string_view();
  }
  std::optional<sparkchat::tool_call> tool_call() const {
    const auto arguments =
        detail::optional_text(sparkchat_event_tool_call_arguments, event_);
    if (!arguments) {
      return std::nullopt;
    }
    return sparkchat::tool_call{
        detail::text(sparkchat_event_tool_call_id(event_)),
        detail::text(sparkchat_event_tool_call_name(event_)), *arguments};
  }
  bool tool_call_arguments_valid() const noexcept {
    return sparkchat_event_tool_call_arguments_valid(event_) != 0;
  }
  std::optional<sparkchat::citation> citation() const {
    if (kind() != event_kind::citation) {
      return std::nullopt;
    }
    return sparkchat::citation{
        detail::count(sparkchat_event_citation_index(event_)),
        detail::text(sparkchat_event_citation_title(event_)),
        detail::text(sparkchat_event_citation_url(event_))};
  }
  std::optional<std::int64_t> tokens(sparkchat::tokens which) const {
    return detail::count(sparkchat_event_tokens(event_, detail::in_c(which)));
  }
  std::optional<sparkchat::warning> warning() const {
    if (kind() != event_kind::warning) {
      return std::nullopt;
    }
    return sparkchat::warning{
        static_cast<warning_code>(sparkchat_event_warning_code(event_)),
        text()};
  }

private:
  const sparkchat_event *event_ = nullptr;
};

/// The received part of an answer, even if it failed. Its texts are valid
/// until it is destroyed. While the answer is still arriving, they are valid
/// only until the next call on its stream, and only the stream's thread may use
/// the response.
class response
    : public detail::owner<sparkchat_response, sparkchat_response_free> {
public:
  using owner::owner;

  sparkchat::outcome outcome() const {
    return static_cast<sparkchat::outcome>(sparkchat_response_outcome(get()));
  }
  sparkchat::finish_reason finish_reason() const {
    return static_cast<sparkchat::finish_reason>(
        sparkchat_response_finish_reason(get()));
  }
  std::optional<std::string_view> finish_reason_word() const {
    return detail::optional_text(sparkchat_response_finish_reason_word(get()));
  }
  std::optional<std::string_view> stop_sequence() const {
    return detail::optional_text(sparkchat_response_stop_sequence(get()));
  }
  std::string_view text() const {
    return *detail::optional_text(sparkchat_response_text, get());
  }
  std::string_view reasoning() const {
    return *detail::optional_text(sparkchat_response_reasoning, get());
  }
  std::string_view raw() const {
    return *detail::optional_text(sparkchat_response_raw, get());
  }
  std::optional<std::string_view> sid() const {
    return detail::optional_text(sparkchat_response_sid(get()));
  }
  std::optional<std::int64_t> tokens(sparkchat::tokens which) const {
    return detail::count(sparkchat_response_tokens(get(), detail::in_c(which)));
  }
  std::vector<tool_call> tool_calls() const {
    std::vector<tool_call> calls;
    const std::size_t count = sparkchat_response_tool_call_count(get());
    for (std::size_t at = 0; at < count; at++) {
      calls.push_back(
          {detail::text(sparkchat_response_tool_call_id(get(), at)),
           detail::text(sparkchat_response_tool_call_name(get(), at)),
           *detail::optional_text(sparkchat_response_tool_call_arguments, get(),
                                  at)});
    }
    return calls;
  }
  bool tool_call_arguments_valid(std::size_t at) const {
    return sparkchat_response_tool_call_arguments_valid(get(), at) != 0;
  }
  std::vector<citation> citations() const {
    std::vector<citation> sources;
    const std::size_t count = sparkchat_response_citation_count(get());
    for (std::size_t at = 0; at < count; at++) {
      sources.push_back(
          {detail::count(sparkchat_response_citation_index(get(), at)),
           detail::text(sparkchat_response_citation_title(get(), at)),
           detail::text(sparkchat_response_citation_url(get(), at))});
    }
    return sources;
  }
  std::optional<sparkchat::warning> warning() const {
    const char *message = sparkchat_response_warning_message(get());
    if (!message) {
      return std::nullopt;
    }
    return sparkchat::warning{
        static_cast<warning_code>(sparkchat_response_warning_code(get())),
        message};
  }
  std::optional<std::chrono::microseconds>
  timing(sparkchat::timing which) const {
    const auto found =
        detail::count(sparkchat_response_timing_us(get(), detail::in_c(which)));
    return found ? std::optional<std::chrono::microseconds>(*found)
                 : std::nullopt;
  }
  int attempts() const {
    return sparkchat_response_attempts(get());
  }
  sparkchat::connection connection() const {
    return static_cast<sparkchat::connection>(
        sparkchat_response_connection(get()));
  }
  std::uint64_t bytes_received() const {
    return sparkchat_response_bytes_received(get());
  }
  std::uint64_t bytes_sent() const {
    return sparkchat_response_bytes_sent(get());
  }
  /// The vector of client::embed(); empty if the response has none.
  std::vector<float> embedding() const {
    std::size_t count = 0;
    const float *numbers = sparkchat_response_embedding(get(), &count);
    return numbers ? std::vector<float>(numbers, numbers + count)
                   : std::vector<float>();
  }
};

/* ------------------------------------------------------------------------
 * Errors
 * ------------------------------------------------------------------------ */

/// Why a call failed. Copies share their contents, which any thread may read;
/// only one thread at a time may read the response. what() has the message, the
/// hint, and the sid in one line.
class error : public std::runtime_error {
public:
  /// Takes ownership of a C error. `answer` is the part of the answer received.
  explicit error(std::shared_ptr<const sparkchat_error> failure,
                 const sparkchat_response *answer = nullptr)
      : runtime_error(line(failure.get())), error_(std::move(failure)) {
    if (answer) {
      sparkchat::response kept(sparkchat_response_retain(answer));
      response_ = std::make_shared<sparkchat::response>(std::move(kept));
    }
  }

  sparkchat::status status() const noexcept {
    return static_cast<sparkchat::status>(sparkchat_error_status(get()));
  }
  std::string_view message() const noexcept {
    return sparkchat_error_message(get());
  }
  /// What to do about it; may be empty.
  std::string_view hint() const noexcept {
    return sparkchat_error_hint(get());
  }
  /// The part of the answer received before the failure, or null. It lives as
  /// long as the error and its copies.
  const sparkchat::response *response() const noexcept {
    return response_.get();
  }
  /// Whether the same request may succeed later.
  bool retryable() const noexcept {
    return sparkchat_error_retryable(get()) != 0;
  }
  /// How long the server asks you to wait before the next request.
  std::optional<std::chrono::milliseconds> retry_after() const {
    const auto found = detail::count(sparkchat_error_retry_after_ms(get()));
    return found ? std::optional<std::chrono::milliseconds>(*found)
                 : std::nullopt;
  }
  std::optional<int> service_code() const {
    return known(sparkchat_error_service_code(get()));
  }
  std::optional<std::string_view> sid() const {
    return detail::optional_text(sparkchat_error_sid(get()));
  }
  std::optional<int> http_status() const {
    return known(sparkchat_error_http_status(get()));
  }
  std::optional<std::string_view> http_body() const {
    return detail::optional_text(sparkchat_error_http_body(get()));
  }
  std::optional<std::string_view> server_date() const {
    return detail::optional_text(sparkchat_error_server_date(get()));
  }
  /// Positive if this machine's clock is ahead of the server's clock.
  std::optional<std::chrono::seconds> clock_skew() const {
    std::int64_t seconds = 0;
    return sparkchat_error_clock_skew(get(), &seconds)
               ? std::optional<std::chrono::seconds>(seconds)
               : std::nullopt;
  }
  std::optional<int> os_errno() const {
    return known(sparkchat_error_os_errno(get()));
  }
  sparkchat::phase phase() const noexcept {
    return static_cast<sparkchat::phase>(sparkchat_error_phase(get()));
  }
  /// The C object, which this error keeps.
  const sparkchat_error *get() const noexcept {
    return error_.get();
  }

private:
  static std::optional<int> known(int number) {
    return number == 0 ? std::nullopt : std::optional<int>(number);
  }
  static std::string line(const sparkchat_error *failure) {
    std::string said = sparkchat_error_message(failure);
    const std::string_view hint = sparkchat_error_hint(failure);
    if (!hint.empty()) {
      said.append("; ").append(hint);
    }
    if (const char *sid = sparkchat_error_sid(failure)) {
      said.append(" (sid ").append(sid).append(")");
    }
    return said;
  }

  std::shared_ptr<const sparkchat_error> error_;
  std::shared_ptr<const sparkchat::response> response_;
};

namespace detail {

inline sparkchat::status call::finish(sparkchat_status status,
                                      const sparkchat_response *answer) {
  if (thrown_) {
    std::rethrow_exception(std::exchange(thrown_, nullptr));
  }
  if (status < 0) {
    throw sparkchat::error(
        std::shared_ptr<sparkchat_error>(std::exchange(error_, nullptr),
                                         sparkchat_error_free),
        answer);
  }
  return static_cast<sparkchat::status>(status);
}

/// Calls a C function that returns an object through the parameter before the
/// error.
template <typename Owner, typename Function, typename... Arguments>
Owner make(Function *function, const Arguments &...arguments) {
  call here;
  typename Owner::object *made = nullptr;
  const auto status = function(in_c(arguments)..., &made, here.error());
  Owner owner(made);
  if constexpr (std::is_same_v<Owner, response>) {
    here.finish(status, made);
  } else {
    here.finish(status);
  }
  return owner;
}

/// Base of classes with setters that can be chained.
template <typename Self, typename Object, void (*Free)(Object *)>
class builder : public owner<Object, Free> {
public:
  using owner<Object, Free>::owner;

protected:
  template <typename Function, typename... Arguments>
  Self &set(Function *function, const Arguments &...arguments) {
    check(function, this->get(), arguments...);
    return static_cast<Self &>(*this);
  }
};

template <typename Function> constexpr bool takes_events() {
  if constexpr (std::is_invocable_v<Function &, const event &>) {
    return std::is_void_v<std::invoke_result_t<Function &, const event &>>;
  } else {
    return false;
  }
}

/// Wraps anything that takes an event for take_event(); the address of the
/// result is the `user_data`.
template <typename Function> auto taker(Function &function) {
  static_assert(
      takes_events<Function>(),
      "the callback must take a `const event &` and return nothing: to stop "
      "the answer, throw; a std::stop_token is the next argument");
  return [&function](const event &came) { std::invoke(function, came); };
}
template <typename Taker>
int take_event(const sparkchat_event *came, void *taker) noexcept {
  return call::guard([&] { (*static_cast<Taker *>(taker))(event(came)); });
}

} // namespace detail

/* ------------------------------------------------------------------------
 * Config
 * ------------------------------------------------------------------------ */

/// Called for each log entry, on any thread that uses the client. The texts are
/// valid until it returns.
using log_function = std::function<void(log_level, std::string_view message,
                                        std::string_view fields)>;

/// Decides when a request may be sent. Called on any thread that uses the
/// client; see sparkchat_config_set_limiter().
struct limiter {
  /// Returns 0 if the attempt may begin, and otherwise the time after which to
  /// ask again. If it throws, the request fails.
  std::function<std::chrono::milliseconds(std::int64_t attempt)> acquire;
  std::function<void(std::int64_t attempt, status, int service_code)> report;
  std::function<void(std::int64_t attempt)> release;
};

/// The settings of a client that is yet to be made.
class config
    : public detail::builder<config, sparkchat_config, sparkchat_config_free> {
public:
  using builder::builder;

  /// Starts with the defaults. Throws std::runtime_error if the loaded library
  /// does not match this header.
  config() : builder(made()) {
  }

  config &load_environment() {
    return set(sparkchat_config_load_environment);
  }
  config &load_proxy_environment() {
    return set(sparkchat_config_load_proxy_environment);
  }
  config &set_app_id(std::string_view app_id) {
    return set(sparkchat_config_set_app_id, app_id);
  }
  config &set_api_key(std::string_view api_key) {
    return set(sparkchat_config_set_api_key, api_key);
  }
  config &set_api_secret(std::string_view api_secret) {
    return set(sparkchat_config_set_api_secret, api_secret);
  }
  config &set_api_password(std::string_view api_password) {
    return set(sparkchat_config_set_api_password, api_password);
  }
  config &set_transport(sparkchat::transport transport) {
    return set(sparkchat_config_set_transport, transport);
  }
  config &set_model(std::string_view model) {
    return set(sparkchat_config_set_model, model);
  }
  config &set_url(std::string_view url) {
    return set(sparkchat_config_set_url, url);
  }
  config &set_domain(std::string_view domain) {
    return set(sparkchat_config_set_domain, domain);
  }
  config &set_embedding_url(std::string_view url) {
    return set(sparkchat_config_set_embedding_url, url);
  }
  config &set_user_id(std::string_view user_id) {
    return set(sparkchat_config_set_user_id, user_id);
  }
  config &set_patch_id(std::string_view patch_id) {
    return set(sparkchat_config_set_patch_id, patch_id);
  }
  config &set_ca_file(std::string_view path) {
    return set(sparkchat_config_set_ca_file, path);
  }
  config &set_ca_directory(std::string_view path) {
    return set(sparkchat_config_set_ca_directory, path);
  }
  config &set_client_certificate(std::string_view certificate,
                                 std::string_view key) {
    return set(sparkchat_config_set_client_certificate, certificate, key);
  }
  config &set_pinned_public_key(std::string_view pins) {
    return set(sparkchat_config_set_pinned_public_key, pins);
  }
  config &set_proxy(std::string_view url) {
    return set(sparkchat_config_set_proxy, url);
  }

  // Deadlines; 0 disables one, except that a close timeout of 0 does not wait.

  config &set_resolve_timeout(std::chrono::milliseconds timeout) {
    return set(sparkchat_config_set_resolve_timeout, timeout);
  }
  config &set_connect_timeout(std::chrono::milliseconds timeout) {
    return set(sparkchat_config_set_connect_timeout, timeout);
  }
  config &set_tls_timeout(std::chrono::milliseconds timeout) {
    return set(sparkchat_config_set_tls_timeout, timeout);
  }
  config &set_upgrade_timeout(std::chrono::milliseconds timeout) {
    return set(sparkchat_config_set_upgrade_timeout, timeout);
  }
  config &set_first_token_timeout(std::chrono::milliseconds timeout) {
    return set(sparkchat_config_set_first_token_timeout, timeout);
  }
  config &set_idle_timeout(std::chrono::milliseconds timeout) {
    return set(sparkchat_config_set_idle_timeout, timeout);
  }
  config &set_total_timeout(std::chrono::milliseconds timeout) {
    return set(sparkchat_config_set_total_timeout, timeout);
  }
  config &set_queue_timeout(std::chrono::milliseconds timeout) {
    return set(sparkchat_config_set_queue_timeout, timeout);
  }
  config &set_close_timeout(std::chrono::milliseconds timeout) {
    return set(sparkchat_config_set_close_timeout, timeout);
  }

  // Limits, retries, pacing.

  config &set_max_message_size(std::size_t bytes) {
    return set(sparkchat_config_set_max_message_size, bytes);
  }
  config &set_max_answer_size(std::size_t bytes) {
    return set(sparkchat_config_set_max_answer_size, bytes);
  }
  config &set_keep_raw(bool enabled) {
    return set(sparkchat_config_set_keep_raw, enabled);
  }
  config &set_max_attempts(int attempts) {
    return set(sparkchat_config_set_max_attempts, attempts);
  }
  config &set_retry_budget(std::chrono::milliseconds budget) {
    return set(sparkchat_config_set_retry_budget, budget);
  }
  config &set_retry_backoff(std::chrono::milliseconds base,
                            std::chrono::milliseconds most) {
    return set(sparkchat_config_set_retry_backoff, base, most);
  }
  config &set_clock_correction(bool enabled) {
    return set(sparkchat_config_set_clock_correction, enabled);
  }
  config &set_max_rate(double per_second) {
    return set(sparkchat_config_set_max_rate, per_second);
  }
  config &set_max_concurrency(int requests) {
    return set(sparkchat_config_set_max_concurrency, requests);
  }
  config &set_max_idle_connections(int connections) {
    return set(sparkchat_config_set_max_idle_connections, connections);
  }
  config &set_keepalive(std::chrono::milliseconds idle) {
    return set(sparkchat_config_set_keepalive, idle);
  }

  /// An empty `acquire` removes the limiter; the others are then ignored.
  /// Otherwise, all three functions are required.
  config &set_limiter(sparkchat::limiter limiter) {
    get();
    auto *const given = new sparkchat::limiter(std::move(limiter)); // C's now
    return set(sparkchat_config_set_limiter, given->acquire ? acquire : nullptr,
               given->report ? report : nullptr,
               given->release ? release : nullptr, static_cast<void *>(given),
               &detail::destroy<sparkchat::limiter>);
  }

  /// An empty function disables logging.
  config &set_log(log_level level, log_function on_log) {
    get();
    auto *const given = new log_function(std::move(on_log)); // C's now
    return set(sparkchat_config_set_log, level, *given ? log : nullptr,
               static_cast<void *>(given), &detail::destroy<log_function>);
  }

private:
  static sparkchat_config *made() {
    if (abi_version() != SPARKCHAT_ABI_VERSION) {
      throw std::runtime_error("libsparkchat has another ABI version than "
                               "sparkchat.hpp");
    }
    return sparkchat_config_new();
  }
  static int acquire(std::int64_t attempt, void *user_data) noexcept {
    int wait = -1;
    detail::call::guard([&] {
      wait = detail::in_c(
          static_cast<sparkchat::limiter *>(user_data)->acquire(attempt));
    });
    return wait;
  }
  static void report(std::int64_t attempt, sparkchat_status status,
                     int service_code, void *user_data) noexcept {
    detail::call::guard([&] {
      static_cast<sparkchat::limiter *>(user_data)->report(
          attempt, static_cast<sparkchat::status>(status), service_code);
    });
  }
  static void release(std::int64_t attempt, void *user_data) noexcept {
    detail::call::guard([&] {
      static_cast<sparkchat::limiter *>(user_data)->release(attempt);
    });
  }
  static void log(sparkchat_log_level level, const char *message,
                  const char *fields, void *user_data) noexcept {
    detail::call::guard([&] {
      (*static_cast<log_function *>(user_data))(static_cast<log_level>(level),
                                                message, fields);
    });
  }
};

/* ------------------------------------------------------------------------
 * Models
 * ------------------------------------------------------------------------ */

/// A model of the service that the library knows; static.
class model {
public:
  explicit model(const sparkchat_model &known) noexcept : model_(&known) {
  }
  /// Finds a model by its name or an alias; std::nullopt if there is no such
  /// model.
  static std::optional<model> find(std::string_view name) {
    return of(sparkchat_model_find(detail::terminated(name)));
  }
  /// All models; the first is the default.
  static std::vector<model> all() {
    std::vector<model> models;
    for (std::size_t at = 0; at < sparkchat_model_count(); at++) {
      models.emplace_back(*sparkchat_model_at(at));
    }
    return models;
  }
  static std::optional<model> of(const sparkchat_model *known) {
    return known ? std::optional<model>(*known) : std::nullopt;
  }

  std::string_view name() const noexcept {
    return sparkchat_model_name(model_);
  }
  std::vector<std::string_view> aliases() const {
    std::vector<std::string_view> names;
    while (const char *name = sparkchat_model_alias(model_, names.size())) {
      names.emplace_back(name);
    }
    return names;
  }
  std::optional<std::string_view> url(sparkchat::transport transport) const {
    return detail::optional_text(
        sparkchat_model_url(model_, detail::in_c(transport)));
  }
  std::optional<std::string_view> domain(sparkchat::transport transport) const {
    return detail::optional_text(
        sparkchat_model_domain(model_, detail::in_c(transport)));
  }
  std::optional<std::int64_t> context_tokens() const {
    return detail::count(sparkchat_model_context_tokens(model_));
  }
  std::optional<std::int64_t> max_tokens() const {
    return detail::count(sparkchat_model_max_tokens(model_));
  }
  support supports(feature which) const noexcept {
    return static_cast<support>(
        sparkchat_model_supports(model_, detail::in_c(which)));
  }
  const sparkchat_model *get() const noexcept {
    return model_;
  }

private:
  const sparkchat_model *model_;
};

/* ------------------------------------------------------------------------
 * Request
 * ------------------------------------------------------------------------ */

/// Messages and options. You may send a request any number of times.
class request : public detail::builder<request, sparkchat_request,
                                       sparkchat_request_free> {
public:
  using builder::builder;

  request() : builder(sparkchat_request_new()) {
  }
  /// Begins with one message of the user.
  explicit request(std::string_view question) : request() {
    add_message(role::user, question);
  }
  request copy() const {
    return request(sparkchat_request_copy(get()));
  }

  request &add_message(sparkchat::role role, std::string_view content) {
    return set(sparkchat_request_add_message, role, detail::bytes(content),
               content.size());
  }
  /// Adds an image; `data` is the contents of its file.
  request &add_image(std::string_view data) {
    return set(sparkchat_request_add_image, detail::bytes(data), data.size());
  }
  request &add_image_file(std::string_view path) {
    return set(sparkchat_request_add_image_file, path);
  }
  request &add_image_url(std::string_view url) {
    return set(sparkchat_request_add_image_url, url);
  }
  request &add_tool_call(const tool_call &call) {
    return set(sparkchat_request_add_tool_call, call.id, call.name,
               detail::bytes(call.arguments), call.arguments.size());
  }
  request &add_tool_result(std::string_view call_id, std::string_view content) {
    return set(sparkchat_request_add_tool_result, call_id,
               detail::bytes(content), content.size());
  }
  request &add_response(const response &answer) {
    return set(sparkchat_request_add_response, answer.get());
  }
  /// `parameters` is the JSON schema of the arguments.
  request &add_tool(std::string_view name, std::string_view description,
                    std::string_view parameters) {
    return set(sparkchat_request_add_tool, name, description, parameters);
  }
  request &add_stop_sequence(std::string_view sequence) {
    return set(sparkchat_request_add_stop_sequence, sequence);
  }

  request &set_temperature(double temperature) {
    return set(sparkchat_request_set_temperature, temperature);
  }
  request &set_top_k(int top_k) {
    return set(sparkchat_request_set_top_k, top_k);
  }
  request &set_top_p(double top_p) {
    return set(sparkchat_request_set_top_p, top_p);
  }
  request &set_max_tokens(int max_tokens) {
    return set(sparkchat_request_set_max_tokens, max_tokens);
  }
  request &set_presence_penalty(double penalty) {
    return set(sparkchat_request_set_presence_penalty, penalty);
  }
  request &set_frequency_penalty(double penalty) {
    return set(sparkchat_request_set_frequency_penalty, penalty);
  }
  request &set_chat_id(std::string_view chat_id) {
    return set(sparkchat_request_set_chat_id, chat_id);
  }
  request &set_auditing(std::string_view auditing) {
    return set(sparkchat_request_set_auditing, auditing);
  }
  request &set_thinking(sparkchat::thinking thinking) {
    return set(sparkchat_request_set_thinking, thinking);
  }
  request &set_reasoning_effort(std::string_view effort) {
    return set(sparkchat_request_set_reasoning_effort, effort);
  }
  request &set_web_search(sparkchat::search search, bool references) {
    return set(sparkchat_request_set_web_search, search, references);
  }
  /// `name` is the tool of tool_choice::named.
  request &set_tool_choice(tool_choice choice, std::string_view name = {}) {
    return set(sparkchat_request_set_tool_choice, choice, name);
  }
  request &set_response_format(response_format format) {
    return set(sparkchat_request_set_response_format, format);
  }
  request &set_extra_json(std::string_view json) {
    return set(sparkchat_request_set_extra_json, detail::bytes(json),
               json.size());
  }
};

/* ------------------------------------------------------------------------
 * Stream
 * ------------------------------------------------------------------------ */

/// A request in progress and its answer: a range of events. The range ends with
/// the answer, and throws sparkchat::error if the answer fails. Destroying the
/// stream stops the request.
///
/// The user data of the C stream is the address of this object.
class stream : public detail::owner<sparkchat_stream, sparkchat_stream_free> {
public:
  using iterator = detail::event_iterator<stream, event>;

  /// Takes ownership of a stream that C opened.
  explicit stream(sparkchat_stream *owned) noexcept : owner(owned) {
    mark();
  }
  stream(stream &&other) noexcept : owner(std::move(other)) {
    mark();
  }
  stream &operator=(stream &&other) noexcept {
    owner::operator=(std::move(other));
    mark();
    return *this;
  }
  ~stream() = default;

  iterator begin() {
    return iterator(*this);
  }
  iterator end() noexcept {
    return iterator();
  }

  /// Waits for the next event, which is valid until the next call. Returns
  /// std::nullopt when the answer is complete. Continues after signals.
  std::optional<event> next() {
    event found;
    status came;
    do {
      came = next_for(std::nullopt, found);
    } while (came == status::interrupted);
    return came == status::ok ? std::optional<event>(found) : std::nullopt;
  }

  /// Like next(), with a timeout: 0 does not wait, and std::nullopt waits as
  /// long as the deadlines allow. Returns status::ok and sets `found`, or
  /// returns status::done, again, or interrupted.
  status next_for(std::optional<std::chrono::milliseconds> timeout,
                  event &found) {
    detail::call here;
    const sparkchat_event *came = nullptr;
    const auto status = sparkchat_stream_next(get(), detail::wait_in_c(timeout),
                                              &came, here.error());
    found = event(came);
    return here.finish(status, sparkchat_stream_response(get()));
  }

  /// Sends a request on a stream whose answer is complete, or that
  /// client::connect() returned.
  void send(const request &next) {
    detail::check(sparkchat_stream_send, get(), next.get());
  }

  /// The part received so far. It grows with the stream, and outlives it.
  sparkchat::response response() const {
    return sparkchat::response(
        sparkchat_response_retain(sparkchat_stream_response(get())));
  }

  /// Stops the request: a next() that is waiting, or the next one, throws
  /// status::cancelled. Any thread or signal handler may call this.
  void cancel() noexcept {
    if (*this) {
      sparkchat_stream_cancel(get());
    }
  }

#if defined(__cpp_lib_jthread)
  /// Cancels when a stop is requested, until the returned object is destroyed.
  /// Destroy that before the stream.
  [[nodiscard]] auto cancel_on(std::stop_token token) {
    auto cancel = [raw = get()]() noexcept { sparkchat_stream_cancel(raw); };
    return std::stop_callback(std::move(token), cancel);
  }
#endif

  /// The owner of a C stream that has one.
  static stream *of(const sparkchat_stream *raw) noexcept {
    return static_cast<stream *>(sparkchat_stream_user_data(raw));
  }

private:
  void mark() noexcept {
    if (*this) {
      sparkchat_stream_set_user_data(get(), this);
    }
  }
};

/* ------------------------------------------------------------------------
 * Client
 * ------------------------------------------------------------------------ */

/// Where to send requests, and with which credentials. Immutable; any number of
/// threads may share it.
class client : public detail::owner<sparkchat_client, sparkchat_client_free> {
public:
  using owner::owner;

  explicit client(const config &settings)
      : owner(detail::make<client>(sparkchat_client_new, settings.get())) {
  }

  std::string_view url() const {
    return sparkchat_client_url(get());
  }
  std::string_view domain() const {
    return sparkchat_client_domain(get());
  }
  sparkchat::transport transport() const {
    return static_cast<sparkchat::transport>(sparkchat_client_transport(get()));
  }
  /// std::nullopt if the library does not know the model.
  std::optional<sparkchat::model> model() const {
    return sparkchat::model::of(sparkchat_client_model(get()));
  }

  /// Waits for the whole answer.
  response invoke(const request &question) const {
    return detail::make<response>(sparkchat_client_invoke, get(),
                                  question.get());
  }

  /// Opens a stream: `for (const auto &event : client.stream(request))`.
  sparkchat::stream stream(const request &question) const {
    return detail::make<sparkchat::stream>(sparkchat_client_open, get(),
                                           question.get());
  }

  /// Calls `on_event(const event &)` for each event, on this thread. If it
  /// throws, the answer is stopped and the exception is rethrown.
  template <typename Function>
  response stream(const request &question, Function &&on_event) const {
    auto taker = detail::taker(on_event);
    return detail::make<response>(
        sparkchat_client_stream, get(), question.get(),
        &detail::take_event<decltype(taker)>, static_cast<void *>(&taker));
  }

#if defined(__cpp_lib_jthread)
  /// The same, but throws status::cancelled if a stop is requested.
  response invoke(const request &question, std::stop_token token) const {
    return stream(question, [](const event &) {}, std::move(token));
  }
  template <typename Function>
  response stream(const request &question, Function &&on_event,
                  std::stop_token token) const {
    const auto taker = detail::taker(on_event);
    auto answer = stream(question);
    const auto stopping = answer.cancel_on(std::move(token));
    for (const auto &came : answer) {
      taker(came);
    }
    return answer.response();
  }
#endif

  /// Connects before you know the request; see stream::send().
  sparkchat::stream connect() const {
    return detail::make<sparkchat::stream>(sparkchat_client_connect, get());
  }

  /// Waits for the vector of a text, which response::embedding() returns.
  response embed(std::string_view text, embedding_domain domain) const {
    return detail::make<response>(sparkchat_client_embed, get(),
                                  detail::bytes(text), text.size(), domain);
  }
  sparkchat::stream open_embedding(std::string_view text,
                                   embedding_domain domain) const {
    return detail::make<sparkchat::stream>(sparkchat_client_open_embedding,
                                           get(), detail::bytes(text),
                                           text.size(), domain);
  }
};

/* ------------------------------------------------------------------------
 * Group
 * ------------------------------------------------------------------------ */

/// The result of group::next().
struct group_result {
  /// ok: an event; done: the stream's answer is complete, or if `stream` is
  /// null, no stream is in progress; again, interrupted; or why the stream
  /// failed.
  sparkchat::status status;
  /// The stream of the event, the end, or the failure; may be null.
  sparkchat::stream *stream;
  /// Valid until the next call on the group or the stream.
  sparkchat::event event;
  /// What the stream's own next() would have thrown; null if the stream has not
  /// failed.
  std::exception_ptr failure;

  /// Throws the failure, if there is one.
  void check() const {
    if (failure) {
      std::rethrow_exception(failure);
    }
  }
};

/// Many streams on one thread, or in your event loop. The group does not
/// own its streams: you may move them, and a destroyed stream leaves the group.
class group : public detail::owner<sparkchat_group, sparkchat_group_free> {
public:
  using owner::owner;

  group() : owner(detail::make<group>(sparkchat_group_new)) {
  }

  void add(stream &member) {
    detail::check(sparkchat_group_add, get(), member.get());
  }
  void remove(stream &member) {
    detail::check(sparkchat_group_remove, get(), member.get());
  }
  std::size_t size() const {
    return sparkchat_group_count(get());
  }
  /// A descriptor that is readable while next() has something to do, deadlines
  /// included. Then call next(0ms) until the result has no stream, or a bounded
  /// number of times.
  int fd() const {
    return sparkchat_group_fd(get());
  }

  /// Waits for the next event or end of any stream, for `timeout` at most, or
  /// as long as the deadlines allow. Does not throw if a stream fails: see
  /// group_result::failure.
  group_result
  next(std::optional<std::chrono::milliseconds> timeout = std::nullopt) {
    detail::call here;
    sparkchat_stream *whose = nullptr;
    const sparkchat_event *came = nullptr;
    const auto status = sparkchat_group_next(get(), detail::wait_in_c(timeout),
                                             &whose, &came, here.error());
    group_result result{static_cast<sparkchat::status>(status), nullptr,
                        event(came), nullptr};
    if (!whose) {
      here.finish(status);
      return result;
    }
    result.stream = stream::of(whose);
    try {
      here.finish(status, sparkchat_stream_response(whose));
    } catch (...) {
      result.failure = std::current_exception();
    }
    return result;
  }

  /// Makes a next() that is waiting return status::again. Any thread or signal
  /// handler may call this.
  void wake() noexcept {
    if (*this) {
      sparkchat_group_wake(get());
    }
  }
};

/* ------------------------------------------------------------------------
 * Conversation
 * ------------------------------------------------------------------------ */

/// A tool that you implement. It receives the arguments, a JSON object as
/// the model wrote it, and returns the result for the model. If it throws, the
/// turn ends; return an error that the model could correct.
using tool_function = std::function<std::string(std::string_view arguments)>;

/// A message of a conversation. Its texts are valid until the next call that
/// changes the conversation.
struct message {
  sparkchat::role role;
  std::string_view content;
  /// The calls in a message of the assistant; in a tool's result, the call that
  /// it answers, without arguments.
  std::vector<tool_call> tool_calls;
  std::optional<std::string_view> image;
  std::optional<std::string_view> image_url;
};

/// A turn of a conversation, which conversation::stream() begins: a range of
/// the events of all its rounds. The tools are called between the rounds. If
/// you leave the turn before its end, the history is restored, unless you call
/// keep(). The conversation has to outlive the turn.
class turn {
public:
  using iterator = detail::event_iterator<turn, event>;

  turn(const turn &) = delete;
  turn &operator=(const turn &) = delete;
  ~turn() {
    if (status_ != status::done) {
      detail::call here; // takes what callbacks throw
      sparkchat_conversation_rollback(conversation_, nullptr);
    }
  }

  iterator begin() {
    return iterator(*this);
  }
  iterator end() noexcept {
    return iterator();
  }

  /// Waits for the next event. Returns std::nullopt if status() is done, or
  /// tool_calls: results are missing. Then add them with
  /// conversation::add_tool_result(), and continue.
  std::optional<event> next() {
    while (status_ != status::done) {
      std::exception_ptr failure;
      if (status_ == status::ok) {
        try {
          if (auto found = stream_.next()) {
            return found;
          }
        } catch (...) {
          failure = std::current_exception();
        }
      }
      step(failure);
      if (status_ == status::tool_calls) {
        break;
      }
    }
    return std::nullopt;
  }

  /// ok: in progress; tool_calls: waiting for results; done: over, even if it
  /// failed.
  sparkchat::status status() const noexcept {
    return status_;
  }

  /// The part received of the last round's answer.
  sparkchat::response response() const {
    return stream_.response();
  }

  /// Ends the turn here; the history keeps what has been received. After a
  /// failure, see conversation::keep().
  void keep() {
    detail::check(sparkchat_conversation_keep, conversation_);
    status_ = status::done;
  }

  /// Stops the turn: next() throws status::cancelled. Any thread may call this,
  /// but no signal handler.
  void cancel() noexcept {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_cancelled_ = true;
    stream_.cancel();
  }

#if defined(__cpp_lib_jthread)
  /// See stream::cancel_on().
  [[nodiscard]] auto cancel_on(std::stop_token token) {
    auto cancel = [this]() noexcept { this->cancel(); };
    return std::stop_callback(std::move(token), cancel);
  }
#endif

private:
  friend class conversation;
  turn(sparkchat_conversation *conversation, sparkchat::stream stream)
      : conversation_(conversation), stream_(std::move(stream)) {
  }

  /// If a stream has failed, the conversation may send another request;
  /// otherwise the failure is thrown.
  void step(const std::exception_ptr &failure) {
    detail::call here;
    sparkchat_stream *made = nullptr;
    const auto came =
        sparkchat_conversation_step(conversation_, &made, here.error());
    sparkchat::stream next(made);
    if (came != SPARKCHAT_ERR_STATE) { // after that, the stream continues
      status_ = came < 0 ? status::done : static_cast<sparkchat::status>(came);
    }
    if (came < 0 && failure) {
      std::rethrow_exception(failure);
    }
    if (next) {
      const std::lock_guard<std::mutex> lock(mutex_);
      stream_ = std::move(next);
      if (is_cancelled_) {
        stream_.cancel();
      }
    }
    here.finish(came, sparkchat_stream_response(stream_.get()));
  }

  sparkchat_conversation *conversation_;
  sparkchat::stream stream_;
  sparkchat::status status_ = status::ok;
  std::mutex mutex_;
  bool is_cancelled_ = false;
};

/// A history of questions and answers, with the tools that the model may call.
class conversation
    : public detail::builder<conversation, sparkchat_conversation,
                             sparkchat_conversation_free> {
public:
  using builder::builder;
  /// The user's question; std::nullopt continues after tool results.
  using question = std::optional<std::string_view>;

  /// `options` apply to every request; their messages begin the history.
  explicit conversation(const client &where, const request &options = request())
      : builder(detail::make<conversation>(sparkchat_conversation_new,
                                           where.get(), options.get())) {
  }

  /// Offers a tool, which is called on the thread that asks. `parameters` is
  /// the JSON schema of the arguments.
  conversation &add_tool(std::string_view name, std::string_view description,
                         std::string_view parameters, tool_function tool) {
    const detail::terminated name_in_c(name), description_in_c(description),
        parameters_in_c(parameters);
    get();
    auto *const given = new tool_function(std::move(tool)); // C's now
    return set(sparkchat_conversation_add_tool,
               static_cast<const char *>(name_in_c),
               static_cast<const char *>(description_in_c),
               static_cast<const char *>(parameters_in_c),
               *given ? call_tool : nullptr, static_cast<void *>(given),
               &detail::destroy<tool_function>);
  }
  conversation &set_max_rounds(int rounds) {
    return set(sparkchat_conversation_set_max_rounds, rounds);
  }
  conversation &set_context_tokens(int tokens) {
    return set(sparkchat_conversation_set_context_tokens, tokens);
  }

  conversation &add_message(sparkchat::role role, std::string_view content) {
    return set(sparkchat_conversation_add_message, role, detail::bytes(content),
               content.size());
  }
  conversation &add_messages(const request &messages) {
    return set(sparkchat_conversation_add_messages, messages.get());
  }
  conversation &add_response(const response &answer) {
    return set(sparkchat_conversation_add_response, answer.get());
  }
  conversation &add_tool_result(std::string_view call_id,
                                std::string_view content) {
    return set(sparkchat_conversation_add_tool_result, call_id,
               detail::bytes(content), content.size());
  }

  /// Asks, and calls tools until the answer is complete. Returns the answer of
  /// the last round; if that has tool calls, add their results and ask again.
  response ask(question text) {
    return detail::make<response>(sparkchat_conversation_ask, get(), data(text),
                                  size(text), sparkchat_event_fn(nullptr),
                                  static_cast<void *>(nullptr));
  }
  /// Calls `on_event(const event &)` as client::stream() does.
  template <typename Function>
  response ask(question text, Function &&on_event) {
    auto taker = detail::taker(on_event);
    return detail::make<response>(
        sparkchat_conversation_ask, get(), data(text), size(text),
        &detail::take_event<decltype(taker)>, static_cast<void *>(&taker));
  }
#if defined(__cpp_lib_jthread)
  /// The same, but throws status::cancelled if a stop is requested.
  response ask(question text, std::stop_token token) {
    return ask(text, [](const event &) {}, std::move(token));
  }
  template <typename Function>
  response ask(question text, Function &&on_event, std::stop_token token) {
    const auto taker = detail::taker(on_event);
    auto asked = stream(text);
    const auto stopping = asked.cancel_on(std::move(token));
    for (const auto &came : asked) {
      taker(came);
    }
    if (asked.status() == status::tool_calls) {
      asked.keep();
    }
    return asked.response();
  }
#endif

  /// Begins a turn, a range of events. `options` apply to this turn only.
  turn stream(question text, const request &options = request()) {
    return turn(get(), begin(text, options));
  }

  /// Begins a turn in steps, for groups: drive the stream to its end, even if
  /// that is a failure, and then call step().
  sparkchat::stream begin(question text, const request &options = request()) {
    return detail::make<sparkchat::stream>(sparkchat_conversation_begin, get(),
                                           data(text), size(text),
                                           options.get());
  }
  /// Returns ok if `stream` has become the next stream to drive, tool_calls if
  /// results are missing, or done if the turn is over. `stream` only changes
  /// with ok.
  status step(sparkchat::stream &stream) {
    detail::call here;
    sparkchat_stream *made = nullptr;
    const auto came = sparkchat_conversation_step(get(), &made, here.error());
    sparkchat::stream next(made);
    if (next) {
      stream = std::move(next);
    }
    return here.finish(came, stream ? sparkchat_stream_response(stream.get())
                                    : nullptr);
  }
  /// Ends the turn, and keeps what has been received, even after a failure.
  void keep() {
    set(sparkchat_conversation_keep);
  }
  /// Ends the turn, and restores the history.
  void rollback() {
    set(sparkchat_conversation_rollback);
  }
  /// The next request, for programs that send it themselves.
  request next_request() {
    return detail::make<request>(sparkchat_conversation_request, get());
  }

  /// The token count of all rounds of the last turn.
  std::optional<std::int64_t> tokens(sparkchat::tokens which) const {
    return detail::count(
        sparkchat_conversation_tokens(get(), detail::in_c(which)));
  }
  /// The number of messages in the history.
  std::size_t size() const {
    return sparkchat_conversation_count(get());
  }
  /// `at`: 0 to size() - 1; throws std::out_of_range otherwise.
  message at(std::size_t at) const {
    const auto content =
        detail::optional_text(sparkchat_conversation_content, get(), at);
    if (!content) {
      throw std::out_of_range("sparkchat: no such message");
    }
    const auto role =
        static_cast<sparkchat::role>(sparkchat_conversation_role(get(), at));
    return {role, *content, calls(at),
            detail::optional_text(sparkchat_conversation_image, get(), at),
            detail::optional_text(sparkchat_conversation_image_url(get(), at))};
  }
  void truncate(std::size_t count) {
    set(sparkchat_conversation_truncate, count);
  }

  /// The history as JSON.
  std::string save() const {
    detail::call here;
    char *json = nullptr;
    std::size_t length = 0;
    const auto status =
        sparkchat_conversation_save(get(), &json, &length, here.error());
    const std::unique_ptr<char, void (*)(char *)> owned(json,
                                                        sparkchat_string_free);
    here.finish(status);
    return std::string(json, length);
  }
  void restore(std::string_view json) {
    set(sparkchat_conversation_restore, detail::bytes(json), json.size());
  }

private:
  static const char *data(question text) noexcept {
    return text ? detail::bytes(*text) : nullptr;
  }
  static std::size_t size(question text) noexcept {
    return text ? text->size() : 0;
  }

  std::vector<tool_call> calls(std::size_t at) const {
    std::vector<tool_call> found;
    while (const char *id =
               sparkchat_conversation_tool_call_id(get(), at, found.size())) {
      const std::size_t call = found.size();
      const auto arguments = detail::optional_text(
          sparkchat_conversation_tool_call_arguments, get(), at, call);
      found.push_back(
          {id,
           detail::text(sparkchat_conversation_tool_call_name(get(), at, call)),
           arguments.value_or(std::string_view())});
    }
    return found;
  }

  static int call_tool(const char *, const char *arguments, std::size_t length,
                       sparkchat_tool_result *result,
                       void *user_data) noexcept {
    return detail::call::guard([&] {
      const std::string told = (*static_cast<tool_function *>(user_data))(
          std::string_view(arguments, length));
      detail::check(sparkchat_tool_result_set, result, told.c_str(),
                    told.size());
    });
  }
};

} // namespace sparkchat

#endif
