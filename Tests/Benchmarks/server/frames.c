#include "frames.h"

#include <string.h>

/* The most bytes that surround a piece of text in its frame. */
enum { AROUND = 640, HEADER_MAX = 12 };

#define SID "cha0001c4d5@dx194e020c070b86d552"

static const char frame_start[] =
    "{\"header\":{\"code\":0,\"message\":\"Success\","
    "\"sid\":\"cht000a1f3c@dx194e0205ccbb8f3550\",\"status\":";
static const char frame_choices[] = "},\"payload\":{\"choices\":{\"status\":";
static const char frame_seq[] = ",\"seq\":";
static const char frame_text[] = ",\"text\":[{\"content\":\"";
static const char frame_index[] = ",\"index\":0}]}";
static const char frame_usage[] =
    ",\"usage\":{\"text\":{\"question_tokens\":12,\"prompt_tokens\":34,"
    "\"completion_tokens\":56,\"total_tokens\":90}}";

static const char event_start[] =
    "data:{\"code\":0,\"message\":\"Success\",\"sid\":\"" SID "\",\"id\":\"" SID
    "\",\"created\":1738927006,"
    "\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"";
static const char event_index[] = "\"},\"index\":0}]";
static const char event_usage[] =
    ",\"usage\":{\"prompt_tokens\":34,\"completion_tokens\":56,"
    "\"total_tokens\":90}";

/* What is between the quotation mark that opens "content" and the piece, and
 * after the piece, over WebSocket. */
static const char *const before[STYLES] = {
    [STYLE_PLAIN] = "",
    [STYLE_ESCAPES] = "",
    [STYLE_UNICODE] = "",
    [STYLE_REASONING] = "\",\"reasoning_content\":\"",
    [STYLE_CALLS] = "\",\"content_type\":\"text\",\"function_call\":{"
                    "\"name\":\"get_weather\",\"arguments\":\"",
};
static const char *const after[STYLES] = {
    [STYLE_PLAIN] = "\",\"role\":\"assistant\"",
    [STYLE_ESCAPES] = "\",\"role\":\"assistant\"",
    [STYLE_UNICODE] = "\",\"role\":\"assistant\"",
    [STYLE_REASONING] = "\",\"role\":\"assistant\"",
    [STYLE_CALLS] = "\"},\"role\":\"assistant\"",
};

/* The pieces in JSON. */
static struct {
  char text[PIECE_MAX];
  size_t length;
} written[STYLES][PIECES];

static char *put(char *target, const char *text, size_t length) {
  memcpy(target, text, length);
  return target + length;
}
#define PUT(target, text) put(target, text, sizeof text - 1)

static char *put_text(char *target, const char *text) {
  return put(target, text, strlen(text));
}

static char *put_number(char *target, uint64_t number) {
  char digits[20];
  size_t at = sizeof digits;
  do {
    digits[--at] = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  return put(target, digits + at, sizeof digits - at);
}

static char *put_piece(char *target, style style, uint64_t index,
                       uint64_t repeat) {
  size_t at = index % PIECES;
  for (uint64_t i = 0; i < repeat; i++) {
    target = put(target, written[style][at].text, written[style][at].length);
  }
  return target;
}

void frames_prepare(void) {
  for (style style = 0; style < STYLES; style++) {
    for (size_t i = 0; i < PIECES; i++) {
      char *text = written[style][i].text;
      char *end = texts_write(text, style, texts_piece(style, i));
      written[style][i].length = (size_t)(end - text);
    }
  }
}

size_t frames_room(const answer *answer) {
  return AROUND + answer->repeat * PIECE_MAX;
}

static char *write_frame(char *end, const answer *answer, uint64_t index) {
  int is_last = index + 1 == answer->frames;
  char status = is_last ? '2' : index == 0 ? '0' : '1';
  style style =
      answer->style == STYLE_REASONING && is_last ? STYLE_PLAIN : answer->style;
  end = PUT(end, frame_start);
  *end++ = status;
  end = PUT(end, frame_choices);
  *end++ = status;
  end = PUT(end, frame_seq);
  end = put_number(end, index);
  end = PUT(end, frame_text);
  end = put_text(end, before[style]);
  end = put_piece(end, style, index, answer->repeat);
  end = put_text(end, after[style]);
  end = PUT(end, frame_index);
  if (is_last) {
    end = PUT(end, frame_usage);
  }
  return PUT(end, "}}");
}

static char *write_event(char *end, const answer *answer, uint64_t index) {
  end = PUT(end, event_start);
  end = put_piece(end, answer->style, index, answer->repeat);
  end = PUT(end, event_index);
  if (index + 1 == answer->frames) {
    end = PUT(end, event_usage);
  }
  return PUT(end, "}\n\n");
}

/* Writes the header of a WebSocket frame; all frames here have at least 126
 * bytes. */
static size_t write_header(char *target, size_t length) {
  size_t bytes = length > 0xffff ? 8 : 2;
  target[0] = (char)0x81;
  target[1] = bytes == 8 ? 127 : 126;
  for (size_t i = 0; i < bytes; i++) {
    target[2 + i] = (char)(length >> 8 * (bytes - 1 - i));
  }
  return 2 + bytes;
}

size_t frames_write(char *target, const answer *answer, uint64_t index) {
  char *start = target + HEADER_MAX;
  char *end = answer->is_event ? write_event(start, answer, index)
                               : write_frame(start, answer, index);
  size_t length = (size_t)(end - start);
  size_t header = answer->is_event ? (size_t)sprintf(target, "%zx\r\n", length)
                                   : write_header(target, length);
  memmove(target + header, start, length);
  end = target + header + length;
  if (answer->is_event) {
    end = PUT(end, "\r\n");
  }
  return (size_t)(end - target);
}

const char *frames_end(const answer *answer, size_t *length) {
  static const char close[] = "\x88\x02\x03\xe8";
  static const char done[] = "d\r\ndata:[DONE]\n\n\r\n0\r\n\r\n";
  *length = answer->is_event ? sizeof done - 1 : sizeof close - 1;
  return answer->is_event ? done : close;
}

void frames_print_text(FILE *file, const answer *answer) {
  for (uint64_t i = 0; i < answer->frames; i++) {
    for (uint64_t j = 0; j < answer->repeat; j++) {
      fputs(texts_piece(answer->style, i), file);
    }
  }
}
