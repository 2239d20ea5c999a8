/* Prints the table of models, one JSON object per line. */
#include <sparkchat.h>
#include <stdio.h>

static const sparkchat_transport transports[] = {SPARKCHAT_TRANSPORT_WEBSOCKET,
                                                 SPARKCHAT_TRANSPORT_HTTP};

static void print_string(const char *name, const char *text) {
  if (text) {
    printf("\"%s\": \"%s\", ", name, text);
  } else {
    printf("\"%s\": null, ", name);
  }
}

static void print_model(const sparkchat_model *model) {
  const char *alias;
  putchar('{');
  print_string("name", sparkchat_model_name(model));
  print_string("ws_url", sparkchat_model_url(model, transports[0]));
  print_string("http_url", sparkchat_model_url(model, transports[1]));
  print_string("ws_domain", sparkchat_model_domain(model, transports[0]));
  print_string("http_domain", sparkchat_model_domain(model, transports[1]));
  fputs("\"aliases\": [", stdout);
  for (size_t at = 0; (alias = sparkchat_model_alias(model, at)); at++) {
    printf("%s\"%s\"", at ? ", " : "", alias);
  }
  fputs("], \"supports\": [", stdout);
  for (int feature = 0; feature <= SPARKCHAT_FEATURE_JSON_MODE; feature++) {
    printf("%s%d", feature ? ", " : "",
           sparkchat_model_supports(model, (sparkchat_feature)feature));
  }
  printf("], \"context\": %lld, \"max_tokens\": %lld}\n",
         (long long)sparkchat_model_context_tokens(model),
         (long long)sparkchat_model_max_tokens(model));
}

int main(void) {
  for (size_t at = 0; at < sparkchat_model_count(); at++) {
    print_model(sparkchat_model_at(at));
  }
  return 0;
}
