extension String {
  /// Whether `words` occur in the text. The standard library's own search would link 2 MB of
  /// regular expressions into the product.
  package func mentions(_ words: String) -> Bool {
    let pattern = Array(words.utf8)
    var rest = Array(utf8)[...]
    while rest.count >= pattern.count {
      if rest.starts(with: pattern) { return true }
      rest = rest.dropFirst()
    }
    return false
  }
}
