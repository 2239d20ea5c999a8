/* Runs exchanges with recognisable credentials. All output of the library goes
 * to standard output. The program searches every heap block for the secrets
 * when it is freed, and at the end, with all objects freed, the whole memory.
 *
 * Arguments: the CA file, a proxy or "", then URLs. The proxy's URL has
 * "PASSWORD" in place of its password. The secrets are neither in the
 * environment nor in this program: they arrive on standard input as hex digits
 * of each byte XOR 0x55, so that the only clear copies are the library's, and
 * one that is wiped here. */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <sparkchat.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MOST = 64, LONGEST = 512 };

#define SEARCHED ((size_t)256 << 20)

/* App id, key, secret, password, the proxy's password, then other needles. */
static struct {
  unsigned char bytes[LONGEST]; /* veiled */
  size_t length;
  char name[32];
} needles[MOST];
static size_t needle_count;

static void read_needles(void) {
  char line[2 * LONGEST + 64];
  while (fgets(line, sizeof line, stdin)) {
    char *hex = strchr(line, ' ');
    size_t count = 0;
    unsigned byte;
    if (!hex || needle_count == MOST) {
      fprintf(stderr, "too many, or no needle: %s", line);
      exit(2);
    }
    snprintf(needles[needle_count].name, sizeof needles[0].name, "%.*s",
             (int)(hex - line), line);
    for (hex++; count < LONGEST && sscanf(hex, "%2x", &byte) == 1; hex += 2) {
      needles[needle_count].bytes[count++] = (unsigned char)byte;
    }
    needles[needle_count++].length = count;
  }
}

typedef sparkchat_status (*setter)(sparkchat_config *, const char *,
                                   sparkchat_error **);

/* Unveiled in one place only, byte by byte: a compiler that does it 16 at a
 * time would leave a part of the text on the stack. */
static volatile char clear[LONGEST + 1];

static void set_within(sparkchat_config *config, const char *before,
                       size_t which, const char *behind, setter set) {
  size_t at = 0;
  while (*before) {
    clear[at++] = *before++;
  }
  for (size_t i = 0; i < needles[which].length; i++) {
    clear[at++] = (char)(needles[which].bytes[i] ^ 0x55);
  }
  while (*behind) {
    clear[at++] = *behind++;
  }
  set(config, (const char *)clear, NULL);
  for (size_t i = 0; i < sizeof clear; i++) {
    clear[i] = 0;
  }
}

static void set_secret(sparkchat_config *config, size_t which, setter set) {
  set_within(config, "", which, "", set);
}

static void set_proxy(sparkchat_config *config, const char *url) {
  static const char gap[] = "PASSWORD";
  const char *place = strstr(url, gap);
  char before[128];
  if (place) {
    snprintf(before, sizeof before, "%.*s", (int)(place - url), url);
    set_within(config, before, 4, place + strlen(gap),
               sparkchat_config_set_proxy);
  }
}

static void on_log(sparkchat_log_level level, const char *message,
                   const char *fields, void *user_data) {
  (void)user_data;
  printf("log %d %s %s\n", (int)level, message, fields);
}

static void say_error(const sparkchat_error *error) {
  const char *texts[5];
  texts[0] = sparkchat_error_message(error);
  texts[1] = sparkchat_error_hint(error);
  texts[2] = sparkchat_error_http_body(error);
  texts[3] = sparkchat_error_sid(error);
  texts[4] = sparkchat_error_server_date(error);
  printf("error %s\n", sparkchat_status_name(sparkchat_error_status(error)));
  for (int i = 0; i < 5; i++) {
    printf("  %s\n", texts[i] ? texts[i] : "");
  }
}

static void say_response(const sparkchat_response *response) {
  const char *text = sparkchat_response_text(response, NULL);
  const char *warning = sparkchat_response_warning_message(response);
  printf("text %s\nwarning %s\n", text ? text : "", warning ? warning : "");
}

static const char *ca_file, *proxy;

static sparkchat_config *config_for(const char *url) {
  sparkchat_config *config = sparkchat_config_new();
  set_proxy(config, proxy);
  sparkchat_config_set_url(config, url, NULL);
  sparkchat_config_set_domain(config, "generalv3.5", NULL);
  sparkchat_config_set_ca_file(config, ca_file, NULL);
  sparkchat_config_set_idle_timeout(config, 300, NULL);
  sparkchat_config_set_first_token_timeout(config, 300, NULL);
  sparkchat_config_set_tls_timeout(config, 300, NULL);
  sparkchat_config_set_upgrade_timeout(config, 300, NULL);
  sparkchat_config_set_close_timeout(config, 100, NULL);
  sparkchat_config_set_retry_backoff(config, 1, 5, NULL);
  sparkchat_config_set_max_attempts(config, 2, NULL);
  sparkchat_config_set_log(config, SPARKCHAT_LOG_DEBUG, on_log, NULL, NULL,
                           NULL);
  return config;
}

static void ask(sparkchat_config *config) {
  sparkchat_error *error = NULL;
  sparkchat_client *client = NULL;
  sparkchat_request *request = sparkchat_request_new();
  sparkchat_request_add_message(request, SPARKCHAT_ROLE_USER, "Hello",
                                SPARKCHAT_NUL_TERMINATED, NULL);
  if (sparkchat_client_new(config, &client, &error) != SPARKCHAT_OK) {
    say_error(error);
  }
  /* The second one reuses the connection or session of the first. */
  for (int i = 0; client && i < 2; i++) {
    sparkchat_response *response = NULL;
    if (sparkchat_client_invoke(client, request, &response, &error) < 0) {
      say_error(error);
    }
    say_response(response);
    sparkchat_response_free(response);
    sparkchat_error_free(error);
    error = NULL;
    printf("url %s\n", sparkchat_client_url(client));
  }
  sparkchat_error_free(error);
  sparkchat_request_free(request);
  sparkchat_client_free(client);
  sparkchat_config_free(config);
}

static void ask_in_every_way(const char *url) {
  /* With the wrong credentials, the service may repeat them. */
  for (int is_wrong = 0; is_wrong < 2; is_wrong++) {
    sparkchat_config *config = config_for(url);
    set_secret(config, 0, sparkchat_config_set_app_id);
    set_secret(config, is_wrong ? 2 : 1, sparkchat_config_set_api_key);
    set_secret(config, is_wrong ? 1 : 2, sparkchat_config_set_api_secret);
    ask(config);
  }
  if (strncmp(url, "http", 4) == 0) {
    sparkchat_config *config = config_for(url);
    set_secret(config, 3, sparkchat_config_set_api_password);
    ask(config);
  }
}

/* Compares veiled bytes. */
static int is_at(const unsigned char *place, size_t which) {
  for (size_t i = 0; i < needles[which].length; i++) {
    if ((place[i] ^ 0x55) != needles[which].bytes[i]) {
      return 0;
    }
  }
  return 1;
}

/* Runs inside free(), so it only counts. */
static void search(const unsigned char *bytes, size_t size,
                   unsigned found[MOST]) {
  for (size_t which = 1; which < needle_count; which++) {
    size_t length = needles[which].length;
    int first = needles[which].bytes[0] ^ 0x55;
    const unsigned char *place = bytes, *end = bytes + size - length + 1;
    while (size >= length && place < end &&
           (place = memchr(place, first, (size_t)(end - place))) != NULL) {
      if (is_at(place, which)) {
        found[which]++;
      }
      place++;
    }
  }
}

static unsigned found_in_freed[MOST];

extern void __libc_free(void *);

/* Frees the library's blocks as well: the program's symbols have precedence. */
void free(void *block) {
  int before = errno;
  if (block) {
    search(block, malloc_usable_size(block), found_in_freed);
  }
  __libc_free(block);
  errno = before;
}

void *realloc(void *block, size_t size) {
  void *moved = malloc(size);
  if (block && moved) {
    size_t old = malloc_usable_size(block);
    memcpy(moved, block, old < size ? old : size);
    free(block);
  }
  return moved;
}

static void say_found(const unsigned found[MOST], const char *where) {
  for (size_t which = 0; which < needle_count; which++) {
    if (found[which]) {
      printf("FOUND %s %u times in %s\n", needles[which].name, found[which],
             where);
    }
  }
}

static void search_memory(void) {
  FILE *maps = fopen("/proc/self/maps", "r");
  int memory = open("/proc/self/mem", O_RDONLY);
  char line[512];
  size_t total = 0;
  unsigned found[MOST] = {0};
  /* Not from the heap, which is searched. */
  unsigned char *copy =
      mmap(NULL, SEARCHED, PROT_READ | PROT_WRITE,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  while (fgets(line, sizeof line, maps)) {
    unsigned long start, end;
    char rights[8], name[256] = "anonymous";
    ssize_t got;
    sscanf(line, "%lx-%lx %7s %*s %*s %*s %255s", &start, &end, rights, name);
    if (rights[1] != 'w' || end - start > SEARCHED ||
        (start <= (unsigned long)(uintptr_t)copy &&
         (unsigned long)(uintptr_t)copy < end)) {
      continue;
    }
    memset(found, 0, sizeof found);
    got = pread(memory, copy, end - start, (off_t)start);
    if (got > 0) {
      search(copy, (size_t)got, found);
      say_found(found, name);
      total += (size_t)got;
    }
    madvise(copy, SEARCHED, MADV_DONTNEED);
  }
  printf("searched %zu KiB\n", total / 1024);
  close(memory);
  fclose(maps);
}

int main(int argc, char **argv) {
  static char buffer[4096];
  setvbuf(stdout, buffer, _IOLBF, sizeof buffer);
  read_needles();
  alarm(240);
  if (argc < 3) {
    return 2;
  }
  ca_file = argv[1];
  proxy = argv[2];
  for (int i = 3; i < argc; i++) {
    printf("asking %s\n", argv[i]);
    ask_in_every_way(argv[i]);
  }
  if (getenv("SECRETS_CONTROL")) {
    /* Tests the search itself: it must find this in both places. */
    char *block = malloc(LONGEST);
    for (size_t i = 0; i < needles[1].length; i++) {
      clear[i] = block[i] = (char)(needles[1].bytes[i] ^ 0x55);
    }
    free(block);
  }
  say_found(found_in_freed, "blocks when they are freed");
  search_memory();
  return 0;
}
