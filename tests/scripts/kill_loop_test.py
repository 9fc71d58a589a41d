#!/usr/bin/env python3
"""Training is killed at random moments and goes on, over and over: the run stays readable, at most one checkpoint interval is
lost, and the metrics have no gap and no step twice. At the end SIGINT, SIGTERM and SIGHUP save and exit 130.

--kills N makes it long (1000 takes about half an hour), --seed S moves the moments.
"""
import argparse
import json
import random
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from command_line import SMALL, Trial, program, read_safetensors  # noqa: E402

EVERY = 3  # steps a row of metrics.csv: no divisor of what a checkpoint happens to stand at
INTERVAL = 0.6  # seconds of training between checkpoints, the shortest that there is
TINY = SMALL + sum((['--set', s] for s in ('generator.width=4', 'discriminator.width=4', f'train.checkpoint_minutes={INTERVAL / 60}',
                                           f'train.log_every={EVERY}', 'train.sample_every_seconds=1', 'train.threads=1',
                                           'train.keep_checkpoints=2')), [])
RUNS = 50  # kills before a new run is begun: reading a run takes the longer the more it holds

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument('--kills', type=int, default=15)
parser.add_argument('--seed', type=int, default=1)
arguments = parser.parse_args()
print(f'seed {arguments.seed}')
trial, moments = Trial('kill'), random.Random(arguments.seed)
folder, check = trial.folder, trial.check
started = time.time()


def rows(run):
    """Step and seconds of the training rows in metrics.csv, as they lie there; a last row without its end is none."""
    try:
        text = (run / 'metrics.csv').read_text()
    except FileNotFoundError:
        return []
    lines = text[:text.rfind('\n') + 1].splitlines()[1:]
    return [(int(cells[1]), float(cells[3])) for cells in (line.split(',') for line in lines) if cells[0] == 'training']


def newest_checkpoint(run):
    """Step and seconds of the newest checkpoint; zeros where there is none yet."""
    steps = [int(path.stem[5:]) for path in (run / 'checkpoints').glob('step-*.safetensors')]
    if not steps:
        return 0, 0.0
    note = read_safetensors(run / 'checkpoints' / f'step-{max(steps)}.safetensors')[0]['__metadata__']
    return int(note['step']), float(note['seconds'])


def begin(run):
    resume = ['--resume'] if (run / 'run.json').exists() else ['--data', 'faces:64', *TINY]
    return subprocess.Popen([program, 'train', '--out', str(run), '--steps', '1000000000', *resume], env=trial.environment,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(condition, process, seconds=60):
    end = time.time() + seconds
    while time.time() < end and process.poll() is None:
        if condition():
            return True
        time.sleep(0.01)
    return condition()


def kill_somewhere(run):
    """A kill at any moment: while it starts and reads the run, or while it trains and saves."""
    process = begin(run)
    if moments.random() < 0.2:
        time.sleep(moments.uniform(0, 1.0))
    else:
        before = newest_checkpoint(run)[0]
        check(wait_for(lambda: newest_checkpoint(run)[0] > before, process), 'a checkpoint comes')
        time.sleep(moments.uniform(0, 1.2 * INTERVAL))
    process.kill()
    said = [line for line in process.communicate()[1].splitlines() if 'it begins again' not in line]
    return process.returncode == -signal.SIGKILL and not said or (process.returncode, said)


def look_at(run, number):
    if not (run / 'run.json').exists():
        return check(not (run / 'metrics.csv').exists(), f'kill {number}: before there was a run')
    info = json.loads((run / 'run.json').read_text())
    training, (step, seconds) = rows(run), newest_checkpoint(run)
    steps = [row[0] for row in training]
    longest_step = max((b[1] - a[1] for a, b in zip(training, training[1:])), default=0)
    last_seconds = training[-1][1] if training else 0.0
    lost = last_seconds - seconds
    last = steps[-1] if steps else 0
    # A row at every third step, as if nothing had happened, and one at each checkpoint.
    check(steps == sorted(set(steps)) and set(range(EVERY, last + 1, EVERY)) <= set(steps) and step in [0, *steps] and info['step'] <= last,
          f'kill {number}: {last} steps without a gap or double, checkpoint at {step}')
    check(lost <= INTERVAL + 2 * longest_step, f'kill {number}: {lost:.2f} s of training lost, steps take up to {longest_step:.2f} s')
    report = trial.run('runs', 'verify', run, '--json')
    return check(report.returncode == 0 and json.loads(report.stdout or '{}').get('sound') is True,
                 f'kill {number}: the run is sound {report.stderr.strip()}')


def leftovers(run):
    return [str(path) for path in run.rglob('*') if '.tmp-' in path.name or path.name.endswith('.set-aside')]


# ---- kills -----------------------------------------------------------------------------------------------------------
run = folder / 'run-0'
for number in range(1, arguments.kills + 1):
    if number % RUNS == 0:
        run = folder / f'run-{number}'
    done = kill_somewhere(run)
    check(done is True, f'kill {number}: nothing was said before it {"" if done is True else done}')
    look_at(run, number)
    if trial.failures:
        break

# ---- signals that let it save ------------------------------------------------------------------------------------------
for asked in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    process = begin(run)
    before = newest_checkpoint(run)[0]
    wait_for(lambda: newest_checkpoint(run)[0] > before, process)
    time.sleep(moments.uniform(0, INTERVAL))
    process.send_signal(asked)
    out, said = process.communicate(timeout=60)
    training, info = rows(run), json.loads((run / 'run.json').read_text())
    check(process.returncode == 130 and newest_checkpoint(run)[0] == training[-1][0] == info['step'] and info['state'] == 'stopped',
          f'{asked.name} saves the last step and exits 130: {process.returncode} {out!r} {said!r}')
    look_at(run, asked.name)
check(not leftovers(run), f'what the kills left half written is gone: {leftovers(run)}')
print(f'{arguments.kills} kills in {time.time() - started:.0f} s, {len(rows(run))} steps')
trial.finish()
