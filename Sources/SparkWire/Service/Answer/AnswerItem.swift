/// The part of a message that holds the answer: an item of a frame's text (protocol 4.1), or the
/// content of a completion's choice (protocol 6). The members have the same names on both
/// transports.
struct AnswerItem {
  typealias Value = JSONReader.Value

  private(set) var content = Value.missing
  private(set) var reasoning = Value.missing
  private(set) var toolCall = Value.missing
  private(set) var toolCalls = Value.missing

  /// - Parameter json: must have entered the object.
  init(_ json: inout JSONReader) throws(JSONReader.Fault) {
    while let name = try json.nextMember() {
      switch name {
      case "content": content = try json.value()
      case "reasoning_content": reasoning = try json.value()
      case "function_call": toolCall = try json.value()
      case "tool_calls": toolCalls = try json.value()
      default: try json.skip()
      }
    }
  }
}

/// An element of `tool_calls`: a function to call, or the pages that a search found.
struct ToolPiece {
  typealias Value = JSONReader.Value

  private(set) var index = Value.missing
  private(set) var id = Value.missing
  private(set) var function = Value.missing
  private(set) var search = Value.missing

  init(_ value: Value) {
    value.forEachMember { name, value in
      switch name {
      case "index": index = value
      case "id": id = value
      case "function": function = value
      case "web_search": search = value
      default: break
      }
    }
  }
}

struct FunctionPiece {
  typealias Value = JSONReader.Value

  private(set) var name = Value.missing
  private(set) var arguments = Value.missing

  /// Some servers send an empty function with every text.
  var isBlank: Bool {
    (name.text?.isEmpty ?? name.isNull) && (arguments.text?.isEmpty ?? arguments.isNull)
  }

  init(_ value: Value) {
    value.forEachMember { name, value in
      switch name {
      case "name": self.name = value
      case "arguments": arguments = value
      default: break
      }
    }
  }
}

/// A page that a web search found.
struct WebPage {
  typealias Value = JSONReader.Value

  private(set) var index = Value.missing
  private(set) var title = Value.missing
  private(set) var url = Value.missing

  var isEmpty: Bool { title.isNull && url.isNull }

  mutating func take(_ name: Value, _ value: Value) {
    switch name {
    case "index": index = value
    case "title": title = value
    case "url": url = value
    default: break
    }
  }
}
