#!/usr/bin/env python3
"""`ganvas reproduce` end to end: a study on tiny data is killed and goes on; studies that share runs train them once; one of
those that ship is run with a budget of seconds (reproduce_all_test.py runs every one of them).
"""
import json
import signal
import subprocess
import sys
import time

from reproduce_support import (data_of, environment, finish, folder, check, page_holds, program, refused, run, sets, source,
                               study_holds, tiny, Page)

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
refused(2, 'reproduce', study, '--out', folder / 'x', '--seeds', '1,two', says='not a list of seeds')
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

# Each row with several seeds: the mean of its runs, with their deviation.
out = folder / 'seeds'
done = run('reproduce', study, '--only', 'second', '--seeds', '3,4', '--at-once', '1', *small, '--out', out, '--json')
row = next((row for row in json.loads(done.stdout or '{}').get('rows', []) if row['row'] == 'second'), {})
loss = next((cell for cell in row.get('values', []) if cell['column'] == 'loss'), {})
check(done.returncode == 0 and loss.get('std', 0) > 0 and '2 seeds' in loss.get('badge', ''), f'two seeds: {done.stderr[-200:]} {loss}')
check(sorted(path.name for path in out.iterdir() if (path / 'run.json').exists()) == ['second-seed-3', 'second-seed-4'], 'a run for each seed')

# Two studies of which the second has rows of the first: trained once, killed in between, told on the pages.
other = folder / 'other.toml'
other.write_text(study.read_text().replace('recipe = "quick"', 'recipe = "dcgan"\nset = { "latent.size" = 12 }'))
both = folder / 'both'
command = [program, 'reproduce', str(study), str(other), '--out', str(both), '--at-once', '1', '--json', *sets(tiny + [
    'image.size=32', 'train.sample_every_seconds=1'])]
running = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
for _ in range(1200):
    if running.poll() is not None or (both / 'own' / 'index.html').exists():
        break
    time.sleep(0.05)
running.send_signal(signal.SIGKILL)
running.wait()
done = run(*command[1:])
answer = json.loads(done.stdout or '{}')
check(done.returncode == 0, f'two studies: exit {done.returncode} {done.stderr[-300:]}')
check('2 studies, 6 rows, 4 runs to train' in done.stderr, f'what is ahead is told: {done.stderr[:200]}')
runs = sorted(path.name for path in (both / 'trainings').iterdir() if (path / 'run.json').exists())
check(len(runs) == 4, f'four runs for six rows: {runs}')
views = {view['study']: view for view in answer.get('studies', [])}
rows = {f'{name}/{row["row"]}': row for name, view in views.items() for row in view['rows']}
check(all(row['state'] == 'done' and row['steps'] == 60 for row in rows.values()) and len(rows) == 6, 'all six rows are done')
check(rows['own/first']['shared_with'] == ['other/first'] and rows['own/first']['run'] == rows['other/first']['run']
      and rows['own/third']['shared_with'] == [], 'shared rows name each other')
page = page_holds(both / 'other', ['first', 'second', 'third'], 'other')
check('the same run as own/first' in page.text, 'the page says that the run is shared')
overview = Page(both / 'index.html')
check(overview.studies == ['own', 'other'] and overview.outside == ['own/index.html', 'other/index.html'],
      f'the overview leads to both: {overview.outside}')
check(run('runs', 'verify', both / 'trainings' / runs[0]).returncode == 0, 'a shared run is a run folder like any other')

# Features of the user's choice.
refused(2, 'reproduce', study, '--out', folder / 'x', '--extractor', 'inception', says='--weights')
refused(1, 'reproduce', study, '--out', folder / 'x', '--extractor', 'inception', '--weights', folder / 'none', says='no such file')
refused(2, 'reproduce', study, '--out', folder / 'x', '--extractor', 'incepton', says='unknown extractor')
refused(2, 'reproduce', study, '--out', folder / 'x', '--weights', study, says='--extractor inception')
refused(2, 'reproduce', study, other, '--out', folder / 'x', '--only', 'first', says='one study')

# One of the studies that ship, in seconds, with what the answer of a single one holds.
listed = json.loads(run('reproduce', '--list', '--json').stdout)['studies']
shipped = sorted(path.stem for path in (source / 'assets/studies').glob('*.toml'))
check(len(shipped) >= 25 and [card['study'] for card in listed] == shipped and not any(card['problem'] for card in listed),
      f'{len(listed)} studies are listed, {len(shipped)} ship')
card = next(card for card in listed if card['study'] == 'report1-interpolation')
out = folder / card['study']
done = run('reproduce', card['study'], '--budget', '0.01', '--data', data_of(card), '--at-once', '1', '--out', out, '--json',
           *sets(tiny), timeout=600)
check(done.returncode == 0, f'{card["study"]}: exit {done.returncode} {done.stderr[-300:]}')
if done.stdout:
    study_holds(json.loads(done.stdout), out, card['rows'], '0.01')

sys.exit(finish())
