"""What a case becomes with real names, and what HTTP/2 by hand writes and reads."""

import unittest

from chain import cases, frames
from chain.cases import Case


def case(lines: list[bytes], body: bytes, ends: str = "") -> Case:
    """Give a request."""
    return Case("a", "", "", True, "", ends, None, (b"PUT /x HTTP/1.1", *lines), body)


class Names(unittest.TestCase):
    """Put into framing, be it right or wrong."""

    def moved(self, lines: list[bytes], body: bytes) -> tuple[tuple[bytes, ...], bytes]:
        """Put a longer name in."""
        named = cases.translated(case(lines, body), {"name": "a-long-name"})
        return named.lines[1:], named.body

    def test_a_length_moves_with_what_it_covers(self) -> None:
        """One that is too short covers the beginning alone, one that is too long all."""
        body = b'{"name"}name'
        for before, after in [(12, 26), (8, 15), (1, 1), (20, 34)]:
            ((line,), _) = self.moved([b"Content-Length: %d" % before], body)
            self.assertEqual(line, b"Content-Length: %d" % after)

    def test_a_chunk_moves_with_its_name_and_a_bad_one_does_not(self) -> None:
        """What comes behind the last chunk is no chunk."""
        chunked = [b"Transfer-Encoding: chunked"]
        self.assertEqual(
            self.moved(chunked, b"4;x\r\nname\r\n0\r\n\r\nPUT name")[1],
            b"b;x\r\na-long-name\r\n0\r\n\r\nPUT a-long-name",
        )
        self.assertEqual(self.moved(chunked, b"5\r\nname\r\n")[1], b"5\r\na-long-name\r\n")

    def test_who_ends_in_the_head_sends_no_empty_line(self) -> None:
        """Nor the end of a line, who ends in one."""
        for ends, raw in [("head", b"X: y\r\n"), ("line", b"X: y"), ("", b"X: y\r\n\r\n")]:
            self.assertEqual(case([b"X: y"], b"", ends).raw, b"PUT /x HTTP/1.1\r\n" + raw)


class Fields(unittest.TestCase):
    """RFC 7541."""

    def test_a_status_is_read_however_it_is_written(self) -> None:
        """Indexed, as a literal, in Huffman's code, behind a change of the table."""
        for block, status in [
            ("88", 200),
            ("8d", 404),
            ("0e03343033", 403),
            ("4803333032", 302),
            # RFC 7541, C.6.1
            ("48826402", 302),
            ("2088", 200),
            ("0003612d6200", 0),
            ("", 0),
        ]:
            self.assertEqual(frames.status(bytes.fromhex(block)), status, block)

    def test_a_long_text_says_how_long(self) -> None:
        """A length of more than seven bits."""
        self.assertEqual(frames.text(b"x" * 126)[:2], b"\x7ex")
        self.assertEqual(frames.text(b"x" * 127)[:3], b"\x7f\x00x")
        self.assertEqual(frames.text(b"x" * 1337)[:4], bytes([0x7F, 186, 9]) + b"x")


if __name__ == "__main__":
    unittest.main()
