import Glibc
import Testing

extension Trait where Self == ConditionTrait {
  /// The test has `count` descriptors open at the same time, while other tests run.
  static func needsDescriptors(_ count: rlim_t) -> Self {
    var limit = rlimit()
    let isKnown = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
    let isEnough = !isKnown || limit.rlim_cur >= count
    return .enabled(if: isEnough, "\(count) descriptors are not allowed here")
  }
}
