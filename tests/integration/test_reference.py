"""What is made of the table of options: the man page, and completion in real shells."""
import os
import pathlib
import re
import subprocess
import sys

from common import PROBE, ProbeTest, full_only
from support.process import program, scratch, until
from support.terminal import Terminal

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# What is typed before Tab, and the line after it. In the current folder are `ca.pem` and the folder `certs`; in PATH
# there is `only-program`.
LINES = {
    "probe wa": "probe wait ",
    "probe ins": "probe install ",
    "probe pos": "probe postgres://",
    "probe wait tcp://a:1 memcached+": "probe wait tcp://a:1 memcached+unix://",
    "probe --expect-j": {"bash": "probe --expect-json ", "zsh": "probe --expect-json="},
    "probe wait --fail": "probe wait --fail-fast ",
    "probe http://a/ --licen": "probe http://a/ --licenses ",
    "probe -o j": "probe -o json ",
    "probe --output=te": "probe --output=text ",
    "probe wait --role st": "probe wait --role standby ",
    "probe --cacert ca.": "probe --cacert ca.pem ",
    "probe wait --key=ca.": "probe wait --key=ca.pem ",
    "probe --cert cer": "probe --cert certs/",
    "probe install cer": "probe install certs/",
    "probe --timeout wa": "probe --timeout wa",
    "probe wait tcp://a:1 -- only-p": "probe wait tcp://a:1 -- only-program ",
    "probe wait tcp://a:1 -- only-program ca.": "probe wait tcp://a:1 -- only-program ca.pem ",
}


@full_only
class Reference(ProbeTest):
    def test_it_is_made_of_the_options_as_they_are(self):
        subprocess.run([sys.executable, ROOT / "scripts/reference", "--check", PROBE.path], check=True)

    def test_the_man_page_has_every_option_and_no_fault(self):
        text = (ROOT / "docs/probe.1").read_text()
        options = re.findall(r"^  (?:-\w, |    )--([a-z-]+)", self.probe("--help").stdout, re.M)
        self.assertGreater(len(options), 20)
        for option in [*options, "help", "version", "licenses"]:
            self.assertRegex(text, rf"(?m)^\.It .*Fl -{option}\b")
        lint = subprocess.run([program("mandoc"), "-Tlint", "-Wwarning", ROOT / "docs/probe.1"], capture_output=True, text=True)
        self.assertEqual((lint.returncode, lint.stdout), (0, ""))


@full_only
class Completion(ProbeTest):
    """In interactive shells: a line is typed, Tab, and a key that writes down what the line has become."""

    def completed(self, shell: list[str], setup: str) -> None:
        folder, binaries = scratch.folder("completion"), scratch.folder("bin")
        (folder / "ca.pem").touch()
        (folder / "certs").mkdir()
        (binaries / "only-program").touch(0o755)
        name = pathlib.Path(shell[0]).name
        terminal = Terminal(shell, columns=200, cwd=folder, env={"TERM": "dumb", "PATH": f"{binaries}:/usr/bin:/bin",
                                                                 "HOME": str(folder)})
        try:
            terminal.type(setup + "\n")
            for typed, wanted in LINES.items():
                with self.subTest(shell=name, typed=typed):
                    terminal.type(typed + "\t\x18")
                    line = until(lambda: self.line(terminal, folder), f"{name}: {typed}")
                    self.assertEqual(line, wanted if isinstance(wanted, str) else wanted[name])
        finally:
            terminal.popen.kill()
            terminal.end()

    def line(self, terminal: Terminal, folder: pathlib.Path) -> str | None:
        terminal.read(0.02)
        try:
            os.rename(folder / ".line", folder / ".taken")
        except FileNotFoundError:
            return None
        return (folder / ".taken").read_text()

    def test_bash(self):
        self.completed([program("bash"), "--norc", "--noprofile", "-i"],
                       f". {ROOT}/completions/probe.bash; dump() {{ printf %s \"$READLINE_LINE\" >.new; mv .new .line; "
                       "READLINE_LINE=; }; bind -x '\"\\C-x\": dump'")

    def test_zsh(self):
        self.completed([program("zsh"), "-f", "-i"],
                       f"unsetopt beep; fpath=({ROOT}/completions $fpath); autoload -U compinit; compinit -u -D; "
                       "dump() { print -rn -- \"$BUFFER\" >.new; mv .new .line; BUFFER=; }; zle -N dump; bindkey '^X' dump")
