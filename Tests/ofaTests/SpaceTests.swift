import OFAFormats
import Testing

/// What `ofa space` shows people.
@Suite struct SpaceTests {
  @Test("A space is shown in numbers that people read, with what there is to choose and the range of what it costs")
  func shown() throws {
    let lines = try Command.run(["space", "mbv3-32"]).lines
    #expect(lines[0] == "mbv3-32: 2.2·10¹⁹ architectures, 6.5·10¹⁹ subnets")
    #expect(lines[1] == "resolutions 24, 28, 32; 3 channels, 10 classes")
    #expect(lines[2] == "20 elastic blocks in 5 stages")
    #expect(lines[3].split(separator: "  ").map { $0.drop { $0 == " " } }.first == "stage")
    #expect(lines[5].contains("2, 3, 4") && lines[5].contains("3, 5, 7") && lines[5].contains("3, 4, 6"))
    let costs = lines.suffix(2)
    #expect(costs.first?.hasPrefix("smallest  3.43 M ") == true, "\(costs)")
    #expect(costs.last?.hasPrefix("largest   28.6 M ") == true, "\(costs)")
    let few = try Command.run(["space", "mini-32"]).lines[0]
    #expect(few == "mini-32: 74088 architectures, 148176 subnets")
    let many = try Command.run(["space", "ofa_mbv3_d234_e346_k357_w1.0"]).lines[1]
    #expect(many == "resolutions 128 to 224 in steps of 4; 3 channels, 1000 classes")
  }
}
