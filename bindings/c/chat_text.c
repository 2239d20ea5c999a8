#include "chat_text.h"

size_t read_character(const char *text, size_t length,
                      unsigned long *character) {
  static const unsigned long least[] = {0, 0, 0x80, 0x800, 0x10000};
  unsigned char first = (unsigned char)text[0];
  size_t count = first < 0x80   ? 1
                 : first < 0xC0 ? 0
                 : first < 0xE0 ? 2
                 : first < 0xF0 ? 3
                 : first < 0xF8 ? 4
                                : 0;
  unsigned long code = count == 1 ? first : first & (0xFFUL >> (count + 1));
  int is_good = count > 0 && count <= length;
  for (size_t i = 1; is_good && i < count; i++) {
    is_good = ((unsigned char)text[i] & 0xC0) == 0x80;
    code = code << 6 | ((unsigned char)text[i] & 0x3F);
  }
  is_good = is_good && code >= least[count] && code <= 0x10FFFF &&
            (code < 0xD800 || code > 0xDFFF);
  *character = is_good ? code : NO_CHARACTER;
  return is_good ? count : 1;
}

int drives_terminal(unsigned long character) {
  return (character < 0x20 && character != '\n' && character != '\t') ||
         (character >= 0x7F && character <= 0x9F) ||
         (character >= 0x202A && character <= 0x202E) ||
         (character >= 0x2066 && character <= 0x206F) ||
         (character >= 0xE0000 && character <= 0xE007F);
}

/* These belong in right-to-left text, but not in a name or an address. */
static int is_mark(unsigned long character) {
  return character == 0x061C || character == 0x200E || character == 0x200F;
}

static int breaks_line(unsigned long character) {
  return character == '\n' || character == '\t' || character == 0x2028 ||
         character == 0x2029;
}

void put_text(FILE *to, const char *text, size_t length) {
  size_t at = 0;
  while (at < length) {
    unsigned long character = 0;
    size_t count = read_character(text + at, length - at, &character);
    if (character != NO_CHARACTER && !drives_terminal(character)) {
      fwrite(text + at, 1, count, to);
    }
    at += count;
  }
}

void put_in_line(FILE *to, const char *text, size_t count,
                 unsigned long character) {
  if (breaks_line(character)) {
    fputc(' ', to);
  } else if (!is_mark(character)) {
    put_text(to, text, count);
  }
}

void put_line(FILE *to, const char *text, size_t length) {
  size_t at = 0;
  while (at < length) {
    unsigned long character = 0;
    size_t count = read_character(text + at, length - at, &character);
    put_in_line(to, text + at, count, character);
    at += count;
  }
}
