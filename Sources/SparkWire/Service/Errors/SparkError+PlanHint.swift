extension SparkError {
  /// Adds what to do if a refusal concerns the plan that the URL belongs to: its keys, its models,
  /// its allowance (protocol 10.1, 10.3).
  package mutating func addHint(at url: ServiceURL) {
    guard url.isService else { return }
    let plan = HostedPlan(url)
    let name = plan.map { "\($0.name)" } ?? "the chat service"
    switch serviceCode {
    case 11200:
      guard let plan, !message.mentions("tokens") else { return }
      hint = "order the model for this account in the console of \(plan.name), or check the key"
    case 11210:
      hint = "\(name) allows no more tokens for now: wait a minute, or see its console"
    case 11221:
      hint = "choose a model that \(name) lists for this account"
    case 10404:
      guard let plan else { return }
      hint = "check the model's id: \(plan.name) has no such model at \(plan.url)"
      if plan == .olderMaaS {
        append(hint: "services published from 2026-01-10 are at \(HostedPlan.maas.url)")
      }
    default:
      if isAboutKey(url.transport) {
        append(hint: "\(name) takes only its own keys, and refuses those of other plans")
      } else if httpDetails?.httpStatus == 404, let plan, url.transport == .http {
        hint = "set the URL to \(plan.url), where \(plan.name) is"
      }
    }
  }

  /// The key was refused, and not this machine's clock or address.
  private func isAboutKey(_ transport: Transport) -> Bool {
    guard status == .auth, let details = httpDetails else { return false }
    // Over WebSocket, the service uses other words for a wrong secret than for an unknown key.
    return !details.saysAddressIsRefused && (transport == .http || details.saysKeyIsUnknown)
  }
}
