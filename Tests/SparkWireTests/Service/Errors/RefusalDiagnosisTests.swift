import SparkWire
import Testing

/// Mon, 06 Jan 2025 08:00:00 GMT
private let noon: Int64 = 1_736_150_400
private let date = "Mon, 06 Jan 2025 08:00:00 GMT"

private func refusal(
  _ status: Int, _ body: String = "", headers: [(name: String, value: String)] = [("Date", date)],
  ourTime: Int64 = noon
) -> SparkError {
  RefusalDiagnosis(
    HTTPResponseHead(status: status, reason: "", headers: headers), body: body, over: .webSocket,
    ourUnixSeconds: ourTime
  ).error
}

struct RefusalDiagnosisTests {
  /// The table of protocol 2.5.
  @Test(arguments: [
    (401, #"{"message":"Unauthorized"}"#, "removes the URL's query"),
    (401, #"{"message":"HMAC signature cannot be verified"}"#, "API key and the API secret"),
    (
      401, #"{"message":"HMAC signature cannot be verified: fail to retrieve credential"}"#,
      "the API key is unknown"
    ),
    (
      401, #"{"message":"HMAC signature cannot be verified: apikey not found"}"#,
      "the API key is unknown: copy it from the console again"
    ),
    (401, #"{"message":"HMAC signature does not match"}"#, "the API secret"),
    (
      401,
      #"{"message":"HMAC signature cannot be verified:enforced header 'host' not used for signature creation"}"#,
      "API key"
    ),
    (
      403,
      #"{"message":"HMAC signature cannot be verified, a valid date or x-date header is required for HMAC Authentication"}"#,
      "clock"
    ),
    (
      403,
      #"{"message":"HMAC signature does not match, a valid date or x-date header is required for HMAC Authentication"}"#,
      "clock"
    ),
    (403, #"{"message":"Your IP address is not allowed"}"#, "add this machine's in the console"),
    (401, "", "API key"), (403, "<html>", "API key"),
  ])
  func `says what to do about 401 and 403`(status: Int, body: String, hint: String) {
    let error = refusal(status, body)
    #expect(error.status == .auth)
    #expect(!error.retryable)
    #expect(error.hint.contains(hint), "\(error.hint)")
    #expect(error.httpDetails?.httpStatus == Int32(status))
    #expect(error.httpDetails?.body == (body.isEmpty ? nil : body))
    #expect(error.httpDetails?.serverDate == date)
    #expect(error.httpDetails?.clockSkewSeconds == 0)
    #expect(error.message.contains("HTTP status \(status)"))
    let words = body.hasPrefix("{") ? body.dropFirst(12).dropLast(2) : body[...]
    #expect(error.message.hasSuffix(body.isEmpty ? "status \(status)" : words))
  }

  @Test(
    arguments: [
      (0, nil), (300, nil), (-300, nil), (301, "301 s ahead of"), (-301, "301 s behind"),
      (28_800, "28800 s ahead of"), (-noon, "\(noon) s behind"),
    ] as [(Int64, String?)])
  func `measures the clock, and blames it where it is off`(skew: Int64, hint: String?) {
    // Whatever the body says.
    let error = refusal(401, "HMAC signature does not match", ourTime: noon + skew)
    #expect(error.httpDetails?.clockSkewSeconds == skew)
    #expect(error.hint.contains(hint ?? "secret"), "\(error.hint)")
    #expect(error.hint.contains("clock") == (hint != nil))
  }

  @Test(arguments: [nil, "", "yesterday", "Mon, 06 Jan 2025 25:00:00 GMT"])
  func `does without a date`(date: String?) {
    let error = refusal(403, "date header is required", headers: date.map { [("date", $0)] } ?? [])
    #expect(error.httpDetails?.clockSkewSeconds == nil)
    #expect(error.httpDetails?.serverDate == date)
    #expect(error.hint.contains("clock"))
  }

  @Test(
    arguments: [
      (400, .handshake, false, "WebSocket endpoint"), (404, .handshake, false, "path"),
      (302, .handshake, false, "https://example.com/there"),
      (200, .handshake, false, "WebSocket endpoint"), (426, .handshake, false, "WebSocket"),
      (429, .rateLimited, true, "wait"), (500, .service, true, "again"),
      (502, .service, true, "gateway"), (503, .service, true, "again"),
      (999, .handshake, false, "WebSocket"),
    ] as [(Int, Status, Bool, String)])
  func `sorts other refusals`(code: Int, status: Status, retryable: Bool, hint: String) {
    let error = refusal(
      code, "why not", headers: [("location", "https://example.com/there")], ourTime: noon + 9_999)
    #expect(error.status == status)
    #expect(error.retryable == retryable)
    #expect(error.hint.contains(hint), "\(error.hint)")
    #expect(error.message.contains("why not"))
  }

  @Test func `keeps the message on one short line and the body whole`() {
    let body = "<html>\r\n  \u{1B}[31mno\n" + String(repeating: "x", count: 5_000)
    let error = refusal(502, body)
    #expect(error.message.utf8.count < 400)
    #expect(!error.message.contains("\n") && !error.message.contains("\u{1B}"))
    #expect(error.message.contains("<html> \u{FFFD}[31mno xxx"))
    #expect(error.httpDetails?.body == body)
    #expect(refusal(302, headers: []).hint.contains("no Location"))
  }

  /// Over HTTP, the body says what is wrong in one of several shapes (protocol 6.4).
  @Test(
    arguments: [
      (#"{"error":{"message":"no (sid: cha2)","code":"11200"}}"#, 11200, "cha2", "no (sid: cha2)"),
      (#"{"message":"no","sid":"s","code":10013}"#, 10013, "s", "no"),
      (#" { "message" : "not \u4f60\n\"found\"" } "#, 0, nil, #"not 你 "found""#),
      (#"{"error":{"message":"a\ud83d","type":"api_error"}}"#, 0, nil, "a\u{FFFD}"),
      (#"{"error":"all is lost"}"#, 0, nil, "all is lost"),
      (#"{"error":{"message":"a","message":"b","code":1,"code":11202}}"#, 11202, nil, "b"),
      (#"{"error":{"message":"a"},"error":null,"message":"b"}"#, 0, nil, "b"),
      (#"{"x":[18446744073709551615,{"\u0000":1e400}],"message":"b"}"#, 0, nil, "b"),
      // A body that is not JSON, or reports nothing, is shown as it is.
      ("{\"message\":\"a\\n\"\0}", 0, nil, "{\"message\":\"a\\n\"\u{FFFD}}"),
      (#"{"message":"a\n"#, 0, nil, #"{"message":"a\n"#), (#"{"code":0}"#, 0, nil, #"{"code":0}"#),
      (#"{"code":5}"#, 5, nil, "service code 5: the service gave no message"),
      (#"["a\n"]"#, 0, nil, #"["a\n"]"#), (#"{"error":{}}"#, 0, nil, #"{"error":{}}"#),
    ] as [(String, Int32, String?, String)])
  func `reads an error body, and keeps it as it came`(
    body: String, code: Int32, sid: String?, words: String
  ) {
    let head = HTTPResponseHead(status: 400, reason: "", headers: [])
    let error = RefusalDiagnosis(head, body: body, over: .http, ourUnixSeconds: noon).error
    #expect(error.serviceCode == code && error.sid == sid)
    #expect(error.message.hasSuffix(words), "\(error.message)")
    #expect(error.httpDetails?.body == body)
  }
}
