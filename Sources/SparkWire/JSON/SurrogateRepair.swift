internal import CJansson

/// Some gateways cut an escaped surrogate pair in two: `\ud83d` ends one message and `\ude00`
/// begins the next. Neither is valid JSON, and the emoji would be lost.
///
/// A half is rewritten as a private-use character that remembers it, so that the text parses;
/// `SurrogateHalf` then joins the two. Only messages that do not parse otherwise come here.
enum SurrogateRepair {
  /// U+10F000 + (half - U+D800).
  static let base: UInt32 = 0x10_F000
  static let halves: ClosedRange<UInt32> = base...(base + 0x7FF)

  /// nil where there is no lone half to repair.
  static func repair(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
    var result: [UInt8] = []
    var found = false
    var index = 0
    while index < text.count {
      guard text[index] == UInt8(ascii: "\\") else {
        result.append(text[index])
        index += 1
        continue
      }
      guard let unit = unit(text, at: index) else {
        result.append(contentsOf: text[index..<min(index + 2, text.count)])
        index += 2
        continue
      }
      if isHigh(unit), let low = self.unit(text, at: index + 6), isLow(low) {
        result.append(contentsOf: text[index..<(index + 12)])
        index += 12
      } else if isHigh(unit) || isLow(unit) {
        found = true
        let scalar = Unicode.Scalar(base + (unit - 0xD800)) ?? "\u{FFFD}"
        result.append(contentsOf: Array(String(Character(scalar)).utf8))
        index += 6
      } else {
        result.append(contentsOf: text[index..<(index + 6)])
        index += 6
      }
    }
    return found ? result : nil
  }

  static func isHigh(_ unit: UInt32) -> Bool { unit & 0xFC00 == 0xD800 }
  static func isLow(_ unit: UInt32) -> Bool { unit & 0xFC00 == 0xDC00 }

  /// The code unit of the `\uXXXX` at `index`.
  private static func unit(_ text: UnsafeRawBufferPointer, at index: Int) -> UInt32? {
    guard index + 6 <= text.count, text[index] == UInt8(ascii: "\\"),
      text[index + 1] == UInt8(ascii: "u")
    else { return nil }
    return UInt32(String(decoding: text[(index + 2)..<(index + 6)], as: UTF8.self), radix: 16)
  }
}

/// The half of a surrogate pair that waits for its other half in the next delta.
struct SurrogateHalf {
  private var high: UInt32?

  var isPending: Bool { high != nil }

  /// `text` with halves joined, or replaced where they stay alone. nil: nothing to show yet.
  ///
  /// - Parameter isEnd: no other half can follow.
  mutating func join(
    _ text: UnsafeRawBufferPointer, isEnd: Bool = false,
    into documents: inout [UnsafeMutablePointer<json_t>]
  ) -> UnsafeRawBufferPointer? {
    guard !text.isEmpty || isEnd else { return nil }
    var result = String.UnicodeScalarView()
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      guard SurrogateRepair.halves.contains(scalar.value) else {
        if high != nil { result.append("\u{FFFD}") }
        high = nil
        result.append(scalar)
        continue
      }
      let unit = scalar.value - SurrogateRepair.base + 0xD800
      if let first = high, SurrogateRepair.isLow(unit) {
        let value = 0x10000 + ((first - 0xD800) << 10) + (unit - 0xDC00)
        result.append(Unicode.Scalar(value) ?? "\u{FFFD}")
        high = nil
      } else {
        if high != nil { result.append("\u{FFFD}") }
        high = SurrogateRepair.isHigh(unit) ? unit : nil
        if high == nil { result.append("\u{FFFD}") }
      }
    }
    if isEnd, high != nil {
      result.append("\u{FFFD}")
      high = nil
    }
    var joined = String(result)
    let copy = joined.withUTF8 { bytes -> UnsafeMutablePointer<json_t>? in
      guard let start = UnsafeRawPointer(bytes.baseAddress) else { return nil }
      return json_stringn_nocheck(start.assumingMemoryBound(to: CChar.self), bytes.count)
    }
    guard let copy else { return nil }
    documents.append(copy)
    return JSONValue(raw: copy).bytes
  }
}
