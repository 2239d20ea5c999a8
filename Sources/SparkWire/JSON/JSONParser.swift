internal import CJansson

/// Parses the host's JSON text into a document, which the caller owns.
enum JSONParser {
  static func parse(
    _ text: UnsafeRawBufferPointer
  ) throws(SparkError) -> UnsafeMutablePointer<json_t> {
    // jansson treats a NUL as the end, and parses and frees recursively.
    try JSONText.check(text)
    var error = json_error_t()
    // jansson takes no null pointer, even for zero bytes.
    let start = (text.baseAddress ?? UnsafeRawPointer(("" as StaticString).utf8Start))
      .assumingMemoryBound(to: CChar.self)
    guard let document = json_loadb(start, text.count, Int(JSON_ALLOW_NUL), &error) else {
      throw .violation("invalid JSON: \(describe(&error))")
    }
    return document
  }

  private static func describe(_ error: inout json_error_t) -> String {
    let position = error.position
    // jansson's message quotes the JSON.
    let text = withUnsafeBytes(of: &error.text) { bytes in
      excerpt(bytes.prefix { $0 != 0 }, limit: 160)
    }
    return "\(text) (byte \(position))"
  }
}
