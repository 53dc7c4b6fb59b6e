import type { Page } from "./page.ts";

/** The login shell, in short. */
export const bashPage: Page = {
  name: "bash",
  section: "1",
  about: "the login shell",
  synopsis: ["bash [options] [-c command | file] [argument ...]"],
  sections: [
    [
      "DESCRIPTION",
      "Bash reads commands from the terminal, a file or a text and runs them. It keeps a history, edits the line that is typed, completes words and controls jobs.",
    ],
    [
      "GRAMMAR",
      [
        "  command argument ... < file > file 2>&1    a simple command, redirected",
        "  a | b     a && b     a || b     a; b     a &",
        "  if list; then list; [elif list; then list;] [else list;] fi",
        "  for name in words; do list; done     for ((a; b; c)); do list; done",
        "  while list; do list; done            until list; do list; done",
        "  case word in pattern) list;; esac     select name in words; do list; done",
        "  name() { list; }     ( list )     { list; }     [[ expression ]]     (( arithmetic ))",
        "  << word and << 'word' begin a here-document, <<< word a here-string",
      ].join("\n"),
    ],
    [
      "EXPANSIONS",
      [
        "  ~  {a,b} {1..5}  * ? [...]      of names",
        "  $name ${name} ${name:-word} ${name:=word} ${name:?word} ${name:+word}",
        "  ${name#pattern} ${name##pattern} ${name%pattern} ${name%%pattern}",
        "  ${name/pattern/word} ${name:from:length} ${#name} ${name^^} ${name,,}",
        "  $(list)   $((arithmetic))   <(list)   $?  $!  $$  $#  $@  $*  $0",
      ].join("\n"),
    ],
    [
      "KEYS",
      [
        "  Tab             complete a word; twice: show what fits",
        "  Ctrl-R          search the history backwards; Ctrl-G gives up",
        "  Ctrl-A Ctrl-E   to the beginning, to the end of the line",
        "  Alt-B Alt-F     a word back, a word on",
        "  Ctrl-W Ctrl-U Ctrl-K Ctrl-Y    cut a word, to the beginning, to the end; put back",
        "  Alt-.           the last word of the command before",
        "  Ctrl-C Ctrl-Z Ctrl-D    interrupt, stop, end of input",
      ].join("\n"),
    ],
    [
      "FILES",
      "  ~/.bashrc         read by an interactive shell\n  ~/.bash_history   what was typed\n  ~/.inputrc        keys of the line editor",
    ],
    ["SEE ALSO", "help, which lists the commands that the shell itself has."],
  ],
};
