extension Pickle {
  /// The instructions that PyTorch's checkpoints are written in: those of the protocols 2 to 5 that data need.
  enum Opcode: UInt8 {
    // The frame of it all.
    case proto = 0x80
    case frame = 0x95
    case stop = 0x2e
    case mark = 0x28
    // Single values.
    case none = 0x4e
    case newTrue = 0x88
    case newFalse = 0x89
    case binInt1 = 0x4b
    case binInt2 = 0x4d
    case binInt = 0x4a
    case long1 = 0x8a
    case binFloat = 0x47
    // Texts and bytes, by the width of their length.
    case shortBinString = 0x55
    case binString = 0x54
    case shortBinUnicode = 0x8c
    case binUnicode = 0x58
    case binUnicode8 = 0x8d
    case shortBinBytes = 0x43
    case binBytes = 0x42
    case binBytes8 = 0x8e
    case byteArray8 = 0x96
    // Tuples, lists, sets and dictionaries.
    case emptyTuple = 0x29
    case tuple1 = 0x85
    case tuple2 = 0x86
    case tuple3 = 0x87
    case tuple = 0x74
    case emptyList = 0x5d
    case append = 0x61
    case appends = 0x65
    case emptySet = 0x8f
    case addItems = 0x90
    case frozenSet = 0x91
    case emptyDictionary = 0x7d
    case setItem = 0x73
    case setItems = 0x75
    // What was said before.
    case binPut = 0x71
    case longBinPut = 0x72
    case memoize = 0x94
    case binGet = 0x68
    case longBinGet = 0x6a
    // Names and their calls.
    case global = 0x63
    case stackGlobal = 0x93
    case reduce = 0x52
    case newObject = 0x81
    case build = 0x62
    case binPersistentIdentity = 0x51
  }
}
