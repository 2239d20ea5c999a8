import SparkWire

/// A picture that a user gives.
func image(_ bytes: Bytes) {
  _ = failure { () throws(SparkError) in
    let image = try Image(bytes)
    expect((1...12_800).contains(image.width) && (1...12_800).contains(image.height), "its size")
    var file = ByteBuffer()
    let isBase64 = [UInt8](image.base64.utf8).withUnsafeBytes { file.appendDecodedBase64($0) }
    expect(isBase64 && file.readable.elementsEqual(bytes), "another file")
  }
}
