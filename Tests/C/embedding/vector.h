/* Helpers for the cases about embeddings. */
#ifndef VECTOR_H
#define VECTOR_H

#include "case.h"
#include "scene.h"

#include <stdio.h>

/* Returns a config with embeddings at `base`/, with a scenario (NULL: none). */
static inline sparkchat_config *embedding_config(const char *base,
                                                 const char *scenario) {
  char url[512];
  sparkchat_config *config = config_for(ws(NULL));
  snprintf(url, sizeof url, "%s/%s%s", base, scenario ? "?scenario=" : "",
           scenario ? scenario : "");
  CHECK_STATUS(SPARKCHAT_OK,
               sparkchat_config_set_embedding_url(config, url, NULL));
  return config;
}

static inline sparkchat_client *embedding_client(const char *scenario) {
  return client_of(embedding_config(required("SPARK_HTTP"), scenario));
}

static inline sparkchat_status embed(const sparkchat_client *client,
                                     const char *text,
                                     sparkchat_response **response,
                                     sparkchat_error **error) {
  return sparkchat_client_embed(client, text, SPARKCHAT_NUL_TERMINATED,
                                SPARKCHAT_EMBEDDING_PARA, response, error);
}

static inline sparkchat_stream *embedding(const sparkchat_client *client,
                                          const char *text) {
  sparkchat_stream *stream = NULL;
  CHECK_STATUS(SPARKCHAT_OK, sparkchat_client_open_embedding(
                                 client, text, SPARKCHAT_NUL_TERMINATED,
                                 SPARKCHAT_EMBEDDING_QUERY, &stream, NULL));
  return stream;
}

#endif
