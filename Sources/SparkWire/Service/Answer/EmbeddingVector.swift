internal import COpenSSL
internal import Glibc

/// The vector of a text, at an address that C may use for as long as this object lives.
///
/// `@unchecked Sendable`: the memory is written in `init` only.
package final class EmbeddingVector: @unchecked Sendable {
  private let memory: UnsafeMutableRawPointer
  private let count: Int

  /// - Parameter text: The Base64 of little-endian 32-bit numbers, as many as the service sends
  ///   (protocol 3.8).
  init(base64 text: UnsafeRawBufferPointer) throws(SparkError) {
    let padding = text.suffix(2).filter { $0 == UInt8(ascii: "=") }.count
    let size = text.count / 4 * 3
    guard text.count % 4 == 0, let length = Int32(exactly: text.count),
      // OpenSSL counts padding as zeros, wherever it is.
      text.dropLast(padding).allSatisfy({ $0 != UInt8(ascii: "=") })
    else {
      throw .violation("the service's vector is not in Base64")
    }
    guard size - padding >= 4, (size - padding) % 4 == 0 else {
      throw .violation(
        "the service's vector has \(size - padding) bytes, which are not numbers of 4 bytes")
    }
    guard let memory = malloc(size) else {
      throw SparkError(.noMemory, "out of memory while reading a vector")
    }
    let written = EVP_DecodeBlock(
      memory.assumingMemoryBound(to: UInt8.self),
      text.baseAddress?.assumingMemoryBound(to: UInt8.self), length)
    guard Int(written) == size else {
      free(memory)
      throw .violation("the service's vector is not in Base64")
    }
    count = (size - padding) / 4
    guard Self.readNumbers(memory, count) else {
      free(memory)
      throw .violation("the service's vector has a number that is not finite")
    }
    self.memory = memory
  }

  deinit {
    free(memory)
  }

  package var numbers: UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(start: memory.assumingMemoryBound(to: Float.self), count: count)
  }

  /// Converts the numbers to this machine's byte order. Returns false if one is not finite:
  /// comparisons with such a vector would silently be meaningless.
  private static func readNumbers(_ memory: UnsafeMutableRawPointer, _ count: Int) -> Bool {
    var areFinite = true
    for index in 0..<count {
      let bits = UInt32(
        littleEndian: memory.load(fromByteOffset: index &* 4, as: UInt32.self))
      let number = Float(bitPattern: bits)
      memory.storeBytes(of: number, toByteOffset: index &* 4, as: Float.self)
      if !number.isFinite { areFinite = false }
    }
    return areFinite
  }
}
