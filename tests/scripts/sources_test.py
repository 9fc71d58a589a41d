#!/usr/bin/env python3
"""Every kind of source through the command line: what is found in it, in folders and in archives, its parts, and ten steps on each."""
import gzip
import io
import json
import os
import pathlib
import struct
import sys
import tarfile
import time
import zipfile

sys.dont_write_bytecode = True
from command_line import SMALL, Trial, plain_png  # noqa: E402

trial = Trial('sources')
folder, check = trial.folder, trial.check


def colours(count, width=40, height=40):
    return [plain_png(width, height, (k * 20 % 256, 255 - k * 20 % 256, k * 70 % 256)) for k in range(count)]


def idx(shape, values):
    return struct.pack('>I', 0x800 + len(shape)) + struct.pack(f'>{len(shape)}I', *shape) + values


def cifar(count, labels):
    return b''.join(bytes([k % 10] * labels) + bytes((k * 9 + i) % 256 for i in range(3072)) for k in range(count))


attributes = ['Smiling', 'Young', 'Male']
celeba = {f'img_align_celeba/{k:06}.png': image for k, image in enumerate(colours(12, 178, 218), 1)}
celeba['list_attr_celeba.txt'] = ('12\n' + ' '.join(attributes) + ' \n' + ''.join(f'{k:06}.png  1 -1 {1 - 2 * (k % 2):2}\n' for k in range(1, 13))).encode()
celeba['list_eval_partition.txt'] = ''.join(f'{k:06}.png {0 if k <= 8 else 1 if k == 9 else 2}\n' for k in range(1, 13)).encode()
images, labels = idx([16, 28, 28], bytes(k % 251 for k in range(16 * 784))), idx([16], bytes(k % 10 for k in range(16)))
kinds = {
    'pictures': ({f'{k}.png': image for k, image in enumerate(colours(12))}, dict(images=12, channels=3, width=40, height=40, classes=0)),
    'grey': ({f'{k}.png': plain_png(24, 24, (k * 20,)) for k in range(12)}, dict(images=12, channels=1, width=24, height=24)),
    'mixed': ({f'{k}.png': plain_png(20 + 3 * k, 60 - 2 * k, (9, 99, 9 * k, 200)) for k in range(12)}, dict(images=12, channels=3)),
    'classes': ({f'{"cats" if k % 2 else "dogs"}/{k}.png': image for k, image in enumerate(colours(12))}, dict(images=12, classes=2)),
    'parts': ({f'{"train" if k < 8 else "test"}/{"cats" if k % 2 else "dogs"}/{k}.png': image for k, image in enumerate(colours(12))}, dict(images=12, classes=2)),
    'celeba': (celeba, dict(images=12, channels=3, attributes=attributes)),
    'mnist': ({'train-images-idx3-ubyte': images, 'train-labels-idx1-ubyte': labels, 't10k-images-idx3-ubyte.gz': gzip.compress(images),
               't10k-labels-idx1-ubyte.gz': gzip.compress(labels)}, dict(images=32, channels=1, width=28, height=28, classes=10)),
    'cifar-10': ({'cifar-10-batches-bin/data_batch_1.bin': cifar(10, 1), 'cifar-10-batches-bin/data_batch_2.bin': cifar(10, 1),
                  'cifar-10-batches-bin/test_batch.bin': cifar(6, 1), 'cifar-10-batches-bin/batches.meta.txt': b'airplane\nautomobile\n' + b'x\n' * 8},
                 dict(images=26, channels=3, width=32, height=32, classes=10)),
    'cifar-100': ({'cifar-100-binary/train.bin': cifar(12, 2), 'cifar-100-binary/test.bin': cifar(4, 2),
                   'cifar-100-binary/fine_label_names.txt': b'\n'.join(b'kind%d' % k for k in range(100))}, dict(images=16, classes=100)),
}
parts = {'parts': (8, 4), 'celeba': (8, 3), 'mnist': (16, 16), 'cifar-10': (20, 6), 'cifar-100': (12, 4)}


def write_folder(name, files):
    for file, content in files.items():
        path = folder / name / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder / name


def write_archive(name, files, kind):
    path = folder / f'{name}{kind}'
    if kind == '.zip':
        with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as archive:
            for file, content in files.items():
                archive.writestr(file, content)
    else:
        with tarfile.open(path, 'w:gz' if kind == '.tar.gz' else 'w') as archive:
            for file, content in files.items():
                entry = tarfile.TarInfo(file)
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
    return path


for name, (files, expected) in kinds.items():
    plain = trial.json('data', 'inspect', source := write_folder(name, files))
    check({key: plain.get(key) for key in expected} == expected and plain.get('skipped') == 0, f'{name}: {str(plain)[:200]}')
    check(list(plain)[:7] == ['images', 'channels', 'width', 'height', 'attributes', 'classes', 'skipped'], 'the keys of the contract come first')
    for kind in ('.zip', '.tar', '.tar.gz'):
        check(trial.json('data', 'inspect', write_archive(name, files, kind)) == plain, f'{name}{kind} is read as the folder is')
    if name in parts:
        for part, count in zip(('train', 'test'), parts[name]):
            for place in (source, folder / f'{name}.zip'):
                check(trial.json('data', 'inspect', place, '--split', part).get('images') == count, f'{place.name} --split {part}: {count}')
    else:
        trial.refused(1, 'data', 'inspect', source, '--split', 'train', words='training')
    trained = trial.json('train', '--data', source, '--steps', 10, '--out', folder / 'runs' / name, *SMALL,
                         *(['--split', 'train'] if name in parts else []))
    check(trained.get('steps') == 10, f'ten steps on {name}')
    made_for = json.loads((folder / 'runs' / name / 'run.json').read_text())['settings']['image.channels']
    check(made_for == str(expected['channels'] if 'channels' in expected else plain['channels']), f'{name}: the model has the pictures\' channels, {made_for}')
check(trial.json('train', '--data', 'faces:32', '--steps', 10, '--out', folder / 'runs' / 'faces', *SMALL).get('steps') == 10, 'ten steps on faces')

trained = trial.json('train', '--data', folder / 'grey', '--steps', 2, '--out', folder / 'runs' / 'tinted', *SMALL, '--set', 'image.channels=3')
check(trained.get('steps') == 2, 'grey pictures train a model in colour when asked')
check(trial.json('train', '--resume', '--out', folder / 'runs' / 'grey', '--steps', 12).get('steps') == 12, 'a grey run goes on')
check(json.loads((folder / 'runs' / 'celeba' / 'run.json').read_text()).get('data', {}) != '', 'a run names its data')
for name, file in (('one file', 'train-images-idx3-ubyte'), ('one file, gzip', 't10k-images-idx3-ubyte.gz')):
    found = trial.json('data', 'inspect', folder / 'mnist' / file)
    check(found.get('images') == 16 and found.get('classes') == 10, f'IDX, {name}: its labels are found beside it')
one = trial.json('data', 'inspect', folder / 'pictures' / '3.png')
check(one.get('images') == 1, 'a single picture')

inner = write_folder('above', {'list_attr_celeba.txt': celeba['list_attr_celeba.txt']})
for file, content in celeba.items():
    if file.endswith('.png'):
        path = inner / 'deeper' / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
check(trial.json('data', 'inspect', inner / 'deeper' / 'img_align_celeba').get('attributes') == attributes, 'the CelebA list may lie above the pictures')

# ---- preparation -----------------------------------------------------------------------------------------------------------------
shown = trial.json('data', 'inspect', folder / 'mixed', '--set', 'image.size=28', '--set', 'image.channels=1')
check((shown.get('width'), shown.get('height'), shown.get('channels')) == (28, 28, 1), 'any size and colour becomes what the model takes')
limited = trial.json('data', 'inspect', 'faces:300', '--set', 'data.limit=100')
check(limited.get('images') == 100, 'data.limit')
for source, count in (('faces', 10000), ('faces:123', 123)):
    found = trial.json('data', 'inspect', source)
    check(found.get('images') == count and len(found.get('attributes', [])) >= 12 and found.get('width') == 64, f'{source}: {str(found)[:90]}')

# ---- the cache --------------------------------------------------------------------------------------------------------------------
caches = lambda: sorted((folder / 'cache' / 'data').glob('*.cache'))  # noqa: E731
before = {path: path.stat().st_mtime_ns for path in caches()}
started = time.time()
trial.json('data', 'inspect', 'faces')
check(time.time() - started < 1, f'opened again in {time.time() - started:.2f} s')
check({path: path.stat().st_mtime_ns for path in caches()} == before, 'without writing it anew')
os.utime(folder / 'pictures' / '3.png', (1, 1))
trial.json('data', 'inspect', folder / 'pictures')
check({path: path.stat().st_mtime_ns for path in caches()} != before, 'a changed file is prepared anew')
damaged = max(caches(), key=lambda path: path.stat().st_mtime_ns)
damaged.write_bytes(damaged.read_bytes()[:-9])
check(trial.json('data', 'inspect', folder / 'pictures').get('images') == 12, 'a damaged cache is made anew')

real = pathlib.Path('/usr/share/datasets/fashion-mnist')
if not real.is_dir():
    real = next(iter(sorted(pathlib.Path('/usr/share').glob('*/fashion-mnist'))), None)
if real:
    found = trial.json('data', 'inspect', real)
    check(found.get('images') == 70000 and found.get('channels') == 1 and found.get('classes') == 10, f'Fashion-MNIST: {str(found)[:90]}')
    started = time.time()
    trial.json('data', 'inspect', real)
    check(time.time() - started < 1, 'and under a second the next time')
else:
    print('note: dataset-fashion-mnist is not installed')
trial.finish()
