/// The JSON schema of a tool's arguments.
///
/// ```swift
/// SparkSchema.object(["city": .string("The city, in English")])
/// ```
public struct SparkSchema: Sendable {
  /// The schema as JSON text.
  public let json: String

  /// Creates a schema from JSON text.
  ///
  /// - Parameter json: A JSON object.
  public init(json: String) {
    self.json = json
  }

  /// Returns the schema of a string, or of one of several values.
  public static func string(_ description: String = "", oneOf values: [String] = []) -> SparkSchema
  {
    let list = values.map(quoted).joined(separator: ",")
    return make("string", description, values.isEmpty ? [] : ["\"enum\":[\(list)]"])
  }

  /// Returns the schema of an integer.
  public static func integer(_ description: String = "") -> SparkSchema {
    make("integer", description)
  }

  /// Returns the schema of a number.
  public static func number(_ description: String = "") -> SparkSchema {
    make("number", description)
  }

  /// Returns the schema of a Boolean value.
  public static func boolean(_ description: String = "") -> SparkSchema {
    make("boolean", description)
  }

  /// Returns the schema of an array.
  public static func array(of element: SparkSchema, _ description: String = "") -> SparkSchema {
    make("array", description, ["\"items\":\(element.json)"])
  }

  /// Returns the schema of an object.
  ///
  /// - Parameters:
  ///   - properties: The required properties.
  ///   - optional: The optional properties.
  ///   - description: What the object is.
  public static func object(
    _ properties: KeyValuePairs<String, SparkSchema> = [:],
    optional: KeyValuePairs<String, SparkSchema> = [:], _ description: String = ""
  ) -> SparkSchema {
    let all = (Array(properties) + Array(optional)).map { "\(quoted($0.key)):\($0.value.json)" }
    let required = properties.map { quoted($0.key) }
    return make(
      "object", description,
      [
        "\"properties\":{\(all.joined(separator: ","))}",
        "\"required\":[\(required.joined(separator: ","))]",
      ])
  }

  private static func make(
    _ type: String, _ description: String, _ more: [String] = []
  ) -> SparkSchema {
    let members =
      ["\"type\":\"\(type)\""]
      + (description.isEmpty ? [] : ["\"description\":\(quoted(description))"]) + more
    return SparkSchema(json: "{\(members.joined(separator: ","))}")
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
