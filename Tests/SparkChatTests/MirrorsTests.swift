import SparkChat
import SparkCore
import SparkWire
import Testing

/// A case of the core that this module lacks would silently become another one.
struct MirrorsTests {
  private func names<Value: RawRepresentable & CaseIterable>(_ kind: Value.Type) -> [Int32: String]
  where Value.RawValue == Int32 {
    Dictionary(uniqueKeysWithValues: kind.allCases.map { ($0.rawValue, "\($0)") })
  }

  @Test func `have the cases of the core, by the same names and numbers`() {
    #expect(names(SparkError.Status.self) == names(Status.self))
    #expect(names(SparkError.Phase.self) == names(Phase.self))
    #expect(names(SparkResponse.Outcome.self) == names(Outcome.self))
    #expect(names(SparkResponse.FinishReason.self) == names(FinishReason.self))
    #expect(names(SparkResponse.Connection.self) == names(ConnectionKind.self))
    #expect(names(SparkLog.Level.self) == names(LogLevel.self))
  }
}
