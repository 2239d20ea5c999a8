/*
 * sparkchat.hpp - libsparkchat in C++17: one header over sparkchat.h, nothing to
 * link but the library itself.
 *
 * A complete program (compiled and run by the project's tests):
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
 *   } catch (const sparkchat::error &error) {
 *     std::cerr << error.message() << '\n' << error.hint() << '\n';
 *     return 1;
 *   }
 * @endexample
 *
 * sparkchat.h stays the manual: a member has the name of the function that it
 * calls, config::set_model() that of sparkchat_config_set_model(), and what is
 * said there of values, defaults, and the service holds here. This header says
 * what is different in C++. docs/cpp.md is a guide.
 *
 * Owners. config, client, request, stream, response, group, and conversation own
 *   their object in C. They move, and do not copy. To use one that was moved
 *   from is std::logic_error; to destroy it or assign to it is fine. get() is the
 *   object in C, for what this header lacks.
 * Text. It goes in as std::string_view, and is copied. It comes out as
 *   std::string_view, and is borrowed as sparkchat.h says: of an event, until the
 *   next call on its stream. std::string is the caller's own.
 * Absent values are std::nullopt, not -1, 0, or NULL.
 * Errors. A call that fails throws sparkchat::error, setters at once. A text with
 *   a NUL byte where C wants one that ends with NUL is std::invalid_argument.
 * Callbacks may throw. The exception is caught before C, the call is stopped
 *   where it can be, and throws it again once it has left C, on the same thread.
 *   What a log or a limiter's report or release throws stops nothing, but comes
 *   out all the same, in place of what the call would have returned. What is
 *   thrown while an object is freed is dropped: destructors do not throw.
 * Threads. Distinct objects may be used by distinct threads at once. A client may
 *   be shared, all else is used by one thread at a time, except that
 *   stream::cancel(), turn::cancel(), and group::wake() are for any thread, while
 *   the object is neither moved nor destroyed: join the thread first.
 */
#ifndef SPARKCHAT_HPP
#define SPARKCHAT_HPP

#if !defined(__cpp_exceptions)
#error "sparkchat.hpp needs exceptions; without them, use sparkchat.h"
#endif
#if __cplusplus < 201703L
#error "sparkchat.hpp needs C++17; before it, use sparkchat.h"
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

/// What the loaded library is; static.
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

/// A call into C that is under way on this thread: callbacks leave here what
/// they throw, and finish() throws it again. Calls may stand inside of one
/// another, where a callback uses the library.
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

  /// Throws what was thrown meanwhile, or the call's error, with what there is
  /// of the answer.
  sparkchat::status finish(sparkchat_status status,
                           const sparkchat_response *answer = nullptr);

  /// Runs a callback, and keeps what it throws. Returns what C wants to hear: 0,
  /// or 1 to stop.
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

/// Owns an object in C.
template <typename Object, void (*Free)(Object *)> class owner {
public:
  using object = Object;

  /// Takes over an object that C has handed out.
  explicit owner(Object *owned) noexcept : object_(owned) {
  }

  /// The object in C; it stays this one's. Throws std::logic_error where this
  /// was moved from.
  Object *get() const {
    if (!object_) {
      throw std::logic_error("sparkchat: an object was used that was moved "
                             "from, or that holds nothing");
    }
    return object_.get();
  }

  /// Whether there is an object: not where this was moved from.
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

/// A text that ends with NUL. It may be a secret: the copy is wiped.
class terminated {
public:
  explicit terminated(std::string_view text) : text_(text) {
    if (text.find('\0') != text.npos) {
      throw std::invalid_argument("sparkchat: a text has a NUL byte");
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

/// A constant of whichever enumeration of C's is wanted.
struct constant {
  int number;
  template <typename Enum, typename = std::enable_if_t<std::is_enum_v<Enum>>>
  operator Enum() const noexcept {
    return static_cast<Enum>(number);
  }
};

// Each kind of value as C takes it.
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

/// Of how long to wait: -1 is as long as the deadlines allow.
inline int wait_in_c(std::optional<std::chrono::milliseconds> timeout) {
  using std::chrono::milliseconds;
  return timeout ? in_c(*timeout < milliseconds(0) ? milliseconds(0) : *timeout)
                 : -1;
}

/// C refuses NULL, also with a length of 0.
inline const char *bytes(std::string_view text) noexcept {
  return text.data() ? text.data() : "";
}

/// Calls a function of C's whose last parameter is an error.
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
/// Of a function with a length as its last parameter.
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
/// Of a count: negative is absent.
template <typename Number> std::optional<Number> count(Number number) {
  return number < 0 ? std::nullopt : std::optional<Number>(number);
}

/// Frees a callable that C owns.
template <typename Callable> void destroy(void *callable) noexcept {
  delete static_cast<Callable *>(callable);
}

/// Reads the events of a source one by one: a stream or a turn.
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
  // The event before is no longer there.
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

/// A call of a tool that the model asks for. The arguments should be a JSON
/// object; models make mistakes: see tool_call_arguments_valid().
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

/// A warning of the service's, or of the library's own.
struct warning {
  warning_code code;
  std::string_view message;
};

/// One piece of an answer: a view, which is valid until the next call on its
/// stream or the callback's end, as are its texts.
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
  /// Of text and reasoning, and a warning's message; empty for other kinds.
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

/// What has been received of an answer, also of one that has failed. Its texts
/// are valid until it is destroyed; while the answer comes in, until the next
/// call on its stream, and it belongs to that one's thread.
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
  /// The vector of client::embed(); empty where the response has none.
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

/// Why something failed. Copies share what they say, and any thread may read
/// it, the response one at a time. what() has the message, the hint, and the sid in one line.
class error : public std::runtime_error {
public:
  /// Takes over an error of C's. `answer` is what there is of the answer.
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
  /// What was received of the answer before; null where there is none. It lives
  /// as long as the error and its copies.
  const sparkchat::response *response() const noexcept {
    return response_.get();
  }
  /// Whether the same request may well succeed later.
  bool retryable() const noexcept {
    return sparkchat_error_retryable(get()) != 0;
  }
  /// How long the server asks to be left alone.
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
  /// Positive: this machine's clock is ahead of the server's.
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
  /// The object in C; it stays this one's.
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

/// Calls a function of C's that hands out an object, in front of the error.
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

/// Setters that can be chained.
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

/// Anything that takes an event, as C calls it; the address of what this returns
/// is the `user_data`.
template <typename Function> auto taker(Function &function) {
  static_assert(
      takes_events<Function>(),
      "what takes events is called with a `const event &` and returns "
      "nothing: to stop the answer, throw; a std::stop_token stands behind it");
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

/// Called for each entry of the log, by every thread that uses the client. The
/// texts are valid until it returns.
using log_function = std::function<void(log_level, std::string_view message,
                                        std::string_view fields)>;

/// Decides when a request may be sent. Called by every thread that uses the
/// client; see sparkchat_config_set_limiter().
struct limiter {
  /// Returns 0 where the attempt may begin, and otherwise when to ask again.
  /// Throws where it has failed: so does the request.
  std::function<std::chrono::milliseconds(std::int64_t attempt)> acquire;
  std::function<void(std::int64_t attempt, status, int service_code)> report;
  std::function<void(std::int64_t attempt)> release;
};

/// Settings of a client, under construction.
class config
    : public detail::builder<config, sparkchat_config, sparkchat_config_free> {
public:
  using builder::builder;

  /// The defaults. Throws std::runtime_error where the loaded library is not
  /// the one that this header is for.
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

  // Deadlines; 0 switches one off.

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

  /// All three functions are needed.
  config &set_limiter(sparkchat::limiter limiter) {
    get();
    auto *const given = new sparkchat::limiter(std::move(limiter)); // C's now
    return set(sparkchat_config_set_limiter, given->acquire ? acquire : nullptr,
               given->report ? report : nullptr,
               given->release ? release : nullptr, static_cast<void *>(given),
               &detail::destroy<sparkchat::limiter>);
  }

  /// An empty function ends logging.
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

/// One of the service's models, as the library knows it; static.
class model {
public:
  explicit model(const sparkchat_model &known) noexcept : model_(&known) {
  }
  /// By a name or another name; std::nullopt where there is none.
  static std::optional<model> find(std::string_view name) {
    return of(sparkchat_model_find(detail::terminated(name)));
  }
  /// All of them; the first is the one that is asked by default.
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

/// Messages and options. It may be sent any number of times.
class request : public detail::builder<request, sparkchat_request,
                                       sparkchat_request_free> {
public:
  using builder::builder;

  request() : builder(sparkchat_request_new()) {
  }
  /// One message of the user's.
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
  /// The bytes of an image file.
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
  /// `parameters` is the JSON schema of its arguments.
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
  /// `name` is for tool_choice::named.
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

/// A request on its way and its answer coming in: a range of events, which ends
/// with the answer, and throws sparkchat::error where that fails. To destroy it
/// stops the request.
///
/// It keeps its own address as the user data of the stream in C.
class stream : public detail::owner<sparkchat_stream, sparkchat_stream_free> {
public:
  using iterator = detail::event_iterator<stream, event>;

  /// Takes over a stream that C has opened.
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

  /// Waits for the next event, which is valid until the next call;
  /// std::nullopt: the answer is complete. Goes on after signals.
  std::optional<event> next() {
    event found;
    status came;
    do {
      came = next_for(std::nullopt, found);
    } while (came == status::interrupted);
    return came == status::ok ? std::optional<event>(found) : std::nullopt;
  }

  /// The same with a limit; 0 does what can be done without waiting, and
  /// std::nullopt waits as long as the deadlines allow. Returns status::ok with
  /// an event in `found`, or status::done, again, or interrupted.
  status next_for(std::optional<std::chrono::milliseconds> timeout,
                  event &found) {
    detail::call here;
    const sparkchat_event *came = nullptr;
    const auto status = sparkchat_stream_next(get(), detail::wait_in_c(timeout),
                                              &came, here.error());
    found = event(came);
    return here.finish(status, sparkchat_stream_response(get()));
  }

  /// Asks on a stream whose answer is complete, or of client::connect().
  void send(const request &next) {
    detail::check(sparkchat_stream_send, get(), next.get());
  }

  /// What has been received so far. It grows with the stream, and stays when
  /// that is gone.
  sparkchat::response response() const {
    return sparkchat::response(
        sparkchat_response_retain(sparkchat_stream_response(get())));
  }

  /// Stops the request: a next() that waits, or the next one, throws
  /// status::cancelled. For any thread, and signal handlers.
  void cancel() noexcept {
    if (*this) {
      sparkchat_stream_cancel(get());
    }
  }

#if defined(__cpp_lib_jthread)
  /// Cancels when a stop is requested, until what is returned is destroyed,
  /// which has to come before the stream's end.
  [[nodiscard]] auto cancel_on(std::stop_token token) {
    auto cancel = [raw = get()]() noexcept { sparkchat_stream_cancel(raw); };
    return std::stop_callback(std::move(token), cancel);
  }
#endif

  /// The owner of a stream of C's that has one.
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

/// Where and as whom to ask. Never changes; shared by any number of threads.
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
  /// std::nullopt where the library does not know it.
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

  /// Calls `on_event(const event &)` for each event, on this thread. What it
  /// throws stops the answer, and comes out of here.
  template <typename Function>
  response stream(const request &question, Function &&on_event) const {
    auto taker = detail::taker(on_event);
    return detail::make<response>(
        sparkchat_client_stream, get(), question.get(),
        &detail::take_event<decltype(taker)>, static_cast<void *>(&taker));
  }

#if defined(__cpp_lib_jthread)
  /// The same, until a stop is requested: then it throws status::cancelled.
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

  /// Connects before the request is known; see stream::send().
  sparkchat::stream connect() const {
    return detail::make<sparkchat::stream>(sparkchat_client_connect, get());
  }

  /// Waits for the vector of a text: response::embedding().
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

/// What group::next() has come upon.
struct group_result {
  /// ok: an event; done: the stream's answer is complete, or without a stream,
  /// none is under way; again, interrupted; or why the stream has failed.
  sparkchat::status status;
  /// Whose event or end it is; null where it is about none.
  sparkchat::stream *stream;
  /// Valid until the next call on the group or the stream.
  sparkchat::event event;
  /// What the stream's own next() would have thrown; null where it has not
  /// failed.
  std::exception_ptr failure;

  /// Throws the failure, if there is one.
  void check() const {
    if (failure) {
      std::rethrow_exception(failure);
    }
  }
};

/// Many streams on one thread, or in an event loop of the host's. The streams
/// stay their owners', who may move them; one that is destroyed leaves.
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
  /// Readable while next() has something to do, deadlines included: then call
  /// next(0ms) until it names no stream, or a bounded number of times.
  int fd() const {
    return sparkchat_group_fd(get());
  }

  /// Waits for the next event or end of any stream: as long as the deadlines
  /// allow, or for `timeout` at most. A stream that fails does not throw here:
  /// see group_result::failure.
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

  /// Makes a next() that waits return status::again. For any thread, and signal
  /// handlers.
  void wake() noexcept {
    if (*this) {
      sparkchat_group_wake(get());
    }
  }
};

/* ------------------------------------------------------------------------
 * Conversation
 * ------------------------------------------------------------------------ */

/// A tool of the host's: gets the arguments, a JSON object as the model wrote
/// it, and returns what the model is to be told. What it throws ends the turn;
/// what the model could mend is better returned.
using tool_function = std::function<std::string(std::string_view arguments)>;

/// A message of a conversation. Its texts are valid until the next call that
/// changes that.
struct message {
  sparkchat::role role;
  std::string_view content;
  /// Of the assistant's; or, without arguments, the one that a tool's result
  /// answers.
  std::vector<tool_call> tool_calls;
  std::optional<std::string_view> image;
  std::optional<std::string_view> image_url;
};

/// A turn of a conversation, as conversation::stream() begins it: a range of the
/// events of all its rounds; between two of them, the tools are called. Where it
/// is left before its end, the history is what it was before, unless keep() is
/// called. The conversation has to outlive it.
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

  /// Waits for the next event; std::nullopt where status() is done, and where
  /// it is tool_calls: results are missing. Give them with
  /// conversation::add_tool_result(), and go on.
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

  /// ok: under way; tool_calls: waits for results; done: over, also where it has
  /// failed.
  sparkchat::status status() const noexcept {
    return status_;
  }

  /// What has been received of the last round.
  sparkchat::response response() const {
    return stream_.response();
  }

  /// Ends the turn here; the history keeps what has come. Behind a failure, see
  /// conversation::keep().
  void keep() {
    detail::check(sparkchat_conversation_keep, conversation_);
    status_ = status::done;
  }

  /// Stops the turn: next() throws status::cancelled. For any thread.
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

  /// The conversation may ask again where a stream has failed; what it does not
  /// mend is thrown.
  void step(const std::exception_ptr &failure) {
    detail::call here;
    sparkchat_stream *made = nullptr;
    const auto came =
        sparkchat_conversation_step(conversation_, &made, here.error());
    sparkchat::stream next(made);
    if (came != SPARKCHAT_ERR_STATE) { // with that, the stream goes on
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

/// Questions and answers that belong together, with the tools that the model may
/// call.
class conversation
    : public detail::builder<conversation, sparkchat_conversation,
                             sparkchat_conversation_free> {
public:
  using builder::builder;
  /// The user's; std::nullopt goes on after results.
  using question = std::optional<std::string_view>;

  /// `options`: what every request is made with; its messages begin the history.
  explicit conversation(const client &where, const request &options = request())
      : builder(detail::make<conversation>(sparkchat_conversation_new,
                                           where.get(), options.get())) {
  }

  /// Offers a tool, which is called on the thread that asks. `parameters` is the
  /// JSON schema of its arguments.
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

  /// Asks, calls tools, and goes on until the answer stands. Returns the answer
  /// of the last round; with calls in it where they are the host's to answer.
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
  /// The same, until a stop is requested: then it throws status::cancelled.
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

  /// A turn as a range of events. `options` are for this turn alone.
  turn stream(question text, const request &options = request()) {
    return turn(get(), begin(text, options));
  }

  /// A turn in steps, for groups: drive the stream to its end, also where that
  /// is a failure, and then call step().
  sparkchat::stream begin(question text, const request &options = request()) {
    return detail::make<sparkchat::stream>(sparkchat_conversation_begin, get(),
                                           data(text), size(text),
                                           options.get());
  }
  /// Returns ok: `stream` is the next one, which is to be driven; tool_calls:
  /// results are missing; done: the turn is over. Otherwise `stream` stays as
  /// it is.
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
  /// Ends the turn, and keeps what there is of it; also behind a failure.
  void keep() {
    set(sparkchat_conversation_keep);
  }
  /// Ends the turn: the history is what it was before.
  void rollback() {
    set(sparkchat_conversation_rollback);
  }
  /// The next request, for a host that asks in its own way.
  request next_request() {
    return detail::make<request>(sparkchat_conversation_request, get());
  }

  /// What the rounds of the last turn took together.
  std::optional<std::int64_t> tokens(sparkchat::tokens which) const {
    return detail::count(
        sparkchat_conversation_tokens(get(), detail::in_c(which)));
  }
  /// How many messages the history has.
  std::size_t size() const {
    return sparkchat_conversation_count(get());
  }
  /// `at`: 0 to size() - 1; what is more is std::out_of_range.
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
