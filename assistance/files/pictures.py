"""Pictures are opened and written anew: what comes out holds pixels and nothing else."""

from __future__ import annotations

import io

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

QUALITY = 90
PREVIEW_QUALITY = 80
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}


class BadPicture(Exception):
    """The picture cannot be kept; the message is the sentence for the person."""


def written_anew(data: bytes, media_type: str) -> bytes:
    """The same picture, upright and without EXIF, comments, colour profile or anything appended."""
    picture = _opened(data, media_type)
    out = io.BytesIO()
    if media_type == "image/jpeg":
        picture.save(out, "JPEG", quality=QUALITY)
    else:
        picture.save(out, "PNG")
    return out.getvalue()


def smaller(data: bytes, media_type: str, *, width: int) -> bytes:
    """A JPEG of at most `width` pixels on either side."""
    return as_jpeg(_opened(data, media_type), width=width)


def as_jpeg(picture: Image.Image, *, width: int) -> bytes:
    picture.thumbnail((width, width))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=PREVIEW_QUALITY)
    return out.getvalue()


def _opened(data: bytes, media_type: str) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data), formats=[FORMATS[media_type]]) as picture:
            _check_pixels(picture.size)
            upright = ImageOps.exif_transpose(picture)
            return _plain(upright)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise BadPicture(_("The picture is broken. Photograph or scan the paper again.")) from error


def _plain(picture: Image.Image) -> Image.Image:
    """Red, green and blue, or grey: transparency becomes white paper."""
    if picture.mode in ("L", "1", "I;16", "I"):
        return _fresh(picture.convert("L"))
    if "A" in picture.getbands() or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture.getchannel("A"))
        return paper
    return _fresh(picture.convert("RGB"))


def _fresh(picture: Image.Image) -> Image.Image:
    """Without `info`, from which Pillow would write profiles and comments again."""
    picture.info.clear()
    return picture


def _check_pixels(size: tuple[int, int]) -> None:
    if size[0] * size[1] > settings.PAPER_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> BadPicture:
    return BadPicture(
        _("The picture has more than %(millions)s million pixels. Make a smaller one.")
        % {"millions": settings.PAPER_PIXELS // 1_000_000}
    )
