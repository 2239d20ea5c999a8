internal import CJansson
internal import Glibc

/// Parses JSON text into a document that is owned by the caller.
enum JSONParser {
  /// jansson parses and frees recursively; no message of the service comes near this depth.
  static let maxDepth = 64

  /// - Parameter wholeNumbers: false reads them like all others, so that they may have any size.
  static func parse(
    _ text: UnsafeRawBufferPointer, wholeNumbers: Bool = true
  ) throws(SparkError) -> UnsafeMutablePointer<json_t> {
    guard !isTooDeep(text) else {
      throw .violation("JSON is nested more than \(maxDepth) levels deep")
    }
    var error = json_error_t()
    let flags = Int(JSON_ALLOW_NUL) | (wholeNumbers ? 0 : Int(JSON_DECODE_INT_AS_REAL))
    // jansson takes no null pointer, not even for no bytes.
    let start = (text.baseAddress ?? UnsafeRawPointer(("" as StaticString).utf8Start))
      .assumingMemoryBound(to: CChar.self)
    guard let document = json_loadb(start, text.count, flags, &error) else {
      throw .violation("invalid JSON: \(describe(&error))")
    }
    return document
  }

  /// The same for what others have written: with numbers beyond 64 bits, and with halves of surrogate
  /// pairs, whose place is then marked.
  static func parseForeign(
    _ text: UnsafeRawBufferPointer
  ) throws(SparkError) -> (document: UnsafeMutablePointer<json_t>, repaired: Bool) {
    do throws(SparkError) {
      return (try parse(text), false)
    } catch {
      if let document = try? parse(text, wholeNumbers: false) { return (document, false) }
      guard let repaired = SurrogateRepair.repair(text) else { throw error }
      let result = repaired.withUnsafeBytes { text in
        Result { () throws(SparkError) in
          if let document = try? parse(text) { return document }
          return try parse(text, wholeNumbers: false)
        }
      }
      return (try result.get(), true)
    }
  }

  private static func describe(_ error: inout json_error_t) -> String {
    let position = error.position
    // It quotes what the server sent.
    let text = withUnsafeBytes(of: &error.text) { bytes in
      excerpt(bytes.prefix { $0 != 0 }, limit: 160)
    }
    return "\(text) (byte \(position))"
  }

  /// Whether brackets nest too deeply. Ordinary messages hold so few that counting them is enough.
  private static func isTooDeep(_ text: UnsafeRawBufferPointer) -> Bool {
    text.count > maxDepth && countOpenings(text) > maxDepth && exceedsDepth(text)
  }

  /// Runs over every message, so 8 bytes at a time.
  private static func countOpenings(_ text: UnsafeRawBufferPointer) -> Int {
    var count = 0
    var index = 0
    while index &+ 8 <= text.count {
      let word = text.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      // A byte of `other` is 0 where there is a bracket, and its top bit then set in `found`.
      let other = (word & 0xDFDF_DFDF_DFDF_DFDF) ^ 0x5B5B_5B5B_5B5B_5B5B
      let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
      let found = ~(((other & low) &+ low) | other | low)
      if found != 0 { count &+= found.nonzeroBitCount }
      index &+= 8
    }
    while index < text.count {
      count &+= isOpening(text[index]) ? 1 : 0
      index &+= 1
    }
    return count
  }

  private static func exceedsDepth(_ text: UnsafeRawBufferPointer) -> Bool {
    var depth = 0
    var inString = false
    var escaped = false
    for byte in text {
      if inString {
        if escaped {
          escaped = false
        } else if byte == UInt8(ascii: "\\") {
          escaped = true
        } else if byte == UInt8(ascii: "\"") {
          inString = false
        }
      } else if byte == UInt8(ascii: "\"") {
        inString = true
      } else if isOpening(byte) {
        depth += 1
        if depth > maxDepth { return true }
      } else if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") {
        depth -= 1
      }
    }
    return false
  }

  /// `[` and `{` differ in one bit.
  private static func isOpening(_ byte: UInt8) -> Bool {
    byte & 0xDF == UInt8(ascii: "[")
  }
}
