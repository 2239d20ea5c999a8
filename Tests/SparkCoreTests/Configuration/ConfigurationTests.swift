import SparkCore
import SparkWire
import Testing

private let longest = String(repeating: "x", count: 128)

struct ConfigurationTests {
  @Test(arguments: [
    Setting("key") { try $0.setAPIKey("!#~" + String(repeating: "a", count: 253)) },
    Setting("secret") { try $0.setAPISecret("TestOnly+/=") },
    Setting("model") { try $0.setModel("Ultra") },
    Setting("URL") { try $0.setURL("ws://localhost:1/v3.5/chat?tag=x") },
    Setting("domain") { try $0.setDomain("generalv3") },
    Setting("user id of 32 characters") { try $0.setUserID(String(repeating: "你", count: 32)) },
    Setting("patch id") { try $0.setPatchID("0") },
    Setting("backoff") { try $0.setRetryBackoff(base: 0, max: 0) },
  ])
  func `takes`(setting: Setting) throws {
    var configuration = try Configuration.complete()
    try setting.apply(to: &configuration)
    #expect(rejection(configuration) == nil)
  }

  @Test(arguments: [
    (Setting("app id space") { try $0.setAppID("a b") }, "the app id has a space", "console"),
    (Setting("app id line end") { try $0.setAppID("a1b2c3d4\n") }, "the app id", "line ends"),
    (Setting("app id é") { try $0.setAppID("é") }, "the app id", "console"),
    (Setting("key quoted") { try $0.setAPIKey("\"SECRET\"") }, "quotation mark", "console"),
    (Setting("key line end") { try $0.setAPIKey("SECRET\r\n") }, "the API key", "line ends"),
    (Setting("app id quoted") { try $0.setAppID("'a'") }, "a quotation mark", ".env"),
    (Setting("app id CR") { try $0.setAppID("a\r") }, "a carriage return", "Windows"),
    (Setting("URL quoted") { try $0.setURL("\"wss://a.com/\"") }, "a quotation mark", ".env"),
    (Setting("URL CR") { try $0.setURL("wss://a.com/v1\r") }, "a carriage return", "Windows"),
    (
      Setting("URL space") { try $0.setURL(" wss://a.com/v1") }, "a space at its beginning",
      "console"
    ),
    (Setting("domain quoted") { try $0.setDomain("“lite”") }, "a quotation mark", ".env"),
    (Setting("domain CR") { try $0.setDomain("lite\r") }, "a carriage return", "Windows"),
    (Setting("domain tab") { try $0.setDomain("lite\t") }, "a space at its beginning or end", ""),
    (Setting("domain BOM") { try $0.setDomain("\u{FEFF}lite") }, "a space at its beginning", ""),
    (Setting("model comment") { try $0.setModel("lite # the small one") }, "a space", "comment"),
    (Setting("secret NUL") { try $0.setAPISecret("SECRET\u{0}") }, "the API secret", "console"),
    (Setting("secret é") { try $0.setAPISecret("SECRÉT") }, "the API secret", "console"),
    (Setting("model empty") { try $0.setModel("") }, "the model has 0", "1 to 128"),
    (Setting("model long") { try $0.setModel(longest + "x") }, "the model has 129", "1 to 128"),
    (Setting("CA file") { try $0.setCAFile("") }, "the CA file's path has 0", "4096"),
    (
      Setting("CA directory") { try $0.setCADirectory("") }, "the CA directory's path has 0", "4096"
    ),
    (
      Setting("FTP URL") { try $0.setURL("ftp://spark-api-open.xf-yun.com/v1") },
      "'ftp'", "wss:// or https://"
    ),
    (Setting("no URL") { try $0.setURL("") }, "empty", "wss://"),
    (
      Setting("URL with a password") { try $0.setURL("wss://user:SECRET@example.com/") },
      "user information", "credentials are set separately"
    ),
    (Setting("backoff") { try $0.setRetryBackoff(base: 5, max: 4) }, "5 to 4 ms", "not shorter"),
    (Setting("pin") { try $0.setPinnedPublicKey("x") }, "pin \"x\" is malformed", "sha256//"),
  ])
  func `refuses a bad value, and remembers it until a client is made`(
    setting: Setting, message: String, hint: String
  ) throws {
    var configuration = try Configuration.complete()
    let error = try #require(
      failure { () throws(SparkError) in try setting.apply(to: &configuration) })
    #expect(error.status == .invalidArgument)
    #expect(error.message.contains(message), "\(error.message)")
    #expect(error.hint.contains(hint), "\(error.hint)")
    #expect(!"\(error)".contains("SECR"))
    #expect(rejection(configuration) == error)
  }

  @Test func `a failure is forgotten when the option is set well`() throws {
    var configuration = try Configuration.complete()
    #expect(throws: SparkError.self) { try configuration.setModel("") }
    #expect(throws: SparkError.self) { try configuration.setUserID("") }
    try configuration.setModel("lite")
    #expect(rejection(configuration)?.message.contains("user id") == true)
    try configuration.setUserID("me")
    #expect(rejection(configuration) == nil)
    // The refused value has changed nothing.
    try configuration.setDomain("general")
    #expect(throws: SparkError.self) { try configuration.setDomain("") }
    #expect(configuration.domain == "general")
  }

  @Test func `says all that is missing at once`() throws {
    var configuration = Configuration()
    for (names, settings, variables) in [
      (
        "app id, API key and API secret are", "app_id, api_key and api_secret",
        ["APP_ID", "API_KEY", "API_SECRET"]
      ),
      ("API key and API secret are", "api_key and api_secret", ["API_KEY", "API_SECRET"]),
      ("the API secret is", "api_secret", ["API_SECRET"]),
    ] {
      let error = try #require(rejection(configuration))
      #expect(error.status == .config)
      #expect(error.message == "\(names) not set")
      #expect(error.hint.hasPrefix("set \(settings); the environment ("))
      for variable in variables { #expect(error.hint.contains("IFLYTEK_SPARK_\(variable)")) }
      if configuration.appID == nil {
        try configuration.setAppID("a")
      } else if configuration.apiKey == nil {
        try configuration.setAPIKey("b")
      } else {
        try configuration.setAPISecret("c")
      }
    }
    #expect(rejection(configuration) == nil)
  }

  @Test func `over HTTP, says what else there is`() throws {
    var configuration = Configuration()
    configuration.setTransport(.http)
    let error = try #require(rejection(configuration))
    #expect(
      error.message == "the API password is not set, and neither are API key and API secret")
    #expect(error.hint.contains("api_password") && error.hint.contains("_API_PASSWORD"))
    try configuration.setAPIKey("b")
    #expect(rejection(configuration)?.message.hasSuffix("and neither is the API secret") == true)
    try configuration.setAPISecret("c")
    #expect(rejection(configuration) == nil)
  }

  @Test func `has the defaults of the service`() throws {
    let client = try Client(.complete())
    #expect(client.endpoint.url.description == "wss://spark-api.xf-yun.com/v3.5/chat")
    #expect(client.endpoint.domain == "generalv3.5")
  }

  @Test(arguments: [
    Setting("model and domain") {
      try $0.setModel("max"); try $0.setDomain("lite")
    },
    Setting("URL and domain") {
      try $0.setURL("wss://spark-api.xf-yun.com/v1.1/chat")
      try $0.setDomain("generalv3.5")
    },
    Setting("URL alone") { try $0.setURL("wss://gateway.example/chat") },
    Setting("model") { try $0.setModel("gpt") },
  ])
  func `what does not fit together is refused before any network`(setting: Setting) throws {
    var configuration = try Configuration.complete()
    try setting.apply(to: &configuration)
    let error = try #require(rejection(configuration))
    #expect(error.status == .config)
    #expect(!error.hint.isEmpty)
  }

  @Test func `trusted certificates are read when a client is made`() throws {
    var configuration = try Configuration.complete()
    try configuration.setCAFile("/nowhere/ca.pem")
    #expect(rejection(configuration)?.status == .tls)
    // Without encryption, no certificate is needed.
    try configuration.setURL("ws://localhost:1/v3.5/chat")
    #expect(rejection(configuration) == nil)
  }

  @Test func `a client is a copy of its configuration`() throws {
    var configuration = try Configuration.complete()
    let client = try Client(configuration)
    try configuration.setModel("lite")
    #expect(client.endpoint.domain == "generalv3.5")
    #expect(try Client(configuration).endpoint.domain == "lite")
  }

  @Test func `shows no secret`() throws {
    var configuration = try Configuration.complete()
    try configuration.setAPIKey("KEY-NOT-TO-BE-SEEN")
    try configuration.setAPISecret("SECRET-NOT-TO-BE-SEEN")
    var text = "\(configuration) \(String(reflecting: configuration))"
    dump(configuration, to: &text)
    dump(try Client(configuration), to: &text)
    #expect(!text.contains("NOT-TO-BE-SEEN"))
  }

  @Test(
    arguments: [
      ("x1", 300_000), ("x2", 300_000), ("max", 120_000), ("lite", 120_000),
    ] as [(String, Int32)])
  func `reasoning models have more time for the first token`(
    model: String, milliseconds: Int32
  ) throws {
    let model = try #require(Model.named(model))
    #expect(Timeouts().milliseconds(.firstToken, model: model) == milliseconds)
    var timeouts = Timeouts()
    timeouts.firstToken = 5
    #expect(timeouts.milliseconds(.firstToken, model: model) == 5)
  }
}
