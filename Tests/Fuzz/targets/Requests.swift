@testable import SparkWire

/// The JSON that a caller can put into a request: extra JSON, a function's parameters and a message,
/// separated by record separators. Whatever they contain, the request is a JSON object with our own app
/// ID.
func request(_ bytes: Bytes) {
  let parts = bytes.parts(3)
  for (model, transport) in [("max", Transport.webSocket), ("max", .http), ("x1", .http)] {
    var options = Endpoint.Options()
    options.model = model
    options.transport = transport
    guard let endpoint = try? Endpoint.resolve(options) else { fatalError("no endpoint") }
    let context = RequestContext(
      appID: "ours", userID: "user", patchID: "patch", endpoint: endpoint)
    _ = failure { () throws(SparkError) in
      var request = ChatRequest()
      try request.setExtra(parts[0])
      if parts.count > 1 {
        try request.addTool(name: "f", description: "d", parameters: parts[1])
      }
      try request.addMessage(.user, parts.count > 2 ? parts[2].text : "Hello")
      var buffer = ByteBuffer()
      _ = try RequestRules(endpoint).check(request)
      try context.encoder.append(request, to: &buffer)
      check([UInt8](buffer.readable), transport)
    }
  }
}

private func check(_ sent: [UInt8], _ transport: Transport) {
  guard let root = sent.withUnsafeBytes({ try? JSONObject(parsing: $0, what: "it") }) else {
    fatalError("no JSON is sent: \(sent.withUnsafeBytes(\.text))")
  }
  let value = root.value
  switch transport {
  case .webSocket: expect(value["header"]?["app_id"]?.string == "ours", "another app id")
  case .http: expect(value["stream"]?.kind == .boolean, "no stream is asked for")
  }
}
