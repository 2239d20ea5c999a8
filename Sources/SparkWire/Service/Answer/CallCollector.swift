/// Joins the pieces in which tool calls come over HTTP: one with the name, and, from hosted
/// models, more with parts of the arguments (protocol 6.5).
struct CallCollector {
  struct Call {
    var id: [UInt8] = []
    var name: [UInt8] = []
    var arguments: [UInt8] = []
  }

  /// What a call takes beside its texts, about.
  private static let callSize = 128

  private var calls: [Call] = []
  /// Where the last call with a number stands.
  private var places: [Int64: Int] = [:]
  private var size = 0
  private let maxSize: Int

  init(maxSize: Int) {
    self.maxSize = maxSize
  }

  mutating func add(
    index: Int64, id: UnsafeRawBufferPointer?, name: UnsafeRawBufferPointer?,
    arguments: UnsafeRawBufferPointer
  ) throws(SparkError) {
    let id = id.map { Array($0) } ?? []
    let name = name.map { Array($0) } ?? []
    let place = place(index: index, id: id, hasName: !name.isEmpty)
    let isNew = place == calls.endIndex
    let count = (isNew ? Self.callSize : 0) + id.count + name.count + arguments.count
    guard count <= maxSize - size else {
      throw SparkError(
        .tooLarge, "the tool calls of the answer are larger than \(maxSize) bytes",
        hint: "allow larger answers if that is to be expected")
    }
    size += count
    if isNew {
      calls.append(Call())
      places[index] = place
    }
    if !id.isEmpty { calls[place].id = id }
    if !name.isEmpty { calls[place].name = name }
    calls[place].arguments += arguments
  }

  /// All calls, which are whole now. What never got a name is no call.
  mutating func takeAll() -> [Call] {
    defer { calls.removeAll() }
    places.removeAll()
    size = 0
    return calls.filter { !$0.name.isEmpty }
  }

  /// The call that a piece belongs to, or the place of a new one. Not all servers number the calls,
  /// or give them ids.
  private func place(index: Int64, id: [UInt8], hasName: Bool) -> Int {
    guard let place = places[index] else { return calls.endIndex }
    let known = calls[place]
    let isAnother =
      id.isEmpty || known.id.isEmpty ? hasName && !known.arguments.isEmpty : id != known.id
    return isAnother ? calls.endIndex : place
  }
}
