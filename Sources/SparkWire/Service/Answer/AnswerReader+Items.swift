extension AnswerReader {
  typealias Value = JSONReader.Value

  mutating func takeTexts(of item: AnswerItem) throws(SparkError) {
    switch item.reasoning.kind {
    case .null: break
    case .string: append(reasoning: item.reasoning)
    // No server is known to send it in parts; if one does, the answer still counts.
    case .array where transport == .http: break
    default: throw Self.mismatch("reasoning_content", item.reasoning)
    }
    switch item.content.kind {
    case .null: break
    case .string: append(text: item.content)
    // Some gateways send a text in parts.
    case .array where transport == .http: takeParts(item.content)
    default: throw Self.mismatch("content", item.content)
    }
  }

  private mutating func takeParts(_ parts: Value) {
    parts.forEachElement { part in
      var text = Value.missing
      part.forEachMember { name, value in
        if case "text" = name { text = value }
      }
      if text.kind == .string { append(text: text) }
    }
  }

  private static func mismatch(_ name: String, _ value: Value) -> SparkError {
    .violation("\(name) in the service's message is \(value.kind), not a string")
  }

  /// Arguments are documented as a string; some gateways send the object itself (protocol 4.4).
  func arguments(_ value: Value) -> UnsafeRawBufferPointer {
    value.isNull ? Self.nothing : value.terminated
  }

  /// Appends the pages that a web search found.
  mutating func takePages(_ pages: Value) {
    pages.forEachElement { value in
      var page = WebPage()
      value.forEachMember { page.take($0, $1) }
      append(page)
    }
  }

  mutating func append(_ page: WebPage) {
    guard page.url.kind == .string || !page.title.isNull else { return }
    events.append(
      .citation(
        index: page.index.integer.flatMap(Int32.init(exactly:)) ?? -1,
        title: page.title.text ?? Self.nothing, url: page.url.text ?? Self.nothing))
  }

  mutating func takeUsage(_ counts: Value) {
    // Most messages have none.
    guard counts.kind == .object else { return }
    let usage = Usage(counts)
    // Over HTTP, hosted models send zeros until the end (protocol 6.5).
    let isCounted = usage.prompt > 0 || usage.completion > 0 || usage.total > 0
    guard usage != Usage(), transport == .webSocket || isCounted else { return }
    events.append(.usage(usage))
  }

  /// Throws if `code` reports a failure; a code that is not a number does, too. For success, some
  /// gateways send HTTP's status.
  mutating func check(
    code: Value, _ members: @autoclosure () -> ServiceFailure.Members
  ) throws(SparkError) {
    guard !code.isNull, code.kind != .string || code.count > 0, code.integer != 0 else { return }
    if code.integer != 200 { try take(members()) }
  }

  @inline(never)
  private mutating func take(_ members: ServiceFailure.Members) throws(SparkError) {
    let failure = ServiceFailure(members, sid: sid?.string)
    if failure.code == ServiceCode.policyWarning, hasAnswer {
      events.append(
        .warning(code: failure.code, message: members.message.text ?? Self.nothing))
      return
    }
    throw failure.error
  }
}
