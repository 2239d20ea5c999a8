import SparkWire
import Testing

/// Returns the start of a PNG file of that size.
func png(width: UInt32, height: UInt32) -> [UInt8] {
  let size = [width, height].flatMap { number in
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }
  return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + [UInt8]("IHDR".utf8) + size
    + [8, 2, 0, 0, 0]
}

/// Returns the start of a JPEG file of that size, with segments before the one with the size.
private func jpeg(width: UInt16, height: UInt16, marker: UInt8 = 0xC0) -> [UInt8] {
  [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xFF, 0xC4, 0, 3, 9, 0xFF, marker, 0, 11, 8]
    + [UInt8(height >> 8), UInt8(height & 255), UInt8(width >> 8), UInt8(width & 255), 1]
}

private func image(_ bytes: [UInt8]) throws(SparkError) -> ImageFile {
  let file = ByteBuffer(bytes)
  return try ImageFile(file.readable)
}

/// Returns a request with these images, and a question about them.
private func asking(_ files: [UInt8]...) throws(SparkError) -> ChatRequest {
  var request = ChatRequest()
  for bytes in files {
    let file = ByteBuffer(bytes)
    try request.addImage(file.readable)
  }
  try request.addMessage(.user, "What is it?")
  return request
}

struct ImageTests {
  @Test(
    arguments: [
      (png(width: 64, height: 48), ImageFile.Format.png, 64, 48),
      (png(width: 50, height: 50), .png, 50, 50), (png(width: 1, height: 2500), .png, 1, 2500),
      (png(width: 12_800, height: 1000), .png, 12_800, 1000),
      (png(width: 6000, height: 6000), .png, 6000, 6000),
      (jpeg(width: 640, height: 480), .jpeg, 640, 480),
      (jpeg(width: 640, height: 480, marker: 0xC2), .jpeg, 640, 480),
    ])
  func `reads the size`(bytes: [UInt8], format: ImageFile.Format, width: Int, height: Int) throws {
    let image = try image(bytes)
    #expect(image.format == format && image.size?.width == width && image.size?.height == height)
    var decoded = ByteBuffer()
    let base64 = ByteBuffer([UInt8](image.base64.utf8))
    let isDecoded = decoded.appendDecodedBase64(base64.readable)
    #expect(isDecoded)
    #expect(decoded.bytes == bytes)
  }

  @Test(
    arguments: [
      ([UInt8]("GIF87a".utf8), ImageFile.Format.gif), ([UInt8]("GIF89a..".utf8), .gif),
      ([UInt8]("RIFF1234WEBPVP8 ".utf8), .webp),
      ([UInt8]("BM".utf8) + [UInt8](repeating: 0, count: 24), .bmp),
    ])
  func `knows other formats`(bytes: [UInt8], format: ImageFile.Format) throws {
    #expect(try image(bytes).format == format)
    let request = try asking(bytes)
    let error = failure { () throws(SparkError) in _ = try encoded(request, model: "image") }
    #expect(error?.message.contains("the service takes JPEG or PNG") == true)
  }

  @Test(
    arguments: [
      png(width: 0, height: 100), png(width: .max, height: .max), [], [0xFF, 0xD8, 0xFF],
      [UInt8]("GIF8".utf8), [UInt8]("RIFF1234WAVE".utf8), [UInt8]("RIFF".utf8), [UInt8]("BM".utf8),
      // A segment that claims to have no length, and one that goes beyond the end.
      [0xFF, 0xD8, 0xFF, 0xE0, 0, 0, 0, 0], [0xFF, 0xD8, 0xFF, 0xE0, 0xFF, 0xFF, 0, 0],
    ])
  func `refuses what is no image`(bytes: [UInt8]) {
    let error = failure { () throws(SparkError) in _ = try image(bytes) }
    #expect(error?.status == .invalidArgument)
    #expect(error?.message.contains("not a JPEG, PNG") == true)
    #expect(error?.hint.isEmpty == false)
  }

  @Test(
    arguments: [
      (png(width: 12_801, height: 100), "no side longer than 12800"),
      (jpeg(width: 100, height: 12_801), "no side longer than 12800"),
      (png(width: 49, height: 51), "no fewer than 50 x 50"),
      (png(width: 6000, height: 6001), "no more than 6000 x 6000"),
    ])
  func `10029, 10041: refuses what the service would`(bytes: [UInt8], message: String) throws {
    let request = try asking(bytes)
    let error = failure { () throws(SparkError) in _ = try encoded(request, model: "image") }
    #expect(error?.status == .invalidArgument)
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    #expect(error?.hint.isEmpty == false)
  }

  @Test func `a file that ends anywhere is survived`() {
    let webp = [UInt8]("RIFF1234WEBPVP8 ".utf8)
    for file in [png(width: 64, height: 48), jpeg(width: 640, height: 480), webp] {
      for count in 0..<file.count { _ = try? image(Array(file.prefix(count))) }
    }
  }

  @Test func `over WebSocket, one goes first, and is marked`() throws {
    let picture = png(width: 64, height: 48)
    var request = try asking(picture)
    let json = try encoded(request, model: "image")
    #expect(json.contains(#""content_type":"image"},{"role":"user","content":"What is it?"}"#))
    for (model, domain) in [("max", nil), ("maas", "xopglm51")] {
      let elsewhere = failure { () throws(SparkError) in
        _ = try encoded(request, model: model, domain: domain)
      }
      #expect(elsewhere?.message.contains("an image is set") == true)
    }
    request = try asking(picture, picture)
    let second = failure { () throws(SparkError) in _ = try encoded(request, model: "image") }
    #expect(second?.message.contains("several") == true)
    request = ChatRequest()
    try request.addImage(url: "https://pictures.example/cat.png")
    try request.addMessage(.user, "What is it?")
    let url = failure { () throws(SparkError) in _ = try encoded(request, model: "image") }
    #expect(url?.message.contains("given by URL") == true)
  }
}

struct ImagePartTests {
  private func messages(_ request: ChatRequest) throws(SparkError) -> String {
    let json = try encoded(
      request, url: "https://maas-api.cn-huabei-1.xf-yun.com/v2", domain: "xopqwen3vl")
    return String(json.drop { $0 != "[" })
  }

  private func part(_ url: String) -> String {
    #"{"type":"image_url","image_url":{"url":"\#(url)"}}"#
  }

  @Test func `over HTTP, images are parts of the message after them`() throws {
    var request = try asking(png(width: 10, height: 10), [UInt8]("GIF89a".utf8))
    try request.addMessage(.assistant, "Two pictures.")
    try request.addImage(url: "HTTPS://pictures.example/cat.png?a=b&c=%20#d")
    try request.addMessage(.user, "And now?")
    let first = try image(png(width: 10, height: 10)).base64
    #expect(
      try messages(request).hasPrefix(
        #"[{"role":"user","content":["# + part("data:image/png;base64,\(first)") + ","
          + part("data:image/gif;base64,R0lGODlh") + #",{"type":"text","text":"What is it?"}]},"#
          + #"{"role":"assistant","content":"Two pictures."},"#
          + #"{"role":"user","content":["# + part("HTTPS://pictures.example/cat.png?a=b&c=%20#d")
          + #",{"type":"text","text":"And now?"}]}]"#))
  }

  @Test func `an image may be all that the user says`() throws {
    var request = ChatRequest()
    try request.addMessage(.system, "Describe.")
    try request.addImage(url: "https://pictures.example/1")
    try request.addMessage(.assistant, "A cat.")
    try request.addImage(url: "https://pictures.example/2")
    #expect(
      try messages(request).hasPrefix(
        #"[{"role":"system","content":"Describe."},"#
          + #"{"role":"user","content":["# + part("https://pictures.example/1") + "]},"
          + #"{"role":"assistant","content":"A cat."},"#
          + #"{"role":"user","content":["# + part("https://pictures.example/2") + "]}]"))
  }

  @Test func `what is at a gateway is left to it`() throws {
    let request = try asking([UInt8]("GIF89a".utf8))
    let json = try encoded(request, url: "https://gateway.example/v1", domain: "vision")
    #expect(json.contains(part("data:image/gif;base64,R0lGODlh")))
  }

  @Test(arguments: [
    "", "cat.png", "ftp://pictures.example/1", "data:image/png;base64,AAAA", "https://a b",
    "https://a\n", "https://a/" + String(repeating: "a", count: 8192),
  ])
  func `refuses what is no address`(url: String) {
    var request = ChatRequest()
    let error = failure { () throws(SparkError) in try request.addImage(url: url) }
    #expect(error?.status == .invalidArgument && error?.hint.isEmpty == false)
    #expect(error?.message.contains("URL") == true)
  }
}
