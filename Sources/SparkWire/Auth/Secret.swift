internal import COpenSSL
internal import Glibc

/// A credential: copied once, wiped when its last owner releases it, and never printed.
///
/// `@unchecked Sendable`: the memory is written in `init` only.
package final class Secret: @unchecked Sendable {
  private let bytes: UnsafeMutableRawBufferPointer

  package init(copying source: UnsafeRawBufferPointer) {
    bytes = .allocate(byteCount: max(source.count, 1), alignment: 1)
    bytes.initializeMemory(as: UInt8.self, repeating: 0)
    bytes.copyMemory(from: source)
    count = source.count
  }

  deinit {
    OPENSSL_cleanse(bytes.baseAddress, bytes.count)
    bytes.deallocate()
  }

  package let count: Int

  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes).prefix(count)))
  }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "[secret]" }
  package var debugDescription: String { "[secret]" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
