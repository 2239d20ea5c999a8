import SparkWire
import Testing

struct ByteBufferTests {
  @Test func `is empty at first and after all is consumed`() {
    var buffer = ByteBuffer()
    #expect(buffer.count == 0)
    #expect(buffer.bytes == [])
    buffer.consume(5)
    buffer.commit(5)
    #expect(buffer.bytes == [])
    buffer.append("abc")
    buffer.consume(2)
    #expect(buffer.bytes.text == "c")
    buffer.consume(100)
    #expect(buffer.bytes == [])
  }

  @Test func `takes numbers that make no sense for what they can mean`() {
    var buffer = ByteBuffer([UInt8]("abc"))
    buffer.consume(-1)
    buffer.commit(-1)
    #expect(buffer.bytes.text == "abc")
    let room = buffer.reserve(10)
    #expect(room.count >= 10)
    buffer.commit(.max)
    #expect(buffer.count == 3 + room.count)
  }

  @Test func `gives as much room as was asked for`() {
    var buffer = ByteBuffer()
    for count in [1, 255, 256, 257, 5_000, 100_000] {
      let room = buffer.reserve(count)
      #expect(room.count >= count)
      room.initializeMemory(as: UInt8.self, repeating: 0x61)
      buffer.commit(count)
    }
    #expect(buffer.count == 105_769)
    #expect(buffer.bytes.allSatisfy { $0 == 0x61 })
  }

  @Test func `appends nothing`() {
    var buffer = ByteBuffer()
    buffer.append(UnsafeRawBufferPointer(start: nil, count: 0))
    buffer.append("" as String)
    #expect(buffer.bytes == [])
  }

  @Test func `reports when memory runs out`() {
    var buffer = ByteBuffer()
    buffer.append("abc")
    let room = buffer.reserve(1 << 41)
    #expect(room.count < 1 << 41)
    #expect(buffer.bytes.text == "abc")
  }

  @Test(arguments: [false, true])
  func `clearing forgets the content`(wiping: Bool) {
    var buffer = ByteBuffer(wiping: wiping)
    buffer.append([UInt8](repeating: 1, count: 40_000))
    buffer.clear()
    #expect(buffer.bytes == [])
    buffer.append("abc")
    buffer.clear(keeping: 0)
    #expect(buffer.bytes == [])
    buffer.append("d")
    #expect(buffer.bytes.text == "d")
  }

  @Test(arguments: [false, true])
  func `frees a large buffer as soon as all is consumed`(wiping: Bool) {
    var buffer = ByteBuffer(wiping: wiping)
    for (count, isFreed) in [(60_000, false), (131_072, false), (131_073, true), (4_000_000, true)]
    {
      buffer.append([UInt8](repeating: 1, count: count))
      buffer.consume(count - 1)
      #expect(buffer.bytes == [1])
      buffer.consume(1)
      #expect(buffer.bytes == [])
      let room = buffer.reserve(1).count
      #expect(isFreed ? room < 1_000 : room >= count)
    }
    buffer.append("abc")
    #expect(buffer.bytes.text == "abc")
  }

  @Test(arguments: [false, true])
  func `is a queue, whatever is put in and taken out`(wiping: Bool) {
    var generator = SeededGenerator(seed: 20)
    var buffer = ByteBuffer(wiping: wiping)
    var expected: [UInt8] = []
    for round in 0..<3_000 {
      let piece = (0..<Int.random(in: 0...300, using: &generator)).map {
        UInt8(truncatingIfNeeded: $0 &+ round)
      }
      if Bool.random(using: &generator) {
        buffer.append(piece)
        expected += piece
      } else {
        let taken = Int.random(in: 0...(expected.count + 2), using: &generator)
        buffer.consume(taken)
        expected.removeFirst(min(taken, expected.count))
      }
      if buffer.bytes != expected { Issue.record("differs in round \(round)") }
    }
  }
}

struct OwnedTextTests {
  @Test(arguments: ["", "a", "你好😀", "a\u{0}b"])
  func `holds a text with a NUL after it`(text: String) {
    let owned = OwnedText(text)
    #expect(owned.string == text)
    #expect([UInt8](owned.bytes) == [UInt8](text))
    #expect(owned.bytes.baseAddress?.load(fromByteOffset: owned.bytes.count, as: UInt8.self) == 0)
  }

  @Test func `stays where it is`() {
    let owned = OwnedText("abc")
    let address = owned.bytes.baseAddress
    let others = (0..<100).map { OwnedText("\($0)") }
    #expect(owned.bytes.baseAddress == address)
    #expect(others.count == 100)
  }
}
