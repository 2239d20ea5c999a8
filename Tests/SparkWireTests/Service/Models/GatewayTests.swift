import SparkWire
import Testing

private let service = "wss://spark-api.xf-yun.com"

/// The endpoint that results from a URL, set or in the environment, with a model, a domain or a
/// transport.
private struct Asked: CustomTestStringConvertible {
  var options = Endpoint.Options()

  init(
    _ model: String? = nil, domain: String? = nil, _ transport: Transport? = nil,
    environment: String? = nil, environmentDomain: String? = nil, url: String? = nil
  ) {
    (options.model, options.domain, options.transport) = (model, domain, transport)
    (options.environmentURL, options.environmentDomain) = (environment, environmentDomain)
    options.url = url
  }

  var testDescription: String {
    let said: [(String, String?)] = [
      ("model", options.model), ("domain", options.domain), ("URL", options.url),
      ("environment", options.environmentURL), ("its domain", options.environmentDomain),
      ("transport", options.transport.map { "\($0.name)" }),
    ]
    return said.compactMap { name, value in value.map { "\(name) \($0)" } }.joined(separator: ", ")
  }
}

struct GatewayTests {
  @Test(
    arguments: [
      // The same path if it is the model's.
      (Asked(environment: "ws://gw:81/v3.5/chat"), "ws://gw:81/v3.5/chat", "generalv3.5"),
      (Asked("max", environment: "ws://gw:81/v3.5/chat"), "ws://gw:81/v3.5/chat", "generalv3.5"),
      (Asked("x1.5", environment: "ws://gw/v1/x1"), "ws://gw/v1/x1", "spark-x"),
      (Asked(domain: "spark-x", environment: "ws://gw/x2"), "ws://gw/x2", "spark-x"),
      // Otherwise the model's path.
      (Asked("4.0Ultra", environment: "ws://gw:81/v3.5/chat"), "ws://gw:81/v4.0/chat", "4.0Ultra"),
      (
        Asked(domain: "generalv3", environment: "ws://gw:81/v3.5/chat"), "ws://gw:81/v3.1/chat",
        "generalv3"
      ),
      (
        Asked(domain: "generalv3", environment: "ws://gw/v1.1/chat"), "ws://gw/v3.1/chat",
        "generalv3"
      ),
      (
        Asked(environment: "ws://gw/v3.5/chat", environmentDomain: "4.0Ultra"), "ws://gw/v4.0/chat",
        "4.0Ultra"
      ),
      (Asked("image", environment: "ws://gw/v3.5/chat"), "ws://gw/v2.1/image", "imagev3"),
      (Asked("x1", environment: "https://gw/v1"), "https://gw/v2/chat/completions", "x1"),
      (
        Asked("x2", environment: "http://[::1]:81/v1"), "http://[::1]:81/x2/chat/completions",
        "spark-x"
      ),
      // A gateway's prefix of the path, and its query.
      (
        Asked("4.0Ultra", environment: "wss://gw/spark/v3.5/chat?team=7"),
        "wss://gw/spark/v4.0/chat?team=7", "4.0Ultra"
      ),
      (
        Asked("x1", environment: "https://gw/api/agent/v1"), "https://gw/api/v2/chat/completions",
        "x1"
      ),
      // The scheme follows the transport, and keeps TLS and port.
      (
        Asked("x2-flash", environment: "ws://gw:81/v3.5/chat"),
        "http://gw:81/agent/v1/chat/completions", "spark-x"
      ),
      (
        Asked("x2.5", environment: "wss://gw/v3.5/chat"), "https://gw/v2/chat/completions",
        "spark-x2.5"
      ),
      (Asked("v2", environment: "https://gw/v1"), "wss://gw/v2.1/chat", "generalv2"),
      (
        Asked("lite", .http, environment: "ws://gw:81/v3.5/chat"),
        "http://gw:81/v1/chat/completions", "lite"
      ),
      (
        Asked(nil, .http, environment: "ws://gw:81/v4.0/chat"), "http://gw:81/v1/chat/completions",
        "4.0Ultra"
      ),
      (
        Asked(nil, .http, environment: "ws://gw/v3.5/chat", environmentDomain: "generalv3.5"),
        "http://gw/v1/chat/completions", "generalv3.5"
      ),
      (
        Asked(domain: "x1-preview", environment: "ws://gw/v3.5/chat"),
        "http://gw/v2/chat/completions", "x1-preview"
      ),
      // Plans, and a model whose address at the service is not known.
      (
        Asked("coding-plan", domain: "any", environment: "ws://gw/v3.5/chat"),
        "http://gw/v2/chat/completions", "any"
      ),
      (
        Asked("maas", domain: "patch", environment: "ws://gw/v3.5/chat"), "ws://gw/v1.1/chat",
        "patch"
      ),
      (
        Asked("x2.5-4b", environment: "ws://gw/v3.5/chat"), "http://gw/v1/chat/completions",
        "spark-x2.5-4b"
      ),
      (
        Asked("x2.5-4b", environment: "http://gw/v3"), "http://gw/v3/chat/completions",
        "spark-x2.5-4b"
      ),
      // A URL without a path.
      (Asked(environment: "ws://gw:81"), "ws://gw:81/v3.5/chat", "generalv3.5"),
      (Asked(environment: "http://gw:81/"), "http://gw:81/v1/chat/completions", "generalv3.5"),
      (Asked("x1", environment: "http://gw:81"), "http://gw:81/v2/chat/completions", "x1"),
      (Asked(domain: "lite", url: "ws://gw"), "ws://gw/v1.1/chat", "lite"),
      // The gateway's own paths and names stay.
      (Asked("x1", environment: "https://gw/llm/v7"), "https://gw/llm/v7/chat/completions", "x1"),
      (Asked("ultra", environment: "ws://gw/spark"), "ws://gw/spark", "4.0Ultra"),
      (Asked("mine", environment: "https://gw/v1"), "https://gw/v1/chat/completions", "mine"),
      (Asked(domain: "mine", environment: "ws://gw/v3.5/chat"), "ws://gw/v3.5/chat", "mine"),
      // A URL that was set can also be a gateway's; the environment's is then ignored.
      (
        Asked("x1", environment: "ws://other/v3.5/chat", url: "ws://gw/v3.5/chat"), "ws://gw/v1/x1",
        "x1"
      ),
      (
        Asked("x2-flash", url: "wss://gw/v3.5/chat"), "https://gw/agent/v1/chat/completions",
        "spark-x"
      ),
      // A URL and a domain that were set are used unchanged.
      (Asked(domain: "4.0Ultra", url: "ws://gw/v3.5/chat"), "ws://gw/v3.5/chat", "4.0Ultra"),
    ] as [(Asked, String, String)])
  fileprivate func `a gateway is asked for whatever model, under the model's path`(
    asked: Asked, url: String, domain: String
  ) throws {
    let endpoint = try Endpoint.resolve(asked.options)
    #expect(endpoint.url.description == url)
    #expect(endpoint.domain == domain)
    let given = try ServiceURL(#require(asked.options.url ?? asked.options.environmentURL))
    #expect(endpoint.url.host == given.host)
    #expect(endpoint.url.isSecure == given.isSecure)
    #expect(endpoint.replacedURL == nil || endpoint.replacedURL?.host == given.host)
  }

  @Test(arguments: Model.all.map(\.name), ["ws://127.0.0.1:9/v3.5/chat", "http://127.0.0.1:9/v1"])
  func `no model leads away from the environment's gateway`(name: String, gateway: String) throws {
    let addresses = try #require(Model.all.first { $0.name == name }).addresses
    for address in addresses {
      let transport = try ServiceURL("\(address.url ?? "http://localhost")").transport
      let domain = address.names.isEmpty ? "patch" : nil
      let asked = Asked(name, domain: domain, transport, environment: gateway)
      let endpoint = try Endpoint.resolve(asked.options)
      #expect(endpoint.url.host == "127.0.0.1" && endpoint.url.port == 9)
      #expect(endpoint.transport == transport)
      #expect(address.path.isEmpty || endpoint.url.path == address.path)
      #expect(endpoint.model?.name == name)
    }
  }

  @Test(
    arguments: [
      (Asked("lite", environment: "\(service)/v3.5/chat"), "\(service)/v1.1/chat", "lite"),
      (
        Asked(domain: "4.0Ultra", environment: "\(service)/v3.5/chat", environmentDomain: "max"),
        "\(service)/v4.0/chat", "4.0Ultra"
      ),
      (
        Asked(environment: "\(service)/v4.0/chat", environmentDomain: "4.0Ultra"),
        "\(service)/v4.0/chat", "4.0Ultra"
      ),
      (Asked(environmentDomain: "4.0Ultra"), "\(service)/v4.0/chat", "4.0Ultra"),
      (Asked("lite", environmentDomain: "4.0Ultra"), "\(service)/v1.1/chat", "lite"),
    ] as [(Asked, String, String)])
  fileprivate func `the service's own URL gives way to a model or a domain that is set`(
    asked: Asked, url: String, domain: String
  ) throws {
    let endpoint = try Endpoint.resolve(asked.options)
    #expect(endpoint.url.description == url)
    #expect(endpoint.domain == domain)
  }

  @Test(arguments: [
    (Asked("x1", environment: "\(service)/v3.5/chat"), "\(service)/v3.5/chat"),
    (Asked("x1", environment: "ws://gw/v3.5/chat"), "ws://gw/v3.5/chat"),
    (Asked("x1", environment: "\(service)/v1/x1"), nil),
    (Asked("max", environment: "ws://gw/v3.5/chat"), nil),
    (Asked("x1", url: "ws://gw/v1/x1"), nil), (Asked("x1"), nil),
  ])
  fileprivate func `what is replaced is known`(asked: Asked, replaced: String?) throws {
    #expect(try Endpoint.resolve(asked.options).replacedURL?.description == replaced)
  }

  @Test(arguments: [
    (Asked("x2-flash", environment: "ws://gw/spark"), "x2-flash", "ws://gw/spark"),
    (Asked("x2-flash", .webSocket, environment: "ws://gw/v3.5/chat"), "WebSocket", "or use HTTP"),
    (Asked(domain: "image", .http, environment: "ws://gw"), "the transport is HTTP", "unset"),
    (Asked("lite", .http, url: "ws://gw/v3.5/chat"), "the transport is HTTP", "scheme"),
    (Asked("max", domain: "lite", environment: "ws://gw/v3.5/chat"), "\"lite\"", "\"generalv3.5\""),
    (Asked("maas", environment: "ws://gw/v3.5/chat"), "needs a domain", "service id"),
    (Asked(environment: "https://gw/v1"), "no domain is set", "model by name"),
  ])
  fileprivate func `what cannot be asked at a gateway is refused`(
    asked: Asked, said: String, alsoSaid: String
  ) throws {
    let error = try #require(
      failure { () throws(SparkError) in _ = try Endpoint.resolve(asked.options) })
    #expect(error.status == .config)
    #expect("\(error.message) \(error.hint)".contains(said), "\(error)")
    #expect("\(error.message) \(error.hint)".contains(alsoSaid), "\(error)")
  }
}
