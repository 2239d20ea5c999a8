import Foundation
import SparkCore
import SparkWire
import Testing

/// The requests that arrive at the service.
@Suite(.withEmulator)
struct QuestionTests {
  @Test(arguments: Wire.allCases)
  func `the service gets what was set, in order, and nothing else`(wire: Wire) throws {
    let tag = newTag()
    let client = try client(Emulator.running().url(wire, "/v4.0/chat", tag: tag)) {
      try $0.setUserID("user-1")
    }
    var request = ChatRequest()
    try request.addMessage(.system, "You are brief.")
    try request.addMessage(.user, "你好")
    try request.addMessage(.assistant, "Hello.")
    try request.addMessage(.user, "Again 😀\u{0}\"\n")
    try request.setTemperature(0.9)
    try request.setTopK(1)
    #expect(try finish(client.open(request)).outcome == .complete)
    let record = try #require(try Emulator.running().records(tag).first)
    #expect(record.path == "/v4.0/chat")
    #expect(record.requests.count == 1)
    let json = try JSONSerialization.jsonObject(with: Data(record.requests[0].utf8))
    let expected: [String: Any] = [
      "header": ["app_id": "a1b2c3d4", "uid": "user-1"],
      "parameter": ["chat": ["domain": "4.0Ultra", "temperature": 0.9, "top_k": 1]],
      "payload": [
        "message": [
          "text": [
            ["role": "system", "content": "You are brief."], ["role": "user", "content": "你好"],
            ["role": "assistant", "content": "Hello."],
            ["role": "user", "content": "Again 😀\u{0}\"\n"],
          ]
        ]
      ],
    ]
    #expect(NSDictionary(dictionary: expected).isEqual(json))
  }

  /// The emulator checks requests as the service does.
  @Test(arguments: Model.all.map(\.name), [Transport.webSocket, .http])
  func `every model of the table is asked as it wants to be`(
    name: String, transport: Transport
  ) throws {
    let address = try #require(Model.named(name)).address(transport)
    guard let address, address.host != nil else { return }
    let url = try Emulator.running().url(transport == .http ? .http : .ws, address.path)
    // A hosted model has the id of a service.
    for domain in address.names.isEmpty ? ["xserviceid"] : address.names {
      let seen = try ask(url, "12 * 12 = ?") {
        try $0.setModel(name)
        try $0.setDomain(domain)
      }
      #expect(seen.text.contains("144"), "\(domain): \(seen.error?.message ?? "")")
    }
  }

  @Test func `a tool is offered, called, and its result told`() throws {
    let client = try client(Emulator.running().url(.wss))
    var request = try ChatRequest.asking("What is the weather in Hefei? Use get_weather.")
    let schema = #"{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"#
    var parameters = ByteBuffer()
    parameters.append(schema)
    try request.addTool(
      name: "get_weather", description: "weather", parameters: parameters.readable)
    try request.setToolChoice(.named("get_weather"))
    let call = try finish(client.open(request))
    #expect(call.calls.first?.first == "get_weather", "\(call.text)")
    let arguments = #"{"city":"Hefei"}"#
    try request.addCall(Message.Call(id: "1", name: "get_weather", arguments: arguments))
    try request.addResult(callID: "1", "22 degrees")
    try request.setToolChoice(.auto)
    #expect(try finish(client.open(request)).text.contains("22 degrees"))
  }

  @Test func `a fine-tuned model gets its patch with every question`() throws {
    let tag = newTag()
    let client = try client(Emulator.running().url(.ws, "/v1.1/chat", tag: tag)) {
      try $0.setDomain("patch")
      try $0.setPatchID("4711")
    }
    for _ in 0..<3 { #expect(try finish(client.open(.asking())).outcome == .complete) }
    let requests = try Emulator.running().records(tag).flatMap(\.requests)
    #expect(requests.count == 3)
    #expect(requests.allSatisfy { $0.contains(#""patch_id":["4711"]"#) })
  }

  @Test func `a question of a megabyte goes through`() throws {
    let question = String(repeating: "你好", count: 3_000)
    #expect(try ask(.wss, "echo", path: "/chat/pro-128k", question).text == question)
    let tag = newTag()
    let large = String(repeating: "x", count: 1_000_000)
    let seen = try ask(.wss, nil, tag: tag, large)
    // Too long for the model; the service decides that.
    #expect(seen.error?.status == .contextLength)
    #expect(try Emulator.running().records(tag).first?.requests.first?.contains(large) == true)
  }

  @Test func `a request that the model does not take is refused before anything is sent`() throws {
    let tag = newTag()
    let client = try client(Emulator.running().url(.ws, "/v1.1/chat", tag: tag))
    var request = ChatRequest()
    try request.addMessage(.system, "You are brief.")
    try request.addMessage(.user, "Hi")
    let error = failure { () throws(SparkError) in _ = try client.open(request) }
    #expect(error?.status == .invalidArgument)
    #expect(try Emulator.running().records(tag).isEmpty)
  }

  @Test func `a name that has many addresses is tried until one answers`() throws {
    let port = try Emulator.running().ready.wsPort
    let name = "127-0-0-9.0--1.127-0-0-1.addresses.sparkchat.test"
    let seen = try ask("ws://\(name):\(port)/v3.5/chat", "12 * 12 = ?")
    #expect(seen.text.contains("144"), "\(seen.error?.message ?? "")")
  }

  @Test func `an address that does not answer does not hold up the others`() throws {
    let dead = try DeadServer("127.0.0.8")
    let server = try LocalServer("127.0.0.9", port: dead.port) {
      $0.send("HTTP/1.1 418 No\r\n\r\n")
    }
    let seen = try ask(
      "ws://127-0-0-8.127-0-0-9.addresses.sparkchat.test:\(dead.port)/v3.5/chat")
    #expect(seen.error?.httpDetails?.httpStatus == 418)
    withExtendedLifetime((dead, server)) {}
  }
}
