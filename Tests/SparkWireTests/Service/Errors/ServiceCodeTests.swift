import SparkWire
import Testing

/// The tables of protocol 5 and 10.3.
private let codes: [(code: Int32, status: Status, retryable: Bool)] = [
  (10000, .service, true), (10001, .service, true), (10002, .service, true),
  (10003, .invalidRequest, false), (10004, .invalidRequest, false),
  (10005, .invalidRequest, false), (10006, .rateLimited, true), (10007, .rateLimited, true),
  (10008, .overloaded, true), (10009, .service, true), (10010, .service, true),
  (10011, .service, true), (10012, .service, true), (10013, .contentFiltered, false),
  (10014, .contentFiltered, false), (10015, .permission, false), (10016, .permission, false),
  (10017, .service, true), (10018, .service, true), (10019, .contentFiltered, false),
  (10021, .contentFiltered, false), (10022, .contentFiltered, false),
  (10029, .invalidRequest, false), (10050, .service, false), (10300, .service, true),
  (10310, .overloaded, true), (11210, .rateLimited, true), (11221, .permission, false),
  (10041, .invalidRequest, false), (10110, .overloaded, true),
  (10160, .invalidRequest, false), (10161, .invalidRequest, false), (10200, .service, true),
  (10313, .permission, false), (10700, .service, true),
  (10163, .invalidRequest, false), (10222, .service, true), (10223, .service, true),
  (10404, .invalidRequest, false), (10907, .contextLength, false), (11200, .permission, false),
  (11201, .quota, false), (11202, .rateLimited, true), (11203, .rateLimited, true),
  (10105, .auth, false), (20350, .service, true), (20353, .invalidRequest, false),
  (20358, .overloaded, true), (20363, .contentFiltered, false), (20367, .service, true),
  (20368, .contentFiltered, false), (20369, .overloaded, true), (20371, .service, true),
  (20372, .contextLength, false), (20373, .permission, false), (20376, .rateLimited, true),
  (20349, .service, false), (20377, .service, false), (20900, .permission, false),
  (20901, .quota, false), (20902, .rateLimited, true), (20903, .rateLimited, true),
  (20904, .service, false), (20011, .auth, false), (99999, .service, false), (-1, .service, false),
  (1, .service, false),
]

/// Returns the error of a frame with this code.
private func failure(_ code: Int32, message: String) throws -> SparkError {
  let frame = #"{"header":{"code":\#(code),"message":\#(quoted(message)),"sid":"sid"}}"#
  return try #require(Answer(frame).failure)
}

private func quoted(_ text: String) -> String {
  var json = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\u{0}"..."\u{1F}":
      let digits = String(scalar.value, radix: 16)
      json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    case "\"", "\\": json += "\\\(scalar)"
    default: json.unicodeScalars.append(scalar)
    }
  }
  return json + "\""
}

struct ServiceCodeTests {
  @Test(arguments: codes)
  func `sorts the service's codes`(code: Int32, status: Status, retryable: Bool) throws {
    let error = try failure(code, message: "Kind:(12:00:00.000) detail")
    #expect(error.status == status)
    #expect(error.retryable == retryable)
    #expect(!error.hint.isEmpty && !error.hint.contains("\n"))
    #expect(error.serviceCode == code)
    #expect(error.sid == "sid")
    #expect(error.message == "service code \(code): Kind:(12:00:00.000) detail")
  }

  @Test(arguments: [
    ("AppIdNoAuthError:(17:17:15.673) tokens.total", "tokens are used up"),
    ("AppIdNoAuthError:(17:17:15.673) domain.generalv3", "may not use this model"),
    ("AppIdNoAuthError", "belongs to the key"), ("", "belongs to the key"),
    ("no authorization: there is no active order", "order it in the console"),
  ])
  func `tells the causes of 11200 apart`(message: String, hint: String) throws {
    let error = try failure(11200, message: message)
    #expect(error.hint.contains(hint), "\(error.hint)")
  }

  @Test func `a limit names the setting that keeps below it`() throws {
    #expect(try failure(11202, message: "").hint.hasSuffix("limit them with max_rate"))
    #expect(try failure(11203, message: "").hint.hasSuffix("limit them with max_concurrency"))
  }

  @Test func `says so when there is no message`() throws {
    let error = try failure(10012, message: "")
    #expect(error.message == "service code 10012: the service gave no message")
  }

  /// 10013 repeats the question (protocol 7.8).
  @Test func `keeps a long or strange message on one short line`() throws {
    let message = "InputAuditError: \u{1B}[31m\r\n" + String(repeating: "你", count: 5_000)
    let error = try failure(10013, message: message)
    #expect(error.message.utf8.count < 700)
    #expect(!error.message.contains("\n") && !error.message.contains("\u{1B}"))
  }
}
