/// Token counts of an answer (protocol 4.1 and 10.5); -1 if the service gave none.
package struct Usage: Sendable, Hashable {
  package var question: Int64 = -1
  package var prompt: Int64 = -1
  package var completion: Int64 = -1
  package var total: Int64 = -1
  /// The part of the prompt that the service had cached.
  package var cached: Int64 = -1
  /// The part of the completion that is reasoning.
  package var reasoning: Int64 = -1

  package init() {}

  /// Returns the sum; a count that is known on one side only is taken from there.
  package static func + (left: Usage, right: Usage) -> Usage {
    var sum = Usage()
    for count in [
      \Usage.question, \.prompt, \.completion, \.total, \.cached, \.reasoning,
    ] as [WritableKeyPath<Usage, Int64>] {
      sum[keyPath: count] = add(left[keyPath: count], right[keyPath: count])
    }
    return sum
  }

  private static func add(_ left: Int64, _ right: Int64) -> Int64 {
    guard left >= 0, right >= 0 else { return max(left, right) }
    let (sum, overflows) = left.addingReportingOverflow(right)
    return overflows ? .max : sum
  }
}

extension Usage {
  /// - Parameter counts: An object; any other value holds no counts.
  init(_ counts: JSONReader.Value) {
    counts.forEachMember { name, value in
      switch name {
      case "question_tokens": question = Self.count(value)
      case "prompt_tokens": prompt = Self.count(value)
      case "completion_tokens": completion = Self.count(value)
      case "total_tokens": total = Self.count(value)
      case "prompt_tokens_details":
        if let count = Self.detail("cached_tokens", of: value) { cached = count }
      case "completion_tokens_details":
        if let count = Self.detail("reasoning_tokens", of: value) { reasoning = count }
      // Some models put these counts next to the others.
      case "cached_tokens": if cached < 0 { cached = Self.count(value) }
      case "reasoning_tokens": if reasoning < 0 { reasoning = Self.count(value) }
      default: break
      }
    }
  }

  private static func count(_ value: JSONReader.Value) -> Int64 {
    max(value.integer ?? -1, -1)
  }

  private static func detail(_ detail: StaticString, of details: JSONReader.Value) -> Int64? {
    var found: Int64?
    details.forEachMember { name, value in
      if detail ~= name { found = count(value) }
    }
    return found
  }
}
