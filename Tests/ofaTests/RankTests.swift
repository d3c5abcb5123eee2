import Foundation
import OFAData
import OFAFormats
import OFANumerics
import OFASpace
import TestSupport
import Testing
import TinyWorld

/// Whether `mpirun` is there, and the command knows of it.
private let hasRanks: Bool = {
  let text = (try? Command.shell("mpirun --version && ldd $ofa")) ?? ""
  if !text.contains("libmpi") {
    print("no mpirun, or built without the trait MPI: training on several ranks is not tested")
  }
  return text.contains("libmpi")
}()

/// Training by several processes that `mpirun` starts.
@Suite(.enabled(if: hasRanks)) struct RankTests {
  private let world: TinyWorld

  init() throws { world = try TinyWorld() }

  /// Runs a training on so many ranks, each of one thread, and returns its status and what it said.
  private func train(_ ranks: Int, _ run: String, _ arguments: String = "", before: String = "") throws -> String {
    let data = "--space \(world.space) --data \(world.data) --recipe \(world.recipe)"
    let start = "mpirun --allow-run-as-root --oversubscribe -n \(ranks) $ofa train"
    return try Command.shell(
      """
      \(before)
      \(ranks == 0 ? "$ofa train" : start) \(arguments.contains("--resume") ? "" : data) \
      --output \(world.path(run)) --threads 1 --quiet \(arguments) 2>&1
      echo "status $?"
      """)
  }

  private func weights(_ run: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: world.path(run + "/model/weights.safetensors")))
  }

  @Test("Two ranks leave the bytes of one process of two shards; what was stopped goes on with either")
  func sameBytes() throws {
    let alone = try train(0, "alone", "--shards 2")
    #expect(alone.hasSuffix("status 0\n"), "\(alone)")
    let two = try train(2, "two")
    #expect(two.hasSuffix("status 0\n"), "\(two)")
    #expect(two.split(separator: "\n").count == alone.split(separator: "\n").count, "one process speaks: \(two)")
    #expect(try weights("two") == weights("alone"))
    // Evaluations are handed out.
    for file in ["samples.jsonl", "model/predictor.json", "model/results.json"] {
      let files = try ["two", "alone"].map { try InputFile.read(world.path("\($0)/\(file)")) }
      #expect(files[0] == files[1], "\(file)")
    }
    // Without the last checkpoint the end is computed again, by another number of ranks.
    let checkpoints = world.path("two/checkpoints")
    let last = try FileManager.default.contentsOfDirectory(atPath: checkpoints).max { $0.count < $1.count || $0 < $1 }
    try FileManager.default.removeItem(atPath: checkpoints + "/" + (try #require(last)))
    let resumed = try train(0, "two", "--resume")
    #expect(resumed.hasSuffix("status 0\n"), "\(resumed)")
    #expect(try weights("two") == weights("alone"))
    let more = try train(3, "two", "--resume")
    #expect(more.contains("--shards: there are 2, but 3 ranks") && more.hasSuffix("status 64\n"), "\(more)")
  }

  @Test(
    "Kills of one rank or all, and other numbers of ranks and threads, leave the bytes of one process of four shards")
  func kills() throws {
    let output = try Command.shell(
      """
      RANDOM=7
      train() {
        start=; [ $1 = 1 ] || start="mpirun --allow-run-as-root --oversubscribe -n $1"
        $start $ofa train --space space.json --data data --recipe recipe.json --epochs 14 --shards 4 --resume \
          --output "$PWD/$2" --threads $3
      }
      train 1 whole 1 > /dev/null
      kills=0
      for round in $(seq 40); do
        [ $kills -lt 8 ] || break
        train $((RANDOM % 4 + 1)) run $((RANDOM % 2 + 1)) >> said.txt 2>&1 &
        running=$!
        # Somewhere, told by the lines of metrics, one process of the command is killed, or all are.
        lines=$((RANDOM % 9 + 4))
        while kill -0 $running 2> /dev/null && [ $(cat run/metrics.jsonl 2> /dev/null | wc -l) -lt $lines ]
        do sleep 0.02; done
        set -- $(pgrep -f "^$ofa train .*--output $PWD/run ")
        # What has come to its end begins anew.
        if [ $# = 0 ]; then
          wait
          cmp run/model/weights.safetensors whole/model/weights.safetensors && rm -r run
          continue
        fi
        kills=$((kills + 1))
        if [ $((RANDOM % 2)) = 0 ]; then shift $((RANDOM % $#)); kill -9 $1; else kill -9 "$@"; fi
        wait
      done
      echo "$kills kills, went on $(grep -c 'goes on at step' said.txt) times"
      train 3 run 2 > /dev/null && cmp run/model/weights.safetensors whole/model/weights.safetensors && echo same
      """, in: world.folder)
    #expect(!output.contains("went on 0 times"), "\(output)")
    #expect(output.hasSuffix("same\n"), "\(output)")
  }

  @Test("Two ranks that share the look at a folder of pictures leave the bytes of one process of two shards")
  func pictures() throws {
    for number in 0..<60 {
      let picture = Picture(
        height: 12, width: 16, channels: 3, pixels: (0..<576).map { UInt8(truncatingIfNeeded: $0 * (number + 3) / 2) })
      let name = "c\(number % 3)/\(number).png"
      for folder in ["pictures", "other/pictures"] {
        try AtomicFile.write(picture.png(), to: world.path("\(folder)/\(name)"))
      }
    }
    func train(_ start: String, _ run: String, in folder: String = "", _ more: String = "") -> String {
      "\(start) bash -c 'cd \(world.folder)/\(folder) && $ofa train --space \(world.space) --data pictures --recipe "
        + "\(world.recipe) --output \(world.path(run)) --threads 1 --quiet \(more)'"
    }
    let mpirun = "mpirun --allow-run-as-root --oversubscribe -n"
    let alone = try Command.shell(train("", "alone", "--shards 2"))
    let two = try Command.shell(train("\(mpirun) 2", "two"))
    #expect(try weights("two") == weights("alone"), "\(alone)\(two)")
    func mixed() throws -> String {
      try Command.shell(
        "\(train("\(mpirun) 1", "no")) : -n 1 \(train("", "no", in: "other")) 2>&1; echo status $?")
    }
    // A picture that the other rank looked at is another here.
    for number in 0..<60 where number / 3 % 2 == 0 {
      let path = world.path("other/pictures/c\(number % 3)/\(number).png")
      try AtomicFile.write("no picture", to: path)
    }
    let damaged = try mixed()
    #expect(damaged.contains("rank 1 on ") && damaged.hasSuffix("status 65\n"), "\(damaged)")
    for number in 0..<60 {
      try AtomicFile.write("no picture", to: world.path("other/pictures/c\(number % 3)/\(number).png"))
    }
    let unreadable = try mixed()
    #expect(unreadable.contains("30 of 60 pictures are unreadable") && unreadable.contains("(on rank 1 on "))
    try FileManager.default.removeItem(atPath: world.path("other/pictures/c0/0.png"))
    let fewer = try mixed()
    #expect(fewer.contains("error: the list of pictures of pictures: ") && fewer.hasSuffix("status 65\n"), "\(fewer)")
  }

  @Test("Subnets that are evaluated, sampled, searched or trained alone by two ranks come to what one comes to")
  func farms() throws {
    let trained = try train(0, "run")
    #expect(trained.hasSuffix("status 0\n"), "\(trained)")
    let subnets = world.path("subnets.jsonl")
    let space = try world.searchSpace()
    var generator = SeededGenerator(seed: 4, stream: "subnets")
    let ids = (0..<9).map { _ in space.id(of: space.randomSubnet(using: &generator)) }
    try AtomicFile.write(ids.map { "\"\($0)\"\n" }.joined(), to: subnets)
    let common = "--model \(world.path("run")) --data \(world.data) --threads 1 --quiet --json"
    for command in [
      "evaluate \(common) --subnets \(subnets)",
      "predictor train \(common) --samples 20 --output OUT/predictor.json --archive OUT/archive.jsonl",
      "specialize \(common) --in-the-loop --evaluations 12 --archive OUT/archive.jsonl --front OUT/front.jsonl"
        + " --max-parameters 1M",
      "rank \(common) --subnets 3 --band 0 --epochs 1 --output OUT/rank",
    ] {
      let outcomes = try [0, 2].map { ranks in
        let folder = world.path("out-\(ranks)-\(command.prefix(4))")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let start = ranks == 0 ? "$ofa" : "mpirun --allow-run-as-root --oversubscribe -n \(ranks) $ofa"
        let text = try Command.shell("\(start) \(command.replacing("OUT", with: folder)); echo status $?")
        let files = ["predictor.json", "archive.jsonl", "front.jsonl", "rank/subnets.jsonl"].map {
          (try? InputFile.read("\(folder)/\($0)")).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        // How long it took is another time each time.
        return ([text.replacing(/"seconds":[0-9.e-]+/, with: "")] + files).map { $0.replacing(folder, with: "") }
      }
      #expect(outcomes[0] == outcomes[1])
      #expect(outcomes[1][0].hasSuffix("status 0\n") && outcomes[1][0].count > 40, "\(outcomes[1][0])")
    }
  }

  @Test("A command whose work several processes cannot share is refused by each of them")
  func unshared() throws {
    let several = try Command.shell("OMPI_COMM_WORLD_SIZE=2 $ofa list spaces 2>&1; echo status $?")
    #expect(several == "error: several processes cannot share what this command does; start it once\nstatus 64\n")
  }

  @Test("A rank with other images, other kernels or other arguments is named, and all end with a status")
  func otherRanks() throws {
    let other = try TinyWorld()
    let labels = other.data + "/train-labels-idx1-ubyte"
    var bytes = try InputFile.read(labels)
    bytes[20] = (bytes[20] + 1) % 3
    try AtomicFile.write(bytes, to: labels)
    func mixed(_ first: String, _ second: String) throws -> String {
      let start = "--oversubscribe -n 1 \(first) : -n 1 \(second)"
      return try Command.shell("mpirun --allow-run-as-root \(start) 2>&1; echo status $?")
    }
    func command(_ world: TinyWorld, _ more: String = "") -> String {
      "$ofa train --space \(self.world.space) --data \(world.data) --recipe \(self.world.recipe) --output "
        + "\(self.world.path("run")) --threads 1 \(more)"
    }
    let arguments = try mixed(command(world), command(world, "--seed 3"))
    #expect(arguments.contains("error: the arguments: ") && arguments.contains("but train"), "\(arguments)")
    #expect(arguments.contains("on rank 1 on ") && arguments.hasSuffix("status 64\n"), "\(arguments)")
    let kernels = try mixed(command(world), "env OFA_KERNEL_FORM=portable \(command(world))")
    #expect(kernels.contains("but portable on rank 1 on ") && kernels.hasSuffix("status 64\n"), "\(kernels)")
    // The same arguments, in folders that differ.
    func inside(_ world: TinyWorld) -> String {
      "bash -c 'cd \(world.folder) && $ofa train --space space.json --data data --recipe recipe.json --output "
        + "\(self.world.path("run")) --threads 1'"
    }
    let images = try mixed(inside(world), inside(other))
    #expect(images.contains("error: the images of data: ") && images.hasSuffix("status 65\n"), "\(images)")
    try FileManager.default.removeItem(atPath: other.data)
    let none = try mixed(inside(world), inside(other))
    #expect(none.contains("error: data: rank 1 on ") && none.hasSuffix("status 66\n"), "\(none)")
  }
}
