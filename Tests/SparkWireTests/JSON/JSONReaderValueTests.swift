import Testing

@testable import SparkWire

/// The results for a value that was read, or skipped and read later.
struct JSONReaderValueTests {
  @Test(
    arguments: [
      ("0", 0), ("-0", 0), ("7", 7), ("-7", -7), ("10013", 10013), ("1.0", 1), ("-2.00", -2),
      ("1e3", 1000), ("15E-1", nil), ("20E-1", 2), ("1.5", nil), ("0.0", 0), ("1e-400", 0),
      ("9223372036854775807", .max), ("-9223372036854775808", .min), ("9223372036854775808", nil),
      ("-9223372036854775809", nil), ("18446744073709551615", nil),
      ("9007199254740993", 9_007_199_254_740_993),
      ("1e18", 1_000_000_000_000_000_000), ("1e19", nil), ("1e400", nil), ("-1e400", nil),
      ("99999999999999999999999999", nil), ("-9223372036854775808.0", nil),
      // As strings.
      (#""0""#, 0), (#""-7""#, -7), (#""2.0""#, 2), (#""1e3""#, 1000), (#""007""#, 7),
      (#""+5""#, 5),
      (#""\u0032""#, 2), (#""""#, nil), (#""-""#, nil), (#"" 2""#, nil), (#""2 ""#, nil),
      (#""two""#, nil),
      (#""2\u0000""#, nil), (#""2\u0000x""#, nil), (#""0x10""#, nil), (#""0x1p3""#, nil),
      (#""inf""#, nil),
      (#""nan""#, nil), (#""1e400""#, nil), (#""\ud83d""#, nil), (#""２""#, nil), (#""1_0""#, nil),
      (#""9223372036854775808""#, nil), (#""--1""#, nil), (#""e""#, nil), (#"".""#, nil),
      // Not a number at all.
      ("null", nil), ("true", nil), ("[1]", nil), ("{}", nil),
    ] as [(String, Int64?)])
  func `a whole number is one however it is written`(json: String, number: Int64?) throws {
    let document = Document([UInt8](json))
    #expect(try document.look(\.integer) == number)
  }

  @Test func `a number of megabytes is none`() throws {
    let digits = String(repeating: "9", count: 1 << 20)
    for json in [digits, "0.5\(digits)", "1e\(digits)", "\"\(digits)\""] {
      #expect(try Document([UInt8](json)).look(\.integer) == nil)
    }
  }

  @Test(
    arguments: [
      (#"[1,2,3]"#, "[2,3]"), ("[1 , 2 ]", "[2]"), ("[1]", nil), ("[1 ]", nil),
      (#"["a","b\n",{}]"#, "[<b\n>,{}]"),
      ("[[],[],[]]", "[[],[]]"), ("[{},{\"a\":1}]", "[{<a>:1}]"),
    ] as [(String, String?)])
  func `what follows an element is an array of its own`(json: String, rest: String?) throws {
    let document = Document([UInt8](#"{"a":"# + json + #","b":0}"#))
    let found = try document.read { reader throws(JSONFault) in
      _ = try reader.enterObject()
      _ = try reader.nextMember()
      _ = try reader.enterArray()
      _ = try reader.nextElement()
      _ = try reader.value()
      let rest = try reader.restOfArray()?.described
      // The object continues after it.
      let next = try reader.nextMember()?.string
      try reader.skip()
      _ = try reader.nextMember()
      try reader.finish()
      return [rest, next]
    }
    #expect(found == [rest, "b"])
  }

  @Test(arguments: [
    ("[1 2]", 3), ("[1,]", 3), ("[1,2", 4), ("[1", 2), ("[1}", 2), ("[1,2,,3]", 5), ("[1,2}", 4),
  ])
  func `what follows an element is checked`(json: String, place: Int) {
    let found = fault { () throws(JSONFault) in
      try Document([UInt8](json)).read { reader throws(JSONFault) in
        _ = try reader.enterArray()
        _ = try reader.nextElement()
        _ = try reader.value()
        _ = try reader.restOfArray()
      }
    }
    #expect(found?.at == place)
  }

  @Test(arguments: ["{}", "[]", #"{"a": [1, "\n\ud83d"] }"#, "5", "-1e400", "true", "null"])
  func `another value than a text is handed on as it came`(json: String) throws {
    for blank in ["", " ", "\n\t"] {
      try Document([UInt8]("[\(json)\(blank)]")).read { reader throws(JSONFault) in
        _ = try reader.enterArray()
        _ = try reader.nextElement()
        let value = try reader.value()
        _ = try reader.nextElement()
        let text = value.terminated
        #expect([UInt8](text) == [UInt8](json))
        #expect(text.baseAddress?.load(fromByteOffset: text.count, as: UInt8.self) == 0)
      }
    }
  }

  @Test(
    arguments: [
      (#""[1,\"a\",{\"b\":\"\\n\"}]""#, "[1,<a>,{<b>:<\n>}]"), (#""{}""#, "{}"), (#"" 7 ""#, "7"),
      (#""\"\"""#, "<>"),
      (#""\u005b\u005d""#, "[]"), (#""\"\\ud83d\\ude00\\ud83d\"""#, "<😀\u{FFFD}>"),
      (#""\"\ud83d\"""#, "<\u{FFFD}>"),
      (#""""#, nil), (#""[1""#, nil), (#""[] []""#, nil), (#""plain""#, nil), (#""[\u0000]""#, nil),
      (#""[1]\u0000""#, nil),
      ("[1]", nil), ("7", nil), ("null", nil), ("{}", nil),
    ] as [(String, String?)])
  func `JSON within a text is read like any other`(json: String, inner: String?) throws {
    let document = Document([UInt8](json))
    #expect(try document.look({ $0.innerValue?.described }) == inner)
  }

  @Test func `JSON within a text goes 64 levels deep as well`() throws {
    for depth in [64, 65] {
      let inner = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
      let document = Document([UInt8]("\"\(inner)\""))
      #expect(try document.look({ $0.innerValue?.described }) == (depth == 64 ? inner : nil))
    }
  }

  @Test func `what is no object or array holds nothing`() throws {
    for json in ["null", "7", #""[1]""#, "true"] {
      try Document([UInt8](json)).look { value in
        value.forEachMember { _, _ in Issue.record("a member of \(json)") }
        value.forEachOrOnly { _ in Issue.record("an element of \(json)") }
      }
    }
    var seen: [String] = []
    let missing = JSONReader.Value.missing
    missing.forEachOrOnly { seen.append($0.described) }
    #expect(seen.isEmpty && missing.isNull && missing.integer == nil && missing.string == nil)
    for json in [#"{"a":1}"#, "[1,[2]]"] {
      try Document([UInt8](json)).look { $0.forEachOrOnly { seen.append($0.described) } }
    }
    #expect(seen == ["{<a>:1}", "1", "[2]"])
  }
}
