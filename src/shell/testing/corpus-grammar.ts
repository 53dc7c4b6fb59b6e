import { createRandom, type Random } from "../../sim/index.ts";

/** A piece of a script that exercises one thing, its particulars drawn by chance. */
export type Feature = (r: Chance) => string;

/** Draws for a grammar. */
export interface Chance {
  int(below: number): number;
  one<T>(list: readonly T[]): T;
  maybe(percent: number): boolean;
  many<T>(count: number, make: () => T): T[];
}

function chance(random: Random): Chance {
  return {
    int: (below) => random.int(below),
    one: (list) => list[random.int(list.length)] as (typeof list)[number],
    maybe: (percent) => random.int(100) < percent,
    many: (count, make) => Array.from({ length: count }, make),
  };
}

const WORDS = [
  "a",
  "foo",
  "bar.txt",
  "x y",
  "",
  "a:b:c",
  "two  spaces",
  "*",
  "a*b",
  "it's",
  'say "hi"',
  "back\\slash",
  "tab\there",
  "-n",
  "UPPER",
  "MixedCase",
  "café",
  "/usr/local/lib",
  "foo.tar.gz",
  "12",
  "007",
  "$HOME",
  "a,b,,c",
  "[x]",
  "~",
  "#hash",
  "a=b",
  "{1,2}",
  "%s",
  "\\n",
];
const NAMES = ["a", "b", "x", "name", "v1"];
const PATTERNS = [
  "*",
  "?",
  "a*",
  "*.*",
  "[a-m]*",
  "*[0-9]",
  "[!a]*",
  "f?o*",
  "*:*",
  "* *",
  "\\*",
  '"*"',
  "*a",
  "/*",
  "*/",
  "o",
  "[[:upper:]]*",
  "[[:digit:]]",
  "??",
];

/** A literal so quoted that it is the word. */
export function quoted(r: Chance, word: string): string {
  switch (r.int(4)) {
    case 0:
      return `"${word.replace(/[\\"$`]/g, "\\$&")}"`;
    case 1:
      return word === "" || /\n/.test(word) ? "''" : word.replace(/[^\w./:=,%@+-]/g, "\\$&").replace(/^([-=#~])/, "\\$1");
    default:
      return `'${word.replace(/'/g, "'\\''")}'`;
  }
}
const show = (what: string): string => `for i in ${what}; do printf '<%s>' "$i"; done; echo`;
const word = (r: Chance): string => r.one(WORDS);
const name = (r: Chance): string => r.one(NAMES);

function number(r: Chance): string {
  return r.one([String(r.int(10)), String(r.int(1000)), `0${r.int(8)}`, `0x${r.int(256).toString(16)}`, "i", "j", "k", "0", "1"]);
}
function expression(r: Chance, depth: number, bash: boolean): string {
  if (depth === 0) return number(r);
  const sub = (): string => expression(r, depth - 1, bash);
  const space = r.maybe(50) ? " " : "";
  switch (r.int(10)) {
    case 0:
      return `(${sub()})`;
    case 1:
      return `${r.one(["-", "+", "!", "~"])}${number(r)}`;
    case 2:
      return `${sub()}${space}?${space}${sub()}${space}:${space}${number(r)}`;
    case 3:
      return (
        r.one(["i", "j", "k"]) +
        space +
        r.one(["=", "+=", "-=", "*=", "|=", "^=", "&=", "<<=", ">>="]) +
        space +
        (r.maybe(50) ? number(r) : `(${sub()})`)
      );
    case 4:
      return bash ? r.one(["i++", "++j", "k--", "--i", "2**3", "16#ff", "2#101", "36#z"]) : number(r);
    case 5:
      return `(${sub()})${space}${r.one(["/", "%"])}${space}${1 + r.int(9)}`;
    default:
      return `${sub()}${space}${r.one(["+", "-", "*", "<", ">", "<=", ">=", "==", "!=", "&&", "||", "&", "|", "^", "<<", ">>"])}${space}${number(r)}`;
  }
}

const posix: Readonly<Record<string, Feature>> = {
  quoting: (r) => `echo ${r.many(1 + r.int(4), () => quoted(r, word(r)) + (r.maybe(30) ? quoted(r, word(r)) : "")).join(" ")}`,
  remove(r) {
    const n = name(r);
    const op = r.one(["#", "##", "%", "%%"]);
    return `${n}=${quoted(r, word(r))}; echo "[\${${n}${op}${r.one(PATTERNS)}}]" \${${n}${op}${r.one(PATTERNS)}}`;
  },
  defaults(r) {
    const n = name(r);
    const op = r.one([":-", "-", ":+", "+", ":=", "="]);
    const inner = r.one([quoted(r, word(r)), "$1", "plain", '"$# args"', "a b c", "$(echo sub)", "${y:-deep}"]);
    const set = r.one([`unset ${n}`, `${n}=`, `${n}=${quoted(r, word(r))}`]);
    return `${set}; ${show(r.maybe(50) ? `"\${${n}${op}${inner}}"` : `\${${n}${op}${inner}}`)}; echo "\${${n}-unset}"`;
  },
  length: (r) => `${"s"}=${quoted(r, word(r))}; set -- ${quoted(r, word(r))} b; echo \${#s} $# \${#1} \${#}`,
  splitting(r) {
    const ifs = r.one([":", ",", " ", ":,", " :", "", "$(printf '\\t')", "x"]);
    return `IFS=${ifs === "" ? "" : `'${ifs.startsWith("$") ? "\t" : ifs}'`}; x=${quoted(r, r.one(["a:b:c", "a,b,,c", "  lead and  trail ", "::a::", "a : b", "axbxx", "one\ttwo", ",", "", " "]))}; ${show(r.one(["$x", '"$x"', "$x$x", "pre$x", "$x:tail", '$x"$x"']))}; unset IFS`;
  },
  parameters(r) {
    const args = r.many(r.int(4), () => quoted(r, word(r))).join(" ");
    return `set -- ${args}; ${r.maybe(40) ? "IFS=-; " : ""}echo $#; ${show(r.one(['"$@"', "$@", '"$*"', "$*", '"x$@y"', "x$@y", '"${1-none}"', '"${@}"', '"$@" end']))}; unset IFS`;
  },
  arithmetic: (r) =>
    `i=${r.int(20)} j=${r.int(5)} k=-${r.int(9)}; echo $((${expression(r, 1 + r.int(3), false)})) $((${expression(r, 2, false)})) "$i $j $k"`,
  arithmeticErrors: (r) =>
    `(echo $((${r.one(["1/0", "1 +", "5 % 0", "09", "1 2", "(1", "a b", "4 = 5", "x=", "2 ** 3", "1,2"])})); echo after); echo "status $?"`,
  caseOf: (r) =>
    `case ${quoted(r, word(r))} in ${r.many(1 + r.int(3), () => `${r.one(PATTERNS)}${r.maybe(30) ? `|${quoted(r, word(r)) || "x"}` : ""}) echo ${r.int(100)};;`).join(" ")} *) echo other;; esac`,
  globs: (r) =>
    `mkdir g; cd g; touch ab ac b.txt .hid 'x y' c1 c2 Z; mkdir d; touch d/in d/ab; echo ${r.many(1 + r.int(3), () => r.one(["*", "?b", "[ab]*", "*.txt", ".*h*", "d/*", "*/", "*/a*", "c[0-9]", "[!a-c]*", "nope*", "'*'", '"?"*', "\\*", "[[:alpha:]]*", "x*", "c[12", "./c?", "*[0-9]", "**"])).join(" ")}; cd ..`,
  hereDocument(r) {
    const end = r.one(["EOF", "'EOF'", '"EOF"', "\\EOF", "-EOF"]);
    const mark = end === "-EOF" ? "<<-EOF" : `<<${end}`;
    const lines = r.many(
      1 + r.int(3),
      () =>
        (end === "-EOF" ? "\t" : "") +
        r.one([
          "plain",
          "$x and ${x:-d}",
          "$(echo sub) `echo tick`",
          "\\$x \\\\ \\a",
          "$((1+2)) 'q' \"dq\"",
          "a\\\nb",
          "",
          "  indented",
          "${x#h}",
          "\"$x\" '$x'",
        ]),
    );
    return `x=hello; cat ${mark}${r.maybe(30) ? " | tr a-z A-Z" : ""}\n${lines.join("\n")}\n${end === "-EOF" ? "\t" : ""}EOF`;
  },
  functions: (r) =>
    `f() { ${r.one(["local v=$1;", "v=in;", "shift;", ""])} echo "f:$#:$1:\${v-}"; return ${r.int(5)}; }; v=out; f ${r.many(r.int(3), () => quoted(r, word(r))).join(" ")}; echo "$? $v"`,
  recursion: (r) => `fact() { if [ $1 -le 1 ]; then echo 1; else echo $(( $1 * $(fact $(($1 - 1))) )); fi; }; fact ${1 + r.int(7)}`,
  tests: (r) =>
    `x=${quoted(r, word(r))}; [ ${r.one(["-n", "-z"])} "$x" ]; echo $?; [ "$x" ${r.one(["=", "!="])} ${quoted(r, word(r))} ] && echo yes || echo no; test ${r.int(9)} ${r.one(["-eq", "-ne", "-lt", "-ge"])} ${r.one([String(r.int(9)), "x", "''", "' 3 '"])}; echo $?; [ ${r.one(["! -e nope", "-d .", "-f /etc/passwd -a -r /etc/passwd", "a = a -o b = c", "'('  x ')'", "-n", "", "! x", "= = ="])} ]; echo $?`,
  loops: (r) =>
    `for i in ${r.many(2 + r.int(4), () => String(r.int(6))).join(" ")}; do [ $i = ${r.int(6)} ] && ${r.one(["continue", "break", ":"])}; n=0; while [ $n -lt ${r.int(4)} ]; do n=$((n+1)); [ $n = 2 ] && ${r.one(["break", "continue", "continue 2", "break 2"])}; echo $i.$n; done; done; echo "end $?"`,
  until: (r) =>
    `n=${r.int(5)}; until [ $n -le 0 ]; do echo -n "$n "; n=$((n - ${1 + r.int(2)})); done; echo; while false; do :; done; echo $?`,
  status: (r) =>
    `${r.one(["true", "false", "(exit 3)", "sh -c 'exit 7'", "! true", "! false", "{ false; true; }", "nosuchcommand", "/nosuch/cmd", "./", "true | false", "false | true", "f() { return 9; }; f"])}; echo $?; ${r.one(["true", "false", "(exit 4)"])} ${r.one(["&&", "||"])} echo second; echo $?`,
  errexit: (r) =>
    `(set -e; ${r.one(["false || true", "if false; then :; fi", "! true", "f() { false; echo in; }; f || echo or", "true && false || true", "while false; do :; done", "x=$(false)", "(false)", "false | true", "echo $(false)", "{ false; } && echo no", "f() { false; echo in; }; if f; then echo yes; fi"])}; echo reached; ${r.one(["false", "(exit 3)", "true"])}; echo end); echo "st $?"`,
  nounset: (r) =>
    `(set -u; ${r.one(["echo $nope", "echo ${nope:-ok}", "echo ${nope}", "set --; echo $1", 'set --; echo "$@" $#', "echo ${nope+x}y", "echo $((nope + 1))", "echo ${#nope}", "nope=1; echo $nope", "echo ${nope%x}"])}; echo after); echo $?`,
  traps: (r) =>
    `(trap 'echo bye $?' ${r.one(["EXIT", "0"])}; ${r.one(["exit 3", "false", "true", "echo body; exit", "(exit 5)", "trap - EXIT", "sh -c 'exit 2'"])}); echo "$?"`,
  signals: (r) =>
    `(trap 'echo got' ${r.one(["TERM", "USR1", "INT", "15"])}; sh -c 'kill -${r.one(["TERM", "USR1", "INT", "HUP"])} $PPID'; echo alive); echo $?`,
  killed: (r) =>
    `sh -c 'kill -${r.one(["TERM", "KILL", "INT", "HUP", "USR1", "9", "SEGV", "PIPE", "ABRT"])} $$'; echo $?; sleep 3 & kill ${r.one(["", "-9", "-HUP", "-s INT", "-USR2"])} $!; wait $!; echo $?`,
  redirections: (r) =>
    `echo one > f; echo two >> f; ${r.one(["cat < f", "cat f > g; cat g", "{ echo out; echo err >&2; } > o 2>&1; cat o", "{ echo out; echo err >&2; } 2>e | cat; cat e", "exec 3< f; read l <&3; echo $l; read l <&3; echo $l; exec 3<&-", "exec 4> h; echo a >&4; echo b >&4; exec 4>&-; cat h", "cat nofile; echo $?", "echo x > /no/dir; echo $?", "echo x >&7; echo $?", ": > f; cat f; wc -c < f", "(echo a; echo b) > s; cat s", 'while read l; do echo "[$l]"; done < f', "echo hi 3>&1 >&2 2>&3 | cat", "set -C; echo x > f; echo $?; echo y >| f; cat f; set +C", "cat <&- ; echo $?", "echo a 1>&-; echo $?", "cat <> f"])}`,
  pipes: (r) =>
    `printf '%s\\n' ${r.many(2 + r.int(5), () => r.one(["pear", "apple", "fig", "kiwi", "apple", "Fig", "10", "9"])).join(" ")} | ${r.one(["sort", "sort -r", "sort | uniq -c", "wc -l", "head -n 2", "tail -n 1", "grep -c p", "tr a-z A-Z", "sed 's/p/P/g'", 'while read x; do echo "<$x>"; done', "cut -c1-2", "awk '{print NR\":\"$0}'", "sort -n", "grep -v apple", "cat -n", "rev", "tac", "nl", "sort -u", "paste -s -d, -"])}`,
  read: (r) =>
    `printf '${r.one(["a b c d\\n", "  lead trail  \\n", "a:b:c\\n", "back\\\\\\\\slash x\\n", "cont\\\\\\ninued\\n", "noeol", "\\n", "a\\tb\\n", "x  y   z\\n"])}' | { ${r.one(["", "IFS=: ", "IFS= ", "IFS=, "])}read ${r.one(["", "-r "])}${r.one(["x", "x y", "x y z", "x y z w"])}; echo "$?|$x|\${y-}|\${z-}|\${w-}"; }`,
  getopts: (r) =>
    `set -- ${r.many(1 + r.int(4), () => r.one(["-a", "-b val", "-bval", "-ab x", "-c", "-z", "--", "rest", "-b"])).join(" ")}; while getopts ${r.one(["ab:c", ":ab:c", "abc"])} o; do echo "$o:\${OPTARG-}:$OPTIND"; done; shift $((OPTIND-1)); echo "$# $*"`,
  printf: (r) =>
    `printf '${r.one(["%s\\n", "%d|%5d|%-5d|%05d\\n", "%x %X %o %u\\n", "[%10s][%-10s][%.2s]\\n", "%s %s\\n", "%c%c\\n", "%b\\n", "%%|%s\\n", "%5.1f|%e|%g\\n", "%+d % d\\n", "%#x %#o\\n", "a\\tb\\101\\n", "%s=%d\\n", "%*d\\n", "%i\\n"])}' ${r.many(r.int(4), () => r.one(["1", "42", "-7", "abc", "'x y'", "''", "0x1f", "010", "3.14159", "'a\\tb'", '"\'A"', "12abc"])).join(" ")}; echo $?`,
  echo: (r) =>
    `echo ${r.one(["", "-n ", "-e ", "-- ", "-ne ", "-E ", "-x "])}${r.one(["'a\\tb'", "hello", "'a\\nb'", "'x\\cy'", "'\\0101'", "'\\\\'", "'\\x41'", "'end\\'", "'\\101'"])}; echo`,
  substitution: (r) =>
    `x=$(${r.one(["echo a; echo b", "printf 'x\\n\\n\\n'", 'echo "q $(echo nested)"', "cat <<E\nhere\nE\n", "exit 3", "echo `echo tick`", "(echo sub)", "echo 'a  b'", "case x in x) echo c;; esac", "# comment\necho d", "echo \\$HOME \\\\"])}); echo "$?[$x]" $x`,
  evals: (r) =>
    `x='${r.one(["echo a b", "y=5", 'echo "$z"', "if true; then echo t; fi", "exit 3", "false", "for i in 1 2; do echo $i; done", "echo $((1+", "echo 'unclosed", ")"])}'; z="q  q"; (eval "$x"; echo "$? \${y-}"); echo $?`,
  subshells: (r) =>
    `x=1; (x=2; echo $x; exit ${r.int(4)}); echo "$? $x"; { x=3; }; echo $x; (${r.one(["cd /tmp; pwd", "set -- a b; echo $#", "f() { echo F; }; f", "exec echo replaced", "export Q=1; sh -c 'echo $Q'"])}); echo $#`,
  background: (r) =>
    `${r.one(["(sleep 1; exit 3)", "sleep 1", "{ sleep 2; false; }", "true"])} & p=$!; ${r.one(["wait $p", "wait", "wait $p; wait $p", "kill $p; wait $p", "wait 99999"])}; echo $?; jobs; echo done`,
  exporting: (r) =>
    `A=1; export B=2; ${r.one(["C=3 sh -c 'echo $A-$B-$C'", "export A; sh -c 'echo $A$B'", "unset B; sh -c 'echo [$B]'", "env | grep '^B='", "readonly A; (A=2; echo no); echo $?", "f() { sh -c 'echo $L'; }; L=loc f; echo [$L]", "export -p | grep ' B'", "readonly R=5; unset R; echo $R", "A=2 : ; echo $A", "A=9 eval 'echo $A'; echo $A"])}`,
  lookups: (r) =>
    `f() { :; }; ${r.one(["type f", "type cd", "type if", "type nosuch", "command -v cd", "command -v f", "command -v if", "command -v nosuch", "type ls", "command -V cd", "command -v ls", "command echo hi", "command f", "hash nosuch", "type :", "type [", "type test"])}; echo $?`,
  setting: (r) =>
    `${r.one(["set -x; echo a 'b c' \"$HOME\"; x='1 2'; set +x", "set -f; echo *; set +f", "set -n; echo no", "echo $-", "set -a; Q=1; sh -c 'echo $Q'; set +a", "set -o nosuch; echo $?", "set -Z; echo $?", "set a b; echo $1$2; set --; echo $#", "set -- -x y; echo $1", "set -v; echo v; set +v", "set -x; for i in 1 2; do :; done; case a in a) :;; esac; set +x", "set -x; f() { echo in; }; f a; (echo sub); x=$(echo s); set +x", "set -e; set +e; false; echo ok"])}`,
  syntax: (r) =>
    `(eval '${r.one(["if true", "for i in a; do", "echo )", "case x in", "{ echo", "while", "fi", "done", "a | ", "&& b", "; ;", 'echo "x', "f() {", "if then fi", "( echo", "esac", "else", "for 1x in a; do :; done", "| cat", "a &&"])}'); echo $?; echo next`,
  builtinErrors: (r) =>
    `(${r.one(["cd /nonexistent", "shift 5", "return 3", "break", "continue", "exit abc", "unset 1x", "export 1x=2", "local x", ". /nonexistent", "readonly 9", "umask 999", "kill nosuch", "kill -FOO 1", "trap x NOSUCH", "wait abc", "cd a b", "read 1x", "test 1 2 3 4 5", "[ 1", "exec /nonexistent", "exec nosuchcmd", "let", "fg", "bg", "unalias nosuch", "alias nosuch", "getopts", "umask -S", "times > /dev/null", "ulimit -n > /dev/null", "eval", "command", "type"])}; echo "after $?"); echo $?`,
  lineno: (r) =>
    `\n${"\n".repeat(r.int(3))}echo $LINENO\n${r.one(["nosuch", "cd /nonexistent", "echo ${x?msg}", "f() {\n  nosuchinside\n}\nf", "if true\nthen\n  cat /nofile/x > /nofile/y\nfi"])}\necho $LINENO`,
  umask: (r) => `umask ${r.one(["022", "077", "000", "027"])}; umask; touch uf; mkdir ud; ls -ld uf ud | cut -c1-10`,
  aliases: (r) =>
    `alias ${r.one(["ll='echo listed'", "g=grep", "e='echo '"])}\n${r.one(["ll a", "alias", "unalias -a; alias", "e hi"])}; echo $?`,
  dollars: () => `echo "$0" $#; (exit 3); echo $?; true & echo \${!:+set}; wait; echo $$ | grep -c '^[0-9]*$'; echo \${?}`,
  tilde: (r) =>
    `HOME=/home/me; ${r.one(["echo ~ ~/x '~' \"~\"", "x=~; echo $x", "x=~/a:~/b; echo $x", "echo a~ ~nosuchuser", "cd ~ 2>/dev/null || echo cannot", "echo ${y:-~}"])}`,
  comments: (r) =>
    `echo a # comment\n# whole line 'unclosed\necho b#c ${r.one(["'# in quotes'", "\\# escaped", "$# count"])}\n: <<X\nignored $(echo no)\nX\necho end`,
  continued: () => `echo one \\\n  two \\\n  three; x=a\\\nb; echo $x "q\\\nq" 's\\\ns'`,
};

const bash: Readonly<Record<string, Feature>> = {
  arrays: (r) =>
    `a=(${r.many(1 + r.int(4), () => quoted(r, word(r)) || "''").join(" ")}); ${r.one(["a+=(new one)", "a[5]=five", "unset 'a[0]'", "a[1]+=app", 'a=("${a[@]}" end)', "a[-1]=last", ":"])}; echo "\${#a[@]} \${!a[@]}"; ${show(r.one(['"${a[@]}"', "${a[@]}", '"${a[*]}"', '"${a[0]}"', "$a", '"${a[@]:1:2}"', '"${a[@]: -1}"', '"${a[@]#?}"', '"${a[@]/a/X}"', '"${a[@]^^}"', '"pre${a[@]}post"', '"${#a[0]}"', '"${a[@]:0}"']))}`,
  associative: (r) =>
    `declare -A m=([one]=1 ['two words']=2); m[${r.one(["three", '"a b"', "x.y"])}]=${r.int(100)}; ${r.one(["m[one]+=0", "unset 'm[one]'", ":", "m+=([z]=26)"])}; echo \${#m[@]}; for k in "\${!m[@]}"; do echo "$k=\${m[$k]}"; done | sort; [[ -v m[one] ]] && echo has; echo "\${m[nope]-none}"`,
  substring: (r) =>
    `s=${quoted(r, r.one(["abcdefgh", "héllo wörld", "12345", ""]))}; echo "[\${s:${r.int(5)}}][\${s:${r.int(4)}:${r.int(4)}}][\${s: -${1 + r.int(4)}}][\${s:${r.int(3)}:-1}]" 2>&1; set -- a b c d; echo "\${@:2}" "\${@:1:2}" "\${@: -1}"`,
  replace: (r) =>
    `s=${quoted(r, word(r))}; echo "\${s/${r.one(["a", "o", "*", "?", "[a-c]", "b*", "#f", "%z", " ", ":", "\\/"])}/${r.one(["X", "", "<&>", "\\/", "$1"])}}" "\${s//${r.one(["a", "o", "?", "[[:alpha:]]", "ab", "/", ","])}/${r.one(["_", "", "zz"])}}"`,
  cases: (r) => `s=${quoted(r, word(r))}; echo "\${s^}|\${s^^}|\${s,}|\${s,,}|\${s^^[a-f]}|\${s~~}"`,
  transforms: (r) =>
    `s=${quoted(r, word(r))}; echo "\${s@Q} \${s@U} \${s@u} \${s@L} \${s@E}"; declare -x y=1; echo "\${y@a} \${y@A}"; a=(1 'b c'); echo "\${a[@]@Q}" "\${a[@]@A}"`,
  indirect: (r) =>
    `x=1 xx=2 xy=3; p=${r.one(["x", "xx", "nosuch", "a[1]", "@"])}; a=(p q r); set -- one two; echo "\${!p}" "\${!x@}" "\${!x*}"; declare -n ref=xx; ref=9; echo $xx \${!ref}`,
  brace: (r) =>
    `echo ${r.many(1 + r.int(3), () => r.one(["{a,b}{1,2}", "{1..5}", "{a..e..2}", "{01..03}", "x{,y}z", "{10..1..3}", "a{b}c", "{a,b", "{1..3}{x,y}", "{}", "'{a,b}'", "{a,{b,c}}", "${HOME}{1,2}", "{-2..2}", "pre{a,'b c'}", "{a..1}", "{1..1}", "\\{a,b}", "{a,b}\\ c", "{Z..a..10}"])).join(" ")}`,
  condition: (r) =>
    `x=${quoted(r, word(r))}; [[ $x ${r.one(["==", "!=", "="])} ${r.one(PATTERNS.filter((p) => !/ /.test(p)))} ]]; echo $?; [[ ${r.one(["-z $x", "-n $x && 1 -lt 2", "! -e /nope", "$x < m", "abc > abd", "( a == a || b == c ) && -d /", "3 -gt 2+2", "-v x", "-v nope", "$x", "a.c == a?c"])} ]]; echo $?`,
  regex: (r) =>
    `s=${quoted(r, r.one(["foo123bar", "a.b.c", "2024-01-15", "key=value", "", "aaa"]))}; if [[ $s =~ ${r.one(["([a-z]+)([0-9]+)", "^([^.]+)\\.(.*)$", "([0-9]{4})-([0-9]{2})", "(.*)=(.*)", "^$", "a+", "(x)?a", "[[:digit:]]+", "^(a|b)", "b\\.c"])} ]]; then echo "\${#BASH_REMATCH[@]}" "\${BASH_REMATCH[@]}"; else echo "no \${#BASH_REMATCH[@]}"; fi`,
  fallthrough: (r) =>
    `case ${r.one(["a", "b", "c"])} in a) echo 1${r.one([";;", ";&", ";;&"])} b) echo 2${r.one([";;", ";&"])} [a-c]) echo 3${r.one([";;", ";;&"])} *) echo 4;; esac`,
  arithmeticMore: (r) =>
    `i=${r.int(9)} j=${r.int(9)} k=3; ((${expression(r, 2, true)})); echo $?; echo $((${expression(r, 3, true)})) $i $j $k; let "i += 2" "j = i * 2"; echo $i $j; a=(1 2 3); echo $((a[1] + a[2]))`,
  arithmeticFor: (r) =>
    `for ((i = ${r.int(4)}; i < ${4 + r.int(4)}; i += ${1 + r.int(2)})); do ((i == ${r.int(8)})) && ${r.one(["continue", "break", ":"])}; printf '%d ' $i; done; echo; for ((;;)); do break; done; echo $?`,
  hereString: (r) =>
    `x=${quoted(r, word(r))}; cat <<< ${r.one(['"$x"', "$x", "'lit $x'", "a$x\\ b"])}; read -r a b <<< "one two three"; echo "$a|$b"`,
  process: (r) =>
    `${r.one(["diff <(echo a) <(echo b)", "cat <(echo 1) <(echo 2)", "while read l; do echo \"<$l>\"; done < <(printf 'x\\ny\\n')", "echo data | tee >(cat >/dev/null) | cat", "paste <(seq 2) <(seq 3 4)"])}; echo $?`,
  globMore: (r) =>
    `mkdir e; cd e; touch a.txt b.txt ab.md .dot A.TXT; mkdir -p s/t; touch s/x.txt s/t/y.txt; shopt -s ${r.one(["extglob", "nullglob extglob", "dotglob extglob", "nocaseglob extglob", "globstar extglob", "failglob extglob"])}\necho ${r.one(["!(*.txt)", "@(a|b).txt", "+(a|b)*", "?(a)b*", "*", "**/*.txt", "**", "*.TXT", "nope*", "!(a*|b*)", "**/"])}; echo $?; cd ..`,
  readMore: (r) =>
    `printf '${r.one(["a b c\\n", "abcdef", "x:y:z:", "1\\0002\\000"])}' | { ${r.one(['read -a arr; echo "${#arr[@]} ${arr[1]}"', 'read -n 2 x; echo "$x"', 'read -d : x; echo "$? $x"', 'read -N 3 x; echo "$x"', "read -r -d '' x; echo \"$? $x\"", 'IFS=: read -ra arr; echo "${arr[*]}"', 'mapfile -t m; echo "${#m[@]}:${m[0]}"', 'read -t 1 x; echo "$? $x"', 'read; echo "$REPLY"', 'mapfile -d : -t m; echo "${m[@]}"'])}; }`,
  printfMore: (r) =>
    `printf '${r.one(["%q\\n", "%q %q\\n", "%s\\n", "%(%Y)T\\n", "[%-8q]\\n", "%b|%s\\n", "%5c|\\n", "\\u00e9\\n"])}' ${r.one(["'a b'", "'it'\\''s'", "$'x\\ny'", "''", "0", "'a&b;c'", "'~x'", "café", "'{a,b}'", "'#x' '=y'"])}; printf -v v '%s-%s' a b; echo $v; printf '%s\\n' "\${arr[@]}" x`,
  declare: (r) =>
    `declare ${r.one(["-i n=5+3", "-u s=low", "-l s=UP", "-r c=1", "-a arr=(1 2)", "-A m=([k]=v)", "-x e=1", "-ir k=2*3", "-n ref=zz"])}; zz=9; declare -p ${r.one(["n", "s", "c", "arr", "m", "e", "k", "ref", "nosuch"])} 2>&1; f() { local l=1; declare g=2; declare -g gg=3; }; f; echo "\${l-}\${g-}\${gg-}"`,
  functionNames: (r) =>
    `f() { echo "\${FUNCNAME[@]} \${FUNCNAME}"; g; }; g() { echo "\${FUNCNAME[1]} \${#FUNCNAME[@]} \${BASH_LINENO[0]}"; ${r.one(["caller", "caller 0", "echo $LINENO", "return 4", "type -t g"])}; }; f; echo $?; declare -F f; ${r.one(["declare -f f", "type f", "declare -f nosuch", "unset -f f; f", "export -f f; bash -c 'declare -F f'"])}; echo $?`,
  trapsMore: (r) =>
    `${r.one(["trap 'echo err $? $LINENO' ERR; false; (exit 3); true", "f() { trap 'echo ret' RETURN; echo in; }; f; f", "trap 'echo d' DEBUG; x=1; echo y; trap - DEBUG", "trap 'echo e' EXIT; trap -p; trap - EXIT", "trap 'echo i' INT TERM; trap; kill -INT $$; kill -TERM $$; echo after", "trap '' TERM; kill -TERM $$; echo ignored; trap -p TERM", "set -E; trap 'echo E' ERR; f() { false; }; f", "trap 'echo U; trap - USR1' USR1; kill -USR1 $$; echo x"])}`,
  pipeStatus: (r) =>
    `${r.one(["false | true | (exit 3)", "true | true", "(exit 2) | cat", "! false | true", "false"])}; echo "\${PIPESTATUS[@]} $?"; set -o pipefail; ${r.one(["false | true", "true | false | true", "(exit 4) | (exit 5) | true", "true | true"])}; echo $?; shopt -s lastpipe; echo v | read x; echo "[$x]"`,
  special: (r) =>
    `echo "\${#BASH_VERSION}" | grep -c '[0-9]'; ${r.one(["echo $BASH_SUBSHELL; (echo $BASH_SUBSHELL)", "SECONDS=5; echo $SECONDS", "echo ${BASH_SOURCE[0]-none}", "RANDOM=42; a=$RANDOM; RANDOM=42; [ $a = $RANDOM ] && echo same", "echo $_; true a b; echo $_", "echo ${BASH_VERSINFO[0]}", "echo $UID $EUID", "echo ${GROUPS[0]}", "echo $SHLVL", "echo $BASHOPTS | grep -c extglob", "echo ${DIRSTACK[0]}", "echo $HOSTTYPE $OSTYPE $MACHTYPE", "echo $SHELLOPTS"])}`,
  optionsMore: (r) =>
    `${r.one(["set -o | grep -E 'errexit|pipefail'", "shopt extglob nullglob", "shopt -q nullglob; echo $?", "shopt -p nocasematch", "shopt -s nosuch; echo $?", "set -o nosuch", "shopt -s nocasematch; [[ ABC == abc ]]; echo $?", "shopt -u expand_aliases; echo $?", "set -o noglob; echo *; echo $-", "shopt -o errexit", "set -euo pipefail; echo $-"])}`,
  jobs: (r) =>
    `${r.one(["set -m; sleep 5 & jobs; kill %1; wait; jobs", "sleep 3 & sleep 1 & wait -n; echo $?; jobs; wait", "sleep 1 & wait %1; echo $?", "sleep 2 & jobs -p | wc -l; jobs -l | wc -l; kill %%; wait", "(exit 4) & wait -n; echo $?", "sleep 1 & fg; echo $?", "sleep 5 & kill -9 $!; wait $!; echo $?", "disown -a; sleep 1 & disown; jobs; echo none", "set -m; sleep 1 & fg %1; echo $?", "true & wait; wait -n; echo $?"])}`,
  select: (r) =>
    `printf '${r.one(["1\\n", "2\\n3\\n", "x\\n1\\n", "", "\\n1\\n", "9\\n2\\n"])}' | { select c in ${r.many(2 + r.int(3), () => r.one(["alpha", "beta", "'g d'", "delta"])).join(" ")}; do echo "got $REPLY [$c]"; [ -n "$c" ] && break; done; echo "$? \${c-}"; }`,
  coloned: (r) =>
    `${r.one(["pushd /tmp >/dev/null; dirs; popd >/dev/null; dirs", "cd /; cd - ; pwd", "exec 5<<<text; cat <&5; exec 5<&-", "exec {fd}>out; echo hi >&$fd; exec {fd}>&-; cat out", "echo a &> both; cat both", "echo x |& cat", "time -p true 2>/dev/null; echo $?", "{ echo a; echo b >&2; } &>> both; wc -l < both", "coproc cat; echo $?", "builtin echo hi; command -v builtin", "enable -n echo; type -t echo", "hash -r; type -a cd", "source /dev/stdin <<< 'echo sourced $1'", "printf '%s\\n' $'a\\x41\\u0042\\101\\e[0m' | od -c | head -n 2", "echo $\"locale\" $'q\\'q'", "unset -v x; unset -f f; echo $?", "x=5; x+=5; echo $x; declare -i x; x+=5; echo $x"])}`,
  nested: (r) =>
    `f() { local x=$1; if (( x > 0 )); then f $((x-1)); echo "$x:\${#FUNCNAME[@]}"; fi; }; f ${1 + r.int(4)}; x=\${y:-\${z:-\${HOME:+$(echo "a \${#PATH}" | cut -d' ' -f1)}}}; echo $x`,
};

export interface CorpusScript {
  readonly name: string;
  readonly script: string;
  readonly shells: readonly ("bash" | "dash" | "busybox")[];
}

/** The generated scripts: the same for the same seed. Every feature comes up in turn, with others drawn to follow it. */
export function generated(seed: number, count: number): readonly CorpusScript[] {
  const r = chance(createRandom(seed, "shell-corpus"));
  const [first, second] = [Object.entries(posix), Object.entries(bash)];
  return Array.from({ length: count }, (_, i) => {
    const own = i % 5 < 3;
    const table = own ? first : second;
    const rank = own ? Math.floor(i / 5) * 3 + (i % 5) : Math.floor(i / 5) * 2 + ((i % 5) - 3);
    const lead = table[rank % table.length] as readonly [string, Feature];
    const parts = [lead, ...r.many(r.int(2), () => r.one(own ? first : [...first, ...second]))];
    const harmless = parts.filter(
      ([n], k) => k === 0 || !["globs", "globMore", "syntax", "umask", "setting", "jobs", "coloned", "optionsMore"].includes(n),
    );
    return {
      name: `generated ${i}: ${harmless.map(([n]) => n).join(", ")}`,
      script: harmless.map(([, feature]) => feature(r)).join("\n"),
      shells: own ? ["bash", "dash", "busybox"] : ["bash"],
    };
  });
}
