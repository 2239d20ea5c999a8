/// Which of the plans for hosted models a URL belongs to: the host says it. Each plan has keys of its
/// own (protocol 10.1).
package enum HostedPlan: Sendable, CaseIterable {
  /// Services published from 2026-01-10.
  case maas
  /// Services published before, and all of them over WebSocket.
  case olderMaaS
  case token, coding

  package init?(_ url: ServiceURL) {
    guard let plan = Self.allCases.first(where: { $0.host == url.host }) else { return nil }
    let isCurrent = url.path.split(separator: "/").first == plan.version.dropFirst()
    self = plan == .maas && !isCurrent ? .olderMaaS : plan
  }

  /// In words.
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

  /// The path that OpenAI's shape is under.
  package var version: String {
    self == .olderMaaS ? "/v1" : "/v2"
  }

  /// What to set as the URL.
  package var url: String { "https://\(host)\(version)" }

  /// Refuses a path where OpenAI's shape is known not to be.
  static func check(_ url: ServiceURL) throws(SparkError) {
    guard url.transport == .http, let plan = Self(url) else { return }
    let segments = url.path.split(separator: "/")
    let what: String
    if segments.contains("anthropic") {
      what = "the URL's path is for Anthropic's shape, and this library speaks OpenAI's"
    } else if segments == ["chat", "completions"] {
      what = "the URL, at \(url.host), has no version in its path"
    } else if segments.first == "v1", plan != .olderMaaS {
      what = "\(plan.name) has no /v1, which the URL has"
    } else {
      return
    }
    let current = plan == .olderMaaS ? HostedPlan.maas : plan
    throw SparkError(.config, what, hint: "set the URL to \(current.url)")
  }
}
