internal import CJansson
internal import Glibc

/// Parses JSON text into a document that is owned by the caller.
enum JSONParser {
  /// jansson parses and frees recursively; no message of the service comes near this depth.
  static let maxDepth = 64

  static func parse(
    _ text: UnsafeRawBufferPointer
  ) throws(SparkError) -> UnsafeMutablePointer<json_t> {
    guard !isTooDeep(text) else {
      throw .violation("JSON is nested more than \(maxDepth) levels deep")
    }
    var error = json_error_t()
    let flags = Int(JSON_ALLOW_NUL)
    let start = text.baseAddress?.assumingMemoryBound(to: CChar.self)
    guard let document = json_loadb(start, text.count, flags, &error) else {
      throw .violation("invalid JSON: \(describe(&error))")
    }
    return document
  }

  private static func describe(_ error: inout json_error_t) -> String {
    let position = error.position
    let text = withUnsafeBytes(of: &error.text) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    return "\(text) (byte \(position))"
  }

  /// Whether brackets nest too deeply. Ordinary messages hold so few that counting them is enough.
  private static func isTooDeep(_ text: UnsafeRawBufferPointer) -> Bool {
    var opening = 0
    for byte in text { opening &+= isOpening(byte) ? 1 : 0 }
    return opening > maxDepth && exceedsDepth(text)
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
