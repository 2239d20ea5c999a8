internal import Glibc
package import SparkWire

extension Configuration {
  /// For each option LangChain's variable first, then the official SDK's.
  private static let names: [(option: String, variables: [String])] = [
    ("app id", ["IFLYTEK_SPARK_APP_ID", "SPARKAI_APP_ID"]),
    ("API key", ["IFLYTEK_SPARK_API_KEY", "SPARKAI_API_KEY"]),
    ("API secret", ["IFLYTEK_SPARK_API_SECRET", "SPARKAI_API_SECRET"]),
    ("API password", ["IFLYTEK_SPARK_API_PASSWORD"]),
    ("URL", ["IFLYTEK_SPARK_API_URL", "SPARKAI_URL"]),
    ("domain", ["IFLYTEK_SPARK_LLM_DOMAIN", "SPARKAI_DOMAIN"]),
    ("test service", ["SPARKCHAT_TEST_SERVICE"]),
    ("embedding URL", ["IFLYTEK_SPARK_EMBEDDING_URL"]),
  ]

  /// Returns the first variable that is checked for an option.
  static func variable(for option: String) -> String? {
    names.first { $0.option == option }?.variables.first
  }

  /// Takes options from the environment, except those that are set already. The endpoint that its URL and domain lead to
  /// is decided when all options are set: see `Endpoint`.
  package mutating func loadEnvironment() throws(SparkError) {
    var taken = variables ?? [:]
    defer { variables = taken }
    for (option, variables) in Self.names {
      // An option that the caller has tried to set must not be silently replaced.
      guard !setterErrors.contains(option), let (variable, value) = Self.firstSet(variables) else {
        continue
      }
      let bytes = UnsafeRawBufferPointer(start: value, count: strlen(value))
      do throws(SparkError) {
        if try take(bytes, option) { taken[option] = variable }
      } catch {
        let named = SparkError(
          .invalidArgument, "environment variable \(variable): \(error.message)", hint: error.hint)
        throw reject(option, named)
      }
    }
  }

  /// Sets an option that is not set yet. Returns false if it was already set.
  private mutating func take(
    _ value: UnsafeRawBufferPointer, _ option: String
  ) throws(SparkError) -> Bool {
    switch option {
    case "app id" where appID == nil: try setAppID(Self.text(value, option))
    case "API key" where apiKey == nil: try setAPIKey(value)
    case "API secret" where apiSecret == nil: try setAPISecret(value)
    case "API password" where apiPassword == nil: try setAPIPassword(value)
    case "URL" where url == nil: environmentURL = try Self.url(Self.text(value, option))
    case "test service": testService = try Self.url(Self.text(value, option))
    case "embedding URL" where embeddingURL == nil: try setEmbeddingURL(Self.text(value, option))
    case "domain" where model == nil && url == nil && domain == nil:
      environmentDomain = try Self.domain(Self.text(value, option))
    default: return false
    }
    return true
  }

  /// Takes the proxy from the environment if it is not set yet. An invalid value is reported only if the
  /// proxy would be used.
  package mutating func loadProxyEnvironment() {
    guard proxySetting == nil, !setterErrors.contains("proxy") else { return }
    let variables = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
    guard let (variable, value) = Self.firstSet(variables) else { return }
    var setting = ProxySetting()
    setting.exceptions =
      Self.firstSet(["no_proxy", "NO_PROXY"]).map { String(cString: $0.value) } ?? ""
    do throws(SparkError) {
      var proxy = try Proxy(UnsafeRawBufferPointer(start: value, count: strlen(value)))
      proxy.variable = variable
      setting.proxy = proxy
    } catch {
      setting.failure = SparkError(
        .invalidArgument, "environment variable \(variable): \(error.message)", hint: error.hint)
    }
    proxySetting = setting
  }

  private static func firstSet(
    _ variables: [String]
  ) -> (name: String, value: UnsafePointer<CChar>)? {
    for name in variables {
      if let value = getenv(name), value.pointee != 0 { return (name, UnsafePointer(value)) }
    }
    return nil
  }

  private static func text(
    _ bytes: UnsafeRawBufferPointer, _ what: String
  ) throws(SparkError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw SparkError(.invalidArgument, "the \(what) is not valid UTF-8")
    }
    return text
  }
}
