import Testing

@testable import SparkWire

/// Texts are resolved in place, and searched in words of 8 bytes.
struct JSONReaderTextTests {
  static let escapes = [
    (#"\n"#, "\n"), (#"\""#, "\""), (#"\\"#, "\\"), (#"\/"#, "/"), (#"\b"#, "\u{8}"),
    (#"\f"#, "\u{C}"), (#"\r"#, "\r"), (#"\t"#, "\t"), (#"\u0000"#, "\0"), (#"\u001f"#, "\u{1F}"),
    (#"\u0022"#, "\""), (#"\u005C"#, "\\"), (#"\u007f"#, "\u{7F}"), (#"\u0080"#, "\u{80}"),
    (#"\u07ff"#, "\u{7FF}"), (#"\u0800"#, "\u{800}"), (#"\ud7ff"#, "\u{D7FF}"),
    (#"\ue000"#, "\u{E000}"), (#"\uffff"#, "\u{FFFF}"), (#"\ud800\udc00"#, "\u{10000}"),
    (#"\udbff\udfff"#, "\u{10FFFF}"), (#"\uD83D\uDE00"#, "😀"),
    // Lone halves.
    (#"\ud800"#, "\u{FFFD}"), (#"\udfff"#, "\u{FFFD}"), (#"\ude00\ud83d"#, "\u{FFFD}\u{FFFD}"),
    (#"\ud83d\n"#, "\u{FFFD}\n"), (#"\ud83d\u0041"#, "\u{FFFD}A"),
    (#"\ud83dude00"#, "\u{FFFD}ude00"),
    (#"\ud83d\ud83d\ude00"#, "\u{FFFD}😀"), (#"\ud83d\\ude00"#, "\u{FFFD}\\ude00"),
    // Several.
    (#"\n\n\n\n\n\n\n\n\n\n"#, "\n\n\n\n\n\n\n\n\n\n"), (#"a\nbc\ndef\n"#, "a\nbc\ndef\n"),
  ]

  @Test(arguments: escapes)
  func `an escape at each place of a word`(escape: String, meaning: String) throws {
    for before in 0...17 {
      for after in [0, 1, 2, 7, 8, 9, 16] {
        let (front, back) = (filling(before), filling(after))
        for unit in ["", "é", "你", "😀"] {
          let json = "\"\(front)\(unit)\(escape)\(unit)\(back)\""
          let value = try read(json)
          #expect([UInt8](value) == [UInt8](front + unit + meaning + unit + back), "\(json)")
          // As a name, and with something after it.
          let members = Document([UInt8]("{\(json):\(json),\"x\":[\(json)]}"))
          let text = "<\(front)\(unit)\(meaning)\(unit)\(back)>"
          #expect(try members.described() == "{\(text):\(text),<x>:[\(text)]}")
        }
      }
    }
  }

  @Test func `a text of any length ends where it ends`() throws {
    for count in 0...40 {
      let text = filling(count)
      #expect(try read("\"\(text)\"") == text)
      // What ends a text, and what a text must not contain, at each place.
      for byte in 0..<UInt8(0x80) where byte < 0x20 || byte == 0x22 || byte == 0x5C {
        let json = [UInt8]("\"\(text)") + [byte] + [UInt8]("\"       ")
        let found = fault { () throws(JSONFault) in _ = try Document(json).look(\.kind) }
        let skipped = fault { () throws(JSONFault) in _ = try Document(json).skip() }
        #expect(found != nil && skipped != nil)
        guard byte < 0x20 else { continue }
        #expect(found?.at == count + 1 && found?.reason == .control)
      }
      // Nothing else is mistaken for these.
      for byte in UInt8(0x20)..<0x80 where byte != 0x22 && byte != 0x5C {
        let character = String(Unicode.Scalar(byte))
        #expect(try read("\"\(text)\(character)\(text)\"") == text + character + text)
      }
      for scalar in [0x80, 0xA0, 0xA2, 0xDC, 0xFF, 0x7FF, 0x800, 0xFFFF, 0x10000, 0x10FFFF] {
        let character = Unicode.Scalar(UInt32(scalar)).map { String($0) } ?? ""
        #expect(try read("\"\(text)\(character)\(text)\"") == text + character + text)
      }
    }
  }

  @Test func `a text without its end is refused at any length`() {
    for count in 0...24 {
      for text in [filling(count), #"\n"# + filling(count), filling(count) + #"\n"#] {
        let found = fault { () throws(JSONFault) in
          _ = try Document([UInt8]("\"" + text)).look(\.kind)
        }
        #expect(found?.reason == .end && found?.at == text.utf8.count + 1)
      }
    }
  }

  @Test func `a name is told from one that is nearly the same`() throws {
    for (json, isSame) in [
      (#""code""#, true), (#""\u0063ode""#, true), (#""cod\u0065""#, true), (#""cod""#, false),
      (#""codes""#, false), (#""Code""#, false), (#""code\u0000""#, false), (#""""#, false),
      (#""\u0000code""#, false),
    ] {
      let document = Document([UInt8](json))
      #expect(try document.look { "code" ~= $0 } == isSame, "\(json)")
    }
  }

  @Test func `resolving stays within the text`() throws {
    let texts = [#""\n""#, #""\ud83d\ude00x""#, #""plain""#, #""\u4f60\u597d""#, #""""#]
    for text in texts {
      let document = Document([UInt8]("[0,\(text),true]"))
      let before = document.bytes
      try document.read { json throws(JSONFault) in
        _ = try json.enterArray()
        for _ in 0..<2 {
          _ = try json.nextElement()
          _ = try json.value()
        }
      }
      let after = document.bytes
      let end = 3 + text.utf8.count
      #expect(after[..<4] == before[..<4] && after[end...] == before[end...], "\(text)")
    }
  }

  private func read(_ json: String) throws -> String {
    let text = try Document([UInt8](json)).look { value in
      #expect(value.start.load(fromByteOffset: value.count, as: UInt8.self) == 0)
      return value.text.flatMap { String(validating: $0, as: UTF8.self) }
    }
    return try #require(text)
  }

  private func filling(_ count: Int) -> String {
    String("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".prefix(count))
  }
}
