#define _XOPEN_SOURCE 700

#include "chat_input.h"

#include "chat_text.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

enum { CTRL_D = 4, CTRL_H = 8, CTRL_U = 21, CTRL_V = 22, CTRL_W = 23 };
enum { ESCAPE = 27, DELETE = 127 };
enum { USUAL_WIDTH = 80, TAB_WIDTH = 8, SEQUENCE_SIZE = 16 };

static const char prompt[] = "you> ";

typedef struct input {
  char *text;
  size_t length, size;
  char sequence[SEQUENCE_SIZE]; /* the part received of an escape sequence */
  int is_pasting;
  int is_literal; /* after Ctrl-V */
} input;

/* ---- output ------------------------------------------------------------ */

/* The row, counted from the prompt, in which the text ends. */
static int rows_of(const input *of) {
  struct winsize window;
  int row = 0, column = (int)strlen(prompt), width = USUAL_WIDTH;
  size_t at = 0;
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0) {
    width = window.ws_col;
  }
  while (at < of->length) {
    unsigned long character = 0;
    int taken = 0;
    at += read_character(of->text + at, of->length - at, &character);
    if (character == '\n') {
      row++;
      column = 0;
      continue;
    }
    taken = character == '\t' ? TAB_WIDTH - column % TAB_WIDTH
                              : wcwidth((wchar_t)character);
    taken = taken < 0 ? 0 : taken;
    if (column + taken > width) { /* the last column is filled first */
      row++;
      column = 0;
    }
    column += taken;
  }
  return row;
}

static void show(const input *of) {
  fputs(prompt, stderr);
  put_text(stderr, of->text, of->length);
  fflush(stderr);
}

/* Shortens the text, and shows it again. */
static void cut(input *of, size_t length) {
  int rows = rows_of(of);
  if (of->length == 0) {
    return;
  }
  of->length = length;
  of->text[length] = '\0';
  if (rows > 0) {
    fprintf(stderr, "\033[%dA", rows);
  }
  fputs("\r\033[J", stderr);
  show(of);
}

/* ---- input ------------------------------------------------------------- */

static void add(input *of, char byte) {
  if (of->length + 2 > of->size) {
    char *larger = (char *)realloc(of->text, of->size * 2 + 256);
    if (!larger) {
      return;
    }
    of->text = larger;
    of->size = of->size * 2 + 256;
  }
  of->text[of->length++] = byte;
  of->text[of->length] = '\0';
}

static size_t without_character(const input *of) {
  size_t length = of->length;
  while (length > 0 && ((unsigned char)of->text[--length] & 0xC0) == 0x80) {
  }
  return length;
}

static size_t without_word(const input *of) {
  size_t length = of->length;
  while (length > 0 && strchr(" \t\n", of->text[length - 1])) {
    length--;
  }
  while (length > 0 && !strchr(" \t\n", of->text[length - 1])) {
    length--;
  }
  return length;
}

/* Arrow keys and the like do nothing; the terminal marks pasted text. */
static void take_of_sequence(input *of, char byte) {
  size_t length = strlen(of->sequence);
  if (length + 1 < SEQUENCE_SIZE) {
    of->sequence[length] = byte;
    of->sequence[length + 1] = '\0';
  }
  if (length == 0 || (length == 1 && (byte == '[' || byte == 'O')) ||
      (length > 1 && (byte < 0x40 || byte > 0x7E))) {
    return; /* it is incomplete */
  }
  if (strcmp(of->sequence, "\033[200~") == 0) {
    of->is_pasting = 1;
  } else if (strcmp(of->sequence, "\033[201~") == 0) {
    of->is_pasting = 0;
  }
  of->sequence[0] = '\0';
}

/* Shows the last character, once it is complete. */
static void echo(const input *of) {
  size_t start = without_character(of);
  put_text(stderr, of->text + start, of->length - start);
}

/* Returns 1 if the question has ended. */
static int take(input *of, char byte) {
  if (of->is_literal) {
    if (byte != '\0') { /* it would end the text */
      add(of, byte);
    }
    of->is_literal = 0;
  } else if (byte == CTRL_V) {
    of->is_literal = 1;
  } else if (*of->sequence || byte == ESCAPE) {
    take_of_sequence(of, byte);
  } else if (byte == '\n' && !of->is_pasting) {
    return 1;
  } else if (byte == DELETE || byte == CTRL_H) {
    cut(of, without_character(of));
  } else if (byte == CTRL_U) {
    cut(of, 0);
  } else if (byte == CTRL_W) {
    cut(of, without_word(of));
  } else if ((unsigned char)byte >= 0x20 || byte == '\n' || byte == '\t') {
    add(of, byte);
    echo(of);
  }
  return 0;
}

/* ---- the terminal ------------------------------------------------------ */

static struct termios outside; /* the terminal's mode, except at the prompt */

static void leave(void) {
  static const char end[] = "\033[?2004l\n"; /* of marking pasted text */
  ssize_t written = write(STDERR_FILENO, end, sizeof end - 1);
  (void)written;
  tcsetattr(STDIN_FILENO, TCSANOW, &outside);
}

/* The signal ends the program after the handler, as it would without it. */
static void on_end(int signal_number) {
  leave();
  raise(signal_number);
}

/* Signals that end the program leave the terminal as it was. */
static void watch_for_end(int is_typing) {
  static const int numbers[] = {SIGHUP, SIGQUIT, SIGTERM};
  struct sigaction action, found;
  memset(&action, 0, sizeof action);
  action.sa_handler = is_typing ? on_end : SIG_DFL;
  action.sa_flags = (int)SA_RESETHAND;
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    if (sigaction(numbers[i], NULL, &found) == 0 &&
        found.sa_handler != SIG_IGN) {
      sigaction(numbers[i], &action, NULL);
    }
  }
}

static void on_continue(int signal_number) {
  (void)signal_number;
}

/* Returns 1 if there is input, 0 if the program was interrupted. The signal is
 * unblocked only during the wait, so none is lost just before it. */
static int wait_for_byte(const volatile sig_atomic_t *interrupted,
                         const struct termios *mode) {
  sigset_t interrupt, usual;
  fd_set in;
  int ready = 0;
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  sigprocmask(SIG_BLOCK, &interrupt, &usual);
  while (!*interrupted && ready <= 0) {
    FD_ZERO(&in);
    FD_SET(STDIN_FILENO, &in);
    ready = pselect(STDIN_FILENO + 1, &in, NULL, NULL, NULL, &usual);
    if (ready < 0) { /* after Ctrl-Z, the shell may have changed the mode */
      tcsetattr(STDIN_FILENO, TCSADRAIN, mode);
    }
  }
  sigprocmask(SIG_SETMASK, &usual, NULL);
  return ready > 0;
}

/* Reads byte by byte: input after the end belongs to the next question. */
static typed take_all(input *of, const volatile sig_atomic_t *interrupted,
                      const struct termios *mode) {
  char byte = 0;
  do {
    if (!wait_for_byte(interrupted, mode)) {
      return STOPPED;
    }
    if (read(STDIN_FILENO, &byte, 1) != 1 ||
        (byte == CTRL_D && of->length == 0)) {
      return ENDED;
    }
  } while (!take(of, byte));
  return TYPED;
}

int can_be_typed(void) {
  const char *kind = getenv("TERM");
  return isatty(STDIN_FILENO) && isatty(STDERR_FILENO) &&
         !(kind && strcmp(kind, "dumb") == 0);
}

typed read_question(const volatile sig_atomic_t *interrupted, char **question) {
  struct termios typing;
  struct sigaction action;
  input of;
  typed found = TYPED;
  memset(&of, 0, sizeof of);
  memset(&action, 0, sizeof action);
  action.sa_handler = on_continue;
  sigaction(SIGCONT, &action, NULL);
  tcgetattr(STDIN_FILENO, &outside);
  typing = outside;
  typing.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN);
  typing.c_cc[VMIN] = 1;
  typing.c_cc[VTIME] = 0;
  watch_for_end(1);
  tcsetattr(STDIN_FILENO, TCSADRAIN, &typing);
  fputs("\033[?2004h", stderr);
  show(&of);
  found = take_all(&of, interrupted, &typing);
  leave();
  watch_for_end(0);
  while (of.length > 0 && strchr(" \t\n", of.text[of.length - 1])) {
    of.text[--of.length] = '\0';
  }
  *question = of.text;
  return found;
}
