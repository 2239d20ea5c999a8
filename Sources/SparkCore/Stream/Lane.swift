internal import SparkTransport
internal import SparkWire

/// The requests to one server: those in the queue, and how many may begin as far as the server lets them.
///
/// The queue is in the order of the tickets' numbers. Taking one near its front costs little, however long it is.
final class Lane {
  /// How late a stream may be.
  private static let graceMilliseconds: Int32 = 1000

  var throttle: Throttle
  /// The last refusal.
  var refusal: SparkError?
  var underWay = 0
  /// How many streams at the front have been woken for their turn.
  var called = 0

  private var queue: [Pacer.Ticket] = []
  /// How many elements before the front are no longer used.
  private var unused = 0

  init(_ throttle: Throttle) {
    self.throttle = throttle
  }

  var turns: Int {
    min(throttle.maxUnderWay.map { $0 - underWay } ?? Int.max, throttle.rate == nil ? Int.max : 1)
  }

  var count: Int { queue.count - unused }

  subscript(index: Int) -> Pacer.Ticket { queue[unused + index] }

  /// Returns how many tickets in the queue have a lower number.
  func count(before ticket: Pacer.Ticket) -> Int {
    var (low, high) = (unused, queue.count)
    while low < high {
      let middle = (low + high) / 2
      if queue[middle].number < ticket.number { low = middle + 1 } else { high = middle }
    }
    return low - unused
  }

  private func holds(_ ticket: Pacer.Ticket, at index: Int) -> Bool {
    index < count && self[index] === ticket
  }

  /// Returns the ticket's index. A ticket that had let others pass gets its place back.
  func place(of ticket: Pacer.Ticket) -> Int {
    let index = count(before: ticket)
    if !holds(ticket, at: index) {
      queue.insert(ticket, at: unused + index)
      if index < called { called += 1 }
    }
    return index
  }

  func remove(_ ticket: Pacer.Ticket) {
    let index = count(before: ticket)
    if holds(ticket, at: index) { remove(at: index) }
  }

  private func remove(at index: Int) {
    if index < called { called -= 1 }
    guard index <= count / 2 else {
      queue.remove(at: unused + index)
      return
    }
    for place in stride(from: unused + index, to: unused, by: -1) {
      queue[place] = queue[place - 1]
    }
    // Keeps no ticket that has left.
    queue[unused] = queue[queue.count - 1]
    unused += 1
    guard unused >= count else { return }
    queue.removeFirst(unused)
    unused = 0
  }

  /// Removes overdue tickets immediately before the ticket, and returns when to check the next one; nil: there
  /// is none. The further back, the more rarely, so that even a long queue costs almost nothing.
  func watch(before ticket: Pacer.Ticket, _ now: Instant) -> Instant? {
    var index = count(before: ticket)
    while index > 0 {
      guard let comesAt = self[index - 1].comesAt else {
        return now.advanced(byMilliseconds: Self.graceMilliseconds * Int32(min(index, 3600)))
      }
      let end = comesAt.advanced(byMilliseconds: Self.graceMilliseconds)
      if now < end { return end }
      index -= 1
      remove(at: index)
    }
    return nil
  }
}
