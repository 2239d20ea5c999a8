internal import SparkTransport

/// Maps tokens to elements. A token is never used twice: it combines a slot and the slot's generation.
struct SlotTable<Element> {
  private var slots: [(generation: UInt32, element: Element?)] = []
  private var free: [Int] = []

  private(set) var count = 0

  var tokens: some Sequence<UInt64> {
    slots.indices.lazy.filter { slots[$0].element != nil }.map { token($0) }
  }

  subscript(_ token: UInt64) -> Element? {
    place(token).flatMap { slots[$0].element }
  }

  mutating func insert(_ make: (UInt64) -> Element) -> UInt64 {
    let place: Int
    if let reused = free.popLast() {
      place = reused
      slots[place].generation &+= 1
    } else {
      place = slots.count
      slots.append((0, nil))
    }
    let token = token(place)
    slots[place].element = make(token)
    count += 1
    return token
  }

  mutating func remove(_ token: UInt64) -> Element? {
    guard let place = place(token), let element = slots[place].element else { return nil }
    slots[place].element = nil
    free.append(place)
    count -= 1
    return element
  }

  mutating func update<Failure: Error>(
    _ token: UInt64, _ change: (inout Element) throws(Failure) -> Void
  ) throws(Failure) {
    guard let place = place(token), var element = slots[place].element else { return }
    slots[place].element = nil
    defer { slots[place].element = element }
    try change(&element)
  }

  private func token(_ place: Int) -> UInt64 {
    UInt64(slots[place].generation) << 32 | UInt64(place)
  }

  private func place(_ token: UInt64) -> Int? {
    let place = Int(token & 0xFFFF_FFFF)
    guard place < slots.count, UInt64(slots[place].generation) == token >> 32 else { return nil }
    return place
  }
}

/// First in, first out.
struct RunQueue {
  private var incoming: [UInt64] = []
  private var outgoing: [UInt64] = []

  var isEmpty: Bool { incoming.isEmpty && outgoing.isEmpty }

  mutating func append(_ token: UInt64) {
    incoming.append(token)
  }

  mutating func popFirst() -> UInt64? {
    if outgoing.isEmpty {
      swap(&incoming, &outgoing)
      outgoing.reverse()
    }
    return outgoing.popLast()
  }
}

/// Deadlines with the token of their stream, the earliest first. An entry may be out of date: its stream
/// then knows the real deadline, and inserts it again.
struct TimerQueue {
  private var heap: [(due: Instant, token: UInt64)] = []

  var count: Int { heap.count }
  var earliest: Instant? { heap.first?.due }

  mutating func keep(_ isWanted: (Instant, UInt64) -> Bool) {
    heap.removeAll { !isWanted($0.due, $0.token) }
    // A sorted array is a heap.
    heap.sort { $0.due < $1.due }
  }

  mutating func insert(_ due: Instant, _ token: UInt64) {
    heap.append((due, token))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].due < heap[parent].due else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func popDue(_ now: Instant) -> UInt64? {
    guard let first = heap.first, first.due <= now else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first.token }
    heap[0] = last
    var parent = 0
    while true {
      var smallest = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].due < heap[smallest].due {
        smallest = child
      }
      guard smallest != parent else { return first.token }
      heap.swapAt(parent, smallest)
      parent = smallest
    }
  }
}
