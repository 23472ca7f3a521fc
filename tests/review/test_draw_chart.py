from __future__ import annotations

import pytest

from codemods.review.draw_chart import Scale, element, missing_band, over_steps


def test_escapes_text_and_attributes() -> None:
    drawn = element("text", "</text><script>\u202e", title='"<')
    assert drawn == (
        '<text title="&#34;&lt;">&lt;/text&gt;&lt;script&gt;‹U+202E›</text>'
    )


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 10, [0, 2, 4, 6, 8, 10]),
        (0, 345, [0, 100, 200, 300]),
        (0, 1.6, [0, 0.5, 1, 1.5]),
    ],
)
def test_ticks_are_round(low: float, high: float, expected: list[float]) -> None:
    assert Scale(low, high, 0, 100).ticks() == expected


def test_ticks_of_a_logarithmic_scale() -> None:
    scale = Scale(0.8, 90, 100, 0, is_logarithmic=True)
    assert scale.ticks() == [1, 2, 5, 10, 20, 50]
    assert scale(0.8) == 100
    assert scale(90) == 0


def test_bands_cover_runs_of_steps() -> None:
    bands = [mark for mark in missing_band([3, 4, 8], over_steps(10)) if "rect" in mark]
    assert len(bands) == 2
