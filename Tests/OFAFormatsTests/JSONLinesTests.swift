import OFAFormats
import TestSupport
import Testing

@Suite("JSON lines")
struct JSONLinesTests {
  struct Step: Codable, Hashable {
    var step: Int
    var loss: Double
  }

  let steps = [Step(step: 1, loss: 2.5), Step(step: 2, loss: 0.25)]

  @Test("lines read back, blank ones and a missing last newline do not matter")
  func roundTrip() throws {
    let text = try JSONLines.encode(steps)
    #expect(text == "{\"step\":1,\"loss\":2.5}\n{\"step\":2,\"loss\":0.25}\n")
    #expect(try JSONLines.decode(Step.self, from: text, at: "t") == steps)
    #expect(try JSONLines.decode(Step.self, from: "\r\n" + text.dropLast(), at: "t") == steps)
    #expect(try JSONLines.decode(Step.self, from: "", at: "t").isEmpty)
  }

  @Test("an error names the line")
  func errors() {
    let text = "{\"step\":1,\"loss\":1}\n\n{\"step\":\"x\",\"loss\":1}\n"
    let place = failure { try JSONLines.decode(Step.self, from: text, at: "m.jsonl") }?.place
    #expect(place == "m.jsonl line 3: step")
  }

  @Test("appending makes the file and its folder and keeps what is there; a cut end is left out when allowed")
  func appending() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/runs/m.jsonl"
      for step in steps { try JSONLines.append(step, to: path) }
      #expect(try JSONLines.read(Step.self, path) == steps)
      var bytes = try InputFile.read(path)
      bytes.removeLast(5)
      try AtomicFile.write(bytes, to: path)
      #expect(try JSONLines.read(Step.self, path, allowingCutEnd: true) == [steps[0]])
      #expect(failure { try JSONLines.read(Step.self, path) }?.place == "\(path) line 2")
      // The next line takes the place of the cut one.
      try JSONLines.append(steps[1], to: path)
      #expect(try JSONLines.read(Step.self, path) == steps)
      // One that lacks no more than its newline stays.
      bytes = try InputFile.read(path)
      try AtomicFile.write(bytes.dropLast(), to: path)
      try JSONLines.append(steps[0], to: path)
      #expect(try JSONLines.read(Step.self, path) == steps + [steps[0]])
      try AtomicFile.write("{\"st", to: path)
      try JSONLines.append(steps[0], to: path)
      #expect(try JSONLines.read(Step.self, path) == [steps[0]])
      #expect(failure { try JSONLines.append(steps[0], to: folder) }?.kind == .inputOutput)
    }
  }

  @Test("a file is begun where there is none of it, and where it was cut in its first line; nothing else is lost")
  func beginning() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/runs/m.jsonl"
      #expect(try JSONLines.begin(path, with: steps[0]))
      #expect(try !JSONLines.begin(path, with: steps[0]))
      for text in ["", "\n", "{\"st"] {
        try AtomicFile.write(text, to: path)
        #expect(try JSONLines.begin(path, with: steps[0]))
        #expect(try JSONLines.read(Step.self, path) == [steps[0]])
      }
      for text in ["notes", "{\"step\":2", "{\"step\":1,\"loss\":2.5}"] {
        try AtomicFile.write(text, to: path)
        // A whole line without its newline is as good as with it.
        #expect(try JSONLines.begin(path, with: steps[0]) == text.hasSuffix("}"))
      }
    }
  }
}
