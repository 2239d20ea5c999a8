import Testing

@testable import SparkWire

/// The grammar of RFC 8259: what is JSON, what is not, and the errors.
struct JSONReaderTests {
  @Test(arguments: [
    // Any value may be a document.
    ("null", "null"), ("true", "true"), ("false", "false"), ("0", "0"), (#""""#, "<>"),
    ("[]", "[]"), ("{}", "{}"), ("[[]]", "[[]]"), (#"{"":{}}"#, "{<>:{}}"),
    // These four are blanks, wherever a token may begin or end.
    (" \t\r\n7", "7"), ("7 \t\r\n", "7"), ("[ ]", "[]"), ("{\n}", "{}"),
    (" [ 1 , 2 ] ", "[1,2]"), ("[\t1\r,\n\"a\" ]", "[1,<a>]"),
    (" { \"a\" : 1 ,\t\"b\"\r:\n[ ] } ", "{<a>:1,<b>:[]}"),
    // Names: any text, the same name twice, and a name with escapes.
    (#"{"a":1,"b":2}"#, "{<a>:1,<b>:2}"), (#"{"a":1,"a":2}"#, "{<a>:1,<a>:2}"),
    (#"{"\u0061\n":1}"#, "{<a\n>:1}"), (#"{"a\u0000b":1}"#, "{<a\0b>:1}"),
    (#"{"\ud83d":1}"#, "{<\u{FFFD}>:1}"),
    (
      #"{"a":{"b":[{"c":null},[true,[false]]]},"d":"e"}"#,
      "{<a>:{<b>:[{<c>:null},[true,[false]]]},<d>:<e>}"
    ),
    // Texts hold everything but control characters, quotation marks and backslashes.
    (
      #""你好 😀 é \#u{7F}\#u{80}\#u{2028}\#u{FEFF}\#u{10FFFF}""#,
      "<你好 😀 é \u{7F}\u{80}\u{2028}\u{FEFF}\u{10FFFF}>"
    ),
    (#""/* // <a href='x'> [1,2] {\"a\":1}""#, #"</* // <a href='x'> [1,2] {"a":1}>"#),
    (#"["a","b","c"]"#, "[<a>,<b>,<c>]"), (#"["",{"":""}]"#, "[<>,{<>:<>}]"),
    (#""\"\\\/\b\f\n\r\t""#, "<\"\\/\u{8}\u{C}\n\r\t>"),
    (#""\u0041\u00e9\u4F60\uD83D\uDE00\ud83d\ude00""#, "<Aé你😀😀>"),
    (#""\uFFFF\ufffd\uE000""#, "<\u{FFFF}\u{FFFD}\u{E000}>"),
    (#""\\u0041 \\n \\\\""#, #"<\u0041 \n \\>"#),
    // Numbers come as they are written.
    ("[0,-0,1,-1,10,19,0.5,-0.0,1.25]", "[0,-0,1,-1,10,19,0.5,-0.0,1.25]"),
    (
      "[1e1,1E1,1e+1,1E-1,0e0,0E+00,1.5e007,-2.25E-9]",
      "[1e1,1E1,1e+1,1E-1,0e0,0E+00,1.5e007,-2.25E-9]"
    ),
    (
      "[1e400,-1E400,1e-400,123456789012345678901234567890,0.1e999999999999]",
      "[1e400,-1E400,1e-400,123456789012345678901234567890,0.1e999999999999]"
    ),
  ])
  func `takes JSON`(document: String, content: String) throws {
    let bytes = [UInt8](document)
    #expect(try Document(bytes).described() == content)
    #expect(try Document(bytes).look(\.described) == content)
    // Skipped values are checked, and do not change.
    let skipped = Document(bytes)
    _ = try skipped.skip()
    #expect(skipped.bytes == bytes)
    #expect(try Document(bytes).skip() == Document(bytes).look(\.kind))
  }

  @Test(
    arguments: [
      // Nothing, or too little.
      ("", .end, 0), ("  ", .end, 2), ("[", .end, 1), ("{", .end, 1), ("[1", .end, 2),
      ("[1,", .end, 3), (#"{"a""#, .end, 4), (#"{"a":"#, .end, 5), (#"{"a":1"#, .end, 6),
      (#"{"a":1,"#, .end, 7), (#"""#, .end, 1), (#""abc"#, .end, 4), (#"["a"#, .end, 3),
      (#"{"abc"#, .end, 5), ("-", .end, 1), ("1.", .end, 2), ("1e", .end, 2), ("1e+", .end, 3),
      // Too much.
      ("1 2", .notTheEnd, 2), ("[] []", .notTheEnd, 3), ("{},", .notTheEnd, 2),
      ("nullx", .notTheEnd, 4), (#""a"b"#, .notTheEnd, 3), ("[]]", .notTheEnd, 2),
      ("{}}", .notTheEnd, 2), ("1#", .notTheEnd, 1),
      // Words.
      ("nul", .noValue, 0), ("True", .noValue, 0), ("NULL", .noValue, 0), ("nan", .noValue, 0),
      ("NaN", .noValue, 0), ("Infinity", .noValue, 0), ("-Infinity", .noValue, 1),
      ("[fals]", .noValue, 1), ("undefined", .noValue, 0), ("truE", .noValue, 0),
      ("[nulll]", .noComma, 5), ("'a'", .noValue, 0), ("a", .noValue, 0), ("$", .noValue, 0),
      ("\u{FEFF}[]", .noValue, 0), ("é", .noValue, 0), ("// x\n1", .noValue, 0),
      ("[1,/**/2]", .noValue, 3),
      // Commas and brackets.
      ("[,]", .noValue, 1), ("[1,]", .noValue, 3), ("[1,,2]", .noValue, 3), ("[,1]", .noValue, 1),
      ("[1 2]", .noComma, 3), ("[1;2]", .noComma, 2), (#"["a" "b"]"#, .noComma, 5),
      ("[1}", .noComma, 2), ("[[1}]", .noComma, 3), ("[}", .noValue, 1), ("]", .noValue, 0),
      ("}", .noValue, 0), ("[1:2]", .noComma, 2), ("[{}[]]", .noComma, 3),
      // Members.
      ("{]", .noName, 1), ("{,}", .noName, 1), (#"{"a":1,}"#, .noName, 7), ("{1:2}", .noName, 1),
      ("{a:1}", .noName, 1), ("{'a':1}", .noName, 1), ("{null:1}", .noName, 1),
      (#"{"a":1,,"b":2}"#, .noName, 7), (#"{"a":1,b:2}"#, .noName, 7), ("{{}:1}", .noName, 1),
      (#"{"a"}"#, .noColon, 4), (#"{"a",1}"#, .noColon, 4), (#"{"a" 1}"#, .noColon, 5),
      (#"{"a"=1}"#, .noColon, 4), (#"{"a":}"#, .noValue, 5), (#"{"a"::1}"#, .noValue, 5),
      (#"{:1}"#, .noName, 1), (#"{"a":1]"#, .noComma, 6), (#"{"a":1 "b":2}"#, .noComma, 7),
      (#"{"a":1:2}"#, .noComma, 6), (#"{"a":b}"#, .noValue, 5), (#"{"a":[1}"#, .noComma, 7),
      // Numbers.
      ("01", .badNumber, 1), ("-01", .badNumber, 2), ("00", .badNumber, 1), ("[1.]", .badNumber, 3),
      ("[.5]", .noValue, 1), ("[-]", .noValue, 2), ("[+1]", .noValue, 1), ("[--1]", .noValue, 2),
      ("[1.e1]", .badNumber, 3), ("[1e]", .badNumber, 3), ("[1e+]", .badNumber, 4),
      ("[1e1.5]", .noComma, 4), ("[1.5.5]", .noComma, 4), ("[1e1e1]", .noComma, 4),
      ("[0x1]", .noComma, 2), ("[1_000]", .noComma, 2), ("[- 1]", .noValue, 2),
      ("[-a]", .noValue, 2), ("[1a]", .noComma, 2), ("[１]", .noValue, 1), ("[-.5]", .noValue, 2),
      // Texts.
      ("\"a\nb\"", .control, 2), ("\"\t\"", .control, 1), ("\"\u{1F}\"", .control, 1),
      ("\"abcdefgh\u{1}\"", .control, 9), ("{\"a\n\":1}", .control, 3),
      (#""\x41""#, .badEscape, 1), (#""\a""#, .badEscape, 1), (#""\U0041""#, .badEscape, 1),
      (#""\'""#, .badEscape, 1), (#""a\ b""#, .badEscape, 2), (#""\u""#, .badEscape, 1),
      (#""\u004""#, .badEscape, 1), (#""\u00G1""#, .badEscape, 1), (#""\u+041""#, .badEscape, 1),
      (#""\u 041""#, .badEscape, 1), (#""\u-041""#, .badEscape, 1), (#""\0""#, .badEscape, 1),
      (#""\é""#, .badEscape, 1), (#""\ud83d\u""#, .badEscape, 7), (#""\ud83d\x""#, .badEscape, 7),
      (#""\ud83d\ude0""#, .badEscape, 7), (#"{"\x":1}"#, .badEscape, 2),
      (#""\u004１""#, .badEscape, 1),
    ] as [(String, JSONFault.Reason, Int)])
  func `refuses what is none, and says where`(
    document: String, reason: JSONFault.Reason, place: Int
  ) {
    let bytes = [UInt8](document)
    let skipped = fault { () throws(JSONFault) in _ = try Document(bytes).skip() }
    let looked = fault { () throws(JSONFault) in _ = try Document(bytes).look(\.kind) }
    let described = fault { () throws(JSONFault) in _ = try Document(bytes).described() }
    for found in [skipped, looked, described] {
      #expect(found?.reason == reason)
      #expect(found?.at == place)
    }
  }

  @Test func `refuses every beginning of a document`() throws {
    let document = [UInt8](
      #"{"a":[null,true,false,-1.5e+3,"x\n\ud83d\ude00你",{"b":{}},[]],"\u0063":"","d":0}"#)
    _ = try Document(document).skip()
    for count in 0..<document.count {
      let part = [UInt8](document[..<count])
      let skipped = fault { () throws(JSONFault) in _ = try Document(part).skip() }
      let described = fault { () throws(JSONFault) in _ = try Document(part).described() }
      #expect(skipped?.at ?? .max <= count, "the first \(count) bytes")
      #expect(described?.at == skipped?.at, "the first \(count) bytes")
    }
  }

  @Test func `refuses a raw NUL at every place`() throws {
    let document = [UInt8](
      #" { "a" : [ 1 , -0.5e3 , true , false , null , "x" ] , "b\n" : { } , "c" : "" } "#)
    _ = try Document(document).skip()
    for place in 0...document.count {
      var changed = document
      changed.insert(0, at: place)
      #expect(throws: JSONFault.self, "a NUL at \(place)") { try Document(changed).skip() }
      #expect(throws: JSONFault.self, "a NUL at \(place)") { try Document(changed).described() }
      guard place < document.count else { continue }
      changed.remove(at: place + 1)
      #expect(throws: JSONFault.self, "a NUL instead of \(place)") { try Document(changed).skip() }
    }
  }

  /// Every byte instead of each byte: the three ways to read agree.
  @Test func `reads alike whether it skips or looks`() {
    let document = [UInt8](#"{"a":[0,-1.5e+3,true,null,"x\u00e9\\"],"b":{}}"#)
    for place in document.indices {
      for byte in 0..<UInt8(0x80) {
        var changed = document
        changed[place] = byte
        let skipped = fault { () throws(JSONFault) in _ = try Document(changed).skip() }
        let described = fault { () throws(JSONFault) in _ = try Document(changed).described() }
        #expect(skipped?.at == described?.at, "\(changed.text)")
        #expect(skipped?.reason == described?.reason, "\(changed.text)")
      }
    }
  }

  @Test(arguments: ["[]", "{}", "mixed"])
  func `goes 64 levels deep and no deeper`(kind: String) throws {
    func nested(_ depth: Int) -> [UInt8] {
      let opening = (0..<depth).map {
        kind == "mixed" && $0 % 2 == 0 || kind == "{}" ? #"{"":"# : "["
      }
      let closing = opening.reversed().map { $0 == "[" ? "]" : "}" }
      return [UInt8](opening.joined() + "1" + closing.joined())
    }
    _ = try Document(nested(64)).skip()
    _ = try Document(nested(64)).described()
    for depth in [65, 66, 1000] {
      let bytes = nested(depth)
      let skipped = fault { () throws(JSONFault) in _ = try Document(bytes).skip() }
      let described = fault { () throws(JSONFault) in _ = try Document(bytes).described() }
      #expect(skipped?.reason == .tooDeep && described?.reason == .tooDeep)
      #expect(skipped?.at == described?.at)
    }
    // Brackets of the same depth next to each other are not deeper.
    let flat = "[" + nested(63).text + "," + nested(63).text + "]"
    _ = try Document([UInt8](flat)).skip()
    _ = try Document([UInt8](flat)).described()
  }
  @Test func `levels that were entered one by one count as well`() throws {
    for entered in [1, 40, 63] {
      for depth in [64, 65] {
        let brackets = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let document = Document([UInt8](brackets))
        let found = fault { () throws(JSONFault) in
          try document.read { json throws(JSONFault) in
            for _ in 0..<entered {
              _ = try json.enterArray()
              _ = try json.nextElement()
            }
            _ = try json.value()
          }
        }
        #expect(found?.at == (depth == 65 ? 64 : nil), "\(entered) of \(depth)")
      }
    }
  }

  @Test(
    arguments: [
      (.end, "it ends too early"), (.noValue, "a value is expected"),
      (.noName, "a member's name in quotation marks is expected"),
      (.noColon, "a colon is expected"),
      (.noComma, "a comma or a closing bracket is expected"),
      (.notTheEnd, "nothing is expected after the value"),
      (.badNumber, "a digit is out of place or missing"), (.badEscape, "this escape is not known"),
      (.control, "a string contains a control character"),
      (.tooDeep, "it is nested more than 64 levels deep"),
    ] as [(JSONFault.Reason, String)])
  func `says what is wrong in words`(reason: JSONFault.Reason, words: String) {
    let error = [UInt8]("{\"a\":\n").withUnsafeBytes { bytes in
      JSONReader.violation(JSONFault(reason: reason, at: 7), beginning: bytes)
    }
    #expect(error.status == .protocol)
    #expect(
      error.message == "invalid JSON: \(words) (byte 7); it begins with '{\"a\":\u{FFFD}'")
  }
}
