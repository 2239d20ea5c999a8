/// Joins the pieces of tool calls over HTTP (protocol 6.5). OpenAI numbers the calls, and sends id
/// and name once. Others send no numbers, the same number for all, no ids, repeat id or name with
/// each piece, or repeat the whole call at the end.
struct CallCollector {
  struct Call {
    var id: [UInt8] = []
    var name: [UInt8] = []
    fileprivate(set) var arguments: [UInt8] = []
    fileprivate var brackets = BracketCounter()
    /// Perhaps only a repetition of the previous call's name.
    fileprivate var isDoubtful = false

    fileprivate var isWhole: Bool { !name.isEmpty && brackets.areClosed }
  }

  /// A piece of a call. A member that it does not have is empty.
  struct Piece {
    /// The number of the call.
    var index: Int64?
    /// The place of the piece among several of one message.
    var place: Int64?
    var id: [UInt8] = []
    var name: [UInt8] = []
    let arguments: UnsafeRawBufferPointer

    var hasArguments: Bool { !JSONText.isBlankOrNull(arguments) }
  }

  /// The approximate memory of a call in addition to its texts, and of each further number or id.
  private static let (callSize, keySize) = (128, 64)

  private var calls: [Call] = []
  /// How many of them are incomplete.
  private var unfinished = 0
  /// The place of the last call with each number, and with each id.
  private var numbers: [Int64: Int] = [:]
  private var ids: [[UInt8]: Int] = [:]
  private var size = 0
  private let maxSize: Int

  init(maxSize: Int) {
    self.maxSize = maxSize
  }

  mutating func add(_ piece: Piece) throws(SparkError) {
    let candidate = known(piece)
    let known = candidate.flatMap { calls[$0].isContinued(by: piece) ? $0 : nil }
    let place = known ?? calls.endIndex
    let number = piece.index ?? piece.place ?? (known == nil ? 0 : nil)
    let count = newSize(known, number, piece) + piece.id.count + piece.name.count
    guard count + piece.arguments.count <= maxSize - size else {
      throw SparkError(
        .tooLarge, "the tool calls of the answer are larger than \(maxSize) bytes",
        hint: "raise max_answer_size if you expect calls of this size")
    }
    size += count + piece.arguments.count
    if known == nil {
      calls.append(Call())
      unfinished += 1
      calls[place].isDoubtful = candidate.map { calls[$0].isFollowed(byNameIn: piece) } ?? false
    }
    unfinished += calls[place].isWhole ? 1 : 0
    calls[place].append(piece)
    unfinished -= calls[place].isWhole ? 1 : 0
    if let number { numbers[number] = place }
    if !piece.id.isEmpty { ids[piece.id] = place }
  }

  /// The memory of a piece in addition to its texts. `callSize` includes one number and one id.
  private func newSize(_ known: Int?, _ number: Int64?, _ piece: Piece) -> Int {
    guard known != nil else { return Self.callSize }
    let isNewNumber = number.map { numbers[$0] == nil } ?? false
    let isNewID = !piece.id.isEmpty && ids[piece.id] == nil
    return (isNewNumber ? Self.keySize : 0) + (isNewID ? Self.keySize : 0)
  }

  /// There are calls, and all of them are complete.
  var areWhole: Bool { !calls.isEmpty && unfinished == 0 }

  /// Removes and returns all calls, which are complete now. Those that are only an id, or only repeat a
  /// name, are dropped.
  mutating func takeAll() -> [Call] {
    defer { removeAll() }
    return calls.filter { call in
      !call.arguments.isEmpty || !call.name.isEmpty && !call.isDoubtful
    }
  }

  mutating func removeAll() {
    if !calls.isEmpty { self = CallCollector(maxSize: maxSize) }
  }

  /// Returns the call that a piece may belong to.
  private func known(_ piece: Piece) -> Int? {
    if let index = piece.index {
      return numbers[index] ?? (piece.name.isEmpty ? ids[piece.id] : nil)
    }
    if let place = ids[piece.id] { return place }
    return piece.place.map { numbers[$0] } ?? calls.indices.last
  }
}

extension CallCollector.Call {
  /// Whether a piece that may belong to this call continues it, rather than beginning another one.
  func isContinued(by piece: CallCollector.Piece) -> Bool {
    // Only the first piece of a call needs a name; some servers give each of the others its own id.
    guard !piece.name.isEmpty, !name.isEmpty else { return true }
    let isSameID = !piece.id.isEmpty && piece.id == id
    guard isSameID || piece.id.isEmpty || id.isEmpty else { return false }
    let isSameName = piece.name == name
    if arguments.isEmpty {
      // A name may come in pieces if the call is clearly the same.
      return isSameName || isSameID || (piece.index != nil && !id.isEmpty)
    }
    guard brackets.areClosed else { return isSameName || isSameID }
    // The call is complete: the piece adds nothing, repeats it, or belongs to another call.
    guard isSameName, isSameID || piece.index != nil else { return isSameID && !piece.hasArguments }
    return !piece.hasArguments || arguments.elementsEqual(piece.arguments)
  }

  /// Whether this call is complete and the piece after it has its name and nothing else.
  func isFollowed(byNameIn piece: CallCollector.Piece) -> Bool {
    brackets.areClosed && piece.name == name && piece.id.isEmpty && !piece.hasArguments
  }

  mutating func append(_ piece: CallCollector.Piece) {
    if id.isEmpty { id = piece.id }
    if piece.name.starts(with: name) {
      name = piece.name
    } else if arguments.isEmpty {
      name += piece.name
    }
    if brackets.areClosed {
      if arguments.elementsEqual(piece.arguments) { return }
      // Some servers send an empty object until they have arguments.
      if arguments.elementsEqual("{}".utf8), piece.arguments.first == UInt8(ascii: "{") {
        (arguments, brackets) = ([], BracketCounter())
      }
    }
    arguments += piece.arguments
    brackets.count(piece.arguments)
  }
}

/// Finds the end of an object or array that comes in pieces.
private struct BracketCounter {
  private var depth = 0
  private var isInText = false
  private var isEscaped = false
  private var hasOpened = false

  var areClosed: Bool { hasOpened && depth <= 0 }

  mutating func count(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      if isEscaped {
        isEscaped = false
      } else if isInText {
        isEscaped = byte == UInt8(ascii: "\\")
        isInText = byte != UInt8(ascii: "\"")
      } else {
        switch byte {
        case UInt8(ascii: "\""): isInText = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): (hasOpened, depth) = (true, depth &+ 1)
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth &-= 1
        default: break
        }
      }
    }
  }
}
