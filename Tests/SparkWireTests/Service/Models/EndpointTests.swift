import SparkWire
import Testing

private let base = "wss://spark-api.xf-yun.com"
private let maas = "wss://maas-api.cn-huabei-1.xf-yun.com/v1.1/chat"

private struct Wanted: CustomTestStringConvertible {
  var model: String?
  var url: String?
  var domain: String?

  init(_ model: String? = nil, url: String? = nil, domain: String? = nil) {
    self.model = model
    self.url = url
    self.domain = domain
  }

  var testDescription: String {
    "model \(model ?? "-"), URL \(url ?? "-"), domain \(domain ?? "-")"
  }

  func resolve() throws(SparkError) -> Endpoint {
    try Endpoint.resolve(model: model, url: url, domain: domain)
  }
}

struct EndpointTests {
  @Test(
    arguments: [
      (Wanted(), "\(base)/v3.5/chat", "generalv3.5", "max"),
      // A model by name.
      (Wanted("max"), "\(base)/v3.5/chat", "generalv3.5", "max"),
      (Wanted("ULTRA"), "\(base)/v4.0/chat", "4.0Ultra", "4.0Ultra"),
      (Wanted("4.0ultra"), "\(base)/v4.0/chat", "4.0Ultra", "4.0Ultra"),
      (Wanted("spark-x"), "\(base)/v1/x1", "spark-x", "x1.5"),
      (Wanted("x1"), "\(base)/v1/x1", "x1", "x1"),
      (Wanted("x1.5", domain: "x1"), "\(base)/v1/x1", "x1", "x1.5"),
      (Wanted("lite", domain: "general"), "\(base)/v1.1/chat", "general", "lite"),
      (Wanted("maas", domain: "xdeepseekr1"), maas, "xdeepseekr1", "maas"),
      (Wanted("image"), "wss://spark-api.cn-huabei-1.xf-yun.com/v2.1/image", "imagev3", "image"),
      // A domain alone gives the URL.
      (Wanted(domain: "generalv3"), "\(base)/v3.1/chat", "generalv3", "pro"),
      (Wanted(domain: "4.0Ultra"), "\(base)/v4.0/chat", "4.0Ultra", "4.0Ultra"),
      (Wanted(domain: "lite"), "\(base)/v1.1/chat", "lite", "lite"),
      (Wanted(domain: "general"), "\(base)/v1.1/chat", "general", "lite"),
      (Wanted(domain: "pro-128k"), "\(base)/chat/pro-128k", "pro-128k", "pro-128k"),
      // A URL alone gives the domain.
      (Wanted(url: "\(base)/v3.1/chat"), "\(base)/v3.1/chat", "generalv3", "pro"),
      (
        Wanted(url: "WSS://Spark-API.xf-yun.com:443/v4.0/chat"), "\(base)/v4.0/chat", "4.0Ultra",
        "4.0Ultra"
      ),
      (
        Wanted(url: "ws://spark-api.xf-yun.com/v1.1/chat"), "ws://spark-api.xf-yun.com/v1.1/chat",
        "lite", "lite"
      ),
      (Wanted(url: "\(base)/v3.5/chat?x=y"), "\(base)/v3.5/chat?x=y", "generalv3.5", "max"),
      (Wanted(url: "\(base)/x2"), "\(base)/x2", "spark-x", "x2"),
      // Both, if they match.
      (Wanted(url: "\(base)/v1/x1", domain: "spark-x"), "\(base)/v1/x1", "spark-x", "x1.5"),
      (Wanted(url: "\(base)/v1.1/chat", domain: "general"), "\(base)/v1.1/chat", "general", "lite"),
      (Wanted(url: maas, domain: "xop3qwen1b7"), maas, "xop3qwen1b7", "maas"),
      // The service's paths that the table does not know.
      (Wanted(url: "\(base)/v9/chat", domain: "generalv9"), "\(base)/v9/chat", "generalv9", nil),
      (
        Wanted(url: "\(base)/v9/chat", domain: "generalv3.5"), "\(base)/v9/chat", "generalv3.5",
        "max"
      ),
      // Other hosts may serve any model; one of the service's paths implies the model.
      (
        Wanted(url: "ws://127.0.0.1:8765/v3.5/chat"), "ws://127.0.0.1:8765/v3.5/chat",
        "generalv3.5", "max"
      ),
      (
        Wanted(url: "ws://127.0.0.1:8765/v1.1/chat"), "ws://127.0.0.1:8765/v1.1/chat", "lite",
        "lite"
      ),
      (
        Wanted(url: "ws://127.0.0.1:8765/v1.1/chat", domain: "patch"),
        "ws://127.0.0.1:8765/v1.1/chat", "patch", "maas"
      ),
      (
        Wanted(url: "wss://gateway.example/chat", domain: "mine"), "wss://gateway.example/chat",
        "mine", nil
      ),
      (
        Wanted(url: "wss://gateway.example/v4.0/chat", domain: "lite"),
        "wss://gateway.example/v4.0/chat", "lite", "lite"
      ),
      (
        Wanted("ultra", url: "ws://localhost:1/spark"), "ws://localhost:1/spark", "4.0Ultra",
        "4.0Ultra"
      ),
      // Not in the service's domain.
      (
        Wanted(url: "wss://notxf-yun.com/v3.5/chat", domain: "x"), "wss://notxf-yun.com/v3.5/chat",
        "x", nil
      ),
    ] as [(Wanted, String, String, String?)])
  fileprivate func `takes what is set, word for word`(
    wanted: Wanted, url: String, domain: String, model: String?
  ) throws {
    let endpoint = try wanted.resolve()
    #expect(endpoint.url.description == url)
    #expect(endpoint.domain == domain)
    #expect(endpoint.model?.name == model)
  }

  @Test(arguments: [
    (Wanted("gpt"), "model \"gpt\" is not known", "4.0Ultra"),
    (
      Wanted("xsparkx2"), "model \"xsparkx2\" is not known",
      "set the domain to \"xsparkx2\" and the model to \"maas\" or \"token-plan\" or \"coding-plan\""
    ),
    (Wanted(domain: "xsparkx2"), "no URL is set", "\"maas\" or \"token-plan\" or \"coding-plan\""),
    (Wanted(""), "model \"\" is not known", "set the URL as well"),
    (Wanted("maas"), "\"maas\" needs a domain", "service id"),
    (Wanted("max", domain: "lite"), "\"lite\" is not one of the model \"max\"", "\"generalv3.5\""),
    (Wanted("lite", domain: "4.0Ultra"), "not one of the model", "\"lite\" or \"general\""),
    (
      Wanted("max", url: "\(base)/v4.0/chat"), "does not belong to \(base)/v4.0/chat",
      "\(base)/v3.5/chat"
    ),
    (Wanted(domain: "gpt"), "no URL is set", "generalv3.5"),
    (Wanted(domain: "4.0ultra"), "is not known", "4.0Ultra"),
    (Wanted(url: maas), "no domain is set", "model"),
    (Wanted(url: "\(base)/v9/chat"), "no domain is set", "model by name"),
    (Wanted(url: "wss://gateway.example/chat"), "no domain is set", "model by name"),
    (
      Wanted(url: "\(base)/v1.1/chat", domain: "generalv3.5"),
      "which serves \"lite\" or \"general\"", "set the URL to \(base)/v3.5/chat"
    ),
    (
      Wanted(url: "\(base)/v3.5/chat", domain: "nonsense"), "\"nonsense\" does not belong to",
      "\"generalv3.5\", or leave it unset"
    ),
    (Wanted(url: "\(base)/chat/max-32k", domain: "generalv3.5"), "does not belong", "/v3.5/chat"),
    (
      Wanted(url: "https://spark-api-open.xf-yun.com/v1/chat/completions"), "no domain is set",
      "model by name"
    ),
    (
      Wanted("max", url: "https://spark-api.xf-yun.com/v3.5/chat"), "speaks WebSocket",
      "write wss://"
    ),
    (Wanted("max", url: "wss://spark-api-open.xf-yun.com/v1"), "speaks HTTP", "write https://"),
    (
      Wanted("v2", url: "https://spark-api-open.xf-yun.com/v1"), "\"v2\" is not served over HTTP",
      "use WebSocket"
    ),
    // The URL is shown as it was written.
    (
      Wanted(url: "https://gw/v3.5/chat"), "the URL https://gw/v3.5/chat does not",
      "the path of the URL is for WebSocket: write wss://"
    ),
    (
      Wanted("v2", url: "https://gw/spark/v2.1/chat"),
      "not follow from https://gw/spark/v2.1/chat, which", "for WebSocket: write wss://"
    ),
    (Wanted(url: "https://gw/v1"), "the URL https://gw/v1 does not imply one", "model by name"),
    (Wanted(url: "wss://gw/v1"), "the URL wss://gw/v1 does not imply one", "write https://"),
    (Wanted(url: "ws://gw/v2/chat/completions"), "no domain is set", "for HTTP: write http://"),
    (Wanted("x2.5-4b"), "address of the model \"x2.5-4b\" is not known", "set the URL"),
  ])
  fileprivate func `refuses what cannot match, naming what to set`(
    wanted: Wanted, message: String, hint: String
  ) throws {
    let error = try #require(failure { () throws(SparkError) in _ = try wanted.resolve() })
    #expect(error.status == .config)
    #expect(error.message.contains(message), "\(error.message)")
    #expect(error.hint.contains(hint), "\(error.hint)")
  }
}

struct HTTPEndpointTests {
  @Test(
    arguments: [
      // The base of the address, as other clients expect it, or all of it.
      ("max", "https://localhost/v1", nil, "https://localhost/v1/chat/completions", "generalv3.5"),
      ("lite", "https://localhost/v1/", nil, "https://localhost/v1/chat/completions", "lite"),
      (
        "x1", "http://localhost:81/v2/chat/completions?a=b", nil,
        "http://localhost:81/v2/chat/completions?a=b", "x1"
      ),
      (nil, "https://gateway.example", "any", "https://gateway.example/chat/completions", "any"),
      // One model only at this path.
      (
        nil, "https://spark-api-open.xf-yun.com/x2", nil,
        "https://spark-api-open.xf-yun.com/x2/chat/completions", "spark-x"
      ),
      // A name that the table does not know, with an address.
      (
        "astron-code-latest", "https://gateway.example/v2", nil,
        "https://gateway.example/v2/chat/completions", "astron-code-latest"
      ),
    ] as [(String?, String, String?, String, String)])
  func `takes the base of the address, or all of it`(
    model: String?, url: String, domain: String?, whole: String, name: String
  ) throws {
    let endpoint = try Endpoint.resolve(model: model, url: url, domain: domain)
    #expect(endpoint.url.description == whole)
    #expect(endpoint.domain == name)
    #expect(endpoint.transport == .http)
  }

  @Test func `a model is asked in the way that is preferred, or else in the one it has`() throws {
    #expect(try Endpoint.resolve(model: "lite").transport == .webSocket)
    #expect(try Endpoint.resolve(model: "lite", preferring: .http).transport == .http)
    #expect(try Endpoint.resolve(model: "lite", transport: .http).transport == .http)
    #expect(try Endpoint.resolve(model: "x2-flash").transport == .http)
    #expect(try Endpoint.resolve(model: "image", preferring: .http).transport == .webSocket)
    #expect(try Endpoint.resolve(domain: "4.0Ultra", preferring: .http).transport == .http)
    let error = try #require(
      failure { () throws(SparkError) in
        _ = try Endpoint.resolve(
          model: "lite", url: "wss://localhost/v1.1/chat", transport: .http)
      })
    #expect(error.message.contains("the transport is HTTP"))
  }

  @Test(arguments: [
    ("https://127.0.0.1:1/v1", "qwen", nil), ("https://127.0.0.1:1/v1", "4.0Ultra", "4.0Ultra"),
    ("https://127.0.0.1:1/v2", "spark-x2.5", "x2.5"),
    ("https://127.0.0.1:1/v2", "astron-code-latest", nil),
  ])
  func `a gateway's models are its own`(url: String, domain: String, model: String?) throws {
    #expect(try Endpoint.resolve(url: url, domain: domain).model?.name == model)
  }
}

struct ModelTests {
  @Test(arguments: Model.all.map(\.name), Transport.allCases)
  func `each model is found by name, by alias, and by what they give`(
    name: String, transport: Transport
  ) throws {
    let model = try #require(Model.all.first { $0.name == name })
    guard let address = model.address(transport), let url = address.url else { return }
    let domain = address.names.isEmpty ? "patch" : nil
    for spelling in [name, name.uppercased(), name.lowercased()] + model.aliases {
      let endpoint = try Endpoint.resolve(model: spelling, domain: domain, transport: transport)
      #expect(endpoint.url.description == url, "\(spelling)")
      #expect(endpoint.domain == address.names.first ?? "patch", "\(spelling)")
      #expect(endpoint.model?.name == name, "\(spelling)")
    }
    for domain in address.names {
      let endpoint = try Endpoint.resolve(url: url, domain: domain)
      #expect(endpoint.model?.address(transport)?.url == url)
    }
  }

  @Test func `no name stands for two models`() {
    let names = Model.all.flatMap { [$0.name.lowercased()] + $0.aliases }
    #expect(Set(names).count == names.count)
    for name in names { #expect(name == name.lowercased(), "an alias is compared in lower case") }
  }

  @Test func `nothing is both agreed on and disputed`() {
    for model in Model.all { #expect(model.features.isDisjoint(with: model.disputed)) }
  }

  @Test func `the table has the service's own pairs`() {
    let pairs = Model.all.flatMap(\.addresses).map { "\($0.path) \($0.names.first ?? "-")" }
    #expect(
      Set(pairs) == [
        "/v1.1/chat lite", "/v2.1/chat generalv2", "/v3.1/chat generalv3",
        "/chat/pro-128k pro-128k", "/v3.5/chat generalv3.5", "/chat/max-32k max-32k",
        "/v4.0/chat 4.0Ultra", "/v1/x1 x1", "/v1/x1 spark-x", "/x2 spark-x",
        "/v1/reasoner-x1-preview x1", "/v1.1/chat_kjwx kjwx", "/v1.1/chat_multilang multilang",
        "/v2.1/image imagev3", "/v1.1/chat -",
        "/v1/chat/completions generalv3.5", "/v1/chat/completions lite",
        "/v1/chat/completions generalv3", "/v1/chat/completions pro-128k",
        "/v1/chat/completions max-32k", "/v1/chat/completions 4.0Ultra",
        "/v2/chat/completions x1", "/v2/chat/completions spark-x", "/x2/chat/completions spark-x",
        "/agent/v1/chat/completions spark-x", "/v2/chat/completions x1-preview",
        "/v2/chat/completions spark-x2.5", " spark-x2.5-4b", " spark-x2.5-1.7b",
        "/v2/chat/completions -",
      ])
  }

  @Test(arguments: [
    ("wss://gateway.example/chat?authorization=secret", nil),
    ("\(base)/v3.5/chat?authorization=secret", "4.0Ultra"),
  ])
  func `shows no query, which may hold a signature`(url: String, domain: String?) throws {
    let wanted = Wanted(url: url, domain: domain)
    let error = try #require(
      failure { () throws(SparkError) in _ = try wanted.resolve() })
    #expect(error.message.contains("/chat"), "\(error.message)")
    #expect(!"\(error)".contains("secret"), "\(error)")
  }

  @Test(arguments: [("http", "ws"), ("https", "wss")])
  func `a path of a WebSocket is told apart`(scheme: String, other: String) throws {
    for path in ["/v3.5/chat", "/v4.0/chat/"] {
      let wanted = Wanted(url: "\(scheme)://gateway.example\(path)")
      let error = try #require(
        failure { () throws(SparkError) in _ = try wanted.resolve() })
      #expect(error.hint.contains("write \(other)://"), "\(error.hint)")
    }
  }
}
