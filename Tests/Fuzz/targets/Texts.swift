import SparkWire

/// UTF-8, checked in pieces, compared with the standard library.
func utf8(_ bytes: Bytes) {
  let isValid = String(validating: bytes, as: UTF8.self) != nil
  expectSame(bytes) { pieces in
    var validator = UTF8Validator()
    let result = pieces.allSatisfy { validator.consume($0) } && validator.isComplete
    expect(result == isValid, "valid is \(isValid)")
    return result
  }
}

/// Dates in HTTP heads.
func dates(_ bytes: Bytes) {
  guard let seconds = HTTPDate.unixSeconds(bytes.text), seconds >= 0 else { return }
  let text = HTTPDate.string(unixSeconds: seconds)
  expect(HTTPDate.unixSeconds(text) == seconds, "\(seconds) is \(text)")
}

/// No credential remains in the displayed part of a server's text.
func redaction(_ bytes: Bytes) {
  let secrets = ["0123456789abcdef", "TestOnlySecret00", "hunter2:hunter2!"]
  let owned = secrets.map { text in [UInt8](text.utf8).withUnsafeBytes { Secret(copying: $0) } }
  let credentials = Credentials(
    appID: "app", apiKey: owned[0], apiSecret: owned[1], apiPassword: owned[2])
  let shown = Array(credentials.redact(bytes.text).utf8)
  for secret in secrets + ["YXBpX2tleT0i"] {
    expect(!contains(shown, Array(secret.utf8)), "\(secret) is shown")
  }
}

private func contains(_ text: [UInt8], _ pattern: [UInt8]) -> Bool {
  text.indices.contains { text[$0...].starts(with: pattern) }
}
