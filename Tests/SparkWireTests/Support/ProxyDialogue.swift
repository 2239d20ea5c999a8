import SparkWire
import Testing

/// The outcome of a handshake with a proxy.
struct ProxyOutcome: Equatable {
  var isConnected = false
  var sent: [UInt8] = []
  /// The bytes after the proxy's response, which come from the server.
  var rest: [UInt8] = []
  var failure: SparkError?
}

enum ProxyDialogue {
  static let login = "alice:hunter2"
  /// In the forms in which they are sent.
  private static let secrets = ["hunter2", "alice", "YWxpY2U6aHVudGVyMg"]

  /// Passes a proxy's responses to the handshake, piece by piece, and looks for credentials in the
  /// error.
  static func run(
    _ proxy: String, to url: String = "wss://spark.example/v1", _ pieces: [[UInt8]]
  ) throws -> ProxyOutcome {
    var handshake = ProxyHandshake(try Proxy(proxy), target: try ServiceURL(url))
    var input = ByteBuffer()
    var output = ByteBuffer(wiping: true)
    var outcome = ProxyOutcome()
    do throws(SparkError) {
      for piece in [[]] + pieces {
        input.append(piece)
        if !outcome.isConnected { outcome.isConnected = try handshake.advance(&input, &output) }
      }
    } catch {
      outcome.failure = error
      for secret in secrets {
        #expect(!"\(error)".contains(secret), "\(error.message) \(error.hint)")
      }
      #expect(error.message.utf8.count < 400)
    }
    outcome.sent = output.bytes
    outcome.rest = input.bytes
    return outcome
  }
}
