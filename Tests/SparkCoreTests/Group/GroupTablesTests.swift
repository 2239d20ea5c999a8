import SparkTransport
import Testing

@testable import SparkCore

struct GroupTablesTests {
  @Test func `a token never comes to mean something else`() {
    var table = SlotTable<String>()
    let first = table.insert { "first \($0)" }
    let second = table.insert { _ in "second" }
    #expect(table[first] == "first \(first)")
    #expect(table.count == 2)
    #expect(table.remove(first) == "first \(first)")
    #expect(table.remove(first) == nil)
    let third = table.insert { _ in "third" }
    #expect(table[first] == nil)
    #expect(table[third] == "third")
    table.update(first) { $0 = "wrong" }
    table.update(second) { $0 += "!" }
    #expect(table[second] == "second!")
    #expect(table[third] == "third")
    #expect(Set(table.tokens) == [second, third])
    #expect(table[.max] == nil && table[first | 0xFFFF_FFFF] == nil)
  }

  @Test func `the run queue is first in, first out`() {
    var queue = RunQueue()
    #expect(queue.popFirst() == nil)
    for number in 0..<3 as Range<UInt64> { queue.append(number) }
    #expect(queue.popFirst() == 0)
    queue.append(3)
    #expect([queue.popFirst(), queue.popFirst(), queue.popFirst()] == [1, 2, 3])
    #expect(queue.isEmpty)
  }

  @Test func `timers come due in their order`() {
    var queue = TimerQueue()
    let start = Instant.now()
    var generator = SystemRandomNumberGenerator()
    let delays = (0..<200).map { _ in Int32.random(in: 0..<1_000, using: &generator) }
    for (token, delay) in delays.enumerated() {
      queue.insert(start.advanced(byMilliseconds: delay), UInt64(token))
    }
    #expect(queue.popDue(start.advanced(byMilliseconds: -1)) == nil)
    var popped: [Int32] = []
    while let token = queue.popDue(start.advanced(byMilliseconds: 499)) {
      popped.append(delays[Int(token)])
    }
    #expect(popped == delays.filter { $0 <= 499 }.sorted())
    queue.keep { _, token in token.isMultiple(of: 2) }
    popped = []
    while let token = queue.popDue(start.advanced(byMilliseconds: 1_000)) {
      popped.append(delays[Int(token)])
    }
    let kept = delays.enumerated().filter { $0.offset.isMultiple(of: 2) && $0.element > 499 }
    #expect(popped == kept.map(\.element).sorted())
    #expect(queue.earliest == nil)
  }
}
