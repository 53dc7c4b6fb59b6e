/** datetime. */
export const TIMES: Readonly<Record<string, string>> = {
  datetime: String.raw`
import time as _t
MINYEAR = 1; MAXYEAR = 9999
_DAYS = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
def _leap(y): return y % 4 == 0 and (y % 100 != 0 or y % 400 == 0)
def _dim(y, m): return 29 if m == 2 and _leap(y) else _DAYS[m]
def _before(y): y -= 1; return y * 365 + y // 4 - y // 100 + y // 400
def _ord(y, m, d): return _before(y) + sum([_dim(y, i) for i in range(1, m)]) + d
def _ymd(n):
    y = max(1, (n * 400) // 146097 - 1)
    while _before(y + 1) < n: y += 1
    n -= _before(y)
    m = 1
    while n > _dim(y, m): n -= _dim(y, m); m += 1
    return y, m, n
class timedelta:
    __slots__ = ('days', 'seconds', 'microseconds')
    def __init__(self, days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0):
        total = round((days * 86400 + weeks * 604800 + hours * 3600 + minutes * 60 + seconds) * 1000000 + milliseconds * 1000 + microseconds)
        self.days, rest = divmod(total, 86400000000)
        self.seconds, self.microseconds = divmod(rest, 1000000)
    def _us(self): return (self.days * 86400 + self.seconds) * 1000000 + self.microseconds
    def total_seconds(self): return self._us() / 1000000
    def __add__(self, o): return timedelta(microseconds=self._us() + o._us()) if isinstance(o, timedelta) else NotImplemented
    def __sub__(self, o): return timedelta(microseconds=self._us() - o._us()) if isinstance(o, timedelta) else NotImplemented
    def __neg__(self): return timedelta(microseconds=-self._us())
    def __abs__(self): return timedelta(microseconds=abs(self._us()))
    def __mul__(self, n): return timedelta(microseconds=self._us() * n)
    __rmul__ = __mul__
    def __truediv__(self, o): return self._us() / o._us() if isinstance(o, timedelta) else timedelta(microseconds=self._us() / o)
    def __floordiv__(self, o): return self._us() // o._us() if isinstance(o, timedelta) else timedelta(microseconds=self._us() // o)
    def __mod__(self, o): return timedelta(microseconds=self._us() % o._us())
    def __eq__(self, o): return isinstance(o, timedelta) and self._us() == o._us()
    def __lt__(self, o): return self._us() < o._us()
    def __le__(self, o): return self._us() <= o._us()
    def __gt__(self, o): return self._us() > o._us()
    def __ge__(self, o): return self._us() >= o._us()
    def __hash__(self): return hash(self._us())
    def __bool__(self): return self._us() != 0
    def __str__(self):
        m, s = divmod(self.seconds, 60); h, m = divmod(m, 60)
        text = '%d:%02d:%02d' % (h, m, s)
        if self.days: text = '%d day%s, %s' % (self.days, '' if abs(self.days) == 1 else 's', text)
        return text + ('.%06d' % self.microseconds if self.microseconds else '')
    def __repr__(self):
        parts = [n + '=' + str(v) for n, v in (('days', self.days), ('seconds', self.seconds), ('microseconds', self.microseconds)) if v]
        return 'datetime.timedelta(' + (', '.join(parts) or '0') + ')'
timedelta.min = timedelta(-999999999); timedelta.resolution = timedelta(microseconds=1)
class tzinfo: pass
class timezone(tzinfo):
    def __init__(self, offset, name=None): self._offset = offset; self._name = name
    def utcoffset(self, dt): return self._offset
    def dst(self, dt): return None
    def tzname(self, dt):
        if self._name: return self._name
        return 'UTC' + (_offset(self._offset) if self._offset else '')
    def __eq__(self, o): return isinstance(o, timezone) and self._offset == o._offset
    def __hash__(self): return hash(self._offset)
    def __str__(self): return self.tzname(None)
    def __repr__(self): return 'datetime.timezone.utc' if self is timezone.utc else 'datetime.timezone(' + repr(self._offset) + ')'
def _offset(d, colon=':'):
    s = d.days * 86400 + d.seconds
    sign = '-' if s < 0 else '+'
    s = abs(s)
    return sign + '%02d%s%02d' % (s // 3600, colon, s // 60 % 60)
timezone.utc = timezone(timedelta(0))
UTC = timezone.utc
def _check(y, m, d):
    if not 1 <= y <= 9999: raise ValueError('year ' + str(y) + ' is out of range')
    if not 1 <= m <= 12: raise ValueError('month must be in 1..12')
    if not 1 <= d <= _dim(y, m): raise ValueError('day is out of range for month')
class date:
    def __init__(self, year, month, day):
        _check(year, month, day)
        self._d = (year, month, day)
    year = property(lambda s: s._d[0]); month = property(lambda s: s._d[1]); day = property(lambda s: s._d[2])
    @classmethod
    def today(cls): return cls.fromtimestamp(_t.time())
    @classmethod
    def fromtimestamp(cls, s):
        x = _t.localtime(s)
        return cls(x[0], x[1], x[2])
    @classmethod
    def fromordinal(cls, n): return cls(*_ymd(n))
    @classmethod
    def fromisoformat(cls, s):
        try: return cls(int(s[:4]), int(s[5:7]), int(s[8:10]))
        except (ValueError, TypeError): raise ValueError('Invalid isoformat string: ' + repr(s)) from None
    def toordinal(self): return _ord(*self._d[:3])
    def weekday(self): return (self.toordinal() + 6) % 7
    def isoweekday(self): return self.toordinal() % 7 or 7
    def isocalendar(self):
        monday = self.toordinal() - self.weekday()
        y = _ymd(monday + 3)[0]
        first = _ord(y, 1, 4); first -= (first + 6) % 7
        return (y, (monday - first) // 7 + 1, self.isoweekday())
    def timetuple(self): return _t.gmtime((self.toordinal() - 719163) * 86400)
    def isoformat(self): return '%04d-%02d-%02d' % self._d[:3]
    def strftime(self, f): return _t.strftime(f, self.timetuple())
    def ctime(self): return self.strftime('%a %b %e %H:%M:%S %Y')
    def replace(self, year=None, month=None, day=None): return date(year or self.year, month or self.month, day or self.day)
    def __add__(self, o): return date.fromordinal(self.toordinal() + o.days) if isinstance(o, timedelta) else NotImplemented
    __radd__ = __add__
    def __sub__(self, o):
        if isinstance(o, timedelta): return date.fromordinal(self.toordinal() - o.days)
        return timedelta(self.toordinal() - o.toordinal()) if isinstance(o, date) else NotImplemented
    def __eq__(self, o): return isinstance(o, date) and self._key() == o._key()
    def __lt__(self, o): return self._key() < o._key()
    def __le__(self, o): return self._key() <= o._key()
    def __gt__(self, o): return self._key() > o._key()
    def __ge__(self, o): return self._key() >= o._key()
    def __hash__(self): return hash(self._key())
    def _key(self): return self._d
    def __str__(self): return self.isoformat()
    def __format__(self, spec): return self.strftime(spec) if spec else str(self)
    def __repr__(self): return 'datetime.date(%d, %d, %d)' % self._d
class time:
    def __init__(self, hour=0, minute=0, second=0, microsecond=0, tzinfo=None): self._d = (hour, minute, second, microsecond); self.tzinfo = tzinfo
    hour = property(lambda s: s._d[0]); minute = property(lambda s: s._d[1]); second = property(lambda s: s._d[2]); microsecond = property(lambda s: s._d[3])
    def isoformat(self): return '%02d:%02d:%02d' % self._d[:3] + ('.%06d' % self._d[3] if self._d[3] else '')
    __str__ = isoformat
    def strftime(self, f): return datetime(1900, 1, 1, *self._d).strftime(f)
    def __eq__(self, o): return isinstance(o, time) and self._d == o._d
    def __lt__(self, o): return self._d < o._d
    def __hash__(self): return hash(self._d)
    def __repr__(self):
        h, m, s, u = self._d
        return 'datetime.time(' + str(h) + ', ' + str(m) + (', ' + str(s) if s or u else '') + (', ' + str(u) if u else '') + ')'
class datetime(date):
    def __init__(self, year, month, day, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0):
        _check(year, month, day)
        if not 0 <= hour <= 23: raise ValueError('hour must be in 0..23')
        if not 0 <= minute <= 59: raise ValueError('minute must be in 0..59')
        if not 0 <= second <= 59: raise ValueError('second must be in 0..59')
        self._d = (year, month, day, hour, minute, second, microsecond); self.tzinfo = tzinfo
    hour = property(lambda s: s._d[3]); minute = property(lambda s: s._d[4]); second = property(lambda s: s._d[5]); microsecond = property(lambda s: s._d[6])
    @classmethod
    def _of(cls, us, tz=None):
        days, rest = divmod(us, 86400000000)
        y, m, d = _ymd(days + 719163)
        s, u = divmod(rest, 1000000)
        return cls(y, m, d, s // 3600, s // 60 % 60, s % 60, u, tz)
    def _us(self):
        y, m, d, h, mi, s, u = self._d
        return ((_ord(y, m, d) - 719163) * 86400 + h * 3600 + mi * 60 + s) * 1000000 + u
    def _key(self): return self._us() - (self.tzinfo.utcoffset(self)._us() if self.tzinfo else 0)
    @classmethod
    def now(cls, tz=None): return cls.fromtimestamp(_t.time(), tz)
    @classmethod
    def utcnow(cls): return cls.fromtimestamp(_t.time())
    @classmethod
    def today(cls): return cls.now()
    @classmethod
    def fromtimestamp(cls, s, tz=None):
        us = round(s * 1000000)
        return cls._of(us + (tz.utcoffset(None)._us() if tz else 0), tz)
    utcfromtimestamp = fromtimestamp
    @classmethod
    def combine(cls, d, t): return cls(d.year, d.month, d.day, t.hour, t.minute, t.second, t.microsecond, t.tzinfo)
    @classmethod
    def fromordinal(cls, n): return cls(*_ymd(n))
    @classmethod
    def fromisoformat(cls, s):
        try:
            tz = None
            rest = s[11:]
            if rest.endswith('Z'): tz = timezone.utc; rest = rest[:-1]
            else:
                for sign in '+-':
                    if sign in rest:
                        rest, z = rest.split(sign)
                        d = timedelta(hours=int(z[:2]), minutes=int(z[-2:] if len(z) > 2 else 0))
                        tz = timezone.utc if not d else timezone(d if sign == '+' else -d)
            main, _, frac = rest.partition('.')
            parts = [int(x) for x in main.split(':')] if main else []
            return cls(int(s[:4]), int(s[5:7]), int(s[8:10]), *(parts + [0] * (3 - len(parts))), int((frac + '000000')[:6]) if frac else 0, tz)
        except (ValueError, TypeError, IndexError): raise ValueError('Invalid isoformat string: ' + repr(s)) from None
    @classmethod
    def strptime(cls, text, format):
        import re
        names = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
        long = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december']
        kinds = {'Y': r'\d{4}', 'm': r'\d{1,2}', 'd': r'\d{1,2}', 'H': r'\d{1,2}', 'M': r'\d{1,2}', 'S': r'\d{1,2}', 'I': r'\d{1,2}', 'f': r'\d{1,6}', 'y': r'\d{2}', 'b': '[A-Za-z]{3}', 'B': '[A-Za-z]+', 'a': '[A-Za-z]{3}', 'A': '[A-Za-z]+', 'p': '[AaPp][Mm]', 'z': r'Z|[+-]\d{2}:?\d{2}', 'Z': '[A-Za-z]+', 'j': r'\d{1,3}'}
        pattern = ''; order = []; i = 0
        while i < len(format):
            if format[i] == '%' and i + 1 < len(format):
                c = format[i + 1]; i += 2
                if c == '%': pattern += '%'; continue
                if c not in kinds: raise ValueError("'%s' is a bad directive in format '%s'" % (c, format))
                pattern += '(' + kinds[c] + ')'; order.append(c)
                continue
            pattern += r'\s+' if format[i].isspace() else re.escape(format[i]); i += 1
        m = re.match(pattern, text)
        if m is None: raise ValueError('time data %r does not match format %r' % (text, format))
        if m.end() != len(text): raise ValueError('unconverted data remains: ' + text[m.end():])
        v = dict(zip(order, m.groups()))
        year = int(v['Y']) if 'Y' in v else (int(v['y']) + (2000 if int(v['y']) < 69 else 1900) if 'y' in v else 1900)
        month = int(v['m']) if 'm' in v else names.index(v['b'].lower()) + 1 if 'b' in v else long.index(v['B'].lower()) + 1 if 'B' in v else 1
        hour = int(v.get('H', 0))
        if 'I' in v: hour = int(v['I']) % 12 + (12 if v.get('p', 'AM').upper() == 'PM' else 0)
        tz = None
        if 'z' in v:
            z = v['z'].replace(':', '')
            tz = timezone.utc if z == 'Z' else timezone(timedelta(hours=int(z[:3]), minutes=int(z[0] + z[3:])))
        return cls(year, month, int(v.get('d', 1)), hour, int(v.get('M', 0)), int(v.get('S', 0)), int((v.get('f', '0') + '000000')[:6]), tz)
    def date(self): return date(*self._d[:3])
    def time(self): return time(*self._d[3:])
    def timestamp(self): return self._key() / 1000000
    def timetuple(self): return _t.gmtime(self._us() // 1000000)
    utctimetuple = timetuple
    def utcoffset(self): return self.tzinfo.utcoffset(self) if self.tzinfo else None
    def tzname(self): return self.tzinfo.tzname(self) if self.tzinfo else None
    def astimezone(self, tz=None):
        tz = tz or timezone.utc
        return datetime._of(self._key() + tz.utcoffset(None)._us(), tz)
    def replace(self, year=None, month=None, day=None, hour=None, minute=None, second=None, microsecond=None, tzinfo=True):
        given = (year, month, day, hour, minute, second, microsecond)
        return datetime(*[o if g is None else g for g, o in zip(given, self._d)], self.tzinfo if tzinfo is True else tzinfo)
    def isoformat(self, sep='T', timespec='auto'):
        text = '%04d-%02d-%02d' % self._d[:3] + sep + '%02d:%02d:%02d' % self._d[3:6]
        if timespec == 'milliseconds': text += '.%03d' % (self._d[6] // 1000)
        elif timespec == 'minutes': text = text[:16]
        elif timespec == 'microseconds' or timespec == 'auto' and self._d[6]: text += '.%06d' % self._d[6]
        return text + (_offset(self.utcoffset()) if self.tzinfo else '')
    def strftime(self, f):
        f = f.replace('%f', '%06d' % self._d[6]).replace('%z', _offset(self.utcoffset(), '') if self.tzinfo else '').replace('%Z', self.tzname() or '')
        return _t.strftime(f, self.timetuple())
    def __str__(self): return self.isoformat(' ')
    def __add__(self, o): return datetime._of(self._us() + o._us(), self.tzinfo) if isinstance(o, timedelta) else NotImplemented
    __radd__ = __add__
    def __sub__(self, o):
        if isinstance(o, timedelta): return datetime._of(self._us() - o._us(), self.tzinfo)
        if not isinstance(o, datetime): return NotImplemented
        if (self.tzinfo is None) != (o.tzinfo is None): raise TypeError("can't subtract offset-naive and offset-aware datetimes")
        return timedelta(microseconds=self._key() - o._key())
    def __repr__(self):
        d = list(self._d)
        while len(d) > 5 and d[-1] == 0: d.pop()
        return 'datetime.datetime(' + ', '.join(map(str, d)) + (', tzinfo=' + repr(self.tzinfo) if self.tzinfo else '') + ')'
date.min = date(1, 1, 1); date.max = date(9999, 12, 31)
datetime.min = datetime(1, 1, 1); datetime.max = datetime(9999, 12, 31, 23, 59, 59, 999999)
`,
};
