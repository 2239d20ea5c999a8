import SparkWire

/// A user's image.
func image(_ bytes: Bytes) {
  _ = failure { () throws(SparkError) in
    let image = try ImageFile(bytes)
    let isMeasured = image.format == .jpeg || image.format == .png
    expect(isMeasured == (image.size != nil), "its size")
    if let size = image.size { expect(size.width > 0 && size.height > 0, "its size") }
    var file = ByteBuffer()
    let isBase64 = [UInt8](image.base64.utf8).withUnsafeBytes { file.appendDecodedBase64($0) }
    expect(isBase64 && file.readable.elementsEqual(bytes), "another file")
  }
}
