/* Groups: one for each thread, which any thread may wake. */
#include "torture.h"

int join_group(worker *me, slot *at) {
  for (int i = 0; i < IN_GROUP; i++) {
    if (!me->in_group[i]) {
      sparkchat_status status =
          sparkchat_group_add(me->group, at->stream, NULL);
      if (status == SPARKCHAT_OK) {
        me->in_group[i] = at;
      }
      return status == SPARKCHAT_OK;
    }
  }
  return 0;
}

void drive_group(worker *me) {
  sparkchat_stream *stream = NULL;
  const sparkchat_event *event = NULL;
  sparkchat_status status =
      sparkchat_group_next(me->group, (int)roll(me, 4), &stream, &event, NULL);
  atomic_fetch_add(&calls, 1);
  for (int i = 0; stream && !is_running(status) && i < IN_GROUP; i++) {
    slot *at = me->in_group[i];
    if (at && at->stream == stream) {
      me->in_group[i] = NULL;
      close_or_ask_again(me, at, status);
      release(at);
      return;
    }
  }
  if (stream && !is_running(status)) {
    fail("group", "an end of a stream that is not in it");
  }
}

void leave_group(worker *me) {
  int i = (int)roll(me, IN_GROUP);
  slot *at = me->in_group[i];
  if (!at) {
    return;
  }
  if (roll(me, 3) == 0) {
    free_stream(at, 0); /* freeing removes it from the group */
  } else if (sparkchat_group_remove(me->group, at->stream, NULL) !=
             SPARKCHAT_OK) {
    fail("remove", "a stream that is in the group");
  }
  me->in_group[i] = NULL;
  release(at);
}

void replace_group(worker *me) {
  pthread_rwlock_wrlock(&me->lock);
  sparkchat_group_free(me->group);
  me->group = NULL;
  if (sparkchat_group_new(&me->group, NULL) != SPARKCHAT_OK) {
    fail("group", "cannot be made");
  }
  pthread_rwlock_unlock(&me->lock);
  for (int i = 0; i < IN_GROUP; i++) {
    if (me->in_group[i]) {
      release(me->in_group[i]);
      me->in_group[i] = NULL;
    }
  }
}
