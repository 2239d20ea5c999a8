/// An object that C holds by an opaque pointer.
///
/// C owns one reference to an object that a function returns with `retained`, and releases it with
/// the matching `_free`. All other functions borrow.
protocol Handle: AnyObject {
  /// Its name in error messages.
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
