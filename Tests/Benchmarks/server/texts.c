#include "texts.h"

#include <ctype.h>
#include <string.h>

static const char *const names[STYLES] = {
    [STYLE_PLAIN] = "plain",     [STYLE_ESCAPES] = "escapes",
    [STYLE_UNICODE] = "unicode", [STYLE_REASONING] = "reasoning",
    [STYLE_CALLS] = "calls",
};

/* Uneven pieces in two languages, with characters that JSON escapes. */
static const char *const plain[PIECES] = {
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

static const char *const code[PIECES] = {
    "```c\n#include <stdio.h>\n",
    "#include \"spark.h\"\n\n",
    "int main(void) {\n\tputs(\"Hello\");\n",
    "\treturn \"a\\tb\" == NULL;\n}\n```\n",
    "```json\n{\n\t\"name\": \"spark\",\n",
    "\t\"path\": \"C:\\\\temp\\\\new\",\n",
    "\t\"say\": \"He said \\\"no\\\"\"\n}\n```\n",
    "\n\n| \"a\" | \"b\" |\n|---|---|\n",
    "| 1 | \"one\" |\n| 2 | \"two\" |\n",
    "```python\nprint(\"你好\\n\")\n",
    "for word in (\"a\", \"b\"):\n",
    "\tprint(f\"{word}\\r\\n\")\n```\n",
    "- \"first\"\n- \"second\"\n",
    "> \"Quoted\"\n>\n> \"twice\"\n",
    "$ grep -n \"\\\\.c$\" *\n",
    "\n\n\"The end.\"\n\n",
};

static const char *const emoji[PIECES] = {
    "您好😊,很高兴",
    "为您服务。🎉🎉",
    "一个词大约相当于",
    "一个半汉字👍",
    "首先签名🔑",
    "然后建立连接,",
    "发送问题📨",
    "服务会一段一段地",
    "返回答案✅",
    "最后一段也可能",
    "有文字📝",
    "祝您今天过得愉快🌞",
    "一家人👨‍👩‍👧",
    "国旗🇨🇳",
    "生僻字𠮷野家",
    "再见👋!\n",
};

static const char *const arguments[PIECES] = {
    "{\"city\":\"合肥\",\"day\":\"今天\"}",
    "{\"city\":\"北京\",\"day\":\"明天\"}",
    "{\"city\":\"上海\",\"hours\":[8,12,18]}",
    "{\"city\":\"Paris\",\"unit\":\"celsius\"}",
    "{\"city\":\"广州\",\"detail\":true}",
    "{\"city\":\"深圳\",\"detail\":false}",
    "{\"city\":\"New York\",\"unit\":\"fahrenheit\"}",
    "{\"city\":\"成都\",\"near\":{\"km\":20.5}}",
    "{\"city\":\"重庆\",\"day\":\"后天\"}",
    "{\"city\":\"西安\",\"day\":null}",
    "{\"city\":\"São Paulo\",\"days\":3}",
    "{\"city\":\"杭州\",\"say\":\"a \\\"b\\\"\"}",
    "{\"city\":\"南京\"}",
    "{\"city\":\"武汉\",\"day\":\"周末\"}",
    "{\"city\":\"天津\",\"days\":7}",
    "{}",
};

static const char *const *const pieces[STYLES] = {
    [STYLE_PLAIN] = plain,     [STYLE_ESCAPES] = code,
    [STYLE_UNICODE] = emoji,   [STYLE_REASONING] = plain,
    [STYLE_CALLS] = arguments,
};

style texts_style(const char *name) {
  size_t length = 0;
  while (isalpha((unsigned char)name[length])) {
    length++;
  }
  style at = 0;
  while (at < STYLES && (strlen(names[at]) != length ||
                         memcmp(names[at], name, length) != 0)) {
    at++;
  }
  return at;
}

const char *texts_piece(style style, uint64_t index) {
  return pieces[style][index % PIECES];
}

static char *write_unit(char *target, uint32_t unit) {
  *target++ = '\\';
  *target++ = 'u';
  for (int shift = 12; shift >= 0; shift -= 4) {
    *target++ = "0123456789abcdef"[unit >> shift & 0xf];
  }
  return target;
}

/* Writes the character that starts here as \u escapes; returns its end. */
static const char *escape(char **target, const char *text) {
  unsigned char first = (unsigned char)*text++;
  int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
  uint32_t character = first & (0x3fU >> more);
  while (more-- > 0) {
    character = character << 6 | ((unsigned char)*text++ & 0x3f);
  }
  if (character > 0xffff) {
    character -= 0x10000;
    *target = write_unit(*target, 0xd800 | character >> 10);
    character = 0xdc00 | (character & 0x3ff);
  }
  *target = write_unit(*target, character);
  return text;
}

char *texts_write(char *target, style style, const char *piece) {
  while (*piece != '\0') {
    const char *letters = "\nn\tt\rr\"\"\\\\";
    const char *found = strchr(letters, *piece);
    if (style == STYLE_UNICODE && (*piece & 0x80) != 0) {
      piece = escape(&target, piece);
    } else if (found != NULL && (found - letters) % 2 == 0) {
      *target++ = '\\';
      *target++ = found[1];
      piece++;
    } else {
      *target++ = *piece++;
    }
  }
  return target;
}
