/*
 * sparkchat.h - the C interface of libsparkchat, a client of iFlytek's
 * SparkLLM chat service. This header is the manual: it is written by hand, and
 * the library is checked against it when it is compiled.
 *
 * A complete program (compiled and run by the project's tests):
 *
 * @example
 *   #include <sparkchat.h>
 *   #include <stdio.h>
 *
 *   static int on_event(const sparkchat_event *event, void *user_data) {
 *     (void)user_data;
 *     if (sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_TEXT) {
 *       fputs(sparkchat_event_text(event, NULL), stdout);
 *     }
 *     return 0;
 *   }
 *
 *   int main(void) {
 *     sparkchat_error *error = NULL;
 *     sparkchat_client *client = NULL;
 *     sparkchat_config *config = sparkchat_config_new();
 *     sparkchat_request *request = sparkchat_request_new();
 *     sparkchat_config_load_environment(config, NULL);
 *     sparkchat_request_add_message(request, SPARKCHAT_ROLE_USER, "Hello",
 *                                   SPARKCHAT_NUL_TERMINATED, NULL);
 *     int failed = sparkchat_client_new(config, &client, &error) ||
 *                  sparkchat_client_stream(client, request, on_event, NULL,
 *                                          NULL, &error);
 *     if (failed) {
 *       fprintf(stderr, "%s\n%s\n", sparkchat_error_message(error),
 *               sparkchat_error_hint(error));
 *     }
 *     sparkchat_error_free(error);
 *     sparkchat_client_free(client);
 *     sparkchat_request_free(request);
 *     sparkchat_config_free(config);
 *     return failed;
 *   }
 * @endexample
 *
 * Contents
 *
 *   Version, Types, Names
 *   Errors        why something failed, and what to do about it
 *   Config        credentials, address, timeouts, retries, proxy, TLS, log
 *   Client        making one, and the shortest ways to ask
 *   Model         what the service has, and what each model takes
 *   Request       messages, options, tools, images, web search
 *   Stream        pulling events, asking again, cancelling
 *   Group         many streams on one thread, or in an event loop
 *   Event         one piece of an answer
 *   Response      what has been received of an answer
 *   Embedding     the vector of a text
 *   Conversation  history, tools that are called for you, saving
 *
 * Objects
 *
 *   type          made by                     freed by  its texts live until
 *   config        config_new                  _free     (it has none)
 *   client        client_new                  _free     it is freed
 *   request       request_new                 _free     (it has none)
 *   stream        client_open, _connect,      _free     see event, response
 *                 _open_embedding,
 *                 conversation_begin, _step
 *   event         stream_next, group_next,    -         the next call on the
 *                 a callback's parameter                stream
 *   response      client_invoke, _stream,     _free     it is freed
 *                 _embed, conversation_ask
 *   response      stream_response (borrowed)  -         the next call on the
 *                                                       stream
 *   group         group_new                   _free     (it has none)
 *   conversation  conversation_new            _free     see each function
 *   error         every function that fails   _free     it is freed
 *   model         model_at, client_model      -         the library is loaded
 *
 * Four ways to receive an answer
 *
 *   sparkchat_client_invoke()   waits for all of it
 *   sparkchat_client_stream()   calls you for each event
 *   sparkchat_stream_next()     gives you the next event when you ask for it
 *   sparkchat_group_next()      the same for many streams, with one descriptor
 *                               for an event loop of your own
 *
 * Rules that hold for every function
 *
 * Objects. All types are opaque. What a function named ..._new, ..._open or
 *   ..._invoke hands out is owned by the caller and freed once with the
 *   matching ..._free. Freeing NULL does nothing; freeing twice is forbidden.
 *   Objects may be freed in any order: a stream keeps its client alive.
 * Strings. UTF-8. Text goes in as pointer and length; the length may be
 *   SPARKCHAT_NUL_TERMINATED. All input is copied. Text that comes out is
 *   borrowed, has a length and is also NUL-terminated; each function says how
 *   long it lives. An out-parameter for a length may be NULL.
 * Errors. A fallible function returns a sparkchat_status: 0 is success,
 *   positive values are outcomes that are no errors, negative values are errors
 *   whose numbers never change. Its last parameter, `error`, may be NULL; where
 *   it is not, a failure stores an owned sparkchat_error there, and success
 *   stores NULL. NULL where an object is needed gives
 *   SPARKCHAT_ERR_INVALID_ARGUMENT; accessors given NULL return NULL, 0 or -1.
 * Setters. A setter that fails leaves the object as it was. The failure is also
 *   remembered until the same option is set again with a good value, and
 *   sparkchat_client_new() or the call that sends the request reports it: a
 *   program may set everything and check once. A message or a tool that
 *   could not be added spoils the request for good.
 * Threads. Distinct objects may be used from distinct threads at once. A client
 *   never changes and may be shared by any number of threads. A builder
 *   (config, request) or a stream may move between threads but must not be used
 *   by two at once; sparkchat_stream_cancel() is the exception. The library
 *   has no threads of its own but for looking up a host name: each lookup runs
 *   on a short-lived thread with all signals blocked. A lookup that hangs keeps
 *   its thread; a process has 32 of them at most, and a further lookup waits for
 *   a free one until its resolve timeout. Callbacks run on the calling thread,
 *   inside the call.
 *   No thread may be cancelled (pthread_cancel()) while it is inside the
 *   library, nor be ended from a callback (pthread_exit()): it would leave locks
 *   held, its own and OpenSSL's, and the process may hang or abort later. To
 *   stop a thread that waits there, use sparkchat_stream_cancel(); a thread that
 *   must be open to cancellation switches it off around its calls
 *   (pthread_setcancelstate()).
 * Manners. The library installs no signal handler, raises no SIGPIPE, prints
 *   nothing, and changes neither locale, environment, nor allocator. It opens
 *   the trusted certificates and the files that it is told to read. Others are
 *   opened by the system's own libraries: for looking up names, for OpenSSL's
 *   settings, for random numbers, and for the time zone.
 * Fork. In a child process, the parent's clients and streams answer
 *   SPARKCHAT_ERR_FORKED, and the parent's connections are left alone; make a
 *   new client there. All objects may be freed in the child. Threads that wait
 *   inside the library at fork() do no harm, but while one is at work there, in
 *   OpenSSL or in the language's runtime, it may hold a lock that the child
 *   then waits for in vain: a program whose threads are asking should fork only
 *   to exec.
 * Exit. A process may exit while its threads are inside the library: by exit(),
 *   from main or from any thread or callback, or by returning from main. The
 *   library registers one handler with atexit(), when TLS or a signature is
 *   first needed. From then on, threads that come to use OpenSSL are held there
 *   for 2 s, and then get SPARKCHAT_ERR_STATE; exit() waits until those at work
 *   there are done, 1 s at most. Handlers of the program's own that are older
 *   than the library's run later: they may still free objects (what belongs to
 *   OpenSSL is left to the system), but not ask. A thread that waits for the
 *   network goes on waiting: to end one in good order, cancel its stream and join
 *   it before exit(). _exit() and quick_exit() run no handler, and need none.
 * Sanitizers. A program built with -fsanitize=thread sees neither the locks nor
 *   the atomics of a library that is not, and reports races that are none. List
 *   "called_from_lib:" and "race:" for libsparkchat.so, libssl.so.3,
 *   libcrypto.so.3 and libjansson.so.4 in a file, and name it in
 *   TSAN_OPTIONS=suppressions=FILE; bindings/c/thread-sanitizer.supp is that file.
 * Parsers. For one that knows no attributes and no preprocessor (FFI of PHP and
 *   LuaJIT, cffi), define SPARKCHAT_API and SPARKCHAT_WARN_UNUSED as nothing, and
 *   leave the #include lines out: bindings/examples/README.md has the command.
 * Versions. Every function is there since version 0.1, unless it says "Since".
 *
 * "Protocol" with a number points to the section of the wire protocol that a
 * fact was taken from; see the project's documentation.
 */
#ifndef SPARKCHAT_H
#define SPARKCHAT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define SPARKCHAT_BEGIN_DECLS extern "C" {
#define SPARKCHAT_END_DECLS }
#else
#define SPARKCHAT_BEGIN_DECLS
#define SPARKCHAT_END_DECLS
#endif

#ifndef SPARKCHAT_API
#if defined(__GNUC__) || defined(__clang__)
#define SPARKCHAT_API __attribute__((visibility("default")))
#else
#define SPARKCHAT_API
#endif
#endif

#ifndef SPARKCHAT_WARN_UNUSED
#if defined(__GNUC__) || defined(__clang__)
#define SPARKCHAT_WARN_UNUSED __attribute__((warn_unused_result))
#else
#define SPARKCHAT_WARN_UNUSED
#endif
#endif

SPARKCHAT_BEGIN_DECLS

/* ------------------------------------------------------------------------
 * Version
 * ------------------------------------------------------------------------ */

#define SPARKCHAT_VERSION_MAJOR 0
#define SPARKCHAT_VERSION_MINOR 1
#define SPARKCHAT_VERSION_PATCH 0
#define SPARKCHAT_VERSION_STRING "0.1.0"

/** The version as one number, 8 bits for each part: 0x000100 is 0.1.0. */
#define SPARKCHAT_VERSION_NUMBER                                               \
  ((SPARKCHAT_VERSION_MAJOR << 16) | (SPARKCHAT_VERSION_MINOR << 8) |          \
   SPARKCHAT_VERSION_PATCH)

/** Grows when a program built for an older library could break. It is the
 *  number in the library's soname, libsparkchat.so.0. */
#define SPARKCHAT_ABI_VERSION 0

/** @return SPARKCHAT_VERSION_NUMBER of the loaded library.
 *  Threads: any. */
SPARKCHAT_API int sparkchat_version_number(void);

/** @return SPARKCHAT_VERSION_STRING of the loaded library; static.
 *  Threads: any. */
SPARKCHAT_API const char *sparkchat_version_string(void);

/** @return The library and what it runs on, for a bug report: "sparkchat/0.1.0
 *  OpenSSL/3.0.19 jansson/2.14"; static.
 *  Threads: any. */
SPARKCHAT_API const char *sparkchat_version_details(void);

/** @return SPARKCHAT_ABI_VERSION of the loaded library. A binding refuses to
 *  work with another one than it was written for.
 *  Threads: any. */
SPARKCHAT_API int sparkchat_abi_version(void);

/* ------------------------------------------------------------------------
 * Types
 * ------------------------------------------------------------------------ */

/** As a length: the text ends at its first NUL. */
#define SPARKCHAT_NUL_TERMINATED SIZE_MAX

/** Settings of a client, under construction. */
typedef struct sparkchat_config sparkchat_config;
/** Where and as whom to ask. Never changes; shared by any number of threads. */
typedef struct sparkchat_client sparkchat_client;
/** Messages and options, under construction. It may be
 *  sent any number of times; sending copies it. */
typedef struct sparkchat_request sparkchat_request;
/** A request on its way and its answer coming in. */
typedef struct sparkchat_stream sparkchat_stream;
/** Many streams that are driven by one thread. */
typedef struct sparkchat_group sparkchat_group;
/** One of the service's models, as the library knows it; static. */
typedef struct sparkchat_model sparkchat_model;
/** Questions and answers that belong together, with the tools that the
 *  model may call. */
typedef struct sparkchat_conversation sparkchat_conversation;
/** Where a tool of the host's puts what it returns. */
typedef struct sparkchat_tool_result sparkchat_tool_result;
/** One piece of an answer. */
typedef struct sparkchat_event sparkchat_event;
/** What has been received of an answer. */
typedef struct sparkchat_response sparkchat_response;
/** Why something failed. Never changes; may be read by any thread. */
typedef struct sparkchat_error sparkchat_error;

/** Results of calls. The numbers never change; new ones may be added. */
typedef enum sparkchat_status {
  SPARKCHAT_OK = 0,
  /** The answer is complete; there are no more events. */
  SPARKCHAT_DONE = 1,
  /** Nothing happened within the time given to the call. Nothing is lost. */
  SPARKCHAT_AGAIN = 2,
  /** A signal was handled during the wait. Nothing is lost; call again. */
  SPARKCHAT_INTERRUPTED = 3,
  /** The model calls tools, and waits for results that are the host's to give;
   *  see sparkchat_conversation_step(). */
  SPARKCHAT_TOOL_CALLS = 4,

  /* The caller's side: no byte was sent. */
  SPARKCHAT_ERR_INVALID_ARGUMENT = -1,
  SPARKCHAT_ERR_NO_MEMORY = -2,
  /** The call does not fit the object's state, or another thread uses it. */
  SPARKCHAT_ERR_STATE = -3,
  /** The object was made before fork(); make a new client in the child. */
  SPARKCHAT_ERR_FORKED = -5,
  /** Settings are missing or do not fit together. */
  SPARKCHAT_ERR_CONFIG = -6,
  /** A fault of the library. Please report it. */
  SPARKCHAT_ERR_INTERNAL = -9,

  /* The network. */
  SPARKCHAT_ERR_RESOLVE = -20,
  SPARKCHAT_ERR_CONNECT = -21,
  SPARKCHAT_ERR_IO = -22,
  /** A deadline passed; sparkchat_error_phase() says which. */
  SPARKCHAT_ERR_TIMEOUT = -23,

  /* TLS. */
  SPARKCHAT_ERR_TLS = -30,
  /** The server's certificate is not trusted, or is not for this host. */
  SPARKCHAT_ERR_CERTIFICATE = -31,

  /* HTTP and WebSocket. */
  /** The server refused the WebSocket upgrade, or points elsewhere; see
   *  sparkchat_error_http_status(). */
  SPARKCHAT_ERR_HANDSHAKE = -40,
  /** The server broke the protocol. */
  SPARKCHAT_ERR_PROTOCOL = -41,
  /** The server sent more than the limits allow. */
  SPARKCHAT_ERR_TOO_LARGE = -42,
  /** The connection ended before the answer did. */
  SPARKCHAT_ERR_TRUNCATED = -43,

  /* The service (protocol 2.5 and 5). */
  /** Credentials, signature, clock, or IP address refused. */
  SPARKCHAT_ERR_AUTH = -50,
  /** The service failed. */
  SPARKCHAT_ERR_SERVICE = -51,
  /** Too many requests a second, or at once. */
  SPARKCHAT_ERR_RATE_LIMITED = -52,
  /** The request or the answer was refused by moderation. */
  SPARKCHAT_ERR_CONTENT_FILTERED = -53,
  /** The service does not accept the request as it is. */
  SPARKCHAT_ERR_INVALID_REQUEST = -54,
  /** The app may not use this model or feature, or its tokens are used up. */
  SPARKCHAT_ERR_PERMISSION = -55,
  /** The daily allowance is used up. */
  SPARKCHAT_ERR_QUOTA = -56,
  /** The messages are longer than the model can take. */
  SPARKCHAT_ERR_CONTEXT_LENGTH = -57,
  /** The service has no capacity left at the moment. */
  SPARKCHAT_ERR_OVERLOADED = -58,

  /* Stopped. */
  SPARKCHAT_ERR_CANCELLED = -60,
  /** A callback of the caller's, for events or of a tool, asked to stop, or the
   *  limiter failed. */
  SPARKCHAT_ERR_CALLBACK = -61,
  /** The model went on asking for tools beyond the limit of rounds. */
  SPARKCHAT_ERR_TOOL_LIMIT = -62
} sparkchat_status;

/** How an answer ended. Whatever the outcome, the text received is kept. */
typedef enum sparkchat_outcome {
  /** Still running. */
  SPARKCHAT_OUTCOME_PENDING = 0,
  /** The service said that the answer is finished. */
  SPARKCHAT_OUTCOME_COMPLETE = 1,
  /** The connection ended before the answer did. */
  SPARKCHAT_OUTCOME_TRUNCATED = 2,
  SPARKCHAT_OUTCOME_CANCELLED = 3,
  SPARKCHAT_OUTCOME_TIMEOUT = 4,
  SPARKCHAT_OUTCOME_FAILED = 5
} sparkchat_outcome;

/** Why a complete answer ended, as the service says (protocol 10.5). Over
 *  WebSocket it says nothing of it: an answer that was cut at the limit of tokens
 *  cannot be told from a whole one there, except that
 *  SPARKCHAT_TOKENS_COMPLETION has reached the limit. */
typedef enum sparkchat_finish_reason {
  /** The service sent none. */
  SPARKCHAT_FINISH_NONE = 0,
  /** The model had said all. */
  SPARKCHAT_FINISH_STOP = 1,
  /** Cut at the limit of tokens. There may be no text at all, where the model
   *  spent them on reasoning. */
  SPARKCHAT_FINISH_LENGTH = 2,
  /** The model asks for tools. */
  SPARKCHAT_FINISH_TOOL_CALLS = 3,
  /** Moderation stopped it. */
  SPARKCHAT_FINISH_CONTENT_FILTER = 4,
  /** Another word, such as "abort":
   *  sparkchat_response_finish_reason_word(). */
  SPARKCHAT_FINISH_OTHER = 5
} sparkchat_finish_reason;

/** Codes of warnings that this library knows. The service may send others. */
typedef enum sparkchat_warning_code {
  SPARKCHAT_WARNING_NONE = 0,
  /** The tool choice demands a call, and the complete answer does not have it:
   *  some models ignore the demand (protocol 10.2). This is the library's own
   *  warning. */
  SPARKCHAT_WARNING_TOOL_NOT_CALLED = -1,
  /** The conversation tends to break the service's rules (protocol 5). */
  SPARKCHAT_WARNING_POLICY = 10019
} sparkchat_warning_code;

/** The phases of a request, each with its own deadline. */
typedef enum sparkchat_phase {
  SPARKCHAT_PHASE_NONE = 0,
  /** Looking up the host name. */
  SPARKCHAT_PHASE_RESOLVE = 1,
  /** Connecting to one of its addresses. */
  SPARKCHAT_PHASE_CONNECT = 2,
  SPARKCHAT_PHASE_TLS = 3,
  /** Asking the proxy for a connection. */
  SPARKCHAT_PHASE_PROXY = 4,
  /** The WebSocket upgrade. */
  SPARKCHAT_PHASE_UPGRADE = 5,
  /** From the request to the first message of the answer. */
  SPARKCHAT_PHASE_FIRST_TOKEN = 6,
  /** Between two messages of the answer. */
  SPARKCHAT_PHASE_IDLE = 7,
  /** The whole request, answer included. */
  SPARKCHAT_PHASE_TOTAL = 8,
  /** Waiting in line, where the client limits how much is asked. */
  SPARKCHAT_PHASE_QUEUE = 9
} sparkchat_phase;

/** How requests travel. */
typedef enum sparkchat_transport {
  /** What URL, model and credentials say. */
  SPARKCHAT_TRANSPORT_AUTO = 0,
  /** A signed WebSocket for each request (protocol 2.1, 3, 4): app id, API key
   *  and API secret; every model but the newest. */
  SPARKCHAT_TRANSPORT_WEBSOCKET = 1,
  /** The OpenAI-shaped endpoint (protocol 2.6, 6): API password, or API key and
   *  API secret; connections are kept for the next request. */
  SPARKCHAT_TRANSPORT_HTTP = 2
} sparkchat_transport;

/** Who said a message. */
typedef enum sparkchat_role {
  SPARKCHAT_ROLE_SYSTEM = 1,
  SPARKCHAT_ROLE_USER = 2,
  SPARKCHAT_ROLE_ASSISTANT = 3,
  /** The result of a tool: sparkchat_request_add_tool_result(). */
  SPARKCHAT_ROLE_TOOL = 4
} sparkchat_role;

/** Whether the model calls a tool (protocol 3.6). */
typedef enum sparkchat_tool_choice {
  /** As it thinks fit; the default. */
  SPARKCHAT_TOOL_CHOICE_AUTO = 0,
  /** Not in this answer. */
  SPARKCHAT_TOOL_CHOICE_NONE = 1,
  /** At least one. */
  SPARKCHAT_TOOL_CHOICE_REQUIRED = 2,
  /** The one that is named. */
  SPARKCHAT_TOOL_CHOICE_NAMED = 3
} sparkchat_tool_choice;

/** What the answer is to be (protocol 3.6). */
typedef enum sparkchat_response_format {
  SPARKCHAT_FORMAT_TEXT = 0,
  /** A JSON object; HTTP only. A message has to ask for JSON as well. */
  SPARKCHAT_FORMAT_JSON_OBJECT = 1
} sparkchat_response_format;

/** What a model may take or do (protocol 1.2). */
typedef enum sparkchat_feature {
  /** A system message. */
  SPARKCHAT_FEATURE_SYSTEM = 1,
  SPARKCHAT_FEATURE_TOOLS = 2,
  SPARKCHAT_FEATURE_WEB_SEARCH = 3,
  /** Names the sources of a web search. */
  SPARKCHAT_FEATURE_CITATIONS = 4,
  /** Thinks before it answers, and shows it. */
  SPARKCHAT_FEATURE_REASONING = 5,
  /** The model "image", over WebSocket only; hosted models, over HTTP only. */
  SPARKCHAT_FEATURE_IMAGES = 6,
  /** Over HTTP only. */
  SPARKCHAT_FEATURE_JSON_MODE = 7
} sparkchat_feature;

/** Whether a model has a feature. */
typedef enum sparkchat_support {
  /** A request that uses it is refused before it is sent. */
  SPARKCHAT_SUPPORT_NO = 0,
  SPARKCHAT_SUPPORT_YES = 1,
  /** Public sources disagree: a request that uses it is sent, with a warning in
   *  the log. */
  SPARKCHAT_SUPPORT_DISPUTED = 2
} sparkchat_support;

/** What an event tells. The list may grow: skip kinds you do not know. */
typedef enum sparkchat_event_kind {
  SPARKCHAT_EVENT_NONE = 0,
  /** Connected; the request is on its way, if there is one already. Once for
   *  each request, however often it is tried. */
  SPARKCHAT_EVENT_READY = 1,
  /** New text of the answer: sparkchat_event_text(). */
  SPARKCHAT_EVENT_TEXT = 2,
  /** New text of the model's reasoning: sparkchat_event_text(). */
  SPARKCHAT_EVENT_REASONING = 3,
  /** The model asks for a tool: sparkchat_event_tool_call_name(). */
  SPARKCHAT_EVENT_TOOL_CALL = 4,
  /** A source that the web search found: sparkchat_event_citation_url(). */
  SPARKCHAT_EVENT_CITATION = 5,
  /** Token counts: sparkchat_event_tokens(). */
  SPARKCHAT_EVENT_USAGE = 6,
  /** The answer stands, but the service warns, or the library does: see
   *  sparkchat_warning_code, sparkchat_event_warning_code(), _text(). */
  SPARKCHAT_EVENT_WARNING = 7
} sparkchat_event_kind;

/** Token counts (protocol 4.1 and 10.5). */
typedef enum sparkchat_tokens {
  /** The last message alone; reserved by the service. */
  SPARKCHAT_TOKENS_QUESTION = 1,
  /** All that was sent, history included. */
  SPARKCHAT_TOKENS_PROMPT = 2,
  SPARKCHAT_TOKENS_COMPLETION = 3,
  /** Prompt and completion: what is billed. */
  SPARKCHAT_TOKENS_TOTAL = 4,
  /** The part of the prompt that the service had kept from earlier requests.
   *  Hosted models only, as the next. */
  SPARKCHAT_TOKENS_CACHED = 5,
  /** The part of the completion that is reasoning. */
  SPARKCHAT_TOKENS_REASONING = 6
} sparkchat_tokens;

/** Whether a reasoning model thinks before it answers (protocol 3.3, 10.2). */
typedef enum sparkchat_thinking {
  SPARKCHAT_THINKING_DISABLED = 0,
  SPARKCHAT_THINKING_ENABLED = 1,
  /** The model decides; hosted models are sent nothing. */
  SPARKCHAT_THINKING_AUTO = 2
} sparkchat_thinking;

/** Web search (protocol 3.4). */
typedef enum sparkchat_search {
  SPARKCHAT_SEARCH_DISABLED = 0,
  /** Short excerpts of the pages found. */
  SPARKCHAT_SEARCH_NORMAL = 1,
  /** Whole pages; more tokens. */
  SPARKCHAT_SEARCH_DEEP = 2
} sparkchat_search;

/** What the vector of a text is for (protocol 3.8). */
typedef enum sparkchat_embedding_domain {
  /** A paragraph of a document, which is to be found. */
  SPARKCHAT_EMBEDDING_PARA = 1,
  /** A question, which is to find paragraphs. */
  SPARKCHAT_EMBEDDING_QUERY = 2
} sparkchat_embedding_domain;

/** Where the time of a request went. */
typedef enum sparkchat_timing {
  /** Waiting in line; 0 where nothing limits the client. */
  SPARKCHAT_TIMING_QUEUE = 1,
  /** How long each part of connecting took; 0 on a warm connection. These are
   *  of the last attempt. */
  SPARKCHAT_TIMING_RESOLVE = 2,
  SPARKCHAT_TIMING_CONNECT = 3,
  SPARKCHAT_TIMING_TLS = 4,
  SPARKCHAT_TIMING_UPGRADE = 5,
  /** From the request to what is named; connecting counts, where the request
   *  had to wait for it. */
  SPARKCHAT_TIMING_FIRST_REASONING = 6,
  SPARKCHAT_TIMING_FIRST_TEXT = 7,
  SPARKCHAT_TIMING_LAST = 8,
  SPARKCHAT_TIMING_TOTAL = 9
} sparkchat_timing;

/** How the connection of a request came about. */
typedef enum sparkchat_connection {
  SPARKCHAT_CONNECTION_NONE = 0,
  /** Made for this request, with a full TLS handshake where there is one. */
  SPARKCHAT_CONNECTION_COLD = 1,
  /** Made for this request, with a TLS session of an earlier connection. */
  SPARKCHAT_CONNECTION_RESUMED = 2,
  /** There before the request was. */
  SPARKCHAT_CONNECTION_WARM = 3
} sparkchat_connection;

/** How much a log tells: each level includes the ones before it. */
typedef enum sparkchat_log_level {
  /** Nothing at present: what fails is returned to whoever asked. */
  SPARKCHAT_LOG_ERROR = 1,
  /** What nobody is told otherwise, or what is worth a look though the answer
   *  stands: a wrong clock that is corrected, an option that the model may not
   *  take, a warning of the service. */
  SPARKCHAT_LOG_WARNING = 2,
  /** What happens to a request: connected, tried again, complete, failed,
   *  stopped. */
  SPARKCHAT_LOG_INFO = 3,
  /** The phases of connecting, and calls of tools. */
  SPARKCHAT_LOG_DEBUG = 4
} sparkchat_log_level;

/** Called once when the last object that may call back is gone; it may free
 *  `user_data`. Runs on the thread that freed that object; where the function
 *  that takes it fails, or is given no callback, on this one before it returns.
 */
typedef void (*sparkchat_destroy_fn)(void *user_data);

/* ------------------------------------------------------------------------
 * Names
 * ------------------------------------------------------------------------ */

/** @return The constant's name, "SPARKCHAT_ERR_TIMEOUT"; "unknown" for a number
 *  that is none; static. Threads: any. */
SPARKCHAT_API const char *sparkchat_status_name(sparkchat_status status);

/** @return "complete", "truncated", ...; static. Threads: any. */
SPARKCHAT_API const char *sparkchat_outcome_name(sparkchat_outcome outcome);

/** @return "resolve", "connect", ...; static. Threads: any. */
SPARKCHAT_API const char *sparkchat_phase_name(sparkchat_phase phase);

/** @return "text", "reasoning", ...; static. Threads: any. */
SPARKCHAT_API const char *sparkchat_event_kind_name(sparkchat_event_kind kind);

/** @return "tool not called", "policy", "none"; "unknown" for any other code;
 *  static. Threads: any. */
SPARKCHAT_API const char *
sparkchat_warning_code_name(sparkchat_warning_code code);

/** @return "WebSocket", "HTTP", or "auto"; static. Threads: any. */
SPARKCHAT_API const char *
sparkchat_transport_name(sparkchat_transport transport);

/** The same for the other enumerations: a constant's last words, in small letters
 *  and with spaces: "first token"; "unknown" for any other number; static.
 *  Threads: any. */
SPARKCHAT_API const char *sparkchat_role_name(sparkchat_role role);
/** @see sparkchat_role_name() */
SPARKCHAT_API const char *
sparkchat_tool_choice_name(sparkchat_tool_choice tool_choice);
/** @see sparkchat_role_name() */
SPARKCHAT_API const char *
sparkchat_response_format_name(sparkchat_response_format response_format);
/** @see sparkchat_role_name() */
SPARKCHAT_API const char *sparkchat_feature_name(sparkchat_feature feature);
/** @see sparkchat_role_name() */
SPARKCHAT_API const char *sparkchat_support_name(sparkchat_support support);
/** @see sparkchat_role_name() */
SPARKCHAT_API const char *sparkchat_tokens_name(sparkchat_tokens tokens);
/** @see sparkchat_role_name() */
SPARKCHAT_API const char *
sparkchat_finish_reason_name(sparkchat_finish_reason finish_reason);
/** @see sparkchat_role_name() */
SPARKCHAT_API const char *sparkchat_thinking_name(sparkchat_thinking thinking);
/** @see sparkchat_role_name() */
SPARKCHAT_API const char *sparkchat_search_name(sparkchat_search search);
/** @see sparkchat_role_name() */
SPARKCHAT_API const char *
sparkchat_embedding_domain_name(sparkchat_embedding_domain embedding_domain);
/** @see sparkchat_role_name() */
SPARKCHAT_API const char *sparkchat_timing_name(sparkchat_timing timing);
/** @see sparkchat_role_name() */
SPARKCHAT_API const char *
sparkchat_connection_name(sparkchat_connection connection);
/** @see sparkchat_role_name() */
SPARKCHAT_API const char *
sparkchat_log_level_name(sparkchat_log_level log_level);

/* ------------------------------------------------------------------------
 * Errors
 *
 * Accessors take an error and return what it knows. Strings are borrowed until
 * the error is freed. No error text ever holds a credential or a signature.
 * Threads: any, also several at once.
 * ------------------------------------------------------------------------ */

/** @return The status that the failed call returned; SPARKCHAT_OK for NULL. */
SPARKCHAT_API sparkchat_status
sparkchat_error_status(const sparkchat_error *error);

/** @return What went wrong, in one line; never NULL, "" for NULL. */
SPARKCHAT_API const char *sparkchat_error_message(const sparkchat_error *error);

/** @return What to do about it, in one line; never NULL, "" where there is
 *  nothing to say. */
SPARKCHAT_API const char *sparkchat_error_hint(const sparkchat_error *error);

/** @return The service's own code (protocol 5), such as 11200; 0 where the
 *  failure is not the service's. */
SPARKCHAT_API int sparkchat_error_service_code(const sparkchat_error *error);

/** @return The service's id of the request, for its support; NULL where none
 *  was received. */
SPARKCHAT_API const char *sparkchat_error_sid(const sparkchat_error *error);

/** @return The HTTP status of a refused upgrade or request, such as 401; 0
 *  where there is none. */
SPARKCHAT_API int sparkchat_error_http_status(const sparkchat_error *error);

/** @return The body of a refusal, at most its first 8 KiB; NULL where there is
 *  none. */
SPARKCHAT_API const char *
sparkchat_error_http_body(const sparkchat_error *error);

/** @return The `Date` header of a refusal; NULL where there is none.
 */
SPARKCHAT_API const char *
sparkchat_error_server_date(const sparkchat_error *error);

/** How far this machine's clock is from the server's. The service refuses a
 *  signature that is more than 300 s off (protocol 2.4).
 *
 *  @param[out] seconds  Positive: our clock is ahead. May be NULL.
 *  @return 1 where it is known, otherwise 0. */
SPARKCHAT_API int sparkchat_error_clock_skew(const sparkchat_error *error,
                                             int64_t *seconds);

/** @return How long the server asks to be left alone, in ms (`Retry-After`); -1
 *  where it does not say. Retries wait that long, if their budget allows it. */
SPARKCHAT_API int64_t
sparkchat_error_retry_after_ms(const sparkchat_error *error);

/** @return The errno behind the failure; 0 where there is none. */
SPARKCHAT_API int sparkchat_error_os_errno(const sparkchat_error *error);

/** @return The phase in which the request failed; for
 *  SPARKCHAT_ERR_TIMEOUT, whose deadline passed. */
SPARKCHAT_API sparkchat_phase
sparkchat_error_phase(const sparkchat_error *error);

/** @return 1 where the same request may well succeed later, unchanged;
 *  otherwise 0. */
SPARKCHAT_API int sparkchat_error_retryable(const sparkchat_error *error);

/** Frees an error. */
SPARKCHAT_API void sparkchat_error_free(sparkchat_error *error);

/* ------------------------------------------------------------------------
 * Config
 *
 * Builder of a client. Threads: one at a time. Setters return SPARKCHAT_OK or
 * SPARKCHAT_ERR_INVALID_ARGUMENT. Strings are NUL-terminated and copied;
 * secrets are wiped from memory when the last object that needs them is freed.
 * ------------------------------------------------------------------------ */

/** Called for each entry of the log.
 *
 *  @param message    What happened, in one line; borrowed for the call.
 *  @param fields     More about it, as a JSON object: {"attempt":1};
 *                    borrowed for the call. Credentials, signatures, messages
 *                    and answers are in neither.
 *  @param user_data  As given with the callback.
 *
 *  Runs on the thread that made the call, inside the call; a client that is
 *  shared by threads calls it from all of them. It must not call back into the
 *  objects of that call. */
typedef void (*sparkchat_log_fn)(sparkchat_log_level level, const char *message,
                                 const char *fields, void *user_data);

/** @return A config with the defaults: the model "max", over WebSocket unless an
 *  API password is set. Never NULL. Ownership: the caller's, to be freed
 *  with sparkchat_config_free(). */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_config *
sparkchat_config_new(void);

/** Frees a config. Clients made from it live on. */
SPARKCHAT_API void sparkchat_config_free(sparkchat_config *config);

/** @param app_id  The APPID of the console: 1 to 64 visible ASCII characters. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_app_id(
    sparkchat_config *config, const char *app_id, sparkchat_error **error);

/** @param api_key  The APIKey of the console: 1 to 256 visible ASCII
 *                  characters, no quotation mark. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_api_key(
    sparkchat_config *config, const char *api_key, sparkchat_error **error);

/** @param api_secret  The APISecret of the console, as it stands there: 1 to
 *                     256 visible ASCII characters, no quotation mark. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_api_secret(
    sparkchat_config *config, const char *api_secret, sparkchat_error **error);

/** @param api_password  The APIPassword of the console, for HTTP: each model has
 *                       its own. 1 to 256 visible ASCII characters, no quotation
 *                       mark. Without it, HTTP uses API key and API secret
 *                       (protocol 2.6). */
SPARKCHAT_API sparkchat_status sparkchat_config_set_api_password(
    sparkchat_config *config, const char *api_password,
    sparkchat_error **error);

/** How requests travel. By default the URL's scheme says it; without a URL, a
 *  model that is served in both ways is asked over HTTP where an API password is
 *  set, and over WebSocket otherwise.
 *
 *  @param transport  One that does not fit the URL, the model, or the
 *                    credentials is an error of sparkchat_client_new(). */
SPARKCHAT_API sparkchat_status sparkchat_config_set_transport(
    sparkchat_config *config, sparkchat_transport transport,
    sparkchat_error **error);

/** Chooses a model by name: this gives URL and domain, and the limits that
 *  requests are checked against. sparkchat_model_at() lists the names.
 *
 *  @param model  Such as "4.0Ultra", "max", or "x1"; not case-sensitive. With a
 *                URL, a name that the library does not know is sent as it is. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_model(
    sparkchat_config *config, const char *model, sparkchat_error **error);

/** Where to ask, if not where the model or the domain says. Its scheme says
 *  which transport is used.
 *
 *  @param url  wss://host[:port]/path[?query], or for HTTP https://..., with or
 *              without the "/chat/completions" that its path ends in. ws:// and
 *              http:// are not encrypted and only used when written so.
 *
 *  The host says which plan for hosted models it is (protocol 10.1); each has
 *  keys of its own, and the model's id is set as the domain:
 *    https://maas-api.cn-huabei-1.xf-yun.com/v2         MaaS; /v1 for services
 *                                                       published before 2026-01-10
 *    https://maas-token-api.cn-huabei-1.xf-yun.com/v2   Token Plan
 *    https://maas-coding-api.cn-huabei-1.xf-yun.com/v2  Coding Plan, whose terms
 *                                                       are for coding tools, not
 *                                                       for backends or batches
 *  The library speaks OpenAI's shape: their /anthropic is refused by
 *  sparkchat_client_new().
 *
 *  A host that is not one of xf-yun.com is a gateway: a model that is set is
 *  asked there, under the path that the service has for it, and in its
 *  transport, with the scheme that goes with it; host, port, query, TLS or not,
 *  and what stands before the service's path stay. So ws://gateway/spark/v3.5/chat
 *  with the model "x2-flash" is http://gateway/spark/agent/v1/chat/completions.
 *  A path that the service does not have is the gateway's own, and stays; a URL
 *  and a domain that are set together are taken as they are. What replaces the
 *  URL is logged (INFO). */
SPARKCHAT_API sparkchat_status sparkchat_config_set_url(
    sparkchat_config *config, const char *url, sparkchat_error **error);

/** Which model to ask, in the service's own word (protocol 1.1), such as
 *  "generalv3.5": `domain` over WebSocket, `model` over HTTP. Each WebSocket URL
 *  of the service has its own; without a URL, the domain gives it.
 *
 *  @param domain  1 to 128 characters. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_domain(
    sparkchat_config *config, const char *domain, sparkchat_error **error);

/** Where the vectors of texts are asked for, if not at the service's own address.
 *
 *  @param url  https://host[:port]/[path][?query]; http:// is not encrypted and
 *              only used when written so. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_embedding_url(
    sparkchat_config *config, const char *url, sparkchat_error **error);

/** Whom the requests come from, for the service's moderation and limits.
 *
 *  @param user_id  1 to 32 characters (protocol 3.2). */
SPARKCHAT_API sparkchat_status sparkchat_config_set_user_id(
    sparkchat_config *config, const char *user_id, sparkchat_error **error);

/** Fine-tuned models (MaaS): which adaptation to use. Sent as `patch_id` over
 *  WebSocket and as `lora_id` over HTTP.
 *
 *  @param patch_id  The resource id of the console, 1 to 32 visible ASCII
 *                   characters; "0" is the base model (protocol 1.3). */
SPARKCHAT_API sparkchat_status sparkchat_config_set_patch_id(
    sparkchat_config *config, const char *patch_id, sparkchat_error **error);

/** Trusts the certificates of a file instead of the system's. Each is trusted as
 *  it stands: a root, an authority below one, or a server's own certificate.
 *
 *  Without this and sparkchat_config_set_ca_directory(), SSL_CERT_FILE (a PEM
 *  file) and SSL_CERT_DIR (directories, separated by ":") replace the system's
 *  certificates. What they name and is missing is passed over while anything is
 *  left to trust; in set-uid programs they do not count.
 *
 *  @param path  A PEM file, read by sparkchat_client_new(). */
SPARKCHAT_API sparkchat_status sparkchat_config_set_ca_file(
    sparkchat_config *config, const char *path, sparkchat_error **error);

/** Trusts the certificates of a directory instead of the system's.
 *
 *  @param path  A directory as `openssl rehash` prepares it; several are
 *               separated by ":". */
SPARKCHAT_API sparkchat_status sparkchat_config_set_ca_directory(
    sparkchat_config *config, const char *path, sparkchat_error **error);

/** Takes what is not set yet from the environment: IFLYTEK_SPARK_APP_ID,
 *  _API_KEY, _API_SECRET, _API_PASSWORD, _API_URL, _LLM_DOMAIN, _EMBEDDING_URL;
 *  where one of these is missing or empty, the official SDK's SPARKAI_APP_ID, _API_KEY,
 *  _API_SECRET, _URL, _DOMAIN. A password from here only chooses HTTP where the
 *  other credentials are not complete. What is set wins, whether before or
 *  afterwards; a model, a URL, or a domain that is set replaces both URL and
 *  domain of the environment. But where the environment's URL is one of a
 *  gateway, the model or domain is asked at that gateway; see
 *  sparkchat_config_set_url().
 *
 *  For tests, SPARKCHAT_TEST_SERVICE is a URL such as ws://127.0.0.1:4000 whose
 *  server is asked in place of all hosts of the service's own, whatever is set.
 *
 *  The library reads these variables in no other call.
 *
 *  Threads: no other thread may change the environment meanwhile.
 *  Errors: SPARKCHAT_ERR_INVALID_ARGUMENT names a variable with a bad value. */
SPARKCHAT_API sparkchat_status sparkchat_config_load_environment(
    sparkchat_config *config, sparkchat_error **error);

/* Deadlines, in ms; 0 switches one off, negative values are refused. A deadline
 * that passes ends the request with SPARKCHAT_ERR_TIMEOUT. */

/** @param timeout_ms  For looking up the host name, and waiting for a thread to
 *                     do so; default 10,000 ms. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_resolve_timeout(
    sparkchat_config *config, int timeout_ms, sparkchat_error **error);

/** @param timeout_ms  For connecting to any of the host's addresses; default
 *                     10,000 ms. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_connect_timeout(
    sparkchat_config *config, int timeout_ms, sparkchat_error **error);

/** @param timeout_ms  For the TLS handshake; default 10,000 ms. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_tls_timeout(
    sparkchat_config *config, int timeout_ms, sparkchat_error **error);

/** @param timeout_ms  For the WebSocket upgrade; default 15,000 ms. Over HTTP
 *                     there is none: waiting counts as the first token's. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_upgrade_timeout(
    sparkchat_config *config, int timeout_ms, sparkchat_error **error);

/** @param timeout_ms  From the request to the first message of the answer;
 *                     default 120,000 ms (the service may need 60 s, protocol
 *                     4.8), and 300,000 ms for reasoning models. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_first_token_timeout(
    sparkchat_config *config, int timeout_ms, sparkchat_error **error);

/** @param timeout_ms  Between two messages of the answer; default 120,000 ms. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_idle_timeout(
    sparkchat_config *config, int timeout_ms, sparkchat_error **error);

/** What the host does between two calls of sparkchat_stream_next counts as well.
 *  In a group it does not, unless somebody watches its descriptor: an answer is
 *  not too late because the host was busy with another one.
 *
 *  @param timeout_ms  For the whole request; default 0: as long as each phase
 *                     keeps its own deadline, an answer may take its time. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_total_timeout(
    sparkchat_config *config, int timeout_ms, sparkchat_error **error);

/** @param timeout_ms  For waiting in line, where the client limits how much is
 *                     asked; default 60,000 ms. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_queue_timeout(
    sparkchat_config *config, int timeout_ms, sparkchat_error **error);

/** After the last message of an answer, how long to wait for a late warning of
 *  the service (10019), for its close, or over HTTP for the end of the body,
 *  behind which the connection is kept. The service does so at once; this only
 *  bounds the wait for a server that does not. The events of the answer are not
 *  held back meanwhile, only SPARKCHAT_DONE is.
 *
 *  @param timeout_ms  Default 1,000 ms; 0 does not wait. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_close_timeout(
    sparkchat_config *config, int timeout_ms, sparkchat_error **error);

/** The largest message accepted from the server; a larger one ends the request
 *  with SPARKCHAT_ERR_TOO_LARGE.
 *
 *  @param bytes  1,024 to 1 GiB; default 4 MiB. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_max_message_size(
    sparkchat_config *config, size_t bytes, sparkchat_error **error);

/** The largest answer kept: text and reasoning together, tool calls, and
 *  citations. A larger one ends the request with SPARKCHAT_ERR_TOO_LARGE.
 *
 *  @param bytes  1,024 to 1 GiB; default 64 MiB. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_max_answer_size(
    sparkchat_config *config, size_t bytes, sparkchat_error **error);

/** Keeps what the service says as it came, for sparkchat_response_raw(): for
 *  fields that this library does not read, and to look into problems.
 *
 *  @param enabled  Default 0: nothing is kept. Otherwise it counts towards
 *                  sparkchat_config_set_max_answer_size(). */
SPARKCHAT_API sparkchat_status sparkchat_config_set_keep_raw(
    sparkchat_config *config, int enabled, sparkchat_error **error);

/* Retries. What may pass by itself is tried again: failures to connect, a
 * connection that ends before the service has the request, and the service's
 * transient codes (protocol 5) - but never once a part of the answer has been
 * delivered, and never while the caller's other request is still running
 * (10006, 10007).
 *
 * Twice asked is twice billed. Where a connection ends without an answer,
 * whether closed, reset or silent, and whatever its close code, the request is
 * only tried again where the system says that nothing of it was acknowledged.
 * Otherwise the service may have it: SPARKCHAT_ERR_TRUNCATED says so, and
 * nothing is asked again. A connection that was kept, or made before its
 * request, is replaced, which is no attempt; it also counts as ended where
 * nobody acknowledges the request within the connect timeout.
 *
 * Between attempts the library waits for a random time, up to the base for the
 * first, twice that for the second, and so on (full jitter); where a limit of
 * the service was met, for all of that time. */

/** @param attempts  How often to try in all, 1 to 10; default 3. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_max_attempts(
    sparkchat_config *config, int attempts, sparkchat_error **error);

/** @param budget_ms  No attempt begins later than this after the first one, not
 *                    even where it had to wait in line, or the stream was not
 *                    driven: the failure before it stands. Default 60,000 ms. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_retry_budget(
    sparkchat_config *config, int budget_ms, sparkchat_error **error);

/** @param base_ms  The longest wait before the second attempt; default 500 ms.
 *  @param max_ms   The longest wait before any; default 8,000 ms. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_retry_backoff(
    sparkchat_config *config, int base_ms, int max_ms, sparkchat_error **error);

/** Where the service refuses a signature because this machine's clock is wrong,
 *  signs once more with the service's time, and goes on with it. This one
 *  attempt is made whatever the number of attempts and the budget are.
 *
 *  @param enabled  1 or 0; default 0. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_clock_correction(
    sparkchat_config *config, int enabled, sparkchat_error **error);

/* Pacing: a burst of requests waits in line instead of being refused with
 * 11202 or 11203. The limits hold for all streams of a client together. Where
 * the service refuses an attempt because there are too many, or because it is
 * busy (protocol 5), the whole client pauses for the retry backoff, asks less,
 * and asks a little more with each answer until it is refused again. A
 * stream joins the line when it is first driven. One that is not there a second
 * after its turn has come lets the others pass, and keeps its place for when it
 * is driven again. */

/** @param per_second  Requests begun in a second, 0.001 to 100,000; 0 is no
 *                     limit, the default. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_max_rate(
    sparkchat_config *config, double per_second, sparkchat_error **error);

/** @param requests  Requests under way at once, 1 to 1,000,000; 0 is no
 *                    limit, the default. One is under way until its stream has
 *                    told its end, or is freed. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_max_concurrency(
    sparkchat_config *config, int requests, sparkchat_error **error);

/** Asked before each attempt, the first and all others, once the client's own
 *  limits let it begin.
 *
 *  @param attempt  A number that no other attempt in this process has.
 *  @return 0: it may begin, and counts until sparkchat_release_fn; positive: when
 *          to ask again, in milliseconds; negative: the limiter has failed, and
 *          so does the stream, with SPARKCHAT_ERR_CALLBACK. It must not wait:
 *          all that the thread drives would wait, too.
 *
 *  All three run inside a call on the client's streams, on the thread that made
 *  it, or that frees the stream; a client that is shared by threads calls them
 *  from all of them. They must not call back into the objects of that call. */
typedef int (*sparkchat_acquire_fn)(int64_t attempt, void *user_data);

/** Told what becomes of an attempt that has begun.
 *
 *  @param status        SPARKCHAT_OK once the service answers; the error's
 *                       status where the attempt fails, also if it is going to
 *                       be repeated.
 *  @param service_code  The service's code (protocol 5), or 0. */
typedef void (*sparkchat_report_fn)(int64_t attempt, sparkchat_status status,
                                    int service_code, void *user_data);

/** Told that an attempt is over. Called once for each that has begun. */
typedef void (*sparkchat_release_fn)(int64_t attempt, void *user_data);

/** Has somebody else decide when a question may be asked: for limits that are
 *  shared by clients, processes or machines. Only the first in the client's line
 *  asks it. The time in line counts as always: see
 *  sparkchat_config_set_queue_timeout().
 *
 *  @param on_acquire  NULL ends limiting.
 *  @param on_report   See sparkchat_report_fn.
 *  @param on_release  See sparkchat_release_fn.
 *  @param user_data   Handed to the callbacks.
 *  @param destroy     See sparkchat_destroy_fn; may be NULL.
 *  @return SPARKCHAT_ERR_INVALID_ARGUMENT: one of the callbacks is missing. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_limiter(
    sparkchat_config *config, sparkchat_acquire_fn on_acquire,
    sparkchat_report_fn on_report, sparkchat_release_fn on_release,
    void *user_data, sparkchat_destroy_fn destroy, sparkchat_error **error);

/** @param connections  How many connections over HTTP a client keeps for the next
 *                      requests to each server: 0 to 10,000; default 8. One that has been
 *                      idle for 30 s is not used any more; it is closed with
 *                      the next request over HTTP, or with the client. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_max_idle_connections(
    sparkchat_config *config, int connections, sparkchat_error **error);

/** Lets the system watch over connections on which nothing happens (TCP
 *  keepalive), so that routers on the way do not forget them while a model
 *  thinks, and a peer that has vanished is noticed: it is given up after twice
 *  this time, or 6 s later where that is longer, also where nobody acknowledges
 *  what was sent.
 *
 *  @param idle_ms  After how long without a word the peer is probed, in steps
 *                  of a second: 1,000 to 32,767,000; 0 is never. Default
 *                  60,000 ms. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_keepalive(
    sparkchat_config *config, int idle_ms, sparkchat_error **error);

/** Connects through a proxy.
 *
 *  @param url  http://[user:password@]host[:port] uses HTTP CONNECT,
 *              socks5://[user:password@]host[:port] uses SOCKS 5; the proxy
 *              looks up the server's name. socks5h:// and socks:// mean the
 *              same. Without a scheme it is http://; the default ports are 80
 *              and 1080. "" is no proxy, the default. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_proxy(
    sparkchat_config *config, const char *url, sparkchat_error **error);

/** Takes the proxy from https_proxy or all_proxy (in small or capital letters),
 *  unless one is set, or no_proxy names the server's host.
 *
 *  Threads: no other thread may change the environment meanwhile.
 *  Errors: where the proxy would be used and its variable has a bad value,
 *  sparkchat_client_new() fails with SPARKCHAT_ERR_INVALID_ARGUMENT and names
 *  the variable. */
SPARKCHAT_API sparkchat_status sparkchat_config_load_proxy_environment(
    sparkchat_config *config, sparkchat_error **error);

/** Shows the server a certificate of our own.
 *
 *  @param certificate  A PEM file: the certificate, and what leads to its root.
 *  @param key          A PEM file with its private key, not encrypted.
 *  Both are read by sparkchat_client_new(). */
SPARKCHAT_API sparkchat_status sparkchat_config_set_client_certificate(
    sparkchat_config *config, const char *certificate, const char *key,
    sparkchat_error **error);

/** Accepts only servers with a certain public key, over and above the usual
 *  checks.
 *
 *  @param pins  "sha256//" and the Base64 of the key's SHA-256 (of its
 *               SubjectPublicKeyInfo); several are separated by ";". */
SPARKCHAT_API sparkchat_status sparkchat_config_set_pinned_public_key(
    sparkchat_config *config, const char *pins, sparkchat_error **error);

/** Sends a log to the caller.
 *
 *  @param level      How much to tell.
 *  @param on_log     See sparkchat_log_fn; NULL ends logging.
 *  @param user_data  Handed to the callback.
 *  @param destroy    See sparkchat_destroy_fn; may be NULL. */
SPARKCHAT_API sparkchat_status
sparkchat_config_set_log(sparkchat_config *config, sparkchat_log_level level,
                         sparkchat_log_fn on_log, void *user_data,
                         sparkchat_destroy_fn destroy, sparkchat_error **error);

/* ------------------------------------------------------------------------
 * Client
 * ------------------------------------------------------------------------ */

/** Called for each event.
 *
 *  @param event      The event; borrowed until the callback returns.
 *  @param user_data  As given with the callback.
 *  @return 0 to go on; anything else cancels the request, and the call returns
 *          SPARKCHAT_ERR_CALLBACK.
 *
 *  Runs on the thread that made the call. It must not throw or longjmp out. */
typedef int (*sparkchat_event_fn)(const sparkchat_event *event,
                                  void *user_data);

/** Checks the config and makes a client of it. Nothing goes over the network.
 *
 *  @param config       Copied; may be changed or freed afterwards.
 *  @param[out] client  The client, or NULL on failure.
 *  @return SPARKCHAT_OK; SPARKCHAT_ERR_CONFIG: something is missing or does not
 *          fit together, and the error says what to set; SPARKCHAT_ERR_TLS:
 *          trusted certificates could not be read, or OpenSSL's configuration
 *          allows neither TLS 1.2 nor 1.3; or the failure of an earlier setter.
 *  Ownership: the client is the caller's, to be freed with
 *  sparkchat_client_free(). Threads: one at a time for each config.
 */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status
sparkchat_client_new(const sparkchat_config *config, sparkchat_client **client,
                     sparkchat_error **error);

/** Frees a client. Streams that were opened with it go on.
 *  Threads: any. */
SPARKCHAT_API void sparkchat_client_free(sparkchat_client *client);

/** @return The URL in use, without any signature; borrowed until the client is
 *  freed. Threads: any. */
SPARKCHAT_API const char *sparkchat_client_url(const sparkchat_client *client);

/** @return The domain in use; borrowed until the client is freed.
 *  Threads: any. */
SPARKCHAT_API const char *
sparkchat_client_domain(const sparkchat_client *client);

/** @return The transport in use; SPARKCHAT_TRANSPORT_AUTO for NULL.
 *  Threads: any. */
SPARKCHAT_API sparkchat_transport
sparkchat_client_transport(const sparkchat_client *client);

/** @return The model whose limits requests are checked against; NULL where the
 *  library does not know it. Static. Threads: any. */
SPARKCHAT_API const sparkchat_model *
sparkchat_client_model(const sparkchat_client *client);

/** Asks and waits for the whole answer. Signals that are handled meanwhile do
 *  not end the call; a program that must react to them uses
 *  sparkchat_client_open().
 *
 *  @param[out] response  What was received, also when the call fails; NULL only
 *                        where the request could not be sent at all.
 *                        Ownership: the caller's, to be freed with
 *                        sparkchat_response_free(). May be NULL.
 *  @return SPARKCHAT_OK: the answer is complete. Otherwise the error of the
 *          request, as sparkchat_client_open() and sparkchat_stream_next()
 *          list them.
 *  Threads: any number at once. */
SPARKCHAT_API sparkchat_status sparkchat_client_invoke(
    const sparkchat_client *client, const sparkchat_request *request,
    sparkchat_response **response, sparkchat_error **error);

/** Asks, and calls back for each event of the answer.
 *
 *  @param on_event       Called on this thread, inside this call; see
 *                        sparkchat_event_fn.
 *  @param user_data      Handed to the callback.
 *  @param[out] response  As for sparkchat_client_invoke().
 *  @return As sparkchat_client_invoke(); SPARKCHAT_ERR_CALLBACK: the callback
 *          asked to stop.
 *  Threads: any number at once. */
SPARKCHAT_API sparkchat_status sparkchat_client_stream(
    const sparkchat_client *client, const sparkchat_request *request,
    sparkchat_event_fn on_event, void *user_data, sparkchat_response **response,
    sparkchat_error **error);

/** Starts a request. The work is done by sparkchat_stream_next().
 *
 *  @param[out] stream  The stream, or NULL on failure. Ownership: the
 *                      caller's, to be freed with sparkchat_stream_free().
 *  @return SPARKCHAT_OK; SPARKCHAT_ERR_INVALID_ARGUMENT: the request is not one
 *          that the model takes, and the error says what is wrong with it; or
 *          the failure of an earlier setter.
 *  Threads: any number at once. */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status sparkchat_client_open(
    const sparkchat_client *client, const sparkchat_request *request,
    sparkchat_stream **stream, sparkchat_error **error);

/** Connects before the request is known, so that the first token of the answer
 *  is one round trip away once it is: sparkchat_stream_next() or
 *  sparkchat_group_next() does the work and tells SPARKCHAT_EVENT_READY, and
 *  sparkchat_stream_send() asks. The service keeps such a connection for 60 s
 *  (protocol 4.8); one that is older or has died is replaced when it is used.
 *
 *  @param[out] stream  As for sparkchat_client_open().
 *  Threads: any number at once. */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status
sparkchat_client_connect(const sparkchat_client *client,
                         sparkchat_stream **stream, sparkchat_error **error);

/* ------------------------------------------------------------------------
 * Model
 *
 * The table of the service's models (protocol 1). What it says is static.
 * Threads: any.
 * ------------------------------------------------------------------------ */

/** @return How many models there are. */
SPARKCHAT_API size_t sparkchat_model_count(void);

/** @param at  0 to the count - 1; the first is the one that is asked by default.
 *  @return The model; NULL where there is none at that place. */
SPARKCHAT_API const sparkchat_model *sparkchat_model_at(size_t at);

/** @param name  A name or another name; not case-sensitive.
 *  @return The model; NULL where there is none. */
SPARKCHAT_API const sparkchat_model *sparkchat_model_find(const char *name);

/** @return Its name, as for sparkchat_config_set_model(). */
SPARKCHAT_API const char *sparkchat_model_name(const sparkchat_model *model);

/** @param at  From 0 on.
 *  @return Another name for it; NULL where there are no more. */
SPARKCHAT_API const char *sparkchat_model_alias(const sparkchat_model *model,
                                                size_t at);

/** @param transport  WEBSOCKET or HTTP.
 *  @return Where it is asked; NULL where it is not served so, or the address is
 *          not known. */
SPARKCHAT_API const char *sparkchat_model_url(const sparkchat_model *model,
                                              sparkchat_transport transport);

/** @param transport  WEBSOCKET or HTTP.
 *  @return What the service calls it; NULL where it is not served so, or the
 *          name is the caller's own (MaaS and the plans). */
SPARKCHAT_API const char *sparkchat_model_domain(const sparkchat_model *model,
                                                 sparkchat_transport transport);

/** @return How many tokens the messages may have; -1 where that is not known.
 *          Where public sources disagree, the smaller number. */
SPARKCHAT_API int64_t
sparkchat_model_context_tokens(const sparkchat_model *model);

/** @return The largest max_tokens; -1 where that is not known, and for NULL. */
SPARKCHAT_API int64_t sparkchat_model_max_tokens(const sparkchat_model *model);

/** @return Whether the model has the feature; SPARKCHAT_SUPPORT_NO for NULL. */
SPARKCHAT_API sparkchat_support sparkchat_model_supports(
    const sparkchat_model *model, sparkchat_feature feature);

/* ------------------------------------------------------------------------
 * Request
 *
 * Builder of a request. Threads: one at a time; sending only reads it, so one
 * request may be sent by many threads at once while nobody changes it. Options
 * that are not set are not sent: the service's defaults hold. Setters return
 * SPARKCHAT_OK or SPARKCHAT_ERR_INVALID_ARGUMENT. What only some models take is
 * checked when the request is sent.
 * ------------------------------------------------------------------------ */

/** @return An empty request. Never NULL. Ownership: the caller's, to be freed
 *  with sparkchat_request_free(). */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_request *
sparkchat_request_new(void);

/** Frees a request. Streams that it started go on. */
SPARKCHAT_API void sparkchat_request_free(sparkchat_request *request);

/** @return A copy with the messages and options of `request`, and with what its
 *  setters have rejected. NULL for NULL. Ownership: the caller's, to be freed
 *  with sparkchat_request_free(). */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_request *
sparkchat_request_copy(const sparkchat_request *request);

/** Adds a message at the end. The service wants at most one system message, the
 *  first, and a user message or a tool's result last (protocol 3.5); this is
 *  checked when the request is sent.
 *
 *  @param role     SYSTEM, USER, or ASSISTANT.
 *  @param content  Not empty.
 *  @param length   Bytes of it, or SPARKCHAT_NUL_TERMINATED. */
SPARKCHAT_API sparkchat_status sparkchat_request_add_message(
    sparkchat_request *request, sparkchat_role role, const char *content,
    size_t length, sparkchat_error **error);

/** Adds an image, which belongs to the user message that follows it. Hosted
 *  models that take images have any number of them in each message, over HTTP
 *  (protocol 10.2); the model "image" takes one, as the first message, over
 *  WebSocket (protocol 3.5). What a model does not take is refused when the
 *  request is sent, or by the service where only it knows.
 *
 *  @param data    A JPEG, PNG, GIF, WebP or BMP file; anything else is refused
 *                 here. The model "image" takes JPEG and PNG, with sides of at
 *                 most 12,800 pixels, and 50 x 50 to 6000 x 6000 pixels in all.
 *  @param length  Its bytes, at most 64 MiB. */
SPARKCHAT_API sparkchat_status
sparkchat_request_add_image(sparkchat_request *request, const void *data,
                            size_t length, sparkchat_error **error);

/** Adds the image in a file; see sparkchat_request_add_image().
 *
 *  @param path  A file of at most 64 MiB. */
SPARKCHAT_API sparkchat_status sparkchat_request_add_image_file(
    sparkchat_request *request, const char *path, sparkchat_error **error);

/** Adds an image that the service fetches itself; over HTTP only. See
 *  sparkchat_request_add_image().
 *
 *  @param url  https:// or http://, at most 8,192 bytes. Sent as it is. */
SPARKCHAT_API sparkchat_status sparkchat_request_add_image_url(
    sparkchat_request *request, const char *url, sparkchat_error **error);

/** Adds a tool call of the model's, as a part of its last answer. The result
 *  of each call must follow.
 *
 *  @param id         As in the event or the response; not empty.
 *  @param name       Not empty.
 *  @param arguments  As the model wrote them.
 *  @param length     Bytes of them, or SPARKCHAT_NUL_TERMINATED. */
SPARKCHAT_API sparkchat_status sparkchat_request_add_tool_call(
    sparkchat_request *request, const char *id, const char *name,
    const char *arguments, size_t length, sparkchat_error **error);

/** Adds what a tool returned. HTTP has a role for it; over WebSocket it is
 *  sent as a user message that begins with the tool's name.
 *
 *  @param call_id  The id of a call that was added before.
 *  @param content  Any text.
 *  @param length   Bytes of it, or SPARKCHAT_NUL_TERMINATED. */
SPARKCHAT_API sparkchat_status sparkchat_request_add_tool_result(
    sparkchat_request *request, const char *call_id, const char *content,
    size_t length, sparkchat_error **error);

/** Adds a complete answer: its text and its tool calls. */
SPARKCHAT_API sparkchat_status sparkchat_request_add_response(
    sparkchat_request *request, const sparkchat_response *response,
    sparkchat_error **error);

/** Offers the model a tool to call (protocol 3.5). Not every model takes
 *  tools: see docs/models.md.
 *
 *  @param name         Not empty, such as "get_weather"; each only once.
 *  @param description  What it does, for the model.
 *  @param parameters   JSON schema of its arguments: an object, NUL-terminated.
 *                      `type`, `properties` and `required`, which the service
 *                      wants, are added where they are missing. */
SPARKCHAT_API sparkchat_status sparkchat_request_add_tool(
    sparkchat_request *request, const char *name, const char *description,
    const char *parameters, sparkchat_error **error);

/** @param temperature  How freely to choose words: 0 to 1, for reasoning models
 *                      and over HTTP 0 to 2. The general models refuse 0 over
 *                      WebSocket: they are sent 0.01 instead. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_temperature(
    sparkchat_request *request, double temperature, sparkchat_error **error);

/** @param top_k  How many candidates to choose among: 1 to 6. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_top_k(
    sparkchat_request *request, int top_k, sparkchat_error **error);

/** @param top_p  Nucleus sampling: above 0 to 1; reasoning models, and over
 *                HTTP. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_top_p(
    sparkchat_request *request, double top_p, sparkchat_error **error);

/** @param max_tokens  The longest answer, in tokens: 1 to the model's limit. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_max_tokens(
    sparkchat_request *request, int max_tokens, sparkchat_error **error);

/** @param penalty  Against words already there: 0 to 3 for reasoning models, -2
 *                  to 2 for others over HTTP. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_presence_penalty(
    sparkchat_request *request, double penalty, sparkchat_error **error);

/** @param penalty  Against frequent words: 0 to 1 for reasoning models, -2 to 2
 *                  for others over HTTP. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_frequency_penalty(
    sparkchat_request *request, double penalty, sparkchat_error **error);

/** @param chat_id  Links requests in the service's records; it keeps no
 *                  history by it. Not empty. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_chat_id(
    sparkchat_request *request, const char *chat_id, sparkchat_error **error);

/** @param auditing  "strict", "moderate", "loose", or "default". */
SPARKCHAT_API sparkchat_status sparkchat_request_set_auditing(
    sparkchat_request *request, const char *auditing, sparkchat_error **error);

/** @param thinking  Whether a reasoning model thinks first. Where nothing is
 *                   set, hosted models such as spark-x2.5 do. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_thinking(
    sparkchat_request *request, sparkchat_thinking thinking,
    sparkchat_error **error);

/** How much a hosted model thinks (protocol 10.2); over HTTP only.
 *
 *  @param effort  Not empty; usually "low", "medium" or "high". What a service
 *                 takes is its own affair: it is sent as it is. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_reasoning_effort(
    sparkchat_request *request, const char *effort, sparkchat_error **error);

/** Web search. Without this call, the service's default holds: models that can
 *  search do so when they think it helps.
 *
 *  @param search      Whether and how.
 *  @param references  1: send the sources as SPARKCHAT_EVENT_CITATION; 0: do
 *                     not. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_web_search(
    sparkchat_request *request, sparkchat_search search, int references,
    sparkchat_error **error);

/** @param choice  Whether the model is to call a tool. Over WebSocket,
 *                 REQUIRED only works where one tool is offered; hosted models
 *                 over HTTP, NAMED. Some models ignore both: the answer then
 *                 ends with SPARKCHAT_WARNING_TOOL_NOT_CALLED.
 *  @param name    Which one, for NAMED; otherwise ignored, and may be NULL. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_tool_choice(
    sparkchat_request *request, sparkchat_tool_choice choice, const char *name,
    sparkchat_error **error);

/** @param format  What the answer is to be. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_response_format(
    sparkchat_request *request, sparkchat_response_format format,
    sparkchat_error **error);

/** Ends the answer where a sequence first occurs in its text. The service has no
 *  such option: the library cuts the answer in front of the sequence, and stops
 *  the service, whose count of tokens then rarely comes. The answer is complete,
 *  its reason to end is SPARKCHAT_FINISH_STOP, and
 *  sparkchat_response_stop_sequence() says which sequence it was.
 *
 *  @param sequence  1 to 1,024 bytes; up to 64 sequences can be added. Those of a
 *                   question of a conversation take the place of those of the
 *                   conversation. */
SPARKCHAT_API sparkchat_status sparkchat_request_add_stop_sequence(
    sparkchat_request *request, const char *sequence, sparkchat_error **error);

/** A door for what this library does not know yet: JSON that is merged into the
 *  request last, object by object, over everything else. Over WebSocket,
 *  {"parameter": {"chat": {"new_option": 1}}} sends that option; over HTTP,
 *  {"new_option": 1} does.
 *
 *  @param json    An object with the shape of protocol 3.1 or 3.6, but for
 *                 header.app_id and stream, which stay as they are.
 *  @param length  Bytes of it, or SPARKCHAT_NUL_TERMINATED. */
SPARKCHAT_API sparkchat_status
sparkchat_request_set_extra_json(sparkchat_request *request, const char *json,
                                 size_t length, sparkchat_error **error);

/* ------------------------------------------------------------------------
 * Stream
 * ------------------------------------------------------------------------ */

/** Waits for the next event and does all the work of the request meanwhile.
 *
 *  @param timeout_ms  The longest wait, in ms; 0 does what can be done without
 *                     waiting; -1 waits as long as the deadlines allow.
 *  @param[out] event  The event; borrowed until the next call on this stream.
 *                     NULL unless SPARKCHAT_OK is returned.
 *  @return SPARKCHAT_OK: there is an event. SPARKCHAT_DONE: the answer is
 *          complete. SPARKCHAT_AGAIN: nothing within timeout_ms.
 *          SPARKCHAT_INTERRUPTED: a signal was handled. An error: the request
 *          is over; further calls return the same. SPARKCHAT_ERR_STATE: another
 *          thread is inside this call, the stream is in a group, or it is
 *          connected and no request has been sent; the stream goes on.
 *  Threads: one at a time. */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status
sparkchat_stream_next(sparkchat_stream *stream, int timeout_ms,
                      const sparkchat_event **event, sparkchat_error **error);

/** Asks on a stream that has no request under way: one that
 *  sparkchat_client_connect() made, or one whose answer is complete. Hosted
 *  models (MaaS) answer several requests on one connection; for others, a
 *  second request makes a new one.
 *
 *  @return SPARKCHAT_OK; SPARKCHAT_ERR_STATE: a request is under way, or the
 *          stream has failed; otherwise as sparkchat_client_open().
 *  What was borrowed of the response to an earlier request is no longer valid
 *  after success; a failure leaves it alone.
 *  Threads: one at a time. */
SPARKCHAT_API sparkchat_status sparkchat_stream_send(
    sparkchat_stream *stream, const sparkchat_request *request,
    sparkchat_error **error);

/** Keeps a pointer of the caller's with the stream, to find its own things by.
 *
 *  @param user_data  Not touched by the library. Threads: one at a time. */
SPARKCHAT_API void sparkchat_stream_set_user_data(sparkchat_stream *stream,
                                                  void *user_data);

/** @return The pointer kept; NULL where there is none.
 *  Threads: one at a time. */
SPARKCHAT_API void *sparkchat_stream_user_data(const sparkchat_stream *stream);

/** What has been received so far, whatever happened.
 *
 *  @return Borrowed until the stream is freed, or asks again with
 *          sparkchat_stream_send(); it grows with each sparkchat_stream_next(),
 *          and texts taken from it are borrowed until then. NULL for NULL.
 *  Threads: as the stream. */
SPARKCHAT_API const sparkchat_response *
sparkchat_stream_response(const sparkchat_stream *stream);

/** Stops the request. A sparkchat_stream_next() that waits, or the next one,
 *  returns SPARKCHAT_ERR_CANCELLED and closes the connection, which makes the
 *  service stop generating; so does the next one of a stream that is connected
 *  and has not asked yet. Does nothing when the request is over.
 *
 *  Threads: any, at any time before sparkchat_stream_free(); also from a signal
 *  handler. */
SPARKCHAT_API void sparkchat_stream_cancel(sparkchat_stream *stream);

/** Frees a stream. A request that is still running is stopped, and the
 *  connection closed; who has kept its response finds it cancelled. Never
 *  blocks. */
SPARKCHAT_API void sparkchat_stream_free(sparkchat_stream *stream);

/* ------------------------------------------------------------------------
 * Group
 *
 * Drives any number of streams on one thread, with one descriptor a stream and
 * three for the group. Streams take turns, an event at a time; what is not
 * asked for stays in the sockets. Threads: one at a time, and with it the
 * streams in it; sparkchat_stream_cancel() and sparkchat_group_wake() are for
 * any thread.
 * ------------------------------------------------------------------------ */

/** @param[out] group  An empty group. Ownership: the caller's, to be freed with
 *                     sparkchat_group_free(). */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status
sparkchat_group_new(sparkchat_group **group, sparkchat_error **error);

/** Frees a group. Streams that are still in it are left as they are: they may
 *  be put into another group, used alone, or freed. */
SPARKCHAT_API void sparkchat_group_free(sparkchat_group *group);

/** Puts a stream into the group. Until it leaves, it is driven by
 *  sparkchat_group_next() only. It leaves when its request ends, with
 *  sparkchat_group_remove(), or when it is freed.
 *
 *  @return SPARKCHAT_OK; SPARKCHAT_ERR_STATE: it is in a group, or has failed.
 *  Ownership: the stream stays the caller's. */
SPARKCHAT_API sparkchat_status sparkchat_group_add(sparkchat_group *group,
                                                   sparkchat_stream *stream,
                                                   sparkchat_error **error);

/** Takes a stream out of the group; its request goes on when it is driven.
 *
 *  @return SPARKCHAT_OK; SPARKCHAT_ERR_STATE: it is not in this group. */
SPARKCHAT_API sparkchat_status sparkchat_group_remove(sparkchat_group *group,
                                                      sparkchat_stream *stream,
                                                      sparkchat_error **error);

/** @return How many streams are in the group. */
SPARKCHAT_API size_t sparkchat_group_count(const sparkchat_group *group);

/** A descriptor for the host's own event loop: readable whenever
 *  sparkchat_group_next() has something to do, deadlines included, for as long
 *  as it has (level-triggered). When it is readable, call that with a timeout
 *  of 0 until it names no stream, or a bounded number of times where other
 *  things are to be done meanwhile: it stays readable while anything is left.
 *
 *  @return The descriptor, the same for the group's life; -1 for NULL.
 *  Ownership: the group's; only wait for it. */
SPARKCHAT_API int sparkchat_group_fd(sparkchat_group *group);

/** Waits for the next event of any stream, and does the work of all of them
 *  meanwhile.
 *
 *  @param timeout_ms   As for sparkchat_stream_next().
 *  @param[out] stream  Whose event it is, or which has ended; NULL where the
 *                      result is about no stream. May be NULL.
 *  @param[out] event   The event; borrowed until the next call on the group or
 *                      the stream. NULL unless SPARKCHAT_OK is returned.
 *  @return With a stream: SPARKCHAT_OK: an event. SPARKCHAT_DONE: its answer is
 *          complete, and it has left the group. An error: its request has
 *          failed, and it has left the group.
 *          Without: SPARKCHAT_AGAIN: nothing within timeout_ms, or
 *          sparkchat_group_wake() was called; there may be more to do, such
 *          as further handshakes, and sparkchat_group_fd() is readable then.
 *          SPARKCHAT_INTERRUPTED: a signal was handled. SPARKCHAT_DONE: no
 *          stream in the group has a request under way. An error: of the call
 *          itself. */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status sparkchat_group_next(
    sparkchat_group *group, int timeout_ms, sparkchat_stream **stream,
    const sparkchat_event **event, sparkchat_error **error);

/** Makes a sparkchat_group_next() that waits, or the next one that would,
 *  return SPARKCHAT_AGAIN at once.
 *
 *  Threads: any, at any time before sparkchat_group_free(); also from a signal
 *  handler. */
SPARKCHAT_API void sparkchat_group_wake(sparkchat_group *group);

/* ------------------------------------------------------------------------
 * Event
 *
 * Accessors of an event. What does not belong to the event's kind is NULL, 0,
 * or -1. Strings live as long as the event: until the callback returns, or the
 * next call on the stream. Threads: as the stream.
 * ------------------------------------------------------------------------ */

/** @return What the event tells; SPARKCHAT_EVENT_NONE for NULL. */
SPARKCHAT_API sparkchat_event_kind
sparkchat_event_kind_of(const sparkchat_event *event);

/** TEXT and REASONING: the new text, never cut inside a character. WARNING: its
 *  message.
 *
 *  @param[out] length  Its bytes; may be NULL. The text may hold NUL bytes.
 *  @return NULL for other kinds. */
SPARKCHAT_API const char *sparkchat_event_text(const sparkchat_event *event,
                                               size_t *length);

/** @return TOOL_CALL: its id, to give back with the result: the service's,
 *  or where it gives none, one that the library makes; otherwise NULL.
 */
SPARKCHAT_API const char *
sparkchat_event_tool_call_id(const sparkchat_event *event);

/** @return TOOL_CALL: which tool; otherwise NULL. It may be one that
 *  was not offered. */
SPARKCHAT_API const char *
sparkchat_event_tool_call_name(const sparkchat_event *event);

/** TOOL_CALL: the arguments as the model wrote them. They should be a JSON
 *  object; models make mistakes. Where it wrote none, or null, they are "{}".
 *
 *  @param[out] length  Bytes; may be NULL.
 *  @return NULL for other kinds. */
SPARKCHAT_API const char *
sparkchat_event_tool_call_arguments(const sparkchat_event *event,
                                    size_t *length);

/** @return TOOL_CALL: 1 where the arguments are a JSON object; 0 where they
 *  are not, and for other kinds. */
SPARKCHAT_API int
sparkchat_event_tool_call_arguments_valid(const sparkchat_event *event);

/** @return CITATION: its number in the text, as in "[1]"; -1 where the service
 *  gave none, and for other kinds. */
SPARKCHAT_API int sparkchat_event_citation_index(const sparkchat_event *event);

/** @return CITATION: the page's title; "" where the service gave none; NULL for
 *  other kinds. */
SPARKCHAT_API const char *
sparkchat_event_citation_title(const sparkchat_event *event);

/** @return CITATION: the page's address; "" where the service gave none; NULL
 *  for other kinds. */
SPARKCHAT_API const char *
sparkchat_event_citation_url(const sparkchat_event *event);

/** @return USAGE: the count asked for; -1 where the service gave none, and for
 *  other kinds. */
SPARKCHAT_API int64_t sparkchat_event_tokens(const sparkchat_event *event,
                                             sparkchat_tokens which);

/** @return WARNING: its code, which may be one of sparkchat_warning_code; 0 for
 *  other kinds. */
SPARKCHAT_API int sparkchat_event_warning_code(const sparkchat_event *event);

/* ------------------------------------------------------------------------
 * Response
 *
 * What has been received of an answer. Strings are borrowed until the response
 * is freed, or, for sparkchat_stream_response(), until the next call on the
 * stream. Threads: one at a time.
 * ------------------------------------------------------------------------ */

/** @return How the answer ended. */
SPARKCHAT_API sparkchat_outcome
sparkchat_response_outcome(const sparkchat_response *response);

/** @return Why the answer ended, once it is over; SPARKCHAT_FINISH_NONE where the
 *  service has not said, as always over WebSocket. */
SPARKCHAT_API sparkchat_finish_reason
sparkchat_response_finish_reason(const sparkchat_response *response);

/** @return The same in the service's own word, such as "length" or "abort"; where
 *  it sends several, the last one. NULL where it has not said. */
SPARKCHAT_API const char *
sparkchat_response_finish_reason_word(const sparkchat_response *response);

/** @return The sequence of sparkchat_request_add_stop_sequence() that ended the
 *  answer; NULL where none did. */
SPARKCHAT_API const char *
sparkchat_response_stop_sequence(const sparkchat_response *response);

/** @param[out] length  Bytes; may be NULL. The text may hold NUL bytes.
 *  @return The answer's text; "" where there is none; NULL for NULL. */
SPARKCHAT_API const char *
sparkchat_response_text(const sparkchat_response *response, size_t *length);

/** @param[out] length  Bytes; may be NULL.
 *  @return The model's reasoning; "" where there is none; NULL for NULL. */
SPARKCHAT_API const char *
sparkchat_response_reasoning(const sparkchat_response *response,
                             size_t *length);

/** The service's messages, where sparkchat_config_set_keep_raw() has them kept:
 *  those of all attempts, in the order in which they came.
 *
 *  @param[out] length  Bytes; may be NULL.
 *  @return A JSON text sequence (RFC 7464): before each message is a byte 0x1E,
 *          which JSON does not have, and behind it a newline. "" where nothing
 *          was kept; NULL for NULL. */
SPARKCHAT_API const char *
sparkchat_response_raw(const sparkchat_response *response, size_t *length);

/** @return The service's id of the request, for its support; NULL where none
 *  was received. */
SPARKCHAT_API const char *
sparkchat_response_sid(const sparkchat_response *response);

/** @return The token count asked for; -1 where it is not known. */
SPARKCHAT_API int64_t sparkchat_response_tokens(
    const sparkchat_response *response, sparkchat_tokens which);

/** @return How many tools the model asks for. */
SPARKCHAT_API size_t
sparkchat_response_tool_call_count(const sparkchat_response *response);

/** @param at  0 to the count - 1.
 *  @return The id of the call, as in the event; NULL where there is none at that
 *          place. */
SPARKCHAT_API const char *
sparkchat_response_tool_call_id(const sparkchat_response *response, size_t at);

/** @param at  0 to the count - 1.
 *  @return Which tool; NULL where there is none at that place.
 */
SPARKCHAT_API const char *
sparkchat_response_tool_call_name(const sparkchat_response *response,
                                  size_t at);

/** @param at           0 to the count - 1.
 *  @param[out] length  Bytes; may be NULL.
 *  @return Its arguments, as the model wrote them; NULL where there is no call
 *          at that place. */
SPARKCHAT_API const char *
sparkchat_response_tool_call_arguments(const sparkchat_response *response,
                                       size_t at, size_t *length);

/** @param at  0 to the count - 1.
 *  @return 1 where its arguments are a JSON object; 0 where they are not, or
 *          there is no call at that place. */
SPARKCHAT_API int
sparkchat_response_tool_call_arguments_valid(const sparkchat_response *response,
                                             size_t at);

/** @return How many sources the web search named. */
SPARKCHAT_API size_t
sparkchat_response_citation_count(const sparkchat_response *response);

/** @param at  0 to the count - 1.
 *  @return Its number in the text; -1 where the service gave none, or there is
 *          no citation at that place. */
SPARKCHAT_API int
sparkchat_response_citation_index(const sparkchat_response *response,
                                  size_t at);

/** @param at  0 to the count - 1.
 *  @return The page's title, may be ""; NULL where there is no citation at that
 *          place. */
SPARKCHAT_API const char *
sparkchat_response_citation_title(const sparkchat_response *response,
                                  size_t at);

/** @param at  0 to the count - 1.
 *  @return The page's address, may be ""; NULL where there is no citation at
 *          that place. */
SPARKCHAT_API const char *
sparkchat_response_citation_url(const sparkchat_response *response, size_t at);

/** @return The code of a warning, which may be one of sparkchat_warning_code; 0
 *  where there was none. The service's comes before the library's own. */
SPARKCHAT_API int
sparkchat_response_warning_code(const sparkchat_response *response);

/** @return The warning's message; NULL where there was none. */
SPARKCHAT_API const char *
sparkchat_response_warning_message(const sparkchat_response *response);

/** @return The time asked for, in microseconds; -1 where it is not known. */
SPARKCHAT_API int64_t sparkchat_response_timing_us(
    const sparkchat_response *response, sparkchat_timing which);

/** @return How often the request was tried; 0 before the first. */
SPARKCHAT_API int
sparkchat_response_attempts(const sparkchat_response *response);

/** @return How the connection of the last attempt came about. */
SPARKCHAT_API sparkchat_connection
sparkchat_response_connection(const sparkchat_response *response);

/** @return Bytes received in the last attempt, from the upgrade on and before
 *  encryption. */
SPARKCHAT_API uint64_t
sparkchat_response_bytes_received(const sparkchat_response *response);

/** @return Bytes sent in the last attempt, counted likewise. */
SPARKCHAT_API uint64_t
sparkchat_response_bytes_sent(const sparkchat_response *response);

/** Frees a response that sparkchat_client_invoke() or _stream() handed out. */
SPARKCHAT_API void sparkchat_response_free(sparkchat_response *response);

/** Keeps a response that is borrowed, such as that of
 *  sparkchat_stream_response(), for longer than its stream.
 *
 *  @return The same response, which from then on is the caller's as well, to be
 *  freed with sparkchat_response_free(); NULL for NULL. While its answer comes
 *  in, the stream's rule for threads holds for it, too. */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_response *
sparkchat_response_retain(const sparkchat_response *response);

/* ------------------------------------------------------------------------
 * Embedding
 *
 * The vector of a text: texts that mean nearly the same have vectors that are
 * near each other. A service beside chat makes them, at an address of its own;
 * an app has to be granted it (protocol 3.8). The client asks it as it asks for
 * answers: with the same app id, API key and API secret, deadlines (a first
 * token is the vector), retries, limits, proxy and certificates, over kept
 * connections. URL, model, transport, API password and patch id play no part.
 * ------------------------------------------------------------------------ */

/** Asks for the vector of a text and waits for it. Signals that are handled
 *  meanwhile do not end the call.
 *
 *  @param text           1 byte to 1 MiB. The service takes about 2,000 tokens.
 *  @param length         Bytes of it, or SPARKCHAT_NUL_TERMINATED.
 *  @param domain         What the vector is for: vectors of documents and those
 *                        of questions go together.
 *  @param[out] response  As for sparkchat_client_invoke(); where the call has
 *                        succeeded, sparkchat_response_embedding() has the
 *                        vector. Ownership: the caller's, to be freed with
 *                        sparkchat_response_free(). May be NULL.
 *  @return SPARKCHAT_OK; SPARKCHAT_ERR_CONTEXT_LENGTH: the service finds the
 *          text too long; otherwise as sparkchat_client_open_embedding() and
 *          sparkchat_stream_next().
 *  Threads: any number at once. */
SPARKCHAT_API sparkchat_status
sparkchat_client_embed(const sparkchat_client *client, const char *text,
                       size_t length, sparkchat_embedding_domain domain,
                       sparkchat_response **response, sparkchat_error **error);

/** Asks for the vector of a text without waiting: sparkchat_stream_next() or
 *  sparkchat_group_next() does the work. The only event is SPARKCHAT_EVENT_READY;
 *  behind SPARKCHAT_DONE, the stream's response has the vector. A stream is for
 *  one text: sparkchat_stream_send() returns SPARKCHAT_ERR_STATE.
 *
 *  @param text         As for sparkchat_client_embed(). Copied.
 *  @param length       Bytes of it, or SPARKCHAT_NUL_TERMINATED.
 *  @param domain       As for sparkchat_client_embed().
 *  @param[out] stream  As for sparkchat_client_open().
 *  @return SPARKCHAT_OK; SPARKCHAT_ERR_INVALID_ARGUMENT: it is no text, is empty
 *          or longer than 1 MiB, or the domain is none; SPARKCHAT_ERR_CONFIG:
 *          app id, API key or API secret is not set; SPARKCHAT_ERR_TLS: as from
 *          sparkchat_client_new(), where the client's own URL needs no
 *          certificates.
 *  Threads: any number at once. */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status
sparkchat_client_open_embedding(const sparkchat_client *client,
                                const char *text, size_t length,
                                sparkchat_embedding_domain domain,
                                sparkchat_stream **stream,
                                sparkchat_error **error);

/** The vector, as the service has made it: it is not scaled to a length of 1.
 *  All numbers are finite; a vector that is empty, or has others, is
 *  SPARKCHAT_ERR_PROTOCOL. Those of the service have 2,560 numbers, which the
 *  library does not insist on.
 *
 *  @param[out] count  How many numbers there are; may be NULL.
 *  @return The numbers, borrowed until the response is freed; NULL where the
 *          response has none. */
SPARKCHAT_API const float *
sparkchat_response_embedding(const sparkchat_response *response, size_t *count);

/* ------------------------------------------------------------------------
 * Conversation
 *
 * Keeps messages and answers, asks with as much of them as the model takes,
 * and runs tools of the host's. How much fits is known from the service's
 * own counts of tokens; only what it has not counted yet is estimated. The
 * system message, an image at the start and the last turn are always sent, and
 * calls with their results; what is not sent any more is kept nevertheless.
 * Where a tool must be called, that holds until there are results: what follows
 * them is up to the model.
 *
 * A turn is a question and all that follows from it, until its answer stands.
 * sparkchat_conversation_ask() does all of it in one call. In steps, with the
 * streams driven by sparkchat_stream_next() or in a group, it goes like this:
 *
 *   begin -> a stream; drive it to its end, also where that is an error
 *   step  -> OK: another stream; likewise
 *            TOOL_CALLS: give results, with add_tool_result; then step
 *            DONE: question and answer are in the history
 *            an error: the history is what it was before the turn
 *   keep, rollback: end the turn early; keep also goes behind an error
 *
 * Threads: one at a time; all functions but the accessors return
 * SPARKCHAT_ERR_STATE while another thread is inside, or from inside a callback
 * of the conversation's. From begin to the end of a turn, so do all but the
 * accessors and sparkchat_conversation_step(), _add_tool_result(), _keep() and
 * _rollback(). Unless said otherwise they return SPARKCHAT_OK or
 * SPARKCHAT_ERR_INVALID_ARGUMENT, and a failure changes nothing and is not
 * remembered.
 * ------------------------------------------------------------------------ */

/** A tool of the host's, called when the model asks for it.
 *
 *  @param name       Which one; borrowed for the call.
 *  @param arguments  A JSON object, as the model wrote it: what is in it need
 *                    not fit the tool's schema. Borrowed for the call.
 *  @param length     Bytes of it.
 *  @param result     To be filled with sparkchat_tool_result_set(); without
 *                    that, the model is told "null".
 *  @param user_data  As given with the tool.
 *  @return 0 to go on; anything else ends the call that asked, with
 *          SPARKCHAT_ERR_CALLBACK. What the model could mend is better told to
 *          it, as a result.
 *
 *  Runs on the thread that made the call, inside the call. It must not throw or
 *  longjmp out, nor use the conversation. */
typedef int (*sparkchat_tool_fn)(const char *name, const char *arguments,
                                 size_t length, sparkchat_tool_result *result,
                                 void *user_data);

/** @param client             Where to ask. The conversation keeps it alive.
 *  @param options            What every request is made with: options and
 *                            tools; its messages begin the history. Copied;
 *                            may be NULL.
 *  @param[out] conversation  Ownership: the caller's, to be freed with
 *                            sparkchat_conversation_free().
 *  @return SPARKCHAT_OK, or the failure of an earlier setter of the options. */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status sparkchat_conversation_new(
    const sparkchat_client *client, const sparkchat_request *options,
    sparkchat_conversation **conversation, sparkchat_error **error);

/** Frees a conversation. A stream of a turn under way is still its owner's, and
 *  goes on. */
SPARKCHAT_API void
sparkchat_conversation_free(sparkchat_conversation *conversation);

/** Offers the model a tool that sparkchat_conversation_ask() and
 *  sparkchat_conversation_step() call.
 *
 *  @param name         As for sparkchat_request_add_tool().
 *  @param description  Likewise.
 *  @param parameters   Likewise.
 *  @param on_call      See sparkchat_tool_fn.
 *  @param user_data    Handed to the callback.
 *  @param destroy      Called once the conversation is freed, or at once where
 *                      this call fails; may be NULL. */
SPARKCHAT_API sparkchat_status sparkchat_conversation_add_tool(
    sparkchat_conversation *conversation, const char *name,
    const char *description, const char *parameters, sparkchat_tool_fn on_call,
    void *user_data, sparkchat_destroy_fn destroy, sparkchat_error **error);

/** @param rounds  In how many answers of a turn the model may call tools, also
 *                 those of the host's: 0 to 100; default 8. */
SPARKCHAT_API sparkchat_status sparkchat_conversation_set_max_rounds(
    sparkchat_conversation *conversation, int rounds, sparkchat_error **error);

/** @param tokens  How many tokens the messages may have, where
 *                 that is not what the table of models says (of hosted models,
 *                 three quarters: the answer counts as well); 0 is no limit. */
SPARKCHAT_API sparkchat_status sparkchat_conversation_set_context_tokens(
    sparkchat_conversation *conversation, int tokens, sparkchat_error **error);

/** Adds a message to the history.
 *
 *  @param role     SYSTEM takes the place of the system message before; USER or
 *                  ASSISTANT is added at the end, where no call waits for its
 *                  result.
 *  @param content  Not empty.
 *  @param length   Bytes of it, or SPARKCHAT_NUL_TERMINATED. */
SPARKCHAT_API sparkchat_status sparkchat_conversation_add_message(
    sparkchat_conversation *conversation, sparkchat_role role,
    const char *content, size_t length, sparkchat_error **error);

/** Adds all messages of a request at the end, as if they were added one by one:
 *  this is how images, tool calls and their results get into a conversation that
 *  has begun. Nothing is added where a call would lack its result.
 *
 *  @param request  Its options are not used. */
SPARKCHAT_API sparkchat_status sparkchat_conversation_add_messages(
    sparkchat_conversation *conversation, const sparkchat_request *request,
    sparkchat_error **error);

/** Adds a complete answer, text and tool calls, and learns from its counts.
 *  For answers that the conversation has not asked for itself, where no call
 *  waits for its result. */
SPARKCHAT_API sparkchat_status sparkchat_conversation_add_response(
    sparkchat_conversation *conversation, const sparkchat_response *response,
    sparkchat_error **error);

/** Adds what a tool of the host's returned; in a turn and otherwise.
 *
 *  @param call_id  The id of a call in the last answer that has no result yet.
 *  @param content  Any text.
 *  @param length   Bytes of it, or SPARKCHAT_NUL_TERMINATED. */
SPARKCHAT_API sparkchat_status sparkchat_conversation_add_tool_result(
    sparkchat_conversation *conversation, const char *call_id,
    const char *content, size_t length, sparkchat_error **error);

/** The next request, with as much of the history as fits: for a host that asks
 *  in its own way, and then calls sparkchat_conversation_add_response().
 *
 *  @param[out] request  Ownership: the caller's, to be freed with
 *                       sparkchat_request_free(). */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status
sparkchat_conversation_request(sparkchat_conversation *conversation,
                               sparkchat_request **request,
                               sparkchat_error **error);

/** Begins a turn: adds a question to the history, and opens the first request.
 *
 *  @param question     The user's; NULL goes on after results, or with the
 *                      messages of the options.
 *  @param length       Bytes of it, or SPARKCHAT_NUL_TERMINATED.
 *  @param options      For this turn alone: what is set there takes the place of
 *                      what the conversation has, tools come in addition, and
 *                      messages, such as an image, come before the question.
 *                      Copied; may be NULL.
 *  @param[out] stream  As from sparkchat_client_open(). Ownership: the caller's,
 *                      to be freed with sparkchat_stream_free(); before the next
 *                      step or after it.
 *  @return As sparkchat_client_open(); SPARKCHAT_ERR_STATE: the turn before is
 *          not over. Where it fails, the history is what it was. */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status
sparkchat_conversation_begin(sparkchat_conversation *conversation,
                             const char *question, size_t length,
                             const sparkchat_request *options,
                             sparkchat_stream **stream,
                             sparkchat_error **error);

/** Goes on with a turn, after the end of a stream or after results: adds the
 *  answer to the history, and calls the tools of
 *  sparkchat_conversation_add_tool(), inside the call, on this thread. Arguments
 *  that are no JSON object, and tools that do not exist, are told to the model;
 *  arguments that the limit of tokens cut are SPARKCHAT_ERR_TRUNCATED, as they
 *  would be cut again. Where the service finds the history too long, it is
 *  asked again with less of it.
 *
 *  A tool that was offered with options is the host's. Its calls are in the
 *  stream's response, and in the last message of the assistant's.
 *
 *  @param[out] stream  Where it returns SPARKCHAT_OK, the next stream, as from
 *                      sparkchat_conversation_begin(); otherwise NULL.
 *  @return SPARKCHAT_OK: drive the next stream;
 *          SPARKCHAT_TOOL_CALLS: calls have no result yet: give them, in any
 *          order and at any time, with sparkchat_conversation_add_tool_result();
 *          SPARKCHAT_DONE: the turn is over;
 *          SPARKCHAT_ERR_STATE: no turn is under way, or its stream has not
 *          ended; nothing has changed;
 *          SPARKCHAT_ERR_TOOL_LIMIT: the model calls tools once more than it may;
 *          SPARKCHAT_ERR_CANCELLED: the stream was cancelled, or freed before its
 *          end;
 *          SPARKCHAT_ERR_CALLBACK: a tool asked to stop;
 *          otherwise the stream's own failure. With all but ERR_STATE the turn
 *          is over, and the history what it was before. */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status
sparkchat_conversation_step(sparkchat_conversation *conversation,
                            sparkchat_stream **stream, sparkchat_error **error);

/** Ends a turn, and keeps what there is of it: the question, answers with their
 *  calls and results, and the text that has come of the last answer. What has
 *  no result yet can be given one, and a turn that is begun with NULL then goes
 *  on. A stream under way is cancelled.
 *
 *  Does the same behind an sparkchat_conversation_step() or
 *  sparkchat_conversation_ask() that has failed, as long as nothing but the
 *  accessors and sparkchat_conversation_save() has been called in between.
 *
 *  @return SPARKCHAT_OK; SPARKCHAT_ERR_STATE: there is no such turn, or another
 *          thread is driving its stream. */
SPARKCHAT_API sparkchat_status sparkchat_conversation_keep(
    sparkchat_conversation *conversation, sparkchat_error **error);

/** Ends a turn: the history is what it was before. A stream under way is
 *  cancelled. Does nothing where no turn is under way.
 *
 *  @return SPARKCHAT_OK; SPARKCHAT_ERR_STATE: see "Threads" above. */
SPARKCHAT_API sparkchat_status sparkchat_conversation_rollback(
    sparkchat_conversation *conversation, sparkchat_error **error);

/** Asks, calls tools, and goes on until the answer stands: a turn in one call,
 *  as sparkchat_conversation_begin() and sparkchat_conversation_step() to the
 *  end. Where it fails, the history stays as it was before, though tools may
 *  have been called. To be able to cancel from elsewhere, go step by step.
 *
 *  Where the model calls tools of the host's, the turn ends with these calls in
 *  the history: the host looks at the response, adds the results, and asks with
 *  NULL.
 *
 *  @param question       The user's; NULL goes on after results.
 *  @param length         Bytes of it, or SPARKCHAT_NUL_TERMINATED.
 *  @param on_event       As for sparkchat_client_stream(), for all rounds; may
 *                        be NULL.
 *  @param user_data      Handed to the callback.
 *  @param[out] response  Of the last round; as for sparkchat_client_invoke().
 *  @return As sparkchat_client_stream(), and sparkchat_conversation_step();
 *          SPARKCHAT_ERR_STATE: a turn is under way, or it is called from
 *          inside a callback. */
SPARKCHAT_API sparkchat_status sparkchat_conversation_ask(
    sparkchat_conversation *conversation, const char *question, size_t length,
    sparkchat_event_fn on_event, void *user_data, sparkchat_response **response,
    sparkchat_error **error);

/** What the rounds of a turn took together.
 *
 *  @param which  Which count.
 *  @return The sum of the counts in the answers that were added since the last
 *          user message; a failed round does not take the earlier ones away. -1 where none of them has that
 *          count. */
SPARKCHAT_API int64_t sparkchat_conversation_tokens(
    const sparkchat_conversation *conversation, sparkchat_tokens which);

/** @return How many messages the history has. */
SPARKCHAT_API size_t
sparkchat_conversation_count(const sparkchat_conversation *conversation);

/** @param at  0 to the count - 1.
 *  @return Whose message it is; 0 where there is none at that place. In a turn,
 *          the history has what the turn has added so far. */
SPARKCHAT_API sparkchat_role sparkchat_conversation_role(
    const sparkchat_conversation *conversation, size_t at);

/** @param at           0 to the count - 1.
 *  @param[out] length  Bytes; may be NULL.
 *  @return The message's text, "" where it only has tool calls or an image;
 *          NULL where there is none at that place. Borrowed until a call of
 *          another function than the accessors and sparkchat_conversation_save()
 *          returns: the next one, whose argument it may be, or the one whose
 *          callback is running. */
SPARKCHAT_API const char *
sparkchat_conversation_content(sparkchat_conversation *conversation, size_t at,
                               size_t *length);

/** @param at  As for sparkchat_conversation_role().
 *  @return How many tools the model asked for in that message; 0 for any
 *  other message. */
SPARKCHAT_API size_t sparkchat_conversation_tool_call_count(
    const sparkchat_conversation *conversation, size_t at);

/** @param at    As for sparkchat_conversation_role().
 *  @param call  0 to sparkchat_conversation_tool_call_count() - 1; for a tool's
 *               result 0, and the call that it answers is meant.
 *  @return The call's id, borrowed as sparkchat_conversation_content(); NULL
 *  where there is no such call. */
SPARKCHAT_API const char *
sparkchat_conversation_tool_call_id(sparkchat_conversation *conversation,
                                    size_t at, size_t call);

/** @return The name of its tool; see sparkchat_conversation_tool_call_id(). */
SPARKCHAT_API const char *
sparkchat_conversation_tool_call_name(sparkchat_conversation *conversation,
                                      size_t at, size_t call);

/** @param[out] length  Bytes; may be NULL.
 *  @return Its arguments, as the model wrote them; NULL for a result; see
 *  sparkchat_conversation_tool_call_id(). */
SPARKCHAT_API const char *
sparkchat_conversation_tool_call_arguments(sparkchat_conversation *conversation,
                                           size_t at, size_t call,
                                           size_t *length);

/** @param at           As for sparkchat_conversation_role().
 *  @param[out] length  Bytes; may be NULL.
 *  @return The bytes of the message's image, as they were added, borrowed as
 *  sparkchat_conversation_content(); NULL where it has none. */
SPARKCHAT_API const void *
sparkchat_conversation_image(sparkchat_conversation *conversation, size_t at,
                             size_t *length);

/** @param at  As for sparkchat_conversation_role().
 *  @return The URL of the message's image, borrowed as
 *  sparkchat_conversation_content(); NULL where it has none. */
SPARKCHAT_API const char *
sparkchat_conversation_image_url(sparkchat_conversation *conversation,
                                 size_t at);

/** Goes back to the beginning of the history, to take a question back.
 *
 *  @param count  How many messages to keep, from the first on: 0 to
 *                sparkchat_conversation_count(). */
SPARKCHAT_API sparkchat_status
sparkchat_conversation_truncate(sparkchat_conversation *conversation,
                                size_t count, sparkchat_error **error);

/** The history as JSON, in UTF-8: {"version": 1, "messages": [...]}, each
 *  message with `role` ("system", "user", "assistant", "tool") and `content`; of
 *  an answer, `tool_calls`, a list of {"id", "type": "function", "function":
 *  {"name", "arguments"}}; of a result, `tool_call_id` and `name`; of an image,
 *  `image` in Base64 or `image_url` in place of content; and `tokens`, where the
 *  service has counted them: 1 to 10,000,000, and what is more counts as that.
 *  It holds no credentials. Whatever the service has answered, what is saved can
 *  be restored, and so can what other programs write in this form.
 *
 *  Saving changes nothing: texts of the history stay borrowed, and
 *  sparkchat_conversation_keep() may follow.
 *
 *  @param[out] json    Ownership: the caller's, to be freed with
 *                      sparkchat_string_free().
 *  @param[out] length  Its bytes; may be NULL. */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status
sparkchat_conversation_save(const sparkchat_conversation *conversation,
                            char **json, size_t *length,
                            sparkchat_error **error);

/** Replaces the history by a saved one.
 *
 *  @param json    As sparkchat_conversation_save() writes it.
 *  @param length  Bytes of it, or SPARKCHAT_NUL_TERMINATED.
 *  @return SPARKCHAT_OK; SPARKCHAT_ERR_INVALID_ARGUMENT: it is no saved
 *          conversation, and the history stays as it is. */
SPARKCHAT_API sparkchat_status sparkchat_conversation_restore(
    sparkchat_conversation *conversation, const char *json, size_t length,
    sparkchat_error **error);

/** Sets what a tool returns to the model.
 *
 *  @param text    Any text; copied. A later call replaces it.
 *  @param length  Bytes of it, or SPARKCHAT_NUL_TERMINATED. */
SPARKCHAT_API sparkchat_status
sparkchat_tool_result_set(sparkchat_tool_result *result, const char *text,
                          size_t length, sparkchat_error **error);

/** Frees a string that the library handed out to be freed with this.
 */
SPARKCHAT_API void sparkchat_string_free(char *string);

SPARKCHAT_END_DECLS

#endif
