import SparkWire
import Testing

private let maas = "https://maas-api.cn-huabei-1.xf-yun.com"
private let token = "https://maas-token-api.cn-huabei-1.xf-yun.com"
private let coding = "https://maas-coding-api.cn-huabei-1.xf-yun.com"

struct HostedPlanTests {
  @Test(
    arguments: [
      ("\(maas)/v2", .maas), ("\(maas)/v2/chat/completions?a=b", .maas),
      ("\(maas)/v1", .olderMaaS), ("\(maas)/v20", .olderMaaS),
      ("wss://maas-api.cn-huabei-1.xf-yun.com/v1.1/chat", .olderMaaS),
      ("\(token)/v2", .token), ("https://MAAS-CODING-API.cn-huabei-1.xf-yun.com:443/v2", .coding),
      ("https://spark-api-open.xf-yun.com/v2", nil), ("https://localhost/v2", nil),
      ("https://maas-api.cn-huabei-1.xf-yun.com.example/v2", nil),
    ] as [(String, HostedPlan?)])
  func `the host says which plan it is`(url: String, plan: HostedPlan?) throws {
    #expect(try HostedPlan(ServiceURL(url)) == plan)
  }

  @Test(arguments: HostedPlan.allCases)
  func `a plan's own address is that plan's`(plan: HostedPlan) throws {
    #expect(try HostedPlan(ServiceURL(plan.url + "/chat/completions")) == plan)
    #expect(try Endpoint.resolve(url: plan.url, domain: "any").model?.isHosted == true)
  }

  @Test(
    arguments: [
      // A model by name, which needs no URL.
      ("x2.5", nil, nil, "\(maas)/v2", "spark-x2.5", "x2.5"),
      ("spark-x2.5", nil, nil, "\(maas)/v2", "spark-x2.5", "x2.5"),
      (nil, nil, "spark-x2.5", "\(maas)/v2", "spark-x2.5", "x2.5"),
      ("coding-plan", nil, "xsparkx2", "\(coding)/v2", "xsparkx2", "coding-plan"),
      ("token-plan", nil, "xsparkx2flash", "\(token)/v2", "xsparkx2flash", "token-plan"),
      // Any id at a plan's URL, as domain or as model.
      (
        nil, "\(coding)/v2", "astron-code-latest", "\(coding)/v2", "astron-code-latest",
        "coding-plan"
      ),
      (
        "astron-code-latest", "\(coding)/v2/", nil, "\(coding)/v2", "astron-code-latest",
        "coding-plan"
      ),
      (nil, "\(token)/v2/chat/completions", "xopglm51", "\(token)/v2", "xopglm51", "token-plan"),
      (nil, "\(maas)/v2", "xopkimik26", "\(maas)/v2", "xopkimik26", "maas"),
      // Future versions.
      (nil, "\(coding)/v3", "xsparkx3", "\(coding)/v3", "xsparkx3", "coding-plan"),
      // An older service needs its URL.
      ("maas", "\(maas)/v1", "xdeepseekr1", "\(maas)/v1", "xdeepseekr1", "maas"),
      (nil, "\(maas)/v1", "xdeepseekr1", "\(maas)/v1", "xdeepseekr1", "maas"),
      // What is known about a model holds in each plan.
      (nil, "\(maas)/v2", "spark-x2.5", "\(maas)/v2", "spark-x2.5", "x2.5"),
      (nil, "\(coding)/v2", "spark-x2.5", "\(coding)/v2", "spark-x2.5", "x2.5"),
      ("x2.5", "\(token)/v2", nil, "\(token)/v2", "spark-x2.5", "x2.5"),
    ] as [(String?, String?, String?, String, String, String)])
  func `a hosted model is asked as one`(
    model: String?, url: String?, domain: String?, base: String, name: String, found: String
  ) throws {
    let endpoint = try Endpoint.resolve(
      model: model, url: url, domain: domain, transport: .http)
    #expect(endpoint.url.description == base + "/chat/completions")
    #expect(endpoint.domain == name)
    #expect(endpoint.model?.name == found)
    #expect(endpoint.model?.isHosted == true)
  }

  @Test(
    arguments: [
      ("\(coding)/anthropic", "Anthropic's shape", "\(coding)/v2"),
      ("\(token)/anthropic/v1/messages", "Anthropic's shape", "\(token)/v2"),
      ("\(maas)/anthropic", "Anthropic's shape", "\(maas)/v2"),
      (maas, "no version", "\(maas)/v2"), ("\(coding)/", "no version", "\(coding)/v2"),
      ("\(coding)/chat/completions", "no version", "\(coding)/v2"),
      ("\(coding)/v1", "/v1, which the Coding Plan does not have", "\(coding)/v2"),
      (
        "\(token)/v1/chat/completions?key=secret", "/v1, which the Token Plan does not have",
        "\(token)/v2"
      ),
      ("wss://maas-coding-api.cn-huabei-1.xf-yun.com/v2", "speaks HTTP", "https://"),
    ])
  func `refuses where OpenAI's shape is not, naming where it is`(
    url: String, message: String, hint: String
  ) throws {
    let error = try #require(
      failure { () throws(SparkError) in _ = try Endpoint.resolve(url: url, domain: "xsparkx2") })
    #expect(error.status == .config)
    #expect(
      error.message.contains(message) && !error.message.contains("secret"), "\(error.message)")
    #expect(error.hint.contains(hint), "\(error.hint)")
  }

  @Test func `at a plan's URL, the model has to be named`() {
    for plan in HostedPlan.allCases {
      let error = failure { () throws(SparkError) in _ = try Endpoint.resolve(url: plan.url) }
      #expect(error?.message.contains("no domain is set") == true)
    }
  }
}
