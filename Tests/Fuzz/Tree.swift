internal import CJansson

@testable import SparkWire

/// The values of a document, for comparison.
indirect enum Tree: Equatable {
  case null
  case boolean(Bool)
  /// With its value as an integer, if it is one.
  case number(Double, Int64?)
  case text([UInt8])
  case array([Tree])
  /// Of several members with the same name, the last counts.
  case object([Member])

  struct Member: Equatable {
    let name: [UInt8]
    var value: Tree
  }

  private static func object(ofAll members: [Member]) -> Tree {
    var found: [Member] = []
    for member in members {
      if let place = found.firstIndex(where: { $0.name == member.name }) {
        found[place].value = member.value
      } else {
        found.append(member)
      }
    }
    return .object(found)
  }
}

extension Tree {
  /// Builds the tree of a value that has been read as a whole.
  init(_ value: JSONReader.Value) {
    switch value.kind {
    case .array:
      var elements: [Tree] = []
      value.forEachElement { elements.append(Tree($0)) }
      self = .array(elements)
    case .object:
      var members: [Member] = []
      value.forEachMember { name, value in
        members.append(Member(name: Self.text(name), value: Tree(value)))
      }
      self = .object(ofAll: members)
    default: self.init(simple: value)
    }
  }

  /// Builds the tree of the next value, level by level.
  ///
  /// - Parameter level: At every second level, only the first element of an array is read on its own.
  init(streaming json: inout JSONReader, level: Int) throws(JSONReader.Fault) {
    var start = json.at
    while json.byte(start).isBlank || json.byte(start) == 10 || json.byte(start) == 13 {
      start += 1
    }
    switch json.byte(start) {
    case UInt8(ascii: "{"): try self.init(object: &json, level: level)
    case UInt8(ascii: "["): try self.init(array: &json, level: level)
    default: try self.init(simple: json.value())
    }
  }

  private init(object json: inout JSONReader, level: Int) throws(JSONReader.Fault) {
    var members: [Member] = []
    expect(try json.enterObject() == .object, "no object")
    while let name = try json.nextMember() {
      let name = Self.text(name)
      members.append(Member(name: name, value: try Tree(streaming: &json, level: level + 1)))
    }
    self = .object(ofAll: members)
  }

  private init(array json: inout JSONReader, level: Int) throws(JSONReader.Fault) {
    var elements: [Tree] = []
    expect(try json.enterArray() == .array, "no array")
    while try json.nextElement() {
      elements.append(try Tree(streaming: &json, level: level + 1))
      guard level % 2 == 1 else { continue }
      try json.restOfArray()?.forEachElement { elements.append(Tree($0)) }
      break
    }
    self = .array(elements)
  }

  private init(simple value: JSONReader.Value) {
    switch value.kind {
    case .null: self = .null
    case .boolean: self = .boolean(value.bytes.text == "true")
    case .number: self = .number(Double(value.bytes.text) ?? .nan, value.integer)
    default: self = .text(Self.text(value))
    }
  }

  private static func text(_ value: JSONReader.Value) -> [UInt8] {
    expect(value.kind == .string, "\(value.kind)")
    return [UInt8](checked(value.text ?? value.bytes).utf8)
  }
}

extension Tree {
  /// Builds the tree of a document that jansson has parsed.
  init(_ json: UnsafeMutablePointer<json_t>) {
    let value = JSONValue(raw: json)
    switch sparkchat_shim_json_typeof(json) {
    case JSON_TRUE, JSON_FALSE: self = .boolean(sparkchat_shim_json_typeof(json) == JSON_TRUE)
    case JSON_INTEGER: self = .number(json_number_value(json), Int64(json_integer_value(json)))
    case JSON_REAL:
      let number = json_real_value(json)
      // A number that rounds to the smallest integer need not be that integer.
      self = .number(number, number > -0x1p63 ? Int64(exactly: number) : nil)
    case JSON_STRING: self = .text(value.bytes.map { [UInt8]($0) } ?? [])
    case JSON_ARRAY:
      self = .array((0..<value.count).compactMap { value[at: $0].map { Tree($0.raw) } })
    case JSON_OBJECT:
      var members: [Member] = []
      var iterator = json_object_iter(json)
      while let place = iterator, let name = json_object_iter_key(place),
        let value = json_object_iter_value(place)
      {
        members.append(Member(name: [UInt8](String(cString: name).utf8), value: Tree(value)))
        iterator = json_object_iter_next(json, place)
      }
      self = .object(members)
    default: self = .null
    }
  }
}
