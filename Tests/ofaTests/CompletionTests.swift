import Foundation
import OFAFormats
import Testing
import TinyWorld

/// What a shell offers for a line that is begun.
@Suite struct CompletionTests {
  /// What bash offers, in the world's folder.
  private func offers(_ line: String, in world: TinyWorld) throws -> Set<String> {
    let output = try Command.shell(
      """
      PATH="${ofa%/*}:$PATH"
      source <(ofa --generate-completion-script bash)
      COMP_LINE=\(commandLine([line])); COMP_POINT=${#COMP_LINE}
      read -ra COMP_WORDS <<< "$COMP_LINE"
      [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=("")
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      _ofa ofa "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """, in: world.folder)
    return Set(output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) })
  }

  @Test("Commands, flags, built-in names, files and folders are offered")
  func offered() throws {
    let world = try TinyWorld()
    #expect(try offers("ofa sp", in: world) == ["space", "specialize"])
    #expect(try offers("ofa list ", in: world).isSuperset(of: ["spaces", "recipes", "devices", "models"]))
    #expect(try offers("ofa cost --sub", in: world) == ["--subnets"])
    #expect(try offers("ofa cost --space mi", in: world) == ["mini-32"])
    #expect(try offers("ofa cost --space s", in: world) == ["space.json"])
    #expect(try offers("ofa train --recipe ", in: world).isSuperset(of: ["sandwich", "recipe.json", "data"]))
    #expect(try offers("ofa train --recipe \(world.folder)/re", in: world) == [world.recipe])
    #expect(try offers("ofa evaluate --model ", in: world) == ["data"])
    #expect(try offers("ofa export --output re", in: world) == ["recipe.json"])
    #expect(try offers("ofa measure --runner h", in: world) == ["host"])
  }

  @Test("A script is made for every shell, without a fault in it", arguments: ["bash", "zsh", "fish"])
  func scripts(shell: String) throws {
    let made = try Command.run(["--generate-completion-script", shell])
    #expect(made.status == 0 && made.errors.isEmpty && made.output.contains("specialize"))
    let world = try TinyWorld()
    try AtomicFile.write(made.output, to: world.path("script"))
    let checked = try Command.shell(
      "! command -v \(shell) > /dev/null || \(shell) -n script 2>&1; echo $?", in: world.folder)
    #expect(checked == "0\n", "\(checked)")
  }
}
