import CSparkChat
import SparkChatABI
import Testing

struct ModelABITests {
  @Test func `every row of the table can be asked for`() throws {
    let transports = [SPARKCHAT_TRANSPORT_WEBSOCKET, SPARKCHAT_TRANSPORT_HTTP]
    #expect(sparkchat_model_count() > 0)
    for index in 0..<sparkchat_model_count() {
      let model = try #require(sparkchat_model_at(index))
      let name = try #require(text(sparkchat_model_name(model)))
      #expect(sparkchat_model_find(name) == model)
      #expect(sparkchat_model_find(name.uppercased()) == model)
      var place = 0
      while let alias = text(sparkchat_model_alias(model, place)) {
        #expect(sparkchat_model_find(alias) == model)
        place += 1
      }
      let isPlan = name.hasSuffix("-plan")
      #expect(sparkchat_model_max_tokens(model) >= 4096 || isPlan)
      #expect(sparkchat_model_context_tokens(model) != 0)
      let urls = transports.compactMap { text(sparkchat_model_url(model, $0)) }
      let names = transports.compactMap { text(sparkchat_model_domain(model, $0)) }
      #expect(!urls.isEmpty || name.hasPrefix("x2.5-"))
      #expect(!names.isEmpty || name == "maas" || isPlan)
      let isHTTP = sparkchat_model_supports(model, SPARKCHAT_FEATURE_JSON_MODE)
      #expect((isHTTP == SPARKCHAT_SUPPORT_YES) == (urls.last?.hasPrefix("https") ?? true))
    }
    #expect(text(sparkchat_model_name(sparkchat_model_at(0))) == "max")
  }

  @Test func `says what a model takes, and what is disputed`() {
    let lite = sparkchat_model_find("lite")
    let pro = sparkchat_model_find("generalv3")
    let max = sparkchat_model_find("MAX")
    #expect(sparkchat_model_supports(lite, SPARKCHAT_FEATURE_TOOLS) == SPARKCHAT_SUPPORT_NO)
    #expect(
      sparkchat_model_supports(pro, SPARKCHAT_FEATURE_TOOLS) == SPARKCHAT_SUPPORT_DISPUTED)
    #expect(sparkchat_model_supports(max, SPARKCHAT_FEATURE_TOOLS) == SPARKCHAT_SUPPORT_YES)
    #expect(sparkchat_model_supports(max, sparkchat_feature(99)) == SPARKCHAT_SUPPORT_NO)
  }

  @Test func `what is not there is NULL`() {
    #expect(sparkchat_model_at(-1) == nil && sparkchat_model_at(1_000) == nil)
    #expect(sparkchat_model_find("gpt") == nil && sparkchat_model_find(nil) == nil)
    #expect(sparkchat_model_name(nil) == nil && sparkchat_model_alias(nil, 0) == nil)
    #expect(sparkchat_model_alias(sparkchat_model_at(0), 99) == nil)
    #expect(sparkchat_model_url(nil, SPARKCHAT_TRANSPORT_HTTP) == nil)
    #expect(sparkchat_model_url(sparkchat_model_at(0), SPARKCHAT_TRANSPORT_AUTO) == nil)
    #expect(sparkchat_model_domain(nil, SPARKCHAT_TRANSPORT_HTTP) == nil)
    #expect(sparkchat_model_context_tokens(nil) == -1 && sparkchat_model_max_tokens(nil) == -1)
    #expect(sparkchat_client_model(nil) == nil)
    #expect(sparkchat_client_transport(nil) == SPARKCHAT_TRANSPORT_AUTO)
  }

  @Test(arguments: [
    (SPARKCHAT_TRANSPORT_AUTO, "auto"), (SPARKCHAT_TRANSPORT_WEBSOCKET, "WebSocket"),
    (SPARKCHAT_TRANSPORT_HTTP, "HTTP"), (sparkchat_transport(99), "unknown"),
  ])
  func `transports have names`(transport: sparkchat_transport, name: String) {
    #expect(text(sparkchat_transport_name(transport)) == name)
  }

  @Test func `a client tells its transport and model`() throws {
    let config = try #require(sparkchat_config_new())
    defer { sparkchat_config_free(config) }
    #expect(sparkchat_config_set_api_password(config, "pass:word", nil) == SPARKCHAT_OK)
    var client: OpaquePointer?
    #expect(sparkchat_client_new(config, &client, nil) == SPARKCHAT_OK)
    defer { sparkchat_client_free(client) }
    #expect(sparkchat_client_transport(client) == SPARKCHAT_TRANSPORT_HTTP)
    #expect(sparkchat_client_model(client) == sparkchat_model_at(0))
    #expect(
      text(sparkchat_client_url(client)) == "https://spark-api-open.xf-yun.com/v1/chat/completions")
    #expect(
      sparkchat_config_set_transport(config, SPARKCHAT_TRANSPORT_WEBSOCKET, nil) == SPARKCHAT_OK)
    var other: OpaquePointer?
    let (status, failure) = call { sparkchat_client_new(config, &other, $0) }
    #expect(status == SPARKCHAT_ERR_CONFIG)
    #expect(failure?.message.contains("an API password is for HTTP") == true)
  }
}
