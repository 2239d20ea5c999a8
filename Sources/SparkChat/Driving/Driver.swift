internal import Glibc
internal import SparkCore
internal import SparkTransport
internal import SparkWire

/// Drives all streams of a client on its own thread, so that no task ever blocks a thread of Swift's pool. The thread
/// exists only while there is something to drive: an idle client has none.
///
/// `@unchecked Sendable`: only the thread uses the group and the feeds, and there is one thread at a time.
final class Driver: @unchecked Sendable {
  private struct Inbox {
    var feeds: [Feed] = []
    var hasThread = false
  }

  private let group: Group
  private var feeds: [ObjectIdentifier: Feed] = [:]
  private let inbox = Locked(Inbox())

  init() throws(SparkWire.SparkError) {
    group = try Group()
  }

  /// Lets a stream continue: a new one, one whose feed has room again, or one that has to stop.
  func drive(_ feed: Feed) {
    let hasThread = inbox.withLock { inbox in
      defer { inbox.hasThread = true }
      inbox.feeds.append(feed)
      return inbox.hasThread
    }
    if hasThread { group.wake() } else { startThread() }
  }

  private func startThread() {
    var thread = pthread_t()
    let driver = Unmanaged.passRetained(self)
    // Signals must be handled on the host's threads.
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    let failure = pthread_create(
      &thread, nil,
      { driver in
        driver.map { Unmanaged<Driver>.fromOpaque($0).takeRetainedValue().run() }
        return nil
      }, driver.toOpaque())
    pthread_sigmask(SIG_SETMASK, &before, nil)
    guard failure == 0 else {
      driver.release()
      return failAll(.system(.noMemory, "starting a thread failed", errno: failure))
    }
    pthread_detach(thread)
  }

  private func run() {
    while let arrived = takeArrived() {
      for feed in arrived { add(feed) }
      do throws(SparkWire.SparkError) {
        try step()
      } catch {
        return failAll(error)
      }
    }
  }

  /// Returns nil if there is nothing to do, and the thread ends.
  private func takeArrived() -> [Feed]? {
    inbox.withLock { inbox in
      if inbox.feeds.isEmpty, group.count == 0 {
        inbox.hasThread = false
        return nil
      }
      defer { inbox.feeds = [] }
      return inbox.feeds
    }
  }

  private func add(_ feed: Feed) {
    guard !feed.hasEnded, feed.stream.group == nil else { return }
    do throws(SparkWire.SparkError) {
      try group.add(feed.stream)
      feeds[ObjectIdentifier(feed.stream)] = feed
    } catch {
      end(feed, feed.stream.fail(error))
    }
  }

  private func step() throws(SparkWire.SparkError) {
    guard group.count > 0 else { return }
    switch try group.next(timeoutMilliseconds: -1) {
    case .event(let stream): deliver(stream)
    case .done(let stream): end(stream, nil)
    case .failed(let stream, let error): end(stream, error)
    case .idle, .again, .interrupted: break
    }
  }

  private func deliver(_ stream: ChatStream) {
    guard let feed = feeds[ObjectIdentifier(stream)] else { return }
    switch (feed.purpose, stream.event) {
    case (.events, .ready): pause(feed, unless: feed.put(.ready))
    case (.events, .answer(let event)): pause(feed, unless: feed.put(SparkEvent(event)))
    case (.connection, .ready):
      try? group.remove(stream)
      end(stream, nil)
    default: break
    }
  }

  private func pause(_ feed: Feed, unless hasRoom: Bool) {
    guard !hasRoom else { return }
    try? group.remove(feed.stream)
  }

  private func end(_ stream: ChatStream, _ error: SparkWire.SparkError?) {
    guard let feed = feeds.removeValue(forKey: ObjectIdentifier(stream)) else { return }
    end(feed, error)
  }

  private func end(_ feed: Feed, _ error: SparkWire.SparkError?) {
    let response = SparkResponse(feed.stream.response)
    feed.end(response, error.map { SparkError($0, response: response) })
  }

  /// Ends all streams if the group fails, or no thread can be started.
  private func failAll(_ error: SparkWire.SparkError) {
    while let arrived = takeArrived() {
      let all = arrived + feeds.values
      feeds = [:]
      for feed in all where !feed.hasEnded {
        if feed.stream.group != nil { try? group.remove(feed.stream) }
        end(feed, feed.stream.fail(error))
      }
    }
  }
}
