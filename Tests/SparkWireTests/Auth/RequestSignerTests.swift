import SparkWire
import Testing

private let key = "0123456789abcdef0123456789abcdef"
private let secret = "TestOnlySecretNotReal0000000000x"
/// Mon, 06 Jan 2025 08:00:00 GMT
private let moment: Int64 = 1_736_150_400
private let date = "Mon, 06 Jan 2025 08:00:00 GMT"

private func signer(_ url: String) throws -> RequestSigner {
  RequestSigner(url: try ServiceURL(url), credentials: Credentials(key: key, secret: secret))
}

private func signature(_ url: String, _ date: String) throws -> String {
  var buffer = ByteBuffer()
  try signer(url).appendSignature(date: date, to: &buffer)
  return buffer.bytes.text
}

private func target(_ url: String) throws -> String {
  var buffer = ByteBuffer(wiping: true)
  try signer(url).appendTarget(at: moment, to: &buffer)
  return buffer.bytes.text
}

struct RequestSignerTests {
  // The rows of protocol 2.1, then one for each way to write an address. The expected signatures
  // were computed with another implementation of HMAC.
  @Test(arguments: [
    ("wss://spark-api.xf-yun.com/v3.5/chat", date, "tt7kZaas4LhgW61UIM70n8ZYoFMkhLVg2NpbteZdp7c="),
    ("ws://127.0.0.1:8765/v1.1/chat", date, "p3c3ouccksJ3ZurDtcMASvjFd3ApZR1ItnUbh1K4qTg="),
    (
      "wss://spark-api.xf-yun.com/v4.0/chat", "Mon, 06 Jan 2025 08:00:00 UTC",
      "GACZ14m7Wonx6yM0gQliulgBE72wWlGLaWzKF8Chea4="
    ),
    ("wss://spark-api.xf-yun.com", date, "RhPHXuvwwsnFSZHD7ncr9BSK2rvuGZj1ZdHDWgonSuY="),
    (
      "wss://spark-api.xf-yun.com:443/v3.5/chat", date,
      "tt7kZaas4LhgW61UIM70n8ZYoFMkhLVg2NpbteZdp7c="
    ),
    (
      "ws://spark-api.xf-yun.com:80/v3.5/chat", date,
      "tt7kZaas4LhgW61UIM70n8ZYoFMkhLVg2NpbteZdp7c="
    ),
    (
      "wss://spark-api.xf-yun.com:8443/v3.5/chat", date,
      "jvnxpui1jF3J+oy4x85z5kUdERvpOLiQV5iJfTqgFb0="
    ),
    ("wss://spark-api.xf-yun.com/你", date, "N2j4JX1DIhmNidSAiKI54asMGoRaydrimSyaNTkOzaQ="),
    ("ws://[::1]:8080/v3.5/chat", date, "8EDKmFqf8N+aHpbmIfq686fGdnW0ZRnJR7rYYk3i3l8="),
  ])
  func `signs what is sent, however the URL is written`(
    url: String, date: String, expected: String
  ) throws {
    #expect(try signature(url, date) == expected)
  }

  // Protocol 3.8; computed likewise.
  @Test(arguments: [
    ("https://emb-cn-huabei-1.xf-yun.com/", "2/82iYS+jk1LYQiX3DkXjNixAN1mjpVewxjnT5KIwZw="),
    ("http://127.0.0.1:8765/emb?a=b", "TAZiD/u2MsOqJXm6SD+EpEWconRjhF51cKiusS+Ngpo="),
  ])
  func `signs the verb of an HTTP request`(url: String, expected: String) throws {
    let signer = RequestSigner(
      url: try ServiceURL(url), credentials: Credentials(key: key, secret: secret), method: "POST")
    var buffer = ByteBuffer()
    signer.appendSignature(date: date, to: &buffer)
    #expect(buffer.bytes.text == expected)
  }

  @Test func `signs the path that is asked for`() throws {
    #expect(
      try signature("wss://spark-api.xf-yun.com/chat/pro-128k", date)
        == "+bRK5DidYdUOO8TVXp5LH1IXgf5eDw2nkfrNjYcTrGg=")
  }

  @Test func `writes the canonical authorization`() throws {
    var buffer = ByteBuffer()
    try signer("wss://spark-api.xf-yun.com/v3.5/chat").appendAuthorization(
      date: date, to: &buffer)
    #expect(
      buffer.bytes.text
        == #"api_key="0123456789abcdef0123456789abcdef", algorithm="hmac-sha256", "#
        + #"headers="host date request-line", "#
        + #"signature="tt7kZaas4LhgW61UIM70n8ZYoFMkhLVg2NpbteZdp7c=""#)
  }

  @Test func `writes the canonical query`() throws {
    let authorization =
      "YXBpX2tleT0iMDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYiLCBhbGdvcml0aG09ImhtYWMtc2hhMjU2Iiwg"
      + "aGVhZGVycz0iaG9zdCBkYXRlIHJlcXVlc3QtbGluZSIsIHNpZ25hdHVyZT0idHQ3a1phYXM0TGhnVzYxVUlNNzBu"
      + "OFpZb0ZNa2hMVmcyTnBidGVaZHA3Yz0i"
    #expect(authorization.utf8.count == 212)
    #expect(
      try target("wss://spark-api.xf-yun.com/v3.5/chat")
        == "/v3.5/chat?authorization=\(authorization)"
        + "&date=Mon%2C%2006%20Jan%202025%2008%3A00%3A00%20GMT&host=spark-api.xf-yun.com")
  }

  @Test(arguments: [
    ("wss://example.com/chat?tag=a%20b&x", "/chat?tag=a%20b&x&authorization="),
    ("wss://example.com/chat?", "/chat?authorization="),
    ("wss://example.com?q=你", "/?q=%E4%BD%A0&authorization="),
  ])
  func `keeps the query of the URL`(url: String, start: String) throws {
    #expect(try target(url).hasPrefix(start))
  }

  @Test(arguments: [
    ("wss://example.com/", "example.com"), ("wss://example.com:443/", "example.com"),
    ("wss://example.com:80/", "example.com%3A80"), ("ws://example.com:80/", "example.com"),
    ("ws://example.com:443/", "example.com%3A443"), ("ws://[::1]:9/", "%5B%3A%3A1%5D%3A9"),
  ])
  func `names the host with a port that is not the usual one`(
    url: String, host: String
  ) throws {
    #expect(try target(url).hasSuffix("&host=" + host))
  }

  @Test func `refuses user information instead of signing it`() {
    #expect(throws: SparkError.self) { try signer("wss://user:pw@example.com/chat") }
  }

  @Test func `signs anew at each moment`() throws {
    var first = ByteBuffer()
    var second = ByteBuffer()
    let signer = try signer("wss://example.com/chat")
    signer.appendTarget(at: moment, to: &first)
    signer.appendTarget(at: moment + 1, to: &second)
    #expect(first.bytes.text.contains("08%3A00%3A00"))
    #expect(second.bytes.text.contains("08%3A00%3A01"))
    #expect(first.bytes.prefix(250) != second.bytes.prefix(250))
  }

  @Test func `the upgrade asks for the signed address`() throws {
    let url = try ServiceURL("ws://127.0.0.1:8765/v1.1/chat?tag=x")
    var buffer = ByteBuffer(wiping: true)
    UpgradeRequest.append(
      url: url,
      signer: RequestSigner(url: url, credentials: Credentials(key: key, secret: secret)),
      unixSeconds: moment, key: "dGhlIHNhbXBsZSBub25jZQ==", to: &buffer)
    let lines = buffer.bytes.text.split(separator: "\r\n", omittingEmptySubsequences: false)
    #expect(lines.first == "GET \(try target(url.description)) HTTP/1.1")
    #expect(
      lines.dropFirst() == [
        "Host: 127.0.0.1:8765", "User-Agent: \(Version.userAgent)", "Upgrade: websocket",
        "Connection: Upgrade", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "", "",
      ])
  }
}
