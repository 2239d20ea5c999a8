import Glibc
import SparkWire
import Testing

@testable import SparkTransport

private func wait(for lookup: Lookup, _ waiter: Waker) throws -> Resolver.Outcome {
  var poller = Poller()
  let end = Instant.now().advanced(byMilliseconds: patience)
  while lookup.outcome == nil, Instant.now() < end {
    _ = try poller.wait(waiter, timeoutMilliseconds: 1_000) { _ in }
  }
  return try #require(lookup.outcome)
}

private func lookUp(_ host: String) throws -> Resolver.Outcome {
  let waiter = Waker()
  return try wait(for: #require(try AddressBook().lookUp(host, 80, waiter: waiter)), waiter)
}

struct ResolverTests {
  @Test(arguments: ["127.0.0.1", "::1", "255.255.255.255", "2001:db8::a"])
  func `a numeric address needs no lookup`(host: String) throws {
    let addresses = try #require(AddressBook.numeric(host, 443))
    #expect(addresses.map(\.description) == [host])
  }

  @Test(arguments: ["localhost", "example.com", ""])
  func `a name is no numeric address`(host: String) {
    #expect(AddressBook.numeric(host, 443)?.isEmpty ?? true)
  }

  @Test func `finds this machine by its name`() throws {
    let addresses = try lookUp("localhost").get()
    #expect(!addresses.isEmpty)
    #expect(addresses.allSatisfy { $0.description == "::1" || $0.description.hasPrefix("127.") })
  }

  /// Names that the system rejects without asking a name server, on which no test depends.
  @Test(arguments: ["a..example", String(repeating: "x", count: 64) + ".example"])
  func `says which name there is not`(host: String) throws {
    let outcome = try lookUp(host)
    let error = try #require(failure { () throws(SparkError) in _ = try outcome.get() })
    #expect(error.status == .resolve)
    #expect(error.message.contains("\"\(host)\" could not be looked up: "), "\(error.message)")
    #expect(error.hint.contains("host name"))
  }

  @Test func `who needs the same name at the same time shares a lookup`() throws {
    let book = AddressBook()
    let waiters = (0..<20).map { _ in Waker() }
    let lookups = try waiters.map { try #require(try book.lookUp("localhost", 80, waiter: $0)) }
    for (waiter, lookup) in zip(waiters, lookups) {
      #expect(try !wait(for: lookup, waiter).get().isEmpty)
    }
    // A finished lookup is not cached: the name may have moved.
    let late = Waker()
    let again = try #require(try book.lookUp("localhost", 80, waiter: late))
    #expect(!lookups.contains { $0.resolver === again.resolver })
    #expect(try !wait(for: again, late).get().isEmpty)
  }

  @Test func `a lookup that is abandoned ends by itself`() throws {
    let before = try threadCount()
    for _ in 0..<50 { _ = try AddressBook().lookUp("localhost", 80, waiter: Waker()) }
    let end = Instant.now().advanced(byMilliseconds: patience)
    while try threadCount() > before + 8, Instant.now() < end { usleep(1_000) }
    #expect(try threadCount() <= before + 8)
  }

  @Test func `a lookup knows nothing of who has left`() {
    let resolver = Resolver(host: "localhost", port: 80)
    let stays = Lookup(resolver, waiter: Waker())
    weak var gone: Waker? = {
      let waiter = Waker()
      // The same waker may wait twice, after a deadline: one of the waits ends.
      let twice = (Lookup(resolver, waiter: waiter), Lookup(resolver, waiter: waiter))
      #expect(twice.0?.outcome == nil && twice.1?.outcome == nil)
      return waiter
    }()
    #expect(gone == nil)
    #expect(stays?.outcome == nil)
  }

  @Test func `the thread that looks up leaves the caller's signals as they are`() throws {
    var before = sigset_t()
    var after = sigset_t()
    pthread_sigmask(SIG_SETMASK, nil, &before)
    _ = try lookUp("localhost")
    pthread_sigmask(SIG_SETMASK, nil, &after)
    for signal in 1..<Int32(32) {
      #expect(sigismember(&before, signal) == sigismember(&after, signal))
    }
  }

  @Test func `takes the families in turn, beginning with the first`() throws {
    let hosts = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "::1", "::2"]
    let addresses = try hosts.map { try address($0, 1) }
    #expect(
      addresses.interleaved().map(\.description)
        == ["10.0.0.1", "::1", "10.0.0.2", "::2", "10.0.0.3"])
    #expect(
      Array(addresses.reversed()).interleaved().map(\.description)
        == ["::2", "10.0.0.3", "::1", "10.0.0.2", "10.0.0.1"])
    #expect(
      Array(addresses.prefix(2)).interleaved().map(\.description) == ["10.0.0.1", "10.0.0.2"])
    #expect([SocketAddress]().interleaved().isEmpty)
  }

  private func threadCount() throws -> Int {
    let directory = try #require(opendir("/proc/self/task"))
    defer { closedir(directory) }
    var count = -2
    while readdir(directory) != nil { count += 1 }
    return count
  }
}
