/// The calls of one answer that have no result yet. A server decides how many there are, and the host in which
/// order their results come: each is found without looking at the others.
struct OpenCalls: Sendable {
  private let calls: [Message.Call]
  /// Where the calls with an id stand, the first one last. There are no empty lists.
  private var places: [String: [Int]] = [:]

  init(of message: Message? = nil) {
    calls = message?.calls ?? []
    for place in calls.indices.reversed() { places[calls[place].id, default: []].append(place) }
  }

  var isEmpty: Bool { places.isEmpty }

  /// The first call with this id.
  subscript(id: String) -> Message.Call? {
    places[id]?.last.map { calls[$0] }
  }

  /// A result has come. False where no call waits for it.
  mutating func take(_ id: String) -> Bool {
    guard places[id]?.popLast() != nil else { return false }
    if places[id]?.isEmpty ?? false { places[id] = nil }
    return true
  }
}
