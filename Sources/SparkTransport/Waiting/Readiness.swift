/// What is known about a socket without asking the system.
///
/// The rule of waiting: wait for a descriptor only if its last use would have blocked. A wait therefore
/// cannot end immediately, again and again, because of data that no one reads.
struct Readiness {
  /// The last read emptied the socket.
  private(set) var isReadBlocked = false
  /// The last write did not accept all its data.
  private(set) var isWriteBlocked = false

  mutating func noteRead(blocked: Bool) { isReadBlocked = blocked }
  mutating func noteWrite(blocked: Bool) { isWriteBlocked = blocked }

  /// Resets the state after a wait: nothing is known any more.
  mutating func forget() { self = Readiness() }
}

/// How a wait ended.
package enum WaitOutcome {
  /// Something may have happened.
  case ready
  case timedOut
  /// A signal handler ran.
  case interrupted
}
