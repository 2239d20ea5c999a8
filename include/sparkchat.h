/*
 * sparkchat.h - the C interface of libsparkchat, a client of iFlytek's SparkLLM
 * chat service. This header is the manual: it is written by hand, and the
 * compiler checks the library against it.
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
 *       fflush(stdout);
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
 *     sparkchat_config_load_proxy_environment(config, NULL);
 *     sparkchat_request_add_message(request, SPARKCHAT_ROLE_USER, "Hello",
 *                                   SPARKCHAT_NUL_TERMINATED, NULL);
 *     int failed = sparkchat_client_new(config, &client, &error) ||
 *                  sparkchat_client_stream(client, request, on_event, NULL,
 *                                          NULL, &error);
 *     if (failed) {
 *       fprintf(stderr, "\n%s\n%s\n", sparkchat_error_message(error),
 *               sparkchat_error_hint(error));
 *     } else {
 *       puts("");
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
 *   Client        creating one, and the shortest ways to send a request
 *   Model         the service's models, and what each one supports
 *   Request       messages, options, tools, images, web search
 *   Stream        pulling events, sending again, cancelling
 *   Group         many streams on one thread, or in an event loop
 *   Event         one piece of an answer
 *   Response      the part of an answer received so far
 *   Embedding     the vector of a text
 *   Conversation  history, automatic tool calls, saving
 *
 * Objects
 *
 *   type          made by                     freed by  its texts live until
 *   config        config_new                  _free     (it has none)
 *   client        client_new                  _free     it is freed
 *   request       request_new, _copy,         _free     (it has none)
 *                 conversation_request
 *   stream        client_open, _connect,      _free     see event, response
 *                 _open_embedding,
 *                 conversation_begin, _step
 *   event         stream_next, group_next,    -         the next call on the
 *                 a callback's parameter                stream
 *   response      client_invoke, _stream,     _free     it is freed
 *                 _embed, response_retain,
 *                 conversation_ask
 *   response      stream_response (borrowed)  -         the next call on the
 *                                                       stream
 *   group         group_new                   _free     (it has none)
 *   conversation  conversation_new            _free     see each function
 *   error         every function that fails   _free     it is freed
 *   model         model_at, _find,            -         the library is unloaded
 *                 client_model
 *   saved text    conversation_save           string_free
 *
 * Four ways to receive an answer
 *
 *   sparkchat_client_invoke()   waits for the whole answer
 *   sparkchat_client_stream()   calls you back for each event
 *   sparkchat_stream_next()     returns the next event each time you call it
 *   sparkchat_group_next()      the same for many streams, with one descriptor
 *                               for your own event loop
 *
 * Rules that hold for every function
 *
 * Objects. All types are opaque. An object with _free in the table is owned by
 *   the caller and freed once with the ..._free of its type. Freeing NULL does
 *   nothing. Never free an object twice.
 *   Objects may be freed in any order: a stream keeps its client alive.
 * Strings. All strings are UTF-8. Text is passed as a pointer and a length; the
 *   length may be SPARKCHAT_NUL_TERMINATED. All input is copied. Returned text
 *   is borrowed and NUL-terminated; each function or section says how long it
 *   lives. An out-parameter for its length may be NULL.
 * Errors. A function that can fail returns a sparkchat_status: 0 is success,
 *   positive values are outcomes other than errors, and negative values are
 *   errors whose numbers never change. Its last parameter, `error`, may be
 *   NULL; otherwise, a failure stores an owned sparkchat_error there, and
 *   success stores NULL. NULL in place of a required object is
 *   SPARKCHAT_ERR_INVALID_ARGUMENT; accessors return NULL, 0 or -1 for NULL.
 * Setters. A setter that fails leaves the object unchanged. The object
 *   remembers the failure until you set the same option to a valid value, and
 *   sparkchat_client_new() or the call that sends the request reports it: you
 *   may set everything and check once. A message, a tool or a stop sequence
 *   that could not be added makes the request permanently unusable.
 * Threads. Different threads may use different objects concurrently. A client
 *   never changes and may be shared by any number of threads. A builder
 *   (config, request) or a stream may move between threads, but two threads
 *   must not use it at the same time; sparkchat_stream_cancel() is the
 *   exception. The library has no threads of its own except for host name
 *   lookups: each lookup runs on a short-lived thread with all signals blocked.
 *   A lookup that hangs keeps its thread; a process has at most 32 of them, and
 *   a further lookup waits for a free one until its resolve timeout. Callbacks
 *   run on the calling thread, inside the call.
 *   Do not cancel a thread (pthread_cancel()) while it is inside the library,
 *   and do not end a thread from a callback (pthread_exit()): locks of the
 *   library and of OpenSSL would remain held, and the process might hang or
 *   abort later. To stop a thread that waits inside the library, use
 *   sparkchat_stream_cancel(); a thread that must be cancellable disables
 *   cancellation around its calls (pthread_setcancelstate()).
 * Side effects. The library installs no signal handler, raises no SIGPIPE,
 *   prints nothing, and does not change the locale, the environment, or the
 *   allocator. It opens the trusted certificates and the files that you name.
 *   The system's own libraries open other files: for name lookups, OpenSSL's
 *   settings, random numbers, and the time zone. The library empties OpenSSL's
 *   error queue: a program that uses OpenSSL itself reads its own errors first.
 * Fork. In a child process, the parent's clients and streams return
 *   SPARKCHAT_ERR_FORKED, and the parent's connections are left alone; make a
 *   new client there. All objects may be freed in the child. Threads that wait
 *   inside the library during fork() do no harm, but a thread that is at work
 *   there, in OpenSSL or in the language's runtime, may hold a lock that the
 *   child then waits for forever: a program whose threads are sending requests
 *   should fork only to exec.
 * Exit. A process may exit while its threads are inside the library: by calling
 *   exit() from main, from any thread or from a callback, or by returning from
 *   main. The library registers one handler with atexit() when it first needs
 *   TLS or a signature. Once that handler runs, threads that start to use
 *   OpenSSL are held for 2 s and then get SPARKCHAT_ERR_STATE; exit() waits at
 *   most 1 s for threads that are already at work there. Handlers that your
 *   program registered earlier run after the library's handler: they may still
 *   free objects (what belongs to OpenSSL is left to the system), but not send
 *   requests. A thread that waits for the network continues to wait: to end it
 *   cleanly, cancel its stream and join it before exit(). _exit() and
 *   quick_exit() run no handler, and need none.
 * Sanitizers. A program built with -fsanitize=thread does not see the locks and
 *   atomics of a library built without it, and reports races that do not exist.
 *   List "called_from_lib:" and "race:" for libsparkchat.so, libssl.so.3,
 *   libcrypto.so.3 and libjansson.so.4 in a file, and name it in
 *   TSAN_OPTIONS=suppressions=FILE; bindings/c/thread-sanitizer.supp is that
 *   file.
 * Parsers. For a parser that supports neither attributes nor a preprocessor
 *   (the FFI of PHP and LuaJIT, cffi), define SPARKCHAT_API and
 *   SPARKCHAT_WARN_UNUSED as nothing, and omit the #include lines:
 *   bindings/examples/README.md has the command.
 * Versions. Every function has existed since version 0.1, unless its comment
 *   says "Since".
 *
 * "Protocol" with a number is the section of docs/protocol.md that a fact comes
 * from.
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

/** Increases when programs built for an older library could break. It is the
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

/** @return SPARKCHAT_ABI_VERSION of the loaded library. A binding accepts only
 *  the version that it was written for.
 *  Threads: any. */
SPARKCHAT_API int sparkchat_abi_version(void);

/* ------------------------------------------------------------------------
 * Types
 * ------------------------------------------------------------------------ */

/** Pass this as a length if the text ends at its first NUL. */
#define SPARKCHAT_NUL_TERMINATED SIZE_MAX

/** The settings of a client, under construction. */
typedef struct sparkchat_config sparkchat_config;
/** The service's address and your credentials. Never changes; shared by any
 *  number of threads. */
typedef struct sparkchat_client sparkchat_client;
/** Messages and options, under construction. It may be
 *  sent any number of times; sending copies it. */
typedef struct sparkchat_request sparkchat_request;
/** A request in progress and its incoming answer. */
typedef struct sparkchat_stream sparkchat_stream;
/** Many streams that are driven by one thread. */
typedef struct sparkchat_group sparkchat_group;
/** One of the service's models, as the library knows it; static. */
typedef struct sparkchat_model sparkchat_model;
/** A history of questions and answers, and the tools that the model may call.
 */
typedef struct sparkchat_conversation sparkchat_conversation;
/** Receives the result of a tool callback. */
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
  /** Nothing happened within the call's timeout. Nothing is lost. */
  SPARKCHAT_AGAIN = 2,
  /** A signal was handled during the wait. Nothing is lost; call again. */
  SPARKCHAT_INTERRUPTED = 3,
  /** The model calls tools, and waits for results from your program; see
   *  sparkchat_conversation_step(). */
  SPARKCHAT_TOOL_CALLS = 4,

  /* On the caller's side. */
  SPARKCHAT_ERR_INVALID_ARGUMENT = -1,
  SPARKCHAT_ERR_NO_MEMORY = -2,
  /** The call does not fit the object's state, or another thread is using it.
   */
  SPARKCHAT_ERR_STATE = -3,
  /** The object was made before fork(); make a new client in the child. */
  SPARKCHAT_ERR_FORKED = -5,
  /** Settings are missing or contradict each other. */
  SPARKCHAT_ERR_CONFIG = -6,
  /** A bug in the library. Please report it. */
  SPARKCHAT_ERR_INTERNAL = -9,

  /* The network. */
  SPARKCHAT_ERR_RESOLVE = -20,
  SPARKCHAT_ERR_CONNECT = -21,
  SPARKCHAT_ERR_IO = -22,
  /** A deadline expired; sparkchat_error_phase() says which. */
  SPARKCHAT_ERR_TIMEOUT = -23,

  /* TLS. */
  SPARKCHAT_ERR_TLS = -30,
  /** The server's certificate is not trusted, or is not for this host. */
  SPARKCHAT_ERR_CERTIFICATE = -31,

  /* HTTP and WebSocket. */
  /** The server refused the WebSocket upgrade, or redirected it; see
   *  sparkchat_error_http_status(). */
  SPARKCHAT_ERR_HANDSHAKE = -40,
  /** The server violated the protocol. */
  SPARKCHAT_ERR_PROTOCOL = -41,
  /** The server sent more than the limits allow. */
  SPARKCHAT_ERR_TOO_LARGE = -42,
  /** The connection ended before the answer did. */
  SPARKCHAT_ERR_TRUNCATED = -43,

  /* The service (protocol 2.5 and 5). */
  /** The service refused the credentials, signature, clock, or IP address. */
  SPARKCHAT_ERR_AUTH = -50,
  /** The service failed. */
  SPARKCHAT_ERR_SERVICE = -51,
  /** Too many requests per second, or too many concurrent ones. */
  SPARKCHAT_ERR_RATE_LIMITED = -52,
  /** Moderation refused the request or the answer. */
  SPARKCHAT_ERR_CONTENT_FILTERED = -53,
  /** The service does not accept the request in this form. */
  SPARKCHAT_ERR_INVALID_REQUEST = -54,
  /** The app may not use this model or feature, or its tokens are used up. */
  SPARKCHAT_ERR_PERMISSION = -55,
  /** The daily allowance is used up. */
  SPARKCHAT_ERR_QUOTA = -56,
  /** The messages are longer than the model accepts. */
  SPARKCHAT_ERR_CONTEXT_LENGTH = -57,
  /** The service has no free capacity at the moment. */
  SPARKCHAT_ERR_OVERLOADED = -58,

  /* Stopped. */
  SPARKCHAT_ERR_CANCELLED = -60,
  /** A callback for events or for a tool asked to stop, or the limiter
   *  failed. */
  SPARKCHAT_ERR_CALLBACK = -61,
  /** The model continued to call tools beyond the limit of rounds. */
  SPARKCHAT_ERR_TOOL_LIMIT = -62
} sparkchat_status;

/** How an answer ended. The text received is kept in every case. */
typedef enum sparkchat_outcome {
  /** Still running. */
  SPARKCHAT_OUTCOME_PENDING = 0,
  /** The service reported the end of the answer. */
  SPARKCHAT_OUTCOME_COMPLETE = 1,
  /** The connection ended before the answer did. */
  SPARKCHAT_OUTCOME_TRUNCATED = 2,
  SPARKCHAT_OUTCOME_CANCELLED = 3,
  SPARKCHAT_OUTCOME_TIMEOUT = 4,
  SPARKCHAT_OUTCOME_FAILED = 5
} sparkchat_outcome;

/** Why a complete answer ended, according to the service (protocol 10.5). Over
 *  WebSocket the service does not say: an answer that was cut at the token
 *  limit looks like a whole one, except that SPARKCHAT_TOKENS_COMPLETION has
 *  reached the limit. */
typedef enum sparkchat_finish_reason {
  /** The service sent no reason. */
  SPARKCHAT_FINISH_NONE = 0,
  /** The model finished its answer, or a stop sequence ended it. */
  SPARKCHAT_FINISH_STOP = 1,
  /** Cut at the token limit. There may be no text at all, if the model spent
   *  the tokens on reasoning. */
  SPARKCHAT_FINISH_LENGTH = 2,
  /** The model calls tools. */
  SPARKCHAT_FINISH_TOOL_CALLS = 3,
  /** Moderation stopped it. */
  SPARKCHAT_FINISH_CONTENT_FILTER = 4,
  /** Another reason, such as "abort":
   *  sparkchat_response_finish_reason_word(). */
  SPARKCHAT_FINISH_OTHER = 5
} sparkchat_finish_reason;

/** Codes of warnings that this library knows. The service may send others. */
typedef enum sparkchat_warning_code {
  SPARKCHAT_WARNING_NONE = 0,
  /** The tool choice requires a call, and the complete answer has none: some
   *  models ignore the requirement (protocol 10.2). This warning comes from the
   *  library. */
  SPARKCHAT_WARNING_TOOL_NOT_CALLED = -1,
  /** The conversation tends to violate the service's rules (protocol 5). */
  SPARKCHAT_WARNING_POLICY = 10019
} sparkchat_warning_code;

/** The phases of a request. Each has its own deadline; that of PROXY is as long
 *  as that of CONNECT. */
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
  /** Waiting in the queue, if the client limits its requests. */
  SPARKCHAT_PHASE_QUEUE = 9
} sparkchat_phase;

/** How requests are sent. */
typedef enum sparkchat_transport {
  /** Chosen from the URL, the model and the credentials. */
  SPARKCHAT_TRANSPORT_AUTO = 0,
  /** A signed WebSocket for each request (protocol 2.1, 3, 4). Needs app id,
   *  API key and API secret; serves every model except the newest. */
  SPARKCHAT_TRANSPORT_WEBSOCKET = 1,
  /** The OpenAI-compatible endpoint (protocol 2.6, 6). Needs the API password,
   *  or API key and API secret; keeps connections for the next request. */
  SPARKCHAT_TRANSPORT_HTTP = 2
} sparkchat_transport;

/** The author of a message. */
typedef enum sparkchat_role {
  SPARKCHAT_ROLE_SYSTEM = 1,
  SPARKCHAT_ROLE_USER = 2,
  SPARKCHAT_ROLE_ASSISTANT = 3,
  /** The result of a tool: sparkchat_request_add_tool_result(). */
  SPARKCHAT_ROLE_TOOL = 4
} sparkchat_role;

/** Whether the model calls a tool (protocol 3.6). */
typedef enum sparkchat_tool_choice {
  /** The model decides; the default. */
  SPARKCHAT_TOOL_CHOICE_AUTO = 0,
  /** No tool in this answer. */
  SPARKCHAT_TOOL_CHOICE_NONE = 1,
  /** At least one tool. */
  SPARKCHAT_TOOL_CHOICE_REQUIRED = 2,
  /** The named tool. */
  SPARKCHAT_TOOL_CHOICE_NAMED = 3
} sparkchat_tool_choice;

/** The format of the answer (protocol 3.6). */
typedef enum sparkchat_response_format {
  SPARKCHAT_FORMAT_TEXT = 0,
  /** A JSON object; HTTP only. A message must also ask for JSON. */
  SPARKCHAT_FORMAT_JSON_OBJECT = 1
} sparkchat_response_format;

/** What a model may support (protocol 1.2). */
typedef enum sparkchat_feature {
  /** System messages. */
  SPARKCHAT_FEATURE_SYSTEM = 1,
  SPARKCHAT_FEATURE_TOOLS = 2,
  SPARKCHAT_FEATURE_WEB_SEARCH = 3,
  /** The model names the sources of a web search. */
  SPARKCHAT_FEATURE_CITATIONS = 4,
  /** The model thinks before it answers, and shows its reasoning. */
  SPARKCHAT_FEATURE_REASONING = 5,
  /** The model "image", over WebSocket only; hosted models, over HTTP only. */
  SPARKCHAT_FEATURE_IMAGES = 6,
  /** Over HTTP only. */
  SPARKCHAT_FEATURE_JSON_MODE = 7
} sparkchat_feature;

/** Whether a model has a feature. */
typedef enum sparkchat_support {
  /** The library refuses a request that uses it. */
  SPARKCHAT_SUPPORT_NO = 0,
  SPARKCHAT_SUPPORT_YES = 1,
  /** Public sources disagree: the library sends a request that uses it, and
   *  logs a warning. */
  SPARKCHAT_SUPPORT_DISPUTED = 2
} sparkchat_support;

/** What an event reports. The list may grow: skip kinds you do not know. */
typedef enum sparkchat_event_kind {
  SPARKCHAT_EVENT_NONE = 0,
  /** Connected; the request is being sent, if there is one already. Occurs once
   *  per request, even if the request is retried. */
  SPARKCHAT_EVENT_READY = 1,
  /** New text of the answer: sparkchat_event_text(). */
  SPARKCHAT_EVENT_TEXT = 2,
  /** New text of the model's reasoning: sparkchat_event_text(). */
  SPARKCHAT_EVENT_REASONING = 3,
  /** The model calls a tool: sparkchat_event_tool_call_name(). */
  SPARKCHAT_EVENT_TOOL_CALL = 4,
  /** A source that the web search found: sparkchat_event_citation_url(). */
  SPARKCHAT_EVENT_CITATION = 5,
  /** Token counts: sparkchat_event_tokens(). */
  SPARKCHAT_EVENT_USAGE = 6,
  /** The answer is valid, but the service or the library has a warning: see
   *  sparkchat_warning_code, sparkchat_event_warning_code(), _text(). */
  SPARKCHAT_EVENT_WARNING = 7
} sparkchat_event_kind;

/** Token counts (protocol 4.1 and 10.5). */
typedef enum sparkchat_tokens {
  /** The last message alone; reserved by the service. */
  SPARKCHAT_TOKENS_QUESTION = 1,
  /** Everything that was sent, including the history. */
  SPARKCHAT_TOKENS_PROMPT = 2,
  SPARKCHAT_TOKENS_COMPLETION = 3,
  /** Prompt and completion: what is billed. */
  SPARKCHAT_TOKENS_TOTAL = 4,
  /** The part of the prompt that the service had cached from earlier requests.
   *  Hosted models only, like the next one. */
  SPARKCHAT_TOKENS_CACHED = 5,
  /** The part of the completion that is reasoning. */
  SPARKCHAT_TOKENS_REASONING = 6
} sparkchat_tokens;

/** Whether a reasoning model thinks before it answers (protocol 3.3, 10.2). */
typedef enum sparkchat_thinking {
  SPARKCHAT_THINKING_DISABLED = 0,
  SPARKCHAT_THINKING_ENABLED = 1,
  /** The model decides. For hosted models, the option is not sent. */
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
  /** A paragraph of a document, to be found by queries. */
  SPARKCHAT_EMBEDDING_PARA = 1,
  /** A query that finds paragraphs. */
  SPARKCHAT_EMBEDDING_QUERY = 2
} sparkchat_embedding_domain;

/** How long the parts of a request took. */
typedef enum sparkchat_timing {
  /** Waiting in the queue; 0 if the client has no limits. */
  SPARKCHAT_TIMING_QUEUE = 1,
  /** The parts of connecting, in the last attempt; 0 on a warm connection. */
  SPARKCHAT_TIMING_RESOLVE = 2,
  /** Including the proxy's handshake. */
  SPARKCHAT_TIMING_CONNECT = 3,
  SPARKCHAT_TIMING_TLS = 4,
  SPARKCHAT_TIMING_UPGRADE = 5,
  /** From the request to the named moment, including connecting if the request
   *  had to wait for it. */
  SPARKCHAT_TIMING_FIRST_REASONING = 6,
  SPARKCHAT_TIMING_FIRST_TEXT = 7,
  SPARKCHAT_TIMING_LAST = 8,
  SPARKCHAT_TIMING_TOTAL = 9
} sparkchat_timing;

/** How the connection of a request was made. */
typedef enum sparkchat_connection {
  SPARKCHAT_CONNECTION_NONE = 0,
  /** Made for this request, with a full handshake if it uses TLS. */
  SPARKCHAT_CONNECTION_COLD = 1,
  /** Made for this request, with the TLS session of an earlier connection. */
  SPARKCHAT_CONNECTION_RESUMED = 2,
  /** Open before the request was sent. */
  SPARKCHAT_CONNECTION_WARM = 3
} sparkchat_connection;

/** The level of a log entry: each level includes the ones before it. */
typedef enum sparkchat_log_level {
  /** Unused at present: failures are returned to the caller. */
  SPARKCHAT_LOG_ERROR = 1,
  /** Problems that are not reported in another way, or that deserve attention
   *  although the answer is valid: a wrong clock that is corrected, an option
   *  that the model may not support, a warning from the service. */
  SPARKCHAT_LOG_WARNING = 2,
  /** The progress of a request: connected, retried, complete, failed,
   *  stopped. */
  SPARKCHAT_LOG_INFO = 3,
  /** The phases of connecting, and tool calls. */
  SPARKCHAT_LOG_DEBUG = 4
} sparkchat_log_level;

/** Called once when the last object that may use the callback is freed, or uses
 *  another one; it may free `user_data`. Runs on the thread that freed or
 *  changed that object; if the function that takes it fails, or gets no
 *  callback, on the calling thread before that function returns. */
typedef void (*sparkchat_destroy_fn)(void *user_data);

/* ------------------------------------------------------------------------
 * Names
 * ------------------------------------------------------------------------ */

/** @return The constant's name, "SPARKCHAT_ERR_TIMEOUT"; "unknown" for any
 *  other number; static. Threads: any. */
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

/** The names for the other enumerations: the last words of a constant in lower
 *  case, separated by spaces, such as "first token"; "unknown" for any other
 *  number; static.
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
 * Strings are borrowed until the error is freed. No error text ever contains a
 * credential or a signature.
 * Threads: any, even several concurrently.
 * ------------------------------------------------------------------------ */

/** @return The status that the failed call returned; SPARKCHAT_OK for NULL. */
SPARKCHAT_API sparkchat_status
sparkchat_error_status(const sparkchat_error *error);

/** @return What went wrong, in one line; never NULL, "" for NULL. */
SPARKCHAT_API const char *sparkchat_error_message(const sparkchat_error *error);

/** @return What to do about it, in one line; never NULL, "" if there is no
 *  hint. */
SPARKCHAT_API const char *sparkchat_error_hint(const sparkchat_error *error);

/** @return The service's error code (protocol 5), such as 11200; 0 if the
 *  service reported none. */
SPARKCHAT_API int sparkchat_error_service_code(const sparkchat_error *error);

/** @return The service's request ID, which its support asks for; NULL if none
 *  was received. */
SPARKCHAT_API const char *sparkchat_error_sid(const sparkchat_error *error);

/** @return The HTTP status of a refused upgrade or request, such as 401; 0
 *  without one. */
SPARKCHAT_API int sparkchat_error_http_status(const sparkchat_error *error);

/** @return The body of a refusal, at most its first 8 KiB; NULL without one. */
SPARKCHAT_API const char *
sparkchat_error_http_body(const sparkchat_error *error);

/** @return The `Date` header of a refusal; NULL without one. */
SPARKCHAT_API const char *
sparkchat_error_server_date(const sparkchat_error *error);

/** The difference between this machine's clock and the server's. The service
 *  refuses a signature that is more than 300 s off (protocol 2.4).
 *
 *  @param[out] seconds  Positive if this machine's clock is ahead. May be NULL.
 *  @return 1 if it is known, otherwise 0. */
SPARKCHAT_API int sparkchat_error_clock_skew(const sparkchat_error *error,
                                             int64_t *seconds);

/** @return How long the server asks clients to wait, in ms (`Retry-After`); -1
 *  if it does not say. Retries wait that long if their budget allows it. */
SPARKCHAT_API int64_t
sparkchat_error_retry_after_ms(const sparkchat_error *error);

/** @return The errno that caused the failure; 0 without one. */
SPARKCHAT_API int sparkchat_error_os_errno(const sparkchat_error *error);

/** @return The phase in which the request failed; for SPARKCHAT_ERR_TIMEOUT,
 *  the phase whose deadline expired. */
SPARKCHAT_API sparkchat_phase
sparkchat_error_phase(const sparkchat_error *error);

/** @return 1 if the same request may succeed later, unchanged; otherwise 0. */
SPARKCHAT_API int sparkchat_error_retryable(const sparkchat_error *error);

/** Frees an error. */
SPARKCHAT_API void sparkchat_error_free(sparkchat_error *error);

/* ------------------------------------------------------------------------
 * Config
 *
 * The builder of a client. Threads: one at a time. Setters return SPARKCHAT_OK
 * or SPARKCHAT_ERR_INVALID_ARGUMENT. Strings are NUL-terminated and copied;
 * secrets are wiped from memory when the last object that needs them is freed.
 * ------------------------------------------------------------------------ */

/** Called for each entry of the log.
 *
 *  @param message    What happened, in one line; borrowed for the call.
 *  @param fields     Details as a JSON object, such as {"attempt":1}; borrowed
 *                    for the call. Neither text contains credentials,
 *                    signatures, messages or answers.
 *  @param user_data  As given with the callback.
 *
 *  Runs on the thread that made the call, inside the call; a client that is
 *  shared by threads calls it from all of them. It must not use the objects of
 *  that call. */
typedef void (*sparkchat_log_fn)(sparkchat_log_level level, const char *message,
                                 const char *fields, void *user_data);

/** @return A config with the defaults: the model "max", over WebSocket unless
 *  an API password is set. Never NULL. Ownership: the caller's, to be freed
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

/** @param api_secret  The APISecret of the console, exactly as shown there: 1
 *                     to 256 visible ASCII characters, no quotation mark. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_api_secret(
    sparkchat_config *config, const char *api_secret, sparkchat_error **error);

/** @param api_password  The APIPassword of the console, for HTTP; each model
 *                       has its own. 1 to 256 visible ASCII characters, no
 *                       quotation mark. Without it, HTTP uses API key and API
 *                       secret (protocol 2.6). */
SPARKCHAT_API sparkchat_status sparkchat_config_set_api_password(
    sparkchat_config *config, const char *api_password,
    sparkchat_error **error);

/** Sets the transport. By default, the URL's scheme determines it; without a
 *  URL, a model that is served over both uses HTTP if an API password is set,
 *  and WebSocket otherwise; for a password from the environment, see
 *  sparkchat_config_load_environment().
 *
 *  @param transport  If it does not fit the URL, the model, or the credentials,
 *                    sparkchat_client_new() fails. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_transport(
    sparkchat_config *config, sparkchat_transport transport,
    sparkchat_error **error);

/** Chooses a model by name. The model determines the URL, the domain, and the
 *  limits that requests are checked against. sparkchat_model_at() lists the
 *  names.
 *
 *  @param model  1 to 128 characters, such as "4.0Ultra", "max", or "x1"; not
 *                case-sensitive. If a URL is set, a name that the library does
 *                not know is sent unchanged; otherwise, sparkchat_client_new()
 *                returns SPARKCHAT_ERR_CONFIG. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_model(
    sparkchat_config *config, const char *model, sparkchat_error **error);

/** Sets the service's address, instead of the one of the model or the domain.
 *  Its scheme determines the transport.
 *
 *  @param url  wss://host[:port]/path[?query], or for HTTP https://..., with or
 *              without the final "/chat/completions" of its path. ws:// and
 *              http:// are not encrypted and only used if you write them.
 *
 *  For hosted models, the host selects the plan (protocol 10.1). Each plan has
 *  its own keys; set the model's id as the domain:
 *    https://maas-api.cn-huabei-1.xf-yun.com/v2         MaaS; /v1 for services
 *                                                       published before 2026-01-10
 *    https://maas-token-api.cn-huabei-1.xf-yun.com/v2   Token Plan
 *    https://maas-coding-api.cn-huabei-1.xf-yun.com/v2  Coding Plan, whose terms
 *                                                       are for coding tools, not
 *                                                       for backends or batches
 *  The library uses OpenAI's format: sparkchat_client_new() refuses their
 *  /anthropic.
 *
 *  A host outside xf-yun.com is a gateway. If you also set a model, its
 *  requests go to the gateway, with the model's transport and scheme, and with
 *  the path that the service has for the model; host, port, query, use of TLS,
 *  and any path in front of the service's path are kept. For example,
 *  ws://gateway/spark/v3.5/chat with the model "x2-flash" becomes
 *  http://gateway/spark/agent/v1/chat/completions. A path that the service does
 *  not have belongs to the gateway and is kept. A URL and a domain that you set
 *  together are used unchanged; for a URL from the environment, the domain
 *  determines the path. The replacement of the URL is logged (INFO). */
SPARKCHAT_API sparkchat_status sparkchat_config_set_url(
    sparkchat_config *config, const char *url, sparkchat_error **error);

/** Sets the service's own name for the model (protocol 1.1), such as
 *  "generalv3.5": it is sent as `domain` over WebSocket and as `model` over
 *  HTTP. Each WebSocket URL of the service has its own domain; without a URL,
 *  the domain determines it.
 *
 *  @param domain  1 to 128 characters. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_domain(
    sparkchat_config *config, const char *domain, sparkchat_error **error);

/** Sets the address for the vectors of texts, instead of the service's own.
 *
 *  @param url  https://host[:port]/[path][?query]; http:// is not encrypted and
 *              only used if you write it. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_embedding_url(
    sparkchat_config *config, const char *url, sparkchat_error **error);

/** Identifies the end user, for the service's moderation and limits.
 *
 *  @param user_id  1 to 32 characters (protocol 3.2). */
SPARKCHAT_API sparkchat_status sparkchat_config_set_user_id(
    sparkchat_config *config, const char *user_id, sparkchat_error **error);

/** Selects the adaptation of a fine-tuned model (MaaS). Sent as `patch_id` over
 *  WebSocket and as `lora_id` over HTTP.
 *
 *  @param patch_id  The resource id of the console, 1 to 32 visible ASCII
 *                   characters; "0" is the base model (protocol 1.3). */
SPARKCHAT_API sparkchat_status sparkchat_config_set_patch_id(
    sparkchat_config *config, const char *patch_id, sparkchat_error **error);

/** Trusts the certificates in a file instead of the system's. Each certificate
 *  is trusted directly, whether it is a root, an intermediate authority, or a
 *  server's own certificate.
 *
 *  Without this and sparkchat_config_set_ca_directory(), SSL_CERT_FILE (a PEM
 *  file) and SSL_CERT_DIR (directories, separated by ":") replace the system's
 *  certificates. Missing files and directories are skipped as long as any
 *  trusted certificate remains; set-uid programs ignore these variables.
 *
 *  @param path  A PEM file. sparkchat_client_new() reads it if the URL uses TLS.
 */
SPARKCHAT_API sparkchat_status sparkchat_config_set_ca_file(
    sparkchat_config *config, const char *path, sparkchat_error **error);

/** Trusts the certificates in a directory instead of the system's. Connections
 *  read those that they need, from this directory as from the system's, so that
 *  it must remain where it is: a program that calls chroot() after
 *  sparkchat_client_new() sets a file.
 *
 *  @param path  A directory prepared by `openssl rehash`; separate several by
 *               ":". */
SPARKCHAT_API sparkchat_status sparkchat_config_set_ca_directory(
    sparkchat_config *config, const char *path, sparkchat_error **error);

/** Takes settings from the environment, except those that you have set:
 *  IFLYTEK_SPARK_APP_ID, _API_KEY, _API_SECRET, _API_PASSWORD, _API_URL,
 *  _LLM_DOMAIN, _EMBEDDING_URL; if one of these is missing or empty, the
 *  official SDK's SPARKAI_APP_ID, _API_KEY, _API_SECRET, _URL, _DOMAIN. A
 *  password from the environment only selects HTTP if the other credentials are
 *  incomplete. Your own settings take precedence, whether you make them before
 *  or after this call; a model, a URL, or a domain that you set replaces both
 *  URL and domain of the environment. The exception is a gateway's URL in the
 *  environment: requests for the model or domain then go to that gateway; see
 *  sparkchat_config_set_url().
 *
 *  For tests, SPARKCHAT_TEST_SERVICE is a URL such as ws://127.0.0.1:4000; its
 *  server replaces all of the service's hosts, whatever else is set.
 *
 *  The library reads these variables in no other call.
 *
 *  Threads: no other thread may change the environment meanwhile.
 *  Errors: SPARKCHAT_ERR_INVALID_ARGUMENT names a variable with a bad value. */
SPARKCHAT_API sparkchat_status sparkchat_config_load_environment(
    sparkchat_config *config, sparkchat_error **error);

/* Deadlines, in ms. 0 disables a deadline; negative values are refused. A
 * deadline that expires ends the request with SPARKCHAT_ERR_TIMEOUT. The close
 * timeout differs in both: see sparkchat_config_set_close_timeout(). */

/** @param timeout_ms  For looking up the host name, including the wait for a
 *                     free thread; default 10,000 ms. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_resolve_timeout(
    sparkchat_config *config, int timeout_ms, sparkchat_error **error);

/** @param timeout_ms  For connecting to any of the host's addresses, and again
 *                     for the proxy's handshake; default 10,000 ms. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_connect_timeout(
    sparkchat_config *config, int timeout_ms, sparkchat_error **error);

/** @param timeout_ms  For the TLS handshake; default 10,000 ms. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_tls_timeout(
    sparkchat_config *config, int timeout_ms, sparkchat_error **error);

/** @param timeout_ms  For the WebSocket upgrade; default 15,000 ms. HTTP has no
 *                     upgrade: there, the wait counts as waiting for the first
 *                     token. */
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

/** Sets the deadline for the whole request, including the time between two
 *  calls of sparkchat_stream_next(). In a group that time does not count,
 *  unless you watch the group's descriptor: an answer does not time out because
 *  you were busy with another one. A complete answer that has been read is never
 *  taken away.
 *
 *  @param timeout_ms  For the whole request; default 0: only the deadlines of
 *                     the phases apply. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_total_timeout(
    sparkchat_config *config, int timeout_ms, sparkchat_error **error);

/** @param timeout_ms  For waiting in the queue, if the client limits its
 *                     requests; default 60,000 ms. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_queue_timeout(
    sparkchat_config *config, int timeout_ms, sparkchat_error **error);

/** Sets how long to wait, after the last message of an answer, for a late
 *  warning of the service (10019) and for its close, or over HTTP for the end
 *  of the body, after which the connection is kept. The service sends these
 *  immediately; the timeout only bounds the wait for a server that does not. It
 *  does not delay the events of the answer, only SPARKCHAT_DONE.
 *
 *  @param timeout_ms  Default 1,000 ms; 0 does not wait. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_close_timeout(
    sparkchat_config *config, int timeout_ms, sparkchat_error **error);

/** Sets the largest message accepted from the server; a larger one ends the
 *  request with SPARKCHAT_ERR_TOO_LARGE.
 *
 *  @param bytes  1,024 to 1 GiB; default 4 MiB. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_max_message_size(
    sparkchat_config *config, size_t bytes, sparkchat_error **error);

/** Sets the largest answer accepted: text and reasoning, tool calls, and
 *  citations together. A larger one ends the request with
 *  SPARKCHAT_ERR_TOO_LARGE.
 *
 *  @param bytes  1,024 to 1 GiB; default 64 MiB. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_max_answer_size(
    sparkchat_config *config, size_t bytes, sparkchat_error **error);

/** Keeps the service's messages unchanged, for sparkchat_response_raw(): for
 *  fields that this library does not read, and for troubleshooting.
 *
 *  @param enabled  Default 0: they are not kept. Otherwise they count towards
 *                  sparkchat_config_set_max_answer_size(). */
SPARKCHAT_API sparkchat_status sparkchat_config_set_keep_raw(
    sparkchat_config *config, int enabled, sparkchat_error **error);

/* Retries. The library retries transient failures: failures to connect, a
 * connection that ends before the service has the request, and the service's
 * transient codes (protocol 5). It never retries once a part of the answer has
 * been delivered, nor while another request of the caller is still running
 * (10006, 10007).
 *
 * A request that is sent twice is billed twice. If a connection ends without an
 * answer, whether it was closed, reset or silent, and whatever its close code,
 * the library sends the request again only if the system reports that the peer
 * acknowledged none of it. Otherwise the service may have the request: the
 * library returns SPARKCHAT_ERR_TRUNCATED and sends nothing again. A connection
 * that was kept, or made before its request, is replaced, which does not count
 * as an attempt; such a connection also counts as ended if the peer does not
 * acknowledge the request within the connect timeout.
 *
 * Between attempts the library waits for a random time: up to the base before
 * the second attempt, twice that before the third, and so on (full jitter).
 * After a rate limit of the service, it waits for the whole of that time. */

/** @param attempts  The number of attempts in all, 1 to 10; default 3. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_max_attempts(
    sparkchat_config *config, int attempts, sparkchat_error **error);

/** @param budget_ms  No attempt begins later than this after the first one,
 *                    even if it had to wait in the queue or the stream was not
 *                    driven: the previous failure is returned. Default 60,000
 *                    ms; 0 means no retries. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_retry_budget(
    sparkchat_config *config, int budget_ms, sparkchat_error **error);

/** @param base_ms  The longest wait before the second attempt: 0 or more;
 *                  default 500 ms.
 *  @param max_ms   The longest wait before any attempt: base_ms or more;
 *                  default 8,000 ms. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_retry_backoff(
    sparkchat_config *config, int base_ms, int max_ms, sparkchat_error **error);

/** If the service refuses a signature because this machine's clock is wrong,
 *  signs once more with the service's time, and keeps using that time. This
 *  additional attempt ignores the number of attempts and the budget.
 *
 *  @param enabled  1 or 0; default 0. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_clock_correction(
    sparkchat_config *config, int enabled, sparkchat_error **error);

/* Pacing: a burst of requests waits in a queue instead of being refused with
 * 11202 or 11203. All streams of a client share the limits. If the service
 * refuses an attempt because there are too many or because it is busy (protocol
 * 5), the client pauses for the retry backoff, or for as long as the server
 * asks if the retry budget allows that, lowers its rate, and raises it a little
 * with each answer until it is refused again. Answers and vectors come from
 * different servers, so these pauses and rates are apart. If a stream cannot
 * begin in time for this reason, its error names the refusal in its hint, and
 * has its HTTP status and `Retry-After`. A stream joins the queue when it is
 * first driven. If it is not driven within a second after its turn has come, it
 * lets the others pass, and keeps its place until it is driven again. */

/** @param per_second  Requests begun per second, 0.001 to 100,000; 0 means no
 *                     limit, the default. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_max_rate(
    sparkchat_config *config, double per_second, sparkchat_error **error);

/** @param requests  Requests under way at the same time, 1 to 1,000,000; 0
 *                    means no limit, the default. A request is under way until
 *                    its stream has returned its end, or is freed. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_max_concurrency(
    sparkchat_config *config, int requests, sparkchat_error **error);

/** Called before each attempt, including the first, once the client's own
 *  limits let it begin.
 *
 *  @param attempt  A number that is unique to this attempt in the process.
 *  @return 0: the attempt may begin, and counts until sparkchat_release_fn;
 *          positive: the milliseconds after which to call again; negative: the
 *          limiter has failed, and the stream fails with SPARKCHAT_ERR_CALLBACK.
 *          It must not wait: everything else that the thread drives would wait,
 *          too.
 *
 *  All three callbacks run inside a call on the client's streams, on the thread
 *  that made the call or frees the stream; a client that is shared by threads
 *  calls them from all of them. They must not use the objects of that call. */
typedef int (*sparkchat_acquire_fn)(int64_t attempt, void *user_data);

/** Called with the result of an attempt that has begun, and again if its answer
 *  fails later or is cancelled.
 *
 *  @param status        SPARKCHAT_OK once the service answers; the error's
 *                       status if the attempt fails, even if it will be
 *                       repeated.
 *  @param service_code  The service's code (protocol 5), or 0. */
typedef void (*sparkchat_report_fn)(int64_t attempt, sparkchat_status status,
                                    int service_code, void *user_data);

/** Called when an attempt is over, once for each that has begun. */
typedef void (*sparkchat_release_fn)(int64_t attempt, void *user_data);

/** Lets a limiter decide when an attempt may begin: for limits that several
 *  clients, processes or machines share. Only the first stream in the client's
 *  queue calls it, and stays the first until it may begin. The time in the queue
 *  counts as usual: see sparkchat_config_set_queue_timeout().
 *
 *  @param on_acquire  NULL removes the limiter.
 *  @param on_report   See sparkchat_report_fn.
 *  @param on_release  See sparkchat_release_fn.
 *  @param user_data   Passed to the callbacks.
 *  @param destroy     See sparkchat_destroy_fn; may be NULL.
 *  @return SPARKCHAT_ERR_INVALID_ARGUMENT: one of the callbacks is missing. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_limiter(
    sparkchat_config *config, sparkchat_acquire_fn on_acquire,
    sparkchat_report_fn on_report, sparkchat_release_fn on_release,
    void *user_data, sparkchat_destroy_fn destroy, sparkchat_error **error);

/** @param connections  How many HTTP connections a client keeps for the next
 *                      requests to each server: 0 to 10,000; default 8. A
 *                      connection that has been idle for 30 s is not used
 *                      again; it is closed with the next request over HTTP, or
 *                      with the client. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_max_idle_connections(
    sparkchat_config *config, int connections, sparkchat_error **error);

/** Lets the system probe idle connections (TCP keepalive). This keeps routers
 *  on the way from dropping them while a model thinks, and detects a peer that
 *  has vanished: the connection ends after about twice this time, or after this
 *  time plus 6 s if that is longer. Sent data that is not acknowledged counts
 *  as silence.
 *
 *  @param idle_ms  How long a connection is silent before the peer is probed,
 *                  in steps of a second: 1,000 to 32,767,000; 0 means never.
 *                  Default 60,000 ms. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_keepalive(
    sparkchat_config *config, int idle_ms, sparkchat_error **error);

/** Connects through a proxy.
 *
 *  @param url  http://[user:password@]host[:port] uses HTTP CONNECT,
 *              socks5://[user:password@]host[:port] uses SOCKS 5; the proxy
 *              looks up the server's name. socks5h:// and socks:// mean the
 *              same. Without a scheme, http:// is assumed; the default ports
 *              are 80 and 1080. "" disables the proxy, the default. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_proxy(
    sparkchat_config *config, const char *url, sparkchat_error **error);

/** Takes the proxy from https_proxy or all_proxy (in lower or upper case),
 *  unless a proxy is set or no_proxy names the server's host.
 *
 *  Threads: no other thread may change the environment meanwhile.
 *  Errors: if the proxy would be used and its variable has a bad value,
 *  sparkchat_client_new() fails with SPARKCHAT_ERR_INVALID_ARGUMENT and names
 *  the variable. */
SPARKCHAT_API sparkchat_status sparkchat_config_load_proxy_environment(
    sparkchat_config *config, sparkchat_error **error);

/** Sets the certificate that identifies the client to the server.
 *
 *  @param certificate  A PEM file: the certificate and its chain.
 *  @param key          A PEM file with its private key, not encrypted.
 *  sparkchat_client_new() reads both if the URL uses TLS. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_client_certificate(
    sparkchat_config *config, const char *certificate, const char *key,
    sparkchat_error **error);

/** Accepts only servers with one of these public keys, in addition to the usual
 *  checks.
 *
 *  @param pins  "sha256//" and the Base64 of the key's SHA-256 (of its
 *               SubjectPublicKeyInfo); separate several by ";". */
SPARKCHAT_API sparkchat_status sparkchat_config_set_pinned_public_key(
    sparkchat_config *config, const char *pins, sparkchat_error **error);

/** Sends log entries to a callback.
 *
 *  @param level      The highest level to log.
 *  @param on_log     See sparkchat_log_fn; NULL disables logging.
 *  @param user_data  Passed to the callback.
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
 *  @return 0 to continue; anything else cancels the request, and the call
 *          returns SPARKCHAT_ERR_CALLBACK.
 *
 *  Runs on the thread that made the call. It must not throw or longjmp out. */
typedef int (*sparkchat_event_fn)(const sparkchat_event *event,
                                  void *user_data);

/** Checks the config and creates a client from it. Does not use the network.
 *
 *  @param config       Copied; may be changed or freed afterwards.
 *  @param[out] client  The client, or NULL on failure.
 *  @return SPARKCHAT_OK; SPARKCHAT_ERR_CONFIG: settings are missing or
 *          contradict each other, and the error says what to set;
 *          SPARKCHAT_ERR_TLS: trusted certificates, or the client's own
 *          certificate or key, could not be read, or OpenSSL's configuration
 *          allows neither TLS 1.2 nor 1.3; or the failure of an earlier setter.
 *  Ownership: the client is the caller's, to be freed with
 *  sparkchat_client_free(). Threads: one at a time for each config.
 */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status
sparkchat_client_new(const sparkchat_config *config, sparkchat_client **client,
                     sparkchat_error **error);

/** Frees a client. Streams that were opened with it continue.
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

/** @return The model whose limits requests are checked against; NULL if the
 *  library does not know it. Static. Threads: any. */
SPARKCHAT_API const sparkchat_model *
sparkchat_client_model(const sparkchat_client *client);

/** Sends a request and waits for the whole answer. Signals that are handled
 *  meanwhile do not end the call; if your program must react to them, use
 *  sparkchat_client_open().
 *
 *  @param[out] response  What was received, even if the call fails; NULL only
 *                        if the request could not be sent at all. Ownership:
 *                        the caller's, to be freed with
 *                        sparkchat_response_free(). May be NULL.
 *  @return SPARKCHAT_OK: the answer is complete. Otherwise the error of the
 *          request, as sparkchat_client_open() and sparkchat_stream_next()
 *          list them.
 *  Threads: any number concurrently. */
SPARKCHAT_API sparkchat_status sparkchat_client_invoke(
    const sparkchat_client *client, const sparkchat_request *request,
    sparkchat_response **response, sparkchat_error **error);

/** Sends a request, and calls back for each event of the answer.
 *
 *  @param on_event       Called on this thread, inside this call; see
 *                        sparkchat_event_fn.
 *  @param user_data      Passed to the callback.
 *  @param[out] response  As for sparkchat_client_invoke().
 *  @return As sparkchat_client_invoke(); SPARKCHAT_ERR_CALLBACK: the callback
 *          asked to stop.
 *  Threads: any number concurrently. */
SPARKCHAT_API sparkchat_status sparkchat_client_stream(
    const sparkchat_client *client, const sparkchat_request *request,
    sparkchat_event_fn on_event, void *user_data, sparkchat_response **response,
    sparkchat_error **error);

/** Opens a stream for a request. sparkchat_stream_next() does the work.
 *
 *  @param[out] stream  The stream, or NULL on failure. Ownership: the
 *                      caller's, to be freed with sparkchat_stream_free().
 *  @return SPARKCHAT_OK; SPARKCHAT_ERR_INVALID_ARGUMENT: the model does not
 *          accept the request, and the error says what is wrong with it; or the
 *          failure of an earlier setter.
 *  Threads: any number concurrently. */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status sparkchat_client_open(
    const sparkchat_client *client, const sparkchat_request *request,
    sparkchat_stream **stream, sparkchat_error **error);

/** Connects before the request is known, so that the first token of the answer
 *  is only one round trip away later. sparkchat_stream_next() or
 *  sparkchat_group_next() does the work and returns SPARKCHAT_EVENT_READY; then
 *  sparkchat_stream_send() sends the request. The service keeps such a
 *  connection for 60 s (protocol 4.8); a connection that is older or has died
 *  is replaced when it is used.
 *
 *  @param[out] stream  As for sparkchat_client_open().
 *  @return SPARKCHAT_OK, or SPARKCHAT_ERR_FORKED.
 *  Threads: any number concurrently. */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status
sparkchat_client_connect(const sparkchat_client *client,
                         sparkchat_stream **stream, sparkchat_error **error);

/* ------------------------------------------------------------------------
 * Model
 *
 * The table of the service's models (protocol 1). It is static. Threads: any.
 * ------------------------------------------------------------------------ */

/** @return The number of models. */
SPARKCHAT_API size_t sparkchat_model_count(void);

/** @param at  0 to the count - 1; the first is the default.
 *  @return The model; NULL if there is none at that index. */
SPARKCHAT_API const sparkchat_model *sparkchat_model_at(size_t at);

/** @param name  A name or an alias; not case-sensitive.
 *  @return The model; NULL if it is not found. */
SPARKCHAT_API const sparkchat_model *sparkchat_model_find(const char *name);

/** @return The name, as for sparkchat_config_set_model(). */
SPARKCHAT_API const char *sparkchat_model_name(const sparkchat_model *model);

/** @param at  0 or more.
 *  @return An alias; NULL if there are no more. */
SPARKCHAT_API const char *sparkchat_model_alias(const sparkchat_model *model,
                                                size_t at);

/** @param transport  WEBSOCKET or HTTP.
 *  @return The model's URL; NULL if it is not served over that transport, or
 *          the URL is not known. */
SPARKCHAT_API const char *sparkchat_model_url(const sparkchat_model *model,
                                              sparkchat_transport transport);

/** @param transport  WEBSOCKET or HTTP.
 *  @return The service's name for the model; NULL if it is not served over that
 *          transport, or the name is your own (MaaS and the plans). */
SPARKCHAT_API const char *sparkchat_model_domain(const sparkchat_model *model,
                                                 sparkchat_transport transport);

/** @return How many tokens the messages may have; -1 if that is not known. If
 *          public sources disagree, the smaller number. */
SPARKCHAT_API int64_t
sparkchat_model_context_tokens(const sparkchat_model *model);

/** @return The largest max_tokens; -1 if that is not known, and for NULL. */
SPARKCHAT_API int64_t sparkchat_model_max_tokens(const sparkchat_model *model);

/** @return Whether the model has the feature; SPARKCHAT_SUPPORT_NO for NULL. */
SPARKCHAT_API sparkchat_support sparkchat_model_supports(
    const sparkchat_model *model, sparkchat_feature feature);

/* ------------------------------------------------------------------------
 * Request
 *
 * The builder of a request. Threads: one at a time; sending only reads it, so
 * many threads may send one request concurrently while no thread changes it.
 * Options that are not set are not sent: the service's defaults apply. Setters
 * return SPARKCHAT_OK or SPARKCHAT_ERR_INVALID_ARGUMENT. Limits that depend on
 * the model are checked when the request is sent.
 * ------------------------------------------------------------------------ */

/** @return An empty request. Never NULL. Ownership: the caller's, to be freed
 *  with sparkchat_request_free(). */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_request *
sparkchat_request_new(void);

/** Frees a request. Streams that it started continue. */
SPARKCHAT_API void sparkchat_request_free(sparkchat_request *request);

/** @return A copy with the messages and options of `request`, and with the
 *  failures of its setters. NULL for NULL. Ownership: the caller's, to be freed
 *  with sparkchat_request_free(). */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_request *
sparkchat_request_copy(const sparkchat_request *request);

/** Adds a message at the end. The service requires at most one system message,
 *  as the first, and a user message or a tool's result as the last (protocol
 *  3.5); this is checked when the request is sent.
 *
 *  @param role     SYSTEM, USER, or ASSISTANT.
 *  @param content  Not empty.
 *  @param length   Its length in bytes, or SPARKCHAT_NUL_TERMINATED. */
SPARKCHAT_API sparkchat_status sparkchat_request_add_message(
    sparkchat_request *request, sparkchat_role role, const char *content,
    size_t length, sparkchat_error **error);

/** Adds an image, which belongs to the user message that follows it. Hosted
 *  models with image support accept any number of images in each message, over
 *  HTTP (protocol 10.2); the model "image" accepts one, as the first message,
 *  over WebSocket (protocol 3.5). Images that a model does not accept are
 *  refused when the request is sent, or by the service if only it can tell.
 *
 *  @param data    A JPEG, PNG, GIF, WebP or BMP file; anything else is refused
 *                 here. The model "image" accepts JPEG and PNG, with sides of
 *                 at most 12,800 pixels, and 50 x 50 to 6000 x 6000 pixels in
 *                 all.
 *  @param length  Its bytes, at most 64 MiB. */
SPARKCHAT_API sparkchat_status
sparkchat_request_add_image(sparkchat_request *request, const void *data,
                            size_t length, sparkchat_error **error);

/** Adds the image in a file; see sparkchat_request_add_image().
 *
 *  @param path  A file of at most 64 MiB. */
SPARKCHAT_API sparkchat_status sparkchat_request_add_image_file(
    sparkchat_request *request, const char *path, sparkchat_error **error);

/** Adds an image that the service downloads; over HTTP only. See
 *  sparkchat_request_add_image().
 *
 *  @param url  https:// or http://, at most 8,192 bytes. Sent unchanged. */
SPARKCHAT_API sparkchat_status sparkchat_request_add_image_url(
    sparkchat_request *request, const char *url, sparkchat_error **error);

/** Adds a tool call of the model, as a part of its last answer. The result of
 *  each call must follow.
 *
 *  @param id         As in the event or the response; not empty.
 *  @param name       Not empty.
 *  @param arguments  As the model wrote them.
 *  @param length     Their length in bytes, or SPARKCHAT_NUL_TERMINATED. */
SPARKCHAT_API sparkchat_status sparkchat_request_add_tool_call(
    sparkchat_request *request, const char *id, const char *name,
    const char *arguments, size_t length, sparkchat_error **error);

/** Adds a tool's result. HTTP has a role for it; over WebSocket it is sent as a
 *  user message that begins with the tool's name.
 *
 *  @param call_id  The id of a call that was added before.
 *  @param content  Any text.
 *  @param length   Its length in bytes, or SPARKCHAT_NUL_TERMINATED. */
SPARKCHAT_API sparkchat_status sparkchat_request_add_tool_result(
    sparkchat_request *request, const char *call_id, const char *content,
    size_t length, sparkchat_error **error);

/** Adds a complete answer: its text and its tool calls. */
SPARKCHAT_API sparkchat_status sparkchat_request_add_response(
    sparkchat_request *request, const sparkchat_response *response,
    sparkchat_error **error);

/** Offers the model a tool to call (protocol 3.5). Not every model supports
 *  tools: see docs/models.md.
 *
 *  @param name         Not empty, such as "get_weather"; each only once.
 *  @param description  What the tool does; the model reads it. May be "".
 *  @param parameters   The JSON schema of its arguments: an object,
 *                      NUL-terminated. The service requires `type`,
 *                      `properties` and `required`; they are added if they are
 *                      missing. */
SPARKCHAT_API sparkchat_status sparkchat_request_add_tool(
    sparkchat_request *request, const char *name, const char *description,
    const char *parameters, sparkchat_error **error);

/** @param temperature  The sampling temperature: 0 to 1; 0 to 2 for reasoning
 *                      models, and for general models over HTTP; only 1 for
 *                      X2.5. General models refuse 0 over WebSocket: 0.01 is
 *                      sent instead. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_temperature(
    sparkchat_request *request, double temperature, sparkchat_error **error);

/** @param top_k  How many candidate tokens to sample from: 1 to 6. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_top_k(
    sparkchat_request *request, int top_k, sparkchat_error **error);

/** @param top_p  Nucleus sampling: above 0 to 1; only for reasoning models and
 *                over HTTP, and not for X2.5. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_top_p(
    sparkchat_request *request, double top_p, sparkchat_error **error);

/** @param max_tokens  The longest answer, in tokens: 1 to the model's limit. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_max_tokens(
    sparkchat_request *request, int max_tokens, sparkchat_error **error);

/** @param penalty  Discourages words that already occur: 0 to 3 for reasoning
 *                  models, -2 to 2 for others over HTTP; not for X2.5. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_presence_penalty(
    sparkchat_request *request, double penalty, sparkchat_error **error);

/** @param penalty  Discourages words that occur often: 0 to 1 for reasoning
 *                  models, -2 to 2 for others over HTTP; not for X2.5. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_frequency_penalty(
    sparkchat_request *request, double penalty, sparkchat_error **error);

/** @param chat_id  Links requests in the service's records; the service keeps
 *                  no history for it. Not empty. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_chat_id(
    sparkchat_request *request, const char *chat_id, sparkchat_error **error);

/** @param auditing  How strictly the service moderates, for hosted models:
 *                   "strict", "moderate", "loose", or "default". */
SPARKCHAT_API sparkchat_status sparkchat_request_set_auditing(
    sparkchat_request *request, const char *auditing, sparkchat_error **error);

/** @param thinking  Whether a reasoning model thinks first. By default, hosted
 *                   models such as spark-x2.5 do. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_thinking(
    sparkchat_request *request, sparkchat_thinking thinking,
    sparkchat_error **error);

/** Sets how much a hosted model thinks (protocol 10.2); over HTTP only.
 *
 *  @param effort  Not empty; usually "low", "medium" or "high". It is sent
 *                 unchanged: the services accept different values. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_reasoning_effort(
    sparkchat_request *request, const char *effort, sparkchat_error **error);

/** Sets web search. Without this call, the service's default applies: models
 *  that can search decide when to do so.
 *
 *  @param search      Whether and how to search.
 *  @param references  1 to receive the sources as SPARKCHAT_EVENT_CITATION;
 *                     otherwise 0. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_web_search(
    sparkchat_request *request, sparkchat_search search, int references,
    sparkchat_error **error);

/** @param choice  Whether the model is to call a tool. REQUIRED over WebSocket
 *                 and NAMED for hosted models over HTTP only work if one tool
 *                 is offered. Some models ignore both: the answer then ends
 *                 with SPARKCHAT_WARNING_TOOL_NOT_CALLED.
 *  @param name    The tool, for NAMED; otherwise ignored, and may be NULL. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_tool_choice(
    sparkchat_request *request, sparkchat_tool_choice choice, const char *name,
    sparkchat_error **error);

/** @param format  The format of the answer. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_response_format(
    sparkchat_request *request, sparkchat_response_format format,
    sparkchat_error **error);

/** Ends the answer where a sequence first occurs in its text. The service has
 *  no such option: the library cuts the answer before the sequence, and stops
 *  the service, which then rarely sends its token counts. The answer is
 *  complete, its finish reason is SPARKCHAT_FINISH_STOP, and
 *  sparkchat_response_stop_sequence() says which sequence it was.
 *
 *  @param sequence  1 to 1,024 bytes; up to 64 sequences can be added. The
 *                   sequences for one turn of a conversation replace those of
 *                   the conversation. */
SPARKCHAT_API sparkchat_status sparkchat_request_add_stop_sequence(
    sparkchat_request *request, const char *sequence, sparkchat_error **error);

/** Sets options that this library does not know: JSON that is merged into the
 *  request last, object by object, and overrides everything else. Over
 *  WebSocket, {"parameter": {"chat": {"new_option": 1}}} sends that option;
 *  over HTTP, {"new_option": 1} does.
 *
 *  @param json    An object as in protocol 3.1 or 3.6, except for header.app_id
 *                 and stream, which cannot be changed.
 *  @param length  Its length in bytes, or SPARKCHAT_NUL_TERMINATED. */
SPARKCHAT_API sparkchat_status
sparkchat_request_set_extra_json(sparkchat_request *request, const char *json,
                                 size_t length, sparkchat_error **error);

/* ------------------------------------------------------------------------
 * Stream
 * ------------------------------------------------------------------------ */

/** Waits for the next event, and does all the work of the request meanwhile.
 *
 *  @param timeout_ms  The longest wait, in ms; 0 does not wait; a negative
 *                     number waits as long as the deadlines allow.
 *  @param[out] event  The event; borrowed until the next call on this stream.
 *                     NULL unless SPARKCHAT_OK is returned. May be NULL.
 *  @return SPARKCHAT_OK: there is an event. SPARKCHAT_DONE: the answer is
 *          complete; further calls return the same. SPARKCHAT_AGAIN: no event
 *          within timeout_ms.
 *          SPARKCHAT_INTERRUPTED: a signal was handled. SPARKCHAT_ERR_STATE:
 *          another thread is inside this call, the stream is in a group, or it
 *          is connected and no request has been sent; the stream continues. Any
 *          other error: the request is over; further calls return the same
 *          error.
 *  Threads: one at a time. */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status
sparkchat_stream_next(sparkchat_stream *stream, int timeout_ms,
                      const sparkchat_event **event, sparkchat_error **error);

/** Sends a request on a stream that has none under way: one that
 *  sparkchat_client_connect() made, or one whose answer is complete. Hosted
 *  models (MaaS) answer several requests on one connection; for others, a
 *  second request makes a new connection.
 *
 *  @return SPARKCHAT_OK; SPARKCHAT_ERR_STATE: a request is under way, or the
 *          stream has failed; otherwise as sparkchat_client_open().
 *  Everything borrowed from the response to an earlier request is no longer
 *  valid after success; a failure does not affect it.
 *  Threads: one at a time. */
SPARKCHAT_API sparkchat_status sparkchat_stream_send(
    sparkchat_stream *stream, const sparkchat_request *request,
    sparkchat_error **error);

/** Attaches a pointer of yours to the stream.
 *
 *  @param user_data  Not touched by the library. Threads: one at a time. */
SPARKCHAT_API void sparkchat_stream_set_user_data(sparkchat_stream *stream,
                                                  void *user_data);

/** @return The attached pointer; NULL without one.
 *  Threads: one at a time. */
SPARKCHAT_API void *sparkchat_stream_user_data(const sparkchat_stream *stream);

/** Returns what has been received so far, even after a failure.
 *
 *  @return The response, borrowed until the stream is freed or sends another
 *          request with sparkchat_stream_send(). It grows with each
 *          sparkchat_stream_next(), and texts taken from it are borrowed until
 *          then. NULL for NULL.
 *  Threads: as the stream. */
SPARKCHAT_API const sparkchat_response *
sparkchat_stream_response(const sparkchat_stream *stream);

/** Stops the request. A sparkchat_stream_next() that waits, or the next one,
 *  returns SPARKCHAT_ERR_CANCELLED and closes the connection, which makes the
 *  service stop generating. This holds even if the stream is connected and has
 *  not sent a request yet. Does nothing if the request is over.
 *
 *  Threads: any, at any time before sparkchat_stream_free(), even from a signal
 *  handler. */
SPARKCHAT_API void sparkchat_stream_cancel(sparkchat_stream *stream);

/** Frees a stream. A request that is still running is stopped, and its
 *  connection closed; the outcome of a response that you have retained is then
 *  SPARKCHAT_OUTCOME_CANCELLED. Never blocks. Threads: one at a time. */
SPARKCHAT_API void sparkchat_stream_free(sparkchat_stream *stream);

/* ------------------------------------------------------------------------
 * Group
 *
 * Drives any number of streams on one thread, with one descriptor per stream
 * and three for the group. Streams take turns, one event at a time; data that
 * you do not ask for stays in the sockets. Threads: one at a time, for the
 * group and the streams in it together; any thread may call
 * sparkchat_stream_cancel() and sparkchat_group_wake().
 * ------------------------------------------------------------------------ */

/** @param[out] group  An empty group. Ownership: the caller's, to be freed with
 *                     sparkchat_group_free().
 *  @return SPARKCHAT_OK; SPARKCHAT_ERR_IO: no descriptor is free. */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status
sparkchat_group_new(sparkchat_group **group, sparkchat_error **error);

/** Frees a group. Streams that are still in it are not affected: they may be
 *  put into another group, used alone, or freed. */
SPARKCHAT_API void sparkchat_group_free(sparkchat_group *group);

/** Puts a stream into the group. Until it leaves, only sparkchat_group_next()
 *  drives it. It leaves when its request ends, with sparkchat_group_remove(),
 *  or when it is freed.
 *
 *  @return SPARKCHAT_OK; SPARKCHAT_ERR_STATE: it is in a group, or it has
 *          failed.
 *  Ownership: the stream stays the caller's. */
SPARKCHAT_API sparkchat_status sparkchat_group_add(sparkchat_group *group,
                                                   sparkchat_stream *stream,
                                                   sparkchat_error **error);

/** Takes a stream out of the group; its request continues when you drive it.
 *
 *  @return SPARKCHAT_OK; SPARKCHAT_ERR_STATE: it is not in this group. */
SPARKCHAT_API sparkchat_status sparkchat_group_remove(sparkchat_group *group,
                                                      sparkchat_stream *stream,
                                                      sparkchat_error **error);

/** @return The number of streams in the group. */
SPARKCHAT_API size_t sparkchat_group_count(const sparkchat_group *group);

/** Returns a descriptor for your own event loop: it is readable while
 *  sparkchat_group_next() has something to do, including deadlines
 *  (level-triggered). When it is readable, call sparkchat_group_next() with a
 *  timeout of 0 until it names no stream, or only a limited number of times if
 *  you have other work: the descriptor stays readable while anything is left.
 *
 *  @return The descriptor, the same for the group's life; -1 for NULL.
 *  Ownership: the group's; only wait on it. */
SPARKCHAT_API int sparkchat_group_fd(sparkchat_group *group);

/** Waits for the next event of any stream, and does the work of all streams
 *  meanwhile.
 *
 *  @param timeout_ms   As for sparkchat_stream_next().
 *  @param[out] stream  The stream that has the event or has ended; NULL if the
 *                      result is about no stream. May be NULL.
 *  @param[out] event   The event; borrowed until the next call on the group or
 *                      the stream. NULL unless SPARKCHAT_OK is returned.
 *  @return With a stream: SPARKCHAT_OK: an event. SPARKCHAT_DONE: its answer is
 *          complete, and it has left the group. An error: its request has
 *          failed, and it has left the group.
 *          Without a stream: SPARKCHAT_AGAIN: no event within timeout_ms, or
 *          sparkchat_group_wake() was called; there may be more to do, such as
 *          further handshakes, and sparkchat_group_fd() is then readable.
 *          SPARKCHAT_INTERRUPTED: a signal was handled. SPARKCHAT_DONE: no
 *          stream in the group has a request under way. An error: the call
 *          itself failed. */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status sparkchat_group_next(
    sparkchat_group *group, int timeout_ms, sparkchat_stream **stream,
    const sparkchat_event **event, sparkchat_error **error);

/** Makes a sparkchat_group_next() that waits, or the next one that would wait,
 *  return SPARKCHAT_AGAIN immediately.
 *
 *  Threads: any, at any time before sparkchat_group_free(), even from a signal
 *  handler. */
SPARKCHAT_API void sparkchat_group_wake(sparkchat_group *group);

/* ------------------------------------------------------------------------
 * Event
 *
 * The accessors of an event. They return NULL, 0, or -1 for other kinds of
 * events. Strings live as long as the event: until the callback returns, or the
 * next call on the stream. Threads: as the stream.
 * ------------------------------------------------------------------------ */

/** @return What the event reports; SPARKCHAT_EVENT_NONE for NULL. */
SPARKCHAT_API sparkchat_event_kind
sparkchat_event_kind_of(const sparkchat_event *event);

/** Returns the new text of TEXT and REASONING, never cut inside a character,
 *  and the message of WARNING.
 *
 *  @param[out] length  Its length in bytes; may be NULL. The text may contain
 *                      NUL bytes.
 *  @return NULL for other kinds. */
SPARKCHAT_API const char *sparkchat_event_text(const sparkchat_event *event,
                                               size_t *length);

/** @return TOOL_CALL: the id of the call, which you pass back with the result;
 *  if the service gives none, or one that is repeated or contains a NUL, the
 *  library makes one. NULL for other kinds. */
SPARKCHAT_API const char *
sparkchat_event_tool_call_id(const sparkchat_event *event);

/** @return TOOL_CALL: the tool's name, which may be one that was not offered.
 *  NULL for other kinds. */
SPARKCHAT_API const char *
sparkchat_event_tool_call_name(const sparkchat_event *event);

/** Returns the arguments of TOOL_CALL as the model wrote them. They should be a
 *  JSON object, but models make mistakes. If the model wrote none, or null,
 *  they are "{}".
 *
 *  @param[out] length  Its length in bytes; may be NULL.
 *  @return NULL for other kinds. */
SPARKCHAT_API const char *
sparkchat_event_tool_call_arguments(const sparkchat_event *event,
                                    size_t *length);

/** @return TOOL_CALL: 1 if the arguments are a JSON object; 0 if they are not,
 *  and for other kinds. */
SPARKCHAT_API int
sparkchat_event_tool_call_arguments_valid(const sparkchat_event *event);

/** @return CITATION: its number in the text, as in "[1]"; -1 if the service
 *  gave none, and for other kinds. */
SPARKCHAT_API int sparkchat_event_citation_index(const sparkchat_event *event);

/** @return CITATION: the page's title; "" if the service gave none; NULL for
 *  other kinds. */
SPARKCHAT_API const char *
sparkchat_event_citation_title(const sparkchat_event *event);

/** @return CITATION: the page's address; "" if the service gave none; NULL for
 *  other kinds. */
SPARKCHAT_API const char *
sparkchat_event_citation_url(const sparkchat_event *event);

/** @return USAGE: the requested count; -1 if the service gave none, and for
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

/** @return Why the answer ended, once it is over; SPARKCHAT_FINISH_NONE if the
 *  service does not say: over WebSocket it never does. SPARKCHAT_FINISH_STOP
 *  after a stop sequence, over both transports. */
SPARKCHAT_API sparkchat_finish_reason
sparkchat_response_finish_reason(const sparkchat_response *response);

/** @return The service's own finish reason, such as "length" or "abort"; if it
 *  sends several, the last one; "stop" after a stop sequence. NULL if it does
 *  not say. */
SPARKCHAT_API const char *
sparkchat_response_finish_reason_word(const sparkchat_response *response);

/** @return The sequence of sparkchat_request_add_stop_sequence() that ended the
 *  answer; NULL if none did. */
SPARKCHAT_API const char *
sparkchat_response_stop_sequence(const sparkchat_response *response);

/** @param[out] length  Its length in bytes; may be NULL. The text may contain
 *                      NUL bytes.
 *  @return The answer's text; "" if there is none; NULL for NULL. */
SPARKCHAT_API const char *
sparkchat_response_text(const sparkchat_response *response, size_t *length);

/** @param[out] length  Its length in bytes; may be NULL.
 *  @return The model's reasoning; "" if there is none; NULL for NULL. */
SPARKCHAT_API const char *
sparkchat_response_reasoning(const sparkchat_response *response,
                             size_t *length);

/** Returns the service's messages, if sparkchat_config_set_keep_raw() keeps
 *  them: those of all attempts, in the order of arrival.
 *
 *  @param[out] length  Its length in bytes; may be NULL.
 *  @return A JSON text sequence (RFC 7464): a byte 0x1E, which JSON does not
 *          have, precedes each message, and a newline follows it. "" if nothing
 *          was kept; NULL for NULL. */
SPARKCHAT_API const char *
sparkchat_response_raw(const sparkchat_response *response, size_t *length);

/** @return The service's request ID, which its support asks for; NULL if none
 *  was received. */
SPARKCHAT_API const char *
sparkchat_response_sid(const sparkchat_response *response);

/** @return The requested token count; -1 if it is not known. */
SPARKCHAT_API int64_t sparkchat_response_tokens(
    const sparkchat_response *response, sparkchat_tokens which);

/** @return The number of tool calls in the answer. */
SPARKCHAT_API size_t
sparkchat_response_tool_call_count(const sparkchat_response *response);

/** @param at  0 to the count - 1.
 *  @return The id of the call, as in the event; NULL if there is no call at
 *          that index. */
SPARKCHAT_API const char *
sparkchat_response_tool_call_id(const sparkchat_response *response, size_t at);

/** @param at  0 to the count - 1.
 *  @return The tool's name; NULL if there is no call at that index. */
SPARKCHAT_API const char *
sparkchat_response_tool_call_name(const sparkchat_response *response,
                                  size_t at);

/** @param at           0 to the count - 1.
 *  @param[out] length  Its length in bytes; may be NULL.
 *  @return The arguments, as the model wrote them; NULL if there is no call at
 *          that index. */
SPARKCHAT_API const char *
sparkchat_response_tool_call_arguments(const sparkchat_response *response,
                                       size_t at, size_t *length);

/** @param at  0 to the count - 1.
 *  @return 1 if the arguments are a JSON object; 0 if they are not, or if the
 *          call does not exist. */
SPARKCHAT_API int
sparkchat_response_tool_call_arguments_valid(const sparkchat_response *response,
                                             size_t at);

/** @return The number of sources that the web search named. */
SPARKCHAT_API size_t
sparkchat_response_citation_count(const sparkchat_response *response);

/** @param at  0 to the count - 1.
 *  @return Its number in the text; -1 if the service gave none, or if there is
 *          no citation at that index. */
SPARKCHAT_API int
sparkchat_response_citation_index(const sparkchat_response *response,
                                  size_t at);

/** @param at  0 to the count - 1.
 *  @return The page's title, may be ""; NULL if there is no citation at that
 *          index. */
SPARKCHAT_API const char *
sparkchat_response_citation_title(const sparkchat_response *response,
                                  size_t at);

/** @param at  0 to the count - 1.
 *  @return The page's address, may be ""; NULL if there is no citation at that
 *          index. */
SPARKCHAT_API const char *
sparkchat_response_citation_url(const sparkchat_response *response, size_t at);

/** @return The code of a warning, which may be one of sparkchat_warning_code; 0
 *  without one. A warning of the service takes precedence over one of the
 *  library. */
SPARKCHAT_API int
sparkchat_response_warning_code(const sparkchat_response *response);

/** @return The warning's message; NULL without one. */
SPARKCHAT_API const char *
sparkchat_response_warning_message(const sparkchat_response *response);

/** @return The requested time, in microseconds; -1 if it is not known. */
SPARKCHAT_API int64_t sparkchat_response_timing_us(
    const sparkchat_response *response, sparkchat_timing which);

/** @return The number of attempts so far; 0 before the first. */
SPARKCHAT_API int
sparkchat_response_attempts(const sparkchat_response *response);

/** @return How the connection of the last attempt was made. */
SPARKCHAT_API sparkchat_connection
sparkchat_response_connection(const sparkchat_response *response);

/** @return Bytes received in the last attempt, counted from the upgrade on,
 *  without the overhead of encryption. */
SPARKCHAT_API uint64_t
sparkchat_response_bytes_received(const sparkchat_response *response);

/** @return Bytes sent in the last attempt, counted in the same way. */
SPARKCHAT_API uint64_t
sparkchat_response_bytes_sent(const sparkchat_response *response);

/** Frees a response that you own: see the table at the top. */
SPARKCHAT_API void sparkchat_response_free(sparkchat_response *response);

/** Keeps a borrowed response, such as that of sparkchat_stream_response(), for
 *  longer than its stream.
 *
 *  @return The same response, which the caller now owns as well, to be freed
 *  with sparkchat_response_free(); NULL for NULL. While its answer is being
 *  received, the stream's rule for threads applies to it, too. */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_response *
sparkchat_response_retain(const sparkchat_response *response);

/* ------------------------------------------------------------------------
 * Embedding
 *
 * The vector of a text: texts with similar meanings have vectors that are near
 * each other. A separate service makes them, at its own address; an app needs
 * to be granted access (protocol 3.8). The client uses it like the chat
 * service: with the same app id, API key and API secret, deadlines (the vector
 * counts as the first token), retries, limits, proxy and certificates, over
 * kept connections. URL, model, transport, API password and patch id have no
 * effect.
 * ------------------------------------------------------------------------ */

/** Requests the vector of a text and waits for it. Signals that are handled
 *  meanwhile do not end the call.
 *
 *  @param text           1 byte to 1 MiB. The service accepts about 2,000
 *                        tokens.
 *  @param length         Its length in bytes, or SPARKCHAT_NUL_TERMINATED.
 *  @param domain         What the vector is for: vectors of documents are
 *                        compared with vectors of queries.
 *  @param[out] response  As for sparkchat_client_invoke(); if the call
 *                        succeeds, sparkchat_response_embedding() returns the
 *                        vector. Ownership: the caller's, to be freed with
 *                        sparkchat_response_free(). May be NULL.
 *  @return SPARKCHAT_OK; SPARKCHAT_ERR_CONTEXT_LENGTH: the text is too long for
 *          the service; otherwise as sparkchat_client_open_embedding() and
 *          sparkchat_stream_next().
 *  Threads: any number concurrently. */
SPARKCHAT_API sparkchat_status
sparkchat_client_embed(const sparkchat_client *client, const char *text,
                       size_t length, sparkchat_embedding_domain domain,
                       sparkchat_response **response, sparkchat_error **error);

/** Requests the vector of a text without waiting: sparkchat_stream_next() or
 *  sparkchat_group_next() does the work. The only event is
 *  SPARKCHAT_EVENT_READY; after SPARKCHAT_DONE, the stream's response has the
 *  vector. A stream handles one text: sparkchat_stream_send() returns
 *  SPARKCHAT_ERR_STATE.
 *
 *  @param text         As for sparkchat_client_embed(). Copied.
 *  @param length       Its length in bytes, or SPARKCHAT_NUL_TERMINATED.
 *  @param domain       As for sparkchat_client_embed().
 *  @param[out] stream  As for sparkchat_client_open().
 *  @return SPARKCHAT_OK; SPARKCHAT_ERR_INVALID_ARGUMENT: the text is NULL or
 *          not UTF-8, is empty or longer than 1 MiB, or the domain is not
 *          valid; SPARKCHAT_ERR_CONFIG: app id, API key or API secret is not
 *          set; SPARKCHAT_ERR_TLS: as from sparkchat_client_new(), if the
 *          client's own URL needs no certificates.
 *  Threads: any number concurrently. */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status
sparkchat_client_open_embedding(const sparkchat_client *client,
                                const char *text, size_t length,
                                sparkchat_embedding_domain domain,
                                sparkchat_stream **stream,
                                sparkchat_error **error);

/** Returns the vector as the service made it: it is not scaled to a length of
 *  1. All numbers are finite; a vector that is empty or has other numbers is
 *  SPARKCHAT_ERR_PROTOCOL. The service's vectors have 2,560 numbers; the
 *  library does not check this.
 *
 *  @param[out] count  The number of elements; may be NULL.
 *  @return The numbers, borrowed until the response is freed; NULL if the
 *          response has none. */
SPARKCHAT_API const float *
sparkchat_response_embedding(const sparkchat_response *response, size_t *count);

/* ------------------------------------------------------------------------
 * Conversation
 *
 * Keeps messages and answers, sends as many of them as the model accepts, and
 * runs the tools that you add. How much fits is known from the service's own
 * token counts; only messages that it has not counted yet are estimated. The
 * system message, an image at the start and the last turn are always sent, and
 * so are calls with their results; messages that are no longer sent stay in the
 * history. A tool choice that requires a call applies only until there
 * are results: after them, the model decides.
 *
 * A turn is a question and everything that follows, until its answer is
 * complete. sparkchat_conversation_ask() does all of this in one call. In
 * steps, with the streams driven by sparkchat_stream_next() or in a group, it
 * works like this:
 *
 *   begin -> a stream; drive it to its end, even if that is an error
 *   step  -> OK: another stream; drive it to its end as well
 *            TOOL_CALLS: add results with add_tool_result, then step
 *            DONE: question and answer are in the history
 *            an error: the history is what it was before the turn
 *   keep, rollback: end the turn early; keep also works after an error
 *
 * Threads: one at a time; all functions except the accessors return
 * SPARKCHAT_ERR_STATE while another thread is inside, or when called from one
 * of the conversation's callbacks. During a turn, so do all functions except
 * the accessors and sparkchat_conversation_step(), _add_tool_result(), _keep()
 * and _rollback(). Unless their comment says otherwise, functions return
 * SPARKCHAT_OK or SPARKCHAT_ERR_INVALID_ARGUMENT, and a failure changes nothing
 * and is not remembered.
 * ------------------------------------------------------------------------ */

/** Called when the model calls the tool.
 *
 *  @param name       The tool's name; borrowed for the call.
 *  @param arguments  A JSON object, as the model wrote it: it may not match the
 *                    tool's schema. Borrowed for the call.
 *  @param length     Its length in bytes.
 *  @param result     Set it with sparkchat_tool_result_set(); otherwise, the
 *                    model receives "null". Borrowed for the call.
 *  @param user_data  As given with the tool.
 *  @return 0 to continue; anything else ends the call that runs the tool, with
 *          SPARKCHAT_ERR_CALLBACK. Report errors that the model can correct as
 *          a result instead.
 *
 *  Runs on the thread that made the call, inside the call. It must not throw or
 *  longjmp out. Of the conversation's functions, it may call the accessors. */
typedef int (*sparkchat_tool_fn)(const char *name, const char *arguments,
                                 size_t length, sparkchat_tool_result *result,
                                 void *user_data);

/** @param client             The client that sends the requests. The
 *                            conversation keeps it alive.
 *  @param options            The options and tools of every request; its
 *                            messages begin the history. Copied; may be NULL.
 *  @param[out] conversation  Ownership: the caller's, to be freed with
 *                            sparkchat_conversation_free().
 *  @return SPARKCHAT_OK; SPARKCHAT_ERR_INVALID_ARGUMENT: a history cannot have
 *          these messages in this order; or the failure of an earlier setter of
 *          the options. */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status sparkchat_conversation_new(
    const sparkchat_client *client, const sparkchat_request *options,
    sparkchat_conversation **conversation, sparkchat_error **error);

/** Frees a conversation. The stream of a turn under way still belongs to its
 *  owner, and continues. */
SPARKCHAT_API void
sparkchat_conversation_free(sparkchat_conversation *conversation);

/** Offers the model a tool that sparkchat_conversation_ask() and
 *  sparkchat_conversation_step() call.
 *
 *  @param name         As for sparkchat_request_add_tool().
 *  @param description  Likewise.
 *  @param parameters   Likewise.
 *  @param on_call      See sparkchat_tool_fn.
 *  @param user_data    Passed to the callback.
 *  @param destroy      Called once the conversation is freed, or immediately if
 *                      this call fails; may be NULL. */
SPARKCHAT_API sparkchat_status sparkchat_conversation_add_tool(
    sparkchat_conversation *conversation, const char *name,
    const char *description, const char *parameters, sparkchat_tool_fn on_call,
    void *user_data, sparkchat_destroy_fn destroy, sparkchat_error **error);

/** @param rounds  In how many answers of a turn the model may call tools,
 *                 including tools offered with options: 0 to 100; default 8. */
SPARKCHAT_API sparkchat_status sparkchat_conversation_set_max_rounds(
    sparkchat_conversation *conversation, int rounds, sparkchat_error **error);

/** @param tokens  How many tokens the messages may have: 0 or more; 0 means no
 *                 limit. By default, 15/16 of the number in the table of
 *                 models, as tokens are estimated; for hosted models 3/4 of it,
 *                 as the answer counts as well. */
SPARKCHAT_API sparkchat_status sparkchat_conversation_set_context_tokens(
    sparkchat_conversation *conversation, int tokens, sparkchat_error **error);

/** Adds a message to the history.
 *
 *  @param role     SYSTEM replaces the previous system message; USER or
 *                  ASSISTANT is added at the end, if no call waits for its
 *                  result.
 *  @param content  Not empty.
 *  @param length   Its length in bytes, or SPARKCHAT_NUL_TERMINATED. */
SPARKCHAT_API sparkchat_status sparkchat_conversation_add_message(
    sparkchat_conversation *conversation, sparkchat_role role,
    const char *content, size_t length, sparkchat_error **error);

/** Adds all messages of a request at the end, as if one by one: use it to add
 *  images, tool calls and their results to a conversation that has begun. Adds
 *  nothing if another message follows a call that has no result.
 *
 *  @param request  Its options are not used. */
SPARKCHAT_API sparkchat_status sparkchat_conversation_add_messages(
    sparkchat_conversation *conversation, const sparkchat_request *request,
    sparkchat_error **error);

/** Adds a complete answer, with its text and tool calls, and learns from its
 *  token counts. Use it for answers to requests that the conversation did not
 *  send, if no call waits for its result. */
SPARKCHAT_API sparkchat_status sparkchat_conversation_add_response(
    sparkchat_conversation *conversation, const sparkchat_response *response,
    sparkchat_error **error);

/** Adds the result of a tool that you run yourself, inside or outside a turn.
 *
 *  @param call_id  The id of a call in the last answer that has no result yet.
 *  @param content  Any text.
 *  @param length   Its length in bytes, or SPARKCHAT_NUL_TERMINATED. */
SPARKCHAT_API sparkchat_status sparkchat_conversation_add_tool_result(
    sparkchat_conversation *conversation, const char *call_id,
    const char *content, size_t length, sparkchat_error **error);

/** Makes the next request, with as much of the history as fits: for programs
 *  that send it themselves, and then call
 *  sparkchat_conversation_add_response().
 *
 *  @param[out] request  Ownership: the caller's, to be freed with
 *                       sparkchat_request_free(). */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status
sparkchat_conversation_request(sparkchat_conversation *conversation,
                               sparkchat_request **request,
                               sparkchat_error **error);

/** Begins a turn: adds a question to the history, and opens the first request.
 *
 *  @param question     The user's question, not empty; NULL continues after
 *                      results, or with the messages of the options.
 *  @param length       Its length in bytes, or SPARKCHAT_NUL_TERMINATED.
 *  @param options      For this turn only: options that are set replace those
 *                      of the conversation, tools are added to its tools, and
 *                      messages, such as an image, come before the question.
 *                      Copied; may be NULL.
 *  @param[out] stream  As from sparkchat_client_open(). Ownership: the
 *                      caller's, to be freed with sparkchat_stream_free(),
 *                      before or after the next step.
 *  @return As sparkchat_client_open(); SPARKCHAT_ERR_STATE: the previous turn
 *          is not over. If it fails, the history is unchanged. */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status
sparkchat_conversation_begin(sparkchat_conversation *conversation,
                             const char *question, size_t length,
                             const sparkchat_request *options,
                             sparkchat_stream **stream,
                             sparkchat_error **error);

/** Continues a turn, after the end of a stream or after results: adds the
 *  answer to the history, and calls the tools of
 *  sparkchat_conversation_add_tool(), inside the call, on this thread. If
 *  arguments are not a JSON object, or a tool does not exist, the model
 *  receives an error as the result; arguments that the token limit cut are
 *  SPARKCHAT_ERR_TRUNCATED, as they would be cut again. If the service finds
 *  the history too long, a shorter part of it is sent again.
 *
 *  Tools that were offered with options are yours to run. Their calls are in
 *  the stream's response, and in the last assistant message.
 *
 *  @param[out] stream  The next stream, as from sparkchat_conversation_begin(),
 *                      if it returns SPARKCHAT_OK; otherwise NULL.
 *  @return SPARKCHAT_OK: drive the next stream;
 *          SPARKCHAT_TOOL_CALLS: calls have no result yet: add the results, in
 *          any order and at any time, with
 *          sparkchat_conversation_add_tool_result();
 *          SPARKCHAT_DONE: the turn is over;
 *          SPARKCHAT_ERR_STATE: no turn is under way, or its stream has not
 *          ended; nothing has changed;
 *          SPARKCHAT_ERR_TOOL_LIMIT: the model called tools in more answers
 *          than allowed;
 *          SPARKCHAT_ERR_CANCELLED: the stream was cancelled, or freed before
 *          its end;
 *          SPARKCHAT_ERR_CALLBACK: a tool asked to stop;
 *          otherwise the stream's own failure. After any error except ERR_STATE
 *          the turn is over, and the history is what it was before. */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status
sparkchat_conversation_step(sparkchat_conversation *conversation,
                            sparkchat_stream **stream, sparkchat_error **error);

/** Ends a turn, and keeps the part received so far: the question, answers with
 *  their calls and results, and the text received of the last answer. You can
 *  still add results for calls that have none, and then continue with a turn
 *  that begins with NULL. A stream under way is cancelled.
 *
 *  Does the same after a failed sparkchat_conversation_step() or
 *  sparkchat_conversation_ask(), if you have called only the accessors and
 *  sparkchat_conversation_save() in between.
 *
 *  @return SPARKCHAT_OK; SPARKCHAT_ERR_STATE: there is no such turn, or another
 *          thread is driving its stream. */
SPARKCHAT_API sparkchat_status sparkchat_conversation_keep(
    sparkchat_conversation *conversation, sparkchat_error **error);

/** Ends a turn, and restores the history from before it. A stream under way is
 *  cancelled. Does nothing if no turn is under way.
 *
 *  @return SPARKCHAT_OK; SPARKCHAT_ERR_STATE: see "Threads" above. */
SPARKCHAT_API sparkchat_status sparkchat_conversation_rollback(
    sparkchat_conversation *conversation, sparkchat_error **error);

/** Runs a whole turn in one call: sends the question, calls tools, and
 *  continues until the answer is complete, like sparkchat_conversation_begin()
 *  and repeated sparkchat_conversation_step(). If it fails, the history is
 *  unchanged, although tools may have been called. To be able to cancel from
 *  elsewhere, use begin and step instead.
 *
 *  If the model calls tools that were offered with options, the turn ends with
 *  these calls in the history: read them from the response, add the results,
 *  and call this function with NULL.
 *
 *  @param question       The user's question, not empty; NULL continues after
 *                        results.
 *  @param length         Its length in bytes, or SPARKCHAT_NUL_TERMINATED.
 *  @param on_event       As for sparkchat_client_stream(), for the events of
 *                        all rounds; may be NULL.
 *  @param user_data      Passed to the callback.
 *  @param[out] response  The response of the last round, as for
 *                        sparkchat_client_invoke().
 *  @return As sparkchat_client_stream() and sparkchat_conversation_step();
 *          SPARKCHAT_ERR_STATE: a turn is under way, or the call comes from a
 *          callback. */
SPARKCHAT_API sparkchat_status sparkchat_conversation_ask(
    sparkchat_conversation *conversation, const char *question, size_t length,
    sparkchat_event_fn on_event, void *user_data, sparkchat_response **response,
    sparkchat_error **error);

/** Returns the sum of the token counts of a turn's rounds.
 *
 *  @param which  Which count.
 *  @return The sum of the counts in the answers that were added since the last
 *          user message; a failed round does not remove those of earlier
 *          rounds. -1 if none of them has that count. */
SPARKCHAT_API int64_t sparkchat_conversation_tokens(
    const sparkchat_conversation *conversation, sparkchat_tokens which);

/** @return The number of messages in the history. */
SPARKCHAT_API size_t
sparkchat_conversation_count(const sparkchat_conversation *conversation);

/** @param at  0 to the count - 1.
 *  @return The role of the message; 0 if there is none at that index. During a
 *          turn, the history includes what the turn has added so far. */
SPARKCHAT_API sparkchat_role sparkchat_conversation_role(
    const sparkchat_conversation *conversation, size_t at);

/** @param at           0 to the count - 1.
 *  @param[out] length  Its length in bytes; may be NULL.
 *  @return The message's text, "" if it only has tool calls or an image; NULL
 *          if there is none at that index. Borrowed until a call of any
 *          function except the accessors and sparkchat_conversation_save()
 *          returns: the next call, which may take it as an argument, or the
 *          call whose callback is running. */
SPARKCHAT_API const char *
sparkchat_conversation_content(sparkchat_conversation *conversation, size_t at,
                               size_t *length);

/** @param at  As for sparkchat_conversation_role().
 *  @return The number of tool calls in that message; 0 for messages of other
 *  roles. */
SPARKCHAT_API size_t sparkchat_conversation_tool_call_count(
    const sparkchat_conversation *conversation, size_t at);

/** @param at    As for sparkchat_conversation_role().
 *  @param call  0 to sparkchat_conversation_tool_call_count() - 1; for a tool's
 *               result 0, which is the call that it answers.
 *  @return The call's id, borrowed like sparkchat_conversation_content(); NULL
 *  if there is no such call. */
SPARKCHAT_API const char *
sparkchat_conversation_tool_call_id(sparkchat_conversation *conversation,
                                    size_t at, size_t call);

/** @return The name of its tool; see sparkchat_conversation_tool_call_id(). */
SPARKCHAT_API const char *
sparkchat_conversation_tool_call_name(sparkchat_conversation *conversation,
                                      size_t at, size_t call);

/** @param[out] length  Its length in bytes; may be NULL.
 *  @return Its arguments, as the model wrote them; NULL for a result; see
 *  sparkchat_conversation_tool_call_id(). */
SPARKCHAT_API const char *
sparkchat_conversation_tool_call_arguments(sparkchat_conversation *conversation,
                                           size_t at, size_t call,
                                           size_t *length);

/** @param at           As for sparkchat_conversation_role().
 *  @param[out] length  Its length in bytes; may be NULL.
 *  @return The bytes of the message's image, as they were added, borrowed like
 *  sparkchat_conversation_content(); NULL if it has none. */
SPARKCHAT_API const void *
sparkchat_conversation_image(sparkchat_conversation *conversation, size_t at,
                             size_t *length);

/** @param at  As for sparkchat_conversation_role().
 *  @return The URL of the message's image, borrowed like
 *  sparkchat_conversation_content(); NULL if it has none. */
SPARKCHAT_API const char *
sparkchat_conversation_image_url(sparkchat_conversation *conversation,
                                 size_t at);

/** Shortens the history to its first messages, for example to take back a
 *  question.
 *
 *  @param count  How many messages to keep, starting with the first: 0 to
 *                sparkchat_conversation_count(). */
SPARKCHAT_API sparkchat_status
sparkchat_conversation_truncate(sparkchat_conversation *conversation,
                                size_t count, sparkchat_error **error);

/** Returns the history as JSON, in UTF-8: {"version": 1, "messages": [...]}.
 *  Each message has `role` ("system", "user", "assistant", "tool") and
 *  `content`. An answer also has `tool_calls`, a list of {"id", "type":
 *  "function", "function": {"name", "arguments"}}; a result has `tool_call_id`
 *  and `name`; an image has `image` in Base64 or `image_url` in place of
 *  content. `tokens` is present if the service has counted them: 1 to
 *  10,000,000, and a larger count becomes 10,000,000. The JSON contains no
 *  credentials. You can restore every saved history, whatever the service has
 *  answered, and histories that other programs write in this form.
 *
 *  Saving changes nothing: texts of the history stay borrowed, and
 *  sparkchat_conversation_keep() may follow.
 *
 *  @param[out] json    Ownership: the caller's, to be freed with
 *                      sparkchat_string_free().
 *  @param[out] length  Its length in bytes; may be NULL. */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status
sparkchat_conversation_save(const sparkchat_conversation *conversation,
                            char **json, size_t *length,
                            sparkchat_error **error);

/** Replaces the history with a saved one.
 *
 *  @param json    As sparkchat_conversation_save() writes it.
 *  @param length  Its length in bytes, or SPARKCHAT_NUL_TERMINATED.
 *  @return SPARKCHAT_OK; SPARKCHAT_ERR_INVALID_ARGUMENT: it is not a saved
 *          conversation, and the history is unchanged. */
SPARKCHAT_API sparkchat_status sparkchat_conversation_restore(
    sparkchat_conversation *conversation, const char *json, size_t length,
    sparkchat_error **error);

/** Sets the result of a tool for the model.
 *
 *  @param text    Any text; copied. A later call replaces it.
 *  @param length  Its length in bytes, or SPARKCHAT_NUL_TERMINATED. */
SPARKCHAT_API sparkchat_status
sparkchat_tool_result_set(sparkchat_tool_result *result, const char *text,
                          size_t length, sparkchat_error **error);

/** Frees a string that the library returned to be freed with this function. */
SPARKCHAT_API void sparkchat_string_free(char *string);

SPARKCHAT_END_DECLS

#endif
