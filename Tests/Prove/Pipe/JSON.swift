@testable import SparkWire

/// The tokens of a document, with members in their order. The document is read when it is complete.
func json(_ pieces: [[UInt8]]) -> [String] {
  var document = pieces.flatMap { $0 }
  guard String(validating: document, as: UTF8.self) != nil else { return ["failed"] }
  return document.withUnsafeMutableBytes { bytes in
    var json = JSONReader(bytes)
    do throws(JSONReader.Fault) {
      let found = try tokens(&json)
      try json.finish()
      return found
    } catch {
      return ["failed"]
    }
  }
}

private func tokens(_ json: inout JSONReader) throws(JSONReader.Fault) -> [String] {
  var start = json.at
  while [0x20, 0x0A, 0x0D, 0x09].contains(json.byte(start)) { start += 1 }
  switch json.byte(start) {
  case UInt8(ascii: "{"):
    _ = try json.enterObject()
    var found = ["{"]
    while let name = try json.nextMember() {
      found.append("name:\(hex(name.text ?? name.bytes))")
      found += try tokens(&json)
    }
    return found + ["}"]
  case UInt8(ascii: "["):
    _ = try json.enterArray()
    var found = ["["]
    while try json.nextElement() { found += try tokens(&json) }
    return found + ["]"]
  default:
    let value = try json.value()
    switch value.kind {
    case .string: return ["text:\(hex(value.text ?? value.bytes))"]
    case .number: return ["number:\(String(decoding: value.bytes, as: UTF8.self))"]
    default: return [String(decoding: value.bytes, as: UTF8.self)]
    }
  }
}
