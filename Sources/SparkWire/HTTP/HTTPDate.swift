/// Dates as HTTP writes them (RFC 9110, 5.6.7). They do not depend on the locale, as `strftime`
/// does.
package enum HTTPDate {
  private static let dayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let longDayNames = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ]
  private static let monthNames = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
  private static let zones = ["GMT", "UTC"]
  private static let lastSecond: Int64 = 253_402_300_799  // of the year 9999

  /// The date as IMF-fixdate, `Mon, 06 Jan 2025 08:00:00 GMT`. Times outside the years 1970 to 9999
  /// become the nearest one inside.
  package static func string(unixSeconds: Int64) -> String {
    let seconds = min(max(unixSeconds, 0), lastSecond)
    let (days, time) = seconds.quotientAndRemainder(dividingBy: 86_400)
    let date = civilDate(days: days)
    // 1 January 1970 was a Thursday.
    let weekday = name((days + 4) % 7, of: dayNames)
    let clock = [time / 3_600, time / 60 % 60, time % 60].map { padded($0, to: 2) }
    return "\(weekday), \(padded(date.day, to: 2)) \(name(date.month - 1, of: monthNames))"
      + " \(padded(date.year, to: 4)) \(clock.joined(separator: ":")) GMT"
  }

  /// Reads any of the three formats a recipient has to accept; nil if `text` is none of them. The
  /// name of the day is not compared with the date.
  package static func unixSeconds(_ text: String) -> Int64? {
    var scanner = Scanner(text)
    let fields: Fields?
    if scanner.name(of: longDayNames) != nil {
      fields = rfc850(&scanner)
    } else if scanner.name(of: dayNames) != nil {
      fields = scanner.literal(", ") ? fixdate(&scanner) : asctime(&scanner)
    } else {
      fields = nil
    }
    guard let fields, scanner.isAtEnd else { return nil }
    return fields.unixSeconds
  }

  /// `06 Jan 2025 08:00:00 GMT`, after the name of the day
  private static func fixdate(_ scanner: inout Scanner) -> Fields? {
    guard let day = scanner.number(digits: 2), scanner.literal(" "),
      let month = scanner.name(of: monthNames), scanner.literal(" "),
      let year = scanner.number(digits: 4), scanner.literal(" "),
      let time = scanner.time(), scanner.literal(" "), scanner.name(of: zones) != nil
    else { return nil }
    return Fields(year: year, month: month + 1, day: day, time: time)
  }

  /// `, 06-Jan-25 08:00:00 GMT`, after the name of the day. A year of two digits is taken to be
  /// one of 1970 to 2069.
  private static func rfc850(_ scanner: inout Scanner) -> Fields? {
    guard scanner.literal(", "), let day = scanner.number(digits: 2), scanner.literal("-"),
      let month = scanner.name(of: monthNames), scanner.literal("-"),
      let year = scanner.number(digits: 2), scanner.literal(" "),
      let time = scanner.time(), scanner.literal(" "), scanner.name(of: zones) != nil
    else { return nil }
    let century: Int64 = year < 70 ? 2000 : 1900
    return Fields(year: century + year, month: month + 1, day: day, time: time)
  }

  /// ` Jan  6 08:00:00 2025`, after the name of the day
  private static func asctime(_ scanner: inout Scanner) -> Fields? {
    guard scanner.literal(" "), let month = scanner.name(of: monthNames), scanner.literal(" "),
      let day = scanner.literal(" ") ? scanner.number(digits: 1) : scanner.number(digits: 2),
      scanner.literal(" "), let time = scanner.time(), scanner.literal(" "),
      let year = scanner.number(digits: 4)
    else { return nil }
    return Fields(year: year, month: month + 1, day: day, time: time)
  }

  /// The date `days` after 1 January 1970. Years are counted from March, so that the leap day is
  /// the last.
  private static func civilDate(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468  // since 1 March of the year 0
    let (era, dayOfEra) = shifted.quotientAndRemainder(dividingBy: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
  }

  private static func padded(_ number: Int64, to width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(width - digits.utf8.count, 0)) + digits
  }

  private static func name(_ index: Int64, of names: [String]) -> String {
    names.indices.contains(Int(index)) ? names[Int(index)] : ""
  }
}

/// A date as read, every number with at most four digits.
private struct Fields {
  var year: Int64
  var month: Int64
  var day: Int64
  var time: (hour: Int64, minute: Int64, second: Int64)

  /// Nil if there is no such day or time.
  var unixSeconds: Int64? {
    // A second of 60 is a leap second.
    guard day >= 1, day <= daysInMonth, time.hour <= 23, time.minute <= 59, time.second <= 60
    else { return nil }
    let marchYear = month <= 2 ? year - 1 : year
    let monthFromMarch = month <= 2 ? month + 9 : month - 3
    let leapDays =
      floored(marchYear, by: 4) - floored(marchYear, by: 100)
      + floored(marchYear, by: 400)
    let days = 365 * marchYear + leapDays + (153 * monthFromMarch + 2) / 5 + day - 1 - 719_468
    return ((days * 24 + time.hour) * 60 + time.minute) * 60 + time.second
  }

  private var daysInMonth: Int64 {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
  }

  private func floored(_ number: Int64, by divisor: Int64) -> Int64 {
    number >= 0 ? number / divisor : (number - divisor + 1) / divisor
  }
}

/// Scans a date from the front.
private struct Scanner {
  private var rest: Substring.UTF8View

  init(_ text: String) {
    rest = text[...].utf8
  }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func literal(_ text: String) -> Bool {
    guard rest.starts(with: text.utf8) else { return false }
    rest = rest.dropFirst(text.utf8.count)
    return true
  }

  mutating func name(of names: [String]) -> Int64? {
    for (index, name) in names.enumerated() where literal(name) { return Int64(index) }
    return nil
  }

  mutating func number(digits: Int) -> Int64? {
    let text = rest.prefix(digits)
    guard text.count == digits else { return nil }
    var value: Int64 = 0
    for byte in text {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      value = value * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    rest = rest.dropFirst(digits)
    return value
  }

  mutating func time() -> (hour: Int64, minute: Int64, second: Int64)? {
    guard let hour = number(digits: 2), literal(":"), let minute = number(digits: 2),
      literal(":"), let second = number(digits: 2)
    else { return nil }
    return (hour, minute, second)
  }
}
