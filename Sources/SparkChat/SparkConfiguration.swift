/// The settings of a client. A property that is nil has the value from the environment, or the library's default.
///
/// Printing a configuration does not show its credentials.
public struct SparkConfiguration: Sendable {
  /// How to send requests.
  public enum Transport: Sendable {
    /// A signed WebSocket for each question.
    case webSocket
    /// The endpoint that is compatible with OpenAI's.
    case http
  }

  /// Which proxy to use.
  public enum Proxy: Sendable, Hashable {
    /// The proxy of `https_proxy`, `all_proxy` and `no_proxy`, if `usesEnvironment` is true.
    case environment
    /// No proxy.
    case none
    /// The http:// or socks5:// proxy at this URL.
    case url(String)
  }

  /// A certificate to present to the server.
  public struct ClientCertificate: Sendable, Hashable {
    /// The path of a PEM file with the certificate.
    public var certificate: String
    /// The path of a PEM file with its key.
    public var key: String

    /// Creates a pair of a certificate and its key.
    public init(certificate: String, key: String) {
      (self.certificate, self.key) = (certificate, key)
    }
  }

  /// The deadlines of a request. Zero disables a deadline, except that a `close` of zero does not wait.
  public struct Timeouts: Sendable, Hashable {
    /// The deadline for looking up the host name: 10 s by default.
    public var resolve: Duration?
    /// The deadline for connecting to any of the host's addresses, and again for the proxy's handshake: 10 s by default.
    public var connect: Duration?
    /// The deadline for the TLS handshake: 10 s by default.
    public var tls: Duration?
    /// The deadline for the WebSocket upgrade: 15 s by default.
    public var upgrade: Duration?
    /// The longest time from the question to the first message: 120 s by default, and 300 s for reasoning models.
    public var firstToken: Duration?
    /// The longest time between two messages of the answer: 120 s by default.
    public var idle: Duration?
    /// The deadline for the whole request, retries included: no limit by default.
    public var total: Duration?
    /// The longest wait in the queue if `maxRate` or `maxConcurrency` is set: 60 s by default.
    public var queue: Duration?
    /// The longest wait for the server to close the connection after a finished answer: 1 s by default.
    public var close: Duration?

    /// Creates timeouts with the defaults.
    public init() {}
  }

  /// When to retry transient failures. A request is never retried once part of its answer has been delivered.
  public struct Retry: Sendable, Hashable {
    /// The total number of attempts: 1 to 10; 3 by default.
    public var maxAttempts: Int?
    /// The time after the first attempt within which another may begin: 60 s by default.
    public var budget: Duration?
    /// The longest wait before the second attempt (0.5 s by default) and before any attempt (8 s by default).
    public var backoff: ClosedRange<Duration>?
    /// Whether to sign again with the server's time if this machine's clock is wrong.
    public var correctsClock = false

    /// Creates a retry policy with the defaults.
    public init() {}
  }

  /// Whether to take settings that are nil here from the environment: credentials, URLs, domain and proxy.
  public var usesEnvironment = true
  /// The APPID of the console, for WebSocket. In the environment: `IFLYTEK_SPARK_APP_ID`.
  public var appID: String?
  /// The APIKey of the console. In the environment: `IFLYTEK_SPARK_API_KEY`.
  public var apiKey: String?
  /// The APISecret of the console. In the environment: `IFLYTEK_SPARK_API_SECRET`.
  public var apiSecret: String?
  /// The APIPassword of the console, for HTTP; each model has its own. In the environment:
  /// `IFLYTEK_SPARK_API_PASSWORD`.
  public var apiPassword: String?
  /// A model of the library's table, such as "4.0Ultra", "max" or "x1". It determines URL and domain.
  public var model: String?
  /// The transport, for models that have both; nil uses HTTP if an API password is set.
  public var transport: Transport?
  /// The URL, if it is not the model's: wss:// or https://. In the environment: `IFLYTEK_SPARK_API_URL`.
  public var url: String?
  /// The service's own name for the model, such as "generalv3.5". In the environment: `IFLYTEK_SPARK_LLM_DOMAIN`.
  public var domain: String?
  /// The URL for embeddings, if it is not the service's own: https://. In the environment:
  /// `IFLYTEK_SPARK_EMBEDDING_URL`.
  public var embeddingURL: String?
  /// The user on whose behalf you ask: 1 to 32 characters.
  public var userID: String?
  /// The resource id of a fine-tuned model.
  public var patchID: String?
  /// The certificates to trust instead of the system's: the path of a PEM file.
  public var caFile: String?
  /// The certificates to trust instead of the system's, in a directory prepared by `openssl rehash`; separate several
  /// directories with ":".
  public var caDirectory: String?
  /// A certificate to present to the server.
  public var clientCertificate: ClientCertificate?
  /// The public keys of which the server must have one, in addition to the usual checks: "sha256//...", separated by
  /// ";".
  public var pinnedPublicKey: String?
  /// Which proxy to use.
  public var proxy = Proxy.environment
  /// The deadlines.
  public var timeouts = Timeouts()
  /// When to retry.
  public var retry = Retry()
  /// The most requests that begin per second; others wait in the queue. nil means no limit.
  public var maxRate: Double?
  /// The most requests in progress at the same time; others wait in the queue. nil means no limit.
  public var maxConcurrency: Int?
  /// A limiter of your own, which also decides when a request may be sent.
  public var limiter: (any SparkLimiter)?
  /// The number of HTTP connections to keep for later requests: 8 by default.
  public var maxIdleConnections: Int?
  /// How long a connection is idle before TCP keepalive probes the peer: 60 s by default; zero disables probes.
  public var keepalive: Duration?
  /// The largest message to accept, in bytes: 4 MiB by default.
  public var maxMessageSize: Int?
  /// The largest answer to keep, in bytes: 64 MiB by default.
  public var maxAnswerSize: Int?
  /// Whether to keep the service's unparsed messages, for `SparkResponse.raw`.
  public var keepsRaw = false
  /// Where log entries go; nil disables logging.
  public var log: SparkLog?

  /// Creates a configuration with the defaults, which uses the environment.
  public init() {}
}

extension SparkConfiguration: CustomStringConvertible, CustomReflectable {
  /// The model, the URL and the domain, without credentials.
  public var description: String {
    "SparkConfiguration(model: \(model ?? "-"), url: \(url ?? "-"), domain: \(domain ?? "-"))"
  }

  /// Empty, because a dump would show the credentials.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
