/// The failures of a builder's setters, kept until the option is set well.
///
/// A setter that fails must not be forgotten only because nobody looked at its result: the object
/// that is built from the options reports it.
package struct SetterErrors: Sendable {
  private var failures: [(option: String?, error: SparkError)] = []

  package init() {}

  /// Runs a setter; remembers its failure, or forgets an earlier one of the same option. What is
  /// added rather than set has no option, and its failure stands.
  package mutating func attempt(
    _ option: String?, _ set: () throws(SparkError) -> Void
  ) throws(SparkError) {
    if let option { forget(option) }
    do throws(SparkError) {
      try set()
    } catch {
      note(option, error)
      throw error
    }
  }

  /// Remembers a failure that was found before the setter ran.
  package mutating func note(_ option: String?, _ error: SparkError) {
    if let option { forget(option) }
    failures.append((option, error))
  }

  /// The option has been set well.
  package mutating func forget(_ option: String) {
    failures.removeAll { $0.option == option }
  }

  /// Whether a failure of the option still stands.
  package func contains(_ option: String) -> Bool {
    failures.contains { $0.option == option }
  }

  /// Throws the first failure that still stands.
  package func check() throws(SparkError) {
    if let first = failures.first { throw first.error }
  }
}
