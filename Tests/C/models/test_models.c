/* The table of models, and how a client chooses one. */
#include "case.h"
#include "scene.h"

#include <ctype.h>
#include <string.h>

static const sparkchat_transport all_transports[] = {
    SPARKCHAT_TRANSPORT_WEBSOCKET, SPARKCHAT_TRANSPORT_HTTP};

static const char *shouted(const char *text) {
  static char upper[128];
  size_t i = 0;
  for (; text[i] && i + 1 < sizeof upper; i++) {
    upper[i] = (char)toupper((unsigned char)text[i]);
  }
  upper[i] = '\0';
  return upper;
}

CASE(every_model_is_found_by_each_of_its_names) {
  CHECK(sparkchat_model_count() >= 19);
  for (size_t at = 0; at < sparkchat_model_count(); at++) {
    const sparkchat_model *model = sparkchat_model_at(at);
    const char *name = sparkchat_model_name(model), *alias;
    CHECK(model && name && *name);
    CHECK(sparkchat_model_find(name) == model);
    CHECK(sparkchat_model_find(shouted(name)) == model);
    for (size_t i = 0; (alias = sparkchat_model_alias(model, i)); i++) {
      CHECK(sparkchat_model_find(alias) == model);
      CHECK(sparkchat_model_find(shouted(alias)) == model);
    }
    /* The same object every time. */
    CHECK(sparkchat_model_at(at) == model);
  }
  CHECK(!sparkchat_model_at(sparkchat_model_count()));
  CHECK(!sparkchat_model_at((size_t)-1));
  CHECK(!sparkchat_model_find("gpt-4"));
  CHECK(!sparkchat_model_find(""));
  CHECK(!sparkchat_model_find("\xff"));
}

CASE(every_model_is_served_in_some_way) {
  for (size_t at = 0; at < sparkchat_model_count(); at++) {
    const sparkchat_model *model = sparkchat_model_at(at);
    int ways = 0;
    for (int i = 0; i < 2; i++) {
      const char *url = sparkchat_model_url(model, all_transports[i]);
      const char *domain = sparkchat_model_domain(model, all_transports[i]);
      const char *scheme = i ? "https://" : "wss://";
      CHECK(!url || strncmp(url, scheme, strlen(scheme)) == 0);
      CHECK(!url || i == 0 || strstr(url, "/chat/completions"));
      CHECK(!domain || *domain);
      ways += url || domain;
    }
    CHECK(ways > 0);
    CHECK(!sparkchat_model_url(model, SPARKCHAT_TRANSPORT_AUTO));
    CHECK(!sparkchat_model_domain(model, (sparkchat_transport)9));
    CHECK(sparkchat_model_max_tokens(model) == -1 ||
          sparkchat_model_max_tokens(model) >= 4096);
    CHECK(sparkchat_model_context_tokens(model) == -1 ||
          sparkchat_model_context_tokens(model) >= 8192);
    CHECK_INT(SPARKCHAT_SUPPORT_NO,
              sparkchat_model_supports(model, (sparkchat_feature)0));
    CHECK_INT(SPARKCHAT_SUPPORT_NO,
              sparkchat_model_supports(model, (sparkchat_feature)99));
    /* Only a model that searches names sources, and only HTTP has JSON mode. */
    CHECK(sparkchat_model_supports(model, SPARKCHAT_FEATURE_WEB_SEARCH) ||
          !sparkchat_model_supports(model, SPARKCHAT_FEATURE_CITATIONS));
    CHECK(!sparkchat_model_supports(model, SPARKCHAT_FEATURE_JSON_MODE) ||
          sparkchat_model_domain(model, SPARKCHAT_TRANSPORT_HTTP) ||
          sparkchat_model_url(model, SPARKCHAT_TRANSPORT_HTTP));
  }
}

/* Returns a client with only the model set; NULL if that is impossible. */
static sparkchat_client *client_named(const char *name,
                                      sparkchat_transport transport) {
  sparkchat_config *config = sparkchat_config_new();
  sparkchat_client *client = NULL;
  sparkchat_config_set_app_id(config, "a1b2c3d4", NULL);
  sparkchat_config_set_api_key(config, "key", NULL);
  sparkchat_config_set_api_secret(config, "secret", NULL);
  sparkchat_config_set_model(config, name, NULL);
  sparkchat_config_set_transport(config, transport, NULL);
  if (!sparkchat_model_domain(sparkchat_model_find(name), transport)) {
    sparkchat_config_set_domain(config, "xdeepseekv3", NULL);
  }
  if (sparkchat_client_new(config, &client, NULL) != SPARKCHAT_OK) {
    CHECK(!client);
  }
  sparkchat_config_free(config);
  return client;
}

CASE(model_by_name_gives_url_and_domain) {
  for (size_t at = 0; at < sparkchat_model_count(); at++) {
    const sparkchat_model *model = sparkchat_model_at(at);
    for (int i = 0; i < 2; i++) {
      const char *url = sparkchat_model_url(model, all_transports[i]);
      const char *domain = sparkchat_model_domain(model, all_transports[i]);
      sparkchat_client *client =
          client_named(sparkchat_model_name(model), all_transports[i]);
      CHECK(!url == !client);
      if (client) {
        CHECK_TEXT(url, sparkchat_client_url(client));
        CHECK_TEXT(domain ? domain : "xdeepseekv3",
                   sparkchat_client_domain(client));
        CHECK(sparkchat_client_model(client) == model);
        CHECK_INT(all_transports[i], sparkchat_client_transport(client));
      }
      sparkchat_client_free(client);
    }
  }
}

CASE(default_is_the_first_model) {
  sparkchat_client *client =
      client_named(sparkchat_model_name(sparkchat_model_at(0)),
                   SPARKCHAT_TRANSPORT_WEBSOCKET);
  CHECK_TEXT("wss://spark-api.xf-yun.com/v3.5/chat",
             sparkchat_client_url(client));
  CHECK_TEXT("generalv3.5", sparkchat_client_domain(client));
  sparkchat_client_free(client);
}

CASE(unknown_model_needs_a_url) {
  sparkchat_config *config = config_for(ws(NULL));
  sparkchat_client *client;
  CHECK(!client_named("brand-new", SPARKCHAT_TRANSPORT_AUTO));
  sparkchat_config_set_model(config, "Brand-New", NULL);
  client = client_of(config);
  CHECK_TEXT("Brand-New", sparkchat_client_domain(client));
  CHECK(!sparkchat_client_model(client));
  sparkchat_client_free(client);
}

static sparkchat_transport chosen(const char *password, const char *key,
                                  const char *model) {
  sparkchat_config *config = sparkchat_config_new();
  sparkchat_client *client = NULL;
  sparkchat_transport transport;
  if (password) {
    sparkchat_config_set_api_password(config, password, NULL);
  }
  if (key) {
    sparkchat_config_set_app_id(config, "a1b2c3d4", NULL);
    sparkchat_config_set_api_key(config, key, NULL);
    sparkchat_config_set_api_secret(config, "secret", NULL);
  }
  sparkchat_config_set_model(config, model, NULL);
  (void)!sparkchat_client_new(config, &client, NULL);
  transport = sparkchat_client_transport(client);
  sparkchat_client_free(client);
  sparkchat_config_free(config);
  return transport;
}

CASE(transport_follows_from_model_and_credentials) {
  CHECK_INT(SPARKCHAT_TRANSPORT_HTTP, chosen("password", NULL, "max"));
  CHECK_INT(SPARKCHAT_TRANSPORT_HTTP, chosen("password", "key", "max"));
  CHECK_INT(SPARKCHAT_TRANSPORT_WEBSOCKET, chosen(NULL, "key", "max"));
  /* Served over one transport only. */
  CHECK_INT(SPARKCHAT_TRANSPORT_HTTP, chosen(NULL, "key", "x2-flash"));
  CHECK_INT(SPARKCHAT_TRANSPORT_WEBSOCKET, chosen("password", "key", "v2"));
  /* A password alone does not suffice there: no client is made. */
  CHECK_INT(SPARKCHAT_TRANSPORT_AUTO, chosen("password", NULL, "image"));
  CHECK_INT(SPARKCHAT_TRANSPORT_AUTO, chosen(NULL, NULL, "max"));
}
