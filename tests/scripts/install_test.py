#!/usr/bin/env python3
"""An installed program starts outside the build tree, also after it was moved: cmake --install, then each kind of work from there."""
import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
import command_line  # noqa: E402
from command_line import SMALL, Trial, pixels  # noqa: E402

trial = Trial('install')
folder, check = trial.folder, trial.check
build = pathlib.Path(os.environ['GANVAS']).resolve().parent.parent

done = subprocess.run(['cmake', '--install', build, '--prefix', folder / 'first'], capture_output=True, text=True)
check(done.returncode == 0, f'cmake --install -> {done.returncode} {done.stderr[-300:]}')
moved = folder / 'moved' / 'here'
moved.parent.mkdir()
shutil.move(folder / 'first', moved)
command_line.program = str(moved / 'bin' / 'ganvas')

linked = subprocess.run(['ldd', command_line.program], capture_output=True, text=True).stdout
places = dict(re.findall(r'(\S+) => (\S+)', linked))
check('not found' not in linked and not [place for place in places.values() if str(build) in place],
      f'no library is missing, none is the build tree\'s: {places}')
check(any(place.startswith(str(moved)) and 'torch' in name for name, place in places.items()), 'LibTorch is the installed one')

report = trial.json('train', '--data', 'faces', '--set', 'data.limit=64', *SMALL, '--steps', 2, '--out', folder / 'run')
check(report.get('steps', report.get('step')) == 2, f'two steps of training: {report}')
shipped = moved / 'share' / 'ganvas' / 'checkpoints' / 'faces.safetensors'
trial.json('sample', shipped, '--count', 4, '--seed', 1, '--out', folder / 'samples.png')
check(pixels(folder / 'samples.png')[0] >= 2 * 64, 'the shipped model draws faces')
measured = trial.json('eval', folder / 'run', '--data', 'faces:64', '--metrics', 'fd', '--count', 32)
check(measured.get('metrics', {}).get('fd', {}).get('value', -1) > 0, 'the feature weights are found')

if os.environ.get('DISPLAY'):
    picture = folder / 'window.png'
    shown = trial.run('gui', '--screenshot', picture, '--exit-after', 1.5, environment={'DISPLAY': os.environ['DISPLAY']})
    check(shown.returncode == 0 and picture.exists(), f'the window opens: {shown.returncode} {shown.stderr[-300:]}')
    if picture.exists():
        width, height, _, rows = pixels(picture)
        check(len(set(rows[height // 2])) > 16, f'and shows something: {width}x{height}')
else:
    trial.skip('the window: there is no display')
trial.finish()
