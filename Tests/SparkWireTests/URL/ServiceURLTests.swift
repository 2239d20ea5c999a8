import SparkWire
import Testing

struct ServiceURLTests {
  @Test(arguments: [
    ("wss://spark-api.xf-yun.com/v4.0/chat", "wss://spark-api.xf-yun.com/v4.0/chat"),
    ("WSS://Spark-API.xf-yun.com:443/V4.0/Chat", "wss://spark-api.xf-yun.com/V4.0/Chat"),
    ("ws://example.com", "ws://example.com/"),
    ("ws://example.com:80", "ws://example.com/"),
    ("ws://example.com:443", "ws://example.com:443/"),
    ("wss://example.com:80?a=b", "wss://example.com:80/?a=b"),
    ("wss://example.com:00443/", "wss://example.com/"),
    ("wss://example.com/?", "wss://example.com/?"),
    ("wss://example.com/a?b?c=d/e", "wss://example.com/a?b?c=d/e"),
    ("wss://example.com//a/../b/.", "wss://example.com//a/../b/."),
    ("wss://example.com/%e4%bd%A0", "wss://example.com/%e4%bd%A0"),
    ("wss://example.com/你?q=好", "wss://example.com/%E4%BD%A0?q=%E5%A5%BD"),
    // A combining mark after a delimiter makes one Character with it.
    ("wss://example.com/\u{301}x?\u{301}y", "wss://example.com/%CC%81x?%CC%81y"),
    ("wss://example.com/\u{85}\u{2028}", "wss://example.com/%C2%85%E2%80%A8"),
    ("wss://example.com/a\"<>\\^`{|}[]b", "wss://example.com/a%22%3C%3E%5C%5E%60%7B%7C%7D%5B%5Db"),
    ("wss://example.com/-._~!$&'()*+,;=:@/?", "wss://example.com/-._~!$&'()*+,;=:@/?"),
    ("wss://example.com/@:8080", "wss://example.com/@:8080"),
    ("ws://localhost:8080/chat", "ws://localhost:8080/chat"),
    ("ws://my_service:1/", "ws://my_service:1/"),
    ("ws://127.0.0.1:65535/", "ws://127.0.0.1:65535/"),
    ("ws://[::1]:8080/", "ws://[::1]:8080/"),
    ("wss://[2001:DB8::A]:443/x", "wss://[2001:db8::a]/x"),
    ("wss://[::ffff:1.2.3.4]", "wss://[::ffff:1.2.3.4]/"),
    ("wss://xn--fiq228c.example/", "wss://xn--fiq228c.example/"),
    ("wss://1.2.3.example/", "wss://1.2.3.example/"),
    ("wss://0x7f.example/", "wss://0x7f.example/"),
    ("wss://Example.com.:443/x", "wss://example.com./x"),
    ("ws://localhost.:1/", "ws://localhost:1/"), ("ws://a.localhost./", "ws://a.localhost/"),
    ("ws://127.0.0.1.:8080/", "ws://127.0.0.1:8080/"),
  ])
  func `normalises`(text: String, normalised: String) throws {
    let url = try ServiceURL(text)
    #expect(url.description == normalised)
    // The normalised URL does not change.
    #expect(try ServiceURL(normalised) == url)
  }

  @Test(
    arguments: [
      ("wss://Example.com", true, "example.com", 443, "/", nil, "example.com", false),
      (
        "ws://example.com:8080/a?b", false, "example.com", 8080, "/a", "b", "example.com:8080",
        false
      ),
      ("wss://[::1]:1/?", true, "::1", 1, "/", "", "[::1]:1", true),
      ("wss://[::1]", true, "::1", 443, "/", nil, "[::1]", true),
      ("ws://10.0.0.1:443", false, "10.0.0.1", 443, "/", nil, "10.0.0.1:443", true),
    ] as [(String, Bool, String, UInt16, String, String?, String, Bool)])
  func `takes a URL apart`(
    text: String, isSecure: Bool, host: String, port: UInt16, path: String, query: String?,
    authority: String, isLiteral: Bool
  ) throws {
    let url = try ServiceURL(text)
    #expect(url.isSecure == isSecure)
    #expect(url.host == host)
    #expect(url.port == port)
    #expect(url.path == path)
    #expect(url.query == query)
    #expect(url.authority == authority)
    #expect(url.isLiteralAddress == isLiteral)
  }

  @Test func `a dot at the end of a name is for DNS only`() throws {
    let url = try ServiceURL("wss://Spark-API.xf-yun.com.:8443/v4.0/chat")
    #expect(url.lookupName == "spark-api.xf-yun.com.")
    #expect(url.host == "spark-api.xf-yun.com")
    #expect(url.authority == "spark-api.xf-yun.com:8443")
    #expect(try ServiceURL("wss://[::1]/").lookupName == "::1")
  }

  @Test(arguments: [
    ("wss://a.com/b?authorization=secret", "wss://a.com/b"), ("wss://a.com/?", "wss://a.com/"),
    ("https://[::1]:1?x=secret&y", "https://[::1]:1/"), ("ws://a.com./b", "ws://a.com./b"),
  ])
  func `is shown without its query`(text: String, shown: String) throws {
    #expect(try ServiceURL(text).display == shown)
  }

  @Test(arguments: [
    ("", "empty", "wss://"),
    ("spark-api.xf-yun.com/v4.0/chat", "no scheme", "wss://"),
    ("spark-api.xf-yun.com:443/v4.0/chat", "no scheme", "wss://"),
    ("//example.com/", "no scheme", "wss://"), ("://example.com", "no scheme", "wss://"),
    ("wss:/example.com", "no scheme", "wss://"), ("wss", "no scheme", "wss://"),
    ("w$s://example.com", "no scheme", "wss://"), ("你://example.com", "no scheme", "wss://"),
    ("ftp://example.com", "'ftp'", "starts with wss://"),
    ("wss://", "no host", "wss://"), ("wss:///path", "no host", "wss://"),
    ("wss://?q", "no host", "wss://"), ("wss://:443/", "no host", "wss://"),
    ("wss://example.com:0/", "port '0'", "default"),
    ("wss://example.com:65536/", "port '65536'", "default"),
    ("wss://example.com:/", "port", "default"), ("wss://example.com:+1/", "port", "default"),
    ("wss://example.com:99999999999999999999/", "port", "default"),
    ("wss://example.com:1:2/", "port", "default"), ("wss://[::1]8/", "port", "default"),
    ("wss://[::1]:/", "port", "default"),
    ("wss://a b.com/", "space at offset 7", "wss://"),
    (" wss://a.com/", "space at offset 0", "wss://"),
    ("wss://a.com/x y", "space at offset 13", "wss://"),
    ("wss://a.com/\r\nX: y", "control character 13 at offset 12", "wss://"),
    ("wss://a.com/\u{0}", "control character 0", "wss://"),
    ("wss://a.com/\u{7F}", "control character 127", "wss://"),
    ("wss://a.com\t", "control character 9", "wss://"),
    ("wss://a.com/#x", "fragment, at offset 12", "%23"), ("wss://a.com#", "fragment", "%23"),
    ("wss://a.com/%", "in the path", "%25"), ("wss://a.com/%4", "in the path", "%25"),
    ("wss://a.com/%zz", "in the path", "%25"), ("wss://a.com/?%4g", "in the query", "%25"),
    ("wss://a.com/%4你", "in the path", "%25"),
    ("wss://你好.example/", "'你好.example' in the URL is not ASCII", "punycode"),
    ("wss://a\u{301}.example/", "not ASCII", "punycode"),
    ("wss://a%20b/", "character '%'", "wss://"), ("wss://a\\b/", "character '\\'", "wss://"),
    ("wss://a,b/", "character ','", "wss://"), ("wss://a]/", "character ']'", "wss://"),
    ("wss://a..b/", "empty", "wss://"), ("wss://a../", "empty", "wss://"),
    ("wss://./", "empty", "wss://"),
    ("wss://127.1/", "neither a name nor an IPv4", "wss://"),
    ("wss://2130706433/", "neither", "wss://"), ("wss://0x7f000001/", "neither", "wss://"),
    ("wss://256.1.1.1/", "neither", "wss://"), ("wss://1.2.3.4.5/", "neither", "wss://"),
    ("wss://a.0x/", "neither", "wss://"),
    ("wss://::1/", "needs brackets: [::1]", "wss://"), ("wss://[::1/", "lacks its ']'", "wss://"),
    ("wss://[]/", "not an IPv6", "wss://"), ("wss://[1.2.3.4]/", "not an IPv6", "wss://"),
    ("wss://[::1::]/", "not an IPv6", "wss://"), ("wss://[fe80::1%eth0]/", "zone", "leave out '%'"),
    ("wss://[fe80::1%25eth0]/", "zone", "leave out '%'"),
  ])
  func `refuses, saying what is wrong`(text: String, message: String, hint: String) throws {
    let error = try #require(failure { () throws(SparkError) in _ = try ServiceURL(text) })
    #expect(error.status == .config)
    #expect(error.message.contains(message), "\(error.message)")
    #expect(error.hint.contains(hint), "\(error.hint)")
    #expect(!error.retryable)
  }

  @Test(arguments: [
    "wss://user:SECRET@example.com/", "wss://SECRET@example.com/", "wss://@example.com/SECRET",
    "wss://user:SECRET", "wss://user:SECRET/x@example.com", "user:SECRET@example.com",
    "SECRET@wss://example.com", "wss://example.com/?authorization=SECRET#",
    "wss://example.com/?authorization=SECRET%", "wss://example.com/SECRET space",
    "https://user:SECRET@example.com", "wss://user:SECRET@[::1/",
    "wss://user\r\n:SECRET@example.com",
  ])
  func `never repeats what may be a secret`(text: String) throws {
    let error = try #require(failure { () throws(SparkError) in _ = try ServiceURL(text) })
    #expect(!"\(error)".contains("SECRET"))
  }

  @Test func `limits the length`() throws {
    let start = "wss://example.com/"
    let fits = start + String(repeating: "a", count: 2_048 - start.utf8.count)
    #expect(try ServiceURL(fits).description == fits)
    for text in [fits + "a", start + String(repeating: "你", count: 300)] {
      let error = try #require(failure { () throws(SparkError) in _ = try ServiceURL(text) })
      #expect(error.message.contains("longer than 2048 bytes"), "\(error.message)")
    }
    let label = String(repeating: "a", count: 63)
    #expect(try ServiceURL("wss://\(label)/").host == label)
    for host in [label + "a", [label, label, label, label].joined(separator: ".")] {
      let error = try #require(
        failure { () throws(SparkError) in _ = try ServiceURL("wss://\(host)/") })
      #expect(error.message.contains("longer than"), "\(error.message)")
    }
  }

  @Test func `whatever it accepts is safe to send and stays the same`() throws {
    var generator = SeededGenerator(seed: 5)
    let seeds = [
      "wss://spark-api.xf-yun.com:8443/v4.0/chat?x=%20y", "ws://[2001:db8::1]:80/你",
      "ws://127.0.0.1",
    ]
    var accepted = 0
    for round in 0..<6_000 {
      let text = [UInt8](seeds[round % 3]).mutated(using: &generator).text
      guard let url = try? ServiceURL(text) else { continue }
      accepted += 1
      #expect(url.path.first == "/")
      #expect(url.description.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
      #expect(try ServiceURL(url.description) == url, "\(text)")
    }
    #expect(accepted > 500)
  }
}
