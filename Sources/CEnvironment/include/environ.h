#ifndef SPARKCHAT_ENVIRON_H
#define SPARKCHAT_ENVIRON_H

extern __attribute__((visibility("hidden"))) char **environ;

#endif
