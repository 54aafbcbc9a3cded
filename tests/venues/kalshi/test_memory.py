"""The bounded memory of what was converted already."""

import pytest

from firstprint.venues.kalshi.memory import Remembered


def test_a_text_is_converted_once_and_the_memory_stays_bounded() -> None:
    """What was met is looked up; a full memory is emptied, and long texts are not kept (law 10)."""
    asked: list[str] = []
    memory = Remembered(lambda text: asked.append(text) or len(text), entries_max=3, length_max=4)
    assert [memory[text] for text in ("a", "bb", "a", "a")] == [1, 2, 1, 1]
    assert asked == ["a", "bb"]
    for number in range(50):
        assert memory[f"{number}"] == len(f"{number}")
        assert len(memory) <= 3
    assert memory["x" * 5] == 5
    assert "x" * 5 not in memory


def test_what_cannot_be_converted_is_not_remembered() -> None:
    """A text that raises raises again, and leaves nothing behind."""
    memory = Remembered(int)
    for _ in range(2):
        with pytest.raises(ValueError, match="invalid literal"):
            memory["x"]
    assert not memory
