internal import Glibc
internal import SparkWire

/// The source that OpenSSL reads from and writes to: a socket with a read buffer.
final class BIOSource {
  /// How much to read from the socket in one call: the records of several tokens. The buffer is kept while
  /// the connection waits.
  private static let readSize = 4_096
  /// The most bytes that OpenSSL receives during one of its calls: it keeps reading while the records hold
  /// no data for us, such as an endless series of tickets.
  private static let mostInOneCall = 65_536
  /// The most answers that OpenSSL may send during one read. Servers occasionally request new keys or a new
  /// handshake; many such requests fit into one record, and each answer costs a system call.
  private static let mostAnswers = 32

  private let socket: Socket
  /// The server has closed the connection.
  private(set) var sawEnd = false
  /// The errno of a failed call; 0 if none failed.
  private(set) var failure: Int32 = 0
  private var arrived = ByteBuffer()
  private var allowance = 0
  private var answersLeft = 0
  /// The server has requested more answers than one read may send.
  private(set) var isFlooded = false

  init(_ socket: Socket) {
    self.socket = socket
  }

  /// Whether OpenSSL might receive bytes without waiting.
  var mayRead: Bool { !arrived.isEmpty || socket.mayRead }

  var mayWrite: Bool { socket.mayWrite }

  /// Prepares for a call of OpenSSL. Forgets a failure: after a failed write, a read may still return the
  /// server's reason.
  ///
  /// - Parameter isReading: Whether OpenSSL is called to read; anything it sends is then an answer.
  func beginCall(isReading: Bool = false) {
    failure = 0
    answersLeft = isReading ? Self.mostAnswers : .max
    allowance = Self.mostInOneCall
  }

  /// Reads all that has arrived in one call and returns it in the small pieces that OpenSSL requests: header
  /// and body of each record. (OpenSSL's own read-ahead moves the remaining bytes for each record.)
  func receive(_ target: UnsafeMutableRawBufferPointer) -> IOOutcome {
    guard allowance > 0 else { return .wouldBlock }
    if arrived.isEmpty {
      // The body of a large record is read directly into OpenSSL's buffer.
      if target.count >= Self.readSize { return receiveDirectly(target) }
      let room = arrived.reserve(Self.readSize)
      guard !room.isEmpty else { return noting(.failed(errno: ENOMEM)) }
      switch socket.receive(room) {
      case .bytes(let count): arrived.commit(count)
      case let outcome: return noting(outcome)
      }
    }
    let piece = UnsafeRawBufferPointer(rebasing: arrived.readable.prefix(target.count))
    target.copyMemory(from: piece)
    arrived.consume(piece.count)
    allowance -= piece.count
    return .bytes(piece.count)
  }

  private func receiveDirectly(_ target: UnsafeMutableRawBufferPointer) -> IOOutcome {
    let outcome = socket.receive(target)
    if case .bytes(let count) = outcome { allowance -= count }
    return noting(outcome)
  }

  func send(_ bytes: UnsafeRawBufferPointer) -> IOOutcome {
    guard answersLeft > 0 else {
      isFlooded = true
      return noting(.failed(errno: EPROTO))
    }
    answersLeft -= 1
    return noting(socket.send(bytes))
  }

  private func noting(_ outcome: IOOutcome) -> IOOutcome {
    switch outcome {
    case .end: sawEnd = true
    case .failed(let code): failure = code
    case .bytes, .wouldBlock: break
    }
    return outcome
  }
}
