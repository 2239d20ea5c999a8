import Foundation
import Glibc

/// The emulator's record of one exchange.
struct Record: Decodable {
  struct Close: Decodable, Equatable {
    let code: Int?
    let reason: String
  }

  let path: String
  let headers: [String: String]
  let auth: String
  let hostMatches: Bool
  let requests: [String]
  let framesSent: Int
  let pongs: [String]
  let clientClose: Close?
  let violation: String?
  let ended: String?
}

extension Emulator {
  /// Returns the records with a tag, once all of these exchanges are over.
  func records(_ tag: String) throws -> [Record] {
    let head = "GET /_emulator/records?wait=5&tag=\(tag) HTTP/1.0\r\nHost: localhost\r\n\r\n"
    let answer = try Data(Self.ask(head, port: ready.wsPort))
    guard let end = answer.firstRange(of: Data("\r\n\r\n".utf8)) else {
      throw EmulatorError.noAnswer
    }
    return try Self.decoder.decode([Record].self, from: answer[end.upperBound...])
  }

  private static func ask(_ request: String, port: UInt16) throws -> [UInt8] {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let connected = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0, send(descriptor, request, request.utf8.count, 0) > 0 else {
      throw EmulatorError.noAnswer
    }
    var answer: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(descriptor, &piece, piece.count, 0)
      guard count > 0 else { return answer }
      answer += piece[..<count]
    }
  }
}
