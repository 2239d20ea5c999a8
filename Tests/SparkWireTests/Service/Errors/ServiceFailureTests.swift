import SparkWire
import Testing

/// A failure, in the shapes of protocol 10.4, and how a client must interpret it.
private struct Shape: CustomTestStringConvertible, Sendable {
  let json: String
  let code: Int32
  let sid: String?
  let words: String
  var testDescription: String { json }

  init(_ json: String, _ code: Int32, _ sid: String?, _ words: String) {
    (self.json, self.code, self.sid, self.words) = (json, code, sid, words)
  }
}

private let shapes = [
  Shape(
    #"{"error":{"code":10012,"message":"Upstream said: Sid: s1@dx code: 10012, msg: EngineInternalError:Engine Busy, timeStamp:1"}}"#,
    10012, "s1@dx", "Engine Busy"),
  Shape(
    #"{"error":{"message":"Upstream said: Sid:s1@dx code:10012, msg: EngineInternalError:Engine Busy"}}"#,
    10012, "s1@dx", "Engine Busy"),
  Shape(
    #"{"error":{"code":"10310","message":"later","type":"api_error"},"id":"s2","type":"error"}"#,
    10310, "s2", "later"),
  Shape(
    #"{"code":10010,"msg":"RecvFromEngineError:Engine Busy","Sid":"s3","timeStamp":"1"}"#, 10010,
    "s3", "Engine Busy"),
  Shape(
    #"{"code":"10110","message":"ServiceIsBusyError","sid":"s4"}"#, 10110, "s4",
    "ServiceIsBusyError"),
  Shape(#"{"error":{"code":10310}}"#, 10310, nil, "no message"),
  // As iFlytek's older web interfaces write it.
  Shape(#"{"code":"10110","desc":"come later","data":"","sid":"s13"}"#, 10110, "s13", "come later"),
  Shape(
    #"{"error":{"message":"Engine Busy (request id: 2025)","type":"one_api_error"}}"#, 0, nil,
    "Engine Busy"),
  Shape(#"{"error":{"type":"overloaded_error","message":"full"}}"#, 0, nil, "full"),
  Shape(
    #"{"error":{"msg":"system is busy","Sid":"s5","code":99999}}"#, 99999, "s5", "system is busy"),
  Shape(#"{"error":"the system is busy","sid":"s6"}"#, 0, "s6", "the system is busy"),
  // Gateways quote the whole answer, and give HTTP's status as the code.
  Shape(
    #"{"error":{"message":"Error code: 500 - {'error': {'message': 'no (sid: s8)', 'code': '10110'}}","code":"500"}}"#,
    10110, "s8", "Error code: 500"),
  Shape(
    #"{"error":{"message":"it said {\"code\":10310,\"sid\":\"s9\"}","code":503}}"#, 10310, "s9",
    "it said"),
  Shape(#"{"error":{"message":"code=10310 sid=s10@dx side: x"}}"#, 10310, "s10@dx", "side"),
  Shape(#"{"error":{"message":"错误码：10310，sid：s12@dx"}}"#, 10310, "s12@dx", "错误码"),
  Shape(#"{"error":{"message":"ServiceIsBusyError","code":500}}"#, 500, nil, "ServiceIsBusyError"),
  Shape(
    #"{"header":{"code":10310,"message":"later","sid":"s11","status":2}}"#, 10310, "s11", "later"),
  // The innermost id is the service's.
  Shape(
    #"{"error":{"message":"Engine Busy (sid: s7)"},"id":"chatcmpl-1"}"#, 0, "s7", "Engine Busy"),
]

/// Words, the family they lead to, and whether a retry can help.
private let words: [(String, Status, Bool)] = [
  (
    "EngineInternalError:error, status code: 400, status: 400 Bad Request, message: no",
    .invalidRequest, false
  ),
  ("EngineInternalError:error, status code: 403, message: no", .permission, false),
  ("EngineInternalError:error, status code: 401, message: no", .permission, false),
  ("EngineInternalError:error, status code: 429, message: no", .rateLimited, true),
  ("EngineInternalError:error, status code: 500, message: no", .service, true),
  ("EngineInternalError:error, status code: 503, message: no", .overloaded, true),
  ("EngineInternalError:error, status code: 200, message: no", .service, true),
  ("EngineInternalError:error, status code: 4000, message: no", .service, true),
  ("<400> Algo.InvalidParameter: Range of input length should be [1, 100]", .contextLength, false),
  (
    "EngineInternalError:error, status code: 400, message: finish_reason=model_context_window_exceeded",
    .contextLength, false
  ),
  ("status code: 400, message: the input token limit is 100", .contextLength, false),
  ("This model's maximum context length is 100 tokens", .contextLength, false),
  ("<400> DataInspectionFailed: no", .contentFiltered, false),
  ("EngineInternalError:error, StatusCode: 400", .invalidRequest, false),
  ("EngineInternalError:the connection must be closed, waited < 500 ms", .service, true),
  ("EngineInternalError:Input is too long", .contextLength, false),
  ("EngineInternalError:超过模型最大上下文长度", .contextLength, false),
  ("EngineInternalError:Bad Request", .invalidRequest, false),
  ("EngineInternalError:message[1] must have 'content'", .invalidRequest, false),
  ("EngineInternalError:temperature 参数非法", .invalidRequest, false),
  ("EngineInternalError:1105|The system is busy", .overloaded, true),
  ("EngineInternalError:the prompt exceeds max length", .contextLength, false),
  (
    "EngineInternalError:Input length (9 tokens) exceeds the maximum allowed length",
    .contextLength, false
  ),
  ("status code: 400, message: the request exceeded model token limit: 9", .contextLength, false),
  ("EngineInternalError:this input exceeds the context window", .contextLength, false),
  ("EngineInternalError:上下文超长", .contextLength, false),
  ("EngineInternalError:the account has not activated the model m", .permission, false),
  ("status code: 429, status: 429 Too Many Requests, message: 余额不足,请充值", .quota, false),
  ("status code: 400, message: pay first. code: Arrearage", .quota, false),
  ("status code: 400, message: 输入可能包含不安全或敏感内容", .contentFiltered, false),
  ("status code: 422, message: input new_sensitive (1)", .contentFiltered, false),
  ("EngineInternalError:upstream overloaded", .overloaded, true),
  ("EngineInternalError:error", .service, true), ("", .service, true),
]

struct ServiceFailureTests {
  @Test(arguments: shapes)
  fileprivate func `reads every shape, in events and in bodies`(shape: Shape) throws {
    let event = try #require(Answer([[UInt8](shape.json.utf8)], over: .http).failure)
    #expect(event.serviceCode == shape.code && event.sid == shape.sid)
    #expect(event.message.contains(shape.words), "\(event.message)")
    #expect(event.status == .overloaded && event.retryable)
    for status in [200, 500, 503] {
      let head = HTTPResponseHead(status: status, reason: "", headers: [])
      let body = RefusalDiagnosis(head, body: shape.json, over: .http, ourUnixSeconds: 0).error
      #expect(body.serviceCode == shape.code && body.sid == shape.sid)
      #expect(body.message.contains(shape.words), "\(body.message)")
      #expect(body.status == .overloaded && body.retryable, "\(body)")
    }
  }

  /// Over WebSocket, a gateway may answer without the service's header.
  @Test(arguments: shapes)
  fileprivate func `reads every shape in a frame`(shape: Shape) throws {
    let frame = try #require(Answer(shape.json).failure)
    #expect(frame.serviceCode == shape.code && frame.sid == shape.sid)
    #expect(frame.message.contains(shape.words), "\(frame.message)")
    #expect(frame.status == .overloaded && frame.retryable)
  }

  /// Each occurrence of a word used to cost as much as all text before it.
  @Test(.timeLimit(.minutes(1)), arguments: ["code:sid:", "status code: <", "s"])
  func `a message of megabytes is looked at in its beginning`(part: String) throws {
    let filler = String(repeating: part, count: 3_000_000 / part.utf8.count)
    let error = try #require(Answer(#"{"error":{"message":"\#(filler) code: 10013"}}"#).failure)
    #expect(error.serviceCode == 0)
    let short = try #require(
      Answer(#"{"error":{"message":"Oh: code: 10013, \#(filler)"}}"#).failure)
    #expect(short.serviceCode == 10013)
  }

  @Test(arguments: words)
  func `10012 is what the words within say`(message: String, status: Status, retryable: Bool) throws
  {
    for json in [
      #"{"header":{"code":10012,"message":"\#(message)","sid":"s"}}"#,
      #"{"code":10012,"msg":"\#(message)"}"#,
    ] {
      let error = try #require(Answer(json).failure)
      #expect(error.status == status && error.retryable == retryable, "\(error)")
      #expect(error.serviceCode == 10012 && !error.hint.isEmpty)
    }
  }

  /// One_api's gateways refuse with 500 and give the name of the service's error.
  @Test(arguments: [
    ("RequestParamsError:(1) '$.x' type must be string;", Status.invalidRequest, false),
    ("AppIdNoAuthError", .permission, false), ("AppIdQpsOverFlowError", .rateLimited, true),
    ("NotEnoughCvError", .rateLimited, true),
    ("ClientMsgError:(1) invalid domain", .invalidRequest, false),
    ("ServiceIsBusyError", .overloaded, true), ("NobodyKnowsThisError", .service, true),
  ])
  func `an error's name tells its family`(name: String, status: Status, retryable: Bool) {
    let body =
      #"{"error":{"message":"upstream: sid: s1@dx msg: \#(name) (request id: 77)","type":"one_api_error"}}"#
    let head = HTTPResponseHead(status: 500, reason: "", headers: [])
    let error = RefusalDiagnosis(head, body: body, over: .http, ourUnixSeconds: 0).error
    #expect(error.status == status && error.retryable == retryable, "\(error)")
    #expect(error.sid == "s1@dx" && error.serviceCode == 0)
  }

  /// Gateways begin a stream of events under any status.
  @Test(arguments: [403, 500, 503, 529])
  func `a refusal as an event is read`(http: Int) {
    let head = HTTPResponseHead(status: http, reason: "", headers: [])
    for line in ["data:", "event: error\r\ndata: ", "event: error\nid: 7\ndata: "] {
      let body = line + #"{"error":{"code":11200,"message":"no (sid: s1)"}}"# + "\n\n"
      let error = RefusalDiagnosis(head, body: body, over: .http, ourUnixSeconds: 0).error
      #expect(error.status == .permission && error.serviceCode == 11200 && error.sid == "s1")
    }
  }

  /// Gateways give the reason in any words, and under any status.
  @Test(arguments: [
    (#"{"message":"HMAC signature cannot be verified: no"}"#, 200, Status.auth),
    (#"{"error":{"message":"HMAC signature does not match"}}"#, 500, .auth),
    (#"{"code":"10105","desc":"illegal access","data":"","sid":"s"}"#, 200, .auth),
    (#"{"error":{"message":"upstream: status code 401"}}"#, 401, .auth),
    (#"{"error":{"message":"upstream: status code 401: not activated"}}"#, 401, .auth),
    (#"{"error":{"message":"the app has not activated it: status code 401"}}"#, 401, .permission),
    (#"{"error":{"code":10012,"message":"status code: 401"}}"#, 401, .permission),
    (#"{"error":{"message":"upstream: status code 401"}}"#, 500, .permission),
  ])
  func `a refused key is known by its words`(body: String, http: Int, status: Status) throws {
    let head = HTTPResponseHead(status: http, reason: "", headers: [])
    let error = RefusalDiagnosis(head, body: body, over: .http, ourUnixSeconds: 0).error
    #expect(error.status == status && !error.retryable, "\(error)")
    guard http == 200 else { return }
    let messages = [body, "[DONE]"].map { [UInt8]($0.utf8) }
    let event = try #require(Answer(messages, over: .http).failure)
    #expect(event.status == status && !event.retryable, "\(event)")
  }

  @Test(arguments: [
    (#"{"error":{"type":"overloaded_error"}}"#, Status.overloaded, true),
    (#"{"error":{"code":429,"message":"x"}}"#, .rateLimited, true),
    (#"{"error":{"code":"401","message":"x"}}"#, .auth, false),
    (#"{"error":{"code":400,"message":"x"}}"#, .invalidRequest, false),
    (#"{"error":{"code":502,"message":"x"}}"#, .service, true),
  ])
  func `a type, or a status as a code, tells the family`(
    json: String, status: Status, retryable: Bool
  ) throws {
    let event = try #require(Answer([[UInt8](json.utf8)], over: .http).failure)
    #expect(event.status == status && event.retryable == retryable)
    let head = HTTPResponseHead(status: 529, reason: "", headers: [])
    let body = RefusalDiagnosis(head, body: json, over: .http, ourUnixSeconds: 0).error
    #expect(body.status == status && body.retryable == retryable)
  }

  /// Gateways refuse a user without money with statuses that mean the key or the rate.
  @Test(arguments: [
    (403, #"{"error":{"message":"user quota is not enough","code":"insufficient_user_quota"}}"#),
    (403, #"{"error":{"message":"用户额度不足","type":"new_api_error"}}"#),
    (401, #"{"error":{"message":"该令牌额度已用尽","code":""}}"#),
    (429, #"{"error":{"message":"You exceeded your current quota"}}"#),
    (403, #"{"error":{"message":"usage limit for this billing cycle"}}"#),
    (403, #"{"error":"","message":"insufficient balance"}"#),
  ])
  func `a used-up quota is called so`(http: Int, json: String) {
    let head = HTTPResponseHead(status: http, reason: "", headers: [])
    let error = RefusalDiagnosis(head, body: json, over: .http, ourUnixSeconds: 0).error
    #expect(error.status == .quota && !error.retryable, "\(error)")
  }

  /// A wrong key is called an invalid request, too: there, the HTTP status tells more.
  @Test(arguments: [
    (403, "permission_error", Status.permission, false),
    (401, "authentication_error", .auth, false),
    (404, "not_found_error", .handshake, false), (400, "overloaded_error", .overloaded, true),
    (400, "rate_limit_error", .rateLimited, true), (401, "invalid_request_error", .auth, false),
    (429, "invalid_request_error", .rateLimited, true), (403, "unknown_error", .auth, false),
  ])
  func `a refusal's type tells the family`(
    http: Int, type: String, status: Status, retryable: Bool
  ) {
    let head = HTTPResponseHead(status: http, reason: "", headers: [])
    let body = #"{"error":{"message":"x","type":"\#(type)"}}"#
    let error = RefusalDiagnosis(head, body: body, over: .http, ourUnixSeconds: 0).error
    #expect(error.status == status && error.retryable == retryable, "\(error)")
  }

  @Test(arguments: [
    #"{"error":{"message":"the key must have a prefix","type":"invalid_request_error"}}"#,
    #"{"message":"Unsupported authorization scheme"}"#,
  ])
  func `a wrong key is no invalid request`(json: String) {
    let head = HTTPResponseHead(status: 401, reason: "", headers: [])
    let error = RefusalDiagnosis(head, body: json, over: .http, ourUnixSeconds: 0).error
    #expect(error.status == .auth, "\(error)")
  }

  @Test(arguments: [
    ("NotEnoughCvError", Status.rateLimited, true), ("invalid_api_key", .auth, false),
    ("insufficient_quota", .quota, false), ("context_length_exceeded", .contextLength, false),
  ])
  func `a code that is a name tells the family`(
    name: String, status: Status, retryable: Bool
  ) throws {
    let json = #"{"error":{"code":"\#(name)","message":"no"}}"#
    let error = try #require(Answer([[UInt8](json.utf8)], over: .http).failure)
    #expect(error.status == status && error.retryable == retryable, "\(error)")
    #expect(error.message == "service code \(name): no" && error.serviceCode == 0)
  }

  @Test(arguments: [
    #""error":{}"#, #""error":"""#, #""error":false"#, #""error":0"#, #""error":[]"#,
    #""error":{"message":"","type":"","param":"","code":null}"#, #""error":{"code":0}"#,
    #""code":200,"message":"success""#, #""code":"","message":"""#, #""code":"200""#,
  ])
  func `what reports nothing is no failure`(members: String) {
    let json = #"{"choices":[{"message":{"content":"all"}}],\#(members)}"#
    let answer = Answer([json, "[DONE]"].map { [UInt8]($0.utf8) }, over: .http)
    #expect(answer.failure == nil && answer.text == "all", "\(answer.failure?.message ?? "")")
  }

  /// It may be a refusal that a gateway sends with status 200, or a notice before the answer.
  @Test func `a message alone is a failure if no answer follows`() throws {
    let json = [UInt8](#"{"message":"API rate limit exceeded","sid":"s1"}"#.utf8)
    let error = try #require(Answer([json, [UInt8]("[DONE]".utf8)], over: .http).failure)
    #expect(error.status == .rateLimited && error.sid == "s1")
    #expect(error.message == "the service reports an error: API rate limit exceeded")
    #expect(Answer([json], over: .http, endsBody: true).failure?.message == error.message)
    let frame = try #require(Answer(#"{"message":"no route","sid":"s1"}"#).failure)
    #expect(frame.status == .service && frame.sid == "s1" && frame.message.hasSuffix("no route"))
  }

  @Test func `what came with an error is kept`() {
    let json = #"{"choices":[{"delta":{"content":"part"}}],"error":{"code":10310}}"#
    let answer = Answer([[UInt8](json.utf8)], over: .http)
    #expect(answer.pieces == [.text("part")] && answer.failure?.serviceCode == 10310)
  }

  @Test func `a code that is no number is shown`() throws {
    let error = try #require(
      Answer(
        [[UInt8](#"{"error":{"code":"Arts.81001","message":"model not found"}}"#.utf8)], over: .http
      )
      .failure)
    #expect(error.message == "service code Arts.81001: model not found")
    #expect(error.status == .invalidRequest && error.serviceCode == 0)
  }

  @Test(arguments: [
    (400, Status.invalidRequest, false), (401, .auth, false), (429, .rateLimited, true),
    (500, .service, false),
    (503, .service, true), (200, .service, false),
  ])
  func `of an unknown code, the HTTP status counts`(http: Int, status: Status, retryable: Bool) {
    let head = HTTPResponseHead(status: http, reason: "", headers: [])
    let body = #"{"error":{"code":88888,"message":"odd"}}"#
    let error = RefusalDiagnosis(head, body: body, over: .http, ourUnixSeconds: 0).error
    #expect(error.status == status && error.retryable == retryable && error.serviceCode == 88888)
  }
}
