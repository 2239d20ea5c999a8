internal import SparkWire

/// The options of a question. Options that are nil are not sent, and the service's defaults apply.
public struct SparkOptions: Sendable {
  /// Whether a reasoning model thinks first.
  public enum Thinking: Sendable {
    /// The model does not think first.
    case disabled
    /// The model thinks first.
    case enabled
    /// The model decides.
    case automatic
  }

  /// Whether to search the web.
  public enum Search: Sendable {
    /// No search.
    case disabled
    /// The service reads short excerpts of the pages found.
    case normal
    /// The service reads whole pages.
    case deep
  }

  /// Whether the model calls a tool.
  public enum ToolChoice: Sendable, Hashable {
    /// The model decides.
    case automatic
    /// The model calls no tool.
    case none
    /// The model calls at least one tool.
    case required
    /// The model calls the tool of this name.
    case named(String)
  }

  /// The format of the answer.
  public enum Format: Sendable {
    /// Text.
    case text
    /// JSON: over HTTP only, and a message has to ask for it as well.
    case jsonObject
  }

  /// Sampling temperature: 0 to 1; 0 to 2 for reasoning models, and for general models over HTTP.
  public var temperature: Double?
  /// The number of candidates to sample from: 1 to 6.
  public var topK: Int?
  /// Nucleus sampling: above 0 to 1; for reasoning models, and over HTTP.
  public var topP: Double?
  /// The longest answer, in tokens. The thoughts of a reasoning model count.
  public var maxTokens: Int?
  /// Penalizes words that have already occurred: 0 to 3 for reasoning models, -2 to 2 for others over HTTP.
  public var presencePenalty: Double?
  /// Penalizes frequent words: 0 to 1 for reasoning models, -2 to 2 for others over HTTP.
  public var frequencyPenalty: Double?
  /// An id that links questions in the service's records. The service does not keep a history for it.
  public var chatID: String?
  /// How strictly the service moderates: "strict", "moderate", "loose" or "default"; for hosted models.
  public var auditing: String?
  /// Whether a reasoning model thinks first.
  public var thinking: Thinking?
  /// How much a hosted model thinks, over HTTP: "low", "medium", "high", or another value of the service.
  public var reasoningEffort: String?
  /// Whether to search the web.
  public var search: Search?
  /// Whether to receive the sources of a web search, as citations. Needs `search`.
  public var sendsCitations = false
  /// The tools that the model may call. A conversation calls them; otherwise the calls are in the response.
  public var tools: [SparkTool] = []
  /// Whether the model calls a tool.
  public var toolChoice: ToolChoice?
  /// Texts that end the answer. The library cuts the answer before the first one that is complete, and stops the
  /// service.
  public var stop: [String] = []
  /// The format of the answer.
  public var format: Format?
  /// Options that this library does not know yet: a JSON object, which is merged into the request last.
  public var extraJSON: String?

  /// Creates options that are all unset.
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
