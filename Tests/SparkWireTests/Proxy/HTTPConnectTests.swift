import SparkWire
import Testing

private let success = "HTTP/1.1 200 Connection established\r\n\r\n"

private func connect(
  _ answer: String, login: String? = nil, to url: String = "wss://spark.example/v1"
) throws -> ProxyOutcome {
  let proxy = login.map { "http://\($0)@proxy:8080" } ?? "http://proxy:8080"
  return try ProxyDialogue.run(proxy, to: url, [[UInt8](answer)])
}

struct HTTPConnectTests {
  @Test(arguments: [
    ("wss://spark.example/v1", "spark.example:443"), ("ws://spark.example/", "spark.example:80"),
    ("ws://spark.example:443/", "spark.example:443"), ("wss://[::1]:8443/", "[::1]:8443"),
    ("wss://127.0.0.1?a", "127.0.0.1:443"),
  ])
  func `asks for host and port`(url: String, target: String) throws {
    let outcome = try connect(success, to: url)
    #expect(outcome.isConnected)
    #expect(
      outcome.sent.text
        == "CONNECT \(target) HTTP/1.1\r\nHost: \(target)\r\n"
        + "User-Agent: \(Version.userAgent)\r\n\r\n")
  }

  @Test(arguments: [
    ("Aladdin:open%20sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), ("user", "dXNlcjo="),
    (":pass", "OnBhc3M="), ("a%40b:c%3Ad%25", "YUBiOmM6ZCU="), ("a:b:c", "YTpiOmM="),
    ("%C3%A9:%e4%bd%a0", "w6k65L2g"),
  ])
  func `logs in`(login: String, token: String) throws {
    let outcome = try connect(success, login: login)
    #expect(outcome.isConnected)
    #expect(
      outcome.sent.text.hasSuffix("\r\nProxy-Authorization: Basic \(token)\r\n\r\n"),
      "\(outcome.sent.text)")
  }

  @Test func `sends no login without one`() throws {
    for login in [nil, "", ":"] as [String?] {
      #expect(try !connect(success, login: login).sent.text.contains("Authorization"))
    }
  }

  @Test(arguments: [
    success, "HTTP/1.0 200 OK\r\n\r\n", "HTTP/1.1 299\r\nX: y\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n",
    "HTTP/1.1 204 \r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nA: b\r\n\r\n\(success)",
    String(repeating: "HTTP/1.1 100 \r\n\r\n", count: 8) + success,
  ])
  func `connects, and leaves what the server says`(answer: String) throws {
    let bytes = [UInt8](answer)
    let served: [UInt8] = [0x16, 0x03, 0x03, 0x00]
    let whole = try ProxyDialogue.run("http://proxy", [bytes + served])
    #expect(whole.isConnected)
    #expect(whole.rest == served)
    for split in (bytes + served).splits {
      #expect(try ProxyDialogue.run("http://proxy", split) == whole)
    }
    #expect(try ProxyDialogue.run("http://proxy", (bytes + served).singly) == whole)
    let unfinished = try ProxyDialogue.run("http://proxy", bytes.dropLast().map { [$0] })
    #expect(!unfinished.isConnected && unfinished.failure == nil)
  }

  @Test(arguments: [
    (300, false, "redirects"), (302, false, "redirects"), (400, false, "HTTP proxy"),
    (401, false, "percent-encode"),
    (403, false, "administrator"), (404, false, "HTTP proxy"), (405, false, "CONNECT"),
    (407, false, "user:password@"), (429, true, "wait"), (500, true, "the proxy failed"),
    (501, true, "CONNECT"), (502, true, "reach the server"), (503, true, "failed"),
    (504, true, "reach the server"), (999, false, "HTTP proxy"),
  ])
  func `tells a refusal`(status: Int32, retryable: Bool, hint: String) throws {
    let answer = "HTTP/1.1 \(status) Reason hunter2\r\nContent-Length: 7\r\n\r\nhunter2"
    let error = try #require(try connect(answer).failure)
    #expect(error.status == .connect)
    #expect(error.httpDetails?.httpStatus == status)
    #expect(error.retryable == retryable)
    #expect(error.message.contains("proxy:8080"))
    #expect(error.message.contains("spark.example:443"))
    #expect(error.message.contains("\(status)"))
    #expect(error.hint.contains(hint), "\(error.hint)")
  }

  @Test(arguments: [
    ("", nil, "requires a user name"), ("", ProxyDialogue.login, "does not accept"),
    ("Proxy-Authenticate: Basic realm=\"x\"\r\n", ProxyDialogue.login, "does not accept"),
    ("Proxy-Authenticate: NTLM, basic realm=\"x\"\r\n", nil, "requires a user name"),
    ("Proxy-Authenticate: Negotiate\r\nProxy-Authenticate: BASIC\r\n", nil, "requires a user name"),
    ("Proxy-Authenticate: Negotiate\r\nproxy-authenticate: NTLM\r\n", nil, "another kind"),
    ("Proxy-Authenticate: Digest realm=\"b\"\r\n", ProxyDialogue.login, "another kind"),
  ])
  func `tells why the login failed`(field: String, login: String?, message: String) throws {
    let error = try #require(
      try connect("HTTP/1.1 407 Proxy Authentication Required\r\n\(field)\r\n", login: login)
        .failure)
    #expect(error.message.contains(message), "\(error.message)")
    #expect(error.httpDetails?.httpStatus == 407)
    #expect(!error.retryable)
  }

  @Test(arguments: [
    ("SSH-2.0-OpenSSH_9\r\n", "not HTTP/1"), ("\u{5}\u{0}", "not HTTP/1"),
    ("\u{15}\u{3}\u{1}", "not HTTP/1"), ("HTTP/2 200\r\n\r\n", "not HTTP/1"),
    ("HTTP/1.1 alice:hunter2\r\n\r\n", "not HTTP/1"),
    ("HTTP/1.1 200 OK\r\nBasic YWxpY2U6aHVudGVyMg==\r\n\r\n", "not HTTP/1"),
    ("HTTP/1.1 200 OK\r\nalice hunter2: x\r\n\r\n", "not HTTP/1"),
    ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: alice\r\n\r\n", "another protocol"),
    (String(repeating: "HTTP/1.1 100 \r\n\r\n", count: 9), "interim"),
  ])
  func `refuses what is no answer to CONNECT`(answer: String, message: String) throws {
    let error = try #require(try connect(answer, login: ProxyDialogue.login).failure)
    #expect(error.status == .protocol)
    #expect(error.message.contains(message), "\(error.message)")
    #expect(error.message.contains("proxy:8080"))
    #expect(!error.retryable)
  }

  @Test(arguments: [
    "X: \u{1B}[31m\r\n\r\n", "no colon\r\n\r\n", "A: b\n\n",
    String(repeating: "A: b\r\n", count: 101),
  ])
  func `a refusal is told whatever the rest of its head is like`(rest: String) throws {
    let error = try #require(
      try connect("HTTP/1.1 407 Proxy Authentication Required\r\n\(rest)").failure)
    #expect(error.status == .connect)
    #expect(error.message.contains("407: it requires a user name"), "\(error.message)")
    #expect(error.hint.contains("user:password"))
    #expect(error.httpDetails?.httpStatus == 407)
  }

  @Test func `bounds the answer's head`() throws {
    let line = "X: \(String(repeating: "x", count: 90))\r\n"
    for head in [
      "HTTP/1.1 200 OK\r\n" + String(repeating: line, count: 200),
      "HTTP/1.1 200 OK\r\n" + String(repeating: "A: b\r\n", count: 101),
      "HTTP/1.1 200 " + String(repeating: "x", count: 20_000),
    ] {
      let error = try #require(try connect(head).failure)
      #expect(error.status == .tooLarge)
      #expect(error.message.contains("proxy:8080"))
    }
  }
}
