internal import Glibc
internal import SparkWire

/// What OpenSSL reads from and writes to: a socket, with what has arrived on it.
final class BIOSource {
  /// What is taken from the socket at once: some tokens' records. It is kept while the connection waits.
  private static let readSize = 4_096
  /// The most that OpenSSL is handed in one of its calls: it reads on by itself while what it reads holds
  /// no data for us, such as tickets without end.
  private static let mostInOneCall = 65_536
  /// The most that it may answer while it reads once. Servers ask for new keys or a new handshake now and
  /// then; many requests fit into a record, and each answer is a call of the system.
  private static let mostAnswers = 32

  private let socket: Socket
  /// The server has closed the connection.
  private(set) var sawEnd = false
  /// The errno of a call that failed; 0 where none did.
  private(set) var failure: Int32 = 0
  private var arrived = ByteBuffer()
  private var allowance = 0
  private var answersLeft = 0
  /// The server asks without end.
  private(set) var isFlooded = false

  init(_ socket: Socket) {
    self.socket = socket
  }

  /// Whether OpenSSL might be handed bytes without waiting.
  var mayRead: Bool { !arrived.isEmpty || socket.mayRead }

  var mayWrite: Bool { socket.mayWrite }

  /// OpenSSL is going to be called. Where sending has failed, reading may still bring the reason.
  ///
  /// - Parameter isReading: What it sends are answers.
  func beginCall(isReading: Bool = false) {
    failure = 0
    answersLeft = isReading ? Self.mostAnswers : .max
    allowance = Self.mostInOneCall
  }

  /// Takes what has arrived at once and hands it out in the small pieces that OpenSSL asks for: header and
  /// body of each record. (Its own way to read ahead moves what is left for each record.)
  func receive(_ target: UnsafeMutableRawBufferPointer) -> IOOutcome {
    guard allowance > 0 else { return .wouldBlock }
    if arrived.isEmpty {
      // The body of a large record goes where it belongs.
      if target.count >= Self.readSize { return receiveDirectly(target) }
      let room = arrived.reserve(Self.readSize)
      guard !room.isEmpty else { return noting(.failed(errno: ENOMEM)) }
      switch socket.receive(room) {
      case .bytes(let count): arrived.commit(count)
      case let outcome: return noting(outcome)
      }
    }
    let piece = arrived.readable.prefix(target.count)
    target.copyBytes(from: piece)
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
