@testable import SparkWire

/// The URL of a proxy: its displayed form is the same proxy, without the login.
func proxyURL(_ bytes: Bytes) {
  _ = failure { () throws(SparkError) in
    let proxy = try Proxy(bytes)
    expect(!proxy.description.contains("@"), "the login is shown: \(proxy)")
    guard let again = try? Proxy(proxy.description) else { fatalError("not accepted: \(proxy)") }
    expect(again.authority == proxy.authority && again.kind == proxy.kind, "\(proxy), \(again)")
  }
}

/// A list of hosts without proxy, and a host, separated by a record separator.
func noProxy(_ bytes: Bytes) {
  let parts = bytes.parts(2).map(\.text)
  guard let host = parts.last, parts.count == 2 else { return }
  let covers = NoProxy.covers(parts[0], host: host, port: 443)
  expect(!covers || NoProxy.covers(parts[0] + ",other.example", host: host, port: 443), "order")
  expect(NoProxy.covers("\(parts[0]) *", host: host, port: 443), "a star covers all")
}
