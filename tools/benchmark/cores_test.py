"""Hyperthreads of one core count once."""

import pathlib
import tempfile
import unittest

from tools.benchmark import cores


class CoresTest(unittest.TestCase):
    def separate(self, allowed, *lists):
        """Where cpu i has the siblings list `lists[i]`."""
        with tempfile.TemporaryDirectory() as folder:
            for cpu, text in enumerate(lists):
                place = pathlib.Path(folder, f"cpu{cpu}", "topology")
                place.mkdir(parents=True)
                (place / "thread_siblings_list").write_text(
                    text + "\n", encoding="utf-8"
                )
            return cores.separate(allowed, folder)

    def test_hyperthreads_side_by_side(self):
        lists = ["0-1", "0-1", "2-3", "2-3"]
        self.assertEqual(self.separate({0, 1, 2, 3}, *lists), [0, 2])
        self.assertEqual(self.separate({1, 2, 3}, *lists), [1, 2])
        self.assertEqual(self.separate({2, 3}, *lists), [2])

    def test_hyperthreads_apart(self):
        lists = ["0,2", "1,3", "0,2", "1,3"]
        self.assertEqual(self.separate({0, 1, 2, 3}, *lists), [0, 1])
        self.assertEqual(self.separate({0, 2}, *lists), [0])
        self.assertEqual(self.separate({3, 2}, *lists), [2, 3])

    def test_cores_of_one_thread(self):
        self.assertEqual(self.separate({0, 1}, "0", "1"), [0, 1])

    def test_nothing_known(self):
        self.assertEqual(self.separate({5, 3}), [3, 5])


if __name__ == "__main__":
    unittest.main()
