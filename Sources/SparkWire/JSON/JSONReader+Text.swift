/// Texts: the reader is after the opening quotation mark.
extension JSONReader {
  /// Resolves the text in place.
  @inline(__always)
  mutating func text() throws(Fault) -> Value {
    let start = at
    skipPlain()
    guard byte(at) == UInt8(ascii: "\"") else { return try resolve(from: start) }
    base.storeBytes(of: 0, toByteOffset: at, as: UInt8.self)
    at &+= 1
    return Value(.string, base + start, at &- start &- 1)
  }

  mutating func skipText() throws(Fault) {
    while true {
      skipPlain()
      switch byte(at) {
      case UInt8(ascii: "\""):
        at &+= 1
        return
      case UInt8(ascii: "\\"): _ = try escape()
      default: throw fail(.control)
      }
    }
  }

  /// Moves to the next quotation mark, backslash or control character, or to the end.
  @inline(__always)
  private mutating func skipPlain() {
    while at &+ 8 <= count {
      let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      let found = Self.special(word)
      if found != 0 {
        at &+= found.trailingZeroBitCount / 8
        return
      }
      at &+= 8
    }
    while at < count {
      let byte = byte(at)
      if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
      at &+= 1
    }
  }

  /// In the result, the lowest bit that is set is the top bit of the first byte that is not plain.
  @inline(__always)
  private static func special(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quotes = (word ^ (ones &* 0x22)) &- ones
    let backslashes = (word ^ (ones &* 0x5C)) &- ones
    let controls = word &- ones &* 0x20
    return (quotes | backslashes | controls) & ~word & (ones &* 0x80)
  }

  /// Resolves the rest of a text that has escapes: what follows an escape moves to the front.
  @inline(never)
  private mutating func resolve(from start: Int) throws(Fault) -> Value {
    var end = at
    var hasHalves = false
    while true {
      switch byte(at) {
      case UInt8(ascii: "\""):
        base.storeBytes(of: 0, toByteOffset: end, as: UInt8.self)
        at &+= 1
        return Value(.string, base + start, end &- start, hasHalves: hasHalves)
      case UInt8(ascii: "\\"):
        let scalar = try escape()
        if scalar & 0xFFFF_F800 == 0xD800 { hasHalves = true }
        end = end &+ Self.write(scalar, base + end)
      default:
        let from = at
        skipPlain()
        guard at > from else { throw fail(.control) }
        end = move(from, at &- from, to: end)
      }
    }
  }

  /// Moves bytes towards the front, and returns where they end. Most pieces are short.
  private mutating func move(_ source: Int, _ length: Int, to target: Int) -> Int {
    var offset = 0
    while length &- offset >= 8 {
      let word = base.loadUnaligned(fromByteOffset: source &+ offset, as: UInt64.self)
      base.storeBytes(of: word, toByteOffset: target &+ offset, as: UInt64.self)
      offset &+= 8
    }
    while offset < length {
      let byte = base.load(fromByteOffset: source &+ offset, as: UInt8.self)
      base.storeBytes(of: byte, toByteOffset: target &+ offset, as: UInt8.self)
      offset &+= 1
    }
    return target &+ length
  }

  /// Reads an escape and returns its character: a scalar, or half a surrogate pair without its
  /// other half.
  private mutating func escape() throws(Fault) -> UInt32 {
    let letter = byte(at &+ 1)
    guard letter == UInt8(ascii: "u") else {
      guard let scalar = Self.short(letter) else { throw fail(.badEscape) }
      at &+= 2
      return scalar
    }
    guard let unit = unit(at &+ 2) else { throw fail(.badEscape) }
    at &+= 6
    guard SurrogateHalf.isHigh(unit), byte(at) == UInt8(ascii: "\\"),
      byte(at &+ 1) == UInt8(ascii: "u"), let low = self.unit(at &+ 2), SurrogateHalf.isLow(low)
    else { return unit }
    at &+= 6
    return SurrogateHalf.pair(unit, low)
  }

  private static func short(_ letter: UInt8) -> UInt32? {
    switch letter {
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): UInt32(letter)
    case UInt8(ascii: "t"): 0x09
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    default: nil
    }
  }

  /// Returns the number of four hexadecimal digits.
  private func unit(_ index: Int) -> UInt32? {
    var unit: UInt32 = 0
    for place in index..<(index &+ 4) {
      guard let digit = byte(place).hexValue else { return nil }
      unit = unit << 4 | UInt32(digit)
    }
    return unit
  }

  /// Writes a character, or half a pair as if it were one, as UTF-8, and returns how many bytes it
  /// takes. An escape is always longer than its character.
  static func write(_ scalar: UInt32, _ target: UnsafeMutableRawPointer) -> Int {
    if scalar < 0x80 {
      store(scalar, target)
      return 1
    }
    if scalar < 0x800 {
      store(0xC0 | scalar >> 6, target)
      store(0x80 | scalar & 0x3F, target + 1)
      return 2
    }
    if scalar < 0x1_0000 {
      store(0xE0 | scalar >> 12, target)
      store(0x80 | scalar >> 6 & 0x3F, target + 1)
      store(0x80 | scalar & 0x3F, target + 2)
      return 3
    }
    store(0xF0 | scalar >> 18, target)
    store(0x80 | scalar >> 12 & 0x3F, target + 1)
    store(0x80 | scalar >> 6 & 0x3F, target + 2)
    store(0x80 | scalar & 0x3F, target + 3)
    return 4
  }

  @inline(__always)
  private static func store(_ byte: UInt32, _ target: UnsafeMutableRawPointer) {
    target.storeBytes(of: UInt8(truncatingIfNeeded: byte), as: UInt8.self)
  }
}
