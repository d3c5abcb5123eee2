"""Says what pictures show: python3 THIS_FILE PICTURE...

It needs the ONNX file that it was written with beside it, and the packages onnxruntime and pillow.
"""
import json, pathlib, sys
import numpy, onnxruntime
from PIL import Image, ImageOps

session = onnxruntime.InferenceSession(str(pathlib.Path(__file__).with_suffix(".onnx")))
about = session.get_modelmeta().custom_metadata_map
shorter_side, fraction, resolution, means, deviations, classes = (json.loads(about[name]) for name in (
    "resize.shorterSide", "crop.fraction", "resolution", "normalization.means", "normalization.standardDeviations",
    "classes"))
for path in sys.argv[1:]:
    picture = ImageOps.exif_transpose(Image.open(path))
    if picture.mode.startswith("I"):  # 16 bits
        picture = Image.fromarray(((numpy.asarray(picture).astype("uint32") * 255 + 32895) >> 16).astype("uint8"))
    if picture.mode in ("LA", "PA", "RGBA") or "transparency" in picture.info:
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture.convert("RGBA"))
    picture = picture.convert("RGB" if len(means) == 3 else "L")
    if about["preprocessing"] == "file":
        values = numpy.asarray(picture).reshape(1, picture.height, picture.width, len(means))
    else:
        shorter, side = min(picture.size), min(*picture.size, shorter_side)
        size = [(2 * length * side + shorter) // (2 * shorter) for length in picture.size]
        cut = max(int(side * fraction + 0.5), 1)
        left, top = [(length - side) // 2 + (side - cut) // 2 for length in size]
        bands = [band.convert("F").resize(size, Image.BILINEAR) for band in picture.split()]
        bands = [band.point(lambda value: value * 1 + 0.5).convert("L") for band in bands]  # rounded once
        bands = [band.crop((left, top, left + cut, top + cut)).convert("F") for band in bands]
        bands = [band.resize((resolution, resolution), Image.BILINEAR) for band in bands]
        planes = [(numpy.asarray(band) / 255 - mean) / deviation
                  for band, mean, deviation in zip(bands, means, deviations)]
        values = numpy.stack(planes)[None].astype(numpy.float32)
    answers = session.run(None, {session.get_inputs()[0].name: values})[0][0]
    if about["output"] == "logits":
        answers = numpy.exp(answers - answers.max())
        answers /= answers.sum()
    print(f"{classes[answers.argmax()]}  {100 * answers.max():.2f} %  {path}")
