internal import Glibc

extension JSONReader {
  enum Kind: UInt8, CustomStringConvertible {
    case null, boolean, number, string, array, object

    /// The library is built without reflection data, so this must be spelled out.
    var description: String {
      switch self {
      case .null: "null"
      case .boolean: "a boolean"
      case .number: "a number"
      case .string: "a string"
      case .array: "an array"
      case .object: "an object"
      }
    }
  }

  /// A value, in place in the message: a resolved text, or the JSON of anything else.
  struct Value {
    private(set) var kind: Kind
    /// The text holds halves of surrogate pairs, each in three bytes as if it were a character.
    private(set) var hasHalves: Bool
    private(set) var start: UnsafeMutableRawPointer
    private(set) var count: Int

    init(_ kind: Kind, _ start: UnsafeMutableRawPointer, _ count: Int, hasHalves: Bool = false) {
      self.kind = kind
      self.hasHalves = hasHalves
      self.start = start
      self.count = count
    }

    /// A member that is missing, which means the same as null.
    static var missing: Value { Value(.null, nowhere, 0) }

    var isNull: Bool { kind == .null }

    /// The bytes of a text, or the JSON of another value.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

    /// A reader of an object or array.
    var reader: JSONReader {
      JSONReader(UnsafeMutableRawBufferPointer(start: start, count: count))
    }

    /// A text in which lone halves of surrogate pairs are replaced; nil for any other value.
    var text: UnsafeRawBufferPointer? {
      guard kind == .string else { return nil }
      if hasHalves { SurrogateHalf.replaceAll(in: start, count) }
      return bytes
    }

    var string: String? { text.map { String(decoding: $0, as: UTF8.self) } }

    /// A text, or the JSON of another value, with a NUL after it. The object or array that holds
    /// the value must not be read afterwards.
    var terminated: UnsafeRawBufferPointer {
      if let text { return text }
      // A bracket, a comma or white space follows.
      start.storeBytes(of: 0, toByteOffset: count, as: UInt8.self)
      return bytes
    }

    /// A whole number; gateways write them as 1, 1.0 or "1" (protocol 7.19).
    var integer: Int64? {
      guard kind == .number || kind == .string else { return nil }
      return digits ?? readOtherForm()
    }

    /// The usual form: digits, and perhaps a minus sign.
    private var digits: Int64? {
      let isNegative = count > 1 && start.load(as: UInt8.self) == UInt8(ascii: "-")
      var number: Int64 = 0
      var index = isNegative ? 1 : 0
      guard index < count else { return nil }
      while index < count {
        let byte = start.load(fromByteOffset: index, as: UInt8.self)
        guard byte.isDigit else { return nil }
        let (product, overflows) = number.multipliedReportingOverflow(by: 10)
        let (sum, overflowsToo) = product.subtractingReportingOverflow(
          Int64(byte &- UInt8(ascii: "0")))
        guard !overflows, !overflowsToo else { return nil }
        number = sum
        index += 1
      }
      if isNegative { return number }
      return number == .min ? nil : -number
    }

    /// A number with a fraction or an exponent.
    @inline(never)
    private func readOtherForm() -> Int64? {
      // `Double` also reads hexadecimal digits, and in a text it stops at a NUL.
      let isDecimal = bytes.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
          UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
          true
        default: false
        }
      }
      // A number that is rounded to the least integer need not be that integer.
      guard isDecimal, let number = Double(String(decoding: bytes, as: UTF8.self)), number > -0x1p63
      else { return nil }
      return Int64(exactly: number)
    }

    /// Removes the last bytes of the text.
    mutating func drop(last bytes: Int) {
      count -= min(bytes, count)
      start.storeBytes(of: 0, toByteOffset: count, as: UInt8.self)
    }

    /// Adds one byte at the front of the text, where its quotation mark was.
    mutating func growToFront() {
      start -= 1
      count += 1
    }
  }

  /// What is wrong with the JSON, and where.
  struct Fault: Error {
    enum Reason {
      case end, noValue, noName, noColon, noComma, notTheEnd, badNumber, badEscape, control, tooDeep
    }

    let reason: Reason
    /// The offset in bytes.
    let at: Int

    var description: String {
      switch reason {
      case .end: "it ends too early"
      case .noValue: "a value is expected"
      case .noName: "a member's name in quotation marks is expected"
      case .noColon: "a colon is expected"
      case .noComma: "a comma or a closing bracket is expected"
      case .notTheEnd: "nothing is expected after the value"
      case .badNumber: "a digit is out of place or missing"
      case .badEscape: "this escape is not known"
      case .control: "a string contains a control character"
      case .tooDeep: "it is nested more than \(JSONReader.maxDepth) levels deep"
      }
    }
  }

  /// Returns the error for JSON that begins with these bytes.
  static func violation(_ fault: Fault, beginning: UnsafeRawBufferPointer) -> SparkError {
    .violation(
      "invalid JSON: \(fault.description) (byte \(fault.at));"
        + " it begins with '\(excerpt(beginning))'")
  }
}

/// Compares the name of a member, for use in a `switch`.
func ~= (name: StaticString, value: JSONReader.Value) -> Bool {
  value.count == name.utf8CodeUnitCount && memcmp(value.start, name.utf8Start, value.count) == 0
}
