"""Writes PictureFiles.swift: files with pictures, and what Pillow 13 makes of them.

    python3 pictures.py > PictureFiles.swift

It needs Pillow, NumPy, libturbojpeg and libjpeg-turbo's cjpeg.
"""

import base64, ctypes, io, os, struct, subprocess, zlib
import numpy as np
from PIL import Image, ImageOps

os.environ["TJ_OPTIMIZE"] = "1"


def photo(height, width):
    y, x = np.mgrid[:height, :width] / height
    waves = [np.sin(4 * x + 3 * y), np.cos(5 * x - 4 * y), np.where(x + y > 1, y, x)]
    return np.rint(128 + 100 * np.stack(waves, -1)).clip(0, 255).astype(np.uint8)


def saved(image, form, **options):
    stream = io.BytesIO()
    image.save(stream, form, optimize=True, **options)
    return stream.getvalue()


def turbo(pixels, form, subsampling):
    library, data, size = ctypes.CDLL("libturbojpeg.so.0"), ctypes.c_void_p(), ctypes.c_ulong()
    library.tjInitCompress.restype = ctypes.c_void_p
    handle = ctypes.c_void_p(library.tjInitCompress())
    library.tjCompress2(handle, pixels.tobytes(), pixels.shape[1], 0, pixels.shape[0], form,
                        ctypes.byref(data), ctypes.byref(size), subsampling, 90, 0)
    return ctypes.string_at(data, size.value)


def cjpeg(*options):
    return subprocess.run(["cjpeg", *options], input=saved(rgb, "PPM"), capture_output=True, check=True).stdout


def png(color, depth, pixels, *chunks, passes=((0, 0, 1, 1),)):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    rows = [row for y, x, down, right in passes for row in pixels[y::down, x::right] if row.size]
    data = b"".join(b"\0" + row.astype(f">u{depth // 8}").tobytes() for row in rows)
    head = struct.pack(">IIBBBBB", pixels.shape[1], pixels.shape[0], depth, color, 0, 0, len(passes) > 1)
    parts = [(b"IHDR", head), *chunks, (b"IDAT", zlib.compress(data, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def pillow(file):
    image = Image.open(io.BytesIO(file))
    if image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info:
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA")).convert("RGB")
    return image.convert("RGB")


# Pillow keeps the upper eight of 16 bits, and takes linear light for what screens show: the definitions are here.
def eight(samples):
    bits = np.rint(samples / 257)
    if samples.shape[2] in (1, 3):
        return rounded(bits)
    cover = bits[..., -1:] / 255
    return rounded(bits[..., :-1] * cover + 255 * (1 - cover))


def rounded(values):
    return Image.fromarray(np.broadcast_to(np.rint(values), (*values.shape[:2], 3)).astype(np.uint8))


def show(data, label="", end=",", indent=4):
    text = base64.b64encode(data).decode()
    lines = [text[i:i + 108] for i in range(0, len(text), 108)]
    margin = " " * (indent + 2 * bool(label))
    print(" " * indent + label + "\"\"\"", *[f"{margin}{line}\\" for line in lines[:-1]], margin + lines[-1],
          f"{margin}\"\"\"{end}", sep="\n")


rgb = Image.fromarray(photo(11, 18))
cmyk = np.dstack([photo(11, 18), photo(18, 11).transpose(1, 0, 2)[..., 2]])
small = rgb.resize((7, 5))
deep = np.arange(5 * 7 * 4).reshape(5, 7, 4) ** 2 * 7919 % 65536
clear = small.copy()
clear.putalpha(Image.fromarray((deep[..., 3] >> 8).astype(np.uint8)))
adam7 = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))
linear = (b"gAMA", struct.pack(">I", 100_000))
samples = [
    ("JPEG, grey", saved(rgb.convert("L"), "JPEG"), None),
    ("JPEG, 4:4:4", saved(rgb, "JPEG", subsampling=0), None),
    ("JPEG, 4:2:2", saved(rgb, "JPEG", subsampling=1), None),
    ("JPEG, 4:2:0", saved(rgb, "JPEG", subsampling=2), None),
    ("JPEG, 4:4:0", turbo(photo(11, 18), 0, 4), None),
    ("JPEG, 4:1:1", turbo(photo(11, 18), 0, 5), None),
    ("JPEG, 4:1:0", cjpeg("-optimize", "-sample", "4x2"), None),
    ("JPEG, red, green and blue", saved(rgb, "JPEG", keep_rgb=True), None),
    ("JPEG, progressive", saved(rgb, "JPEG", progressive=True), None),
    ("JPEG, restart markers", saved(rgb, "JPEG", restart_marker_blocks=1), None),
    ("JPEG, arithmetic", cjpeg("-arithmetic"), None),
    ("JPEG, CMYK", saved(Image.frombytes("CMYK", (18, 11), cmyk.tobytes()), "JPEG"), None),
    ("JPEG, YCCK", turbo(cmyk, 11, 0), None),
    ("PNG, grey", saved(small.convert("L"), "PNG"), None),
    ("PNG, grey of one bit", saved(small.convert("1"), "PNG"), None),
    ("PNG, grey and alpha", saved(clear.convert("LA"), "PNG"), None),
    ("PNG, grey of 16 bits", png(0, 16, deep[..., :1]), eight(deep[..., :1])),
    ("PNG, grey of 16 bits and alpha", png(4, 16, deep[..., :2]), eight(deep[..., :2])),
    ("PNG, colour", saved(small, "PNG"), None),
    ("PNG, interlaced", png(2, 8, np.asarray(small), passes=adam7), None),
    ("PNG, colour and alpha", saved(clear, "PNG"), None),
    ("PNG, one colour transparent", saved(small, "PNG", transparency=small.getpixel((3, 2))), None),
    ("PNG, colour of 16 bits", png(2, 16, deep[..., :3]), eight(deep[..., :3])),
    ("PNG, colour of 16 bits and alpha", png(6, 16, deep), eight(deep)),
    ("PNG, linear light", png(2, 16, deep[..., :3], linear),
     rounded(255 * (deep[..., :3] / 65535) ** (1 / 2.2))),
    ("PNG, palette", saved(small.quantize(200), "PNG"), None),
    ("PNG, palette of four bits", saved(small.quantize(9), "PNG"), None),
    ("PNG, palette and alpha", saved(small.quantize(5), "PNG", transparency=bytes([0, 80, 255])), None),
]

print("""import Foundation

/// Files with pictures, and what Pillow makes of them. `pictures.py` wrote this.
public enum PictureFiles {
  /// A file and its pixels, [height, width, channels], all in base 64.
  public struct Sample: Sendable, CustomStringConvertible {
    /// The kind of file, a comma, and what it is an example of.
    public let name: String
    /// Rows and columns.
    public let height, width: Int
    /// The file.
    public let file: String
    /// The pixels in colour, where the file has colour.
    public let color: String?
    /// The pixels in grey.
    public let grey: String

    /// The name.
    public var description: String { name }
  }

  /// The bytes of a text in base 64.
  public static func bytes(_ text: String) -> [UInt8] { Array(Data(base64Encoded: text) ?? Data()) }

  /// One of the files.
  public static func sample(_ name: String) -> Sample? { all.first { $0.name == name } }

  /// A file of each kind.
  public static let all = [""")
for name, file, expected in samples:
    expected = expected or pillow(file)
    grey = expected.convert("L")
    print(f"    Sample(\n      name: \"{name}\", height: {expected.height}, width: {expected.width},")
    show(file, "file: ", indent=6)
    if "grey" in name:
        print("      color: nil,")
    else:
        show(expected.tobytes(), "color: ", indent=6)
    show(grey.tobytes(), "grey: ", end="),", indent=6)
print("  ]\n")

# What a camera stores, in each orientation.
stored = Image.fromarray(photo(9, 6)[::3])
exif = Image.Exif()
print("  /// What the picture of the next files is when it is upright, for each orientation from 1 to 8.")
print("  public static let upright = [")
for orientation in range(1, 9):
    exif[0x112] = orientation
    file = saved(stored, "JPEG", quality=95, subsampling=0, exif=exif)
    show(ImageOps.exif_transpose(Image.open(io.BytesIO(file))).tobytes())
print("  ]\n")
exif[0x112] = 6
print("  /// A JPEG file, 3 rows of 6 columns, with orientation 6.")
print("  public static let turned =")
show(saved(stored, "JPEG", quality=95, subsampling=0, exif=exif), end="")
print("\n  /// The same without an orientation.")
print("  public static let unturned =")
show(saved(stored, "JPEG", quality=95, subsampling=0), end="")
print("\n  /// The same as a PNG file, with orientation 6.")
file = saved(stored, "PNG", exif=exif)
print("  public static let turnedPNG =")
show(file, end="")
print("\n  /// What that is when it is upright.")
print("  public static let uprightPNG =")
show(ImageOps.exif_transpose(Image.open(io.BytesIO(file))).tobytes(), end="")

# Reduction.
file = saved(Image.fromarray(photo(64, 96)), "JPEG", quality=90)
print("\n  /// A JPEG file, 64 rows of 96 columns.")
print("  public static let photograph =")
show(file, end="")
print("\n  /// What that is when its shorter side is reduced to a length.")
print("  public static let reduced: [(shorterSide: Int, pixels: String)] = [")
for side in (48, 20, 10):
    reduced, size = Image.open(io.BytesIO(file)), (side * 96 // 64, side)
    reduced.draft("RGB", tuple(2 * length for length in size))
    print(f"    (\n      {side},")
    show(reduced.resize(size, Image.BILINEAR).tobytes(), end="\n    ),", indent=6)
print("  ]")
y, x, channel = np.mgrid[:9, :13, :3]
rough = Image.fromarray(((x * x * 37 + y * y * 11 + x * y * (channel + 1) * 5) % 256).astype(np.uint8))
print("\n  /// A picture of 9 rows of 13 columns: (37·x² + 11·y² + 5·x·y·(channel + 1)) mod 256, in other sizes.")
print("  public static let resized: [(height: Int, width: Int, pixels: String)] = [")
for height, width in ((4, 5), (14, 17), (9, 6), (1, 1), (3, 13)):
    print(f"    (\n      {height}, {width},")
    show(rough.resize((width, height), Image.BILINEAR).tobytes(), end="\n    ),", indent=6)
print("  ]\n}")
