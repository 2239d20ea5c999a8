/// Refuses what a model does not take, with a hint, before anything is sent: the service would
/// answer with 10003 or 10004 at best, and ignore it at worst.
package struct RequestRules: Sendable {
  /// Sent instead of 0 if the service refuses 0 (protocol 7.12).
  static let leastTemperature = 0.01

  private let model: Model?
  private let transport: Transport

  package init(_ endpoint: Endpoint) {
    model = endpoint.model
    transport = endpoint.transport
  }

  /// - Returns: Warnings for the log: what the service may refuse or ignore.
  package func check(_ request: ChatRequest) throws(SparkError) -> [StaticString] {
    try request.setterErrors.check()
    try MessageRules(transport: transport, model: model).check(request.messages)
    var warnings: [StaticString] = []
    try checkChoice(request)
    if transport == .webSocket { try checkForWebSocket(request) }
    if request.responseFormat == .jsonObject,
      !request.messages.contains(where: { $0.content.lowercased().mentions("json") })
    {
      warnings.append("JSON mode is set, but no message asks for JSON: the service requires both")
    }
    guard let model else { return warnings }
    try checkFeatures(request, of: model, &warnings)
    try checkSampling(request, of: model, &warnings)
    if transport == .http { try checkForHTTP(request, of: model) }
    return warnings
  }

  private func checkFeatures(
    _ request: ChatRequest, of model: Model, _ warnings: inout [StaticString]
  ) throws(SparkError) {
    // Switching off what a model does not have is not an error.
    let searches = request.search.map { $0.mode != .disabled } ?? false
    let uses: [(Model.Features, Bool, what: String, StaticString)] = [
      (
        .system, request.messages.first?.role == .system, "a system message is set",
        "sources disagree on whether the model takes system messages"
      ),
      (
        .tools, !request.tools.isEmpty || request.requiredCall != nil, "tools are set",
        "sources disagree on whether the model takes tools"
      ),
      (
        .reasoning, request.thinking != nil, "thinking is set",
        "sources disagree on whether thinking can be set for the model"
      ),
      (
        .webSearch, searches, "web search is set",
        "sources disagree on whether the model can search the web"
      ),
      (
        .citations, searches && request.search?.references ?? false, "references are set",
        "sources disagree on whether the model names the sources of a search"
      ),
      (
        .images, request.messages.contains { $0.image != nil }, "an image is set",
        "sources disagree on whether the model takes images"
      ),
    ]
    for (feature, isUsed, what, warning) in uses
    where isUsed && !model.isKnown(toTake: feature, over: transport) {
      let mayTake =
        feature == .images ? model.mayTakeImages(over: transport) : model.mayTake(feature)
      guard mayTake else {
        let names = Model.all.filter { $0.mayTake(feature) }.map(\.name)
        throw refusal(
          what, model, hint: "models that do: \(names.joined(separator: ", "))")
      }
      warnings.append(warning)
    }
  }

  private func checkSampling(
    _ request: ChatRequest, of model: Model, _ warnings: inout [StaticString]
  ) throws(SparkError) {
    if let temperature = request.temperature {
      let most = model.maxTemperature(transport)
      guard temperature <= most, model.family != .fixed || temperature == 1 else {
        throw refusal(
          "temperature is \(temperature)", model,
          hint: model.family == .fixed ? "leave it unset: it is fixed" : "use a value up to \(most)"
        )
      }
      if temperature == 0, !model.takesZeroTemperature(transport) {
        warnings.append("the model refuses a temperature of 0: 0.01 is sent")
      }
    }
    if let maxTokens = request.maxTokens, let most = model.maxTokens, maxTokens > most {
      // The limit is that of fine-tuned models; HTTP has others, too.
      guard model.family == .hosted, transport == .http else {
        throw refusal("max_tokens is \(maxTokens)", model, hint: "use a value from 1 to \(most)")
      }
      warnings.append("max_tokens is above the limit documented for hosted models")
    }
    guard model.family != .hosted else { return }
    let isReasoning = model.family == .reasoning
    let isOpen = isReasoning || transport == .http && model.family == .general
    let presence = isReasoning ? 0.0...3.0 : -2...2
    let frequency = isReasoning ? 0.0...1.0 : -2...2
    try checkRange(request.topP, "top_p", isOpen ? 0...1 : nil, model)
    try checkRange(request.presencePenalty, "presence_penalty", isOpen ? presence : nil, model)
    try checkRange(request.frequencyPenalty, "frequency_penalty", isOpen ? frequency : nil, model)
  }

  private func checkRange(
    _ value: Double?, _ name: String, _ range: ClosedRange<Double>?, _ model: Model
  ) throws(SparkError) {
    guard let value else { return }
    guard let range else {
      let reasoning = Model.all.filter { $0.family == .reasoning }.map(\.name)
      throw refusal(
        "\(name) is set", model,
        hint: model.family == .fixed
          ? "leave it unset: it is fixed"
          : "models that do: \(reasoning.joined(separator: ", ")), and others over HTTP")
    }
    guard range.contains(value) else {
      throw refusal(
        "\(name) is \(value)", model,
        hint: "use a value from \(range.lowerBound) to \(range.upperBound)")
    }
  }

  private func checkChoice(_ request: ChatRequest) throws(SparkError) {
    if case .named(let name) = request.toolChoice, !request.hasTool(named: name) {
      throw SparkError(
        .invalidArgument,
        "the tool choice names \"\(excerpt(name))\", but the request offers no such tool",
        hint: "add the tool, or change the tool choice")
    }
    if request.toolChoice == .required, request.tools.isEmpty {
      throw SparkError(
        .invalidArgument, "the tool choice requires a call, but the request offers no tool",
        hint: "add a tool, or change the tool choice")
    }
  }

  private func checkForWebSocket(_ request: ChatRequest) throws(SparkError) {
    if request.responseFormat == .jsonObject {
      throw SparkError(
        .invalidArgument, "JSON mode is set, which only the HTTP transport supports",
        hint: "use the HTTP transport, or ask for JSON in words")
    }
    if request.reasoningEffort != nil {
      throw SparkError(
        .invalidArgument, "reasoning_effort is set, which only the HTTP transport supports",
        hint: Self.effortHint)
    }
    if request.toolChoice == .required, request.tools.count > 1 {
      throw SparkError(
        .invalidArgument,
        "a tool call is required, but over WebSocket a request can only require one by name",
        hint: "name the tool, or use the HTTP transport")
    }
  }

  private func checkForHTTP(_ request: ChatRequest, of model: Model) throws(SparkError) {
    let searches = request.search.map { $0.mode != .disabled } ?? false
    if model.family == .reasoning, !request.tools.isEmpty, searches {
      throw refusal(
        "tools and web search are both set", model, hint: "use one of the two in a request")
    }
    if model.isHosted, case .named = request.toolChoice, request.tools.count > 1 {
      throw refusal(
        "one tool of several is required by name", model, hint: "offer only that one")
    }
    if !model.isHosted, request.reasoningEffort != nil {
      throw refusal("reasoning_effort is set", model, hint: Self.effortHint)
    }
    guard model.family == .reasoning else { return }
    for tool in request.tools where !Self.isPlain(tool.name) {
      throw refusal(
        "the tool is named \"\(excerpt(tool.name))\"", model,
        hint: "use up to 32 letters, digits and underscores")
    }
  }

  private static let effortHint =
    "hosted models take it over HTTP; for X1 and later, set thinking"

  private static func isPlain(_ name: String) -> Bool {
    name.utf8.count <= 32
      && name.utf8.allSatisfy {
        $0.isDigit || $0 == UInt8(ascii: "_")
          || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0.asciiLowercased)
      }
  }

  private func refusal(_ what: String, _ model: Model, hint: String) -> SparkError {
    SparkError(
      .invalidArgument, "\(what), which the model \"\(model.name)\" does not take", hint: hint)
  }
}
