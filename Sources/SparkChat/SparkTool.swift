// JSONDecoder and JSONEncoder, for what is Codable. This module is no part of the shared library.
internal import FoundationEssentials

/// A function that the model may call.
///
/// ```swift
/// struct Place: Decodable { let city: String }
///
/// let weather = SparkTool(
///   "get_weather", "The weather in a city", parameters: .object(["city": .string()])
/// ) { (place: Place) in
///   "22 degrees in \(place.city)"
/// }
/// ```
public struct SparkTool: Sendable {
  /// What the model calls it.
  public let name: String
  /// What it does, for the model.
  public let description: String
  /// Its arguments.
  public let parameters: SparkSchema
  /// Takes the arguments as JSON, and returns what the model is told; nil: the host gives results itself.
  let call: (@Sendable (String) async throws -> String)?

  /// A tool that a conversation calls.
  ///
  /// - Parameters:
  ///   - name: What the model calls it.
  ///   - description: What it does, for the model.
  ///   - parameters: Its arguments: a JSON schema of an object.
  ///   - call: Runs in the task that asks. It is given the arguments, decoded; where they do not fit, the model is told
  ///     so instead. A text that it returns goes to the model as it is, all else as JSON with sorted keys.
  public init<Arguments: Decodable & SendableMetatype, Output: Encodable & SendableMetatype>(
    _ name: String, _ description: String, parameters: SparkSchema,
    call: @escaping @Sendable (Arguments) async throws -> Output
  ) {
    (self.name, self.description, self.parameters) = (name, description, parameters)
    self.call = { json in
      let arguments: Arguments
      do {
        arguments = try JSONDecoder().decode(Arguments.self, from: Data(json.utf8))
      } catch {
        throw UnfitArguments(reason: Self.reason(of: error))
      }
      let output = try await call(arguments)
      if let text = output as? String { return text }
      return String(decoding: try Self.encoder.encode(output), as: UTF8.self)
    }
  }

  /// The same value is the same text each time, and addresses look as they do elsewhere.
  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  /// A tool that nobody calls for you: the turn of a conversation ends with the model's calls, and you add the results.
  public init(_ name: String, _ description: String, parameters: SparkSchema) {
    (self.name, self.description, self.parameters) = (name, description, parameters)
    call = nil
  }

  private static func reason(of error: any Error) -> String {
    func place(_ path: [any CodingKey]) -> String {
      path.map(\.stringValue).joined(separator: ".")
    }
    return switch error {
    case DecodingError.keyNotFound(let key, let context):
      "\(place(context.codingPath + [key])) is missing"
    case DecodingError.typeMismatch(let type, let context),
      DecodingError.valueNotFound(let type, let context):
      "\(place(context.codingPath)) is no \(type)"
    case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
      "\(place(context.codingPath)): \(context.debugDescription)"
    default: "they are not the JSON that the tool takes"
    }
  }
}

/// The model's mistake, which it is told.
struct UnfitArguments: Error {
  let reason: String
}
