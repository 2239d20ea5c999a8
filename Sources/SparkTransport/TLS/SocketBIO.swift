internal import COpenSSL

/// OpenSSL's own socket BIO raises SIGPIPE; this one reads and writes through `Socket`.
enum SocketBIO {
  /// Made once for the process and never freed, as OpenSSL requires.
  nonisolated(unsafe) private static let method: OpaquePointer? = {
    let type = BIO_get_new_index() | BIO_TYPE_SOURCE_SINK
    guard let method = BIO_meth_new(type, "sparkchat socket") else { return nil }
    BIO_meth_set_create(method) { bio in
      BIO_set_init(bio, 1)
      return 1
    }
    BIO_meth_set_read(method) { bio, target, count in
      SocketBIO.perform(bio, retry: sparkchat_shim_set_retry_read) { source in
        source.receive(UnsafeMutableRawBufferPointer(start: target, count: Int(max(count, 0))))
      }
    }
    BIO_meth_set_write(method) { bio, bytes, count in
      SocketBIO.perform(bio, retry: sparkchat_shim_set_retry_write) { source in
        source.send(UnsafeRawBufferPointer(start: bytes, count: Int(max(count, 0))))
      }
    }
    BIO_meth_set_ctrl(method) { _, command, _, _ in
      command == BIO_CTRL_FLUSH ? 1 : 0
    }
    return method
  }()

  /// Returns a BIO for `source`, which must outlive it.
  static func make(for source: BIOSource) -> OpaquePointer? {
    guard let method, let bio = BIO_new(method) else { return nil }
    BIO_set_data(bio, Unmanaged.passUnretained(source).toOpaque())
    return bio
  }

  private static func perform(
    _ bio: OpaquePointer?, retry: (OpaquePointer?) -> Void, _ operation: (BIOSource) -> IOOutcome
  ) -> Int32 {
    sparkchat_shim_clear_retry(bio)
    guard let data = BIO_get_data(bio) else { return -1 }
    return Unmanaged<BIOSource>.fromOpaque(data)._withUnsafeGuaranteedRef { source in
      switch operation(source) {
      case .bytes(let count):
        return Int32(clamping: count)
      case .wouldBlock:
        retry(bio)
        return -1
      case .end:
        return 0
      case .failed:
        return -1
      }
    }
  }
}
