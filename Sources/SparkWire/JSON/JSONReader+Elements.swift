/// What an object or array holds that was skipped, and so was checked, when the message was read.
extension JSONReader.Value {
  /// What `read` makes of the object, which the reader has entered; nil where this is none.
  func object<Result>(
    _ read: (inout JSONReader) throws(JSONReader.Fault) -> Result
  ) -> Result? {
    guard kind == .object else { return nil }
    var json = reader
    guard (try? json.enterObject()) == .object else { return nil }
    return try? read(&json)
  }

  /// Calls `body` with name and value of each member; never where this is no object.
  func forEachMember(_ body: (Self, Self) -> Void) {
    guard kind == .object else { return }
    var json = reader
    guard (try? json.enterObject()) == .object else { return }
    while let name = (try? json.nextMember()) ?? nil, let value = try? json.value() {
      body(name, value)
    }
  }

  /// Calls `body` with each element; never where this is no array.
  func forEachElement<Failure: Error>(
    _ body: (Self) throws(Failure) -> Void
  ) throws(Failure) {
    guard kind == .array else { return }
    var json = reader
    guard (try? json.enterArray()) == .array else { return }
    while (try? json.nextElement()) ?? false, let value = try? json.value() { try body(value) }
  }

  /// Whether this is an array with more than one element.
  var hasSeveralElements: Bool {
    guard kind == .array else { return false }
    var json = reader
    guard (try? json.enterArray()) == .array, (try? json.nextElement()) ?? false,
      (try? json.skip()) != nil
    else { return false }
    return (try? json.nextElement()) ?? false
  }

  /// The same as `forEachElement`, and with the value itself where it is an object.
  func forEachOrOnly<Failure: Error>(
    _ body: (Self) throws(Failure) -> Void
  ) throws(Failure) {
    if kind == .object { try body(self) } else { try forEachElement(body) }
  }

  /// The value of JSON within a text; nil for any other text.
  var innerValue: Self? {
    guard let text else { return nil }
    var json = JSONReader(UnsafeMutableRawBufferPointer(start: start, count: text.count))
    guard let value = try? json.value(), (try? json.finish()) != nil else { return nil }
    return value
  }
}
