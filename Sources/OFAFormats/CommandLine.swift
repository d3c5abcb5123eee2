/// A command line as a message shows it, to be pasted into a shell.
///
///     ofa import --predictor 'my predictor.pth' --space ofa_resnet50 --output predictor.json
public func commandLine(_ words: [String]) -> String {
  words.map { word in
    let isPlain = !word.isEmpty && word.utf8.allSatisfy { plain.contains($0) }
    return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
  .joined(separator: " ")
}

/// What no shell takes for anything but itself.
private let plain = Set("%+,-./0123456789:=@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz".utf8)
