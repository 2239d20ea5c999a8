/// A value that people copy from the console or into a `.env` file. Some programs keep the file's
/// quotation marks and line ends.
package enum CopiedText {
  private static let quotes: Set<Unicode.Scalar> = [
    "\"", "'", "`", "\u{201C}", "\u{201D}", "\u{2018}", "\u{2019}",
  ]
  private static let spaces: Set<Unicode.Scalar> = [
    " ", "\t", "\u{A0}", "\u{200B}", "\u{3000}", "\u{FEFF}",
  ]

  /// Refuses characters that do not belong to the value.
  package static func check(
    _ value: some BidirectionalCollection<Unicode.Scalar>, _ what: String
  ) throws(SparkError) {
    guard let first = value.first, let last = value.last else { return }
    if last == "\r" {
      throw error(
        "\(what) ends with a carriage return", "the file it comes from has Windows line ends"
      )
    }
    if quotes.contains(first) || quotes.contains(last) {
      throw error(
        "\(what) has a quotation mark at its beginning or end",
        "not every program that reads a .env file removes them")
    }
    if spaces.contains(first) || spaces.contains(last) {
      throw error("\(what) has a space at its beginning or end", nil)
    }
    if last == "\n" { throw error("\(what) ends with a line end", nil) }
    if let control = value.first(where: { $0.value < 0x20 || $0.value == 0x7F }) {
      throw error("\(what) has the control character \(control.value)", nil)
    }
    if value.contains(" ") {
      throw error("\(what) has a space", "a comment after it may have been copied too")
    }
  }

  private static func error(_ message: String, _ why: String?) -> SparkError {
    SparkError(
      .invalidArgument, message,
      hint: "give it without quotation marks, spaces or line ends, as the console shows it"
        + (why.map { "; \($0)" } ?? ""))
  }
}
