/// Some gateways cut an escaped surrogate pair in two: `\ud83d` ends one message and `\ude00`
/// begins the next. This type keeps the first half until the second arrives; a lone half is
/// replaced.
///
/// In a text, a half is encoded like a character of three bytes, which valid UTF-8 never contains.
struct SurrogateHalf {
  private var high: UInt32?

  var isPending: Bool { high != nil }

  static func isHigh(_ unit: UInt32) -> Bool { unit & 0xFC00 == 0xD800 }
  static func isLow(_ unit: UInt32) -> Bool { unit & 0xFC00 == 0xDC00 }

  static func pair(_ high: UInt32, _ low: UInt32) -> UInt32 {
    0x1_0000 &+ ((high & 0x3FF) << 10 | low & 0x3FF)
  }

  /// Joins the pending half with the front of `text`, keeps half a pair at the end of `text`, and
  /// replaces all others. Returns true if the pending half is alone: the replacement character
  /// belongs before the text.
  mutating func join(_ text: inout JSONReader.Value) -> Bool {
    guard text.count > 0 else { return false }
    var isAlone = false
    if let high {
      self.high = nil
      if let low = Self.unit(text.start, text.count, at: 0), Self.isLow(low) {
        // A pair takes four bytes and a half three: the quotation mark's byte is the fourth.
        text.growToFront()
        _ = JSONReader.write(Self.pair(high, low), text.start)
      } else {
        isAlone = true
      }
    }
    if text.hasHalves, let last = Self.unit(text.start, text.count, at: text.count - 3),
      Self.isHigh(last)
    {
      high = last
      text.drop(last: 3)
    }
    if text.hasHalves { Self.replaceAll(in: text.start, text.count) }
    return isAlone
  }

  /// Drops the pending half; returns whether there was one.
  mutating func giveUp() -> Bool {
    defer { high = nil }
    return isPending
  }

  /// The replacement character.
  static let replacement: StaticString = "\u{FFFD}"

  static func replaceAll(in text: UnsafeMutableRawPointer, _ count: Int) {
    var index = 0
    while index < count {
      if unit(text, count, at: index) != nil {
        (text + index).copyMemory(from: replacement.utf8Start, byteCount: 3)
      }
      index += 1
    }
  }

  /// Returns the half at `index`; nil if there is none.
  private static func unit(_ text: UnsafeMutableRawPointer, _ count: Int, at index: Int) -> UInt32?
  {
    guard index >= 0, index + 3 <= count, text.load(fromByteOffset: index, as: UInt8.self) == 0xED
    else { return nil }
    let second = UInt32(text.load(fromByteOffset: index + 1, as: UInt8.self))
    let third = UInt32(text.load(fromByteOffset: index + 2, as: UInt8.self))
    return second >= 0xA0 ? 0xD000 | (second & 0x3F) << 6 | third & 0x3F : nil
  }
}
