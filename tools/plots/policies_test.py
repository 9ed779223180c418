"""Draws made-up policies and looks at what is drawn."""

import os
import tempfile
import unittest
import warnings

from tools.plots import policies

HEADER = "policy,start_value,row,column,kind,action,value\n"

# Two rows, three columns; S x G below.
CELLS = """\
0,0,free,right,-3
0,1,free,right,-2
0,2,free,down,-1
1,0,start,up,-4
1,1,cliff,,
1,2,goal,left,0
"""


def table(*names):
    return HEADER + "".join(
        f"{name},-4.5,{cell}\n"
        for name in names
        for cell in CELLS.splitlines()
    )


class PoliciesTest(unittest.TestCase):
    def setUp(self):
        # pylint: disable-next=consider-using-with
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(policies.plt.close, "all")
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, text):
        with open(self.path("policies.csv"), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path("policies.csv")

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def draw(self, text):
        """The figure, not yet written."""
        return policies.draw(
            policies.read_policies(self.write(text)), title="Title"
        )

    def main(self, text, output="figure"):
        with warnings.catch_warnings():
            # A warning from matplotlib is a fault in the picture.
            warnings.simplefilter("error")
            policies.main(
                [
                    f"--policies={self.write(text)}",
                    f"--output={self.path(output)}",
                    "--title=Title",
                ]
            )

    def test_a_panel_a_policy(self):
        figure = self.draw(table("optimal", "mle", "vaml", "cvaml"))
        self.assertEqual(
            [axes.get_title() for axes in figure.axes],
            ["optimal: -4.5", "mle: -4.5", "vaml: -4.5", "cvaml: -4.5"],
        )
        self.assertIn("Title", [text.get_text() for text in figure.texts])

    def test_what_a_panel_shows(self):
        (axes,) = self.draw(table("mle")).axes
        texts = {
            text.get_text(): text.get_position()
            for text in axes.texts
            if text.get_text()
        }
        self.assertEqual(
            sorted(texts), ["-1", "-2", "-3", "-4", "0", "G", "S"]
        )
        # Row 0 is at the top, column 0 at the left.
        low, high = axes.get_ylim()
        self.assertGreater(low, high)
        self.assertEqual(texts["-1"][0], 2)
        self.assertLess(texts["-1"][1], 0.5)
        self.assertEqual(texts["-4"][0], 0)
        self.assertGreater(texts["-4"][1], 0.5)
        # Arrows from tail to head, none in the goal and the cliff.
        arrows = {
            tuple(round(at) for at in arrow.xy): (
                round(arrow.xy[0] - arrow.xyann[0], 2),
                round(arrow.xy[1] - arrow.xyann[1], 2),
            )
            for arrow in axes.texts
            if not arrow.get_text()
        }
        self.assertEqual(
            arrows,
            {
                (0, 0): (0.52, 0),
                (1, 0): (0.52, 0),
                (2, 0): (0, 0.52),
                (0, 1): (0, -0.52),
            },
        )
        colours = [patch.get_facecolor() for patch in axes.patches]
        self.assertEqual(len(set(colours[:4])), 4)
        self.assertEqual(colours[5], colours[2])  # At least as good as any.

    def test_values_have_hundredths(self):
        text = table("mle").replace("left,0", "left,-0.001")
        (axes,) = self.draw(text.replace("up,-4", "up,-1.2345")).axes
        texts = [text.get_text() for text in axes.texts]
        self.assertIn("-1.23", texts)
        self.assertIn("0", texts)
        self.assertNotIn("-0", texts)

    def test_draws_the_same_bytes_twice(self):
        self.main(table("mle", "vaml"))
        first = [self.read("figure.png"), self.read("figure.svg")]
        self.assertTrue(first[0].startswith(b"\x89PNG"))
        self.assertIn(b"<!-- mle: -4.5 -->", first[1])
        self.main(table("mle", "vaml"))
        self.assertEqual(
            [self.read("figure.png"), self.read("figure.svg")], first
        )

    def test_values_may_be_equal(self):
        self.main(table("mle").replace("-1", "-4"))
        text = HEADER + "mle,-4,0,0,start,up,-4\n"
        self.main(text)

    def test_says_what_is_wrong(self):
        for sentence, text, output in (
            ("has no policy", HEADER, "figure"),
            ("no table of policies: KeyError", "a,b\n1,2\n", "figure"),
            (
                "no table of policies: KeyError('jump')",
                table("mle").replace("up", "jump"),
                "figure",
            ),
            (
                "no table of policies: ValueError",
                table("mle").replace("-3", "low"),
                "figure",
            ),
            ("cannot write", table("mle"), "none/figure"),
        ):
            with self.subTest(sentence):
                with self.assertRaises(SystemExit) as caught:
                    self.main(text, output)
                self.assertIn(sentence, str(caught.exception.code))
        with self.assertRaises(SystemExit) as caught:
            policies.read_policies("/none.csv")
        self.assertIn("cannot read /none.csv", str(caught.exception.code))


if __name__ == "__main__":
    unittest.main()
