"""What the figures have in common: what a process takes, and how a figure is told."""
import os
import re
import statistics
import subprocess
import sys
import time

figures = {}  # name -> number, or {'ours': ..., 'tdlib': ..., 'ratio': ...}: build/bench.json


def rss(pid):
    """(resident, private) kilobytes."""
    fields = {}
    with open('/proc/%d/smaps_rollup' % pid, encoding='ascii') as f:
        for line in f:
            word = line.split()
            if word[0].endswith(':'):
                fields[word[0][:-1]] = int(word[1])
    return fields['Rss'], fields['Private_Clean'] + fields['Private_Dirty']


def cpu(pid):
    """Seconds of all its threads, to the nanosecond: the CPU clock of another process (clock_getcpuclockid)."""
    return time.clock_gettime((~pid << 3) | 2)


def line(what, text):
    print('%-58s %s' % (what, text), flush=True)


def note(name, ours, theirs=None, ratio=None):
    figures[name] = ours if theirs is None else {'ours': ours, 'tdlib': theirs, 'ratio': ratio}


def wakes(pid):
    """Thread -> how often it fell asleep by itself, and so woke up again."""
    counts = {}
    for task in os.listdir('/proc/%d/task' % pid):
        with open('/proc/%d/task/%s/status' % (pid, task), encoding='ascii') as f:
            counts[int(task)] = int(re.search(r'^voluntary_ctxt_switches:\s*(\d+)', f.read(), re.M).group(1))
    return counts


def settled(pid, quiet=0.01, span=0.7, most=120):
    """Waits until a process has done (almost) nothing for a while; when that began."""
    end, since, before = time.time() + most, time.time(), cpu(pid)
    while time.time() < end and time.time() - since < span:
        time.sleep(0.05)
        now = cpu(pid)
        if now - before > quiet:
            since, before = time.time(), now
    return since


def rss_of_python():
    """Kilobytes of what carries TDLib here: they are not counted against it."""
    process = subprocess.Popen([sys.executable, '-c', 'import ctypes, json, sys; sys.stdin.read()'],
                               stdin=subprocess.PIPE)
    time.sleep(0.5)
    resident = rss(process.pid)[0]
    process.stdin.close()
    process.wait()
    return resident


def held(us):
    """The longest hold of the loop since `loop start`: (CPU milliseconds, on the wall, CPU while libpurple saved)."""
    us.send('loop')
    words = us.hears('loop ').string.split()
    return int(words[1]) / 1000, int(words[2]) / 1000, int(words[4]) / 1000


def note_held(us, name, what, saving=False):
    longest, wall, saved = held(us)
    note(name, round(longest, 1))
    if saving:
        note(name + '_libpurple_saving', round(saved, 1))
    line('longest hold of the loop, %s' % what, '%.1f ms of CPU (%.1f ms on the wall)%s' %
         (longest, wall, '; while libpurple wrote its list %.1f ms' % saved if saving else ''))


def middle(values):
    return statistics.median(values)
