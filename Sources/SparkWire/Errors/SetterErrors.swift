/// The errors of a builder's setters, each kept until its option is set successfully.
///
/// If the caller ignores a setter's error, the object that is built from the options reports it.
package struct SetterErrors: Sendable {
  private var failures: [(option: String?, error: SparkError)] = []

  package init() {}

  /// Runs a setter; records its error, or clears an earlier one of the same option. Values that are
  /// added, not set, have no option, and their errors are never cleared.
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

  /// Records an error that was found before the setter ran.
  package mutating func note(_ option: String?, _ error: SparkError) {
    if let option { forget(option) }
    failures.append((option, error))
  }

  /// Clears the errors of the option.
  package mutating func forget(_ option: String) {
    failures.removeAll { $0.option == option }
  }

  /// Whether there is an error of the option.
  package func contains(_ option: String) -> Bool {
    failures.contains { $0.option == option }
  }

  /// Throws the first recorded error.
  package func check() throws(SparkError) {
    if let first = failures.first { throw first.error }
  }
}
