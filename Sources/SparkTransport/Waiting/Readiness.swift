/// What is known of a socket without asking the system.
///
/// The one rule of waiting: a descriptor is waited for only where using it would have blocked. So a wait
/// cannot end at once, again and again, for what nobody reads.
struct Readiness {
  /// The last read took all there was.
  private(set) var isReadBlocked = false
  /// The last write did not take all it was given.
  private(set) var isWriteBlocked = false

  mutating func noteRead(blocked: Bool) { isReadBlocked = blocked }
  mutating func noteWrite(blocked: Bool) { isWriteBlocked = blocked }

  /// Somebody has waited: nothing is known any more.
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
