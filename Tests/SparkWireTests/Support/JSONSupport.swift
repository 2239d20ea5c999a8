@testable import SparkWire

typealias JSONFault = JSONReader.Fault

/// A document in memory of exactly its size, so that the address sanitizer finds reads past its
/// end.
final class Document {
  let memory: UnsafeMutableRawBufferPointer

  init(_ bytes: [UInt8]) {
    memory = .allocate(byteCount: bytes.count, alignment: 1)
    memory.copyBytes(from: bytes)
  }

  deinit { memory.deallocate() }

  var bytes: [UInt8] { [UInt8](memory) }

  /// Skips all of it.
  func skip() throws(JSONFault) -> JSONReader.Kind {
    try read { json throws(JSONFault) in try json.skipAll() }
  }

  /// Reads it as one value, and visits that.
  func look<Result>(
    _ body: (JSONReader.Value) -> Result
  ) throws(JSONFault) -> Result {
    try read { json throws(JSONFault) in
      let value = try json.value()
      try json.finish()
      return body(value)
    }
  }

  /// The document stays in place while `body` runs.
  func read<Result>(
    _ body: (inout JSONReader) throws(JSONFault) -> Result
  ) throws(JSONFault) -> Result {
    defer { withExtendedLifetime(self) {} }
    var json = JSONReader(memory)
    return try body(&json)
  }

  /// Reads it level by level, and returns what it holds.
  func described() throws(JSONFault) -> String {
    try read { json throws(JSONFault) in
      let text = try json.describe()
      try json.finish()
      return text
    }
  }
}

/// Returns what is wrong with a document; nil if it is valid.
func fault(_ body: () throws(JSONFault) -> Void) -> JSONFault? {
  do throws(JSONFault) {
    try body()
    return nil
  } catch {
    return error
  }
}

extension JSONReader {
  /// Returns the next value: texts in angle brackets, everything else as JSON without blanks.
  mutating func describe() throws(JSONFault) -> String {
    while byte(at) <= 0x20, at < count, [0x20, 9, 10, 13].contains(byte(at)) { at += 1 }
    switch byte(at) {
    case UInt8(ascii: "{"):
      _ = try enterObject()
      var members: [String] = []
      while let name = try nextMember() { members.append("\(name.described):\(try describe())") }
      return "{\(members.joined(separator: ","))}"
    case UInt8(ascii: "["):
      _ = try enterArray()
      var elements: [String] = []
      while try nextElement() { elements.append(try describe()) }
      return "[\(elements.joined(separator: ","))]"
    default: return try value().described
    }
  }
}

extension JSONReader.Value {
  var described: String {
    switch kind {
    case .null, .boolean, .number: return [UInt8](bytes).text
    case .string:
      let isTerminated = start.load(fromByteOffset: count, as: UInt8.self) == 0
      return "<\(string ?? "")>" + (isTerminated ? "" : " without a NUL")
    case .array:
      var elements: [String] = []
      forEachElement { elements.append($0.described) }
      return "[\(elements.joined(separator: ","))]"
    case .object:
      var members: [String] = []
      forEachMember { members.append("\($0.described):\($1.described)") }
      return "{\(members.joined(separator: ","))}"
    }
  }
}
