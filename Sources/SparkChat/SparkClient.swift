internal import SparkCore
internal import SparkWire

/// A client of iFlytek's SparkLLM chat service: where and as whom to ask.
///
/// It never changes, and serves any number of tasks at once. All network work is done on one thread of its own, which lives
/// while something is under way; no task blocks a thread of Swift's pool.
///
/// ```swift
/// let client = try SparkClient()  // credentials from the environment
/// print(try await client.ask("Hello").text)
/// ```
public final class SparkClient: Sendable {
  let core: Client
  let driver: Driver

  /// Makes a client. Reads the trusted certificates, and connects to nothing.
  ///
  /// - Throws: A `SparkError` where a setting has a bad value, or is missing.
  public init(_ configuration: SparkConfiguration = SparkConfiguration()) throws(SparkError) {
    (core, driver) = try translatingErrors { () throws(SparkWire.SparkError) in
      (try Client(configuration.core()), try Driver())
    }
  }

  /// The address that is asked.
  public var url: String { core.endpoint.url.description }

  /// The service's own word for the model.
  public var domain: String { core.endpoint.domain }

  /// The model's name in the service's table; nil where it is not there.
  public var model: String? { core.endpoint.model?.name }

  /// Asks, and waits for the whole answer.
  ///
  /// - Throws: A `SparkError`; what has come before is in its `response`. Where the task is cancelled, the service is
  ///   stopped, and the status is `cancelled`.
  public func ask(_ request: SparkRequest) async throws(SparkError) -> SparkResponse {
    try await stream(request).response()
  }

  /// Asks one question, and waits for the whole answer.
  public func ask(
    _ question: String, options: SparkOptions = SparkOptions()
  ) async throws(SparkError) -> SparkResponse {
    try await ask(SparkRequest(question, options: options))
  }

  /// Asks, and gives the answer as it comes.
  public func stream(_ request: SparkRequest) -> SparkStream {
    SparkStream(asker: ClientAsker(client: self, request: request))
  }

  /// Asks one question, and gives the answer as it comes.
  public func stream(_ question: String, options: SparkOptions = SparkOptions()) -> SparkStream {
    stream(SparkRequest(question, options: options))
  }

  /// What a vector is for.
  public enum EmbeddingPurpose: Sendable {
    /// A paragraph, which is to be found.
    case paragraph
    /// A question, which is to find one.
    case query
  }

  /// Asks for the vector of a text.
  ///
  /// - Parameters:
  ///   - text: About 2,000 tokens at most.
  ///   - purpose: What the vector is for.
  /// - Returns: As many numbers as the service's vectors have: 2,560.
  public func embed(
    _ text: String, as purpose: EmbeddingPurpose = .paragraph
  ) async throws(SparkError) -> [Float] {
    let domain: EmbeddingDomain = purpose == .query ? .query : .para
    return try await SparkStream(asker: EmbeddingAsker(client: self, text: text, domain: domain))
      .response().vector
  }

  /// Connects before there is a question, so that the first answer comes sooner.
  public func connect() async throws(SparkError) -> SparkConnection {
    try checkNotCancelled()
    let feed = try translatingErrors { () throws(SparkWire.SparkError) in
      Feed(try core.connect(), .connection, driver: driver)
    }
    let batch = await feed.batch()
    if let failure = batch.end?.failure { throw failure }
    return SparkConnection(client: self, stream: feed.stream)
  }

  /// Begins a conversation, which keeps the history and calls your tools.
  ///
  /// - Parameters:
  ///   - messages: What the history begins with.
  ///   - options: What every question is asked with.
  ///   - tools: What the model may call.
  ///   - settings: How the conversation deals with its history and its tools.
  public func conversation(
    _ messages: [SparkMessage] = [], options: SparkOptions = SparkOptions(),
    tools: [SparkTool] = [], settings: SparkConversation.Settings = SparkConversation.Settings()
  ) throws(SparkError) -> SparkConversation {
    var options = options
    options.tools += tools
    return try SparkConversation(
      self, SparkRequest(messages: messages, options: options), settings)
  }

  func feed(_ stream: ChatStream, _ purpose: Feed.Purpose) -> Feed {
    Feed(stream, purpose, driver: driver)
  }
}

private struct ClientAsker: Asker {
  let client: SparkClient
  let request: SparkRequest

  func begin(_ purpose: Feed.Purpose) async throws(SparkError) -> Feed {
    try translatingErrors { () throws(SparkWire.SparkError) in
      client.feed(try client.core.open(request.core()), purpose)
    }
  }
}

private struct EmbeddingAsker: Asker {
  let client: SparkClient
  let text: String
  let domain: EmbeddingDomain

  func begin(_ purpose: Feed.Purpose) async throws(SparkError) -> Feed {
    try translatingErrors { () throws(SparkWire.SparkError) in
      client.feed(try client.core.openEmbedding(text, domain), purpose)
    }
  }
}

extension Asker {
  /// One request is all.
  func goOn(
    after feed: Feed, _ failure: SparkError?, _ purpose: Feed.Purpose
  ) async throws(SparkError) -> Feed? {
    if let failure { throw failure }
    return nil
  }
}
