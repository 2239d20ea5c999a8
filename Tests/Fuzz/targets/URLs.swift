@testable import SparkWire

/// The URL of a service: its displayed form is the same URL.
func url(_ bytes: Bytes) {
  _ = failure { () throws(SparkError) in
    let url = try ServiceURL(bytes.text)
    let text = url.description
    expect(text.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "not printable: \(text)")
    expect(text.utf8.count <= 2048 && url.port > 0 && !url.host.isEmpty, text)
    guard let again = try? ServiceURL(text) else { fatalError("not accepted again: \(text)") }
    expect(again == url, "\(text) is read as \(again)")
  }
}

/// A client's endpoint options: URL, model, domain and transport, separated by record separators.
func endpoint(_ bytes: Bytes) {
  let parts = bytes.parts(4).map(\.text)
  var options = Endpoint.Options()
  func part(_ index: Int) -> String? {
    parts.indices.contains(index) && !parts[index].isEmpty ? parts[index] : nil
  }
  options.url = part(0)
  options.model = part(1)
  options.domain = part(2)
  options.transport = part(3).map { $0.hasPrefix("h") ? .http : .webSocket }
  do throws(SparkError) {
    let endpoint = try Endpoint.resolve(options)
    expect(!endpoint.domain.isEmpty, "no domain")
    expect(options.transport ?? endpoint.transport == endpoint.transport, "another transport")
    expect(options.domain ?? endpoint.domain == endpoint.domain, "another domain")
  } catch {
    expect(!error.message.isEmpty, "no message")
  }
}
