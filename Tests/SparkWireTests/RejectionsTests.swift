import SparkWire
import Testing

private func error(_ message: String) -> SparkError { SparkError(.invalidArgument, message) }

struct RejectionsTests {
  @Test func `a failure stands until its option is set well`() {
    var rejections = Rejections()
    #expect(failed(&rejections, "a", "first") == "first")
    #expect(standing(rejections) == "first")
    #expect(failed(&rejections, "a", "second") == "second")
    #expect(standing(rejections) == "second")
    #expect(failed(&rejections, "b", "other") == "other")
    succeed(&rejections, "a")
    #expect(standing(rejections) == "other")
    succeed(&rejections, "b")
    #expect(standing(rejections) == nil)
  }

  @Test func `what is added and not set cannot be mended`() {
    var rejections = Rejections()
    #expect(failed(&rejections, nil, "message 2") == "message 2")
    succeed(&rejections, nil)
    #expect(standing(rejections) == "message 2")
  }

  @Test func `notes a failure that was found elsewhere`() {
    var rejections = Rejections()
    rejections.note("a", error("not UTF-8"))
    rejections.note("a", error("NULL"))
    #expect(standing(rejections) == "NULL")
    succeed(&rejections, "a")
    #expect(standing(rejections) == nil)
  }

  private func failed(_ rejections: inout Rejections, _ option: String?, _ message: String)
    -> String?
  {
    do throws(SparkError) {
      try rejections.attempt(option) { () throws(SparkError) in throw error(message) }
      return nil
    } catch {
      return error.message
    }
  }

  private func succeed(_ rejections: inout Rejections, _ option: String?) {
    try? rejections.attempt(option) { () throws(SparkError) in }
  }

  private func standing(_ rejections: Rejections) -> String? {
    failure { () throws(SparkError) in try rejections.check() }?.message
  }
}
