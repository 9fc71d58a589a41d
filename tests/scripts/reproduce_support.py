"""What the tests of `ganvas reproduce` share: a folder of their own, runs of the program, and what a page, its cells and its
figures must hold. The program is the one that GANVAS names; the standard library only.
"""
import csv
import html.parser
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import tempfile

program = os.environ['GANVAS']
source = pathlib.Path(os.environ.get('GANVAS_SOURCE', pathlib.Path(__file__).resolve().parents[2]))
folder = pathlib.Path(tempfile.mkdtemp(prefix='ganvas-reproduce-'))
environment = dict(os.environ, GANVAS_RUNS=str(folder / 'runs'), GANVAS_CACHE=str(folder / 'cache'),
                   GANVAS_CONFIG=str(folder / 'config'), GANVAS_DATA=str(folder / 'data'))
environment.pop('DISPLAY', None)
tiny = ['generator.width=4', 'discriminator.width=4', 'train.batch=8']
failures = 0

# Why a cell or a figure may be empty in a run of a second. Everything else is a failure.
REASONS = [re.compile(text) for text in (
    r'^batches of \d+ are drawn from at least \d+ pictures, too many for this budget$',
    r'^it did not collapse$',
    r'^one point makes no curve$',
    r'^there is no earlier point to compare with',
    r'^too few of the model\'s faces are told apart by Smiling and Male',
)]


def check(holds, what):
    global failures
    print(('ok    ' if holds else 'FAIL  ') + what, flush=True)
    failures += not holds


def sets(settings):
    return [word for setting in settings for word in ('--set', setting)]


def run(*arguments, timeout=400):
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, env=environment, timeout=timeout)


def refused(code, *arguments, says=''):
    done = run(*arguments)
    lines = done.stderr.strip().splitlines()
    check(done.returncode == code and len(lines) == 1 and lines[0].startswith('ganvas: error: ') and not done.stdout
          and says in lines[0], f'exit {code}: ganvas {" ".join(map(str, arguments))} -> {done.returncode} {lines}')


class Page(html.parser.HTMLParser):
    """Rows of the table, sources of pictures, and everything that would be fetched or run."""

    def __init__(self, path):
        super().__init__()
        self.rows, self.studies, self.outside, self.pictures = [], [], [], 0
        self.text = path.read_text(encoding='utf-8')
        self.feed(self.text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == 'tr' and 'data-row' in values:
            self.rows.append(values['data-row'])
        if tag == 'tr' and 'data-study' in values:
            self.studies.append(values['data-study'])
        if tag in ('script', 'link', 'iframe', 'object', 'embed'):
            self.outside.append(tag)
        for name in ('src', 'href'):
            if name in values and not values[name].startswith('data:'):
                self.outside.append(values[name])
        self.pictures += tag == 'img'


def page_holds(out, rows, name):
    page = Page(out / 'index.html')
    check(page.rows == rows, f'{name}: the page has all of its rows: {page.rows}')
    check(not page.outside, f'{name}: the page needs nothing from outside {page.outside[:3]}')
    with open(out / 'table.csv', newline='', encoding='utf-8') as lines:
        check({line['row'] for line in csv.DictReader(lines)} == set(rows), f'{name}: table.csv has them too')
    return page


def is_listed(reason):
    return any(pattern.search(reason) for pattern in REASONS)


def is_picture(path):
    return path.is_file() and path.stat().st_size > 100 and path.read_bytes()[:8] == b'\x89PNG\r\n\x1a\n'


def study_holds(view, out, rows, budget):
    """Everything of a finished study: each row trained, each cell a number or a listed reason, each figure a picture."""
    name = view['study']
    check([r['row'] for r in view['rows']] == rows, f'{name}: all rows in the answer')
    check(all(r['state'] == 'done' and r['steps'] > 0 for r in view['rows']), f'{name}: all rows were trained')
    empty, measured = [], 0
    for row in view['rows']:
        for cell in row['values']:
            measured += cell['measured']
            if not cell['measured'] and not is_listed(cell['reason']) and cell['reason'] != 'not part of this row':
                empty.append(f'{row["row"]}/{cell["column"]}: {cell["reason"]}')
    check(not empty, f'{name}: each cell is measured or says why not: {empty[:4]}')
    check(measured >= len(rows), f'{name}: {measured} values were measured')
    bad, drawn = [], 0
    for record in sorted((out / 'records').glob('*.json')):
        for number, figure in json.loads(record.read_text())['figures'].items():
            drawn += len(figure['pictures'])
            bad += [p['file'] for p in figure['pictures'] if not is_picture(out / p['file'])]
            if not figure['pictures'] and not is_listed(figure['reason']):
                bad.append(f'{record.stem} {number}: {figure["reason"]}')
    check(not bad, f'{name}: each figure is a picture or says why not: {bad[:4]}')
    page = page_holds(out, rows, name)
    check(f'{budget} minutes of training a row' in page.text, f'{name}: the page tells the budget')
    check('cannot be read' not in page.text and page.pictures >= drawn, f'{name}: {page.pictures} pictures in the page')


def write_classes(path, classes=10, count=200):
    """Grey squares of ten brightnesses as IDX files, so that conditional rows have classes."""
    path.mkdir(parents=True, exist_ok=True)
    pixels = b''.join(bytes([20 + 22 * (i % classes)]) * 784 for i in range(count))
    for part in ('train', 't10k'):
        (path / f'{part}-images-idx3-ubyte').write_bytes(struct.pack('>IIII', 0x803, count, 28, 28) + pixels)
        (path / f'{part}-labels-idx1-ubyte').write_bytes(struct.pack('>II', 0x801, count) + bytes(i % classes for i in range(count)))


def data_of(card):
    """Tiny pictures that have what the study asks for."""
    return folder / 'data' / 'classes' if card['report'] == 5 or 'classifier' in card['study'] or 'digits' in card['study'] else 'faces:64'


def finish():
    shutil.rmtree(folder, ignore_errors=True)
    return 1 if failures else 0
