internal import SparkTransport
internal import SparkWire

/// How a server's response begins: with a head that is what was hoped for, or with one that refuses, whose
/// body says why.
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

  /// The server speaks HTTP.
  var hasBegun: Bool { headReader.hasBegun }

  /// The end of a refusal's body, if another request may follow on the connection.
  var rest: HTTPBodyDecoder? { refusal?.rest }

  /// The head, which `accepts` approves of; nil when that takes more bytes. Throws the refusal when as much
  /// of it is there as there will be.
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

  /// The refusal as far as it has come.
  func error(_ clockOffset: Int64 = 0) -> SparkError {
    // The clock that the signature was made with; others may have corrected it since.
    let seconds = WallClock.unixSeconds() &+ clockOffset
    return refusal?.error(
      over: endpoint.transport, isSigned: endpoint.isSigned, ourUnixSeconds: seconds
    ) { credentials.redact($0) }
      ?? .violation("the server refused the \(endpoint.transport.name) request")
  }
}
