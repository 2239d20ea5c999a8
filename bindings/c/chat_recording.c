#define _POSIX_C_SOURCE 200809L

#include "chat_recording.h"

#include "chat_clean.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

enum { NAME_SIZE = 64, SEPARATOR = 0x1E };

static char default_name[NAME_SIZE];
static const char *file_name;
static FILE *findings, *exchanges;
static char *findings_text, *exchanges_text;
static size_t findings_length, exchanges_length;

/* Writes a member, and the comma before the next one. */
static void put_member(FILE *to, const char *name, const char *text) {
  fprintf(to, "\"%s\": ", name);
  if (text) {
    put_json(to, text, strlen(text));
  } else {
    fputs("null", to);
  }
  fputs(", ", to);
}

/* ---- contents ---------------------------------------------------------- */

void record_finding(const char *verdict, const char *topic, const char *said,
                    const char *advice) {
  fputs(ftell(findings) > 0 ? ",\n  {" : "\n  {", findings);
  put_member(findings, "verdict", verdict);
  put_member(findings, "topic", topic);
  put_member(findings, "advice", advice);
  fputs("\"said\": ", findings);
  put_json(findings, said, strlen(said));
  fputc('}', findings);
}

static void put_request(const char *domain, const char *question, int is_http) {
  fputs(is_http ? "{\"model\": " : "{\"parameter\": {\"chat\": {\"domain\": ",
        exchanges);
  put_json(exchanges, domain, strlen(domain));
  fputs(is_http ? ", \"messages\": "
                : "}}, \"payload\": {\"message\": {\"text\": ",
        exchanges);
  fprintf(exchanges, "[{\"role\": \"user\", \"content\": \"%s\"}]%s", question,
          is_http ? ", \"stream\": true}" : "}}}");
}

/* Writes the messages of a JSON text sequence; over HTTP, restores the lines of
 * the event stream. */
static void put_messages(const char *raw, size_t length, int is_http) {
  const char *end = raw + length, *at = raw;
  while (at < end) {
    const char *start = at + 1;
    const char *next =
        (const char *)memchr(start, SEPARATOR, (size_t)(end - start));
    at = next ? next : end;
    fputs(start == raw + 1 ? "\n   \"" : ",\n   \"", exchanges);
    fputs(is_http ? "data:" : "", exchanges);
    put_inside_json(exchanges, start, (size_t)(at - start) - 1);
    fputs(is_http ? "\\n\\n\"" : "\"", exchanges);
  }
}

/* Writes a name of several words as one word. */
static void put_name(const char *name) {
  for (; *name; name++) {
    fputc(*name == ' ' ? '_' : *name, exchanges);
  }
}

static void put_timings(const sparkchat_response *response) {
  fputs("\"timings\": {", exchanges);
  for (int i = SPARKCHAT_TIMING_QUEUE; i <= SPARKCHAT_TIMING_TOTAL; i++) {
    int64_t time = sparkchat_response_timing_us(response, (sparkchat_timing)i);
    const char *name = sparkchat_timing_name((sparkchat_timing)i);
    if (time >= 0) {
      fputs(i > SPARKCHAT_TIMING_QUEUE ? ", \"" : "\"", exchanges);
      put_name(name);
      fprintf(exchanges, "\": %.6f", (double)time / 1e6);
    }
  }
  fputs("}, ", exchanges);
}

static void put_error(const sparkchat_error *error) {
  if (!error) {
    fputs("\"error\": null}", exchanges);
    return;
  }
  fputs("\"error\": {", exchanges);
  put_member(exchanges, "message", sparkchat_error_message(error));
  put_member(exchanges, "sid", sparkchat_error_sid(error));
  put_member(exchanges, "server_date", sparkchat_error_server_date(error));
  fputs("\"phase\": \"", exchanges);
  put_name(sparkchat_phase_name(sparkchat_error_phase(error)));
  fputs("\", ", exchanges);
  if (sparkchat_error_retry_after_ms(error) >= 0) {
    fprintf(exchanges, "\"retry_after\": %.3f, ",
            (double)sparkchat_error_retry_after_ms(error) / 1e3);
  } else {
    put_member(exchanges, "retry_after", NULL);
  }
  if (sparkchat_error_service_code(error)) {
    fprintf(exchanges, "\"service_code\": %d, ",
            sparkchat_error_service_code(error));
  } else {
    put_member(exchanges, "service_code", NULL);
  }
  /* The same name as in Python. */
  fprintf(exchanges, "\"status\": \"%s\"}}",
          sparkchat_status_name(sparkchat_error_status(error)) +
              strlen("SPARKCHAT_"));
}

void record_exchange(const char *url, const char *domain, const char *question,
                     const sparkchat_response *response,
                     const sparkchat_error *error) {
  const char *path = strchr(strstr(url, "://") + 3, '/');
  const char *body = sparkchat_error_http_body(error);
  int is_http = strncmp(url, "http", 4) == 0;
  int refusal = sparkchat_error_http_status(error);
  sparkchat_status status = sparkchat_error_status(error);
  int64_t skew = 0;
  size_t length = 0;
  const char *raw = sparkchat_response_raw(response, &length);
  int is_cut = status == SPARKCHAT_ERR_TRUNCATED || status == SPARKCHAT_ERR_IO;
  if (length == 0 && !refusal && !is_cut) {
    return; /* nothing was received */
  }
  fputs(ftell(exchanges) > 0 ? ",\n  {" : "\n  {", exchanges);
  put_member(exchanges, "transport", is_http ? "http" : "websocket");
  fputs("\"path\": ", exchanges);
  put_json(exchanges, path ? path : "/", path ? strcspn(path, "?") : 1);
  fputs(", \"request\": ", exchanges);
  if (refusal && !is_http) {
    fputs("{}", exchanges);
  } else {
    put_request(domain, question, is_http);
  }
  fputs(", \"messages\": [", exchanges);
  if (refusal) {
    put_json(exchanges, body ? body : "", body ? strlen(body) : 0);
  } else {
    put_messages(raw, length, is_http);
  }
  fputs("], ", exchanges);
  if (refusal || is_http) {
    fprintf(exchanges, "\"status\": %d, ", refusal ? refusal : 200);
    put_member(exchanges, "content_type",
               is_http && !refusal ? "text/event-stream" : NULL);
  }
  if (sparkchat_error_clock_skew(error, &skew)) {
    fprintf(exchanges, "\"clock_skew\": %lld, ", (long long)skew);
  }
  fprintf(exchanges, "\"is_cut\": %s, ", is_cut ? "true" : "false");
  put_timings(response);
  put_error(error);
}

/* ---- the file ---------------------------------------------------------- */

static int create(const char *path) {
  int file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0666);
  return file >= 0 && close(file) == 0;
}

/* Creates a file with the date in its name. */
static int create_by_date(void) {
  time_t now = time(NULL);
  struct tm parts;
  int number = 1;
  size_t length =
      strftime(default_name, NAME_SIZE, "sparkchat-doctor-%Y%m%d-%H%M%S",
               localtime_r(&now, &parts));
  snprintf(default_name + length, NAME_SIZE - length, ".json");
  while (!create(default_name)) {
    if (errno != EEXIST) {
      return 0;
    }
    snprintf(default_name + length, NAME_SIZE - length, "-%d.json", ++number);
  }
  return 1;
}

/* A device or a pipe, such as /dev/null, holds nothing to keep. */
static int is_device(const char *path) {
  struct stat found;
  return stat(path, &found) == 0 && !S_ISREG(found.st_mode) &&
         !S_ISDIR(found.st_mode);
}

static int can_be_written(const char *path) {
  return is_device(path) ? access(path, W_OK) == 0 : create(path);
}

int recording_open(const char *path) {
  int is_usable = 0;
  find_secrets();
  file_name = path ? path : default_name;
  is_usable = path ? can_be_written(path) : create_by_date();
  findings = open_memstream(&findings_text, &findings_length);
  exchanges = open_memstream(&exchanges_text, &exchanges_length);
  if (!is_usable || !findings || !exchanges) {
    fprintf(stderr, "chat: %s: %s; name another file with --output\n",
            file_name, strerror(errno));
    return 0;
  }
  return 1;
}

int recording_close(void) {
  FILE *file = fopen(file_name, "wb");
  struct utsname machine;
  int is_written = fclose(findings) == 0;
  is_written = fclose(exchanges) == 0 && is_written && file != NULL;
  if (file) {
    uname(&machine);
    fputs("{\"version\": 1,\n \"doctor\": {", file);
    put_member(file, "library", sparkchat_version_details());
    fprintf(file, "\"platform\": \"%s %s %s\", \"findings\": [%s]},\n",
            machine.sysname, machine.release, machine.machine, findings_text);
    fprintf(file, " \"exchanges\": [%s]}\n", exchanges_text);
    is_written = !ferror(file) && is_written;
    is_written = fclose(file) == 0 && is_written;
  }
  free(findings_text);
  free(exchanges_text);
  return is_written;
}

const char *recording_path(void) {
  return file_name;
}
