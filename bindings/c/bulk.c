/*
 * Any number of questions on one thread, with memory that does not grow.
 *
 *   bulk QUESTIONS ANSWERS [AT_ONCE [RATE]]
 *
 * QUESTIONS has one question in each line, or is - for standard input, which
 * must not be slow: poll_loop.c is for that. A line is read when it can be
 * asked: AT_ONCE (16) questions are in progress, and RATE begin per second (0:
 * no limit here). Blank lines are skipped. Each answer is added to ANSWERS as
 * a line:
 *
 *   {"line":17,"sid":"cht...","tokens":12,"text":"..."}
 *
 * Failed lines are reported on standard error. The same command asks the
 * questions that have no answer yet, so it continues after Ctrl-C, a kill, or
 * an exhausted quota. Questions in progress at that time are asked again, and
 * may be billed twice.
 *
 * Credentials come from the environment; see the README. Exit status: 0 if all
 * are answered, 1 if some are not, 2 for wrong usage, 130 after Ctrl-C.
 */
#define _POSIX_C_SOURCE 200809L

#include "bulk_answers.h"
#include "standard_streams.h"

#include <sparkchat.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* How often to ask a line again that the service has refused for a minute. By
 * then, the client has slowed down for all lines. */
enum { MOST_REFUSALS = 10, PROGRESS_SECONDS = 10, INTERRUPTED = 130 };

/* What the client takes. */
enum { MOST_AT_ONCE = 1000000 };

/* A question in progress; without a request, the row is free. */
struct row {
  unsigned long line;
  sparkchat_request *request;
  sparkchat_stream *stream;
  int refusals;
};

struct job {
  FILE *questions;
  struct answers answers;
  sparkchat_client *client;
  unsigned long line; /* read so far */
  unsigned long answered, failed;
  int has_read_all, is_stopped;
};

static sparkchat_group *group;
static volatile sig_atomic_t interrupted;

static void on_interrupt(int number) {
  (void)number;
  interrupted = 1;
  sparkchat_group_wake(group);
}

/* Stops a job that cannot continue; questions in progress are abandoned. */
static void stop(struct job *job, const char *what, const char *why) {
  fprintf(stderr, "%s: %s\n", what, why);
  job->is_stopped = 1;
}

static void report(unsigned long line, const sparkchat_error *error) {
  fprintf(stderr, "line %lu: %s\n", line, sparkchat_error_message(error));
}

static void clear(struct row *row) {
  sparkchat_stream_free(row->stream);
  sparkchat_request_free(row->request);
  memset(row, 0, sizeof *row);
}

static void ask(struct job *job, struct row *row) {
  sparkchat_error *error = NULL;
  if (sparkchat_client_open(job->client, row->request, &row->stream, &error) ||
      sparkchat_group_add(group, row->stream, &error)) {
    report(row->line, error);
    sparkchat_error_free(error);
    job->failed++;
    clear(row);
  } else {
    sparkchat_stream_set_user_data(row->stream, row);
  }
}

static int is_blank(const char *text, ssize_t length) {
  while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t')) {
    length--;
  }
  return length == 0;
}

/* Reads the next question that has no answer, and asks it. */
static void ask_next(struct job *job, struct row *row) {
  static char *text;
  static size_t size;
  ssize_t length;
  while (!interrupted && (length = getline(&text, &size, job->questions)) > 0) {
    job->line++;
    length -= text[length - 1] == '\n';
    length -= length > 0 && text[length - 1] == '\r';
    if (!is_blank(text, length) && !is_answered(&job->answers, job->line)) {
      row->line = job->line;
      row->request = sparkchat_request_new();
      sparkchat_request_add_message(row->request, SPARKCHAT_ROLE_USER, text,
                                    (size_t)length, NULL); /* see ask() */
      ask(job, row);
      return;
    }
  }
  if (!interrupted && !feof(job->questions)) { /* or a line is too long */
    stop(job, "the questions", strerror(errno));
  }
  free(text);
  text = NULL;
  size = 0;
  job->has_read_all = 1;
}

/* Handles a question that has ended, with its status and its error. */
static void settle(struct job *job, struct row *row, sparkchat_status status,
                   const sparkchat_error *error) {
  int is_refused = status == SPARKCHAT_ERR_RATE_LIMITED ||
                   status == SPARKCHAT_ERR_OVERLOADED;
  if (status == SPARKCHAT_DONE) {
    if (!put_answer(&job->answers, row->line,
                    sparkchat_stream_response(row->stream))) {
      stop(job, "the answers", strerror(errno));
      return;
    }
    job->answered++;
  } else if (is_refused && ++row->refusals < MOST_REFUSALS) {
    sparkchat_stream_free(row->stream);
    ask(job, row);
    return;
  } else if (status == SPARKCHAT_ERR_QUOTA ||
             status == SPARKCHAT_ERR_PERMISSION ||
             status == SPARKCHAT_ERR_AUTH) {
    stop(job, sparkchat_error_message(error), sparkchat_error_hint(error));
    return; /* all others would fail too; this one stays open */
  } else {
    report(row->line, error);
    job->failed++;
  }
  clear(row);
}

/* Asks as many questions as there are free rows. */
static void fill(struct job *job, struct row *rows, size_t at_once) {
  for (size_t at = 0; at < at_once; at++) {
    while (!rows[at].request && !job->has_read_all) {
      ask_next(job, &rows[at]);
    }
  }
}

static void run(struct job *job, struct row *rows, size_t at_once) {
  time_t said = time(NULL);
  while (!job->is_stopped && !interrupted) {
    sparkchat_error *error = NULL;
    sparkchat_stream *stream = NULL;
    sparkchat_status status;
    if (!job->has_read_all && sparkchat_group_count(group) < at_once) {
      fill(job, rows, at_once);
    }
    status = sparkchat_group_next(group, -1, &stream, NULL, &error);
    if (stream && status != SPARKCHAT_OK) {
      settle(job, (struct row *)sparkchat_stream_user_data(stream), status,
             error);
    } else if (status == SPARKCHAT_DONE) {
      return; /* nothing is in progress, and nothing is left to read */
    } else if (status < 0) {
      stop(job, "the group", sparkchat_error_message(error));
    }
    sparkchat_error_free(error);
    if (time(NULL) >= said + PROGRESS_SECONDS) {
      said = time(NULL);
      fprintf(stderr, "%lu answered, %lu failed\n", job->answered, job->failed);
    }
  }
}

/* Frees the questions in progress, and returns their number. */
static unsigned long leave(struct row *rows, size_t at_once) {
  unsigned long left = 0;
  for (size_t at = 0; at < at_once; at++) {
    left += rows[at].request != NULL;
    clear(&rows[at]);
  }
  return left;
}

static sparkchat_client *make_client(int at_once, double rate) {
  sparkchat_error *error = NULL;
  sparkchat_client *client = NULL;
  sparkchat_config *config = sparkchat_config_new();
  sparkchat_config_load_environment(config, NULL);
  sparkchat_config_set_max_concurrency(config, at_once, NULL);
  sparkchat_config_set_max_rate(config, rate, NULL);
  sparkchat_config_set_queue_timeout(config, 0, NULL); /* no one waits for it */
  sparkchat_config_set_max_attempts(config, 10, NULL);
  if (sparkchat_client_new(config, &client, &error) ||
      sparkchat_group_new(&group, &error)) {
    fprintf(stderr, "error: %s\nhint: %s\n", sparkchat_error_message(error),
            sparkchat_error_hint(error));
  }
  sparkchat_error_free(error);
  sparkchat_config_free(config);
  return client;
}

static void summarize(const struct job *job, unsigned long left) {
  fprintf(stderr, "%lu answered, %lu before, %lu failed", job->answered,
          job->answers.count, job->failed);
  if (left > 0) {
    fprintf(stderr, ", %lu left in progress, which may be billed twice", left);
  }
  fputs(interrupted || job->is_stopped || job->failed
            ? "; the same command continues\n"
            : "\n",
        stderr);
}

int main(int argc, char **argv) {
  long at_once = argc > 3 ? strtol(argv[3], NULL, 10) : 16;
  int status = 2;
  struct job job;
  struct row *rows;
  hold_standard_streams();
  if (argc < 3 || argc > 5 || at_once < 1 || at_once > MOST_AT_ONCE) {
    fprintf(stderr, "usage: %s QUESTIONS|- ANSWERS [AT_ONCE [RATE]]\n", *argv);
    return status;
  }
  memset(&job, 0, sizeof job);
  job.questions = strcmp(argv[1], "-") == 0 ? stdin : fopen(argv[1], "r");
  if (!job.questions) {
    perror(argv[1]);
    return status;
  }
  if (!open_answers(&job.answers, argv[2])) {
    fclose(job.questions);
    return status;
  }
  job.client = make_client((int)at_once, argc > 4 ? atof(argv[4]) : 0);
  rows = (struct row *)calloc((size_t)at_once, sizeof *rows);
  if (group && rows) {
    struct sigaction action;
    memset(&action, 0, sizeof action); /* no SA_RESTART: interrupts reads */
    action.sa_handler = on_interrupt;
    sigaction(SIGINT, &action, NULL);
    run(&job, rows, (size_t)at_once);
    summarize(&job, leave(rows, (size_t)at_once));
    status = job.is_stopped || job.failed;
    if (interrupted) {
      status = INTERRUPTED;
    }
  }
  sparkchat_group_free(group);
  sparkchat_client_free(job.client);
  fclose(job.questions);
  close_answers(&job.answers);
  free(rows);
  return status;
}
