/// Why an answer ended, if the service says so (protocol 10.5); the numbers are those of
/// `sparkchat_finish_reason`.
package enum FinishReason: Int32, Sendable, CaseIterable {
  case none = 0
  case stop = 1
  case length = 2
  case toolCalls = 3
  case contentFilter = 4
  case other = 5

  /// - Parameter word: The service's; nil if it sent none.
  package init(_ word: OwnedText?) {
    self =
      switch word?.string {
      case nil: .none
      case "stop", "STOP": .stop
      case "length", "max_tokens": .length
      // The second dates from when an answer had at most one call.
      case "tool_calls", "function_call": .toolCalls
      case "content_filter", "sensitive": .contentFilter
      default: .other
      }
  }
}
