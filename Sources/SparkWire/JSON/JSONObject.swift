internal import CJansson

/// A JSON object that can be built, merged and written.
///
/// `@unchecked Sendable`: it is only changed while one builder owns it.
package final class JSONObject: @unchecked Sendable {
  let raw: UnsafeMutablePointer<json_t>

  package init() throws(SparkError) {
    raw = try Self.allocated(json_object())
  }

  /// Parses `text`, which must be an object. `what` names it in errors.
  package init(parsing text: UnsafeRawBufferPointer, what: String) throws(SparkError) {
    let document: UnsafeMutablePointer<json_t>
    do throws(SparkError) {
      document = try JSONParser.parse(text)
    } catch {
      throw SparkError(.invalidArgument, "\(what): \(error.message)")
    }
    guard sparkchat_shim_json_typeof(document) == JSON_OBJECT else {
      json_decref(document)
      throw SparkError(
        .invalidArgument, "\(what) must be a JSON object", hint: "write it as {\"name\": value}")
    }
    raw = document
  }

  deinit {
    json_decref(raw)
  }

  package func set(_ key: StaticString, _ value: String) throws(SparkError) {
    try set(key, taking: Self.string(value))
  }

  package func set(_ key: StaticString, _ value: Int64) throws(SparkError) {
    try set(key, taking: json_integer(json_int_t(value)))
  }

  package func set(_ key: StaticString, _ value: Double) throws(SparkError) {
    try set(key, taking: json_real(value))
  }

  package func set(_ key: StaticString, _ value: Bool) throws(SparkError) {
    try set(key, taking: value ? json_true() : json_false())
  }

  package func set(_ key: StaticString, _ value: JSONObject) throws(SparkError) {
    try set(key, taking: json_incref(value.raw))
  }

  package func set(_ key: StaticString, _ values: [JSONObject]) throws(SparkError) {
    let array = try Self.allocated(json_array())
    for value in values where json_array_append(array, value.raw) != 0 {
      json_decref(array)
      throw Self.outOfMemory
    }
    try set(key, taking: array)
  }

  package func set(_ key: StaticString, _ values: [String]) throws(SparkError) {
    let array = try Self.allocated(json_array())
    for value in values where json_array_append_new(array, Self.string(value)) != 0 {
      json_decref(array)
      throw Self.outOfMemory
    }
    try set(key, taking: array)
  }

  package var isEmpty: Bool { json_object_size(raw) == 0 }

  package func has(_ key: StaticString) -> Bool {
    let name = UnsafeRawPointer(key.utf8Start).assumingMemoryBound(to: CChar.self)
    return json_object_get(raw, name) != nil
  }

  /// A view of the object, valid for as long as the object lives.
  var value: JSONValue { JSONValue(raw: raw) }

  /// Returns the member's text; nil if it is not a string.
  package func text(_ key: StaticString) -> String? {
    value[key]?.string
  }

  /// Merges `other` into this object, member by member, and objects recursively; its values win.
  package func merge(_ other: JSONObject) throws(SparkError) {
    let copy = try Self.allocated(json_deep_copy(other.raw))
    defer { json_decref(copy) }
    guard json_object_update_recursive(raw, copy) == 0 else {
      throw SparkError(.noMemory, "out of memory while merging JSON")
    }
  }

  /// Returns the object under `key`, and creates it if there is none.
  package func object(_ key: StaticString) throws(SparkError) -> JSONObject {
    let name = UnsafeRawPointer(key.utf8Start).assumingMemoryBound(to: CChar.self)
    if let found = json_object_get(raw, name), sparkchat_shim_json_typeof(found) == JSON_OBJECT {
      return JSONObject(retaining: found)
    }
    let object = try JSONObject()
    try set(key, object)
    return object
  }

  /// Appends the object as compact JSON text; marks the buffer as failed if that fails.
  package func write(to buffer: inout ByteBuffer) {
    withUnsafeMutablePointer(to: &buffer) { buffer in
      let flags = Int(JSON_COMPACT) | (value.digits << 11)
      let failure = json_dump_callback(
        raw,
        { text, size, target in
          guard let target else { return -1 }
          target.assumingMemoryBound(to: ByteBuffer.self).pointee
            .append(UnsafeRawBufferPointer(start: text, count: size))
          return 0
        }, buffer, flags)
      if failure != 0 { buffer.pointee.markFailed() }
    }
  }

  private init(retaining json: UnsafeMutablePointer<json_t>) {
    raw = json_incref(json)
  }

  private func set(
    _ key: StaticString, taking value: UnsafeMutablePointer<json_t>?
  ) throws(SparkError) {
    let name = UnsafeRawPointer(key.utf8Start).assumingMemoryBound(to: CChar.self)
    guard json_object_set_new_nocheck(raw, name, value) == 0 else {
      throw Self.outOfMemory
    }
  }

  private static var outOfMemory: SparkError {
    SparkError(.noMemory, "out of memory while building JSON")
  }

  private static func string(_ value: String) -> UnsafeMutablePointer<json_t>? {
    var value = value
    return value.withUTF8 { text in
      guard let start = UnsafeRawPointer(text.baseAddress) else { return json_string_nocheck("") }
      return json_stringn_nocheck(start.assumingMemoryBound(to: CChar.self), text.count)
    }
  }

  private static func allocated(
    _ json: UnsafeMutablePointer<json_t>?
  ) throws(SparkError) -> UnsafeMutablePointer<json_t> {
    guard let json else { throw outOfMemory }
    return json
  }
}
