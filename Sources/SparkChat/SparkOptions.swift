internal import SparkWire

/// How to answer a question. What is nil is not sent: the service has defaults of its own.
public struct SparkOptions: Sendable {
  /// Whether a reasoning model thinks first.
  public enum Thinking: Sendable {
    /// It does not.
    case disabled
    /// It does.
    case enabled
    /// As the model thinks fit.
    case automatic
  }

  /// Whether to search the web.
  public enum Search: Sendable {
    /// It does not.
    case disabled
    /// It reads what the search engine shows.
    case normal
    /// It reads whole pages.
    case deep
  }

  /// Whether the model calls a tool.
  public enum ToolChoice: Sendable, Hashable {
    /// As the model thinks fit.
    case automatic
    /// It calls none.
    case none
    /// It calls one at least.
    case required
    /// It calls the tool of this name.
    case named(String)
  }

  /// What the answer is to be.
  public enum Format: Sendable {
    /// Text.
    case text
    /// JSON: over HTTP only, and a message has to ask for it as well.
    case jsonObject
  }

  /// Sampling temperature: 0 to 1, for reasoning models and over HTTP 0 to 2.
  public var temperature: Double?
  /// How many candidates to choose among: 1 to 6.
  public var topK: Int?
  /// Nucleus sampling: above 0 to 1; reasoning models, and over HTTP.
  public var topP: Double?
  /// The longest answer, in tokens; what a reasoning model thinks counts.
  public var maxTokens: Int?
  /// Against words already there: 0 to 3 for reasoning models, -2 to 2 for others over HTTP.
  public var presencePenalty: Double?
  /// Against frequent words: 0 to 1 for reasoning models, -2 to 2 for others over HTTP.
  public var frequencyPenalty: Double?
  /// Links questions in the service's records; it keeps no history by it.
  public var chatID: String?
  /// How strictly the service moderates: "strict", "moderate", "loose" or "default"; hosted models.
  public var auditing: String?
  /// Whether a reasoning model thinks first.
  public var thinking: Thinking?
  /// How much a hosted model thinks, over HTTP: "low", "medium", "high", or the service's word.
  public var reasoningEffort: String?
  /// Whether to search the web.
  public var search: Search?
  /// Whether to send the sources of a web search, as citations.
  public var sendsCitations = false
  /// Tools that the model may call. A conversation calls them; otherwise the calls are in the response.
  public var tools: [SparkTool] = []
  /// Whether the model calls a tool.
  public var toolChoice: ToolChoice?
  /// Where the answer ends: in front of the first of these texts to be complete. The answer is cut here, and the
  /// service is stopped.
  public var stop: [String] = []
  /// What the answer is to be.
  public var format: Format?
  /// What this library does not know yet: a JSON object that is merged into the request last.
  public var extraJSON: String?

  /// No options.
  public init() {}
}

extension SparkOptions {
  func apply(to request: inout ChatRequest) throws(SparkWire.SparkError) {
    if let temperature { try request.setTemperature(temperature) }
    if let topK { try request.setTopK(topK) }
    if let topP { try request.setTopP(topP) }
    if let maxTokens { try request.setMaxTokens(maxTokens) }
    if let presencePenalty { try request.setPresencePenalty(presencePenalty) }
    if let frequencyPenalty { try request.setFrequencyPenalty(frequencyPenalty) }
    if let chatID { try request.setChatID(chatID) }
    if let auditing { try request.setAuditing(auditing) }
    switch thinking {
    case .disabled: request.setThinking(.disabled)
    case .enabled: request.setThinking(.enabled)
    case .automatic: request.setThinking(.auto)
    case nil: break
    }
    if let reasoningEffort { try request.setReasoningEffort(reasoningEffort) }
    switch search {
    case .disabled: request.setSearch(.disabled, references: sendsCitations)
    case .normal: request.setSearch(.normal, references: sendsCitations)
    case .deep: request.setSearch(.deep, references: sendsCitations)
    case nil: break
    }
    for tool in tools {
      try tool.parameters.json.withBytes { schema throws(SparkWire.SparkError) in
        try request.addTool(name: tool.name, description: tool.description, parameters: schema)
      }
    }
    switch toolChoice {
    case .automatic: try request.setToolChoice(.auto)
    case .some(.none): try request.setToolChoice(.none)
    case .required: try request.setToolChoice(.required)
    case .named(let name): try request.setToolChoice(.named(name))
    case nil: break
    }
    for sequence in stop { try request.addStopSequence(sequence) }
    switch format {
    case .text: request.setResponseFormat(.text)
    case .jsonObject: request.setResponseFormat(.jsonObject)
    case nil: break
    }
    if let extraJSON {
      try extraJSON.withBytes { json throws(SparkWire.SparkError) in try request.setExtra(json) }
    }
  }
}

extension [UInt8] {
  func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withUnsafeBufferPointer { bytes throws(Failure) in
      try body(UnsafeRawBufferPointer(bytes))
    }
  }
}

extension String {
  func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try Array(utf8).withBytes(body)
  }
}
