internal import CJansson

/// A look at JSON text that is handed on as it is.
package enum JSONText {
  package static func isObject(_ text: UnsafeRawBufferPointer) -> Bool {
    guard let (document, _) = try? JSONParser.parseForeign(text) else { return false }
    defer { json_decref(document) }
    return JSONValue(raw: document).kind == .object
  }

  package static func isObject(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { isObject(UnsafeRawBufferPointer($0)) }
  }
}
