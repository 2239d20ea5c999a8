internal import CJansson

@testable import SparkWire

/// Our reader compared with jansson: both accept the same documents, and find the same values in them.
///
/// Intended differences: our reader accepts halves of surrogate pairs, numbers of any size, and `\u0000` in
/// names; it refuses a raw NUL anywhere, and more than 64 levels.
func json(_ bytes: Bytes) {
  guard String(validating: bytes, as: UTF8.self) != nil else { return }
  let skipped = reading(bytes) { json throws(JSONReader.Fault) in
    _ = try json.skipAll()
    return Tree.null
  }
  let looked = reading(bytes) { json throws(JSONReader.Fault) in
    let value = try json.value()
    try json.finish()
    return Tree(value)
  }
  let streamed = reading(bytes) { json throws(JSONReader.Fault) in
    let tree = try Tree(streaming: &json, level: 0)
    try json.finish()
    return tree
  }
  expect(skipped.fault == looked.fault, "skipped: \(skipped.fault), looked at: \(looked.fault)")
  expect(skipped.fault == streamed.fault, "skipped: \(skipped.fault), read: \(streamed.fault)")
  expect(looked.tree == streamed.tree, "two ways to read: \(looked.tree), \(streamed.tree)")
  expect(skipped.bytes.elementsEqual(bytes), "skipping has changed the bytes")
  compareWithJansson(bytes, looked)
}

private struct Reading {
  var tree = Tree.null
  /// What is wrong, and where; empty if nothing is.
  var fault = ""
  var bytes: [UInt8] = []
  var isTooDeep = false
}

private func reading(
  _ bytes: Bytes, _ body: (inout JSONReader) throws(JSONReader.Fault) -> Tree
) -> Reading {
  // A copy of the exact size, so that the sanitizer detects reads beyond its end.
  let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
  defer { copy.deallocate() }
  copy.copyBytes(from: bytes)
  var reading = Reading()
  var json = JSONReader(copy)
  do throws(JSONReader.Fault) {
    reading.tree = try body(&json)
  } catch {
    expect((0...bytes.count).contains(error.at), "a fault at \(error.at)")
    reading.fault = "\(error.reason) at \(error.at)"
    reading.isTooDeep = error.reason == .tooDeep
  }
  reading.bytes = [UInt8](copy)
  return reading
}

private func compareWithJansson(_ bytes: Bytes, _ reading: Reading) {
  let isTaken = reading.fault.isEmpty
  guard !bytes.contains(0) else { return expect(!isTaken, "a raw NUL is taken") }
  guard !reading.isTooDeep else { return }
  var error = json_error_t()
  // jansson refuses halves of pairs; replacement characters have the same meaning.
  let document = withoutHalves(bytes).withUnsafeBytes { text -> UnsafeMutablePointer<json_t>? in
    let start = text.baseAddress ?? UnsafeRawPointer(("" as StaticString).utf8Start)
    return json_loadb(
      start.assumingMemoryBound(to: CChar.self), text.count,
      Int(JSON_ALLOW_NUL) | Int(JSON_DECODE_ANY), &error)
  }
  guard let document else {
    let code = json_error_code(&error)
    if code == json_error_numeric_overflow || code == json_error_null_byte_in_key { return }
    return expect(!isTaken, "jansson refuses it: \(code.rawValue) at byte \(error.position)")
  }
  defer { json_decref(document) }
  expect(isTaken, "jansson takes it: \(reading.fault)")
  let tree = Tree(document)
  expect(tree == reading.tree, "jansson: \(tree), the reader: \(reading.tree)")
}

/// Returns the JSON with `\ufffd` for each escape of half a surrogate pair without its other half.
private func withoutHalves(_ bytes: Bytes) -> [UInt8] {
  var text = [UInt8](bytes)
  var index = 0
  while index < text.count {
    guard text[index] == UInt8(ascii: "\\") else {
      index += 1
      continue
    }
    switch (unit(text[index...]), unit(text[index...].dropFirst(6))) {
    case (0xD800..<0xDC00, 0xDC00..<0xE000): index += 12
    case (0xD800..<0xE000, _):
      text.replaceSubrange(index..<(index + 6), with: #"\ufffd"#.utf8)
      index += 6
    default: index += 2
    }
  }
  return text
}

/// Returns the number in the escape `\u....` at the start of `text`; -1 if there is no escape.
private func unit(_ text: ArraySlice<UInt8>) -> Int {
  let digits = text.dropFirst(2).prefix(4)
  guard text.starts(with: #"\u"#.utf8), digits.count == 4,
    digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit })
  else { return -1 }
  return Int(String(decoding: digits, as: UTF8.self), radix: 16) ?? -1
}
