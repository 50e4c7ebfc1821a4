"""Colors as eyes and themes take them; a color is a text such as ``#0072b2``."""

import numpy as np


def light(color):
    """Return the linear light of a color's red, green and blue."""
    channels = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def turned(color):
    """Return a color as ``filter: invert(1) hue-rotate(180deg) brightness(0.92)`` shows it on a dark page."""
    channels = 1 - np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    rotated = channels @ np.array([[-0.574, 1.43, 0.144], [0.426, 0.43, 0.144], [0.426, 1.43, -0.856]]).T
    return "#" + "".join(f"{round(255 * channel):02x}" for channel in 0.92 * np.clip(rotated, 0, 1))


def contrast(first, second):
    """Return the contrast of two colors, from 1 to 21, as WCAG 2 defines it."""
    low, high = sorted(light(color) @ [0.2126, 0.7152, 0.0722] for color in (first, second))
    return (high + 0.05) / (low + 0.05)
