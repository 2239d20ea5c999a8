import SparkWire
import Testing

/// An event with its own copies of the texts.
enum Piece: Equatable {
  case text(String)
  case reasoning(String)
  case call(String, String)
  case citation(Int32, String, String)
  case usage(Int64, Int64, Int64, Int64)
  case warning(Int32, String)

  init(_ event: AnswerEvent) {
    switch event {
    case .text(let text): self = .text(text.checked)
    case .reasoning(let text): self = .reasoning(text.checked)
    case .toolCall(let id, let name, let arguments):
      #expect(!id.checked.isEmpty)
      self = .call(name.checked, arguments.checked)
    case .citation(let index, let title, let url):
      self = .citation(index, title.checked, url.checked)
    case .usage(let usage):
      self = .usage(usage.question, usage.prompt, usage.completion, usage.total)
    case .warning(let code, let message): self = .warning(code, message.checked)
    }
  }
}

extension UnsafeRawBufferPointer {
  /// The text, which must be UTF-8 with a NUL after it.
  fileprivate var checked: String {
    #expect(baseAddress?.load(fromByteOffset: count, as: UInt8.self) == 0)
    let text = String(validating: self, as: UTF8.self)
    #expect(text != nil)
    return text ?? ""
  }
}
