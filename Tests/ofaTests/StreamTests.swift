import Foundation
import OFAFormats
import Testing
import TinyWorld

/// Streams that are closed, full or broken: the work and the exit status stand.
@Suite struct StreamTests {
  private static let hasFullDevice = FileManager.default.fileExists(atPath: "/dev/full")

  @Test("A message that cannot be written is dropped: its command's status stands", .enabled(if: hasFullDevice))
  func errors() throws {
    #expect(try Command.shell("\"$ofa\" space nothing 2>/dev/full; echo $?") == "64\n")
    #expect(try Command.shell("\"$ofa\" space nothing 2>&-; echo $?") == "64\n")
    #expect(try Command.shell("trap '' PIPE; \"$ofa\" space nothing 2> >(exec true); echo $?") == "64\n")
    #expect(try Command.shell("\"$ofa\" space nothing 2> >(exec true); echo $?") == "64\n")
  }

  @Test("Results and help that cannot be written are an input/output error", .enabled(if: hasFullDevice))
  func results() throws {
    for arguments in ["space mbv3-32", "--help", "cost --help", "--version"] {
      #expect(try Command.shell("exec 3>&1; \"$ofa\" \(arguments) >/dev/full; echo $? >&3") == "74\n", "\(arguments)")
      #expect(try Command.shell("\"$ofa\" \(arguments) >&-; echo $?") == "74\n", "\(arguments)")
    }
    #expect(try Command.shell("\"$ofa\" cost --space mbv3-32 --subnets - <&-; echo $?") == "74\n")
  }

  @Test("A reader that has seen enough ends the command as the shell is used to, without a word")
  func pipes() throws {
    let script = """
      yes '"r24-33.33-33.33-33.33-33.33-33.33"' | head -3000 |
        "$ofa" cost --space mbv3-32 --subnets - --json 2>errors | head -1 >/dev/null
      echo ${PIPESTATUS[2]} $(wc -c <errors)
      """
    let world = try TinyWorld()
    #expect(try Command.shell(script, in: world.folder) == "141 0\n")
  }

  @Test("Results reach a slow reader whole, though the stream was made so that writing does not wait")
  func nonblocking() throws {
    let world = try TinyWorld()
    let script = """
      yes '"r24-33.33-33.33-33.33-33.33-33.33"' | head -3000 > subnets
      python3 -c '
      import fcntl, os, subprocess, sys, time
      r, w = os.pipe()
      fcntl.fcntl(w, fcntl.F_SETFL, os.O_NONBLOCK)
      p = subprocess.Popen([os.environ["ofa"], "cost", "--space", "mbv3-32", "--subnets", "subnets", "--json"], stdout=w)
      os.close(w)
      time.sleep(1)
      print(len(os.fdopen(r).readlines()), p.wait())'
      """
    #expect(try Command.shell(script, in: world.folder) == "3000 0\n")
  }

  @Test(
    "A training goes on when its log's disk is full, or the log is closed or broken",
    arguments: ["2>/dev/full", "2>&-", "2> >(exec true)", "2>&- <&-"])
  func training(redirection: String) throws {
    let world = try TinyWorld()
    let script = """
      "$ofa" train --space space.json --data data --recipe recipe.json --output run >out \(redirection)
      echo $?
      """
    #expect(try Command.shell(script, in: world.folder) == "0\n")
    // Nothing of the log went into a file that happened to get its descriptor: all of the model can be read.
    let use =
      "\"$ofa\" specialize --model run/model --time-limit 1ms >out && \"$ofa\" export --model run/model --subnet r8-23-23 --output x.onnx >out; echo $?"
    #expect(try Command.shell(use, in: world.folder) == "0\n")
  }

  @Test("A path that is no UTF-8 text is refused, and nothing is written elsewhere")
  func damagedPaths() throws {
    let world = try TinyWorld()
    let script = """
      d=$(printf 'caf\\xe9'); mkdir "$d"
      "$ofa" profile --space space.json --budget 1ms --output "$d/p.json"; echo $?
      ls | wc -l; ls "$d" | wc -l
      """
    #expect(try Command.shell(script, in: world.folder) == "64\n4\n0\n")
  }
}
