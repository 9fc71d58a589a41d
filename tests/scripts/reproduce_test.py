#!/usr/bin/env python3
"""`ganvas reproduce` end to end: a study on tiny data is killed and goes on; every study that ships is run with a budget of
seconds, and its page has all of its rows.

Runs the program named by GANVAS in a folder of its own; the standard library only.
"""
import csv
import html.parser
import json
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

program = os.environ['GANVAS']
source = pathlib.Path(os.environ.get('GANVAS_SOURCE', pathlib.Path(__file__).resolve().parents[2]))
folder = pathlib.Path(tempfile.mkdtemp(prefix='ganvas-reproduce-'))
environment = dict(os.environ, GANVAS_RUNS=str(folder / 'runs'), GANVAS_CACHE=str(folder / 'cache'),
                   GANVAS_CONFIG=str(folder / 'config'), GANVAS_DATA=str(folder / 'data'))
environment.pop('DISPLAY', None)
tiny = ['generator.width=4', 'discriminator.width=4', 'train.batch=8']
failures = 0


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
        self.rows, self.outside, self.pictures = [], [], 0
        self.text = path.read_text(encoding='utf-8')
        self.feed(self.text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == 'tr' and 'data-row' in values:
            self.rows.append(values['data-row'])
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


def write_classes(path, classes=10, count=200):
    """Grey squares of ten brightnesses as IDX files, so that conditional rows have classes."""
    path.mkdir(parents=True, exist_ok=True)
    pixels = b''.join(bytes([20 + 22 * (i % classes)]) * 784 for i in range(count))
    for part in ('train', 't10k'):
        (path / f'{part}-images-idx3-ubyte').write_bytes(struct.pack('>IIII', 0x803, count, 28, 28) + pixels)
        (path / f'{part}-labels-idx1-ubyte').write_bytes(struct.pack('>II', 0x801, count) + bytes(i % classes for i in range(count)))


study = folder / 'own.toml'
study.write_text('''
title = "A <b>small</b> study"
report = 1
section = "none"
about = "For a test."
differs = "Everything."
recipe = "dcgan"
points = 2
steps = 60

[data.faces]
name = "CelebA"
file = "img_align_celeba.zip"
stand_in = ["faces:64"]

[[column]]
measure = "sample_diversity"
key = "diversity"
every = true

[[column]]
measure = "generator_loss_mean"
key = "loss"

[[row]]
key = "first"
title = "first"
report = { loss = "2.9485" }

[[row]]
key = "second"
title = "second"
set = { "latent.size" = 10 }

[[row]]
key = "third"
title = "third"
recipe = "quick"

[[figure]]
kind = "grid"
title = "Grid"

[[figure]]
kind = "walks"
title = "Walks"
rows = ["first"]

[[figure]]
kind = "sweep_x"
title = "Sweep"
rows = ["first"]
alpha_to = 10

[[figure]]
kind = "early"
title = "Early"

[[figure]]
kind = "loss_functions"
title = "Losses"
''')
small = sets(tiny + ['image.size=32', 'latent.size=8', 'train.sample_every_seconds=1'])

refused(2, 'reproduce', '--out', folder / 'x', says='which study?')
refused(2, 'reproduce', 'report4-sgan', '--out', folder / 'x', says='did you mean report4-sagan?')
refused(2, 'reproduce', study, says='--out')
refused(2, 'reproduce', study, '--out', folder / 'x', '--only', 'frist', says='did you mean first?')
refused(2, 'reproduce', study, '--out', folder / 'x', '--budget', 'nan', says='minutes')
refused(2, 'reproduce', study, '--out', folder / 'x', '--budget', '0', says='minutes')
refused(2, 'reproduce', study, '--out', folder / 'x', '--set', 'no.such=1', says='no.such')
broken = folder / 'broken.toml'
broken.write_text(study.read_text().replace('kind = "walks"', 'kind = "wlaks"'))
refused(2, 'reproduce', broken, '--out', folder / 'x', says='did you mean walks?')
check(not (folder / 'x').exists(), 'a refused study leaves nothing behind')

# Killed while it works, interrupted once more, then finished.
out = folder / 'killed'
command = [program, 'reproduce', str(study), '--out', str(out), '--at-once', '1', *small]
running = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
for _ in range(1200):
    record = out / 'records' / 'first.json'
    if running.poll() is not None or (record.exists() and json.loads(record.read_text())['points']):
        break
    time.sleep(0.05)
running.send_signal(signal.SIGKILL)
running.wait()
before = json.loads((out / 'records' / 'first.json').read_text())
check(len(before['points']) >= 1 and before['points'][0]['step'] == 30, f'killed after its first point: {len(before["points"])}')
running = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
for _ in range(1200):
    if running.poll() is not None or (out / 'second' / 'run.json').exists():
        break
    time.sleep(0.05)
running.send_signal(signal.SIGINT)
running.communicate(timeout=120)
check(running.returncode == 130, f'interrupted: exit {running.returncode}')
page_holds(out, ['first', 'second', 'third'], 'interrupted')
refused(2, *command[1:], '--budget', '1', says='another study')
done = run(*command[1:], '--json')
report = json.loads(done.stdout or '{}')
check(done.returncode == 0 and [r['state'] for r in report.get('rows', [])] == ['done'] * 3, f'finished: {done.returncode} {done.stderr[-300:]}')
check([r['steps'] for r in report['rows']] == [60, 60, 60], 'every row reached its length')
after = json.loads((out / 'records' / 'first.json').read_text())
check(after['points'][0] == before['points'][0] or not before['points'][0]['readings'], 'what was done before the kill was kept')
page = page_holds(out, ['first', 'second', 'third'], 'finished')
check(page.pictures >= 3 * 2 + 2 + 3, f'the page has its figures and curves: {page.pictures}')
check('2.9485' in page.text and '<b>small</b>' not in page.text and '&lt;b&gt;small' in page.text, 'the report\'s value; escaped title')
check(run('runs', 'verify', out / 'first').returncode == 0, 'a row is a run folder like any other')
again = time.time()
check(run(*command[1:], '--json').returncode == 0 and time.time() - again < 20, 'a finished study is not run again')

# Every study that ships, in seconds. Those whose recipes are not in this build yet are refused for that reason alone.
listed = json.loads(run('reproduce', '--list', '--json').stdout)['studies']
shipped = sorted(path.stem for path in (source / 'assets/studies').glob('*.toml'))
check(len(shipped) >= 25 and [card['study'] for card in listed] == shipped and not any(card['problem'] for card in listed),
      f'{len(listed)} studies are listed, {len(shipped)} ship')
recipes = {path.stem for path in (source / 'assets/recipes').glob('*.toml')}
have_recipes = any(name.startswith('report') for name in recipes)
write_classes(folder / 'data' / 'classes')
ran = 0
for card in listed:
    name, out = card['study'], folder / card['study']
    data = folder / 'data' / 'classes' if card['report'] == 5 or 'classifier' in name else 'faces:64'
    done = run('reproduce', name, '--budget', '0.01', '--data', data, '--at-once', '1', '--out', out, '--json', *sets(tiny), timeout=600)
    if not have_recipes:
        check(done.returncode == 2 and 'unknown recipe' in done.stderr, f'{name}: waits for its recipes')
        continue
    ran += 1
    report = json.loads(done.stdout or '{}')
    check(done.returncode == 0, f'{name}: exit {done.returncode} {done.stderr[-300:]}')
    check([r['row'] for r in report.get('rows', [])] == card['rows'], f'{name}: all rows in the answer')
    check(all(r['state'] == 'done' and r['steps'] > 0 for r in report.get('rows', [])), f'{name}: all rows were trained')
    if (out / 'index.html').exists():
        page = page_holds(out, card['rows'], name)
        check('0.01 minutes of training a row' in page.text, f'{name}: the page tells the budget')
    shutil.rmtree(out, ignore_errors=True)
check(ran == len(listed) or not have_recipes, f'{ran} studies were run')

shutil.rmtree(folder, ignore_errors=True)
sys.exit(1 if failures else 0)
