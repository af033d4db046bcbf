"""probe install: the binary hands itself on."""
import shutil

from common import PROBE, ProbeTest
from support.process import need_root, program, scratch


class Install(ProbeTest):
    def setUp(self):
        self.folder = scratch.folder("install")

    def copied(self, path) -> None:
        self.assertEqual(path.read_bytes(), PROBE.path.read_bytes())
        self.assertEqual(path.stat().st_mode & 0o7777, 0o755)
        self.assertEqual([entry.name for entry in path.parent.iterdir() if not entry.name.endswith(".tmp")], [path.name])

    def test_into_a_folder_as_a_file_and_here(self):
        for words, name in (([str(self.folder)], "probe"), ([f"{self.folder}/"], "probe"), ([f"{self.folder}/other"], "other"),
                            ([], "probe")):
            with self.subTest(words):
                shutil.rmtree(self.folder)
                self.folder.mkdir()
                result = self.probe("install", *words, cwd=self.folder)
                self.assertEqual((result.status, result.output), (0, ""))
                self.copied(self.folder / name)

    def test_what_is_there_is_replaced_even_while_it_runs(self):
        copy = self.folder / "probe"
        self.probe("install", str(copy))
        self.assertEqual(self.probe("install", str(copy), path=str(copy)).status, 0)
        self.copied(copy)

    def test_what_goes_wrong_is_named_and_leaves_nothing(self):
        need_root()
        mount = (program("unshare"), "--mount", program("sh"), "-ec")
        full = 'mount -t tmpfs -o size=64k none "$0"; ! "$@" || exit 9; ls -A "$0"'
        read_only = 'mount -t tmpfs -o ro none "$0"; ! "$@" || exit 9'
        for script, reason in ((full, "No space left on device"), (read_only, "Read-only file system")):
            with self.subTest(reason):
                result = self.probe("install", str(self.folder), prefix=(*mount, script, str(self.folder)))
                self.assertEqual((result.status, result.stdout), (0, ""), result.output)
                self.assertEqual(result.stderr, f'probe: cannot write "{self.folder}/probe": {reason}\n')
        missing = self.probe("install", f"{self.folder}/no/such/")
        self.assertEqual((missing.status, missing.stderr),
                         (1, f'probe: cannot write "{self.folder}/no/such/probe": No such file or directory\n'))

    def traced(self, *injected: str) -> list[str]:
        """The files that it opens, while the system calls fail as told."""
        trace = scratch.folder("strace") / "trace"
        self.probe("install", str(self.folder), prefix=(program("strace"), "-qq", "-o", trace, "-e", "trace=open,openat,fchmod,fsync",
                                                        *(word for one in injected for word in ("-e", f"inject={one}"))))
        return [line for line in trace.read_text().splitlines() if line.startswith("open")]

    def test_as_the_first_process_beside_what_a_killed_one_left(self):
        need_root()
        (self.folder / "probe.1.tmp").write_bytes(b"half")
        namespace = (program("unshare"), "--pid", "--fork", "--kill-child", "--")
        result = self.probe("install", str(self.folder), prefix=namespace)
        self.assertEqual((result.status, result.output), (0, ""))
        self.copied(self.folder / "probe")

    def test_one_that_is_killed_leaves_nothing(self):
        (self.folder / "probe").write_bytes(b"the one before")
        self.traced("fsync:signal=KILL")
        self.assertEqual([entry.name for entry in self.folder.iterdir()], ["probe"])
        self.assertEqual((self.folder / "probe").read_bytes(), b"the one before")

    def test_a_file_system_without_unnamed_files(self):
        """Killed, it leaves an unfinished file, which is in nobody's way."""
        opened = self.traced()
        number = next(number for number, line in enumerate(opened, 1) if "O_TMPFILE" in line)
        without = f"open,openat:error=EOPNOTSUPP:when={number}"
        (self.folder / "probe").write_bytes(b"the one before")
        self.traced(without, "fsync:signal=KILL")
        self.assertEqual((self.folder / "probe").read_bytes(), b"the one before")
        self.assertEqual(len(list(self.folder.iterdir())), 2)
        self.assertIn("O_EXCL", self.traced(without)[-1])
        self.assertEqual((self.folder / "probe").read_bytes(), PROBE.path.read_bytes())
        self.assertEqual(len(list(self.folder.iterdir())), 2)

    def test_bad_words(self):
        for words, complaint in ((["a", "b"], "install takes one FILE or DIR"),
                                 (["-f"], "install takes no option -f; write ./-f for a file of that name"),
                                 ([""], "install: an empty argument is not a FILE or DIR")):
            with self.subTest(words):
                result = self.probe("install", *words, cwd=self.folder)
                self.assertEqual((result.status, result.stderr), (64, f"probe: {complaint}\n"))
