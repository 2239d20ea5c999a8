/// An image file. Its format and size are checked here, and whether a model takes them when a
/// request is sent.
package struct ImageFile: Sendable, Hashable {
  package enum Format: String, Sendable {
    case jpeg, png, gif, webp, bmp
  }

  package struct Size: Sendable, Hashable {
    package let width: Int
    package let height: Int
  }

  package let format: Format
  /// Of a JPEG or PNG file, in pixels.
  package let size: Size?
  package let base64: String

  package static let maxBytes = 64 << 20
  /// The limits of the model that takes images over WebSocket: 10029 and 10041.
  private static let maxSide = 12_800
  private static let pixels = (50 * 50)...(6000 * 6000)

  package init(_ bytes: UnsafeRawBufferPointer) throws(SparkError) {
    guard bytes.count <= Self.maxBytes else {
      throw SparkError(
        .invalidArgument, "the image has \(bytes.count) bytes",
        hint: "make it smaller than \(Self.maxBytes) bytes, or give its URL")
    }
    if let size = Self.pngSize(bytes) {
      (format, self.size) = (.png, size)
    } else if let size = Self.jpegSize(bytes) {
      (format, self.size) = (.jpeg, size)
    } else if let format = Self.otherFormat(bytes) {
      (self.format, size) = (format, nil)
    } else {
      throw SparkError(
        .invalidArgument,
        "the image is not a JPEG, PNG, GIF, WebP or BMP file, or is cut off",
        hint: "convert it to JPEG or PNG")
    }
    var encoded = ByteBuffer()
    encoded.appendBase64(bytes)
    guard !encoded.isEmpty else {
      throw SparkError(.noMemory, "out of memory while encoding the image")
    }
    base64 = String(decoding: encoded.readable, as: UTF8.self)
  }

  /// The file; nil if memory runs out.
  package var bytes: OwnedText? {
    var encoded = ByteBuffer()
    var file = ByteBuffer()
    encoded.append(base64)
    return file.appendDecodedBase64(encoded.readable) ? OwnedText(file.readable) : nil
  }

  /// Throws if the service does not take the image over WebSocket (protocol 3.5).
  func checkForWebSocket() throws(SparkError) {
    guard let size else {
      throw SparkError(
        .invalidArgument,
        "the image is a \(format.rawValue.uppercased()) file, but the service takes JPEG or PNG",
        hint: "convert it to JPEG or PNG")
    }
    let (width, height) = (size.width, size.height)
    let what = "the image is \(width) x \(height) pixels"
    guard max(width, height) <= Self.maxSide else {
      throw SparkError(
        .invalidArgument, "\(what), but the service takes no side longer than \(Self.maxSide)",
        hint: "make it smaller")
    }
    guard Self.pixels.contains(width * height) else {
      let isSmall = width * height < Self.pixels.lowerBound
      throw SparkError(
        .invalidArgument,
        "\(what), but the service takes no fewer than 50 x 50 and no more than 6000 x 6000",
        hint: isSmall ? "use a larger image" : "make it smaller")
    }
  }

  private static func otherFormat(_ bytes: UnsafeRawBufferPointer) -> Format? {
    if bytes.starts(with: "GIF87a".utf8) || bytes.starts(with: "GIF89a".utf8) { return .gif }
    if bytes.starts(with: "BM".utf8), bytes.count >= 26 { return .bmp }
    let isWebP = bytes.starts(with: "RIFF".utf8) && bytes.dropFirst(8).starts(with: "WEBP".utf8)
    return isWebP ? .webp : nil
  }

  /// The first chunk of a PNG file holds its size.
  private static func pngSize(_ bytes: UnsafeRawBufferPointer) -> Size? {
    let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    guard bytes.count >= 24, bytes.starts(with: signature),
      bytes[12..<16].elementsEqual("IHDR".utf8)
    else { return nil }
    let width = bigEndian(bytes, at: 16, count: 4)
    let height = bigEndian(bytes, at: 20, count: 4)
    // 31 bits, so that their product fits in 64.
    guard width > 0, height > 0, width >> 31 == 0, height >> 31 == 0 else { return nil }
    return Size(width: width, height: height)
  }

  /// A JPEG file is a sequence of segments, each with its length; a frame header holds the size.
  private static func jpegSize(_ bytes: UnsafeRawBufferPointer) -> Size? {
    guard bytes.starts(with: [0xFF, 0xD8, 0xFF]) else { return nil }
    var place = 2
    while place + 4 <= bytes.count, bytes[place] == 0xFF {
      let marker = bytes[place + 1]
      if marker == 0xFF {
        place += 1
      } else if isFrameHeader(marker) {
        guard place + 9 <= bytes.count else { return nil }
        let height = bigEndian(bytes, at: place + 5, count: 2)
        let width = bigEndian(bytes, at: place + 7, count: 2)
        return width > 0 && height > 0 ? Size(width: width, height: height) : nil
      } else {
        place += 2 + max(bigEndian(bytes, at: place + 2, count: 2), 2)
      }
    }
    return nil
  }

  /// SOF0 to SOF15, except DHT, JPG and DAC, whose codes are in the same range.
  private static func isFrameHeader(_ marker: UInt8) -> Bool {
    (0xC0...0xCF).contains(marker) && ![0xC4, 0xC8, 0xCC].contains(marker)
  }

  private static func bigEndian(_ bytes: UnsafeRawBufferPointer, at place: Int, count: Int) -> Int {
    bytes[place..<(place + count)].reduce(0) { $0 << 8 | Int($1) }
  }
}
