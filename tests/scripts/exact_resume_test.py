#!/usr/bin/env python3
"""A night's run is the same run, whatever happened to it: trained in one go; stopped and gone on with; killed and gone on
with; measured, sampled and exported while it trained. Every tensor of the last checkpoint is compared, byte for byte.

On two threads, one recipe in float32 and one in the precision that the processor has. tests/unit/training/recipes_test.cpp does the same for
every recipe, on one thread and without files.
"""
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from command_line import Trial, program, read_safetensors  # noqa: E402

STEPS = 240
trial = Trial('exact')
check = trial.check


def settings(*more):
    return sum((['--set', s] for s in ('image.size=32', 'generator.width=8', 'discriminator.width=8', 'latent.size=16', 'train.batch=16',
                                       'train.threads=2', 'train.checkpoint_minutes=0.01', 'train.sample_every_seconds=1',
                                       'train.keep_checkpoints=3', *more)), [])


def begin(run, steps, more, recipe='quick'):
    what = ['--resume'] if (run / 'run.json').exists() else ['--data', 'faces:200', '--recipe', recipe, *more]
    return subprocess.Popen([program, 'train', '--out', str(run), '--steps', str(steps), *what], env=trial.environment,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def finish(process, wanted=0):
    said = process.communicate(timeout=300)[1]
    return check(process.returncode == wanted, f'exit {process.returncode} {said[-200:]}')


def checkpoints(run):
    return sorted(int(path.stem[5:]) for path in (run / 'checkpoints').glob('step-*.safetensors'))


def first_checkpoint(run, process):
    while process.poll() is None and not checkpoints(run):
        time.sleep(0.01)
    return (checkpoints(run) or [0])[0]


def tensors(run):
    """Names, types, shapes and bytes; what only tells of the way there (seconds, the version) is left out."""
    header, body = read_safetensors(run / 'checkpoints' / f'step-{STEPS}.safetensors')
    return {name: (entry['dtype'], entry['shape'], body[slice(*entry['data_offsets'])]) for name, entry in header.items()
            if name != '__metadata__'}


def same(one, other, what):
    left, right = tensors(one), tensors(other)
    differing = [name for name in left if left[name] != right.get(name)]
    check(len(left) > 20 and left.keys() == right.keys() and not differing, f'{what}: {len(left)} tensors, {differing[:3]} differ')


for recipe, precision in (('dcgan', 'float32'), ('quick', 'auto')):
    name = f'{recipe}, {precision}'
    more = settings(f'train.precision={precision}', 'measure.live=false')
    folder = trial.folder / f'{recipe}-{precision}'
    folder.mkdir()
    whole, stopped, killed = folder / 'whole', folder / 'stopped', folder / 'killed'
    finish(begin(whole, STEPS, more, recipe))

    finish(begin(stopped, STEPS // 2, more, recipe))
    finish(begin(stopped, STEPS, more))
    same(whole, stopped, f'{name}: stopped half way')

    process = begin(killed, STEPS, more, recipe)
    at = first_checkpoint(killed, process)
    time.sleep(0.1)  # some steps that are lost
    process.send_signal(signal.SIGKILL)
    process.communicate()
    check(0 < at < STEPS and process.returncode == -signal.SIGKILL, f'{name}: killed after the checkpoint of step {at}')
    finish(begin(killed, STEPS, more))
    same(whole, killed, f'{name}: killed')

    # Live measures of every kind and other programs that look at the run, all while it trains.
    watched = folder / 'watched'
    process = begin(watched, STEPS, settings(f'train.precision={precision}', 'measure.live=true', 'measure.share=1', 'measure.count=16'), recipe)
    first_checkpoint(watched, process)
    for words in (('sample', watched, '--count', '4', '--out', folder / 'grid.png'),
                  ('interpolate', watched, '--from', '1', '--to', '2', '--steps', '8', '--out', folder / 'strip.png'),
                  ('runs', 'export', watched, '--out', folder / 'generator.safetensors')):
        done = trial.run(*words)
        check(done.returncode == 0, f'{recipe}: {words[0]} beside training {done.stderr[-200:]}')
    finish(process)
    same(whole, watched, f'{recipe}: measured and looked at')
trial.finish()
