import ArgumentParser
import OFAPipeline

struct Cost: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell what subnets cost in arithmetic and memory, whatever runs them.")

  @OptionGroup var space: SpaceOptions
  @OptionGroup var subnets: SubnetsOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let console = output.console
    let space = try space.source.space()
    try console.table([
      .number("MACs"), .number("parameters"), .number("storage"), .number("memory"), .text("id"),
    ]) { table in
      for subnet in try space.subnets(named: subnets.subnets) {
        let costs = SubnetCosts(of: subnet, in: space)
        try table.write(costs) { Self.row(costs) }
      }
    }
  }

  /// What a subnet costs, and its id.
  static func row(_ costs: SubnetCosts) -> [String] {
    [
      costs.multiplyAccumulates.counted, costs.parameters.counted, costs.weightBytes.bytes,
      costs.peakActivationBytes.bytes, costs.id,
    ]
  }
}
