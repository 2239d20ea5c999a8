internal import SparkCore
internal import SparkWire

/// A client of iFlytek's SparkLLM chat service.
///
/// A client is immutable, and any number of tasks can use it concurrently. It does all network work on its own thread,
/// which exists only while a request is in progress. No task blocks a thread of Swift's pool.
///
/// ```swift
/// let client = try SparkClient()  // credentials from the environment
/// print(try await client.ask("Hello").text)
/// ```
public final class SparkClient: Sendable {
  let core: Client
  let driver: Driver

  /// Creates a client. This reads the trusted certificates, and does not connect.
  ///
  /// - Throws: A `SparkError` if a setting is invalid or missing.
  public init(_ configuration: SparkConfiguration = SparkConfiguration()) throws(SparkError) {
    (core, driver) = try translatingErrors { () throws(SparkWire.SparkError) in
      (try Client(configuration.core()), try Driver())
    }
  }

  /// The URL of the service that the client uses.
  public var url: String { core.endpoint.url.description }

  /// The service's own name for the model.
  public var domain: String { core.endpoint.domain }

  /// The model's name in the library's table; nil if the table does not list it.
  public var model: String? { core.endpoint.model?.name }

  /// Sends a request, and waits for the whole answer.
  ///
  /// - Throws: A `SparkError`, whose `response` has the part of the answer received so far. If the task is cancelled,
  ///   the service stops, and the status is `cancelled`.
  public func ask(_ request: SparkRequest) async throws(SparkError) -> SparkResponse {
    try await stream(request).response()
  }

  /// Sends one question, and waits for the whole answer.
  public func ask(
    _ question: String, options: SparkOptions = SparkOptions()
  ) async throws(SparkError) -> SparkResponse {
    try await ask(SparkRequest(question, options: options))
  }

  /// Returns the answer to a request as a stream of events.
  public func stream(_ request: SparkRequest) -> SparkStream {
    SparkStream(asker: ClientAsker(client: self, request: request))
  }

  /// Returns the answer to one question as a stream of events.
  public func stream(_ question: String, options: SparkOptions = SparkOptions()) -> SparkStream {
    stream(SparkRequest(question, options: options))
  }

  /// The purpose of a vector.
  public enum EmbeddingPurpose: Sendable {
    /// A paragraph to search in.
    case paragraph
    /// A question to search for.
    case query
  }

  /// Returns the vector of a text.
  ///
  /// - Parameters:
  ///   - text: The text: about 2,000 tokens at most.
  ///   - purpose: The purpose of the vector.
  /// - Returns: The numbers of the vector; the service's vectors have 2,560.
  /// - Throws: A `SparkError`, also if app id, API key or API secret is missing.
  public func embed(
    _ text: String, as purpose: EmbeddingPurpose = .paragraph
  ) async throws(SparkError) -> [Float] {
    let domain: EmbeddingDomain = purpose == .query ? .query : .para
    return try await SparkStream(asker: EmbeddingAsker(client: self, text: text, domain: domain))
      .response().vector
  }

  /// Connects before you know the question, so that the first answer arrives sooner.
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
  ///   - messages: The first messages of the history.
  ///   - options: The options of every question.
  ///   - tools: The tools that the model may call.
  ///   - settings: The settings for history and tools.
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
  /// There is only one request.
  func goOn(
    after feed: Feed, _ failure: SparkError?, _ purpose: Feed.Purpose
  ) async throws(SparkError) -> Feed? {
    if let failure { throw failure }
    return nil
  }
}
