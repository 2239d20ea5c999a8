/*
 * embed.c - finds the line of a text that answers a question best: each line
 * and the question become vectors, and the nearest line is the answer. One
 * thread requests the vectors of all lines, two at a time.
 *
 *   cc -o embed embed.c $(pkg-config --cflags --libs sparkchat)
 *   ./embed "Who invented the telephone?" < facts.txt
 */
#include <sparkchat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LINES = 1000, LONGEST_LINE = 4096 };

typedef struct line {
  char text[LONGEST_LINE];
  sparkchat_stream *stream; /* its response has the vector */
} line;

static line lines[MOST_LINES];

static size_t read_lines(void) {
  size_t count = 0;
  while (count < MOST_LINES && fgets(lines[count].text, LONGEST_LINE, stdin)) {
    lines[count].text[strcspn(lines[count].text, "\r\n")] = '\0';
    count += lines[count].text[0] != '\0';
  }
  return count;
}

/* The square of the cosine of the angle between two vectors, with the cosine's
 * sign: 1 if they have the same direction. */
static double nearness(const sparkchat_response *one,
                       const sparkchat_response *other) {
  size_t count = 0, others = 0;
  const float *a = sparkchat_response_embedding(one, &count);
  const float *b = sparkchat_response_embedding(other, &others);
  double product = 0, a_squared = 0, b_squared = 0;
  for (size_t i = 0; i < count && i < others; i++) {
    product += (double)a[i] * b[i];
    a_squared += (double)a[i] * a[i];
    b_squared += (double)b[i] * b[i];
  }
  if (product == 0) {
    return 0;
  }
  return (product < 0 ? -product : product) * product / a_squared / b_squared;
}

static sparkchat_status embed_lines(const sparkchat_client *client,
                                    size_t count, sparkchat_error **error) {
  sparkchat_group *group = NULL;
  sparkchat_status status = sparkchat_group_new(&group, error);
  for (size_t i = 0; i < count && status == SPARKCHAT_OK; i++) {
    status = sparkchat_client_open_embedding(
        client, lines[i].text, SPARKCHAT_NUL_TERMINATED,
        SPARKCHAT_EMBEDDING_PARA, &lines[i].stream, error);
    if (status == SPARKCHAT_OK) {
      status = sparkchat_group_add(group, lines[i].stream, error);
    }
  }
  while (status >= 0 && sparkchat_group_count(group) > 0) {
    status = sparkchat_group_next(group, -1, NULL, NULL, error);
  }
  sparkchat_group_free(group);
  return status < 0 ? status : SPARKCHAT_OK;
}

static void print_nearest(const sparkchat_response *question, size_t count) {
  size_t best = 0;
  double most = -2;
  for (size_t i = 0; i < count; i++) {
    double near =
        nearness(question, sparkchat_stream_response(lines[i].stream));
    if (near > most) {
      most = near;
      best = i;
    }
  }
  printf("%s\n", lines[best].text);
  fprintf(stderr, "(%.2f, of %zu lines)\n", most, count);
}

int main(int argc, char **argv) {
  sparkchat_config *config = sparkchat_config_new();
  sparkchat_client *client = NULL;
  sparkchat_response *question = NULL;
  sparkchat_error *error = NULL;
  size_t count = read_lines();
  sparkchat_status status;

  if (argc < 2 || count == 0) {
    fputs("usage: embed QUESTION < TEXT\n", stderr);
    sparkchat_config_free(config);
    return EXIT_FAILURE;
  }
  sparkchat_config_load_environment(config, NULL);
  sparkchat_config_set_max_concurrency(config, 2, NULL);
  sparkchat_config_set_queue_timeout(config, 0, NULL);
  status = sparkchat_client_new(config, &client, &error);
  if (status == SPARKCHAT_OK) {
    status =
        sparkchat_client_embed(client, argv[1], SPARKCHAT_NUL_TERMINATED,
                               SPARKCHAT_EMBEDDING_QUERY, &question, &error);
  }
  if (status == SPARKCHAT_OK) {
    status = embed_lines(client, count, &error);
  }
  if (status == SPARKCHAT_OK) {
    print_nearest(question, count);
  } else {
    fprintf(stderr, "error: %s\nhint: %s\n", sparkchat_error_message(error),
            sparkchat_error_hint(error));
  }
  for (size_t i = 0; i < count; i++) {
    sparkchat_stream_free(lines[i].stream);
  }
  sparkchat_error_free(error);
  sparkchat_response_free(question);
  sparkchat_client_free(client);
  sparkchat_config_free(config);
  return status == SPARKCHAT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
