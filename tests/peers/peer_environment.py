"""An environment with the pinned versions of requirements.txt, made where it does not exist yet.

    SCRIPT … --environment DIR

make(DIR) gives its Python. enter() takes that option out of the command line, makes DIR when there is none (a download of some gigabytes), and
starts the same script again with DIR's Python; without the option it does nothing. Call it before anything that only
the environment has is imported.
"""
import os
import pathlib
import subprocess
import sys
import venv


def make(folder):
    """The environment's Python; the environment is made first where it is not there yet."""
    folder = pathlib.Path(folder).resolve()
    python = folder / "bin" / "python"
    done = folder / "complete"  # written last: an interrupted download is made again
    if not done.exists() and folder.exists() and any(folder.iterdir()) and not python.exists():
        sys.exit(f"{folder} is something else than an environment")
    if not done.exists():
        if not python.exists():
            venv.create(folder, with_pip=True)
        requirements = pathlib.Path(__file__).resolve().parent / "requirements.txt"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--requirement", requirements], check=True)
        done.touch()
    return python


def enter():
    if "--environment" not in sys.argv[1:-1]:
        return
    at = sys.argv.index("--environment")
    folder = pathlib.Path(sys.argv[at + 1]).resolve()
    del sys.argv[at:at + 2]
    python = make(folder)
    if pathlib.Path(sys.prefix).resolve() != folder:
        os.execv(python, [str(python), *sys.argv])
