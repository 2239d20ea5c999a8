/// The content of an object or array that was skipped, and therefore checked, when the message was
/// read.
extension JSONReader.Value {
  /// Returns the result of `read`, whose reader has entered the object; nil if this is not an
  /// object.
  func object<Result>(
    _ read: (inout JSONReader) throws(JSONReader.Fault) -> Result
  ) -> Result? {
    guard kind == .object else { return nil }
    var json = reader
    guard (try? json.enterObject()) == .object else { return nil }
    return try? read(&json)
  }

  /// Calls `body` with name and value of each member; never if this is not an object.
  func forEachMember(_ body: (Self, Self) -> Void) {
    guard kind == .object else { return }
    var json = reader
    guard (try? json.enterObject()) == .object else { return }
    while let name = (try? json.nextMember()) ?? nil, let value = try? json.value() {
      body(name, value)
    }
  }

  /// Calls `body` with each element; never if this is not an array.
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

  /// Calls `body` with each element of an array, or with the value itself if it is an object.
  func forEachOrOnly<Failure: Error>(
    _ body: (Self) throws(Failure) -> Void
  ) throws(Failure) {
    if kind == .object { try body(self) } else { try forEachElement(body) }
  }

  /// The value of a text that is JSON; nil for any other text.
  var innerValue: Self? {
    guard let text else { return nil }
    var json = JSONReader(UnsafeMutableRawBufferPointer(start: start, count: text.count))
    guard let value = try? json.value(), (try? json.finish()) != nil else { return nil }
    return value
  }
}
