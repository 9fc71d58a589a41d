#!/usr/bin/env python3
"""Every study that ships, in one call, with a budget of seconds on tiny data: killed once, gone on with; each row trained, each
cell a number or a listed reason, each figure a picture. Takes some three minutes on two cores.
"""
import json
import signal
import subprocess
import sys
import time

from reproduce_support import (Page, check, data_of, environment, finish, folder, program, run, sets, study_holds, tiny,
                               write_classes)

listed = json.loads(run('reproduce', '--list', '--json').stdout)['studies']
write_classes(folder / 'data' / 'classes')
ran = 0
for data in ('faces:64', folder / 'data' / 'classes'):
    cards = [card for card in listed if data_of(card) == data]
    out = folder / f'out-{ran}'
    names = [card['study'] for card in cards]
    command = ['reproduce', *names, '--budget', '0.01', '--data', data, '--at-once', '1', '--out', out, '--json', *sets(tiny)]
    running = subprocess.Popen([program, *map(str, command)], env=environment, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    for _ in range(6000):
        if running.poll() is not None or (out / names[1] / 'index.html').exists():
            break
        time.sleep(0.05)
    running.send_signal(signal.SIGKILL)
    running.wait()
    done = run(*command, timeout=800)
    check(done.returncode == 0, f'{len(names)} studies on {data}: exit {done.returncode} {done.stderr[-300:]}')
    print(done.stderr.splitlines()[0] if done.stderr else '', flush=True)
    views = json.loads(done.stdout or '{"studies": []}')['studies']
    check([view['study'] for view in views] == names, f'all of them answered: {len(views)}')
    for card, view in zip(cards, views):
        ran += 1
        study_holds(view, out / card['study'], card['rows'], '0.01')
    overview = Page(out / 'index.html')
    check(overview.studies == names, 'the overview names all of them')
    rows = sum(len(card['rows']) for card in cards)
    runs = sum((path / 'run.json').exists() for path in (out / 'trainings').iterdir())
    check(runs < rows, f'{rows} rows come from {runs} runs')
check(ran == len(listed), f'{ran} of {len(listed)} studies were run')

sys.exit(finish())
