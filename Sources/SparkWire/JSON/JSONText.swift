internal import CJansson

/// Checks of JSON text that is passed on unchanged.
package enum JSONText {
  package static func isObject(_ text: UnsafeRawBufferPointer) -> Bool {
    (try? kind(text)) == .object
  }

  package static func isObject(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { isObject(UnsafeRawBufferPointer($0)) }
  }

  /// Whether the text has no value.
  static func isBlankOrNull(_ text: UnsafeRawBufferPointer) -> Bool {
    let value = text.drop(while: isSpace).reversed().drop(while: isSpace)
    return value.isEmpty || value.elementsEqual("null".utf8.reversed())
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte.isBlank || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
  }

  /// Throws if the text is not JSON.
  static func check(_ text: UnsafeRawBufferPointer) throws(SparkError) {
    do throws(JSONReader.Fault) {
      _ = try kind(text)
    } catch {
      throw JSONReader.violation(error, beginning: text)
    }
  }

  /// The version of jansson, which parses the host's JSON and writes requests.
  package static var libraryVersion: UnsafePointer<CChar>? { jansson_version_str() }

  private static func kind(
    _ text: UnsafeRawBufferPointer
  ) throws(JSONReader.Fault) -> JSONReader.Kind {
    // Skipping does not change the text.
    var json = JSONReader(UnsafeMutableRawBufferPointer(mutating: text))
    return try json.skipAll()
  }
}
