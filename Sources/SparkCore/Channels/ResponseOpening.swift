internal import SparkTransport
internal import SparkWire

/// Reads the beginning of a server's response: a head that accepts the request, or a head that refuses it,
/// with the reason in its body.
final class ResponseOpening {
  private let endpoint: Endpoint
  private let credentials: Credentials
  private var headReader = HTTPHeadReader()
  private var refusal: ErrorBodyReader?

  init(of client: Client) {
    endpoint = client.endpoint
    credentials = client.credentials
  }

  var isRefused: Bool { refusal != nil }

  /// Whether the server speaks HTTP.
  var hasBegun: Bool { headReader.hasBegun }

  /// Decodes the end of a refusal's body, if another request may follow on the connection; else nil.
  var rest: HTTPBodyDecoder? { refusal?.rest }

  /// Returns a head that `accepts` approves; nil if more bytes are needed. Throws the refusal when it is as
  /// complete as it will be.
  func next(
    _ connection: BufferedConnection, clockOffset: Int64 = 0,
    accepts: (HTTPResponseHead) -> Bool
  ) throws(SparkError) -> HTTPResponseHead? {
    if refusal == nil {
      guard let head = try headReader.next(&connection.incoming) else { return nil }
      if accepts(head) { return head }
      refusal = ErrorBodyReader(head)
    }
    guard refusal?.read(&connection.incoming) ?? false else { return nil }
    throw error(clockOffset)
  }

  /// Treats a response whose head was accepted as a refusal.
  ///
  /// - Parameter body: What has been decoded of its body.
  func refuse(
    _ head: HTTPResponseHead, _ decoder: HTTPBodyDecoder?, _ body: UnsafeRawBufferPointer
  ) {
    refusal = ErrorBodyReader(head, decoder, body)
  }

  /// Returns the part of the refusal received so far, as an error.
  func error(_ clockOffset: Int64 = 0) -> SparkError {
    // The clock of the signature; another exchange may have corrected the client's clock since.
    let seconds = WallClock.unixSeconds() &+ clockOffset
    return refusal?.error(
      over: endpoint.transport, isSigned: endpoint.isSigned, ourUnixSeconds: seconds
    ) { credentials.redact($0) }
      ?? .violation("the server refused the \(endpoint.transport.name) request")
  }
}
