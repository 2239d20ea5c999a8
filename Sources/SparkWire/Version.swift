/// The version of the library. A test compares it with the header, the soname and the bindings.
package enum Version {
  package static let string: StaticString = "0.1.0"
  package static let userAgent: StaticString = "sparkchat/0.1.0"
}
