internal import Glibc

/// An immutable text that ends with a NUL, at an address that C may use for as long as this object
/// lives.
///
/// `@unchecked Sendable`: the memory is written in `init` only.
package final class OwnedText: @unchecked Sendable {
  private let memory: UnsafeMutableRawBufferPointer

  package init(_ bytes: some Collection<UInt8>) {
    memory = .allocate(byteCount: bytes.count + 1, alignment: 1)
    memory.initializeMemory(as: UInt8.self, repeating: 0)
    memory.copyBytes(from: bytes)
  }

  package convenience init(_ text: String) {
    self.init(text.utf8)
  }

  deinit {
    memory.deallocate()
  }

  /// The bytes without the NUL.
  package var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: memory.baseAddress, count: memory.count - 1)
  }

  package func equals(_ other: UnsafeRawBufferPointer) -> Bool {
    guard let left = memory.baseAddress, let right = other.baseAddress else { return false }
    return other.count == memory.count - 1 && memcmp(left, right, other.count) == 0
  }

  package var string: String { String(decoding: bytes, as: UTF8.self) }
}
