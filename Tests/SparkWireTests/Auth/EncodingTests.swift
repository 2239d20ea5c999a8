import SparkWire
import Testing

struct EncodingTests {
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ])
  func `writes Base64 as RFC 4648 has it`(text: String, base64: String) {
    var buffer = ByteBuffer([UInt8]("x"))
    [UInt8](text).withUnsafeBytes { buffer.appendBase64($0) }
    #expect(buffer.bytes.text == "x" + base64)
  }

  @Test func `writes long Base64 without line breaks`() {
    let bytes = [UInt8](repeating: 0xFF, count: 3_000)
    var buffer = ByteBuffer()
    bytes.withUnsafeBytes { buffer.appendBase64($0) }
    #expect(buffer.bytes == [UInt8](repeating: UInt8(ascii: "/"), count: 4_000))
  }

  @Test(arguments: [
    ("", ""), ("aZ09-._~", "aZ09-._~"), ("a b+c", "a%20b%2Bc"), ("=&?/:,", "%3D%26%3F%2F%3A%2C"),
    ("你", "%E4%BD%A0"), ("\u{0}\u{7F}", "%00%7F"), ("\"'()*!", "%22%27%28%29%2A%21"),
  ])
  func `escapes a query's value`(text: String, escaped: String) {
    var buffer = ByteBuffer()
    buffer.appendQueryValue(text)
    #expect(buffer.bytes.text == escaped)
  }
}
