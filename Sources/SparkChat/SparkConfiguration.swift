/// The settings of a client. What is nil has the library's default, or that of the environment.
///
/// Credentials do not show where a configuration is printed.
public struct SparkConfiguration: Sendable {
  /// How a question travels.
  public enum Transport: Sendable {
    /// A signed WebSocket for each question.
    case webSocket
    /// The endpoint of OpenAI's shape.
    case http
  }

  /// Which proxy to use.
  public enum Proxy: Sendable, Hashable {
    /// That of `https_proxy`, `all_proxy` and `no_proxy`, if `usesEnvironment`.
    case environment
    /// None.
    case none
    /// An http:// or socks5:// proxy.
    case url(String)
  }

  /// A certificate to show to the server.
  public struct ClientCertificate: Sendable, Hashable {
    /// The path of a PEM file with the certificate.
    public var certificate: String
    /// The path of a PEM file with its key.
    public var key: String

    /// A certificate and its key.
    public init(certificate: String, key: String) {
      (self.certificate, self.key) = (certificate, key)
    }
  }

  /// The deadlines of an exchange; zero switches one off.
  public struct Timeouts: Sendable, Hashable {
    /// To look up the host name: 10 s.
    public var resolve: Duration?
    /// To connect to any of the host's addresses: 10 s.
    public var connect: Duration?
    /// For the TLS handshake: 10 s.
    public var tls: Duration?
    /// For the WebSocket upgrade: 15 s.
    public var upgrade: Duration?
    /// From the question to the first message: 120 s, and 300 s for reasoning models.
    public var firstToken: Duration?
    /// Between two messages of the answer: 120 s.
    public var idle: Duration?
    /// For the whole exchange, retries included: no limit.
    public var total: Duration?
    /// To wait in line, where `maxRate` or `maxConcurrency` is set: 60 s.
    public var queue: Duration?
    /// For the server's goodbye behind a finished answer: 1 s.
    public var close: Duration?

    /// The defaults.
    public init() {}
  }

  /// When to ask again what may succeed later. Never once a part of the answer has been delivered.
  public struct Retry: Sendable, Hashable {
    /// How often to try in all: 1 to 10; 3 by default.
    public var maxAttempts: Int?
    /// How long after the first attempt another may begin: 60 s.
    public var budget: Duration?
    /// The longest wait before the second attempt (0.5 s), and before any (8 s).
    public var backoff: ClosedRange<Duration>?
    /// Whether to sign again with the server's time where this machine's clock is wrong.
    public var correctsClock = false

    /// The defaults.
    public init() {}
  }

  /// Whether to take from the environment what is not set: credentials, URL, domain and proxy.
  public var usesEnvironment = true
  /// The APPID of the console, for WebSocket. In the environment: `IFLYTEK_SPARK_APP_ID`.
  public var appID: String?
  /// The APIKey of the console. In the environment: `IFLYTEK_SPARK_API_KEY`.
  public var apiKey: String?
  /// The APISecret of the console. In the environment: `IFLYTEK_SPARK_API_SECRET`.
  public var apiSecret: String?
  /// The APIPassword of the console, for HTTP; each model has its own. In the environment: `IFLYTEK_SPARK_API_PASSWORD`.
  public var apiPassword: String?
  /// A name of the service's table of models, such as "4.0Ultra", "max" or "x1": it gives URL and domain.
  public var model: String?
  /// For models that are served in both ways; nil takes HTTP where an API password is set.
  public var transport: Transport?
  /// Where to ask, if not where the model is: wss:// or https://. In the environment: `IFLYTEK_SPARK_API_URL`.
  public var url: String?
  /// The service's own word for the model, such as "generalv3.5". In the environment: `IFLYTEK_SPARK_LLM_DOMAIN`.
  public var domain: String?
  /// Where to ask for the vectors of texts, if not at the service's own address: https://.
  public var embeddingURL: String?
  /// Whom the questions come from: 1 to 32 characters.
  public var userID: String?
  /// Names a fine-tuned model.
  public var patchID: String?
  /// Certificates to trust instead of the system's: the path of a PEM file.
  public var caFile: String?
  /// The same in a directory, as `openssl rehash` prepares it; several are separated by ":".
  public var caDirectory: String?
  /// A certificate to show to the server.
  public var clientCertificate: ClientCertificate?
  /// What the server must have as well: "sha256//...".
  public var pinnedPublicKey: String?
  /// Which proxy to use.
  public var proxy = Proxy.environment
  /// The deadlines.
  public var timeouts = Timeouts()
  /// When to ask again.
  public var retry = Retry()
  /// Questions begun in a second; others wait in line. nil is no limit.
  public var maxRate: Double?
  /// Questions under way at once; others wait in line. nil is no limit.
  public var maxConcurrency: Int?
  /// Who else decides when a question may be asked.
  public var limiter: (any SparkLimiter)?
  /// How many connections over HTTP are kept for the next questions: 8.
  public var maxIdleConnections: Int?
  /// How long nothing is said before the peer is probed: 60 s; zero never probes.
  public var keepalive: Duration?
  /// The largest message accepted, in bytes: 4 MiB.
  public var maxMessageSize: Int?
  /// The largest answer kept, in bytes: 64 MiB.
  public var maxAnswerSize: Int?
  /// Whether to keep the service's messages as they came, for `SparkResponse.raw`.
  public var keepsRaw = false
  /// Where the log goes; nil: nowhere.
  public var log: SparkLog?

  /// The defaults, with what the environment has.
  public init() {}
}

extension SparkConfiguration: CustomStringConvertible, CustomReflectable {
  /// Where and what is asked, without credentials.
  public var description: String {
    "SparkConfiguration(model: \(model ?? "-"), url: \(url ?? "-"), domain: \(domain ?? "-"))"
  }

  /// Nothing: a dump would show the credentials.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
