#!/usr/bin/env python3
"""The command line's contract end to end: help, JSON keys, limits and resuming, seeds, what pictures look like and carry."""
import json
import os
import pathlib
import pty
import signal
import struct
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from command_line import SMALL, Trial, gif_frames, pixels, png_size, png_text, program, read_safetensors, tile, webp_chunks  # noqa: E402

trial = Trial('contract', still=True)
folder, check, refused, run = trial.folder, trial.check, trial.refused, trial.run

# ---- help --------------------------------------------------------------------------------------------------------------------
for command in ('', 'gui', 'train', 'sample', 'interpolate', 'arithmetic', 'attributes', 'eval', 'data', 'data inspect', 'data make',
                'data make faces', 'runs', 'runs list', 'runs show', 'runs verify', 'runs export', 'bench', 'bench train', 'bench latent',
                'bench gui', 'bench metrics', 'bench data', 'settings', 'model', 'axes', 'neighbours', 'attention', 'runs tag', 'runs compare'):
    done = run(*command.split(), '--help')
    check(done.returncode == 0 and 'Usage:' in done.stdout and '--json' in done.stdout and not done.stderr, f'help: ganvas {command}')
settings = trial.json('settings')
rows = {row['key']: row for row in settings.get('settings', [])}
check(all(key in rows and rows[key]['sentence'] for key in ('generator.width', 'discriminator.width', 'latent.size', 'image.size', 'train.batch',
                                                            'train.precision', 'train.seed', 'train.threads', 'data.split')), 'settings')

quick = {row['key']: row['default'] for row in trial.json('settings', '--recipe', 'quick').get('settings', [])}
check(quick.get('generator.width') == '32' and rows['generator.width']['default'] == '64', 'settings --recipe: what a training starts from')
refused(2, 'settings', '--recipe', 'nothing')

refused(2, 'smaple', words='did you mean `ganvas sample`')
refused(2, 'train', '--recipe', 'quik', words='did you mean quick')
refused(2, 'train', '--set', 'generator.widht=8', words='did you mean generator.width')

# ---- a run: its report, its limits as totals, going on --------------------------------------------------------------------------
started = time.time()
report = trial.json('train', '--data', 'faces:64', '--steps', 6, '--out', folder / 'run', *SMALL)
check(report.get('steps') == 6 and report.get('images') == 48 and 0 < report.get('seconds', 0) < time.time() - started
      and report.get('images_per_second', 0) > 0, f'train: {report}')
check(os.path.isfile(report.get('checkpoint', '')) and int(report['checkpoint'].rsplit('-', 1)[1].split('.')[0]) == 6, 'the last step is checkpointed')
for name in ('run.json', 'metrics.csv', 'samples', 'checkpoints'):
    check((folder / 'run' / name).exists(), f'a run folder holds {name}')
check(trial.json('train', '--steps', 9, '--out', folder / 'run', '--resume').get('steps') == 9, '--steps is a total of the run: 3 more')
check(trial.json('train', '--steps', 4, '--out', folder / 'run', '--resume').get('steps') == 9, 'a total that is reached makes no step')
check(trial.json('train', '--images', 100, '--out', folder / 'run', '--resume').get('images') == 104, '--images is a total')
check(trial.json('train', '--epochs', 2, '--out', folder / 'run', '--resume').get('images') == 128, '--epochs is a total')
timed = trial.json('train', '--minutes', 0.05, '--data', 'faces:64', '--out', folder / 'timed', *SMALL)
check(3 <= timed.get('seconds', 0) < 4, f'--minutes counts training time: {timed}')
again = trial.json('train', '--minutes', 0.05, '--out', folder / 'timed', '--resume')
check(again.get('steps') == timed.get('steps'), f'--minutes is a total: {again}')
check(trial.json('train', '--steps', again.get('steps', 0) + 2, '--out', folder / 'timed', '--resume', '--set', 'generator.learning_rate=0.0001').get('steps')
      == again.get('steps', 0) + 2, 'a live setting may change when a run goes on')
changes = json.dumps(trial.json('runs', 'show', folder / 'timed'))
check('generator.learning_rate' in changes and '0.0001' in changes, 'the change is recorded')
told = trial.run('runs', 'show', folder / 'timed').stdout
check('recipe       quick' in told and 'image.size=' in told and ': generator.learning_rate=1e-04' in told and 'faces:64' in told,
      f'a run in words: recipe, settings that are not its own, changes, data: {told}')
refused(2, 'train', '--steps', 99, '--out', folder / 'run', '--resume', '--recipe', 'dcgan', words='begun with quick')
refused(2, 'train', '--steps', 99, '--out', folder / 'run', '--resume', '--data', 'faces:65', words='not the pictures that the run was trained on')
trial.json('data', 'make', 'faces', '--count', 32, '--out', folder / 'pictures')
trial.json('train', '--data', folder / 'pictures', '--steps', 2, '--out', folder / 'moved', *SMALL)
(folder / 'pictures').rename(folder / 'elsewhere')
refused(1, 'train', '--steps', 4, '--out', folder / 'moved', '--resume', words='name their place with --data')
check(trial.json('train', '--steps', 4, '--out', folder / 'moved', '--resume', '--data', folder / 'elsewhere').get('steps') == 4
      and trial.json('runs', 'show', folder / 'moved').get('data', {}).get('source') == str(folder / 'elsewhere'), 'a run finds its pictures again')
trial.json('train', '--steps', 5, '--out', folder / 'moved', '--resume')
for name in ('first', 'second', 'third'):
    trial.json('train', '--data', 'faces:64', '--steps', 5, '--out', folder / name, '--seed', 8 if name == 'third' else 7,
               '--set', 'train.log_every=1', '--set', 'train.threads=1', *SMALL)


def losses(name):
    """The rows of metrics.csv without the columns of time."""
    lines = (folder / name / 'metrics.csv').read_text().splitlines()
    keep = [k for k, title in enumerate(lines[0].split(',')) if 'second' not in title]
    return [[line.split(',')[k] for k in keep] for line in lines[1:]]


check(len(losses('first')) == 5 and losses('first') == losses('second'), 'the same seed gives the same losses')
check(losses('first') != losses('third'), 'another seed gives others')
check(trial.json('runs', 'verify', folder / 'run').get('sound') is True, 'the run is sound')
check({'run', 'timed'} <= {row['name'] for row in trial.json('runs', 'list', folder).get('runs', [])}, 'runs are listed')
home = trial.json('train', '--data', 'faces:16', '--steps', 1, *SMALL)
check(home.get('run', '').startswith(str(folder / 'runs')), f'without --out a new folder under GANVAS_RUNS: {home}')
trial.json('runs', 'list')
check(trial.json('runs', 'show', pathlib.Path(home['run']).name) == trial.json('runs', 'show', home['run']), 'a run is shown by the name that the list prints')

refused(2, 'interpolate', folder / 'run', '--from', 1, '--to', 2, '--from-image', folder / 'none.png', '--out', folder / 'no.png', words='--space x')

# ---- what the window's Runs panel does: tags, two runs beside each other, forks; and attention -------------------------------------
check(trial.json('runs', 'tag', folder / 'first', 'good', 'for the report').get('tags') == ['good', 'for the report'], 'a run is tagged')
check('good, for the report' in trial.run('runs', 'show', folder / 'first').stdout, 'its tags are shown')
check(trial.json('runs', 'tag', folder / 'first', '--clear').get('tags') == [], 'and taken away')
compared = trial.json('runs', 'compare', folder / 'first', folder / 'third', '--count', 5, '--out', folder / 'both.png')
check([row.get('last', {}).get('step') for row in compared.get('runs', [])] == [5, 5] and png_size(folder / 'both.png') == (5 * 32, 2 * 32 + 4),
      f'two runs are compared: {compared}')
forked = trial.json('train', '--from', folder / 'first', '--out', folder / 'fork', '--steps', 7, '--set', 'generator.learning_rate=0.0003')
child = trial.json('runs', 'show', folder / 'fork')
check(forked.get('steps') == 7 and child.get('parent', {}).get('step') == 5 and child['settings']['generator.learning_rate'] == 0.0003
      and child['settings']['generator.width'] == 8, f'a fork goes on from its parent: {forked} {child.get("parent")}')
check(len(losses('fork')) == 7 and losses('fork')[:5] == losses('first'), "with its parent's curve before its own")
refused(1, 'train', '--from', folder / 'first', '--out', folder / 'no fork', '--steps', 7, '--set', 'discriminator.width=16', words='a fork keeps the networks')
refused(2, 'train', '--from', folder / 'first', '--out', folder / 'fork', '--resume', words='a fork is a new run')
refused(2, 'train', '--from', folder / 'first', '--out', folder / 'no fork', '--recipe', 'dcgan', words="keeps its parent's recipe")
refused(1, 'train', '--from', folder / 'first', '--out', folder / 'no fork', '--data', folder / 'nowhere', words='no such data')
check(not (folder / 'no fork').exists(), 'a fork that cannot be trained is not made')
refused(1, 'attention', folder / 'first', '--out', folder / 'no.png', words='no self-attention')
trial.json('train', '--data', 'faces:64', '--steps', 1, '--out', folder / 'attends', *SMALL, '--set', 'generator.attention=1,2', '--set', 'discriminator.attention=1')
for network, layers in (('generator', 2), ('discriminator', 1)):
    trial.json('attention', folder / 'attends', '--network', network, '--x', 3, '--y', 30, '--out', folder / 'seen.png')
    check(png_size(folder / 'seen.png') == (32 * (1 + layers), 32), f'attention of the {network}: the face and a tile a layer')
refused(2, 'attention', folder / 'attends', '--x', 32, '--out', folder / 'no.png', words='no pixel of the picture')

# ---- seeds name pixels ------------------------------------------------------------------------------------------------------------
model = folder / 'run'


def picture(name, *arguments):
    made = trial.json(*arguments, '--out', folder / name)
    check(made.get('out') == str(folder / name), f'{name}: {made}')
    return folder / name


size = 32
face = tile(picture('five.png', 'sample', model, '--seed', 5, '--count', 1), 0, 0, size)
check(pixels(folder / 'five.png')[:2] == (size, size), 'one image is one tile')
check(face == tile(picture('three.png', 'sample', model, '--seed', 3, '--count', 3, '--columns', 3), 2, 0, size), 'the third image of seed 3 is seed 5')
check(face == tile(picture('strip.png', 'interpolate', model, '--from', 5, '--to', 8, '--steps', 4), 0, 0, size), 'the left end is --from')
eight = tile(picture('eight.png', 'sample', model, '--seed', 8, '--count', 1), 0, 0, size)
check(eight == tile(folder / 'strip.png', 3, 0, size), 'the right end is --to')
check(face == tile(picture('one.png', 'arithmetic', model, '--plus', 5, '--only', 'result'), 0, 0, size), 'the sum of one face is that face')
check(face == tile(picture('a.png', 'sample', model, '--seed', 0, '--count', 16), 1, 1, size),
      'a grid is square, row by row')
check(pixels(folder / 'a.png')[:2] == (4 * size, 4 * size), '16 images are 4 by 4')
check(pixels(folder / 'strip.png')[:2] == (4 * size, size), 'a strip is one row without gaps')
check(pixels(picture('wrapped.png', 'interpolate', model, '--from', 5, '--to', 8, '--steps', 6, '--columns', 4, '--gap', 3))[:2]
      == (4 * size + 9, 2 * size + 3), '--columns and --gap')
check(tile(folder / 'wrapped.png', 0, 0, size, 3) == face and tile(folder / 'wrapped.png', 1, 1, size, 3) == eight, 'tiles follow row by row')
picture('z.png', 'interpolate', model, '--from', 5, '--to', 8, '--steps', 4, '--space', 'z')
picture('x.png', 'interpolate', model, '--from', 5, '--to', 8, '--steps', 4, '--space', 'x')
both = pixels(picture('both.png', 'interpolate', model, '--from', 5, '--to', 8, '--steps', 4, '--space', 'both'))
check(both[:2] == (4 * size, 2 * size) and both[3] == pixels(folder / 'z.png')[3] + pixels(folder / 'x.png')[3], 'both: the z row above the x row')
apart = pixels(picture('apart.png', 'interpolate', model, '--from', 5, '--to', 8, '--steps', 4, '--space', 'difference'))[3]
check(all(d == min(255, 3 * abs(z - x)) for rows in zip(apart, pixels(folder / 'z.png')[3], pixels(folder / 'x.png')[3]) for d, z, x in zip(*rows)),
      'difference: three times |z - x|')
mean = pixels(folder / 'x.png')[3][10][size * 3:size * 3 + 30]
ends = [t[10][:30] for t in (face, eight)]
check(all(abs(m - (2 * a + b) / 3) <= 1 for m, a, b in zip(mean, *ends)), 'x-space mixes pixels: a third of the way')
check(len(pixels(picture('default.png', 'interpolate', model, '--from', 1, '--to', 2))[3][0]) == 64 * size * 3, 'a strip has 64 tiles')
far = picture('far.png', 'interpolate', model, '--from', 5, '--to', 8, '--steps', 11, '--alpha', '0:10')
check(tile(far, 0, 0, size) == face and tile(far, 1, 0, size) == eight, '--alpha 0:10 passes through 1')
check(pixels(picture('slerp.png', 'interpolate', model, '--from', 5, '--to', 8, '--steps', 5, '--path', 'slerp'))[3]
      != pixels(picture('lerp.png', 'interpolate', model, '--from', 5, '--to', 8, '--steps', 5, '--path', 'lerp'))[3], 'slerp is another path')
check(tile(folder / 'slerp.png', 0, 0, size) == face and tile(folder / 'slerp.png', 4, 0, size) == eight, 'with the same ends')
check(pixels(picture('narrow.png', 'sample', model, '--seed', 5, '--count', 1, '--truncation', 0.3))[3] != pixels(folder / 'five.png')[3], '--truncation')
check(pixels(picture('twice.png', 'sample', model, '--seed', 5, '--count', 1, '--scale', 2))[:2] == (2 * size, 2 * size), '--scale')
many = trial.json('sample', model, '--seed', 3, '--count', 3, '--out', folder / 'many')
files = sorted((folder / 'many').glob('*.png'))
check(many.get('files') == 3 and len(files) == 3 and tile(files[2], 0, 0, size) == face, 'without an ending, a folder with one PNG an image')
(folder / 'many' / 'mine.txt').write_text('kept')
trial.json('sample', model, '--seed', 4, '--count', 3, '--out', folder / 'many')
check(len(list((folder / 'many').glob('*.png'))) == 4 and (folder / 'many' / 'mine.txt').read_text() == 'kept', 'a folder that is there keeps its files')
check(not list(folder.glob('*.partial*')), 'no temporary folder is left')

axes = trial.json('axes', model, '--seed', 5, '--count', 2, '--steps', 3, '--out', folder / 'axes.png')
check(pixels(folder / 'axes.png')[:2] == (3 * size, 2 * size) and all(tile(folder / 'axes.png', 1, row, size) == face for row in (0, 1)),
      'axes: one a row, the face in the middle')
check(tile(folder / 'axes.png', 0, 0, size) != face and len(axes.get('share', [])) == 2 and axes['share'][0] >= axes['share'][1] > 0
      and 0 < axes.get('explained', 0) <= 1, f'axes: {axes}')
drawn = json.loads(png_text(folder / 'axes.png', 'ganvas')).get('points')
check(pixels(picture('axes-again.png', 'sample', model, '--points', json.dumps(drawn), '--columns', 3))[3] == pixels(folder / 'axes.png')[3],
      'axes follow from the weights: a copied line finds them again')
networks = trial.json('model', model)
check(all(networks[network]['parameters'] == sum(layer['parameters'] for layer in networks[network]['layers']) > 0
          for network in ('generator', 'discriminator')), f'model: {networks}')
check(networks == trial.json('model', '--recipe', 'quick', *SMALL), 'a run has the networks of its recipe and changes')
drawn = trial.json('model', model, '--out', folder / 'networks.svg')
check(drawn.get('out') == str(folder / 'networks.svg') and '32×32×3' in (folder / 'networks.svg').read_text(), 'model --out draws both')
refused(2, 'model', '--recipe', 'quick', '--out', folder / 'networks.jpg')
refused(2, 'model', '--recipe', 'nothing')
refused(2, 'model', '--recipe', 'quick', '--set', 'generator.width=0')
refused(1, 'model', folder / 'nothing')

# ---- what pictures carry -----------------------------------------------------------------------------------------------------------
check('"kind"' in png_text(folder / 'strip.png', 'ganvas') and str(model) in png_text(folder / 'strip.png', 'ganvas'), 'PNG text has the recipe')
check('"kind"' in png_text(files[0], 'ganvas'), 'so has each PNG of a folder')
frames, comment = gif_frames(picture('sweep.gif', 'interpolate', model, '--from', 1, '--to', 2, '--steps', 7))
check(frames == 7 and '"kind"' in comment, f'a GIF has --steps frames and the recipe as its comment: {frames}')
chunks = webp_chunks(picture('sweep.webp', 'interpolate', model, '--from', 1, '--to', 2, '--steps', 9, '--space', 'both'))
check([name for name, _ in chunks].count(b'ANMF') == 9 and any(name == b'XMP ' and b'kind' in body for name, body in chunks),
      'a WebP has --steps frames and the recipe as XMP')
same = picture('still.gif', 'interpolate', model, '--from', 1, '--to', 1, '--steps', 5)
check(gif_frames(same)[0] == 5, 'frames that are alike are not merged')
points = json.loads(png_text(folder / 'strip.png', 'ganvas')).get('points')
check(points and pixels(picture('again.png', 'sample', model, '--points', json.dumps(points), '--columns', len(points)))[3] == pixels(folder / 'strip.png')[3],
      'the recipe makes the same pixels again')
sheet = pixels(picture('sum.png', 'arithmetic', model, '--plus', '1,2', '--minus', 3, '--plus', 4))
check(sheet[:2] == (4 * size, 4 * size), f'three terms and their result above the 3x3 sheet: {sheet[:2]}')
check(pixels(picture('nine.png', 'arithmetic', model, '--plus', 4, '--only', 'sheet'))[:2] == (3 * size, 3 * size), 'the 3x3 sheet alone')

# ---- half precision, measuring, benchmarks ------------------------------------------------------------------------------------------
exported = trial.json('runs', 'export', model, '--out', folder / 'alone.safetensors')
header = read_safetensors(exported.get('out', folder / 'alone.safetensors'))[0]
check(any(entry.get('dtype') == 'F16' for name, entry in header.items() if name != '__metadata__'), 'an export is in half precision')
check(trial.json('sample', folder / 'alone.safetensors', '--count', 1, '--out', folder / 'alone.png').get('images') == 1, 'and can be used')
metrics = trial.json('eval', model, '--data', 'faces:64', '--metrics', 'fd,mmd', '--count', 48, '--extractor', 'lite0-96').get('metrics', {})
check(set(metrics) >= {'fd', 'mmd'} and all({'value', 'std', 'count', 'extractor'} <= set(entry) for entry in metrics.values())
      and metrics['fd']['count'] == 48 and metrics['fd']['extractor'] == 'lite0-96', f'eval: {metrics}')
bench = trial.json('bench', 'train', '--seconds', 1, *SMALL)
check({'images_per_second', 'milliseconds_per_step', 'minor_faults_per_step', 'checkpoint_pause_ms'} <= set(bench), f'bench train: {bench}')
bench = trial.json('bench', 'latent', model)
check({'preview_ms_p95', 'strip_64_ms'} <= set(bench), f'bench latent: {bench}')
bench = trial.json('bench', 'data')
check({'faces_per_second_one_core', 'faces_per_second', 'faces_first_open_seconds', 'faces_cached_open_seconds',
       'jpeg_200_stb_per_second_one_core', 'jpeg_512_per_second', 'faces_cached_anonymous_mb'} <= set(bench)
      and 0 < bench['faces_cached_open_seconds'] < bench['faces_first_open_seconds'], f'bench data: {bench}')

# ---- directions --------------------------------------------------------------------------------------------------------------------
directions = folder / 'directions.safetensors'
learned = trial.json('attributes', model, '--data', 'faces:64', '--out', directions)
cards = {card.get('name'): card for card in learned.get('attributes', [])}
shares = ('classifier_accuracy', 'base_rate', 'flipped')
check(len(cards) >= 12 and 'Smiling' in cards and learned.get('out') == str(directions) and learned.get('seconds', 0) > 0
      and all(0 <= card.get(key, -1) <= 1 for card in cards.values() for key in shares)
      and all(card.get('works') in (True, False) and set(card.get('moved', ())) == set(cards) for card in cards.values()),
      f'attributes: {str(learned)[:200]}')
header, body = read_safetensors(directions) if directions.exists() else ({}, b'')
entry = header.get('attributes.directions', {'shape': [], 'data_offsets': [0, 0]})
check(entry['shape'] == [len(cards), 16], f'one direction an attribute, as long as a latent: {entry}')
numbers = struct.unpack(f'<{16 * len(cards)}f', body[slice(*entry['data_offsets'])]) if entry['shape'] == [len(cards), 16] else ()
lengths = {name: sum(x * x for x in numbers[16 * k:16 * k + 16]) ** 0.5 for k, name in enumerate(cards)}
# A generator of a few steps makes pictures so alike that some answers never change: those have no direction.
found = [name for name, length in lengths.items() if abs(length - 1) < 1e-3]
check(found and all(name in found or (length == 0 and not cards[name]['works']) for name, length in lengths.items()), f'each of length 1, or none: {lengths}')
still, moved = (picture(f'moved{amount}.png', 'arithmetic', model, '--seed', 5, '--attribute', f'{found[0] if found else "Smiling"}={amount}',
                        '--directions', directions, '--only', 'result') for amount in (0, 8))
check(tile(still, 0, 0, size) == face and tile(moved, 0, 0, size) != face, 'arithmetic moves along them')
refused(2, 'attributes', model, '--data', folder / 'many', '--out', folder / 'none.safetensors', words='no labels')
refused(1, 'attributes', model, '--data', 'faces:39', '--out', folder / 'none.safetensors', words='at least 40')

# ---- faces as files --------------------------------------------------------------------------------------------------------------
made = trial.json('data', 'make', 'faces', '--count', 20, '--seed', 1, '--size', 48, '--out', folder / 'faces')
listed = (folder / 'faces' / 'list_attr_celeba.txt').read_text().splitlines()
inspected = trial.json('data', 'inspect', folder / 'faces')
check(made.get('images') == 20 and listed[0] == '20' and len(listed) == 22 and inspected.get('images') == 20 and inspected.get('width') == 48
      and len(inspected.get('attributes', [])) >= 12, f'faces as files: {str(inspected)[:150]}')
refused(2, 'data', 'make', 'faces', '--count', 5, '--out', folder / 'faces', words='not empty')

# ---- an interrupt saves ------------------------------------------------------------------------------------------------------------
for wanted, name in ((signal.SIGINT, 'stopped'), (signal.SIGTERM, 'ended')):
    running = subprocess.Popen([program, 'train', '--data', 'faces:64', '--out', str(folder / name), '--steps', '1000000', '--json', *SMALL],
                               env=trial.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for _ in range(600):
        if (folder / name / 'metrics.csv').exists():
            break
        time.sleep(0.1)
    running.send_signal(wanted)
    out, said = running.communicate(timeout=60)
    check(running.returncode == 130 and os.path.isfile(json.loads(out or '{}').get('checkpoint', '')), f'{wanted.name} saves and exits with 130: {out} {said}')
    check(trial.json('sample', folder / name, '--out', folder / f'{name}.png').get('images') == 64, 'the interrupted run can be used')

# ---- a run that goes wrong at once is kept -----------------------------------------------------------------------------------------
wrong = run('train', '--data', 'faces:64', '--out', folder / 'wrong', '--steps', 50, *SMALL, '--set', 'train.log_every=2',
            *(word for value in ('loss.kind=wasserstein', 'loss.r1=1000', 'loss.penalty_every=1', 'discriminator.depth=8',
                                 'discriminator.normalisation=none', 'discriminator.initialisation_std=1') for word in ('--set', value)))
check(wrong.returncode == 1 and 'no longer a number' in wrong.stderr and 'saved at step 0' in wrong.stderr, f'never a number: {wrong.stderr}')
check(len(json.loads((folder / 'wrong' / 'run.json').read_text()).get('incidents', [])) == 4 if (folder / 'wrong').exists() else False,
      'what happened to it stands in its run.json')

# ---- progress ---------------------------------------------------------------------------------------------------------------------
quiet = run('train', '--data', 'faces:64', '--steps', 3, '--out', folder / 'quiet', *SMALL)
check(quiet.returncode == 0 and quiet.stderr == '' and 'checkpoint' in quiet.stdout, 'no bar where standard error is no terminal')


def bar_on_a_terminal():
    """What `ganvas train` writes to a terminal; None where the system gives no pseudo-terminal (a container without /dev/pts)."""
    try:
        master, slave = pty.openpty()
    except OSError:
        return None
    shown = subprocess.Popen([program, 'train', '--data', 'faces:64', '--minutes', '0.06', '--out', str(folder / 'shown'), *SMALL],
                             env=trial.environment, stdout=subprocess.DEVNULL, stderr=slave)
    os.close(slave)
    screen = b''
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:
            break
        if not piece:
            break
        screen += piece
    shown.wait()
    os.close(master)
    return screen.decode(errors='replace')


text = bar_on_a_terminal()
if text is None:
    trial.skip('the progress bar (this system gives no pseudo-terminal)')
else:
    check('█' in text and 'images/s' in text and ' left' in text and '\r' in text, f'a bar with rate and time left on a terminal: {text[-200:]!r}')
source = pathlib.Path(os.environ.get('GANVAS_SOURCE', pathlib.Path(__file__).resolve().parents[2]))
table = run('settings', '--markdown').stdout
check((source / 'docs' / 'settings.md').read_text().endswith('\n' + table), 'docs/settings.md is what `ganvas settings --markdown` prints')
trial.finish()
