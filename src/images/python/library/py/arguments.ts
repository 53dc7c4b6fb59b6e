/** argparse. */
export const ARGUMENTS: Readonly<Record<string, string>> = {
  argparse: String.raw`
import sys, os
SUPPRESS = '==SUPPRESS=='; REMAINDER = '...'; OPTIONAL = '?'; ZERO_OR_MORE = '*'; ONE_OR_MORE = '+'
class ArgumentError(Exception): pass
class ArgumentTypeError(Exception): pass
class HelpFormatter: pass
class RawDescriptionHelpFormatter(HelpFormatter): pass
class RawTextHelpFormatter(HelpFormatter): pass
class ArgumentDefaultsHelpFormatter(HelpFormatter): pass
class Namespace:
    def __init__(self, **kw): self.__dict__.update(kw)
    def __repr__(self): return 'Namespace(' + ', '.join([k + '=' + repr(v) for k, v in self.__dict__.items()]) + ')'
    def __eq__(self, o): return isinstance(o, Namespace) and self.__dict__ == o.__dict__
    def __contains__(self, k): return k in self.__dict__
class _Action:
    def __init__(self, flags, dest, action='store', nargs=None, const=None, default=None, type=None, choices=None, required=False, help=None, metavar=None, version=None):
        self.option_strings = flags; self.dest = dest; self.action = action; self.nargs = nargs; self.const = const; self.default = default; self.type = type
        self.choices = choices; self.required = required; self.help = help; self.metavar = metavar; self.version = version
    def takes(self): return self.action in ('store', 'append', 'extend')
    def name(self): return '/'.join(self.option_strings) if self.option_strings else (self.metavar or self.dest)
    def meta(self):
        if self.choices is not None and self.metavar is None: return '{' + ','.join([str(c) for c in self.choices]) + '}'
        return self.metavar or (self.dest.upper() if self.option_strings else self.dest)
    def args(self):
        m = self.meta()
        if not self.takes(): return ''
        if self.nargs == '?': return '[' + m + ']'
        if self.nargs == '*': return '[' + m + ' ...]'
        if self.nargs == '+': return m + ' [' + m + ' ...]'
        if self.nargs == '...': return '...'
        if isinstance(self.nargs, int): return ' '.join([m] * self.nargs)
        return m
class _Group:
    def __init__(self, parser, title, required=False): self.parser = parser; self.title = title; self.actions = []; self.required = required
    def add_argument(self, *flags, **kw):
        a = self.parser.add_argument(*flags, **kw)
        self.actions.append(a)
        return a
class _Sub:
    def __init__(self, parser, dest, required, title, help): self.parser = parser; self.dest = dest; self.required = required; self.parsers = {}; self.helps = []
    def add_parser(self, name, help=None, **kw):
        p = self.parsers[name] = ArgumentParser(prog=self.parser.prog + ' ' + name, **kw)
        self.helps.append((name, help))
        return p
class ArgumentParser:
    def __init__(self, prog=None, usage=None, description=None, epilog=None, parents=(), formatter_class=HelpFormatter, prefix_chars='-', add_help=True, allow_abbrev=True, exit_on_error=True, **kw):
        self.prog = prog or os.path.basename(sys.argv[0]); self.usage = usage; self.description = description; self.epilog = epilog
        self._actions = []; self._defaults = {}; self._groups = []; self._exclusive = []; self._sub = None
        if add_help: self.add_argument('-h', '--help', action='help', default=SUPPRESS, help='show this help message and exit')
        for p in parents: self._actions += [a for a in p._actions if a.action != 'help']
    def add_argument(self, *flags, **kw):
        if flags and flags[0].startswith('-'):
            dest = kw.pop('dest', None) or next((f for f in flags if f.startswith('--')), flags[0]).lstrip('-').replace('-', '_')
        else:
            dest = flags[0] if flags else kw.pop('dest')
            flags = ()
        action = kw.get('action', 'store')
        if action is BooleanOptionalAction:
            kw['action'] = 'boolean'
            flags = tuple(flags) + tuple(['--no-' + f[2:] for f in flags if f.startswith('--')])
        elif action == 'store_true': kw.setdefault('default', False)
        elif action == 'store_false': kw.setdefault('default', True)
        elif not isinstance(action, str): raise NotImplementedError('own argparse actions are not simulated in Timonel')
        a = _Action(list(flags), dest, **kw)
        self._actions.append(a)
        return a
    def add_argument_group(self, title=None, description=None): return _Group(self, title)
    def add_mutually_exclusive_group(self, required=False):
        g = _Group(self, None, required)
        self._exclusive.append(g)
        return g
    def add_subparsers(self, dest=None, required=False, title=None, help=None, **kw):
        self._sub = _Sub(self, dest, required, title, help)
        return self._sub
    def set_defaults(self, **kw): self._defaults.update(kw)
    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(2, self.prog + ': error: ' + message + '\n')
    def exit(self, status=0, message=None):
        if message: sys.stderr.write(message)
        sys.exit(status)
    def format_usage(self):
        if self.usage: return 'usage: ' + self.usage + '\n'
        opts = []; pos = []
        for a in self._actions:
            if a.help == SUPPRESS: continue
            if a.option_strings:
                text = ' | '.join(a.option_strings) if a.action == 'boolean' else a.option_strings[0] + (' ' + a.args() if a.args() else '')
                opts.append(text if a.required else '[' + text + ']')
            else: pos.append(a.args())
        if self._sub: pos.append('{' + ','.join(self._sub.parsers) + '} ...')
        text = 'usage: ' + ' '.join([self.prog] + opts + pos)
        width = int(os.environ.get('COLUMNS', 80)) - 2
        if len(text) > width:
            indent = ' ' * len('usage: ' + self.prog + ' ')
            def wrap(parts, first):
                lines = []; line = first; empty = True
                for p in parts:
                    if len(line) + len(p) + (0 if empty else 1) > width and not empty: lines.append(line); line = indent; empty = True
                    line += ('' if empty else ' ') + p; empty = False
                if not empty: lines.append(line)
                return lines
            text = '\n'.join(wrap(opts, 'usage: ' + self.prog + ' ') + wrap(pos, indent)) if opts else '\n'.join(wrap(pos, 'usage: ' + self.prog + ' '))
        return text + '\n'
    def format_help(self):
        import textwrap
        width = int(os.environ.get('COLUMNS', 80)) - 2
        out = [self.format_usage(), '\n']
        if self.description: out += [textwrap.fill(self.description % {'prog': self.prog}, width), '\n\n']
        def text(a):
            h = a.help or ''
            return h % {'default': a.default, 'prog': self.prog, 'type': getattr(a.type, '__name__', ''), 'dest': a.dest} if '%' in h else h
        pos = [(a.meta(), text(a)) for a in self._actions if not a.option_strings and a.help != SUPPRESS]
        opts = [(', '.join(a.option_strings) if not a.args() else ', '.join([f + ' ' + a.args() for f in a.option_strings]), text(a)) for a in self._actions if a.option_strings and a.help != SUPPRESS]
        if sys.version_info >= (3, 13): opts = [(', '.join(a.option_strings) + (' ' + a.args() if a.args() else ''), text(a)) for a in self._actions if a.option_strings and a.help != SUPPRESS]
        all_ = pos + opts
        longest = max([len(h) for h, _ in all_], default=0) + 2
        if self._sub: pos.append(('{' + ','.join(self._sub.parsers) + '}', ''))
        def section(title, items):
            if not items: return
            out.append(title + ':\n')
            column = min(longest + 2, 24)
            for head, t in items:
                line = '  ' + head
                words = textwrap.wrap(t, max(11, width - column)) if t else []
                if words and len(head) <= column - 4: line = line.ljust(column) + words.pop(0)
                out.append(line + '\n')
                for w in words: out.append(' ' * column + w + '\n')
            out.append('\n')
        section('positional arguments', pos)
        section('options' if sys.version_info >= (3, 10) else 'optional arguments', opts)
        if self.epilog: out += [self.epilog, '\n']
        return ''.join(out).rstrip('\n') + '\n'
    def print_usage(self, file=None): (file or sys.stdout).write(self.format_usage())
    def print_help(self, file=None): (file or sys.stdout).write(self.format_help())
    def parse_args(self, args=None, namespace=None):
        ns, rest = self.parse_known_args(args, namespace)
        if rest: self.error('unrecognized arguments: ' + ' '.join(rest))
        return ns
    def _value(self, a, text):
        try: v = a.type(text) if a.type else text
        except ArgumentTypeError as e: self.error('argument ' + a.name() + ': ' + str(e))
        except (TypeError, ValueError): self.error('argument ' + a.name() + ': invalid ' + getattr(a.type, '__name__', repr(a.type)) + ' value: ' + repr(text))
        if a.choices is not None and v not in a.choices:
            quoted = ', '.join([repr(c) if sys.version_info < (3, 14) else str(c) for c in a.choices])
            self.error('argument ' + a.name() + ': invalid choice: ' + repr(v) + ' (choose from ' + quoted + ')')
        return v
    def _find(self, flag):
        for a in self._actions:
            if flag in a.option_strings: return a
        if flag.startswith('--'):
            like = [(a, f) for a in self._actions for f in a.option_strings if f.startswith(flag)]
            if len(like) == 1: return like[0][0]
            if len(like) > 1: self.error('ambiguous option: ' + flag + ' could match ' + ', '.join([f for _, f in like]))
        return None
    def parse_known_args(self, args=None, namespace=None):
        args = list(sys.argv[1:] if args is None else args)
        ns = namespace or Namespace()
        for a in self._actions:
            if a.default != SUPPRESS and not hasattr(ns, a.dest): setattr(ns, a.dest, a.default)
        for k, v in self._defaults.items():
            if getattr(ns, k, None) is None: setattr(ns, k, v)
        seen = set(); words = []; extras = []; i = 0; only = False
        while i < len(args):
            arg = args[i]; i += 1
            if only or not arg.startswith('-') or arg == '-' or (arg[1:].replace('.', '', 1).isdigit() and not any(f[1:2].isdigit() for a in self._actions for f in a.option_strings)):
                words.append(arg)
                if self._sub and not only and len(words) > len([a for a in self._actions if not a.option_strings]):
                    words += args[i:]
                    break
                continue
            if arg == '--':
                only = True
                continue
            flag, eq, given = arg.partition('=')
            a = self._find(flag)
            if a is None and len(arg) > 2 and arg[1] != '-':
                a = self._find(arg[:2])
                if a is not None:
                    if a.takes(): flag, eq, given = arg[:2], '=', arg[2:]
                    else:
                        args.insert(i, '-' + arg[2:])
                        flag, eq = arg[:2], ''
            if a is None:
                extras.append(arg)
                continue
            seen.add(a.dest)
            for g in self._exclusive:
                if a in g.actions:
                    for o in g.actions:
                        if o is not a and o.dest in seen: self.error('argument ' + a.name() + ': not allowed with argument ' + o.name())
            if a.action == 'help':
                self.print_help()
                self.exit()
            if a.action == 'version':
                print(a.version % {'prog': self.prog} if '%' in a.version else a.version)
                self.exit()
            if not a.takes():
                if eq: self.error('argument ' + a.name() + ': ignored explicit argument ' + repr(given))
                if a.action == 'count': setattr(ns, a.dest, (getattr(ns, a.dest) or 0) + 1)
                elif a.action == 'append_const': setattr(ns, a.dest, (getattr(ns, a.dest) or []) + [a.const])
                elif a.action == 'boolean': setattr(ns, a.dest, not flag.startswith('--no-'))
                else: setattr(ns, a.dest, {'store_true': True, 'store_false': False}.get(a.action, a.const))
                continue
            values = [given] if eq else []
            most = 1 if a.nargs in (None, '?') else a.nargs if isinstance(a.nargs, int) else len(args)
            while not eq and len(values) < most and i < len(args) and (not args[i].startswith('-') or args[i] == '-' or args[i][1:].replace('.', '', 1).isdigit()):
                values.append(args[i]); i += 1
            if a.nargs is None and not values: self.error('argument ' + a.name() + ': expected one argument')
            if a.nargs == '+' and not values: self.error('argument ' + a.name() + ': expected at least one argument')
            if isinstance(a.nargs, int) and len(values) != a.nargs: self.error('argument ' + a.name() + ': expected ' + str(a.nargs) + ' argument' + ('s' if a.nargs > 1 else ''))
            if a.nargs == '?' and not values: value = a.const
            else:
                value = [self._value(a, v) for v in values]
                if a.nargs in (None, '?'): value = value[0]
            if a.action == 'append': value = (getattr(ns, a.dest) or []) + [value]
            elif a.action == 'extend': value = (getattr(ns, a.dest) or []) + value
            setattr(ns, a.dest, value)
        pos = [a for a in self._actions if not a.option_strings]
        least = {None: 1, '+': 1, '?': 0, '*': 0, '...': 0}
        missing = []
        for n, a in enumerate(pos):
            later = sum([b.nargs if isinstance(b.nargs, int) else least[b.nargs] for b in pos[n + 1:]]) + (1 if self._sub else 0)
            free = max(0, len(words) - later)
            take = a.nargs if isinstance(a.nargs, int) else 1 if a.nargs is None else min(1, free) if a.nargs == '?' else free
            if len(words) < take or (a.nargs == '+' and take == 0):
                missing.append(a.name())
                continue
            got, words = words[:take], words[take:]
            if a.nargs in (None, '?'):
                if got: setattr(ns, a.dest, self._value(a, got[0]))
            elif got or a.default is None: setattr(ns, a.dest, [self._value(a, g) for g in got])
        if self._sub:
            if words:
                name = words[0]
                if name not in self._sub.parsers: self.error('argument ' + (self._sub.dest or '{' + ','.join(self._sub.parsers) + '}') + ': invalid choice: ' + repr(name) + ' (choose from ' + ', '.join([repr(p) for p in self._sub.parsers]) + ')')
                if self._sub.dest: setattr(ns, self._sub.dest, name)
                _, more = self._sub.parsers[name].parse_known_args(words[1:], ns)
                extras += more; words = []
            else:
                if self._sub.dest: setattr(ns, self._sub.dest, None)
                if self._sub.required: missing.append(self._sub.dest or '{' + ','.join(self._sub.parsers) + '}')
        missing += [a.name() for a in self._actions if a.option_strings and a.required and a.dest not in seen]
        if missing: self.error('the following arguments are required: ' + ', '.join(missing))
        for g in self._exclusive:
            if g.required and not any(a.dest in seen for a in g.actions): self.error('one of the arguments ' + ' '.join([a.name() for a in g.actions]) + ' is required')
        for a in self._actions:
            v = getattr(ns, a.dest, None)
            if isinstance(v, str) and v == a.default and a.type and a.dest not in seen: setattr(ns, a.dest, self._value(a, v))
        return ns, words + extras
class BooleanOptionalAction: pass
def FileType(mode='r'):
    return lambda name: open(name, mode)
`,
};
