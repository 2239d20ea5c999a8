// Generated from include/sparkchat.h by scripts/generate.py; do not edit.
/// The version of the library.
package enum Version {
  package static let string: StaticString = "0.1.0"
  package static let userAgent: StaticString = "sparkchat/0.1.0"
}
