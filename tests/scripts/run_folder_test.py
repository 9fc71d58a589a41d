#!/usr/bin/env python3
"""A run's folder while it is trained: two programs on one run, what is measured meanwhile, a folder that is taken away and comes back, or does not."""
import json
import shutil
import signal
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
from command_line import SMALL, Trial, program, read_only  # noqa: E402

trial = Trial('run-folder')
folder, check, refused, run = trial.folder, trial.check, trial.refused, trial.run
TINY = SMALL + sum((['--set', s] for s in ('generator.width=4', 'discriminator.width=4', 'train.checkpoint_minutes=0.01', 'train.log_every=1',
                                           'train.threads=1')), [])


class Training:
    """`ganvas train` in the background; what it says is kept line by line."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([program, 'train', '--steps', '1000000000', '--json', *map(str, arguments)], env=trial.environment,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.said = []
        self.listener = threading.Thread(target=lambda: self.said.extend(self.process.stderr))
        self.listener.start()

    def wait_for(self, condition, seconds=60):
        end = time.time() + seconds
        while time.time() < end and self.process.poll() is None and not condition():
            time.sleep(0.02)
        return condition()

    def says(self, words):
        return self.wait_for(lambda: any(words in line for line in self.said))

    def end(self, asked=signal.SIGTERM):
        self.process.send_signal(asked)
        self.process.wait(timeout=60)
        self.listener.join()
        self.process.stdout.close()
        return self.process.returncode


def checkpoints(place):
    return {path.name for path in (place / 'checkpoints').glob('*.safetensors')}


# ---- two programs on one run -------------------------------------------------------------------------------------------
place = folder / 'run'
first = Training('--data', 'faces:64', '--out', place, *TINY)
check(first.wait_for(lambda: checkpoints(place)), 'a run is trained')
refused(1, 'train', '--resume', '--out', place, '--steps', 5, words=f'another program is working on this run, process {first.process.pid} (')
refused(2, 'train', '--data', 'faces:64', '--out', place, '--steps', 5, *TINY, words='--resume')
check(run('runs', 'verify', place).returncode == 0, 'reading needs no lock')
check(first.process.poll() is None, 'the first goes on')

# ---- a run that goes on elsewhere ----------------------------------------------------------------------------------------
moved = folder / 'moved'
check(run('train', '--data', 'faces:64', '--out', moved, '--steps', 3, *TINY).returncode == 0, 'a run ends')
description = json.loads((moved / 'run.json').read_text())
had, description['versions']['precision'] = description['versions']['precision'], 'of another processor'
(moved / 'run.json').write_text(json.dumps(description))
went_on = run('train', '--resume', '--out', moved, '--steps', 5)
check(went_on.returncode == 0 and f'it goes on with precision {had}, where it had of another processor' in went_on.stderr,
      f'what a run goes on with is said: {went_on.stderr}')
check('it goes on with' not in run('train', '--resume', '--out', moved, '--steps', 6).stderr, 'and only where it differs')

# ---- what is measured beside training ----------------------------------------------------------------------------------
measured = folder / 'measured'


def distances():
    table = measured / 'metrics.csv'
    return [line for line in table.read_text().splitlines() if line.startswith('distance,')] if table.exists() else []


second = Training('--data', 'faces:64', '--out', measured, *TINY, '--set', 'measure.live=true', '--set', 'measure.count=64', '--set', 'measure.share=1')
check(second.wait_for(lambda: len(distances()) > 1), f'distances join the run while it trains: {distances()}')
second.end()
check(all(',lite0-96,' in line for line in distances()) and int(distances()[0].split(',')[1]) > 0, 'with their features, and none of an untrained model')
check((measured / 'diversity.csv').exists(), 'measures of mode collapse too')
found = trial.json('runs', 'list', measured.parent)
check(any(entry.get('best_distance') for entry in found.get('runs', [])), f'the run shows its best: {found}')

# ---- the folder is taken away, and comes back ----------------------------------------------------------------------------
place.rename(folder / 'away')
check(first.says("the run's folder is gone"), f'it is said that the folder is gone: {first.said}')
time.sleep(1.5)
check(first.process.poll() is None and not place.exists(), 'training goes on, and makes no folder of its own')
said = len(first.said)
check(said <= 4, f'each is said once: {first.said}')
(folder / 'away').rename(place)
before = checkpoints(place)
check(first.wait_for(lambda: checkpoints(place) - before), 'checkpoints come again')
check(first.end() == 130 and run('runs', 'verify', place).returncode == 0, 'the run is whole')
steps = [int(line.split(',')[1]) for line in (place / 'metrics.csv').read_text().splitlines()[1:] if line.startswith('training')]
check(steps == list(range(1, len(steps) + 1)), 'no row is missing and none comes twice')

# ---- it does not come back, or another run is made in its place ------------------------------------------------------------
lost = Training('--resume', '--out', place)
before = checkpoints(place)
lost.wait_for(lambda: checkpoints(place) - before)
place.rename(folder / 'gone')
lost.says('is gone')
check(lost.end() == 1 and lost.said[-1].startswith('ganvas: error: step ') and "the run's folder is gone" in lost.said[-1] and not place.exists(),
      f'the end says that it could not be saved: {lost.said}')
old = Training('--resume', '--out', folder / 'gone')
before = checkpoints(folder / 'gone')
old.wait_for(lambda: checkpoints(folder / 'gone') - before)
shutil.move(folder / 'gone', folder / 'third')
fresh = trial.json('train', '--data', 'faces:64', '--out', folder / 'gone', '--steps', 4, *TINY)
check(old.says("another run is in this run's folder now"), f'the first keeps out of the new one: {old.said}')
check(old.end() == 1 and checkpoints(folder / 'gone') == {'step-4.safetensors'} and fresh.get('steps') == 4, 'the new run is untouched')
check(run('runs', 'verify', folder / 'gone').returncode == 0, 'and sound')

# ---- two at once in one new folder ---------------------------------------------------------------------------------------
for attempt in range(3):
    both = folder / f'both-{attempt}'
    pair = [Training('--data', 'faces:64', '--out', both, *TINY) for _ in range(2)]
    end = time.time() + 60
    while time.time() < end and all(one.process.poll() is None for one in pair):
        time.sleep(0.02)
    loser, winner = sorted(pair, key=lambda one: one.process.poll() is None)
    check(winner.wait_for(lambda: checkpoints(both)), 'one of two that begin in the same new folder trains')
    check(loser.end() in (1, 2) and len(loser.said) == 1 and ('another program' in loser.said[0] or '--resume' in loser.said[0]),
          f'the other is refused: {loser.said}')
    check(winner.end() == 130 and run('runs', 'verify', both).returncode == 0, 'and the run stays')

# ---- a folder that nobody may write to, and a report that does not get out ---------------------------------------------------
locked = read_only(place.parent / 'third')
if locked:
    refused(1, 'train', '--resume', '--out', folder / 'third', '--steps', 10 ** 9, before=locked, words='Read-only')
else:
    print('note: mounting is not allowed here, so a read-only folder was not tried')
with open('/dev/full', 'w') as full:
    done = subprocess.run([program, 'settings', '--json'], stdout=full, stderr=subprocess.PIPE, text=True, env=trial.environment)
check(done.returncode == 1 and 'No space left' in done.stderr and done.stderr.count('\n') == 1, f'a report into a full disk: {done.stderr}')
trial.finish()
