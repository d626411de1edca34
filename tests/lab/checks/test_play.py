"""What a chain loses is not made good by asking again and again."""

import unittest
from collections.abc import Iterator, Sequence

from chain.cases import Case
from chain.play import Answer, played


def case(name: str) -> Case:
    """Give a request with this name."""
    return Case(name, "", "", False, "", "", None, (f"GET /{name} HTTP/1.1".encode(),), b"")


class Chain:
    """A stand-in for curl and what is behind it: loses these whenever others come with them."""

    def __init__(self, *loses: str, always: bool = False) -> None:
        """Say who is lost, and whether also alone."""
        self.loses = loses
        self.always = always
        self.asked: list[list[str]] = []

    def play(self, chosen: Sequence[Case]) -> Iterator[Answer]:
        """Answer."""
        self.asked.append([one.name for one in chosen])
        for one in chosen:
            is_lost = one.name in self.loses and (self.always or len(chosen) > 1)
            yield {"statuses": [] if is_lost else [200], "lost": is_lost}


class LostOnes(unittest.TestCase):
    """Requests over one connection of HTTP/2."""

    def answers(self, chain: Chain) -> dict[str, Answer]:
        """Play three cases."""
        chosen = [case(name) for name in "abc"]
        return {one.name: answer for one, answer in played(chain.play, chosen)}

    def test_who_was_taken_along_is_asked_alone(self) -> None:
        """It says that it was; others say nothing."""
        chain = Chain("b")
        answers = self.answers(chain)
        self.assertEqual(chain.asked, [["a", "b", "c"], ["b"]])
        self.assertEqual({name: one["statuses"] for name, one in answers.items()}["b"], [200])
        self.assertEqual([name for name, one in answers.items() if one.get("again")], ["b"])

    def test_who_is_lost_alone_stays_lost(self) -> None:
        """Twice is not chance: it is not asked a third time."""
        chain = Chain("b", always=True)
        answers = self.answers(chain)
        self.assertEqual(chain.asked, [["a", "b", "c"], ["b"]])
        self.assertEqual(answers["b"]["statuses"], [])


if __name__ == "__main__":
    unittest.main()
