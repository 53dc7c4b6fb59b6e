import { PyExc, PyType, T, type Value } from "../values.ts";

/** Exceptions below their bases, as in CPython's documentation. */
const TREE = `
SystemExit BaseException
KeyboardInterrupt BaseException
GeneratorExit BaseException
Exception BaseException
StopIteration Exception
StopAsyncIteration Exception
ArithmeticError Exception
OverflowError ArithmeticError
ZeroDivisionError ArithmeticError
FloatingPointError ArithmeticError
AssertionError Exception
AttributeError Exception
BufferError Exception
EOFError Exception
ImportError Exception
ModuleNotFoundError ImportError
LookupError Exception
IndexError LookupError
KeyError LookupError
MemoryError Exception
NameError Exception
UnboundLocalError NameError
OSError Exception
BlockingIOError OSError
ChildProcessError OSError
ConnectionError OSError
BrokenPipeError ConnectionError
ConnectionAbortedError ConnectionError
ConnectionRefusedError ConnectionError
ConnectionResetError ConnectionError
FileExistsError OSError
FileNotFoundError OSError
InterruptedError OSError
IsADirectoryError OSError
NotADirectoryError OSError
PermissionError OSError
ProcessLookupError OSError
TimeoutError OSError
ReferenceError Exception
RuntimeError Exception
NotImplementedError RuntimeError
RecursionError RuntimeError
SyntaxError Exception
IndentationError SyntaxError
TabError IndentationError
SystemError Exception
TypeError Exception
ValueError Exception
UnicodeError ValueError
UnicodeDecodeError UnicodeError
UnicodeEncodeError UnicodeError
Warning Exception
DeprecationWarning Warning
PendingDeprecationWarning Warning
RuntimeWarning Warning
SyntaxWarning Warning
UserWarning Warning
FutureWarning Warning
ImportWarning Warning
UnicodeWarning Warning
BytesWarning Warning
ResourceWarning Warning`;

/** Every built-in exception by name. */
export const exceptions: Readonly<Record<string, PyType>> = (() => {
  const all: Record<string, PyType> = { BaseException: T.BaseException };
  for (const line of TREE.trim().split("\n")) {
    const [name, base] = line.split(" ") as [string, string];
    all[name] = new PyType(name, [all[base] as PyType], undefined, { cls: T.type });
  }
  return all;
})();

/** A Python exception on its way through the host's code. */
export class PyRaise {
  readonly exc: PyExc;
  /** It was raised again: the frame that does so is in its traceback already. */
  readonly again: boolean;
  constructor(exc: PyExc, again = false) {
    this.exc = exc;
    this.again = again;
  }
}

export function exception(name: string, ...args: readonly Value[]): PyExc {
  return new PyExc(exceptions[name] as PyType, args);
}
/** What to throw for an exception of this name. */
export function raised(name: string, ...args: readonly Value[]): PyRaise {
  return new PyRaise(exception(name, ...args));
}
export const typeError = (message: string): PyRaise => raised("TypeError", message);
export const valueError = (message: string): PyRaise => raised("ValueError", message);
export function attributeError(message: string, of: Value, name: string): PyRaise {
  const { exc } = raised("AttributeError", message);
  exc.dict?.set("name", name).set("obj", of);
  return new PyRaise(exc);
}
export function nameError(name: string, words = `name '${name}' is not defined`, kind = "NameError"): PyRaise {
  const { exc } = raised(kind, words);
  exc.dict?.set("name", name);
  return new PyRaise(exc);
}
export const isException = (exc: PyExc, name: string): boolean => exc.cls.isSubclass(exceptions[name] as PyType);

const NUMBERS: Readonly<Record<string, readonly [number, string, string]>> = {
  EPERM: [1, "Operation not permitted", "PermissionError"],
  ENOENT: [2, "No such file or directory", "FileNotFoundError"],
  ESRCH: [3, "No such process", "ProcessLookupError"],
  EBADF: [9, "Bad file descriptor", "OSError"],
  ECHILD: [10, "No child processes", "ChildProcessError"],
  EACCES: [13, "Permission denied", "PermissionError"],
  EEXIST: [17, "File exists", "FileExistsError"],
  ENOTDIR: [20, "Not a directory", "NotADirectoryError"],
  EISDIR: [21, "Is a directory", "IsADirectoryError"],
  EINVAL: [22, "Invalid argument", "OSError"],
  ENOSPC: [28, "No space left on device", "OSError"],
  EROFS: [30, "Read-only file system", "OSError"],
  EPIPE: [32, "Broken pipe", "BrokenPipeError"],
  ENOTEMPTY: [39, "Directory not empty", "OSError"],
  ELOOP: [40, "Too many levels of symbolic links", "OSError"],
  EADDRINUSE: [98, "Address already in use", "OSError"],
  EADDRNOTAVAIL: [99, "Cannot assign requested address", "OSError"],
  ENETUNREACH: [101, "Network is unreachable", "OSError"],
  ECONNRESET: [104, "Connection reset by peer", "ConnectionResetError"],
  ETIMEDOUT: [110, "Connection timed out", "TimeoutError"],
  ECONNREFUSED: [111, "Connection refused", "ConnectionRefusedError"],
  EHOSTUNREACH: [113, "No route to host", "OSError"],
};

/** OSError for a failed system call, as the class that its number stands for. */
export function osError(code: string, words: string, path?: string): PyRaise {
  const [number, message, cls] = NUMBERS[code] ?? [5, words, "OSError"];
  const { exc } = raised(cls, number, message);
  if (path !== undefined) exc.dict?.set("filename", path);
  return new PyRaise(exc);
}
/** The class of OSError for a number. */
export function classOfNumber(n: number): PyType {
  return exceptions[Object.values(NUMBERS).find(([number]) => number === n)?.[2] ?? "OSError"] as PyType;
}
