internal import CJansson
@testable import SparkWire

/// The repair of halves of surrogate pairs: nothing that is valid is touched, and what is repaired
/// becomes UTF-8, joined in the same way however the text comes.
func surrogates(_ bytes: Bytes) {
  let isValid = (try? JSONParser.parse(bytes)).map { json_decref($0) } != nil
  guard let repaired = SurrogateRepair.repair(bytes) else { return }
  expect(!isValid, "valid JSON was repaired")
  repaired.withUnsafeBytes { expect(SurrogateRepair.repair($0) == nil, "repaired twice") }
  guard let document = repaired.withUnsafeBytes({ try? JSONParser.parse($0) }) else { return }
  defer { json_decref(document) }
  let value = JSONValue(raw: document)
  for text in ([value] + value.members).compactMap(\.bytes) { join(text) }
}

private func join(_ text: Bytes) {
  var documents: [UnsafeMutablePointer<json_t>] = []
  defer { for document in documents { json_decref(document) } }
  var half = SurrogateHalf()
  let whole = half.join(text, isEnd: true, into: &documents).map(checked) ?? ""
  expect(!half.isPending, "a half is left")
  let scalars = Array(text.text.unicodeScalars)
  for place in 0...min(scalars.count, 8) {
    var joined = ""
    var half = SurrogateHalf()
    for part in [scalars[..<place], scalars[place...]] {
      var piece = String.UnicodeScalarView()
      piece.append(contentsOf: part)
      let isEnd = part.endIndex == scalars.endIndex && part.startIndex == place
      joined += Array(String(piece).utf8).withUnsafeBytes {
        half.join($0, isEnd: isEnd, into: &documents).map(checked) ?? ""
      }
    }
    expect(Array(joined.utf8) == Array(whole.utf8), "\(joined) and \(whole)")
  }
}
