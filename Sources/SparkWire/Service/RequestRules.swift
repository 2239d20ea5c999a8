/// What a model does not take is refused before anything is sent, with a hint: the service would
/// answer with 10003 or 10004 at best, and ignore it at worst.
struct RequestRules {
  let model: Model?

  func check(_ request: ChatRequest) throws(SparkError) {
    try checkOrder(request.messages)
    guard let model else { return }
    try checkFeatures(request, of: model)
    if let temperature = request.temperature {
      let allowed =
        temperature <= model.maxTemperature && (temperature > 0 || model.allowsZeroTemperature)
      guard allowed else {
        let least = model.allowsZeroTemperature ? "0" : "above 0"
        throw refusal(
          "temperature is \(temperature)", model,
          hint: "use a value from \(least) to \(model.maxTemperature)")
      }
    }
    if let maxTokens = request.maxTokens, maxTokens > model.maxTokens {
      throw refusal(
        "max_tokens is \(maxTokens)", model, hint: "use a value from 1 to \(model.maxTokens)")
    }
  }

  private func checkOrder(_ messages: [ChatRequest.Message]) throws(SparkError) {
    guard let last = messages.last else {
      throw SparkError(
        .invalidArgument, "the request has no message", hint: "add at least a user message")
    }
    guard last.role == .user else {
      throw SparkError(
        .invalidArgument, "the last message is the \(last.role.rawValue)'s",
        hint: "the service wants the user's question last")
    }
    guard !messages.dropFirst().contains(where: { $0.role == .system }) else {
      throw SparkError(
        .invalidArgument, "a system message is not the first message",
        hint: "put one system message before all others")
    }
  }

  private func checkFeatures(_ request: ChatRequest, of model: Model) throws(SparkError) {
    func require(
      _ feature: Model.Features, _ used: Bool, _ what: String
    ) throws(SparkError) {
      guard used, !model.features.contains(feature) else { return }
      let names = Model.all.filter { $0.features.contains(feature) }.map(\.name)
      throw refusal(what, model, hint: "models that take it: \(names.joined(separator: ", "))")
    }
    try require(.system, request.messages.first?.role == .system, "a system message is set")
    try require(.functions, !request.functions.isEmpty, "functions are set")
    try require(.functions, request.functionChoice != nil, "function_choice is set")
    try require(.reasoning, request.topP != nil, "top_p is set")
    try require(.reasoning, request.presencePenalty != nil, "presence_penalty is set")
    try require(.reasoning, request.frequencyPenalty != nil, "frequency_penalty is set")
    try require(.reasoning, request.thinking != nil, "thinking is set")
    // Switching off what a model does not have is no mistake.
    let searches = request.search.map { $0.mode != .disabled } ?? false
    try require(.webSearch, searches, "web search is set")
  }

  private func refusal(_ what: String, _ model: Model, hint: String) -> SparkError {
    SparkError(
      .invalidArgument, "\(what), which the model \"\(model.name)\" does not take", hint: hint)
  }
}
