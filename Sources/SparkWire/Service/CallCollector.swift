/// Joins the pieces in which function calls come over HTTP: one with the name, and, from hosted
/// models, more with parts of the arguments (protocol 6.5).
struct CallCollector {
  struct Call {
    let index: Int64
    var id: [UInt8] = []
    var name: [UInt8] = []
    var arguments: [UInt8] = []
  }

  private var calls: [Call] = []
  private var size = 0
  private let maxSize: Int

  init(maxSize: Int) {
    self.maxSize = maxSize
  }

  mutating func add(
    index: Int64, id: UnsafeRawBufferPointer?, name: UnsafeRawBufferPointer?,
    arguments: UnsafeRawBufferPointer
  ) throws(SparkError) {
    let count = (id?.count ?? 0) + (name?.count ?? 0) + arguments.count
    guard count <= maxSize - size else {
      throw SparkError(
        .tooLarge, "the function calls of the answer are larger than \(maxSize) bytes",
        hint: "allow larger answers if that is to be expected")
    }
    size += count
    let id = id.map { Array($0) } ?? []
    if isNew(index: index, id: id, hasName: name.map { !$0.isEmpty } ?? false) {
      calls.append(Call(index: index))
    }
    guard let last = calls.indices.last else { return }
    if !id.isEmpty { calls[last].id = id }
    if let name, !name.isEmpty { calls[last].name = Array(name) }
    calls[last].arguments += arguments
  }

  /// All calls, which are whole now. What never got a name is no call.
  mutating func takeAll() -> [Call] {
    defer { calls.removeAll() }
    size = 0
    return calls.filter { !$0.name.isEmpty }
  }

  /// Not all servers number the calls, or give them ids.
  private func isNew(index: Int64, id: [UInt8], hasName: Bool) -> Bool {
    guard let last = calls.last, last.index == index else { return true }
    return !id.isEmpty && !last.id.isEmpty && last.id != id
      || hasName && !last.arguments.isEmpty
  }
}
