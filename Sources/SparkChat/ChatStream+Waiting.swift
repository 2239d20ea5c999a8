package import SparkTransport
internal import SparkWire

/// What the stream waits for.
extension ChatStream {
  /// When to call `step` again though no descriptor is ready.
  package var wakeAt: Instant? {
    let stageWake: Instant? =
      switch stage {
      case .queued: queueWakeAt
      case .pausing(let until): until
      case .running: exchange?.wakeAt
      case .parked: nil
      }
    guard isUnderWay, let totalDeadline else { return stageWake }
    return stageWake.map { min($0, totalDeadline) } ?? totalDeadline
  }

  /// Whether a step might bring something without waiting.
  package var mayHaveMore: Bool {
    failure != nil || isUnderWay && (exchange?.mayHaveMore ?? true)
  }

  package func appendInterests(to list: inout [Interest]) {
    exchange?.appendInterests(to: &list)
  }

  package func becameReady() {
    exchange?.becameReady()
  }

  func poll(_ limit: Instant?) throws(SparkError) -> Poller.Outcome {
    let wake = wakeAt
    let until = limit.map { limit in wake.map { min($0, limit) } ?? limit } ?? wake
    do throws(SparkError) {
      return try poller.wait(
        interruption, timeoutMilliseconds: until.map { Instant.now().milliseconds(until: $0) }
      ) { appendInterests(to: &$0) }
    } catch {
      throw end(with: error)
    }
  }
}
