import SparkWire
import Testing

extension Secret {
  convenience init(_ text: String) {
    self.init(copying: [UInt8](text))
  }

  private convenience init(copying bytes: [UInt8]) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
    defer { buffer.deallocate() }
    buffer.copyBytes(from: bytes)
    self.init(copying: UnsafeRawBufferPointer(buffer))
  }
}

extension Credentials {
  init(key: String, secret: String) {
    self.init(appID: "a1b2c3d4", apiKey: Secret(key), apiSecret: Secret(secret))
  }
}

extension ChatRequest {
  /// Returns a request with one user message.
  static func asking(_ question: String = "Hi") throws -> ChatRequest {
    var request = ChatRequest()
    try request.addMessage(.user, question)
    return request
  }

  mutating func addTool(
    _ name: String, _ description: String = "", parameters: String = "{}"
  ) throws(SparkError) {
    let parameters = ByteBuffer([UInt8](parameters))
    try addTool(name: name, description: description, parameters: parameters.readable)
  }

  mutating func setExtra(_ json: String) throws(SparkError) {
    let json = ByteBuffer([UInt8](json))
    try setExtra(json.readable)
  }
}

/// A change to a request, with a name for the test's output.
struct Change: CustomTestStringConvertible, Sendable {
  let testDescription: String
  private let body: @Sendable (inout ChatRequest) throws -> Void

  init(_ name: String, _ body: @escaping @Sendable (inout ChatRequest) throws -> Void) {
    testDescription = name
    self.body = body
  }

  func apply(to request: inout ChatRequest) throws(SparkError) {
    do {
      try body(&request)
    } catch let error as SparkError {
      throw error
    } catch {
      Issue.record(error)
    }
  }
}

/// The JSON that is sent for `request`, as a client sends it: the rules come first.
func encoded(
  _ request: ChatRequest, model: String? = nil, url: String? = nil, domain: String? = nil,
  userID: String? = nil, patchID: String? = nil
) throws(SparkError) -> String {
  let endpoint = try Endpoint.resolve(model: model, url: url, domain: domain)
  let context = RequestContext(
    appID: "a1b2c3d4", userID: userID, patchID: patchID, endpoint: endpoint)
  var buffer = ByteBuffer()
  _ = try RequestRules(endpoint).check(request)
  try context.encoder.append(request, to: &buffer)
  return buffer.bytes.text
}

extension Endpoint {
  static func resolve(
    model: String? = nil, url: String? = nil, domain: String? = nil, transport: Transport? = nil,
    preferring preferred: Transport = .webSocket
  ) throws(SparkError) -> Endpoint {
    var options = Options()
    (options.model, options.url, options.domain) = (model, url, domain)
    (options.transport, options.preferred) = (transport, preferred)
    return try resolve(options)
  }
}

/// The events that a reader returns for an answer's messages.
struct Answer: Equatable {
  var pieces: [Piece] = []
  var isFinished = false
  var sid: String?
  var finishReason: String?
  var failure: SparkError?

  init(_ messages: String...) {
    self.init(messages.map { [UInt8]($0) })
  }

  /// - Parameter endsBody: Whether the body ends properly after the messages.
  init(
    _ messages: [[UInt8]], over transport: Transport = .webSocket,
    requiring call: ChatRequest.ToolChoice? = nil, endsBody: Bool = false
  ) {
    self.init(over: transport) { reader, answer throws(SparkError) in
      reader.requiredCall = call
      for message in messages {
        let input = ByteBuffer(message)
        try answer.read(input.mutable, &reader)
      }
      if endsBody { try answer.endBody(&reader) }
    }
  }

  /// `readAll` passes the messages to the reader, one by one.
  init(
    over transport: Transport,
    _ readAll: (inout AnswerReader, inout Answer) throws(SparkError) -> Void
  ) {
    var reader = AnswerReader(transport: transport)
    failure = SparkWireTests.failure { () throws(SparkError) in try readAll(&reader, &self) }
    isFinished = reader.isFinished
    sid = reader.sid?.string
    finishReason = reader.finishReason?.string
  }

  mutating func endBody(_ reader: inout AnswerReader) throws(SparkError) {
    try reader.endBody()
    while let event = reader.nextEvent() { pieces.append(Piece(event)) }
  }

  mutating func read(
    _ message: UnsafeMutableRawBufferPointer, _ reader: inout AnswerReader
  ) throws(SparkError) {
    defer { while let event = reader.nextEvent() { pieces.append(Piece(event)) } }
    try reader.read(message)
  }

  /// All the text.
  var text: String {
    pieces.map { if case .text(let text) = $0 { text } else { "" } }.joined()
  }

  var reasoning: String {
    pieces.map { if case .reasoning(let text) = $0 { text } else { "" } }.joined()
  }
}

/// A message of the service with these items in `text`, which are JSON.
func message(_ items: String..., status: Int = 1, more: String = "") -> String {
  """
  {"header":{"code":0,"message":"Success","sid":"cht000a1f3c@dx194e0205ccbb8f3550",\
  "status":\(status)},"payload":{"choices":{"status":\(status),"seq":0,\
  "text":[\(items.joined(separator: ","))]}\(more)}}
  """
}

/// An item with this content, which is written as it is between quotation marks.
func content(_ escaped: String) -> String {
  #"{"content":"\#(escaped)","role":"assistant","index":0}"#
}
