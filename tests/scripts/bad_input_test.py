#!/usr/bin/env python3
"""Everything that can be wrong with what a user gives: each is one clear line and the right exit code, and changes no file."""
import gzip
import io
import os
import shutil
import signal
import struct
import subprocess
import sys
import tarfile
import time
import zipfile

sys.dont_write_bytecode = True
from command_line import (SMALL, Trial, chunk, full_disk, no_file_above, plain_png, program, read_only, read_safetensors,  # noqa: E402
                          safetensors, snapshot)

trial = Trial('bad-input', still=True)
folder, check, refused, run = trial.folder, trial.check, trial.refused, trial.run
RED = plain_png(40, 30, (200, 30, 40))


def inside(name, **files):
    place = folder / name
    place.mkdir()
    for file, content in files.items():
        (place / file.replace('__', '.')).write_bytes(content)
    return place


def tolerated(*arguments):
    """The report of a command that does without the bad part of its input; it changes no file either."""
    before = trial.files()
    report = trial.json(*arguments)
    trial.unchanged(before, arguments)
    return report


def named(report):
    return {entry['name'] for entry in report.get('skipped_files', [])}


# ---- words that mean nothing, values out of range -----------------------------------------------------------------------
for arguments in (['nonsense'], ['train', '--nonsense'], ['data'], ['data', 'make'], ['runs'], ['bench'], ['sample'], ['train', 'extra'],
                  ['train', '--set', 'train.batch=1'], ['train', '--set', 'no.such=1'], ['train', '--set', 'nothing'],
                  ['train', '--set', 'generator.learning_rate=nan'], ['train', '--set', 'image.size=63'],
                  ['train', '--recipe', 'none'], ['train', '--steps', '0'], ['train', '--steps', '-5'], ['train', '--steps', 'nan'],
                  ['train', '--steps', '1e3x'], ['train', '--steps', '99999999999999999999'], ['train', '--minutes', 'nan'],
                  ['train', '--minutes', '-1'], ['train', '--minutes', 'inf'], ['train', '--epochs', '0'], ['train', '--epochs', 'nan'],
                  ['train', '--images', '-1'], ['train', '--steps', '5', '--minutes', '1'], ['train', '--seed', '-1'],
                  ['train', '--seed', '18446744073709551616'], ['train', '--device', 'tpu'], ['train', '--resume'],
                  ['train', '--split', 'most'], ['train', '--data', 'faces:0'], ['train', '--data', 'faces:x'],
                  ['train', '--data', 'faces:-3'], ['data', 'inspect', 'faces:'], ['data', 'inspect', 'faces:99999999999'],
                  ['data', 'make', 'faces', '--count', '0', '--out', folder / 'none'],
                  ['data', 'make', 'faces', '--count', '5', '--size', '257', '--out', folder / 'none'],
                  ['sample', 'x', '--count', '0', '--out', 'x.png'], ['sample', 'x', '--count', '-3', '--out', 'x.png'],
                  ['sample', 'x', '--count', 'nan', '--out', 'x.png'], ['sample', 'x', '--count', '99999999999', '--out', 'x.png'],
                  ['sample', 'x', '--seed', '-1', '--out', 'x.png'], ['sample', 'x', '--truncation', 'nan', '--out', 'x.png'],
                  ['sample', 'x', '--truncation', '-0.1', '--out', 'x.png'], ['sample', 'x', '--truncation', '1.5', '--out', 'x.png'],
                  ['interpolate', 'x', '--from', '1', '--to', '2', '--steps', '0', '--out', 'x.png'],
                  ['interpolate', 'x', '--from', '1', '--to', '2', '--alpha', 'nan:1', '--out', 'x.png'],
                  ['interpolate', 'x', '--from', '1', '--to', '2', '--alpha', '0', '--out', 'x.png'],
                  ['interpolate', 'x', '--from', '1', '--to', '2', '--space', 'w', '--out', 'x.png'],
                  ['interpolate', 'x', '--from', '1', '--to', '2', '--path', 'zigzag', '--out', 'x.png'],
                  ['interpolate', 'x', '--from', '1', '--to', '2', '--fps', 'nan', '--out', 'x.gif'],
                  ['arithmetic', 'x', '--out', 'x.png'], ['arithmetic', 'x', '--plus', '1,,2', '--out', 'x.png'],
                  ['arithmetic', 'x', '--plus', '1,-2', '--out', 'x.png'],
                  ['arithmetic', 'x', '--seed', '1', '--attribute', 'Smiling=nan', '--out', 'x.png'],
                  ['arithmetic', 'x', '--seed', '1', '--attribute', 'Smiling', '--out', 'x.png'],
                  ['arithmetic', 'x', '--seed', '1', '--noise', 'nan', '--out', 'x.png'],
                  ['eval', 'faces:10', '--data', 'faces:10', '--metrics', 'fid'], ['eval', 'faces:10', '--data', 'faces:10', '--count', '0'],
                  ['eval', 'faces:10'], ['gui', '--exit-after', '-1'], ['gui', '--exit-after', 'nan']):
    refused(2, *arguments)
check(not snapshot(folder), 'a usage error leaves no file')

# ---- sources ----------------------------------------------------------------------------------------------------------------
for command in (['data', 'inspect'], ['train', '--out', folder / 'run-of-nothing', '--steps', 1, '--data']):
    refused(1, *command, folder / 'missing')
    check(not (folder / 'run-of-nothing').exists(), 'a source that cannot be used leaves no run behind')
refused(1, 'data', 'inspect', inside('empty'))
refused(1, 'data', 'inspect', inside('zero', a__png=b'', b__jpg=b''), words='skipped')
(folder / 'nothing.zip').write_bytes(b'')
refused(1, 'data', 'inspect', folder / 'nothing.zip', words='empty')
(folder / 'noise.zip').write_bytes(bytes(range(256)) * 40)
refused(1, 'data', 'inspect', folder / 'noise.zip')
refused(1, 'data', 'inspect', '/dev/null')

huge = b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 60000, 60000, 8, 2, 0, 0, 0)) + chunk(b'IDAT', b'') + chunk(b'IEND', b'')
refused(1, 'data', 'inspect', inside('huge', a__png=huge), words='60000x60000')
mixed = inside('mixed', good__png=RED, zero__png=b'', cut__png=RED[:-20], huge__png=huge, text__png=b'not a picture at all',
               flipped__png=RED[:60] + bytes([RED[60] ^ 255]) + RED[61:], read__me=b'words')
report = tolerated('data', 'inspect', mixed)
check(report.get('images') == 1 and report.get('skipped') == 5, f'bad pictures are skipped, counted and named: {report}')
check(named(report) == {'zero.png', 'cut.png', 'huge.png', 'text.png', 'flipped.png'},
      'each skipped picture is named')

with tarfile.open(folder / 'escape.tar.gz', 'w:gz') as archive:
    for name in ('../escaped.png', '/escaped.png', 'a/../../escaped.png', 'good.png'):
        entry = tarfile.TarInfo(name)
        entry.size = len(RED)
        archive.addfile(entry, io.BytesIO(RED))
report = tolerated('data', 'inspect', folder / 'escape.tar.gz')
check(report.get('images') == 1 and report.get('skipped') == 3, f'names that lead outside are refused: {report}')
with zipfile.ZipFile(folder / 'escape.zip', 'w') as archive:
    archive.writestr('../escaped.png', RED)
refused(1, 'data', 'inspect', folder / 'escape.zip', words='outside')
check(not (folder / 'escaped.png').exists() and not (folder.parent / 'escaped.png').exists(), 'nothing is unpacked')
packed = io.BytesIO()
with zipfile.ZipFile(packed, 'w') as archive:
    for k in range(20):
        archive.writestr(f'{k}.png', plain_png(40, 40, (k * 10, 0, 0)))
    begins = [entry.header_offset for entry in archive.infolist()]
packed = packed.getvalue()
# A zip that ends within its seventh picture, before the list of what is in it: what came whole is used, the rest is named.
(folder / 'cut.zip').write_bytes(packed[:(begins[6] + begins[7]) // 2])
report = tolerated('data', 'inspect', folder / 'cut.zip')
check(report.get('images') == 6 and report.get('skipped') == 2 and named(report) == {'6.png', 'after 6.png'}, f'a zip cut short: {report}')
reasons = {entry['name']: entry['reason'] for entry in report.get('skipped_files', [])}
check('damaged' in reasons.get('6.png', '') and 'damaged from here on' in reasons.get('after 6.png', ''), f'and why: {reasons}')
(folder / 'cut.zip').write_bytes(packed[:(begins[0] + begins[1]) // 2])
refused(1, 'data', 'inspect', folder / 'cut.zip', words='2 skipped')
(folder / 'cut.zip').write_bytes(packed[:20])
refused(1, 'data', 'inspect', folder / 'cut.zip', words='check that the download is complete')

names = b'Smiling Young \n'
rows = b''.join(b'%d.png  1 -1\n' % k for k in range(4))
wrong = inside('counts', **{f'{k}__png': RED for k in range(4)})
(wrong / 'list_attr_celeba.txt').write_bytes(b'9\n' + names + rows)
report = tolerated('data', 'inspect', wrong)
check(report.get('attributes') == ['Smiling', 'Young'] and any('9 pictures' in e['reason'] for e in report.get('skipped_files', [])),
      f'a wrong count in the CelebA file is said: {report}')
(wrong / 'list_attr_celeba.txt').write_bytes(b'4\n' + names + b'0.png 1\n1.png 1 1 1\n2.png x 1\n3.png 1 -1\n')
report = tolerated('data', 'inspect', wrong)
check(report.get('images') == 1 and report.get('skipped') >= 3, f'rows of the wrong length leave their pictures out: {report}')
(wrong / 'list_attr_celeba.txt').write_bytes(b'four\n' + names + rows)
refused(1, 'data', 'inspect', wrong, words='count')

idx = inside('idx')
body = bytes(10 * 28 * 28)
good = struct.pack('>IIII', 0x803, 10, 28, 28) + body
for what, content in (('magic', struct.pack('>IIII', 0x12345678, 10, 28, 28) + body), ('size', good[:-1]), ('more', good + b'x'),
                      ('type', struct.pack('>IIII', 0xd03, 10, 28, 28) + body), ('none', struct.pack('>IIII', 0x803, 0, 28, 28)),
                      ('huge', struct.pack('>IIII', 0x803, 0xffffffff, 0xffff, 0xffff) + body), ('stub', good[:9]),
                      ('flat', struct.pack('>II', 0x801, 10) + bytes(10))):
    (idx / 'train-images-idx3-ubyte').write_bytes(content)
    refused(1, 'data', 'inspect', idx)
(idx / 'train-images-idx3-ubyte').unlink()
(idx / 'train-images-idx3-ubyte.gz').write_bytes(gzip.compress(good)[:-40])
refused(1, 'data', 'inspect', idx)
(idx / 'train-images-idx3-ubyte.gz').write_bytes(gzip.compress(good))
(idx / 'train-labels-idx1-ubyte').write_bytes(struct.pack('>II', 0x801, 9) + bytes(9))
refused(1, 'data', 'inspect', idx, words='labels')
refused(1, 'data', 'inspect', inside('cifar', data_batch_1__bin=bytes(3072)), words='size')
refused(1, 'data', 'inspect', inside('plain', a__png=RED), '--split', 'test', words='test')

# ---- checkpoints --------------------------------------------------------------------------------------------------------------
trained = trial.json('train', '--data', 'faces:32', '--steps', 3, '--out', folder / 'run', *SMALL)
checkpoint = trained['checkpoint']
header, weights = read_safetensors(checkpoint)
tensor = next(name for name in header if name != '__metadata__' and len(header[name]['shape']) == 4)
refused(1, 'sample', folder / 'missing', '--out', folder / 'x.png')
refused(1, 'sample', folder / 'empty', '--out', folder / 'x.png')


def changed(**places):
    out = {name: dict(entry) for name, entry in header.items()}
    out[tensor].update(places)
    return out


begin, end = header[tensor]['data_offsets']
bad = folder / 'bad.safetensors'
whole = safetensors(header, weights)
for what, content in (('empty', b''), ('zeros', bytes(4096)), ('cut', whole[:len(whole) // 2]), ('one byte short', whole[:-1]),
                      ('header length huge', safetensors(header, weights, 1 << 62)), ('header length all ones', safetensors(header, weights, (1 << 64) - 1)),
                      ('header length zero', safetensors(header, weights, 0)), ('negative offsets', safetensors(changed(data_offsets=[-8, end]), weights)),
                      ('offsets outside', safetensors(changed(data_offsets=[begin + (1 << 40), end + (1 << 40)]), weights)),
                      ('offsets swapped', safetensors(changed(data_offsets=[end, begin]), weights)),
                      ('offsets overlapping', safetensors(changed(data_offsets=[0, end - begin]), weights)),
                      ('another shape', safetensors(changed(shape=header[tensor]['shape'][::-1]), weights)),
                      ('shape huge', safetensors(changed(shape=[1 << 31, 1 << 31, 4, 4]), weights)),
                      ('shape negative', safetensors(changed(shape=[-1, 2, 4, 4]), weights)),
                      ('a bit flipped', whole[:-100] + bytes([whole[-100] ^ 1]) + whole[-99:]),
                      ('text', b'{"this": "is no checkpoint"}' * 50), ('header no JSON', struct.pack('<Q', 8) + b'nonsense' + weights),
                      ('header a list', struct.pack('<Q', 2) + b'[]' + weights), ('nested', struct.pack('<Q', 4000) + b'[' * 4000 + weights)):
    bad.write_bytes(content)
    refused(1, 'sample', bad, '--out', folder / 'x.png')
bad.write_bytes(safetensors({k: v for k, v in header.items() if k != '__metadata__'}, weights))
refused(1, 'sample', bad, '--out', folder / 'x.png')
sound = run('runs', 'verify', folder / 'run')
check(sound.returncode == 0, 'the run is sound so far')
for command in (['interpolate', bad, '--from', 1, '--to', 2, '--out', folder / 'x.gif'], ['arithmetic', bad, '--plus', 1, '--out', folder / 'x.png'],
                ['attributes', bad, '--data', 'faces:32', '--out', folder / 'x.safetensors'], ['eval', bad, '--data', 'faces:32'],
                ['runs', 'export', bad, '--out', folder / 'x.safetensors'], ['runs', 'show', folder / 'empty'], ['runs', 'verify', folder / 'empty'],
                ['bench', 'latent', bad]):
    refused(1, *command)
check(not list(folder.glob('x.*')), 'a bad checkpoint makes no picture')
refused(2, 'sample', checkpoint, '--class', 3, '--count', 1, '--out', folder / 'x.png')
refused(2, 'sample', checkpoint, '--count', 1, '--out', folder / 'x.jpeg')
refused(2, 'arithmetic', checkpoint, '--seed', 1, '--attribute', 'Smiling=1', '--out', folder / 'x.png')
refused(2, 'train', '--data', 'faces:32', '--steps', 6, '--out', folder / 'run', *SMALL)
refused(2, 'train', '--resume', '--out', folder / 'run', '--set', 'generator.width=16')
refused(1, 'train', '--resume', '--out', folder / 'empty')

# A checkpoint that is damaged inside a run falls back to the one before, with a notice; a run with none left is an error.
trial.json('train', '--resume', '--out', folder / 'run', '--steps', 6)
newest = folder / 'run' / 'checkpoints'
files = sorted(newest.glob('*.safetensors'))
files[-1].write_bytes(files[-1].read_bytes()[:-7])
done = run('train', '--resume', '--out', folder / 'run', '--steps', 4, '--json')
check(done.returncode == 0 and '"steps":4' in done.stdout and 'ganvas: error' not in done.stderr and done.stderr.strip(),
      f'a damaged checkpoint falls back, and says so: {done.stdout[:60]} {done.stderr}')

damaged = sorted(newest.glob('*.safetensors'))[-1]
damaged.write_bytes(damaged.read_bytes()[:-7])
before = trial.files()
done = run('runs', 'verify', folder / 'run', '--json')
trial.unchanged(before, ['runs', 'verify', folder / 'run'])
check(done.returncode == 1 and '"sound":false' in done.stdout and len(done.stderr.splitlines()) == 1, f'runs verify names damage: {done.stdout} {done.stderr}')

# ---- places that cannot be written ----------------------------------------------------------------------------------------------
checkpoint = str(sorted((folder / 'run' / 'checkpoints').glob('*.safetensors'))[0])
writers = {
    'sample.png': ['sample', checkpoint, '--count', 16, '--out'], 'folder': ['sample', checkpoint, '--count', 16, '--out'],
    'sweep.png': ['interpolate', checkpoint, '--from', 1, '--to', 2, '--steps', 16, '--out'],
    'sweep.gif': ['interpolate', checkpoint, '--from', 1, '--to', 2, '--steps', 16, '--out'],
    'sweep.webp': ['interpolate', checkpoint, '--from', 1, '--to', 2, '--steps', 16, '--out'],
    'sum.png': ['arithmetic', checkpoint, '--plus', '1,2', '--minus', 3, '--out'],
    'faces': ['data', 'make', 'faces', '--count', 64, '--out'], 'alone.safetensors': ['runs', 'export', checkpoint, '--out'],
    'trained': ['train', '--data', 'faces:32', '--steps', 2, *SMALL, '--out'],
}
place = folder / 'place'
place.mkdir()
(place / 'sample.png').write_bytes(b'the old picture')
(place / 'folder').mkdir()
(place / 'folder' / 'seed-00000003.png').write_bytes(b'the old face')
before = snapshot(place)
locked = read_only(place)
small_disk = full_disk(place, 4)
for name, command in writers.items():
    refused(1, *command, folder / 'run' / 'run.json' / name)
    refused(1, *command, place / name, preexec_fn=no_file_above(64))
    check(snapshot(place) == before, f'no space for {name}: every file as it was, none left over')
    if locked:
        refused(1, *command, place / name, before=locked, words='Read-only')
    if small_disk and name not in ('sweep.png',):
        refused(1, *command, place / name, before=small_disk, words='space')
    if '.' in name:
        refused(1, *command, '/dev/full', words='space') if name == 'alone.safetensors' else None
check(snapshot(place) == before, 'a read-only folder is as it was')
began = time.monotonic()
refused(1, 'attributes', checkpoint, '--data', 'faces:32', '--out', folder / 'run' / 'run.json' / 'x.safetensors')
check(time.monotonic() - began < 5, 'said before the directions are learned, not after')
if not locked:
    trial.skip('a read-only file system (no right to mount)')
if not small_disk:
    trial.skip('a full file system (no right to mount)')

# The disk fills while a run trains: what was saved stays, and the run says that its end is not.
resumed = folder / 'resumed'
trial.json('train', '--data', 'faces:32', '--steps', 2, '--out', resumed, *SMALL)
saved = snapshot(resumed / 'checkpoints')
done = run('train', '--resume', '--out', resumed, '--steps', 5, '--json', preexec_fn=no_file_above(20000))
check(done.returncode == 1 and not done.stdout and done.stderr.splitlines()[-1].startswith('ganvas: error: '),
      f'a last step that could not be saved is a failure: {done.returncode} {done.stdout} {done.stderr}')
check(snapshot(resumed / 'checkpoints') == saved, 'the checkpoints before are as they were')
check(trial.json('train', '--resume', '--out', resumed, '--steps', 5).get('steps') == 5, 'the run goes on once there is room')

# The cache is a convenience of the program's: where it cannot be written, the message says what to set.
nowhere = {'GANVAS_CACHE': str(folder / 'run' / 'run.json' / 'cache')}
refused(1, 'data', 'inspect', mixed, environment=nowhere, words='GANVAS_CACHE')
refused(1, 'data', 'inspect', 'faces:4000', '--set', 'image.size=128', preexec_fn=no_file_above(4096), environment={'GANVAS_CACHE': str(folder / 'cache2')}, words='GANVAS_CACHE')
check(not snapshot(folder / 'cache2'), 'a cache that could not be finished is not left behind')

# ---- no screen, and one without OpenGL 3.3 ---------------------------------------------------------------------------------------
refused(1, 'gui', words='display')
refused(1, 'gui', environment={'DISPLAY': ':987'}, words='display')
refused(1, 'gui', '--run', folder / 'missing', words='missing')
if shutil.which('Xvfb'):
    reader, writer = os.pipe()
    screen = subprocess.Popen(['Xvfb', '-displayfd', str(writer), '-screen', '0', '1280x800x24', '-nolisten', 'tcp', '-noreset'],
                              pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    with os.fdopen(reader) as number:
        display = {'DISPLAY': ':' + number.readline().strip(), 'LIBGL_ALWAYS_SOFTWARE': '1', 'LP_NUM_THREADS': '1'}
    refused(1, 'gui', environment={**display, 'MESA_GL_VERSION_OVERRIDE': '2.1'}, words='OpenGL 3.3')
    refused(1, 'gui', '--exit-after', 1, '--screenshot', folder / 'run' / 'run.json' / 'x.png', environment=display)
    closed = trial.json('gui', '--exit-after', 1, '--screenshot', folder / 'window.png', environment=display)
    check(closed.get('closed') and (folder / 'window.png').read_bytes()[:4] == b'\x89PNG', 'a screen and OpenGL 3.3: the window opens')
    window = subprocess.Popen([program, 'gui', '--start'], env={**trial.environment, **display}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for _ in range(400):
        if list((folder / 'runs').glob('*/metrics.csv')):
            break
        time.sleep(0.1)
    window.send_signal(signal.SIGINT)
    said = window.communicate(timeout=60)
    saved = list((folder / 'runs').glob('*/checkpoints/*.safetensors'))
    check(window.returncode == 130 and saved, f'an interrupt closes the window, which saves what it trains: {window.returncode} {said}')
    screen.terminate()
    screen.wait()
else:
    trial.skip('the window (no Xvfb)')
trial.finish()
