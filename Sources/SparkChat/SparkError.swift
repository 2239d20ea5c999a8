internal import SparkWire

/// An error of this library.
///
/// All functions throw this type only. Match on `status`; `message` and `hint` are for people, and never contain a
/// credential.
public struct SparkError: Error, Sendable, CustomStringConvertible {
  /// The kinds of failure. The raw values are those of `sparkchat_status` in C.
  public enum Status: Int32, Sendable, CaseIterable {
    /// An argument or a setting has an invalid value.
    case invalidArgument = -1
    /// There is not enough memory.
    case noMemory = -2
    /// The call is not possible in the current state.
    case state = -3
    /// The client was created before a `fork`, and is used in the child.
    case forked = -5
    /// A setting is missing, or two settings contradict each other.
    case config = -6
    /// An error in this library.
    case `internal` = -9
    /// The host name was not found.
    case resolve = -20
    /// No connection could be made.
    case connect = -21
    /// The connection was lost.
    case io = -22
    /// A deadline has passed; `phase` says which.
    case timeout = -23
    /// TLS failed.
    case tls = -30
    /// The server's certificate is not trusted.
    case certificate = -31
    /// The server refused the WebSocket.
    case handshake = -40
    /// The server violated a protocol.
    case `protocol` = -41
    /// A message or an answer is larger than allowed.
    case tooLarge = -42
    /// The answer ended early.
    case truncated = -43
    /// The service rejected the credentials.
    case auth = -50
    /// The service failed.
    case service = -51
    /// The service limits the rate of requests.
    case rateLimited = -52
    /// The service's moderation rejected the question or the answer.
    case contentFiltered = -53
    /// The service does not accept the request.
    case invalidRequest = -54
    /// The app may not use this model or feature, or its tokens are used up.
    case permission = -55
    /// The daily allowance is used up.
    case quota = -56
    /// The question is longer than the model's context.
    case contextLength = -57
    /// The service is busy.
    case overloaded = -58
    /// The task was cancelled.
    case cancelled = -60
    /// Your tool or limiter failed; `underlyingError` is the tool's error.
    case callback = -61
    /// The model still asks for tools after the last round that is allowed.
    case toolLimit = -62
  }

  /// The phases of a request that have a deadline. The raw values are those of `sparkchat_phase` in C.
  public enum Phase: Int32, Sendable, CaseIterable {
    /// None of them.
    case none = 0
    /// Looking up the host name.
    case resolve = 1
    /// Connecting.
    case connect = 2
    /// The TLS handshake.
    case tls = 3
    /// Negotiating with a proxy.
    case proxy = 4
    /// The WebSocket upgrade.
    case upgrade = 5
    /// Waiting for the first message of the answer.
    case firstToken = 6
    /// Waiting for another message of the answer.
    case idle = 7
    /// The whole request.
    case total = 8
    /// Waiting in the queue, if the client limits requests.
    case queue = 9
  }

  /// The kind of failure.
  public let status: Status
  /// What happened, in one line.
  public let message: String
  /// What you can do about it, in one line; may be empty.
  public let hint: String
  /// Whether the same request may succeed later.
  public let isRetryable: Bool
  /// The phase of the request that failed.
  public let phase: Phase
  /// The service's error code, or 0.
  public let serviceCode: Int
  /// The service's request ID, which its support asks for.
  public let sid: String?
  /// The status of the HTTP response that rejected the request; nil without one.
  public let httpStatus: Int?
  /// The beginning of that response's body.
  public let httpBody: String?
  /// That response's `Date` header.
  public let serverDate: String?
  /// How far this machine's clock is ahead of the server's clock, if known.
  public let clockSkew: Duration?
  /// How long the server asks you to wait before the next request.
  public let retryAfter: Duration?
  /// The system's error number, or 0.
  public let osErrno: Int32
  /// The part of the answer received before the failure; nil if no request was made.
  public internal(set) var response: SparkResponse?
  /// The error that your tool threw.
  public internal(set) var underlyingError: (any Error)?

  /// The message, and the hint in parentheses.
  public var description: String { hint.isEmpty ? message : "\(message) (\(hint))" }
}

extension SparkError {
  init(_ error: SparkWire.SparkError, response: SparkResponse? = nil) {
    status = Status(rawValue: error.status.rawValue) ?? .internal
    // Only messages about settings and hints are the library's own text; others may quote the service.
    let isOfSettings = error.status == .invalidArgument || error.status == .config
    message = isOfSettings ? SettingNames.inSwift(error.message) : error.message
    hint = SettingNames.inSwift(error.hint)
    isRetryable = error.retryable
    phase = Phase(rawValue: error.phase.rawValue) ?? .none
    serviceCode = Int(error.serviceCode)
    sid = error.sid
    let details = error.httpDetails
    httpStatus = details.map { Int($0.httpStatus) }
    httpBody = details?.body
    serverDate = details?.serverDate
    clockSkew = details?.clockSkewSeconds.map { .seconds($0) }
    retryAfter = details.flatMap {
      $0.retryAfterMilliseconds < 0 ? nil : .milliseconds($0.retryAfterMilliseconds)
    }
    osErrno = error.osErrno
    self.response = response
  }

  init(_ status: SparkWire.Status, _ message: String, hint: String = "") {
    self.init(SparkWire.SparkError(status, message, hint: hint))
  }

  static var cancelled: SparkError { SparkError(.cancelled, "the task was cancelled") }
}

/// Throws `cancelled` if the task has been cancelled.
func checkNotCancelled() throws(SparkError) {
  if Task.isCancelled { throw .cancelled }
}

/// Runs a call of the core, and translates its errors.
func translatingErrors<Result>(
  _ body: () throws(SparkWire.SparkError) -> Result
) throws(SparkError) -> Result {
  do throws(SparkWire.SparkError) {
    return try body()
  } catch {
    throw SparkError(error)
  }
}
