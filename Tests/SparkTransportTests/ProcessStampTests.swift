import Glibc
import SparkTransport
import SparkWire
import Testing

struct ProcessStampTests {
  @Test func `knows this process`() throws {
    let stamp = ProcessStamp()
    #expect(!stamp.isForeign)
    try stamp.check()
  }

  @Test func `is foreign in a child process, where a new one is not`() throws {
    // Swift hides fork(), for good reasons; this child only checks the stamps and exits.
    typealias Fork = @convention(c) () -> pid_t
    let fork = unsafeBitCast(try #require(dlsym(dlopen(nil, RTLD_NOW), "fork")), to: Fork.self)
    let stamp = ProcessStamp()
    let child = fork()
    if child == 0 {
      let isRight = stamp.isForeign && !ProcessStamp().isForeign
      _exit(isRight ? 0 : 1)
    }
    var status: Int32 = -1
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    #expect(status == 0)
    #expect(!stamp.isForeign)
  }
}

struct RandomTests {
  @Test func `fills all of it, and never the same`() throws {
    var values: Set<[UInt8]> = []
    for count in [0, 1, 16, 16, 16, 1_000] {
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
      defer { memory.deallocate() }
      memory.initializeMemory(as: UInt8.self, repeating: 0)
      try Random.fill(memory)
      values.insert([UInt8](memory))
      if count >= 16 { #expect(memory.contains { $0 != 0 }) }
    }
    #expect(values.count >= 5)
  }
}
