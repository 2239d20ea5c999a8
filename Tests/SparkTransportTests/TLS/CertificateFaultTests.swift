import Testing

@testable import SparkTransport

struct CertificateFaultTests {
  /// The codes of OpenSSL 3.0 (X509_V_ERR_...).
  private let codes: ClosedRange<Int32> = 1...94

  @Test func `names an issuer to trust only if no trusted one is found`() {
    let aboutTrust = codes.filter {
      CertificateFault($0).hint(trusted: "X", level: 2).contains("CA file")
    }
    #expect(aboutTrust == [2, 18, 19, 20, 21])
  }

  /// Out of memory, misuse, e-mail, DANE, Suite B, stapled answers: checks that this client never requests.
  @Test func `knows what to do about each fault but what cannot happen`() {
    let unknown = codes.filter { CertificateFault($0) == .other }
    #expect(unknown == [17, 50] + Array(56...61) + [63, 65, 69, 70, 71, 73, 74, 75])
  }

  @Test func `has something to say about codes of a newer OpenSSL`() {
    #expect(!CertificateFault(1_000).hint(trusted: "X", level: 2).isEmpty)
  }
}
