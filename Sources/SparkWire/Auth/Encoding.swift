internal import COpenSSL

extension ByteBuffer {
  /// Appends `bytes` in Base64, with padding and without line breaks.
  package mutating func appendBase64(_ bytes: UnsafeRawBufferPointer) {
    guard let count = Int32(exactly: bytes.count) else { return }
    let size = (bytes.count + 2) / 3 * 4
    // OpenSSL writes a NUL after the text.
    let room = reserve(size + 1)
    guard room.count > size else { return }
    EVP_EncodeBlock(
      room.baseAddress?.assumingMemoryBound(to: UInt8.self),
      bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), count)
    commit(size)
  }

  /// Decodes `text` from Base64 and appends the result; returns false if it is not Base64.
  package mutating func appendDecodedBase64(_ text: UnsafeRawBufferPointer) -> Bool {
    guard let count = Int32(exactly: text.count), text.count % 4 == 0 else { return false }
    let padding = text.suffix(2).filter { $0 == UInt8(ascii: "=") }.count
    let room = reserve(text.count / 4 * 3)
    guard text.count > 0, room.count >= text.count / 4 * 3 else { return false }
    // OpenSSL counts the padding as zeros.
    let written = EVP_DecodeBlock(
      room.baseAddress?.assumingMemoryBound(to: UInt8.self),
      text.baseAddress?.assumingMemoryBound(to: UInt8.self), count)
    guard written >= Int32(padding) else { return false }
    commit(Int(written) - padding)
    return true
  }

  /// Appends `bytes` as the value of a URL query: percent-encodes all but the unreserved
  /// characters.
  package mutating func appendQueryValue(_ bytes: UnsafeRawBufferPointer) {
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        append(byte)
      default:
        append(UInt8(ascii: "%"))
        append(Self.hexDigit(byte >> 4))
        append(Self.hexDigit(byte & 0xF))
      }
    }
  }

  package mutating func appendQueryValue(_ text: String) {
    var text = text
    text.withUTF8 { appendQueryValue(UnsafeRawBufferPointer($0)) }
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + (value - 10)
  }
}
