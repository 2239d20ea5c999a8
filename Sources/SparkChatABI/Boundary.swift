/// The parts that all entry points share.
///
/// An entry point only converts pointers and numbers into Swift values, makes one call, converts
/// the result back, and reports an error. NULL and invalid values end here with a status. The
/// header specifies ownership; `Handle` implements it.
internal import CSparkChat
internal import Glibc
internal import SparkWire

typealias ErrorSlot = UnsafeMutablePointer<OpaquePointer?>

/// Runs `body`; a thrown error becomes the status, and an error object if the caller wants one.
func boundary(
  _ slot: ErrorSlot?, _ body: () throws(SparkError) -> sparkchat_status
) -> sparkchat_status {
  slot?.pointee = nil
  do throws(SparkError) {
    return try body()
  } catch {
    slot?.pointee = ErrorHandle(error).retained()
    return sparkchat_status(error.status.rawValue)
  }
}

/// Runs `body` on the object at `pointer`.
func boundary<Object: Handle>(
  _ pointer: OpaquePointer?, _ type: Object.Type, _ slot: ErrorSlot?,
  _ body: (Object) throws(SparkError) -> Void
) -> sparkchat_status {
  boundary(slot) { () throws(SparkError) in
    try body(object(pointer, type))
    return SPARKCHAT_OK
  }
}

func object<Object: Handle>(
  _ pointer: OpaquePointer?, _ type: Object.Type
) throws(SparkError) -> Object {
  guard let object = Object.borrow(pointer) else { throw .null("the \(Object.noun)") }
  return object
}

/// The text of a NUL-terminated string.
func text(_ pointer: UnsafePointer<CChar>?, _ what: String) throws(SparkError) -> String {
  try text(pointer, length: .max, what)
}

/// The text of `length` bytes, or up to the NUL if `length` is SPARKCHAT_NUL_TERMINATED.
func text(
  _ pointer: UnsafePointer<CChar>?, length: Int, _ what: String
) throws(SparkError) -> String {
  guard let text = String(validating: try bytes(pointer, length: length, what), as: UTF8.self)
  else {
    throw SparkError(
      .invalidArgument, "\(what) is not valid UTF-8", hint: "convert it to UTF-8 first")
  }
  return text
}

func bytes(
  _ pointer: UnsafePointer<CChar>?, length: Int = .max, _ what: String
) throws(SparkError) -> UnsafeRawBufferPointer {
  guard let pointer else { throw .null(what) }
  // SIZE_MAX arrives as -1 because the importer maps size_t to Int.
  let isTerminated = length == .max || length == -1
  guard isTerminated || length >= 0 else {
    throw SparkError(.invalidArgument, "the length of \(what) is too large")
  }
  return UnsafeRawBufferPointer(start: pointer, count: isTerminated ? strlen(pointer) : length)
}

extension SparkError {
  /// The error for a number that is not a constant of the enum.
  static func unknown(_ type: String, _ value: UInt32) -> SparkError {
    SparkError(
      .invalidArgument, "\(value) is not a \(type)", hint: "use one of the constants in the header")
  }

  static func null(_ what: String) -> SparkError {
    SparkError(.invalidArgument, "\(what) is NULL")
  }
}

extension UnsafeRawBufferPointer {
  /// A borrowed text for C: its bytes, followed by a NUL, and their number.
  func exported(_ length: UnsafeMutablePointer<Int>? = nil) -> UnsafePointer<CChar>? {
    length?.pointee = count
    return baseAddress?.assumingMemoryBound(to: CChar.self)
  }
}

/// The text of a literal; never freed.
func exported(_ literal: StaticString) -> UnsafePointer<CChar> {
  UnsafeRawPointer(literal.utf8Start).assumingMemoryBound(to: CChar.self)
}
