import SparkWire
import Testing

@testable import SparkTransport

struct RouteTests {
  private func timeout(_ phase: Phase, proxy text: String?) throws -> SparkError {
    var proxy = try text.map { text in try [UInt8](text.utf8).withUnsafeBytes { try Proxy($0) } }
    proxy?.variable = "https_proxy"
    let url = try ServiceURL("ws://gateway.example:81/v3.5/chat")
    var timeout = SparkError(.timeout, "late", hint: "allow more time")
    timeout.phase = phase
    return Route(url: url, proxy: proxy, tls: nil).explained(timeout: timeout)
  }

  @Test(
    arguments: [
      (.resolve, "gateway.example:81", "check the URL's host name, and this machine's DNS"),
      (.connect, "gateway.example:81", "check the URL's host and port"),
      (.tls, "gateway.example:81", "check the URL's host and port"),
      (.upgrade, "gateway.example:81", "check the URL's host and port"),
    ] as [(Phase, String, String)])
  func `a timeout names the server`(phase: Phase, peer: String, advice: String) throws {
    let error = try timeout(phase, proxy: nil)
    #expect(error.message == "late (\(peer))")
    #expect(error.hint == "\(advice); allow more time")
  }

  @Test(
    arguments: [
      (.resolve, "check the proxy's host name, and this machine's DNS"),
      (.connect, "check the proxy's host and port"), (.proxy, "check the proxy's host and port"),
    ] as [(Phase, String)])
  func `a timeout names the proxy, and where it comes from`(phase: Phase, advice: String) throws {
    let error = try timeout(phase, proxy: "http://proxy.example:3128")
    #expect(error.message == "late (the proxy proxy.example:3128)")
    #expect(
      error.hint
        == "\(advice); allow more time; the proxy comes from the environment variable https_proxy")
  }

  @Test func `behind a proxy, the server is named in its own phases`() throws {
    for phase in [.tls, .upgrade] as [Phase] {
      let error = try timeout(phase, proxy: "http://proxy.example:3128")
      #expect(error.message == "late (gateway.example:81)")
      #expect(!error.hint.contains("proxy"))
    }
  }

  @Test(arguments: [.firstToken, .idle, .total, .queue] as [Phase])
  func `a timeout after connecting stays as it is`(phase: Phase) throws {
    let error = try timeout(phase, proxy: "http://proxy.example:3128")
    #expect(error.message == "late")
    #expect(error.hint == "allow more time")
  }
}
