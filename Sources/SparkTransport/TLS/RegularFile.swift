internal import Glibc
package import SparkWire

/// Reads a whole file whose path the caller has set.
package enum RegularFile {
  package static func read(
    _ path: String, into buffer: inout ByteBuffer, limit: Int
  ) throws(SparkError) {
    // Without O_NONBLOCK, opening a FIFO would wait for a writer.
    let raw = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard raw >= 0 else { throw failure(path, errno) }
    let descriptor = Descriptor(owning: raw)
    var status = stat()
    guard fstat(descriptor.raw, &status) == 0 else { throw failure(path, errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw SparkError(.invalidArgument, "\(path) is not a regular file")
    }
    while buffer.count <= limit {
      let room = buffer.reserve(65_536)
      guard !room.isEmpty else {
        throw SparkError(.noMemory, "out of memory while reading \(path)")
      }
      let count = Glibc.read(descriptor.raw, room.baseAddress, room.count)
      if count == 0 { return }
      if count > 0 { buffer.commit(count) }
      if count < 0, errno != EINTR { throw failure(path, errno) }
    }
    throw SparkError(
      .invalidArgument, "\(path) is larger than \(limit >> 20) MiB", hint: "make it smaller")
  }

  private static func failure(_ path: String, _ code: Int32) -> SparkError {
    var error = SparkError(
      .invalidArgument, "\(path) cannot be read: \(SparkError.describe(errno: code))",
      hint: "check its path and permissions")
    error.osErrno = code
    return error
  }
}
