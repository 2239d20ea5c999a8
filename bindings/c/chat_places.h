/* Where --doctor asks: hosts, plans, and the proxy on the way. */
#ifndef CHAT_PLACES_H
#define CHAT_PLACES_H

#include <stddef.h>

enum { URL_SIZE = 2048, HOST_SIZE = 256 };

int has_tls(const char *url);

void host_of(const char *url, char *host);

/* Whether the URL is the service's own. */
int is_service(const char *url);

/* Which of the service's plans the URL belongs to, in words. */
const char *plan_of(const char *url);

/* The options of this program for the plans of hosted models, except for the
 * one at `url`. */
void other_plans(const char *url, char *result, size_t size);

/* The variable that names a proxy; NULL without. */
const char *proxy_variable(void);

/* The URL of the service, or the same path at `own` if that is a gateway. */
void url_at(const char *own, const char *url, char *result);

#endif
