/// The calls of one answer that have no result yet. The server decides how many there are, and the
/// host the order of their results: each call is found without looking at the others.
struct OpenCalls: Sendable {
  private let calls: [Message.Call]
  private var isOpen: [Bool]
  /// The places of the open calls with each id, the first one last. No list is empty.
  private var places: [String: [Int]] = [:]

  init(of message: Message? = nil) {
    calls = message?.calls ?? []
    isOpen = Array(repeating: true, count: calls.count)
    for place in calls.indices.reversed() { places[calls[place].id, default: []].append(place) }
  }

  var isEmpty: Bool { places.isEmpty }

  var first: Message.Call? { zip(calls, isOpen).first { $0.1 }?.0 }

  /// In their order.
  var all: [Message.Call] { zip(calls, isOpen).filter(\.1).map(\.0) }

  /// Returns the first open call with this id, and marks it as having a result; nil if there is
  /// none.
  mutating func take(_ id: String) -> Message.Call? {
    guard let place = places[id]?.popLast(), calls.indices.contains(place) else { return nil }
    if places[id]?.isEmpty ?? false { places[id] = nil }
    isOpen[place] = false
    return calls[place]
  }
}
