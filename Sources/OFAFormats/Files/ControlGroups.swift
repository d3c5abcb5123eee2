/// The control groups of a program, by which containers and schedulers bound what it may use.
package enum ControlGroups {
  /// The folders that may bound what a controller grants: every group from the program's own up to the root.
  ///
  /// Version 2 of control groups names no controllers and has one tree; version 1 has a tree a set of controllers.
  /// Within a container the path that the system tells may be the host's: what is not there is passed over, and the
  /// root is the container's.
  ///
  /// - Parameters:
  ///   - controller: `cpu` or `memory`.
  ///   - read: the text of a file, by its path; nil where there is none.
  package static func folders(of controller: String, reading read: (String) -> String?) -> [String] {
    (read("/proc/self/cgroup") ?? "").split(separator: "\n").flatMap { line -> [String] in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return [] }
      let (controllers, parts) = (fields[1], fields[2].split(separator: "/"))
      if !controllers.isEmpty, !controllers.split(separator: ",").contains(Substring(controller)) { return [] }
      let mount = "/sys/fs/cgroup"
      let trees = controllers.isEmpty ? [mount] : ["\(mount)/\(controller)", "\(mount)/\(controllers)"]
      return trees.flatMap { tree in
        (0...parts.count).map { depth in ([tree] + parts.prefix(depth).map(String.init)).joined(separator: "/") }
      }
    }
  }
}
