"""Runs watch and the contact sheet as a user does.

Drawing needs EGL, OSMesa and ffmpeg, all of which set-up installs.
"""

import json
import os
import resource
import signal
import subprocess
import tempfile
import time
import unittest

from matplotlib import image
import numpy as np

WATCH = os.path.abspath("experiments/watch/watch")
CONTACT_SHEET = os.path.abspath("experiments/watch/contact_sheet")
WIDTH, HEIGHT = 160, 120
SMALL = (f"--width={WIDTH}", f"--height={HEIGHT}", "--fps=5", "--seconds=0.5")
# Mesa tells of a home folder that it cannot keep its shaders in.
ENVIRONMENT = {**os.environ, "MESA_SHADER_CACHE_DISABLE": "true"}
ENVIRONMENT.pop("MUJOCO_GL", None)


def probe(path):
    """What ffprobe finds in a video after decoding all of it."""
    result = subprocess.run(
        ["ffprobe", "-v", "error", "-count_frames", "-show_streams"]
        + ["-of", "json", path],
        capture_output=True, text=True, check=True)
    (stream,) = json.loads(result.stdout)["streams"]
    return stream


def pixels(path):
    """A picture as an array [height, width, 3] of numbers from 0 to 255."""
    return 255 * image.imread(path)[..., :3]


class WatchTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        # pylint: disable-next=consider-using-with
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def start(self, *arguments, program=WATCH, file_size=None, **environment):
        def limit():
            if file_size is not None:
                resource.setrlimit(
                    resource.RLIMIT_FSIZE, (file_size, file_size))

        return subprocess.run(
            [program, *arguments], capture_output=True, check=False,
            cwd=self.folder, env={**ENVIRONMENT, **environment}, text=True,
            preexec_fn=limit)

    def watch(self, *arguments, **environment):
        result = self.start(*SMALL, *arguments, **environment)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def frame(self, name, *arguments, **environment):
        """The first frame of an episode, as the folder `name` holds it."""
        self.watch(f"--frames={name}", *arguments, "--seconds=0.001",
                   **environment)
        return pixels(self.path(name, "frame_00000.png"))

    def assert_refused(self, sentence, *arguments, kept=(), **options):
        """One sentence, status 1, and nothing left behind."""
        result = self.start(*SMALL, *arguments, **options)
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        *progress, error = result.stderr.splitlines()
        self.assertRegex(error, f"^ERROR: .*{sentence}")
        for line in progress:
            self.assertRegex(line, r"^\d+/\d+ frames")
        self.assertEqual(sorted(os.listdir(self.folder)), sorted(kept))

    def test_video(self):
        result = self.watch("--task=humanoid-walk", "--policy=random",
                            "--seconds=1", "--fps=10", "--video=out.mp4")
        # 40 decisions of 25 ms, and each state is on show as long as one.
        stream = probe(self.path("out.mp4"))
        self.assertEqual(stream["codec_name"], "h264")
        self.assertEqual((stream["width"], stream["height"]), (WIDTH, HEIGHT))
        self.assertEqual(stream["nb_read_frames"], "11")
        self.assertAlmostEqual(float(stream["duration"]), 1.1, places=3)
        self.assertEqual(os.listdir(self.folder), ["out.mp4"])
        self.assertRegex(
            result.stdout,
            r"^humanoid-walk, episode 1: return 0\.\d+ in 40 of 1000 steps "
            r"\(1 of 25 s\), no warning of the physics\n"
            r"/.*/out\.mp4: 11 frames\n$")
        self.assertRegex(result.stderr, r"11/11 frames, 100%, .* took")

    def test_whole_episodes(self):
        result = self.watch("--task=cartpole-balance", "--policy=zero",
                            "--seconds=0", "--fps=1", "--episodes=2",
                            "--video=out.mp4")
        for episode in (1, 2):
            self.assertIn(f"episode {episode}: return", result.stdout)
        self.assertEqual(result.stdout.count("in 1000 of 1000 steps"), 2)
        self.assertEqual(probe(self.path("out.mp4"))["nb_read_frames"], "22")

    def test_frames(self):
        os.mkdir(self.path("empty"))
        self.watch("--frames=empty", "--video=out.mp4")
        self.watch("--frames=100%d")
        self.watch("--frames=slash/", "--policy=zero")
        names = [f"frame_{i:05}.png" for i in range(3)]
        for folder in ("empty", "100%d", "slash"):
            self.assertEqual(sorted(os.listdir(self.path(folder))), names)
        pictures = [[pixels(self.path(folder, name)) for name in names]
                    for folder in ("empty", "100%d", "slash")]
        for first, second in zip(pictures[0], pictures[1]):
            np.testing.assert_array_equal(first, second)
        np.testing.assert_array_equal(pictures[0][0], pictures[2][0])
        self.assertTrue((pictures[0][2] != pictures[2][2]).any())
        self.assertTrue((pictures[0][0] != pictures[0][2]).any())

    def test_seed_changes_the_start(self):
        self.assertTrue((self.frame("a") != self.frame("b", "--seed=1")).any())

    def test_a_relative_path_is_the_users(self):
        os.mkdir(self.path("user"))
        self.watch("--video=out.mp4", BUILD_WORKING_DIRECTORY=self.path("user"))
        self.assertEqual(os.listdir(self.path("user")), ["out.mp4"])

    def test_replaces_a_video(self):
        with open(self.path("out.mp4"), "w", encoding="utf-8") as file:
            file.write("old")
        self.assert_refused("camera", "--camera=x", "--video=out.mp4",
                            kept=["out.mp4"])
        self.assertEqual(os.path.getsize(self.path("out.mp4")), 3)
        self.watch("--video=out.mp4")
        self.assertEqual(probe(self.path("out.mp4"))["nb_read_frames"], "3")

    def test_egl_and_osmesa_agree(self):
        for task in ("humanoid-walk", "dog-run"):
            egl = self.frame(f"{task}_egl", f"--task={task}", MUJOCO_GL="egl")
            mesa = self.frame(
                f"{task}_mesa", f"--task={task}", MUJOCO_GL="osmesa")
            np.testing.assert_allclose(
                egl.mean((0, 1)), mesa.mean((0, 1)), atol=2)
            self.assertLess(np.abs(egl - mesa).mean(), 2)
            self.assertGreater(egl.std(), 10)

    def test_the_dog_has_its_skin(self):
        # Pink: far more red than blue.
        dog = self.frame("dog", "--task=dog-run")
        pink = (dog[..., 0] > dog[..., 2] + 60).mean()
        self.assertGreater(pink, 0.05)

    def break_library(self, *names):
        """A folder of libraries that are none."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        for name in names:
            with open(os.path.join(folder.name, name), "wb"):
                pass
        return folder.name

    def test_osmesa_where_egl_is_missing(self):
        broken = self.break_library("libEGL.so.1")
        self.frame("no_library", LD_LIBRARY_PATH=broken)
        # The library is there, but finds no driver.
        no_driver = {"__EGL_VENDOR_LIBRARY_DIRS": broken}
        self.frame("no_driver", **no_driver)
        kept = ["no_driver", "no_library"]
        for name, environment in (("it has no Mesa", no_driver),
                                  ("file too short",
                                   {"LD_LIBRARY_PATH": broken})):
            self.assert_refused(rf"tried EGL \(.*{name}\); run", "--frames=f",
                                kept=kept, MUJOCO_GL="egl", **environment)

    def test_no_opengl_at_all(self):
        broken = self.break_library("libEGL.so.1", "libOSMesa.so.8")
        self.assert_refused(
            r"there is no OpenGL to draw with: tried EGL \(.*libEGL\.so\.1: "
            r"file too short\) and OSMesa \(.*libOSMesa\.so\.8: file too "
            r"short\); run \./tools/setup\.sh, which installs both EGL and "
            "OSMesa",
            "--video=out.mp4", LD_LIBRARY_PATH=broken)

    def test_unknown_names(self):
        video = "--video=out.mp4"
        self.assert_refused('no environment "humanoid-wolk"; near it: '
                            "humanoid-walk", "--task=humanoid-wolk", video)
        self.assert_refused('no policy "best"; there are random, zero',
                            "--policy=best", video)
        self.assert_refused('no camera "top"; there are -1 .*, 0 back, 1 side',
                            "--camera=top", video)
        self.assert_refused("MUJOCO_GL is .glfw.", video, MUJOCO_GL="glfw")

    def test_values_out_of_range(self):
        for flag, sentence in (
                ("--width=0", "1 to 4096 pixels in .*, not 0 x 120"),
                ("--height=5000", "1 to 4096 pixels in .*, not 160 x 5000"),
                ("--width=161", "must be even, not 161 x 120"),
                ("--fps=0", "--fps=0 must be"),
                ("--episodes=0", "--episodes=0 must be"),
                ("--seconds=-1", "--seconds=-1 must be"),
                ("--seconds=nan", "--seconds=nan must be"),
                ("--video=out.gif", "out.gif must end in .mp4"),
                ("--video=", "nothing to write: give --video"),
                ("humanoid-run", "is not a flag"),
        ):
            self.assert_refused(sentence, "--video=out.mp4", flag)

    def test_unwritable_paths(self):
        os.mkdir(self.path("full"))
        os.mkdir(self.path("folder.mp4"))
        with open(self.path("full", "file"), "w", encoding="utf-8"):
            pass
        kept = ["full", "folder.mp4"]
        for flag, sentence in (
                ("--video=nowhere/out.mp4", "No such file or directory"),
                ("--video=full/file/out.mp4", "Not a directory"),
                ("--video=folder.mp4", "it is there and is no regular file"),
                ("--frames=nowhere/f", "No such file or directory"),
                ("--frames=full", "it is there and is no empty folder"),
                ("--frames=full/file", "it is there and is no empty folder"),
        ):
            self.assert_refused(f"cannot write .*: {sentence}", flag, kept=kept)
        self.assertEqual(os.listdir(self.path("full")), ["file"])

    def test_no_ffmpeg(self):
        for flag in ("--video=out.mp4", "--frames=f"):
            self.assert_refused(
                r"cannot write .*: ffmpeg does not start \(No such file or "
                r"directory\); run \./tools/setup\.sh", flag, PATH="/nowhere")

    def fake_ffmpeg(self, body):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        program = os.path.join(folder.name, "ffmpeg")
        with open(program, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/bash\n{body}\n")
        os.chmod(program, 0o755)
        return f"{folder.name}:{os.environ['PATH']}"

    def test_ffmpeg_fails(self):
        for body, sentence in (
                ("echo 'no such encoder' >&2; exit 1", "ffmpeg says: no such"),
                ("exit 3", "ffmpeg ended with status 3"),
                ("kill -9 $$", "ffmpeg was ended by signal 9"),
                ("cat > /dev/null; exit 4", "ffmpeg ended with status 4"),
                ("exit 0", "ffmpeg ended early"),
        ):
            self.assert_refused(f"cannot write .*/out.mp4: {sentence}",
                                "--video=out.mp4", PATH=self.fake_ffmpeg(body))

    def test_full_disk(self):
        # A file at its size limit is to ffmpeg what a full disk is.
        for flag in ("--video=out.mp4", "--frames=f"):
            self.assert_refused("cannot write .*File too large", flag,
                                file_size=3000)

    def test_ctrl_c_leaves_nothing(self):
        with subprocess.Popen(
                [WATCH, *SMALL, "--seconds=0", "--video=out.mp4"],
                cwd=self.folder, env=ENVIRONMENT, stderr=subprocess.PIPE,
                stdout=subprocess.DEVNULL, text=True) as process:
            while not os.listdir(self.folder):
                time.sleep(0.01)
                self.assertIsNone(process.poll())
            time.sleep(1)
            process.send_signal(signal.SIGINT)
            _, error = process.communicate()
        self.assertEqual(process.returncode, 130)
        self.assertEqual(error, "stopped; nothing was written\n")
        self.assertEqual(os.listdir(self.folder), [])

    def test_help(self):
        result = self.start("--help")
        for flag in ("task", "policy", "camera", "video", "frames", "seconds"):
            self.assertIn(f"--{flag} (", result.stdout)
        self.assertNotIn("--output_dir", result.stdout)

    def test_contact_sheet(self):
        result = self.start("--tasks=fish-swim,cartpole-balance,walker-walk",
                            "--width=40", "--height=30", "--columns=2",
                            "--output=all.png", program=CONTACT_SHEET)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(os.listdir(self.folder), ["all.png"])
        sheet = pixels(self.path("all.png"))
        self.assertEqual(sheet.shape, (64, 84, 3))
        for top, left in ((0, 0), (0, 44), (34, 0)):
            picture = sheet[top:top + 30, left:left + 40]
            self.assertGreater(picture.std(), 10)
            self.assertLess(picture.mean(), 150)
        # The paper is white.
        self.assertEqual(sheet[34:, 40:].min(), 255)
        self.assertEqual(sheet[30:34].min(), 255)

    def test_contact_sheet_refuses(self):
        for flag in ("--columns=0", "--width=0", "--height=9999",
                     "--output=nowhere/x.png", "--tasks=fish"):
            result = self.start("--width=40", "--height=30", flag,
                                program=CONTACT_SHEET)
            self.assertEqual(result.returncode, 1)
            self.assertRegex(result.stderr, r"^ERROR: .*\n$")
            self.assertEqual(os.listdir(self.folder), [])


if __name__ == "__main__":
    unittest.main()
