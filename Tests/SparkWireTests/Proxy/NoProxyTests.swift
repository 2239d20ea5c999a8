import SparkWire
import Testing

struct NoProxyTests {
  @Test(arguments: [
    ("*", "spark.example"), ("a.example, *", "spark.example"), ("*", "::1"),
    ("spark.example", "spark.example"), ("SPARK.Example", "spark.example"),
    ("example", "spark.example"), (".example", "spark.example"), ("*.example", "spark.example"),
    ("example", "a.b.example"), (".example", "example"), ("example.", "spark.example"),
    ("a.test,example", "example"), ("a.test example", "example"), (" ,, example\t,", "example"),
    ("a.test\nexample", "example"), ("spark.example:443", "spark.example"),
    (".example:443", "spark.example"), ("127.0.0.1", "127.0.0.1"), ("127.0.0.1:443", "127.0.0.1"),
    ("::1", "::1"), ("[::1]", "::1"), ("[::1]:443", "::1"), ("0:0:0:0:0:0:0:1", "::1"),
    ("FD00::A", "fd00::a"), ("::ffff:10.0.0.1", "10.0.0.1"), ("10.0.0.1", "::ffff:10.0.0.1"),
    ("10.0.0.0/8", "10.255.0.1"), ("10.9.9.9/8", "10.255.0.1"), ("0.0.0.0/0", "8.8.8.8"),
    ("10.0.0.1/32", "10.0.0.1"), ("192.0.2.128/25", "192.0.2.255"),
    ("10.0.0.0/8", "::ffff:10.1.1.1"),
    ("fd00::/8", "fdff::1"), ("2001:db8:8000::/33", "2001:db8:ffff::"), ("::/0", "fd00::1"),
    ("::1/128", "::1"), ("::ffff:10.0.0.0/104", "10.1.2.3"),
  ])
  func `covers`(list: String, host: String) {
    #expect(NoProxy.covers(list, host: host, port: 443))
  }

  @Test(arguments: [
    ("", "spark.example"), (" , ", "spark.example"), ("ample", "spark.example"),
    ("park.example", "spark.example"), ("a.spark.example", "spark.example"), (".", "spark.example"),
    ("*.", "spark.example"), ("*spark.example", "spark.example"), ("**", "spark.example"),
    ("spark.example:80", "spark.example"), ("spark.example:", "spark.example"),
    ("spark.example:x", "spark.example"), ("spark.example:443:1", "spark.example"),
    ("spark.example:65979", "spark.example"), ("spark.example:-443", "spark.example"),
    ("http://spark.example", "spark.example"), ("spark.example/8", "spark.example"),
    ("0.0.1", "127.0.0.1"), ("127", "127.0.0.1"), ("0.1", "127.0.0.1"),
    ("127.0.0.1:80", "127.0.0.1"),
    ("[::1]:80", "::1"), ("[::1", "::1"), ("[::1]x", "::1"), ("::1]", "::1"), ("::2", "::1"),
    ("10.0.0.0/8", "11.0.0.1"), ("10.0.0.0/8", "spark.example"), ("10.0.0.0/33", "10.0.0.0"),
    ("10.0.0.0/-1", "10.0.0.0"), ("10.0.0.0/", "10.0.0.0"), ("10.0.0.0/x", "10.0.0.0"),
    ("10.0.0.0/8/8", "10.0.0.0"), ("10.0.0/8", "10.0.0.0"), ("/8", "10.0.0.0"), ("/", "10.0.0.0"),
    ("10.0.0.0/99999999999999999999", "10.0.0.0"), ("192.0.2.128/25", "192.0.2.127"),
    ("fd00::/8", "fe00::1"), ("2001:db8:8000::/33", "2001:db8:7fff::"), ("::/0", "10.0.0.1"),
    ("0.0.0.0/0", "::1"), ("::1/129", "::1"), ("::ffff:10.0.0.0/8", "10.1.2.3"),
    ("\u{212A}.example", "k.example"), ("é", "spark.example"),
  ])
  func `does not cover`(list: String, host: String) {
    #expect(!NoProxy.covers(list, host: host, port: 443))
  }

  @Test func `mutated lists do no harm`() {
    var generator = SeededGenerator(seed: 21)
    let seed = [UInt8]("example.com:443, 10.0.0.0/8,[fd00::1]:80 *.x.example,::1/128")
    for _ in 0..<4_000 {
      let list = seed.mutated(using: &generator).text
      for host in ["other.test", "192.0.2.1", "2001:db8::1"] {
        // Only a lone star, or a bit count or a name shortened by mutation, may cover these.
        let isCovered = NoProxy.covers(list, host: host, port: 443)
        if isCovered { #expect(list.contains("*") || list.contains("/"), "\(list)") }
      }
    }
  }
}
