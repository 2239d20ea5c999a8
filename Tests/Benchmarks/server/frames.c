#include "frames.h"

#include <string.h>

/* Uneven pieces in two languages, with characters that JSON escapes. */
static const char *const deltas[] = {
    "您好,很高兴",
    "为您服务。\n需要我做什么?",
    "The answer is short: ",
    "a token is about one and a half Chinese characters, ",
    "大约相当于一个半汉字",
    ",或者零点八个英文单词。",
    "\n\n1. First, ",
    "sign the URL with the \"date\" of today;",
    "然后建立连接,发送问题",
    ",服务会一段一段地返回答案。",
    "\n2. Then read, ",
    "until the status is 2",
    "(最后一段也可能有文字)",
    "。祝您今天过得愉快,",
    "and ask again whenever you like 😊 ",
    "再见!\n",
};
enum { DELTAS = sizeof deltas / sizeof deltas[0] };

static const char first_part[] =
    "{\"header\":{\"code\":0,\"message\":\"Success\","
    "\"sid\":\"cht000a1f3c@dx194e0205ccbb8f3550\",\"status\":";
static const char second_part[] = "},\"payload\":{\"choices\":{\"status\":";
static const char third_part[] = ",\"seq\":";
static const char fourth_part[] = ",\"text\":[{\"content\":\"";
static const char fifth_part[] = "\",\"role\":\"assistant\",\"index\":0}]}";
static const char usage_part[] =
    ",\"usage\":{\"text\":{\"question_tokens\":12,\"prompt_tokens\":34,"
    "\"completion_tokens\":56,\"total_tokens\":90}}";

/* What is the same for all frames of one delta: all after the number. */
static struct {
  char text[256];
  size_t length;
} tails[DELTAS];

static char *put(char *target, const char *text, size_t length) {
  memcpy(target, text, length);
  return target + length;
}
#define PUT(target, text) put(target, text, sizeof text - 1)

static char *put_escaped(char *target, const char *text) {
  for (; *text != '\0'; text++) {
    if (*text == '\n') {
      target = put(target, "\\n", 2);
    } else if (*text == '"' || *text == '\\') {
      *target++ = '\\';
      *target++ = *text;
    } else {
      *target++ = *text;
    }
  }
  return target;
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

void frames_prepare(void) {
  for (size_t i = 0; i < DELTAS; i++) {
    char *end = PUT(tails[i].text, fourth_part);
    end = put_escaped(end, deltas[i]);
    end = PUT(end, fifth_part);
    tails[i].length = (size_t)(end - tails[i].text);
  }
}

size_t frames_write(char *target, uint64_t index, uint64_t count) {
  int is_last = index + 1 == count;
  char status = is_last ? '2' : index == 0 ? '0' : '1';
  size_t delta = index % DELTAS;
  char *payload = target + 4;
  char *end = PUT(payload, first_part);
  *end++ = status;
  end = PUT(end, second_part);
  *end++ = status;
  end = PUT(end, third_part);
  end = put_number(end, index);
  end = put(end, tails[delta].text, tails[delta].length);
  if (is_last) {
    end = PUT(end, usage_part);
  }
  end = put(end, "}}", 2);
  size_t length = (size_t)(end - payload);
  target[0] = (char)0x81;
  target[1] = 126;
  target[2] = (char)(length >> 8);
  target[3] = (char)(length & 0xff);
  return length + 4;
}

void frames_print_text(FILE *file, uint64_t count) {
  for (uint64_t i = 0; i < count; i++) {
    fputs(deltas[i % DELTAS], file);
  }
}
