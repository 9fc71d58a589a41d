"""What the tests of the command line share: a folder of their own, runs of the program, checks, and small files made by hand.

The program is the one that GANVAS names; the standard library only.
"""
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import zlib

program = os.environ['GANVAS']
ERROR_LINE = re.compile(r'ganvas: error: .+ \(.+\): .+')
SMALL = sum((['--set', s] for s in ('generator.width=8', 'discriminator.width=8', 'image.size=32', 'latent.size=16',
                                    'train.batch=8', 'measure.live=false')), [])


class Trial:
    """Counts what failed; everything it writes lies in `folder`, which goes away at the end.

    `still`: nothing works on the folder beside the command that is tried, so a refusal must leave every file as it was.
    """

    def __init__(self, name, still=False):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f'ganvas-{name}-'))
        self.environment = dict(os.environ, GANVAS_RUNS=str(self.folder / 'runs'), GANVAS_CACHE=str(self.folder / 'cache'),
                                GANVAS_CONFIG=str(self.folder / 'config'))
        for name in ('DISPLAY', 'WAYLAND_DISPLAY'):
            self.environment.pop(name, None)
        self.still = still
        self.failures = 0
        self.skipped = []

    def check(self, holds, what):
        print(('ok    ' if holds else 'FAIL  ') + what, flush=True)
        self.failures += not holds
        return bool(holds)

    def run(self, *arguments, before=(), timeout=180, **more):
        """`before` is put before the command: a program that prepares the surroundings and starts the rest."""
        environment = dict(self.environment, **more.pop('environment', {}))
        return subprocess.run([*map(str, before), program, *map(str, arguments)], capture_output=True, text=True,
                              env=environment, timeout=timeout, **more)

    def json(self, *arguments, **more):
        """The one JSON object on standard output, and nothing else there; {} where the command failed."""
        done = self.run(*arguments, '--json', **more)
        try:
            report = json.loads(done.stdout)
        except ValueError:
            report = {}
        self.check(done.returncode == 0 and isinstance(report, dict) and report and done.stdout.count('\n') == 1,
                   f'JSON: {text_of(arguments)} -> {done.returncode} {done.stdout[:100]!r} {done.stderr[-300:]!r}')
        return report

    def files(self):
        """The files that are the user's: the cache and the window's configuration are the program's own."""
        return snapshot(self.folder, without=('cache', 'config'))

    def unchanged(self, before, arguments):
        """`before` is what files() gave; says only what is wrong, as it is asked after every refusal."""
        after = self.files()
        changed = sorted(str(name) for name in {*before, *after} if before.get(name) != after.get(name))
        if changed:
            self.check(False, f'every file stays as it was: {text_of(arguments)} changed {changed[:5]}')

    def refused(self, code, *arguments, words='', **more):
        """One line on standard error, of the contract's form and with `words` in it; nothing on standard output."""
        before = self.files() if self.still else None
        done = self.run(*arguments, '--json', **more)
        lines = done.stderr.splitlines()
        self.check(done.returncode == code and len(lines) == 1 and ERROR_LINE.fullmatch(lines[0]) and not done.stdout
                   and words in lines[0], f'exit {code}: {text_of(arguments)} -> {done.returncode} {lines} {done.stdout[:80]!r}')
        if self.still:
            self.unchanged(before, arguments)

    def skip(self, part):
        """What cannot be tried on this system, told in one line at the end."""
        self.skipped.append(part)

    def finish(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.skipped:
            print('skipped: ' + '; '.join(self.skipped))
        print(f'{self.failures} failed')
        sys.exit(1 if self.failures else 0)


def text_of(arguments):
    return 'ganvas ' + ' '.join(map(str, arguments))


def snapshot(folder, without=()):
    """Every file below `folder` with its bytes, less those in the folders `without`: to see that a refused command changed none."""
    found = {path.relative_to(folder): path for path in sorted(pathlib.Path(folder).rglob('*')) if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if name.parts[0] not in without}


# ---- surroundings ----------------------------------------------------------------------------------------------------
def no_file_above(size):
    """For preexec_fn: no file of the program grows beyond `size` bytes, as on a full disk."""
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    return limit


def mounted(script):
    """A prefix for a command that runs in mounts of its own, made by `script`; None where mounting is not allowed."""
    prefix = ['unshare', '-m', 'sh', '-c', script + ' && exec "$0" "$@"']
    try:
        works = subprocess.run([*prefix, 'true'], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        works = False
    return prefix if works else None


def full_disk(folder, kilobytes):
    return mounted(f'mount -t tmpfs -o size={kilobytes}k none {folder}')


def read_only(folder):
    return mounted(f'mount --bind {folder} {folder} && mount -o remount,bind,ro {folder}')


# ---- pictures ------------------------------------------------------------------------------------------------------------
def chunk(name, body):
    return struct.pack('>I', len(body)) + name + body + struct.pack('>I', zlib.crc32(name + body))


def png(width, height, kind, rows):
    """PNG of 8 bits a channel; kind 0 grey, 2 RGB, 4 grey and alpha, 6 RGBA; rows of bytes."""
    packed = zlib.compress(b''.join(b'\0' + bytes(row) for row in rows))
    header = struct.pack('>IIBBBBB', width, height, 8, kind, 0, 0, 0)
    return b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header) + chunk(b'IDAT', packed) + chunk(b'IEND', b'')


def plain_png(width, height, colour):
    """One colour: (grey,), (red, green, blue), (grey, alpha) or (red, green, blue, alpha)."""
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[len(colour)]
    return png(width, height, kind, [bytes(colour) * width] * height)


def png_size(path):
    """Width and height."""
    return struct.unpack('>II', pathlib.Path(path).read_bytes()[16:24])


def pixels(path):
    """Width, height, channels and rows of an 8-bit grey or RGB PNG, by the standard library alone."""
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


def tile(path, column, row, size, gap=0):
    step, rows = pixels(path)[2:]
    left, top = column * (size + gap), row * (size + gap)
    return [line[left * step:(left + size) * step] for line in rows[top:top + size]]


def png_text(path, keyword):
    """The text of an iTXt or tEXt chunk, or ''."""
    data = pathlib.Path(path).read_bytes()
    at = 8
    while at < len(data):
        size, name = struct.unpack('>I4s', data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        if name in (b'iTXt', b'tEXt') and body.split(b'\0')[0] == keyword.encode():
            rest = body[len(keyword) + 1:]
            if name == b'tEXt':
                return rest.decode('latin-1')
            packed = rest[0]
            text = rest[2:].split(b'\0', 2)[2]
            return (zlib.decompress(text) if packed else text).decode()
        at += size + 12
    return ''


def gif_frames(path):
    """How many pictures a GIF holds and its comments, by walking its blocks."""
    data = pathlib.Path(path).read_bytes()
    at = 13 + (3 << (data[10] & 7) + 1 if data[10] & 128 else 0)
    frames, comments = 0, b''
    while data[at] != 0x3b:
        kind = data[at]
        if kind == 0x2c:
            frames += 1
            flags = data[at + 9]
            at += 10 + (3 << (flags & 7) + 1 if flags & 128 else 0) + 1
        else:
            label = data[at + 1]
            at += 2
        while data[at]:
            if kind == 0x21 and label == 0xfe:
                comments += data[at + 1:at + 1 + data[at]]
            at += data[at] + 1
        at += 1
    return frames, comments.decode()


def webp_chunks(path):
    """The chunks of a WebP as (name, bytes)."""
    data, at, found = pathlib.Path(path).read_bytes(), 12, []
    while at + 8 <= len(data):
        name, size = struct.unpack('<4sI', data[at:at + 8])
        found.append((name, data[at + 8:at + 8 + size]))
        at += 8 + size + (size & 1)
    return found


# ---- checkpoints -----------------------------------------------------------------------------------------------------
def read_safetensors(path):
    data = pathlib.Path(path).read_bytes()
    length = struct.unpack('<Q', data[:8])[0]
    return json.loads(data[8:8 + length]), data[8 + length:]


def safetensors(header, body, length=None):
    text = json.dumps(header).encode()
    return struct.pack('<Q', len(text) if length is None else length) + text + body
