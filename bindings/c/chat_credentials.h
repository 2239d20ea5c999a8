/* Which credentials there are, and whether they look like the console's. */
#ifndef CHAT_CREDENTIALS_H
#define CHAT_CREDENTIALS_H

/* Tells; never what they are. */
void look_at_credentials(void);

/* Whether there is an API password, for HTTP. */
int has_password(void);

#endif
