/*
 * tools.c - the model calls a function of this program, as often as it needs
 * to, and uses the results in its answer.
 *
 *   cc -o tools tools.c $(pkg-config --cflags --libs sparkchat)
 *   ./tools "Is it warmer in Hefei or in Beijing?"
 */
#include <sparkchat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char parameters[] =
    "{\"type\": \"object\", \"properties\": {\"city\": {\"type\": \"string\","
    " \"description\": \"Name of the city\"}}, \"required\": [\"city\"]}";

/* The arguments are a JSON object, but the model chooses its contents: a real
 * program reads it with a JSON library and checks every value. */
static int get_weather(const char *name, const char *arguments, size_t length,
                       sparkchat_tool_result *result, void *user_data) {
  int *calls = (int *)user_data;
  const char *weather = "{\"weather\": \"sunny\", \"celsius\": 21}";
  (void)length;
  if (!strstr(arguments, "\"city\"")) {
    weather = "{\"error\": \"which city?\"}"; /* the model may correct it */
  }
  fprintf(stderr, "call %d: %s(%s)\n", ++*calls, name, arguments);
  sparkchat_tool_result_set(result, weather, SPARKCHAT_NUL_TERMINATED, NULL);
  return 0; /* anything else ends the question */
}

int main(int argc, char **argv) {
  sparkchat_config *config = sparkchat_config_new();
  sparkchat_client *client = NULL;
  sparkchat_conversation *talk = NULL;
  sparkchat_response *response = NULL;
  sparkchat_error *error = NULL;
  sparkchat_status status;
  int calls = 0;

  sparkchat_config_load_environment(config, NULL);
  status = sparkchat_client_new(config, &client, &error);
  if (status == SPARKCHAT_OK) {
    status = sparkchat_conversation_new(client, NULL, &talk, &error);
  }
  if (status == SPARKCHAT_OK) {
    status = sparkchat_conversation_add_tool(
        talk, "get_weather", "Tells the weather of a city.", parameters,
        get_weather, &calls, NULL, &error);
  }
  if (status == SPARKCHAT_OK) {
    /* This one call runs all rounds of calls and results. */
    status = sparkchat_conversation_ask(
        talk, argc > 1 ? argv[1] : "Is it warmer in Hefei or in Beijing?",
        SPARKCHAT_NUL_TERMINATED, NULL, NULL, &response, &error);
  }
  if (status == SPARKCHAT_OK) {
    puts(sparkchat_response_text(response, NULL));
    fprintf(stderr, "(%d calls, %lu messages)\n", calls,
            (unsigned long)sparkchat_conversation_count(talk));
  } else {
    fprintf(stderr, "error: %s\nhint: %s\n", sparkchat_error_message(error),
            sparkchat_error_hint(error));
  }
  sparkchat_error_free(error);
  sparkchat_response_free(response);
  sparkchat_conversation_free(talk);
  sparkchat_client_free(client);
  sparkchat_config_free(config);
  return status == SPARKCHAT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
