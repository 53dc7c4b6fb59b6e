/** logging, argparse, io and other modules about text, files and bytes. */
export const TEXTS: Readonly<Record<string, string>> = {
  logging: String.raw`
import sys, time, os, threading
CRITICAL = FATAL = 50; ERROR = 40; WARNING = WARN = 30; INFO = 20; DEBUG = 10; NOTSET = 0
_names = {50: 'CRITICAL', 40: 'ERROR', 30: 'WARNING', 20: 'INFO', 10: 'DEBUG', 0: 'NOTSET'}
_levels = {'CRITICAL': 50, 'FATAL': 50, 'ERROR': 40, 'WARN': 30, 'WARNING': 30, 'INFO': 20, 'DEBUG': 10, 'NOTSET': 0}
def getLevelName(level): return _names.get(level, _levels.get(level, 'Level %s' % level))
def addLevelName(level, name): _names[level] = name; _levels[name] = level
def getLevelNamesMapping(): return dict(_levels)
def _level(level):
    if isinstance(level, int): return level
    if level not in _levels: raise ValueError('Unknown level: %r' % level)
    return _levels[level]
BASIC_FORMAT = '%(levelname)s:%(name)s:%(message)s'
class LogRecord:
    def __init__(self, name, level, pathname, lineno, msg, args, exc_info, func=None, sinfo=None, **kw):
        ct = time.time()
        self.name = name; self.msg = msg; self.args = args[0] if len(args) == 1 and isinstance(args[0], dict) and args[0] else args
        self.levelname = getLevelName(level); self.levelno = level; self.pathname = pathname; self.filename = pathname.split('/')[-1]; self.module = self.filename.rpartition('.')[0] or self.filename
        self.exc_info = exc_info; self.exc_text = None; self.stack_info = sinfo; self.lineno = lineno; self.funcName = func
        self.created = ct; self.msecs = int((ct - int(ct)) * 1000); self.relativeCreated = (ct - _start) * 1000
        self.thread = threading.get_ident(); self.threadName = threading.current_thread().name; self.process = os.getpid(); self.processName = 'MainProcess'; self.taskName = None
    def getMessage(self):
        msg = str(self.msg)
        return msg % self.args if self.args else msg
_start = time.time()
class Formatter:
    default_time_format = '%Y-%m-%d %H:%M:%S'
    converter = time.localtime
    def __init__(self, fmt=None, datefmt=None, style='%', validate=True, *, defaults=None):
        self._fmt = fmt or ('%(message)s' if style == '%' else '{message}'); self.datefmt = datefmt; self._style = style
    def formatTime(self, record, datefmt=None):
        if datefmt: return time.strftime(datefmt, time.localtime(record.created))
        return '%s,%03d' % (time.strftime(self.default_time_format, time.localtime(record.created)), record.msecs)
    def formatException(self, ei):
        import traceback
        return ''.join(traceback.format_exception(ei[1])).rstrip('\n')
    def format(self, record):
        record.message = record.getMessage()
        record.asctime = self.formatTime(record, self.datefmt) if 'asctime' in self._fmt else ''
        s = self._fmt % record.__dict__ if self._style == '%' else self._fmt.format(**record.__dict__)
        if record.exc_info and record.exc_info[1] is not None: s = s.rstrip('\n') + '\n' + self.formatException(record.exc_info)
        return s
class Filter:
    def __init__(self, name=''): self.name = name
    def filter(self, record): return not self.name or record.name == self.name or record.name.startswith(self.name + '.')
class Filterer:
    def addFilter(self, f): self.filters.append(f)
    def removeFilter(self, f): self.filters.remove(f)
    def filter(self, record): return all([(f.filter(record) if hasattr(f, 'filter') else f(record)) for f in self.filters])
class Handler(Filterer):
    def __init__(self, level=NOTSET): self.level = _level(level); self.formatter = None; self.filters = []; self.name = None
    def setLevel(self, level): self.level = _level(level)
    def setFormatter(self, f): self.formatter = f
    def format(self, record): return (self.formatter or _default).format(record)
    def handle(self, record):
        if self.filter(record): self.emit(record)
    def flush(self): pass
    def close(self): pass
    def emit(self, record): raise NotImplementedError('emit must be implemented by Handler subclasses')
_default = Formatter()
class NullHandler(Handler):
    def emit(self, record): pass
class StreamHandler(Handler):
    terminator = '\n'
    def __init__(self, stream=None):
        Handler.__init__(self)
        self.stream = stream or sys.stderr
    def emit(self, record):
        self.stream.write(self.format(record) + self.terminator)
        self.stream.flush()
    def flush(self): self.stream.flush()
class FileHandler(StreamHandler):
    def __init__(self, filename, mode='a', encoding=None, delay=False, errors=None):
        StreamHandler.__init__(self, open(filename, mode))
        self.baseFilename = os.path.abspath(filename)
    def close(self): self.stream.close()
_last = StreamHandler(); _last.setLevel(WARNING)
class Logger(Filterer):
    def __init__(self, name, level=NOTSET): self.name = name; self.level = _level(level); self.parent = None; self.propagate = True; self.handlers = []; self.disabled = False; self.filters = []
    def setLevel(self, level): self.level = _level(level)
    def getEffectiveLevel(self):
        l = self
        while l:
            if l.level: return l.level
            l = l.parent
        return NOTSET
    def isEnabledFor(self, level): return not self.disabled and level > _disabled[0] and level >= self.getEffectiveLevel()
    def addHandler(self, h):
        if h not in self.handlers: self.handlers.append(h)
    def removeHandler(self, h):
        if h in self.handlers: self.handlers.remove(h)
    def hasHandlers(self):
        l = self
        while l:
            if l.handlers: return True
            l = l.parent if l.propagate else None
        return False
    def getChild(self, suffix): return getLogger(self.name + '.' + suffix if self is not root else suffix)
    def _log(self, level, msg, args, exc_info=None, extra=None, stack_info=False, stacklevel=1):
        if exc_info:
            if isinstance(exc_info, BaseException): exc_info = (type(exc_info), exc_info, None)
            elif not isinstance(exc_info, tuple): exc_info = sys.exc_info()
        record = LogRecord(self.name, level, sys.argv[0] or '<string>', 0, msg, args, exc_info)
        for k, v in (extra or {}).items(): setattr(record, k, v)
        self.handle(record)
    def handle(self, record):
        if self.disabled or not self.filter(record): return
        found = 0; l = self
        while l:
            for h in l.handlers:
                found += 1
                if record.levelno >= h.level: h.handle(record)
            l = l.parent if l.propagate else None
        if not found and record.levelno >= WARNING: print(_default.format(record), file=sys.stderr)
    def debug(self, msg, *args, **kw):
        if self.isEnabledFor(DEBUG): self._log(DEBUG, msg, args, **kw)
    def info(self, msg, *args, **kw):
        if self.isEnabledFor(INFO): self._log(INFO, msg, args, **kw)
    def warning(self, msg, *args, **kw):
        if self.isEnabledFor(WARNING): self._log(WARNING, msg, args, **kw)
    warn = warning
    def error(self, msg, *args, **kw):
        if self.isEnabledFor(ERROR): self._log(ERROR, msg, args, **kw)
    def exception(self, msg, *args, exc_info=True, **kw): self.error(msg, *args, exc_info=exc_info, **kw)
    def critical(self, msg, *args, **kw):
        if self.isEnabledFor(CRITICAL): self._log(CRITICAL, msg, args, **kw)
    fatal = critical
    def log(self, level, msg, *args, **kw):
        if self.isEnabledFor(level): self._log(level, msg, args, **kw)
    def __repr__(self): return '<%s %s (%s)>' % ('RootLogger' if self is root else 'Logger', self.name, getLevelName(self.getEffectiveLevel()))
root = Logger('root', WARNING)
_all = {}
_disabled = [-1]
def disable(level=CRITICAL): _disabled[0] = level
def getLogger(name=None):
    if not name or name == 'root': return root
    if name not in _all:
        l = _all[name] = Logger(name)
        parts = name.split('.')
        l.parent = root
        for i in range(len(parts) - 1, 0, -1):
            if '.'.join(parts[:i]) in _all:
                l.parent = _all['.'.join(parts[:i])]
                break
        for n, c in _all.items():
            if n.startswith(name + '.') and (c.parent is root or len(c.parent.name) < len(name)): c.parent = l
    return _all[name]
def basicConfig(*, filename=None, filemode='a', format=None, datefmt=None, style='%', level=None, stream=None, handlers=None, force=False, encoding=None, errors=None):
    if force: root.handlers.clear()
    if not root.handlers:
        for h in handlers or [FileHandler(filename, filemode) if filename else StreamHandler(stream)]:
            if h.formatter is None: h.setFormatter(Formatter(format or (BASIC_FORMAT if style == '%' else '{levelname}:{name}:{message}'), datefmt, style))
            root.addHandler(h)
        if level is not None: root.setLevel(level)
def _to(name):
    def call(msg, *args, **kw):
        if not root.handlers: basicConfig()
        getattr(root, name)(msg, *args, **kw)
    return call
debug = _to('debug'); info = _to('info'); warning = warn = _to('warning'); error = _to('error'); exception = _to('exception'); critical = fatal = _to('critical')
def log(level, msg, *args, **kw):
    if not root.handlers: basicConfig()
    root.log(level, msg, *args, **kw)
def shutdown(): pass
def captureWarnings(x): pass
class LoggerAdapter:
    def __init__(self, logger, extra=None): self.logger = logger; self.extra = extra
    def __getattr__(self, name): return getattr(self.logger, name)
`,
};
