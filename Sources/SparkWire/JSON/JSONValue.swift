internal import CJansson

/// A borrowed view of a value in a parsed document, valid for as long as the document lives.
package struct JSONValue {
  let raw: UnsafeMutablePointer<json_t>

  package enum Kind {
    case object, array, string, number, boolean, null
  }

  package var kind: Kind {
    switch sparkchat_shim_json_typeof(raw) {
    case JSON_OBJECT: .object
    case JSON_ARRAY: .array
    case JSON_STRING: .string
    case JSON_INTEGER, JSON_REAL: .number
    case JSON_TRUE, JSON_FALSE: .boolean
    default: .null
    }
  }

  /// The member of an object; nil if it is missing or null.
  package subscript(_ key: StaticString) -> JSONValue? {
    let name = UnsafeRawPointer(key.utf8Start).assumingMemoryBound(to: CChar.self)
    guard let found = json_object_get(raw, name) else { return nil }
    return sparkchat_shim_json_typeof(found) == JSON_NULL ? nil : JSONValue(raw: found)
  }

  /// The number of elements of an array; 0 for anything else.
  package var count: Int { json_array_size(raw) }

  /// The element of an array; nil if there is none.
  package subscript(at index: Int) -> JSONValue? {
    json_array_get(raw, index).map { JSONValue(raw: $0) }
  }

  /// The values in an object; none for anything else.
  package var members: [JSONValue] {
    var values: [JSONValue] = []
    var iterator = json_object_iter(raw)
    while let place = iterator {
      if let value = json_object_iter_value(place) { values.append(JSONValue(raw: value)) }
      iterator = json_object_iter_next(raw, place)
    }
    return values
  }

  /// How many digits preserve all real numbers in the value when they are read again. With 15, 0.1
  /// is written as 0.1, not as 0.10000000000000001; few numbers need more.
  var digits: Int {
    switch sparkchat_shim_json_typeof(raw) {
    case JSON_OBJECT:
      return members.reduce(15) { max($0, $1.digits) }
    case JSON_ARRAY:
      return (0..<count).reduce(15) { max($0, self[at: $1]?.digits ?? 15) }
    case JSON_REAL:
      // The shortest text that reads as the same number.
      let text = json_real_value(raw).description.prefix { $0 != "e" }
      let digits = text.utf8.filter(\.isDigit).drop { $0 == UInt8(ascii: "0") }.count
      return digits > 15 ? 17 : 15
    default:
      return 15
    }
  }

  /// The bytes of a string, followed by a NUL that is not counted.
  package var bytes: UnsafeRawBufferPointer? {
    guard let text = json_string_value(raw) else { return nil }
    return UnsafeRawBufferPointer(start: text, count: json_string_length(raw))
  }

  package var string: String? {
    bytes.map { String(decoding: $0, as: UTF8.self) }
  }

  /// A whole number; gateways write them as 1, 1.0 or "1" (protocol 7.19).
  package var integer: Int64? {
    switch sparkchat_shim_json_typeof(raw) {
    case JSON_INTEGER: Int64(json_integer_value(raw))
    case JSON_REAL: Int64(exactly: json_real_value(raw))
    case JSON_STRING:
      string.flatMap { text in Int64(text) ?? Double(text).flatMap(Int64.init(exactly:)) }
    default: nil
    }
  }
}
