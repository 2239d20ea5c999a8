import Glibc
import SparkWire
import Testing

struct HTTPDateTests {
  @Test(arguments: [
    (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
    (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
    (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
    (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"),
    (1_736_150_400, "Mon, 06 Jan 2025 08:00:00 GMT"),
    (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
    (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
    (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
  ])
  func `writes and reads the preferred format`(seconds: Int64, text: String) {
    #expect(HTTPDate.string(unixSeconds: seconds) == text)
    #expect(HTTPDate.unixSeconds(text) == seconds)
  }

  @Test(arguments: [
    (-1, "Thu, 01 Jan 1970 00:00:00 GMT"),
    (Int64.min, "Thu, 01 Jan 1970 00:00:00 GMT"),
    (253_402_300_800, "Fri, 31 Dec 9999 23:59:59 GMT"),
    (Int64.max, "Fri, 31 Dec 9999 23:59:59 GMT"),
  ])
  func `keeps to the years 1970 to 9999`(seconds: Int64, text: String) {
    #expect(HTTPDate.string(unixSeconds: seconds) == text)
  }

  @Test func `agrees with the C library`() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<2_000 {
      let seconds = Int64.random(in: 0...253_402_300_799, using: &generator)
      var time = time_t(seconds)
      var parts = tm()
      gmtime_r(&time, &parts)
      // The tests run in the C locale.
      let expected = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
        strftime(text.baseAddress, text.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
        return text.baseAddress.map { String(cString: $0) }
      }
      #expect(HTTPDate.string(unixSeconds: seconds) == expected)
      #expect(HTTPDate.unixSeconds(expected ?? "") == seconds)
    }
  }

  @Test(arguments: [
    ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
    ("Sun Nov  6 08:49:37 1994", 784_111_777),
    ("Sun Nov 16 08:49:37 1994", 784_975_777),
    ("Sun, 06 Nov 1994 08:49:37 UTC", 784_111_777),
    ("Sunday, 06-Nov-94 08:49:37 UTC", 784_111_777),
    ("Monday, 06-Jan-25 08:00:00 GMT", 1_736_150_400),
    ("Wednesday, 31-Dec-69 00:00:00 GMT", 3_155_673_600),
    ("Thursday, 01-Jan-70 00:00:00 GMT", 0),
    // a leap second, and a wrong name of the day
    ("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_800),
    ("Fri, 06 Nov 1994 08:49:37 GMT", 784_111_777),
    ("Sun, 01 Jan 1950 00:00:00 GMT", -631_152_000),
    ("Sat, 01 Jan 0000 00:00:00 GMT", -62_167_219_200),
  ])
  func `reads the other formats`(text: String, seconds: Int64) {
    #expect(HTTPDate.unixSeconds(text) == seconds)
  }

  @Test(arguments: [
    "", " ", "Sun", "Sun,", "Sun, 06 Nov 1994", "Sun, 06 Nov 1994 08:49:37",
    "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Nov 1994 08:49:37 GMT ",
    " Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT+1",
    "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 006 Nov 1994 08:49:37 GMT",
    "Sun, 06 November 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 94 08:49:37 GMT", "Sun, 06 Nov 19945 08:49:37 GMT",
    "Sun, 06 Nov -994 08:49:37 GMT", "Sun, +6 Nov 1994 08:49:37 GMT",
    "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT",
    "Sun, 29 Feb 2100 08:49:37 GMT", "Sun, 30 Feb 2000 08:49:37 GMT",
    "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:00 GMT",
    "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 06 Nov 1994 8:49:37 GMT",
    "Sun, 06 Nov 1994 08:49 GMT", "Sun,06 Nov 1994 08:49:37 GMT",
    "Sun, 06-Nov-1994 08:49:37 GMT", "Sunday, 06-Nov-1994 08:49:37 GMT",
    "Sunday, 06 Nov 1994 08:49:37 GMT", "Sunday Nov  6 08:49:37 1994",
    "Sun Nov 6 08:49:37 1994", "Sun Nov 06 08:49:37 1994 GMT", "Xyz, 06 Nov 1994 08:49:37 GMT",
    "1994-11-06T08:49:37Z", "784111777", "Sun, ٠٦ Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:37\u{0}GMT",
  ])
  func `refuses what is no date`(text: String) {
    #expect(HTTPDate.unixSeconds(text) == nil)
  }

  @Test func `survives mutated dates`() {
    var generator = SeededGenerator(seed: 2)
    let seeds = [
      "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
    ]
    for round in 0..<3_000 {
      let text = [UInt8](seeds[round % 3]).mutated(using: &generator).text
      guard let seconds = HTTPDate.unixSeconds(text) else { continue }
      #expect(abs(seconds) < 300_000_000_000)
    }
  }
}
