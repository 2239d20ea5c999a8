import SparkWire
import Testing

private func error(_ message: String) -> SparkError { SparkError(.invalidArgument, message) }

struct RejectionsTests {
  @Test func `a failure stands until its option is set well`() {
    var setterErrors = SetterErrors()
    #expect(failed(&setterErrors, "a", "first") == "first")
    #expect(standing(setterErrors) == "first")
    #expect(failed(&setterErrors, "a", "second") == "second")
    #expect(standing(setterErrors) == "second")
    #expect(failed(&setterErrors, "b", "other") == "other")
    succeed(&setterErrors, "a")
    #expect(standing(setterErrors) == "other")
    succeed(&setterErrors, "b")
    #expect(standing(setterErrors) == nil)
  }

  @Test func `what is added and not set cannot be mended`() {
    var setterErrors = SetterErrors()
    #expect(failed(&setterErrors, nil, "message 2") == "message 2")
    succeed(&setterErrors, nil)
    #expect(standing(setterErrors) == "message 2")
  }

  @Test func `notes a failure that was found elsewhere`() {
    var setterErrors = SetterErrors()
    setterErrors.note("a", error("not UTF-8"))
    setterErrors.note("a", error("NULL"))
    #expect(standing(setterErrors) == "NULL")
    succeed(&setterErrors, "a")
    #expect(standing(setterErrors) == nil)
  }

  private func failed(_ setterErrors: inout SetterErrors, _ option: String?, _ message: String)
    -> String?
  {
    do throws(SparkError) {
      try setterErrors.attempt(option) { () throws(SparkError) in throw error(message) }
      return nil
    } catch {
      return error.message
    }
  }

  private func succeed(_ setterErrors: inout SetterErrors, _ option: String?) {
    try? setterErrors.attempt(option) { () throws(SparkError) in }
  }

  private func standing(_ setterErrors: SetterErrors) -> String? {
    failure { () throws(SparkError) in try setterErrors.check() }?.message
  }
}
