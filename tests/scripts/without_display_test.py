#!/usr/bin/env python3
"""What ./run.sh does where there is no display: a short training, three pictures, and words that say where they are."""
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from command_line import Trial, png_size, program  # noqa: E402

trial = Trial('no-display')
folder, check = trial.folder, trial.check
script = pathlib.Path(os.environ['GANVAS_SOURCE']) / 'tools' / 'without_display.sh'
out = folder / 'a run'
done = subprocess.run([script, program, out, '0.05'], capture_output=True, text=True, env=trial.environment, timeout=300)
check(done.returncode == 0, f'it ends well: {done.returncode} {done.stderr[-400:]}')
check('there is no display' in done.stderr.splitlines()[0], 'its first line says why')
for name, width, height in (('samples', 8 * 64, 8 * 64), ('interpolation', 16 * 64, 2 * 64), ('arithmetic', 3 * 64, 3 * 64)):
    path = out / 'pictures' / f'{name}.png'
    check(str(path) in done.stderr, f'it says where the {name} are')
    size = png_size(path) if path.exists() else (0, 0)
    check(size[0] >= width and size[1] >= height, f'{name}: {size[0]}x{size[1]}')
check(trial.run('runs', 'verify', out).returncode == 0, 'the run is sound')
trial.finish()
