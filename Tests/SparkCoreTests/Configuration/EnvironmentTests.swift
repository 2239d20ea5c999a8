import Glibc
import SparkCore
import SparkWire
import Synchronization
import Testing

private let langChain = [
  "IFLYTEK_SPARK_APP_ID", "IFLYTEK_SPARK_API_KEY", "IFLYTEK_SPARK_API_SECRET",
  "IFLYTEK_SPARK_API_URL", "IFLYTEK_SPARK_LLM_DOMAIN",
]
private let official = [
  "SPARKAI_APP_ID", "SPARKAI_API_KEY", "SPARKAI_API_SECRET", "SPARKAI_URL", "SPARKAI_DOMAIN",
]
private let others = ["IFLYTEK_SPARK_EMBEDDING_URL", "SPARKCHAT_TEST_SERVICE"]
private let ultra = "wss://spark-api.xf-yun.com/v4.0/chat"
private let lite = "wss://spark-api.xf-yun.com/v1.1/chat"

/// Keeps the log entries.
private final class Entries: LogSink {
  private let kept = Mutex<[String]>([])

  var texts: [String] { kept.withLock(\.self) }

  func write(_ level: LogLevel, _ message: StaticString, fields: String) {
    kept.withLock { $0.append("\(message) \(fields)") }
  }
}

/// Serialized, because the environment belongs to the whole process.
@Suite(.serialized)
struct EnvironmentTests {
  private func with(_ variables: [String: String], _ body: () throws -> Void) rethrows {
    for name in langChain + official + others { unsetenv(name) }
    for (name, value) in variables { setenv(name, value, 1) }
    defer { for name in langChain + official + others { unsetenv(name) } }
    try body()
  }

  /// Returns a configuration with its own certificates, because another suite changes the variables that
  /// replace the system's at the same time.
  private func trusting() throws -> Configuration {
    var configuration = Configuration()
    try configuration.setCAFile(Emulator.running().ready.caFile)
    return configuration
  }

  private func set(_ names: [String], _ values: String...) -> [String: String] {
    Dictionary(uniqueKeysWithValues: zip(names, values))
  }

  @Test(arguments: [langChain, official])
  func `takes all five from the environment`(names: [String]) throws {
    try with(set(names, "app", "key", "secret", ultra, "4.0Ultra")) {
      var configuration = try trusting()
      try configuration.loadEnvironment()
      #expect(configuration.appID == "app")
      #expect(configuration.apiKey.map(text) == "key")
      #expect(configuration.apiSecret.map(text) == "secret")
      let endpoint = try Client(configuration).endpoint
      #expect(endpoint.url.description == ultra)
      #expect(endpoint.domain == "4.0Ultra")
    }
  }

  @Test func `the address for embeddings is of no model`() throws {
    try with(["IFLYTEK_SPARK_EMBEDDING_URL": "https://localhost"]) {
      var configuration = Configuration()
      try configuration.setModel("lite")
      try configuration.loadEnvironment()
      #expect(configuration.embeddingURL == "https://localhost/")
      var other = Configuration()
      try other.setEmbeddingURL("http://127.0.0.1:1/a")
      try other.loadEnvironment()
      #expect(other.embeddingURL == "http://127.0.0.1:1/a")
    }
    with(["IFLYTEK_SPARK_EMBEDDING_URL": "wss://localhost"]) {
      var configuration = Configuration()
      let error = failure { () throws(SparkError) in try configuration.loadEnvironment() }
      #expect(error?.message.contains("IFLYTEK_SPARK_EMBEDDING_URL") == true)
      #expect(error?.status == .invalidArgument)
    }
  }

  @Test func `LangChain's names come first, one by one`() throws {
    var variables = set(official, "app", "key", "secret", ultra, "4.0Ultra")
    variables["IFLYTEK_SPARK_APP_ID"] = "other"
    variables["IFLYTEK_SPARK_API_KEY"] = ""
    try with(variables) {
      var configuration = Configuration()
      try configuration.loadEnvironment()
      #expect(configuration.appID == "other")
      #expect(configuration.apiKey.map(text) == "key")
    }
  }

  @Test func `what was set badly is not replaced by the environment`() throws {
    try with(set(langChain, "app", "key", "secret", ultra, "4.0Ultra")) {
      var configuration = Configuration()
      try? configuration.setURL("ftp://localhost/v3.5/chat")
      try? configuration.setAppID("a b")
      try configuration.loadEnvironment()
      #expect(configuration.url == nil)
      #expect(configuration.domain == nil)
      #expect(configuration.appID == nil)
      #expect(rejection(configuration) != nil)
    }
  }

  @Test func `where the caller asks replaces where the environment says, in any order`() throws {
    try with(set(langChain, "app", "key", "secret", ultra, "4.0Ultra")) {
      var configuration = try trusting()
      try configuration.loadEnvironment()
      try configuration.setModel("lite")
      #expect(try Client(configuration).endpoint.url.description == lite)
      try configuration.setModel("max")
      try configuration.setURL("wss://spark-api.xf-yun.com/v3.5/chat")
      try configuration.loadEnvironment()
      #expect(try Client(configuration).endpoint.domain == "generalv3.5")
    }
  }

  @Test func `what is set stays`() throws {
    try with(set(langChain, "app", "key", "secret", ultra, "4.0Ultra")) {
      var configuration = Configuration()
      try configuration.setAppID("mine")
      try configuration.setAPIKey("my-key")
      try configuration.loadEnvironment()
      #expect(configuration.appID == "mine")
      #expect(configuration.apiKey.map(text) == "my-key")
      #expect(configuration.apiSecret.map(text) == "secret")
    }
  }

  @Test(arguments: [
    Setting("model") { try $0.setModel("lite") }, Setting("URL") { try $0.setURL(lite) },
    Setting("domain") { try $0.setDomain("lite") },
  ])
  func `what is set comes before the environment`(setting: Setting) throws {
    try with(set(langChain, "app", "key", "secret", ultra, "4.0Ultra")) {
      var configuration = try trusting()
      try setting.apply(to: &configuration)
      try configuration.loadEnvironment()
      let client = try Client(configuration)
      #expect(client.endpoint.url.description == lite)
      #expect(client.endpoint.domain == "lite")
    }
  }

  @Test(arguments: [true, false])
  func `a gateway of the environment stays, whether the model is set before or afterwards`(
    isBefore: Bool
  ) throws {
    try with(set(langChain, "app", "key", "secret", "ws://gateway:81/v3.5/chat", "generalv3.5")) {
      var configuration = try trusting()
      if isBefore { try configuration.setModel("x1") }
      try configuration.loadEnvironment()
      if !isBefore { try configuration.setModel("x1") }
      let sink = Entries()
      try configuration.setLog(Logger(level: .info, sink: sink))
      let endpoint = try Client(configuration).endpoint
      #expect(endpoint.url.description == "ws://gateway:81/v1/x1")
      #expect(endpoint.domain == "x1")
      let entry = try #require(sink.texts.first)
      #expect(
        entry.contains("ws://gateway:81/v3.5/chat") && entry.contains("using another URL"))
    }
  }

  @Test func `a test service takes the place of the service's hosts, also of those that are set`()
    throws
  {
    var variables = set(langChain, "app", "key", "secret", ultra, "4.0Ultra")
    variables["SPARKCHAT_TEST_SERVICE"] = "ws://127.0.0.1:81"
    try with(variables) {
      let cases: [(Setting, String)] = [
        (Setting("nothing") { _ in }, "ws://127.0.0.1:81/v4.0/chat"),
        (
          Setting("model") { try $0.setModel("x2-flash") },
          "http://127.0.0.1:81/agent/v1/chat/completions"
        ),
        (Setting("URL") { try $0.setURL(lite + "?a=b") }, "ws://127.0.0.1:81/v1.1/chat?a=b"),
        (
          Setting("another") { try $0.setURL("wss://gateway.example/v4.0/chat") },
          "wss://gateway.example/v4.0/chat"
        ),
      ]
      for (setting, url) in cases {
        var configuration = try trusting()
        try setting.apply(to: &configuration)
        try configuration.loadEnvironment()
        #expect(try Client(configuration).endpoint.url.description == url)
      }
    }
  }

  @Test func `a gateway of the environment is named only where its URL does not fit`() throws {
    let cases: [(String, Transport?, String)] = [
      ("ws://gateway/v3.5/chat", .webSocket, "leave the transport unset, or use HTTP"),
      (
        "ws://gateway/own", nil,
        "the URL comes from IFLYTEK_SPARK_API_URL; set a url to override it"
      ),
    ]
    for (url, transport, end) in cases {
      try with(set(langChain, "app", "key", "secret", url)) {
        var configuration = try trusting()
        try configuration.setModel("x2-flash")
        configuration.setTransport(transport)
        try configuration.loadEnvironment()
        let hint = try #require(rejection(configuration)).hint
        #expect(hint.hasSuffix(end), "\(hint)")
      }
    }
  }

  @Test func `the environment's domain is not looked at where something else is asked`() throws {
    let long = String(repeating: "x", count: 200)
    try with(set(langChain, "app", "key", "secret", ultra, long)) {
      var configuration = try trusting()
      try configuration.setModel("lite")
      try configuration.loadEnvironment()
      #expect(try Client(configuration).endpoint.domain == "lite")
    }
  }

  @Test func `takes nothing where there is nothing`() throws {
    try with([:]) {
      var configuration = Configuration()
      try configuration.loadEnvironment()
      #expect(configuration.appID == nil && configuration.url == nil)
      #expect(rejection(configuration)?.status == .config)
    }
  }

  @Test(arguments: [
    ("IFLYTEK_SPARK_APP_ID", "a b"), ("IFLYTEK_SPARK_API_KEY", "HIDDEN\n"),
    ("SPARKAI_API_SECRET", "\"HIDDEN\""), ("IFLYTEK_SPARK_API_URL", "ftp://example.com"),
    ("SPARKAI_URL", "wss://user:HIDDEN@example.com"),
    ("IFLYTEK_SPARK_LLM_DOMAIN", String(repeating: "x", count: 200)),
  ])
  func `names the variable with a bad value, and remembers it`(name: String, value: String) throws {
    try with([name: value]) {
      var configuration = Configuration()
      let error = try #require(
        failure { () throws(SparkError) in try configuration.loadEnvironment() })
      #expect(error.status == .invalidArgument)
      #expect(error.message.hasPrefix("environment variable \(name): "), "\(error.message)")
      #expect(!"\(error)".contains("HIDDEN"))
      #expect(rejection(configuration) == error)
    }
  }

  @Test func `says which variable a value that does not fit is from`() throws {
    try with(["IFLYTEK_SPARK_API_URL": "wss://spark-api.xf-yun.com/v3.5/chat"]) {
      var configuration = try Configuration.complete()
      try configuration.loadEnvironment()
      configuration.setTransport(.http)
      let error = try #require(rejection(configuration))
      #expect(error.hint.contains("the URL comes from IFLYTEK_SPARK_API_URL"), "\(error.hint)")
      // A URL that the caller sets does not come from the environment.
      try configuration.setURL("wss://spark-api.xf-yun.com/v3.5/chat")
      #expect(rejection(configuration)?.hint.contains("IFLYTEK") == false)
    }
    try with(["SPARKAI_DOMAIN": "nonsense"]) {
      var configuration = try Configuration.complete()
      try configuration.loadEnvironment()
      #expect(rejection(configuration)?.hint.contains("SPARKAI_DOMAIN") == true)
    }
    try with(["IFLYTEK_SPARK_API_PASSWORD": "password"]) {
      var configuration = Configuration()
      try configuration.loadEnvironment()
      try configuration.setURL("wss://spark-api.xf-yun.com/v3.5/chat")
      let error = try #require(rejection(configuration))
      #expect(error.hint.contains("the API password comes from IFLYTEK_SPARK_API_PASSWORD"))
      #expect(error.hint.contains("in the environment, they are IFLYTEK_SPARK_APP_ID"))
    }
  }

  /// Returns the hint of the error of a request with the environment's settings.
  private func hint(_ configure: Configure = { _ in }) throws -> String {
    var configuration = try trusting()
    try configuration.loadEnvironment()
    try configuration.setMaxAttempts(1)
    try configure(&configuration)
    return try #require(finish(Client(configuration).open(.asking())).error).hint
  }

  @Test func `a URL that leads nowhere says which variable it is from`() throws {
    let closed = try ClosedPort()
    let url = "ws://127.0.0.1:\(closed.port)/v3.5/chat"
    let found = "the URL comes from IFLYTEK_SPARK_API_URL"
    try with(set(langChain, "app", "key", "secret", url)) {
      let (taken, set) = try (hint(), hint { try $0.setURL(url) })
      #expect(taken.hasSuffix("; \(found)"), "\(taken)")
      #expect(!set.contains("comes from"), "\(set)")
    }
    var variables = set(langChain, "app", "key", "secret", ultra)
    variables["SPARKCHAT_TEST_SERVICE"] = "ws://127.0.0.1:\(closed.port)"
    let testService = "the test service comes from SPARKCHAT_TEST_SERVICE"
    try with(variables) {
      let (taken, ofModel) = try (hint(), hint { try $0.setModel("lite") })
      #expect(taken.hasSuffix("; \(found) and \(testService)"), "\(taken)")
      #expect(ofModel.hasSuffix("; \(testService)") && !ofModel.contains(found), "\(ofModel)")
      let set = try hint { try $0.setURL(url) }
      #expect(!set.contains("comes from"), "\(set)")
    }
    withExtendedLifetime(closed) {}
  }

  @Test func `a refused key says which variables it is from, a wrong clock does not`() throws {
    let server = try LocalServer { peer in
      let isLate = peer.receive().contains("/v4.0/chat")
      let date = isLate ? "Date: Mon, 06 Jan 2025 12:00:00 GMT\r\n" : ""
      peer.send("HTTP/1.1 401 Unauthorized\r\n\(date)Content-Length: 0\r\n\r\n")
    }
    let url = "ws://127.0.0.1:\(server.port)/v3.5/chat"
    try with(set(langChain, "app", "key", "secret", url, "generalv3.5")) {
      let (taken, mixed) = try (hint(), hint { try $0.setAPIKey("key") })
      #expect(taken.hasSuffix("and the API secret comes from IFLYTEK_SPARK_API_SECRET"))
      #expect(!mixed.contains("API key comes") && mixed.contains("the app id comes"), "\(mixed)")
      let late = try hint { try $0.setURL("ws://127.0.0.1:\(server.port)/v4.0/chat") }
      #expect(late.contains("clock") && !late.contains("comes from"), "\(late)")
    }
    withExtendedLifetime(server) {}
  }

  @Test func `a model that is refused says which variable it is from`() throws {
    let body = #"{"code":11221,"message":"model unauthorized"}"#
    let server = try LocalServer { peer in
      _ = peer.receive()
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }
    let url = "http://127.0.0.1:\(server.port)/v1"
    try with(set(langChain, "app", "key", "secret", url, "generalv3.5")) {
      let (taken, set) = try (hint(), hint { try $0.setDomain("lite") })
      #expect(taken.hasSuffix("the domain comes from IFLYTEK_SPARK_LLM_DOMAIN"), "\(taken)")
      #expect(set.hasSuffix("the domain is \"lite\""), "\(set)")
    }
    withExtendedLifetime(server) {}
  }

  @Test func `a value that is not UTF-8 is refused`() throws {
    with([:]) {
      setenv("IFLYTEK_SPARK_APP_ID", [CChar](arrayLiteral: 0x61, -1, 0), 1)
      var configuration = Configuration()
      let error = failure { () throws(SparkError) in try configuration.loadEnvironment() }
      #expect(error?.message.contains("IFLYTEK_SPARK_APP_ID") == true)
    }
  }

  @Test func `a bad variable does no harm once its option is set`() throws {
    try with(["IFLYTEK_SPARK_APP_ID": "a b"]) {
      var configuration = Configuration()
      try configuration.setAPIKey("key")
      try configuration.setAPISecret("secret")
      #expect(throws: SparkError.self) { try configuration.loadEnvironment() }
      try configuration.setAppID("good")
      #expect(rejection(configuration) == nil)
    }
  }

  @Test func `dates are UTC, whatever the time zone`() {
    setenv("TZ", "America/New_York", 1)
    tzset()
    defer {
      unsetenv("TZ")
      tzset()
    }
    // In the hour that occurs twice in New York.
    #expect(HTTPDate.string(unixSeconds: 1_793_514_600) == "Sun, 01 Nov 2026 06:30:00 GMT")
  }

  private func text(_ secret: Secret) -> String {
    secret.withBytes { String(decoding: $0, as: UTF8.self) }
  }
}
