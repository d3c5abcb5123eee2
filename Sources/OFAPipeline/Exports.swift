// What the interface of this module speaks of, so that whoever imports it can name it.
@_exported import OFAFormats
@_exported import OFAHardware
@_exported import OFAProfiling
@_exported import OFASearch
@_exported import OFASpace
