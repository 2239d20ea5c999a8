/// Returns the start of an untrusted text for an error message: one line, without control
/// characters that could affect a terminal.
func excerpt(_ bytes: some Collection<UInt8>, limit: Int = 80) -> String {
  var result = String.UnicodeScalarView()
  for scalar in String(decoding: bytes.prefix(limit), as: UTF8.self).unicodeScalars {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
      result.append("\u{FFFD}")
    default:
      result.append(scalar)
    }
  }
  return bytes.count > limit ? String(result) + "..." : String(result)
}

package func excerpt(_ text: some StringProtocol, limit: Int = 80) -> String {
  excerpt(Array(text.utf8.prefix(limit + 1)), limit: limit)
}
