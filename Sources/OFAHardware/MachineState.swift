/// What a machine tells of the moment: whether it is warm, throttled, slowed down or busy. What it does not tell is
/// nil.
public struct MachineState: Hashable, Sendable, Codable {
  /// The clock of the slowest of its processors.
  public var megahertz: Double?
  /// What sets the clock, such as `performance`.
  public var governor: String?
  /// The warmest of its sensors.
  public var celsius: Double?
  /// How many programs ran or waited to run, over the last minute.
  public var load: Double?
  /// Whether its clock is held down, as by heat or by too little power.
  public var isThrottled: Bool?

  /// A state of which nothing is known.
  public init() {}
}
