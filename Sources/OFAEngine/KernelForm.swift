import CRuntime
import Foundation

/// A form of the kernels: all of them compiled for one kind of processor, such as `avx512`, `avx2`, `neon` or
/// `portable`.
public struct KernelForm: Hashable, Sendable, CustomStringConvertible {
  nonisolated(unsafe) let form: UnsafePointer<ofa_form>

  /// Its name.
  public var name: String { String(cString: form.pointee.name) }

  /// The name.
  public var description: String { name }

  /// The forms that this processor can run, best first.
  public static let available: [KernelForm] = (0...).lazy.map { ofa_training_form($0) }.prefix { $0 != nil }
    .compactMap { $0.map { KernelForm(form: $0) } }

  /// The best that this processor can run. Every processor can run the portable form.
  public static let best = available[0]

  /// The variable that names a form to run in place of the best.
  public static let variable = "OFA_KERNEL_FORM"

  /// The form that the variable names, or the best; nil where this processor cannot run what it names.
  public static let preferred: KernelForm? =
    ProcessInfo.processInfo.environment[variable].map(KernelForm.init(named:)) ?? .best

  /// The form of a name; nil where this processor cannot run it.
  public init?(named name: String) {
    guard let form = Self.available.first(where: { $0.name == name }) else { return nil }
    self = form
  }

  private init(form: UnsafePointer<ofa_form>) { self.form = form }
}
