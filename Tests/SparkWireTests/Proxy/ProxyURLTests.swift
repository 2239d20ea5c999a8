import SparkWire
import Testing

struct ProxyURLTests {
  @Test(arguments: [
    ("http://proxy.example:8080", Proxy.Kind.http, "proxy.example:8080"),
    ("HTTP://Proxy.Example:8080/", .http, "proxy.example:8080"),
    ("http://proxy.example", .http, "proxy.example:80"),
    ("proxy.example:3128", .http, "proxy.example:3128"), ("proxy", .http, "proxy:80"),
    ("user:hunter2@proxy:1", .http, "proxy:1"), ("http://user:hunter2@proxy", .http, "proxy:80"),
    ("socks5://proxy", .socks5, "proxy:1080"), ("socks://proxy:7890/", .socks5, "proxy:7890"),
    ("http://Proxy.Example.:1", .http, "proxy.example.:1"), ("localhost.:1", .http, "localhost:1"),
    ("socks5h://proxy:9", .socks5, "proxy:9"),
    ("SOCKS5://u:hunter2@127.0.0.1:65535", .socks5, "127.0.0.1:65535"),
    ("http://[::1]:8080", .http, "[::1]:8080"), ("socks5://u@[FD00::A]", .socks5, "[fd00::a]:1080"),
    ("http://user:hunter2:hun@ter2@proxy:1", .http, "proxy:1"),
    ("http://@proxy", .http, "proxy:80"),
  ])
  func `reads a URL`(text: String, kind: Proxy.Kind, authority: String) throws {
    let proxy = try Proxy(text)
    #expect(proxy.kind == kind)
    #expect(proxy.authority == authority)
    #expect(proxy.description == "\(kind)://\(authority)")
    var dump = ""
    Swift.dump(proxy, to: &dump)
    #expect(!dump.contains("ter2"))
  }

  @Test func `keeps an IPv6 address without brackets`() throws {
    let proxy = try Proxy("socks5://[::1]:1")
    #expect(proxy.host == "::1")
    #expect(proxy.port == 1)
  }

  @Test(arguments: [
    ("", "no host"), ("http://", "no host"), ("http:///", "no host"),
    ("http://user:hunter2@", "no host"), ("http://user:hunter2@:80", "neither a name"),
    ("https://proxy:443", "not supported"), ("HTTPS://user:hunter2@proxy", "not supported"),
    ("socks4://proxy", "only version 5"), ("socks4a://proxy", "only version 5"),
    ("ftp://proxy", "unknown scheme 'ftp'"),
    ("://proxy", "unknown scheme ''"), ("http://proxy/path", "continues"),
    ("http://proxy?hunter2", "continues"), ("http://proxy#hunter2", "continues"),
    ("http://user:hun/ter2@proxy", "continues"), ("http://user:hun?ter2@proxy", "continues"),
    ("http://user:hun#ter2@proxy", "continues"), ("http://proxy:0", "1 to 65535"),
    ("http://proxy:65536", "1 to 65535"), ("http://proxy:", "1 to 65535"),
    ("http://proxy:+80", "1 to 65535"), ("http://proxy:000080", "1 to 65535"),
    ("http://user:hunter2", "1 to 65535"), ("http://proxy:80:80", "1 to 65535"),
    ("http://::1", "brackets"), ("http://user:hunter2@fd00::1", "brackets"),
    ("http://[::1", "IPv6"), ("http://[hunter2]", "IPv6"), ("http://[127.0.0.1]", "IPv6"),
    ("http://[]", "IPv6"), ("http://[fe80::1%eth0]:80", "IPv6"), ("http://[::1]x", "1 to 65535"),
    ("http://hunter2!", "neither a name"), ("http://a..b", "neither a name"),
    ("http://127.1", "neither a name"), ("http://pro xy", "space"), ("http://proxy\n", "space"),
    (" http://proxy", "space"), ("http://pröxy", "ASCII"), ("http://proxy\u{0}", "control"),
    ("http://user:hunter%2@proxy", "two hexadecimal digits"),
    ("http://user:hunter2%@proxy", "two hexadecimal digits"),
    ("http://us%zzer@proxy", "two hexadecimal digits"),
    ("http://us%00er:hunter2@proxy", "the user name in the proxy's URL contains a control"),
    ("socks5://user:%0d%0Ahunter2@proxy", "the password in the proxy's URL contains a control"),
    ("http://us%7Fer:hunter2@proxy", "the user name in the proxy's URL contains a control"),
    ("http://us%3Aer:hunter2@proxy", "colon"), ("socks5://:hunter2@proxy", "no user name"),
  ])
  func `refuses a URL`(text: String, message: String) throws {
    let error = try #require(failure { () throws(SparkError) in _ = try Proxy(text) })
    #expect(error.status == .invalidArgument)
    #expect(error.message.contains(message), "\(error.message)")
    #expect(!error.hint.isEmpty)
    #expect(!"\(error)".contains("hun"))
  }

  @Test(arguments: [
    ("proxy:0", "looks like"), ("proxy:70000", "looks like"), ("user:hunter2", "before the host"),
  ])
  func `explains a port`(text: String, hint: String) throws {
    let error = try #require(failure { () throws(SparkError) in _ = try Proxy("http://" + text) })
    #expect(error.hint.contains(hint), "\(error.hint)")
  }

  @Test(arguments: ["http", "socks5"])
  func `bounds the lengths`(scheme: String) throws {
    for (count, fits) in [(255, true), (256, false)] {
      let long = String(repeating: "a", count: count)
      for text in ["\(scheme)://\(long):b@proxy", "\(scheme)://b:\(long)@proxy"] {
        let error = failure { () throws(SparkError) in _ = try Proxy(text) }
        #expect((error == nil) == fits)
      }
    }
    let escaped = String(repeating: "%20", count: 255)
    _ = try Proxy("\(scheme)://\(escaped)@proxy")
    let endless = String(repeating: "a", count: 3_000)
    #expect(failure { () throws(SparkError) in _ = try Proxy("\(scheme)://\(endless)") } != nil)
  }

  @Test func `mutated URLs never put a password into an error`() {
    var generator = SeededGenerator(seed: 20)
    var failures = 0
    let seeds = ["http://bob:hunter2hunter2@proxy.example:80", "socks5://a:%68unter2x@[::1]:1080"]
    for round in 0..<4_000 {
      let bytes = [UInt8](seeds[round % 2]).mutated(using: &generator)
      guard let error = failure(of: { () throws(SparkError) in _ = try Proxy(bytes.text) }) else {
        continue
      }
      failures += 1
      #expect(!"\(error)".contains("unter"), "\(bytes.text): \(error.message)")
    }
    #expect(failures > 500)
  }
}
