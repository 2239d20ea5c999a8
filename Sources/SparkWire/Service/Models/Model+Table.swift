/// The table of the service's models. Features on which sources disagree are `disputed`. If they
/// disagree on the context (X2: 64K or 192K), the table has the smaller one, which is always safe.
extension Model {
  /// The first is the default.
  package static let all: [Model] = [
    Model(
      "max", aliases: ["generalv3.5", "spark-max", "v3.5"],
      webSocket: .chat("/v3.5/chat", "generalv3.5"), http: .open("/v1", "generalv3.5"),
      context: 8192, maxTokens: 8192, takes: [.system, .tools, .webSearch, .citations]),
    Model(
      "lite", aliases: ["spark-lite", "v1.1", "v1.5"],
      webSocket: .chat("/v1.1/chat", "lite", "general"), http: .open("/v1", "lite", "general"),
      context: 8192, maxTokens: 4096),
    Model(
      "v2", aliases: ["generalv2", "spark-v2", "v2.0", "v2.1"],
      webSocket: .chat("/v2.1/chat", "generalv2"), context: 8192, maxTokens: 8192,
      disputed: [.system]),
    Model(
      "pro", aliases: ["generalv3", "spark-pro", "v3.0", "v3.1"],
      webSocket: .chat("/v3.1/chat", "generalv3"), http: .open("/v1", "generalv3"),
      context: 8192, maxTokens: 8192, takes: [.webSearch],
      disputed: [.system, .tools, .citations]),
    Model(
      "pro-128k", aliases: ["spark-pro-128k"],
      webSocket: .chat("/chat/pro-128k", "pro-128k"), http: .open("/v1", "pro-128k"),
      context: 131_072, maxTokens: 4096,
      disputed: [.system, .tools, .webSearch, .citations]),
    Model(
      "max-32k", aliases: ["spark-max-32k"],
      webSocket: .chat("/chat/max-32k", "max-32k"), http: .open("/v1", "max-32k"),
      context: 32_768, maxTokens: 8192, takes: [.system],
      disputed: [.tools, .webSearch, .citations]),
    Model(
      "4.0Ultra", aliases: ["ultra", "spark-ultra", "spark-4.0-ultra", "v4.0"],
      webSocket: .chat("/v4.0/chat", "4.0Ultra"), http: .open("/v1", "4.0Ultra"),
      context: 32_768, maxTokens: 32_768, takes: [.system, .tools, .webSearch, .citations],
      disputedOverWebSocket: [.tools]),
    Model(
      "x1", aliases: ["spark-x1"], .reasoning,
      webSocket: .chat("/v1/x1", "x1"), http: .open("/v2", "x1"),
      context: 32_768, maxTokens: 32_768, takes: [.system, .reasoning, .webSearch, .citations],
      disputedOverWebSocket: [.citations]),
    Model(
      "x1.5", aliases: ["spark-x1.5", "spark-x"], .reasoning,
      webSocket: .chat("/v1/x1", "spark-x", "x1"), http: .open("/v2", "spark-x", "x1"),
      context: 65_536, maxTokens: 65_535,
      takes: [.system, .tools, .reasoning, .webSearch, .citations],
      disputedOverWebSocket: [.tools, .citations]),
    Model(
      "x2", aliases: ["spark-x2"], .reasoning,
      webSocket: .chat("/x2", "spark-x"), http: .open("/x2", "spark-x"),
      context: 65_536, maxTokens: 131_072,
      takes: [.system, .tools, .reasoning, .webSearch, .citations],
      disputedOverWebSocket: [.tools, .citations]),
    Model(
      "x2-flash", aliases: ["spark-x2-flash"], .reasoning, http: .open("/agent/v1", "spark-x"),
      context: 262_144, maxTokens: 131_072,
      takes: [.system, .tools, .reasoning, .webSearch, .citations],
      disputedOverWebSocket: [.tools, .citations]),
    Model(
      "x1-preview", aliases: ["spark-x1-preview"], .reasoning,
      webSocket: .chat("/v1/reasoner-x1-preview", "x1"),
      http: .completions("spark-api-open-preview.xf-yun.com", "/v2", "x1-preview"),
      context: 65_536, maxTokens: 65_535, takes: [.system, .reasoning, .webSearch, .citations],
      disputed: [.tools], disputedOverWebSocket: [.citations]),
    fixed("x2.5", .hosted(.maas, "spark-x2.5"), context: 262_144),
    // Our sources show these models, but not their addresses.
    fixed("x2.5-4b", .unknown("spark-x2.5-4b")),
    fixed("x2.5-1.7b", .unknown("spark-x2.5-1.7b")),
    Model(
      "kjwx",
      webSocket: .socket("spark-openapi-n.cn-huabei-1.xf-yun.com", "/v1.1/chat_kjwx", "kjwx"),
      context: 8192, maxTokens: 4096),
    Model(
      "multilang",
      webSocket: .socket("spark-api-n.xf-yun.com", "/v1.1/chat_multilang", "multilang"),
      context: 8192, maxTokens: 8192),
    Model(
      "image", aliases: ["imagev3"],
      webSocket: .socket(
        "spark-api.cn-huabei-1.xf-yun.com", "/v2.1/image", "imagev3", "general", "image"),
      context: 8192, maxTokens: 8192, takes: [.images]),
    Model(
      "maas", .hosted, webSocket: .socket(HostedPlan.maas.host, "/v1.1/chat"),
      http: .hosted(.maas), context: 32_768, maxTokens: 32_768, takes: [.system, .tools],
      disputed: [.webSearch, .citations, .reasoning, .images], disputedOverWebSocket: [.tools]),
    plan("token-plan", .token),
    plan("coding-plan", .coding),
  ]

  private static func fixed(_ name: String, _ http: Address, context: Int? = nil) -> Model {
    Model(
      name, aliases: http.names, .fixed, http: http, context: context, maxTokens: 262_143,
      takes: [.system, .tools, .reasoning, .webSearch, .citations])
  }

  /// The limits depend on the requested model.
  private static func plan(_ name: String, _ plan: HostedPlan) -> Model {
    Model(
      name, .hosted, http: .hosted(plan), context: nil, maxTokens: nil, takes: [.system, .tools],
      disputed: [.webSearch, .citations, .reasoning, .images])
  }
}

extension Model.Address {
  /// The path with which every HTTP address ends.
  static let completionsPath = "/chat/completions"

  static func chat(_ path: String, _ names: String...) -> Self {
    Self(transport: .webSocket, host: "spark-api.xf-yun.com", path: path, names: names)
  }

  static func socket(_ host: String, _ path: String, _ names: String...) -> Self {
    Self(transport: .webSocket, host: host, path: path, names: names)
  }

  static func open(_ base: String, _ names: String...) -> Self {
    Self(
      transport: .http, host: "spark-api-open.xf-yun.com", path: base + completionsPath,
      names: names)
  }

  static func completions(_ host: String, _ base: String, _ names: String...) -> Self {
    Self(transport: .http, host: host, path: base + completionsPath, names: names)
  }

  static func hosted(_ plan: HostedPlan, _ names: String...) -> Self {
    Self(transport: .http, host: plan.host, path: plan.version + completionsPath, names: names)
  }

  static func unknown(_ names: String...) -> Self {
    Self(transport: .http, host: nil, path: "", names: names)
  }
}
