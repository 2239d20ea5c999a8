internal import Glibc

/// What a connection waits for. It keeps the descriptor open, so that the system cannot reuse its
/// number for another connection during the wait.
package struct Interest: Equatable, Sendable {
  let descriptor: Descriptor
  let reading: Bool
  let writing: Bool

  init(_ descriptor: Descriptor, reading: Bool, writing: Bool) {
    self.descriptor = descriptor
    self.reading = reading
    self.writing = writing
  }

  var forPoll: pollfd {
    let events = (reading ? Int16(POLLIN) : 0) | (writing ? Int16(POLLOUT) : 0)
    return pollfd(fd: descriptor.raw, events: events, revents: 0)
  }

  package static func == (left: Interest, right: Interest) -> Bool {
    left.descriptor === right.descriptor && left.reading == right.reading
      && left.writing == right.writing
  }
}
