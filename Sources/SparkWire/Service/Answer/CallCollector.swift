/// Joins the pieces in which tool calls come over HTTP (protocol 6.5). OpenAI numbers the calls, and sends id
/// and name once. Others send no numbers, the same number for all, no ids, id or name again with
/// each piece, or at the end the whole call again.
struct CallCollector {
  struct Call {
    var id: [UInt8] = []
    var name: [UInt8] = []
    fileprivate(set) var arguments: [UInt8] = []
    fileprivate var brackets = BracketCounter()
    /// Perhaps only the name of the call before, once more.
    fileprivate var isDoubtful = false

    fileprivate var isWhole: Bool { !name.isEmpty && brackets.areClosed }
  }

  /// A piece of a call. Empty is what it does not have.
  struct Piece {
    /// The number of the call.
    var index: Int64?
    /// Where the piece stands among several of one message.
    var place: Int64?
    var id: [UInt8] = []
    var name: [UInt8] = []
    let arguments: UnsafeRawBufferPointer

    var hasArguments: Bool { !JSONText.isBlankOrNull(arguments) }
  }

  /// What a call takes beside its texts, and another number or id of it, about.
  private static let (callSize, keySize) = (128, 64)

  private var calls: [Call] = []
  /// How many of them need another piece.
  private var unfinished = 0
  /// Where the last call with a number stands, and the last with an id.
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
        hint: "raise max_answer_size if that is to be expected")
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

  /// What a piece takes beside its texts. A call has room for one number and one id.
  private func newSize(_ known: Int?, _ number: Int64?, _ piece: Piece) -> Int {
    guard known != nil else { return Self.callSize }
    let isNewNumber = number.map { numbers[$0] == nil } ?? false
    let isNewID = !piece.id.isEmpty && ids[piece.id] == nil
    return (isNewNumber ? Self.keySize : 0) + (isNewID ? Self.keySize : 0)
  }

  /// There are calls, and none of them needs another piece.
  var areWhole: Bool { !calls.isEmpty && unfinished == 0 }

  /// All calls, which are whole now. What never got a name is no call.
  mutating func takeAll() -> [Call] {
    guard !calls.isEmpty else { return [] }
    defer { self = CallCollector(maxSize: maxSize) }
    return calls.filter { !$0.name.isEmpty && !($0.isDoubtful && $0.arguments.isEmpty) }
  }

  /// The call that a piece may belong to.
  private func known(_ piece: Piece) -> Int? {
    if let index = piece.index {
      return numbers[index] ?? (piece.name.isEmpty ? ids[piece.id] : nil)
    }
    if let place = ids[piece.id] { return place }
    return piece.place.map { numbers[$0] } ?? calls.indices.last
  }
}

extension CallCollector.Call {
  /// Whether a piece that may belong to this call does, and does not begin another one.
  func isContinued(by piece: CallCollector.Piece) -> Bool {
    // Only the first piece of a call needs a name; some servers give the others an id of their own.
    guard !piece.name.isEmpty, !name.isEmpty else { return true }
    let isSameID = !piece.id.isEmpty && piece.id == id
    guard isSameID || piece.id.isEmpty || id.isEmpty else { return false }
    let isSameName = piece.name == name
    if arguments.isEmpty {
      // A name may come in pieces, of a call that is clearly the same.
      return isSameName || isSameID || (piece.index != nil && !id.isEmpty)
    }
    guard brackets.areClosed else { return isSameName || isSameID }
    // It is whole already: the piece adds nothing, says the same again, or is of another call.
    guard isSameName, isSameID || piece.index != nil else { return isSameID && !piece.hasArguments }
    return !piece.hasArguments || arguments.elementsEqual(piece.arguments)
  }

  /// Whether a piece behind this call, which is whole, has its name, and nothing else.
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
      // Some servers send no arguments as an empty object until they have some.
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
