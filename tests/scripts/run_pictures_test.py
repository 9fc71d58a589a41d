#!/usr/bin/env python3
"""What the window exports of a run, by command: history, curves, nearest images, latents, a user's picture in x-space.

Runs the program named by GANVAS in a folder of its own; the standard library only.
"""
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

program = os.environ['GANVAS']
folder = pathlib.Path(tempfile.mkdtemp(prefix='ganvas-run-pictures-'))
environment = dict(os.environ, GANVAS_RUNS=str(folder / 'runs'), GANVAS_CACHE=str(folder / 'cache'),
                   GANVAS_CONFIG=str(folder / 'config'))
environment.pop('DISPLAY', None)
failures = 0


def check(holds, what):
    global failures
    print(('ok    ' if holds else 'FAIL  ') + what)
    failures += not holds


def run(*arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, env=environment, timeout=180)
    return done


def made(path, *arguments):
    """The command succeeds and says that it wrote the file; its JSON."""
    done = run(*arguments, '--out', path, '--json')
    check(done.returncode == 0 and pathlib.Path(path).exists(),
          f'{" ".join(map(str, arguments))} -> {done.returncode} {done.stderr[-200:]}')
    return json.loads(done.stdout or '{}')


def size_of_png(path):
    return struct.unpack('>II', pathlib.Path(path).read_bytes()[16:24])


def pixels_of_png(path):
    """Filtered rows: alike for like pictures, whatever text the files carry."""
    data, at, rows = pathlib.Path(path).read_bytes(), 8, b''
    while at < len(data):
        size, kind = struct.unpack('>I4s', data[at:at + 8])
        rows += data[at + 8:at + 8 + size] if kind == b'IDAT' else b''
        at += 12 + size
    return zlib.decompress(rows)


def frames_of_gif(path):
    return pathlib.Path(path).read_bytes().count(b'\x21\xf9\x04')


def grey_png(path, width, height, value):
    rows = b''.join(b'\0' + bytes([value]) * width for _ in range(height))
    chunk = lambda name, body: (struct.pack('>I', len(body)) + name + body
                                + struct.pack('>I', zlib.crc32(name + body)))
    path.write_bytes(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 0, 0, 0, 0))
                     + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))


place = folder / 'run'
small = sum((['--set', s] for s in ('generator.width=8', 'discriminator.width=8', 'image.size=32', 'latent.size=16',
                                    'train.batch=8', 'train.log_every=2')), [])
trained = run('train', '--data', 'faces:64', '--steps', 20, '--out', place, *small)
check(trained.returncode == 0, f'train -> {trained.returncode} {trained.stderr[-200:]}')
marks = sorted((place / 'samples').glob('*.png'))
check(len(marks) > 0, f'the run has {len(marks)} marks')

made(folder / 'history.gif', 'runs', 'history', place, '--columns', 8)
check(frames_of_gif(folder / 'history.gif') == len(marks), 'one frame of the film a mark')
made(folder / 'history.png', 'runs', 'history', place)
check(size_of_png(folder / 'history.png')[1] == 32 * min(12, len(marks)), 'the sheet has a row a mark')
step = int(marks[-1].stem.split('-')[-1])
made(folder / 'mark.png', 'runs', 'history', place, '--step', step)
check(size_of_png(folder / 'mark.png') == (8 * 32, 8 * 32), 'one mark is the grid of 64 faces')
refused = run('runs', 'history', place, '--step', 999999, '--out', folder / 'none.png')
check(refused.returncode == 1 and refused.stderr.startswith('ganvas: error: '), 'a step that the history does not have')

made(folder / 'curves.png', 'runs', 'curves', place, '--smoothing', 5, '--log', '--dark')
check(size_of_png(folder / 'curves.png')[0] == 1920, 'curves as a picture')
made(folder / 'curves.svg', 'runs', 'curves', place)
check((folder / 'curves.svg').read_text().startswith('<svg '), 'curves as a drawing')
made(folder / 'curves.csv', 'runs', 'curves', place)
lines = (folder / 'curves.csv').read_text().splitlines()
check(lines[0].startswith('# ganvas {') and lines[1].startswith('kind,step,images'), 'curves as a table, with their recipe before it')
check(json.loads(lines[0][len('# ganvas '):])['checkpoint'] == str(place), 'which names the run')
refused = run('runs', 'curves', place, '--out', folder / 'curves.jpg')
check(refused.returncode == 2 and not (folder / 'curves.jpg').exists(), 'another ending is a usage error')
refused = run('runs', 'curves', folder, '--out', folder / 'x.png')
check(refused.returncode == 1, 'a folder that is no run')

other = folder / 'other'
trained = run('train', '--data', 'faces:64', '--steps', 10, '--out', other, *small)
check(trained.returncode == 0, f'another run -> {trained.returncode} {trained.stderr[-200:]}')
made(folder / 'both.csv', 'runs', 'curves', place, other)
rows = (folder / 'both.csv').read_text().splitlines()
check(rows[1].startswith('run,kind,step') and {row.split(',')[0] for row in rows[2:]} == {'run', 'other'}, 'both runs in one table')
made(folder / 'both.svg', 'runs', 'curves', place, other, '--log')
check(all((folder / 'both.svg').read_text().count(f'>{name}<') >= 2 for name in ('run', 'other')), 'both runs in both panels of losses')
refused = run('runs', 'curves', place, folder / 'nowhere', '--out', folder / 'x.png')
check(refused.returncode == 1 and not (folder / 'x.png').exists(), 'one of several that is no run')

made(folder / 'recipe.toml', 'settings', '--from', place, '--set', 'generator.width=16')
again = json.loads(run('settings', '--recipe', folder / 'recipe.toml', '--json').stdout)
values = {row['key']: row['default'] for row in again['settings']}
check(values['generator.width'] == '16' and values['discriminator.width'] == '8' and values['image.size'] == '32',
      'the settings of a run, one changed, as a recipe')
refused = run('settings', '--recipe', 'quick', '--out', folder / 'recipe.txt')
check(refused.returncode == 2 and not (folder / 'recipe.txt').exists(), 'a recipe is a .toml file')
sheet = made(folder / 'data.png', 'data', 'inspect', 'faces:40', '--set', 'image.size=32')
check(size_of_png(folder / 'data.png') == (8 * 32 + 7 * 2, 5 * 32 + 4 * 2) and sheet['images'] == 40, 'forty faces, eight a row')

near = made(folder / 'near.png', 'neighbours', place, '--data', 'faces:64', '--seed', 3, '--count', 5)
check(len(near.get('neighbours', [])) == 5, f'five neighbours: {near}')
distances = [one['distance'] for one in near.get('neighbours', [])]
check(distances == sorted(distances), 'nearest first')
seen = made(folder / 'seen.png', 'neighbours', place, '--data', 'faces:64', '--seed', 3, '--count', 5, '--extractor', 'lite0-96')
check(len(seen.get('neighbours', [])) == 5 and seen['compared'] == 64 and [one['name'] for one in seen['neighbours']]
      and all(one['distance'] > 1 for one in seen['neighbours']), f'five by what they show: {seen}')
check(size_of_png(folder / 'near.png') == (6 * 32, 32), 'the face and its neighbours in a row')

made(folder / 'latents.csv', 'sample', place, '--count', 3, '--seed', 7)
rows = [line for line in (folder / 'latents.csv').read_text().splitlines() if not line.startswith('#')]
check(sum(line.count(',') == 15 for line in rows) >= 3, 'three latents of 16 coordinates')
made(folder / 'latents.CSV', 'sample', place, '--count', 3, '--seed', 7)
check((folder / 'latents.CSV').read_text() == (folder / 'latents.csv').read_text(), 'an ending means the same in capitals')
made(folder / 'sweep.GIF', 'interpolate', place, '--from', 1, '--to', 2, '--steps', 5)
check(frames_of_gif(folder / 'sweep.GIF') == 5, 'a film of five frames, whatever the ending looks like')
made(folder / 'points.GIF', 'sample', place, '--points', '[{"from":1},{"from":2},{"from":3}]')
check(frames_of_gif(folder / 'points.GIF') == 3, 'points as a film')
made(folder / 'history.GIF', 'runs', 'history', place)
check(frames_of_gif(folder / 'history.GIF') == len(marks), 'the history as a film')
whole = ['interpolate', place, '--from', 1, '--to', 2, '--space', 'both', '--steps']
made(folder / 'long.webp', *whole, 130)  # more frames than are rendered at once
made(folder / 'long.png', *whole, 130)
check((folder / 'long.webp').read_bytes().count(b'ANMF') == 130, 'a long film')

grey_png(folder / 'own.png', 50, 40, 90)
for name, own in (('plain', ()), ('mixed', ('--from-image', folder / 'own.png'))):
    made(folder / f'{name}.png', 'interpolate', place, '--from', 1, '--to', 2, '--steps', 4, '--space', 'both', *own)
check((folder / 'plain.png').read_bytes() != (folder / 'mixed.png').read_bytes(), 'the picture of the user is in x-space')

# One moment of a sweep: the tile of that alpha, in either space; and points in pixel space.
ends = ['interpolate', place, '--from', 1, '--to', 2]
sweep_points = json.dumps([{'from': 1, 'to': 2, 'alpha': alpha} for alpha in (0, 0.25, 1)])
for space in ('z', 'x', 'both'):
    made(folder / 'moment.png', *ends, '--space', space, '--steps', 1, '--alpha', '0.25')
    made(folder / 'range.png', *ends, '--space', space, '--steps', 1, '--alpha', '0.25:0.75')
    made(folder / 'points.png', 'sample', place, '--points', sweep_points, '--space', space, '--columns', 3)
    made(folder / 'middle.png', 'sample', place, '--points', json.dumps([{'from': 1, 'to': 2, 'alpha': 0.25}]), '--space', space)
    check(size_of_png(folder / 'moment.png') == (32, 64 if space == 'both' else 32), f'{space}: one picture')
    check(size_of_png(folder / 'points.png') == (96, 64 if space == 'both' else 32), f'{space}: three points')
    check(pixels_of_png(folder / 'moment.png') == pixels_of_png(folder / 'range.png') == pixels_of_png(folder / 'middle.png'),
          f'{space}: one number, the beginning of a range and a list of one point are the same moment')
made(folder / 'moment.csv', *ends, '--steps', 1, '--alpha', '0.25')
rows = [line for line in (folder / 'moment.csv').read_text().splitlines() if line[:1] not in '#z']
check(len(rows) == 1 and rows[0].count(',') == 15, 'the latent of that moment')
refused = run(*ends, '--alpha', '0.25', '--out', folder / 'x.png')
check(refused.returncode == 2 and '--steps 1' in refused.stderr, 'one number without --steps 1 is no range')
refused = run('sample', place, '--count', 1, '--space', 'x', '--out', folder / 'x.png')
check(refused.returncode == 2, 'pixel space is for --points')

sys.exit(failures > 0)
