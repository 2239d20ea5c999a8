/// A question with its history and options, under construction. Options that are not set are not
/// sent.
package struct ChatRequest: Sendable {
  package enum Thinking: String, Sendable {
    case disabled, enabled, auto
  }

  package enum Search: Sendable {
    case disabled, normal, deep
  }

  struct Tool: Sendable {
    let name: String
    let description: String
    let parameters: JSONObject
  }

  /// Whether the model may, must or must not call a tool.
  package enum ToolChoice: Sendable, Hashable {
    case auto, none, required
    case named(String)
  }

  /// The choice, if the model must call a tool.
  package var requiredCall: ToolChoice? {
    switch toolChoice {
    case .required, .named: toolChoice
    default: nil
    }
  }

  package enum ResponseFormat: String, Sendable {
    case text
    case jsonObject = "json_object"
  }

  package internal(set) var messages: [Message] = []
  /// The last call with each id: a service may reuse an id in a later answer.
  var callsByID: [String: Message.Call] = [:]
  private(set) var tools: [Tool] = []
  package private(set) var temperature: Double?
  package private(set) var topK: Int?
  private(set) var topP: Double?
  private(set) var maxTokens: Int?
  private(set) var presencePenalty: Double?
  private(set) var frequencyPenalty: Double?
  private(set) var chatID: String?
  private(set) var auditing: String?
  private(set) var thinking: Thinking?
  private(set) var reasoningEffort: String?
  private(set) var search: (mode: Search, references: Bool)?
  package private(set) var toolChoice: ToolChoice?
  private(set) var responseFormat: ResponseFormat?
  private(set) var extra: JSONObject?
  /// Texts that end the answer. They are not sent to the service.
  package private(set) var stopSequences: [String] = []
  package internal(set) var setterErrors = SetterErrors()

  package init() {}

  /// An object with none of these is not meant as a schema.
  private static let schemaWords: [StaticString] = [
    "type", "properties", "required", "additionalProperties", "patternProperties", "$ref", "$defs",
    "$schema", "definitions", "allOf", "anyOf", "oneOf", "description", "title",
  ]

  package mutating func addTool(
    name: String, description: String, parameters: UnsafeRawBufferPointer
  ) throws(SparkError) {
    try setterErrors.attempt(nil) { () throws(SparkError) in
      try Self.check(name, isNewAmong: tools)
      let schema = try JSONObject(
        parsing: parameters, what: "parameters of the tool \"\(name)\"")
      guard schema.text("type") ?? "object" == "object" else {
        throw SparkError(
          .invalidArgument, "parameters of the tool \"\(excerpt(name))\" are not an object",
          hint: "give a JSON schema with \"type\": \"object\"")
      }
      guard schema.isEmpty || Self.schemaWords.contains(where: { schema.has($0) }) else {
        throw SparkError(
          .invalidArgument, "parameters of the tool \"\(excerpt(name))\" are not a JSON schema",
          hint:
            "give each argument as a property: {\"properties\": {\"city\": {\"type\": \"string\"}}}"
        )
      }
      // The service refuses a schema without any of these (protocol 3.5).
      if !schema.has("type") { try schema.set("type", "object") }
      if !schema.has("properties") { try schema.set("properties", JSONObject()) }
      if !schema.has("required") { try schema.set("required", [String]()) }
      tools.append(Tool(name: name, description: description, parameters: schema))
    }
  }

  package mutating func addStopSequence(_ sequence: String) throws(SparkError) {
    try setterErrors.attempt(nil) { () throws(SparkError) in
      let (longest, most) = (1_024, 64)
      guard (1...longest).contains(sequence.utf8.count) else {
        throw SparkError(
          .invalidArgument,
          "stop has \(sequence.isEmpty ? "an empty sequence" : "a sequence of \(sequence.utf8.count) bytes")",
          hint: sequence.isEmpty ? "leave it out" : "use 1 to \(longest) bytes")
      }
      guard stopSequences.count < most else {
        throw SparkError(
          .invalidArgument, "stop has more than \(most) sequences", hint: "use fewer")
      }
      stopSequences.append(sequence)
    }
  }

  package mutating func setTemperature(_ value: Double) throws(SparkError) {
    try setterErrors.attempt("temperature") { () throws(SparkError) in
      temperature = try Self.check(value, "temperature", in: 0...2)
    }
  }

  package mutating func setTopK(_ value: Int) throws(SparkError) {
    try setterErrors.attempt("top_k") { () throws(SparkError) in
      topK = try Self.check(value, "top_k", in: 1...6)
    }
  }

  package mutating func setTopP(_ value: Double) throws(SparkError) {
    try setterErrors.attempt("top_p") { () throws(SparkError) in
      topP = try Self.check(value, "top_p", in: Double.leastNonzeroMagnitude...1)
    }
  }

  package mutating func setMaxTokens(_ value: Int) throws(SparkError) {
    try setterErrors.attempt("max_tokens") { () throws(SparkError) in
      maxTokens = try Self.check(value, "max_tokens", in: 1...Int(Int32.max))
    }
  }

  package mutating func setPresencePenalty(_ value: Double) throws(SparkError) {
    try setterErrors.attempt("presence_penalty") { () throws(SparkError) in
      presencePenalty = try Self.check(value, "presence_penalty", in: -2...3)
    }
  }

  package mutating func setFrequencyPenalty(_ value: Double) throws(SparkError) {
    try setterErrors.attempt("frequency_penalty") { () throws(SparkError) in
      frequencyPenalty = try Self.check(value, "frequency_penalty", in: -2...2)
    }
  }

  package mutating func setChatID(_ value: String) throws(SparkError) {
    try setterErrors.attempt("chat_id") { () throws(SparkError) in
      chatID = try Self.check(notEmpty: value, "chat_id")
    }
  }

  package mutating func setAuditing(_ value: String) throws(SparkError) {
    try setterErrors.attempt("auditing") { () throws(SparkError) in
      guard ["strict", "moderate", "loose", "default"].contains(value) else {
        throw SparkError(
          .invalidArgument, "auditing is \"\(value)\"",
          hint: "use \"strict\", \"moderate\", \"loose\" or \"default\"")
      }
      auditing = value
    }
  }

  package mutating func setToolChoice(_ value: ToolChoice) throws(SparkError) {
    try setterErrors.attempt("tool choice") { () throws(SparkError) in
      if case .named(let name) = value { _ = try Self.check(notEmpty: name, "tool choice") }
      toolChoice = value
    }
  }

  package mutating func setResponseFormat(_ value: ResponseFormat) {
    setterErrors.forget("response format")
    responseFormat = value
  }

  package mutating func setThinking(_ value: Thinking) {
    setterErrors.forget("thinking")
    thinking = value
  }

  package mutating func setReasoningEffort(_ value: String) throws(SparkError) {
    try setterErrors.attempt("reasoning_effort") { () throws(SparkError) in
      reasoningEffort = try Self.check(notEmpty: value, "reasoning_effort")
    }
  }

  package mutating func setSearch(_ mode: Search, references: Bool) {
    setterErrors.forget("web search")
    search = (mode, references)
  }

  package mutating func setExtra(_ json: UnsafeRawBufferPointer) throws(SparkError) {
    try setterErrors.attempt("extra JSON") { () throws(SparkError) in
      extra = try JSONObject(parsing: json, what: "extra JSON")
    }
  }

  /// Records a failure that was found before the value reached this type.
  package mutating func reject(_ option: String?, _ error: SparkError) -> SparkError {
    setterErrors.note(option, error)
    return error
  }

  /// Makes a required tool call optional: the model would otherwise call again, endlessly, once it
  /// has the results.
  package mutating func leaveChoiceToModel() {
    if requiredCall != nil { toolChoice = .auto }
  }

  /// Applies the options that are set in `other`, and adds its tools; ignores its messages.
  package mutating func apply(_ other: ChatRequest) throws(SparkError) {
    try other.setterErrors.check()
    for tool in other.tools {
      try Self.check(tool.name, isNewAmong: tools)
      tools.append(tool)
    }
    temperature = other.temperature ?? temperature
    topK = other.topK ?? topK
    topP = other.topP ?? topP
    maxTokens = other.maxTokens ?? maxTokens
    presencePenalty = other.presencePenalty ?? presencePenalty
    frequencyPenalty = other.frequencyPenalty ?? frequencyPenalty
    chatID = other.chatID ?? chatID
    auditing = other.auditing ?? auditing
    thinking = other.thinking ?? thinking
    reasoningEffort = other.reasoningEffort ?? reasoningEffort
    search = other.search ?? search
    toolChoice = other.toolChoice ?? toolChoice
    responseFormat = other.responseFormat ?? responseFormat
    extra = other.extra ?? extra
    if !other.stopSequences.isEmpty { stopSequences = other.stopSequences }
  }

  private static func check(_ name: String, isNewAmong tools: [Tool]) throws(SparkError) {
    guard !name.isEmpty else {
      throw SparkError(.invalidArgument, "the tool's name is empty")
    }
    guard !tools.contains(where: { $0.name == name }) else {
      throw SparkError(
        .invalidArgument, "the tool \"\(excerpt(name))\" is offered twice",
        hint: "give each tool its own name")
    }
  }

  private static func check<Value: Comparable>(
    _ value: Value, _ name: String, in range: ClosedRange<Value>
  ) throws(SparkError) -> Value {
    // A comparison with NaN is false, so NaN is refused as well.
    guard value >= range.lowerBound, value <= range.upperBound else {
      throw SparkError(
        .invalidArgument, "\(name) is \(value)", hint: "use a value from \(describe(range))")
    }
    return value
  }

  private static func describe<Value: Comparable>(_ range: ClosedRange<Value>) -> String {
    range.lowerBound as? Double == .leastNonzeroMagnitude
      ? "above 0 to \(range.upperBound)" : "\(range.lowerBound) to \(range.upperBound)"
  }

  private static func check(
    notEmpty value: String, _ name: String
  ) throws(SparkError) -> String {
    guard !value.isEmpty else {
      throw SparkError(.invalidArgument, "\(name) is empty", hint: "leave it unset instead")
    }
    return value
  }
}
