/** itertools, heapq, bisect and contextlib. */
export const ITERATING: Readonly<Record<string, string>> = {
  itertools: String.raw`
def count(start=0, step=1):
    while True:
        yield start
        start += step
def cycle(it):
    saved = []
    for x in it:
        yield x
        saved.append(x)
    while saved:
        for x in saved: yield x
def repeat(x, times=None):
    if times is None:
        while True: yield x
    for _ in range(times): yield x
class chain:
    def __init__(self, *its): self._it = _chain(its)
    def __iter__(self): return self
    def __next__(self): return next(self._it)
    @classmethod
    def from_iterable(cls, its): return cls(*its) if isinstance(its, (list, tuple)) else _chain(its)
def _chain(its):
    for it in its:
        for x in it: yield x
def islice(it, *args):
    s = slice(*args)
    start, stop, step = s.start or 0, s.stop, s.step or 1
    if stop is not None and start >= stop: return
    want = start
    for i, x in enumerate(it):
        if i == want:
            yield x
            want += step
        if stop is not None and want >= stop: return
def takewhile(f, it):
    for x in it:
        if not f(x): return
        yield x
def dropwhile(f, it):
    it = iter(it)
    for x in it:
        if not f(x):
            yield x
            break
    for x in it: yield x
def filterfalse(f, it):
    for x in it:
        if not (f(x) if f else x): yield x
def starmap(f, it):
    for args in it: yield f(*args)
def accumulate(it, func=None, *, initial=None):
    it = iter(it)
    total = initial
    if initial is None:
        try: total = next(it)
        except StopIteration: return
    yield total
    for x in it:
        total = func(total, x) if func else total + x
        yield total
def compress(data, selectors):
    for d, s in zip(data, selectors):
        if s: yield d
def pairwise(it):
    it = iter(it)
    try: a = next(it)
    except StopIteration: return
    for b in it:
        yield a, b
        a = b
def batched(it, n):
    it = iter(it)
    while batch := tuple(islice(it, n)): yield batch
def zip_longest(*its, fillvalue=None):
    its = [iter(i) for i in its]
    live = len(its)
    done = [False] * live
    while True:
        row = []
        for i, it in enumerate(its):
            if not done[i]:
                try:
                    row.append(next(it)); continue
                except StopIteration:
                    done[i] = True; live -= 1
            row.append(fillvalue)
        if live == 0: return
        yield tuple(row)
def tee(it, n=2):
    items = list(it)
    return tuple([iter(items) for _ in range(n)])
def groupby(it, key=None):
    group = []; last = None; first = True
    for x in it:
        k = key(x) if key else x
        if first or k != last:
            if not first: yield last, iter(group)
            group = []; last = k; first = False
        group.append(x)
    if not first: yield last, iter(group)
def product(*its, repeat=1):
    pools = [tuple(i) for i in its] * repeat
    def go(i):
        if i == len(pools):
            yield ()
            return
        for x in pools[i]:
            for rest in go(i + 1): yield (x,) + rest
    return go(0)
def permutations(it, r=None):
    pool = tuple(it); n = len(pool); r = n if r is None else r
    def go(used):
        if len(used) == r:
            yield tuple([pool[i] for i in used])
            return
        for i in range(n):
            if i not in used: yield from go(used + (i,))
    return go(())
def combinations(it, r):
    pool = tuple(it); n = len(pool)
    def go(start, chosen):
        if len(chosen) == r:
            yield tuple(chosen)
            return
        for i in range(start, n): yield from go(i + 1, chosen + [pool[i]])
    return go(0, [])
def combinations_with_replacement(it, r):
    pool = tuple(it); n = len(pool)
    def go(start, chosen):
        if len(chosen) == r:
            yield tuple(chosen)
            return
        for i in range(start, n): yield from go(i, chosen + [pool[i]])
    return go(0, [])
`,
  heapq: String.raw`
def heappush(h, x):
    h.append(x)
    i = len(h) - 1
    while i > 0:
        p = (i - 1) >> 1
        if not h[i] < h[p]: break
        h[i], h[p] = h[p], h[i]
        i = p
def _down(h, i):
    n = len(h)
    while True:
        c = 2 * i + 1
        if c >= n: return
        if c + 1 < n and h[c + 1] < h[c]: c += 1
        if not h[c] < h[i]: return
        h[i], h[c] = h[c], h[i]
        i = c
def heappop(h):
    last = h.pop()
    if not h: return last
    top, h[0] = h[0], last
    _down(h, 0)
    return top
def heapify(h):
    for i in range(len(h) // 2 - 1, -1, -1): _down(h, i)
def heapreplace(h, x):
    top, h[0] = h[0], x
    _down(h, 0)
    return top
def heappushpop(h, x):
    if h and h[0] < x: return heapreplace(h, x)
    return x
def nlargest(n, it, key=None): return sorted(it, key=key, reverse=True)[:n]
def nsmallest(n, it, key=None): return sorted(it, key=key)[:n]
def merge(*its, key=None, reverse=False): return iter(sorted([x for i in its for x in i], key=key, reverse=reverse))
`,
  bisect: `
def bisect_left(a, x, lo=0, hi=None):
    hi = len(a) if hi is None else hi
    while lo < hi:
        m = (lo + hi) // 2
        if a[m] < x: lo = m + 1
        else: hi = m
    return lo
def bisect_right(a, x, lo=0, hi=None):
    hi = len(a) if hi is None else hi
    while lo < hi:
        m = (lo + hi) // 2
        if x < a[m]: hi = m
        else: lo = m + 1
    return lo
bisect = bisect_right
def insort(a, x): a.insert(bisect_right(a, x), x)
insort_right = insort
def insort_left(a, x): a.insert(bisect_left(a, x), x)
`,
  contextlib: String.raw`
import sys
from functools import wraps
class AbstractContextManager:
    def __enter__(self): return self
    def __exit__(self, *a): return None
class _Manager:
    def __init__(self, gen): self.gen = gen
    def __enter__(self):
        try: return next(self.gen)
        except StopIteration: raise RuntimeError("generator didn't yield") from None
    def __exit__(self, typ, value, tb):
        if typ is None:
            try: next(self.gen)
            except StopIteration: return False
            raise RuntimeError("generator didn't stop")
        try: self.gen.throw(value)
        except StopIteration as e: return e is not value
        except BaseException as e:
            if e is value: return False
            raise
        raise RuntimeError("generator didn't stop after throw()")
    def __call__(self, fn):
        return fn
def contextmanager(fn):
    @wraps(fn)
    def helper(*args, **kw): return _Manager(fn(*args, **kw))
    return helper
class suppress:
    def __init__(self, *excs): self.excs = excs
    def __enter__(self): return self
    def __exit__(self, typ, value, tb): return typ is not None and issubclass(typ, self.excs)
class closing:
    def __init__(self, thing): self.thing = thing
    def __enter__(self): return self.thing
    def __exit__(self, *a): self.thing.close()
class nullcontext:
    def __init__(self, enter_result=None): self.enter_result = enter_result
    def __enter__(self): return self.enter_result
    def __exit__(self, *a): pass
class redirect_stdout:
    _name = 'stdout'
    def __init__(self, to): self.to = to
    def __enter__(self):
        self.old = getattr(sys, self._name); setattr(sys, self._name, self.to)
        return self.to
    def __exit__(self, *a): setattr(sys, self._name, self.old)
class redirect_stderr(redirect_stdout):
    _name = 'stderr'
class ExitStack:
    def __init__(self): self._all = []
    def enter_context(self, cm):
        value = cm.__enter__(); self._all.append(cm.__exit__)
        return value
    def callback(self, fn, *args, **kw):
        self._all.append(lambda *e: fn(*args, **kw) and False)
        return fn
    def push(self, x):
        self._all.append(x.__exit__ if hasattr(x, '__exit__') else x)
        return x
    def close(self): self.__exit__(None, None, None)
    def __enter__(self): return self
    def __exit__(self, typ, value, tb):
        swallowed = False
        while self._all:
            if self._all.pop()(typ, value, tb):
                swallowed = True; typ = value = tb = None
        return swallowed
`,
};
