#!/usr/bin/env python3
"""The command line end to end: exit codes, one-line errors, JSON keys, and that a seed names the same pixels everywhere.

Runs the program named by GANVAS in a folder of its own; the standard library only.
"""
import json
import os
import pathlib
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zlib

program = os.environ['GANVAS']
folder = pathlib.Path(tempfile.mkdtemp(prefix='ganvas-cli-'))
environment = dict(os.environ, GANVAS_RUNS=str(folder / 'runs'), GANVAS_CACHE=str(folder / 'cache'), GANVAS_CONFIG=str(folder / 'config'))
environment.pop('DISPLAY', None)
small = sum((['--set', s] for s in ('generator.width=8', 'discriminator.width=8', 'image.size=32', 'latent.size=16', 'train.batch=8')), [])
failures = 0


def run(*arguments):
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, env=environment, timeout=180)


def check(holds, what):
    global failures
    print(('ok    ' if holds else 'FAIL  ') + what)
    failures += not holds


def refused(code, *arguments):
    done = run(*arguments)
    lines = done.stderr.strip().splitlines()
    check(done.returncode == code and lines and lines[-1].startswith('ganvas: error: ') and not done.stdout,
          f'exit {code}: ganvas {" ".join(map(str, arguments))} -> {done.returncode} {lines[-1:]}')


def pixels(path):
    """Rows of an 8-bit RGB PNG, by the standard library alone."""
    data = pathlib.Path(path).read_bytes()
    at, packed, width, height, kind = 8, b'', 0, 0, 0
    while at < len(data):
        size, name = struct.unpack('>I4s', data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        if name == b'IHDR':
            width, height, _, kind = struct.unpack('>IIBB', body[:10])
        if name == b'IDAT':
            packed += body
        at += size + 12
    step = 3 if kind == 2 else 1
    raw, stride, rows = zlib.decompress(packed), width * step, []
    before = bytearray(stride)
    for y in range(height):
        method, line = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        for x in range(stride):
            left = line[x - step] if x >= step else 0
            up, corner = before[x], before[x - step] if x >= step else 0
            guess = left + up - corner
            paeth = min((left, up, corner), key=lambda v: abs(guess - v))
            line[x] = (line[x] + (0, left, up, (left + up) // 2, paeth)[method]) & 255
        rows.append(bytes(line))
        before = line
    return width, height, step, rows


def tile(path, column, size):
    width, height, step, rows = pixels(path)
    return [row[column * size * step:(column + 1) * size * step] for row in rows[:size]]


refused(2, 'nonsense')
refused(2, 'train', '--set', 'train.batch=1')
refused(2, 'train', '--set', 'no.such=1')
refused(2, 'train', '--recipe', 'none')
refused(2, 'sample', 'x', '--count', '0', '--out', 'x.png')
refused(1, 'sample', folder / 'missing', '--out', folder / 'x.png')
refused(1, 'data', 'inspect', folder / 'missing')
refused(1, 'gui')
(folder / 'zeros.safetensors').write_bytes(bytes(4096))
refused(1, 'sample', folder / 'zeros.safetensors', '--out', folder / 'x.png')
(folder / 'empty').mkdir()
refused(1, 'data', 'inspect', folder / 'empty')

trained = run('train', '--data', 'faces:64', '--steps', 6, '--out', folder / 'run', '--json', *small)
report = json.loads(trained.stdout or '{}')
check(trained.returncode == 0 and report.get('steps') == 6 and report.get('images') == 48, f'train: {report} {trained.stderr[-200:]}')
check(pathlib.Path(report.get('checkpoint', '/none')).is_file(), 'the last step is checkpointed')
refused(2, 'train', '--data', 'faces:64', '--steps', 6, '--out', folder / 'run', *small)
more = json.loads(run('train', '--steps', 9, '--out', folder / 'run', '--resume', '--json').stdout or '{}')
check(more.get('steps') == 9, f'--steps is a total of the run: {more}')
check(run('runs', 'verify', folder / 'run').returncode == 0, 'the run is sound')

seed5 = folder / 'five.png'
check(run('sample', folder / 'run', '--seed', 5, '--count', 1, '--out', seed5).returncode == 0, 'sample')
run('sample', folder / 'run', '--seed', 3, '--count', 3, '--columns', 3, '--out', folder / 'three.png')
run('interpolate', folder / 'run', '--from', 5, '--to', 8, '--steps', 4, '--out', folder / 'strip.png')
run('interpolate', folder / 'run', '--from', 5, '--to', 8, '--steps', 4, '--space', 'both', '--out', folder / 'both.png')
face = tile(seed5, 0, 32)
check(face == tile(folder / 'three.png', 2, 32), 'the third image of seed 3 is seed 5')
check(face == tile(folder / 'strip.png', 0, 32), 'the left end of the sweep is --from')
check(pixels(folder / 'both.png')[:2] == (128, 64), 'both: the z row above the x row')
check(run('sample', folder / 'run', '--count', 3, '--out', folder / 'many').returncode == 0 and len(list((folder / 'many').glob('*.png'))) == 3, 'a folder, one PNG an image')
run('interpolate', folder / 'run', '--from', 1, '--to', 2, '--steps', 7, '--out', folder / 's.gif')
check((folder / 's.gif').read_bytes()[:3] == b'GIF', 'GIF')
done = run('arithmetic', folder / 'run', '--plus', '1,2', '--minus', '3', '--plus', '4', '--out', folder / 'sum.png')
check(done.returncode == 0 and (folder / 'sum.png').is_file(), f'arithmetic {done.stderr}')

made = run('data', 'make', 'faces', '--count', 20, '--seed', 1, '--out', folder / 'faces')
inspected = json.loads(run('data', 'inspect', folder / 'faces', '--json').stdout or '{}')
check(made.returncode == 0 and inspected.get('images') == 20 and len(inspected.get('attributes', [])) >= 12, f'faces as files: {str(inspected)[:120]}')

running = subprocess.Popen([program, 'train', '--data', 'faces:64', '--out', str(folder / 'stopped'), '--steps', '1000000', *small],
                           env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
for _ in range(300):
    if (folder / 'stopped' / 'run.json').exists():
        break
    time.sleep(0.1)
time.sleep(1)
running.send_signal(signal.SIGINT)
check(running.wait(60) == 130, 'an interrupt saves and exits with 130')
check(run('sample', folder / 'stopped', '--out', folder / 'after.png').returncode == 0, 'the interrupted run can be used')
check(run('settings', '--json').returncode == 0, 'settings')
subprocess.run(['rm', '-rf', str(folder)], check=False)
print(f'{failures} failed')
sys.exit(1 if failures else 0)
