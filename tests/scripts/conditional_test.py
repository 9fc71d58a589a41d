#!/usr/bin/env python3
"""A conditional model end to end: trained on a folder of classes, sampled by class, one class a row; refusals.

Runs the program named by GANVAS in a folder of its own; the standard library only.
"""
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile

program = os.environ['GANVAS']
folder = pathlib.Path(tempfile.mkdtemp(prefix='ganvas-classes-'))
environment = dict(os.environ, GANVAS_RUNS=str(folder / 'runs'), GANVAS_CACHE=str(folder / 'cache'), GANVAS_CONFIG=str(folder / 'config'))
environment.pop('DISPLAY', None)
failures = 0


def run(*arguments):
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, env=environment, timeout=240)


def check(holds, what):
    global failures
    print(('ok    ' if holds else 'FAIL  ') + what)
    failures += not holds


def pixels(path):
    """The packed pixels of a PNG file, without what it says about itself."""
    content, at, packed = path.read_bytes(), 8, b''
    while at < len(content):
        length, kind = struct.unpack('>I4s', content[at:at + 8])
        packed += content[at + 8:at + 8 + length] if kind == b'IDAT' else b''
        at += 12 + length
    return packed


def size(path):
    return struct.unpack('>II', pathlib.Path(path).read_bytes()[16:24])


data = folder / 'data'
for number, name in enumerate(['ash', 'birch', 'cedar']):
    made = run('data', 'make', 'faces', '--count', 16, '--seed', 100 * number, '--out', folder / 'faces' / name)
    check(made.returncode == 0, 'faces are drawn ' + made.stderr[-200:])
    (data / name).mkdir(parents=True)
    for picture in sorted((folder / 'faces' / name).rglob('*.png')):
        picture.rename(data / name / picture.name)
seen = json.loads(run('data', 'inspect', data, '--json').stdout)
check(seen['classes'] == 3 or len(seen['classes']) == 3, f'the folder has three classes: {seen["classes"]}')

small = sum((['--set', s] for s in ('generator.width=8', 'discriminator.width=8', 'image.size=32', 'latent.size=16', 'train.batch=8')), [])
trained = folder / 'run'
done = run('train', '--data', data, '--recipe', 'report5-features-100', *small, '--steps', 6, '--out', trained, '--json')
check(done.returncode == 0, 'a conditional recipe trains ' + done.stderr[-300:])
more = run('train', '--resume', '--out', trained, '--steps', 8, '--json')
check(more.returncode == 0 and json.loads(more.stdout)['steps'] == 8, 'and goes on ' + more.stderr[-300:])

# The networks that a file holds are of its own three classes, wherever it is opened.
features = run('eval', trained, '--data', data, '--metrics', 'fd', '--extractor', 'discriminator', '--count', 36, '--json')
check(features.returncode == 0, "D's features " + features.stderr[-300:])
fork = run('train', '--from', trained, '--set', 'discriminator.steps=2', '--steps', 9, '--out', folder / 'fork', '--json')
check(fork.returncode == 0 and json.loads(fork.stdout)['steps'] == 9, 'a fork with changed settings ' + fork.stderr[-300:])
looking = folder / 'looking'
done = run('train', '--data', data, '--recipe', 'report5-features-100', *small, '--set', 'discriminator.attention=1',
           '--steps', 1, '--out', looking, '--json')
check(done.returncode == 0, 'with attention in D ' + done.stderr[-300:])
seen = run('attention', looking, '--network', 'discriminator', '--class', 2, '--seed', 1, '--out', folder / 'attention.png')
check(seen.returncode == 0, "D's attention " + seen.stderr[-300:])

told = run('eval', trained, '--data', data, '--metrics', 'class_accuracy,class_movement,checkerboard', '--count', 36, '--json')
values = json.loads(told.stdout or '{}').get('metrics', {})
check(told.returncode == 0 and set(values) == {'class_accuracy', 'class_movement', 'checkerboard'}
      and 0 <= values['class_accuracy']['value'] <= 100 and values['class_accuracy']['held_out_accuracy'] > 0,
      f'what a study measures of a conditional model {told.stderr[-300:]} {values}')
refused = run('eval', data, '--data', data, '--metrics', 'class_accuracy')
check(refused.returncode == 2 and 'needs a model' in refused.stderr, 'and of a model alone ' + refused.stderr[-200:])

files = {}
for label in (0, 2):
    files[label] = folder / f'class{label}.png'
    done = run('sample', trained, '--count', 4, '--seed', 3, '--class', label, '--out', files[label])
    check(done.returncode == 0, f'--class {label} ' + done.stderr[-200:])
check(files[0].read_bytes() != files[2].read_bytes(), 'classes differ')
mixed = [folder / f'mixed{part}.png' for part in range(2)]
for path, classes in zip(mixed, ('0:0.5,2:0.5', '2:1')):
    done = run('sample', trained, '--count', 4, '--seed', 3, '--class', classes, '--out', path)
    check(done.returncode == 0, f'--class {classes} ' + done.stderr[-200:])
check(mixed[0].read_bytes() not in (files[0].read_bytes(), files[2].read_bytes()), 'a mixture is neither of its classes')
check(pixels(mixed[1]) == pixels(files[2]), 'all of one class is that class')
grid = folder / 'grid.png'
done = run('sample', trained, '--each-class', '--count', 5, '--out', grid)
check(done.returncode == 0 and size(grid) == (5 * 32, 3 * 32), 'one class a row ' + done.stderr[-200:])
strip = folder / 'strip.png'
done = run('interpolate', trained, '--from', 1, '--to', 2, '--steps', 6, '--class', 1, '--out', strip)
check(done.returncode == 0 and size(strip) == (6 * 32, 32), 'interpolate --class ' + done.stderr[-200:])

for code, words, arguments in [
    (2, 'class', ('sample', trained, '--count', 1, '--class', 3, '--out', folder / 'no.png')),
    (2, 'no class of that number', ('sample', trained, '--count', 1, '--class', '0:0.5,3:0.5', '--out', folder / 'no.png')),
    *((2, 'weights from 0 to 1', ('sample', trained, '--count', 1, '--class', text, '--out', folder / 'no.png'))
      for text in ('1:', '1:2', '1,2', '1:0.5,', '1:nan', ':1', 'x')),
    (1, 'needs pictures with classes', ('train', '--data', 'faces:16', '--recipe', 'report5-features-100', *small, '--steps', 1, '--out', folder / 'none')),
    (2, 'discriminator is not', ('train', '--data', 'faces:16', *small, '--set', 'condition.generator=one_hot', '--steps', 1, '--out', folder / 'none2')),
]:
    done = run(*arguments)
    last = (done.stderr.strip().splitlines() or [''])[-1]
    check(done.returncode == code and words in last and last.startswith('ganvas: error: '), f'exit {code} {words}: {done.returncode} {last}')
sys.exit(failures > 0)
