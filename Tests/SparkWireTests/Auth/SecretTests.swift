import SparkWire
import Testing

private let key = "0123456789abcdef0123456789abcdef"
private let secret = "TestOnlySecretNotReal0000000000x"

struct SecretTests {
  @Test func `keeps its bytes`() {
    #expect(Secret("a1 \u{0}b").withBytes { [UInt8]($0) } == [UInt8]("a1 \u{0}b"))
    #expect(Secret("").withBytes { $0.count } == 0)
    #expect(Secret("abc").count == 3)
  }

  @Test func `is printed nowhere`() {
    let credentials = Credentials(key: key, secret: secret)
    let texts = [
      "\(Secret(key))", String(describing: Secret(key)), String(reflecting: Secret(key)),
      "\(credentials)", String(reflecting: credentials), dumped(credentials), dumped(Secret(key)),
      "\([Secret(key)])", dumped(["key": Secret(secret)]),
    ]
    for text in texts {
      #expect(!text.contains(key) && !text.contains(secret), "\(text)")
      #expect(text.contains("[secret]") || text.contains("Secret"), "\(text)")
    }
    #expect(Mirror(reflecting: Secret(key)).children.isEmpty)
  }

  private func dumped(_ value: some Any) -> String {
    var text = ""
    dump(value, to: &text)
    return text
  }
}

struct RedactionTests {
  private let credentials = Credentials(key: key, secret: secret)

  @Test(arguments: [
    ("", ""), ("nothing to hide", "nothing to hide"),
    ("key \(key)", "key [redacted]"), ("\(secret)\(key)", "[redacted][redacted]"),
    // What remains of a secret in a text that was cut.
    ("key \(key.prefix(31))...", "key [redacted]..."), ("key \(key.prefix(10))", "key [redacted]"),
    ("0123456789", "[redacted]"), ("012345678", "012345678"),
    ("GET /?authorization=YXBp%3D&date=x", "GET /?[redacted]&date=x"),
    ("\"authorization=YXBp\"", "\"[redacted]\""),
    ("authorization=a authorization=b", "[redacted] [redacted]"),
    ("authorization=", "[redacted]"),
    // Decoded, as a gateway may quote it.
    ("headers=\"date\", signature=\"aB+/9=\" is", "headers=\"date\", [redacted]\" is"),
    ("{\\\"signature=\\\"aB\\\"}", "{\\\"[redacted]\\\"}"), ("a bad signature", "a bad signature"),
    ("你\(key)好", "你[redacted]好"),
  ])
  func `hides key, secret and signature`(text: String, redacted: String) {
    #expect(credentials.redact(text) == redacted)
  }

  @Test func `hides them in all that an error says`() {
    let password = "PasswordNotReal:000000"
    let credentials = Credentials(
      apiKey: Secret(key), apiSecret: Secret(secret), apiPassword: Secret(password))
    var error = SparkError(.auth, "not \(key)", hint: "not \(secret)")
    error.sid = password
    error.httpDetails = SparkError.HTTPErrorDetails(httpStatus: 401, serverDate: "not \(key)")
    let hidden = credentials.redact(error)
    #expect(hidden.message == "not [redacted]" && hidden.hint == "not [redacted]")
    #expect(hidden.sid == "[redacted]")
    #expect(hidden.httpDetails?.serverDate == "not [redacted]")
  }

  /// A server that repeats a signed URL may quote it again, or split it.
  @Test(arguments: [
    "https://example.com/login?next=%2Fchat%3Fauthorization%3DSIGNED%26date%3Dx",
    #"{"query":{"authorization":"SIGNED","date":"x"}}"#, "authorization: SIGNED",
    "<td>authorization</td><td>SIGNED</td>",
  ])
  func `hides a signature however it is quoted`(text: String) throws {
    var buffer = ByteBuffer()
    RequestSigner(url: try ServiceURL("wss://example.com/chat"), credentials: credentials)
      .appendAuthorization(date: "Mon, 06 Jan 2025 08:00:00 GMT", to: &buffer)
    var encoded = ByteBuffer()
    encoded.appendBase64(buffer.readable)
    let signed = encoded.bytes.text
    let redacted = credentials.redact(text.replacing("SIGNED", with: signed))
    #expect(!redacted.contains(signed.prefix(20)), "\(redacted)")
    #expect(!redacted.contains(signed.suffix(20)), "\(redacted)")
  }

  @Test func `leaves a text alone that a short credential happens to be in`() {
    let short = Credentials(key: "abc", secret: "e")
    #expect(short.redact("abcde") == "abcde")
  }
}
