/* Removes what would control the terminal or mislead the reader from texts that
 * come from outside. Python's chat has the same rules (_cli/clean.py), and the
 * tests have one table of cases for both. */
#ifndef CHAT_TEXT_H
#define CHAT_TEXT_H

#include <stddef.h>
#include <stdio.h>

#define NO_CHARACTER 0xFFFFFFFFUL

/* Reads a UTF-8 character, or NO_CHARACTER for an invalid byte, and returns its
 * number of bytes. `length` is at least 1. */
size_t read_character(const char *text, size_t length,
                      unsigned long *character);

/* Control characters except newline and tab, the controls that reverse text,
 * and tags: invisible text that would be copied along with an answer. */
int drives_terminal(unsigned long character);

/* Writes a text of any number of lines, or a piece of one. */
void put_text(FILE *to, const char *text, size_t length);

/* Write a text, or a character, as part of one line, so that a text cannot add
 * lines that look like the program's. */
void put_line(FILE *to, const char *text, size_t length);
void put_in_line(FILE *to, const char *text, size_t count,
                 unsigned long character);

#endif
