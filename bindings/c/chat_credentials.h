/* Checks which credentials are set, and whether they look like the
 * console's. */
#ifndef CHAT_CREDENTIALS_H
#define CHAT_CREDENTIALS_H

/* Reports which are set, or what is wrong with them, but never their values.
 * Returns 1 if nothing is wrong. */
int look_at_credentials(void);

/* Whether the API password, for HTTP, is set. */
int has_password(void);

#endif
