/// An object that C holds by an opaque pointer.
///
/// C owns one reference to what a function hands out with `retained`, and gives it back with the
/// matching `_free`. All other functions borrow.
protocol Handle: AnyObject {
  /// What errors call it.
  static var noun: String { get }
}

extension Handle {
  /// A pointer that C owns.
  func retained() -> OpaquePointer {
    OpaquePointer(Unmanaged.passRetained(self).toOpaque())
  }

  /// A pointer that C borrows for as long as this object lives.
  func borrowed() -> OpaquePointer {
    OpaquePointer(Unmanaged.passUnretained(self).toOpaque())
  }

  static func borrow(_ pointer: OpaquePointer?) -> Self? {
    pointer.map { Unmanaged<Self>.fromOpaque(UnsafeRawPointer($0)).takeUnretainedValue() }
  }

  static func release(_ pointer: OpaquePointer?) {
    if let pointer { Unmanaged<Self>.fromOpaque(UnsafeRawPointer(pointer)).release() }
  }
}
