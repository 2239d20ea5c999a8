/// What one of the service's models is reached by and takes (protocol 1.1 to 1.3, 3.3).
package struct Model: Sendable {
  package struct Features: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let system = Features(rawValue: 1)
    package static let functions = Features(rawValue: 2)
    package static let webSearch = Features(rawValue: 4)
    /// Thinks before it answers, and takes `thinking`, `top_p` and the penalties.
    package static let reasoning = Features(rawValue: 8)
    /// Hosted by MaaS: other names for some options, and the connection stays open.
    package static let hosted = Features(rawValue: 16)
  }

  package let name: String
  package let aliases: [String]
  package let host: String
  package let path: String
  /// The first is the one to send; none: the caller must name it.
  package let domains: [String]
  package let maxTokens: Int
  package let maxTemperature: Double
  package let features: Features

  package var url: String { "wss://\(host)\(path)" }

  /// 0 is refused by the general models and taken by the others (protocol 3.3).
  package var allowsZeroTemperature: Bool {
    !features.isDisjoint(with: [.reasoning, .hosted])
  }

  func takes(domain: String) -> Bool {
    domains.isEmpty || domains.contains(domain)
  }
}

extension Model {
  static let serviceDomain = "xf-yun.com"
  private static let chatHost = "spark-api.xf-yun.com"

  /// Where sources disagree on what a model takes, the table allows it: the service then decides.
  package static let all: [Model] = [
    Model(
      name: "max", aliases: ["generalv3.5", "spark-max", "v3.5"], host: chatHost,
      path: "/v3.5/chat", domains: ["generalv3.5"], maxTokens: 8192, maxTemperature: 1,
      features: [.system, .functions, .webSearch]),
    Model(
      name: "lite", aliases: ["spark-lite", "v1.1", "v1.5"], host: chatHost,
      path: "/v1.1/chat", domains: ["lite", "general"], maxTokens: 4096, maxTemperature: 1,
      features: []),
    Model(
      name: "v2", aliases: ["generalv2", "spark-v2", "v2.0", "v2.1"], host: chatHost,
      path: "/v2.1/chat", domains: ["generalv2"], maxTokens: 8192, maxTemperature: 1,
      features: [.system]),
    Model(
      name: "pro", aliases: ["generalv3", "spark-pro", "v3.0", "v3.1"], host: chatHost,
      path: "/v3.1/chat", domains: ["generalv3"], maxTokens: 8192, maxTemperature: 1,
      features: [.system, .functions, .webSearch]),
    Model(
      name: "pro-128k", aliases: ["spark-pro-128k"], host: chatHost,
      path: "/chat/pro-128k", domains: ["pro-128k"], maxTokens: 4096, maxTemperature: 1,
      features: [.system, .functions, .webSearch]),
    Model(
      name: "max-32k", aliases: ["spark-max-32k"], host: chatHost,
      path: "/chat/max-32k", domains: ["max-32k"], maxTokens: 8192, maxTemperature: 1,
      features: [.system, .functions, .webSearch]),
    Model(
      name: "4.0Ultra", aliases: ["ultra", "spark-ultra", "spark-4.0-ultra", "v4.0"],
      host: chatHost, path: "/v4.0/chat", domains: ["4.0Ultra"], maxTokens: 32768,
      maxTemperature: 1, features: [.system, .functions, .webSearch]),
    Model(
      name: "x1", aliases: ["spark-x1"], host: chatHost, path: "/v1/x1", domains: ["x1"],
      maxTokens: 32768, maxTemperature: 2, features: [.system, .webSearch, .reasoning]),
    Model(
      name: "x1.5", aliases: ["spark-x1.5", "spark-x"], host: chatHost, path: "/v1/x1",
      domains: ["spark-x", "x1"], maxTokens: 65535, maxTemperature: 2,
      features: [.system, .functions, .webSearch, .reasoning]),
    Model(
      name: "x2", aliases: ["spark-x2"], host: chatHost, path: "/x2", domains: ["spark-x"],
      maxTokens: 131_072, maxTemperature: 2,
      features: [.system, .functions, .webSearch, .reasoning]),
    Model(
      name: "x1-preview", aliases: ["spark-x1-preview"], host: chatHost,
      path: "/v1/reasoner-x1-preview", domains: ["x1"], maxTokens: 65535, maxTemperature: 2,
      features: [.system, .functions, .webSearch, .reasoning]),
    Model(
      name: "kjwx", aliases: [], host: "spark-openapi-n.cn-huabei-1.xf-yun.com",
      path: "/v1.1/chat_kjwx", domains: ["kjwx"], maxTokens: 4096, maxTemperature: 1,
      features: []),
    Model(
      name: "multilang", aliases: [], host: "spark-api-n.xf-yun.com",
      path: "/v1.1/chat_multilang", domains: ["multilang"], maxTokens: 8192, maxTemperature: 1,
      features: []),
    Model(
      name: "image", aliases: ["imagev3"], host: "spark-api.cn-huabei-1.xf-yun.com",
      path: "/v2.1/image", domains: ["imagev3", "general", "image"], maxTokens: 8192,
      maxTemperature: 1, features: []),
    Model(
      name: "maas", aliases: [], host: "maas-api.cn-huabei-1.xf-yun.com", path: "/v1.1/chat",
      domains: [], maxTokens: 32768, maxTemperature: 1,
      features: [.system, .functions, .webSearch, .reasoning, .hosted]),
  ]

  static func named(_ name: String) -> Model? {
    let name = name.lowercased()
    return all.first { model in
      model.name.lowercased() == name || model.aliases.contains(name)
    }
  }
}
