"""The E-model gives what the recommendation's own tables say."""

import unittest

from measure import quality


class EModel(unittest.TestCase):
    """ITU-T G.107."""

    def test_nothing_impaired(self) -> None:
        """With all defaults R is 93.2, and people say 4.41 (G.107, table 3)."""
        self.assertAlmostEqual(quality.rating(0, 0), 93.2)
        self.assertAlmostEqual(quality.opinion(93.2), 4.41, places=2)

    def test_delay(self) -> None:
        """Below 100 ms nothing; at 400 ms about 25 (G.114, figure 1)."""
        self.assertEqual(quality.delay_impairment(100), 0)
        self.assertAlmostEqual(quality.delay_impairment(200), 3.0, delta=0.5)
        self.assertAlmostEqual(quality.delay_impairment(400), 24.0, delta=1.5)

    def test_ends_of_the_scale(self) -> None:
        """The score stays between 1 and 4.5."""
        self.assertEqual(quality.opinion(-5), 1.0)
        self.assertEqual(quality.opinion(120), 4.5)

    def test_quantiles(self) -> None:
        """A quantile is one of the values."""
        values = [float(number) for number in range(1, 101)]
        self.assertEqual([quality.quantile(values, p) for p in (0, 50, 99, 100)], [1, 50, 99, 100])


if __name__ == "__main__":
    unittest.main()
