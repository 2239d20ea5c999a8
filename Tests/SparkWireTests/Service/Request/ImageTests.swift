import SparkWire
import Testing

/// The start of a PNG file of that size.
func png(width: UInt32, height: UInt32) -> [UInt8] {
  let size = [width, height].flatMap { number in
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }
  return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + [UInt8]("IHDR".utf8) + size
    + [8, 2, 0, 0, 0]
}

/// The start of a JPEG file of that size, with segments before the one that tells it.
private func jpeg(width: UInt16, height: UInt16, marker: UInt8 = 0xC0) -> [UInt8] {
  [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xFF, 0xC4, 0, 3, 9, 0xFF, marker, 0, 11, 8]
    + [UInt8(height >> 8), UInt8(height & 255), UInt8(width >> 8), UInt8(width & 255), 1]
}

private func image(_ bytes: [UInt8]) throws(SparkError) -> Image {
  let file = ByteBuffer(bytes)
  return try Image(file.readable)
}

struct ImageTests {
  @Test(
    arguments: [
      (png(width: 64, height: 48), Image.Format.png, 64, 48),
      (png(width: 50, height: 50), .png, 50, 50), (png(width: 1, height: 2500), .png, 1, 2500),
      (png(width: 12_800, height: 1000), .png, 12_800, 1000),
      (png(width: 6000, height: 6000), .png, 6000, 6000),
      (jpeg(width: 640, height: 480), .jpeg, 640, 480),
      (jpeg(width: 640, height: 480, marker: 0xC2), .jpeg, 640, 480),
    ])
  func `reads the size`(bytes: [UInt8], format: Image.Format, width: Int, height: Int) throws {
    let image = try image(bytes)
    #expect(image.format == format && image.width == width && image.height == height)
    var decoded = ByteBuffer()
    let base64 = ByteBuffer([UInt8](image.base64.utf8))
    let isDecoded = decoded.appendDecodedBase64(base64.readable)
    #expect(isDecoded)
    #expect(decoded.bytes == bytes)
  }

  @Test(
    arguments: [
      (png(width: 12_801, height: 100), "no side longer than 12800"),
      (jpeg(width: 100, height: 12_801), "no side longer than 12800"),
      (png(width: 49, height: 51), "no fewer than 50 x 50"),
      (png(width: 6000, height: 6001), "no more than 6000 x 6000"),
      (png(width: 0, height: 100), "neither a JPEG nor a PNG"),
      (png(width: .max, height: .max), "neither a JPEG nor a PNG"),
      ([], "neither a JPEG"), ([0xFF, 0xD8, 0xFF], "cut off"), ([UInt8]("GIF89a".utf8), "neither"),
      // A segment that claims to have no length, and one that goes beyond the end.
      ([0xFF, 0xD8, 0xFF, 0xE0, 0, 0, 0, 0], "neither"),
      ([0xFF, 0xD8, 0xFF, 0xE0, 0xFF, 0xFF, 0, 0], "neither"),
    ] as [([UInt8], String)])
  func `10029, 10041: refuses what the service would`(bytes: [UInt8], message: String) {
    let error = failure { () throws(SparkError) in _ = try image(bytes) }
    #expect(error?.status == .invalidArgument)
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    #expect(error?.hint.isEmpty == false)
  }

  @Test func `a file that ends anywhere is survived`() {
    for file in [png(width: 64, height: 48), jpeg(width: 640, height: 480)] {
      for count in 0..<file.count { _ = try? image(Array(file.prefix(count))) }
    }
  }

  @Test func `goes first, and is marked`() throws {
    var request = ChatRequest()
    let file = ByteBuffer(png(width: 64, height: 48))
    try request.addImage(file.readable)
    try request.addMessage(.user, "What is it?")
    let json = try encoded(request, model: "image")
    #expect(json.contains(#""content_type":"image"},{"role":"user","content":"What is it?"}"#))
    let elsewhere = failure { () throws(SparkError) in _ = try encoded(request, model: "max") }
    #expect(elsewhere?.message.contains("an image is set") == true)
    try request.addImage(file.readable)
    let second = failure { () throws(SparkError) in _ = try encoded(request, model: "image") }
    #expect(second?.message.contains("several") == true)
  }
}
