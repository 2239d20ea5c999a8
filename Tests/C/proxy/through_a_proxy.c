/* Many requests through one proxy; run by test_proxies.py. */
#include "case.h"
#include "grouped.h"
#include "scene.h"

CASE(forty_at_once) {
  sparkchat_config *config = config_for(required("SPARK_URL"));
  sparkchat_group *group = new_group();
  sparkchat_client *client;
  sparkchat_config_set_proxy(config, required("SPARK_PROXY"), NULL);
  sparkchat_config_set_max_attempts(config, 3, NULL);
  sparkchat_config_set_retry_backoff(config, 1, 1, NULL);
  client = client_of(config);
  for (int i = 0; i < 40; i++) {
    join(group, client, "Hello");
  }
  CHECK_INT(40, drain(group));
  sparkchat_group_free(group);
  sparkchat_client_free(client);
}
