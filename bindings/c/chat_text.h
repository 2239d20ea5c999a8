/* What comes from outside, without what would drive the terminal or mislead
 * who reads. Python's chat has the same rules (_cli/clean.py), and the tests
 * one table of cases for both. */
#ifndef CHAT_TEXT_H
#define CHAT_TEXT_H

#include <stddef.h>
#include <stdio.h>

#define NO_CHARACTER 0xFFFFFFFFUL

/* Reads a character of UTF-8, or NO_CHARACTER for a byte that begins none, and
 * returns how many bytes it takes. `length` is at least 1. */
size_t read_character(const char *text, size_t length,
                      unsigned long *character);

/* Control characters but for newline and tab, the controls that turn text
 * around, and tags: text that nobody sees, and that goes along where an answer
 * is copied. */
int drives_terminal(unsigned long character);

/* A text of any number of lines, or a piece of one. */
void put_text(FILE *to, const char *text, size_t length);

/* The same as one line, so that nobody can add lines that look like another's.
 * The second is for a character alone. */
void put_line(FILE *to, const char *text, size_t length);
void put_in_line(FILE *to, const char *text, size_t count,
                 unsigned long character);

#endif
