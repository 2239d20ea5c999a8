internal import Glibc

/// Reads JSON (RFC 8259) in place: strictly, without recursion, without allocations, and without
/// building values.
///
/// Texts are resolved in place, which never makes them longer; the closing quotation mark becomes
/// the NUL that C expects after a text. The bytes can therefore be read only once. Skipped values
/// do not change, and another reader can read them.
///
/// The caller has checked that the bytes are UTF-8. Every access is checked, and a byte past the
/// end reads as NUL, which JSON does not allow anywhere.
struct JSONReader: ~Copyable {
  static let maxDepth = 64

  let base: UnsafeMutableRawPointer
  let count: Int
  var at = 0
  private var depth = 0
  /// No member or element of the current object or array has been read.
  private var isFirst = false

  /// - Parameter bytes: must stay in place while the reader and the values it returns are used.
  init(_ bytes: UnsafeMutableRawBufferPointer) {
    base = bytes.baseAddress ?? Self.nowhere
    count = bytes.count
  }

  /// An address for zero bytes: never read from or written to.
  static var nowhere: UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(mutating: ("" as StaticString).utf8Start)
  }

  /// Enters an object, if the next value is one; otherwise skips the value. Returns its kind.
  mutating func enterObject() throws(Fault) -> Kind {
    try enter(UInt8(ascii: "{"), .object)
  }

  mutating func enterArray() throws(Fault) -> Kind {
    try enter(UInt8(ascii: "["), .array)
  }

  /// Returns the name of the next member of the object; nil at the end. The caller must then read
  /// or skip the member's value.
  mutating func nextMember() throws(Fault) -> Value? {
    var byte = nextByte()
    if byte == UInt8(ascii: "}") {
      leave()
      return nil
    }
    if !isFirst {
      guard byte == UInt8(ascii: ",") else { throw fail(.noComma) }
      at &+= 1
      byte = nextByte()
    }
    isFirst = false
    guard byte == UInt8(ascii: "\"") else { throw fail(.noName) }
    at &+= 1
    let name = try text()
    guard nextByte() == UInt8(ascii: ":") else { throw fail(.noColon) }
    at &+= 1
    return name
  }

  /// Returns whether the array has another element, which the caller must then read or skip.
  mutating func nextElement() throws(Fault) -> Bool {
    let byte = nextByte()
    if byte == UInt8(ascii: "]") {
      leave()
      return false
    }
    if isFirst {
      isFirst = false
    } else {
      guard byte == UInt8(ascii: ",") else { throw fail(.noComma) }
      at &+= 1
    }
    return true
  }

  /// Reads any value: resolves a text, skips an object or array.
  mutating func value() throws(Fault) -> Value {
    let byte = nextByte()
    if byte == UInt8(ascii: "\"") {
      at &+= 1
      return try text()
    }
    let start = at
    try skip()
    return Value(kind(byte), base + start, at &- start)
  }

  /// Leaves the current array after one of its elements. Returns the following elements as an
  /// array; nil if there are none.
  mutating func restOfArray() throws(Fault) -> Value? {
    guard nextByte() == UInt8(ascii: ",") else {
      guard try !nextElement() else { throw fail(.noComma) }
      return nil
    }
    let start = at
    while try nextElement() { try skip() }
    base.storeBytes(of: UInt8(ascii: "["), toByteOffset: start, as: UInt8.self)
    return Value(.array, base + start, at &- start)
  }

  /// Skips the whole text, which must be one value, and returns its kind.
  mutating func skipAll() throws(Fault) -> Kind {
    let kind = kind(nextByte())
    try skip()
    try finish()
    return kind
  }

  /// Throws if anything but white space follows.
  mutating func finish() throws(Fault) {
    guard nextByte() == 0, at == count else { throw fail(.notTheEnd) }
  }

  private mutating func enter(_ opening: UInt8, _ kind: Kind) throws(Fault) -> Kind {
    let byte = nextByte()
    guard byte == opening else {
      try skip()
      return self.kind(byte)
    }
    depth &+= 1
    guard depth <= Self.maxDepth else { throw fail(.tooDeep) }
    at &+= 1
    isFirst = true
    return kind
  }

  private mutating func leave() {
    at &+= 1
    depth &-= 1
    isFirst = false
  }

  /// Returns the next byte that is not white space, without consuming it.
  @inline(__always)
  private mutating func nextByte() -> UInt8 {
    let byte = byte(at)
    return byte > 0x20 ? byte : skipBlanks()
  }

  private mutating func skipBlanks() -> UInt8 {
    while true {
      let byte = byte(at)
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
      at &+= 1
    }
  }

  /// Returns NUL past the end.
  @inline(__always)
  func byte(_ index: Int) -> UInt8 {
    index < count ? base.load(fromByteOffset: index, as: UInt8.self) : 0
  }

  private func kind(_ first: UInt8) -> Kind {
    switch first {
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "["): .array
    case UInt8(ascii: "\""): .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"): .boolean
    case UInt8(ascii: "n"): .null
    default: .number
    }
  }

  /// Not inlined, so that the many places that fail stay small.
  @inline(never)
  mutating func fail(_ reason: Fault.Reason) -> Fault {
    Fault(reason: at < count ? reason : .end, at: at)
  }
}

// MARK: - Skipping

extension JSONReader {
  /// Skips a value, and checks it.
  mutating func skip() throws(Fault) {
    // A bit for each level that was entered here, the innermost last: 1 is an object.
    var levels: UInt64 = 0
    var entered = 0
    while true {
      let byte = nextByte()
      switch byte {
      case UInt8(ascii: "\""):
        at &+= 1
        try skipText()
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        let isObject = byte == UInt8(ascii: "{")
        entered &+= 1
        guard depth &+ entered <= Self.maxDepth else { throw fail(.tooDeep) }
        at &+= 1
        levels = levels << 1 | (isObject ? 1 : 0)
        // A closing bracket, a name or a value follows.
        if nextByte() == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) { break }
        if isObject { try skipName() }
        continue
      default:
        try skipScalar(byte)
      }
      while true {
        if entered == 0 { return }
        let isObject = levels & 1 == 1
        let byte = nextByte()
        if byte == UInt8(ascii: ",") {
          at &+= 1
          if isObject { try skipName() }
          break
        }
        guard byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
          throw fail(.noComma)
        }
        at &+= 1
        entered &-= 1
        levels >>= 1
      }
    }
  }

  private mutating func skipName() throws(Fault) {
    guard nextByte() == UInt8(ascii: "\"") else { throw fail(.noName) }
    at &+= 1
    try skipText()
    guard nextByte() == UInt8(ascii: ":") else { throw fail(.noColon) }
    at &+= 1
  }

  private mutating func skipScalar(_ first: UInt8) throws(Fault) {
    switch first {
    case UInt8(ascii: "t"): try skipWord("true")
    case UInt8(ascii: "f"): try skipWord("false")
    case UInt8(ascii: "n"): try skipWord("null")
    default: try skipNumber(first)
    }
  }

  private mutating func skipWord(_ word: StaticString) throws(Fault) {
    let length = word.utf8CodeUnitCount
    guard count &- at >= length, memcmp(base + at, word.utf8Start, length) == 0 else {
      throw fail(.noValue)
    }
    at &+= length
  }

  private mutating func skipNumber(_ first: UInt8) throws(Fault) {
    if first == UInt8(ascii: "-") { at &+= 1 }
    guard byte(at).isDigit else { throw fail(.noValue) }
    if byte(at) == UInt8(ascii: "0") {
      at &+= 1
      guard !byte(at).isDigit else { throw fail(.badNumber) }
    } else {
      skipDigits()
    }
    if byte(at) == UInt8(ascii: ".") {
      at &+= 1
      guard byte(at).isDigit else { throw fail(.badNumber) }
      skipDigits()
    }
    guard byte(at) | 0x20 == UInt8(ascii: "e") else { return }
    at &+= 1
    if byte(at) == UInt8(ascii: "+") || byte(at) == UInt8(ascii: "-") { at &+= 1 }
    guard byte(at).isDigit else { throw fail(.badNumber) }
    skipDigits()
  }

  private mutating func skipDigits() {
    while byte(at).isDigit { at &+= 1 }
  }
}
