/// The plan for hosted models that a URL belongs to, according to its host. Each plan has its own
/// keys (protocol 10.1).
package enum HostedPlan: Sendable, CaseIterable {
  /// Services published from 2026-01-10.
  case maas
  /// Services published before that, and all services over WebSocket.
  case olderMaaS
  case token, coding

  package init?(_ url: ServiceURL) {
    guard let plan = Self.allCases.first(where: { $0.host == url.host }) else { return nil }
    let isCurrent = url.path.split(separator: "/").first == plan.version.dropFirst()
    self = plan == .maas && !isCurrent ? .olderMaaS : plan
  }

  /// The name for messages.
  package var name: StaticString {
    switch self {
    case .maas: "MaaS"
    case .olderMaaS: "MaaS (older services)"
    case .token: "the Token Plan"
    case .coding: "the Coding Plan"
    }
  }

  package var host: String {
    switch self {
    case .maas, .olderMaaS: "maas-api.cn-huabei-1.xf-yun.com"
    case .token: "maas-token-api.cn-huabei-1.xf-yun.com"
    case .coding: "maas-coding-api.cn-huabei-1.xf-yun.com"
    }
  }

  /// The path of OpenAI's shape.
  package var version: String {
    self == .olderMaaS ? "/v1" : "/v2"
  }

  /// The URL to set.
  package var url: String { "https://\(host)\(version)" }

  /// Refuses a path that is known not to have OpenAI's shape.
  static func check(_ url: ServiceURL) throws(SparkError) {
    guard url.transport == .http, let plan = Self(url) else { return }
    let segments = url.path.split(separator: "/")
    let what: String
    if segments.contains("anthropic") {
      what = "the URL's path is for Anthropic's shape, but this library uses OpenAI's"
    } else if segments == ["chat", "completions"] {
      what = "the URL, at \(url.host), has no version in its path"
    } else if segments.first == "v1", plan != .olderMaaS {
      what = "the URL's path starts with /v1, which \(plan.name) does not have"
    } else {
      return
    }
    let current = plan == .olderMaaS ? HostedPlan.maas : plan
    throw SparkError(.config, what, hint: "set the URL to \(current.url)")
  }
}
