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
 *       fprintf(stderr, "%s (%s)\n", sparkchat_error_message(error),
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
 *   program may set everything and check once. A message or a function that
 *   could not be added spoils the request for good.
 * Threads. Distinct objects may be used from distinct threads at once. A client
 *   never changes and may be shared by any number of threads. A builder
 *   (config, request) or a stream may move between threads but must not be used
 *   by two at once; sparkchat_stream_cancel() is the exception. The library
 *   has no threads of its own but one: looking up a host name runs on a
 *   short-lived thread with all signals blocked. Callbacks run on the calling
 *   thread, inside the call.
 * Manners. The library installs no signal handler, raises no SIGPIPE, opens no
 *   file but the trusted certificates, prints nothing, and changes neither
 *   locale, environment, nor allocator.
 * Fork. In a child process, the parent's clients and streams answer
 *   SPARKCHAT_ERR_FORKED, and the parent's connections are left alone; make a
 *   new client there. All objects may be freed in the child. Threads that wait
 *   inside the library at fork() do no harm, but while one is at work there, in
 *   OpenSSL or in the language's runtime, it may hold a lock that the child
 *   then waits for in vain: a program whose threads are asking should fork only
 *   to exec.
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
 *  Threads: any. Since 0.1. */
SPARKCHAT_API int sparkchat_version_number(void);

/** @return SPARKCHAT_VERSION_STRING of the loaded library; static.
 *  Threads: any. Since 0.1. */
SPARKCHAT_API const char *sparkchat_version_string(void);

/** @return The library and what it runs on, for a bug report: "sparkchat/0.1.0
 *  OpenSSL/3.0.19 jansson/2.14"; static.
 *  Threads: any. Since 0.1. */
SPARKCHAT_API const char *sparkchat_version_details(void);

/** @return SPARKCHAT_ABI_VERSION of the loaded library. A binding refuses to
 *  work with another one than it was written for.
 *  Threads: any. Since 0.1. */
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
/** A question with its history and parameters, under construction. It may be
 *  sent any number of times; sending copies it. */
typedef struct sparkchat_request sparkchat_request;
/** One exchange: a question on its way and its answer coming in. */
typedef struct sparkchat_stream sparkchat_stream;
/** Many streams that are driven by one thread. */
typedef struct sparkchat_group sparkchat_group;
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
  /** The server refused the WebSocket upgrade for another reason than
   *  authentication; see sparkchat_error_http_status(). */
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
  /** Too many questions a second, or at once. */
  SPARKCHAT_ERR_RATE_LIMITED = -52,
  /** The question or the answer was refused by moderation. */
  SPARKCHAT_ERR_CONTENT_FILTERED = -53,
  /** The service does not accept the request as it is. */
  SPARKCHAT_ERR_INVALID_REQUEST = -54,
  /** The app may not use this model or feature, or its tokens are used up. */
  SPARKCHAT_ERR_PERMISSION = -55,
  /** The daily allowance is used up. */
  SPARKCHAT_ERR_QUOTA = -56,
  /** The history and the question are longer than the model can take. */
  SPARKCHAT_ERR_CONTEXT_LENGTH = -57,
  /** The service has no capacity left at the moment. */
  SPARKCHAT_ERR_OVERLOADED = -58,

  /* Stopped. */
  SPARKCHAT_ERR_CANCELLED = -60,
  /** The caller's callback asked to stop. Never produced otherwise. */
  SPARKCHAT_ERR_CALLBACK = -61
} sparkchat_status;

/** How an exchange ended. Whatever the outcome, the text received is kept. */
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

/** The parts of an exchange, each with its own deadline. */
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
  /** From the upgrade to the first event of the answer. */
  SPARKCHAT_PHASE_FIRST_TOKEN = 6,
  /** Between two messages of the answer. */
  SPARKCHAT_PHASE_IDLE = 7,
  /** The whole exchange. */
  SPARKCHAT_PHASE_TOTAL = 8,
  /** Waiting in line, where the client limits how much is asked. */
  SPARKCHAT_PHASE_QUEUE = 9
} sparkchat_phase;

/** Who said a message. */
typedef enum sparkchat_role {
  SPARKCHAT_ROLE_SYSTEM = 1,
  SPARKCHAT_ROLE_USER = 2,
  SPARKCHAT_ROLE_ASSISTANT = 3
} sparkchat_role;

/** What an event tells. The list may grow: skip kinds you do not know. */
typedef enum sparkchat_event_kind {
  SPARKCHAT_EVENT_NONE = 0,
  /** Connected; the question is on its way, if there is one already. Once for
   *  each question, however often it is tried. */
  SPARKCHAT_EVENT_READY = 1,
  /** New text of the answer: sparkchat_event_text(). */
  SPARKCHAT_EVENT_TEXT = 2,
  /** New text of the model's reasoning: sparkchat_event_text(). */
  SPARKCHAT_EVENT_REASONING = 3,
  /** The model asks for a function: sparkchat_event_function_name(). */
  SPARKCHAT_EVENT_FUNCTION_CALL = 4,
  /** A source that the web search found: sparkchat_event_citation_url(). */
  SPARKCHAT_EVENT_CITATION = 5,
  /** Token counts: sparkchat_event_tokens(). */
  SPARKCHAT_EVENT_USAGE = 6,
  /** The answer stands, but the service warns (code 10019: the conversation
   *  tends to break its rules): sparkchat_event_code(), _text(). */
  SPARKCHAT_EVENT_WARNING = 7
} sparkchat_event_kind;

/** Token counts (protocol 4.1). */
typedef enum sparkchat_tokens {
  /** The last question alone; reserved by the service. */
  SPARKCHAT_TOKENS_QUESTION = 1,
  /** All that was sent, history included. */
  SPARKCHAT_TOKENS_PROMPT = 2,
  SPARKCHAT_TOKENS_COMPLETION = 3,
  /** Prompt and completion: what is billed. */
  SPARKCHAT_TOKENS_TOTAL = 4
} sparkchat_tokens;

/** Whether a reasoning model thinks before it answers (protocol 3.3). */
typedef enum sparkchat_thinking {
  SPARKCHAT_THINKING_DISABLED = 0,
  SPARKCHAT_THINKING_ENABLED = 1,
  /** The model decides. */
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

/** Where the time of an exchange went. */
typedef enum sparkchat_timing {
  /** Waiting in line; 0 where nothing limits the client. */
  SPARKCHAT_TIMING_QUEUE = 1,
  /** How long each part of connecting took; 0 on a warm connection. These are
   *  of the last attempt. */
  SPARKCHAT_TIMING_RESOLVE = 2,
  SPARKCHAT_TIMING_CONNECT = 3,
  SPARKCHAT_TIMING_TLS = 4,
  SPARKCHAT_TIMING_UPGRADE = 5,
  /** From the question to what is named. */
  SPARKCHAT_TIMING_FIRST_REASONING = 6,
  SPARKCHAT_TIMING_FIRST_TEXT = 7,
  SPARKCHAT_TIMING_LAST = 8,
  SPARKCHAT_TIMING_TOTAL = 9
} sparkchat_timing;

/** How the connection of an exchange came about. */
typedef enum sparkchat_connection {
  SPARKCHAT_CONNECTION_NONE = 0,
  /** Made for this question, with a full TLS handshake where there is one. */
  SPARKCHAT_CONNECTION_COLD = 1,
  /** Made for this question, with a TLS session of an earlier connection. */
  SPARKCHAT_CONNECTION_RESUMED = 2,
  /** There before the question was. */
  SPARKCHAT_CONNECTION_WARM = 3
} sparkchat_connection;

/** How much a log tells: each level includes the ones before it. */
typedef enum sparkchat_log_level {
  SPARKCHAT_LOG_ERROR = 1,
  SPARKCHAT_LOG_WARNING = 2,
  SPARKCHAT_LOG_INFO = 3,
  SPARKCHAT_LOG_DEBUG = 4
} sparkchat_log_level;

/** Called for each entry of the log.
 *
 *  @param message    What happened, in one line; borrowed for the call.
 *  @param fields     More about it, as a JSON object: {"attempt":1};
 *                    borrowed for the call. Credentials, signatures, questions
 *                    and answers are in neither.
 *  @param user_data  As given with the callback.
 *
 *  Runs on the thread that made the call, inside the call; a client that is
 *  shared by threads calls it from all of them. It must not call back into the
 *  objects of that call. */
typedef void (*sparkchat_log_fn)(sparkchat_log_level level, const char *message,
                                 const char *fields, void *user_data);

/** Called once when the last object that may call back is gone; it may free
 *  `user_data`. Runs on the thread that freed that object. */
typedef void (*sparkchat_destroy_fn)(void *user_data);

/** Called for each event.
 *
 *  @param event      The event; borrowed until the callback returns.
 *  @param user_data  As given with the callback.
 *  @return 0 to go on; anything else cancels the exchange, and the call returns
 *          SPARKCHAT_ERR_CALLBACK.
 *
 *  Runs on the thread that made the call. It must not throw or longjmp out. */
typedef int (*sparkchat_event_fn)(const sparkchat_event *event,
                                  void *user_data);

/** @return The constant's name, "SPARKCHAT_ERR_TIMEOUT"; "unknown" for a number
 *  that is none; static. Threads: any. Since 0.1. */
SPARKCHAT_API const char *sparkchat_status_name(sparkchat_status status);

/** @return "complete", "truncated", ...; static. Threads: any. Since 0.1. */
SPARKCHAT_API const char *sparkchat_outcome_name(sparkchat_outcome outcome);

/** @return "resolve", "connect", ...; static. Threads: any. Since 0.1. */
SPARKCHAT_API const char *sparkchat_phase_name(sparkchat_phase phase);

/** @return "text", "reasoning", ...; static. Threads: any. Since 0.1. */
SPARKCHAT_API const char *sparkchat_event_kind_name(sparkchat_event_kind kind);

/* ------------------------------------------------------------------------
 * Errors
 *
 * Accessors take an error and return what it knows. Strings are borrowed until
 * the error is freed. No error text ever holds a credential or a signature.
 * Threads: any, also several at once.
 * ------------------------------------------------------------------------ */

/** @return The status that the failed call returned; SPARKCHAT_OK for NULL.
 *  Since 0.1. */
SPARKCHAT_API sparkchat_status
sparkchat_error_status(const sparkchat_error *error);

/** @return What went wrong, in one line; never NULL, "" for NULL. Since 0.1. */
SPARKCHAT_API const char *sparkchat_error_message(const sparkchat_error *error);

/** @return What to do about it, in one line; never NULL, "" where there is
 *  nothing to say. Since 0.1. */
SPARKCHAT_API const char *sparkchat_error_hint(const sparkchat_error *error);

/** @return The service's own code (protocol 5), such as 11200; 0 where the
 *  failure is not the service's. Since 0.1. */
SPARKCHAT_API int sparkchat_error_service_code(const sparkchat_error *error);

/** @return The service's id of the exchange, for its support; NULL where none
 *  was received. Since 0.1. */
SPARKCHAT_API const char *sparkchat_error_sid(const sparkchat_error *error);

/** @return The HTTP status of a refused upgrade, such as 401; 0 where there is
 *  none. Since 0.1. */
SPARKCHAT_API int sparkchat_error_http_status(const sparkchat_error *error);

/** @return The body of a refused upgrade, at most its first 8 KiB; NULL where
 *  there is none. Since 0.1. */
SPARKCHAT_API const char *
sparkchat_error_http_body(const sparkchat_error *error);

/** @return The `Date` header of a refused upgrade; NULL where there is none.
 *  Since 0.1. */
SPARKCHAT_API const char *
sparkchat_error_server_date(const sparkchat_error *error);

/** How far this machine's clock is from the server's. The service refuses a
 *  signature that is more than 300 s off (protocol 2.4).
 *
 *  @param[out] seconds  Positive: our clock is ahead. May be NULL.
 *  @return 1 where it is known, otherwise 0. Since 0.1. */
SPARKCHAT_API int sparkchat_error_clock_skew(const sparkchat_error *error,
                                             int64_t *seconds);

/** @return The errno behind the failure; 0 where there is none. Since 0.1. */
SPARKCHAT_API int sparkchat_error_os_errno(const sparkchat_error *error);

/** @return The phase in which the exchange failed; for
 *  SPARKCHAT_ERR_TIMEOUT, whose deadline passed. Since 0.1. */
SPARKCHAT_API sparkchat_phase
sparkchat_error_phase(const sparkchat_error *error);

/** @return 1 where the same request may well succeed later, unchanged;
 *  otherwise 0. Since 0.1. */
SPARKCHAT_API int sparkchat_error_retryable(const sparkchat_error *error);

/** Frees an error. Since 0.1. */
SPARKCHAT_API void sparkchat_error_free(sparkchat_error *error);

/* ------------------------------------------------------------------------
 * Config
 *
 * Builder of a client. Threads: one at a time. Setters return SPARKCHAT_OK or
 * SPARKCHAT_ERR_INVALID_ARGUMENT. Strings are NUL-terminated and copied;
 * secrets are wiped from memory when the last object that needs them is freed.
 * ------------------------------------------------------------------------ */

/** @return A config with the defaults: URL wss://spark-api.xf-yun.com/v3.5/chat
 *  and domain generalv3.5. Never NULL. Ownership: the caller's, to be freed
 *  with sparkchat_config_free(). Since 0.1. */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_config *
sparkchat_config_new(void);

/** Frees a config. Clients made from it live on. Since 0.1. */
SPARKCHAT_API void sparkchat_config_free(sparkchat_config *config);

/** @param app_id  The APPID of the console: 1 to 64 visible ASCII characters.
 *  Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_app_id(
    sparkchat_config *config, const char *app_id, sparkchat_error **error);

/** @param api_key  The APIKey of the console: 1 to 256 visible ASCII
 *                  characters, no quotation mark. Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_api_key(
    sparkchat_config *config, const char *api_key, sparkchat_error **error);

/** @param api_secret  The APISecret of the console, as it stands there: 1 to
 *                     256 visible ASCII characters. Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_api_secret(
    sparkchat_config *config, const char *api_secret, sparkchat_error **error);

/** Chooses a model by name: this gives URL and domain, and the limits that
 *  requests are checked against. The README lists the names.
 *
 *  @param model  Such as "4.0Ultra", "max", or "x1"; not case-sensitive.
 *  Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_model(
    sparkchat_config *config, const char *model, sparkchat_error **error);

/** Where to ask, if not where the model or the domain says.
 *
 *  @param url  wss://host[:port]/path[?query]. ws:// is not encrypted and only
 *              used when it is written so.
 *  Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_url(
    sparkchat_config *config, const char *url, sparkchat_error **error);

/** Which model to ask, in the service's own word (protocol 1.1), such as
 *  "generalv3.5". Each URL of the service has its own; without a URL, the
 *  domain gives it.
 *
 *  @param domain  1 to 128 characters. Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_domain(
    sparkchat_config *config, const char *domain, sparkchat_error **error);

/** Whom the questions come from, for the service's moderation and limits.
 *
 *  @param user_id  1 to 32 characters (protocol 3.2). Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_user_id(
    sparkchat_config *config, const char *user_id, sparkchat_error **error);

/** Fine-tuned models (MaaS): which adaptation to use.
 *
 *  @param patch_id  The resource id of the console, 1 to 32 characters; "0" is
 *                   the base model (protocol 1.3). Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_patch_id(
    sparkchat_config *config, const char *patch_id, sparkchat_error **error);

/** Trusts the certificates of a file instead of the system's.
 *
 *  @param path  A PEM file, read by sparkchat_client_new(). Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_ca_file(
    sparkchat_config *config, const char *path, sparkchat_error **error);

/** Trusts the certificates of a directory instead of the system's.
 *
 *  @param path  A directory as `openssl rehash` prepares it. Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_ca_directory(
    sparkchat_config *config, const char *path, sparkchat_error **error);

/** Takes what is not set yet from the environment: IFLYTEK_SPARK_APP_ID,
 *  _API_KEY, _API_SECRET, _API_URL, _LLM_DOMAIN; where one of these is missing
 *  or empty, the official SDK's SPARKAI_APP_ID, _API_KEY, _API_SECRET, _URL,
 *  _DOMAIN. What is set wins, whether before or afterwards; a model, a URL, or
 *  a domain that is set replaces both URL and domain of the environment. The
 *  library reads these variables in no other call.
 *
 *  Threads: no other thread may change the environment meanwhile.
 *  Errors: SPARKCHAT_ERR_INVALID_ARGUMENT names a variable with a bad value.
 *  Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_load_environment(
    sparkchat_config *config, sparkchat_error **error);

/* Deadlines, in ms; 0 switches one off, negative values are refused. A deadline
 * that passes ends the exchange with SPARKCHAT_ERR_TIMEOUT. */

/** @param timeout_ms  For looking up the host name; default 10,000 ms.
 *  Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_resolve_timeout(
    sparkchat_config *config, int timeout_ms, sparkchat_error **error);

/** @param timeout_ms  For connecting to any of the host's addresses; default
 *                     10,000 ms. Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_connect_timeout(
    sparkchat_config *config, int timeout_ms, sparkchat_error **error);

/** @param timeout_ms  For the TLS handshake; default 10,000 ms. Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_tls_timeout(
    sparkchat_config *config, int timeout_ms, sparkchat_error **error);

/** @param timeout_ms  For the WebSocket upgrade; default 15,000 ms.
 *  Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_upgrade_timeout(
    sparkchat_config *config, int timeout_ms, sparkchat_error **error);

/** @param timeout_ms  From the upgrade to the first message of the answer;
 *                     default 120,000 ms (the service may need 60 s, protocol
 *                     4.8), and 300,000 ms for reasoning models. Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_first_token_timeout(
    sparkchat_config *config, int timeout_ms, sparkchat_error **error);

/** @param timeout_ms  Between two messages of the answer; default 120,000 ms.
 *  Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_idle_timeout(
    sparkchat_config *config, int timeout_ms, sparkchat_error **error);

/** @param timeout_ms  For the whole exchange; default 0: as long as each phase
 *                     keeps its own deadline, an answer may take its time.
 *  Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_total_timeout(
    sparkchat_config *config, int timeout_ms, sparkchat_error **error);

/** @param timeout_ms  For waiting in line, where the client limits how much is
 *                     asked; default 60,000 ms. Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_queue_timeout(
    sparkchat_config *config, int timeout_ms, sparkchat_error **error);

/** After the last message of an answer, how long to wait for a late warning of
 *  the service (10019) or for its close. The service closes at once; this only
 *  bounds the wait for a server that does not. The events of the answer are not
 *  held back meanwhile, only SPARKCHAT_DONE is.
 *
 *  @param timeout_ms  Default 1,000 ms; 0 does not wait. Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_close_timeout(
    sparkchat_config *config, int timeout_ms, sparkchat_error **error);

/** The largest message accepted from the server; a larger one ends the exchange
 *  with SPARKCHAT_ERR_TOO_LARGE.
 *
 *  @param bytes  1,024 to 1 GiB; default 4 MiB. Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_max_message_size(
    sparkchat_config *config, size_t bytes, sparkchat_error **error);

/** The largest answer kept: text and reasoning together, function calls, and
 *  citations. A larger one ends the exchange with SPARKCHAT_ERR_TOO_LARGE.
 *
 *  @param bytes  1,024 to 1 GiB; default 64 MiB. Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_max_answer_size(
    sparkchat_config *config, size_t bytes, sparkchat_error **error);

/* Retries. What may pass by itself is tried again: failures to connect, a
 * connection that ends before the answer begins, and the service's transient
 * codes (protocol 5) - but never once a part of the answer has been delivered,
 * and never while the caller's other question is still running (10006, 10007).
 * Between attempts the library waits for a random time, up to the base for the
 * first, twice that for the second, and so on (full jitter); where a limit of
 * the service was met, for all of that time. */

/** @param attempts  How often to try in all, 1 to 10; default 3. Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_max_attempts(
    sparkchat_config *config, int attempts, sparkchat_error **error);

/** @param budget_ms  No attempt begins later than this after the first one;
 *                    default 60,000 ms. Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_retry_budget(
    sparkchat_config *config, int budget_ms, sparkchat_error **error);

/** @param base_ms  The longest wait before the second attempt; default 500 ms.
 *  @param max_ms   The longest wait before any; default 8,000 ms. Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_retry_backoff(
    sparkchat_config *config, int base_ms, int max_ms, sparkchat_error **error);

/** Where the service refuses a signature because this machine's clock is wrong,
 *  signs once more with the service's time, and goes on with it.
 *
 *  @param enabled  1 or 0; default 0. Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_clock_correction(
    sparkchat_config *config, int enabled, sparkchat_error **error);

/* Pacing: a burst of questions waits in line instead of being refused with
 * 11202 or 11203. The limits hold for all streams of a client together; a
 * stream joins the line when it is first driven. */

/** @param per_second  Questions begun in a second, 0.001 to 100,000; 0 is no
 *                     limit, the default. Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_max_rate(
    sparkchat_config *config, double per_second, sparkchat_error **error);

/** @param questions  Questions under way at once, 1 to 1,000,000; 0 is no
 *                    limit, the default. Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_max_concurrency(
    sparkchat_config *config, int questions, sparkchat_error **error);

/** Connects through a proxy.
 *
 *  @param url  http://[user:password@]host[:port] uses HTTP CONNECT,
 *              socks5://[user:password@]host[:port] uses SOCKS 5; the proxy
 *              looks up the server's name. socks5h:// means the same. Without
 *              a scheme it is http://; the default ports are 80 and 1080. "" is
 *              no proxy, the default.
 *  Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_proxy(
    sparkchat_config *config, const char *url, sparkchat_error **error);

/** Takes the proxy from https_proxy or all_proxy (in small or capital letters),
 *  unless one is set, or no_proxy names the server's host.
 *
 *  Threads: no other thread may change the environment meanwhile.
 *  Errors: SPARKCHAT_ERR_INVALID_ARGUMENT names a variable with a bad value.
 *  Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_load_proxy_environment(
    sparkchat_config *config, sparkchat_error **error);

/** Shows the server a certificate of our own.
 *
 *  @param certificate  A PEM file: the certificate, and what leads to its root.
 *  @param key          A PEM file with its private key, not encrypted.
 *  Both are read by sparkchat_client_new(). Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_client_certificate(
    sparkchat_config *config, const char *certificate, const char *key,
    sparkchat_error **error);

/** Accepts only servers with a certain public key, over and above the usual
 *  checks.
 *
 *  @param pins  "sha256//" and the Base64 of the key's SHA-256 (of its
 *               SubjectPublicKeyInfo); several are separated by ";".
 *  Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_config_set_pinned_public_key(
    sparkchat_config *config, const char *pins, sparkchat_error **error);

/** Sends a log to the caller.
 *
 *  @param level      How much to tell.
 *  @param on_log     See sparkchat_log_fn; NULL ends logging.
 *  @param user_data  Handed to the callback.
 *  @param destroy    See sparkchat_destroy_fn; may be NULL. Since 0.1. */
SPARKCHAT_API sparkchat_status
sparkchat_config_set_log(sparkchat_config *config, sparkchat_log_level level,
                         sparkchat_log_fn on_log, void *user_data,
                         sparkchat_destroy_fn destroy, sparkchat_error **error);

/* ------------------------------------------------------------------------
 * Client
 * ------------------------------------------------------------------------ */

/** Checks the config and makes a client of it. Nothing goes over the network.
 *
 *  @param config       Copied; may be changed or freed afterwards.
 *  @param[out] client  The client, or NULL on failure.
 *  @return SPARKCHAT_OK; SPARKCHAT_ERR_CONFIG: something is missing or does not
 *          fit together, and the error says what to set; SPARKCHAT_ERR_TLS:
 *          trusted certificates could not be read; or the failure of an earlier
 *          setter.
 *  Ownership: the client is the caller's, to be freed with
 *  sparkchat_client_free(). Threads: one at a time for each config. Since 0.1.
 */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status
sparkchat_client_new(const sparkchat_config *config, sparkchat_client **client,
                     sparkchat_error **error);

/** Frees a client. Streams that were opened with it go on.
 *  Threads: any. Since 0.1. */
SPARKCHAT_API void sparkchat_client_free(sparkchat_client *client);

/** @return The URL in use, without any signature; borrowed until the client is
 *  freed. Threads: any. Since 0.1. */
SPARKCHAT_API const char *sparkchat_client_url(const sparkchat_client *client);

/** @return The domain in use; borrowed until the client is freed.
 *  Threads: any. Since 0.1. */
SPARKCHAT_API const char *
sparkchat_client_domain(const sparkchat_client *client);

/** Asks and waits for the whole answer. Signals that are handled meanwhile do
 *  not end the call; a program that must react to them uses
 *  sparkchat_client_open().
 *
 *  @param[out] response  What was received, also when the call fails; NULL only
 *                        where the request could not be sent at all.
 *                        Ownership: the caller's, to be freed with
 *                        sparkchat_response_free(). May be NULL.
 *  @return SPARKCHAT_OK: the answer is complete. Otherwise the error of the
 *          exchange, as sparkchat_client_open() and sparkchat_stream_next()
 *          list them.
 *  Threads: any number at once. Since 0.1. */
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
 *  Threads: any number at once. Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_client_stream(
    const sparkchat_client *client, const sparkchat_request *request,
    sparkchat_event_fn on_event, void *user_data, sparkchat_response **response,
    sparkchat_error **error);

/** Starts an exchange. The work is done by sparkchat_stream_next().
 *
 *  @param[out] stream  The exchange, or NULL on failure. Ownership: the
 *                      caller's, to be freed with sparkchat_stream_free().
 *  @return SPARKCHAT_OK; SPARKCHAT_ERR_INVALID_ARGUMENT: the request is not one
 *          that the model takes, and the error says what is wrong with it; or
 *          the failure of an earlier setter.
 *  Threads: any number at once. Since 0.1. */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status sparkchat_client_open(
    const sparkchat_client *client, const sparkchat_request *request,
    sparkchat_stream **stream, sparkchat_error **error);

/** Connects before the question is known, so that the first token of the answer
 *  is one round trip away once it is: sparkchat_stream_next() or
 *  sparkchat_group_next() does the work and tells SPARKCHAT_EVENT_READY, and
 *  sparkchat_stream_send() asks. The service keeps such a connection for 60 s
 *  (protocol 4.8); one that is older or has died is replaced when it is used.
 *
 *  @param[out] stream  As for sparkchat_client_open().
 *  Threads: any number at once. Since 0.1. */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status
sparkchat_client_connect(const sparkchat_client *client,
                         sparkchat_stream **stream, sparkchat_error **error);

/* ------------------------------------------------------------------------
 * Request
 *
 * Builder of a question. Threads: one at a time; sending only reads it, so one
 * request may be sent by many threads at once while nobody changes it. Options
 * that are not set are not sent: the service's defaults hold. Setters return
 * SPARKCHAT_OK or SPARKCHAT_ERR_INVALID_ARGUMENT. What only some models take is
 * checked when the request is sent.
 * ------------------------------------------------------------------------ */

/** @return An empty request. Never NULL. Ownership: the caller's, to be freed
 *  with sparkchat_request_free(). Since 0.1. */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_request *
sparkchat_request_new(void);

/** Frees a request. Exchanges that it started go on. Since 0.1. */
SPARKCHAT_API void sparkchat_request_free(sparkchat_request *request);

/** Adds a message at the end. The service wants at most one system message, the
 *  first, and a user message last (protocol 3.5); this is checked when the
 *  request is sent.
 *
 *  @param content  Not empty.
 *  @param length   Bytes of it, or SPARKCHAT_NUL_TERMINATED. Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_request_add_message(
    sparkchat_request *request, sparkchat_role role, const char *content,
    size_t length, sparkchat_error **error);

/** Offers the model a function to call (protocol 3.5). Not every model takes
 *  functions: see the README's table.
 *
 *  @param name         Not empty, such as "get_weather".
 *  @param description  What it does, for the model.
 *  @param parameters   JSON schema of its arguments: an object, NUL-terminated.
 *  Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_request_add_function(
    sparkchat_request *request, const char *name, const char *description,
    const char *parameters, sparkchat_error **error);

/** @param temperature  How freely to choose words: above 0 to 1, for reasoning
 *                      models 0 to 2. Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_temperature(
    sparkchat_request *request, double temperature, sparkchat_error **error);

/** @param top_k  How many candidates to choose among: 1 to 6. Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_top_k(
    sparkchat_request *request, int top_k, sparkchat_error **error);

/** @param top_p  Nucleus sampling: above 0 to 1; reasoning models. Since 0.1.
 */
SPARKCHAT_API sparkchat_status sparkchat_request_set_top_p(
    sparkchat_request *request, double top_p, sparkchat_error **error);

/** @param max_tokens  The longest answer, in tokens: 1 to the model's limit.
 *  Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_max_tokens(
    sparkchat_request *request, int max_tokens, sparkchat_error **error);

/** @param penalty  Against words already there: 0 to 3; reasoning models.
 *  Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_presence_penalty(
    sparkchat_request *request, double penalty, sparkchat_error **error);

/** @param penalty  Against frequent words: 0 to 1; reasoning models.
 *  Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_frequency_penalty(
    sparkchat_request *request, double penalty, sparkchat_error **error);

/** @param chat_id  Links questions in the service's records; it keeps no
 *                  history by it. Not empty. Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_chat_id(
    sparkchat_request *request, const char *chat_id, sparkchat_error **error);

/** @param auditing  "strict", "moderate", "loose", or "default". Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_auditing(
    sparkchat_request *request, const char *auditing, sparkchat_error **error);

/** @param thinking  Whether a reasoning model thinks first. Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_thinking(
    sparkchat_request *request, sparkchat_thinking thinking,
    sparkchat_error **error);

/** Web search. Without this call, the service's default holds: models that can
 *  search do so when they think it helps.
 *
 *  @param search      Whether and how.
 *  @param references  1: send the sources as SPARKCHAT_EVENT_CITATION; 0: do
 *                     not. Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_web_search(
    sparkchat_request *request, sparkchat_search search, int references,
    sparkchat_error **error);

/** @param name  The function that the model must call. Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_request_set_function_choice(
    sparkchat_request *request, const char *name, sparkchat_error **error);

/** A door for what this library does not know yet: JSON that is merged into the
 *  request last, object by object, over everything else. {"parameter":
 *  {"chat": {"new_option": 1}}} sends that option.
 *
 *  @param json    An object with the shape of protocol 3.1, but for
 *                 header.app_id, which stays as configured.
 *  @param length  Bytes of it, or SPARKCHAT_NUL_TERMINATED. Since 0.1. */
SPARKCHAT_API sparkchat_status
sparkchat_request_set_extra_json(sparkchat_request *request, const char *json,
                                 size_t length, sparkchat_error **error);

/* ------------------------------------------------------------------------
 * Stream
 * ------------------------------------------------------------------------ */

/** Waits for the next event and does all the work of the exchange meanwhile.
 *
 *  @param timeout_ms  The longest wait, in ms; 0 does what can be done without
 *                     waiting; -1 waits as long as the deadlines allow.
 *  @param[out] event  The event; borrowed until the next call on this stream.
 *                     NULL unless SPARKCHAT_OK is returned.
 *  @return SPARKCHAT_OK: there is an event. SPARKCHAT_DONE: the answer is
 *          complete. SPARKCHAT_AGAIN: nothing within timeout_ms.
 *          SPARKCHAT_INTERRUPTED: a signal was handled. An error: the exchange
 *          is over; further calls return the same. SPARKCHAT_ERR_STATE: another
 *          thread is inside this call, the stream is in a group, or it is
 *          connected and no question has been sent; the exchange goes on.
 *  Threads: one at a time. Since 0.1. */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status
sparkchat_stream_next(sparkchat_stream *stream, int timeout_ms,
                      const sparkchat_event **event, sparkchat_error **error);

/** Asks on a stream that has no question under way: one that
 *  sparkchat_client_connect() made, or one whose answer is complete. Hosted
 *  models (MaaS) answer several questions on one connection; for others, a
 *  second question makes a new one.
 *
 *  @return SPARKCHAT_OK; SPARKCHAT_ERR_STATE: a question is under way, or the
 *          exchange has failed; otherwise as sparkchat_client_open().
 *  The response of an earlier question is no longer valid afterwards.
 *  Threads: one at a time. Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_stream_send(
    sparkchat_stream *stream, const sparkchat_request *request,
    sparkchat_error **error);

/** Keeps a pointer of the caller's with the stream, to find its own things by.
 *
 *  @param user_data  Not touched by the library. Threads: one at a time.
 *  Since 0.1. */
SPARKCHAT_API void sparkchat_stream_set_user_data(sparkchat_stream *stream,
                                                  void *user_data);

/** @return The pointer kept; NULL where there is none.
 *  Threads: one at a time. Since 0.1. */
SPARKCHAT_API void *sparkchat_stream_user_data(const sparkchat_stream *stream);

/** What has been received so far, whatever happened.
 *
 *  @return Borrowed until the stream is freed; it grows with each
 *          sparkchat_stream_next(), and texts taken from it are borrowed until
 *          then. NULL for NULL.
 *  Threads: as the stream. Since 0.1. */
SPARKCHAT_API const sparkchat_response *
sparkchat_stream_response(const sparkchat_stream *stream);

/** Stops the exchange. A sparkchat_stream_next() that waits, or the next one,
 *  returns SPARKCHAT_ERR_CANCELLED and closes the connection, which makes the
 *  service stop generating. Does nothing when the exchange is over.
 *
 *  Threads: any, at any time before sparkchat_stream_free(); also from a signal
 *  handler. Since 0.1. */
SPARKCHAT_API void sparkchat_stream_cancel(sparkchat_stream *stream);

/** Frees a stream. An exchange that is still running is stopped, and the
 *  connection closed. Never blocks. Since 0.1. */
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
 *                     sparkchat_group_free().
 *  Since 0.1. */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status
sparkchat_group_new(sparkchat_group **group, sparkchat_error **error);

/** Frees a group. Streams that are still in it are left as they are: they may
 *  be put into another group, used alone, or freed. Since 0.1. */
SPARKCHAT_API void sparkchat_group_free(sparkchat_group *group);

/** Puts a stream into the group. Until it leaves, it is driven by
 *  sparkchat_group_next() only. It leaves when its exchange ends, with
 *  sparkchat_group_remove(), or when it is freed.
 *
 *  @return SPARKCHAT_OK; SPARKCHAT_ERR_STATE: it is in a group, or over.
 *  Ownership: the stream stays the caller's. Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_group_add(sparkchat_group *group,
                                                   sparkchat_stream *stream,
                                                   sparkchat_error **error);

/** Takes a stream out of the group; its exchange goes on when it is driven.
 *
 *  @return SPARKCHAT_OK; SPARKCHAT_ERR_STATE: it is not in this group.
 *  Since 0.1. */
SPARKCHAT_API sparkchat_status sparkchat_group_remove(sparkchat_group *group,
                                                      sparkchat_stream *stream,
                                                      sparkchat_error **error);

/** @return How many streams are in the group. Since 0.1. */
SPARKCHAT_API size_t sparkchat_group_count(const sparkchat_group *group);

/** A descriptor for the host's own event loop: readable whenever
 *  sparkchat_group_next() has something to do, deadlines included, for as long
 *  as it has (level-triggered). When it is readable, call that with a timeout
 *  of 0 until it names no stream.
 *
 *  @return The descriptor, the same for the group's life; -1 for NULL.
 *  Ownership: the group's; only wait for it. Since 0.1. */
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
 *          complete, and it has left the group. An error: its exchange has
 *          failed, and it has left the group.
 *          Without: SPARKCHAT_AGAIN: nothing within timeout_ms, or
 *          sparkchat_group_wake() was called. SPARKCHAT_INTERRUPTED: a signal
 *          was handled. SPARKCHAT_DONE: no stream in the group has a question
 *          under way. An error: of the call itself.
 *  Since 0.1. */
SPARKCHAT_API SPARKCHAT_WARN_UNUSED sparkchat_status sparkchat_group_next(
    sparkchat_group *group, int timeout_ms, sparkchat_stream **stream,
    const sparkchat_event **event, sparkchat_error **error);

/** Makes a sparkchat_group_next() that waits, or the next one that would,
 *  return SPARKCHAT_AGAIN at once.
 *
 *  Threads: any, at any time before sparkchat_group_free(); also from a signal
 *  handler. Since 0.1. */
SPARKCHAT_API void sparkchat_group_wake(sparkchat_group *group);

/* ------------------------------------------------------------------------
 * Event
 *
 * Accessors of an event. What does not belong to the event's kind is NULL, 0,
 * or -1. Strings live as long as the event: until the callback returns, or the
 * next call on the stream. Threads: as the stream.
 * ------------------------------------------------------------------------ */

/** @return What the event tells; SPARKCHAT_EVENT_NONE for NULL. Since 0.1. */
SPARKCHAT_API sparkchat_event_kind
sparkchat_event_kind_of(const sparkchat_event *event);

/** TEXT and REASONING: the new text, never cut inside a character. WARNING: the
 *  service's message.
 *
 *  @param[out] length  Its bytes; may be NULL. The text may hold NUL bytes.
 *  @return NULL for other kinds. Since 0.1. */
SPARKCHAT_API const char *sparkchat_event_text(const sparkchat_event *event,
                                               size_t *length);

/** @return FUNCTION_CALL: which function; otherwise NULL. It may be one that
 *  was not offered. Since 0.1. */
SPARKCHAT_API const char *
sparkchat_event_function_name(const sparkchat_event *event);

/** FUNCTION_CALL: the arguments as the model wrote them. They should be a JSON
 *  object; models make mistakes.
 *
 *  @param[out] length  Bytes; may be NULL.
 *  @return NULL for other kinds. Since 0.1. */
SPARKCHAT_API const char *
sparkchat_event_function_arguments(const sparkchat_event *event,
                                   size_t *length);

/** @return CITATION: its number in the text, as in "[1]"; -1 where the service
 *  gave none, and for other kinds. Since 0.1. */
SPARKCHAT_API int sparkchat_event_citation_index(const sparkchat_event *event);

/** @return CITATION: the page's title; "" where the service gave none; NULL for
 *  other kinds. Since 0.1. */
SPARKCHAT_API const char *
sparkchat_event_citation_title(const sparkchat_event *event);

/** @return CITATION: the page's address; "" where the service gave none; NULL
 *  for other kinds. Since 0.1. */
SPARKCHAT_API const char *
sparkchat_event_citation_url(const sparkchat_event *event);

/** @return USAGE: the count asked for; -1 where the service gave none, and for
 *  other kinds. Since 0.1. */
SPARKCHAT_API int64_t sparkchat_event_tokens(const sparkchat_event *event,
                                             sparkchat_tokens which);

/** @return WARNING: the service's code; 0 for other kinds. Since 0.1. */
SPARKCHAT_API int sparkchat_event_code(const sparkchat_event *event);

/* ------------------------------------------------------------------------
 * Response
 *
 * What has been received of an answer. Strings are borrowed until the response
 * is freed, or, for sparkchat_stream_response(), until the next call on the
 * stream. Threads: one at a time.
 * ------------------------------------------------------------------------ */

/** @return How the exchange ended. Since 0.1. */
SPARKCHAT_API sparkchat_outcome
sparkchat_response_outcome(const sparkchat_response *response);

/** @param[out] length  Bytes; may be NULL. The text may hold NUL bytes.
 *  @return The answer's text; "" where there is none; NULL for NULL.
 *  Since 0.1. */
SPARKCHAT_API const char *
sparkchat_response_text(const sparkchat_response *response, size_t *length);

/** @param[out] length  Bytes; may be NULL.
 *  @return The model's reasoning; "" where there is none; NULL for NULL.
 *  Since 0.1. */
SPARKCHAT_API const char *
sparkchat_response_reasoning(const sparkchat_response *response,
                             size_t *length);

/** @return The service's id of the exchange, for its support; NULL where none
 *  was received. Since 0.1. */
SPARKCHAT_API const char *
sparkchat_response_sid(const sparkchat_response *response);

/** @return The token count asked for; -1 where it is not known. Since 0.1. */
SPARKCHAT_API int64_t sparkchat_response_tokens(
    const sparkchat_response *response, sparkchat_tokens which);

/** @return How many functions the model asks for. Since 0.1. */
SPARKCHAT_API size_t
sparkchat_response_function_call_count(const sparkchat_response *response);

/** @param at  0 to the count - 1.
 *  @return Which function; NULL where there is none at that place. Since 0.1.
 */
SPARKCHAT_API const char *
sparkchat_response_function_name(const sparkchat_response *response, size_t at);

/** @param at           0 to the count - 1.
 *  @param[out] length  Bytes; may be NULL.
 *  @return Its arguments, as the model wrote them; NULL where there is no call
 *          at that place. Since 0.1. */
SPARKCHAT_API const char *
sparkchat_response_function_arguments(const sparkchat_response *response,
                                      size_t at, size_t *length);

/** @return How many sources the web search named. Since 0.1. */
SPARKCHAT_API size_t
sparkchat_response_citation_count(const sparkchat_response *response);

/** @param at  0 to the count - 1.
 *  @return Its number in the text; -1 where the service gave none, or there is
 *          no citation at that place. Since 0.1. */
SPARKCHAT_API int
sparkchat_response_citation_index(const sparkchat_response *response,
                                  size_t at);

/** @param at  0 to the count - 1.
 *  @return The page's title, may be ""; NULL where there is no citation at that
 *          place. Since 0.1. */
SPARKCHAT_API const char *
sparkchat_response_citation_title(const sparkchat_response *response,
                                  size_t at);

/** @param at  0 to the count - 1.
 *  @return The page's address, may be ""; NULL where there is no citation at
 *          that place. Since 0.1. */
SPARKCHAT_API const char *
sparkchat_response_citation_url(const sparkchat_response *response, size_t at);

/** @return The code of a warning that came after the answer (10019: the
 *  conversation tends to break the service's rules); 0 where there was none.
 *  Since 0.1. */
SPARKCHAT_API int
sparkchat_response_warning_code(const sparkchat_response *response);

/** @return The warning's message; NULL where there was none. Since 0.1. */
SPARKCHAT_API const char *
sparkchat_response_warning_message(const sparkchat_response *response);

/** @return The time asked for, in microseconds; -1 where it is not known.
 *  Since 0.1. */
SPARKCHAT_API int64_t sparkchat_response_timing_us(
    const sparkchat_response *response, sparkchat_timing which);

/** @return How often the question was tried; 0 before the first. Since 0.1. */
SPARKCHAT_API int
sparkchat_response_attempts(const sparkchat_response *response);

/** @return How the connection of the last attempt came about. Since 0.1. */
SPARKCHAT_API sparkchat_connection
sparkchat_response_connection(const sparkchat_response *response);

/** @return Bytes received in the last attempt, from the upgrade on and before
 *  encryption. Since 0.1. */
SPARKCHAT_API uint64_t
sparkchat_response_bytes_received(const sparkchat_response *response);

/** @return Bytes sent in the last attempt, counted likewise. Since 0.1. */
SPARKCHAT_API uint64_t
sparkchat_response_bytes_sent(const sparkchat_response *response);

/** Frees a response that sparkchat_client_invoke() or _stream() handed out.
 *  Since 0.1. */
SPARKCHAT_API void sparkchat_response_free(sparkchat_response *response);

SPARKCHAT_END_DECLS

#endif
